"""A simulated season: its plan, its known gaps, its speed."""

import datetime as dt
import time

import numpy as np
import pytest

from legspeed.simulate import SESSIONS, Runner, plan_season, simulate_run, simulate_season

RUNNER = Runner.of(1200, 3)
BARRED = (dt.date(2026, 2, 1), dt.date(2026, 3, 4))


def plan(**changes):
    return plan_season(dt.date(2026, 1, 1), 14, 5, runs_per_week=4.0, without=(BARRED,), **changes)


def test_a_plan_has_about_as_many_runs_as_asked_and_none_twice():
    runs = plan()
    assert 40 <= len(runs) <= 72
    days = [run.start.date() for run in runs]
    assert days == sorted(set(days))
    assert dt.date(2026, 1, 1) <= days[0] <= days[-1] < dt.date(2026, 1, 1) + dt.timedelta(weeks=14)
    assert all(run.session in SESSIONS for run in runs)
    assert runs == plan()


def test_barred_stretches_hold_no_counted_effort_and_others_do():
    runs = list(simulate_season(RUNNER, plan(watches=("steady 1 s", "smart recording")), 1, utc_offset_s=3600))
    fast = {run.activity.start.date() for run in runs if run.counted}
    assert not any(BARRED[0] <= day <= BARRED[1] for day in fast)
    assert any(day < BARRED[0] for day in fast)
    assert any(day > BARRED[1] for day in fast)
    assert {run.watch for run in runs} == {"steady 1 s", "smart recording"}
    assert {run.activity.utc_offset_s for run in runs} == {3600}
    assert [run.activity.start for run in runs] == sorted(run.activity.start for run in runs)


def test_a_run_of_a_season_depends_on_its_number_only():
    runs = plan()
    again = list(simulate_season(RUNNER, runs[:3], 1))[2]
    assert again.activity.same_as(list(simulate_season(RUNNER, runs[:5], 1))[2].activity)


def test_form_moves_from_run_to_run():
    runs = plan()[:6]
    moving = list(simulate_season(RUNNER, runs, 1, form=lambda start: 0.9 if start < runs[4].start else 1.05))
    slow, fast = (list(simulate_season(RUNNER.in_form(share), runs, 1)) for share in (0.9, 1.05))
    assert all(one.activity.same_as(two.activity) for one, two in zip(moving, [*slow[:4], *fast[4:]], strict=True))
    assert not slow[0].activity.same_as(fast[0].activity)


def test_endurance_moves_maximal_speed_less():
    later = RUNNER.in_form(1.06)
    assert later.five_k_speed_mps == pytest.approx(1.06 * RUNNER.five_k_speed_mps)
    assert later.easy_speed_mps == pytest.approx(1.06 * RUNNER.easy_speed_mps)
    assert RUNNER.max_speed_mps < later.max_speed_mps < 1.03 * RUNNER.max_speed_mps
    assert RUNNER.in_form(1.0) == RUNNER


def test_an_unknown_watch_is_refused():
    with pytest.raises(ValueError, match="no watch 'sundial'"):
        plan(watches=("sundial",))


def test_an_hour_is_simulated_in_well_under_a_tenth_of_a_second():
    def hour(runner, rng):
        return SESSIONS["easy_run"](runner, rng, minutes=60, downhill=False)

    took = []
    for seed in range(5):
        begin = time.process_time()
        simulate_run(RUNNER, hour, seed=seed)
        took.append(time.process_time() - begin)
    assert np.min(took) < 0.1
