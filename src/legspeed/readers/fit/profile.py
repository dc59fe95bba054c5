"""Facts of the FIT profile that we need: numbers of messages and fields, scales, base types, words for enums.

Source: Garmin's published FIT profile 21 and the FIT protocol description. Nothing here is code of theirs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from legspeed.readers.content import FIT_WITHOUT_ACTIVITY

#: Seconds from 1970-01-01T00:00Z to FIT's epoch, 1989-12-31T00:00Z.
FIT_EPOCH_S: Final = 631_065_600

# ---------------------------------------------------------------------------------------------------- base types


class BaseType(NamedTuple):
    """How the bytes of a field are read: struct and numpy letters, bytes per element, the value that means *none*."""

    name: str
    letter: str
    numpy: str
    width: int
    sentinel: int | None


_TYPES: Final = (
    (0x00, BaseType("enum", "B", "u1", 1, 0xFF)),
    (0x01, BaseType("sint8", "b", "i1", 1, 0x7F)),
    (0x02, BaseType("uint8", "B", "u1", 1, 0xFF)),
    (0x83, BaseType("sint16", "h", "i2", 2, 0x7FFF)),
    (0x84, BaseType("uint16", "H", "u2", 2, 0xFFFF)),
    (0x85, BaseType("sint32", "i", "i4", 4, 0x7FFFFFFF)),
    (0x86, BaseType("uint32", "I", "u4", 4, 0xFFFFFFFF)),
    (0x07, BaseType("string", "s", "", 1, None)),
    (0x88, BaseType("float32", "f", "f4", 4, None)),
    (0x89, BaseType("float64", "d", "f8", 8, None)),
    (0x0A, BaseType("uint8z", "B", "u1", 1, 0)),
    (0x8B, BaseType("uint16z", "H", "u2", 2, 0)),
    (0x8C, BaseType("uint32z", "I", "u4", 4, 0)),
    (0x0D, BaseType("byte", "B", "u1", 1, 0xFF)),
    (0x8E, BaseType("sint64", "q", "i8", 8, 0x7FFFFFFFFFFFFFFF)),
    (0x8F, BaseType("uint64", "Q", "u8", 8, 0xFFFFFFFFFFFFFFFF)),
    (0x90, BaseType("uint64z", "Q", "u8", 8, 0)),
)

#: Base type by the byte in a definition. Bit 7 only repeats "wider than a byte"; some writers leave it out.
BASE_TYPES: Final = {**{code & 0x7F: kind for code, kind in _TYPES}, **dict(_TYPES)}
KNOWN_BASES: Final = bytes(sorted(BASE_TYPES))

# ---------------------------------------------------------------------------------------------------- messages

FILE_ID, SPORT, SESSION, LAP, RECORD, EVENT, DEVICE_INFO = 0, 12, 18, 19, 20, 21, 23
WORKOUT, WORKOUT_STEP, ACTIVITY, FIELD_DESCRIPTION, DEVELOPER_ID, SET = 26, 27, 34, 206, 207, 225
EXERCISE_TITLE: Final = 264

#: The messages that are decoded; every other one is skipped by its size.
NEEDED: Final = frozenset(
    {
        FILE_ID,
        SPORT,
        SESSION,
        LAP,
        RECORD,
        EVENT,
        DEVICE_INFO,
        WORKOUT,
        WORKOUT_STEP,
        ACTIVITY,
        FIELD_DESCRIPTION,
        DEVELOPER_ID,
        SET,
        EXERCISE_TITLE,
    }
)

#: Messages that are always written with a right time, as those of sensors and settings are not.
TIMED: Final = frozenset({RECORD, LAP, SESSION, EVENT, ACTIVITY})

MESSAGE_NAMES: Final[dict[int, str]] = {
    0: "file_id", 1: "capabilities", 2: "device_settings", 3: "user_profile", 4: "hrm_profile", 5: "sdm_profile",
    6: "bike_profile", 7: "zones_target", 8: "hr_zone", 9: "power_zone", 10: "met_zone", 12: "sport",
    13: "training_settings", 15: "goal", 18: "session", 19: "lap", 20: "record", 21: "event", 23: "device_info",
    26: "workout", 27: "workout_step", 28: "schedule", 30: "weight_scale", 31: "course", 32: "course_point",
    33: "totals", 34: "activity", 35: "software", 37: "file_capabilities", 38: "mesg_capabilities",
    39: "field_capabilities", 49: "file_creator", 51: "blood_pressure", 53: "speed_zone", 55: "monitoring",
    72: "training_file", 78: "hrv", 80: "ant_rx", 81: "ant_tx", 82: "ant_channel_id", 101: "length",
    103: "monitoring_info", 104: "battery", 105: "pad", 106: "slave_device", 127: "connectivity",
    128: "weather_conditions", 129: "weather_alert", 131: "cadence_zone", 132: "hr", 142: "segment_lap",
    145: "memo_glob", 148: "segment_id", 149: "segment_leaderboard_entry", 150: "segment_point", 151: "segment_file",
    158: "workout_session", 159: "watchface_settings", 160: "gps_metadata", 161: "camera_event",
    162: "timestamp_correlation", 164: "gyroscope_data", 165: "accelerometer_data",
    167: "three_d_sensor_calibration", 169: "video_frame", 174: "obdii_data", 177: "nmea_sentence",
    178: "aviation_attitude", 184: "video", 185: "video_title", 186: "video_description", 187: "video_clip",
    188: "ohr_settings", 200: "exd_screen_configuration", 201: "exd_data_field_configuration",
    202: "exd_data_concept_configuration", 206: "field_description", 207: "developer_data_id",
    208: "magnetometer_data", 209: "barometer_data", 210: "one_d_sensor_calibration", 211: "monitoring_hr_data",
    216: "time_in_zone", 225: "set", 227: "stress_level", 229: "max_met_data", 258: "dive_settings",
    259: "dive_gas", 262: "dive_alarm", 264: "exercise_title", 268: "dive_summary", 269: "spo2_data",
    275: "sleep_level", 285: "jump", 289: "aad_accel_features", 290: "beat_intervals", 297: "respiration_rate",
    312: "split", 313: "split_summary", 317: "climb_pro", 319: "tank_update", 323: "tank_summary",
    346: "sleep_assessment", 370: "hrv_status_summary", 371: "hrv_value", 372: "raw_bbi",
    375: "device_aux_battery_info", 387: "chrono_shot_session", 388: "chrono_shot_data",
}  # fmt: skip

ACTIVITY_FILE: Final = 4
#: What a file holds, by the type in its file_id.
FILE_TYPES: Final = {**FIT_WITHOUT_ACTIVITY, ACTIVITY_FILE: "activity"}

TIMESTAMP: Final = 253

# ---------------------------------------------------------------------------------------------------- record


class Source(NamedTuple):
    """A field of the record that feeds a channel: SI value = raw / scale · factor - offset.

    ``widened`` is a sentinel of the narrower twin that some writers copy into the wide field instead of its own.
    """

    number: int
    scale: float = 1.0
    offset: float = 0.0
    widened: int | None = None
    factor: float = 1.0


#: Positions count half turns in 2^31; dividing by a power of two first keeps the one rounding exact.
_HALF_TURN: Final = 2.0**31

#: Channels of the record and their fields, best first. A later field only fills what the earlier leaves open.
RECORD_SOURCES: Final[dict[str, tuple[Source, ...]]] = {
    "latitude_deg": (Source(0, _HALF_TURN, factor=180.0),),
    "longitude_deg": (Source(1, _HALF_TURN, factor=180.0),),
    "altitude_m": (Source(78, 5.0, 500.0, 0xFFFF), Source(2, 5.0, 500.0)),
    "distance_m": (Source(5, 100.0),),
    "speed_mps": (Source(73, 1000.0, 0.0, 0xFFFF), Source(6, 1000.0)),
    "heart_rate_bpm": (Source(3),),
    "power_w": (Source(7),),
    "step_length_m": (Source(85, 10_000.0),),
    "stance_time_s": (Source(41, 10_000.0),),
    "vertical_oscillation_m": (Source(39, 10_000.0),),
    "temperature_c": (Source(13),),
}
CADENCE_FIELD, FRACTIONAL_CADENCE_FIELD, CADENCE256_FIELD = 4, 53, 52
FRACTIONAL_CADENCE_SCALE: Final = 128.0
CADENCE256_SCALE: Final = 256.0
#: Three bytes: 12 bits of speed (1/100 m/s), then 12 bits of a distance that wraps (1/16 m).
COMPRESSED_SPEED_DISTANCE_FIELD: Final = 8
COMPRESSED_SPEED_SCALE: Final = 100.0
COMPRESSED_DISTANCE_SCALE: Final = 16.0

# ---------------------------------------------------------------------------------------------------- words

SPORTS: Final[dict[int, str]] = {
    0: "generic", 1: "running", 2: "cycling", 3: "transition", 4: "fitness_equipment", 5: "swimming",
    6: "basketball", 7: "soccer", 8: "tennis", 9: "american_football", 10: "training", 11: "walking",
    12: "cross_country_skiing", 13: "alpine_skiing", 14: "snowboarding", 15: "rowing", 16: "mountaineering",
    17: "hiking", 18: "multisport", 19: "paddling", 20: "flying", 21: "e_biking", 22: "motorcycling", 23: "boating",
    24: "driving", 25: "golf", 26: "hang_gliding", 27: "horseback_riding", 28: "hunting", 29: "fishing",
    30: "inline_skating", 31: "rock_climbing", 32: "sailing", 33: "ice_skating", 34: "sky_diving",
    35: "snowshoeing", 36: "snowmobiling", 37: "stand_up_paddleboarding", 38: "surfing", 39: "wakeboarding",
    40: "water_skiing", 41: "kayaking", 42: "rafting", 43: "windsurfing", 44: "kitesurfing", 45: "tactical",
    46: "jumpmaster", 47: "boxing", 48: "floor_climbing", 49: "baseball", 53: "diving", 56: "shooting",
    58: "winter_sport", 59: "grinding", 62: "hiit", 63: "video_gaming", 64: "racket", 65: "wheelchair_push_walk",
    66: "wheelchair_push_run", 67: "meditation", 68: "para_sport", 69: "disc_golf", 70: "team_sport",
    71: "cricket", 72: "rugby", 73: "hockey", 74: "lacrosse", 75: "volleyball", 76: "water_tubing",
    77: "wakesurfing", 78: "water_sport", 79: "archery", 80: "mixed_martial_arts", 81: "motor_sports",
    82: "snorkeling", 83: "dance", 84: "jump_rope", 85: "pool_apnea", 86: "mobility", 87: "geocaching",
    88: "canoeing", 254: "all",
}  # fmt: skip

SUB_SPORTS: Final[dict[int, str]] = {
    0: "generic", 1: "treadmill", 2: "street", 3: "trail", 4: "track", 5: "spin", 6: "indoor_cycling", 7: "road",
    8: "mountain", 9: "downhill", 10: "recumbent", 11: "cyclocross", 12: "hand_cycling", 13: "track_cycling",
    14: "indoor_rowing", 15: "elliptical", 16: "stair_climbing", 17: "lap_swimming", 18: "open_water",
    19: "flexibility_training", 20: "strength_training", 21: "warm_up", 22: "match", 23: "exercise",
    24: "challenge", 25: "indoor_skiing", 26: "cardio_training", 27: "indoor_walking", 28: "e_bike_fitness",
    29: "bmx", 30: "casual_walking", 31: "speed_walking", 32: "bike_to_run_transition",
    33: "run_to_bike_transition", 34: "swim_to_bike_transition", 37: "backcountry", 38: "resort",
    42: "skate_skiing", 43: "yoga", 44: "pilates", 45: "indoor_running", 46: "gravel_cycling",
    47: "e_bike_mountain", 48: "commuting", 49: "mixed_surface", 50: "navigate", 51: "track_me", 52: "map",
    58: "virtual_activity", 59: "obstacle", 62: "breathing", 66: "expedition", 67: "ultra",
    68: "indoor_climbing", 69: "bouldering", 70: "hiit", 73: "amrap", 74: "emom", 75: "tabata", 77: "esport",
    78: "triathlon", 79: "duathlon", 80: "brick", 81: "swim_run", 82: "adventure_race", 123: "enduro",
    124: "rucking", 254: "all",
}  # fmt: skip

INTENSITIES: Final = {0: "active", 1: "rest", 2: "warmup", 3: "cooldown", 4: "recovery", 5: "interval", 6: "other"}
LAP_TRIGGERS: Final = {
    0: "manual", 1: "time", 2: "distance", 3: "position_start", 4: "position_lap", 5: "position_waypoint",
    6: "position_marked", 7: "session_end", 8: "fitness_equipment",
}  # fmt: skip
STEP_DURATIONS: Final = {
    0: "time", 1: "distance", 2: "hr_less_than", 3: "hr_greater_than", 4: "calories", 5: "open",
    6: "repeat_until_steps_complete", 7: "repeat_until_time", 8: "repeat_until_distance",
    9: "repeat_until_calories", 10: "repeat_until_hr_less_than", 11: "repeat_until_hr_greater_than",
    12: "repeat_until_power_less_than", 13: "repeat_until_power_greater_than", 14: "power_less_than",
    15: "power_greater_than", 28: "repetition_time", 29: "repetitions", 31: "time_only",
}  # fmt: skip
#: Step durations whose value is a time (1/1000 s) or a distance (1/100 m).
STEP_TIMES: Final = frozenset({"time", "repetition_time", "time_only"})
STEP_DISTANCES: Final = frozenset({"distance"})

TIMER_EVENT: Final = 0
TIMER_STARTS: Final = frozenset({0})
TIMER_STOPS: Final = frozenset({1, 4, 8, 9})
AUTO_TRIGGER: Final = 1


def word(table: dict[int, str], number: int | None, what: str) -> str | None:
    """Return the word for `number`, ``what_17`` for one that the table does not know, None for None."""
    if number is None:
        return None
    return table.get(number) or f"{what}_{number}"
