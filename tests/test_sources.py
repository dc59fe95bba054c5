"""Where files come from: everything readable is found, nothing else is, and nothing is ever written."""

from __future__ import annotations

import builtins
import concurrent.futures as cf
import multiprocessing
import os
import pickle
import sys
import time
from pathlib import Path

import pytest

from builders_archives import LINK_MODE, Part, bounded, gpx_run, gz, nested, overlapping, raw_zip, zip_of
from builders_fit import file_id, fit_file, simple_run
from legspeed.errors import EncryptedError, LimitError, NotActivityError, ReadError, UnknownFormatError
from legspeed.readers import Entry, Reader, Registry, discover
from legspeed.readers.containers.inflate import Content
from legspeed.readers.labels import label
from legspeed.settings import Limits, Settings

DEFAULT = Settings()
FIT, GPX = simple_run(5), gpx_run(5)
MONITORING = fit_file(file_id(32))
#: Readers that only know their content: finding files needs no more.
KNOWN = Registry(
    tuple(
        Reader(name, (f".{name}",), lambda head, mark=mark: mark in head, lambda _data, _limits: (), "")
        for name, mark in (("fit", b".FIT"), ("gpx", b"<gpx"), ("tcx", b"<TrainingCenterDatabase"))
    )
)


def found(*paths: Path, settings: Settings = DEFAULT) -> list[Entry]:
    return list(discover(paths, settings, readers=KNOWN))


def names(*paths: Path) -> list[str]:
    return [entry.source for entry in found(*paths)]


def plant(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def failing(entry: Entry, settings: Settings = DEFAULT) -> ReadError:
    with pytest.raises(ReadError) as caught:
        entry.content(settings)
    assert str(caught.value).startswith(f"{entry.source}: ")
    assert str(caught.value).isprintable()
    return caught.value


# ---------------------------------------------------------------------------------------------------- folders


def test_a_folder_gives_its_files_in_order_of_their_names(tmp_path):
    plant(tmp_path, {"b.gpx": GPX, "a.FIT": FIT, "B/z.fit.gz": gz(FIT), "a/y.tcx": b"<TrainingCenterDatabase>"})
    assert names(tmp_path) == ["a.FIT", "b.gpx", "B/z.fit.gz", "a/y.tcx"]
    assert [e.load() for e in found(tmp_path)][:3] == [FIT, GPX, FIT]


def test_content_is_found_under_any_name_and_other_files_are_passed_over(tmp_path):
    junk = {"notes.txt": b"text", "photo.jpg": b"\xff\xd8\xff", "data.csv": b"a,b", "empty": b"", "x.gz": gz(b"text")}
    plant(tmp_path, {**junk, "activity": FIT, "track.xml": GPX, "12345.gz": gz(GPX), "download.bin": gz(FIT)})
    assert names(tmp_path) == ["12345.gz", "activity", "download.bin", "track.xml"]


def test_a_promising_name_is_never_passed_over(tmp_path):
    plant(tmp_path, {"a.gpx": b"<html>", "b.fit": b"", "c.tcx.gz": b"\x1f\x8bbroken"})
    assert names(tmp_path) == ["a.gpx", "b.fit", "c.tcx.gz"]


@pytest.mark.case(37)
def test_hidden_files_resource_forks_and_recycle_bins_are_left_out(tmp_path):
    plant(tmp_path, {"a.fit": FIT, "._a.fit": FIT, ".DS_Store": FIT, ".git/b.fit": FIT, "__MACOSX/c.fit": FIT})
    plant(tmp_path, {"$RECYCLE.BIN/d.fit": FIT, "GARMIN/Activity/E.FIT": FIT, "System Volume Information/f.fit": FIT})
    assert names(tmp_path) == ["a.fit", "GARMIN/Activity/E.FIT"]
    assert names(tmp_path / ".git") == ["b.fit"]
    assert names(tmp_path / "._a.fit") == ["._a.fit"]


def test_fit_files_of_other_kinds_are_entries_that_say_so_without_being_read(tmp_path):
    plant(tmp_path, {"a.fit": FIT, "m.fit": MONITORING, "exports.zip": zip_of({"1.fit": MONITORING, "2.fit": FIT})})
    entries = {e.source: e for e in found(tmp_path)}
    assert [s for s, e in entries.items() if e.error is None] == ["a.fit", "exports.zip!2.fit"]
    for source in ("m.fit", "exports.zip!1.fit"):
        assert isinstance(entries[source].error, NotActivityError)
        assert "monitoring" in failing(entries[source]).message
    (named,) = found(tmp_path / "m.fit")
    assert named.load() == MONITORING


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_folders_that_link_to_one_another_are_read_once(tmp_path):
    plant(tmp_path, {"a/x.fit": FIT, "b/y.fit": FIT})
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    (tmp_path / "b" / "z.fit").symlink_to(tmp_path / "a" / "x.fit")
    assert names(tmp_path) == ["a/x.fit", "b/y.fit", "b/z.fit"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_recording_that_a_link_promises_and_that_is_not_there_is_said(tmp_path):
    plant(tmp_path, {"a.fit": FIT})
    for name in ("dangling.fit", "dangling.txt", "dangling"):
        (tmp_path / name).symlink_to(tmp_path / "nothing")
    assert names(tmp_path) == ["a.fit", "dangling.fit"]
    error = failing(found(tmp_path)[1])
    assert error.code == "missing"
    assert "mend or remove it" in error.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_neither_file_nor_folder_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.fit")
    assert isinstance(found(tmp_path)[0].error, UnknownFormatError)
    assert "neither" in failing(found(tmp_path / "pipe.fit")[0]).message


def test_very_deep_folders_end_no_walk(tmp_path):
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.fit").write_bytes(FIT)
    assert names(tmp_path) == ["d/" * 300 + "a.fit"] or names(tmp_path)[0].endswith("d/a.fit")


def test_missing_unreadable_and_empty_paths_are_entries_that_say_so(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    missing, nul, empty = found(tmp_path / "no.fit", Path("a\0b.fit"), tmp_path / "empty")
    assert failing(missing).code == "missing"
    assert failing(nul).code == "unreadable"
    assert isinstance(failing(empty), UnknownFormatError)
    plant(tmp_path, {"locked/a.fit": FIT, "open.fit": FIT})
    real = os.listdir

    def listdir(path: str) -> list[str]:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    entries = {e.source: e for e in found(tmp_path)}
    assert "Permission denied" in failing(entries["locked"]).message
    assert entries["open.fit"].load() == FIT


def test_a_file_that_goes_away_or_is_locked_fails_alone(tmp_path, monkeypatch):
    plant(tmp_path, {"a.fit": FIT})
    (entry,) = found(tmp_path)
    (tmp_path / "a.fit").unlink()
    assert failing(entry).code == "missing"

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(builtins, "open", locked)
    assert failing(entry).code == "unreadable"


# ---------------------------------------------------------------------------------------------------- labels


def test_several_paths_start_with_their_last_names(tmp_path):
    plant(tmp_path, {"new/a.fit": FIT, "old/new/a.fit": FIT, "b.gpx": GPX, "old/b.gpx": GPX})
    plant(tmp_path, {"x.zip": zip_of({"a.fit": FIT}), "old/x.zip": zip_of({"a.fit": FIT})})
    assert names(tmp_path / "new", tmp_path / "old" / "new", tmp_path / "none", tmp_path / "old" / "none") == [
        "new/a.fit",
        "new~2/a.fit",
        "none",
        "none~2",
    ]
    assert names(tmp_path / "b.gpx", tmp_path / "old" / "b.gpx") == ["b.gpx", "b.gpx~2"]
    assert names(tmp_path / "x.zip", tmp_path / "old" / "x.zip") == ["x.zip!a.fit", "x.zip~2!a.fit"]


def test_one_path_is_left_out_of_the_names(tmp_path, monkeypatch):
    plant(tmp_path, {"runs/sub/a.fit": FIT, "runs/x.zip": zip_of({"d/b.fit": FIT})})
    monkeypatch.chdir(tmp_path / "runs" / "sub")
    assert names(tmp_path / "runs") == ["x.zip!d/b.fit", "sub/a.fit"]
    assert names(tmp_path / "runs" / "x.zip") == ["x.zip!d/b.fit"]
    assert [e.source for e in discover("a.fit", readers=KNOWN)] == ["a.fit"]
    assert names(Path(), Path("..")) == ["sub/a.fit", "runs/x.zip!d/b.fit", "runs/sub/a.fit"]


def test_labels_are_safe_to_print_and_stay_apart(tmp_path):
    wild = ["a\x1b[31m.fit", "a\u202egnp.fit", "a\n.fit", "a\ufffd.fit", "ok ü 清.fit"]
    blob = raw_zip([Part(name, FIT) for name in wild] + [Part("dup.fit", FIT), Part("dup.fit", FIT)])
    (tmp_path / "x.zip").write_bytes(blob)
    entries = found(tmp_path / "x.zip")
    assert len({e.source for e in entries}) == len(entries) == 7
    assert all(e.source.isprintable() and e.source.startswith("x.zip!") for e in entries)
    assert [e.source for e in entries][-2:] == ["x.zip!dup.fit", "x.zip!dup.fit~2"]
    assert all(e.load() == FIT for e in entries)


def test_a_label_is_shown_on_any_terminal():
    assert label("a\udce9b") == "a\ufffdb"
    assert label("x\u3000y\u00a0z") == "x\u3000y\u00a0z"
    assert label("\0\x7f\x9b\u2028\u2066") == "\ufffd" * 5
    assert len(label("ab" * 5000)) == 400
    assert label("ab" * 5000).endswith("ab")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
def test_a_file_name_that_is_no_text_can_be_read_and_shown(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.fit")).write_bytes(FIT)
    (entry,) = found(tmp_path)
    assert (entry.source, entry.load()) == ("caf\ufffd.fit", FIT)
    entry.source.encode()


# ---------------------------------------------------------------------------------------------------- archives


def test_archives_are_read_in_place_also_inside_one_another(tmp_path):
    inner = zip_of({"email_1.fit": FIT, "email_2.fit": MONITORING, "readme.txt": b"hello"})
    blob = zip_of({"DI_CONNECT/UploadedFiles_0-_Part1.zip": inner, "activities/7.gpx.gz": gz(GPX), "p.csv": b"a,b"})
    plant(tmp_path, {"export.zip": blob})
    part = "export.zip!DI_CONNECT/UploadedFiles_0-_Part1.zip!"
    assert names(tmp_path) == [f"{part}email_1.fit", f"{part}email_2.fit", "export.zip!activities/7.gpx.gz"]
    entries = found(tmp_path / "export.zip")
    assert [e.load() for e in entries if e.error is None] == [FIT, GPX]
    assert [sorted(p.name for p in tmp_path.rglob("*"))] == [["export.zip"]]


def test_an_archive_is_known_by_its_content(tmp_path):
    plant(tmp_path, {"runs.bin": zip_of({"a.fit": FIT}), "book.xlsx": zip_of({"sheet.xml": b"<worksheet/>"})})
    assert names(tmp_path) == ["runs.bin!a.fit"]


@pytest.mark.case(37)
def test_apple_health_and_mac_archives_give_their_routes_only(tmp_path):
    files = {
        "apple_health_export/export.xml": b"<?xml version='1.0'?><!DOCTYPE HealthData [ broken",
        "apple_health_export/workout-routes/route_2024-01-01.gpx": GPX,
        "__MACOSX/apple_health_export/workout-routes/._route_2024-01-01.gpx": b"\0\5\x16\7",
        "apple_health_export/.DS_Store": b"\0\0\0\1Bud1",
        "GARMIN/Activity/A1.FIT": FIT,
        "清远市_跑步.fit": FIT,
    }
    plant(tmp_path, {"export.zip": zip_of(files)})
    assert names(tmp_path) == [
        "export.zip!apple_health_export/workout-routes/route_2024-01-01.gpx",
        "export.zip!GARMIN/Activity/A1.FIT",
        "export.zip!清远市_跑步.fit",
    ]


def test_thousands_of_other_files_cost_little(tmp_path):
    files = {f"email_{k}.fit": MONITORING for k in range(7000)}
    for k in range(0, 7000, 20):
        files[f"email_{k}.fit"] = FIT
    inner = zip_of(files)
    plant(tmp_path, {"garmin.zip": zip_of({"part.zip": inner, "x.json": b"{}" * 1000})})
    began = time.process_time()
    entries = found(tmp_path)
    runs = [e for e in entries if e.error is None]
    assert (len(runs), len(entries)) == (350, 7000)
    assert {e.load() for e in runs} == {FIT}
    assert time.process_time() - began < 4


def test_entries_go_to_another_process(tmp_path):
    plant(tmp_path, {"a.fit": FIT, "b.zip": nested("c.gpx", GPX, 3), "d.zip": raw_zip([Part("e.fit", FIT, flags=1)])})
    entries = found(tmp_path)
    assert [e.load() for e in entries[:2]] == [FIT, GPX]
    for entry in entries:
        again = pickle.loads(pickle.dumps(entry))
        assert (again.source, again.members, again.crc) == (entry.source, entry.members, entry.crc)
    with cf.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(Entry.load, entries[:2])) == [FIT, GPX]
        with pytest.raises(EncryptedError, match="password"):
            pool.submit(entries[2].load).result()


def test_what_a_cache_may_go_by(tmp_path):
    plant(tmp_path, {"a.fit": FIT, "b.zip": zip_of({"c.fit": FIT})})
    plain, member = found(tmp_path)
    state = (tmp_path / "a.fit").stat()
    assert (plain.size, plain.modified_ns, plain.crc) == (len(FIT), state.st_mtime_ns, None)
    assert (member.size, member.crc) == (len(FIT), member.members[-1].crc)
    assert Path(plain.path).is_absolute()


def test_a_broken_archive_fails_alone_and_says_so(tmp_path):
    good = zip_of({"a.fit": FIT})
    plant(tmp_path, {"cut.zip": good[:-30], "empty.zip": zip_of({}), "good.zip": good, "page.zip": b"<html>log in"})
    plant(tmp_path, {"outer.zip": zip_of({"inner.zip": good[:-30], "b.fit": FIT}), "cut.docx": good[:-30]})
    entries = {e.source: e for e in found(tmp_path)}
    assert list(entries) == [
        *("cut.docx!a.fit", "cut.docx", "cut.zip!a.fit", "cut.zip", "empty.zip", "good.zip!a.fit"),
        *("outer.zip!inner.zip!a.fit", "outer.zip!inner.zip", "outer.zip!b.fit", "page.zip"),
    ]  # a list that is lost hides no file
    assert all(entries[name].load() == FIT for name in entries if name.endswith("a.fit"))
    assert "download it again" in failing(entries["cut.zip"]).message
    assert "holds no recording" in failing(entries["empty.zip"]).message
    assert "download it again" in failing(entries["outer.zip!inner.zip"]).message
    assert entries["outer.zip!b.fit"].load() == FIT


@pytest.mark.case(38)
def test_a_locked_archive_is_one_line_and_its_open_files_are_read(tmp_path):
    locked = [Part(f"{k}.fit", FIT, flags=1) for k in range(700)]
    plant(tmp_path, {"all.zip": raw_zip(locked), "some.zip": raw_zip([*locked[:1], Part("b.fit", FIT)])})
    plant(tmp_path, {"photos.zip": raw_zip([Part("a.jpg", b"x", flags=1)])})
    every, photos, open_one, one = found(tmp_path)
    assert "700 files in it are protected by a password" in failing(every).message
    assert isinstance(failing(one), EncryptedError)
    assert (one.source, every.source) == ("some.zip!0.fit", "all.zip")
    assert (open_one.source, open_one.load()) == ("some.zip!b.fit", FIT)
    assert "holds no recording" in failing(photos).message


# ---------------------------------------------------------------------------------------------------- attacks


def attack(tmp_path: Path, blob: bytes, settings: Settings = DEFAULT) -> list[ReadError]:
    """Read everything in an archive; it must be quick, small, typed, and leave no trace on the disk."""
    (tmp_path / "in").mkdir(exist_ok=True)
    path = tmp_path / "in" / "x.zip"
    path.write_bytes(blob)
    before = sorted(tmp_path.parent.rglob("*"))
    errors: list[ReadError] = []

    def run() -> None:
        errors.clear()
        for entry in found(path, settings=settings):
            try:
                entry.content(settings)
            except ReadError as error:
                errors.append(error)

    bounded(run)
    assert sorted(tmp_path.parent.rglob("*")) == before
    return errors


@pytest.mark.case(38)
def test_bombs_are_refused(tmp_path):
    (overlap,) = attack(tmp_path, overlapping(GPX * 500, copies=2000))
    assert isinstance(overlap, LimitError)
    zeros = GPX[:600] + bytes(60 * 2**20)
    (expanding,) = attack(tmp_path, zip_of({"a.gpx": zeros}))
    assert "times" in expanding.message
    (twice,) = attack(tmp_path, zip_of({"a.gpx.gz": gz(zeros)}))
    assert "times" in twice.message
    (lying,) = attack(tmp_path, raw_zip([Part("a.gpx", GPX * 9, declared=len(GPX))]))
    assert "declares" in lying.message


@pytest.mark.case(38)
@pytest.mark.slow
def test_a_hundred_thousand_names_are_passed_over(tmp_path):
    (nothing,) = attack(tmp_path, raw_zip([Part(f"{k}.txt", b"", method=0) for k in range(100_000)]))
    assert "holds no recording" in nothing.message


@pytest.mark.case(38)
def test_archives_too_deep_are_refused_but_for_the_rest(tmp_path):
    assert attack(tmp_path, nested("a.gpx", GPX, 3)) == []
    (deep,) = attack(tmp_path, zip_of({"deep.zip": nested("a.gpx", GPX, 4), "b.gpx": GPX}))
    assert isinstance(deep, LimitError)
    assert deep.source.startswith("x.zip!deep.zip!part")
    (deep,) = attack(tmp_path, nested("a.gpx", GPX, 40))
    assert isinstance(deep, LimitError)


def test_an_archive_with_more_than_may_be_unpacked_ends_there(tmp_path):
    settings = Settings(limits=Limits(archive_bytes=3 * len(GPX)))
    errors = attack(tmp_path, zip_of({f"{k}.gpx": GPX for k in range(10)}), settings)
    assert [type(e) for e in errors] == [type(errors[0])]
    assert isinstance(errors[0], LimitError)
    assert errors[0].source == "x.zip"
    assert len(found(tmp_path / "in" / "x.zip", settings=settings)) == 4


@pytest.mark.case(38)
@pytest.mark.parametrize("name", ["../../evil.fit", "/etc/evil.fit", "C:\\evil.fit", "CON.fit", "a/../../b.fit"])
def test_names_that_lead_elsewhere_are_labels_only(tmp_path, name):
    assert attack(tmp_path, raw_zip([Part(name, FIT)])) == []
    (entry,) = found(tmp_path / "in" / "x.zip")
    assert entry.source == "x.zip!" + name.replace("\\", "/")
    assert entry.load() == FIT


@pytest.mark.case(38)
def test_links_in_archives_are_not_followed(tmp_path):
    plant(tmp_path, {"secret.fit": FIT})
    target = str(tmp_path / "secret.fit").encode()
    (refused,) = attack(tmp_path, raw_zip([Part("run.fit", target, mode=LINK_MODE), Part("x", target, mode=LINK_MODE)]))
    assert "link" in refused.message


def test_a_file_larger_than_allowed_is_refused_unread(tmp_path):
    path = tmp_path / "huge.gpx"
    with path.open("wb") as out:
        out.write(GPX)
        out.truncate(2**36)
    (entry,) = found(path)
    assert isinstance(failing(entry, Settings(limits=Limits(file_bytes=10_000))), LimitError)
    plant(tmp_path, {"a.gpx.gz": gz(GPX * 100)})
    assert "limit" in failing(found(tmp_path / "a.gpx.gz")[0], Settings(limits=Limits(file_bytes=10_000))).message


def test_repairs_on_the_way_come_with_the_content(tmp_path):
    plant(tmp_path, {"a.fit.gz": gz(FIT)[:-3], "b.zip": raw_zip([Part("c.gpx.gz", gz(GPX) + b"junk", crc=5)])})
    cut, both = (e.content() for e in found(tmp_path))
    assert isinstance(cut, Content)
    assert (cut.data, [p.code for p in cut.problems]) == (FIT, ["crc"])
    assert (both.data, [p.code for p in both.problems]) == (GPX, ["crc", "trailing-data"])
