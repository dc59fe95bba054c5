"""Repeats at one place share their grade: several visits know what one cannot."""

import dataclasses
import time

import numpy as np
import pytest

from builders_segmenter import METRES_PER_DEGREE, Way, judged, known, nearest, recording, simulated, way
from legspeed.segmenter import digest
from legspeed.segmenter.altimeter import heights
from legspeed.segmenter.bursts import Rise, in_columns, rises
from legspeed.segmenter.grade import Grades, altitude_noise, grades_between
from legspeed.segmenter.places import shared_grades
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SETTINGS = Settings()
SLOPE = SETTINGS.slope


def to_and_fro(n=6, leg_s=120, leg_m=300.0):
    """Return the grid of a run up and down one street `n` times, and where each way begins and ends."""
    at = np.arange(float(2 * n * leg_s + 1))
    phase = at % (2 * leg_s)
    north = np.where(phase <= leg_s, phase, 2 * leg_s - phase) * leg_m / leg_s
    track = recording(way((at[-1], leg_m / leg_s)), at_s=at)
    track = dataclasses.replace(track, latitude_deg=10 + north / METRES_PER_DEGREE)
    ends = [(k * leg_s + 30, k * leg_s + 50) for k in range(2 * n)]
    return timeline(track, SETTINGS.signal), ends


def rise(first, last):
    """Return a candidate of which only its place in time matters."""
    return Rise(first, last, float(first), float(last), 6.0, 3.0, 3.0, 3.0, 6.0, False, False)


def shared(line, ends, grades):
    """Return grades and errors as they are shared; NaN where unknown."""
    found = in_columns([rise(a, b) for a, b in ends])
    grade, error = np.array(grades, dtype=float).T
    grade, error, _ = shared_grades(line, found, Grades(grade, error, np.zeros(len(ends))), SLOPE)
    return list(zip(grade.tolist(), error.tolist(), strict=True))


def test_visits_in_one_direction_share_their_mean_and_its_smaller_error():
    line, ends = to_and_fro()
    up = [ends[k] for k in range(0, 12, 2)]
    grades = [(0.05 + 0.01 * (k % 3), 0.02) for k in range(6)]
    for grade, error in shared(line, up, grades):
        assert grade == pytest.approx(0.06)
        assert error == pytest.approx(0.02 / np.sqrt(6))


def test_the_surer_visit_weighs_more():
    line, ends = to_and_fro()
    one, other = shared(line, [ends[0], ends[2]], [(0.04, 0.01), (0.08, 0.03)])
    assert one == other
    assert 0.04 < one[0] < 0.05
    assert one[1] < 0.01


def test_the_way_back_is_another_grade():
    line, ends = to_and_fro()
    grades = [((0.06 if k % 2 == 0 else -0.06), 0.02) for k in range(12)]
    # Mirrored in place: the way back passes the same middle when it takes the same time from the turn.
    for k, (grade, error) in enumerate(shared(line, ends, grades)):
        assert grade == pytest.approx(grades[k][0])
        assert error == pytest.approx(0.02 / np.sqrt(6))


def test_another_place_another_length_and_the_same_time_share_nothing():
    line, ends = to_and_fro()
    first = ends[0]
    far = (ends[2][0] + 45, ends[2][1] + 45)
    longer = (ends[2][0] - 28, ends[2][1] + 28)
    inside = (first[0] + 1, first[1] - 1)
    for other in (far, longer, inside):
        grades = [(0.05, 0.02), (0.09, 0.02)]
        assert np.allclose(shared(line, [first, other], grades), grades)


def test_candidates_that_share_time_count_once():
    line, ends = to_and_fro()
    again = ends[2]
    twins = [again, (again[0] + 1, again[1]), (again[0], again[1] - 1)]
    got = shared(line, [ends[0], *twins], [(0.05, 0.02)] * 4)
    assert got[0] == (pytest.approx(0.05), pytest.approx(0.02 / np.sqrt(2)))


def test_without_positions_or_grades_nothing_is_shared():
    line, ends = to_and_fro()
    nothing = [(np.nan, np.nan), (0.05, 0.02), (np.nan, np.nan)]
    assert repr(shared(line, [ends[0], ends[2], ends[4]], nothing)) == repr(nothing)
    blind = dataclasses.replace(line, east_m=None, north_m=None)
    grades = [(0.05, 0.02), (0.09, 0.02)]
    assert shared(blind, [ends[0], ends[2]], grades) == grades
    holed = dataclasses.replace(line, east_m=np.where(line.t_s < 60, np.nan, line.east_m))
    assert np.allclose(shared(holed, [ends[0], ends[2]], grades), grades)


@pytest.mark.parametrize("watch", ["steady 1 s", "GPS only"])
@pytest.mark.parametrize("seed", [1, 2])
def test_more_hill_sprints_know_the_hill_better(watch, seed):
    run = simulated("hill_sprints", watch, seed)
    line = timeline(run.activity, SETTINGS.signal)
    speed = speed_curve(line, SETTINGS.signal).speed_mps
    noise = altitude_noise(line, speed, SLOPE)
    found = rises(line, speed, SETTINGS.picking)
    read = heights(line, speed, noise, SETTINGS.signal, SLOPE)
    columns = in_columns(found)
    single = grades_between(line, speed, read, columns.first, columns.last, SLOPE)
    together = shared_grades(line, columns, single, SLOPE)
    for effort in run.counted[1:]:
        k = found.index(nearest(found, effort)[0])
        assert together.error[k] < 1.5 * single.error[k] / np.sqrt(len(run.counted))
        assert together.grade[k] == pytest.approx(effort.grade, abs=0.015)


@pytest.mark.parametrize("seed", [1, 2])
def test_repeats_let_altitude_from_satellites_name_a_hill_sprint(seed):
    efforts = judged(simulated("hill_sprints", "GPS only", seed).activity, known()).efforts
    assert [e.kind for e in efforts].count("hill_sprint") >= 0.7 * len(efforts) > 0


def circling(hours, loop_m=150.0):
    """Return hours of surges round and round one small loop, with a barometer."""
    at = np.arange(3600.0 * hours)
    how = Way(at, 3.2 + 2.0 * (at % 14 < 7))
    return recording(
        how, ("position",), at_s=at, loop_m=loop_m, shake_m=0.2, altitude=lambda m, _: 10 + 0.01 * (m % loop_m)
    )


def test_a_long_day_on_one_loop_does_not_take_the_cube_of_its_time():
    def seconds(hours):
        activity = circling(hours)
        begin = time.process_time()
        digest(activity)
        return time.process_time() - begin

    seconds(0.25)
    short, long = seconds(0.75), seconds(3)
    assert long < 10 * short
