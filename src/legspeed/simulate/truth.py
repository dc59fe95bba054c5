"""What a perfect watch would report: the efforts in a true motion, named by the same rules as measured ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from legspeed.kinds import gate_mps, is_dash, kind_of, longness, stand_alone, tier_of
from legspeed.model import COUNTING_KINDS, F8
from legspeed.settings import Judging, Sets, Tiers
from legspeed.simulate.motion import STEP_S, Motion, Span

#: Running is taken as hard from this share of 5 km speed: faster than marathon pace. A fast end of at least
#: `Tiers.finish_hard_s` of it is a finish kick.
HARD_SHARE: Final = 0.88
#: From this grade on `Tiers.turnover_hill` is the gate.
_ON_HILL: Final = 0.03


@dataclass(frozen=True, slots=True)
class TrueEffort:
    """One effort as it was, in seconds since the first record of the recording (stopped time included).

    ``plateau_mps`` is the median speed above half the rise, ``peak_mps`` the best 3 s, ``flat_peak_mps`` the same as on
    the level (sprint rule; a slope down gives no credit away and none is added), ``base_mps`` and ``after_mps`` the
    speeds it rises from and falls to. ``gate_ratio`` is the flat peak (of a long effort what it holds) over the slowest
    that counts: between 0.95 and 1.05 no measurement can tell. ``counts`` is what a report should say; ``tier`` is None
    where it cannot count.
    """

    start_s: float
    end_s: float
    kind: str
    tier: str | None
    counts: bool
    what: str
    effort_set: str
    distance_m: float
    mean_mps: float
    peak_mps: float
    flat_peak_mps: float
    plateau_mps: float
    base_mps: float
    after_mps: float
    grade: float
    cadence_spm: float
    gate_ratio: float

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s


def true_efforts(motion: Motion, tiers: Tiers | None = None) -> tuple[TrueEffort, ...]:
    """Return the efforts of a motion, in its own time, sorted and without overlap.

    The edges are where the true speed crosses half-way between the plateau and the speed before, and after, it.
    """
    tiers = tiers or Tiers()
    efforts = [i for i, span in enumerate(motion.spans) if span.phase.effort_set is not None]
    seconds_of: dict[str, list[float]] = {}
    raw: list[tuple[Span, _Shape]] = []
    for i in efforts:
        span = motion.spans[i]
        shape = _shape(motion, i)
        raw.append((span, shape))
        seconds_of.setdefault(span.phase.effort_set or "", []).append((shape.stop - shape.first) * STEP_S)
    found: list[TrueEffort] = []
    for span, shape in raw:
        group = span.phase.effort_set or ""
        lengths = seconds_of[group]
        in_long_set = len(lengths) >= 2 and float(np.median(lengths)) >= tiers.fast_rep_set_s
        found.append(_named(motion, span, shape, in_long_set, tiers))
    return tuple(_without_dashes(found, tiers))


def _without_dashes(found: Sequence[TrueEffort], tiers: Tiers) -> Iterator[TrueEffort]:
    """Yield the efforts; a dash among them does not count."""
    counting = [effort for effort in found if effort.counts]
    alone = iter(stand_alone([(effort.start_s, effort.end_s) for effort in counting], Sets().rest_s))
    for effort in found:
        dash = is_dash(effort.kind, effort.tier, effort.duration_s, tiers)
        yield replace(effort, counts=False, tier=None) if effort.counts and next(alone) and dash else effort


@dataclass(frozen=True, slots=True)
class _Shape:
    first: int
    stop: int
    plateau: float
    base: float
    after: float


def _shape(motion: Motion, number: int) -> _Shape:
    """Return the edges of the effort in span `number`, as samples, and its levels."""
    spans, speed = motion.spans, motion.speed_mps
    span = spans[number]
    floor = spans[number - 1].first if number else span.first
    before = speed[max(floor, span.first - 80) : span.first]
    base = float(np.median(before[-30:])) if before.size else 0.0
    # What follows belongs to the falling edge until the next effort begins.
    next_effort = next((s.first for s in spans[number + 1 :] if s.phase.effort_set is not None), speed.size)
    tail = speed[span.stop : min(next_effort, span.stop + 150)]
    after = float(np.median(tail[60:100])) if tail.size > 65 else float(tail.min(initial=base))
    inside = speed[span.first : span.stop]
    top = float(_best_mean(inside, 3.0))
    upper = inside[inside > 0.5 * (min(base, top) + top)]
    plateau = float(np.median(upper)) if upper.size else top
    up, down = 0.5 * (base + plateau), 0.5 * (after + plateau)
    risen = np.flatnonzero(inside >= up)
    first = span.first + (int(risen[0]) if risen.size else 0)
    fallen = np.flatnonzero(tail < down)
    stop = span.stop + (int(fallen[0]) if fallen.size else tail.size)
    return _Shape(first, max(stop, first + 1), plateau, base, after)


def _named(motion: Motion, span: Span, shape: _Shape, in_long_set: bool, tiers: Tiers) -> TrueEffort:
    """Return the effort with its measures, kind and tier."""
    a, b = shape.first, shape.stop
    distance = float(motion.odometer_m[b - 1] - motion.odometer_m[a])
    seconds = (b - a) * STEP_S
    climb = float(motion.altitude_m[b - 1] - motion.altitude_m[a])
    grade = climb / distance if distance > 1 and not motion.course.indoor else 0.0
    flat = motion.speed_mps[a:b] * np.exp(np.clip(motion.grade[a:b], 0.0, None))
    flat_peak = float(_best_mean(flat, 3.0))
    share = flat_peak / motion.runner.max_speed_mps
    judging = Judging()
    gate = gate_mps(
        seconds,
        uphill=grade >= _ON_HILL,
        five_k_mps=motion.runner.five_k_speed_mps,
        max_mps=motion.runner.max_speed_mps,
        tiers=tiers,
        judging=judging,
    )
    # A short effort is judged by its best 3 s, a long one by what it holds.
    held = float(np.median(flat))
    level = flat_peak + (min(held, flat_peak) - flat_peak) * longness(seconds, judging)
    kind = kind_of(
        duration_s=seconds,
        grade=None if motion.course.indoor else grade,
        peak_share=share,
        hard_before_s=_hard_before_s(motion, span.first),
        in_long_set=in_long_set,
        tiers=tiers,
    )
    counts = kind in COUNTING_KINDS and level >= gate and seconds >= tiers.stride_s
    cadence = motion.cadence_spm[a:b]
    return TrueEffort(
        start_s=float(motion.time_s[a]),
        end_s=float(motion.time_s[b - 1] + STEP_S),
        kind=kind,
        tier=tier_of(share, tiers) if counts else None,
        counts=counts,
        what=span.phase.what,
        effort_set=span.phase.effort_set or "",
        distance_m=distance,
        mean_mps=distance / seconds,
        peak_mps=float(_best_mean(motion.speed_mps[a:b], 3.0)),
        flat_peak_mps=flat_peak,
        plateau_mps=shape.plateau,
        base_mps=shape.base,
        after_mps=shape.after,
        grade=grade,
        cadence_spm=float(cadence.mean()),
        gate_ratio=level / gate,
    )


def _hard_before_s(motion: Motion, stop: int) -> float:
    """Return how many seconds of continuous hard running lead up to sample `stop`."""
    whole = motion.level_mps[:stop][::-1]
    # In means of 10 s, backwards: one slow step is no recovery.
    level = whole[: whole.size // 100 * 100].reshape(-1, 100).mean(axis=1)
    soft = np.flatnonzero(level < HARD_SHARE * motion.runner.five_k_speed_mps)
    return 10.0 * float(soft[0] if soft.size else level.size)


def _best_mean(values: F8, seconds: float) -> float:
    """Return the best mean over `seconds` (over all of it where it is shorter)."""
    width = min(values.size, round(seconds / STEP_S))
    total = np.concatenate([[0.0], np.cumsum(values)])
    return float(np.max(total[width:] - total[:-width]) / width)


def in_watch_time(
    efforts: tuple[TrueEffort, ...], first_record_s: float, recorded: tuple[tuple[float, float], ...], tiers: Tiers
) -> tuple[TrueEffort, ...]:
    """Return the efforts as the recording can hold them: in its time, cut to the stretches when the timer ran.

    Parameters
    ----------
    first_record_s : float
        Motion time of the first record.
    recorded : tuple of (float, float)
        Stretches of running timer, in motion time.
    tiers : Tiers
        What is left of an effort that began before the timer must still be `stride_s` long to count.
    """
    kept: list[TrueEffort] = []
    for effort in efforts:
        parts = [(max(effort.start_s, a), min(effort.end_s, b)) for a, b in recorded]
        start, end = max(parts, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
        if end - start < 0.5 * effort.duration_s:
            continue
        counts = effort.counts and end - start >= min(tiers.stride_s, effort.duration_s)
        kept.append(
            replace(
                effort,
                start_s=round(start - first_record_s, 3),
                end_s=round(end - first_record_s, 3),
                distance_m=effort.distance_m * (end - start) / effort.duration_s,
                counts=counts,
                tier=effort.tier if counts else None,
            )
        )
    return tuple(kept)
