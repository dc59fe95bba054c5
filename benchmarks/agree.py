"""Whether legspeed reads the values that other packages read, on every real file, before cleaning.

Every file below $LEGSPEED_REAL that fitparse, fitdecode or garmin-fit-sdk (FIT) or gpxpy (GPX) can read is read by each
and by legspeed, and time stamps, positions, altitudes, speeds, heart rates and cadences are held against one another
value by value, in file order. Where they differ and legspeed is demonstrably right, a named case says why
(`benchmarks/agree_cases.py`); any other difference is listed and makes the exit code 1. What a peer refuses is listed.
"""

from __future__ import annotations

import argparse
import concurrent.futures as cf
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.agree_cases import CASES, View
from benchmarks.peers import CHANNELS, F8, PEERS, Rows
from benchmarks.recordings import VARIABLE, folder, raw, recordings
from legspeed.errors import ReadError
from legspeed.readers import Entry, registered
from legspeed.readers.recording import Recording
from legspeed.settings import Limits

_DEFAULT_PEERS: Final = ("garmin-fit-sdk", "fitdecode", "fitparse", "gpxpy")
#: Two readings of one number differ by rounding alone: scale and offset in another order, 1e-10 of the value; for
#: seconds since 1970, of which float64 holds quarter microseconds, a microsecond.
_ROUNDING: Final = 1e-10
_TIME_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True)
class Comparison:
    """One file read by one peer: values compared per channel, and what differed, explained or not."""

    peer: str
    file: str
    records: int = 0
    values: dict[str, int] = field(default_factory=dict)
    explained: dict[str, int] = field(default_factory=dict)
    differences: tuple[str, ...] = ()
    refused: str | None = None
    seconds: float = 0.0


def options(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--sample", type=int, help="only so many files, chosen by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(_DEFAULT_PEERS), help=f"default {','.join(_DEFAULT_PEERS)}")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument(
        "--limit", type=float, default=60.0, help="seconds that a peer may take for a file (default 60)"
    )


def run(given: argparse.Namespace) -> int:
    """Compare everything and print the tables; 1 when anything differs without a reason."""
    root = folder()
    if root is None:
        print(f"no real recordings: set the environment variable {VARIABLE} to a folder of them")
        return 1
    peers = tuple(name.strip() for name in given.peers.split(","))
    unknown = [name for name in peers if name not in PEERS]
    if unknown:
        print(f"unknown peers: {', '.join(unknown)}; known are {', '.join(PEERS)}")
        return 2
    entries = recordings(root, given.sample, given.seed)
    done: list[Comparison] = []
    with cf.ProcessPoolExecutor(given.jobs) as pool:
        waiting = [pool.submit(compare_file, entry, peers, given.limit) for entry in entries]
        for number, future in enumerate(waiting, start=1):
            done += future.result()
            if sys.stderr.isatty() or number % 100 == 0 or number == len(waiting):
                print(f"{number}/{len(waiting)} files", end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr)
    return report(done, len(entries), peers)


# ---------------------------------------------------------------------------------------------------- comparing


def compare_file(entry: Entry, peers: Sequence[str], limit_s: float = 60.0) -> list[Comparison]:
    """Read one file with legspeed and with every peer for its format, and compare."""
    data = raw(entry)
    reader = registered().find(data[:512], entry.source)
    if reader is None:
        return []
    ours: tuple[Recording, ...] | ReadError
    try:
        ours = reader.read(data, Limits())
    except ReadError as error:
        ours = error
    except Exception as error:  # a fault of ours is a finding, not the end of the run
        fault = f"legspeed raised {type(error).__name__}: {error}"
        return [Comparison(name, entry.source, differences=(fault,)) for name in peers if PEERS[name][0] == reader.name]
    done = []
    for name in peers:
        kind, read_with = PEERS[name]
        if kind != reader.name:
            continue
        began = time.perf_counter()
        try:
            with _time_limit(limit_s):
                theirs = read_with(data)
        except TimeoutError:
            done.append(Comparison(name, entry.source, refused=f"took longer than {limit_s:g} s", seconds=limit_s))
            continue
        done.append(compare(name, entry.source, data, ours, theirs, time.perf_counter() - began))
    return done


def compare(
    peer: str, file: str, data: bytes, ours: tuple[Recording, ...] | ReadError, theirs: Rows, seconds: float = 0.0
) -> Comparison:
    """Hold one reading against another, value by value."""
    view = View.of(peer, data, ours, theirs)
    explained: Counter[str] = Counter()
    for case in CASES:
        if case.align is not None and (aligned := case.align(view)) is not None:
            view, count = aligned
            explained[case.name] += count
    values: dict[str, int] = {}
    differences: list[str] = []
    count = min(view.count, view.theirs.count)
    for channel in CHANNELS:
        mine, other = view.ours[channel][:count], view.theirs.columns[channel][:count]
        differing = ~_same(mine, other, channel)
        values[channel] = int(np.count_nonzero(~np.isnan(mine) | ~np.isnan(other)))
        for case in CASES:
            if case.explains is None or not differing.any():
                continue
            found = differing & case.explains(view, channel, count)
            explained[case.name] += int(np.count_nonzero(found))
            differing &= ~found
        differences += _describe(channel, mine, other, differing)
    if view.theirs.count > view.count or (view.theirs.count < view.count and view.theirs.refused is None):
        differences.append(f"records: legspeed {view.count}, {peer} {view.theirs.count} ({view.note})")
    return Comparison(peer, file, count, values, dict(+explained), tuple(differences), theirs.refused, seconds)


def _same(ours: F8, theirs: F8, channel: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which values are the same: equal but for rounding, or both missing."""
    allowed = _TIME_ROUNDING_S if channel == "unix_s" else _ROUNDING * np.maximum(1.0, np.abs(ours))
    with np.errstate(invalid="ignore"):
        near = np.abs(ours - theirs) <= allowed
    same: np.ndarray[tuple[int], np.dtype[np.bool_]] = near | (np.isnan(ours) & np.isnan(theirs))
    return same


def _describe(channel: str, ours: F8, theirs: F8, differing: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    """Put a channel's unexplained differences in one line."""
    if not differing.any():
        return []
    first = int(np.flatnonzero(differing)[0])
    count = int(np.count_nonzero(differing))
    return [
        f"{channel}: {count} values, first at record {first}: legspeed {ours[first]:.10g}, peer {theirs[first]:.10g}"
    ]


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in this process after so long, where the system can do that."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# ---------------------------------------------------------------------------------------------------- reporting


def report(done: Sequence[Comparison], files: int, peers: Sequence[str]) -> int:
    """Print what was compared, what differed and what was refused; 1 when a difference has no reason."""
    print(f"{files} files\n")
    print(f"{'peer':16}{'files':>6}{'records':>11}" + "".join(f"{c.partition('_')[0]:>11}" for c in CHANNELS))
    for peer in peers:
        mine = [c for c in done if c.peer == peer]
        if not mine:
            continue
        sums = (sum(c.values.get(channel, 0) for c in mine) for channel in CHANNELS)
        line = f"{peer:16}{sum(c.records > 0 for c in mine):6}{sum(c.records for c in mine):11,}"
        print(line + "".join(f"{count:11,}" for count in sums))
    _print_explained(done)
    _print_refused(done, peers)
    unexplained = [c for c in done if c.differences]
    print(f"\nunexplained differences: {sum(len(c.differences) for c in unexplained)}")
    for comparison in unexplained:
        for difference in comparison.differences:
            print(f"  {comparison.peer}, {comparison.file}: {difference}")
    return int(bool(unexplained))


def _print_explained(done: Sequence[Comparison]) -> None:
    """Print the differences in which legspeed is right, each with its reason."""
    print("\ndiffering, and legspeed is right:")
    for case in CASES:
        hits = [c for c in done if case.name in c.explained]
        if hits:
            total = sum(c.explained[case.name] for c in hits)
            by_peer = ", ".join(f"{p} {n}" for p, n in sorted(Counter(c.peer for c in hits).items()))
            print(f"  {case.name}: {total:,} values; files: {by_peer}\n      {case.reason}")


def _print_refused(done: Sequence[Comparison], peers: Sequence[str]) -> None:
    """Print what each peer refused, grouped by its reason."""
    for peer in peers:
        refused = [c for c in done if c.peer == peer and c.refused]
        if not refused:
            continue
        kept = sum(c.records > 0 for c in refused)
        print(f"\n{peer} refused {len(refused)} files ({kept} of them after some records, which were compared):")
        reasons = Counter(str(c.refused) for c in refused)
        for reason, count in reasons.most_common():
            names = [c.file for c in refused if c.refused == reason]
            shown = ", ".join(Path(name).name for name in names[:3]) + (" …" if len(names) > 3 else "")
            print(f"  {count:4} × {reason}\n         {shown}")
