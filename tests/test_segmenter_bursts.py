"""Candidates: edges at half the rise whatever the shape, a tree of bars, nothing across a pause."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import beside_truth, judged, recording, session, way
from legspeed.segmenter import digest
from legspeed.segmenter.bursts import components, rises
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SETTINGS = Settings()
PICKING = SETTINGS.picking


def line_of(speeds, pauses_after=()):
    """Return a grid of one point per speed, parted after the seconds named."""
    speeds = np.asarray(speeds, float)
    at = np.arange(speeds.size) + 30.0 * np.searchsorted(sorted(pauses_after), np.arange(speeds.size))
    how = way((at[-1] + 1, 3.0))
    pauses = [(a, b, "timer") for a, b in itertools.pairwise(at) if b - a > 1]
    return timeline(recording(how, ("speed",), at_s=at, pauses=tuple(pauses)), SETTINGS.signal)


def found(speeds, pauses_after=()):
    return rises(line_of(speeds, pauses_after), np.asarray(speeds, float), PICKING)


# ------------------------------------------------------------------------------------------------- edges

SHAPES = list(itertools.product((0.0, 1.4, 3.0), (5.0, 6.4, 8.0), (1, 2, 4, 6), (10, 20, 45)))


def edge_errors(*, smoothed):
    """Return start and end errors in seconds of trapezoids of every shape, at three phases of the clock."""
    errors = []
    for (base, top, ramp, seconds), phase in itertools.product(SHAPES, (0.0, 0.3, 0.7)):
        how = way((120 + phase, base), (seconds, top), (120, base), ramp_s=ramp)
        line = timeline(recording(how, ("distance",)), SETTINGS.signal)
        speed = speed_curve(line, SETTINGS.signal).speed_mps if smoothed else how.speed(line.t_s)
        here = [r for r in rises(line, speed, PICKING) if r.bar_low_mps > base]
        assert here, (base, top, ramp, seconds)
        errors += [(r.start_s - 120 - phase, r.end_s - 120 - phase - seconds) for r in here]
    return np.array(errors)


def test_half_rise_edges_are_exact_on_trapezoids():
    errors = edge_errors(smoothed=False)
    assert np.abs(errors.mean(axis=0)).max() < 0.03
    assert np.abs(errors).max() < 0.4


def test_half_rise_edges_are_unbiased_on_a_measured_curve():
    errors = edge_errors(smoothed=True)
    assert np.abs(errors.mean(axis=0)).max() < 0.1
    assert np.quantile(np.abs(errors), 0.9) < 0.5
    assert np.abs(errors).max() < 1.0


@pytest.mark.parametrize(("before", "after"), [(0.0, 3.0), (3.0, 0.0), (3.0, 1.4), (1.4, 3.0)])
def test_each_edge_is_at_half_its_own_rise(before, after):
    how = way((120, before), (20, 6.4), (120, after), ramp_s=4)
    top = max(found(how.speed(np.arange(260.0))), key=lambda r: r.bar_high_mps)
    assert (top.start_s, top.end_s) == (pytest.approx(120, abs=0.2), pytest.approx(140, abs=0.2))
    assert (top.base_mps, top.after_mps) == (pytest.approx(before, abs=0.3), pytest.approx(after, abs=0.3))
    assert top.plateau_mps == pytest.approx(6.4, abs=0.1)


@pytest.mark.parametrize(("name", "watch"), [("strides_after_easy", "steady 1 s"), ("flat_sprints", "steady 1 s")])
def test_edges_of_simulated_efforts_are_unbiased_but_for_the_delay_all_streams_share(name, watch):
    misses = []
    for seed in range(3):
        for effort, near in beside_truth(name, watch, seed):
            if effort.counts:
                misses.append((near.start_s - effort.start_s, near.end_s - effort.end_s))
    start, end = np.median(misses, axis=0)
    assert abs(start) < 1.0
    assert abs(end) < 1.0


def test_a_timer_that_starts_or_stops_at_full_speed_leaves_the_edge_open():
    how, _ = session(3)
    cut = judged(recording(how, pauses=((500, 608, "timer"), (712, 730, "timer"))))
    assert [e.start_s for e in cut.efforts[:2]] == pytest.approx([608, 700], abs=0.6)
    assert cut.efforts[1].end_s == pytest.approx(712, abs=0.01)
    first, second, *_ = sorted(
        (r for r in found([6.4] * 12 + [3.0] * 60 + [6.4] * 9, ()) if r.bar_low_mps > 3), key=lambda r: r.start_s
    )
    assert (first.open_start, first.open_end) == (True, False)
    assert (second.open_start, second.open_end) == (False, True)


# ------------------------------------------------------------------------------------------------- the tree


def test_a_burst_is_one_candidate_from_what_surrounds_it_to_its_top():
    how, edges = session(2)
    high = [r for r in found(how.speed(np.arange(920.0))) if r.bar_low_mps > 3.0]
    assert [(round(r.start_s), round(r.end_s)) for r in high] == edges
    for rise in high:
        assert rise.bar_low_mps < 3.0 * PICKING.bar_step
        assert 6.4 / PICKING.bar_step < rise.bar_high_mps < 6.4 * PICKING.bar_step


def test_two_bursts_with_a_valley_are_one_at_a_low_bar_and_two_at_a_high_one():
    how = way((100, 2.0), (20, 6.4), (10, 4.0), (20, 6.4), (100, 2.0))
    tree = found(how.speed(np.arange(250.0)))
    whole = [r for r in tree if r.end_s - r.start_s > 40]
    parts = [r for r in tree if r.end_s - r.start_s < 25]
    assert {(round(r.start_s), round(r.end_s)) for r in parts} == {(100, 120), (130, 150)}
    assert all(round(r.start_s) == 100 and round(r.end_s) == 150 for r in whole)
    assert max(r.bar_low_mps for r in whole) < 4.0 < min(r.bar_high_mps for r in parts)


def test_standing_and_even_running_hold_no_candidate():
    assert found(np.zeros(300)) == ()
    even = found(np.full(500, 3.0))
    assert len(even) == 1
    assert (even[0].open_start, even[0].open_end) == (True, True)


def test_a_rise_too_small_too_short_or_too_long_is_none():
    assert not [r for r in found(way((60, 3), (20, 3.3), (60, 3)).speed(np.arange(140.0))) if not r.open_start]
    spike = np.full(200, 2.0)
    spike[100:102] = 9.0
    assert found(spike) == ()
    hour = way((60, 2.0), (700, 6.0), (60, 2.0)).speed(np.arange(820.0))
    assert all(r.end_s - r.start_s < PICKING.longest_s for r in found(hour))


# ------------------------------------------------------------------------------------------------- any curve


@st.composite
def curves(draw):
    """Return a speed per second of steps and ramps, and where the timer stood."""
    levels = draw(st.lists(st.tuples(st.integers(1, 40), st.floats(0, 11)), min_size=1, max_size=12))
    speeds = np.concatenate([np.full(seconds, level) for seconds, level in levels])
    width = draw(st.sampled_from([1, 2, 5]))
    speeds = np.convolve(np.pad(speeds, width, "edge"), np.full(width, 1 / width), "same")[width:-width]
    parted = draw(st.sets(st.integers(0, speeds.size - 2), max_size=4)) if speeds.size > 2 else set()
    return (speeds if speeds.size > 1 else np.repeat(speeds, 2)), parted


@settings(max_examples=100, deadline=None)
@given(curves())
def test_candidates_of_any_curve_keep_their_promises(case):
    speeds, parted = case
    line = line_of(speeds, parted)
    tree = rises(line, speeds, PICKING)
    assert list(tree) == sorted(tree, key=lambda r: (r.start_s, r.bar_low_mps))
    for rise in tree:
        assert rise.first <= rise.last
        assert line.first[rise.first] == line.first[rise.last], "spans a pause"
        begin, end = line.t_s[line.first[rise.first]], line.t_s[line.last[rise.first]]
        assert begin <= rise.start_s <= rise.end_s <= end
        assert rise.plateau_mps - rise.base_mps >= PICKING.least_rise_mps
        assert PICKING.bar_low_mps <= rise.bar_low_mps < rise.bar_high_mps
        assert rise.bar_low_mps <= rise.plateau_mps <= speeds.max() + 1e-9
        assert PICKING.least_s <= rise.last - rise.first + 1 <= PICKING.longest_s
        assert not rise.open_start or rise.start_s == begin
        assert not rise.open_end or rise.end_s == end
    # Of two components at different bars, either one holds the other or they share nothing: a tree.
    for one, other in itertools.combinations(tree, 2):
        apart = one.last < other.first or other.last < one.first
        nested = (one.first <= other.first and other.last <= one.last) or (
            other.first <= one.first and one.last <= other.last
        )
        assert apart or nested


@settings(max_examples=50, deadline=None)
@given(curves(), st.integers(1, 25))
def test_standing_before_moves_candidates_by_as_much(case, half):
    speeds, _ = case
    seconds = 2 * half  # candidates are told apart by whole seconds, and halves are rounded to even ones
    still = np.zeros(60)
    here = found(np.concatenate([still, speeds, still]))
    later = found(np.concatenate([np.zeros(seconds), still, speeds, still]))
    assert [(r.start_s + seconds, r.end_s + seconds, r.bar_low_mps) for r in here] == [
        (pytest.approx(r.start_s), pytest.approx(r.end_s), r.bar_low_mps) for r in later
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=40), st.sets(st.integers(0, 38), max_size=4), st.integers(0, 4))
def test_components_bridge_short_dips_and_nothing_else(mask, parted, dip):
    mask = np.array(mask)
    line = line_of(np.ones(mask.size), {p for p in parted if p < mask.size - 1})
    got = list(components(mask, line, dip))
    wanted, current = [], None
    for i in np.flatnonzero(mask).tolist():
        if current and line.first[i] == line.first[current[1]] and i - current[1] - 1 <= dip:
            current[1] = i
        else:
            current = [i, i]
            wanted.append(current)
    assert got == [tuple(pair) for pair in wanted]


@pytest.mark.parametrize(("turn_s", "turn_mps"), [(2.0, 0.5), (2.5, 1.5)])
def test_a_turn_after_the_effort_is_no_dip_inside_it(turn_s, turn_mps):
    how = way((300, 3.0), (16, 6.4), (turn_s, turn_mps), (8, 3.4), (60, 1.2), ramp_s=1.5)
    strides = [b for b in digest(recording(how)).bursts if abs(b.start_s - 300) + abs(b.end_s - 316) < 4]
    assert strides
    assert [b.saddle for b in strides] == pytest.approx([1.0] * len(strides), abs=0.02)
