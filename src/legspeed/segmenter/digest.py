"""The map: one activity in, its digest out. No pace of the runner is known here."""

from __future__ import annotations

import dataclasses

import numpy as np

from legspeed.model import CHANNEL_NAMES, F8, Activity, Assessability, RunDigest
from legspeed.model.figures import median
from legspeed.segmenter.bests import best_windows, heart_of_bests, with_rests
from legspeed.segmenter.body import easy_speed_of, heart_ceiling
from legspeed.segmenter.bursts import in_columns, rises
from legspeed.segmenter.candidates import Candidates
from legspeed.segmenter.foot import counts_steps, rolling
from legspeed.segmenter.grade import altitude_noise, levelled
from legspeed.segmenter.minutes import heart_by_minute, metres_by_minute
from legspeed.segmenter.places import grades_of
from legspeed.segmenter.presses import lap_delays, timer_delays
from legspeed.segmenter.speed import SpeedCurve, speed_curve
from legspeed.segmenter.steps import smoothing_s
from legspeed.segmenter.timeline import Timeline, timeline
from legspeed.segmenter.way import Way
from legspeed.settings import Evidence, Settings


def digest(activity: Activity, *, settings: Settings | None = None, laps: bool = True) -> RunDigest:
    """Measure one run: totals, what it could have shown, best speeds, candidate bursts with their evidence.

    Parameters
    ----------
    activity : Activity
        The cleaned recording.
    settings : Settings, optional
        Thresholds; only the groups of the map matter.
    laps : bool
        Whether laps are kept as a witness beside the bursts.

    Returns
    -------
    RunDigest
        A few kB, picklable; pure function of its arguments.
    """
    settings = settings or Settings()
    evidence = settings.evidence
    line = timeline(activity, settings.signal)
    curve = speed_curve(line, settings.signal) if line.m > 1 else None
    if curve is None:
        return _unmeasured(activity, line.interval_s)
    v = curve.speed_mps
    seen = np.where(curve.too_fast, settings.signal.hard_max_mps, v)
    carried = rolling(line, seen, evidence)
    on_foot = np.where(carried, 0.0, v)
    running = on_foot > evidence.walk_mps
    steps = line.cadence_spm is not None and counts_steps(line.cadence_spm, evidence)
    easy_speed = easy_speed_of(v[running], steps, evidence)
    smoothed_s = smoothing_s(line, evidence)
    tells = line.every_s.get("cadence", 0.0) < settings.signal.mean_s and smoothed_s <= evidence.steps_lost_s
    cadence, easy_cadence = _cadence(line, curve, running, easy_speed, evidence) if tells else (None, None)
    noise = altitude_noise(line, v, settings.slope)
    way = Way(line, curve, settings.signal)
    marks = activity.laps if laps else ()
    found = in_columns(rises(line, v, settings.picking))
    candidates = Candidates(
        line=line,
        curve=curve,
        way=way,
        peaks_mps=line.mean(curve.sharp_mps, int(evidence.peak_window_s) // 2),
        steady_mps=line.mean(v, int(evidence.before_mean_s) // 2),
        carried=carried,
        cadence_spm=cadence,
        smoothed_s=smoothed_s,
        heart_ceiling_bpm=heart_ceiling(line.heart_bpm, evidence),
        laps=marks,
        evidence=evidence,
        picking=settings.picking,
    )
    bursts = candidates.bursts(found, *grades_of(line, v, found, noise, settings))
    level = levelled(line, on_foot, noise, settings.slope)
    bests = best_windows(line, level, evidence)
    heart, heart_high = heart_of_bests(activity, line, cadence, bests, evidence)
    delays, ramps = timer_delays(activity, line, v, evidence)
    lap_starts, lap_ends = lap_delays(bursts, marks, evidence)
    return dataclasses.replace(
        _unmeasured(activity, _told(line, curve)[0]),
        moving_s=float(np.count_nonzero(running & (line.last > np.arange(line.m)))),  # each second up to the next
        distance_m=_distance(activity, way),
        assessable=assessability(line, curve, cadence, noise, evidence),
        basis=curve.basis,
        independent=curve.independent,
        best_speeds={seconds: speed for seconds, (speed, _) in bests.items()},
        carried_s=float((carried & (seen > evidence.walk_mps)).sum()),
        easy_speed_mps=easy_speed,
        easy_cadence_spm=easy_cadence,
        altitude_noise_m=noise,
        bursts=bursts,
        lags=curve.lags,
        timer_delays_s=delays,
        timer_ramps_s=ramps,
        lap_starts_s=lap_starts,
        lap_ends_s=lap_ends,
        minute_m=metres_by_minute(activity, line, v),
        minute_bpm=heart_by_minute(activity),
        rested_bests_s=with_rests(line, level, bests, evidence),
        speed_noise_mps=curve.noise_mps,
        best_heart_bpm=heart,
        heart_high_bpm=heart_high,
    )


def _unmeasured(activity: Activity, interval_s: float) -> RunDigest:
    """Return what a file says of a run by itself: all there is where nothing tells a speed."""
    return RunDigest(
        source=activity.source,
        digest=activity.digest,
        start=activity.start,
        utc_offset_s=activity.utc_offset_s,
        sport=activity.sport,
        sub_sport=activity.sub_sport,
        device=activity.device,
        format=activity.format,
        elapsed_s=activity.elapsed_s,
        moving_s=0.0,
        distance_m=None,
        interval_s=interval_s,
        assessable=Assessability(False, False, "no speed, distance or position"),
        basis=(),
        independent=False,
        best_speeds={},
        carried_s=0.0,
        easy_speed_mps=None,
        easy_cadence_spm=None,
        altitude_noise_m=None,
        bursts=(),
        lags=(),
        timer_delays_s=(),
        strength_sets=activity.strength_sets,
        problems=activity.problems,
        records=activity.n,
        channels=sum(getattr(activity, name) is not None for name in CHANNEL_NAMES),
    )


def assessability(
    line: Timeline, curve: SpeedCurve, cadence: F8 | None, altitude_noise_m: float | None, evidence: Evidence
) -> Assessability:
    """Tell whether this recording could have shown strides, and hill sprints; if not, why."""
    if line.m < evidence.least_s:
        return Assessability(False, False, f"less than {evidence.least_s:.0f} s were recorded")
    known = [np.isfinite(s) for s in (curve.position_mps, curve.distance_mps, curve.recorded_mps) if s is not None]
    coverage = float(np.logical_or.reduce(known).mean())
    if coverage < evidence.coverage:
        why = f"speed is known for {coverage:.0%} of the time only"
        return Assessability(False, False, why)
    every_s, told = _told(line, curve)
    if every_s > evidence.stride_interval_s:
        why = f"one {told} every {every_s:.0f} s hides strides"
        return Assessability(False, False, why)
    if curve.basis == ("position",) and cadence is None:
        counted = line.cadence_spm is not None and counts_steps(line.cadence_spm, evidence)
        without = "with a cadence that is a mean over too long" if counted else "without speed or cadence"
        return Assessability(False, False, f"positions alone, {without}, cannot be told from GPS jumps")
    if every_s > evidence.short_interval_s:
        seldom = f"one {told} every {every_s:.0f} s"
        seldom = f"smart recording ({seldom})" if told == "record" else seldom
        why = f"{seldom} hides efforts under {evidence.hidden_s:.0f} s"
        return Assessability(True, False, why)
    for name, most_s in (("speed", evidence.slow_speed_s), ("cadence", evidence.slow_cadence_s)):
        slow_s = line.every_s.get(name, 0.0)
        if slow_s > most_s and (name != "cadence" or cadence is not None):
            why = f"one new {name} every {slow_s:.0f} s speaks against efforts under {evidence.hidden_s:.0f} s"
            return Assessability(True, False, why)
    if curve.basis == ("speed",) and curve.recorded_lag_s > evidence.smoothing_lag_s:
        return Assessability(True, False, "the recorded speed is smoothed over more than a hill sprint")
    if altitude_noise_m is None:
        return Assessability(True, False, "no altitude: hill sprints cannot be told from sprints")
    if line.every_s["altitude"] > evidence.slow_altitude_s:
        return Assessability(
            True, False, f"one new altitude every {line.every_s['altitude']:.0f} s carries no hill sprint"
        )
    if altitude_noise_m > evidence.baro_noise_m:
        return Assessability(True, False, f"altitude from GPS (± {altitude_noise_m:.1f} m) cannot carry a hill sprint")
    return Assessability(True, True, None)


def _told(line: Timeline, curve: SpeedCurve) -> tuple[float, str]:
    """Return how often there is something new to see a speed from, in seconds, and what that is."""
    every_s, name = min((line.every_s[name], name) for name in curve.basis)
    return (every_s, f"new {name}") if every_s > line.interval_s else (line.interval_s, "record")


def _distance(activity: Activity, way: Way) -> float | None:
    if activity.distance_m is not None:
        known = activity.distance_m[np.isfinite(activity.distance_m)]
        if known.shape[0] and known[-1] > 0:
            return float(known[-1] - min(0.0, known[0]))
    return way.whole_m


def _cadence(
    line: Timeline, curve: SpeedCurve, running: np.ndarray, easy_speed: float | None, evidence: Evidence
) -> tuple[F8 | None, float | None]:
    """Return the cadence in line with the speed, and its median in easy running (None where the file has none)."""
    if line.cadence_spm is None or not counts_steps(line.cadence_spm, evidence):
        return None, None
    lag = next(lag.lag_s for lag in curve.lags if lag.stream == "cadence")
    cadence = line.mean(line.shifted(line.cadence_spm, lag), 1)
    easy = running & (cadence > evidence.running_cadence_spm)
    if easy_speed is not None:
        easy &= curve.speed_mps < evidence.easy_margin * easy_speed
    if int(easy.sum()) < evidence.easy_least_s:
        return cadence, None
    return cadence, median(cadence[easy])
