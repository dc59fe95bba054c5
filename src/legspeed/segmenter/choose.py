"""From the tree of candidates to disjoint bursts at the runner's own gate."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Container, Sequence
from dataclasses import dataclass

from legspeed.kinds import gate_mps, longness
from legspeed.model import Burst, RunDigest, Yardstick
from legspeed.segmenter.context import Context
from legspeed.segmenter.grade import flat_speed
from legspeed.segmenter.ramps import low_mps
from legspeed.segmenter.witness import witnesses
from legspeed.settings import Judging, Settings


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A burst as judged: its place after the watch's shared delay, its worth on the flat, its gate and its odds.

    ``stepped`` tells that its steps prove it: cadence rose as in a fast effort, and it is clearly above the gate.
    """

    burst: Burst
    start_s: float
    end_s: float
    flat_mps: float
    flat_peak_mps: float
    gate_mps: float
    log_odds: float
    evidence: tuple[str, ...]
    stepped: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds between the edges."""
        return self.end_s - self.start_s

    @property
    def confidence(self) -> float:
        """Probability that this is a near-maximal effort, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.log_odds))

    def overlap_s(self, other: Verdict) -> float:
        """Return the seconds that both share."""
        return min(self.end_s, other.end_s) - max(self.start_s, other.start_s)


def gate_of(duration_s: float, uphill: bool, yardstick: Yardstick, settings: Settings) -> float:
    """Return the gate of an effort for this runner; an unsure 5 km speed asks more of long ones."""
    unsure = not yardstick.sure and duration_s >= settings.judging.long_s
    return gate_mps(
        duration_s,
        uphill=uphill,
        five_k_mps=yardstick.five_k_speed_mps * (1.0 + settings.judging.unsure_margin * unsure),
        max_mps=yardstick.max_speed_mps,
        tiers=settings.tiers,
        judging=settings.judging,
    )


def _sustained(burst: Burst, seconds: float, judging: Judging) -> float:
    """Return the speed that is held against the gate.

    Of a short effort its plateau: ramps take much of it. Of a long one its median: a plateau, being a high quantile,
    has the noise of positions in it, and a gate that is a multiple of 5 km speed is meant for a mean.
    """
    plateau = burst.plateau_speed_mps
    part = max(0.0, 2.0 * longness(seconds, judging) - 1.0)
    return plateau + (min(plateau, burst.mid_speed_mps) - plateau) * part


def verdict(burst: Burst, digest: RunDigest, context: Context, settings: Settings) -> Verdict:
    """Judge one candidate by itself."""
    start = burst.start_s if burst.open_start else burst.start_s - context.delay_s
    end = burst.end_s if burst.open_end else max(burst.end_s - context.delay_s, 0.5 * burst.duration_s)
    start = max(burst.stretch_start_s, min(start, end - 0.5 * burst.duration_s))
    seconds = end - start
    known = context.grade(burst, settings.slope.kind_se)
    flat, uphill = _sustained(burst, seconds, settings.judging), False
    worth = 1.0
    if known is not None:
        worth = flat_speed(flat, known[0], known[1], seconds, settings.slope) / max(flat, 1e-6)
        flat *= worth
        uphill = known[0] - known[1] >= settings.judging.hill_gate_grade
    peak = burst.peak_speed_mps * worth
    gate = gate_of(seconds, uphill, context.yardstick, settings)
    if digest.indoors and _steps_rose(burst, context, settings.judging):
        # What a belt or a wrist reads is uncertain by so much, and no effort at a lower pace brings these steps.
        gate *= 1.0 - settings.yardstick.behind_errors * settings.yardstick.indoor_error
    odds, evidence = witnesses(burst, digest, context, seconds, flat / gate - 1.0, settings.judging)
    margin = _stepped_margin(burst, context, settings.judging)
    stepped = margin is not None and flat >= (1.0 + margin) * gate
    return Verdict(burst, start, end, flat, peak, gate, odds, evidence, stepped)


def _steps_rose(burst: Burst, context: Context, judging: Judging) -> bool:
    """Tell whether the cadence rose above easy running as it does in a fast effort."""
    gain = context.cadence_gain(burst)
    return gain is not None and gain >= judging.cadence_most_spm


def _stepped_margin(burst: Burst, context: Context, judging: Judging) -> float | None:
    """Return how far above its gate (a share) a burst must be for its steps to prove it; None where they cannot.

    They prove it where cadence rose as in a fast effort. Where it rose by half as much again or more, less is asked of
    the speed; where the 5 km speed is a guess, more is asked.
    """
    gain = context.cadence_gain(burst)
    if gain is None or not _steps_rose(burst, context, judging):
        return None
    more = min(max(0.0, 2.0 * gain / judging.cadence_most_spm - 3.0), 1.0)
    guessed = 0.0 if context.yardstick.sure else judging.unsure_margin
    return judging.stepped_margin + (judging.stepped_least - judging.stepped_margin) * more + guessed


def choose(verdicts: Sequence[Verdict], judging: Judging, *, sure: bool = True) -> tuple[list[Verdict], list[Verdict]]:
    """Return the disjoint bursts that are fast enough, sorted by start, and those that are refused as too slow.

    Fast enough is what is above its gate, and a slightly slower rep of a set of such; refused is what is just below
    its gate, a crest and a fast start, of which neither is a rep of a set. Where candidates of different bars contain
    one another the longest wins that is fast as a whole: its plateau above the gate, what its ramps leave of it not far
    below it, no dip that parts two efforts. Where the 5 km speed is not `sure` the faster reps of a set speak for the
    slower.
    """
    whole = [v for v in verdicts if _is_whole(v, judging)]
    fast = [v for v in whole if v.flat_mps >= v.gate_mps]
    held = [v for v in verdicts if v.flat_mps < v.gate_mps and is_steady(v, judging)]
    near = [v for v in whole if judging.near_miss * v.gate_mps <= v.flat_mps]
    crests = {v: said for v in near if (said := _crest_of(v, held, judging)) is not None}
    taken = disjoint([v for v in fast if v not in crests], judging)
    taken = _apart(taken, [] if sure else _proven(taken, whole, judging))
    taken = _apart(taken, _siblings(taken, whole, crests, judging))
    taken.sort(key=lambda v: v.start_s)
    for k in range(1, len(taken)):
        before, here = taken[k - 1], taken[k]
        if here.start_s < before.end_s:
            middle = 0.5 * (here.start_s + before.end_s)
            taken[k - 1] = dataclasses.replace(before, end_s=middle)
            taken[k] = dataclasses.replace(here, start_s=middle)
    missed = [
        dataclasses.replace(v, evidence=(*v.evidence, crests[v])) if v in crests else v
        for v in disjoint([v for v in near if v.flat_mps < v.gate_mps or v in crests], judging)
    ]
    return taken, [v for v in missed if all(v.overlap_s(o) <= 0 for o in taken)]


def disjoint(verdicts: Sequence[Verdict], judging: Judging) -> list[Verdict]:
    """Return bursts that share little time, longest first: each is taken that shares little with those before it."""
    kept: list[Verdict] = []
    for v in sorted(verdicts, key=lambda v: (-v.duration_s, v.start_s)):
        if all(v.overlap_s(o) < judging.overlap * min(v.duration_s, o.duration_s) for o in kept):
            kept.append(v)
    return kept


def is_steady(v: Verdict, judging: Judging) -> bool:
    """Tell whether the burst is one even effort, whatever its speed."""
    return v.burst.low_speed_mps >= judging.steady_share * v.burst.plateau_speed_mps


def _crest_of(v: Verdict, held: Sequence[Verdict], judging: Judging) -> str | None:
    """Return in words the longer effort of which `v` is only the fastest part, hardly faster than the whole; or None.

    Nobody runs a stride at the speed that he holds for minutes anyway: a rep at 5 km pace has its faster seconds, and
    its first ones most of all. A stride ends, and what follows it is slower by far.
    """
    around = [
        h
        for h in held
        if h.duration_s >= judging.crest_ratio * v.duration_s
        and v.overlap_s(h) >= judging.crest_inside * v.duration_s
        and v.flat_mps < (1.0 + judging.crest) * h.flat_mps
    ]
    if around:
        whole = max(around, key=lambda h: h.flat_mps)
        return f"a crest of {whole.duration_s:.0f} s at {whole.flat_mps:.1f} m/s"
    after = v.burst.after_speed_mps
    if after >= judging.goes_on * v.burst.plateau_speed_mps:
        return f"goes on at {after:.1f} m/s: a fast start"
    return None


def _proven(taken: Sequence[Verdict], whole: Sequence[Verdict], judging: Judging) -> list[Verdict]:
    """Return the slower long reps of a set most of which is above the raised gate of an unsure 5 km speed.

    Where the 5 km speed is unsure, its gate is raised by a margin. The reps returned are above the gate without that
    margin, and most others of their set are above the gate with it.
    """
    held = [
        v
        for v in whole
        if v.duration_s >= judging.long_s
        and v.gate_mps / (1.0 + judging.unsure_margin) <= v.flat_mps < v.gate_mps
        and _around(v, taken, judging)
    ]
    held = disjoint(held, judging)
    proven = []
    for v in held:
        above = sum(_alike(v, o, judging) and o.flat_mps >= v.gate_mps for o in taken)
        if above >= max(judging.alike_count - 1, sum(_alike(v, o, judging) for o in held)):
            proven.append(v)
    return proven


def _around(v: Verdict, taken: Sequence[Verdict], judging: Judging) -> bool:
    """Tell whether each burst taken either shares no time with this one or lies (nearly) within it."""
    return all(o.overlap_s(v) <= 0 or o.overlap_s(v) >= judging.crest_inside * o.duration_s for o in taken)


def _apart(taken: Sequence[Verdict], added: Sequence[Verdict]) -> list[Verdict]:
    """Return those added, and of those taken the ones that share no time with any of them."""
    return [v for v in taken if all(v.overlap_s(o) <= 0 for o in added)] + list(added)


def _siblings(
    taken: Sequence[Verdict], whole: Sequence[Verdict], crests: Container[Verdict], judging: Judging
) -> list[Verdict]:
    """Return the reps just below their gate whose set is, for the most part, above it: one rep may be slower.

    A rep is returned as a whole, and not its faster seconds alone; crests and fast starts are no reps.
    """
    added: list[Verdict] = []
    slow = [
        v
        for v in whole
        if judging.near_miss * v.gate_mps <= v.flat_mps < v.gate_mps
        and _around(v, taken, judging)
        and not any(v.overlap_s(o) > 0 and _alike(v, o, judging) for o in taken)
    ]
    for v in sorted(slow, key=lambda v: (-v.duration_s, v.start_s)):
        if v in crests or v.flat_mps < judging.sibling_share * v.gate_mps or any(v.overlap_s(o) > 0 for o in added):
            continue
        above = sum(_alike(v, o, judging) for o in taken)
        below = sum(_alike(v, o, judging) for o in slow)
        if above >= max(judging.alike_count - 1, below):
            added.append(v)
    return added


def _alike(v: Verdict, other: Verdict, judging: Judging) -> bool:
    """Tell whether two bursts are reps of one kind: about as long, about as fast."""
    return (
        abs(other.duration_s - v.duration_s) <= judging.alike_share * v.duration_s
        and abs(other.flat_mps - v.flat_mps) <= judging.alike_share * v.flat_mps
    )


def _is_whole(v: Verdict, judging: Judging) -> bool:
    """Tell whether the burst is one effort: no slow part and no deep dip inside."""
    burst = v.burst
    plateau, mid = burst.plateau_speed_mps, burst.mid_speed_mps
    gate_here = v.gate_mps * burst.peak_speed_mps / max(v.flat_peak_mps, 1e-6)
    beside = burst.base_speed_mps, burst.after_speed_mps
    low = low_mps(burst.duration_s, plateau, mid, burst.low_speed_mps, *beside, judging)
    return (
        mid >= judging.mid_share * gate_here
        and bool(low >= judging.low_share * gate_here)
        and burst.bar_high_mps >= judging.bar_share * plateau
        and burst.saddle >= judging.saddle_share
    )


def with_repeats(chosen: Sequence[Verdict], digest: RunDigest, context: Context, settings: Settings) -> list[Verdict]:
    """Raise the odds of bursts that repeat: three alike are no accident.

    Bursts seen by positions alone count only if they repeat with others that last and are clearly above their gate
    (jumps of the position are short), or if the steps prove them. A burst that smart recording shows in two or three
    records counts only if the steps rose with it.
    """
    judging, evidence = settings.judging, settings.evidence
    alone, sparse = digest.basis == ("position",), digest.interval_s > evidence.short_interval_s
    plausible = [o for o in chosen if o.log_odds > judging.alike_odds]
    if alone:
        plausible = [o for o in plausible if _is_clear(o, context, judging) and _lasting(o, judging)]
    out = []
    for v in chosen:
        alike = sum(_alike(v, o, judging) for o in plausible)
        odds, said = v.log_odds, v.evidence
        if alike >= judging.alike_count:
            odds, said = odds + judging.alike, (*said, f"{alike} alike")
        if alone and not (_lasting(v, judging) and (v.stepped or alike >= judging.alike_count)):
            odds, said = min(odds, judging.unproven_cap), (*said, "too near its gate, or too short, to prove it")
        if sparse and v.duration_s < evidence.hidden_s and context.cadence_gain(v.burst) is None:
            odds, said = min(odds, judging.unproven_cap), (*said, "too few records to prove it without steps")
        out.append(dataclasses.replace(v, log_odds=odds, evidence=said))
    return out


def _is_clear(v: Verdict, context: Context, judging: Judging) -> bool:
    """Tell whether a burst of positions alone, one of several alike, is clearly above its gate.

    Where the steps rose as in a fast effort the margin is smaller and covers only the noise of positions: no jump of
    the position brings steps with it, and certainly not several times.
    """
    stepped = _steps_rose(v.burst, context, judging)
    margin = min(judging.stepped_least, judging.position_margin) if stepped else judging.position_margin
    return v.flat_mps >= (1.0 + margin) * v.gate_mps


def _lasting(v: Verdict, judging: Judging) -> bool:
    """Tell whether a burst lasts, or steps prove it, and rises and falls by itself.

    Of what positions alone show, jumps do not last, and the faster seconds of a long rep are hardly faster than what
    lies beside them.
    """
    beside = max(v.burst.base_speed_mps, v.burst.after_speed_mps)
    lasts = v.duration_s >= judging.position_least_s or v.stepped
    return lasts and beside <= judging.position_beside * v.burst.plateau_speed_mps
