"""What the files of a season gave, put aside: of a long season only the place where each result lies is in memory.

A file's result is made anew whenever it is asked for, in ten microseconds. So whoever looks over all runs takes one
pass and keeps the few numbers that he needs.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import marshal
import operator
import pickle
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from legspeed.model import FileResult, RunDigest, StreamLag
from legspeed.model.bursts import BurstsElsewhere
from legspeed.model.numbers import BySeconds, NumbersElsewhere
from legspeed.model.packed import Likened, values
from legspeed.model.scratch import HELD_RUNS, Aside, Scratch
from legspeed.seasons.book import Tables
from legspeed.seasons.pages import assessability_of, problem_of

if TYPE_CHECKING:
    from legspeed.seasons.book import Book

_FIELDS: Final = [field.name for field in dataclasses.fields(RunDigest)]
_values: Final = operator.attrgetter(*_FIELDS)
_BURSTS: Final = _FIELDS.index("bursts")
_MINUTES: Final = tuple(map(_FIELDS.index, ("minute_m", "minute_bpm")))
_START, _ASSESSABLE, _LAGS, _PROBLEMS, _STRENGTH, *_BY_SECONDS = map(
    _FIELDS.index,
    ("start", "assessable", "lags", "problems", "strength_sets", "best_speeds", "best_heart_bpm"),
)

Fetch = Callable[[], bytes | memoryview]
"""Returns the numbers of a file's runs."""


class Results(Likened[FileResult]):
    """The results of so many files, each in its place; reads like a tuple of them, and equals one.

    Parameters
    ----------
    count : int
        How many files there are; nothing is known of them yet.
    scratch : Scratch, optional
        Where results are put aside.
    book : Book, optional
        Where the candidates of those lie that were read by its help.

    Notes
    -----
    What is no run, has failed or holds jumps alone is held in memory: all of it is reported.
    """

    def __init__(self, count: int, scratch: Scratch | None = None, book: Book | None = None) -> None:
        self.scratch = scratch or Scratch()
        self._book = book
        self._begins, self._bytes, self._runs = (array(kind, [0]) * count for kind in "QIH")
        self._at_hand: dict[int, FileResult] = {}

    def keep(self, at: int, result: FileResult) -> None:
        """Keep a file's result; it replaces what was known of that file."""
        self._runs[at] = len(result.digests)
        row = None if len(self) <= HELD_RUNS else _row(result)
        if row is None:
            self._at_hand[at] = result
            self._bytes[at] = 0
            return
        self._at_hand.pop(at, None)
        if result.not_runs or result.failures or result.strength:
            self._at_hand[at] = dataclasses.replace(result, digests=())
        data = marshal.dumps(row)
        self._begins[at], self._bytes[at] = self.scratch.put(data), len(data)

    def missing(self) -> array[int]:
        """Return the places of the files of which nothing is known."""
        return array("I", (at for at, count in enumerate(self._bytes) if not count and at not in self._at_hand))

    def clear(self) -> None:
        """Forget everything."""
        self._at_hand.clear()
        self._bytes = array("I", [0]) * len(self)

    def runs(self, at: int) -> int:
        """Return how many runs are in a file."""
        return self._runs[at]

    def beside(self, at: int) -> FileResult | None:
        """Return what a file gave beside runs (these may be in it, too); None where that is nothing."""
        return self._at_hand.get(at)

    def digest(self, at: int, run: int) -> RunDigest:
        """Return a run of a file."""
        if not self._bytes[at]:
            return self._at_hand[at].digests[run]
        _, lies, digests = self._read(at)
        return _digest(digests[run], self._fetch(lies))

    def __len__(self) -> int:
        return len(self._bytes)

    def _at(self, at: int) -> FileResult:
        if not self._bytes[at]:
            return self._at_hand[at]
        source, lies, digests = self._read(at)
        fetch = self._fetch(lies)
        found = tuple(_digest(values, fetch) for values in digests)
        beside = self._at_hand.get(at)
        return FileResult(source, found) if beside is None else dataclasses.replace(beside, digests=found)

    def _read(self, at: int) -> Any:  # noqa: ANN401 - what was kept
        return marshal.loads(self.scratch.fetch(self._begins[at], self._bytes[at]))

    def _fetch(self, lies: Any) -> Fetch:  # noqa: ANN401 - as it is in a row
        """Return what fetches the numbers of a file."""
        if self._book is not None and type(lies[0]) is str:
            return Tables(self._book, *lies)
        return Aside(self.scratch, *lies)


def _row(result: FileResult) -> tuple[Any, ...] | None:
    """Return a result's runs as plain values; None where some of their numbers are in memory and not put aside."""
    lies: tuple[Any, ...] = (0, 0)
    digests = []
    for digest in result.digests:
        bursts = digest.bursts
        if type(bursts) is not BurstsElsewhere or not isinstance(bursts.fetch, Aside | Tables):
            return None
        lies = bursts.fetch.lies
        row = [*_values(digest)]
        row[_START] = digest.start.isoformat()
        row[_BURSTS] = bursts.place
        row[_ASSESSABLE] = values(digest.assessable)
        row[_LAGS] = [values(lag) for lag in digest.lags]
        row[_PROBLEMS] = [values(problem) for problem in digest.problems]
        row[_STRENGTH] = pickle.dumps(digest.strength_sets) if digest.strength_sets else b""
        for at in _MINUTES:
            if type(row[at]) is NumbersElsewhere:
                row[at] = row[at].place
            elif row[at]:
                return None
        for at in _BY_SECONDS:
            if type(row[at]) is not BySeconds:
                return None
            row[at] = row[at].packed
        digests.append(row)
    return result.source, lies, digests


def _digest(row: list[Any], fetch: Fetch) -> RunDigest:
    """Return the digest of its plain values."""
    row[_START] = dt.datetime.fromisoformat(row[_START])
    row[_BURSTS] = BurstsElsewhere(row[_BURSTS][0], fetch, row[_BURSTS][1])
    row[_ASSESSABLE] = assessability_of(*row[_ASSESSABLE])
    row[_LAGS] = tuple(StreamLag(*lag) for lag in row[_LAGS])
    row[_PROBLEMS] = tuple(problem_of(*one) for one in row[_PROBLEMS])
    row[_STRENGTH] = pickle.loads(row[_STRENGTH]) if row[_STRENGTH] else ()
    for at in _MINUTES:
        if row[at]:
            row[at] = NumbersElsewhere(row[at][0], fetch, row[at][1])
    for at in _BY_SECONDS:
        row[at] = BySeconds.of(*row[at])
    return RunDigest(*row)


class Digests(Likened[RunDigest]):
    """The runs of all files, one after another; reads like a tuple of them, and equals one.

    Parameters
    ----------
    results : sequences of FileResult
        The files, in some sequences that follow each other.
    """

    def __init__(self, *results: Sequence[FileResult]) -> None:
        self._results = results
        self._parts, self._files, self._runs = array("B"), array("I"), array("H")
        for part, files in enumerate(results):
            for file in range(len(files)):
                count = files.runs(file) if isinstance(files, Results) else len(files[file].digests)
                for run in range(count):
                    self._parts.append(part)
                    self._files.append(file)
                    self._runs.append(run)

    def chosen(self, places: Sequence[int]) -> Digests:
        """Return the runs at these places, in their order."""
        some = Digests()
        some._results = self._results
        some._parts, some._files, some._runs = (
            array(of.typecode, map(of.__getitem__, places)) for of in (self._parts, self._files, self._runs)
        )
        return some

    def __len__(self) -> int:
        return len(self._files)

    def _at(self, at: int) -> RunDigest:
        files, file, run = self._results[self._parts[at]], self._files[at], self._runs[at]
        return files.digest(file, run) if isinstance(files, Results) else files[file].digests[run]


def beside(*results: Sequence[FileResult]) -> Iterator[FileResult]:
    """Yield what files gave beside runs; of most files that is nothing."""
    for files in results:
        if isinstance(files, Results):
            yield from (one for at in range(len(files)) if (one := files.beside(at)) is not None)
        else:
            yield from files
