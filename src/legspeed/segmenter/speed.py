"""Three speeds, one truth: positions, distance and recorded speed of one watch, aligned and made one robust curve."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from legspeed.model import F8, StreamLag
from legspeed.model.figures import SD_OF_MAD, median
from legspeed.segmenter.steps_way import with_whole_changes
from legspeed.segmenter.timeline import B1, I8, Timeline
from legspeed.settings import Signal

#: The streams that tell a speed, the quickest first.
_STREAMS: Final = ("position", "distance", "speed")


@dataclass(frozen=True, slots=True, eq=False)
class SpeedCurve:
    """The best speed of a run on its timeline, and the streams it was made from, all in the time of the quickest.

    ``speed_mps`` f8[m], finite everywhere (0 where nothing is known); ``sharp_mps`` the same less smoothed, for peaks;
    the others f8[m] or None. ``noise_mps`` is the robust standard deviation of what the smoothing took out.
    ``independent`` tells whether distance and position are two witnesses or one (many watches integrate one from the
    other). ``basis`` names the streams used. ``too_fast`` b1[m] are the seconds in which all that tells a speed tells
    more than anybody runs: a car, not a jump.
    """

    speed_mps: F8
    sharp_mps: F8
    position_mps: F8 | None
    distance_mps: F8 | None
    recorded_mps: F8 | None
    noise_mps: float
    independent: bool
    basis: tuple[str, ...]
    lags: tuple[StreamLag, ...]
    recorded_lag_s: float
    too_fast: B1


def lag_behind(line: Timeline, late: F8, early: F8, signal: Signal) -> tuple[float, float | None, float]:
    """Return how many seconds `late` trails `early`, the standard error, and the correlation there.

    Both are freed of their slow part (running mean over a minute) and correlated at every whole second of the search
    range; the peak is refined with a parabola. The standard error is the jackknife's: what the lag moves by when each
    part of the run is left out in turn, as watches smooth by how one runs and not all parts agree. It is no smaller
    than the peak's curvature and the number of independent samples allow (Cramér-Rao bound of a delay in white noise,
    taken at one independent sample per 3 s).
    Returns ``(0, None, 0)`` where the streams share too little.
    """
    low, high = -int(signal.lag_early_s), int(signal.lag_late_s)
    a, b = _quick_part(line, late, signal), _quick_part(line, early, signal)
    found = np.full(high - low + 1, -1.0)
    used = int(np.count_nonzero(a))
    whole = line.m > 0 and line.last[0] == line.m - 1
    begins = _equal_parts(b, int(signal.lag_parts))
    shared, product = np.zeros((high - low + 1, begins.shape[0])), np.zeros(line.m)
    for k, lag in enumerate(range(low, high + 1)):
        begin = max(0, lag)
        end = max(begin, min(line.m, line.m + lag))
        x, y = a[begin:end], b[begin - lag : end - lag]
        samples = end - begin
        if not whole:
            same = line.first[begin:end] == line.first[begin - lag : end - lag]
            samples = int(np.count_nonzero(same))
            x, y = x * same, y * same
        product[:] = 0.0
        np.multiply(x, y, out=product[begin - lag : end - lag])
        shared[k] = np.add.reduceat(product, begins)
        energy = math.sqrt(float(np.dot(x, x)) * float(np.dot(y, y)))
        if samples >= signal.lag_samples and energy > 0:
            found[k] = float(np.dot(x, y)) / energy
    best = int(np.argmax(found))
    peak = float(found[best])
    if peak < signal.lag_correlation:
        return 0.0, None, max(0.0, peak)
    at, curvature = _top(found)
    bound = float(np.sqrt((1 - min(peak, 0.999) ** 2) / (curvature * max(1.0, used / 3.0))))
    without = np.array([_top(one)[0] for one in (shared.sum(axis=1, keepdims=True) - shared).T])
    n = without.shape[0]
    error = float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2)))
    return at + low, max(error, bound), peak


def _top(values: F8) -> tuple[float, float]:
    """Return the place of the highest value, refined with a parabola, and the curvature there."""
    best = int(np.argmax(values))
    if not 0 < best < values.shape[0] - 1:
        return float(best), 1e-3
    left, peak, right = values[best - 1 : best + 2].tolist()
    curvature = max(1e-3, 2 * peak - left - right)
    return best + 0.5 * (right - left) / curvature, curvature


def _equal_parts(stream: F8, count: int) -> I8:
    """Return where parts of a stream begin that tell equally much: of equal energy, `count` or fewer."""
    energy = np.cumsum(stream * stream)
    begins = np.searchsorted(energy, energy[-1] * np.arange(count) / count)
    apart: I8 = begins[np.diff(begins, prepend=-1) > 0]
    return apart


def _quick_part(line: Timeline, stream: F8, signal: Signal) -> F8:
    """Return `stream` less its slow part, 0 where it is missing."""
    rest = stream - line.mean(stream, int(signal.slow_s) // 2)
    return np.nan_to_num(rest, nan=0.0)


def speed_curve(line: Timeline, signal: Signal) -> SpeedCurve | None:
    """Fuse the speeds of one run; None where the file has nothing to tell a speed from.

    Position and independent distance and recorded speed vote by their median, second by second, so that a jump of one
    is outvoted. Where distance only repeats the position or the recorded speed (or one is missing), there are two
    witnesses: they vote where both are quick; a slow recorded speed keeps the quick stream within bounds: it may not
    rise or fall where the slow witness shows nothing.
    """
    told = _streams(line, signal)
    useful = [_useful(stream, signal) for stream in told]
    basis = tuple(name for name, stream in zip(_STREAMS, useful, strict=True) if stream is not None)
    if not basis:
        return None
    streams = _in_step(line, useful, basis, signal)
    raw = _fused(line, streams, signal)
    smooth = line.mean(raw, int(signal.smooth_s) // 2)
    noise = _robust_sd(_jitter(line, raw, signal), smooth > signal.moving_mps)
    if streams.recorded is not None and len(basis) > 1 and not streams.independent:
        smooth = _within_support(line, smooth, streams.recorded, streams.recorded_lag_s, signal)
    smooth = np.clip(np.nan_to_num(smooth, nan=0.0), 0.0, None)
    # A quiet stream shows its peaks unsmoothed; of a noisy one that would only be the noise's own.
    sharp = np.clip(np.nan_to_num(raw, nan=0.0), 0.0, None) if noise < signal.quiet_mps else smooth
    sharp = np.minimum(sharp, signal.sharp_most * smooth)
    return SpeedCurve(
        speed_mps=smooth,
        sharp_mps=sharp,
        position_mps=streams.position,
        distance_mps=streams.distance,
        recorded_mps=streams.recorded,
        noise_mps=noise,
        independent=streams.independent,
        basis=basis,
        lags=streams.lags,
        recorded_lag_s=streams.recorded_lag_s,
        too_fast=_too_fast(told, signal),
    )


class _InStep(NamedTuple):
    """The streams of a run in the time of its quickest one, and what was found of them.

    `independent` tells that position and distance are two witnesses; `integrated` that the distance is the recorded
    speed added up, and none at all beside positions.
    """

    quick: F8
    position: F8 | None
    distance: F8 | None
    recorded: F8 | None
    independent: bool
    integrated: bool
    recorded_lag_s: float
    lags: tuple[StreamLag, ...]


def _in_step(line: Timeline, useful: Sequence[F8 | None], basis: tuple[str, ...], signal: Signal) -> _InStep:
    """Move the late streams into the time of the quickest, which is the first of the `basis`."""
    position, distance, recorded = useful
    quick = next(stream for stream in useful if stream is not None)
    lags: list[StreamLag] = []
    independent, recorded_lag = False, 0.0
    integrated = distance is not None and recorded is not None and _repeats(line, distance, recorded, signal)
    if position is not None and distance is not None:
        lags.append(_lag("distance", distance, basis[0], position, 0.0, line, signal))
        distance = with_whole_changes(line, line.shifted(distance, lags[-1].lag_s), position, signal)
        other = _shared_noise(line, position, distance, signal) < signal.shared_noise
        independent, integrated = other and not integrated, other and integrated
    if recorded is not None and len(basis) > 1:
        lags.append(_lag("speed", recorded, basis[0], quick, signal.recorded_lag_s, line, signal))
        recorded_lag = lags[-1].lag_s
        recorded = line.shifted(recorded, recorded_lag)
    if basis == ("speed",) and line.cadence_spm is not None:
        # Nothing quick to hold the speed against, but steps are counted sooner than a smoothed speed rises.
        late, error, _ = lag_behind(line, quick, line.cadence_spm, signal)
        recorded_lag = max(0.0, late) if error is not None else 0.0
    if line.cadence_spm is not None:
        lags.append(_lag("cadence", line.cadence_spm, basis[0], quick, signal.cadence_lag_s, line, signal))
    return _InStep(quick, position, distance, recorded, independent, integrated, recorded_lag, tuple(lags))


def _fused(line: Timeline, streams: _InStep, signal: Signal) -> F8:
    """Return one speed of all that are as quick as positions, NaN where none of them nor the recorded one is known."""
    position, distance, recorded = streams.position, streams.distance, streams.recorded
    if position is not None and distance is not None and not streams.integrated:
        raw = _vote(position, distance, recorded if streams.independent else None, streams.independent, signal)
    elif position is not None and recorded is not None and streams.recorded_lag_s <= signal.chord_s:
        # A pod, or a Doppler speed: no more smoothed than differences of positions are.
        raw = _vote(position, recorded, None, not _repeats(line, position, recorded, signal), signal)
    else:
        raw = streams.quick
    return raw if recorded is None else np.where(np.isfinite(raw), raw, recorded)


def _streams(line: Timeline, signal: Signal) -> tuple[F8 | None, F8 | None, F8 | None]:
    """Return speed from positions, from distance, and as recorded; None where the file has no such stream."""
    half = int(signal.chord_s)
    position = distance = None
    if line.east_m is not None and line.north_m is not None:
        position = np.hypot(line.slope(line.east_m, half), line.slope(line.north_m, half))
    if line.distance_m is not None:
        distance = line.slope(line.distance_m, half)
    return position, distance, line.speed_mps


def _too_fast(streams: Iterable[F8 | None], signal: Signal) -> B1:
    """Return the seconds in which every stream that tells a speed tells more than anybody runs."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.fmin.reduce([one for one in streams if one is not None]) > signal.hard_max_mps)


def _useful(stream: F8 | None, signal: Signal) -> F8 | None:
    """Return the stream without its impossible seconds, or None where too little is left or nothing ever moves."""
    if stream is None:
        return None
    # Nobody runs faster: such a second is a jump, and says nothing.
    possible = np.where(stream <= signal.hard_max_mps, stream, np.nan)
    known = np.isfinite(possible)
    if float(known.mean()) < signal.usable_share or not bool((possible[known] > 0).any()):
        return None
    return possible


def _lag(name: str, late: F8, behind: str, early: F8, usual_s: float, line: Timeline, signal: Signal) -> StreamLag:
    """Estimate a lag; where the file cannot tell it, return the usual one without an error."""
    lag, error, correlation = lag_behind(line, late, early, signal)
    if error is None:
        return StreamLag(name, behind, float(usual_s), None, correlation)
    return StreamLag(name, behind, float(lag), math.hypot(error, signal.lag_varies * lag), correlation)


def _vote(position: F8, distance: F8, recorded: F8 | None, independent: bool, signal: Signal) -> F8:
    """Return one speed from positions, distance and (where that is a third witness) recorded speed."""
    both = 0.5 * (position + distance)
    if recorded is not None:
        both = np.maximum(np.minimum(position, distance), np.minimum(np.maximum(position, distance), recorded))
        both = np.where(np.isfinite(recorded), both, np.minimum(position, distance))
    elif independent:
        both = np.where(np.abs(position - distance) > signal.disagree_mps, np.minimum(position, distance), both)
    return np.where(np.isfinite(both), both, np.where(np.isfinite(position), position, distance))


def _within_support(line: Timeline, smooth: F8, recorded: F8, lag_s: float, signal: Signal) -> F8:
    """Keep the quick speed within what the slow recorded speed supports nearby.

    The bound is the recorded speed's own extreme within a few seconds, widened by the share of a short peak that a
    watch's smoothing leaves: of a usual watch, or of a first-order filter that is as late as this one. Where the timer
    stops before the recorded speed can answer there is no upper bound.
    """
    reach = int(signal.support_reach_s)
    high = _extreme(line, np.where(np.isfinite(recorded), recorded, -np.inf), reach, np.maximum)
    low = _extreme(line, np.where(np.isfinite(recorded), recorded, np.inf), reach, np.minimum)
    known = np.isfinite(high) & np.isfinite(low)
    left_s = line.last - np.arange(line.m)
    answered = known & (left_s > max(lag_s, 0.0) + 3)
    high, low = np.where(known, high, 0.0), np.where(known, low, 0.0)
    change = (high - low) / -math.expm1(-signal.support_short_s / max(signal.support_filter * lag_s, 1.0))
    cap = np.maximum(high * signal.support_rise, low + change) + signal.support_margin_mps
    floor = np.minimum(low * signal.support_fall, high - change) - 0.5 * signal.support_margin_mps
    cap, floor = np.where(answered, cap, np.inf), np.where(answered, floor, 0.0)
    return np.asarray(np.maximum(np.minimum(smooth, cap), floor))


def _extreme(line: Timeline, stream: F8, reach_s: int, pick: np.ufunc) -> F8:
    """Return the extreme of `stream` within ±`reach_s`, inside each stretch."""
    at = np.arange(line.m)
    out = stream.copy()
    for k in range(-reach_s, reach_s + 1):
        out = pick(out, stream[np.clip(at + k, line.first, line.last)])
    return out


def _jitter(line: Timeline, stream: F8, signal: Signal) -> F8:
    """Return the fast noise of a stream: what a mean over some seconds leaves."""
    return stream - line.mean(stream, int(signal.jitter_s) // 2)


def _shared_noise(line: Timeline, one: F8, other: F8, signal: Signal) -> float:
    """Return the correlation of the two streams' fast noise: near 1 where one was made from the other."""
    a, b = _jitter(line, one, signal), _jitter(line, other, signal)
    good = np.isfinite(a) & np.isfinite(b)
    x, y = a[good], b[good]
    energy = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return float(np.dot(x, y)) / energy if energy > 0 else 1.0


def _repeats(line: Timeline, stream: F8, recorded: F8, signal: Signal) -> bool:
    """Tell whether a stream and the recorded speed are one, such as a distance that is that speed added up.

    Then they move with every quirk of one another, once the recorded one is as rounded as differences over a chord.
    """
    return _shared_noise(line, stream, line.mean(recorded, int(signal.chord_s)), signal) >= signal.shared_noise


def _robust_sd(values: F8, where: B1) -> float:
    """Return the standard deviation around 0 of `values` at `where`, outliers passed over (0 where there is none)."""
    chosen = np.abs(values[where & np.isfinite(values)])
    return float(SD_OF_MAD * median(chosen)) if chosen.shape[0] else 0.0
