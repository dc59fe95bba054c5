"""Where the map runs: in a plain loop, in worker processes of our own, or on any executor; the results are the same.

What a file gave is settled here as soon as it arrives: kept, counted, and made as small as it can be.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    import concurrent.futures as cf

    from legspeed.readers.containers.entries import Entry

T = TypeVar("T")

Progress = Callable[[int, int, float | None], None]
"""Called with files done, files in all, and the seconds left (None while that cannot be said)."""

Work = Callable[["Entry"], T]
"""What is done with a file, wherever that is."""

Settle = Callable[[Sequence[int], Sequence[T]], None]
"""What is done here with what some files gave, known by their places: it is kept."""

_CHUNK_MAX: Final = 8
_CHUNKS_PER_JOB: Final = 8
#: So many chunks are handed out at once, for each worker there may be: enough that none waits for the next.
_AHEAD: Final = 3
#: A worker costs about as long to start as it takes to read this many files.
_FILES_PER_WORKER: Final = 12


def spread(
    entries: Sequence[Entry],
    wanted: Sequence[int],
    work: Work[T],
    settle: Settle[T],
    executor: cf.Executor | None,
    jobs: int | None,
    tell: Progress | None,
) -> None:
    """Run the map over the wanted ones of the entries where it is to run, workers only where they pay."""
    meter = _Meter(len(wanted), tell, settle)
    if executor is not None:
        files = _Files(entries, wanted, _chunk_size(len(wanted), os.cpu_count() or 1))
        _map_on(executor, files, work, meter, ahead=len(wanted))  # nobody knows how many workers it has
        return
    workers = min(cores(), -(-len(wanted) // _FILES_PER_WORKER)) if jobs is None else min(jobs, len(wanted))
    if workers <= 1:
        _map_here(_Files(entries, wanted), work, meter)
    else:
        _map_on_processes(_Files(entries, wanted, _chunk_size(len(wanted), workers)), work, workers, meter)


def cores() -> int:
    """Return the number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Files:
    """The files wanted, so many of them at once: each is named by its place, and looked up when its turn comes."""

    entries: Sequence[Entry]
    wanted: Sequence[int]
    size: int = 1

    def chunks(self) -> range:
        """Return what stands for each chunk."""
        return range(0, len(self.wanted), self.size)

    def places(self, chunk: int) -> Sequence[int]:
        """Return the places of the files of a chunk."""
        return self.wanted[chunk : chunk + self.size]

    def of(self, chunk: int) -> tuple[Entry, ...]:
        """Return the files of a chunk."""
        return tuple(self.entries[at] for at in self.places(chunk))


class _Meter(Generic[T]):
    """Settles what files gave, counts them, and tells the caller, with the time left at the pace so far."""

    def __init__(self, total: int, tell: Progress | None, settle: Settle[T]) -> None:
        self.total, self.done, self.tell, self.settle, self.began = total, 0, tell, settle, time.monotonic()

    def add(self, places: Sequence[int], outcomes: Sequence[T]) -> None:
        """Count files as done."""
        self.settle(places, outcomes)
        self.done += len(places)
        if self.tell is not None:
            spent = time.monotonic() - self.began
            self.tell(self.done, self.total, spent / self.done * (self.total - self.done) if self.done else None)


def _map_here(files: _Files, work: Work[T], meter: _Meter[T]) -> None:
    """Run the map in this process."""
    for at in files.wanted:
        meter.add([at], [work(files.entries[at])])


def _chunk_size(files: int, workers: int) -> int:
    """Return how many files go to a worker at once: few enough to share evenly and to stop soon."""
    return max(1, min(_CHUNK_MAX, files // (workers * _CHUNKS_PER_JOB)))


def _work_on(chunk: Sequence[Entry], work: Work[T]) -> tuple[T, ...]:
    """Run the map over some files, in a worker."""
    return tuple(work(entry) for entry in chunk)


def _map_on(
    executor: cf.Executor,
    files: _Files,
    work: Work[T],
    meter: _Meter[T],
    *,
    ahead: int,
    begin: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
) -> None:
    """Spread chunks over an executor, at most so many `ahead`, each handed out within `begin`.

    Whatever ends this early cancels those not begun. When the executor itself breaks (a worker was killed), the files
    not done yet are read here.
    """
    import concurrent.futures as cf

    left = iter(files.chunks())
    done = bytearray(len(files.wanted))
    futures: dict[cf.Future[tuple[T, ...]], int] = {}
    try:
        while True:
            with begin():
                for chunk in itertools.islice(left, max(0, ahead - len(futures))):
                    futures[executor.submit(_work_on, files.of(chunk), work)] = chunk
            if not futures:
                return
            for future in cf.wait(futures, return_when=cf.FIRST_COMPLETED).done:
                chunk = futures.pop(future)  # with the future goes what it holds
                meter.add(files.places(chunk), future.result())
                done[chunk] = True
    except cf.BrokenExecutor:
        pass
    finally:
        for future in futures:
            future.cancel()
    for chunk in files.chunks():
        if not done[chunk]:
            _map_here(_Files(files.entries, files.places(chunk)), work, meter)


def _map_on_processes(files: _Files, work: Work[T], workers: int, meter: _Meter[T]) -> None:
    """Run the map on worker processes of our own.

    They are never forked from this process: a fork copies locks that other threads may hold (a progress bar is one).
    """
    import concurrent.futures as cf
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(["legspeed.readers.api", "legspeed.segmenter", "legspeed.seasons.batch"])
        from multiprocessing import forkserver, resource_tracker

        resource_tracker.ensure_running()  # first: its start lets signals through again
        with _held_back(signal.SIGINT):
            forkserver.ensure_running()
    pool = cf.ProcessPoolExecutor(workers, mp_context=context, initializer=_follow_the_parent)
    try:
        # Workers begin when they are given work: none may be left behind half begun.
        _map_on(pool, files, work, meter, ahead=_AHEAD * workers, begin=lambda: _held_back(signal.SIGINT))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _held_back(number: int) -> Iterator[None]:
    """Block a signal until this ends; processes begun meanwhile never get it: Ctrl-C is for the parent to answer."""
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
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """End this process as soon as the one behind the sentinel has ended: a killed parent can tell nobody."""
    import multiprocessing.connection

    multiprocessing.connection.wait([sentinel])
    os._exit(1)
