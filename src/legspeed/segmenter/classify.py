"""Bursts against the runner's yardstick: which are efforts, of which kind and tier, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.kinds import kind_of, tier_of
from legspeed.model import COUNTING_KINDS, Burst, Effort, Refusal, RunDigest, Yardstick
from legspeed.segmenter.grade import flat_speed
from legspeed.segmenter.yardstick import is_ride
from legspeed.settings import Settings


@dataclass(frozen=True, slots=True)
class Verdict:
    """A burst as judged: its place in time after the watch's shared delay, its worth on the flat, and its odds."""

    burst: Burst
    start_s: float
    end_s: float
    flat_mps: float
    flat_peak_mps: float
    gate_mps: float
    log_odds: float
    evidence: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s

    @property
    def confidence(self) -> float:
        """Probability that this is a near-maximal effort, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.log_odds))


@dataclass(frozen=True, slots=True)
class Easy:
    """What easy running is in this run, or in the season where the run itself has none: m/s and steps/min."""

    speed_mps: float | None
    cadence_spm: float | None

    def gain(self, burst: Burst) -> float | None:
        """Return how many steps/min the burst's cadence rose above easy running, None where that is unknown."""
        if self.cadence_spm is None or burst.answer_cadence_spm is None:
            return None
        return burst.answer_cadence_spm - self.cadence_spm


def gate_mps(duration_s: float, uphill: bool, yardstick: Yardstick, settings: Settings) -> float:
    """Return the speed on the flat from which an effort of `duration_s` is near-maximal running.

    Up to `Judging.short_s` it is a share of maximal speed, from `Judging.long_s` on a multiple of 5 km speed (nobody
    holds 65 % of his maximum for a minute by being relaxed), never below the latter.
    """
    tiers, judging = settings.tiers, settings.judging
    long_gate = tiers.five_k_ratio * yardstick.five_k_speed_mps
    short_gate = (tiers.turnover_hill if uphill else tiers.turnover) * yardstick.max_speed_mps
    part = min(1.0, max(0.0, (duration_s - judging.short_s) / (judging.long_s - judging.short_s)))
    return max(long_gate, short_gate + (long_gate - short_gate) * part)


def judge_run(
    digest: RunDigest, yardstick: Yardstick, easy: Easy, delay_s: float, settings: Settings
) -> tuple[tuple[Effort, ...], tuple[Refusal, ...]]:
    """Return the efforts of a run, sorted and disjoint, and the bursts refused with their reasons."""
    if is_ride(digest, settings.yardstick):
        return (), ()
    verdicts = [_verdict(b, digest, easy, yardstick, delay_s, settings) for b in digest.bursts]
    chosen, slow = _choose(verdicts, settings)
    chosen = _with_repeats(chosen, digest, settings)
    efforts: list[Effort] = []
    refused: list[Refusal] = [Refusal(v.start_s, v.end_s, "too-slow", v.evidence) for v in slow]
    long_set = sum(v.duration_s >= settings.tiers.fast_rep_set_s for v in chosen) >= settings.judging.alike_count - 1
    for v in chosen:
        reason = _reason(v, easy, settings)
        if reason is not None:
            refused.append(Refusal(v.start_s, v.end_s, reason, v.evidence))
            continue
        efforts.append(_effort(v, yardstick, long_set, settings))
    return tuple(efforts), tuple(sorted(refused, key=lambda r: (r.start_s, r.end_s)))


def sprint_speed(digest: RunDigest, yardstick: Yardstick, easy: Easy, settings: Settings) -> float | None:
    """Return the fastest sure short speed of the run on the flat, m/s: what it says about maximal speed."""
    best: float | None = None
    for effort in judge_run(digest, yardstick, easy, 0.0, settings)[0]:
        if not effort.counts or effort.confidence < settings.yardstick.max_confidence:
            continue
        if effort.peak_speed_mps is not None and (best is None or effort.peak_speed_mps > best):
            best = effort.peak_speed_mps
    return best


def _verdict(
    burst: Burst, digest: RunDigest, easy: Easy, yardstick: Yardstick, delay_s: float, settings: Settings
) -> Verdict:
    start = burst.start_s if burst.open_start else burst.start_s - delay_s
    end = burst.end_s if burst.open_end else burst.end_s - delay_s
    start = max(0.0, min(start, end - 1.0))
    seconds = end - start
    flat = flat_speed(burst.plateau_speed_mps, burst.grade, burst.grade_se, seconds, settings.slope)
    peak = burst.peak_speed_mps * flat / max(burst.plateau_speed_mps, 1e-6)
    uphill = _sure_grade(burst) >= settings.judging.hill_gate_grade
    gate = gate_mps(seconds, uphill, yardstick, settings)
    odds, evidence = _odds(burst, digest, easy, seconds, flat / gate - 1.0, settings)
    return Verdict(burst, start, end, flat, peak, gate, odds, evidence)


def _sure_grade(burst: Burst) -> float:
    return 0.0 if burst.grade is None or burst.grade_se is None else burst.grade - burst.grade_se


def _odds(
    burst: Burst, digest: RunDigest, easy: Easy, seconds: float, above: float, settings: Settings
) -> tuple[float, tuple[str, ...]]:
    """Add up the witnesses in log-odds and say what each saw."""
    j = settings.judging
    said = [f"{burst.plateau_speed_mps:.1f} m/s, {above:+.0%} against the gate"]
    odds = j.prior + _clip(above / j.margin, j.margin_cap)
    gain = easy.gain(burst)
    if gain is not None:
        gained = burst.plateau_speed_mps - (easy.speed_mps or burst.base_speed_mps)
        asked = min(max(j.cadence_per_mps * gained, j.cadence_least_spm), j.cadence_most_spm)
        odds += _clip((gain - asked) / j.cadence_unit_spm, j.cadence_cap)
        said.append(f"cadence {gain:+.0f}/min")
    else:
        said.append("no cadence")
    if burst.recorded_support is not None:
        odds += _clip((burst.recorded_support - j.support_even) / j.support_unit, j.support_cap)
        said.append(f"recorded speed shows {max(0.0, burst.recorded_support):.0%} of the rise")
    if digest.basis == ("position",):
        said.append("positions alone")
        if gain is None or seconds < j.position_least_s:
            odds += j.position_only
    elif digest.independent and _agree(burst):
        odds += j.independent
        said.append("position and distance agree")
    if burst.settling and not burst.open_start:
        odds += j.settling
        said.append("GPS still settling")
    if seconds < j.sparse_intervals * digest.interval_s:
        odds += j.sparse
        said.append(f"only a record every {digest.interval_s:.0f} s")
    return odds, tuple(said)


def _agree(burst: Burst) -> bool:
    pair = burst.position_support, burst.distance_support
    return all(share is not None and 0.7 <= share <= 1.4 for share in pair)


def _clip(value: float, most: float) -> float:
    return min(max(value, -most), most)


def _choose(verdicts: Sequence[Verdict], settings: Settings) -> tuple[list[Verdict], list[Verdict]]:
    """Return disjoint bursts above their gate, and those just below it.

    Where candidates of different bars contain one another the longest wins that is fast as a whole: its plateau above
    the gate, its lower quartile not far below it, no dip that parts two efforts.
    """
    j = settings.judging
    whole = [
        v
        for v in verdicts
        if v.burst.low_speed_mps >= j.low_share * v.gate_mps * v.burst.plateau_speed_mps / max(v.flat_mps, 1e-6)
        and v.burst.bar_high_mps >= j.bar_share * v.burst.plateau_speed_mps
    ]
    fast = [v for v in whole if v.flat_mps >= v.gate_mps]
    slow = [v for v in whole if 0.95 * v.gate_mps <= v.flat_mps < v.gate_mps]
    taken: list[Verdict] = []
    for v in sorted(fast, key=lambda v: (-v.duration_s, v.start_s)):
        if all(min(v.end_s, o.end_s) - max(v.start_s, o.start_s) < 0.3 * min(v.duration_s, o.duration_s) for o in taken):
            taken.append(v)
    taken.sort(key=lambda v: v.start_s)
    for k in range(1, len(taken)):
        before, here = taken[k - 1], taken[k]
        if here.start_s < before.end_s:
            middle = 0.5 * (here.start_s + before.end_s)
            taken[k - 1] = _moved(before, before.start_s, middle)
            taken[k] = _moved(here, middle, here.end_s)
    slow = [v for v in slow if all(min(v.end_s, o.end_s) <= max(v.start_s, o.start_s) for o in taken)]
    return taken, slow


def _moved(v: Verdict, start_s: float, end_s: float) -> Verdict:
    return Verdict(v.burst, start_s, end_s, v.flat_mps, v.flat_peak_mps, v.gate_mps, v.log_odds, v.evidence)


def _with_repeats(chosen: list[Verdict], digest: RunDigest, settings: Settings) -> list[Verdict]:
    """Raise the odds of bursts that repeat: three alike are no accident; positions alone count only so."""
    j = settings.judging
    out = []
    for v in chosen:
        alike = sum(
            abs(o.duration_s - v.duration_s) <= j.alike_share * v.duration_s
            and abs(o.flat_mps - v.flat_mps) <= j.alike_share * v.flat_mps
            for o in chosen
        )
        odds, said = v.log_odds, v.evidence
        if alike >= j.alike_count:
            odds += j.alike
            said = (*said, f"{alike} alike")
        elif digest.basis == ("position",):
            odds = min(odds, -0.05)
        out.append(
            Verdict(v.burst, v.start_s, v.end_s, v.flat_mps, v.flat_peak_mps, v.gate_mps, odds, said)
        )
    return out


def _reason(v: Verdict, easy: Easy, settings: Settings) -> str | None:
    """Return why a burst above the gate is refused, or None."""
    if v.duration_s < settings.tiers.stride_s:
        return "too-short"
    if v.confidence < settings.judging.show_from:
        gain = easy.gain(v.burst)
        if gain is not None and gain < settings.judging.cadence_least_spm:
            return "flat-cadence"
        if v.burst.recorded_support is not None and v.burst.recorded_support < settings.judging.support_even:
            return "position-jump"
        return "unsure"
    return None


def _effort(v: Verdict, yardstick: Yardstick, long_set: bool, settings: Settings) -> Effort:
    burst, j = v.burst, settings.judging
    share = v.flat_peak_mps / yardstick.max_speed_mps
    sure_grade = _known_grade(burst, settings)
    hard = 0.0
    if burst.before_mps is not None and burst.before_mps >= j.finish_share * yardstick.five_k_speed_mps:
        # It ends the hard running: what follows is slower than what ran into it, or nothing.
        hard = settings.evidence.before_s if burst.after_speed_mps < 0.8 * burst.before_mps else 0.0
    kind = kind_of(
        duration_s=v.duration_s,
        grade=sure_grade,
        peak_share=share,
        hard_before_s=hard,
        in_long_set=long_set,
        tiers=settings.tiers,
    )
    counting = kind in COUNTING_KINDS
    said = v.evidence
    if kind in ("sprint", "stride") and burst.grade is not None and sure_grade is None:
        said = (*said, "grade unknown")
    spm = burst.cadence_spm
    return Effort(
        start_s=v.start_s,
        end_s=v.end_s,
        kind=kind,
        tier=tier_of(share, settings.tiers) if counting else None,
        counts=counting and v.confidence >= j.count_from,
        confidence=v.confidence,
        distance_m=burst.mean_speed_mps * v.duration_s,
        mean_speed_mps=burst.mean_speed_mps,
        peak_speed_mps=burst.peak_speed_mps,
        flat_speed_mps=v.flat_mps,
        grade=burst.grade,
        grade_se=burst.grade_se,
        cadence_spm=spm,
        step_length_m=60.0 * burst.mean_speed_mps / spm if spm else None,
        recovery_s=None,
        evidence=said,
    )


def _known_grade(burst: Burst, settings: Settings) -> float | None:
    """Return the grade where it is known well enough to name a kind, its sure part where it is downhill."""
    if burst.grade is None or burst.grade_se is None or burst.grade_se > settings.slope.kind_se:
        return None
    return burst.grade if burst.grade >= 0 else min(0.0, burst.grade + burst.grade_se)
