"""The map: one activity in, its digest out. No pace of the runner is known here."""

from __future__ import annotations

import dataclasses

import numpy as np

from legspeed.model import CHANNEL_NAMES, F8, Activity, Assessability, Burst, Lap, RunDigest
from legspeed.model.figures import median, quantile
from legspeed.segmenter.bests import BEST_DURATIONS_S as BEST_DURATIONS_S
from legspeed.segmenter.bests import best_windows, heart_of_bests
from legspeed.segmenter.body import base_cadence, easy_speed_of, heart_ceiling, heart_gain
from legspeed.segmenter.bursts import Rise, rises
from legspeed.segmenter.foot import counts_steps, rolling
from legspeed.segmenter.grade import altitude_noise, grade_of, levelled
from legspeed.segmenter.minutes import heart_by_minute, metres_by_minute
from legspeed.segmenter.places import shared_grades
from legspeed.segmenter.presses import lap_delays, timer_delays
from legspeed.segmenter.speed import SpeedCurve, speed_curve, too_fast
from legspeed.segmenter.steps import own_answer, smoothing_s
from legspeed.segmenter.timeline import B1, Timeline, timeline
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
    line = timeline(activity, settings.signal)
    curve = speed_curve(line, settings.signal) if line.m > 1 else None
    blind = RunDigest(
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
        interval_s=line.interval_s if curve is None else _told(line, curve)[0],
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
    if curve is None:
        return blind
    evidence = settings.evidence
    v = curve.speed_mps
    seen = np.where(too_fast(line, settings.signal), settings.signal.hard_max_mps, v)
    carried = rolling(line, seen, evidence)
    on_foot = np.where(carried, 0.0, v)
    running = on_foot > evidence.walk_mps
    steps = line.cadence_spm is not None and counts_steps(line.cadence_spm, evidence)
    easy_speed = easy_speed_of(v[running], steps, evidence)
    cadence, easy_cadence = _cadence(line, curve, running, easy_speed, evidence)
    smoothed_s = smoothing_s(line, evidence)
    noise = altitude_noise(line, v, settings.slope)
    way = Way(line, v, curve.basis, settings.signal)
    peaks = line.mean(curve.sharp_mps, int(evidence.peak_window_s) // 2)
    steady = line.mean(v, 5)
    found = rises(line, v, settings.picking)
    grades = [grade_of(line, v, r.first, r.last, noise, settings.slope) for r in found]
    grades = shared_grades(line, found, grades, settings.slope)
    marks = activity.laps if laps else ()
    full = heart_ceiling(line.heart_bpm, evidence)
    bursts = tuple(
        _burst(line, curve, rise, grade, peaks, steady, way, carried, cadence, smoothed_s, marks, full, evidence)
        for rise, grade in zip(found, grades, strict=True)
    )
    bests = best_windows(line, levelled(line, on_foot, noise, settings.slope))
    heart, heart_high = heart_of_bests(activity, line, cadence, bests, evidence)
    delays, ramps = timer_delays(activity, line, v, evidence)
    lap_starts, lap_ends = lap_delays(bursts, marks, evidence)
    return dataclasses.replace(
        blind,
        moving_s=float(running.sum()),
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
        best_heart_bpm=heart,
        heart_high_bpm=heart_high,
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
        return Assessability(False, False, "positions alone, without speed or cadence, cannot be told from GPS jumps")
    if every_s > evidence.short_interval_s:
        seldom = f"one {told} every {every_s:.0f} s"
        seldom = f"smart recording ({seldom})" if told == "record" else seldom
        why = f"{seldom} hides efforts under {evidence.hidden_s:.0f} s"
        return Assessability(True, False, why)
    if curve.basis == ("speed",) and curve.recorded_lag_s > evidence.smoothing_lag_s:
        return Assessability(True, False, "the recorded speed is smoothed over more than a hill sprint")
    if altitude_noise_m is None:
        return Assessability(True, False, "no altitude: hill sprints cannot be told from sprints")
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
        easy &= curve.speed_mps < 1.1 * easy_speed
    if int(easy.sum()) < 30:
        return cadence, None
    return cadence, median(cadence[easy])


def _burst(
    line: Timeline,
    curve: SpeedCurve,
    rise: Rise,
    grade: tuple[float | None, float | None],
    peaks: F8,
    steady: F8,
    way: Way,
    carried: B1,
    cadence: F8 | None,
    smoothed_s: float,
    laps: tuple[Lap, ...],
    full_heart: float,
    evidence: Evidence,
) -> Burst:
    v, a, b = curve.speed_mps, rise.first, rise.last
    first, last = int(line.first[a]), int(line.last[a])
    height = max(rise.plateau_mps - rise.base_mps, 1e-6)
    inside = slice(a, b + 1)

    def share(stream: F8 | None, until: int) -> float | None:
        if stream is None:
            return None
        part = [speed for speed in stream[a : until + 1].tolist() if speed == speed]
        return (quantile(part, 0.7) - rise.base_mps) / height if len(part) > 1 else None

    recorded = None
    if curve.recorded_mps is not None and curve.basis[0] != "speed":
        until = min(last, b + int(evidence.answer_s))
        part = curve.recorded_mps[a : until + 1]
        # A timer stopped before the smoothed speed could answer leaves the question open.
        if np.isfinite(part).any() and not (rise.open_end or last - b < curve.recorded_lag_s):
            recorded = _shown(curve.recorded_mps, float(np.nanmax(part)), rise, (first, last), evidence)
    spm = answer = None
    if cadence is not None:
        core = cadence[inside]
        core = core[core > evidence.walk_mps * 40]
        spm = quantile(core, 0.5) if core.shape[0] else None
        near = cadence[a : min(last, b + int(evidence.cadence_answer_s)) + 1]
        near = near[np.isfinite(near)]
        answer = float(near.max()) if near.shape[0] else None
        if answer is not None and answer < evidence.stepless_spm:
            # Wrists lose a stride now and then; then steps are counted before or after it. In a car they are not.
            reach = int(evidence.lost_steps_s)
            around = np.concatenate([cadence[max(first, a - reach) : a], cadence[b : min(last, b + reach) + 1]])
            answer = None if bool((around > evidence.running_cadence_spm).any()) else answer
        if answer is not None:
            answer = own_answer(answer, cadence, (first, a), rise.end_s - rise.start_s, smoothed_s, evidence)
    before = None
    reach = int(evidence.before_s)
    if a - first >= reach:
        # Hard running is hard all the time: reps with recoveries between them do not run into a finish kick.
        before = quantile(steady[a - reach : a - 4], 0.1)
    begin, stop = float(line.t_s[first]), float(line.t_s[last])
    lap_start, lap_end = _lap_edges(rise, laps, line, v, evidence)
    seconds = max(rise.end_s - rise.start_s, 1.0)
    i, j = max(first, round(a + rise.start_s - line.t_s[a])), min(last, round(b + rise.end_s - line.t_s[b]))
    between = v[i : j + 1] if j >= i else v[inside]
    mean = way.mean_mps(rise)
    low, mid = quantile(between, 0.25), quantile(between, 0.5)
    return Burst(
        start_s=float(rise.start_s),
        end_s=float(rise.end_s),
        open_start=bool(rise.open_start),
        open_end=bool(rise.open_end),
        bar_low_mps=float(rise.bar_low_mps),
        bar_high_mps=float(rise.bar_high_mps),
        distance_m=float(mean * seconds),
        mean_speed_mps=mean,
        peak_speed_mps=_peak(float(peaks[inside].max()), rise, seconds, evidence),
        plateau_speed_mps=float(rise.plateau_mps),
        mid_speed_mps=mid,
        low_speed_mps=low,
        base_speed_mps=float(rise.base_mps),
        after_speed_mps=float(rise.after_mps),
        before_mps=before,
        grade=grade[0],
        grade_se=grade[1],
        cadence_spm=spm,
        answer_cadence_spm=answer,
        recorded_support=recorded,
        distance_support=share(curve.distance_mps, b),
        position_support=share(curve.position_mps, b),
        way_before_m=way.before_m(a),
        carried=bool(2 * np.count_nonzero(carried[inside]) > b - a + 1),
        stretch_start_s=begin,
        stretch_end_s=stop,
        settling=bool(rise.start_s < evidence.settle_s),
        lap_start_s=lap_start,
        lap_end_s=lap_end,
        base_cadence_spm=base_cadence(cadence, first, a, evidence),
        heart_gain_bpm=heart_gain(line.heart_bpm, full_heart, (first, last), (a, b), evidence),
        saddle=saddle(peaks[inside]),
    )


def _shown(recorded: F8, high: float, rise: Rise, stretch: tuple[int, int], evidence: Evidence) -> float:
    """Return the share of the rise that the recorded speed shows by reaching `high`.

    Where the quick speed alone dipped before or after it, the recorded one has not risen, or not fallen, with it: the
    least of what it shows against the rise's own base and its own levels on both sides.
    """
    (first, last), reach = stretch, int(evidence.recorded_before_s)
    height = max(rise.plateau_mps - rise.base_mps, 1e-6)
    shares = [(high - rise.base_mps) / height]
    before = recorded[max(first, rise.first - reach) : rise.first]
    before = before[np.isfinite(before)]
    if before.shape[0] >= reach / 2:
        shares.append((high - quantile(before, 0.3)) / height)
    after = recorded[rise.last + 1 : min(last, rise.last + reach + int(evidence.answer_s)) + 1]
    after = after[np.isfinite(after)]
    fall = rise.plateau_mps - rise.after_mps
    if after.shape[0] >= reach and fall > 0:
        shares.append((high - float(after.min())) / fall)
    return min(shares)


def saddle(core: F8) -> float:
    """Return the deepest dip as a share of the lower of the highest tops before and after it, 1 where none is."""
    tops = np.minimum(np.maximum.accumulate(core), np.maximum.accumulate(core[::-1])[::-1])
    return float((core / np.maximum(tops, 1e-6)).min())


def _peak(measured_mps: float, rise: Rise, seconds: float, evidence: Evidence) -> float:
    """Return the peak as it was before differencing and averaging rounded it off.

    Near its top a burst is a parabola that has lost half of its rise at the half-rise edges: curvature 4 · rise / T².
    A smoothing kernel of variance s² takes s² / 2 of the curvature off the top, 4 % of an 8 s sprint.
    """
    height = max(0.0, measured_mps - 0.5 * (rise.base_mps + rise.after_mps))
    lost = 2.0 * evidence.smoothing_s2 * height / seconds**2
    return float(measured_mps + min(lost, evidence.smoothing_most * measured_mps))


def _lap_edges(
    rise: Rise, laps: tuple[Lap, ...], line: Timeline, speed_mps: F8, evidence: Evidence
) -> tuple[float | None, float | None]:
    """Return the edges of the lap that covers the rise best, if it times it.

    It does where it is about as long. A longer one does where it is fast from end to end, a rep of which only a part
    stood above the bar; else the key was pressed once for a rep and its float. A shorter one is a split inside a rep.
    """
    best: Lap | None = None
    most = 0.0
    for lap in laps:
        if lap.end_s <= rise.start_s or lap.start_s >= rise.end_s:
            continue
        both = min(rise.end_s, lap.end_s) - max(rise.start_s, lap.start_s)
        union = max(rise.end_s, lap.end_s) - min(rise.start_s, lap.start_s)
        if both / union > most:
            most, best = both / union, lap
    if best is None or most < evidence.lap_overlap:
        return None, None
    # A lap may run through a pause, an effort never does.
    start = max(best.start_s, float(line.t_s[line.first[rise.first]]))
    end = min(best.end_s, float(line.t_s[line.last[rise.first]]))
    longer = (end - start) - (rise.end_s - rise.start_s)
    if abs(longer) > evidence.lap_apart_s + 2.0 * line.interval_s:
        inside = speed_mps[(line.t_s >= start) & (line.t_s <= end)]
        even = longer > 0 and quantile(inside, 0.25) >= evidence.lap_even * rise.plateau_mps
        if not even:
            return None, None
    return start, end
