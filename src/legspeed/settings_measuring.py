"""Thresholds of the map: how one recording's speed, grade and bursts are measured, before any pace is known.

See :mod:`legspeed.settings`, which names them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from legspeed.threshold import Group
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
    smooth_s: float = _(3, "s", 1, 9, "… and averaged over this [signal]")
    jitter_s: float = _(9, "s", 5, 31, "what differs from a mean over this is a stream's fast noise: strides last longer [signal]")
    slow_s: float = _(61, "s", 15, 301, "a stream less its mean over this tells its lag: terrain is slower, a change of pace quicker [signal]")
    hard_max_mps: float = _(12.5, "m/s", 9, 20, "nobody runs faster: 12.42 m/s measured over 20 m [physiology]")
    usable_share: float = _(0.5, "", 0.1, 1, "a stream missing more of the time than this does not carry the curve [design]")
    moving_mps: float = _(1.8, "m/s", 0.5, 3, "faster than a walk: noise is measured here [physiology]")
    lag_early_s: float = _(4, "s", 0, 15, "search range: a stream may be this much ahead [signal]")
    lag_late_s: float = _(15, "s", 5, 30, "… or behind: recorded speed trails by 2-10 s on the watches measured [signal]")
    lag_correlation: float = _(0.35, "", 0.1, 0.9, "least correlation that tells a lag; noise alone gives 0.1-0.2 [signal]")
    lag_samples: float = _(60, "s", 20, 600, "least overlap to correlate [design]")
    lag_parts: float = _(8, "", 3, 60, "a lag's error is what it moves by with each of so many parts of the run left out [design]")
    lag_varies: float = _(0.3, "of the lag", 0, 1, "… and by this: a stream is late because it is smoothed, and a smoothing trails one change of pace more than another [signal, between the files of 6 watches]")
    recorded_lag_s: float = _(3, "s", 0, 10, "recorded speed behind position where the file cannot tell [signal]")
    cadence_lag_s: float = _(3, "s", 0, 10, "cadence behind position where the file cannot tell [signal]")
    steps_correlation: float = _(0.75, "", 0.5, 0.99, "distance and positions that go up and down together this well show the same changes of speed [signal]")
    steps_share: float = _(0.7, "", 0.3, 0.95, "… of which a distance counted in steps shows less than this; watches show 0.77-1.1 [signal]")
    steps_mean_s: float = _(5, "s", 1, 15, "… both averaged over this: a sprint lasts hardly longer [signal]")
    steps_least_s: float = _(180, "s", 30, 3600, "… told from at least so much running [design]")
    shared_noise: float = _(0.8, "", 0.3, 0.99, "noise shared by more: distance repeats position, one witness [signal]")
    quiet_mps: float = _(0.15, "m/s", 0.02, 1, "fast noise below this leaves peaks to be read unsmoothed [signal]")
    sharp_most: float = _(1.06, "", 1, 1.3, "… by at most this much: what the smoothing takes off an 8 s sprint [signal]")
    disagree_mps: float = _(1.0, "m/s", 0.3, 3, "two independent speeds further apart: the lower one holds [signal]")
    support_reach_s: float = _(5, "s", 2, 15, "recorded speed may answer this much earlier or later than its lag [signal]")
    support_rise: float = _(1.25, "", 1, 2, "a watch smoothed over 5 s leaves 0.80 of an 8 s peak [signal]")
    support_short_s: float = _(6, "s", 3, 20, "… and a filter later than that leaves less of the shortest sprint, which lasts this long [physiology]")
    support_filter: float = _(2.4, "× lag", 1, 4, "… time constant of a first-order filter by the lag that correlation finds: 2.0-2.8 of 3-10 s [signal, simulated]")
    support_fall: float = _(0.88, "", 0.5, 1, "the quick speed falls no further below the slow one nearby [signal]")
    support_margin_mps: float = _(0.6, "m/s", 0, 2, "two standard deviations of a good position speed [signal]")
    way_reach_s: float = _(4, "s", 2, 10, "beside an edge a rise from there is over in this: three standard deviations of the smoothing [signal]")
    way_widest: float = _(2, "", 1, 4, "an edge is no wider than this, over the smoothing's own standard deviation: a start of 2.4 s to 63 % and all of that [physiology]")
    way_ends_m: float = _(2.0, "m", 0, 10, "positions drift by this from one end of an effort to the other [signal]")
    way_noise_s: float = _(10, "s", 0, 60, "… and by their fast noise times this [signal, simulated]")
    way_apart: float = _(1, "", 0, 2, "… and by this share of what position and distance differ by [signal]")
    way_doubt: float = _(0.75, "", 0, 2, "of what smoothing has, or may have, carried over an edge this share is unsure [signal, simulated]")
    way_scale: float = _(0.01, "", 0, 0.1, "a speed with positions behind it is off by this all run long [signal]")
    way_scale_steps: float = _(0.08, "", 0, 0.2, "… and one told by a pod, a wrist or a belt by this: makers say 2-15 % [signal]")


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
    before_s: float = _(300, "s", 60, 3600, "what runs into a finish kick is judged over this … [design]")
    before_clear_s: float = _(4, "s", 0, 15, "… up to so long before it: its own rise is no part of that [design]")
    before_mean_s: float = _(11, "s", 3, 61, "… in means over this: one slow second is noise [design]")
    before_part: float = _(0.1, "quantile", 0, 0.5, "… of which the lowest are this share: hard running is hard all the time [design]")
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
    slow_speed_s: float = _(6, "s", 2, 15, "a watch's own speed told more seldom speaks against efforts that short, though its positions are quicker [signal, simulated]")
    slow_cadence_s: float = _(8, "s", 4, 25, "… and so does a cadence told more seldom than this [signal, simulated]")
    slow_altitude_s: float = _(8, "s", 4, 25, "… and an altitude told more seldom than this, at an even tick, has one or two values of a hill sprint [design]")
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
    held_fade: float = _(0.07, "", 0.04, 0.12, "… and of the one nearest to all-out, by the power of time with which speed falls, how long it was held [physiology, Riegel]")
    rest_part: float = _(0.1, "quantile", 0.02, 0.4, "the slowest part of a long best; of reps and strides more than this is recovery … [signal]")
    rest_mean_s: float = _(11, "s", 3, 61, "… in means over this: what is slower for longer is a recovery, no noise [design]")
    rest_share: float = _(0.8, "of its mean", 0.5, 0.95, "… and where it is slower than this, recoveries lie in the best, and it was not held: tempos and races have 0.80-0.98, reps, strides and fartlek 0.04-0.85 [signal, three runners; simulation]")
    heart_window_s: float = _(60, "s", 20, 300, "the highest heart rate is one held this long [design]")
    heart_lock_spm: float = _(2, "steps/min", 0, 15, "an optical sensor showing the cadence, give or take this, … [signal]")
    heart_lock_share: float = _(0.7, "", 0.1, 1, "… for more of the time has locked on to the steps [signal]")
    smoothing_lag_s: float = _(6, "s", 2, 15, "speed alone, later than this: hill sprints are smoothed away [signal]")
