"""The thresholds of what a season adds up to: gaps, score, notes. See :mod:`legspeed.settings`, which names them all."""

from __future__ import annotations

from dataclasses import dataclass

from legspeed.threshold import Group
from legspeed.threshold import threshold as _

# One threshold, one line: value, unit, range and reason side by side.
# fmt: off


@dataclass(frozen=True, slots=True)
class Gaps(Group):
    """Levels of a stretch without speed work. Words: time since exposure, never lost speed."""

    notice_d: float = _(8, "d", 2, 365, "residual of maximal speed 5 ± 3 days [physiology, Issurin]")
    caution_d: float = _(14, "d", 3, 365, "eccentric strength fades by two weeks [physiology]")
    flag_d: float = _(28, "d", 5, 365, "a month without; 26 days cost no measured speed yet [physiology]")
    restart_d: float = _(56, "d", 7, 730, "the eight weeks over which exposure was studied [physiology, Colby 2018]")
    seen_share: float = _(0.7, "", 0, 1, "of the running time in a gap must be assessable, or its cause is that nothing could be seen [design]")
    break_share: float = _(0.5, "", 0.1, 1, "of a gap's days in one stretch without any run: then the cause is the break [design]")


@dataclass(frozen=True, slots=True)
class Score(Group):
    """The decaying score, shown after the counts and never instead of them."""

    tau_d: float = _(10, "d", 1, 100, "50, 25 and 6 % remain after 7, 14 and 28 days, matching the gap levels [design]")
    habit_tau_d: float = _(42, "d", 10, 365, "the slow trace: the habit of six weeks [design]")
    near_max_weight: float = _(1.25, "", 1, 3, "nearly flat, so that strides beat sprints for a marathoner [design]")
    max_weight: float = _(1.5, "", 1, 3, "nearly flat [design]")
    rep_cap_s: float = _(30, "s", 10, 120, "seconds of one rep that score [design]")
    session_cap_s: float = _(300, "s", 60, 3600, "seconds of one session that score: no reward for piling up [design]")
    reference_sessions: float = _(2, "per week", 0.5, 14, "100 = this many sessions a week … [coaching texts]")
    reference_reps: float = _(5, "", 1, 30, "… of this many reps … [coaching texts]")
    reference_rep_s: float = _(20, "s", 5, 60, "… of this many seconds [coaching texts]")


@dataclass(frozen=True, slots=True)
class Periods(Group):
    """How the season is cut where the runner names no training blocks of his own."""

    block_d: float = _(28, "d", 7, 182, "days of a training block, counted back from the last day: four weeks [design]")


@dataclass(frozen=True, slots=True)
class Notes(Group):
    """When a remark in the spirit of the coaching texts is made. A long stretch is one above ``gaps.flag_d``."""

    recent_d: float = _(28, "d", 7, 365, "remarks are about these last days: four weeks of training [design]")
    sessions_per_week: float = _(2, "", 0.5, 7, "the usual habit: 4-6 strides after easy runs this often [coaching texts]")
    habit_runs: float = _(6, "", 1, 100, "fewer runs in the recent days are no habit to speak of [design]")
    start_hill_sprints: float = _(2, "", 1, 10, "more on the first day after a long stretch is no small start [coaching texts]")
    start_strides: float = _(4, "", 1, 20, "the same for strides and all others [coaching texts]")
    rest_s: float = _(60, "s", 10, 600, "a shorter rest after a sprint or hill sprint is short … [coaching texts]")
    rest_ratio: float = _(6, "× effort", 1, 30, "… and so is less than this much of the effort before it [coaching texts]")
    tired_s: float = _(180, "s", 30, 3600, "so much in hard reps before, and legs are not fresh for maximal speed [design]")
    jump_d: float = _(30, "d", 7, 90, "a session is held against the best of these days before [physiology, Frandsen 2025]")
    jump_ratio: float = _(1.3, "", 1.05, 5, "so many times the seconds of that best one, and … [design, after Frandsen 2025]")
    jump_s: float = _(60, "s", 10, 600, "… more than these seconds at near-maximal speed are a jump; or … [design]")
    jump_high_ratio: float = _(2, "", 1.1, 10, "… so many times, and … [design, after Frandsen 2025]")
    jump_high_s: float = _(40, "s", 10, 600, "… at least these seconds [design]")
    all_out_sessions: float = _(3, "", 2, 20, "so many sessions of strides, all of them all-out, are a habit [design]")
    all_out_share: float = _(0.5, "", 0.2, 1, "of a session's strides at maximal speed make it all-out [design]")
    long_share: float = _(0.97, "of all-out", 0.85, 1.1, "a mean this near to the best for its duration is all-out [design]")
    long_most_s: float = _(100, "s", 60, 180, "longer efforts are no 400s [design]")
