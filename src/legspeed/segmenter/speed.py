"""Three speeds, one truth: positions, distance and recorded speed of one watch, aligned and made one robust curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from legspeed.model import F8, StreamLag
from legspeed.segmenter.timeline import Timeline
from legspeed.settings import Signal


@dataclass(frozen=True, slots=True, eq=False)
class SpeedCurve:
    """The best speed of a run on its timeline, and the streams it was made from, all in the time of the quickest.

    ``speed_mps`` f8[m], finite everywhere (0 where nothing is known); the others f8[m] or None. ``noise_mps`` is the
    robust standard deviation of what the smoothing took out. ``independent`` tells whether distance and position are
    two witnesses or one (many watches integrate one from the other). ``basis`` names the streams used.
    """

    speed_mps: F8
    position_mps: F8 | None
    distance_mps: F8 | None
    recorded_mps: F8 | None
    noise_mps: float
    independent: bool
    basis: tuple[str, ...]
    lags: tuple[StreamLag, ...]
    recorded_lag_s: float


def lag_behind(line: Timeline, late: F8, early: F8, signal: Signal) -> tuple[float, float | None, float]:
    """Return how many seconds `late` trails `early`, the standard error, and the correlation there.

    Both are freed of their slow part (running mean over a minute) and correlated at every whole second of the search
    range; the peak is refined with a parabola. The standard error follows from the peak's curvature and the number of
    independent samples (Cramér-Rao bound of a delay in white noise, taken at one independent sample per 3 s).
    Returns ``(0, None, 0)`` where the streams share too little.
    """
    low, high = -int(signal.lag_early_s), int(signal.lag_late_s)
    a, b = _quick_part(line, late), _quick_part(line, early)
    at = np.arange(line.m)
    found = np.full(high - low + 1, -1.0)
    used = 0
    for k, lag in enumerate(range(low, high + 1)):
        there = at + lag
        inside = (there >= line.first) & (there <= line.last)
        x, y = a[there[inside]], b[inside]
        used = max(used, int(np.count_nonzero(x)))
        energy = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
        if x.shape[0] >= signal.lag_samples and energy > 0:
            found[k] = float(np.dot(x, y)) / energy
    best = int(np.argmax(found))
    peak = float(found[best])
    if peak < signal.lag_correlation:
        return 0.0, None, max(0.0, peak)
    shift, curvature = 0.0, 1e-3
    if 0 < best < found.shape[0] - 1:
        left, right = float(found[best - 1]), float(found[best + 1])
        curvature = max(1e-3, 2 * peak - left - right)
        shift = 0.5 * (right - left) / curvature
    error = float(np.sqrt((1 - min(peak, 0.999) ** 2) / (curvature * max(1.0, used / 3.0))))
    return best + low + shift, error, peak


def _quick_part(line: Timeline, stream: F8) -> F8:
    """Return `stream` less its mean over a minute, 0 where it is missing."""
    rest = stream - line.mean(stream, 30)
    return np.nan_to_num(rest, nan=0.0)


def speed_curve(line: Timeline, signal: Signal) -> SpeedCurve | None:
    """Fuse the speeds of one run; None where the file has nothing to tell a speed from.

    Position and independent distance and recorded speed vote by their median, second by second, so that a jump of one
    is outvoted. Where distance only repeats the position (or one is missing), the recorded speed keeps the quick
    stream within bounds: it may not rise or fall where the slow witness shows nothing.
    """
    half = int(signal.chord_s)
    position = distance = None
    if line.east_m is not None and line.north_m is not None:
        position = np.hypot(line.slope(line.east_m, half), line.slope(line.north_m, half))
        if float(np.isfinite(position).mean()) < signal.usable_share:
            position = None
    if line.distance_m is not None:
        distance = line.slope(line.distance_m, half)
        if float(np.isfinite(distance).mean()) < signal.usable_share or not float(np.nanmax(distance)) > 0:
            distance = None
    recorded = line.speed_mps
    if recorded is not None and not float(np.nanmax(recorded)) > 0:
        recorded = None

    # Nobody runs faster: such a second is a jump, and says nothing.
    position = _possible(position, signal)
    distance = _possible(distance, signal)

    lags: list[StreamLag] = []
    quick, quick_name = (position, "position") if position is not None else (distance, "distance")
    independent = False
    if position is not None and distance is not None:
        lag, error, match = lag_behind(line, distance, position, signal)
        lags.append(StreamLag("distance", "position", lag, error, match))
        distance = line.shifted(distance, lag)
        independent = _shared_noise(line, position, distance) < signal.shared_noise
    if recorded is not None and quick is not None:
        lag, error, match = lag_behind(line, recorded, quick, signal)
        if error is None:
            lag = signal.recorded_lag_s
        lags.append(StreamLag("speed", quick_name, lag, error, match))
        recorded, recorded_lag = line.shifted(recorded, lag), lag
    else:
        recorded_lag = 0.0
    if quick is None:
        if recorded is None:
            return None
        quick, quick_name = recorded, "speed"
    if line.cadence_spm is not None:
        lag, error, match = lag_behind(line, line.cadence_spm, quick, signal)
        lags.append(StreamLag("cadence", quick_name, lag if error is not None else signal.cadence_lag_s, error, match))

    if position is not None and distance is not None and independent and recorded is not None:
        with np.errstate(invalid="ignore"):
            raw = np.nanmedian(np.stack([position, distance, recorded]), axis=0) if _any_nan(
                position, distance, recorded
            ) else np.median(np.stack([position, distance, recorded]), axis=0)
    elif position is not None and distance is not None:
        both = 0.5 * (position + distance)
        if independent:
            both = np.where(np.abs(position - distance) > signal.disagree_mps, np.minimum(position, distance), both)
        raw = np.where(np.isfinite(both), both, np.where(np.isfinite(position), position, distance))
    else:
        raw = quick
    smooth = line.mean(raw, 1)
    noise = _robust_sd(raw - line.mean(raw, 4), smooth > signal.moving_mps)
    if recorded is not None and quick is not recorded and not (independent and position is not None):
        smooth = _within_support(line, smooth, recorded, recorded_lag, signal)
    basis = tuple(
        name
        for name, stream in (("position", position), ("distance", distance), ("speed", recorded))
        if stream is not None
    )
    smooth = np.clip(np.nan_to_num(smooth, nan=0.0), 0.0, None)
    return SpeedCurve(
        smooth, position, distance, recorded, noise, independent, basis, tuple(lags), float(recorded_lag)
    )


def _possible(stream: F8 | None, signal: Signal) -> F8 | None:
    return None if stream is None else np.where(stream <= signal.hard_max_mps, stream, np.nan)


def _any_nan(*streams: F8) -> bool:
    return any(bool(np.isnan(s).any()) for s in streams)


def _within_support(line: Timeline, smooth: F8, recorded: F8, lag_s: float, signal: Signal) -> F8:
    """Keep the quick speed within what the slow recorded speed supports nearby.

    The bound is the recorded speed's own extreme within a few seconds, widened by the share of a short peak that a
    watch's smoothing leaves. Where the timer stops before the recorded speed can answer there is no upper bound.
    """
    reach = int(signal.support_reach_s)
    high = _extreme(line, np.where(np.isfinite(recorded), recorded, -np.inf), reach, np.maximum)
    low = _extreme(line, np.where(np.isfinite(recorded), recorded, np.inf), reach, np.minimum)
    known = np.isfinite(high) & np.isfinite(low)
    left_s = line.last - np.arange(line.m)
    cap = np.where(known & (left_s > max(lag_s, 0.0) + 3), high * signal.support_rise + signal.support_margin_mps, np.inf)
    floor = np.where(known, low * signal.support_fall - 0.5 * signal.support_margin_mps, 0.0)
    return np.asarray(np.maximum(np.minimum(smooth, cap), floor))


def _extreme(line: Timeline, stream: F8, reach_s: int, pick: np.ufunc) -> F8:
    """Return the extreme of `stream` within ±`reach_s`, inside each stretch."""
    at = np.arange(line.m)
    out = stream.copy()
    for k in range(-reach_s, reach_s + 1):
        out = pick(out, stream[np.clip(at + k, line.first, line.last)])
    return out


def _shared_noise(line: Timeline, one: F8, other: F8) -> float:
    """Return the correlation of the two streams' fast noise: near 1 where one was made from the other."""
    a, b = one - line.mean(one, 4), other - line.mean(other, 4)
    good = np.isfinite(a) & np.isfinite(b)
    x, y = a[good], b[good]
    energy = float(np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return float(np.dot(x, y)) / energy if energy > 0 else 1.0


def _robust_sd(values: F8, where: np.ndarray) -> float:  # type: ignore[type-arg]
    """Return 1.4826 × the median absolute value of `values` at `where` (0 where there is none)."""
    chosen = np.abs(values[where & np.isfinite(values)])
    return float(1.4826 * np.median(chosen)) if chosen.shape[0] else 0.0
