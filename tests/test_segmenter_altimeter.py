"""How late an altitude is, and what a hill is then."""

import itertools

import numpy as np
import pytest

from builders_segmenter import recording, way
from legspeed.segmenter.altimeter import heights
from legspeed.segmenter.grade import grades_between
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SETTINGS = Settings()
SLOPE = SETTINGS.slope
STEEP = 0.08
#: Eight sprints of 10 s up a hill, each from a stand, and the walk back down to its foot.
SPRINT_M, WALK_MPS = 55.0, 1.25
REPS = way((120, 3.0), (30, 0.0), *[(10, 5.5), (4, 0.0), (SPRINT_M / WALK_MPS, -WALK_MPS), (30, 0.0)] * 8)


def grade_of(line, speed, known, start, stop):
    """Return grade, standard error, and that from lateness, of one stretch."""
    return [column[0] for column in grades_between(line, speed, known, np.array([start]), np.array([stop]), SLOPE)]


def hill(metres):
    """Return the altitude of a road that climbs evenly."""
    return 100.0 + STEEP * metres


def watch(how, *, late_s=0.0, filtered_s=0.0, noise_m=0.0, step_m=0.0, seed=0, channels=("position",)):
    """Return what a watch writes whose altitude is delayed, and filtered with a time constant."""

    def altitude(_, at_s):
        fine = np.arange(-30.0, how.length_s + 1.0, 0.1)
        read = hill(how.metres(fine - late_s))
        if filtered_s:
            kept = np.exp(-0.1 / filtered_s)
            read = np.array(list(itertools.accumulate(read, lambda old, new: kept * old + (1 - kept) * new)))
        read = np.interp(at_s, fine, read) + np.random.default_rng(seed).normal(0, 1, at_s.size) * noise_m
        return np.round(read / step_m) * step_m if step_m else read

    line = timeline(recording(how, channels, altitude=altitude), SETTINGS.signal)
    return line, speed_curve(line, SETTINGS.signal).speed_mps


def told(line, speed, noise_m=0.15):
    return heights(line, speed, noise_m, SETTINGS.signal, SLOPE)


def sprints(line, speed, noise_m=0.15):
    """Return grade and error of each sprint."""
    known = told(line, speed, noise_m)
    starts = 150.0 + np.arange(8) * (44.0 + SPRINT_M / WALK_MPS)
    for start in np.round(starts).astype(int):
        steep, error, late = grade_of(line, speed, known, start, start + 10)
        yield steep, np.hypot(error, late)


@pytest.mark.parametrize("late_s", [-1.0, 0.0, 2.0, 4.0])
def test_who_goes_up_and_down_one_hill_shows_how_late_the_altitude_is(late_s):
    known = told(*watch(REPS, late_s=late_s, noise_m=0.1, step_m=0.2))
    assert known.lag_s == pytest.approx(late_s, abs=0.6)
    assert known.lag_se_s < 0.6 * SLOPE.lag_sd_s


def test_a_run_that_passes_no_place_twice_leaves_what_is_usual():
    known = told(*watch(way((600, 4.0)), late_s=4.0))
    assert (known.lag_s, known.lag_se_s) == (SLOPE.lag_s, SLOPE.lag_sd_s)
    # Speed and distance that a watch counts by itself are late, too: nothing tells by how much the altitude is more.
    known = told(*watch(way((600, 4.0)), channels=("speed", "distance")))
    assert (known.lag_s, known.lag_se_s) == (0.0, SLOPE.lag_sd_s)


def test_altitude_that_wanders_tells_less_than_a_barometer():
    sure = told(*watch(REPS, late_s=3.0, noise_m=0.1)).lag_se_s
    rough = told(*watch(REPS, late_s=3.0, noise_m=4.0)).lag_se_s
    assert sure < rough <= SLOPE.lag_sd_s


def test_a_short_sprint_from_a_stand_is_as_steep_as_its_hill():
    # The speed is rounded off over some seconds: without the same done to the altitude the hill came out at 9 %.
    for steep, error in sprints(*watch(REPS)):
        assert steep == pytest.approx(STEEP, abs=0.003)
        assert abs(steep - STEEP) < error


@pytest.mark.parametrize(("late_s", "filtered_s"), [(2.0, 0.0), (0.0, 2.0), (3.0, 0.0), (0.0, 3.0), (1.5, 1.5)])
def test_an_altitude_that_is_late_shows_the_hill_within_its_error(late_s, filtered_s):
    # Whether it was delayed or filtered cannot be told: the grade lies between, and says so.
    for steep, error in sprints(*watch(REPS, late_s=late_s, filtered_s=filtered_s, noise_m=0.05, step_m=0.2)):
        assert steep == pytest.approx(STEEP, abs=0.015)
        assert abs(steep - STEEP) < 2 * error < 0.04


def test_where_the_timer_stops_before_the_altitude_answered_only_what_it_showed_is_held_against_the_way():
    how = way((200, 3.0), (30, 0.0), (12, 5.5), (30, 0.0))
    line, speed = watch(how, late_s=3.0)
    stopped = line.t_s <= 242.0
    cut = timeline(
        recording(way((200, 3.0), (30, 0.0), (12, 5.5)), ("position",), altitude=lambda m, _: hill(m)), SETTINGS.signal
    )
    assert stopped.sum() == cut.m
    known = told(cut, speed[stopped])
    assert np.isnan(known.altitude_m[-1])
    steep, error, late = grade_of(cut, speed[stopped], known, 231, cut.m - 1)
    assert abs(steep - STEEP) < 2 * np.hypot(error, late)


def test_without_altitude_there_are_no_heights():
    line, speed = watch(REPS)
    assert told(line, speed, None) is None


def test_a_leap_that_nobody_climbs_makes_the_grade_unsure_and_only_there():
    line, speed = watch(way((600, 4.0)))
    even = [grade_of(line, speed, told(line, speed), at, at + 20) for at in (200, 400)]
    line.altitude_m[410:] += 6.0
    near, far = (grade_of(line, speed, told(line, speed), at, at + 20) for at in (400, 200))
    assert near[0] > even[1][0] + 0.03
    assert near[1] > max(SLOPE.kind_se, near[0] - even[1][0])
    assert far == pytest.approx(even[0])
    # In an altitude from satellites leaps are part of the noise.
    assert grade_of(line, speed, told(line, speed, 3.0), 400, 420)[1] == pytest.approx(
        grade_of(line, speed, told(line, speed, 3.0), 200, 220)[1]
    )


def test_whole_metres_are_no_leaps():
    line, speed = watch(way((600, 4.0)), step_m=1.0)
    assert not told(line, speed).leapt_m2.any()
