"""A distance counted in steps: it shows a fixed part of every change of speed, and refuses nothing for it."""

import dataclasses

import numpy as np
import pytest

from builders_segmenter import counted, judged, recording, session, way
from legspeed.segmenter import digest
from legspeed.segmenter.steps_way import with_whole_changes
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SIGNAL = Settings().signal
CHANNELS = ("position", "distance", "cadence")


def counting_steps(activity, scale, share, easy_mps=3.0):
    """The same run, its distance from a stride of which only `share` of what is faster than easy is seen."""
    gone = np.diff(activity.distance_m, prepend=activity.distance_m[0])
    seen = np.where(gone > 0.5, scale * (easy_mps + share * (gone - easy_mps)), 0.0)
    return dataclasses.replace(activity, distance_m=np.cumsum(seen))


def line_and_speeds(activity, position_of=None):
    line = timeline(activity, SIGNAL)
    distance = np.diff(activity.distance_m, prepend=0.0)
    position = np.diff((position_of or activity).distance_m, prepend=0.0)
    return line, distance, position


@pytest.mark.parametrize(("scale", "share"), [(0.9, 0.6), (1.0, 0.4), (1.1, 0.6)])
def test_strides_are_found_where_distance_shows_a_part_of_them(scale, share):
    how, edges = session(seconds=22.0)
    plain = recording(how, CHANNELS, shake_m=0.3, loop_m=400.0)
    told = counting_steps(plain, scale, share)
    assert digest(told).assessable.strides
    found = counted(judged(told))
    assert len(found) == len(edges)
    for effort, truly, (start, end) in zip(found, counted(judged(plain)), edges, strict=True):
        assert abs(effort.start_s - start) < 4
        assert abs(effort.end_s - end) < 4
        assert effort.mean_speed_mps == pytest.approx(truly.mean_speed_mps, rel=0.1)


@pytest.mark.parametrize("scale", [0.9, 1.0, 1.2])
def test_speed_and_its_changes_become_those_of_the_positions(scale):
    how, _ = session(seconds=22.0)
    plain = recording(how, CHANNELS)
    line, seen, position = line_and_speeds(counting_steps(plain, scale, 0.4), plain)
    told = with_whole_changes(line, seen, position, SIGNAL)
    assert np.abs(told - position)[1:].max() < 0.5
    assert np.abs(told - position)[position > 6.0].max() < 0.1


def test_a_stand_stays_one():
    stop = way((600.0, 3.0), (60.0, 0.0), (300.0, 5.0), (600.0, 3.0))
    plain = recording(stop, CHANNELS)
    line, seen, position = line_and_speeds(counting_steps(plain, 0.9, 0.5), plain)
    told = with_whole_changes(line, seen, position, SIGNAL)
    np.testing.assert_array_equal(told[610:650], 0.0)
    assert (told >= 0).all()


def test_a_distance_that_shows_all_is_left_alone():
    how, _ = session(seconds=22.0)
    plain = recording(how, CHANNELS)
    for share in (0.8, 1.0, 1.2):
        line, seen, position = line_and_speeds(counting_steps(plain, 1.0, share), plain)
        assert with_whole_changes(line, seen, position, SIGNAL) is seen


def test_jumps_of_the_position_are_none_of_the_distance():
    easy = recording(way((1800.0, 3.0)), CHANNELS)
    line, seen, position = line_and_speeds(easy)
    position = position.copy()
    position[400:406] += 4.0
    position[900:906] += 6.0
    assert with_whole_changes(line, seen + np.random.default_rng(0).normal(0, 0.1, seen.size), position, SIGNAL)[
        400:406
    ] == pytest.approx(seen[400:406], abs=0.5)


def test_an_even_run_has_no_changes_to_compare():
    line, seen, position = line_and_speeds(recording(way((1200.0, 3.0)), CHANNELS))
    assert with_whole_changes(line, seen, position, SIGNAL) == pytest.approx(seen, abs=1e-6)
    changing = 3.0 + np.sin(np.arange(seen.size) / 20)
    for even, other in ((np.full(seen.size, 3.0), changing), (changing, np.full(seen.size, 3.0))):
        assert with_whole_changes(line, even, other, SIGNAL) is even
    silent = np.full(seen.size, np.nan)
    assert with_whole_changes(line, seen, silent, SIGNAL) is seen


@pytest.mark.parametrize("seed", range(4))
def test_easy_running_counted_in_steps_holds_no_stride(seed):
    uneven = np.random.default_rng(seed).normal(3.0, 0.25, 60)
    easy = recording(way(*((40.0, speed) for speed in uneven)), CHANNELS, shake_m=1.0, loop_m=400.0, seed=seed)
    assert not counted(judged(counting_steps(easy, 0.9, 0.5)))
