import datetime as dt
import math

import pytest
from hypothesis import given, settings, strategies

from builders_season import YARDSTICK, added_up, day, effort, run, strides
from legspeed.athlete import Athlete, ManualSession
from legspeed.exposure.bands import band_names
from legspeed.exposure.days import speed_days
from legspeed.exposure.logbook import Logbook
from legspeed.exposure.periods import Ledgers, weeks
from legspeed.exposure.weeks import week_label
from legspeed.settings import Score, Settings


def of(*runs, athlete=None, as_of=None):
    as_of = as_of or max((r.local_date for r in runs), default=None)
    return added_up(runs, athlete=athlete, as_of=as_of).exposure


class TestWeeks:
    @pytest.mark.parametrize(
        ("date", "label"),
        [
            ("2024-02-15", "2024-W07"),
            ("2021-01-03", "2020-W53"),
            ("2024-12-30", "2025-W01"),
            ("2024-01-01", "2024-W01"),
        ],
    )
    def test_labels_are_iso(self, date, label):
        assert week_label(dt.date.fromisoformat(date)) == label

    def test_empty_weeks_are_there_too(self):
        found = of(run(day(0), *strides(6)), run(day(22), *strides(4)), as_of=day(30)).weeks
        assert [w.name for w in found] == ["2024-W01", "2024-W02", "2024-W03", "2024-W04", "2024-W05"]
        assert [w.sessions for w in found] == [1, 0, 0, 1, 0]
        assert [w.total.efforts for w in found] == [6, 0, 0, 4, 0]

    def test_seconds_metres_and_kinds(self):
        sprint = effort(seconds=10, kind="hill_sprint", speed_mps=5.0)
        (week,) = of(run(day(0), *strides(2), sprint)).weeks
        assert (week.total.efforts, week.total.seconds, week.total.metres) == (3, 50.0, 290.0)
        assert {k: t.efforts for k, t in week.by_kind.items()} == {"hill_sprint": 1, "stride": 2}

    def test_two_recordings_of_one_day_are_one_session(self):
        (week,) = of(run(day(0), *strides(2), source="a"), run(day(0), *strides(3), source="b")).weeks
        assert (week.sessions, week.total.efforts) == (1, 5)

    def test_an_effort_of_unknown_distance_adds_no_metres(self):
        (week,) = of(run(day(0), effort(speed_mps=None))).weeks
        assert (week.total.seconds, week.total.metres) == (20.0, 0.0)

    def test_what_does_not_count_is_not_added(self):
        (week,) = of(run(day(0), effort(counts=False), effort(kind="interval", seconds=90))).weeks
        assert (week.sessions, week.total.efforts) == (0, 0)

    def test_sessions_by_hand_are_added(self):
        who = Athlete(sessions=(ManualSession(day(1), "hill_sprint", 8, 10.0), ManualSession(day(2), "stride", 4)))
        (week,) = of(run(day(3)), athlete=who).weeks
        assert (week.sessions, week.total.efforts, week.total.seconds) == (2, 12, 80.0)

    @given(strategies.lists(strategies.tuples(strategies.integers(0, 700), strategies.integers(0, 9)), min_size=1))
    @settings(deadline=None)
    def test_weeks_add_up_to_the_season(self, days):
        runs = [run(day(n), *strides(count)) for n, count in days]
        found = of(*runs)
        assert sum(w.total.efforts for w in found.weeks) == sum(len(r.efforts) for r in runs)
        first, last = min(r.local_date for r in runs), max(r.local_date for r in runs)
        log = Logbook(runs)
        span = speed_days(log, athlete=Athlete(), settings=Settings())
        held = Ledgers(log, span, (), yardstick=YARDSTICK, tiers=Settings().tiers)
        assert found.weeks == weeks(held, first=first, last=last)
        assert len({w.name for w in found.weeks}) == len(found.weeks)


class TestRecency:
    def test_days_since_the_last(self):
        found = of(run(day(0), *strides()), run(day(9)), as_of=day(12))
        assert (found.last_date, found.days_since, found.as_of) == (day(0), 12, day(12))

    def test_per_kind(self):
        found = of(run(day(0), effort(kind="hill_sprint")), run(day(5), effort()), run(day(7)))
        assert found.days_since_by_kind == {"hill_sprint": 7, "stride": 2}

    def test_jumps_have_their_own_count_and_touch_nothing_else(self):
        found = of(run(day(9)), athlete=Athlete(sessions=(ManualSession(day(4), "plyometrics", 3),)))
        assert found.days_since_by_kind == {"plyometrics": 5}
        assert found.last_date is None
        assert found.weeks[-1].sessions == 0

    def test_as_of_an_earlier_day_the_later_runs_have_not_been_run(self):
        found = of(run(day(0), *strides()), run(day(20), *strides()), as_of=day(10))
        assert (found.days_since, len(found.weeks)) == (10, 2)

    def test_never(self):
        found = of(run(day(0)), run(day(40)))
        assert (found.last_date, found.days_since, found.days_since_by_kind) == (None, None, {})

    def test_nothing(self):
        found = of()
        assert (found.as_of, found.weeks, found.score) == (None, (), ())


class TestBands:
    def test_names_follow_the_settings(self):
        assert [name for name, _ in band_names(Settings().tiers)] == ["<80", "80-85", "85-90", "90-95", "95+"]

    @pytest.mark.parametrize(
        ("share", "band"),
        [(0.79, "<80"), (0.80, "80-85"), (0.85, "85-90"), (0.9499, "90-95"), (0.95, "95+"), (1.2, "95+")],
    )
    def test_an_effort_is_in_the_band_of_its_top_speed(self, share, band):
        one = effort(peak_mps=share * YARDSTICK.max_speed_mps, flat_mps=None)
        found = of(run(day(0), one)).bands
        assert {name: t.efforts for name, t in found.items() if t.efforts} == {band: 1}

    def test_uphill_counts_as_on_the_flat(self):
        hill = effort(kind="hill_sprint", peak_mps=6.0, flat_mps=7.0, grade=0.08)
        assert of(run(day(0), hill)).bands["85-90"].efforts == 1

    def test_unknown_speed_is_in_no_band(self):
        found = of(run(day(0), effort(speed_mps=None, peak_mps=None, flat_mps=None)))
        assert sum(t.efforts for t in found.bands.values()) == 0


def test_bests_name_their_effort():
    quick = effort(300.0, cadence_spm=212.0, peak_mps=6.1)
    best = of(run(day(0), effort(peak_mps=7.7), source="fast.fit"), run(day(1), quick, source="quick.fit")).best
    assert (best["speed"]["peak_speed_mps"], best["speed"]["source"]) == (7.7, "fast.fit")
    assert (best["cadence"]["cadence_spm"], best["cadence"]["source"], best["cadence"]["start_s"]) == (
        212.0,
        "quick.fit",
        300.0,
    )
    assert of(run(day(0))).best == {"speed": None, "cadence": None, "step_length": None}


class TestScore:
    def test_the_reference_habit_has_mean_100(self):
        runs = [run(day(7 * w + d), *strides(5, 20.0)) for w in range(60) for d in (1, 4)]
        found = of(*runs, as_of=day(60 * 7 - 1))
        last = [day.score for day in found.score[-70:]]
        assert sum(last) / len(last) == pytest.approx(100.0, abs=0.5)
        habit = [day.habit for day in found.score[-70:]]
        assert sum(habit) / len(habit) == pytest.approx(100.0, abs=1.0)

    def test_it_fades_as_the_settings_say(self):
        found = of(run(day(0), *strides()), as_of=day(28)).score
        assert found[0].date == day(0)
        for days, left in ((7, 0.50), (14, 0.25), (28, 0.06)):
            assert found[days].score / found[0].score == pytest.approx(math.exp(-days / 10))
            assert found[days].score / found[0].score == pytest.approx(left, abs=0.01)

    def test_long_reps_and_long_sessions_score_no_more(self):
        capped, longer = of(run(day(0), effort(seconds=30))), of(run(day(0), effort(seconds=60, kind="fast_rep")))
        assert capped.score == longer.score
        much, more = of(run(day(0), *strides(15))), of(run(day(0), *strides(60)))
        assert much.score[0].score == pytest.approx(more.score[0].score)

    def test_weights_are_nearly_flat(self):
        score = {tier: of(run(day(0), effort(tier=tier))).score[0].score for tier in ("turnover", "near_max", "max")}
        assert score["near_max"] / score["turnover"] == pytest.approx(Score().near_max_weight)
        assert score["max"] / score["turnover"] == pytest.approx(Score().max_weight)

    def test_a_session_by_hand_of_unknown_seconds_scores_as_reference_reps(self):
        by_hand = Athlete(sessions=(ManualSession(day(0), "stride", 5),))
        assert of(run(day(0)), athlete=by_hand).score == of(run(day(0), *strides(5, 20.0))).score
