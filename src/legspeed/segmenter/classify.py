"""Judged bursts become efforts with kind and tier, or refusals with a reason."""

from __future__ import annotations

import dataclasses
import math
import statistics
from collections.abc import Iterable, Sequence

from legspeed.kinds import is_dash, kind_of, stand_alone, tier_of
from legspeed.model import COUNTING_KINDS, Burst, Effort, Refusal, RunDigest
from legspeed.segmenter.choose import Verdict, choose, disjoint, is_steady, verdict, with_repeats
from legspeed.segmenter.context import Context
from legspeed.segmenter.laps import lap_timed
from legspeed.segmenter.rides import ridden
from legspeed.segmenter.starts import restarts
from legspeed.segmenter.tempo import held_minutes
from legspeed.settings import Settings


def judge_run(
    digest: RunDigest,
    context: Context,
    settings: Settings,
    bursts: Sequence[Burst] | None = None,
    *,
    laps: bool,
    first_look: bool = False,
) -> tuple[tuple[Effort, ...], tuple[Refusal, ...]]:
    """Return the efforts of a run, sorted and disjoint, and the bursts refused with their reasons.

    `bursts` are those of the run's candidates that can matter (see :mod:`legspeed.segmenter.sieve`); default: all.
    With `laps` one that agrees with an effort times it before its kind is told: a rep of two minutes is an interval,
    however much of it stood above the gate. At a `first_look` the runner's maximal speed is not known yet.
    """
    if context.ride:
        return (), (
            Refusal(0.0, digest.elapsed_s, "vehicle", ("as a whole too fast for this runner, or without steps",)),
        )
    judging = settings.judging
    bursts = digest.bursts if bursts is None else bursts
    verdicts = [verdict(b, digest, context, settings) for b in bursts]
    rides = ridden(verdicts, digest, context, settings, first_look=first_look)
    chosen, slow = choose(verdicts, judging, sure=context.yardstick.sure)
    chosen = with_repeats(chosen, digest, context, settings)
    slow = _held_below(verdicts, chosen, slow, context, settings)
    refused = _too_slow(slow, held_minutes(digest, context, chosen, settings), context)
    taken: list[Verdict] = []
    for v in chosen:
        reason = "vehicle" if id(v.burst) in rides else _reason(v, context, settings)
        if reason is not None:
            refused.append(Refusal(v.start_s, v.end_s, reason, v.evidence))
        else:
            taken.append(v)
    if laps:
        taken = lap_timed(taken, judging.lap_agree, settings.sets.seconds_apart)
    long_sets = _in_long_sets(taken, settings)
    descent = _common_descent(taken, context, settings)
    peaks = _kind_peaks(taken, settings)
    slopes = _kind_slopes(taken, context, settings)
    lengths = _kind_seconds(taken, settings)
    efforts = [
        _effort(v, seconds, peak, _kind_grade(measured, descent, settings), context, long_set, settings)
        for v, seconds, peak, measured, long_set in zip(taken, lengths, peaks, slopes, long_sets, strict=True)
    ]
    efforts, dashes = _without_dashes(efforts, settings, sure=context.yardstick.sure)
    refused += dashes
    again = None if first_look else restarts(digest, context, [*efforts, *refused], settings)
    refused += [] if again is None else [again]
    return tuple(efforts), tuple(sorted(refused, key=lambda r: (r.start_s, r.end_s)))


def _without_dashes(efforts: Sequence[Effort], settings: Settings, *, sure: bool) -> tuple[list[Effort], list[Refusal]]:
    """Return the efforts without dashes for a bus (single, short, no faster than a stride), and these as refusals."""
    tiers = settings.tiers
    counting = [e for e in efforts if e.counts]
    alone = stand_alone([(e.start_s, e.end_s) for e in counting], settings.sets.rest_s)
    dashes = [
        e
        for e, lone in zip(counting, alone, strict=True)
        if lone and is_dash(e.kind, e.tier, e.duration_s, tiers, sure=sure)
    ]
    low = f"below {tiers.near_max if sure else tiers.max:.0%} of maximal speed" + ("" if sure else ", itself a guess")
    said = f"once, for less than {tiers.dash_s:.0f} s, {low}: a dash, no stride"
    refused = [Refusal(e.start_s, e.end_s, "too-short", (*e.evidence, said)) for e in dashes]
    return [e for e in efforts if e not in dashes], refused


def _held_below(
    verdicts: Sequence[Verdict],
    chosen: Sequence[Verdict],
    slow: Sequence[Verdict],
    context: Context,
    settings: Settings,
) -> list[Verdict]:
    """Return what was too slow: reps at 5 km pace and tempo stretches as a whole, instead of their faster seconds."""
    tempo, five_k = context.tempo_mps(settings), context.yardstick.five_k_speed_mps
    held = [
        v
        for v in verdicts
        if v.duration_s >= settings.judging.long_s
        and tempo <= v.flat_mps < v.gate_mps
        and is_steady(v, settings.judging)
        and all(v.overlap_s(o) <= 0 for o in chosen)
    ]
    told = [
        dataclasses.replace(
            v, evidence=(*v.evidence, f"{v.flat_mps / five_k:.0%} of 5 km speed for {v.duration_s:.0f} s")
        )
        for v in disjoint(held, settings.judging)
    ]
    return [*told, *(v for v in slow if all(v.overlap_s(o) <= 0 for o in told))]


def _too_slow(slow: Sequence[Verdict], held: Iterable[tuple[float, float, float]], context: Context) -> list[Refusal]:
    """Return the refusals of what was too slow, a tempo as one refusal instead of one for each of its faster parts."""
    refused = [Refusal(v.start_s, v.end_s, "too-slow", v.evidence) for v in slow]
    for start_s, end_s, speed_mps in held:
        parts = [r for r in refused if r.start_s < end_s and r.end_s > start_s]
        if all(r.end_s - r.start_s <= end_s - start_s - 60.0 for r in parts):  # whole minutes know it no better
            refused = [r for r in refused if r not in parts]
            share = speed_mps / context.yardstick.five_k_speed_mps
            said = f"{share:.0%} of 5 km speed for {(end_s - start_s) / 60:.0f} min"
            refused.append(Refusal(start_s, end_s, "too-slow", (f"{speed_mps:.1f} m/s", said)))
    return refused


def _reason(v: Verdict, context: Context, settings: Settings) -> str | None:
    """Return why a burst above the gate is refused, or None."""
    if v.burst.carried:
        return "vehicle"
    if v.duration_s < settings.tiers.stride_s:
        return "too-short"
    if v.confidence >= settings.judging.show_from:
        return None
    gain = context.cadence_gain(v.burst)
    if gain is not None and gain < settings.judging.cadence_least_spm:
        return "flat-cadence"
    if v.burst.recorded_support is not None and v.burst.recorded_support < settings.judging.support_even:
        return "position-jump"
    return "unsure"


def _kind_peaks(taken: Sequence[Verdict], settings: Settings) -> list[float]:
    """Return the peak by which each effort is named, m/s: its own, or of a short one the median of its set.

    What is repeated after a rest at nearly the same speed is meant alike, and one peak is known to a few percent only:
    six sprints are six. Strides before sprints are slower by more, and stay strides.
    """
    peaks = [v.flat_peak_mps for v in taken]
    for group in _short_sets(taken, settings.tiers.sprint_s, settings):
        reached = [taken[k].flat_peak_mps for k in group]
        for k in group:
            own = taken[k].flat_peak_mps
            peaks[k] = statistics.median(p for p in reached if abs(p - own) <= settings.sets.peak_share * own)
    return peaks


def _kind_slopes(taken: Sequence[Verdict], context: Context, settings: Settings) -> list[tuple[float, float] | None]:
    """Return grade and standard error by which each effort is named: its own, or of a short one the median of its set.

    Repeats on one hill are one kind, though one grade comes out just below the border and another just above it. Grades
    further apart than their errors, and what no repeat tells of a slope's own ends, allow for are different slopes.
    """
    slopes = [context.grade(v.burst, math.inf) for v in taken]
    own = list(slopes)
    for group in _short_sets(taken, settings.tiers.hill_sprint_s, settings):
        known = [one for k in group if (one := own[k]) is not None]
        for k in group:
            here = own[k]
            if here is None:
                continue
            sure = settings.slope.kind_errors
            alike = [
                (grade, error)
                for grade, error in known
                if abs(grade - here[0]) <= settings.sets.grade_apart + sure * math.hypot(error, here[1])
            ]
            slopes[k] = statistics.median(g for g, _ in alike), statistics.median(e for _, e in alike)
    return slopes


def _short_sets(taken: Sequence[Verdict], longest_s: float, settings: Settings) -> list[list[int]]:
    """Return the places of efforts no longer than `longest_s`, those with no more than a recovery between together."""
    sets: list[list[int]] = []
    for k, v in enumerate(taken):
        if v.duration_s > longest_s:
            continue
        if sets and v.start_s - taken[sets[-1][-1]].end_s <= settings.sets.rest_s:
            sets[-1].append(k)
        else:
            sets.append([k])
    return sets


def _kind_seconds(taken: Sequence[Verdict], settings: Settings) -> list[float]:
    """Return the duration by which each effort is named, s: the median of what its set has about as long.

    Edges are known to a second or so, and nobody runs a distance in one time: eight strides of 12 s are not seven
    strides and a sprint, and ten 200s in 55 to 63 s are not six that count and four that do not.
    """
    seconds = [v.duration_s for v in taken]
    for group in _short_sets(taken, math.inf, settings):
        lasted = [taken[k].duration_s for k in group]
        for k in group:
            own = taken[k].duration_s
            apart = max(settings.sets.seconds_apart, settings.sets.seconds_share * own)
            seconds[k] = statistics.median(s for s in lasted if abs(s - own) <= apart)
    return seconds


def _in_long_sets(taken: Sequence[Verdict], settings: Settings) -> list[bool]:
    """Tell of each effort whether the run has a set of long reps, and half and more of those as long as it are such.

    One stride of eight that comes out a second too long is none, though it repeats with a second such one.
    """
    long_s, least_s = settings.tiers.fast_rep_set_s, settings.sets.duration_least_s
    found = []
    for v in taken:
        alike = [other.duration_s for other in taken if other.duration_s >= v.duration_s - least_s]
        found.append(len(alike) >= settings.judging.long_set_count and statistics.median(alike) >= long_s)
    return found


def _effort(
    v: Verdict,
    seconds: float,
    peak_mps: float,
    grade: float | None,
    context: Context,
    long_set: bool,
    settings: Settings,
) -> Effort:
    """Return a judged burst as an effort.

    Parameters
    ----------
    v : Verdict
        The burst; edges, speeds and confidence of the effort are its own.
    seconds, peak_mps, grade
        By what its kind is told: partly what its set has in common, see the functions above.
    context : Context
        What the run is judged in.
    long_set : bool
        Whether it repeats with long reps.
    settings : Settings
    """
    burst = v.burst
    share = v.flat_peak_mps / context.yardstick.max_speed_mps
    kind = kind_of(
        duration_s=seconds,
        grade=grade,
        peak_share=peak_mps / context.yardstick.max_speed_mps,
        hard_before_s=_hard_before(v, context, settings),
        in_long_set=long_set,
        tiers=settings.tiers,
    )
    counting = kind in COUNTING_KINDS
    unsure = kind in ("sprint", "stride") and grade is None
    spm = burst.cadence_spm
    return Effort(
        start_s=v.start_s,
        end_s=v.end_s,
        kind=kind,
        tier=tier_of(share, settings.tiers) if counting else None,
        counts=counting and v.confidence >= settings.judging.count_from,
        confidence=v.confidence,
        distance_m=burst.mean_speed_mps * v.duration_s,
        mean_speed_mps=burst.mean_speed_mps,
        mean_speed_se_mps=math.hypot(burst.mean_speed_se_mps, (1.0 - 1.0 / context.reading) * burst.mean_speed_mps),
        peak_speed_mps=burst.peak_speed_mps,
        flat_speed_mps=v.flat_mps,
        grade=burst.grade,
        grade_se=None if burst.grade_se is None else burst.grade_se * context.grade_error,
        cadence_spm=spm,
        step_length_m=60.0 * burst.mean_speed_mps / spm if spm else None,
        recovery_s=None,
        evidence=(*v.evidence, "grade unknown") if unsure else v.evidence,
    )


def _kind_grade(measured: tuple[float, float] | None, descent: float | None, settings: Settings) -> float | None:
    """Return the grade where it is known well enough to name a kind; of a way down only the sure part.

    A hill is named where it also has a hill's gate: where the grade less its standard error is still one.
    A grade too unsure to tell how steep still names a kind where it is far beyond the border, and a way down where all
    efforts of the run together say so (`descent`). One noisy altitude alone does not.
    """
    if measured is None:
        return None
    grade, error = measured
    sure = settings.slope.kind_errors * error
    beyond = grade - sure >= settings.tiers.hill_grade or grade + sure < settings.tiers.downhill_grade
    if error <= settings.slope.kind_se or beyond:
        if grade >= settings.tiers.hill_grade and grade - error < settings.judging.hill_gate_grade:
            return None
        return grade if grade >= 0 else min(0.0, grade + error)
    return descent if grade < settings.tiers.downhill_grade else None


def _common_descent(taken: Sequence[Verdict], context: Context, settings: Settings) -> float | None:
    """Return the part of a run's common descent that is sure, where all efforts went down and it helped; else None.

    Repeats have errors of their own, now and then a large one: their median tells the slope better than each, its
    standard error being sqrt(pi / 2) times that of a mean.
    """
    known = [context.grade(v.burst, math.inf) for v in taken]
    measured = [one for one in known if one is not None]
    if len(measured) < settings.judging.alike_count or len(measured) < len(known):
        return None
    slope = statistics.median(grade for grade, _ in measured)
    error = statistics.median(error for _, error in measured) * math.sqrt(0.5 * math.pi / len(measured))
    down = all(grade < 0 for grade, _ in measured)
    sure = slope + settings.slope.kind_errors * error < settings.tiers.downhill_grade
    return slope + error if down and sure else None


def _hard_before(v: Verdict, context: Context, settings: Settings) -> float:
    """Return the seconds of hard running that the burst ends: what follows is much slower, or nothing."""
    before = v.burst.before_mps
    judging = settings.judging
    if before is None or before < judging.finish_share * context.yardstick.five_k_speed_mps:
        return 0.0
    return settings.evidence.before_s if v.burst.after_speed_mps < judging.finish_after * before else 0.0
