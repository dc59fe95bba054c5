"""The simulated body: physics of running, and a truth that obeys the rules of the design."""

import functools
from itertools import pairwise

import numpy as np
import pytest

from legspeed.kinds import kind_of
from legspeed.model import COUNTING_KINDS, KINDS
from legspeed.settings import Tiers
from legspeed.simulate import SESSIONS, Runner, simulate_run
from legspeed.simulate.course import Slope, make_course
from legspeed.simulate.motion import Phase, move
from legspeed.simulate.runner import sprint_factor, steady_factor

LEVELS = {"14:50": 890, "19:00": 1140, "24:00": 1440, "30:00": 1800}


@functools.cache
def run_of(session, five_k_s=1140, seed=1):
    return simulate_run(Runner.of(five_k_s, seed), session, seed=seed)


def test_runners_of_all_levels_are_plausible():
    runners = {name: Runner.of(seconds) for name, seconds in LEVELS.items()}
    tops = [runner.max_speed_mps for runner in runners.values()]
    assert tops == sorted(tops, reverse=True)
    assert 8.3 <= runners["14:50"].max_speed_mps <= 9.2
    assert 5.5 <= runners["30:00"].max_speed_mps <= 6.5
    for runner in runners.values():
        ratio = runner.max_speed_mps / runner.five_k_speed_mps
        assert 1.42 <= ratio <= 2.4
        assert 0.62 <= runner.easy_speed_mps / runner.five_k_speed_mps <= 0.86
        assert 155 <= runner.easy_cadence_spm <= 180
        assert runner.all_out_speed_mps(8) > runner.all_out_speed_mps(30) > runner.all_out_speed_mps(120)
        assert runner.all_out_speed_mps(120) > runner.five_k_speed_mps


@pytest.mark.parametrize("five_k_s", LEVELS.values(), ids=LEVELS)
def test_step_length_rises_first_and_cadence_afterwards(five_k_s):
    runner = Runner.of(five_k_s)
    easy, knee, top = runner.easy_speed_mps, 0.67 * runner.max_speed_mps, runner.max_speed_mps
    low, middle, high = runner.cadence_spm(np.array([easy, knee, top]))
    assert middle - low < 0.5 * (high - middle)
    assert 195 <= high <= 255
    step_m = np.array([easy, knee, top]) * 60 / np.array([low, middle, high])
    assert step_m[1] > 1.1 * step_m[0]
    assert step_m[2] < 2.6


def test_individuals_differ_and_a_seed_is_one_individual():
    tops = [Runner.of(1140, seed).max_speed_mps for seed in range(30)]
    assert 0.15 < np.std(tops) < 0.5
    assert Runner.of(1140, 4) == Runner.of(1140, 4) != Runner.of(1140, 5)


def test_impossible_runners_are_refused():
    with pytest.raises(ValueError, match="max_speed_mps"):
        Runner(five_k_speed_mps=5.0, max_speed_mps=5.2, easy_speed_mps=3.5)
    with pytest.raises(ValueError, match="easy_speed_mps"):
        Runner(five_k_speed_mps=4.0, max_speed_mps=7.0, easy_speed_mps=4.0)


def test_a_slope_costs_a_sprint_far_less_than_steady_running():
    grades = np.array([-0.0524, 0.0, 0.0524, 0.08])
    sprint, steady = sprint_factor(grades), steady_factor(grades)
    assert sprint[1] == pytest.approx(1.0)
    assert steady[1] == pytest.approx(1.0)
    assert sprint[0] == pytest.approx(1.092, abs=0.01)  # Paradisis & Cooke: +9.2 % at 3° down
    assert 0.93 <= sprint[2] <= 0.97
    assert steady[3] < 0.82 < 0.91 < sprint[3]


def test_an_all_out_start_is_mono_exponential():
    runner = Runner.of(1140)
    course = make_course(np.random.default_rng(0), 400, hilliness=0.0)
    go = Phase("sprint", np.full(80, 7.0), rule="sprint", tau_up_s=1.2)
    motion = move(runner, course, (go,), np.random.default_rng(0))
    expected = 7.0 * (1 - np.exp(-motion.time_s / 1.2))
    assert np.max(np.abs(motion.speed_mps - expected)) < 1e-9
    assert motion.odometer_m[-1] == pytest.approx(motion.along_m[-1])


def test_the_ground_is_the_same_both_ways():
    runner = Runner.of(1140)
    rng = np.random.default_rng(3)
    course = make_course(rng, 600, hilliness=0.0, slopes=(Slope(100, 400, 0.08),))
    there = Phase("there", np.full(10, 4.0), rule="sprint", until_x_m=300.0)
    back = Phase("back", np.full(10, 4.0), rule="sprint", until_x_m=120.0, turn=True)
    motion = move(runner, course, (there, back), rng)
    up, slow, down = motion.spans
    assert motion.speed_mps[slow.stop - 1] < 1.4
    assert motion.grade[up.stop - 10] == pytest.approx(0.08, abs=1e-3)
    assert motion.grade[down.first + 10] == pytest.approx(-0.08, abs=1e-3)
    assert motion.speed_mps[down.stop - 10] > 4.1 > 3.9 > motion.speed_mps[up.stop - 10]
    assert np.interp(200, motion.along_m[: up.stop], motion.altitude_m[: up.stop]) == pytest.approx(
        np.interp(-200, -motion.along_m[down.first :], motion.altitude_m[down.first :]), abs=0.05
    )


@pytest.mark.parametrize("style", ["road", "path", "track"])
@pytest.mark.parametrize("seed", range(6))
def test_a_course_that_comes_back_does_so_at_its_own_altitude(style, seed):
    course = make_course(np.random.default_rng(seed), 6000, style=style, hilliness=0.02)
    assert course.east_m.size == course.grade.size == 6002
    assert np.allclose(np.hypot(np.diff(course.east_m), np.diff(course.north_m)), 1.0)
    at = np.arange(0, 6002, 4)
    apart_m = np.hypot(
        np.subtract.outer(course.east_m[at], course.east_m[at]),
        np.subtract.outer(course.north_m[at], course.north_m[at]),
    )
    again = (apart_m < 8.0) & (np.subtract.outer(at, at) > 300)
    other = again & (np.abs(np.subtract.outer(course.altitude_m[at], course.altitude_m[at])) > 1.0)
    # Two ways may cross, one above the other; they never run side by side.
    assert other.any(axis=1).sum() <= 10


@pytest.mark.parametrize("length_m", [0, 1, 9, 30, 500])
def test_short_courses_are_whole_too(length_m):
    for seed in range(8):
        course = make_course(np.random.default_rng(seed), length_m)
        assert {course.at(np.array([0.0]))[0].size, course.east_m.size - length_m - 1} == {1}


def test_a_course_that_is_too_short_says_so():
    course = make_course(np.random.default_rng(0), 50)
    with pytest.raises(ValueError, match="course of 51 m ends"):
        move(Runner.of(1140), course, (Phase("easy", np.full(600, 3.0)),), np.random.default_rng(0))


@pytest.mark.parametrize("session", SESSIONS)
def test_true_motion_obeys_physics(session):
    motion = run_of(session).motion
    dt = np.diff(motion.time_s)
    assert np.allclose(dt, 0.1)
    moved = np.diff(motion.odometer_m)
    assert np.allclose(moved, motion.speed_mps[1:] * 0.1)
    on_foot = np.concatenate([np.full(s.stop - s.first, s.phase.on_foot) for s in motion.spans])
    assert motion.speed_mps[on_foot].max() <= 1.13 * motion.runner.max_speed_mps
    assert np.abs(np.diff(motion.speed_mps) / 0.1).max() < 7.0  # sprinters reach 6.4 m/s²
    assert np.allclose(np.abs(np.diff(motion.along_m)), moved)
    if not motion.course.indoor:
        step = np.hypot(np.diff(motion.east_m), np.diff(motion.north_m))
        assert np.all(step <= moved + 1e-6)
        assert step.sum() > 0.98 * moved.sum()
    climb = np.diff(motion.altitude_m)
    assert np.allclose(climb, motion.grade[1:] * moved, atol=0.004)
    cadence = motion.cadence_spm
    pushing_off = np.diff(motion.speed_mps, prepend=0.0) > 0  # the first step comes before the first speed
    assert np.all(cadence[(motion.speed_mps < 0.3) & ~pushing_off] == 0)
    running = on_foot & (motion.speed_mps > 2.3)
    assert np.all(cadence[~on_foot] == 0)
    if running.any():
        assert 145 < np.median(cadence[running]) < 195
        assert cadence.max() < 265
    assert 60 < motion.heart_rate_bpm.min() < motion.heart_rate_bpm.max() < 210


@pytest.mark.parametrize("five_k_s", LEVELS.values(), ids=LEVELS)
@pytest.mark.parametrize("session", ["strides_after_easy", "hill_sprints", "track_reps", "race", "fartlek"])
def test_truth_is_sorted_named_by_the_rules_and_cut_at_half_the_rise(session, five_k_s):
    run = run_of(session, five_k_s, 6)
    motion, tiers = run.motion, Tiers()
    assert run.truth
    for a, b in pairwise(run.truth):
        assert a.end_s < b.start_s
    for effort in run.truth:
        assert effort.kind in KINDS
        assert effort.base_mps < effort.plateau_mps > effort.after_mps
        for at, side in ((effort.start_s, effort.base_mps), (effort.end_s, effort.after_mps)):
            speed = np.interp(at + run.first_record_s, motion.time_s, motion.speed_mps)
            half = 0.5 * (side + effort.plateau_mps)
            # Within two samples of the crossing, at the slope that speed has there.
            near = np.abs(motion.time_s - at - run.first_record_s) < 0.31
            assert np.ptp(motion.speed_mps[near]) + 0.02 > abs(speed - half)
        assert effort.counts == (
            effort.kind in COUNTING_KINDS and effort.gate_ratio >= 1 and effort.duration_s >= tiers.stride_s
        )
        assert (effort.tier is None) == (not effort.counts)
        share = effort.flat_peak_mps / motion.runner.max_speed_mps
        named = kind_of(
            duration_s=effort.duration_s,
            grade=effort.grade,
            peak_share=share,
            hard_before_s=1000.0 if effort.kind == "finish_kick" else 0.0,
            in_long_set=effort.kind == "fast_rep",
            tiers=tiers,
        )
        assert named == effort.kind
        assert effort.distance_m == pytest.approx(effort.mean_mps * effort.duration_s, rel=0.02)
        assert effort.mean_mps <= effort.peak_mps


def test_the_gate_follows_the_settings():
    strict = simulate_run(Runner.of(1140, 1), "strides_after_easy", seed=1, tiers=Tiers(turnover=0.9))
    usual = run_of("strides_after_easy")
    assert usual.counted
    assert len(strict.counted) < len(usual.counted)
    assert [e.start_s for e in strict.truth] == [e.start_s for e in usual.truth]


@pytest.mark.parametrize(
    ("session", "kinds"),
    [
        ("hill_sprints", {"hill_sprint"}),
        ("uphill_strides", {"hill_sprint"}),
        ("flat_sprints", {"sprint"}),
        ("track_reps", {"fast_rep", "stride"}),
        ("strides_after_easy", {"stride"}),
        ("race", {"finish_kick"}),
        ("long_run", {"stride", "downhill"}),
    ],
)
def test_speed_sessions_hold_what_they_say(session, kinds):
    found = [effort for seed in range(4) for effort in run_of(session, 1140, seed).truth]
    usual = [effort for effort in found if effort.kind in kinds]
    assert len(usual) >= 0.9 * len(found) > 0
    assisted = sum(effort.kind == "downhill" for effort in usual)
    assert sum(effort.counts for effort in usual) >= 0.85 * (len(usual) - assisted)
    assert assisted <= 0.2 * len(usual)


@pytest.mark.parametrize(
    "session",
    ["tempo", "progression", "run_walk", "five_k_reps", "hill_repeats", "downhill_repeats", "forgotten_watch",
     "ride_saved_as_run"],
)  # fmt: skip
@pytest.mark.parametrize("five_k_s", [890, 1800], ids=["14:50", "30:00"])
def test_what_only_looks_fast_never_counts(session, five_k_s):
    assert not [effort for seed in range(3) for effort in run_of(session, five_k_s, seed).counted]


def test_hill_sprints_are_run_on_the_same_hill_by_the_grade_stated():
    run = simulate_run(
        Runner.of(1440, 2),
        lambda runner, rng: SESSIONS["hill_sprints"](runner, rng, reps=5, seconds=10, grade=0.09),
        seed=5,
    )
    assert len(run.truth) == 5
    places = [np.interp(e.start_s + run.first_record_s, run.motion.time_s, run.motion.along_m) for e in run.truth]
    assert np.ptp(places) < 6
    for effort in run.truth:
        assert effort.grade == pytest.approx(0.09, abs=0.012)
        assert 8 < effort.duration_s < 13


def test_recoveries_vary():
    starts = np.array([effort.start_s for effort in run_of("strides_after_easy", 1140, 6).truth])
    assert np.std(np.diff(starts)) > 1.0
