"""Where the map runs: in a plain loop, in worker processes of our own, or on any executor; the results are the same.

What a file gave is settled here as soon as it arrives: kept, counted, and made as small as it can be.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    import concurrent.futures as cf

    from legspeed.readers.containers.entries import Entry

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int, float | None], None]
"""Called with files done, files in all, and the seconds left (None while that cannot be said)."""

Work = Callable[["Entry"], T]
"""What is done with a file, wherever that is."""

Settle = Callable[[Sequence["Entry"], Sequence[T]], list[R]]
"""What is done here with what some files gave: it is kept; returns what is left to hand on."""

_CHUNK_MAX: Final = 16
_CHUNKS_PER_JOB: Final = 8
#: A worker costs about as long to start as it takes to read this many files.
_FILES_PER_WORKER: Final = 12


def spread(
    entries: Sequence[Entry],
    work: Work[T],
    settle: Settle[T, R],
    executor: cf.Executor | None,
    jobs: int | None,
    tell: Progress | None,
) -> tuple[R, ...]:
    """Run the map where it is to run, workers only where they pay; return what was settled, in the files' order."""
    meter = _Meter(len(entries), tell, settle)
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


class _Meter(Generic[T, R]):
    """Settles what files gave, counts them, and tells the caller, with the time left at the pace so far."""

    def __init__(self, total: int, tell: Progress | None, settle: Settle[T, R]) -> None:
        self.total, self.done, self.tell, self.settle, self.began = total, 0, tell, settle, time.monotonic()

    def add(self, entries: Sequence[Entry], outcomes: Sequence[T]) -> list[R]:
        """Count files as done."""
        settled = self.settle(entries, outcomes)
        self.done += len(entries)
        if self.tell is not None:
            spent = time.monotonic() - self.began
            self.tell(self.done, self.total, spent / self.done * (self.total - self.done) if self.done else None)
        return settled


def _map_here(entries: Sequence[Entry], work: Work[T], meter: _Meter[T, R]) -> tuple[R, ...]:
    """Run the map in this process."""
    return tuple(settled for entry in entries for settled in meter.add([entry], [work(entry)]))


def _chunk_size(files: int, workers: int) -> int:
    """Return how many files go to a worker at once: few enough to share evenly and to stop soon."""
    return max(1, min(_CHUNK_MAX, files // (workers * _CHUNKS_PER_JOB)))


def _work_on(chunk: Sequence[Entry], work: Work[T]) -> tuple[T, ...]:
    """Run the map over some files, in a worker."""
    return tuple(work(entry) for entry in chunk)


def _map_on(
    executor: cf.Executor,
    entries: Sequence[Entry],
    work: Work[T],
    size: int,
    meter: _Meter[T, R],
    begin: contextlib.AbstractContextManager[None] | None = None,
) -> tuple[R, ...]:
    """Spread chunks over an executor, within `begin`; whatever ends this early cancels those not begun.

    When the executor itself breaks (a worker was killed), the files not done yet are read here.
    """
    import concurrent.futures as cf

    chunks = [tuple(entries[i : i + size]) for i in range(0, len(entries), size)]
    done: dict[int, Sequence[R]] = {}
    futures: dict[cf.Future[tuple[T, ...]], int] = {}
    try:
        with begin or contextlib.nullcontext():
            for number, chunk in enumerate(chunks):
                futures[executor.submit(_work_on, chunk, work)] = number
        for future in cf.as_completed(futures):
            number = futures.pop(future)  # with the future goes what it holds
            done[number] = meter.add(chunks[number], future.result())
    except cf.BrokenExecutor:
        pass
    finally:
        for future in futures:
            future.cancel()
    for number, chunk in enumerate(chunks):
        if number not in done:
            done[number] = _map_here(chunk, work, meter)
    return tuple(settled for number in range(len(chunks)) for settled in done[number])


def _map_on_processes(entries: Sequence[Entry], work: Work[T], workers: int, meter: _Meter[T, R]) -> tuple[R, ...]:
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
