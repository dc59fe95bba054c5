"""The delay that all streams of a watch share: what starts and timed laps show of it, and what is the runner's own."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from builders_segmenter import ALL, RUNNER, plain_digest, recording, run_of, way
from legspeed.model import Pause, Yardstick
from legspeed.segmenter import digest, judge
from legspeed.segmenter.context import habits
from legspeed.segmenter.delays import Presses
from legspeed.settings import Settings
from legspeed.simulate import WATCHES, simulate_run

SETTINGS = Settings()
JUDGING = SETTINGS.judging
#: Half of a brisk rise is there so long after the press of a runner whose watch is on time.
OWN_S = JUDGING.delay_reaction_s + JUDGING.delay_ramp_s


def started(delay_s, ramp_s=1.0, starts=10):
    """Return a recording of many starts, each pressed 0.5 s before he moves and speeds up over `ramp_s`."""
    steps = [(0.5, 3.0 * (k + 0.5) / (2 * ramp_s)) for k in range(round(2 * ramp_s))]
    how = way((30, 0.0), *([*steps, (200, 3.0), (60 - ramp_s, 0.0)] * starts))
    pressed = [29.5 + 260 * k for k in range(starts)]
    at_s = np.concatenate([np.arange(at, at + 200) for at in pressed])
    activity = recording(how, late_s=dict.fromkeys(ALL, delay_s), at_s=at_s)
    stops = tuple(Pause(at + 199 - 29.5, at + 260 - 29.5, "timer") for at in pressed[:-1])
    return replace(activity, pauses=stops)


def told(*runs, laps=True):
    """Return what these runs show of the one watch that they are from."""
    (watch,) = told_of_each(*runs, laps=laps).values()
    return watch


def told_of_each(*runs, laps=True):
    """Return what these runs show of each watch, by its name."""
    presses = Presses(laps=laps)
    for run in runs:
        presses.add(run)
    return presses.delays(JUDGING)


def test_a_belt_that_takes_its_time_makes_no_late_watch():
    starts = {"timer_delays_s": (9.5, 8.4, 10.6, 9.1), "timer_ramps_s": (3.0, 3.1, 2.8, 2.9)}
    belt = run_of(basis=("distance", "speed"), sub_sport="indoor_running", lap_starts_s=(8.0,) * 9, **starts)
    watch = told(belt, belt, belt)
    assert (watch.starts, watch.laps, watch.measured_s, watch.delay_s) == (0, 0, None, 0.0)
    late = run_of(timer_delays_s=(4.5, 4.4, 4.6))
    known = habits([late, late, late, belt], SETTINGS)
    rules, stick = SETTINGS.yardstick, Yardstick(4.0, "given", 7.0, "given", None)
    assert known.context(late, stick, rules).delay_s > 2.0
    assert known.context(belt, stick, rules).delay_s == pytest.approx(0.0, abs=0.01)  # the lag of its own speed


# ------------------------------------------------------------------------------------------------- starts of the timer


def test_the_shared_delay_needs_many_starts_of_the_same_watch():
    late = run_of(timer_delays_s=(4.5, 4.4, 4.6))
    quick = run_of(device="Watch 2", timer_delays_s=(0.0, 1.0, 0.5, 0.0, 0.8, 1.2))
    few = told(late)
    assert (few.starts, few.starts_s, few.measured_s, few.delay_s) == (3, None, None, 0.0)
    delays = told_of_each(*[late, quick] * 3)
    assert delays["Watch 1"].delay_s == pytest.approx(4.5 - OWN_S, abs=0.1)
    assert delays["Watch 1"].se_s == pytest.approx(JUDGING.delay_habit_s, abs=0.05)
    assert delays["Watch 2"].delay_s == 0.0
    assert told(run_of(timer_delays_s=(20.0,) * 12)).delay_s == JUDGING.delay_most_s


def test_a_delay_below_twice_its_error_is_measured_but_not_taken_off():
    watch = told(run_of(timer_delays_s=(OWN_S + 0.8,) * 12))
    assert watch.measured_s == pytest.approx(0.8)
    assert watch.delay_s == 0.0


def test_who_presses_on_the_run_shows_no_delay():
    watch = told(run_of(timer_delays_s=(0.0,) * 7 + (5.0,) * 5))
    assert (watch.starts, watch.starts_s, watch.delay_s) == (12, None, 0.0)
    on_the_run = digest(recording(way((300, 3.0))))
    assert (on_the_run.timer_delays_s, on_the_run.timer_ramps_s) == ((0.0,), (0.0,))


@pytest.mark.parametrize("delay_s", [2.0, 4.0])
@pytest.mark.parametrize(("ramp_s", "within_s"), [(1.0, 0.7), (2.0, 0.5), (5.0, 1.1), (8.0, 1.2)])
def test_a_delay_of_all_streams_is_recovered_however_gently_he_starts(delay_s, ramp_s, within_s):
    """The half rise of a gentle start is late by half of its ramp, 4 s of one of 8 s: that is not the watch's."""
    watch = told(digest(started(delay_s, ramp_s)))
    assert watch.delay_s == pytest.approx(delay_s, abs=within_s)
    assert watch.delay_s == pytest.approx(delay_s, abs=2.0 * watch.se_s)


@pytest.mark.parametrize("ramp_s", [1.0, 2.0, 5.0, 8.0])
def test_a_gentle_start_is_no_late_watch(ramp_s):
    assert told(digest(started(0.0, ramp_s))).delay_s == 0.0


def test_who_walks_when_he_presses_rises_from_his_walk():
    how = way((30, 1.3), *([(200, 3.2), (60, 1.3)] * 10))
    pressed = [29.5 + 260 * k for k in range(10)]
    at_s = np.concatenate([np.arange(at, at + 190) for at in pressed])
    activity = recording(how, late_s=dict.fromkeys(ALL, 4.0), at_s=at_s)
    stops = tuple(Pause(at + 189 - 29.5, at + 260 - 29.5, "timer") for at in pressed[:-1])
    watch = told(digest(replace(activity, pauses=stops)))
    assert watch.delay_s == pytest.approx(4.0 + 0.5 - OWN_S, abs=0.6)


def test_a_simulated_watch_that_is_late_in_all_streams_shows_it():
    def measured(late_s):
        watch = replace(WATCHES["stops timer in recoveries"], shared_delay_s=late_s)
        runs = [digest(simulate_run(RUNNER, "strides_after_easy", watch, seed=seed).activity) for seed in range(4)]
        return told(*runs).measured_s

    on_time, late = measured(0.0) or 0.0, measured(3.0)
    assert on_time < 2.5
    assert late - on_time == pytest.approx(3.0, abs=0.7)


# -------------------------------------------------------------------------------------------------------- timed laps


def timed(late_s, pressed_s=0.0, trigger="manual"):
    """Return a run of 6 strides, timed by a key that is pressed `pressed_s` late at both ends."""
    how = way((300, 3.0), *([(20, 6.4), (80, 2.6)] * 6), (300, 3.0))
    ends = [0.0, *(300.0 + 100 * k + part + pressed_s for k in range(6) for part in (0, 20)), 1199.0]
    activity = recording(how, late_s=dict.fromkeys(ALL, late_s), laps=tuple(pairwise(ends)))
    return replace(activity, laps=tuple(replace(lap, trigger=trigger) for lap in activity.laps))


@pytest.mark.parametrize("trigger", ["manual", None])
def test_timed_laps_show_the_delay_of_a_watch(trigger):
    run = digest(timed(3.5, trigger=trigger))
    assert len(run.lap_starts_s) == len(run.lap_ends_s) == 6
    assert run.lap_starts_s == pytest.approx((3.5,) * 6, abs=0.4)
    assert told(run).laps_s is None  # one run is one day's habit
    watch = told(run, run, run)
    # What changes speed at once has no ramp; a runner's own half ramp is taken off.
    assert watch.laps_s == pytest.approx(3.5 - JUDGING.delay_ramp_s, abs=0.3)
    assert watch.laps == 36
    assert watch.delay_s == watch.measured_s == watch.laps_s


def test_laps_that_the_watch_made_and_long_ones_show_nothing():
    assert digest(timed(3.5, trigger="distance")).lap_starts_s == ()
    long = recording(way((300, 3.0), (300, 4.4), (300, 3.0)), laps=((0, 300), (300, 600), (600, 899)))
    assert digest(long).lap_ends_s == ()


def test_no_laps_leaves_no_trace():
    late, plain = digest(timed(3.5)), digest(timed(3.5), laps=False)
    assert (plain.lap_starts_s, plain.lap_ends_s) == ((), ())
    assert told(late, late, late, laps=False) == told(plain, plain, plain)
    season = [replace(late, source=f"{k}.fit") for k in range(3)]
    without = [replace(plain, source=f"{k}.fit") for k in range(3)]
    assert judge(season, laps=False) == judge(without, laps=False)
    assert habits(season, SETTINGS, laps=False).delays == habits(without, SETTINGS).delays
    assert habits(season, SETTINGS).delays["Watch 1"].delay_s > 2


def test_timed_laps_move_efforts_that_are_not_timed():
    timed_runs = [replace(digest(timed(3.5)), source=f"{k}.fit") for k in range(3)]
    other = replace(digest(timed(3.5), laps=False), source="other.fit")
    alone, among = (judge([*runs, other]).runs[-1].efforts for runs in ((), timed_runs))
    moved = [there.start_s - here.start_s for there, here in zip(alone, among, strict=True)]
    assert moved == pytest.approx([told(*timed_runs).delay_s] * 6, abs=0.11)


def test_starts_and_laps_are_weighed_by_their_errors():
    starts = run_of(timer_delays_s=(OWN_S + 3.0,) * 12)
    ends = tuple(JUDGING.delay_ramp_s + 3.6 for _ in range(6))
    both = told(*[replace(starts, lap_starts_s=ends, lap_ends_s=ends)] * 3)
    assert (both.starts_s, both.laps_s) == (pytest.approx(3.0), pytest.approx(3.6))
    assert both.measured_s == pytest.approx(3.3)
    assert both.se_s == pytest.approx(JUDGING.delay_habit_s / 2**0.5)
    apart = told(*[replace(starts, lap_starts_s=(1.0,) * 6, lap_ends_s=(1.0,) * 6)] * 3)
    assert apart.se_s > 2.5 * both.se_s  # 3 s and none: nobody knows
    assert apart.delay_s == 0.0


def test_laps_longer_off_than_a_delay_can_be_are_no_delay():
    run = run_of(timer_delays_s=(), lap_starts_s=(9.0,) * 6, lap_ends_s=(9.0,) * 6)
    assert told(run, run, run).laps_s is None


def test_a_judgement_tells_its_watches():
    runs = [run_of(source="a.fit", timer_delays_s=(4.5,) * 9), run_of(source="b.fit", device="Watch 2")]
    assert [watch.device for watch in judge(runs).watches] == ["Watch 1", "Watch 2"]
    assert judge(runs).watches[0].delay_s == pytest.approx(4.5 - OWN_S)
    assert plain_digest().device == "Watch 1"
    assert json.dumps([one.starts for one in judge(runs).watches]) == "[9, 1]"
