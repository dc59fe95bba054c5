"""Records that repeat the last fix or distance at no even tick, and channels that are means over a minute."""

import dataclasses

import numpy as np
import pytest

from builders_segmenter import counted, judged, recording, session, way
from legspeed.segmenter import digest
from legspeed.segmenter.news import drawn_every, held, is_mean
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SIGNAL = Settings().signal
T = np.arange(900.0)
WAY_M = np.cumsum(3.0 + np.sin(T / 40))


def last_of(n, low, high, seed=0):
    """The record from which each of n seconds takes its fix: a new one comes every `low` to `high` seconds."""
    new = np.cumsum(np.random.default_rng(seed).integers(low, high + 1, n))
    return np.concatenate([[0], new])[np.searchsorted(new, np.arange(n), side="right")]


def repeating(activity, last, names):
    return dataclasses.replace(activity, **{name: getattr(activity, name)[last] for name in names})


def round_hill(metres, _):
    return 3.0 * np.sin(2 * np.pi * metres / 400.0)


# ------------------------------------------------------------------------------------------------------ held


@pytest.mark.parametrize("point", [1.0, 0.6 + 0.8j])
@pytest.mark.parametrize("fixes", [(2, 8), (5, 6), (8, 20)])
def test_what_is_repeated_at_no_even_tick_is_known(fixes, point):
    last = last_of(900, *fixes)
    repeats = held(T, (WAY_M * point)[last], 0.0, SIGNAL)
    true = last != np.arange(900)
    true[last[-1] :] = False  # nobody knows what the last one would have leapt to
    np.testing.assert_array_equal(repeats, true)


def test_a_record_without_a_place_is_none_that_repeats():
    last = last_of(900, 2, 8)
    placed = WAY_M[last]
    gone = np.random.default_rng(1).random(900) < 0.2
    repeats = held(T, np.where(gone, np.nan, placed), 0.0, SIGNAL)
    assert not repeats[gone].any()
    assert repeats.sum() > 300


def test_a_watch_that_repeats_now_and_then_is_left_alone_beyond_its_own_time():
    placed = WAY_M.copy()
    placed[100:103], placed[300:309] = placed[100], placed[300]  # 3 s, and 9 s as in a tunnel
    repeats = held(T, placed, 6.0, SIGNAL)
    assert np.flatnonzero(repeats).tolist() == [101, 102]
    assert held(T, placed, 0.0, SIGNAL) is None


@pytest.mark.parametrize("share", [0.2, 0.7])
def test_who_stands_is_repeated_and_does_not_leap(share):
    moving = np.arange(900) > share * 900
    assert held(T, np.cumsum(np.where(moving, 3.0, 0.0)), 6.0, SIGNAL) is None


def test_strides_show_their_edges_where_fix_and_distance_are_repeated():
    how, edges = session(seconds=22.0)
    plain = recording(how, ("position", "distance", "cadence"), shake_m=0.3, loop_m=400.0)
    last = last_of(plain.n, 2, 8)
    told = repeating(plain, last, ("latitude_deg", "longitude_deg", "distance_m"))
    found = counted(judged(told))
    assert len(found) == len(edges)
    for effort, (start, end) in zip(found, edges, strict=True):
        assert abs(effort.start_s - start) < 4
        assert abs(effort.end_s - end) < 4
    assert "every" in digest(told).assessable.why


# ----------------------------------------------------------------------------------------------------- drawn


def drawn(way_m, every):
    return np.round(np.interp(T, T[::every], way_m[::every]), 2)


@pytest.mark.parametrize("every", [5, 10, 30])
def test_fixes_with_straight_lines_between_them_are_told_by_how_far_they_are_apart(every):
    assert drawn_every(T, drawn(WAY_M, every), SIGNAL) == pytest.approx(every, rel=0.15)
    assert drawn_every(T, drawn(WAY_M, every) * (0.6 + 0.8j), SIGNAL) == pytest.approx(every, rel=0.15)


def test_a_receiver_draws_no_lines():
    shaken = WAY_M + np.random.default_rng(2).normal(0, 0.05, 900)
    assert drawn_every(T, np.round(shaken, 2), SIGNAL) == 0
    assert drawn_every(T, np.full(900, np.nan), SIGNAL) == 0
    assert drawn_every(T, np.full(900, 5.0), SIGNAL) == 0  # nobody moved
    assert drawn_every(T[::9], WAY_M[::9], SIGNAL) == 0


@pytest.mark.parametrize(("every", "strides"), [(5, True), (12, False)])
def test_a_run_drawn_between_its_fixes_could_have_shown_what_these_show(every, strides):
    how, _ = session(seconds=20.0)
    plain = recording(how, ("position", "distance", "cadence"), shake_m=0.3, loop_m=400.0, altitude=round_hill)
    t = plain.time_s
    names = ("latitude_deg", "longitude_deg", "distance_m")
    line = {name: np.interp(t, t[::every], getattr(plain, name)[::every]) for name in names}
    told = digest(dataclasses.replace(plain, **line)).assessable
    assert told.strides == strides
    assert not told.hill_sprints
    assert "every" in told.why
    assert digest(plain).assessable.hill_sprints
    # a pod's distance is another thing
    pod = dataclasses.replace(plain, latitude_deg=line["latitude_deg"], longitude_deg=line["longitude_deg"])
    assert digest(pod).assessable.hill_sprints


# ----------------------------------------------------------------------------------------------------- means


def means(values, seconds, n=900):
    part = np.arange(n) // seconds
    return (np.bincount(part, values) / np.bincount(part))[part]


@pytest.mark.parametrize("seconds", [30, 60, 300])
def test_a_mean_over_more_than_an_effort_is_known(seconds):
    steps = 162 + 6 * np.sin(T / 40)
    assert is_mean(T, np.round(means(steps, seconds)), [WAY_M], 1.0, SIGNAL)
    assert is_mean(T, np.full(900, 160.0), [WAY_M], 1.0, SIGNAL)
    assert not is_mean(T, np.round(steps + np.random.default_rng(0).normal(0, 1, 900)), [WAY_M], 1.0, SIGNAL)
    assert not is_mean(T, means(steps, 5), [WAY_M], 1.0, SIGNAL)


def test_what_is_even_while_the_way_is_even_may_be_measured():
    assert not is_mean(T, np.full(900, 160.0), [3.0 * T], 1.0, SIGNAL)
    assert not is_mean(T, np.full(900, 160.0), [], 1.0, SIGNAL)


def test_smart_recording_leaves_no_mean():
    t = T[::6]
    steps = np.repeat([160.0, 162.0, 164.0, 161.0, 163.0], 30)[np.arange(150) % 150]
    steps[::4] += 1
    assert not is_mean(t, steps, [WAY_M[::6]], 6.0, SIGNAL)


def test_a_speed_told_for_each_minute_does_not_speak_against_positions():
    how, _ = session(seconds=20.0)
    plain = recording(how, ("position", "speed", "cadence"), shake_m=0.3, loop_m=400.0)
    uneven = how.speed(plain.time_s) + 0.3 * np.sin(plain.time_s / 50)
    told = dataclasses.replace(plain, speed_mps=means(uneven, 60, plain.n))
    line = timeline(wavering(told), SIGNAL)
    assert line.speed_mps is None
    belt = dataclasses.replace(told, latitude_deg=None, longitude_deg=None)
    assert timeline(belt, SIGNAL).speed_mps is not None


def wavering(activity):
    """The same with positions that are not as even as no runner is."""
    t = activity.time_s
    shift = np.cumsum(0.4 * np.sin(t / 60)) / 111_195.0
    return dataclasses.replace(activity, latitude_deg=activity.latitude_deg + shift)


def test_a_cadence_told_for_each_minute_is_no_witness():
    how, _ = session(seconds=20.0)
    plain = wavering(recording(how, ("position", "cadence"), shake_m=0.3, loop_m=400.0))
    plain = dataclasses.replace(plain, cadence_spm=plain.cadence_spm + np.arange(plain.n) % 7 // 5 * 2)
    told = dataclasses.replace(plain, cadence_spm=np.round(means(plain.cadence_spm, 60, plain.n)))
    assert digest(plain).assessable.strides
    seen = digest(told)
    assert not seen.assessable.strides
    assert "mean over too long" in seen.assessable.why
    assert seen.easy_cadence_spm is None
    assert all(burst.cadence_spm is None for burst in seen.bursts)


@pytest.mark.parametrize(
    ("name", "seconds", "hides"),
    [("speed", 3, False), ("speed", 7, True), ("cadence", 5, False), ("cadence", 12, True)],
)
def test_a_witness_that_speaks_seldom_hides_what_is_shorter(name, seconds, hides):
    channel = {"speed": "speed_mps", "cadence": "cadence_spm"}[name]
    how, _ = session(seconds=20.0)
    plain = recording(how, ("position", "speed", "cadence"), shake_m=0.3, loop_m=400.0, altitude=round_hill)
    own = getattr(plain, channel)
    told = dataclasses.replace(plain, **{channel: means(own + 2 * np.sin(plain.time_s / 5), seconds, plain.n)})
    seen = digest(told).assessable
    assert seen.strides
    assert seen.hill_sprints != hides
    assert seen.why is None or f"new {name} every" in seen.why


@pytest.mark.parametrize(("seconds", "hides"), [(1, False), (4, False), (12, True), (30, True)])
def test_an_altitude_that_comes_seldom_carries_no_hill_sprint(seconds, hides):
    how, _ = session(seconds=20.0)
    plain = recording(how, ("position", "speed", "cadence"), shake_m=0.3, loop_m=400.0, altitude=round_hill)
    seen = digest(repeating(plain, np.arange(plain.n) // seconds * seconds, ("altitude_m",))).assessable
    assert seen.strides
    assert seen.hill_sprints != hides
    assert seen.why is None or "altitude" in seen.why


def test_a_cadence_that_trails_by_a_minute_is_no_witness():
    parts = [(200.0, 3.0), (60.0, 0.0)] * 4
    plain = recording(way(*parts, (200.0, 3.0), ramp_s=1.0), ("position", "cadence"), shake_m=0.3, loop_m=400.0)
    window = np.ones(60) / 60
    rolled = dataclasses.replace(plain, cadence_spm=np.convolve(plain.cadence_spm, window)[: plain.n])
    assert digest(plain).assessable.strides
    assert "mean over too long" in digest(rolled).assessable.why
