"""Sets in a coach's words: "6 × 20 s strides, 1:15 rest, after 8.1 km easy"."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from legspeed.model import Burst, Bursts, Effort, EffortSet, RunDigest, Yardstick
from legspeed.settings import Sets, Settings

_NAMES = {
    "stride": ("stride", "strides"),
    "hill_sprint": ("hill sprint", "hill sprints"),
    "sprint": ("sprint", "sprints"),
    "fast_rep": ("fast rep", "fast reps"),
    "finish_kick": ("finish kick", "finish kicks"),
    "interval": ("interval", "intervals"),
    "downhill": ("downhill surge", "downhill surges"),
}

#: In a set of both each rep keeps its kind; the set is named as most are, strides if as many.
_ON_THE_FLAT = ("stride", "sprint")
_LONG_ONES = ("stride", "fast_rep")


def sets_of(
    efforts: Sequence[Effort], digest: RunDigest, yardstick: Yardstick, settings: Settings
) -> tuple[tuple[Effort, ...], tuple[EffortSet, ...]]:
    """Group a run's efforts; return them with their recoveries filled in, and the sets.

    Efforts of one kind with recoveries no longer than `Sets.rest_s` and alike durations are one set; so are strides and
    sprints about as fast as each other, and strides and fast reps about as long, too. What does not count is in none.
    """
    groups: list[list[int]] = []
    for k, effort in enumerate(efforts):
        if not effort.counts:
            continue
        if groups and _joins(effort, [efforts[i] for i in groups[-1]], settings.sets):
            groups[-1].append(k)
        else:
            groups.append([k])
    out = list(efforts)
    for group in groups:
        for here, after in itertools.pairwise(group):
            out[here] = dataclasses.replace(efforts[here], recovery_s=efforts[after].start_s - efforts[here].end_s)
    words = _Words(out, digest, yardstick, settings)
    return tuple(out), tuple(words.set_of([out[i] for i in group]) for group in groups)


def _joins(effort: Effort, group: Sequence[Effort], sets: Sets) -> bool:
    """Tell whether an effort goes on with a set: of its kind or like it, after no more than a recovery, as long."""
    last = group[-1]
    middle = _seconds(group)
    return (
        (_has_kind(effort, group) or _alike(effort, group, sets))
        and effort.start_s - last.end_s <= sets.rest_s
        and abs(effort.duration_s - middle) <= max(sets.duration_least_s, sets.duration_share * middle)
    )


def _has_kind(effort: Effort, group: Sequence[Effort]) -> bool:
    """Tell whether a set has efforts of this kind: of fast reps half, as one long stride opens no set to all reps."""
    same = sum(e.kind == effort.kind for e in group)
    return 2 * same >= len(group) if effort.kind == "fast_rep" else same > 0


def _alike(effort: Effort, group: Sequence[Effort], sets: Sets) -> bool:
    """Tell whether efforts were meant alike, though on both sides of the kinds' border.

    Strides and sprints are when they are about as fast; strides and fast reps when they are about as long, too.
    """
    kinds = {e.kind for e in (effort, *group)}
    near = abs(effort.duration_s - _seconds(group)) <= sets.duration_least_s
    if not (kinds <= {*_ON_THE_FLAT} or (kinds <= {*_LONG_ONES} and near)):
        return False
    usual = median(e.flat_speed_mps or 0.0 for e in group)
    return abs((effort.flat_speed_mps or 0.0) - usual) <= sets.peak_share * usual


@dataclass(frozen=True, slots=True)
class _Words:
    """Says a set as a coach would, from what the run shows around it."""

    efforts: Sequence[Effort]
    digest: RunDigest
    yardstick: Yardstick
    settings: Settings

    def set_of(self, group: Sequence[Effort]) -> EffortSet:
        """Return some efforts as a set with its words."""
        count = len(group)
        kind = max(sorted({e.kind for e in group}, reverse=True), key=[e.kind for e in group].count)
        name = _NAMES[kind][0 if count == 1 else 1]
        seconds = f"{_seconds(group):.0f} s"
        parts = [f"{count} × {seconds} {name}" if count > 1 else f"{seconds} {name}"]
        rests = [e.recovery_s for e in group if e.recovery_s is not None]
        if rests:
            parts.append(f"{_clock(median(rests))} {self._recovery(group)}")
        if _seconds(group) <= self.settings.tiers.sprint_s and _mostly_unknown(group):
            parts.append("grade unknown")
        parts.append(self._place(group))
        return EffortSet(", ".join(filter(None, parts)), kind, count, group[0].start_s, group[-1].end_s)

    def _recovery(self, group: Sequence[Effort]) -> str:
        """Say what the recoveries were: rest (stood), walk or jog."""
        sets = self.settings.sets
        paces = []
        for here, after in itertools.pairwise(group):
            first, second = self._burst(here), self._burst(after)
            way = second.way_before_m - first.way_before_m - first.distance_m
            paces.append(max(0.0, way) / max(after.start_s - here.end_s, 1.0))
        pace = median(paces)
        return "rest" if pace < sets.stood_mps else "walk" if pace < sets.walked_mps else "jog"

    def _place(self, group: Sequence[Effort]) -> str:
        """Say where in the run the set stands."""
        burst = self._burst(group[0])
        if group[0].kind == "finish_kick":
            run = "race" if self._hard_throughout(group[-1].end_s) else "hard run"
            return f"last {round(group[-1].distance_m or 0.0, -1):.0f} m of a {run}"
        sets = self.settings.sets
        if burst.way_before_m < sets.start_m:
            return "from the start"
        hard = [e for e in self.efforts if e.kind in ("fast_rep", "interval", "finish_kick")]
        if group[0].kind not in ("fast_rep", "interval") and len(hard) >= sets.session_efforts:
            if group[-1].end_s < hard[0].start_s:
                return "before the session"
            if group[0].start_s > hard[-1].end_s:
                return "after the session"
        gentle = self._easy_until(group[0].start_s)
        return f"after {burst.way_before_m / 1000:.1f} km{' easy' if gentle else ''}"

    def _easy_until(self, end_s: float) -> bool:
        """Tell whether all before was easy: no effort, and less hard running than `Sets.hard_minutes`.

        A tempo and reps at 5 km pace are no efforts; the metres of each whole minute show them.
        """
        easy, settings = self.digest.easy_speed_mps, self.settings
        hard = settings.judging.finish_share * self.yardstick.five_k_speed_mps
        if easy is None or easy >= hard or any(e.start_s < end_s for e in self.efforts):
            return False
        hard = max(hard, settings.yardstick.easy_span * easy)
        return sum(metres >= 60.0 * hard for metres in self._minutes(end_s)) < settings.sets.hard_minutes

    def _hard_throughout(self, end_s: float) -> bool:
        """Tell whether nearly all of the recording up to its end was hard, as only races and trials are."""
        hard = self.settings.judging.finish_share * self.yardstick.five_k_speed_mps
        run = [metres for metres in self._minutes(end_s) if metres >= 60.0 * self.settings.sets.walked_mps]
        return bool(run) and sum(metres >= 60.0 * hard for metres in run) >= self.settings.sets.race_share * len(run)

    def _minutes(self, end_s: float) -> Sequence[float]:
        """Return the metres of the whole minutes of the clock up to a moment of the run."""
        return self.digest.minute_m[: max(0, int((end_s - self.digest.first_minute_s) // 60))]

    def _burst(self, effort: Effort) -> Burst:
        """Return the candidate that the effort was judged from."""
        return Bursts.of(self.digest.bursts).nearest(effort.start_s, effort.end_s)


def _seconds(group: Sequence[Effort]) -> float:
    return median(e.duration_s for e in group)


def _mostly_unknown(group: Sequence[Effort]) -> bool:
    """Tell whether of most of these nobody knows how steep it was: they may have been hill sprints."""
    return 2 * sum("grade unknown" in e.evidence for e in group) > len(group)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
