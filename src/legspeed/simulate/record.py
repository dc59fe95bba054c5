"""True motion in, recording out: each stream delayed, smoothed, disturbed and rounded as the watch does it."""

from __future__ import annotations

import datetime as dt

import numpy as np

from legspeed.model import F8
from legspeed.simulate.course import degrees
from legspeed.simulate.keys import laps_of, running_spans
from legspeed.simulate.motion import Motion
from legspeed.simulate.noise import smooth, wander
from legspeed.simulate.recorded import LEG_CADENCE, Recorded, TimerPress
from legspeed.simulate.satellites import position_error
from legspeed.simulate.watch import Watch


def record(
    motion: Motion,
    watch: Watch,
    start: dt.datetime,
    rng: np.random.Generator,
    *,
    utc_offset_s: int = 0,
    name: str = "",
    sub_sport: str = "generic",
) -> tuple[Recorded, float, tuple[tuple[float, float], ...]]:
    """Record a motion.

    Returns
    -------
    recorded : Recorded
        What the watch wrote.
    first_record_s : float
        Motion time of the first record.
    running : tuple of (float, float)
        Stretches of running timer, in motion time.
    """
    spans = running_spans(motion, watch, rng)
    first, end = spans[0][0], spans[-1][1]
    step = 1.0 / watch.rate_hz
    clock = first + np.arange(0, int((end - first) / step + 1e-6) + 1, dtype=np.float64) * step
    on = np.zeros(clock.size, dtype=bool)
    for a, b in spans:
        on |= (clock >= a - 1e-6) & (clock <= b + 1e-6)
    columns = _columns(motion, watch, clock, on, rng)
    keep = on & _not_dropped(watch, clock, rng)
    if watch.smart:
        keep &= _key_points(watch, clock, on, columns, rng)
    keep[0] = True
    time_s = np.round(clock - first, 3)
    recorded = Recorded(
        start=start.replace(microsecond=0),
        utc_offset_s=utc_offset_s,
        sub_sport=sub_sport,
        maker=watch.maker,
        product=watch.product or f"Simulated {watch.name}",
        name=name,
        time_s=time_s[keep],
        columns={key: values[keep] for key, values in columns.items()},
        timer=tuple(
            press
            for a, b in spans
            for press in (
                TimerPress(round(a - first, 3), True, watch.timer == "auto pause" and a > first),
                TimerPress(round(b - first, 3), False, watch.timer == "auto pause" and b < end),
            )
        ),
        laps=laps_of(motion, watch, first, spans, time_s, columns.get("distance_m"), rng),
    )
    return recorded, first, spans


def _columns(motion: Motion, watch: Watch, clock: F8, on: np.ndarray, rng: np.random.Generator) -> dict[str, F8]:
    """Return every channel of the watch at every tick of its clock."""
    n, step = clock.size, 1.0 / watch.rate_hz
    late = clock - watch.shared_delay_s
    indoor = motion.course.indoor
    columns: dict[str, F8] = {}
    east = north = None
    if watch.gps and not indoor:
        error_east, error_north = position_error(motion, watch, clock, rng)
        at = late - watch.position_delay_s
        east = smooth(np.interp(at, motion.time_s, motion.east_m), watch.position_tau_s, step) + error_east
        north = smooth(np.interp(at, motion.time_s, motion.north_m), watch.position_tau_s, step) + error_north
        latitude, longitude = degrees(east, north)
        lost = _lost(watch.position_losses_per_h, 6.0, 70.0, clock, rng)
        columns["latitude_deg"] = np.where(lost, np.nan, np.round(latitude, 7))
        columns["longitude_deg"] = np.where(lost, np.nan, np.round(longitude, 7))
    speed = _speed(motion, watch, late, rng)
    if watch.distance != "none":
        moved = _moved(motion, watch, late, speed, east, north, rng)
        columns["distance_m"] = np.round(np.cumsum(np.where(on, moved, 0.0)), 2)
    if watch.speed != "none" or indoor:
        columns["speed_mps"] = np.round(np.round(speed / watch.speed_step_mps) * watch.speed_step_mps, 3)
    if watch.cadence != "none":
        steps = _mean_over(motion.time_s, motion.cadence_spm, late - watch.cadence_delay_s, watch.cadence_boxcar_s)
        leg = 0.5 * steps + wander(rng, n, sd=0.3, tau_s=2.0, step_s=step)
        leg = np.where(steps < 40, 0.0, leg)
        rounded = np.round(leg) if watch.cadence == "integer" else np.round(2 * leg) / 2
        lost = _lost(watch.cadence_losses_per_h, 10.0, 90.0, clock, rng)
        columns[LEG_CADENCE] = np.where(lost, np.nan, np.clip(rounded, 0, 250))
    if watch.altitude != "none" and not (indoor and watch.altitude == "gps"):
        columns["altitude_m"] = _altitude(motion, watch, late, rng)
    if watch.heart_rate:
        beats = np.interp(late - 4.0, motion.time_s, motion.heart_rate_bpm)
        columns["heart_rate_bpm"] = np.round(beats + wander(rng, n, sd=0.8, tau_s=4.0, step_s=step))
    return columns


def _speed(motion: Motion, watch: Watch, late: F8, rng: np.random.Generator) -> F8:
    """Return the speed that the watch believes in, m/s, not yet rounded."""
    step = 1.0 / watch.rate_hz
    # A receiver or pod integrates over its own interval: half a second of delay that no filter adds.
    width = max(watch.speed_boxcar_s, step)
    at = late - watch.speed_delay_s
    seen = (_odometer(motion, at) - _odometer(motion, at - width)) / width
    if watch.speed == "pod" or motion.course.indoor:
        usual = motion.runner.easy_speed_mps
        spread = watch.pod_range if watch.speed == "pod" else float(rng.uniform(0.7, 0.95))
        scale = float(rng.normal(1.0, 0.015 if watch.speed == "pod" else 0.05))
        seen = np.where(seen > 0.5, scale * (usual + spread * (seen - usual)), 0.0)
    seen = smooth(seen, watch.speed_tau_s, step)
    noise = wander(rng, seen.size, sd=watch.speed_error_mps, tau_s=9.0, step_s=step)
    if not motion.course.indoor:
        noise += _glitches(watch, late, rng)
    # Standing still is known to be standing still.
    return np.asarray(np.maximum(seen + noise * np.clip(seen / 1.5, 0.0, 1.0), 0.0), dtype=np.float64)


def _glitches(watch: Watch, late: F8, rng: np.random.Generator) -> F8:
    """Return bumps and dips of the recorded speed that the runner knows nothing of: up to 2 m/s for 3-8 s."""
    bumps = np.zeros(late.size)
    rate = watch.speed_glitches_per_h
    for _ in range(int(rng.poisson(rate * (late[-1] - late[0]) / 3600.0)) if rate > 0 else 0):
        at, half = float(rng.uniform(late[0], late[-1])), float(rng.uniform(1.5, 4.0))
        size = float(rng.choice([-1.0, 1.0])) * float(rng.uniform(0.5, 2.0))
        bumps += size * np.clip(1.3 - np.abs(late - at) / half, 0.0, 1.0)
    return bumps


def _moved(
    motion: Motion, watch: Watch, late: F8, speed: F8, east: F8 | None, north: F8 | None, rng: np.random.Generator
) -> F8:
    """Return the metres of each tick as the watch counts them."""
    step = 1.0 / watch.rate_hz
    if watch.distance == "speed" or (motion.course.indoor and watch.distance != "none"):
        return speed * step
    if watch.distance == "position" and east is not None and north is not None:
        return np.asarray(np.hypot(np.diff(east, prepend=east[0]), np.diff(north, prepend=north[0])))
    true = np.diff(_odometer(motion, late - watch.distance_delay_s), prepend=0.0)
    true[0] = 0.0
    true = smooth(true, watch.distance_tau_s, step)
    scale = float(rng.normal(1.0, 0.006)) + wander(rng, late.size, sd=0.012, tau_s=25.0, step_s=step)
    return np.asarray(np.maximum(true * scale, 0.0), dtype=np.float64)


def _altitude(motion: Motion, watch: Watch, late: F8, rng: np.random.Generator) -> F8:
    """Return the altitude, m, in the watch's steps."""
    n, step = late.size, 1.0 / watch.rate_hz
    true = np.interp(late - 0.5, motion.time_s, motion.altitude_m)
    if watch.altitude == "gps":
        error = wander(rng, n, sd=4.0, tau_s=60.0, step_s=step) + float(rng.normal(0, 5))
        error += rng.normal(0, 0.15, n)
    else:
        error = wander(rng, n, sd=watch.altitude_error_m, tau_s=watch.altitude_error_tau_s, step_s=step)
        error += rng.normal(0, watch.altitude_white_m, n) + float(rng.normal(0, 4))
        error += float(rng.normal(0, watch.altitude_drift_m_per_h)) * (late - late[0]) / 3600.0
    return np.asarray(np.round(np.round((true + error) / watch.altitude_step_m) * watch.altitude_step_m, 2))


def _odometer(motion: Motion, at: F8) -> F8:
    """Return the true distance covered at these times, m."""
    return np.asarray(np.interp(at, motion.time_s, motion.odometer_m, left=0.0), dtype=np.float64)


def _mean_over(time_s: F8, values: F8, at: F8, width_s: float) -> F8:
    """Return the mean of a 10 Hz series over the `width_s` seconds before each time."""
    if width_s <= 0:
        return np.asarray(np.interp(at, time_s, values), dtype=np.float64)
    total = np.cumsum(values) * (time_s[1] - time_s[0])
    return np.asarray((np.interp(at, time_s, total) - np.interp(at - width_s, time_s, total)) / width_s)


def _lost(per_h: float, short_s: float, long_s: float, clock: F8, rng: np.random.Generator) -> np.ndarray:
    """Return where a sensor is silent: `per_h` stretches an hour of `short_s` to `long_s`."""
    silent = np.zeros(clock.size, dtype=bool)
    for _ in range(int(rng.poisson(per_h * (clock[-1] - clock[0]) / 3600.0)) if per_h > 0 else 0):
        at = float(rng.uniform(clock[0], clock[-1]))
        silent |= (clock >= at) & (clock < at + float(rng.uniform(short_s, long_s)))
    return silent


def _not_dropped(watch: Watch, clock: F8, rng: np.random.Generator) -> np.ndarray:
    """Return where records exist at all."""
    return ~_lost(watch.drop_outs_per_h, 6.0, 40.0, clock, rng)


def _key_points(
    watch: Watch, clock: F8, on: np.ndarray, columns: dict[str, F8], rng: np.random.Generator
) -> np.ndarray:
    """Return which ticks smart recording keeps: speed, direction or heart rate changed, or `smart_gap_s` passed."""
    n = clock.size
    speed = columns.get("speed_mps", np.zeros(n)).tolist()
    beats = columns.get("heart_rate_bpm", np.zeros(n)).tolist()
    heading = np.zeros(n)
    if "latitude_deg" in columns:
        north = np.gradient(columns["latitude_deg"])
        east = np.gradient(columns["longitude_deg"]) * np.cos(np.radians(columns["latitude_deg"][0]))
        heading = np.unwrap(np.arctan2(east, np.nan_to_num(north)))
    course, mood = np.nan_to_num(heading).tolist(), rng.uniform(0.75, 1.3, n).tolist()
    alive = on.tolist()
    keep = np.zeros(n, dtype=bool)
    last = -1
    for i in range(n):
        if not alive[i]:
            continue
        due = (
            last < 0
            or not alive[i - 1]
            or i + 1 == n
            or not alive[i + 1]
            or i - last >= watch.smart_gap_s
            or abs(speed[i] - speed[last]) > 0.30 * mood[i]
            or (i - last >= 2 and abs(course[i] - course[last]) > 0.30 * mood[i])
            or abs(beats[i] - beats[last]) >= 3
        )
        if due:
            keep[i], last = True, i
    return keep
