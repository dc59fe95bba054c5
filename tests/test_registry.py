"""Who reads a file: its content decides, and one broken plug-in keeps nobody from reading."""

from __future__ import annotations

import importlib.metadata
import json
import struct
import subprocess
import sys
import zlib

import pytest

from builders_archives import gpx_run, gz, zip_of
from builders_fit import FILE_ID, file_id, fit_file, simple_run
from legspeed import read, season
from legspeed.errors import UnknownFormatError
from legspeed.readers import Reader, Registry, registered
from legspeed.readers.content import describe, fit_without_activity
from legspeed.readers.registry import BUILT_IN, GROUP, extension


def fake(name: str, magic: bytes, *extensions: str) -> Reader:
    return Reader(name, extensions, lambda head: head.startswith(magic), lambda _data, _limits: (), "")


TWO = Registry((fake("one", b"1", ".one"), fake("both", b"", ".both")))


# ---------------------------------------------------------------------------------------------------- choosing


@pytest.mark.parametrize(
    ("head", "name", "reader"),
    [
        (b"1...", "", "one"),
        (b"1...", "a.one", "one"),
        (b"1...", "a.both", "both"),
        (b"2...", "a.one", "both"),
        (b"1...", "A.BOTH.GZ", "both"),
        (b"1...", "export.zip!d.both/a", "one"),
    ],
)
def test_the_content_decides_and_the_name_only_says_whom_to_ask_first(head, name, reader):
    assert TWO.choose(head, name).name == reader


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.FIT", ".fit"), ("x/b.fit.gz", ".fit"), ("a.gz", ""), ("fit", ""), (".fit", ".fit"), ("a.b/c", ""), ("", "")],
)
def test_the_ending_is_the_one_before_gz(name, ending):
    assert extension(name) == ending


def test_the_built_in_formats_are_known_by_name_and_ending():
    names = ["fit", "gpx", "tcx"]
    assert [r.name for r in BUILT_IN] == names
    assert [r.name for r in registered().readers][:3] == names
    assert registered().promised("x.TCX.gz")
    assert not registered().promised("x.csv")
    assert all(r.doc for r in registered().readers)


@pytest.mark.parametrize(
    ("head", "reader"), [(simple_run(3)[:512], "fit"), (gpx_run()[:512], "gpx"), (b" " * 10 + gpx_run()[:500], "gpx")]
)
def test_the_built_in_readers_know_their_own_content_whatever_its_name(head, reader):
    for name in ("", "a.fit", "a.gpx", "a.tcx", "a.txt"):
        assert registered().choose(head, name).name == reader


def test_asking_for_the_readers_imports_none_of_them():
    code = (
        "import sys, legspeed.readers as r; r.registered(); "
        "print([m for m in sys.modules if m.startswith(('legspeed.readers.fit', 'legspeed.readers.xml'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------------------------------------------- plug-ins


class Point:
    """Stands for an entry point of another package."""

    def __init__(self, name: str, answer: object) -> None:
        self.name, self.value, self.answer = name, f"{name}_package:READER", answer

    def load(self) -> object:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def plugged(monkeypatch):
    def plug(*points: Point) -> Registry:
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == GROUP else ())
        registered.cache_clear()
        return registered()

    yield plug
    monkeypatch.undo()
    registered.cache_clear()


def test_a_plug_in_joins_behind_the_built_in_ones(plugged):
    found = plugged(Point("polar", fake("polar", b"POLAR", ".hrm")))
    assert [r.name for r in found.readers] == ["fit", "gpx", "tcx", "polar"]
    assert found.choose(b"POLAR...", "a.bin").name == "polar"
    assert found.problems == ()


def test_a_plug_in_that_fails_is_left_out_and_named(plugged):
    found = plugged(
        Point("a", ImportError("no module named x")),
        Point("b", "not a reader"),
        Point("c", fake("fit", b"")),
        Point("d", fake("d", b"D")),
    )
    assert [r.name for r in found.readers] == ["fit", "gpx", "tcx", "d"]
    assert [p.code for p in found.problems] == ["internal"] * 3
    for name, problem in zip("abc", found.problems, strict=True):
        assert f"'{name}'" in problem.message


def test_a_plug_in_that_fails_at_the_question_takes_nothing():
    def burst(_head: bytes) -> bool:
        raise RuntimeError

    some = Registry((Reader("burst", (".one",), burst, lambda _data, _limits: (), ""), *TWO.readers))
    assert some.choose(b"1", "a.one").name == "one"


# ---------------------------------------------------------------------------------------------------- what it is

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
LOOKS = [
    (b"", "empty"),
    (b"\x0e", "1 byte,"),
    (b"\0" * 400, "zeros"),
    (b"<!DOCTYPE html><html><body>Log in", "web page"),
    (b"\xef\xbb\xbf  <HTML>", "web page"),
    (json.dumps({"a": [1, 2, 3]}).encode(), "JSON"),
    (json.dumps([{"a": 1}], indent=1).encode(), "JSON"),
    (b"[Params]\r\nVersion=106\r\n", "a Polar HRM file"),
    (b"[main]\nname = x\n", "text"),
    (b"{ not json at all", "text"),
    (b"\xff" * 600, "binary data of no known kind"),
    ("Läufe über Mönche".encode("latin-1"), "text"),
    (b'<?xml version="1.0"?><!-- c --><kml xmlns="x">', "<kml>"),
    ("<?xml?><osm>".encode("utf-16"), "<osm>"),
    (b"Date,Distance,Pace\n2024-01-01,5,4:00\n", "CSV"),
    (b"A training diary, in words.", "text"),
    (PNG, "image"),
    (b"\xff\xd8\xff\xe0" + bytes(30), "image"),
    (b"%PDF-1.7 and so on", "PDF"),
    (b"SQLite format 3\0" + bytes(30), "SQLite"),
    (b"7z\xbc\xaf\x27\x1c" + bytes(30), "7z"),
    (b"Rar!\x1a\x07\x01\0" + bytes(30), "RAR"),
    (bytes([1]) * 257 + b"ustar" + bytes(200), "tar"),
    (zip_of({"a": b""}), "zip"),
    (gz(b"x"), "gzip"),
    (struct.pack("<40I", *range(1000, 1040)), "binary"),
    (zlib.compress(bytes(99)), "binary"),
    (b"\0\0\0\x18ftypmp42" + bytes(20), "video"),
]


@pytest.mark.parametrize(("head", "says"), LOOKS, ids=[says for _, says in LOOKS])
def test_unknown_content_is_named_with_the_way_out(head, says):
    with pytest.raises(UnknownFormatError) as caught:
        Registry(BUILT_IN).choose(head, "a.fit")
    message = str(caught.value)
    assert says in message
    assert "FIT, GPX, TCX" in message
    assert message.isprintable()
    assert describe(head)[1] in message


def test_the_name_of_an_unknown_root_cannot_smuggle_anything_in():
    with pytest.raises(UnknownFormatError) as caught:
        Registry(BUILT_IN).choose("<a\u202e\x9b31m>".encode() + b" " * 20)
    assert str(caught.value).isprintable()


# ---------------------------------------------------------------------------------------------------- FIT at a glance


@pytest.mark.parametrize(("kind", "says"), [(32, "monitoring"), (2, "settings"), (6, "course"), (9, "weight")])
def test_a_fit_file_of_another_kind_says_so_in_its_first_bytes(kind, says):
    blob = fit_file(file_id(kind))
    assert fit_without_activity(blob[:512], len(blob)) == says
    assert fit_without_activity(blob[:512], len(blob) - 5) == says


def test_a_fit_file_in_any_doubt_is_left_to_the_reader():
    monitoring, run = fit_file(file_id(32)), simple_run(5)
    assert fit_without_activity(run[:512], len(run)) is None
    chained = monitoring + run
    assert fit_without_activity(chained[:512], len(chained)) is None
    for blob in (
        fit_file(file_id(99)),
        fit_file(file_id(None)),
        fit_file(FILE_ID.definition()),
        fit_file(file_id(32)[:-9], data_size=0),
        fit_file(file_id(32), data_size=0),
        fit_file(b"\x40\0\0\x14\0\x01\0\x01\0\0\x20"),
        gpx_run(),
    ):
        assert fit_without_activity(blob[:512], len(blob)) is None
    for cut in range(len(monitoring)):
        assert fit_without_activity(monitoring[:cut], cut) in (None, "monitoring")


@pytest.mark.parametrize(
    "before", [b" " * 600, b"<!-- " + b"licence " * 100 + b"-->", b'<?xml-stylesheet href="x"?>\n' * 30]
)
def test_what_stands_before_the_root_of_an_xml_may_be_long(before, tmp_path):
    track = gpx_run().replace(b"<gpx", before + b"<gpx", 1)
    assert read(track).n == read(gpx_run()).n
    (tmp_path / "a.gpx").write_bytes(track)
    assert len(season(tmp_path).runs) == 1


def test_a_long_prologue_before_something_else_is_named_as_what_it_is():
    with pytest.raises(UnknownFormatError, match="XML of another kind"):
        read(b"<?xml version='1.0'?><!--" + b"x" * 600 + b"--><kml/>")
