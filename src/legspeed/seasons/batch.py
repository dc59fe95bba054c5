"""Many files, one at a time: the map, in a plain loop, in processes, or on any executor."""

from __future__ import annotations

import concurrent.futures as cf
import contextlib
import functools
import hashlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from legspeed.errors import NotActivityError, NoTimeError, ReadError
from legspeed.model import Activity, Failure, FileResult, NotRun, RunDigest, StrengthSession
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.readers.containers.entries import Entry
    from legspeed.seasons.book import Book

Progress = Callable[[int, int, float | None], None]
"""Called with files done, files in all, and the seconds left (None while that cannot be said)."""

_CHUNK_MAX: Final = 16
_CHUNKS_PER_JOB: Final = 8
#: A worker costs about as long to start as it takes to read this many files.
_FILES_PER_WORKER: Final = 12


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
    """What a file gave, as a page where that can be: small to send; and, where the book is to keep it, under what name.

    A result comes from its page wherever it was made, so that one read anew is the one read back.
    """

    source: str
    page: bytes = b""
    content: str = ""
    as_is: FileResult | None = None

    @property
    def result(self) -> FileResult:
        """What the file gave."""
        from legspeed.seasons.pages import read_back

        found = self.as_is or read_back(self.page, self.source)
        if found is None:
            raise RuntimeError(f"the page of {self.source} was damaged on its way between two processes")
        return found


def _outcome(result: FileResult, content: str = "") -> Outcome:
    """Return a result as its page; one that a page cannot hold, as it is and not to be kept."""
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

    What cannot be opened now may be opened tomorrow, faults of ours get repaired, and of foreign readers we know no
    version: none of these is kept.
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
    known = page_of(place, name, way, entry.source)
    if known is not None:
        return _outcome(known, name)
    read = functools.partial(decode, content, source=entry.source, settings=settings, strict=strict)
    result = _digested(entry.source, read, settings=settings, laps=laps)
    formats = {reader.name for reader in BUILT_IN}
    if any(d.format not in formats for d in result.digests) or any(f.code == "internal" for f in result.failures):
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
        message = f"{type(error).__name__} in legspeed itself: please report it, with this file if you may"
        return FileResult(source, failures=(Failure(source, "internal", message),))


def _digest_activities(source: str, activities: Sequence[Activity], *, settings: Settings, laps: bool) -> FileResult:
    """Digest the runs among the activities of one file; the second is called ``source#2``."""
    import dataclasses

    from legspeed.seasons.sports import why_not_a_run
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
) -> tuple[FileResult, ...]:
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
        What is in it is not read again; what is new is kept in it as soon as it is done.
    """
    options: dict[str, Any] = {"settings": settings, "laps": laps, "strict": strict}
    if book is None:
        meter = _Meter(len(entries), progress)
        outcomes = _spread(entries, functools.partial(_without_book, **options), executor, jobs, meter)
        return tuple(outcome.result for outcome in outcomes)
    from legspeed.seasons.book import way_of_reading

    way = way_of_reading(settings, laps=laps, strict=strict)
    book.begin(way)
    results = book.known(entries, way)
    # What needs no reading: the first bytes have said what it is.
    results |= {i: digest_file(entry, **options) for i, entry in enumerate(entries) if entry.error is not None}
    new = [i for i in range(len(entries)) if i not in results]

    def keep(done: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
        pairs = zip(done, outcomes, strict=True)
        book.keep(way, [(entry, o.content, o.page) for entry, o in pairs if o.content])

    meter = _Meter(len(new), progress if new else None, keep)
    work = functools.partial(_for_book, **options, place=str(book.place), way=way)
    outcomes = _spread([entries[i] for i in new], work, executor, jobs, meter)
    results |= {i: outcome.result for i, outcome in zip(new, outcomes, strict=True)}
    return tuple(results[i] for i in range(len(entries)))


def _spread(
    entries: Sequence[Entry], work: Work, executor: cf.Executor | None, jobs: int | None, meter: _Meter
) -> tuple[Outcome, ...]:
    """Run the map where it is to run; workers only where they pay."""
    if executor is not None:
        return _map_on(executor, entries, work, _chunk_size(len(entries), os.cpu_count() or 1), meter)
    workers = min(cores(), -(-len(entries) // _FILES_PER_WORKER)) if jobs is None else min(jobs, len(entries))
    if workers <= 1:
        return _map_here(entries, work, meter)
    return _map_on_processes(entries, work, workers, meter)


def cores() -> int:
    """Return the number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


Work = Callable[["Entry"], Outcome]
Keep = Callable[[Sequence["Entry"], Sequence[Outcome]], None]


class _Meter:
    """Counts files done, has what they gave kept, and tells the caller, with the time left at the pace so far."""

    def __init__(self, total: int, tell: Progress | None, keep: Keep | None = None) -> None:
        self.total, self.done, self.tell, self.keep, self.began = total, 0, tell, keep, time.monotonic()

    def add(self, entries: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
        """Count files as done."""
        if self.keep is not None:
            self.keep(entries, outcomes)
        self.done += len(entries)
        if self.tell is not None:
            spent = time.monotonic() - self.began
            self.tell(self.done, self.total, spent / self.done * (self.total - self.done) if self.done else None)


def _map_here(entries: Sequence[Entry], work: Work, meter: _Meter) -> tuple[Outcome, ...]:
    """Run the map in this process."""
    outcomes = []
    for entry in entries:
        outcomes.append(work(entry))
        meter.add([entry], outcomes[-1:])
    return tuple(outcomes)


def _chunk_size(files: int, workers: int) -> int:
    """Return how many files go to a worker at once: few enough to share evenly and to stop soon."""
    return max(1, min(_CHUNK_MAX, files // (workers * _CHUNKS_PER_JOB)))


def _digest_chunk(chunk: Sequence[Entry], work: Work) -> tuple[Outcome, ...]:
    """Run the map over some files, in a worker."""
    return tuple(work(entry) for entry in chunk)


def _map_on(
    executor: cf.Executor,
    entries: Sequence[Entry],
    work: Work,
    size: int,
    meter: _Meter,
    begin: contextlib.AbstractContextManager[None] | None = None,
) -> tuple[Outcome, ...]:
    """Spread chunks over an executor, within `begin`; whatever ends this early cancels those not begun.

    When the executor itself breaks (a worker was killed), the files not done yet are read here.
    """
    chunks = [tuple(entries[i : i + size]) for i in range(0, len(entries), size)]
    done: dict[int, tuple[Outcome, ...]] = {}
    futures: dict[cf.Future[tuple[Outcome, ...]], int] = {}
    try:
        with begin or contextlib.nullcontext():
            for number, chunk in enumerate(chunks):
                futures[executor.submit(_digest_chunk, chunk, work)] = number
        for future in cf.as_completed(futures):
            number = futures[future]
            done[number] = future.result()
            meter.add(chunks[number], done[number])
    except cf.BrokenExecutor:
        pass
    finally:
        for future in futures:
            future.cancel()
    for number, chunk in enumerate(chunks):
        if number not in done:
            done[number] = _map_here(chunk, work, meter)
    return tuple(outcome for number in range(len(chunks)) for outcome in done[number])


def _map_on_processes(entries: Sequence[Entry], work: Work, workers: int, meter: _Meter) -> tuple[Outcome, ...]:
    """Run the map on worker processes of our own.

    They are never forked from this process: a fork copies locks that other threads may hold (a progress bar is one).
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["legspeed.readers.api", "legspeed.segmenter", __name__])
        from multiprocessing import forkserver, resource_tracker

        resource_tracker.ensure_running()  # first: its start lets signals through again
        with _held_back(signal.SIGINT):
            forkserver.ensure_running()
    pool = cf.ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_the_parent)
    try:
        # Workers begin when they are given work: none may be left behind half begun.
        return _map_on(pool, entries, work, _chunk_size(len(entries), workers), meter, _held_back(signal.SIGINT))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _held_back(number: int) -> Iterator[None]:
    """Hold a signal back, here until this ends, and for ever in processes begun meanwhile: Ctrl-C is the parent's."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_the_parent() -> None:
    """Ignore Ctrl-C in a worker: the parent stops the work, and one message is enough. But end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process as soon as the one behind the sentinel has ended: a killed parent can tell nobody."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
