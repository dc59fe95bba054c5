"""How sure a burst is: each witness adds its log-odds and says what it saw."""

from __future__ import annotations

from legspeed.model import Burst, RunDigest
from legspeed.segmenter.context import Context
from legspeed.settings import Judging


def witnesses(
    burst: Burst, digest: RunDigest, context: Context, seconds: float, above: float, judging: Judging
) -> tuple[float, tuple[str, ...]]:
    """Return the log-odds that the burst is near-maximal running, and what each witness saw.

    Parameters
    ----------
    burst, digest, context
        The candidate, its run, and what the run is judged in.
    seconds : float
        Duration of the burst.
    above : float
        Speed on the flat over the gate, less 1.
    """
    said = [f"{burst.plateau_speed_mps:.1f} m/s, {above:+.0%} against the gate"]
    odds = judging.prior + _within(above / judging.margin, judging.margin_cap)
    gain = context.cadence_gain(burst)
    if gain is None:
        said.append("no cadence")
    else:
        easy = context.easy_speed_mps or burst.base_speed_mps
        steps = _cadence(gain, burst.plateau_speed_mps - easy, judging.cadence_least_spm, judging)
        said.append(f"cadence {gain:+.0f}/min")
        on_top = context.cadence_gain_on_top(burst)
        if on_top is not None:
            more = _cadence(on_top, burst.plateau_speed_mps - burst.base_speed_mps, judging.cadence_top_spm, judging)
            if more < steps:
                steps = more
                said.append(f"of that {on_top:+.0f}/min with it")
        odds += steps
    if burst.heart_gain_bpm is not None:
        heart = _within((burst.heart_gain_bpm - judging.heart_even_bpm) / judging.heart_unit_bpm, judging.heart_cap)
        odds += heart if gain is not None else 2.0 * heart
        said.append(f"heart rate {burst.heart_gain_bpm:+.0f}/min")
    if burst.recorded_support is not None:
        shown = (burst.recorded_support - judging.support_even) / judging.support_unit
        odds += min(max(shown, -judging.support_veto), judging.support_cap)
        said.append(f"recorded speed shows {max(0.0, burst.recorded_support):.0%} of the rise")
    too_fast = _beyond(burst, context, judging)
    if too_fast:
        said.append(f"peak {burst.peak_speed_mps / context.yardstick.max_speed_mps:.0%} of maximal speed: a jump")
    if digest.basis == ("position",):
        said.append("positions alone")
        if gain is None:
            odds += judging.position_only
    elif digest.independent and _agree(burst, judging):
        odds += judging.independent
        said.append("position and distance agree")
    if burst.settling and not burst.open_start:
        odds += judging.settling
        said.append("GPS still settling")
    if seconds < judging.sparse_intervals * digest.interval_s:
        odds += judging.sparse
        said.append(f"only a record every {digest.interval_s:.0f} s")
    cap = judging.refuted_cap if too_fast else _cap(burst, digest, gain, seconds, judging)
    return min(odds, cap), tuple(said)


def _beyond(burst: Burst, context: Context, judging: Judging) -> bool:
    """Tell whether a peak is far above all that this runner can run, and his watch's own speed does not show it."""
    share = burst.recorded_support
    too_high = burst.peak_speed_mps > judging.peak_most * context.yardstick.max_speed_mps
    return too_high and share is not None and share < judging.support_even


def _cap(burst: Burst, digest: RunDigest, gain: float | None, seconds: float, judging: Judging) -> float:
    """Return what the log-odds cannot exceed, whatever else speaks for the burst."""
    share = burst.recorded_support
    late_s = next((lag.lag_s for lag in digest.lags if lag.stream == "speed"), 0.0)
    if share is not None and share < judging.support_none and seconds > late_s:
        # It had time to answer and did not: the quick streams alone have dipped and risen, repeats or not.
        return judging.refuted_cap
    flat = gain is not None and gain < judging.flat_share * judging.cadence_least_spm
    return judging.unproven_cap if flat else float("inf")


def _cadence(gain_spm: float, gained_mps: float, least_spm: float, judging: Judging) -> float:
    """Return the log-odds of a cadence gain: what is asked grows with the speed gained, from `least_spm` on.

    Above 65-70 % of maximal speed runners gain speed through cadence; a jump of the position has none.
    """
    asked = min(max(judging.cadence_per_mps * gained_mps, least_spm), judging.cadence_most_spm)
    return min(max((gain_spm - asked) / judging.cadence_unit_spm, -judging.cadence_veto), judging.cadence_cap)


def _agree(burst: Burst, judging: Judging) -> bool:
    """Tell whether position and distance show the same rise."""
    pair = burst.position_support, burst.distance_support
    return all(share is not None and judging.agree_low <= share <= judging.agree_high for share in pair)


def _within(value: float, most: float) -> float:
    return min(max(value, -most), most)
