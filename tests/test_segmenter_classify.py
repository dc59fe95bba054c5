"""Judged bursts become efforts with kind and tier, or refusals with a reason."""

import dataclasses
import re

import numpy as np
import pytest

from builders_segmenter import (
    ALL,
    ATHLETE,
    EASY_MPS,
    FIVE_K_MPS,
    MAX_MPS,
    burst_of,
    counted,
    judged,
    known,
    measured,
    recording,
    run_of,
    session,
    simulated,
    way,
)
from legspeed.athlete import Athlete
from legspeed.model import COUNTING_KINDS, KINDS, TIERS
from legspeed.segmenter import judge
from legspeed.settings import Settings

SETTINGS = Settings()


def level(metres, _):
    return 100 + 0 * metres


def efforts_of(*parts, altitude=level, **options):
    how = way((600, 3.0), *parts, (300, 3.0))
    return judged(recording(how, altitude=altitude, shake_m=0.1, **options)).efforts


def on_slope(grade, start_m=1800.0, length_m=400.0):
    """Return an altitude that is level but for one slope."""
    return lambda metres, _: 100 + grade * np.clip(metres - start_m, 0, length_m)


# ------------------------------------------------------------------------------------------------- kinds


def test_twenty_seconds_fast_are_a_stride():
    (effort,) = efforts_of((20, 6.4))
    assert effort.kind == "stride"
    assert effort.counts
    assert effort.tier == "turnover" if SETTINGS.tiers.near_max > 6.4 / MAX_MPS else "near_max"


@pytest.mark.parametrize(
    ("times", "seconds", "speed", "dash"),
    [(1, 6.5, 5.9, True), (1, 9.5, 5.9, False), (1, 6.5, 7.2, False), (3, 6.5, 5.9, False)],
    ids=["short, low, once", "as long as a stride", "as fast as a sprint", "a set"],
)
def test_running_for_a_bus_is_no_stride(times, seconds, speed, dash):
    run = judged(
        recording(way((900, EASY_MPS), *[(seconds, speed), (60, EASY_MPS)] * times, (600, EASY_MPS), ramp_s=1.0))
    )
    assert len(counted(run)) == (0 if dash else times)
    told = [r for r in run.refused if "a dash, no stride" in r.evidence[-1]]
    assert [r.reason for r in told] == ["too-short"] * dash


def test_near_maximal_is_no_proof_against_a_bus_where_the_maximum_is_a_guess():
    activity = recording(way((900, EASY_MPS), (6.5, 5.6), (900, EASY_MPS), ramp_s=1.0))
    run = judged(activity, athlete=Athlete())
    assert (counted(run), [r.reason for r in run.refused]) == ([], ["too-short"])
    assert "itself a guess" in run.refused[0].evidence[-1]
    (effort,) = counted(judged(activity, athlete=Athlete(five_k_speed_mps=3.6, max_speed_mps=6.4)))
    assert effort.tier == "near_max"


def test_the_fast_start_of_a_long_rep_is_no_stride():
    rep = [(12, 1.28 * FIVE_K_MPS), (160, 1.09 * FIVE_K_MPS), (120, 2.5)]
    run = judged(recording(way((900, EASY_MPS), *rep * 3, (600, EASY_MPS))))
    assert counted(run) == []
    assert ["of 5 km speed for" in r.evidence[-1] for r in run.refused] == [True] * 3
    slowed = [(20, 1.28 * FIVE_K_MPS), (60, 0.75 * FIVE_K_MPS)]
    assert len(counted(judged(recording(way((900, EASY_MPS), *slowed * 4, (600, EASY_MPS)))))) == 4


def test_ten_seconds_at_maximal_speed_are_a_sprint():
    (effort,) = efforts_of((9, 7.5))
    assert (effort.kind, effort.tier) == ("sprint", "max")


def test_short_efforts_of_one_set_are_named_alike_and_keep_their_own_tiers():
    border = SETTINGS.tiers.sprint_peak * MAX_MPS
    reps = [part for share in (1.03, 1.03, 0.95, 1.03) for part in ((9, share * border), (120, 1.3))]
    efforts = efforts_of(*reps)
    assert [e.kind for e in efforts] == ["sprint"] * 4
    assert efforts[2].peak_speed_mps < border < efforts[0].peak_speed_mps
    rested = [part for share in (1.05, 0.94) for part in ((9, share * border), (SETTINGS.sets.rest_s + 60, 3.0))]
    assert [e.kind for e in efforts_of(*rested)] == ["sprint", "stride"]


def test_short_strides_before_sprints_stay_strides():
    border = SETTINGS.tiers.sprint_peak * MAX_MPS
    parts = [part for share in (0.84, 0.84, 0.84, 0.84, 1.05, 1.05) for part in ((10, share * border), (120, 1.3))]
    assert [e.kind for e in efforts_of(*parts)] == ["stride"] * 4 + ["sprint"] * 2


def test_45_seconds_are_a_fast_rep_and_so_are_28_in_a_set_of_such():
    assert [e.kind for e in efforts_of((45, 5.6))] == ["fast_rep"]
    assert [e.kind for e in efforts_of((28, 5.8))] == ["stride"]
    assert [e.kind for e in efforts_of(*[(28, 5.8), (90, 3.0)] * 4)] == ["fast_rep"] * 4


def test_over_a_minute_is_an_interval_and_not_counted():
    (effort,) = efforts_of((90, 5.3))
    assert (effort.kind, effort.counts, effort.tier) == ("interval", False, None)


def test_reps_over_one_distance_are_one_kind_though_some_last_over_a_minute():
    reps = [part for seconds in (56, 58, 57, 61, 59, 62) for part in ((seconds, 330.0 / seconds), (90, 1.3))]
    assert {(e.kind, e.counts) for e in efforts_of(*reps)} == {("fast_rep", True)}
    ladder = [part for seconds in (45, 90, 45, 90) for part in ((seconds, 5.5), (90, 1.3))]
    assert [e.kind for e in efforts_of(*ladder)] == ["fast_rep", "interval"] * 2


def test_the_fast_end_of_a_hard_run_is_a_finish_kick():
    (kick,) = efforts_of((900, 4.3), (25, 6.2), (60, 1.3))
    assert (kick.kind, kick.counts) == ("finish_kick", True)
    # The same kick out of easy running, or with hard running after it, ends nothing.
    assert [e.kind for e in efforts_of((25, 6.2), (60, 1.3))] == ["stride"]
    assert [e.kind for e in efforts_of((900, 4.3), (25, 6.2), (400, 4.3))] == ["stride"]


def test_up_a_known_slope_it_is_a_hill_sprint_and_worth_more_on_the_flat():
    (effort,) = efforts_of((10, 5.8), altitude=on_slope(0.08))
    assert (effort.kind, effort.counts) == ("hill_sprint", True)
    assert effort.grade == pytest.approx(0.08, abs=0.02)
    assert 1.05 < effort.flat_speed_mps / effort.mean_speed_mps < 1.25
    assert [e.kind for e in efforts_of((40, 5.6), altitude=on_slope(0.05))] == ["fast_rep"]


def test_a_slope_nobody_can_know_names_no_hill_and_is_said():
    wild = np.cumsum(np.random.default_rng(3).normal(0, 1.2, 2000))

    def noisy(metres, at_s):
        return on_slope(0.08)(metres, at_s) + wild[at_s.astype(int)]

    (effort,) = efforts_of((10, 6.4), altitude=noisy)
    assert effort.kind in ("stride", "sprint")
    assert "grade unknown" in effort.evidence


def test_without_altitude_the_grade_is_said_to_be_unknown():
    (effort,) = efforts_of((10, 6.4), altitude=None)
    assert effort.grade is None
    assert "grade unknown" in effort.evidence


def test_repeats_on_one_hill_are_of_one_kind_though_one_grade_falls_below_the_border():
    grades = np.array([0.047, 0.046, 0.036, 0.047, 0.037, 0.046])

    def hill(metres, at_s):
        rep = np.clip((at_s - 600) // 92, 0, 5).astype(int)
        return 100 + np.cumsum(np.diff(metres, prepend=0.0) * np.where(at_s < 600, 0.0, grades[rep]))

    efforts = efforts_of(*[(12, 6.0), (80, 2.4)] * 6, altitude=hill)
    assert min(e.grade for e in efforts) < SETTINGS.tiers.hill_grade < max(e.grade for e in efforts)
    assert {e.kind for e in efforts} == {"hill_sprint"}


@pytest.mark.parametrize(
    ("lengths", "speed", "kind"),
    [((12.6, 11.6, 12.7, 12.6, 11.7, 12.6), 7.2, "stride"), ((59.4, 60.6, 59.4, 59.3, 60.5), 5.4, "fast_rep")],
)
def test_reps_about_as_long_are_of_one_kind_on_both_sides_of_a_border(lengths, speed, kind):
    efforts = efforts_of(*((part, pace) for s in lengths for part, pace in ((s, speed), (100.0, 2.0))))
    border = SETTINGS.tiers.sprint_s if kind == "stride" else SETTINGS.tiers.interval_s
    assert min(e.duration_s for e in efforts) < border < max(e.duration_s for e in efforts)
    assert [e.kind for e in efforts] == [kind] * len(lengths)


def test_down_a_slope_it_is_downhill_and_never_counted_or_credited():
    (effort,) = efforts_of((20, 6.4), altitude=on_slope(-0.08))
    assert (effort.kind, effort.counts, effort.tier) == ("downhill", False, None)
    assert effort.flat_speed_mps <= effort.peak_speed_mps + 1e-9


@pytest.mark.parametrize(
    ("grade", "error", "count", "kind"),
    [
        (-0.10, 0.03, 1, "downhill"),  # steep for sure, however steep
        (-0.05, 0.021, 1, "stride"),  # one noisy altitude
        (-0.05, 0.021, 4, "downhill"),  # all repeats say so
        (-0.06, 0.05, 4, "stride"),
        (-0.07, 0.035, 3, "stride"),
        (-0.07, 0.035, 8, "downhill"),  # the more there are the surer they tell it
        (0.08, 0.05, 4, "stride"),
    ],
)
def test_an_unsure_grade_names_a_way_down_where_it_is_steep_or_all_repeats_agree(grade, error, count, kind):
    assert error > SETTINGS.slope.kind_se
    fast = burst_of(grade=grade, grade_se=error)
    bursts = tuple(
        dataclasses.replace(fast, start_s=fast.start_s + 80 * k, end_s=fast.end_s + 80 * k) for k in range(count)
    )
    efforts = judge([run_of(bursts=bursts)], athlete=ATHLETE).runs[0].efforts
    assert [(e.kind, e.counts) for e in efforts] == [(kind, kind == "stride")] * count


@pytest.mark.parametrize(
    ("grade", "error", "kind"),
    [
        (0.042, 0.005, "hill_sprint"),
        (0.042, 0.015, "stride"),  # as well a slope of 3 %, which is none
        (0.055, 0.015, "hill_sprint"),
        (0.042, 0.0005, "hill_sprint"),
    ],
)
def test_a_hill_is_named_where_its_grade_less_the_error_is_still_one(grade, error, kind):
    burst = burst_of(grade=grade, grade_se=error)
    burst = dataclasses.replace(burst, end_s=burst.start_s + 15.0)
    effort = judge([run_of(bursts=(burst,))], athlete=ATHLETE).runs[0].efforts[0]
    assert effort.kind == kind
    assert ("grade unknown" in effort.evidence) == (kind == "stride")


def test_one_wild_altitude_takes_no_set_down_a_hill():
    grades = (-0.04, -0.02, -0.17, -0.02, -0.09)
    fast = burst_of(grade_se=0.04)
    bursts = tuple(
        dataclasses.replace(fast, start_s=fast.start_s + 80 * k, end_s=fast.end_s + 80 * k, grade=grade)
        for k, grade in enumerate(grades)
    )
    efforts = judge([run_of(bursts=bursts)], athlete=ATHLETE).runs[0].efforts
    assert [e.kind for e in efforts] == ["stride", "stride", "downhill", "stride", "stride"]


def test_a_level_rep_among_descents_stays_level():
    fast = burst_of(grade_se=0.03)
    bursts = tuple(
        dataclasses.replace(fast, start_s=fast.start_s + 80 * k, end_s=fast.end_s + 80 * k, grade=grade)
        for k, grade in enumerate((-0.07, -0.07, -0.07, -0.01))
    )
    efforts = judge([run_of(bursts=bursts)], athlete=ATHLETE).runs[0].efforts
    assert [e.kind for e in efforts] == ["downhill", "downhill", "downhill", "stride"]


def right_kinds(name, watch, seed):
    """Return how many of the true efforts were found with the kind that they have, and how many there are."""
    truth = simulated(name, watch, seed).truth
    found = judge([measured(name, watch, seed)], athlete=known()).runs[0].efforts
    right = sum(min(truth, key=lambda t: abs(t.start_s - e.start_s)).kind == e.kind for e in found)
    return right, len(truth)


@pytest.mark.parametrize("watch", ["steady 1 s", "2 Hz"])
@pytest.mark.parametrize("name", ["hill_sprints", "uphill_strides", "track_reps", "downhill_repeats"])
@pytest.mark.parametrize("seed", [0, 1])
def test_simulated_efforts_get_the_kind_they_have(name, watch, seed):
    right, all_of_them = right_kinds(name, watch, seed)
    assert right >= 0.7 * all_of_them


def test_simulated_sprints_are_called_sprints():
    right, all_of_them = np.sum([right_kinds("flat_sprints", "steady 1 s", seed) for seed in range(3)], axis=0)
    assert right >= 0.7 * all_of_them


# ------------------------------------------------------------------------------------------------- what an effort says


@pytest.mark.parametrize("name", ["strides_after_easy", "hill_sprints", "track_reps", "race", "fartlek"])
@pytest.mark.parametrize("watch", ["steady 1 s", "GPS only", "smart recording", "no cadence"])
def test_every_effort_keeps_the_contract(name, watch):
    run = judge([measured(name, watch)], athlete=known()).runs[0]
    for effort in run.efforts:
        assert effort.kind in KINDS
        assert (effort.tier in TIERS) == (effort.kind in COUNTING_KINDS)
        assert not effort.counts or effort.kind in COUNTING_KINDS
        assert not effort.counts or effort.confidence >= SETTINGS.judging.count_from
        assert 0 < effort.confidence < 1
        assert effort.evidence
        assert effort.distance_m == pytest.approx(effort.mean_speed_mps * effort.duration_s, rel=0.01)
        assert effort.peak_speed_mps >= 0.95 * effort.mean_speed_mps
        assert (effort.step_length_m is None) == (effort.cadence_spm is None)
        if effort.cadence_spm is not None:
            steps = effort.step_length_m * effort.cadence_spm / 60
            assert steps == pytest.approx(effort.mean_speed_mps, rel=0.01)
            assert 0.5 < effort.step_length_m < 3.5
        assert (effort.grade is None) == (effort.grade_se is None)
    for refusal in run.refused:
        assert refusal.start_s < refusal.end_s
        assert refusal.reason
        assert refusal.evidence


# ------------------------------------------------------------------------------------------------- refusals


def reasons(activity, athlete=ATHLETE):
    run = judged(activity, athlete)
    return counted(run), {r.reason for r in run.refused}


def test_too_short_is_said():
    found, why = reasons(recording(way((600, 3.0), (2.5, 7.5), (300, 3.0), ramp_s=1)))
    assert (found, why) == ([], {"too-short"})


def test_too_slow_is_said_where_it_was_close():
    found, why = reasons(recording(way((600, 3.0), (20, 0.98 * 1.12 * FIVE_K_MPS), (300, 3.0))))
    assert (found, why) == ([], {"too-slow"})
    assert reasons(recording(way((600, 3.0), (20, 4.0), (300, 3.0)))) == ([], set())


@pytest.mark.parametrize("channels", [("position", "cadence"), ("position", "distance", "cadence"), ALL])
def test_flat_cadence_refuses_a_jump_of_the_position(channels):
    how, _ = session()
    steady = np.full(1321, 162.0)
    jumped = dataclasses.replace(recording(how, channels), cadence_spm=steady)
    run = judged(jumped)
    assert counted(run) == []
    doubtful = [e for e in run.efforts if e.confidence < SETTINGS.judging.count_from]
    assert len(doubtful) + [r.reason for r in run.refused].count("flat-cadence") == 6


def test_a_jump_of_the_position_with_flat_cadence_is_refused_however_it_looks():
    easy = recording(way((1200, 3.0)), ("position", "cadence"))
    for metres, seconds in ((20, 5), (40, 10), (60, 15), (80, 25)):
        ahead = np.interp(easy.time_s, [600, 600 + seconds], [0, metres]) / 111_195
        jumped = dataclasses.replace(easy, latitude_deg=easy.latitude_deg + ahead)
        found, why = reasons(jumped)
        assert found == []
        assert why <= {"flat-cadence", "too-short", "too-slow", "vehicle"}


def test_a_jump_that_the_recorded_speed_denies_is_refused_without_cadence():
    easy = recording(way((1200, 3.0)), ("position", "speed"), shake_m=0.2)
    ahead = np.interp(easy.time_s, [600, 615], [0, 60]) / 111_195
    found, why = reasons(dataclasses.replace(easy, latitude_deg=easy.latitude_deg + ahead))
    assert found == []
    assert why <= {"position-jump", "too-slow", "unsure"}


def test_positions_alone_never_count_once_and_count_when_they_repeat():
    alone = ("position",)
    once = recording(session(1, seconds=20)[0], alone)
    many = recording(session(6, seconds=20)[0], alone)
    assert counted(judged(once)) == []
    assert len(counted(judged(many))) == 6
    short = recording(session(6, seconds=6)[0], alone)
    assert counted(judged(short)) == []


def test_steps_prove_a_single_fast_stretch_of_positions_alone():
    once = recording(session(1, seconds=20)[0], ("position", "cadence"))
    assert len(counted(judged(once, known()))) == 1
    hardly = recording(way((600, 3.0), (20, 5.2), (300, 3.0)), ("position", "cadence"))
    assert counted(judged(hardly, known())) == []
    assert len(counted(judged(once, Athlete()))) == 1
    assert counted(judged(hardly, Athlete())) == []


@pytest.mark.parametrize(("reps", "seconds", "share"), [(6, 180, 1.0), (12, 90, 1.0), (10, 45, 1.02), (2, 240, 0.95)])
def test_reps_at_5_km_pace_and_tempo_are_told_among_the_refused(reps, seconds, share):
    how = way((600, 3.0), *[(seconds, share * FIVE_K_MPS), (60, 2.2)] * reps, (300, 3.0))
    run = judged(recording(how))
    assert run.efforts == ()
    assert [(r.reason, round(r.end_s - r.start_s)) for r in run.refused] == [
        ("too-slow", pytest.approx(seconds, abs=2))
    ] * reps
    assert all("against the gate" in r.evidence[0] for r in run.refused)
    assert all(re.match(rf"{100 * share:.0f}% of 5 km speed for \d+ s", r.evidence[-1]) for r in run.refused)


@pytest.mark.parametrize(
    ("share", "minutes", "told"), [(0.93, 25, True), (1.0, 18, True), (0.93, 2, False), (0.8, 25, False)]
)
def test_a_tempo_is_told_as_a_whole_among_the_refused(share, minutes, told):
    how = way((600, EASY_MPS), (60 * minutes, share * FIVE_K_MPS), (600, EASY_MPS), ramp_s=20.0)
    run = judged(recording(how))
    assert run.efforts == ()
    whole = [r for r in run.refused if re.fullmatch(r"\d+% of 5 km speed for \d+ min", r.evidence[-1])]
    assert len(whole) == told
    for r in whole:
        assert r.reason == "too-slow"
        assert r.evidence[-1].startswith(f"{100 * share:.0f}%")
        assert (r.start_s, r.end_s) == (pytest.approx(600, abs=61), pytest.approx(600 + 60 * minutes, abs=61))
        assert all(other is r or other.end_s <= r.start_s or other.start_s >= r.end_s for other in run.refused)


def test_a_kick_ends_the_tempo_before_it():
    run = judged(recording(way((600, EASY_MPS), (1200, 4.2), (20, 6.4), (300, 1.2))))
    (kick,) = run.efforts
    whole = [r for r in run.refused if r.evidence[-1].endswith(" min")]
    assert [r.end_s <= kick.start_s for r in whole] == [True]


def test_a_ride_home_that_this_runner_cannot_have_run_is_none_of_his_efforts():
    """No record is broken at 7 m/s, and no steps are counted: only who he is tells."""
    strides = [(20, 6.2), (60, 2.8)] * 3
    ride = [(60, 7.0), (40, 0.0)] * 4
    streams = ("position", "distance", "speed")
    how = way((900, 2.8), *strides, (300, 2.8), (300, 0.0), *ride)
    runner = Athlete(five_k_speed_mps=3.5, max_speed_mps=7.2)
    run = judged(recording(how, streams), runner)
    assert len(counted(run)) == 3
    assert [r.reason for r in run.refused if r.start_s > 1500] == ["vehicle"] * 4
    elite = judged(recording(how, streams), Athlete(five_k_speed_mps=5.6, max_speed_mps=9.0))
    assert "vehicle" not in {r.reason for r in elite.refused}


def test_a_whole_ride_is_one_refusal():
    run = judge([measured("ride_saved_as_run")], athlete=known()).runs[0]
    assert run.efforts == ()
    assert [r.reason for r in run.refused] == ["vehicle"]
    assert run.refused[0].end_s == measured("ride_saved_as_run").elapsed_s


def test_strides_in_a_race_season_are_judged_by_easy_cadence_of_the_season():
    from legspeed.segmenter import digest

    how, edges = session()
    easy = [digest(recording(how)) for _ in range(4)]
    fast_run = digest(recording(way((900, 4.3), (20, 6.6), (60, 3.0)), shake_m=0.1))
    run = judge([*easy, fast_run], athlete=ATHLETE).runs[-1]
    assert [round(e.start_s) for e in counted(run)] == [900]
    assert len(edges) == 6
