"""What a run is judged in: easy running, grades that are known, and the habits of runner and watch."""

import datetime as dt
from dataclasses import replace

import pytest

from builders_segmenter import burst_of, plain_digest, run_of
from legspeed.model import Yardstick
from legspeed.segmenter.context import Context, habits
from legspeed.segmenter.yardstick import Usual
from legspeed.settings import Settings

SETTINGS = Settings()
RULES = SETTINGS.yardstick
STICK = Yardstick(4.4, "given", 7.6, "given", dt.date(2026, 3, 3))


def test_the_gain_of_cadence_is_against_easy_running():
    context = Context(STICK, 3.0, 162.0)
    assert context.cadence_gain(burst_of(answer_cadence_spm=190.0)) == 28.0
    assert context.cadence_gain(burst_of(answer_cadence_spm=None)) is None
    assert Context(STICK).cadence_gain(burst_of()) is None


def test_a_grade_is_known_only_as_well_as_its_watch_usually_knows_it():
    burst = burst_of(grade=0.06, grade_se=0.008)
    assert Context(STICK).grade(burst, 0.02) == (0.06, 0.008)
    assert Context(STICK, grade_error=2.0).grade(burst, 0.02) == (0.06, 0.016)
    assert Context(STICK, grade_error=3.0).grade(burst, 0.02) is None
    assert Context(STICK).grade(burst_of(grade=None, grade_se=None), 0.02) is None


def test_easy_running_is_the_run_s_own_and_the_season_s_where_the_run_shows_none():
    season = [plain_digest()] * 3 + [run_of(easy_speed_mps=4.3, easy_cadence_spm=178.0)]
    season.append(run_of(easy_speed_mps=None, easy_cadence_spm=None))
    known = habits(season, SETTINGS)
    own, race, none = (known.context(season[k], STICK, RULES) for k in (0, 3, 4))
    assert (own.easy_speed_mps, own.easy_cadence_spm) == (season[0].easy_speed_mps, season[0].easy_cadence_spm)
    for other in (race, none):
        assert other.easy_speed_mps == pytest.approx(3.0, abs=0.1)
        assert other.easy_cadence_spm == pytest.approx(162, abs=2)


def test_what_is_judged_knows_neither_date_nor_source_of_the_yardstick_but_whether_it_was_a_ride():
    season = [plain_digest()] * 3 + [run_of(easy_speed_mps=8.0, easy_cadence_spm=None)]
    known = habits(season, SETTINGS)
    stick = replace(STICK, five_k_source="race", max_speed_source="given")
    run, ride = (known.context(season[k], stick, RULES) for k in (0, 3))
    assert (run.ride, ride.ride) == (False, True)
    assert run == known.context(season[0], replace(STICK, as_of=None), RULES)


def test_a_watch_whose_altitude_is_usually_bad_is_not_believed_on_a_good_day():
    season = [run_of(altitude_noise_m=noise) for noise in (1.8, 2.0, 2.2, 0.2)]
    season += [run_of(device="Watch 2", altitude_noise_m=0.2)] * 3
    known = habits(season, SETTINGS)
    assert known.context(season[3], STICK, RULES).grade_error == pytest.approx(1.9 / 0.2, rel=0.1)
    assert known.context(season[2], STICK, RULES).grade_error == 1.0
    assert known.context(season[4], STICK, RULES).grade_error == 1.0
    assert known.context(run_of(altitude_noise_m=None), STICK, RULES).grade_error == 1.0


def test_habits_of_no_runs_are_empty():
    known = habits([], SETTINGS)
    assert (known.usual, dict(known.delays)) == (Usual(None), {})
    context = known.context(plain_digest(), STICK, RULES)
    assert context.delay_s == 0.0
    assert context.easy_speed_mps == plain_digest().easy_speed_mps
