"""The candidate bursts of a run with everything that is measured of them, for whoever judges them later.

A run has some hundred candidates, a season tens of thousands: what is measured, is measured of all of a run at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from legspeed.model import F8, Bursts, Lap
from legspeed.model.figures import quantile
from legspeed.segmenter.body import base_cadences, heart_gains
from legspeed.segmenter.bursts import Rise, Rises, one_by_one
from legspeed.segmenter.spans import shared_over_joint
from legspeed.segmenter.speed import SpeedCurve
from legspeed.segmenter.steps import own_answer
from legspeed.segmenter.timeline import B1, I8, Timeline
from legspeed.segmenter.way import Way
from legspeed.segmenter.windows import Windows
from legspeed.settings import Evidence, Picking


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a run shows second by second, from which its candidates are measured.

    Parameters
    ----------
    line, curve, way
        The run on the grid of seconds, its speed, and the metres run in it.
    peaks_mps, steady_mps : float64[m]
        The speed averaged over `Evidence.peak_window_s`, and over `Evidence.before_mean_s`.
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

    def bursts(self, rises: Rises, grades: F8, errors: F8) -> Bursts:
        """Return the candidates of some rises of speed.

        Parameters
        ----------
        rises : Rises
        grades, errors : float64[n]
            The grade of each and its standard error, NaN where it is not known.
        """
        if not len(rises.first):
            return Bursts(b"")
        line, evidence = self.line, self.evidence
        a, b = rises.first, rises.last
        first, stretch = line.first[a], (line.first[a], line.last[a])
        inside = Windows(a, b + 1)
        seconds = np.maximum(rises.end_s - rises.start_s, 1.0)
        mean_mps, mean_se_mps = self.way.mean_mps(rises)
        between = self._between_the_edges(rises, stretch)
        _, (low_mps, mid_mps) = between.quantiles(self.curve.speed_mps, 0.25, 0.5)
        peaks_mps = inside.highest(self.peaks_mps)
        spm, answer_spm = self._cadence(rises, stretch)
        lap_start_s, lap_end_s = self._lap_edges(rises)
        return Bursts.of_columns(
            start_s=rises.start_s,
            end_s=rises.end_s,
            open_start=rises.open_start,
            open_end=rises.open_end,
            bar_low_mps=rises.bar_low_mps,
            bar_high_mps=rises.bar_high_mps,
            distance_m=mean_mps * seconds,
            mean_speed_mps=mean_mps,
            mean_speed_se_mps=mean_se_mps,
            peak_speed_mps=_peaks(peaks_mps, rises, seconds, evidence),
            plateau_speed_mps=rises.plateau_mps,
            mid_speed_mps=mid_mps,
            low_speed_mps=low_mps,
            base_speed_mps=rises.base_mps,
            after_speed_mps=rises.after_mps,
            before_mps=self._held_before(a, first),
            grade=grades,
            grade_se=errors,
            cadence_spm=spm,
            answer_cadence_spm=answer_spm,
            recorded_support=self._recorded_support(rises, stretch),
            distance_support=_support(self.curve.distance_mps, rises, self.picking),
            position_support=_support(self.curve.position_mps, rises, self.picking),
            way_before_m=self.way.before_m(a),
            settling=rises.start_s < evidence.settle_s,
            stretch_start_s=line.t_s[first],
            carried=2 * inside.count(self.carried) > inside.lengths,
            lap_start_s=lap_start_s,
            lap_end_s=lap_end_s,
            base_cadence_spm=base_cadences(self.cadence_spm, first, a, evidence),
            heart_gain_bpm=heart_gains(line.heart_bpm, self.heart_ceiling_bpm, stretch, (a, b), evidence),
            saddle=between.saddles(self.peaks_mps),
        )

    def _between_the_edges(self, rises: Rises, stretch: tuple[I8, I8]) -> Windows:
        """Return the seconds between the edges: what stands above a low bar reaches on, over a turn into the jog."""
        (first, last), a, b, t_s = stretch, rises.first, rises.last, self.line.t_s
        begin = np.maximum(first, np.rint(a + rises.start_s - t_s[a]).astype(np.int64))
        end = np.minimum(last, np.rint(b + rises.end_s - t_s[b]).astype(np.int64))
        some = end >= begin
        return Windows(np.where(some, begin, a), np.where(some, end, b) + 1)

    def _recorded_support(self, rises: Rises, stretch: tuple[I8, I8]) -> F8:
        """Return the share of each rise that the watch's own speed shows; NaN where it is the curve or cannot tell."""
        recorded, last, b = self.curve.recorded_mps, stretch[1], rises.last
        if recorded is None or self.curve.basis[0] == "speed":
            return np.full(len(b), np.nan)
        answered = np.minimum(last, b + int(self.evidence.answer_s))
        high = Windows(rises.first, answered + 1).highest(recorded)
        # A timer stopped before the smoothed speed could answer leaves the question open.
        open_ = rises.open_end | (last - b < self.curve.recorded_lag_s)
        return np.where(open_, np.nan, shown(recorded, high, rises, stretch, self.evidence, self.picking))

    def _cadence(self, rises: Rises, stretch: tuple[I8, I8]) -> tuple[F8, F8]:
        """Return the median cadence (steps/min) in each rise, and the highest in and shortly after it."""
        cadence, evidence, a, b = self.cadence_spm, self.evidence, rises.first, rises.last
        if cadence is None:
            return np.full(len(a), np.nan), np.full(len(a), np.nan)
        first, last = stretch
        _, (spm,) = Windows(a, b + 1).quantiles(cadence, 0.5, kept=cadence > evidence.steps_least_spm)
        near = Windows(a, np.minimum(last, b + int(evidence.cadence_answer_s)) + 1)
        answer = near.highest(cadence)
        # Wrists lose a stride now and then; then steps are counted before or after it. In a car they are not.
        runs, reach = cadence > evidence.running_cadence_spm, int(evidence.lost_steps_s)
        around = Windows(np.maximum(first, a - reach), a).count(runs)
        around += Windows(b, np.minimum(last, b + reach) + 1).count(runs)
        answer[(answer < evidence.stepless_spm) & (around > 0)] = np.nan
        seconds = rises.end_s - rises.start_s
        for k in (~np.isnan(answer) & (seconds < self.smoothed_s)).nonzero()[0].tolist():
            span = int(first[k]), int(a[k])
            answer[k] = own_answer(float(answer[k]), cadence, span, float(seconds[k]), self.smoothed_s, evidence)
        return spm, answer

    def _held_before(self, a: I8, first: I8) -> F8:
        """Return the speeds (m/s) held all the time over the minutes before grid points; NaN after a recent start.

        Hard running is hard all the time: reps with recoveries between them do not run into a finish kick.
        """
        reach = int(self.evidence.before_s)
        before = Windows(np.where(a - first >= reach, a - reach, a), a - int(self.evidence.before_clear_s))
        _, (held,) = before.quantiles(self.steady_mps, self.evidence.before_part)
        return held

    def _lap_edges(self, rises: Rises) -> tuple[F8, F8]:
        """Return start and end (s) of the lap that times each rise, NaN where none does."""
        line, speed_mps, evidence = self.line, self.curve.speed_mps, self.evidence
        edges = [_lap_edges(rise, self.laps, line, speed_mps, evidence) for rise in one_by_one(rises)]
        start_s, end_s = np.array(edges, dtype=np.float64).T
        return start_s, end_s


def _support(stream: F8 | None, rises: Rises, picking: Picking) -> F8:
    """Return the share of each rise that one stream shows by itself, NaN where it cannot tell."""
    if stream is None:
        return np.full(len(rises.first), np.nan)
    counts, (plateau,) = Windows(rises.first, rises.last + 1).quantiles(stream, picking.plateau_part)
    share = (plateau - rises.base_mps) / np.maximum(rises.plateau_mps - rises.base_mps, 1e-6)
    return np.where(counts > 1, share, np.nan)


def shown(recorded: F8, high: F8, rises: Rises, stretch: tuple[I8, I8], evidence: Evidence, picking: Picking) -> F8:
    """Return the share of each rise that the recorded speed shows by reaching `high`.

    Where the quick speed alone dipped before or after it, the recorded one has not risen, or not fallen, with it: the
    least of what it shows against the rise's own base and its own levels on both sides.
    """
    (first, last), a, b, reach = stretch, rises.first, rises.last, int(evidence.recorded_before_s)
    height = np.maximum(rises.plateau_mps - rises.base_mps, 1e-6)
    share = (high - rises.base_mps) / height
    counts, (level,) = Windows(np.maximum(first, a - reach), a).quantiles(recorded, picking.beside_part)
    share = np.where(counts >= reach / 2, np.minimum(share, (high - level) / height), share)
    after = Windows(b + 1, np.minimum(last, b + reach + int(evidence.answer_s)) + 1)
    fall = rises.plateau_mps - rises.after_mps
    told = (after.count(recorded == recorded) >= reach) & (fall > 0)
    fallen = (high - after.lowest(recorded)) / np.where(told, fall, 1.0)
    return np.where(told, np.minimum(share, fallen), share)


def _peaks(measured_mps: F8, rises: Rises, seconds: F8, evidence: Evidence) -> F8:
    """Return the peaks as they were before differencing and averaging rounded them off.

    Near its top a burst is a parabola that has lost half of its rise at the half-rise edges: curvature 4 · rise / T².
    A smoothing kernel of variance s² takes s² / 2 of the curvature off the top, 4 % of an 8 s sprint.
    """
    height = np.maximum(0.0, measured_mps - 0.5 * (rises.base_mps + rises.after_mps))
    lost = 2.0 * evidence.smoothing_s2 * height / seconds**2
    return np.asarray(measured_mps + np.minimum(lost, evidence.smoothing_most * measured_mps))


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
