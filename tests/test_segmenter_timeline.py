"""The 1 s grid: true time, nothing bridged, windows that never look across a pause."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import METRES_PER_DEGREE, START, recording, way
from legspeed.model import Activity, Pause
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SIGNAL = Settings().signal
STEADY = way((300, 3.0))


def lay(activity):
    return timeline(activity, SIGNAL)


def columns_only(time_s, pauses=(), **columns):
    """Return an activity of these columns."""
    return Activity(
        START, None, "running", "", "", "hand", "", "fit", np.asarray(time_s, float), pauses=pauses, **columns
    )


def test_every_second_has_its_point_and_every_stretch_its_own():
    line = lay(recording(STEADY, pauses=((100, 130, "timer"), (200, 203, "auto"))))
    assert line.t_s.tolist() == [*range(101), *range(130, 201), *range(203, 301)]
    assert sorted(set(zip(line.first.tolist(), line.last.tolist(), strict=True))) == [(0, 100), (101, 171), (172, 269)]
    assert line.interval_s == 1


@pytest.mark.parametrize("kind", ["timer", "auto", "segment", "gap"])
@pytest.mark.parametrize("seconds", [2, 5, 60, 4000])
def test_every_kind_and_length_of_pause_parts(kind, seconds):
    how = way((100, 3.0), (seconds, 0.0), (100, 3.0))
    line = lay(recording(how, pauses=((100, 100 + seconds, kind),)))
    assert set(line.first) == {0, 101}


def test_a_pause_that_ends_between_two_records_parts_too():
    line = lay(columns_only([0, 1, 2, 3, 7, 8, 9], (Pause(3.2, 6.4, "timer"),), speed_mps=np.full(7, 3.0)))
    assert line.t_s.tolist() == [0, 1, 2, 3, 7, 8, 9]
    assert set(line.first) == {0, 4}


def test_silence_that_nothing_explains_parts_and_smart_recording_does_not():
    silent = np.concatenate([np.arange(0, 101), np.arange(112, 200)])
    assert set(lay(recording(STEADY, at_s=silent.astype(float))).first) == {0, 101}
    key_points = np.cumsum(np.random.default_rng(1).integers(1, 8, 60)).astype(float)
    line = lay(recording(STEADY, at_s=key_points))
    assert set(line.first) == {0}
    assert line.m == key_points[-1] - key_points[0] + 1


def test_a_column_that_falls_silent_is_not_bridged_while_others_go_on():
    activity = recording(STEADY)
    speed, distance = activity.speed_mps.copy(), activity.distance_m.copy()
    speed[100:140] = np.nan
    distance[200:205] = np.nan
    line = lay(columns_only(activity.time_s, speed_mps=speed, distance_m=distance))
    assert np.isnan(line.speed_mps[100:140]).all()
    assert np.isfinite(np.delete(line.speed_mps, np.s_[100:140])).all()
    assert line.distance_m == pytest.approx(activity.distance_m)
    assert set(line.first) == {0}


def test_a_sample_missing_beside_a_pause_is_not_made_from_the_other_side():
    activity = recording(way((100, 3.0), (60, 0.0), (100, 3.0)), pauses=((100, 104, "timer"),))
    distance = activity.distance_m.copy()
    distance[99:101] = np.nan
    distance[101:] += 50.0  # carried on while the timer stood
    line = lay(columns_only(activity.time_s, activity.pauses, distance_m=distance))
    gained = np.diff(line.distance_m[:101])
    assert np.nanmax(gained) <= 3.0 + 1e-6


@pytest.mark.parametrize("every_s", [0.1, 0.25, 0.5, 1.0, 3.0])
def test_any_rate_gives_the_same_grid(every_s):
    line = lay(recording(way((120, 3.0), (20, 6.0), (160, 3.0)), every_s=every_s))
    fine = lay(recording(way((120, 3.0), (20, 6.0), (160, 3.0)), every_s=0.1))
    assert line.t_s.tolist() == fine.t_s.tolist()
    assert line.interval_s == pytest.approx(every_s)
    assert line.distance_m == pytest.approx(fine.distance_m, abs=2.0)


@pytest.mark.parametrize("place", [(0, 0), (47.3, 8.5), (-33.9, 18.4), (69.6, 18.9), (10, 179.9995), (-10, -179.9995)])
@pytest.mark.parametrize("bearing", [0, 45, 90, 200])
def test_positions_are_metres_anywhere_on_earth(place, bearing):
    activity = recording(STEADY, bearing_deg=bearing, place=place)
    longitude = (activity.longitude_deg + 180.0) % 360.0 - 180.0
    line = lay(columns_only(activity.time_s, latitude_deg=activity.latitude_deg, longitude_deg=longitude))
    steps = np.hypot(np.diff(line.east_m), np.diff(line.north_m))
    assert steps == pytest.approx(np.full(300, 3.0), rel=1e-3)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_records_are_no_line(n):
    line = lay(columns_only(np.arange(float(n)), speed_mps=np.full(n, 3.0)))
    assert line.m == 0
    assert line.speed_mps is None


def test_windows_stay_inside_their_stretch():
    line = lay(recording(STEADY, pauses=((100, 130, "timer"),)))
    level = np.where(line.t_s < 115, 1.0, 9.0)
    assert set(line.mean(level, 20)) == {1.0, 9.0}
    assert line.slope(level, 20) == pytest.approx(np.zeros(line.m))
    assert set(line.shifted(level, 6.5)) | set(line.shifted(level, -6.5)) == {1.0, 9.0}
    low, high = line.window(5)
    assert ((line.first <= low) & (low <= high) & (high <= line.last)).all()


def test_mean_slope_and_shift_are_what_they_say():
    line = lay(recording(STEADY))
    ramp = 2.0 * line.t_s
    assert line.mean(ramp, 3)[3:-3] == pytest.approx(ramp[3:-3])
    assert line.slope(ramp, 2) == pytest.approx(np.full(line.m, 2.0))
    assert line.shifted(ramp, 4.25)[:-5] == pytest.approx(ramp[:-5] + 8.5)
    assert line.shifted(ramp, 4.25)[-1] == ramp[-1]
    assert line.shifted(ramp, -3.5)[4:] == pytest.approx(ramp[4:] - 7.0)
    holed = np.where(line.t_s % 10 == 0, np.nan, ramp)
    assert np.isfinite(line.mean(holed, 1)).all()
    assert np.isnan(line.slope(np.full(line.m, np.nan), 2)).all()
    assert np.isnan(line.mean(np.full(line.m, np.nan), 2)).all()


@st.composite
def broken_recordings(draw):
    """Return record times with pauses marked in some of the steps."""
    steps = draw(st.lists(st.sampled_from([0.5, 1, 1, 1, 2, 3, 7, 10, 11, 40, 900]), min_size=1, max_size=60))
    time_s = np.concatenate([[0.0], np.cumsum(steps)])
    marked = draw(st.sets(st.integers(0, len(steps) - 1), max_size=8))
    pauses = tuple(Pause(float(time_s[i]), float(time_s[i + 1]), "timer") for i in sorted(marked) if steps[i] >= 2)
    return time_s, pauses


@settings(max_examples=150, deadline=None)
@given(broken_recordings())
def test_the_grid_holds_on_any_recording(case):
    time_s, pauses = case
    way_m = 3.0 * time_s
    line = lay(
        columns_only(time_s, pauses, distance_m=way_m, latitude_deg=way_m / METRES_PER_DEGREE, longitude_deg=0 * way_m)
    )
    at = np.arange(line.m)
    assert ((line.first <= at) & (at <= line.last)).all()
    assert (np.diff(line.t_s) > 0).all()
    for a, b in {*zip(line.first.tolist(), line.last.tolist(), strict=True)}:
        assert np.diff(line.t_s[a : b + 1]) == pytest.approx(np.ones(b - a))
        assert line.t_s[a] in time_s
    for pause in pauses:
        assert not ((line.t_s > pause.start_s) & (line.t_s < pause.end_s)).any()
        before, after = line.t_s <= pause.start_s, line.t_s >= pause.end_s
        assert not set(line.first[before]) & set(line.first[after])
    known = np.isfinite(line.distance_m) if line.distance_m is not None else np.zeros(line.m, bool)
    assert line.distance_m is None or line.distance_m[known] == pytest.approx(3.0 * line.t_s[known])


def repeated(activity, every):
    """Return the recording with each fix but every so many-th a repetition of the one before."""
    last = np.arange(activity.n) // every * every
    return dataclasses.replace(
        activity, latitude_deg=activity.latitude_deg[last], longitude_deg=activity.longitude_deg[last]
    )


@pytest.mark.parametrize("every", [2, 3, 5])
def test_a_fix_written_again_until_there_is_a_new_one_is_no_stand_and_no_leap(every):
    plain = recording(way((300, 3.0)), ("position",))
    line, true = lay(repeated(plain, every)), lay(plain)
    whole = slice(0, line.m - every)
    assert np.allclose(line.north_m[whole], true.north_m[whole], atol=0.02)


def test_who_stands_is_repeated_and_stands():
    stood = recording(way((60, 3.0), (4, 0.0), (60, 3.0), ramp_s=0.5), ("position",))
    line = lay(stood)
    assert np.ptp(line.north_m[61:64]) < 0.5
