"""Many files, one at a time: the map, in a plain loop, in processes, or on any executor."""

from __future__ import annotations

import concurrent.futures as cf
import functools
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from legspeed.errors import NotActivityError, NoTimeError, ReadError
from legspeed.model import Activity, Failure, FileResult, NotRun, RunDigest
from legspeed.settings import Settings

if TYPE_CHECKING:
    from legspeed.readers.entries import Entry

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
        From :func:`legspeed.readers.sources.discover`.
    settings : Settings
        Thresholds; only those of the map are used.
    laps : bool
        Whether laps may sharpen efforts.
    strict : bool
        Whether any damage makes the file a failure.
    """
    from legspeed.readers.api import read_all

    try:
        activities = read_all(entry, settings=settings, strict=strict)
        return _digest_activities(entry.source, activities, settings=settings, laps=laps)
    except (NotActivityError, NoTimeError) as error:
        return FileResult(entry.source, not_runs=(NotRun(entry.source, error.message),))
    except ReadError as error:
        return FileResult(entry.source, failures=(Failure(entry.source, error.code, error.message),))
    except Exception as error:  # a fault of ours in one file must not end the batch
        message = f"{type(error).__name__} in legspeed itself: please report it, with this file if you may"
        return FileResult(entry.source, failures=(Failure(entry.source, "internal", message),))


def _digest_activities(source: str, activities: Sequence[Activity], *, settings: Settings, laps: bool) -> FileResult:
    """Digest the runs among the activities of one file; the second is called ``source#2``."""
    import dataclasses

    from legspeed.seasons.sports import why_not_a_run
    from legspeed.segmenter import digest

    digests: list[RunDigest] = []
    not_runs: list[NotRun] = []
    for activity in activities:
        reason = why_not_a_run(activity, settings.cleaning)
        if reason is not None:
            not_runs.append(NotRun(source, reason))
            continue
        name = source if not digests else f"{source}#{len(digests) + 1}"
        digests.append(digest(dataclasses.replace(activity, source=name), settings=settings, laps=laps))
    return FileResult(source, tuple(digests), tuple(dict.fromkeys(not_runs)))


def map_files(
    entries: Sequence[Entry],
    *,
    settings: Settings,
    laps: bool = True,
    strict: bool = False,
    executor: cf.Executor | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
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
    """
    work = functools.partial(digest_file, settings=settings, laps=laps, strict=strict)
    meter = _Meter(len(entries), progress)
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


class _Meter:
    """Counts files done and tells the caller, with the time left at the pace so far."""

    def __init__(self, total: int, tell: Progress | None) -> None:
        self.total, self.done, self.tell, self.began = total, 0, tell, time.monotonic()

    def add(self, files: int) -> None:
        """Count files as done."""
        self.done += files
        if self.tell is not None:
            spent = time.monotonic() - self.began
            self.tell(self.done, self.total, spent / self.done * (self.total - self.done) if self.done else None)


def _map_here(entries: Sequence[Entry], work: Callable[[Entry], FileResult], meter: _Meter) -> tuple[FileResult, ...]:
    """Run the map in this process."""
    results = []
    for entry in entries:
        results.append(work(entry))
        meter.add(1)
    return tuple(results)


def _chunk_size(files: int, workers: int) -> int:
    """Return how many files go to a worker at once: few enough to share evenly and to stop soon."""
    return max(1, min(_CHUNK_MAX, files // (workers * _CHUNKS_PER_JOB)))


def _digest_chunk(chunk: Sequence[Entry], work: Callable[[Entry], FileResult]) -> tuple[FileResult, ...]:
    """Run the map over some files, in a worker."""
    return tuple(work(entry) for entry in chunk)


def _map_on(
    executor: cf.Executor, entries: Sequence[Entry], work: Callable[[Entry], FileResult], size: int, meter: _Meter
) -> tuple[FileResult, ...]:
    """Spread chunks over an executor; whatever ends this early cancels those not begun.

    When the executor itself breaks (a worker was killed), the files not done yet are read here.
    """
    chunks = [tuple(entries[i : i + size]) for i in range(0, len(entries), size)]
    done: dict[int, tuple[FileResult, ...]] = {}
    futures: dict[cf.Future[tuple[FileResult, ...]], int] = {}
    try:
        for number, chunk in enumerate(chunks):
            futures[executor.submit(_digest_chunk, chunk, work)] = number
        for future in cf.as_completed(futures):
            done[futures[future]] = future.result()
            meter.add(len(chunks[futures[future]]))
    except cf.BrokenExecutor:
        pass
    finally:
        for future in futures:
            future.cancel()
    for number, chunk in enumerate(chunks):
        if number not in done:
            done[number] = _map_here(chunk, work, meter)
    return tuple(result for number in range(len(chunks)) for result in done[number])


def _map_on_processes(
    entries: Sequence[Entry], work: Callable[[Entry], FileResult], workers: int, meter: _Meter
) -> tuple[FileResult, ...]:
    """Run the map on worker processes of our own.

    They are never forked from this process: a fork copies locks that other threads may hold (a progress bar is one).
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["legspeed.readers.api", "legspeed.segmenter", __name__])
    pool = cf.ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts_to_the_parent)
    try:
        return _map_on(pool, entries, work, _chunk_size(len(entries), workers), meter)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C in a worker: the parent stops the work, and one message is enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
