"""How found efforts are held against true ones: overlap, one-to-one matching, and sums over runs.

A found effort is right when it shares at least a given part of its union with a true one (IoU). An effort that lies on
a missed true effort, only with its edges too far off, is the miss already counted; any other one is false, unless it
touches a stretch about which nothing is known.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Span = tuple[float, float]

#: Overlap (IoU) from which an effort is right.
RIGHT: Final = 0.5
#: Overlap that is enough to tell a constant shift from, and the largest shift taken out, in seconds.
_NEAR: Final = 0.15
_SHIFT_MOST_S: Final = 6.0


def overlap_s(a: Span, b: Span) -> float:
    """Return the seconds that both spans share."""
    return max(0.0, min(a[1], b[1]) - max(a[0], b[0]))


def iou(a: Span, b: Span) -> float:
    """Return the shared seconds over the seconds of the union."""
    both = overlap_s(a, b)
    return both / (a[1] - a[0] + b[1] - b[0] - both) if both else 0.0


def matches(found: Sequence[Span], true: Sequence[Span], least: float) -> dict[int, int]:
    """Match one to one, best overlap first, and return the index of the true effort by that of the found one."""
    pairs = [(iou(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(true)]
    matched: dict[int, int] = {}
    for value, i, j in sorted(pairs, reverse=True):
        if value < least:
            break
        if i not in matched and j not in matched.values():
            matched[i] = j
    return matched


@dataclass(frozen=True)
class Score:
    """Found efforts held against true ones, over any number of runs; scores add up.

    Parameters
    ----------
    hits, missed : int
        True efforts that were found, and that were not.
    false : int
        Found efforts that are none: on no true effort, or crowding a missed one with others.
    stray : int
        All found efforts that match none, those too whose edges are off.
    seconds : float
        Length of the runs.
    sessions, exact : int
        Runs with true efforts, and those of them with just as many found and nothing false.
    onset_s, end_s : tuple of float
        Found less true edge of every hit.
    """

    hits: int = 0
    missed: int = 0
    false: int = 0
    stray: int = 0
    seconds: float = 0.0
    sessions: int = 0
    exact: int = 0
    onset_s: tuple[float, ...] = ()
    end_s: tuple[float, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in dataclasses.fields(self)))

    @property
    def true(self) -> int:
        """Number of true efforts."""
        return self.hits + self.missed

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision; an effort with its edges off is missed, not missed and false."""
        return 2 * self.hits / max(1, 2 * self.hits + self.missed + self.false)

    @property
    def strict_f1(self) -> float:
        """The same where an effort with its edges off is missed and false."""
        return 2 * self.hits / max(1, 2 * self.hits + self.missed + self.stray)

    @property
    def false_per_10h(self) -> float:
        """False efforts in ten hours of running."""
        return self.false / max(1e-9, self.seconds / 36_000)

    def edges_within(self, seconds: float) -> float:
        """Return the share of onsets and ends of the hits that are no further off."""
        errors = self.onset_s + self.end_s
        return sum(abs(error) <= seconds for error in errors) / max(1, len(errors))


def total(scores: Iterable[Score]) -> Score:
    """Add up scores."""
    parts = list(scores)
    sums = {f.name: sum(getattr(p, f.name) for p in parts) for f in dataclasses.fields(Score)[:-2]}
    onsets = tuple(error for p in parts for error in p.onset_s)
    return Score(**sums, onset_s=onsets, end_s=tuple(error for p in parts for error in p.end_s))


def score(
    found: Sequence[Span],
    true: Sequence[Span],
    *,
    seconds: float = 0.0,
    ignore: Sequence[Span] = (),
    reach_s: float = 0.0,
    least: float = RIGHT,
) -> Score:
    """Hold the efforts found in one run against its true ones.

    Parameters
    ----------
    found, true : sequence of (start, end)
        In seconds; those found must not overlap one another.
    seconds : float
        Length of the run.
    ignore : sequence of (start, end)
        Stretches about which nothing is known: an unmatched effort that touches one counts for nothing.
    reach_s : float
        How far those stretches reach beyond their ends.
    least : float
        IoU of a match.
    """
    matched = matches(found, true, least)
    missed = set(range(len(true))) - set(matched.values())
    unmatched = [f for i, f in enumerate(found) if i not in matched]
    known = [f for f in unmatched if not any(overlap_s(f, (a - reach_s, b + reach_s)) for a, b in ignore)]
    false = sum(not any(overlap_s(f, true[j]) for j in missed) for f in known)
    crowd = sum(max(0, sum(overlap_s(f, true[j]) > 0 for f in found) - 1) for j in missed)
    touching = sum(any(overlap_s(f, t) for t in true) for f in found)
    return Score(
        hits=len(matched),
        missed=len(missed),
        false=false + crowd,
        stray=len(known),
        seconds=seconds,
        sessions=int(bool(true)),
        exact=int(bool(true) and touching == len(true) and not false),
        onset_s=tuple(found[i][0] - true[j][0] for i, j in matched.items()),
        end_s=tuple(found[i][1] - true[j][1] for i, j in matched.items()),
    )


def constant_shift_s(runs: Iterable[tuple[Sequence[Span], Sequence[Span]]]) -> float:
    """Return how late the found efforts of a season are, as its median, within ± 6 s.

    A watch whose clock of positions is late is late by a constant, which no runner minds.

    Parameters
    ----------
    runs : iterable of (found, true)
        The efforts of each run.
    """
    late = []
    for found, true in runs:
        for t in true:
            near = max(found, key=lambda f: overlap_s(f, t), default=None)
            if near is not None and iou(near, t) >= _NEAR:
                late.append((near[0] + near[1] - t[0] - t[1]) / 2)
    middle = statistics.median_high(late) if late else 0.0
    return max(-_SHIFT_MOST_S, min(_SHIFT_MOST_S, middle))


def shifted(spans: Sequence[Span], by_s: float) -> list[Span]:
    """Return the spans that many seconds earlier."""
    return [(a - by_s, b - by_s) for a, b in spans]
