"""Every threshold, once: its default, unit, range, reason and source.

A setting is a field of one of the groups below. ``doc`` says what it decides and why it has this value; the bracket at
its end says where the value comes from: *physiology*, *signal* (measured on recordings), *design* (our choice).
:class:`Settings` is a frozen value: it is passed in, never global. Settings whose group is in `MAP_GROUPS` touch what
is read out of a single file; the others only how bursts are judged and added up.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from legspeed.settings_reading import USUAL_MEDIANS as USUAL_MEDIANS
from legspeed.settings_reading import Cleaning as Cleaning
from legspeed.settings_reading import Limits as Limits
from legspeed.settings_season import Gaps as Gaps
from legspeed.settings_season import Notes as Notes
from legspeed.settings_season import Periods as Periods
from legspeed.settings_season import Score as Score
from legspeed.settings_season import Together as Together
from legspeed.settings_yardstick import Yardsticks as Yardsticks
from legspeed.threshold import Group, changed_groups
from legspeed.threshold import threshold as _

# One threshold, one line: value, unit, range and reason side by side.
# fmt: off


#: Mean speed of the men's world records by duration in seconds, m/s: 200 m 19.19 s, 400 m 43.03 s, 800 m 1:40.91,
#: 1500 m 3:26.00, 3000 m 7:17.55, 5000 m 12:35.36; and 100 m with a flying start in 8.65 s. Nobody is faster for longer.
RECORD_SPEEDS_MPS: Final[Mapping[int, float]] = MappingProxyType(
    {9: 11.56, 19: 10.42, 43: 9.30, 101: 7.93, 206: 7.28, 438: 6.86, 755: 6.62}
)


@dataclass(frozen=True, slots=True)
class Signal(Group):
    """How the three speeds of a watch become one."""

    fill_s: float = _(10, "s", 2, 60, "records further apart are not joined: 10 s hide a whole hill sprint [signal]")
    fill_intervals: float = _(5, "", 1, 20, "… or than this many usual intervals: smart recording leaves 3-9 s [signal]")
    held_s: float = _(6, "s", 1, 30, "a fix repeated for no longer, with a leap behind it, was not a new one: phones write the last again [signal]")
    mean_s: float = _(25, "s", 10, 120, "cadence or speed that changes more seldom than this while moving is a mean over more than a stride: sensors change every 2-14 s, means over 20 s every 26-42 s [signal, 7 watches; simulated]")
    mean_spread_mps: float = _(0.03, "m/s", 0.005, 0.5, "… while the speed over half a minute varies by more than this, a robust standard deviation: nobody runs evener [signal]")
    mean_intervals: float = _(4, "", 2, 10, "… and more seldom than this many usual intervals: smart recording leaves 3-9 s [signal]")
    tick_share: float = _(0.5, "", 0.1, 1, "a channel that changes in fewer of the records comes at a tick of its own, if so many of the steps between changes are even [signal]")
    tick_count: float = _(20, "", 3, 1000, "… and there are more changes than this: a few have no tick [design]")
    tick_spread: float = _(1.5, "", 1, 3, "steps up to so many times their lower quartile are even: 5 s now and then last 6 or 7 [signal]")
    drawn_share: float = _(0.75, "", 0.5, 0.95, "positions that keep their velocity in more of the seconds while moving are drawn between fixes further apart: receivers do in 0-47 % [signal, 7 watches]")
    drawn_mps: float = _(0.02, "m/s", 0.005, 0.2, "… to within this: the last decimal of a coordinate is 1 cm [signal]")
    chord_s: float = _(2, "s", 1, 5, "positions and distances are differenced over ± this: less is noise, more blurs [signal]")
    hard_max_mps: float = _(12.5, "m/s", 9, 20, "nobody runs faster: 12.42 m/s measured over 20 m [physiology]")
    usable_share: float = _(0.5, "", 0.1, 1, "a stream missing more of the time than this does not carry the curve [design]")
    moving_mps: float = _(1.8, "m/s", 0.5, 3, "faster than a walk: noise is measured here [physiology]")
    lag_early_s: float = _(4, "s", 0, 15, "search range: a stream may be this much ahead [signal]")
    lag_late_s: float = _(15, "s", 5, 30, "… or behind: recorded speed trails by 2-10 s on the watches measured [signal]")
    lag_correlation: float = _(0.35, "", 0.1, 0.9, "least correlation that tells a lag; noise alone gives 0.1-0.2 [signal]")
    lag_samples: float = _(60, "s", 20, 600, "least overlap to correlate [design]")
    lag_parts: float = _(8, "", 3, 60, "a lag's error is what it moves by with each of so many parts of the run left out [design]")
    recorded_lag_s: float = _(3, "s", 0, 10, "recorded speed behind position where the file cannot tell [signal]")
    cadence_lag_s: float = _(3, "s", 0, 10, "cadence behind position where the file cannot tell [signal]")
    shared_noise: float = _(0.8, "", 0.3, 0.99, "noise shared by more: distance repeats position, one witness [signal]")
    quiet_mps: float = _(0.15, "m/s", 0.02, 1, "fast noise below this leaves peaks to be read unsmoothed [signal]")
    sharp_most: float = _(1.06, "", 1, 1.3, "… by at most this much: what the smoothing takes off an 8 s sprint [signal]")
    disagree_mps: float = _(1.0, "m/s", 0.3, 3, "two independent speeds further apart: the lower one holds [signal]")
    support_reach_s: float = _(5, "s", 2, 15, "recorded speed may answer this much earlier or later than its lag [signal]")
    support_rise: float = _(1.25, "", 1, 2, "a watch smoothed over 5 s leaves 0.80 of an 8 s peak [signal]")
    support_fall: float = _(0.88, "", 0.5, 1, "the quick speed falls no further below the slow one nearby [signal]")
    support_margin_mps: float = _(0.6, "m/s", 0, 2, "two standard deviations of a good position speed [signal]")


@dataclass(frozen=True, slots=True)
class Slope(Group):
    """Grade with its error, and what a slope is worth to a sprinter."""

    window_s: float = _(10, "s", 5, 60, "least stretch for a grade: a barometer then knows it to 0.5-1 % [signal]")
    noise_reach_s: float = _(10, "s", 3, 60, "altitude noise is read from second differences over this [signal]")
    noise_floor_m: float = _(0.1, "m", 0.01, 1, "no watch knows altitude better from second to second [signal]")
    level_s: float = _(60, "s", 20, 300, "long ways down are levelled out of bests over this [design]")
    level_noise_m: float = _(0.75, "m", 0.1, 3, "… where a barometer tells them [signal]")
    level_most: float = _(0.10, "", 0.02, 0.3, "… down to this slope, where help turns to braking [physiology]")
    level_per_grade: float = _(2.0, "", 0.5, 4, "speed gained per slope going down: 0.96 at -2 %, 0.92 at -4 % [physiology]")
    place_m: float = _(12, "m", 3, 50, "same place: a cell of this size, as positions are good to 5 m [signal]")
    visits: float = _(15, "", 3, 200, "second visits needed to compare altitudes [design]")
    visit_least_s: float = _(100, "s", 30, 600, "visits closer in time share their error [signal]")
    visit_most_s: float = _(1500, "s", 300, 7200, "visits further apart differ by the weather [signal]")
    wander_m: float = _(2.5, "m", 0.5, 10, "a barometer agrees with itself to 1.6 m, GPS altitude to 5-13 m [signal]")
    wander_share: float = _(0.33, "", 0.1, 1, "share of a wander over a minute that is felt over 10 s [signal]")
    lag_s: float = _(1.5, "s", 0, 10, "altitude behind position where the run cannot tell: barometers 2.4-3.3 s, one looked up on a map none [signal, 3 watches]")
    lag_sd_s: float = _(1.5, "s", 0.1, 5, "… give or take this [signal]")
    lag_most_s: float = _(8, "s", 1, 15, "… and no more than this either way [signal]")
    lag_moving_mps: float = _(0.6, "m/s", 0.2, 2, "… read while moving: who walks down his hill tells it, too [design]")
    lag_place_m: float = _(8, "m", 3, 50, "… where a place is passed twice, a cell of this size … [signal]")
    lag_visit_s: float = _(20, "s", 5, 100, "… at least this long apart … [design]")
    lag_climb_mps: float = _(0.15, "m/s", 0.02, 1, "… at rates of climb further apart than this: 2 % up and down at 4 m/s [design]")
    lag_noise_m: float = _(0.05, "m", 0.01, 1, "… with at least this much noise [signal]")
    lag_together: float = _(4, "", 1, 30, "… of which so many in a row tell one thing: altitude and way are rounded off over 7 s [signal]")
    lag_foot: float = _(0.5, "", 0, 1, "… and a grade is unsure by this share of lag / duration: a late altitude still shows what lay before the hill [signal, simulated]")
    leap_m: float = _(1.2, "m", 0.3, 5, "altitude that changes in a second by this more than `clip` explains was put right by the watch: some write whole metres [signal, on 5 of 6 watches]")
    leap_reach_s: float = _(3, "s", 0, 10, "… and is rounded off over so long on either side [signal]")
    leap_share: float = _(1.5, "", 0.5, 3, "a leap in the middle of a stretch tilts its line by so many times leap / way [design]")
    same_place_m: float = _(35, "m", 10, 100, "repeats whose middles are this close share their grade [signal]")
    same_way_cos: float = _(0.8, "", 0, 1, "… when run the same way (cosine of the angle between) [design]")
    visits_most: float = _(40, "", 2, 500, "… of at most so many visits, the likest in duration: more add nothing [design]")
    alike_log: float = _(0.5, "", 0.1, 2, "… and about as long (logarithm of the durations' ratio) [design]")
    moving_mps: float = _(1.8, "m/s", 0.5, 3, "while faster than a walk [physiology]")
    error_factor: float = _(0.8, "", 0.2, 5, "error of a grade is this × altitude noise / (speed × … [signal, simulated drift]")
    error_power: float = _(0.65, "", 0.3, 1.5, "… seconds to this power): 0.5 % over 10 s, 0.3 % over 30 s at 5 m/s [signal]")
    least_spread_m2: float = _(200, "m²", 10, 1e4, "a line needs some 20 m of way [design]")
    credit_most: float = _(0.12, "", 0.05, 0.3, "steeper slopes earn no more: hill sprints are run on 4-15 % [design]")
    clip: float = _(0.30, "", 0.1, 0.45, "no extrapolation beyond slopes that were measured [physiology]")
    kind_se: float = _(0.02, "", 0.005, 0.1, "a grade less sure than this names no hill sprint [design]")
    kind_errors: float = _(2.0, "standard errors", 1, 4, "… unless it lies this far beyond the border [design]")
    sprint_k: float = _(1.0, "", 0.5, 1.5, "sprint speed falls by e^(-grade): -3 % at 5.2 % [physiology, Paradisis 2001]")
    steady_linear: float = _(2.6, "", 1, 5, "equal heart rate uphill: 1.055 at 2 % … [physiology, 240,000 athletes]")
    steady_square: float = _(19.4, "", 0, 40, "… 1.135 at 4 %, 1.46 at 10 % [physiology, same]")
    fade_per_s: float = _(0.013, "1/s", 0.005, 0.05, "anaerobic reserve fades at this rate [physiology, Bundle 2003]")


@dataclass(frozen=True, slots=True)
class Picking(Group):
    """How candidate bursts are cut out of the speed curve."""

    bar_low_mps: float = _(2.4, "m/s", 1.5, 5, "lowest bar: 1.1 × the 5 km speed of a 38-minute runner [physiology]")
    bar_high_mps: float = _(12.5, "m/s", 8, 20, "nobody runs faster [physiology]")
    bar_step: float = _(1.05, "", 1.01, 1.3, "from bar to bar; finer than any pace is known [design]")
    dip_s: float = _(3, "s", 0, 10, "a dip no longer than this does not end an effort [design]")
    least_s: float = _(3, "s", 2, 10, "time above the bar; 1 s is for 10 Hz devices [signal]")
    longest_s: float = _(600, "s", 60, 3600, "longer is steady running, no burst [design]")
    least_rise_mps: float = _(0.6, "m/s", 0.2, 2, "rise over what came before; twice the noise of positions [signal]")
    plateau_part: float = _(0.7, "quantile", 0.5, 0.95, "the speed that a burst reaches: its ramps are slower, its noisiest seconds faster [signal]")
    beside_s: float = _(12, "s", 3, 60, "the speed on either side of a burst is read over this … [signal]")
    beside_part: float = _(0.3, "quantile", 0, 0.5, "… low, but not its single lowest second [signal]")


@dataclass(frozen=True, slots=True)
class Evidence(Group):
    """What is measured at each burst, and what a run must have to be assessable."""

    peak_window_s: float = _(3, "s", 1, 10, "peak speed is the best mean over this: one second is noise [signal]")
    smoothing_s2: float = _(2.0, "s²", 0, 20, "variance of differencing over ± 2 s and averaging 3 s: what rounds off peaks [signal]")
    smoothing_most: float = _(0.08, "", 0, 0.3, "… and the most that is given back: bursts of under 6 s are too uncertain [design]")
    before_s: float = _(300, "s", 60, 3600, "what runs into a finish kick is judged over this [design]")
    answer_s: float = _(4, "s", 0, 15, "recorded speed may still answer this long after a burst [signal]")
    recorded_before_s: float = _(12, "s", 4, 60, "… and is read this long before one: it must have risen with it [signal]")
    cadence_answer_s: float = _(8, "s", 0, 20, "cadence may still answer this long: wrists need 5-6 s [signal]")
    base_cadence_s: float = _(15, "s", 6, 60, "the cadence just before a burst is read over this [signal]")
    heart_before_s: float = _(15, "s", 3, 60, "heart rate before a burst is read over this … [signal]")
    steps_smoothed_s: float = _(10, "s", 6, 60, "a cadence that takes this long from standing to running is a mean over it: sensors take 4 s at most [signal, 1,268 recordings]")
    steps_lost_s: float = _(40, "s", 20, 120, "… and one over more than this tells no effort: a third of it is left of a stride, less of a sprint [signal]")
    steps_even: float = _(2, "× the mean step", 1.2, 5, "… and rises evenly, no step of it larger: who walks before he runs does not [signal]")
    steps_stands: float = _(0.2, "of its median", 0.05, 0.5, "… of standing up to here … [signal]")
    steps_seen: float = _(0.5, "of its median", 0.1, 0.8, "… a rise that is seen only from here on tells nothing … [signal]")
    steps_runs: float = _(0.8, "of its median", 0.5, 1, "… and of running steps from here on [physiology]")
    steps_most: float = _(3, "", 1, 10, "a short burst's rise is given back up to so many times: of a shorter one too little is left to tell it from a change of pace [design]")
    heart_answer_s: float = _(30, "s", 10, 90, "… and its answer until this long after: wrists and hearts take 10-30 s [physiology]")
    heart_silent: float = _(0.7, "of that time", 0, 1, "… where less of it was recorded the heart may not have answered yet [physiology]")
    heart_sure_bpm: float = _(8, "beats/min", 3, 30, "a rise this large says something even where the answer is cut short [signal]")
    heart_full: float = _(0.94, "of the run's high", 0.7, 1, "a heart this near the run's highest (its 95 % quantile) can rise no more [physiology]")
    settle_s: float = _(30, "s", 0, 120, "after the first start GPS jumps by 6-16 m/s; positions prove nothing [signal]")
    running_cadence_spm: float = _(130, "steps/min", 100, 160, "slower is walking [physiology]")
    steps_least_spm: float = _(72, "steps/min", 0, 130, "less is no cadence of a burst: the wrist lost its steps, or it began from a stand [signal]")
    easy_margin: float = _(1.1, "× easy speed", 1, 1.5, "the cadence of easy running is read below this … [design]")
    easy_least_s: float = _(30, "s", 5, 600, "… and is known from so long on [design]")
    walk_mps: float = _(1.8, "m/s", 1, 3, "faster is running [physiology]")
    easy_rank: float = _(0.7, "quantile", 0.3, 0.9, "of the slower seconds of a session: recoveries are jogged slower than easy running [signal]")
    easy_spread: float = _(0.25, "of the median", 0.1, 1, "middle half of the seconds run spread by more: a session, not one pace; easy runs spread by 0.06-0.16 [signal]")
    delay_window_s: float = _(25, "s", 10, 60, "movement later than this after the timer start is no delay [signal]")
    delay_gap_s: float = _(5, "s", 1, 30, "a first record later than this after the start tells no delay either [signal]")
    delay_speed_mps: float = _(1.6, "m/s", 1, 4, "only starts that lead to running tell a delay [signal]")
    delay_walk: float = _(0.25, "of the running speed", 0.1, 0.5, "who moves so fast from the first record on walked when he pressed start; slower is the rise itself, rounded off [physiology]")
    delay_lap_s: float = _(120, "s", 30, 600, "laps no longer than this are reps, which begin and end briskly [coaching texts]")
    stride_interval_s: float = _(8, "s", 1, 15, "recording no sparser shows reps of 20 s and longer [signal]")
    short_interval_s: float = _(2, "s", 1, 5, "recording no sparser shows short efforts … [signal]")
    hidden_s: float = _(15, "s", 5, 30, "… and short is less than this: of a hill sprint a record every 4-6 s leaves two or three. Steps can show it, speed alone does not [signal]")
    lap_overlap: float = _(0.3, "", 0.1, 0.9, "shared over joint time from which a lap is kept beside a burst [design]")
    lap_apart_s: float = _(6, "s", 0, 30, "… if it lasts as long as the burst give or take this, the key being pressed a second or two off at either end, and two recording intervals … [signal, 586 laps]")
    lap_even: float = _(0.7, "of the plateau", 0.4, 1, "… or its lower quartile is no slower: a rep of which a part was fastest, not a rep with its float [signal]")
    least_s: float = _(60, "s", 0, 600, "a shorter recording, a watch started by mistake or a file cut off, could not have shown a stride with the running around it [design]")
    coverage: float = _(0.7, "", 0.1, 1, "share of a run with a usable speed [design]")
    baro_noise_m: float = _(0.75, "m", 0.1, 3, "more altitude noise: GPS altitude, which cannot carry a hill sprint [signal]")
    stepless_s: float = _(60, "s", 20, 300, "no step for most of this long while moving fast: carried [design]")
    stepless_mps: float = _(3.0, "m/s", 2, 6, "faster than a walk, over that time [physiology]")
    stepless_share: float = _(0.4, "", 0.1, 0.9, "… and for this share of it: a sprint whose steps the wrist lost is short [signal]")
    stepless_spm: float = _(50, "steps/min", 10, 100, "mean cadence over that time; wrists lose some strides, never a minute [signal]")
    stepless_ride_mps: float = _(5.0, "m/s", 3, 7, "a recording without a step, faster than this in the median: a ride [physiology]")
    lost_steps_s: float = _(25, "s", 5, 60, "steps counted this near a stepless burst: the wrist lost some [signal]")
    record_margin: float = _(1.03, "", 1, 1.2, "faster than the record by this: not a runner [signal]")
    ride_part: float = _(0.8, "", 0.3, 1, "the part of such a stretch faster than this share of its mean is the ride [design]")
    steady_most: float = _(1.35, "× usual speed", 1.1, 2, "steady running stays below this … [signal]")
    steady_share: float = _(0.95, "", 0.5, 1, "… for this share … [design]")
    steady_s: float = _(60, "s", 20, 300, "… of so long: without cadence a ride reaches from one such stretch to the next [design]")
    long_best_s: float = _(480, "s", 120, 3600, "heart rate is kept of bests this long: it takes minutes to answer [physiology]")
    rest_part: float = _(0.1, "quantile", 0.02, 0.4, "the slowest part of a long best; of reps and strides more than this is recovery … [signal]")
    rest_share: float = _(0.8, "of its mean", 0.5, 0.95, "… and where it is slower than this, recoveries lie in the best, and it was not held: tempos and races have 0.80-0.98, reps, strides and fartlek 0.04-0.85 [signal, three runners; simulation]")
    heart_window_s: float = _(60, "s", 20, 300, "the highest heart rate is one held this long [design]")
    heart_lock_spm: float = _(2, "steps/min", 0, 15, "an optical sensor showing the cadence, give or take this, … [signal]")
    heart_lock_share: float = _(0.7, "", 0.1, 1, "… for more of the time has locked on to the steps [signal]")
    smoothing_lag_s: float = _(6, "s", 2, 15, "speed alone, later than this: hill sprints are smoothed away [signal]")


@dataclass(frozen=True, slots=True)
class Judging(Group):
    """How a burst is judged: the gate by duration, and the weights of the witnesses (log-odds)."""

    short_s: float = _(15, "s", 5, 30, "up to here the gate is a share of maximal speed … [physiology]")
    long_s: float = _(35, "s", 20, 60, "… from here on a multiple of 5 km speed; in between it slides [physiology]")
    unsure_margin: float = _(0.08, "", 0, 0.3, "long reps, and what positions alone show, must beat an unsure 5 km speed by this much more [design]")
    hill_gate_grade: float = _(0.03, "", 0.01, 0.1, "from this slope on the hill's gate holds [design]")
    mid_share: float = _(0.92, "of the gate", 0.6, 1, "median of an effort: more than half of it is fast [signal]")
    low_share: float = _(0.80, "of the gate", 0.5, 1, "lower quartile of an effort: its ramps may be slower, no float may [signal]")
    bar_share: float = _(0.70, "of the plateau", 0.3, 0.9, "deeper dips part two efforts [signal]")
    saddle_share: float = _(0.65, "of the lower top", 0.3, 0.9, "a dip deeper than this between two tops parts two efforts [signal]")
    steady_share: float = _(0.85, "of the plateau", 0.6, 1, "lower quartile of an even effort, its ramps included [signal]")
    crest: float = _(0.10, "", 0, 0.3, "faster than the even effort around it by less: its crest. Mile pace is 1.2 of a tempo, 1.1 of 5 km pace [physiology]")
    crest_ratio: float = _(1.5, "× its duration", 1.1, 5, "how much longer that effort is [design]")
    crest_inside: float = _(0.9, "", 0.5, 1, "share of the burst that lies in it [design]")
    goes_on: float = _(0.85, "of its plateau", 0.7, 1, "what follows a burst is this fast: it is the start of something longer and has not ended. After 277 timed reps it is less, after all but 15 below 0.6 [signal]")
    margin: float = _(0.04, "", 0.005, 0.2, "speed this far above the gate (share) is worth one unit [signal]")
    margin_cap: float = _(1.0, "", 0, 5, "and at most this much either way [signal]")
    cadence_per_mps: float = _(4.0, "steps/min per m/s", 1, 10, "cadence gained per m/s: 5-9 in true efforts, 0-3 in jumps [signal]")
    cadence_least_spm: float = _(9.0, "steps/min", 2, 15, "gain asked of a small rise [signal]")
    cadence_most_spm: float = _(16.0, "steps/min", 8, 40, "gain asked of a large rise: step length carries some runners [physiology]")
    cadence_unit_spm: float = _(3.0, "steps/min", 1, 10, "a gain this far from what is asked is worth one unit [signal]")
    cadence_cap: float = _(3.0, "", 0, 6, "at most this much in favour … [signal]")
    cadence_veto: float = _(5.0, "", 0, 10, "… and this much against: every false alarm of positions had flat cadence [signal]")
    cadence_top_spm: float = _(5.0, "steps/min", 1, 15, "gain asked over the cadence of what was run just before, where that was faster than easy [signal]")
    heart_even_bpm: float = _(5.0, "beats/min", 0, 20, "a rise of the heart rate that proves nothing: flat-cadence bursts show 1-4, timed laps 8 and more [signal]")
    heart_unit_bpm: float = _(6.0, "beats/min", 1, 20, "a rise this far from it is worth one unit [signal]")
    heart_cap: float = _(0.5, "", 0, 3, "at most this much either way, twice that where no steps are counted [signal]")
    support_even: float = _(0.45, "", 0.1, 0.9, "share of the rise in recorded speed that proves nothing either way [signal]")
    support_unit: float = _(0.2, "", 0.05, 1, "a share this far from it is worth one unit [signal]")
    support_cap: float = _(1.25, "", 0, 5, "at most this much in favour … [signal]")
    support_veto: float = _(2.5, "", 0, 8, "… and this much against: of timed laps 1 in 20 shows less than 0.55, of jumps nearly all less than 0.2 [signal]")
    support_none: float = _(0.2, "", 0, 0.6, "less than this, where it had time to answer, refutes: 1 timed lap in 50 shows less than 0.38 [signal]")
    refuted_cap: float = _(-1.0, "", -5, 0, "… and then repeats do not prove it either [design]")
    independent: float = _(0.75, "", 0, 3, "position and independent distance agree [signal]")
    agree_low: float = _(0.7, "of the rise", 0.3, 1, "… where each shows a share of it between this … [signal]")
    agree_high: float = _(1.4, "of the rise", 1, 3, "… and this [signal]")
    prior: float = _(-0.25, "", -5, 5, "before any witness [signal]")
    position_only: float = _(-1.5, "", -6, 0, "nothing but positions: most such bursts are jumps [signal]")
    settling: float = _(-1.5, "", -6, 0, "GPS still settling after the first start [signal]")
    sparse: float = _(-1.5, "", -6, 0, "an effort shorter than a few recording intervals [signal]")
    sparse_intervals: float = _(4, "", 2, 10, "how many intervals an effort needs [signal]")
    alike: float = _(0.8, "", 0, 3, "at least three alike in this run: nobody repeats by chance [design]")
    alike_count: float = _(3, "", 2, 10, "how many are a repetition [design]")
    alike_share: float = _(0.25, "", 0.05, 1, "alike: duration and speed within this share [design]")
    position_margin: float = _(0.06, "", 0, 0.3, "positions alone must be this much faster: their noise adds way [signal]")
    stepped_margin: float = _(0.12, "", 0, 0.3, "… or, where steps prove a single one, this much: what positions add, and the error of a yardstick from training … [signal]")
    ride_least_s: float = _(20, "s", 10, 60, "where no steps are counted, a burst this long … [design]")
    ride_margin: float = _(0.20, "", 0.05, 0.5, "… this far above what the runner can run all-out is a ride … [signal, the error of both speeds]")
    ride_guess: float = _(0.28, "", 0, 0.6, "… where his 5 km speed is guessed from easy running, above one faster by this: easy is 0.65-0.80 of it, 0.83 is what is taken [physiology]")
    ride_reach_s: float = _(120, "s", 30, 600, "… and so is what lies within this of one: a red light is no longer [design]")
    stepped_least: float = _(0.03, "", 0, 0.3, "… down to this where cadence gained twice what is asked: what positions add [signal]")
    position_beside: float = _(0.78, "of the plateau", 0.4, 1, "positions alone must show both a rise and a fall from and to no more than this [signal]")
    position_least_s: float = _(8, "s", 4, 20, "positions alone must last longer [signal]")
    lap_agree: float = _(0.45, "", 0.2, 0.95, "… and from which the lap times the effort: watches are up to 4 s late [signal]")
    unproven_cap: float = _(-0.05, "", -5, 0, "flat cadence, or positions alone without repeats, never reach the count [design]")
    flat_share: float = _(0.5, "of the least gain", 0, 1, "a smaller gain of cadence is none [signal]")
    sibling_share: float = _(0.97, "of the gate", 0.9, 1, "one rep of a set of such may be this slow: plateaus are known to 2-3 %, 5 km speed to 2-4 % [signal]")
    alike_odds: float = _(-1.0, "", -5, 2, "only bursts at least this likely by themselves make a repetition [design]")
    overlap: float = _(0.3, "", 0, 0.9, "two bursts sharing more of the shorter one are one [design]")
    near_miss: float = _(0.95, "of the gate", 0.8, 1, "bursts down to here are listed as refused: too slow [design]")
    told_from: float = _(0.90, "× 5 km speed", 0.7, 1.1, "a long even stretch from here on is told among the refused: tempo is 0.92-0.96 of 5 km speed, reps 1 [physiology, coaching tables]")
    told_minutes: float = _(3, "min", 1, 30, "… and as many whole minutes of it in a row, also where nothing rises above what lies around [design]")
    told_dip: float = _(0.95, "of a tempo", 0.8, 1, "… of which one inside may be as slow as this: a corner, a rise, the noise of one minute's way [signal]")
    long_set_count: float = _(2, "", 1, 10, "how many long reps make a set of fast reps [design]")
    finish_after: float = _(0.8, "", 0.3, 1, "after a finish the speed falls below this share of what ran into it [design]")
    count_from: float = _(0.5, "", 0.3, 0.95, "an effort counts from this confidence on [design]")
    show_from: float = _(0.2, "", 0.0, 0.9, "below it a burst is refused, not shown as a doubtful effort [design]")
    finish_share: float = _(0.86, "× 5 km speed", 0.7, 1, "what runs into a finish kick is at least a tempo [physiology]")
    delay_reaction_s: float = _(0.5, "s", 0, 3, "a runner sets off this long after pressing start [physiology]")
    delay_ramp_s: float = _(1.0, "s", 0, 3, "… and half of a brisk rise of 2 s is there so much later [physiology]")
    delay_brisk_s: float = _(2.6, "s", 1.9, 6, "a brisk rise takes this long from a quarter to three quarters, as of who starts the timer and then a stride: 2.6 and 3.0 s on two watches, 1.9 s of it the smoothing's own [signal]")
    delay_gentle: float = _(1.5, "", 0.6, 2, "half of a gentler one is there so many times the excess later: 0.6 of an exponential rise, 1 of a straight one, 1.5 of half a cosine, 1.8 of least jerk [physiology]")
    delay_gentle_error: float = _(0.5, "", 0, 2, "… give or take so much of the excess [physiology]")
    delay_habit_s: float = _(0.6, "s", 0.1, 2, "standard error of when a runner presses and how briskly he sets off, the same press after press [physiology]")
    delay_quantile: float = _(0.5, "", 0.1, 0.6, "of the delays seen: runners who wait before they move make it longer [signal]")
    delay_most_s: float = _(6, "s", 0, 10, "a shared delay is no longer than this [signal]")
    delay_sure: float = _(2, "standard errors", 0, 4, "a shorter delay is not told from none, and taken for none [design]")
    delay_least_starts: float = _(8, "", 3, 100, "starts of the timer, or edges of timed laps, needed to tell a watch's shared delay [signal]")
    delay_least_runs: float = _(3, "", 1, 20, "… the laps from so many runs [design]")


@dataclass(frozen=True, slots=True)
class Sets(Group):
    """When efforts belong together."""

    rest_s: float = _(480, "s", 60, 1800, "the longest recovery inside a set: hill sprints take 4-8 min [coaching texts]")
    duration_share: float = _(0.5, "", 0.1, 2, "durations within this share of the set's median [design]")
    duration_least_s: float = _(4, "s", 0, 15, "… or within this, which of short efforts is more: both edges are known to a second or two [signal]")
    peak_share: float = _(0.08, "", 0.01, 0.3, "peaks, and speeds, of short efforts within this are one intention: reps differ by 1-2 %, one peak is known to 3 % [signal]")
    seconds_apart: float = _(1.5, "s", 0, 5, "durations of one set within this are one intention: each edge is known to a second [signal]")
    seconds_share: float = _(0.10, "", 0, 0.3, "… or within this share: reps over one distance differ by 3-5 %, fartlek surges by more [signal]")
    grade_apart: float = _(0.01, "", 0, 0.05, "grades of short efforts of one set within this, and two standard errors, are one slope: its ends lie inside the effort, half a percent that no repeat averages out [signal]")
    start_m: float = _(400, "m", 0, 5000, "a set that begins sooner stands at the start [design]")
    session_efforts: float = _(2, "", 1, 20, "as many long reps or intervals make a session that strides go before or after [design]")
    hard_minutes: float = _(2, "", 1, 30, "as many minutes of tempo or faster in what went before, and it was not easy [design]")
    race_share: float = _(0.8, "", 0.5, 1, "hard for so much of what was run before its kick, a recording is a race [design]")
    stood_mps: float = _(0.6, "m/s", 0.1, 1.2, "slower recovery: stood [physiology]")
    walked_mps: float = _(1.9, "m/s", 1.2, 2.5, "slower recovery: walked; faster: jogged [physiology]")


@dataclass(frozen=True, slots=True)
class Tiers(Group):
    """Borders of the tiers, as shares of maximal speed, and of the kinds."""

    turnover: float = _(0.65, "of max", 0.4, 0.9, "from 65-70 % of maximal speed on speed is gained by cadence: turnover begins there [physiology, of sprinters and runners alike]")
    turnover_hill: float = _(0.60, "of max", 0.3, 0.9, "the same on slopes of 3 % and more: more to overcome [physiology]")
    near_max: float = _(0.85, "of max", 0.6, 1.0, "the border used in team sports [physiology, Colby 2018]")
    max: float = _(0.95, "of max", 0.8, 1.1, "the border used in team sports [physiology, Malone 2017]")
    sprint_peak: float = _(0.90, "of max", 0.7, 1.0, "a sprint's peak; below it is a stride [design]")
    believed: float = _(1.1, "× maximal speed", 1, 1.5, "a best speed above this is a reading at fault: the maximum itself is known to 6 % [signal]")
    band_low: float = _(0.80, "of max", 0.5, 0.95, "lowest border of the bands of maximal speed: team sports start here [physiology]")
    band_step: float = _(0.05, "of max", 0.01, 0.2, "width of a band: blur of a paced effort is 5-6 points [physiology, Sports 2018]")
    five_k_ratio: float = _(1.12, "× 5 km speed", 1.0, 1.5, "mile pace: 1500 m records are 1.10 of 5 km, slower runners' more [physiology]")
    stride_s: float = _(5, "s", 2, 15, "shortest stride; less is not told from noise at 1 s [signal]")
    dash_s: float = _(8, "s", 2, 20, "a shorter one that stands alone and stays below `near_max` is a dash for a bus or across a road, no stride: these last 8-35 s [coaching texts]")
    hill_sprint_s: float = _(20, "s", 8, 60, "longest hill sprint [design]")
    sprint_s: float = _(12, "s", 4, 20, "longest sprint [design]")
    stride_max_s: float = _(30, "s", 15, 60, "longest stride; longer is a fast rep [design]")
    fast_rep_set_s: float = _(25, "s", 15, 45, "in a set of reps this long a rep is a fast rep, not a stride [design]")
    interval_s: float = _(60, "s", 40, 180, "longer is an interval: not neuromuscular, not counted [design]")
    hill_grade: float = _(0.04, "", 0.02, 0.15, "gentlest slope of a hill sprint: strides are run on 4-8 % [design]")
    downhill_grade: float = _(-0.02, "", -0.1, 0, "steeper down than this helps: +9 % speed at -5 % [physiology]")
    finish_hard_s: float = _(300, "s", 60, 3600, "a finish kick ends at least this much continuous hard running [design]")


# fmt: on


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups. ``Settings()`` is the default; :meth:`from_mapping` applies a runner's own values."""

    limits: Limits = Limits()
    cleaning: Cleaning = Cleaning()
    signal: Signal = Signal()
    slope: Slope = Slope()
    picking: Picking = Picking()
    evidence: Evidence = Evidence()
    yardstick: Yardsticks = Yardsticks()
    judging: Judging = Judging()
    sets: Sets = Sets()
    tiers: Tiers = Tiers()
    gaps: Gaps = Gaps()
    score: Score = Score()
    periods: Periods = Periods()
    notes: Notes = Notes()
    together: Together = Together()

    def __iter__(self) -> Iterator[tuple[str, dataclasses.Field[Any], float]]:
        """Yield ``(dotted key, field, value)`` of every threshold, in order."""
        for group in dataclasses.fields(self):
            values = getattr(self, group.name)
            for spec in dataclasses.fields(values):
                yield f"{group.name}.{spec.name}", spec, getattr(values, spec.name)

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Settings:
        """Build settings from ``{group: {name: value}}``, the shape of ``[settings.group]`` in TOML.

        Raises
        ------
        SettingsError
            For an unknown group or name (with the nearest known one), a value out of range or not a number.
        """
        return cls(**changed_groups({g.name: g.default for g in dataclasses.fields(cls)}, given))

    def fingerprint(self, groups: frozenset[str] | None = None) -> str:
        """Return 12 hex digits that change when any value (of `groups`) does."""
        values = {key: value for key, _, value in self if groups is None or key.split(".")[0] in groups}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


#: Groups that touch what is read out of a single file (the map); a cached digest depends on these only.
MAP_GROUPS: Final = frozenset({"limits", "cleaning", "signal", "slope", "picking", "evidence"})
