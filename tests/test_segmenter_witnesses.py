"""What races, tempo, reps and sprints say of 5 km and maximal speed, what they hold back, and how they join."""

import dataclasses
import datetime as dt
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import START, burst_of, recording, run_of, session, steps_per_minute, way
from legspeed.all_out import all_out_mps, as_maximum
from legspeed.model import Effort
from legspeed.segmenter import digest
from legspeed.segmenter.bests import BEST_DURATIONS_S
from legspeed.segmenter.five_k import Witness, as_five_k, five_k_equivalent, highest_heart_bpm, joined, witnesses
from legspeed.segmenter.grade import flat_speed
from legspeed.segmenter.ladder import Ladder
from legspeed.segmenter.rep_sets import session_effort
from legspeed.segmenter.top_speed import Sprints, sprints_of
from legspeed.segmenter.top_speed import joined as top_joined
from legspeed.settings import Settings

SETTINGS = Settings()
RULES = SETTINGS.yardstick
EASY_MPS = 3.0


def tempo(speed=4.0, seconds=1200, heart=None, high=190.0):
    """Return a run with one hard stretch in it, and easy running around."""
    bests = {t: speed if t <= seconds else 3.3 for t in BEST_DURATIONS_S}
    hearts = {} if heart is None else {t: heart for t in BEST_DURATIONS_S if RULES.held_s <= t <= seconds}
    return run_of(
        best_speeds=bests, easy_speed_mps=3.2, bursts=(), moving_s=3600.0, distance_m=3600 * 3.4,
        best_heart_bpm=hearts, heart_high_bpm=high,
    )  # fmt: skip


def alone(*runs):
    return witnesses(runs, EASY_MPS, RULES)


def reps(count=5, speed=4.6, seconds=200.0, rest_s=100.0):
    """Return the candidates of a session of reps."""
    shape = {
        "mean_speed_mps": speed, "mean_speed_se_mps": 0.1,
        "plateau_speed_mps": speed, "mid_speed_mps": speed, "low_speed_mps": 0.98 * speed,
        "base_speed_mps": 2.0, "after_speed_mps": 2.0, "carried": False,
    }  # fmt: skip
    starts = [900.0 + k * (seconds + rest_s) for k in range(count)]
    return tuple(burst_of(start_s=at, end_s=at + seconds, **shape) for at in starts)


# ------------------------------------------------------------------------------------------------- heart rate


def hearted(beats, **options):
    """Return the digest of easy running with ten hard minutes in it, and this heart rate."""
    how = way((900, 3.0), (700, 4.4), (600, 3.0))
    activity = recording(how, **options)
    column = np.asarray([beats(t) for t in activity.time_s], dtype=float)
    return digest(dataclasses.replace(activity, heart_rate_bpm=column))


def test_the_heart_rate_near_the_end_of_long_bests_is_kept():
    got = hearted(lambda t: 140.0 if t < 900 else min(185.0, 140.0 + 0.3 * (t - 900)))
    assert set(got.best_heart_bpm) == {t for t in got.best_speeds if t >= SETTINGS.evidence.long_best_s}
    assert got.best_heart_bpm[600] == pytest.approx(185.0, abs=0.5)
    assert got.heart_high_bpm == pytest.approx(185.0, abs=0.5)


def test_a_sensor_that_shows_the_steps_is_not_believed():
    hard = float(steps_per_minute(4.4))
    got = hearted(lambda t: hard if 900 <= t < 1600 else 140.0)
    assert 600 not in got.best_heart_bpm
    assert got.heart_high_bpm < 155.0


def test_no_heart_rate_is_none():
    got = digest(recording(session()[0]))
    assert (got.best_heart_bpm, got.heart_high_bpm) == ({}, None)


def test_the_highest_heart_rate_of_a_season_is_no_single_spike():
    runs = [tempo(high=high) for high in (230.0, 188.0, 180.0, 175.0)]
    assert highest_heart_bpm([*runs, whole()], 3.0, RULES) == pytest.approx(188.0 * (1 + RULES.heart_jump))
    assert highest_heart_bpm([*runs[1:], tempo(high=192.0), whole()], 3.0, RULES) == 192.0
    assert highest_heart_bpm(runs[:2], 3.0, RULES) is None


def test_training_alone_does_not_show_the_highest_heart_rate():
    runs = [tempo(high=high) for high in (190.0, 188.0, 180.0, 175.0)]
    assert highest_heart_bpm(runs, 3.0, RULES) == pytest.approx(190.0 / RULES.heart_trained)
    assert highest_heart_bpm([*runs, whole()], 3.0, RULES) == 190.0


# ------------------------------------------------------------------------------------------------- tempo and races


@pytest.mark.parametrize("seconds", [890, 1140, 1440, 1800, 3300])
def test_a_race_is_given_the_time_that_it_took(seconds):
    speed = 5000.0 / 1140.0
    got = digest(recording(way((seconds, speed), (240, 1.4))))
    known = five_k_equivalent(got, RULES.held_s, RULES)
    assert known == pytest.approx(as_five_k(speed, seconds, RULES.fatigue), rel=0.006)
    assert set(got.best_heart_bpm) <= set(got.best_speeds)


def test_the_best_minutes_of_strides_and_their_recoveries_are_no_tempo():
    strides = digest(recording(way((900, 3.0), *[(25, 6.0), (35, 2.6)] * 9, (900, 3.0))))
    assert {480, 600} <= set(strides.rested_bests_s)
    assert max(strides.best_speeds[480], strides.best_speeds[600]) > RULES.hard_span * EASY_MPS
    assert [w.sort for w in alone(strides)] == []
    held = digest(recording(way((900, 3.0), (1200, 4.0), (300, 3.0), *[(25, 6.0), (35, 2.6)] * 9, (300, 3.0))))
    (tempo,) = alone(held)
    assert (tempo.sort, tempo.held_mps) == ("tempo", pytest.approx(as_five_k(4.0, 1200.0, RULES.fatigue), rel=0.02))


def test_a_tempo_is_worth_more_the_lower_its_heart_rate():
    season = [tempo(heart=h) for h in (186.0, 178.0, 172.0)] + [tempo()] * 3 + [whole()]
    found = alone(*season)
    worth = [w.speed_mps / w.held_mps for w in found[:3]]
    assert worth == sorted(worth)
    assert worth[0] == pytest.approx(1.0, abs=0.01)
    assert worth[2] <= math.exp(RULES.heart_most) + 1e-9
    assert found[3].speed_mps / found[3].held_mps == pytest.approx(math.exp(RULES.tempo_short))


def test_a_heart_rate_that_cannot_be_is_no_sign_of_reserve():
    failed = alone(*[tempo(heart=120.0)] * 3)[0]
    assert failed.speed_mps == pytest.approx(failed.held_mps * math.exp(RULES.tempo_short))


def test_steady_running_is_no_witness():
    assert alone(*[tempo(3.2, heart=150.0)] * 4) == ()


def whole(speed=4.3, seconds=1260, **changes):
    facts = {"moving_s": float(seconds), "distance_m": speed * seconds, "easy_speed_mps": speed, "bursts": ()}
    bests = {t: speed * 1.01 for t in BEST_DURATIONS_S if t <= seconds}
    return run_of(**{"best_speeds": bests, **facts, **changes})


def test_a_recording_that_is_hard_from_start_to_end_is_a_race():
    (race,) = alone(whole())
    assert (race.sort, race.error) == ("race", RULES.race_error)
    assert race.speed_mps == race.held_mps


@pytest.mark.parametrize(
    "changes",
    [
        {"distance_m": 3.7 * 1260},  # faster and faster, or easy running around
        {"distance_m": 4.9 * 1260},  # reps with rests: faster while moving than over any eight minutes
        {"easy_speed_mps": 3.3},  # half of it easy
        {"best_heart_bpm": {1200: 170.0, 900: 170.0, 600: 170.0, 480: 170.0}},  # with a lot left
    ],
    ids=["progression", "reps", "half easy", "heart rate"],
)
def test_what_only_resembles_a_race_is_none(changes):
    season = [whole(**changes), *[tempo(3.2) for _ in range(3)]]
    assert "race" not in {w.sort for w in alone(*season)}


# ------------------------------------------------------------------------------------------------- reps


def test_short_rests_make_reps_one_long_effort_and_long_ones_hardly_more_than_one_rep():
    lengths = [session_effort(run_of(bursts=reps(rest_s=rest)), RULES)[1] for rest in (5, 60, 150, 400)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] == pytest.approx(1000, rel=0.1)
    assert 200 < lengths[-1] < 300


def test_a_session_is_reps_alike_and_enough_of_them():
    assert session_effort(run_of(bursts=reps(2)), RULES) is None
    mixed = [dataclasses.replace(b, end_s=b.start_s + 110 + 150 * (k % 2)) for k, b in enumerate(reps(6, rest_s=200))]
    assert session_effort(run_of(bursts=tuple(mixed)), RULES) is None
    rides = tuple(dataclasses.replace(b, carried=True) for b in reps())
    assert session_effort(run_of(bursts=rides), RULES) is None


def test_two_reps_and_the_jog_between_them_are_no_rep():
    five = reps(rest_s=60.0)
    joined = dataclasses.replace(five[1], end_s=five[2].end_s, mean_speed_mps=(2 * 200 * 4.6 + 60 * 2.6) / 460)
    assert session_effort(run_of(bursts=(*five, joined)), RULES) == session_effort(run_of(bursts=five), RULES)
    # A long rep whose ends were its faster parts is one all the same.
    long = [dataclasses.replace(rep, end_s=rep.start_s + 460.0) for rep in reps(seconds=460.0, rest_s=150.0)]
    ends = [dataclasses.replace(rep, start_s=at, end_s=at + 150.0, mean_speed_mps=4.65)
            for rep in long for at in (rep.start_s, rep.end_s - 150.0)]  # fmt: skip
    assert session_effort(run_of(bursts=(*long, *ends)), RULES) == session_effort(run_of(bursts=tuple(long)), RULES)


def test_what_was_held_knows_no_recoveries():
    bests = {240: 4.2, 480: 4.6, 600: 4.1}
    steady, rested = run_of(best_speeds=bests), run_of(best_speeds=bests, rested_bests_s=(480,))
    assert five_k_equivalent(steady, RULES.held_s, RULES) == as_five_k(4.6, 480, RULES.fatigue)
    assert five_k_equivalent(rested, RULES.held_s, RULES) == as_five_k(4.1, 600, RULES.fatigue)


def test_reps_of_a_minute_are_another_sort():
    brief = run_of(bursts=reps(8, 5.4, 70.0), best_speeds={})
    assert session_effort(brief, RULES) is None
    (witness,) = alone(brief)
    assert witness.sort == "brief"
    assert witness.speed_mps == pytest.approx(
        math.exp(RULES.brief_short) * as_five_k(*session_effort(brief, RULES, brief=True), RULES.fatigue)
    )


# ------------------------------------------------------------------------------------------------- joined


def said(sort, speed, error=0.035, number=0):
    return Witness(START + dt.timedelta(days=number), sort, speed, speed, error)


def join(*found, held=4.0):
    return joined(Ladder(found, RULES), START, held, RULES)


def test_witnesses_are_weighted_by_their_errors():
    both = join(said("race", 4.0, 0.025), said("reps", 4.1, 0.05))
    assert 4.0 < both.speed_mps < 4.05
    assert join(said("reps", 4.1)).error >= RULES.training_error
    assert both.error < RULES.training_error
    assert join() is None


def test_nobody_is_slower_than_what_he_held_nor_much_faster():
    assert join(said("tempo", 3.9), said("tempo", 3.9, number=2), held=4.0).speed_mps == 4.0
    assert join(said("tempo", 5.9), held=4.0).speed_mps == pytest.approx(4.0 * (1 + RULES.reach_most))
    assert join(said("race", 5.9, 0.025), held=4.0) is None  # a ride or a jump


def test_a_day_held_back_says_nothing():
    race = said("race", 4.0, 0.025)
    assert join(race, said("reps", 3.4), said("tempo", 3.5)) == join(race)


def test_no_session_turns_the_estimate_over_by_a_hair():
    race = said("race", 4.2, 0.025)
    joint = [join(race, said("tempo", 3.6 + 0.001 * k), held=4.2).speed_mps for k in range(900)]
    assert joint[0] == pytest.approx(4.2)
    assert joint[-1] > 4.25
    assert max(abs(b - a) for a, b in itertools.pairwise(joint)) < 0.005


def test_what_lies_between_two_races_is_between_them():
    def races(on):
        found = [said("race", 4.0, 0.025, number=-60), said("race", 4.2, 0.025, number=60)]
        held = max(one.speed_mps * math.exp(-RULES.form_per_day * abs((one.when - START).days - on)) for one in found)
        return joined(Ladder(found, RULES), START + dt.timedelta(days=on), held, RULES).speed_mps

    days = [races(on) for on in range(-60, 61, 10)]
    assert 4.0 < days[0] < 4.1
    assert days[-1] == pytest.approx(4.2)
    assert days == pytest.approx(sorted(days))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda sort, speed, number, indoors: dataclasses.replace(said(sort, speed, number=number), indoors=indoors),
            st.sampled_from(["race", "tempo", "reps", "brief"]),
            st.floats(1.5, 9.0),
            st.integers(-900, 900),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.floats(2.0, 7.0),
)
def test_whatever_witnesses_say_stays_within_reach_of_what_was_held(found, held):
    joint = join(*found, held=held)
    if joint is not None:
        furthest = math.exp(RULES.form_per_day * RULES.lookback_d)
        assert held <= joint.speed_mps <= held * (1 + RULES.reach_most) * furthest * (1 + 1e-9)
        assert RULES.error_least <= joint.error < 0.5
        assert join(*found[::-1], held=held).speed_mps == pytest.approx(joint.speed_mps)


def test_of_many_sessions_the_luckiest_is_passed_over():
    many = [said("reps", 4.0 + 0.01 * k, number=1 + k) for k in range(int(RULES.lucky))]
    assert join(*many).speed_mps == pytest.approx(many[-2].speed_mps)
    assert join(*many[1:]).speed_mps == pytest.approx(many[-1].speed_mps)


def test_the_only_session_of_its_sort_says_a_little_less_than_the_best_of_several():
    held = 4.0 * math.exp(RULES.lone_short)
    lone, another = said("reps", 4.0), said("reps", 4.0, number=2)
    assert join(lone, held=3.9).speed_mps == pytest.approx(held)
    assert join(lone, another, held=3.9).speed_mps == pytest.approx(4.0)
    assert join(lone, held=3.9).error > join(lone, another, held=3.9).error
    assert join(said("race", 4.0, 0.025), held=4.0).speed_mps == pytest.approx(4.0)  # nothing is held back in one


def test_beside_a_race_the_only_session_says_what_it_shows():
    assert join(said("race", 4.0, 0.025), said("reps", 4.0, 0.035)).speed_mps == pytest.approx(4.0)


def test_one_session_before_the_day_and_one_after_it_are_two():
    before, after = said("reps", 4.0, number=-3), said("reps", 4.0, number=3)
    assert join(before, after, held=3.9).speed_mps == pytest.approx(4.0)


# ------------------------------------------------------------------------------------------------- maximal speed


def effort(start=0.0, seconds=10.0, flat=8.0, peak=8.3, **changes):
    facts = {
        "start_s": start, "end_s": start + seconds, "kind": "stride", "tier": "near_max", "counts": True,
        "confidence": 0.95, "distance_m": seconds * flat, "mean_speed_mps": flat,
        "mean_speed_se_mps": 0.1, "peak_speed_mps": peak,
        "flat_speed_mps": flat, "grade": 0.0, "grade_se": 0.005, "cadence_spm": 200.0, "step_length_m": 2.4,
        "recovery_s": None, "evidence": (),
    }  # fmt: skip
    return Effort(**{**facts, **changes})


def shown(*efforts, **changes):
    return sprints_of(run_of(**changes), efforts, 4.4, SETTINGS)


def test_all_out_for_longer_amounts_to_a_higher_maximum():
    amounts = [as_maximum(7.0, t, 4.4, RULES) for t in (3, 10, 20, 40)]
    assert amounts[0] == 7.0
    assert amounts == sorted(amounts)
    assert [all_out_mps(t, 4.4, amount, RULES) for t, amount in zip((3, 10, 20, 40), amounts, strict=True)] == (
        pytest.approx([7.0] * 4)
    )
    aerobic = RULES.aerobic_ratio * 4.4
    assert aerobic + (amounts[2] - aerobic) * math.exp(-RULES.fade_per_s * 17) == pytest.approx(7.0)
    assert as_maximum(4.0, 60, 4.4, RULES) == 4.0


def test_what_was_reached_once_in_a_run_does_not_stand_for_it():
    plain = [effort(100.0 * k) for k in range(5)]
    assert shown(*plain, effort(600.0, flat=11.0, peak=12.0)) == shown(*plain, effort(600.0))
    assert shown() is None
    assert shown(effort(confidence=0.5)) is None


def test_a_peak_counts_within_what_its_plateau_supports():
    assert shown(effort(peak=12.0), effort(100.0, peak=12.0)).speed_mps == pytest.approx(RULES.peak_most * 8.0)


def test_a_slope_steeper_than_anyone_sprints_on_earns_no_maximum():
    def reached(grade):
        flat = flat_speed(7.0, grade, 0.005, 10.0, SETTINGS.slope)
        return shown(*(effort(at, flat=flat, peak=7.0, grade=grade, grade_se=0.005) for at in (0.0, 100.0)))

    assert reached(0.28).reached_mps == pytest.approx(7.0)
    assert reached(0.10).reached_mps > 7.6


def test_few_records_show_no_maximum():
    assert shown(effort(), effort(60.0), interval_s=4.0) is None


def test_short_and_rested_is_meant_to_be_all_out():
    assert shown(effort(), effort(90.0), effort(180.0)).sort == "sprints"
    assert shown(effort(), effort(40.0), effort(80.0)).sort == "strides"
    assert shown(effort(seconds=20.0), effort(200.0, 20.0), effort(400.0, 20.0)).sort == "strides"
    assert shown(effort()).sort == "strides"
    assert shown(effort(seconds=35.0), effort(200.0, 35.0), effort(400.0, 35.0)).sort == "reps"


def test_the_credit_that_a_hills_error_took_off_is_given_back():
    level, hill = (shown(effort(grade=g), effort(60.0, grade=g)).reached_mps for g in (0.0, 0.08))
    assert hill == pytest.approx(level * math.exp(SETTINGS.slope.sprint_k * 0.005))


def mark(number, speed, sort="sprints", *, plateau=0.9):
    return Sprints(START + dt.timedelta(days=number), plateau * speed, speed, sort)


def top(*marks, five_k=4.4):
    return top_joined(Ladder(marks, RULES), START, five_k, RULES)


def test_sprints_are_surer_than_strides_and_both_than_none():
    none = top()
    strides = top(*(mark(k, 7.0, "strides") for k in range(3)))
    sprints = top(*(mark(k, 7.4) for k in range(3)))
    assert sprints.error < strides.error < none.error
    assert none.speed_mps == pytest.approx(RULES.usual_max_mps + RULES.usual_max_ratio * 4.4)
    assert strides.speed_mps > 7.0
    assert sprints.source == "sprints of 2026-03-03 and 2 more"
    assert strides.source == "strides of 2026-03-03 and 2 more"
    assert top(mark(0, 7.0, "reps")).source == "reps of 2026-03-03"
    assert "usual" in none.source


def test_many_sessions_are_surer_than_few_and_agree_with_them():
    few, many = (top(*(mark(k, 7.2) for k in range(count))) for count in (3, 15))
    assert many.error < few.error
    assert many.speed_mps == pytest.approx(few.speed_mps, rel=0.02)


def test_sprints_that_may_have_been_up_a_hill_leave_more_to_the_maximum():
    level, unknown = (top(*(mark(k, 6.6, sort) for k in range(4))) for sort in ("sprints", "sprints, grade unknown"))
    assert unknown.speed_mps > level.speed_mps
    assert unknown.error > level.error
    assert shown(*(effort(100.0 * k, grade=None, grade_se=None) for k in range(3))).sort == "sprints, grade unknown"


def test_what_a_slope_has_cost_is_known_less_well():
    strides = [mark(k, 7.0, "strides") for k in range(5)]
    level, hill = (dataclasses.replace(mark(9, 8.4, "reps"), credit=credit) for credit in (0.0, 0.12))
    assert top(*strides, hill).speed_mps < top(*strides, level).speed_mps
    assert shown(effort(flat=8.0, mean_speed_mps=7.4, grade=0.08)).credit > 0.05


def test_a_tempo_above_a_session_of_reps_was_no_easier_than_these():
    runs = [run_of(easy_speed_mps=3.0, best_speeds={}, bursts=()) for _ in range(9)]
    slow = run_of(easy_speed_mps=3.0, best_speeds={}, bursts=reps(speed=3.9))
    assert not five_k_of([*runs, tempo(4.1)]).firm
    assert five_k_of([*runs, tempo(4.1), slow]).firm


def five_k_of(runs):
    """Return what these runs say of 5 km speed."""
    return joined(Ladder(witnesses(runs, EASY_MPS, RULES), RULES), START, 3.5, RULES)


def test_strides_are_read_by_their_plateau_whatever_they_last():
    short = top(*(mark(k, 6.0 / 0.93, "strides", plateau=0.93) for k in range(5)))
    long = top(*(mark(k, 6.0 / 0.88, "strides", plateau=0.88) for k in range(5)))
    assert long.speed_mps == pytest.approx(short.speed_mps, rel=0.02)


def test_nobody_was_faster_than_all_out():
    strides = [mark(k, 7.0, "strides") for k in range(5)]
    below = top(*strides).speed_mps
    assert top(*strides, mark(9, 1.02 * below, "reps")).speed_mps > 1.01 * below
    assert top(*strides, mark(9, 0.8 * below, "reps")).speed_mps == pytest.approx(below, rel=0.001)


def test_one_session_above_the_others_moves_little():
    usual = [mark(k, 7.4) for k in range(4)]
    assert top(*usual, mark(9, 11.0)).speed_mps == pytest.approx(top(*usual).speed_mps, rel=0.01)


def test_the_slower_of_two_sessions_says_only_that_he_held_back():
    strides, surge = mark(0, 7.4, "strides"), mark(9, 4.4, "strides")
    lone = dataclasses.replace(surge, repeated=False)
    alone = top(strides).speed_mps
    assert top(strides, lone).speed_mps == pytest.approx(alone, rel=0.03)
    assert top(strides, surge).speed_mps == pytest.approx(alone, rel=0.03)
    # … but a jump is faster, and was there once.
    jump = dataclasses.replace(mark(9, 11.0, "strides"), repeated=False)
    assert top(strides, jump).speed_mps == pytest.approx(alone, rel=0.03)


@given(
    st.floats(2.8, 6.4),
    st.lists(st.tuples(st.floats(0.5, 1.2), st.sampled_from(["sprints", "strides", "reps"])), max_size=30),
)
def test_whatever_was_run_maximal_speed_and_its_error_stay_within_reason(five_k, sessions):
    usual = RULES.usual_max_mps + RULES.usual_max_ratio * five_k
    marks = [mark(k, share * usual, sort) for k, (share, sort) in enumerate(sessions)]
    known = top(*marks, five_k=five_k)
    assert 0.0 < known.error < 2.0 * RULES.usual_max_error  # what is far above the usual may be a jump, or he is fast
    assert 0.5 * usual < known.speed_mps < 1.5 * usual


def test_three_efforts_in_a_run_are_no_jump():
    three = [effort(300.0 * k, flat=6.5, peak=6.8) for k in range(3)]
    assert shown(*three).repeated
    assert not shown(*three[:2]).repeated


def test_what_was_reached_in_two_sessions_is_the_least():
    assert top(mark(0, 11.0), mark(1, 11.0), five_k=3.0).speed_mps >= 9.9 - 1e-9
