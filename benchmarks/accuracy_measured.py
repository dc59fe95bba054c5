"""What several sections of the accuracy benchmark rest on, measured once: seasons of real runs, and simulated ones."""

from __future__ import annotations

import concurrent.futures as cf
import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks.accuracy_print import progress
from benchmarks.accuracy_simulated import Outcome, grid
from benchmarks.accuracy_truth import TimedRun, timed_runs
from legspeed import Season, season

T = TypeVar("T")
R = TypeVar("R")


class Measured:
    """Seasons and simulations as sections ask for them.

    Parameters
    ----------
    root : Path or None
        Folder of real recordings.
    seeds : int
        How often each simulated run is repeated with other chance.
    jobs : int
        Processes.
    show : int
        How many mistakes of each file or group are told.
    """

    def __init__(self, root: Path | None, seeds: int = 1, jobs: int = 1, show: int = 0) -> None:
        self.root, self.seeds, self.jobs, self.show = root, seeds, jobs, show
        self._seasons: dict[str, Season] = {}
        self._timed: dict[str, tuple[TimedRun, ...]] = {}

    def folder(self, name: str) -> Path | None:
        """Return a folder of real recordings, or None where it is not at hand."""
        path = None if self.root is None else self.root / name
        return path if path is not None and path.is_dir() else None

    def season(self, name: str) -> Season:
        """Return the season of a folder, its laps ignored and no pace given."""
        if name not in self._seasons:
            path = self.folder(name)
            if path is None:
                raise FileNotFoundError(name)
            tell = functools.partial(_tell, name)
            self._seasons[name] = season(path, laps=False, jobs=self.jobs, progress=tell)
        return self._seasons[name]

    def timed(self, name: str) -> tuple[TimedRun, ...]:
        """Return what a runner timed."""
        if self.root is None:
            raise FileNotFoundError(name)
        if name not in self._timed:
            self._timed[name] = timed_runs(self.root, name)
        return self._timed[name]

    @functools.cached_property
    def grid(self) -> tuple[Outcome, ...]:
        """Every simulated session on every watch by every athlete."""
        return grid(self.seeds, self.spread)

    def spread(self, what: str, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """Return the results of `work` in the order of the items, from processes where more than one is allowed."""
        if self.jobs <= 1 or len(items) <= 1:
            return _collected(what, map(work, items), len(items))
        with cf.ProcessPoolExecutor(self.jobs) as pool:
            return _collected(what, pool.map(work, items), len(items))


def _collected(what: str, results: Iterable[R], of: int) -> list[R]:
    done = []
    for result in results:
        done.append(result)
        progress(what, len(done), of)
    return done


def _tell(name: str, done: int, of: int, _left_s: float | None) -> None:
    progress(f"{name}, files", done, of)
