"""The map: totals, bests, what a run could have shown, and nothing but plain values."""

import dataclasses
import pickle
import time

import numpy as np
import pytest

from builders_segmenter import ALL, START, Way, measured, recording, session, simulated, way
from legspeed.model import CHANNELS, Activity, Assessability, Burst, Pause
from legspeed.segmenter import digest
from legspeed.segmenter.bests import BEST_DURATIONS_S
from legspeed.segmenter.bursts import Rise, in_columns
from legspeed.segmenter.candidates import shown as shown_of
from legspeed.settings import Settings

STRIDES, EDGES = session()


def hill(metres, _):
    return 100 + 3 * np.sin(metres / 120)


def test_totals_of_a_known_run():
    how = way((600, 3.0), (100, 0.0), (300, 4.0), (100, 1.2))
    got = digest(recording(how, pauses=((610, 690, "timer"),)))
    assert got.elapsed_s == 1100
    assert got.moving_s == pytest.approx(900, abs=4)
    assert got.distance_m == pytest.approx(how.metres(1100), rel=1e-6)
    assert got.easy_speed_mps == pytest.approx(3.0, abs=0.01)
    assert got.carried_s == 0
    assert got.interval_s == 1
    assert digest(recording(how, ("position", "cadence"))).distance_m == pytest.approx(how.metres(1100), rel=0.01)


def test_easy_running_has_its_own_cadence():
    got = digest(recording(STRIDES))
    assert got.easy_cadence_spm == pytest.approx(162, abs=1)
    assert digest(recording(STRIDES, ("position", "distance", "speed"))).easy_cadence_spm is None
    assert digest(recording(way((20, 3.0)))).easy_speed_mps is None


def test_best_speeds_of_a_known_run():
    best = digest(recording(way((700, 3.0), (600, 4.5), (300, 3.0), (20, 6.4), (300, 3.0), ramp_s=1))).best_speeds
    assert set(best) == {seconds for seconds in BEST_DURATIONS_S if seconds <= 1900}
    assert best[10] == pytest.approx(6.4, abs=0.02)
    assert best[20] == pytest.approx(6.3, abs=0.15)
    assert best[300] == best[420] == pytest.approx(4.5, abs=0.02)
    assert best[1200] == pytest.approx((600 * 4.5 + 580 * 3.0 + 20 * 6.4) / 1200, abs=0.05)


@pytest.mark.parametrize("name", ["easy_run", "race", "track_reps", "long_run"])
def test_bests_fall_with_time(name):
    best = measured(name, seed=2).best_speeds
    for longer in BEST_DURATIONS_S[1:]:
        shorter = [seconds for seconds in best if longer % seconds == 0 and seconds < longer]
        assert longer not in best or all(best[seconds] >= best[longer] - 1e-3 for seconds in shorter)


def test_no_best_is_taken_across_a_pause():
    how = way((100, 3.0), (20, 6.0), (60, 0.0), (20, 6.0), (100, 3.0))
    best = digest(recording(how, pauses=((118, 182, "timer"),))).best_speeds
    assert best[10] == pytest.approx(6.0, abs=0.05)
    assert best[30] < 5.6


def test_a_way_down_is_no_best_where_a_barometer_shows_it():
    how = way((600, 3.0), (600, 4.2), (600, 3.0))

    def valley(metres, _):
        return 300 - 0.05 * np.clip(metres - 1800, 0, 2520)

    level = digest(recording(how)).best_speeds[420]
    assert digest(recording(how, altitude=valley)).best_speeds[420] < 0.93 * level
    assert digest(recording(how, altitude=lambda m, _: 200 - valley(m, _))).best_speeds[420] == pytest.approx(level)


# ------------------------------------------------------------------------------------------------- bursts


def test_what_a_burst_says_of_itself():
    burst = max(digest(recording(STRIDES, altitude=hill)).bursts, key=lambda b: b.bar_high_mps)
    assert burst.plateau_speed_mps == pytest.approx(6.4, abs=0.05)
    assert burst.peak_speed_mps == pytest.approx(6.4, abs=0.1)
    assert burst.base_speed_mps == pytest.approx(3.0, abs=0.2)
    assert burst.after_speed_mps == pytest.approx(3.0, abs=0.2)
    assert burst.duration_s == pytest.approx(20, abs=0.5)
    assert burst.distance_m == pytest.approx(burst.mean_speed_mps * burst.duration_s, rel=1e-6)
    assert 5.8 < burst.mean_speed_mps <= burst.peak_speed_mps
    assert burst.low_speed_mps <= burst.mid_speed_mps <= burst.peak_speed_mps
    assert burst.cadence_spm == pytest.approx(186, abs=2)
    assert burst.answer_cadence_spm == pytest.approx(186, abs=2)
    assert burst.recorded_support == pytest.approx(1, abs=0.1)
    assert burst.distance_support == pytest.approx(1, abs=0.1)
    assert burst.position_support == pytest.approx(1, abs=0.1)
    assert burst.way_before_m == pytest.approx(float(STRIDES.metres(burst.start_s)), rel=0.02)
    assert burst.grade is not None
    assert burst.grade_se > 0
    assert not burst.carried
    assert not burst.settling
    assert burst.before_mps is not None


def test_the_peak_is_three_seconds_not_one():
    how = way((300, 3.0), (8, 6.0), (300, 3.0), ramp_s=3)
    activity = recording(how, ("speed",))
    spiked = np.where(activity.time_s == 304, 11.0, activity.speed_mps)
    peak = max(b.peak_speed_mps for b in digest(dataclasses.replace(activity, speed_mps=spiked)).bursts)
    assert 6.0 < peak < 8.5


def test_a_stream_shows_its_own_share_of_the_rise():
    activity = recording(STRIDES, shake_m=0.2)
    half = 3.0 + 0.5 * (activity.speed_mps - 3.0)
    burst = max(digest(dataclasses.replace(activity, speed_mps=half)).bursts, key=lambda b: b.bar_high_mps)
    assert 0.3 < burst.recorded_support < 0.75
    flat = np.full(activity.n, 3.0)
    jump = dataclasses.replace(
        recording(STRIDES, ("position", "cadence")), speed_mps=flat, distance_m=3.0 * activity.time_s
    )
    assert all(b.recorded_support is None or b.recorded_support < 0.3 for b in digest(jump).bursts)


def test_a_timer_stopped_before_the_slow_speed_answers_leaves_the_question_open():
    how = way((600, 3.0), *[(20, 6.4), (80, 3.0)] * 5, (20, 6.4), (3, 6.4))
    bursts = digest(recording(how, late_s={"speed": 6.0, "cadence": 2.0}, shake_m=0.1)).bursts
    assert all(b.recorded_support is None for b in bursts if b.start_s > 1000)
    assert all(b.recorded_support > 0.9 for b in bursts if 550 < b.start_s < 1000 and b.duration_s < 30)


def test_the_first_half_minute_is_marked_as_settling():
    how = way((10, 3.0), (15, 6.4), (200, 3.0), (15, 6.4), (100, 3.0))
    marks = {round(b.start_s): b.settling for b in digest(recording(how)).bursts if b.bar_low_mps > 3}
    assert marks == {10: True, 225: False}


def test_laps_stand_beside_the_bursts_they_agree_with_and_make_none():
    laps = ((0, 599), (599, 621), (621, 1000), (1000, 1320))
    timed = digest(recording(STRIDES, laps=laps))
    untimed = digest(recording(STRIDES, laps=laps), laps=False)
    assert untimed == digest(recording(STRIDES))
    bare = [dataclasses.replace(b, lap_start_s=None, lap_end_s=None) for b in timed.bursts]
    assert tuple(bare) == untimed.bursts
    beside = {(b.lap_start_s, b.lap_end_s) for b in timed.bursts if 599 < b.start_s < 601}
    assert (599, 621) in beside
    for burst in timed.bursts:
        if burst.lap_start_s is not None and burst.duration_s < 100:
            assert (burst.lap_start_s, burst.lap_end_s) == (599, 621)


def test_delays_of_the_timer_are_seen():
    how = way((60, 0.0), (200, 3.0), (60, 0.0), (200, 3.0))
    at_s = np.r_[58:261.0, 318:521.0]  # started 2 s before he moves; all streams are 4 s late
    late = recording(how, late_s=dict.fromkeys(ALL, 4.0), at_s=at_s)
    assert len(digest(late).timer_delays_s) == 1
    paused = dataclasses.replace(late, pauses=(Pause(202.0, 260.0, "timer"),))
    assert digest(paused).timer_delays_s == pytest.approx((6.0, 6.0), abs=0.3)
    by_itself = dataclasses.replace(late, pauses=(Pause(202.0, 260.0, "auto"),))
    assert len(digest(by_itself).timer_delays_s) == 1
    assert digest(recording(way((300, 3.0)))).timer_delays_s == (0.0,)
    assert digest(recording(way((300, 0.0)))).timer_delays_s == ()


# ------------------------------------------------------------------------------------------------- assessability


def could_show(activity):
    return digest(activity).assessable


def test_a_good_recording_shows_all():
    assert could_show(recording(STRIDES, altitude=hill)) == Assessability(True, True, None)


@pytest.mark.parametrize(
    ("activity", "strides", "why"),
    [
        (recording(STRIDES), True, "no altitude"),
        (recording(STRIDES, every_s=4, altitude=hill), True, "smart recording"),
        (recording(STRIDES, every_s=12, altitude=hill), False, "hides strides"),
        (recording(STRIDES, ("position",), altitude=hill), False, "positions alone"),
        (recording(STRIDES, ("cadence",), altitude=hill), False, "no speed"),
    ],
    ids=["no altitude", "smart", "sparse", "positions alone", "no speed"],
)
def test_what_a_recording_cannot_show_it_says(activity, strides, why):
    got = could_show(activity)
    assert (got.strides, got.hill_sprints) == (strides, False)
    assert why in got.why


COLUMNS = {"position": ("latitude_deg", "longitude_deg"), "distance": ("distance_m",), "speed": ("speed_mps",)}


def sparsely(activity, stream, every, how):
    """Return a recording in which one stream has something new in every so-many-th record; others hold or leave out."""
    at = np.arange(activity.n)
    columns = {name: getattr(activity, name) for name in COLUMNS[stream]}
    told = {n: c[at - at % every] if how == "held" else np.where(at % every, np.nan, c) for n, c in columns.items()}
    return dataclasses.replace(activity, **told)


@pytest.mark.parametrize("how", ["held", "empty"])
@pytest.mark.parametrize("stream", ["position", "distance", "speed"])
def test_a_stream_that_comes_more_seldom_than_the_records_shows_what_it_can(stream, how):
    uneven = Way(np.arange(1500.0), STRIDES.speed(np.arange(1500.0)) + 0.2 * np.sin(np.arange(1500.0) / 7))
    every_second = recording(uneven, (stream, "cadence"), altitude=hill)
    assert could_show(every_second).hill_sprints
    got = digest(sparsely(every_second, stream, 5, how))
    assert got.assessable == Assessability(True, False, f"one new {stream} every 5 s hides efforts under 15 s")
    assert got.interval_s == 5
    assert got.easy_speed_mps == pytest.approx(digest(every_second).easy_speed_mps, rel=0.03)
    got = digest(sparsely(every_second, stream, 9, how))
    assert got.assessable == Assessability(False, False, f"one new {stream} every 9 s hides strides")


def test_the_best_stream_tells_how_often_there_is_something_new():
    both = recording(STRIDES, ("distance", "speed", "cadence"), altitude=hill)
    for stream in ("distance", "speed"):
        got = digest(sparsely(both, stream, 5, "held"))
        assert (got.interval_s, got.assessable) == (1, Assessability(True, True, None))


def test_a_belt_that_keeps_its_speed_is_seen_every_second():
    belt = recording(
        way((600, 3.0), (20, 5.0), (90, 2.5), (20, 5.0), (300, 3.0), ramp_s=0.1), ("speed", "cadence"), altitude=hill
    )
    assert digest(belt).interval_s == 1
    assert could_show(belt).hill_sprints


def test_speed_known_for_a_part_only_is_said():
    activity = recording(STRIDES, ("speed", "cadence"))
    holed = np.where((activity.time_s > 300) & (activity.time_s < 860), np.nan, activity.speed_mps)
    got = could_show(dataclasses.replace(activity, speed_mps=holed))
    assert not got.strides
    assert "%" in got.why


@pytest.mark.parametrize("seed", [0, 1])
def test_altitude_from_satellites_cannot_carry_a_hill_sprint(seed):
    got = measured("hill_sprints", "no cadence", seed).assessable
    assert (got.strides, got.hill_sprints) == (True, False)
    assert "GPS" in got.why
    assert measured("hill_sprints", "steady 1 s", seed).assessable.hill_sprints


def test_a_speed_alone_and_smoothed_over_more_than_a_hill_sprint_is_said():
    smoothed = recording(STRIDES, ("speed", "cadence"), late_s={"speed": 9.0}, altitude=hill)
    assert not could_show(smoothed).hill_sprints


# ------------------------------------------------------------------------------------------------- a plain value


@pytest.mark.parametrize("name", ["strides_after_easy", "hill_sprints"])
@pytest.mark.parametrize("watch", ["steady 1 s", "smart recording", "stops timer in recoveries", "GPS only"])
def test_it_is_pure_small_and_picklable(name, watch):
    activity = simulated(name, watch).activity
    before = pickle.dumps(activity)
    first, second = digest(activity), digest(activity)
    assert pickle.dumps(first) == pickle.dumps(second)
    assert pickle.loads(pickle.dumps(first)) == first
    assert pickle.dumps(activity) == before
    assert len(pickle.dumps(first)) < 200_000


def plain(value):
    """Return the types of all leaves of a value."""
    if dataclasses.is_dataclass(value):
        return set().union(*(plain(getattr(value, f.name)) for f in dataclasses.fields(value)), set())
    if isinstance(value, tuple | list):
        return set().union(*(plain(v) for v in value), set())
    if isinstance(value, dict):
        return plain(list(value.values())) | plain(list(value))
    return {type(value)}


def test_it_holds_plain_python_values_only():
    types = plain(measured("strides_after_easy")) | plain(digest(recording(STRIDES, laps=((0, 599), (599, 621)))))
    assert {t for t in types if t.__module__ == "numpy"} == set()


def test_facts_of_the_file_are_carried_on():
    activity = recording(STRIDES, device="Watch 9", source="a/b.fit", format="tcx", utc_offset_s=None)
    got = digest(activity)
    for name in ("source", "device", "format", "utc_offset_s", "start", "sport", "sub_sport", "digest", "problems"):
        assert getattr(got, name) == getattr(activity, name)


def test_settings_of_the_map_are_obeyed():
    brief = Settings.from_mapping({"picking": {"longest_s": 60}})
    how = way((300, 3.0), (90, 5.0), (200, 3.0), (20, 6.4), (200, 3.0))
    assert [b for b in digest(recording(how)).bursts if 80 < b.duration_s < 100]
    assert all(b.duration_s < 65 for b in digest(recording(how), settings=brief).bursts)


# ------------------------------------------------------------------------------------------------- edge cases


def columns_only(n, **columns):
    return Activity(START, None, "running", "", "", "hand", "", "fit", np.arange(float(n)), **columns)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7])
def test_a_handful_of_records_is_a_digest_too(n):
    steady = np.full(n, 5.0)
    got = digest(
        columns_only(
            n,
            latitude_deg=10 + np.arange(n) * 5e-5,
            longitude_deg=steady,
            altitude_m=steady,
            distance_m=5 * np.arange(float(n)),
            speed_mps=steady,
            cadence_spm=np.full(n, 180.0),
        )
    )
    assert got.elapsed_s == max(0, n - 1)
    assert all(isinstance(burst, Burst) for burst in got.bursts)
    if n < 2:
        assert got.bursts == ()
        assert not got.assessable.strides
        assert got.assessable.why


@pytest.mark.parametrize(
    "names", [("distance_m",), ("speed_mps",), ("cadence_spm",), ("altitude_m",), ("speed_mps", "cadence_spm")]
)
def test_columns_of_nothing_but_gaps_are_none(names):
    nothing = {name: np.full(600, np.nan) for name in names}
    assert digest(columns_only(600, **nothing)).basis == ()
    speed = way((300, 3.0), (20, 6.4), (280, 3.0)).speed(np.arange(600.0))
    if "speed_mps" not in names:
        assert digest(columns_only(600, speed_mps=speed, **nothing)).bursts


def test_positions_of_nothing_but_gaps_are_none():
    nothing = {name: np.full(600, np.nan) for name in ("latitude_deg", "longitude_deg")}
    assert digest(columns_only(600, **nothing)).basis == ()


def test_standing_at_one_point_is_no_running():
    n = 1200
    still = columns_only(n, latitude_deg=np.full(n, 10.0), longitude_deg=np.full(n, 10.0), cadence_spm=np.zeros(n))
    got = digest(still)
    assert (got.moving_s, got.bursts, got.basis) == (0, (), ())
    assert not got.assessable.strides


@pytest.mark.parametrize("name", ["altitude_m", "speed_mps", "distance_m", "cadence_spm", "latitude_deg"])
def test_extremes_of_every_channel_break_nothing(name):
    channel = next(channel for channel in CHANNELS if channel.name == name)
    activity = recording(STRIDES, altitude=hill)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        column = getattr(activity, name).copy()
        where = rng.random(activity.n) < (0.02, 0.3, 0.9)[seed]
        column[where] = rng.choice([channel.low, channel.high, np.nan], where.sum())
        got = digest(dataclasses.replace(activity, **{name: column}))
        assert all(np.isfinite([b.start_s, b.end_s, b.peak_speed_mps, b.plateau_speed_mps]).all() for b in got.bursts)
        assert all(b.peak_speed_mps <= 13.5 for b in got.bursts)


def test_a_day_of_running_is_measured_in_seconds():
    at = np.arange(86_400.0)
    how = Way(at, 3.0 + 0.6 * np.sin(at / 47) + 0.4 * np.sin(at / 13))
    activity = recording(how, ALL, at_s=at, loop_m=None, shake_m=0.3, altitude=hill)
    begin = time.process_time()
    got = digest(activity)
    assert time.process_time() - begin < 8
    assert got.moving_s > 80_000
    assert max(got.best_speeds) == 3600


def test_two_records_far_apart_fill_no_memory():
    activity = Activity(
        START, None, "running", "", "", "", "", "gpx", np.array([0.0, 1e6]), distance_m=np.array([0.0, 3e6])
    )
    got = digest(activity)
    assert got.elapsed_s == 1e6
    assert not got.assessable.strides


def shown(before, inside, after):
    """Return what a recorded speed shows of a burst from 3 to 6 m/s of 20 s."""
    rise = Rise(100, 119, 100.0, 120.0, 6.0, 3.0, 3.0, 4.0, 6.0, open_start=False, open_end=False)
    recorded = np.concatenate([np.full(100, before), np.full(20, inside), np.full(80, after)])
    stretch = np.array([0]), np.array([199])
    evidence, picking = Settings().evidence, Settings().picking
    return shown_of(recorded, np.array([inside]), in_columns([rise]), stretch, evidence, picking)[0]


def test_recorded_speed_shows_a_burst_when_it_rises_before_and_falls_after_it():
    assert shown(3.0, 6.0, 3.0) == pytest.approx(1.0)
    assert shown(3.0, 4.5, 3.0) == pytest.approx(0.5)


def test_a_dip_of_the_quick_speed_alone_is_no_rise_of_the_recorded_one():
    assert shown(5.0, 5.0, 5.0) == pytest.approx(0.0)
    assert shown(3.0, 5.0, 5.0) == pytest.approx(0.0)
    assert shown(5.0, 5.0, 3.0) == pytest.approx(0.0)


def test_nobody_moves_for_longer_than_was_recorded():
    at_s = np.concatenate([np.arange(k * 60.0, k * 60.0 + 31) for k in range(20)])
    stops = tuple(Pause(k * 60.0 + 30, k * 60.0 + 60, "timer") for k in range(19))
    got = digest(dataclasses.replace(recording(way((1200, 3.0)), at_s=at_s), pauses=stops))
    assert got.moving_s == 20 * 30


@pytest.mark.parametrize(("seconds", "able"), [(40, False), (80, True)])
def test_less_than_a_minute_could_have_shown_nothing(seconds, able):
    got = digest(recording(way((seconds - 20, 3.0), (20, 3.0))))
    assert got.assessable.strides == able
    assert able or got.assessable.why == "less than 60 s were recorded"
