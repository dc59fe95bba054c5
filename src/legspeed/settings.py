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
from typing import Any, Final

from legspeed.settings_measuring import RECORD_SPEEDS_MPS as RECORD_SPEEDS_MPS
from legspeed.settings_measuring import Evidence as Evidence
from legspeed.settings_measuring import Picking as Picking
from legspeed.settings_measuring import Signal as Signal
from legspeed.settings_measuring import Slope as Slope
from legspeed.settings_reading import USUAL_MEDIANS as USUAL_MEDIANS
from legspeed.settings_reading import Cleaning as Cleaning
from legspeed.settings_reading import Limits as Limits
from legspeed.settings_season import Gaps as Gaps
from legspeed.settings_season import Notes as Notes
from legspeed.settings_season import Periods as Periods
from legspeed.settings_season import Score as Score
from legspeed.settings_yardstick import Yardsticks as Yardsticks
from legspeed.threshold import Group, changed_groups
from legspeed.threshold import threshold as _

# One threshold, one line: value, unit, range and reason side by side.
# fmt: off


@dataclass(frozen=True, slots=True)
class Judging(Group):
    """How a burst is judged: the gate by duration, and the weights of the witnesses (log-odds)."""

    short_s: float = _(15, "s", 5, 30, "up to here the gate is a share of maximal speed … [physiology]")
    long_s: float = _(35, "s", 20, 60, "… from here on a multiple of 5 km speed; in between it slides [physiology]")
    unsure_margin: float = _(0.08, "", 0, 0.3, "long reps, and what positions alone show, must beat an unsure 5 km speed by this much more [design]")
    hill_gate_grade: float = _(0.03, "", 0.01, 0.1, "from this slope on the hill's gate holds [design]")
    mid_share: float = _(0.92, "of the gate", 0.6, 1, "median of an effort: more than half of it is fast [signal]")
    low_share: float = _(0.80, "of the gate", 0.5, 1, "lower quartile of an effort: its ramps may be slower, no float may [signal]")
    ramp_s: float = _(2, "s", 0, 5, "… and last so long at either end, from half of a rise out of a stand to that speed: 263 timed reps on three watches took 1 to 3 s; less out of a walk or a run [signal]")
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
    peak_most: float = _(1.35, "× maximal speed", 1.1, 2, "a higher peak of which recorded speed shows less than `support_even` is a jump, whatever repeats: the maximum is known to 5-12 %, a peak to 3-5 % [signal]")
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


@dataclass(frozen=True, slots=True)
class Together(Group):
    """How recordings become one season."""

    same_start_s: float = _(1, "s", 0, 60, "two recordings that start this close to one another may be one run, twice [design]")
    same_elapsed_s: float = _(5, "s", 0, 600, "… and are, when they also last as long, give or take this [design]")
    same_overlap: float = _(0.9, "of the shorter", 0.5, 1, "two recordings sharing this much time may be one run, one of them cut [design]")
    same_distance: float = _(0.02, "", 0, 0.2, "… if both covered the same way in that time, give or take this [signal]")
    same_shape: float = _(0.5, "", 0, 1, "… in like minutes: least correlation of the metres of each minute [signal]")
    same_even: float = _(0.02, "", 0, 0.1, "… or both as even as an easy run on the flat: spread of the minutes [signal]")
    same_clock_s: float = _(60, "s", 0, 300, "the clocks of two devices may be this far apart; then the minutes must agree as well as below [design]")
    shift_h: float = _(14, "h", 0, 26, "a copy's clock may be off by whole quarter hours up to here: local time taken for UTC [design]")
    shift_shape: float = _(0.75, "", 0.3, 1, "then, where both begin and end at the same second, the minutes must agree this well … [signal]")
    shift_spread: float = _(0.07, "", 0, 0.3, "… and differ by no more than this: what positions make of a watch's own distance [signal]")
    shift_cut_shape: float = _(0.95, "", 0.5, 1, "where one of them is cut, too, they must agree this well … [signal]")
    shift_cut_spread: float = _(0.015, "", 0, 0.1, "… and differ by no more than this: the same session run twice leaves 0.02 [signal]")
    same_heart_bpm: float = _(0.5, "beats/min", 0, 5, "… or the heart rates of their minutes, where both have them: rounding [signal]")
    heart_varies_bpm: float = _(2, "beats/min", 0.5, 20, "least spread of a heart rate by which a run is known: a stuck sensor shows none [signal]")
    shift_minutes: float = _(8, "min", 2, 60, "fewer minutes in common cannot show that another clock's run is the same [design]")
    listed_s: float = _(30, "s", 1, 600, "an export's list may name a start so far from the first record: nobody starts two activities in that time [design]")
    strike_s: float = _(7, "s", 0, 30, "a struck-out effort is the one that begins nearest, give or take this: by itself a run does not show that its watch is late, by up to 6 s, and a report rounds [signal]")


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
