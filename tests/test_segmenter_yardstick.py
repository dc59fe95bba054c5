"""The runner's own yardstick: dated, robust against one spike or ride, and overruled by what he says himself."""

import dataclasses
import datetime as dt
import itertools
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import RUNNER, START, known, measured, run_of
from legspeed.athlete import Athlete, Race
from legspeed.segmenter import judge
from legspeed.segmenter.bests import BEST_DURATIONS_S
from legspeed.segmenter.yardstick import Usual, as_five_k, five_k_equivalent, is_ride, season_marks, yardsticks
from legspeed.settings import Settings

SETTINGS = Settings()
RULES = SETTINGS.yardstick


def day(number):
    return START + dt.timedelta(days=number)


def held(five_k_mps, seconds):
    """Return the speed over so many seconds of a runner of this 5 km speed."""
    return five_k_mps * (seconds / (5000 / five_k_mps)) ** -RULES.fatigue


def easy_run(number, speed=3.0, **changes):
    """Return an easy hour on this day."""
    bests = {t: 1.04 * speed for t in BEST_DURATIONS_S}
    facts = {"start": day(number), "best_speeds": bests, "easy_speed_mps": speed, "bursts": (), "moving_s": 3600.0}
    return run_of(**{**facts, **changes})


def race(number, five_k_mps=4.4, longest_s=1200, **changes):
    """Return a race: hard from start to end of the recording, held for `longest_s`."""
    mean = held(five_k_mps, longest_s)
    bests = {t: held(five_k_mps, t) for t in BEST_DURATIONS_S if t <= longest_s}
    facts = {"best_speeds": bests, "easy_speed_mps": mean, "moving_s": float(longest_s), "distance_m": mean * longest_s}
    return easy_run(number, **{**facts, **changes})


def spike_of(speed, longest_s, around=3.1):
    """Return the bests of an easy run with one jump of the positions: longer ones hold it, and easy running around."""
    return {t: (speed * min(t, longest_s) + around * max(0, t - longest_s)) / t for t in BEST_DURATIONS_S}


def measure(season, on=100, athlete=None):
    return yardsticks(season_marks(season, RULES), [day(on)], athlete or Athlete(), RULES)[0]


HEARTS = [*[142.0, 150.0] * 10, 182.0, 180.0, 179.0]
SEASON = [easy_run(4 * k) for k in range(20)] + [race(30, 4.4), race(60, 4.35), race(45, 4.2)]


# ------------------------------------------------------------------------------------------------- equivalents


@settings(max_examples=100, deadline=None)
@given(st.floats(2.5, 6.6), st.sampled_from([t for t in BEST_DURATIONS_S if t >= 240]), st.floats(0, 0.5))
def test_a_best_over_any_time_becomes_the_same_5_km_speed(five_k, seconds, more):
    assert as_five_k(held(five_k, seconds), seconds, RULES.fatigue) == pytest.approx(five_k)
    assert as_five_k(five_k, 5000 / five_k, RULES.fatigue) == pytest.approx(five_k)
    assert as_five_k(five_k + more, seconds, RULES.fatigue) >= as_five_k(five_k, seconds, RULES.fatigue)
    assert as_five_k(five_k, seconds * (1 + more), RULES.fatigue) >= as_five_k(five_k, seconds, RULES.fatigue)


def test_short_bests_are_no_equivalent():
    sprints = run_of(best_speeds={5: 8.0, 30: 7.0, 120: 6.0})
    assert five_k_equivalent(sprints, RULES.shortest_s, RULES) is None
    assert five_k_equivalent(race(0, 4.4), RULES.shortest_s, RULES) == pytest.approx(4.4)


# ------------------------------------------------------------------------------------------------- from the season


def test_races_show_the_5_km_speed_and_say_which():
    for on, said in ((30, "± 2%"), (100, "± 3%")):
        stick = measure(SEASON, on=on)
        assert stick.five_k_speed_mps == pytest.approx(4.4, abs=0.06)
        assert stick.sure
        assert str(day(30 if on == 30 else 60).date()) in stick.five_k_source
        assert said in stick.five_k_source
        assert stick.as_of == day(on).date()


@pytest.mark.parametrize(
    "odd",
    [
        easy_run(50, best_speeds={t: 7.0 if t <= 420 else 3.1 for t in BEST_DURATIONS_S}),
        easy_run(50, best_speeds=spike_of(6.3, 300)),
        easy_run(50, best_speeds=spike_of(6.3, 300), easy_cadence_spm=None),
        easy_run(50, best_speeds={t: 11.0 if t <= 60 else 3.1 for t in BEST_DURATIONS_S}),
        race(50, 8.0, easy_speed_mps=7.0, easy_cadence_spm=None),
        race(50, 9.0, carried_s=3000.0, moving_s=500.0),
        race(50, 6.0, easy_speed_mps=6.0, easy_cadence_spm=150.0),
    ],
    ids=[
        "spike of minutes",
        "its mean over more",
        "and no steps",
        "spike of seconds",
        "ride without cadence",
        "ride that was seen",
        "ride with a crank",
    ],
)
def test_one_spike_or_ride_does_not_move_it(odd):
    plain, moved = measure(SEASON), measure([*SEASON, odd])
    assert moved.five_k_speed_mps == pytest.approx(plain.five_k_speed_mps, rel=0.03)
    assert moved.max_speed_mps == pytest.approx(plain.max_speed_mps, rel=0.03)


def test_nor_do_two_spikes_of_different_days():
    spiked = [{t: top if t <= 420 else 3.1 for t in BEST_DURATIONS_S} for top in (7.5, 7.0)]
    odd = [easy_run(50 + 7 * k, best_speeds=bests) for k, bests in enumerate(spiked)]
    assert measure([*SEASON, race(75, 4.3), *odd]).five_k_speed_mps == pytest.approx(4.4, abs=0.13)


def test_dropping_any_one_run_moves_it_little():
    season = [*SEASON, race(75, 4.15)]
    whole = measure(season).five_k_speed_mps
    for k in range(len(season)):
        assert measure(season[:k] + season[k + 1 :]).five_k_speed_mps == pytest.approx(whole, rel=0.04)


@pytest.mark.parametrize("easy_share", [0.66, 0.70, 0.74, 0.8, 0.84, 0.88])
@pytest.mark.parametrize("races", [1, 2])
def test_one_or_two_races_among_easy_runs_win(easy_share, races):
    """Runners race once or twice a season; fast ones run easy at two thirds of it, slow ones not far below."""
    season = [easy_run(4 * k, easy_share * 4.4) for k in range(20)] + [race(30 + 9 * k, 4.4) for k in range(races)]
    stick = measure(season)
    assert stick.five_k_speed_mps == pytest.approx(4.4, abs=0.1)
    assert stick.sure


def test_a_tempo_is_sure_where_easy_running_is_known():
    def season(easy):
        return [race(50, 4.0, distance_m=None), *(easy_run(4 * k) for k in range(easy))]

    few, many = measure(season(3)), measure(season(int(RULES.familiar_runs)))
    assert "tempo session" in few.five_k_source
    assert "tempo session" in many.five_k_source
    assert (few.sure, many.sure) == (False, True)


def test_a_season_of_easy_runs_is_not_sure():
    stick = measure([easy_run(4 * k) for k in range(20)])
    assert not stick.sure
    assert stick.five_k_speed_mps == pytest.approx(RULES.easy_ratio * 3.0)
    assert "easy" in stick.five_k_source


@pytest.mark.parametrize(("speed", "limit"), [(0.06, RULES.five_k_least_mps), (8.5, RULES.five_k_most_mps)])
def test_no_runner_is_slower_or_faster_than_there_are(speed, limit):
    stick = measure([race(5 * k, speed, easy_speed_mps=0.9 * speed) for k in range(4)])
    assert (stick.five_k_speed_mps, stick.sure) == (limit, False)


def test_nothing_to_go_by_is_said():
    for season in ([], [run_of(best_speeds={}, easy_speed_mps=None)]):
        stick = measure(season)
        assert not stick.sure
        assert stick.five_k_speed_mps == RULES.five_k_default_mps
        assert "default" in stick.five_k_source


def test_form_is_dated():
    years = [race(-600 + k, 4.8) for k in range(4)] + [easy_run(-600 + k) for k in range(6)]
    years += [race(k, 4.2) for k in range(4)] + [easy_run(k) for k in range(6)]
    assert measure(years, on=-590).five_k_speed_mps == pytest.approx(4.8, abs=0.05)
    assert measure(years, on=10).five_k_speed_mps == pytest.approx(4.2, abs=0.05)
    assert measure(years[:10], on=10).five_k_speed_mps == pytest.approx(4.8, abs=0.05)  # all there is


def test_the_yardstick_moves_with_the_form():
    def form(number):  # 8 % in 26 weeks
        return 4.2 * (1.0 + 0.08 * number / 182)

    season = [easy_run(3 * k, 0.72 * form(3 * k)) for k in range(60)] + [
        race(k, form(k)) for k in (1, 45, 90, 135, 180)
    ]
    for number in range(0, 183, 7):
        assert measure(season, on=number).five_k_speed_mps == pytest.approx(form(number), rel=0.03)
    assert measure(season, on=182).five_k_speed_mps > 1.05 * measure(season, on=0).five_k_speed_mps


def test_a_mark_far_off_is_less_sure():
    season = [easy_run(4 * k) for k in range(60)] + [race(0, 4.4)]
    near, far = measure(season, on=0), measure(season, on=150)
    assert "± 2%" in near.five_k_source
    assert "± 5%" in far.five_k_source
    assert near.five_k_speed_mps == pytest.approx(far.five_k_speed_mps)


def test_the_order_of_runs_does_not_matter():
    wanted = measure(SEASON)
    for season in (SEASON[::-1], sorted(SEASON, key=lambda d: d.best_speeds[600])):
        assert measure(season) == wanted


def test_faster_races_never_lower_it():
    sticks = [measure([*SEASON[:20], *(race(30 + k, v) for k in range(3))]) for v in (3.8, 4.1, 4.4, 4.8, 5.2)]
    speeds = [stick.five_k_speed_mps for stick in sticks]
    assert speeds == sorted(speeds)
    assert [stick.max_speed_mps for stick in sticks] == sorted(stick.max_speed_mps for stick in sticks)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.floats(2.5, 7)), max_size=8), st.floats(2, 4))
def test_any_season_gives_a_human_yardstick(races, easy):
    season = [race(number, v) for number, v in races] + [easy_run(10 * k, easy) for k in range(5)]
    stick = measure(season)
    assert 2.0 < stick.five_k_speed_mps < 8.5
    assert RULES.max_floor * stick.five_k_speed_mps <= stick.max_speed_mps + 1e-9
    assert stick.max_speed_mps <= min(RULES.max_cap * stick.five_k_speed_mps, RULES.hard_max_mps) + 1e-9


# ------------------------------------------------------------------------------------------------- what he says


def test_given_values_win():
    stick = measure(SEASON, athlete=Athlete(five_k_speed_mps=5.5, max_speed_mps=9.1))
    assert (stick.five_k_speed_mps, stick.max_speed_mps) == (5.5, 9.1)
    assert (stick.five_k_source, stick.max_speed_source, stick.sure) == ("given", "given", True)


def test_a_race_he_names_wins_over_the_season_and_the_nearest_one_counts():
    old, new = Race(day(-400).date(), 5000, 5000 / 5.0), Race(day(90).date(), 10_000, 10_000 / 4.3)
    stick = measure(SEASON, athlete=Athlete(races=(old, new)))
    assert stick.five_k_speed_mps == pytest.approx(as_five_k(4.3, 10_000 / 4.3, RULES.fatigue))
    assert stick.five_k_speed_mps > 4.3
    assert stick.sure
    assert str(new.date) in stick.five_k_source
    assert measure(SEASON, on=-390, athlete=Athlete(races=(old, new))).five_k_speed_mps == pytest.approx(5.0)
    given = Athlete(races=(old,), five_k_speed_mps=4.0)
    assert measure(SEASON, athlete=given).five_k_source == "given"


# ------------------------------------------------------------------------------------------------- rides


def test_what_is_a_ride():
    assert is_ride(run_of(carried_s=2000.0, moving_s=600.0), Usual(3.0), RULES)
    assert not is_ride(run_of(carried_s=60.0, moving_s=3000.0), Usual(3.0), RULES)
    fast = run_of(easy_speed_mps=6.5, easy_cadence_spm=None, carried_s=0.0)
    assert is_ride(fast, Usual(3.0), RULES)
    assert not is_ride(run_of(easy_speed_mps=6.5, easy_cadence_spm=170.0, carried_s=0.0), Usual(3.0), RULES)
    assert not is_ride(fast, Usual(None), RULES)
    pedalled = run_of(easy_speed_mps=6.0, easy_cadence_spm=150.0, carried_s=0.0)
    assert is_ride(pedalled, Usual(3.0, 166.0), RULES)
    assert not is_ride(pedalled, Usual(3.6, 166.0), RULES)
    assert not is_ride(run_of(easy_speed_mps=6.0, easy_cadence_spm=184.0, carried_s=0.0), Usual(3.0, 166.0), RULES)
    held = run_of(easy_speed_mps=4.0, easy_cadence_spm=None, carried_s=0.0, best_speeds={600: 5.6})
    assert is_ride(held, Usual(None), RULES, five_k_mps=4.0)
    assert not is_ride(held, Usual(None), RULES, five_k_mps=4.5)
    assert not is_ride(run_of(easy_speed_mps=None, easy_cadence_spm=None, carried_s=0.0), Usual(3.0), RULES)


@pytest.mark.parametrize(
    ("speed_mps", "spm", "high_bpm", "ride"),
    [
        (3.9, None, 120.0, True),
        (3.9, None, 165.0, False),
        (3.9, None, None, False),
        (3.9, 165.0, 120.0, False),
        (3.1, None, 120.0, False),
    ],
)
def test_fast_without_steps_and_with_a_heart_at_rest_is_a_ride(speed_mps, spm, high_bpm, ride):
    run = run_of(easy_speed_mps=speed_mps, easy_cadence_spm=spm, heart_high_bpm=high_bpm, carried_s=0.0)
    assert is_ride(run, Usual(3.0, top_bpm=182.0), RULES) is ride


def test_a_gentle_ride_of_a_fast_runner_sets_no_yardstick():
    """Without steps, and no faster than he races: only his heart tells."""
    hearts = [
        dataclasses.replace(run, easy_cadence_spm=None, heart_high_bpm=high)
        for run, high in zip(SEASON, HEARTS, strict=True)
    ]
    ride = race(70, 4.6, longest_s=1800, easy_cadence_spm=None, heart_high_bpm=110.0)
    assert measure([*hearts, ride]) == measure(hearts)
    run = dataclasses.replace(ride, heart_high_bpm=178.0)
    assert measure([*hearts, run]).five_k_speed_mps > measure(hearts).five_k_speed_mps


@pytest.mark.parametrize("watch", ["steady 1 s", "GPS only"])
def test_simulated_bike_rides_move_nothing(watch):
    season = [measured(name, watch, seed) for name in ("easy_run", "tempo") for seed in range(3)]
    rides = [measured("ride_saved_as_run", watch, seed) for seed in range(2)]
    plain, moved = judge(season).yardstick, judge([*season, *rides]).yardstick
    assert moved.five_k_speed_mps == pytest.approx(plain.five_k_speed_mps, rel=0.03)
    assert moved.max_speed_mps == pytest.approx(plain.max_speed_mps, rel=0.03)


# ------------------------------------------------------------------------------------------------- a simulated season


@cache
def simulated_season(*names):
    return [measured(name, "steady 1 s", seed) for name, seed in itertools.product(names, range(3))]


def test_a_simulated_season_shows_its_runner():
    stick = judge(simulated_season("easy_run", "race", "tempo", "strides_after_easy", "flat_sprints")).yardstick
    assert stick.sure
    assert stick.five_k_speed_mps == pytest.approx(RUNNER.five_k_speed_mps, rel=0.06)
    assert stick.max_speed_mps == pytest.approx(RUNNER.max_speed_mps, rel=0.09)


def test_a_season_of_easy_runs_and_walks_is_unsure_and_its_guess_is_not_wild():
    stick = judge(simulated_season("easy_run", "run_walk")).yardstick
    assert not stick.sure
    assert 0.8 < stick.five_k_speed_mps / RUNNER.five_k_speed_mps < 1.1


def test_what_he_says_reaches_every_run():
    season = simulated_season("easy_run", "tempo")
    said = judge(season, athlete=known()).yardsticks
    assert len(said) == len(season)
    for yardstick in said:
        assert yardstick.five_k_speed_mps == RUNNER.five_k_speed_mps
        assert yardstick.max_speed_mps == RUNNER.max_speed_mps


def test_a_recording_that_holds_a_ride_and_no_steps_shows_no_bests():
    silent = [dataclasses.replace(run, easy_cadence_spm=None) for run in SEASON]
    ride = race(70, 4.5, carried_s=RULES.carried_most_s + 1.0, easy_cadence_spm=None)
    assert measure([*silent, ride]).five_k_speed_mps == measure(silent).five_k_speed_mps
    run = dataclasses.replace(ride, carried_s=0.0)
    assert measure([*silent, run]).five_k_speed_mps > measure(silent).five_k_speed_mps
