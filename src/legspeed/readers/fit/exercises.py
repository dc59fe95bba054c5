"""The sets of a strength session, and which exercise each was: by the profile, its workout's step, or its title."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from legspeed.model import StrengthSet, WorkoutStep
from legspeed.readers.fit import profile, summary
from legspeed.readers.fit.profile import FIT_EPOCH_S
from legspeed.readers.fit.stream import ByNumber
from legspeed.readers.recording import RawLap

_ACTIVE_SET: Final = 1
_REST_WORDS: Final = frozenset({"rest", "recovery", "warmup", "cooldown"})

# The fields that are read of each kind of message, by their numbers in the profile.
_SET: Final = (254, 0, 3, 5, 6, 7, 8, 11)
_PLANNED: Final = (254, 10, 11)
_TITLE: Final = (0, 1, 2)

#: The same by the number of the message; those of the workout's step are joined by what `summary` reads.
READ: Final[Mapping[int, frozenset[int]]] = {
    profile.SET: frozenset(_SET),
    profile.WORKOUT_STEP: summary.READ[profile.WORKOUT_STEP] | frozenset(_PLANNED),
    profile.EXERCISE_TITLE: frozenset(_TITLE),
}

CATEGORIES: Final = {
    0: "bench_press", 1: "calf_raise", 2: "cardio", 3: "carry", 4: "chop", 5: "core", 6: "crunch", 7: "curl",
    8: "deadlift", 9: "flye", 10: "hip_raise", 11: "hip_stability", 12: "hip_swing", 13: "hyperextension",
    14: "lateral_raise", 15: "leg_curl", 16: "leg_raise", 17: "lunge", 18: "olympic_lift", 19: "plank", 20: "plyo",
    21: "pull_up", 22: "push_up", 23: "row", 24: "shoulder_press", 25: "shoulder_stability", 26: "shrug",
    27: "sit_up", 28: "squat", 29: "total_body", 30: "triceps_extension", 31: "warm_up", 32: "run", 33: "bike",
    34: "cardio_sensors", 35: "move", 36: "pose", 37: "banded_exercises", 38: "battle_rope", 39: "elliptical",
    40: "floor_climb", 41: "indoor_bike", 42: "indoor_row", 43: "ladder", 44: "sandbag", 45: "sled",
    46: "sledge_hammer", 47: "stair_stepper", 49: "suspension", 50: "tire", 52: "run_indoor", 53: "bike_outdoor",
}  # fmt: skip

#: Exercises by category and number: those filed under plyo, and the jumps that are filed elsewhere. Not the other
#: thousand: their category says enough.
EXERCISES: Final[Mapping[tuple[int, int], str]] = {
    (17, 64): "side_lunge_jump_off", (17, 71): "siff_jump_lunge", (17, 72): "weighted_siff_jump_lunge",
    (17, 90): "weighted_side_lunge_jump_off",
    (20, 0): "alternating_jump_lunge", (20, 1): "weighted_alternating_jump_lunge", (20, 2): "barbell_jump_squat",
    (20, 3): "body_weight_jump_squat", (20, 4): "weighted_jump_squat", (20, 5): "cross_knee_strike",
    (20, 6): "weighted_cross_knee_strike", (20, 7): "depth_jump", (20, 8): "weighted_depth_jump",
    (20, 9): "dumbbell_jump_squat", (20, 10): "dumbbell_split_jump", (20, 11): "front_knee_strike",
    (20, 12): "weighted_front_knee_strike", (20, 13): "high_box_jump", (20, 14): "weighted_high_box_jump",
    (20, 15): "isometric_explosive_body_weight_jump_squat", (20, 16): "weighted_isometric_explosive_jump_squat",
    (20, 17): "lateral_leap_and_hop", (20, 18): "weighted_lateral_leap_and_hop", (20, 19): "lateral_plyo_squats",
    (20, 20): "weighted_lateral_plyo_squats", (20, 21): "lateral_slide", (20, 22): "weighted_lateral_slide",
    (20, 23): "medicine_ball_overhead_throws", (20, 24): "medicine_ball_side_throw", (20, 25): "medicine_ball_slam",
    (20, 26): "side_to_side_medicine_ball_throws", (20, 27): "side_to_side_shuffle_jump",
    (20, 28): "weighted_side_to_side_shuffle_jump", (20, 29): "squat_jump_onto_box",
    (20, 30): "weighted_squat_jump_onto_box", (20, 31): "squat_jumps_in_and_out",
    (20, 32): "weighted_squat_jumps_in_and_out", (20, 33): "box_jump", (20, 34): "box_jump_overs",
    (20, 35): "box_jump_overs_over_the_box", (20, 36): "star_jump_squats", (20, 37): "jump_squat",
    (28, 89): "squat_jumps_in_n_out",
    (29, 2): "burpee_box_jump", (29, 3): "weighted_burpee_box_jump", (29, 15): "burpee_box_jump_over",
    (29, 16): "burpee_box_jump_step_up_over", (29, 19): "burpee_box_jump_over",
    (49, 10): "knee_drive_jump", (49, 32): "squat_jump",
}  # fmt: skip


def strength_sets(
    data: bytes, found: ByNumber, laps: Sequence[RawLap], steps: Sequence[WorkoutStep]
) -> tuple[StrengthSet, ...]:
    """Return the sets of a strength session in file order, rests between them left out.

    Where a file has no sets but its laps follow a workout whose steps are called jumps (bounding on a track, say), each
    such lap is one: the runner named it, nothing is guessed.
    """
    sets = _native(data, found, {step.index: step.name for step in steps})
    return sets or _named_laps(laps, steps)


def _native(data: bytes, found: ByNumber, step_names: Mapping[int, str | None]) -> tuple[StrengthSet, ...]:
    """Return the sets that the file has as such."""
    rows = summary.rows_of(data, found, profile.SET, _SET)
    if not rows:
        return ()
    planned_rows = summary.rows_of(data, found, profile.WORKOUT_STEP, _PLANNED)
    planned = {
        (order if index is None else index): (category, number)
        for order, (_pos, index, category, number) in enumerate(planned_rows)
    }
    titles = {
        (category, number): title
        for _pos, category, number, title in summary.rows_of(data, found, profile.EXERCISE_TITLE, _TITLE, (2,))
        if title
    }
    sets = []
    for _pos, stamp, duration, repetitions, kind, start, category, number, step in rows:
        if kind is not None and kind != _ACTIVE_SET:
            continue
        if category not in CATEGORIES:
            category, number = planned.get(step, (None, None))
        exercise = (category, number)
        sets.append(
            StrengthSet(
                _moment(stamp if start is None else start),
                None if duration is None else duration / 1000.0,
                CATEGORIES.get(category),
                repetitions,
                titles.get(exercise) or EXERCISES.get(exercise) or step_names.get(step),
            )
        )
    return tuple(sets)


def _named_laps(laps: Sequence[RawLap], steps: Sequence[WorkoutStep]) -> tuple[StrengthSet, ...]:
    """Return the laps of workout steps that are called jumps."""
    names = {step.index: step.name for step in steps if step.intensity not in _REST_WORDS}
    sets = (
        StrengthSet(
            None if lap.start_unix_s != lap.start_unix_s else _moment(lap.start_unix_s - FIT_EPOCH_S),
            lap.elapsed_s if lap.timer_s is None else lap.timer_s,
            None,
            None,
            names[lap.workout_step],
        )
        for lap in laps
        if lap.workout_step is not None and names.get(lap.workout_step) and lap.intensity not in _REST_WORDS
    )
    return tuple(one for one in sets if one.is_plyometric)


def _moment(fit_time: float | None) -> dt.datetime | None:
    """Return a FIT time as UTC."""
    if fit_time is None or not 0 <= fit_time < 2**32:
        return None
    return dt.datetime.fromtimestamp(fit_time + FIT_EPOCH_S, dt.UTC)
