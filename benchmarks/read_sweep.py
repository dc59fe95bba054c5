"""Every real FIT file, small ones too: by size, how many are read quicker than by a peer, and how many are not.

A short file shows the fixed cost of a reading: hundreds of steps of numpy and Python, however few the records. Told
are, by size, the files that the peer reads to its end, how many of them reach the target and how many do not, and the
smallest and the median ratio of the best times of turns.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.measure import best_seconds
from legspeed.readers import read

_KB: Final = 1000
#: Upper ends of the classes of size, in bytes.
_SIZES: Final = (5 * _KB, 10 * _KB, 20 * _KB, 30 * _KB, 50 * _KB, 100 * _KB, 10**12)
_ROUNDS: Final = 6
_SLOW_S: Final = 0.03  # a peer that takes longer has two rounds: its own noise is small beside it


class Peer(NamedTuple):
    """Another package: how it reads, how many times quicker we want to be, and up to which size it is asked."""

    work: Callable[[bytes], object]
    target: float
    most_bytes: float


class Measured(NamedTuple):
    """One file: its name and size, and how many times longer the peer takes."""

    ratio: float
    size: int
    name: str


def sweep(
    files: Sequence[tuple[str, bytes]],
    peers: Mapping[str, Peer],
    refusal: Callable[[Callable[[bytes], object], bytes], str],
) -> bool:
    """Measure every file against every peer and print a line per class of size; False when a target is missed."""
    met = True
    for name, peer in peers.items():
        measured, refused = [], 0
        for source, data in files:
            if len(data) > peer.most_bytes:
                continue
            if refusal(peer.work, data):
                refused += 1
                continue
            measured.append(Measured(_ratio(data, peer), len(data), source))
        print(f"  {name}: {len(measured)} files that it reads to their end, {refused} that it does not")
        met &= _told(measured, peer.target)
    return met


def _ratio(data: bytes, peer: Peer) -> float:
    """Return the best time of a peer over our best time, in turns.

    A file that misses the target has twice as many turns, of both: on a machine shared with others a single stall in
    ours or theirs would decide.
    """
    ours: list[float] = []
    theirs: list[float] = []
    while True:
        theirs.append(best_seconds(lambda: peer.work(data)))
        ours.append(best_seconds(lambda: read(data)))
        ratio = min(theirs) / min(ours)
        turns = 2 if theirs[0] > _SLOW_S else _ROUNDS
        if len(ours) >= (turns if ratio >= peer.target else 2 * turns):
            return ratio


def _told(measured: Sequence[Measured], target: float) -> bool:
    """Print a line per class of size and one on all; False when a file misses the target."""
    low = 0
    print(f"    {'size':>13}   {'files':>5} {'reached':>8} {'missed':>7} {'median':>10} {'smallest':>10}")
    for high in _SIZES:
        of_size = [m for m in measured if low <= m.size < high]
        if of_size:
            reached = sum(m.ratio >= target for m in of_size)
            worst = min(of_size)
            span = f"{low // _KB} to {high // _KB} kB" if high < _SIZES[-1] else f"from {low // _KB} kB"
            print(
                f"    {span:>13}   {len(of_size):5} {reached:8} {len(of_size) - reached:7} "
                f"{statistics.median(m.ratio for m in of_size):8.2f} × {worst.ratio:8.2f} × ({worst.name})"
            )
        low = high
    missed = [m for m in measured if m.ratio < target]
    said = f"reached ({target:g} ×) on {len(measured) - len(missed)} of {len(measured)}"
    if missed:
        largest = max(missed, key=lambda m: m.size)
        half = statistics.median(m.size for m in missed) / _KB
        said += f"; half of the {len(missed)} others are smaller than {half:.1f} kB, the largest has "
        said += f"{largest.size / _KB:.0f} kB ({largest.name}, {largest.ratio:.2f} ×)"
    print(f"    {said}")
    return not missed
