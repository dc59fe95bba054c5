"""One candidate burst with everything that is measured of it, for whoever judges it later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from legspeed.model import F8, Burst, Lap
from legspeed.model.figures import quantile, quantiles
from legspeed.segmenter.body import base_cadence, heart_gain
from legspeed.segmenter.bursts import Rise
from legspeed.segmenter.spans import shared_over_joint
from legspeed.segmenter.speed import SpeedCurve
from legspeed.segmenter.steps import own_answer
from legspeed.segmenter.timeline import B1, Timeline
from legspeed.segmenter.way import Way
from legspeed.settings import Evidence, Picking


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a run shows second by second, from which each of its candidates is measured.

    Parameters
    ----------
    line, curve, way
        The run on the grid of seconds, its speed, and the metres run in it.
    peaks_mps, steady_mps : float64[m]
        The speed averaged over `Evidence.peak_window_s`, and over 11 s.
    carried : bool[m]
        Seconds in a vehicle.
    cadence_spm : float64[m] or None
        In line with the speed.
    smoothed_s : float
        Over how many seconds the cadence is a mean, 0 where it answers quickly.
    heart_ceiling_bpm : float
        Above this the heart has no room left to answer.
    laps : tuple of Lap
        Those that may time a burst.
    evidence, picking
        Thresholds.
    """

    line: Timeline
    curve: SpeedCurve
    way: Way
    peaks_mps: F8
    steady_mps: F8
    carried: B1
    cadence_spm: F8 | None
    smoothed_s: float
    heart_ceiling_bpm: float
    laps: tuple[Lap, ...]
    evidence: Evidence
    picking: Picking

    def burst(self, rise: Rise, grade: float | None, grade_se: float | None) -> Burst:
        """Return the candidate of a rise of speed whose grade, and its standard error, are known or None."""
        line, v, a, b = self.line, self.curve.speed_mps, rise.first, rise.last
        first, last = stretch = int(line.first[a]), int(line.last[a])
        inside = slice(a, b + 1)
        seconds = max(rise.end_s - rise.start_s, 1.0)
        i, j = max(first, round(a + rise.start_s - line.t_s[a])), min(last, round(b + rise.end_s - line.t_s[b]))
        between = v[i : j + 1] if j >= i else v[inside]
        spm, answer = self._cadence(rise, stretch)
        lap_start, lap_end = _lap_edges(rise, self.laps, line, v, self.evidence)
        mean, mean_se = self.way.mean_mps(rise)
        low, mid = quantiles(between, 0.25, 0.5)
        peaks = self.peaks_mps[inside]
        return Burst(
            start_s=float(rise.start_s),
            end_s=float(rise.end_s),
            open_start=bool(rise.open_start),
            open_end=bool(rise.open_end),
            bar_low_mps=float(rise.bar_low_mps),
            bar_high_mps=float(rise.bar_high_mps),
            distance_m=float(mean * seconds),
            mean_speed_mps=mean,
            mean_speed_se_mps=mean_se,
            peak_speed_mps=_peak(float(peaks.max()), rise, seconds, self.evidence),
            plateau_speed_mps=float(rise.plateau_mps),
            mid_speed_mps=mid,
            low_speed_mps=low,
            base_speed_mps=float(rise.base_mps),
            after_speed_mps=float(rise.after_mps),
            before_mps=self._held_before(a, first),
            grade=grade,
            grade_se=grade_se,
            cadence_spm=spm,
            answer_cadence_spm=answer,
            recorded_support=self._recorded_support(rise, stretch),
            distance_support=_support(self.curve.distance_mps, rise, self.picking),
            position_support=_support(self.curve.position_mps, rise, self.picking),
            way_before_m=self.way.before_m(a),
            carried=bool(2 * np.count_nonzero(self.carried[inside]) > b - a + 1),
            stretch_start_s=float(line.t_s[first]),
            stretch_end_s=float(line.t_s[last]),
            settling=bool(rise.start_s < self.evidence.settle_s),
            lap_start_s=lap_start,
            lap_end_s=lap_end,
            base_cadence_spm=base_cadence(self.cadence_spm, first, a, self.evidence),
            heart_gain_bpm=heart_gain(line.heart_bpm, self.heart_ceiling_bpm, stretch, (a, b), self.evidence),
            saddle=saddle(peaks),
        )

    def _recorded_support(self, rise: Rise, stretch: tuple[int, int]) -> float | None:
        """Return the share of the rise that the watch's own speed shows; None where it is the curve or cannot tell."""
        recorded, last, b = self.curve.recorded_mps, stretch[1], rise.last
        if recorded is None or self.curve.basis[0] == "speed":
            return None
        part = recorded[rise.first : min(last, b + int(self.evidence.answer_s)) + 1]
        high = float(np.fmax.reduce(part))  # NaN where all are missing
        # A timer stopped before the smoothed speed could answer leaves the question open.
        if high != high or rise.open_end or last - b < self.curve.recorded_lag_s:
            return None
        return _shown(recorded, high, rise, stretch, self.evidence, self.picking)

    def _cadence(self, rise: Rise, stretch: tuple[int, int]) -> tuple[float | None, float | None]:
        """Return the median cadence (steps/min) in the rise, and the highest in and shortly after it."""
        cadence, evidence, a, b = self.cadence_spm, self.evidence, rise.first, rise.last
        if cadence is None:
            return None, None
        first, last = stretch
        core = cadence[a : b + 1]
        core = core[core > evidence.steps_least_spm]
        spm = quantile(core, 0.5) if core.shape[0] else None
        near = _there(cadence[a : min(last, b + int(evidence.cadence_answer_s)) + 1])
        if not near.shape[0]:
            return spm, None
        answer = float(near.max())
        if answer < evidence.stepless_spm:
            # Wrists lose a stride now and then; then steps are counted before or after it. In a car they are not.
            reach = int(evidence.lost_steps_s)
            around = np.concatenate([cadence[max(first, a - reach) : a], cadence[b : min(last, b + reach) + 1]])
            if bool((around > evidence.running_cadence_spm).any()):
                return spm, None
        return spm, own_answer(answer, cadence, (first, a), rise.end_s - rise.start_s, self.smoothed_s, evidence)

    def _held_before(self, a: int, first: int) -> float | None:
        """Return the speed (m/s) held all the time over the minutes before grid point `a`; None after a recent start.

        Hard running is hard all the time: reps with recoveries between them do not run into a finish kick.
        """
        reach = int(self.evidence.before_s)
        return quantile(self.steady_mps[a - reach : a - 4], 0.1) if a - first >= reach else None


def _support(stream: F8 | None, rise: Rise, picking: Picking) -> float | None:
    """Return the share of the rise that one stream shows by itself, None where it cannot tell."""
    if stream is None:
        return None
    part = _there(stream[rise.first : rise.last + 1])
    height = max(rise.plateau_mps - rise.base_mps, 1e-6)
    return (quantile(part, picking.plateau_part) - rise.base_mps) / height if part.shape[0] > 1 else None


def _there(part: F8) -> F8:
    """Return the numbers that are not missing."""
    known = part == part
    return part if np.count_nonzero(known) == part.shape[0] else part[known]


def _shown(
    recorded: F8, high: float, rise: Rise, stretch: tuple[int, int], evidence: Evidence, picking: Picking
) -> float:
    """Return the share of the rise that the recorded speed shows by reaching `high`.

    Where the quick speed alone dipped before or after it, the recorded one has not risen, or not fallen, with it: the
    least of what it shows against the rise's own base and its own levels on both sides.
    """
    (first, last), reach = stretch, int(evidence.recorded_before_s)
    height = max(rise.plateau_mps - rise.base_mps, 1e-6)
    shares = [(high - rise.base_mps) / height]
    before = _there(recorded[max(first, rise.first - reach) : rise.first])
    if before.shape[0] >= reach / 2:
        shares.append((high - quantile(before, picking.beside_part)) / height)
    after = _there(recorded[rise.last + 1 : min(last, rise.last + reach + int(evidence.answer_s)) + 1])
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
        share = shared_over_joint(rise.start_s, rise.end_s, lap.start_s, lap.end_s)
        if share > most:
            most, best = share, lap
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
