"""The book's SQLite file: its tables, and what is asked of them. What damage means is decided by :class:`Book`."""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from legspeed.seasons.pages import parts

if TYPE_CHECKING:
    from legspeed.readers.containers.entries import Entry

#: ``legs`` as a number: marks a SQLite file as ours.
_OURS: Final = 0x6C656773
_LAYOUT: Final = 8
BUSY_S: Final = 30.0
#: Pages made by other settings or older code are dropped once so many other ways of reading have been used since.
_WAYS_KEPT: Final = 4
#: Judgements are kept for so many seasons: a squad, and some days of each.
_RULINGS_KEPT: Final = 100
#: A run's candidates are some 20 kB: in SQLite's own 4 kB they are read piece by piece.
_PAGE_BYTES: Final = 32_768
#: What SQLite may hold of the book in memory.
_CACHE_KIB: Final = 1024
#: So many files are asked for at once, by two values each (SQLite takes at least 999): more are no faster.
_ASKED_AT_ONCE: Final = 100
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS pages (content TEXT, way TEXT, page BLOB, PRIMARY KEY (content, way)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS candidates (content TEXT, way TEXT, tables BLOB, PRIMARY KEY (content, way)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (path TEXT, inside TEXT, stamp TEXT, content TEXT, PRIMARY KEY (path, inside))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ways (way TEXT PRIMARY KEY, used INTEGER);
CREATE TABLE IF NOT EXISTS rulings (number INTEGER PRIMARY KEY, name TEXT UNIQUE, season TEXT);
CREATE TABLE IF NOT EXISTS ruled (number INTEGER, part INTEGER, page BLOB, grounds BLOB, PRIMARY KEY (number, part))
    WITHOUT ROWID;
"""


def opened(place: Path) -> sqlite3.Connection:
    """Open or begin the book.

    Raises
    ------
    sqlite3.DatabaseError
        When the file is none of ours or damaged (an `OperationalError` when it cannot be opened or written).
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    book = sqlite3.connect(place, timeout=BUSY_S, isolation_level=None)
    try:
        (mark,) = book.execute("PRAGMA application_id").fetchone()
        (layout,) = book.execute("PRAGMA user_version").fetchone()
        if (mark, layout) != (_OURS, _LAYOUT):
            (tables,) = book.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and mark != _OURS:
                raise sqlite3.DatabaseError("a database of another program")
            _begin(book)
        book.execute("PRAGMA synchronous = NORMAL")
        # Said again, for SQLite counts pages of the size that it had expected before it knew ours.
        book.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    except BaseException:
        book.close()
        raise
    return book


def _begin(book: sqlite3.Connection) -> None:
    """Make the tables; those of another layout are dropped."""
    book.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    book.execute("PRAGMA journal_mode = WAL")
    with _transaction(book):
        (mark,) = book.execute("PRAGMA application_id").fetchone()
        (layout,) = book.execute("PRAGMA user_version").fetchone()
        if mark == _OURS and layout != _LAYOUT:
            for name in ("pages", "candidates", "files", "ways", "rulings", "ruled"):
                book.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES.split(";"):
            book.execute(statement)
        book.execute(f"PRAGMA application_id = {_OURS}")
        book.execute(f"PRAGMA user_version = {_LAYOUT}")


@contextlib.contextmanager
def _transaction(book: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or nothing."""
    book.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            book.execute("ROLLBACK")
        raise
    book.execute("COMMIT")


def known(book: sqlite3.Connection, entries: Sequence[Entry], way: str) -> Iterator[tuple[int, str, object]]:
    """Yield place, content and page of the entries that are as they were."""
    numbered = enumerate(entries)
    while some := list(itertools.islice(numbered, _ASKED_AT_ONCE)):
        places: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for number, entry in some:
            if entry.error is None:
                places.setdefault((written(entry.path), inside(entry)), []).append((number, stamp(entry)))
        if not places:
            continue
        rows = book.execute(
            f"WITH asked(path, inside) AS (VALUES {', '.join(['(?, ?)'] * len(places))}) "
            "SELECT files.path, files.inside, stamp, files.content, pages.content, way, page "
            "FROM asked CROSS JOIN files USING (path, inside) CROSS JOIN pages USING (content) WHERE way = ?",
            (*itertools.chain.from_iterable(places), way),
        )
        for path, within, state, content, *key, page in rows:
            # In a damaged table a search may end at another row than was asked for.
            if key == [content, way]:
                for number, its_stamp in places.get((path, within), ()):
                    if its_stamp == state:
                        yield number, content, page


def page(book: sqlite3.Connection, content: str, way: str) -> bytes | None:
    """Return the page of a content with its tables; None where there is none."""
    row = book.execute(
        "SELECT pages.content, pages.way, page, tables FROM pages JOIN candidates USING (content, way) "
        "WHERE content = ? AND way = ?",
        (content, way),
    ).fetchone()
    both = () if row is None or row[:2] != (content, way) else row[2:]
    return b"".join(both) if both and all(isinstance(part, bytes) for part in both) else None


def tables(book: sqlite3.Connection, content: str, way: str) -> object:
    """Return the tables of a content as they lie there; None where there are none."""
    row = book.execute(
        "SELECT content, way, tables FROM candidates WHERE content = ? AND way = ?", (content, way)
    ).fetchone()
    return None if row is None or row[:2] != (content, way) else row[2]


def forget(book: sqlite3.Connection, content: str, way: str) -> None:
    """Drop the page of a content."""
    book.execute("DELETE FROM pages WHERE content = ? AND way = ?", (content, way))


def held(book: sqlite3.Connection, path: str) -> frozenset[tuple[str, str]]:
    """Return the way inside and the stamp of everything that was read at a path."""
    return frozenset(book.execute("SELECT inside, stamp FROM files WHERE path = ?", (written(path),)).fetchall())


def ruling(book: sqlite3.Connection, name: str) -> int | None:
    """Return the number of the judgement of this name."""
    row = book.execute("SELECT number FROM rulings WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def last_ruling(book: sqlite3.Connection, season: str) -> int | None:
    """Return the number of the last judgement of a season."""
    (number,) = book.execute("SELECT max(number) FROM rulings WHERE season = ?", (season,)).fetchone()
    return number  # type: ignore[no-any-return]  # as it was written


def ruling_page(book: sqlite3.Connection, number: int, part: int) -> tuple[object, object] | None:
    """Return a part of a judgement, and its grounds, as they lie there; None behind the last."""
    row: tuple[object, ...] | None = book.execute(
        "SELECT number, part, page, grounds FROM ruled WHERE number = ? AND part = ?", (number, part)
    ).fetchone()
    return None if row is None or row[:2] != (number, part) else row[2:]  # type: ignore[return-value]  # two are left


def write_ruling(book: sqlite3.Connection, name: str, season: str, pages: Iterable[tuple[bytes, bytes]]) -> None:
    """Write down a judgement, and drop those long behind it."""
    with _transaction(book):
        number = book.execute("INSERT OR REPLACE INTO rulings (name, season) VALUES (?, ?)", (name, season)).lastrowid
        book.execute("DELETE FROM ruled WHERE number = ?", (number,))  # numbers come again
        rows = ((number, part, *page) for part, page in enumerate(pages))
        book.executemany("INSERT INTO ruled VALUES (?, ?, ?, ?)", rows)
        book.execute("DELETE FROM rulings WHERE number <= (SELECT max(number) FROM rulings) - ?", (_RULINGS_KEPT,))
        book.execute("DELETE FROM ruled WHERE number NOT IN (SELECT number FROM rulings)")


def write(book: sqlite3.Connection, way: str, rows: Sequence[tuple[Entry, str, bytes]]) -> bool:
    """Write pages and the stamps of their files in one transaction."""
    both = [(content, *parts(whole)) for _, content, whole in rows]
    pages = [(content, way, text) for content, text, _ in both]
    tables = [(content, way, numbers) for content, _, numbers in both]
    files = [(written(entry.path), inside(entry), stamp(entry), content) for entry, content, _ in rows]
    with _transaction(book):
        book.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", pages)
        book.executemany("INSERT OR REPLACE INTO candidates VALUES (?, ?, ?)", tables)
        book.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)
    return True


def note_way(book: sqlite3.Connection, way: str) -> None:
    """Put this way of reading last among those used; drop what belongs to ways no longer used."""
    last = book.execute("SELECT way FROM ways ORDER BY used DESC LIMIT 1").fetchone()
    if last is not None and last[0] == way:
        return
    with _transaction(book):
        book.execute("INSERT OR REPLACE INTO ways SELECT ?, 1 + coalesce(max(used), 0) FROM ways", (way,))
        kept = "SELECT way FROM ways ORDER BY used DESC LIMIT ?"
        for table in ("pages", "candidates", "ways"):
            book.execute(f"DELETE FROM {table} WHERE way NOT IN ({kept})", (_WAYS_KEPT,))
        book.execute("DELETE FROM files WHERE content NOT IN (SELECT content FROM pages)")


def written(path: str) -> str:
    """Return a path as SQLite can hold it: names of files need not be text, as in an archive from another system."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "\0" + os.fsencode(path).decode(errors="backslashreplace")  # no path holds a NUL: this is no other's
    return path


def inside(entry: Entry) -> str:
    """Return the way inside archives."""
    return "\0".join(member.name for member in entry.members)


def stamp(entry: Entry) -> str:
    """Return what shows that a file is as it was: size and time; inside an archive size, check sum and faults."""
    return f"{entry.size} {entry.crc if entry.members else entry.modified_ns}{' !' * len(entry.problems)}"
