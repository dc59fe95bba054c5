"""Archives whose end is lost: said to be cut off, read up to the cut, and never taken for an archive inside them."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from builders_archives import Part, Pipe, gpx_run, raw_zip, zip_of
from calling import call
from legspeed import read
from legspeed.errors import DamagedError, UnknownFormatError
from legspeed.readers import Entry, discover
from legspeed.readers.containers import archives
from legspeed.readers.containers.sources import discover_in
from legspeed.readers.registry import registered
from legspeed.settings import Limits, Settings

LIMITS = Limits()
FIRST = {f"a{k}.gpx": gpx_run(40, seconds=100 * k) for k in range(3)}
SECOND = {f"b{k}.gpx": gpx_run(40, seconds=2150 + 100 * k) for k in range(3)}
SIDE = {"other.json": b"{}" * 100}


def export(*, stored: bool) -> bytes:
    """An export of two archives and a list, as Garmin sends it."""
    return zip_of({"up/1.zip": zip_of(FIRST), "up/2.zip": zip_of(SECOND), **SIDE}, stored=stored)


def listed(blob: bytes) -> list[str]:
    return [m.name for m in archives.members(io.BytesIO(blob), LIMITS)]


def entries(tmp_path: Path, blob: bytes) -> list[Entry]:
    (tmp_path / "export.zip").write_bytes(blob)
    return list(discover(tmp_path / "export.zip", Settings()))


def read_from(found: list[Entry]) -> list[str]:
    return [entry.source.removeprefix("export.zip!") for entry in found if entry.error is None]


def failed(found: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.source, entry.error.code) for entry in found if entry.error is not None]


@pytest.mark.parametrize("stored", [True, False])
def test_a_cut_archive_of_archives_is_never_read_as_one_of_those_inside(stored):
    blob = export(stored=stored)
    for cut in range(1, len(blob), 11):
        with pytest.raises(DamagedError, match="download it again"):
            listed(blob[:-cut])


@pytest.mark.parametrize("stored", [True, False])
def test_what_lies_in_front_of_a_cut_is_read_and_the_archive_fails(tmp_path, stored):
    blob = export(stored=stored)
    found = entries(tmp_path, blob[:-200])
    assert read_from(found) == [f"up/1.zip!{n}" for n in FIRST] + [f"up/2.zip!{n}" for n in SECOND]
    assert failed(found) == [("export.zip", "truncated")]
    assert "download it again" in str(found[-1].error)
    assert [entry.load() for entry in found[:-1]] == [*FIRST.values(), *SECOND.values()]


def test_the_archive_that_is_cut_inside_an_archive_is_read_as_far_as_it_goes(tmp_path):
    blob = export(stored=True)
    found = entries(tmp_path, blob[: blob.index(b"b2.gpx")])
    assert read_from(found) == [f"up/1.zip!{n}" for n in FIRST] + ["up/2.zip!b0.gpx", "up/2.zip!b1.gpx"]
    assert failed(found) == [("export.zip!up/2.zip", "truncated"), ("export.zip", "truncated")]


@pytest.mark.parametrize("fault", ["cut off", "damaged"])
@pytest.mark.parametrize("place", ["a file", "memory"])
def test_a_packed_archive_with_a_fault_inside_an_archive_is_read_up_to_it(tmp_path, fault, place):
    noisy = {
        name: data + random.Random(name).randbytes(60_000).hex().encode() for name, data in {**FIRST, **SECOND}.items()
    }
    inner = zip_of(noisy, stored=True)
    at = len(inner) * 3 // 4
    engine = zlib.compressobj(wbits=-15)
    packed = engine.compress(inner[:at]) + engine.flush(zlib.Z_FULL_FLUSH)  # what follows begins a block of its own
    rest = engine.compress(inner[at:]) + engine.flush()
    if fault == "cut off":
        blob = raw_zip([Part("up/1.zip", inner, packed=packed + rest)])
        blob = blob[: blob.index(packed) + len(packed) + len(rest) // 2]
    else:
        blob = raw_zip([Part("up/1.zip", inner, packed=packed + b"\xff" * len(rest))])
    whole = [name for name, data in noisy.items() if inner.index(data) + len(data) < at]
    assert len(whole) == 4
    if place == "a file":
        found = entries(tmp_path, blob)
        labels, loads = read_from(found), [entry.load for entry in found if entry.error is None]
        assert failed(found)[0] == ("export.zip!up/1.zip", "truncated")
    else:
        pairs = [*discover_in(blob, "export.zip", Settings(), registered())]
        labels = [name.removeprefix("export.zip!") for name, _ in pairs if name.endswith(".gpx")]
        loads = [lambda load=load: load().data for name, load in pairs if name.endswith(".gpx")]
    assert labels[:4] == [f"up/1.zip!{name}" for name in whole]
    assert [load() for load in loads[:4]] == [noisy[name] for name in whole]


@pytest.mark.parametrize("stored", [True, False])
def test_the_file_that_is_cut_comes_with_what_is_left_of_it(tmp_path, stored):
    longer = {name: data + random.Random(3).randbytes(4000) for name, data in FIRST.items()}
    blob = zip_of(longer, stored=stored)
    found = entries(tmp_path, blob[: blob.index(b"a2.gpx") + 600])
    assert read_from(found) == ["a0.gpx", "a1.gpx", "a2.gpx"]
    content = found[2].content()
    assert [p.code for p in content.problems] == ["truncated"]
    assert longer["a2.gpx"].startswith(content.data)
    assert len(content.data) > 500


@pytest.mark.parametrize("wide", [False, True])
def test_lengths_behind_the_files_are_found(tmp_path, wide):
    if wide:  # as APPNOTE 4.3.9.2 has it; Python's own module writes it only for files that it expects to be huge
        body = b""
        for name, data in FIRST.items():
            (member,) = archives.members(io.BytesIO(plain := zip_of({name: data})), LIMITS)
            packed = plain[30 + len(name) :][: member.packed]
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 8, 8, 0, 33, 0, 0, 0, len(name), 0) + name.encode()
            body += packed + struct.pack("<4sL2Q", b"PK\x07\x08", member.crc, member.packed, member.size)
        body += b"PK\x01\x02" + bytes(40)
    else:
        out = Pipe()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in FIRST.items():
                archive.writestr(name, data)
        body = out.getvalue()[:-40]
    found = entries(tmp_path, body)
    assert [entry.load() for entry in found[:-1]] == list(FIRST.values())
    assert failed(found) == [("export.zip", "truncated")]
    assert not any(entry.content().problems for entry in found[:-1])


def test_an_archive_cut_in_its_first_file_that_does_not_say_its_length_holds_nothing(tmp_path):
    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gpx", gpx_run(300))
    assert failed(entries(tmp_path, out.getvalue()[:500])) == [("export.zip", "unreadable")]


def test_files_in_front_that_were_taken_off_the_list_are_no_sign_of_a_cut():
    blob = zip_of({**SIDE, **FIRST})
    first = next(iter(SIDE))
    entry = 46 + len(first)
    at = blob.index(b"PK\x01\x02")
    *counts, size, offset, comment = struct.unpack("<4s4H2LH", blob[-22:])
    end = struct.pack("<4s4H2LH", *counts[:3], counts[3] - 1, counts[4] - 1, size - entry, offset, comment)
    assert listed(blob[:at] + blob[at + entry : -22] + end) == list(FIRST)


@pytest.mark.parametrize("mark", [b"PK\x07\x08", b""])
def test_the_mark_of_one_part_in_front_changes_nothing(mark):
    assert listed(raw_zip([Part("a.gpx", b"one"), Part("b.gpx", b"two")], before=mark)) == ["a.gpx", "b.gpx"]


def test_of_two_archives_one_behind_the_other_the_second_is_not_read_in_silence(tmp_path):
    found = entries(tmp_path, zip_of(FIRST) + zip_of(SECOND))
    assert read_from(found) == list(FIRST)
    assert {p.code for entry in found for p in entry.content().problems} == {"trailing-data"}


def test_bytes_behind_the_end_are_a_problem_of_every_file_and_zeros_are_none(tmp_path):
    found = entries(tmp_path, zip_of(FIRST) + b"junk" * 30)
    assert read_from(found) == list(FIRST)
    assert [p.message for entry in found for p in entry.content().problems] == [
        "120 bytes behind the end of the zip were left out"
    ] * 3
    assert not any(entry.content().problems for entry in entries(tmp_path, zip_of(FIRST) + bytes(500)))


def test_read_says_that_the_archive_is_cut():
    blob = zip_of({"a.gpx": gpx_run(300), **SIDE})
    run = read(blob[:-30])
    assert run.n == 300
    assert [p.code for p in run.problems] == ["truncated"]
    assert [p.code for p in read(blob + b"x" * 9).problems] == ["trailing-data"]


def test_a_season_of_a_cut_archive_is_read_and_fails(tmp_path):
    (tmp_path / "export.zip").write_bytes(export(stored=True)[:-20])
    done = call("season", tmp_path / "export.zip", "--no-book", "--format", "json")
    assert done.exit_code == 1
    shown = json.loads(done.stdout)
    assert len(shown["runs"]) == 6
    assert [(one["source"], one["code"]) for one in shown["failed"]] == [("export.zip", "truncated")]


def test_an_archive_downloaded_again_is_read_again(tmp_path):
    def season() -> tuple[int, list[float], list[set[str]]]:
        done = call("season", tmp_path, "--format", "json")
        runs = json.loads(done.stdout)["runs"]
        said = [{p["code"] for p in run["problems"]} - {"no-local-time"} for run in runs]
        return done.exit_code, [run["elapsed_s"] for run in runs], said

    place = tmp_path / "export.zip"
    whole = zip_of({"a.gpx": gpx_run(400), **SIDE}, stored=True)
    place.write_bytes(whole[: len(gpx_run(400)) // 2])
    code, (left_s,), (problems,) = season()
    assert (code, problems) == (1, {"truncated"})
    assert 60 < left_s < 390
    for content, said in ((whole, set()), (whole + b"junk", {"trailing-data"}), (whole, set())):
        place.write_bytes(content)
        for _ in range(2):  # read, and from the book
            assert season() == (0, [399.0], [said])


def test_headers_and_marks_without_end_cost_little():
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, 0, 0)
    mark = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    blob = header * 5000 + b"x" + mark * 2000
    few = Limits(archive_entries=1000)
    with pytest.raises(DamagedError):
        archives.members(io.BytesIO(blob), few)
    assert len(archives.in_front(io.BytesIO(blob), few)) == 1000


FRONTS = {
    "a saved answer of a server": b"HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n",
    "a program that unpacks it": b"MZ" + bytes(range(256)) * 300,
    "blanks": b"\n" * 7,
}


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS.keys())
def test_a_zip_behind_something_else_is_read(tmp_path, front):
    blob = front + zip_of(FIRST)
    found = entries(tmp_path, blob)
    assert read_from(found) == list(FIRST)
    assert failed(found) == []
    assert [entry.load() for entry in found] == list(FIRST.values())
    assert [entry.source for entry in discover(tmp_path)] == [f"export.zip!{name}" for name in FIRST]
    assert read(front + zip_of({"a.gpx": gpx_run(30)})).n == 30
    (tmp_path / "unpack.exe").write_bytes(blob)
    assert len(list(discover(tmp_path / "unpack.exe"))) == 3  # because it was named
    assert len(list(discover(tmp_path))) == 3


@pytest.mark.parametrize("end", [zip_of({}), b"PK\x05\x06" + b"\xff" * 18, b"PK\x05\x06"])
def test_what_only_ends_like_a_zip_is_none(tmp_path, end):
    found = entries(tmp_path, b"<html>log in</html>" * 40 + end)
    assert [entry.source for entry in found] == ["export.zip"]
    with pytest.raises(UnknownFormatError, match="web page"):
        read(tmp_path / "export.zip")
    run = gpx_run(30)
    assert read(run + zip_of({"b.gpx": gpx_run(9)})).n == 30  # a reader that takes the beginning goes first
