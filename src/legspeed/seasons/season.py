"""All runs of one athlete and what they add up to: the reduce."""

from __future__ import annotations

import concurrent.futures as cf  # at the top: who asks for the types of `season` is to get them
import contextlib
import datetime as dt
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from legspeed.athlete import Athlete
from legspeed.exposure.days import speed_days
from legspeed.exposure.gaps import gaps
from legspeed.exposure.logbook import Logbook
from legspeed.exposure.notes import notes
from legspeed.exposure.recency import exposure
from legspeed.model import (
    Duplicate,
    Failure,
    FileResult,
    NotRun,
    Packed,
    PlyometricSession,
    Run,
    RunDigest,
    Season,
    StrengthSession,
    WatchDelay,
    Yardstick,
)
from legspeed.model.packed import Made
from legspeed.model.scratch import Scratch
from legspeed.seasons.among import others_beside
from legspeed.seasons.batch import map_files
from legspeed.seasons.book import Book, LostError
from legspeed.seasons.exports import with_lists
from legspeed.seasons.plyometrics import sessions_of
from legspeed.seasons.results import Digests, beside
from legspeed.seasons.rulings import ruled
from legspeed.seasons.runs import Runs
from legspeed.seasons.spread import Progress
from legspeed.seasons.strikes import struck_starts, with_copies
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.readers.containers.entries import Entry

PathLike = str | Path
Inputs = PathLike | RunDigest | Iterable[PathLike | RunDigest]


def season(
    inputs: Inputs,
    *,
    athlete: Athlete | None = None,
    settings: Settings | None = None,
    executor: cf.Executor | None = None,
    jobs: int | None = 1,
    as_of: dt.date | None = None,
    laps: bool = True,
    strict: bool = False,
    progress: Progress | None = None,
    book: Book | None = None,
    among: PathLike | Iterable[PathLike] = (),
) -> Season:
    """Read every run below the paths and report the efforts, the exposure and the gaps.

    Parameters
    ----------
    inputs : path, RunDigest, or an iterable of them
        Folders, files and archives (read in place), or digests from an earlier :func:`legspeed.digest`.
    athlete : Athlete, optional
        What the runner says about himself; see :class:`legspeed.Athlete`.
    settings : Settings, optional
        Thresholds; the default is those of `athlete`.
    executor : concurrent.futures.Executor, optional
        Where files are read; it is left open.
    jobs : int, optional
        Without an executor, so many worker processes of our own: 1 is none, a plain loop, which works in any script;
        None is by files and cores. A script that lets us start workers needs the usual
        ``if __name__ == "__main__":``.
    as_of : date, optional
        The evening on which "days since" and the open gap are counted; default: the last run's local date.
    laps : bool
        Whether the lap key may sharpen an effort that the signals show.
    strict : bool
        Whether any damage makes a file a failure instead of being repaired.
    progress : callable, optional
        Called with files done, files in all and seconds left (None while unknown).
    book : Book, optional
        What was read before and is unchanged comes out of it; what is new goes into it. The command line uses
        ``legspeed.seasons.book.Book()``; without one everything is read.
    among : path or iterable of paths, optional
        Folders, files and archives with the athlete's other runs: his own speeds, and what his watch does, come from
        them too. Nothing else of them is reported but paths that are not there, and how many runs there are.

    Returns
    -------
    Season
        Also when some or all inputs failed: see ``failed`` and ``exit_code``. The same whatever the number of jobs.
    """
    athlete = athlete or Athlete()
    settings = settings or athlete.settings
    items = [inputs] if isinstance(inputs, str | Path | RunDigest) else list(inputs)
    given = tuple(FileResult(d.source, (d,)) for d in items if isinstance(d, RunDigest))
    paths = [Path(item) for item in items if not isinstance(item, RunDigest)]
    others = [Path(among)] if isinstance(among, str | Path) else [Path(path) for path in among]
    rules = _Rules(athlete, settings, laps)

    def mapped(held: Book | None) -> _Mapped:
        return _mapped(
            paths, given, others, rules, held, strict=strict, executor=executor, jobs=jobs, progress=progress
        )

    if paths or others:
        place = "\0".join(sorted(str(path.absolute()) for path in others or paths))
        # Digests given by hand may say anything: nothing is kept of them.
        found = _read(mapped, rules, book, keep=not given, place=place)
    else:
        found = _counted(_Mapped((given,), Scratch()), rules)
    return _added_up(found, rules, as_of)


def analyze(
    inputs: Inputs,
    *,
    athlete: Athlete | None = None,
    settings: Settings | None = None,
    laps: bool = True,
    strict: bool = False,
    book: Book | None = None,
    among: PathLike | Iterable[PathLike] = (),
) -> Season:
    """Report the efforts of a few runs, each file read in turn: :func:`season` without workers or progress.

    The yardstick comes from these runs and from those `among` which they are judged, unless the athlete gives one.
    """
    return season(inputs, athlete=athlete, settings=settings, jobs=1, laps=laps, strict=strict, book=book, among=among)


@dataclass(frozen=True, slots=True)
class _Rules:
    """By what runs are judged: what the athlete says, the thresholds, and whether laps may time an effort."""

    athlete: Athlete
    settings: Settings
    laps: bool


@dataclass(frozen=True, slots=True)
class _Counted:
    """What remains of the files once the runs are judged.

    ``among`` is the number of other runs, which are not reported, that these were judged among.
    """

    runs: Sequence[Run]
    not_runs: tuple[NotRun, ...]
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    yardstick: Yardstick
    plyometrics: tuple[PlyometricSession, ...]
    scratch: Scratch
    among: int = 0
    watches: tuple[WatchDelay, ...] = ()


def _read(
    mapped: Callable[[Book | None], _Mapped], rules: _Rules, book: Book | None, *, keep: bool, place: str
) -> _Counted:
    """Judge the runs in what the map gives; with `keep` the book may keep the judgement of the runs of this `place`."""
    # What the book was to hold may be damaged: then the file is read once more, and in the end without the book.
    for held in (book, book, None) if book is not None else (None,):
        with contextlib.suppress(LostError):
            return _counted(mapped(held), rules, book=held if keep else None, place=place)
    raise AssertionError("without a book nothing can be lost from it")


@dataclass(frozen=True, slots=True)
class _Mapped:
    """What the files gave, with what the exports' lists say of it: results in some sequences that follow each other.

    ``entries`` are the files where the athlete has struck something out in one. Where runs are judged among others,
    ``shown`` are the sources of those that are reported.
    """

    results: tuple[Sequence[FileResult], ...]
    scratch: Scratch
    entries: Sequence[Entry] = ()
    shown: frozenset[str] | None = None


def _mapped(
    paths: Sequence[Path],
    given: Sequence[FileResult],
    others: Sequence[Path],
    rules: _Rules,
    book: Book | None,
    *,
    strict: bool,
    executor: cf.Executor | None,
    jobs: int | None,
    progress: Progress | None,
) -> _Mapped:
    """Read the paths, and those of the others."""
    from legspeed.readers.containers.sources import discover

    settings, scratch = rules.settings, Scratch()
    known = None if book is None else book.holds
    entries = Packed(discover(paths, settings, known=known), scratch)
    few = range(len(entries))
    for entry in discover(others, settings, known=known):
        entries.add(entry)
    found = map_files(
        entries,
        settings=settings,
        laps=rules.laps,
        strict=strict,
        executor=executor,
        jobs=jobs,
        progress=progress,
        book=book,
        scratch=scratch,
    )
    missing = with_lists(entries, found, few, settings)
    struck = Made.chosen(entries, few) if rules.athlete.strikes else ()
    if not others:
        return _Mapped((given, found, missing), scratch, struck)
    rest = range(len(few), len(entries))
    with_lists(entries, found, rest, settings)
    own = [d for part in (given, Made.chosen(found, few)) for result in part for d in result.digests]
    others_beside(own, found, rest, settings.together)
    parts = given, Made.chosen(found, few), missing, Made.chosen(found, rest)
    return _Mapped(parts, scratch, struck, frozenset(d.source for d in own))


def _counted(found: _Mapped, rules: _Rules, *, book: Book | None = None, place: str = "") -> _Counted:
    """Return every run once and judged; the `book` finds an earlier judgement by the `place`, or keeps this one.

    Of runs that were read only so that others are judged among them, nothing but their number is returned.
    """
    read, shown, scratch = Digests(*found.results), found.shown, found.scratch
    athlete, settings = rules.athlete, rules.settings
    not_runs: list[NotRun] = []
    failed: list[Failure] = []
    strength: list[StrengthSession] = []
    for result in beside(*found.results):
        not_runs += result.not_runs
        failed += result.failures
        strength += result.strength
    ruling = ruled(
        read,
        athlete=athlete,
        settings=settings,
        laps=rules.laps,
        book=book,
        place=place,
        part=shown is not None,
        scratch=scratch,
    )
    digests, judgement = read.chosen(ruling.kept), ruling.judgement
    runs = Runs(
        digests,
        judgement.runs,
        judgement.yardsticks,
        time_zone=athlete.time_zone,
        named=_names(read, ruling.duplicates),
        struck=with_copies(struck_starts(read, found.entries, athlete), read, ruling.duplicates, settings.together),
        near_s=settings.together.strike_s,
        scratch=scratch,
    )
    reported: Sequence[Run] = runs
    watches = judgement.watches
    yardstick = judgement.yardstick
    if shown is not None:
        places = array("I", (at for at, digest in enumerate(digests) if digest.source in shown))
        reported = Made.chosen(runs, places)
        worn = {digests[at].device for at in places}
        watches = tuple(one for one in watches if one.device in worn)
        yardstick = judgement.yardsticks[places[-1]] if places else yardstick  # what came later is not asked for
    return _Counted(
        runs=reported,
        not_runs=tuple(sorted(not_runs, key=lambda row: row.source)),
        duplicates=tuple(one for one in ruling.duplicates if shown is None or one.source in shown),
        failed=tuple(sorted(failed, key=lambda row: (row.source, row.code))),
        yardstick=yardstick,
        plyometrics=sessions_of([*strength, *runs.jumps], digests, athlete.time_zone),
        scratch=scratch,
        among=len(digests) - len(reported),
        watches=watches,
    )


def _added_up(found: _Counted, rules: _Rules, as_of: dt.date | None) -> Season:
    """Return the season of the runs that count."""
    athlete, settings = rules.athlete, rules.settings
    log, yardstick = Logbook(found.runs, found.scratch), found.yardstick
    as_of = as_of or log.last
    touched = speed_days(log, athlete=athlete, settings=settings, as_of=as_of)
    stretches = gaps(log, touched, athlete=athlete, settings=settings, as_of=as_of)
    return Season(
        settings_id=settings.fingerprint(),
        name=athlete.name,
        yardstick=yardstick,
        runs=found.runs,
        not_runs=found.not_runs,
        duplicates=found.duplicates,
        failed=found.failed,
        exposure=exposure(
            log,
            touched,
            athlete=athlete,
            yardstick=yardstick,
            settings=settings,
            as_of=as_of,
            plyometrics=found.plyometrics,
        ),
        gaps=stretches,
        notes=notes(log, touched, stretches, athlete=athlete, yardstick=yardstick, settings=settings, as_of=as_of),
        among=found.among,
        watches=found.watches,
    )


def _names(digests: Sequence[RunDigest], duplicates: Sequence[Duplicate]) -> dict[str, tuple[str | None, str | None]]:
    """Return name and type that only another recording of a run has, by the source that stands for it."""
    twice = {one.source for one in duplicates}
    asked = digests if twice else ()
    said = {d.source: (d.name, d.type) for d in asked if d.source in twice and (d.name or d.type)}
    return {one.of: said[one.source] for one in duplicates if one.source in said}
