"""What runs without positions read, held against the same runner outdoors."""

import dataclasses
import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders_segmenter import START, run_of
from legspeed.athlete import Athlete
from legspeed.segmenter.indoors import as_outdoors, readings, shown_outdoors
from legspeed.segmenter.top_speed import Sprints, sure_sprints
from legspeed.segmenter.yardstick import season_marks, yardsticks
from legspeed.settings import Settings

RULES = Settings().yardstick
EASY = 3.0


def run(number, speed=EASY, *, indoors=False, **facts):
    """Return an easy hour on this day, its best minutes a little faster."""
    facts = {"device": "Watch", "moving_s": 3600.0, "easy_cadence_spm": 165.0, **facts}
    return run_of(
        start=START + dt.timedelta(days=number),
        basis=("distance", "speed") if indoors else ("position", "distance", "speed"),
        easy_speed_mps=speed,
        best_speeds={seconds: 1.05 * speed for seconds in (240, 600, 1200, 1800)},
        bursts=(),
        **facts,
    )


OUTDOORS = [run(2 * k) for k in range(10)]


def read(*inside, outdoors=OUTDOORS):
    """Return what these runs are found to read, beside some outdoors."""
    return readings([*outdoors, *inside], RULES)[len(outdoors) :]


def test_outdoors_all_is_as_it_is():
    assert read(run(30, 3.6), run(31, 2.4)) == [1.0, 1.0]


def test_without_running_outdoors_nobody_can_know():
    few = OUTDOORS[: int(RULES.least_sessions) - 1]
    assert not shown_outdoors(few, RULES)
    assert read(run(30, 3.6, indoors=True), outdoors=few) == [1.0]


def test_what_a_watch_reads_every_time_is_known_better_than_what_it_read_once():
    once = read(run(30, 1.15 * EASY, indoors=True))[0]
    often = read(*(run(30 + k, 1.15 * EASY, indoors=True) for k in range(12)))[0]
    assert 1.05 < once < often <= 1.15
    assert often == pytest.approx(1.15 * math.exp(-RULES.indoor_small), abs=0.02)
    slow = read(*(run(30 + k, 0.85 * EASY, indoors=True) for k in range(12)))[0]
    assert slow == pytest.approx(0.85 * math.exp(RULES.indoor_small), abs=0.02)


def test_what_is_small_is_how_he_ran():
    small = 0.9 * math.expm1(RULES.indoor_small)
    assert set(read(*(run(30 + k, (1 + small) * EASY, indoors=True) for k in range(12)))) == {1.0}


@given(st.lists(st.floats(0.5, 2.0), min_size=1, max_size=8))
def test_a_reading_lies_between_none_and_what_it_explains(shares):
    found = read(*(run(30 + k, share * EASY, indoors=True) for k, share in enumerate(shares)))
    most = math.exp(RULES.indoor_most) + 0.005
    assert all(1 / most <= reading <= most for reading in found)
    if min(shares) >= 1:
        assert min(found) >= 1


def test_hard_and_short_runs_say_nothing_of_the_belt():
    usual = [run(30 + k, 1.1 * EASY, indoors=True) for k in range(6)]
    hard, short = run(50, 1.5 * EASY, indoors=True), run(51, 0.6 * EASY, indoors=True, moving_s=200.0)
    known = read(*usual)[0]
    *_, of_hard, of_short = read(*usual, hard, short)
    assert of_hard == pytest.approx(known, abs=0.02)
    assert of_short == pytest.approx(known, abs=0.02)


def test_another_watch_reads_otherwise():
    mine = [run(30 + k, 1.15 * EASY, indoors=True) for k in range(6)]
    other = [run(40 + k, EASY, indoors=True, device="Pod") for k in range(6)]
    found = read(*mine, *other)
    assert found[:6] == [1.1] * 6
    assert set(found[6:]) == {1.0}


def test_a_place_that_does_not_exist_is_indoors():
    assert run(0, sub_sport="virtual_activity").indoors
    assert not run(0, sub_sport="treadmill").indoors


def test_set_right_a_run_shows_what_it_would_outdoors():
    inside = run(30, 1.1 * EASY, indoors=True)
    right = as_outdoors(inside, 1.1)
    assert right.easy_speed_mps == pytest.approx(EASY)
    assert right.best_speeds == pytest.approx(run(30).best_speeds)
    assert as_outdoors(inside, 1.0) is inside


def test_a_belt_that_reads_fast_sets_no_yardstick():
    tempo = {600: 4.0, 1200: 3.9}

    def five_k(share, *, indoors):
        outdoors = [dataclasses.replace(run(60 + k), best_speeds=tempo) for k in range(3)]
        fast = {seconds: share * speed for seconds, speed in tempo.items()}
        others = [dataclasses.replace(run(70 + k, indoors=indoors), best_speeds=fast) for k in range(3)]
        marks = season_marks([*OUTDOORS, *outdoors, *others], RULES)
        return yardsticks(marks, [START], Athlete(), RULES)[0].five_k_speed_mps

    assert five_k(1.08, indoors=False) > 1.06 * five_k(1.0, indoors=False)
    assert five_k(1.08, indoors=True) < 1.03 * five_k(1.0, indoors=True)


def test_sprints_indoors_speak_where_hardly_any_were_run_outdoors():
    def sprints(reached):
        return Sprints(START, reached, reached, "sprints")

    inside = [run(30 + k, 1.25 * EASY, indoors=True) for k in range(3)]
    shown, share = [sprints(9.0)] * 3, [1.25] * 3
    alone = sure_sprints([*OUTDOORS, *inside], [None] * 10 + shown, [1.0] * 10 + share, RULES)
    assert [one.reached_mps for one in alone] == [7.2] * 3
    both = sure_sprints([*OUTDOORS, *inside], [sprints(7.0)] * 10 + shown, [1.0] * 10 + share, RULES)
    assert [one.reached_mps for one in both] == [7.0] * 10
