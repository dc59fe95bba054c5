import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies

from builders_season import added_up, day, easy, effort, fast, run
from legspeed.athlete import Athlete, ManualSession, Mute
from legspeed.exposure.gaps import is_alarm, level_of
from legspeed.settings import Settings


def of(*runs, athlete=None, as_of=None):
    return added_up(runs, athlete=athlete, as_of=as_of or max(r.local_date for r in runs)).gaps


def test_a_gap_runs_from_one_session_to_the_next():
    (gap,) = of(fast(0), easy(5), easy(13), fast(20), fast(27))
    assert (gap.start, gap.end, gap.days, gap.open) == (day(0), day(20), 20, False)
    assert (gap.level, gap.runs, gap.assessable_runs, gap.distance_km) == ("caution", 2, 2, 20.0)
    assert gap.days_min == 20
    assert gap.cause == "no-speed-work"


@pytest.mark.parametrize(
    ("days", "level"),
    [
        (8, None),
        (9, "notice"),
        (14, "notice"),
        (15, "caution"),
        (28, "caution"),
        (29, "flag"),
        (56, "flag"),
        (57, "restart"),
    ],
)
def test_levels_begin_above_their_days(days, level):
    assert level_of(days, Settings().gaps) == level
    found = of(fast(0), fast(days))
    assert [gap.level for gap in found] == ([level] if level else [])


def test_the_open_gap_ends_as_of_the_day_asked():
    (gap,) = of(fast(0), easy(3), as_of=day(40))
    assert (gap.open, gap.start, gap.end, gap.days) == (True, day(0), day(40), 40)


def test_before_the_first_effort_the_gap_starts_at_the_first_run_which_is_in_it():
    (gap,) = of(easy(0), easy(4), fast(12))
    assert (gap.start, gap.end, gap.runs, gap.open) == (day(0), day(12), 2, False)


def test_a_season_without_any_is_one_open_gap_from_its_first_run():
    (gap,) = of(easy(0), easy(7), easy(30))
    assert (gap.start, gap.end, gap.runs, gap.open, gap.level) == (day(0), day(30), 3, True, "flag")


def test_no_runs_no_gap():
    assert added_up((), as_of=day(100)).gaps == ()
    assert added_up((), as_of=None).gaps == ()


def test_what_does_not_count_closes_nothing():
    struck = run(day(10), effort(counts=False))
    long = run(day(12), effort(seconds=90, kind="interval", tier=None))
    helped = run(day(14), effort(kind="downhill", tier=None))
    (gap,) = of(fast(0), struck, long, helped, as_of=day(20))
    assert (gap.days, gap.runs) == (20, 3)


def test_a_kind_that_cannot_count_closes_nothing_even_if_marked():
    marked = run(day(10), effort(seconds=90, kind="interval", counts=True))
    assert of(fast(0), marked, as_of=day(20))[0].days == 20


def test_days_min_is_what_is_left_if_every_run_that_could_not_show_an_effort_had_one():
    (gap,) = of(fast(0), easy(10, assessable=False), easy(12), easy(25, assessable=False), as_of=day(31))
    assert (gap.days, gap.days_min) == (31, 15)
    assert (gap.runs, gap.assessable_runs) == (3, 1)
    assert gap.cause == "unseen"


def test_a_session_by_hand_closes_a_gap_and_jumps_do_not():
    by_hand = Athlete(sessions=(ManualSession(day(10), "stride", 5, 20.0),))
    assert [g.days for g in of(fast(0), fast(20), athlete=by_hand)] == [10, 10]
    jumps = Athlete(sessions=(ManualSession(day(10), "plyometrics", 3),))
    assert [g.days for g in of(fast(0), fast(20), athlete=jumps)] == [20]


def test_a_session_by_hand_before_the_first_run_begins_the_season():
    by_hand = Athlete(sessions=(ManualSession(day(0), "stride", 5, 20.0),))
    (gap,) = of(easy(5), fast(20), athlete=by_hand)
    assert (gap.start, gap.runs) == (day(0), 1)


class TestMutes:
    def mute(self, first, last):
        return Athlete(mutes=(Mute(day(first), day(last), "injured"),))

    def test_a_muted_gap_stays_listed(self):
        (gap,) = of(fast(0), fast(60), athlete=self.mute(3, 58))
        assert (gap.muted, gap.cause, gap.level, gap.days) == (True, "muted", "restart", 60)

    def test_a_mute_does_not_hide_what_lies_outside_it(self):
        (gap,) = of(fast(0), fast(60), athlete=self.mute(3, 40))
        assert not gap.muted

    def test_the_level_is_that_of_the_longest_part_outside_the_mutes(self):
        for first, last, level, left in ((3, 40, "caution", 20), (16, 100, "caution", 16), (20, 45, "caution", 20)):
            (gap,) = of(fast(0), fast(60), athlete=self.mute(first, last))
            assert (gap.days, gap.level, gap.days_unmuted, gap.muted) == (60, level, left, False)
        assert of(fast(0), fast(60))[0].days_unmuted == 60

    def test_what_is_left_of_a_partly_muted_gap_decides_about_the_alarm(self):
        injured = of(fast(0), *map(easy, range(1, 30)), athlete=self.mute(10, 70), as_of=day(70))
        assert not is_alarm(injured, "caution")
        assert is_alarm(injured, "notice")
        assert is_alarm(of(fast(0), easy(70)), "restart")

    def test_two_mutes_that_overlap_count_together(self):
        both = Athlete(mutes=(Mute(day(3), day(30)), Mute(day(20), day(40)), Mute(day(47), day(55))))
        assert of(fast(0), fast(60), athlete=both)[0].muted

    def test_a_mute_elsewhere_mutes_nothing(self):
        assert not of(fast(0), fast(9), athlete=self.mute(100, 200))[0].muted


@pytest.mark.parametrize(
    ("runs", "cause"),
    [
        ([], "no-runs"),
        ([3, 27], "break"),
        ([4, 8, 12, 16, 20, 24, 28], "no-speed-work"),
        ([15], "break"),
    ],
)
def test_causes(runs, cause):
    assert of(fast(0), *(easy(n) for n in runs), fast(30))[0].cause == cause


def test_runs_after_the_day_asked_are_left_out():
    assert of(fast(0), fast(20), as_of=day(15))[0].days == 15
    assert of(fast(0), fast(20), as_of=day(15))[0].open


seasons = strategies.lists(
    strategies.tuples(strategies.integers(0, 400), strategies.booleans(), strategies.booleans()),
    min_size=1,
    max_size=40,
)


@given(seasons, strategies.integers(0, 60))
@settings(deadline=None)
def test_gaps_tile_the_season(days, later):
    runs = [fast(n, assessable=seen) if is_fast else easy(n, assessable=seen) for n, is_fast, seen in days]
    as_of = max(r.local_date for r in runs) + dt.timedelta(days=later)
    found = of(*runs, as_of=as_of)
    touched = sorted({r.local_date for r in runs if r.efforts})
    for gap in found:
        assert 8 < gap.days == (gap.end - gap.start).days
        assert 0 <= gap.days_min <= gap.days
        assert 0 <= gap.assessable_runs <= gap.runs
        assert not any(gap.start < date < gap.end for date in touched)
        assert gap.open == (gap.end == as_of and (not touched or touched[-1] <= gap.start))
    assert [g.start for g in found] == sorted(g.start for g in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    # Whatever is no gap is covered by sessions at most 8 days apart.
    edges = sorted({min(r.local_date for r in runs), *touched, as_of})
    long = [(a, b) for a, b in pairwise(edges) if (b - a).days > 8]
    assert long == [(g.start, g.end) for g in found]


@given(seasons)
@settings(deadline=None)
def test_one_more_session_never_makes_a_gap_longer(days):
    runs = [fast(n) if is_fast else easy(n) for n, is_fast, _ in days]
    as_of = max(r.local_date for r in runs)
    before = of(*runs, as_of=as_of)
    extra = fast((as_of - day(0)).days // 2 + (min(r.local_date for r in runs) - day(0)).days // 2)
    after = of(*runs, extra, as_of=as_of)
    assert max((g.days for g in after), default=0) <= max((g.days for g in before), default=8)
