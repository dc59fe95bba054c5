"""Thresholds of reading: what an input may cost, and how it is cleaned. See :mod:`legspeed.settings`, which names them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from legspeed.threshold import Group
from legspeed.threshold import threshold as _

# One threshold, one line: value, unit, range and reason side by side.
# fmt: off


#: Lowest and highest median of a run, in the channel's own unit (a distance: in m/s, by its growth; a cadence: of one leg
#: or both). Asked only of developer fields that do not say their unit: what lies outside is left where it is.
USUAL_MEDIANS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({
    "speed_mps": (0.8, 4.5),  # from a slow walk on; 4.5 in km/h is a stroll, and no run's 16 km/h in m/s [physiology]
    "distance_m": (0.8, 6.5),  # 6.6 m/s is the 5000 m record: feet, yards and km grow at another rate [physiology]
    "cadence_per_min": (45.0, 220.0),  # one leg of a walker to both feet of a quick-stepping runner [physiology]
    "heart_rate_bpm": (50.0, 210.0),  # nobody runs at a resting rate, or above what hearts do [physiology]
    "power_w": (50.0, 700.0),  # a light walker to a heavy miler; kW and W/kg are far below [physiology]
    "step_length_m": (0.3, 2.5),  # a shuffle to a sprinter's step; in mm, cm or feet far above [physiology]
    "stance_time_s": (0.1, 0.6),  # a sprinter's contact to a walker's [physiology]
    "vertical_oscillation_m": (0.02, 0.2),  # runners move 6 to 12 cm up and down [physiology]
})


@dataclass(frozen=True, slots=True)
class Limits(Group):
    """What an input may cost at most. Reached: the problem ``limit`` and the rest of the batch goes on."""

    file_bytes: float = _(64 * 2**20, "bytes", 1e3, 2**33, "one file, decompressed: a 24 h FIT has 4 MB [signal]")
    archive_bytes: float = _(8 * 2**30, "bytes", 1e3, 2**40, "bytes read out of one archive in all [design]")
    archive_entries: float = _(200_000, "", 1, 1e7, "entries of one archive; ten years of a watch have 30,000 [design]")
    archive_depth: float = _(3, "", 1, 10, "archives inside archives; Garmin's account export needs 2 [design]")
    compression_ratio: float = _(200, "", 2, 1e5, "expansion above 1 MiB; FIT has 3, GPX 15, zeros 1000 [signal]")
    xml_depth: float = _(64, "", 8, 1000, "elements inside elements; GPX and TCX need 9 [signal]")
    xml_text_chars: float = _(65_536, "", 256, 1e8, "length of one text; a note has a few hundred [design]")
    xml_names: float = _(1000, "", 50, 1e6, "different names in one file; GPX and TCX have about 60 [signal]")
    activities: float = _(1000, "", 1, 1e6, "activities in one file: a watch's whole memory in one GPX [design]")
    xml_damages: float = _(100, "", 0, 1e5, "damaged places of one file that reading steps over [design]")
    samples: float = _(5_000_000, "", 1000, 1e9, "records in one file: 58 days at 1 s [design]")
    fit_definitions: float = _(20_000, "", 16, 1e6, "distinct FIT message definitions; a watch has 60 [signal]")
    fit_parts: float = _(100, "", 1, 10_000, "FIT files chained in one; a triathlon with a strap has 4 [design]")
    fit_resyncs: float = _(200, "", 1, 100_000, "damaged places after which the rest of a FIT file is dropped [design]")
    fit_resync_bytes: float = _(2**20, "bytes", 256, 2**28, "bytes searched behind damage for a message [design]")
    fit_clock_s: float = _(259_200, "s", 600, 1e7, "neighbouring FIT messages further apart in time mark damage: 3 days [design]")
    span_s: float = _(14 * 86_400, "s", 3600, 1e9, "one recording lasts at most two weeks; more is a clock fault [design]")


@dataclass(frozen=True, slots=True)
class Cleaning(Group):
    """How `normalize` cleans."""

    back_step_s: float = _(5, "s", 0, 60, "records stepping back by no more are dropped [signal]")
    order_conflicts: float = _(0.05, "of instants", 0, 0.5, "records are put in the order of their times if no more instants have two values of one channel: laps may share their border [design]")
    order_shorter: float = _(0.5, "", 0.1, 0.9, "… and the way gets shorter than this where neighbours change: three times shorter with every two swapped, longer where a clock was set back [signal]")
    gap_s: float = _(10, "s", 2, 600, "silence longer than this is a gap: nothing may span it [design]")
    gap_intervals: float = _(5, "", 2, 100, "… or than this many usual recording intervals, if longer [design]")
    track_gap_s: float = _(1800, "s", 60, 86_400, "tracks of one file this far apart are separate activities [design]")
    segment_intervals: float = _(2, "", 1, 100, "a new track segment after no more usual intervals is a lap mark, no pause [design]")
    stretch_min_s: float = _(10, "s", 0, 600, "what lies between two jumps of the clock and is shorter is left out [design]")
    stretches_max: float = _(20, "", 1, 1000, "no more pieces are made of a recording whose clock jumps; the longest count [design]")
    lap_slack_s: float = _(5, "s", 0, 60, "watches round, and write laps late: laps fit give or take this [signal]")
    lap_lead_s: float = _(3600, "s", 0, 86_400, "the first lap may begin this long before the first record: no satellites yet [signal]")
    foot_speed_max_mps: float = _(12.5, "m/s", 8, 20, "nobody runs faster: 12.42 m/s measured over 20 m [physiology]")
    position_speed_max_mps: float = _(40.0, "m/s", 13, 500, "a point off by more than this speed both ways is a jump [signal]")
    position_slack_m: float = _(10, "m", 0, 1000, "two fixes may be this far apart whatever the time between: GPS noise [signal]")
    position_jump_points: float = _(5, "points", 1, 60, "up to this many fixes apart from the rest are a jump, more are another truth [design]")
    position_jump_share: float = _(0.2, "of points", 0.01, 1, "with more impossible steps than this it is a vehicle or no position at all [design]")
    distance_fall: float = _(0.1, "of the way", 0.001, 1, "a developer field's distance that falls by more is one of laps, not of the run [design]")
    way_unit_samples: float = _(60, "records", 10, 3600, "the unit of a speed or distance is told by no fewer records in motion [design]")
    way_unit_tolerance: float = _(0.1, "", 0.01, 0.25, "a speed this near 3.6 or 2.24 times what the rest shows is in km/h or mph, a distance near 1/1000 in km; all lie a factor of 1.6 apart [signal]")
    way_falls: float = _(0.5, "of its rises", 0.1, 1, "a distance that falls as often is one from record to record, if its sum is the way [design]")
    leg_cadence_low: float = _(45, "rpm", 20, 80, "moving median below this is no cadence of one leg [physiology]")
    leg_cadence_high: float = _(115, "rpm", 90, 140, "moving median above this counts both feet [physiology]")
    step_cadence_high: float = _(250, "steps/min", 200, 320, "moving median above this is no cadence at all [physiology]")
    foot_median_low_mps: float = _(1.8, "m/s", 0.5, 3, "moving median of an unnamed sport: slower is a walk or a hike [physiology]")
    foot_median_high_mps: float = _(6.5, "m/s", 4, 12, "… and faster is no foot: the 5000 m record averages 6.6 m/s [physiology]")
    sport_least_s: float = _(60, "s", 0, 3600, "a damaged file that names no sport fails where less of it is left: no run is that short, and no speed is told by it [design]")
    leg_cadence_sure: float = _(95, "rpm", 80, 110, "up to here a running median is one leg's whatever the format says [physiology]")
    walk_speed_max_mps: float = _(2.5, "m/s", 1.8, 3, "above the leg's sure range, faster than this is a fast leg, not a walk [physiology]")
    walk_leg_cadence_high: float = _(75, "rpm", 60, 90, "in a walk a median above this counts both feet: walkers take 90-130 steps [physiology]")
    cadence_samples: float = _(20, "records", 1, 600, "fewer samples decide no unit; the format's own meaning is taken then [design]")
    cadence_moving_mps: float = _(1.8, "m/s", 0.5, 3, "the unit is decided while faster than a walk [physiology]")
