"""Many files, one at a time: the map. Each is read and measured, or comes from the book."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from legspeed.errors import NotActivityError, NoTimeError, ReadError
from legspeed.model import DAMAGE, Activity, Failure, FileResult, NotRun, RunDigest, StrengthSession
from legspeed.seasons.spread import Progress, spread
from legspeed.settings import Settings

if TYPE_CHECKING:
    import concurrent.futures as cf

    from legspeed.model.scratch import Scratch
    from legspeed.readers.containers.entries import Entry
    from legspeed.seasons.book import Book
    from legspeed.seasons.results import Results


def digest_file(entry: Entry, *, settings: Settings, laps: bool = True, strict: bool = False) -> FileResult:
    """Read one input and digest every run in it. Never raises for its content.

    Parameters
    ----------
    entry : Entry
        From :func:`legspeed.readers.containers.sources.discover`.
    settings : Settings
        Thresholds; only those of the map are used.
    laps : bool
        Whether laps may sharpen efforts.
    strict : bool
        Whether any damage makes the file a failure.
    """
    from legspeed.readers.api import read_all

    read = functools.partial(read_all, entry, settings=settings, strict=strict)
    return _digested(entry.source, read, settings=settings, laps=laps)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file gave, as a page of the book: small enough to be sent between processes.

    ``content`` is the name under which the book is to keep the page, empty where it is not to be kept. ``as_is`` is a
    result that no page can hold. A result is always made from its page, so that a file read anew and one out of the
    book give the same.
    """

    source: str
    page: bytes = b""
    content: str = ""
    as_is: FileResult | None = None

    def result(self, scratch: Scratch) -> FileResult:
        """Return what the file gave, its candidates put aside."""
        from legspeed.seasons.pages import parts, read_back, unsealed

        found = self.as_is
        if found is None:
            text, tables = parts(self.page)
            rows, _ = unsealed(tables)
            found = None if rows is None else read_back(text, self.source, scratch.aside(rows))
        if found is None:
            raise RuntimeError(f"the page of {self.source} was damaged on its way between two processes")
        return found


def _outcome(result: FileResult, content: str = "") -> Outcome:
    """Return a result as a page to be kept under the name `content`; one that no page can hold is not kept."""
    from legspeed.seasons.pages import written

    try:
        return Outcome(result.source, written(result), content)
    except ValueError:
        return Outcome(result.source, as_is=result)


def _without_book(entry: Entry, *, settings: Settings, laps: bool, strict: bool) -> Outcome:
    """Digest a file, nothing to be kept."""
    return _outcome(digest_file(entry, settings=settings, laps=laps, strict=strict))


def _for_book(entry: Entry, *, settings: Settings, laps: bool, strict: bool, place: str, way: str) -> Outcome:
    """Digest a file, unless the book knows its content under another name or time; with the page to keep.

    Not kept is what may give something else the next time: a file that could not be opened, a date in the future, a
    fault of ours, what a foreign reader made (its version is unknown), and what came damaged out of an archive, whose
    check sum there names other content.
    """
    from legspeed.readers.api import decode
    from legspeed.readers.registry import BUILT_IN, extension
    from legspeed.seasons.book import page_of

    try:
        content = entry.content(settings)
    except ReadError:
        return _without_book(entry, settings=settings, laps=laps, strict=strict)
    check_sum = hashlib.sha256(content.data)
    check_sum.update(repr(content.problems).encode())
    name = f"{check_sum.hexdigest()}{extension(entry.source)[:8]}"
    damaged = bool(entry.members) and content.problems != entry.problems
    known = page_of(place, name, way, entry.source)
    if known is not None:
        return _outcome(known, "" if damaged else name)
    read = functools.partial(decode, content, source=entry.source, settings=settings, strict=strict)
    result = _digested(entry.source, read, settings=settings, laps=laps)
    formats = {reader.name for reader in BUILT_IN}
    passing = any(problem.code == "date-implausible" for d in result.digests for problem in d.problems)
    ours = any(failure.code == "internal" for failure in result.failures)
    if passing or ours or damaged or any(d.format not in formats for d in result.digests):
        return _outcome(result)
    return _outcome(result, name)


def _digested(source: str, read: Callable[[], Sequence[Activity]], *, settings: Settings, laps: bool) -> FileResult:
    """Read and digest; every error becomes a row of the result."""
    try:
        return _digest_activities(source, read(), settings=settings, laps=laps)
    except (NotActivityError, NoTimeError) as error:
        return FileResult(source, not_runs=(NotRun(source, error.message),))
    except ReadError as error:
        return FileResult(source, failures=(Failure(source, error.code, error.message),))
    except Exception as error:  # a fault of ours in one file must not end the batch
        return FileResult(source, failures=(Failure(source, "internal", ours(error)),))


def ours(error: Exception) -> str:
    """Say that an error is a fault of ours and not of the file's."""
    return f"{type(error).__name__} in legspeed itself: please report it, with this file if you may"


def _digest_activities(source: str, activities: Sequence[Activity], *, settings: Settings, laps: bool) -> FileResult:
    """Digest the runs among the activities of one file; the second is called ``source#2``."""
    import dataclasses

    from legspeed.seasons.sports import shows_its_sport, why_not_a_run
    from legspeed.segmenter import digest

    digests: list[RunDigest] = []
    not_runs: list[NotRun] = []
    strength: list[StrengthSession] = []
    for activity in activities:
        reason = why_not_a_run(activity, settings.cleaning)
        if reason is not None:
            not_runs.append(NotRun(source, reason))
            jumps = tuple(one for one in activity.strength_sets if one.is_plyometric)
            if jumps:
                strength.append(StrengthSession(source, activity.start, activity.utc_offset_s, jumps))
            continue
        name = source if not digests else f"{source}#{len(digests) + 1}"
        digests.append(digest(dataclasses.replace(activity, source=name), settings=settings, laps=laps))
    damage = next((p for a in activities for p in a.problems if p.code in DAMAGE and not p.harmless), None)
    if damage is not None and not digests and not any(shows_its_sport(a, settings.cleaning) for a in activities):
        left = sum(activity.n for activity in activities)
        message = f"{damage.message}; what is left ({left} records) does not show a run: copy or download it again"
        return FileResult(source, failures=(Failure(source, damage.code, message),))
    return FileResult(source, tuple(digests), tuple(dict.fromkeys(not_runs)), strength=tuple(strength))


def map_files(
    entries: Sequence[Entry],
    *,
    settings: Settings,
    laps: bool = True,
    strict: bool = False,
    executor: cf.Executor | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    book: Book | None = None,
    scratch: Scratch | None = None,
) -> Results:
    """Digest many inputs and return the results in their order, however they were spread.

    Parameters
    ----------
    entries : sequence of Entry
        The inputs.
    settings, laps, strict
        As for :func:`digest_file`.
    executor : concurrent.futures.Executor, optional
        Where to run: threads, processes, a cluster. It is left open.
    jobs : int, optional
        Without an executor: worker processes; 1 is a plain loop; the default goes by files and cores.
    progress : callable, optional
        See :data:`Progress`.
    book : Book, optional
        What is in it is not read again; what is new is kept in it as soon as it is done. The candidates of all runs
        stay in it: asking for them raises :class:`legspeed.seasons.book.LostError` where they have been damaged since.
    scratch : Scratch, optional
        Where the results are put aside.
    """
    from legspeed.seasons.results import Results

    options: dict[str, Any] = {"settings": settings, "laps": laps, "strict": strict}
    results = Results(len(entries), scratch, book)

    def settled(places: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        for at, outcome in zip(places, outcomes, strict=True):
            results.keep(at, outcome.result(results.scratch))

    if book is None:
        work = functools.partial(_without_book, **options)
        spread(entries, results.missing(), work, settled, executor, jobs, progress)
        return results
    from legspeed.seasons.ways import way_of_reading

    way = way_of_reading(settings, laps=laps, strict=strict)
    book.begin(way)
    book.known(entries, way, results)
    for at in results.missing():
        entry = entries[at]
        if entry.error is not None:  # what needs no reading: the first bytes have said what it is
            results.keep(at, digest_file(entry, **options))

    def kept(places: Sequence[int], outcomes: Sequence[Outcome]) -> None:
        pairs = list(zip(places, outcomes, strict=True))
        if not book.keep(way, [(entries[at], o.content, o.page) for at, o in pairs if o.content]):
            settled(places, outcomes)
            return
        for at, o in pairs:
            back = book.read(o.page, o.source, o.content, way) if o.content else None
            results.keep(at, back or o.result(results.scratch))

    new = results.missing()
    work = functools.partial(_for_book, **options, place=str(book.place), way=way)
    spread(entries, new, work, kept, executor, jobs, progress if new else None)
    return results
