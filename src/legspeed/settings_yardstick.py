"""Thresholds of the runner's own yardstick: how witnesses of 5 km speed and maximal speed are read and joined.

See :mod:`legspeed.settings`, which names them all. ``*_short`` is by how much a witness of its sort usually stays below
what the runner could have done, ``*_error`` the standard error of what is left, both as shares. Where they come from:
training is run below racing, by how much is known from coaching tables and from runners whose race times stand beside
their training files.
"""

from __future__ import annotations

from dataclasses import dataclass

from legspeed.threshold import Group
from legspeed.threshold import threshold as _

# One threshold, one line: value, unit, range and reason side by side.
# fmt: off


@dataclass(frozen=True, slots=True)
class Yardsticks(Group):
    """The runner's 5 km speed and maximal speed, from the season's own best efforts."""

    shortest_s: float = _(240, "s", 120, 600, "shorter bests hold too much anaerobic reserve for the curve [physiology]")
    longest_s: float = _(3600, "s", 900, 20_000, "longer bests are limited by other things [physiology]")
    fatigue: float = _(0.07, "", 0.04, 0.12, "speed falls with this power of time; 0.06-0.08 in records [physiology, Riegel]")
    rank: float = _(2, "", 1, 10, "the second best session: one spike, downhill or bike ride changes nothing [design]")
    lookback_d: float = _(180, "d", 30, 730, "sessions this far on either side count: form moves over months [design]")
    form_per_day: float = _(0.0003, "1/d", 0, 0.003, "… by so much, 1 % in a month: what a run shows says less of a day further off [physiology: training moves 5 km by 2-5 % in three months]")
    least_sessions: float = _(3, "", 1, 50, "fewer sessions in reach: all of the season is used [design]")
    easy_span: float = _(1.15, "", 1.0, 1.5, "a run whose median is this much above the season's easy speed shows no easy cadence [signal]")
    familiar_runs: float = _(8, "runs", 3, 50, "from so many on a runner's easy speed is known, and with it what he cannot run [design]")
    easy_ratio: float = _(1.20, "", 1.0, 1.6, "5 km speed is at least this much above easy speed [physiology]")
    easy_error: float = _(0.08, "", 0.02, 0.3, "… give or take this against a race or a session of reps: many run 0.80-0.88 of 5 km speed on easy days [signal, a runner with races; coaching texts]")
    five_k_default_mps: float = _(3.6, "m/s", 2, 7, "23 minutes: used, and said, where nothing is known [design]")
    five_k_least_mps: float = _(2.0, "m/s", 1, 3, "41:40 over 5 km: slower is walking, or standing about [physiology]")
    five_k_most_mps: float = _(6.7, "m/s", 6, 8, "12:26 over 5 km: nobody runs it faster [physiology, the record is 12:35]")
    max_floor: float = _(1.45, "× 5 km speed", 1.2, 2, "reserve of elite 1500 m men, the smallest known [physiology]")
    max_cap: float = _(3.0, "× 5 km speed", 2, 4, "a 30-minute runner may sprint 6.5 m/s [design]")
    hard_max_mps: float = _(12.5, "m/s", 10, 15, "nobody runs faster [physiology]")
    max_confidence: float = _(0.7, "", 0.5, 1, "a burst must be this sure to show maximal speed [design]")
    held_s: float = _(480, "s", 300, 1800, "a best held this long is a race or a tempo, no spike: one session is enough [signal]")
    held_even: float = _(1.2, "", 1.05, 1.5, "… and some minutes of it were no faster than this: the most that racing loses from 4 minutes to 8, by 1.05, and a slow half besides; else it is a jump with easy running around it [physiology]")
    stepped_guard: float = _(0.44, "", 0.05, 2, "… with its steps counted it was run, however far above the next two [signal]")
    held_guard: float = _(0.25, "", 0.05, 1, "… unless this far above the next two: a ride [physiology]")
    guard: float = _(0.12, "", 0.03, 0.5, "a mark this far above the next two sessions is no mark of the runner [design]")
    ride_share: float = _(0.5, "", 0.1, 1, "a recording carried for more of its moving time is a ride [design]")
    carried_most_s: float = _(60, "s", 10, 600, "where no steps are counted, a recording with a longer ride in it shows no bests: the slower part of the ride would be one [signal]")
    ride_ratio: float = _(1.5, "× usual easy speed", 1.3, 3, "a whole recording this fast, and without cadence: a ride … [physiology]")
    ride_pedalled: float = _(1.75, "× usual easy speed", 1.5, 3, "… or this fast, easy running being 0.6 of 5 km speed at least, … [physiology]")
    ride_steps_spm: float = _(9, "steps/min", 0, 20, "… with a cadence no more than this above the usual one: running so much faster takes 4-9 more for each m/s, a crank turns at 60-95 [physiology]")
    ride_heart: float = _(0.72, "of the season's highest", 0.5, 0.9, "… or, without steps, faster than easy running on the whole with a heart that never gets higher: easy running takes 0.65-0.79, faster running more [physiology]")
    race_span: float = _(1.12, "× usual easy speed", 1.05, 1.5, "a race is at least this much faster: easy is 0.65-0.80 of 5 km speed, of slower runners up to 0.88 [physiology; signal, a runner with races]")
    race_even: float = _(1.08, "", 1, 1.3, "of such a recording the best 8 minutes are no faster than this over its mean: else it is a progression, or a tempo with easy running around it [signal]")
    race_error: float = _(0.025, "", 0.005, 0.1, "hard from start to end of the recording: a race or a trial; course, weather and day move it so much [signal]")
    heart_top: float = _(0.98, "of the season's highest", 0.9, 1, "heart rate near the end of an all-out effort of 20 minutes [physiology, a 5 km race]")
    heart_fall: float = _(0.028, "", 0, 0.06, "… less by this with each doubling of the time: 0.93 at the end of an hour [physiology]")
    heart_slope: float = _(1.15, "", 0.5, 2.5, "speed in reserve per share of heart rate in reserve, for hard running [signal, a runner with races]")
    heart_least: float = _(0.85, "of the season's highest", 0.7, 0.95, "lower, in a hard stretch, is a sensor at fault: nothing is read from it [signal]")
    heart_most: float = _(0.08, "", 0, 0.2, "no heart rate speaks for more in reserve than this: steady running is no witness [design]")
    heart_trained: float = _(0.98, "of what racing shows", 0.9, 1, "the season's highest heart rate where nobody raced: reps reach 0.93-0.97 of the maximum, a race 0.97-1 [physiology]")
    heart_runs: float = _(3, "", 1, 50, "runs with heart rate needed to know the season's highest [design]")
    indoor_watch: float = _(0.08, "", 0, 0.2, "a watch without positions reads wrong by this, the same each time … [signal, makers' own figures: 5-15 %]")
    indoor_belt: float = _(0.06, "", 0, 0.2, "… and by this, another each time: belts, sensors set anew [design]")
    indoor_easy: float = _(0.07, "", 0.02, 0.2, "easy speed scatters so from run to run [signal: 4-9 % in six runners]")
    indoor_small: float = _(0.03, "", 0, 0.1, "so much is no fault of a sensor: indoors is level, and never stops [signal]")
    indoor_least_s: float = _(600, "s", 120, 3600, "a shorter run holds too little easy running to tell [design]")
    indoor_most: float = _(0.25, "", 0, 0.5, "further off is no belt but another kind of run [design]")
    indoor_error: float = _(0.05, "", 0, 0.2, "what is left unknown once indoor runs are set right by easy running: of the three above with a few runs [signal]")
    hard_span: float = _(1.10, "× usual easy speed", 1, 1.3, "slower than this is steady, no tempo [physiology]")
    tempo_short: float = _(0.045, "", 0, 0.15, "a tempo, or part of a session, without a heart rate: threshold is 0.92-0.96 of 5 km speed [physiology, coaching tables]")
    tempo_error: float = _(0.045, "", 0.01, 0.2, "… [signal]")
    heart_error: float = _(0.035, "", 0.01, 0.2, "the same with a heart rate: heat, drift and the sensor [physiology]")
    rep_least_s: float = _(100, "s", 60, 300, "shorter reps hold too much anaerobic reserve [signal: 400s overstate by 5-10 %]")
    rep_most_s: float = _(600, "s", 240, 1200, "longer ones are tempo [design]")
    rep_count: float = _(3, "", 2, 10, "reps that make a session [design]")
    rep_rest_s: float = _(420, "s", 60, 900, "longer recoveries part two sessions [design]")
    rep_alike: float = _(0.35, "", 0.1, 1, "reps of one session last alike, within this share of their median [design]")
    rep_parts: float = _(0.02, "", 0, 0.2, "a rep that holds several, faster than the whole by this, is these and their recoveries: a minute at a jog in nine takes 4 % [design]")
    rep_rise: float = _(1.10, "", 1.02, 1.5, "a rep is this much faster than what lies around it [design]")
    rep_even: float = _(0.93, "of the median", 0.7, 1, "lower quartile of a rep: held, not surged [design]")
    rep_recovery_s: float = _(300, "s", 50, 500, "what a rep has cost fades with this time constant in the recovery [physiology, Ferguson 2010: half of it in 234 ± 32 s, of which this is the quicker end]")
    rep_short: float = _(0.0, "", -0.05, 0.15, "… the best session of ten weeks stays this far below racing [signal: -5 to +4 % in three runners]")
    rep_error: float = _(0.035, "", 0.01, 0.2, "… [signal, the same]")
    brief_least_s: float = _(50, "s", 30, 90, "reps of about a minute, 400s, say less: … [design]")
    brief_short: float = _(-0.10, "", -0.3, 0.1, "… anaerobic reserve puts them this far above what they amount to over 5 km [signal: 7 to 15 % in four runners]")
    brief_error: float = _(0.08, "", 0.01, 0.2, "… and by how much differs more between runners than in longer ones [signal, the same]")
    lone_short: float = _(0.03, "", 0, 0.15, "… the only session of its sort, where nobody raced, stays this further below what the best of several shows, give or take as much: sessions differ by 2-8 % [signal, five runners and simulation]")
    lucky: float = _(8, "sessions", 2, 100, "of so many training sessions of one sort one is passed over: the best is the luckiest, too [design]")
    behind_errors: float = _(1.5, "standard errors", 0.5, 4, "what a mark surely says: so much less than it shows [design]")
    held_back_errors: float = _(1, "standard errors", 0.5, 4, "a witness this far below what another one surely says was held back: passed over; nearer, it counts for less [design]")
    training_error: float = _(0.035, "", 0, 0.1, "no estimate from training alone is better than this [signal]")
    reach_most: float = _(0.25, "", 0, 0.5, "5 km speed is at most this far above what was held for 4 minutes and more: with rests of half a rep, stood or walked, 4 minutes hold 0.7-0.8 of the speed of the reps [signal]")
    error_least: float = _(0.02, "", 0.005, 0.1, "no estimate is better than the day's form [physiology]")
    rank_share: float = _(0.05, "", 0, 0.5, "of the sessions with sure efforts are passed over as jumps, if that is more than the rank: peaks err upwards [signal]")
    many_efforts: float = _(6, "", 3, 30, "of so many efforts in a run the third fastest stands for it, else the second: a jump comes once [signal]")
    peak_most: float = _(1.08, "of its plateau", 1, 1.3, "the best 3 s of an effort are no faster: 1.03-1.09 in true ones, more in jumps [signal]")
    rested_s: float = _(12, "s", 6, 20, "efforts no longer than this, … [physiology]")
    rest_ratio: float = _(5, "× effort", 2, 20, "… with rests of at least this, are meant to be nearly all-out: sprints, hill sprints [coaching texts]")
    sprint_short: float = _(0.06, "", 0, 0.2, "the usual session of nearly all-out efforts stays this far below maximal speed … [physiology, Sports 2018: told 90 %, ran 89 ± 6 %]")
    sprint_spread: float = _(0.03, "", 0, 0.1, "… give or take: of many the best ones stay less below [physiology, the same: half of it is the measurement's]")
    sprint_error: float = _(0.06, "", 0.01, 0.2, "… [physiology, the same]")
    stride_short: float = _(0.13, "", 0, 0.3, "the usual session of strides or reps, meant at 75-90 % of it, stays this far below … [coaching texts]")
    stride_spread: float = _(0.05, "", 0, 0.15, "… give or take: a season's fastest stay 0-10 % below [coaching texts; signal, three runners]")
    stride_error: float = _(0.07, "", 0.01, 0.3, "… [coaching texts]")
    usual_max_mps: float = _(4.0, "m/s", 2, 6, "maximal speed of runners: this … [physiology: 9.2 at 6.4 of elite men, 6-8 of recreational runners]")
    usual_max_ratio: float = _(0.815, "× 5 km speed", 0.3, 1.5, "… plus this [physiology, the same]")
    usual_max_error: float = _(0.12, "", 0.03, 0.3, "… give or take [physiology]")
    aerobic_ratio: float = _(1.05, "× 5 km speed", 0.9, 1.3, "all-out speed falls from the maximum towards this with … [physiology, Bundle 2003]")
    fade_per_s: float = _(0.013, "1/s", 0.005, 0.03, "… this rate [physiology, Bundle 2003]")
    start_s: float = _(3, "s", 0, 6, "… after so long: the edges at half the rise leave a part of the start in [physiology]")
