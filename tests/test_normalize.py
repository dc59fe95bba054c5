"""The one place that cleans: time, instants, pauses, laps, sessions, dates, and what holds for any recording."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from builders_xml import START, START_S, recording
from legspeed.errors import LimitError, NotActivityError, NoTimeError
from legspeed.model import Activity, Lap, Pause, StrengthSet
from legspeed.readers.recording import Leg, RawLap, TimerEvent
from legspeed.settings import Cleaning, Limits, Settings
from reading import cleaned, codes, one

NAN = float("nan")


def spans(activity: Activity) -> list[tuple[float, float, str]]:
    return [(p.start_s, p.end_s, p.kind) for p in activity.pauses]


# --------------------------------------------------------------------------------------------------------------- time


def test_a_clean_recording_is_left_as_it_is():
    run = one(recording(range(60), speed_mps=3.0, heart_rate_bpm=150, altitude_m=np.arange(60)))
    assert run.start == START
    assert run.problems == ()
    assert run.pauses == ()
    np.testing.assert_array_equal(run.time_s, np.arange(60))
    np.testing.assert_array_equal(run.altitude_m, np.arange(60))
    assert run.power_w is None
    assert not run.time_s.flags.writeable
    assert not run.speed_mps.flags.writeable


def test_a_recording_with_a_column_is_not_the_same_as_one_without():
    bare, counted = one(recording(range(60), speed_mps=3.0)), one(recording(range(60), speed_mps=3.0, cadence_spm=170))
    assert not bare.same_as(counted)
    assert not counted.same_as(bare)
    assert counted.same_as(one(recording(range(60), speed_mps=3.0, cadence_spm=170)))


def test_the_recording_itself_is_not_changed():
    given_ = recording([0, 1, 1, 0, 2, NAN], speed_mps=[1, 2, 99, 4, 5, 6], heart_rate_bpm=[0, 1, 2, 3, 4, 5])
    before = given_.unix_s.copy(), {name: column.copy() for name, column in given_.columns.items()}
    cleaned(given_)
    np.testing.assert_array_equal(given_.unix_s, before[0])
    for name, column in given_.columns.items():
        np.testing.assert_array_equal(column, before[1][name])
        assert column.flags.writeable


def test_records_without_a_time_are_dropped():
    run = one(recording([0, NAN, 2, np.inf, 4], speed_mps=[0, 1, 2, 3, 4]))
    np.testing.assert_array_equal(run.time_s, [0, 2, 4])
    np.testing.assert_array_equal(run.speed_mps, [0, 2, 4])
    assert codes(run) == {"no-time": 2}


def test_small_steps_back_are_dropped():
    run = one(recording([0, 1, 2, 3, 1, 2, 4, 5, 4, 6], altitude_m=range(10)))
    np.testing.assert_array_equal(run.time_s, [0, 1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(run.altitude_m, [0, 1, 2, 3, 6, 7, 9])
    assert codes(run) == {"time-backwards": 3}


def test_a_step_back_of_less_than_a_second_is_not_called_nothing():
    run = one(recording([0, 1.5, 1.25, 2, 3]))
    (problem,) = run.problems
    assert problem.message == "the clock stepped back once, by less than a second: 1 record was left out"


def test_a_large_step_back_cuts_the_recording_apart():
    times = [*range(25), *range(-3600, -3575)]
    first, second = cleaned(recording(times, altitude_m=range(50)))
    assert first.start == START
    assert second.start == START - dt.timedelta(hours=1)
    np.testing.assert_array_equal(first.altitude_m, np.arange(25))
    np.testing.assert_array_equal(second.altitude_m, np.arange(25, 50))
    assert codes(first) == {"time-backwards": 1}
    assert codes(second) == {}


def test_first_points_that_are_an_hour_late_are_left_out():
    run = one(recording([3600, 3601, 3602, *range(3, 100)]))
    assert run.start == START + dt.timedelta(seconds=3)
    assert run.n == 97
    assert codes(run) == {"time-backwards": 1}


@pytest.mark.parametrize("junk", [-START_S, 83 * 365.25 * 86_400, 7 * 86_400 + 3600])
def test_a_few_stamps_from_another_age_do_not_cut_what_continues_without_them(junk):
    times = [*range(50), junk, junk + 1, *range(52, 100)]
    run = one(recording(times, altitude_m=range(100)))
    assert run.n == 98
    np.testing.assert_array_equal(run.time_s, [*range(50), *range(52, 100)])
    assert codes(run) == {"time-backwards": 1}


def test_a_clock_that_is_set_right_on_the_way_cuts_the_recording():
    times = [-30 * 365 * 86_400 + k for k in range(30)] + list(range(100))
    early, late = cleaned(recording(times))
    assert (early.n, late.n) == (30, 100)
    assert late.start == START
    assert "date-implausible" in codes(early)
    (said,) = (p.message for p in early.problems if p.code == "time-forward")
    assert said == "the clock jumped forward by more than 14 days: the recording was cut into 2"


def test_a_clock_gone_mad_gives_no_more_pieces_than_allowed():
    times = [k * -100 + s for k in range(60) for s in range(12)]
    found = cleaned(recording(times))
    assert len(found) == Cleaning().stretches_max
    times = [(k % 2) * 1000.0 for k in range(5000)]
    assert cleaned(recording(times))[0].n >= 1


def test_fractions_of_a_second_stay_and_are_exact():
    times = np.round(np.arange(0, 20, 0.1) + 0.057, 3)
    run = one(recording(times, format="gpx"))
    np.testing.assert_array_equal(run.time_s, np.round(times - times[0], 6))
    assert run.start == START + dt.timedelta(microseconds=57_000)
    assert run.problems == ()


def test_records_of_one_instant_are_merged_and_the_last_value_there_counts():
    times = np.repeat(np.arange(10.0), 4)
    quarter = np.tile([0, 1, 2, 3], 10)
    hr = np.where(quarter == 0, 150, np.where(quarter == 2, 155, NAN))
    speed = np.where(quarter == 1, 3.0, NAN)
    lat = np.where(quarter == 1, 47.0, np.where(quarter == 3, 48.0, NAN))
    lon = np.where(quarter == 1, 8.0, NAN)
    run = one(recording(times, heart_rate_bpm=hr, speed_mps=speed, latitude_deg=lat, longitude_deg=lon))
    np.testing.assert_array_equal(run.time_s, np.arange(10))
    np.testing.assert_array_equal(run.heart_rate_bpm, 155)
    np.testing.assert_array_equal(run.speed_mps, 3.0)
    np.testing.assert_array_equal(run.latitude_deg, 47.0)  # a latitude without a longitude is no position
    assert codes(run) == {"time-duplicate": 30}


def test_developer_columns_go_the_same_way():
    found = recording(
        [0, 1, 1, NAN, 2], developer={"Form Power": np.array([1.0, NAN, 3, 4, 5]), "Empty": np.full(5, NAN)},
        developer_units={"Form Power": "W", "Empty": "?"},
    )  # fmt: skip
    run = one(found)
    np.testing.assert_array_equal(run.developer["Form Power"], [1, 3, 5])
    assert run.developer_units == {"Form Power": "W"}


# ------------------------------------------------------------------------------------------------------------- pauses


def at(seconds: float, running: bool, auto: bool = False) -> TimerEvent:
    return TimerEvent(START_S + seconds, running, auto)


PAUSED = [*range(101), *range(160, 261)]


def test_timer_events_make_pauses_whatever_their_order():
    events = (at(160, True), at(0, True), at(100, False), at(260, False))
    assert spans(one(recording(PAUSED, timer=events))) == [(100, 160, "timer")]


def test_an_auto_pause_is_named_so():
    events = (at(100, False, auto=True), at(160, True, auto=True))
    assert spans(one(recording(PAUSED, timer=events))) == [(100, 160, "auto")]


def test_a_stop_without_a_start_lasts_to_the_next_record():
    assert spans(one(recording(PAUSED, timer=(at(100, False),)))) == [(100, 160, "timer")]
    assert spans(one(recording(range(200), timer=(at(100, False),)))) == []  # it went on recording
    assert spans(one(recording(range(200), timer=(at(199, False), at(205, False))))) == []


def test_a_start_without_a_stop_reaches_back_to_the_last_record():
    assert spans(one(recording(PAUSED, timer=(at(0, True), at(158, True))))) == [(100, 158, "timer")]


def test_stop_and_start_in_one_second_are_no_pause():
    assert spans(one(recording(range(300), timer=(at(100, False), at(100, True), at(299, False))))) == []


def test_two_stops_are_one_pause_from_the_first():
    events = (at(100, False), at(130, False), at(160, True))
    assert spans(one(recording(PAUSED, timer=events))) == [(100, 160, "timer")]


def test_silence_without_an_event_is_a_gap():
    assert spans(one(recording(PAUSED))) == [(100, 160, "gap")]
    assert spans(one(recording([*range(100), *range(109, 200)]))) == []  # 10 s are not more than 10 s
    assert spans(one(recording([*range(100), *range(110, 200)]))) == [(99, 110, "gap")]


def test_smart_recording_is_no_gap():
    rng = np.random.default_rng(3)
    times = np.cumsum(rng.integers(1, 10, 400)).astype(float)
    run = one(recording(times - times[0]))
    assert run.pauses == ()
    assert run.problems == ()


def test_a_pause_explains_a_gap_and_takes_what_is_left_of_it_if_that_is_much():
    events = (at(100, False), at(150, True))
    assert spans(one(recording(PAUSED, timer=events))) == [(100, 150, "timer")]
    events = (at(100, False), at(120, True))
    assert spans(one(recording(PAUSED, timer=events))) == [(100, 160, "timer")]


def test_pauses_lie_within_the_recording_and_apart():
    events = (at(-50, False), at(-20, True), at(90, False), at(400, True))
    found = one(recording(PAUSED, timer=events, segment_starts=(101,)))
    assert spans(found) == [(90, 260, "timer")]


# --------------------------------------------------------------------------------------------------------------- laps


def lap(start: float, elapsed: float | None = None, end: float = NAN, **more) -> RawLap:
    return RawLap(START_S + start, START_S + end, elapsed, **more)


def lap_spans(*laps: RawLap, n: int = 301) -> tuple[list[tuple[float, float]], dict[str, int]]:
    run = one(recording(range(n), laps=laps))
    return [(found.start_s, found.end_s) for found in run.laps], codes(run)


def test_laps_come_out_in_seconds_since_the_start():
    first = lap(0, 60.5, 61, timer_s=55.0, distance_m=200, trigger="manual", intensity="active", workout_step=2)
    run = one(recording(range(301), laps=(first, lap(60.5, 100))))
    assert run.laps == (Lap(0, 60.5, 55.0, 200, "manual", "active", 2), Lap(60.5, 160.5))


def test_ends_come_from_elapsed_time_then_the_end_then_the_next_start_then_the_timer():
    assert lap_spans(lap(0, 60), lap(60, None, 150), lap(160), lap(200)) == (
        [(0, 60), (60, 150), (160, 200), (200, 300)], {},
    )  # fmt: skip


def test_a_lap_is_cut_where_the_next_one_starts():
    assert lap_spans(lap(0, 120), lap(100, 50)) == ([(0, 100), (100, 150)], {})


def test_starts_that_cannot_be_are_worked_out():
    assert lap_spans(lap(0, 60), lap(-80_000, 100), lap(160, 50)) == (
        [(0, 60), (60, 160), (160, 210)], {"no-laps": 1},
    )  # fmt: skip
    assert lap_spans(lap(0, 100), lap(0, 100), lap(0, 100)) == (
        [(0, 100), (100, 200), (200, 300)], {"no-laps": 2},
    )  # fmt: skip


def test_laps_without_any_time_are_left_out():
    assert lap_spans(lap(NAN), lap(NAN), lap(NAN)) == ([], {"no-laps": 3})


def test_laps_outside_the_recording_are_left_out():
    assert lap_spans(lap(0, 300), lap(303, 900)) == ([(0, 300)], {"no-laps": 1})
    assert lap_spans(lap(0, 300), lap(300, 1.2)) == ([(0, 300)], {})  # the key that ended the run
    assert lap_spans(lap(-45, 145), lap(100, 200)) == ([(0, 100), (100, 300)], {})  # it began before the first fix


@pytest.mark.parametrize(
    ("laps", "said"),
    [
        ((lap(0, 300), lap(303, 900)), "1 lap outside the recording was left out"),
        ((lap(0, 60), lap(-80_000, 100), lap(160, 50)), "1 lap starts where it cannot; times were"),
    ],
)
def test_one_lap_is_told_of_in_the_singular(laps, said):
    (problem,) = one(recording(range(301), laps=laps)).problems
    assert problem.message.startswith(said)


# ------------------------------------------------------------------------------------------------ sessions and dates


def leg(start: float, end: float, sport: str, sub_sport: str = "generic") -> Leg:
    return Leg(START_S + start, START_S + end, sport, sub_sport)


def test_a_multisport_file_becomes_one_activity_per_leg():
    legs = (leg(130, 230, "running", "trail"), leg(0, 100, "cycling"), leg(100, 130, "transition"))
    laps = (lap(0, 100), lap(100, 30), lap(130, 50), lap(180, 50))
    events = (at(0, True), at(40, False), at(60, True), at(150, False), at(160, True))
    found = cleaned(recording(range(231), legs=legs, laps=laps, timer=events, altitude_m=range(231)))
    assert [(a.sport, a.sub_sport, a.n) for a in found] == [
        ("cycling", "generic", 100), ("transition", "generic", 30), ("running", "trail", 101),
    ]  # fmt: skip
    assert [a.start for a in found] == [START + dt.timedelta(seconds=s) for s in (0, 100, 130)]
    assert [[(x.start_s, x.end_s) for x in a.laps] for a in found] == [[(0, 99)], [(0, 29)], [(0, 50), (50, 100)]]
    assert [spans(a) for a in found] == [[(40, 60, "timer")], [], [(20, 30, "timer")]]
    np.testing.assert_array_equal(found[2].altitude_m, np.arange(130, 231))


def test_legs_that_all_start_with_their_parent_are_told_by_their_ends():
    legs = (leg(0, 230, "running"), leg(0, 100, "cycling"))
    assert [(a.sport, a.n) for a in cleaned(recording(range(231), legs=legs))] == [("cycling", 100), ("running", 131)]


def test_legs_that_say_nothing_are_read_as_one():
    legs = (leg(0, 100, "running"), leg(0, 100, "cycling"))
    run = one(recording(range(100), legs=legs))
    assert run.sport == "running"
    assert codes(run) == {"several-activities": 2}


def test_tracks_of_one_sport_join_only_in_gpx():
    legs = (leg(0, 99, "running"), leg(200, 299, "running"))
    times = [*range(100), *range(200, 300)]
    assert [a.n for a in cleaned(recording(times, legs=legs))] == [100, 100]
    assert [a.n for a in cleaned(recording(times, legs=legs, format="gpx"))] == [200]


def test_more_activities_than_allowed_are_refused():
    legs = tuple(leg(10 * k, 10 * k + 9, "running") for k in range(10))
    with pytest.raises(LimitError, match="activities"):
        cleaned(recording(range(100), legs=legs), settings=Settings(limits=Limits(activities=9)))


@pytest.mark.parametrize(
    ("when", "format", "flagged", "hint"),
    [("1989-12-31", "gpx", True, "2009-08-16"), ("2107-01-01", "gpx", True, None),
     ("2004-07-25", "fit", True, "2024-03-10"),
     ("2004-07-25", "gpx", False, None), ("2024-06-01", "fit", False, None), ("2024-06-03", "fit", True, None),
     ("1901-12-13", "gpx", True, None), ("0001-01-01", "gpx", True, None), ("9999-12-30", "gpx", True, None)],
)  # fmt: skip
def test_dates_that_cannot_be_are_flagged_and_never_changed(when, format, flagged, hint):
    start = dt.datetime.fromisoformat(when).replace(tzinfo=dt.UTC)
    run = one(recording((start.timestamp() - START_S) + np.arange(9), format=format))
    assert run.start == start
    assert ("date-implausible" in codes(run)) is flagged
    assert hint is None or any(hint in p.message for p in run.problems)


def test_times_outside_of_the_calendar_are_no_times():
    run = one(recording([0, 1, 1e300, -1e300, 2]))
    assert run.n == 3
    assert codes(run) == {"no-time": 2}


def test_an_impossible_offset_is_left_out():
    assert one(recording(range(3), utc_offset_s=-12 * 3600)).utc_offset_s == -12 * 3600
    run = one(recording(range(3), utc_offset_s=27 * 3600))
    assert run.utc_offset_s is None
    assert codes(run) == {"no-local-time": 1}


def test_no_zone_is_said():
    assert codes(one(recording(range(3), zone_known=False))) == {"no-zone": 1}


def test_without_records_there_is_an_activity_only_if_something_says_when():
    with pytest.raises(NotActivityError):
        cleaned(recording([]))
    with pytest.raises(NoTimeError):
        cleaned(recording([NAN, NAN]))
    sets = (StrengthSet(START, 30.0, "plyo", 10),)
    gym = one(recording([], sport="training", strength_sets=sets))
    assert (gym.n, gym.start, gym.sport, gym.strength_sets) == (0, START, "training", sets)
    assert gym.elapsed_s == 0


def test_names_are_printable_and_short():
    run = one(
        recording(range(3), device="Watch\x1b[31m\x9b \u202e3" + "x" * 500, sport="Trail Running\x1b[2J" + "y" * 500)
    )
    assert run.device.isprintable()
    assert run.device.startswith("Watch [31m 3xxx")
    assert len(run.device) <= 80
    assert run.sport.isprintable()
    assert len(run.sport) <= 40


def test_a_pause_is_a_value():
    assert one(recording(PAUSED)).pauses == (Pause(100, 160, "gap"),)
