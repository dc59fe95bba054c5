"""The book: what every file gave, kept on disk, so that a season is read only once.

One page per content (its check sum), settings of the map and version of the code; and, for every file seen, the check
sum it had at that size and time. All of it can be made again: the book may be deleted at any time, a damaged one is set
aside, and where it cannot be written everything works without it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from legspeed.model import FileResult
from legspeed.seasons import shelf
from legspeed.seasons.pages import parts, read_back, unsealed

if TYPE_CHECKING:
    from legspeed.readers.containers.entries import Entry

#: The environment variable that names another place for the book.
VARIABLE: Final = "LEGSPEED_BOOK"

T = TypeVar("T")


class Places(Protocol):
    """Where what is known of so many files is put, each in its place: see :class:`legspeed.seasons.results.Results`."""

    def keep(self, at: int, result: FileResult) -> None:
        """Put what one file gave in its place."""

    def clear(self) -> None:
        """Forget everything."""


def default_place() -> Path:
    """Return where the book lies: as `LEGSPEED_BOOK` says, else in the user's cache folder."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("legspeed", appauthor=False) / "book.sqlite"


class LostError(Exception):
    """What the book was said to hold is damaged or gone. The season is then read once more; no user sees this error."""


class Book:
    """A book on disk, opened when it is first needed.

    Parameters
    ----------
    place : Path, optional
        Its file; by default :func:`default_place`.
    rehash : bool
        Whether files are read and their check sums made even where size and time are as they were.
    tell : callable, optional
        Called with one line for the user when the book had to be set aside or cannot be used.

    Notes
    -----
    Several processes may use one book at once. What a killed process had finished is in it, whole.
    """

    def __init__(
        self, place: Path | None = None, *, rehash: bool = False, tell: Callable[[str], None] | None = None
    ) -> None:
        self.place = place or default_place()
        self.rehash = rehash
        self._tell = tell
        self._connection: sqlite3.Connection | None = None
        self._given_up = False
        self._doubted = False
        self._held: dict[str, frozenset[tuple[str, str]]] = {}

    def known(self, entries: Sequence[Entry], way: str, results: Places) -> None:
        """Keep in the results what the book holds of the entries that are as they were.

        The candidates of their runs stay in the book until they are asked for: see :meth:`tables`.
        """
        self._held.clear()
        if not self.rehash and not self._guarded(lambda book: self._known(book, entries, way, results), False):
            results.clear()

    def read(self, page: object, source: str, content: str, way: str) -> FileResult | None:
        """Return the result of a page that is in the book, None where it is damaged."""
        if not isinstance(page, bytes):
            return None
        return read_back(parts(page)[0], source, Tables(self, content, way))

    def tables(self, content: str, way: str) -> bytes | memoryview:
        """Return the candidates of the runs in a content.

        Raises
        ------
        LostError
            When they are damaged or not there any more. Their page is dropped: the next time its file is read anew.
        """
        row = self._guarded(lambda book: shelf.tables(book, content, way), None)
        rows, _ = unsealed(row) if isinstance(row, bytes) else (None, b"")
        if rows is None:
            self._guarded(lambda book: shelf.forget(book, content, way), None)
            self._doubted = True
            raise LostError(f"{self.place}: the candidates of {content} are damaged or gone")
        return rows

    def keep(self, way: str, kept: Iterable[tuple[Entry, str, bytes]]) -> bool:
        """Write down what files gave, all of it or, if this is killed, nothing; tell whether it is in the book."""
        rows = list(kept)
        if rows:
            self._held.clear()
        return bool(rows) and self._guarded(lambda book: shelf.write(book, way, rows), False)

    @property
    def usable(self) -> bool:
        """Whether nothing has kept the book from being used so far."""
        return not self._given_up

    def holds(self, entry: Entry) -> bool:
        """Tell whether a file of these names, size and time or check sum was read before."""
        if self.rehash:
            return False
        held = self._held.get(entry.path)
        if held is None:
            nothing: frozenset[tuple[str, str]] = frozenset()
            held = self._guarded(lambda book: shelf.held(book, entry.path), nothing)
            if entry.members:  # an archive is asked for again, a file is not
                self._held[entry.path] = held
        return (shelf.inside(entry), shelf.stamp(entry)) in held

    def ruling(self, name: str) -> Iterator[tuple[object, object]]:
        """Yield the pages of the judgement kept under this name, each with its grounds; nothing when there is none."""
        number = None if self.rehash else self._guarded(lambda book: shelf.ruling(book, name), None)
        return iter(()) if number is None else self._pages(number)

    def last_ruling(self, season: str) -> Iterator[tuple[object, object]] | None:
        """Return the pages of the last judgement of this season, whatever its runs were then; None without any."""
        number = None if self.rehash else self._guarded(lambda book: shelf.last_ruling(book, season), None)
        return None if number is None else self._pages(number)

    def keep_ruling(self, name: str, season: str, pages: Callable[[], Iterable[tuple[bytes, bytes]]]) -> None:
        """Write down the pages of a judgement with their grounds, and drop judgements that are long out of date."""
        self._guarded(lambda book: shelf.write_ruling(book, name, season, pages()), None)

    def _pages(self, number: int) -> Iterator[tuple[object, object]]:
        for part in itertools.count():
            page = self._guarded(lambda book: shelf.ruling_page(book, number, part), None)  # noqa: B023 - called at once
            if page is None:
                return
            yield page

    def begin(self, way: str) -> None:
        """Note that this way of reading is in use, and drop the pages of ways that have not been used for long."""
        self._guarded(lambda book: shelf.note_way(book, way), None)

    def close(self) -> None:
        """Close the file; the book opens again when it is needed."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _known(self, book: sqlite3.Connection, entries: Sequence[Entry], way: str, results: Places) -> bool:
        """Put what the book holds into the results; once something was lost, only what has its candidates, too."""
        results.clear()
        for number, content, page in shelf.known(book, entries, way):
            result = self.read(page, entries[number].source, content, way)
            if result is not None and not (self._doubted and self._is_lost(content, way)):
                results.keep(number, result)
        return True

    def _is_lost(self, content: str, way: str) -> bool:
        try:
            self.tables(content, way)
        except LostError:
            return True
        return False

    def _guarded(self, work: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Do something with the book; a damaged one is set aside, and without one the answer is `otherwise`."""
        for attempt in (0, 1):
            if self._given_up:
                break
            seen = _identity(self.place)
            try:
                if self._connection is None:
                    self._connection = shelf.opened(self.place)
                return work(self._connection)
            except (sqlite3.DatabaseError, OSError, UnicodeDecodeError) as error:
                self.close()
                if attempt or not _is_damage(error) or not self._set_aside(seen):
                    self._give_up(error)
        return otherwise

    def _give_up(self, error: Exception) -> None:
        """Go on without the book."""
        self._given_up = True
        self.close()
        self._say(f"the book {self.place} cannot be used ({error}): going on without; --no-book leaves it out")

    def _set_aside(self, seen: tuple[int, int] | None) -> bool:
        """Give a damaged or foreign file another name, unless another process has done so already."""
        if _identity(self.place) != seen:
            return True
        number = 1
        while (aside := self.place.with_name(f"{self.place.name}.aside{number}")).exists():
            number += 1
        try:
            self.place.replace(aside)
            for tail in ("-wal", "-shm"):
                beside = self.place.with_name(self.place.name + tail)
                if beside.exists():
                    beside.replace(aside.with_name(aside.name + tail))
        except OSError:
            return False
        self._say(f"the book {self.place} was damaged or is none of ours: set aside as {aside.name} and begun anew")
        return True

    def _say(self, line: str) -> None:
        if self._tell is not None:
            self._tell(line)


@dataclass(frozen=True, slots=True)
class Tables:
    """Fetches the candidates of the runs in one content from the book, whenever it is called."""

    book: Book
    content: str
    way: str

    @property
    def lies(self) -> tuple[str, str]:
        """The content's name, and the way in which it was read."""
        return self.content, self.way

    def __call__(self) -> bytes | memoryview:
        """Fetch them."""
        return self.book.tables(self.content, self.way)


def page_of(place: str, content: str, way: str, source: str) -> FileResult | None:
    """Return what a content gave before, from any process; None when the book does not hold it or cannot be read."""
    try:
        book = sqlite3.connect(f"{Path(place).as_uri()}?mode=ro", uri=True, timeout=shelf.BUSY_S)
        try:
            page = shelf.page(book, content, way)
        finally:
            book.close()
    except sqlite3.Error:
        return None
    return None if page is None else read_back(page, source)


def _is_damage(error: Exception) -> bool:
    """Tell whether an error comes of what is in the file, and not of a lock, a full disk or a missing right.

    SQLite calls it a plain error when a table has lost a column; Python gives no code where a text in it is none.
    """
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF == sqlite3.SQLITE_ERROR
    return not isinstance(error, OSError)


def _identity(place: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of the same name."""
    try:
        state = place.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
