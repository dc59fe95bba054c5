"""Sessions of reps of 1-10 min with recoveries: how fast they amount to over 5 km."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from legspeed.model import Burst, Bursts, RunDigest
from legspeed.settings import Yardsticks


class Reps(Protocol):
    """Tells a run's hardest session of reps, as :func:`session_effort` does."""

    def __call__(self, digest: RunDigest, rules: Yardsticks, *, brief: bool) -> tuple[float, float] | None:
        """Return speed and seconds."""


class _Rep(NamedTuple):
    """Of a candidate, what a session of reps asks for."""

    start_s: float
    end_s: float
    mean_speed_mps: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def session_effort(digest: RunDigest, rules: Yardsticks, *, brief: bool = False) -> tuple[float, float] | None:
    """Return the mean speed of the run's hardest session of reps, and how long that would be without a break.

    Reps of `Yardsticks.rep_least_s` and more; those of about a minute if `brief`.

    What a rep has cost fades in the recovery with `Yardsticks.rep_recovery_s`, so reps with short rests count almost as
    one long effort, with long ones hardly more than one of them.

    Returns
    -------
    (float, float) or None
        m/s and seconds; None without such a session.
    """
    best: tuple[float, float, float] | None = None
    for reps in _sessions(_reps(digest.bursts, rules, brief=brief), rules):
        way = sum(rep.mean_speed_mps * rep.duration_s for rep in reps)
        speed = way / sum(rep.duration_s for rep in reps)
        alike = 0.0
        for k, rep in enumerate(reps):
            rest = rep.start_s - reps[k - 1].end_s if k else 0.0
            alike = alike * math.exp(-rest / rules.rep_recovery_s) + rep.duration_s
        worth = speed * alike**rules.fatigue
        if best is None or worth > best[0]:
            best = worth, speed, alike
    return None if best is None else best[1:]


def _reps(bursts: Sequence[Burst], rules: Yardsticks, *, brief: bool) -> list[_Rep]:
    """Return the disjoint reps: held evenly, clearly faster than what lies around; the longest first choice.

    Two reps and the recovery between them are no rep, though three quarters of it may be even.
    """
    least_s, most_s = (rules.brief_least_s, rules.rep_least_s) if brief else (rules.rep_least_s, rules.rep_most_s)
    table = Bursts.of(bursts)
    start, end = table.column("start_s"), table.column("end_s")
    seconds = end - start
    around = np.maximum(table.column("base_speed_mps"), table.column("after_speed_mps"))
    held = np.flatnonzero(
        (seconds >= least_s)
        & (seconds < most_s)
        & (table.column("carried") == 0)
        & (table.column("low_speed_mps") >= rules.rep_even * table.column("mid_speed_mps"))
        & (table.column("plateau_speed_mps") >= rules.rep_rise * around)
    )
    longest = held[np.lexsort((table.column("bar_low_mps")[held], start[held], -seconds[held]))]
    columns = (c[longest].tolist() for c in (start, end, table.column("mean_speed_mps")))
    every = [_Rep(*values) for values in zip(*columns, strict=True)]
    return sorted(_apart(rep for rep in every if not _holds_several(rep, every, rules)))


def _apart(reps: Iterable[_Rep]) -> list[_Rep]:
    """Return those that share no time with an earlier one."""
    taken: list[_Rep] = []
    for rep in reps:
        if all(rep.end_s <= other.start_s or rep.start_s >= other.end_s for other in taken):
            taken.append(rep)
    return taken


def _holds_several(rep: _Rep, every: Sequence[_Rep], rules: Yardsticks) -> bool:
    """Tell whether a candidate is several others and what lies between them: they are faster than the whole.

    Of two reps and a recovery each is less than half; edges of candidates from two bars differ by a second.
    """
    inside = _apart(
        one
        for one in every
        if one is not rep
        and rep.start_s - 1.0 <= one.start_s
        and one.end_s <= rep.end_s + 1.0
        and one.duration_s < 0.5 * rep.duration_s
    )
    if len(inside) < 2:
        return False
    way = sum(one.mean_speed_mps * one.duration_s for one in inside)
    return way / sum(one.duration_s for one in inside) >= (1.0 + rules.rep_parts) * rep.mean_speed_mps


def _sessions(reps: Sequence[_Rep], rules: Yardsticks) -> Iterator[list[_Rep]]:
    """Yield the stretches of consecutive reps that last alike, with recoveries of no more than `rep_rest_s`."""
    group: list[_Rep] = []
    for rep in reps:
        usual = statistics.median(b.duration_s for b in group) if group else rep.duration_s
        alike = abs(rep.duration_s - usual) <= rules.rep_alike * usual
        if group and (rep.start_s - group[-1].end_s > rules.rep_rest_s or not alike):
            if len(group) >= rules.rep_count:
                yield group
            group = []
        group.append(rep)
    if len(group) >= rules.rep_count:
        yield group
