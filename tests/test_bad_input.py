"""What users hand over by mistake: one clear line each, with the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders_archives import Part, gpx_run, gz, raw_zip, zip_of
from builders_fit import (
    ACTIVITY,
    EVENT,
    FIT_EPOCH_S,
    LAP,
    SESSION,
    START,
    default_columns,
    file_id,
    fit_file,
    records,
    simple_run,
)
from legspeed.errors import DamagedError, EncryptedError, NotActivityError, NoTimeError, ReadError, UnknownFormatError
from legspeed.readers import discover, read, read_all

HTML = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>\n" + b"<p>Please log in</p>" * 90 + b"</body>"
ROUTE = b'<?xml version="1.0"?><gpx version="1.1"><rte><rtept lat="47" lon="8"/><rtept lat="47.1" lon="8"/></rte></gpx>'

#: name, content (None: there is no such file), error, code, words of the message: what is wrong, and what to do
BAD = [
    ("nosuch.fit", None, ReadError, "missing", ["no such file", "spelling"]),
    ("empty.fit", b"", UnknownFormatError, "unreadable", ["empty", "again"]),
    ("empty.gpx.gz", gz(b""), UnknownFormatError, "unreadable", ["empty", "again"]),
    ("page.gpx", HTML, UnknownFormatError, "unreadable", ["web page", "log in"]),
    ("page.fit.gz", gz(HTML), UnknownFormatError, "unreadable", ["web page", "log in"]),
    ("photo.fit", b"\xff\xd8\xff\xe0" + bytes(500), UnknownFormatError, "unreadable", ["image", "FIT, GPX or TCX"]),
    ("notes.txt", b"Ran 5 k today, felt fine.", UnknownFormatError, "unreadable", ["text", "FIT, GPX or TCX"]),
    ("activities.json", b'{"a": 1, "b": [1, 2]}', UnknownFormatError, "unreadable", ["JSON", "FIT, GPX or TCX"]),
    ("monitoring.fit", fit_file(file_id(32)), NotActivityError, "not-activity", ["monitoring"]),
    ("settings.fit", fit_file(file_id(2)), NotActivityError, "not-activity", ["settings"]),
    ("course.fit", fit_file(file_id(6)), NotActivityError, "not-activity", ["course"]),
    ("weight.fit", fit_file(file_id(9)), NotActivityError, "not-activity", ["weight"]),
    ("one_byte.fit", b"\x0e", UnknownFormatError, "unreadable", ["1 byte", "again"]),
    ("header.fit", fit_file(b"")[:14], DamagedError, "unreadable", ["no complete message", "copy it"]),
    ("only_id.fit", fit_file(file_id(4)), NotActivityError, "not-activity", ["no records"]),
    ("route.gpx", gpx_run(40, times=False), NoTimeError, "no-time", ["route", "export"]),
    ("planned.gpx", ROUTE, NoTimeError, "no-time", ["planned route", "export"]),
    ("locked.zip", raw_zip([Part("a.fit", b"x" * 99, flags=1)]), EncryptedError, "encrypted", ["password", "unpack"]),
    ("cut.zip", zip_of({"a.fit": simple_run()})[:30], ReadError, "unreadable", ["cut off", "download"]),
    ("other.zip", zip_of({"readme.txt": b"hello"}), ReadError, "unreadable", ["no recording"]),
    ("head.gpx", gpx_run()[:90], DamagedError, "unreadable", ["first track point", "again"]),
    ("cut.fit.gz", gz(simple_run())[:12], ReadError, "unreadable", ["cut off", "download"]),
]
IDS = [name for name, *_ in BAD]


@pytest.mark.case(23)
@pytest.mark.parametrize(("name", "content", "error", "code", "words"), BAD, ids=IDS)
def test_each_is_one_clear_line_with_the_way_out(tmp_path, name, content, error, code, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as caught:
        read(path)
    text = str(caught.value)
    assert caught.value.code == code
    assert text.startswith(name)
    assert text.isprintable()
    assert len(text) < 240
    assert [w for w in words if w not in text] == []


@pytest.mark.case(22)
@pytest.mark.parametrize("missing", ["file_id", "event", "lap", "session", "activity", "all of these"])
def test_a_fit_file_without_one_of_its_usual_messages_is_read(missing):
    stamps = [START + k for k in range(20)]
    usual = {
        "file_id": file_id(),
        "event": EVENT.definition() + EVENT.data(START, 0, 0, 0),
        "records": b"".join(records(stamps, default_columns(20))),
        "lap": LAP.definition() + LAP.data(START + 19, START, 19_000, 19_000, 5700, None, 7, None),
        "session": SESSION.definition() + SESSION.data(START + 19, START, 19_000, 19_000, None, 1, 0),
        "activity": ACTIVITY.definition() + ACTIVITY.data(START + 19, 19_000, 1, 0, 26, 1, START + 19 + 3600),
    }
    kept = ["records"] if missing == "all of these" else [name for name in usual if name != missing]
    activity = read(fit_file([usual[name] for name in kept]))
    assert activity.n == 20
    assert activity.start.timestamp() == START + FIT_EPOCH_S
    assert activity.sport == ("running" if "session" in kept else "unknown")
    assert (activity.utc_offset_s == 3600) == ("activity" in kept)
    assert not [p for p in activity.problems if p.code in ("truncated", "resync", "internal", "not-activity")]


def test_the_wrong_ending_does_not_matter(tmp_path):
    for name, content in {
        "a.gpx": simple_run(20),
        "b.fit": gpx_run(20),
        "c.tcx.gz": gpx_run(20),
        "d.zip": simple_run(20),
    }.items():
        (tmp_path / name).write_bytes(content)
        assert read(tmp_path / name).n == 20


def test_the_rest_of_a_batch_is_done(tmp_path):
    good = {"a.fit": simple_run(9), "z.gpx": gpx_run(9), "m.zip": zip_of({"n.fit.gz": gz(simple_run(9))})}
    for name, content in {**good, **{name: content for name, content, *_ in BAD if content is not None}}.items():
        (tmp_path / name).write_bytes(content)
    done: list[str] = []
    failed: dict[str, str] = {}
    for entry in discover(tmp_path):
        try:
            done += [activity.source for activity in read_all(entry)]
        except ReadError as error:
            failed[entry.source] = error.code
    assert done == ["a.fit", "m.zip!n.fit.gz", "z.gpx"]
    expected = {name: code for name, content, _, code, _ in BAD if content is not None}
    for quiet in ("notes.txt", "activities.json"):
        del expected[quiet]
    expected["locked.zip!a.fit"] = expected.pop("locked.zip")
    assert failed == expected


def test_missing_paths_fail_beside_good_ones(tmp_path):
    (tmp_path / "a.fit").write_bytes(simple_run(9))
    entries = list(discover([tmp_path / "a.fit", Path("nowhere")]))
    assert [(e.source, e.error.code if e.error else None) for e in entries] == [("a.fit", None), ("nowhere", "missing")]
