"""A damaged book is made again or passed over; it never says of one file what another gave, and never raises."""

import hashlib
import random

import pytest

from builders_book import read_by, told_by
from builders_season import gpx, morning
from legspeed.model import FileResult, NotRun
from legspeed.readers import Entry
from legspeed.seasons.book import Book
from legspeed.seasons.pages import written
from legspeed.seasons.results import Results

COUNT = 40
ENTRIES = [Entry(f"{n}.fit", f"/runs/{n}.fit", (), n, n) for n in range(COUNT)]
KEYS = [hashlib.sha256(bytes([n])).hexdigest() for n in range(COUNT)]
REASONS = [f"{n} {'x' * 600}" for n in range(COUNT)]
ROWS = [
    (entry, key, written(FileResult(entry.source, not_runs=(NotRun(entry.source, reason),))))
    for entry, key, reason in zip(ENTRIES, KEYS, REASONS, strict=True)
]


@pytest.fixture
def place(tmp_path):
    (tmp_path / "book").mkdir()
    return tmp_path / "book" / "book.sqlite"


def alone(place, data):
    """Put a book there, and nothing else."""
    for file in place.parent.iterdir():
        file.unlink()
    place.write_bytes(data)


def test_rows_overwritten_with_zeros_are_never_taken_for_others(place):
    """Among such rows a search by the key ends anywhere, and all the more once new rows were put among them."""
    with Book(place) as book:
        assert book.keep("way", ROWS)
    whole, chance = place.read_bytes(), random.Random(1)
    for _ in range(240):
        data = bytearray(whole)
        begin = chance.randrange(32_768, len(data))
        end = min(len(data), begin + chance.randrange(200, 6000))
        data[begin:end] = bytes(end - begin)
        alone(place, bytes(data))
        for _ in range(2):
            with Book(place) as book:
                results = Results(len(ENTRIES))
                book.known(ENTRIES, "way", results)
                found = {*range(len(ENTRIES))} - {*results.missing()}
                assert {n: results[n].not_runs[0].reason for n in found} == {n: REASONS[n] for n in found}
                book.keep("way", [row for n, row in enumerate(ROWS) if n not in found])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"CREATE TABLE pages", b"CREAT\xfd\xe9TABLE pages"),
        (b"way TEXT, page BLOB", b"way TEXT, pagf BLOB"),
        (b"CREATE TABLE rulings", b"CREATE TABLE rulingz"),
        (b"SQLite format 3", b"SQLite format 9"),
        (b" {time}", b"\xff{time}"),
    ],
)
def test_texts_damaged_are_made_anew_in_one_line(tmp_path, place, old, new):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.gpx").write_text(gpx(morning(0)))
    (tmp_path / "runs" / "b.gpx").write_text(gpx(morning(2)))
    expected = read_by(tmp_path / "runs", Book(place))
    data, time = place.read_bytes(), str((tmp_path / "runs" / "a.gpx").stat().st_mtime_ns).encode()
    old, new = (said.replace(b"{time}", time) for said in (old, new))
    assert old in data
    alone(place, data.replace(old, new))
    book, lines = told_by(place)
    assert read_by(tmp_path / "runs", book) == expected
    (line,) = lines
    assert "set aside as book.sqlite.aside1 and begun anew" in line
    book, lines = told_by(place)
    assert (read_by(tmp_path / "runs", book), lines) == (expected, [])
