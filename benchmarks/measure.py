"""Fair timing: candidates take turns, and what is told is the median of their ratios.

Candidates in this process are timed by the processor time they take: on a machine shared with others, one that needs
a tenth of a second is interrupted every time and one that needs a thousandth hardly ever, and no number of turns would
make that even. Commands are timed by the clock on the wall.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TURN_S = 0.01
_MOST_CALLS = 8


@dataclass(frozen=True)
class Duel:
    """Two candidates measured in turns: median seconds of each, and the median of the ratios theirs / ours."""

    ours_s: float
    theirs_s: float
    ratio: float
    rounds: int


def duel(ours: Callable[[], object], theirs: Callable[[], object], *, budget_s: float = 3.0, most: int = 25) -> Duel:
    """Time two candidates in turns, at least three rounds and until the budget is spent.

    Both run once unmeasured first. Within a round they follow one another directly, so that what else the machine
    does hits both; the order swaps from round to round. In its turn a candidate of a few milliseconds runs several
    times and its best time counts.
    """
    processor_seconds(ours)
    once = processor_seconds(theirs)
    rounds = max(3, min(most, int(budget_s / max(once, 1e-9))))
    pairs = []
    for k in range(rounds):
        gc.collect()
        if k % 2:
            second = best_seconds(theirs)
            first = best_seconds(ours)
        else:
            first = best_seconds(ours)
            second = best_seconds(theirs)
        pairs.append((first, second))
    return Duel(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(b / a for a, b in pairs),
        rounds,
    )


def best_seconds(work: Callable[[], object]) -> float:
    """Return the best time of a candidate's turn: of as many calls as fit into a few milliseconds, at most eight."""
    best = spent = processor_seconds(work)
    for _ in range(_MOST_CALLS - 1):
        if spent > _TURN_S:
            break
        took = processor_seconds(work)
        best, spent = min(best, took), spent + took
    return best


def processor_seconds(work: Callable[[], object]) -> float:
    """Return how much processor time one call takes, all threads together."""
    began = time.process_time()
    work()
    return time.process_time() - began


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes by the clock on the wall."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compiled_modules(folder: Path) -> None:
    """Let the processes begun from here on find their modules compiled, as after an installation: kept in `folder`."""
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def fresh_processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[float]]:
    """Time commands as new processes, in turns; the first round warms the disk cache and is left out."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for k in range(rounds + 1):
        for name, command in commands.items():
            took = seconds(lambda command=command: subprocess.run(command, check=True, capture_output=True))  # type: ignore[misc]
            if k:
                times[name].append(took)
    return times


#: Run in a fresh process. On Linux the kernel's own high-water mark is set back before reading; elsewhere the peak
#: that `getrusage` tells since the start has to do (on Linux that one is inherited from the parent, so no good).
_MEMORY = """
import pathlib, sys
from legspeed.readers import read
{warm}

def memory(key):
    try:
        status = pathlib.Path("/proc/self/status").read_text()
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return 1024 * int(next(line for line in status.splitlines() if line.startswith(key)).split()[1])

data = pathlib.Path(sys.argv[1]).read_bytes()
try:
    pathlib.Path("/proc/self/clear_refs").write_text("5")
except OSError:
    pass
before = memory("VmRSS:")
read(data)
print(memory("VmHWM:") - before)
"""


def peak_memory_bytes(path: str, warm: str) -> int:
    """Return by how much reading a file raises the peak memory of a fresh process, above its imports.

    Parameters
    ----------
    path : str
        The file.
    warm : str
        Python that imports everything reading will need.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY.format(warm=warm), path], check=True, capture_output=True, text=True
    )
    return int(done.stdout)
