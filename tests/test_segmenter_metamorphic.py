"""What must not matter does not: the same run told differently holds the same efforts."""

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest

from builders_segmenter import known, simulated
from legspeed.model import CHANNEL_NAMES, Lap, Pause
from legspeed.segmenter import digest, judge

CASES = [
    ("strides_after_easy", "steady 1 s"),
    ("hill_sprints", "steady 1 s"),
    ("track_reps", "stops timer in recoveries"),
    ("strides_after_easy", "smart recording"),
    ("long_run", "city canyon"),
    ("treadmill_strides", "steady 1 s"),
    ("strides_after_easy", "GPS only"),
    ("easy_run", "drop-outs"),
]


OUTDOORS = [case for case in CASES if case[0] != "treadmill_strides"]
WITH_DISTANCE = [case for case in CASES if case[1] != "GPS only"]
WITH_WARM_UP = [case for case in CASES if case[0] != "easy_run"]


@pytest.fixture(params=CASES, ids=lambda case: " on ".join(case))
def activity(request):
    return simulated(*request.param, 1).activity


def only(cases):
    """Run a test on these cases alone."""
    return pytest.mark.parametrize("activity", cases, indirect=True, ids=[" on ".join(case) for case in cases])


def efforts(activity, **options):
    return judge([digest(activity)], athlete=known(), **options).runs[0].efforts


def outline(found, *, tenths=1):
    """Return what a runner reads of his efforts: when, what, whether it counts, how fast."""
    return [
        (pytest.approx(e.start_s, abs=0.1 * tenths), pytest.approx(e.end_s, abs=0.1 * tenths), e.kind, e.counts)
        for e in found
    ]


def read(found):
    return [(e.start_s, e.end_s, e.kind, e.counts) for e in found]


def with_columns(activity, change):
    """Return the activity with every column changed alike."""
    columns = {name: getattr(activity, name) for name in CHANNEL_NAMES if name != "time_s"}
    return {name: change(column) for name, column in columns.items() if column is not None}


# ------------------------------------------------------------------------------------------------- nothing at all


def test_another_day_and_hour_change_nothing(activity):
    moved = dataclasses.replace(activity, start=activity.start + dt.timedelta(days=700, hours=7), utc_offset_s=-18_000)
    assert efforts(moved) == efforts(activity)


def test_the_name_of_file_watch_format_and_sport_change_nothing(activity):
    renamed = dataclasses.replace(
        activity,
        source="Lunch/tempo no strides.gpx",
        device="COROS PACE 3",
        format="gpx",
        digest="f" * 64,
        sub_sport="track",
        cadence_per_leg=None if activity.cadence_per_leg else True,
    )
    assert efforts(renamed) == efforts(activity)


def test_power_and_what_pods_say_change_nothing(activity):
    bare = dataclasses.replace(activity, power_w=None, temperature_c=None, developer={})
    assert efforts(bare) == efforts(activity)


def test_without_its_heart_rate_a_run_holds_the_same_efforts_only_less_or_more_sure(activity):
    def place(effort):
        return effort.start_s, effort.end_s, effort.kind, effort.counts, effort.mean_speed_mps

    bare = dataclasses.replace(activity, heart_rate_bpm=None)
    assert [place(e) for e in efforts(bare)] == [place(e) for e in efforts(activity)]


def test_a_higher_sea_changes_nothing(activity):
    raised = efforts(dataclasses.replace(activity, altitude_m=activity.altitude_m + 1234.0))
    assert read(raised) == outline(efforts(activity))
    for here, there in zip(efforts(activity), raised, strict=True):
        assert here.grade == pytest.approx(there.grade, abs=1e-6)
        assert here.confidence == pytest.approx(there.confidence, abs=1e-6)


@only(WITH_DISTANCE)
def test_a_longer_distance_before_the_start_changes_nothing(activity):
    carried_on = efforts(dataclasses.replace(activity, distance_m=activity.distance_m + 5000.0))
    assert read(carried_on) == outline(efforts(activity))


# ------------------------------------------------------------------------------------------------- where he ran


def metres(activity):
    """Return east and north of the middle of the track, m."""
    middle = np.nanmedian(activity.latitude_deg), np.nanmedian(activity.longitude_deg)
    north = (activity.latitude_deg - middle[0]) * 111_195.0
    east = (activity.longitude_deg - middle[1]) * 111_195.0 * np.cos(np.radians(middle[0]))
    return east, north


def placed(activity, east, north, place=(40.0, -31.0)):
    latitude = place[0] + north / 111_195.0
    longitude = place[1] + east / (111_195.0 * np.cos(np.radians(place[0])))
    return dataclasses.replace(activity, latitude_deg=latitude, longitude_deg=longitude)


@only(OUTDOORS)
@pytest.mark.parametrize("change", ["mirrored", "turned", "elsewhere", "swapped"])
def test_where_on_earth_and_which_way_changes_nothing(activity, change):
    east, north = metres(activity)
    cos, sin = np.cos(np.radians(37.0)), np.sin(np.radians(37.0))
    moved = {
        "mirrored": placed(activity, -east, north),
        "turned": placed(activity, east * cos - north * sin, east * sin + north * cos),
        "elsewhere": placed(activity, east, north, (-33.0, 179.999)),
        "swapped": placed(activity, north, east),
    }[change]
    plain = efforts(placed(activity, east, north))
    got = efforts(moved)
    assert read(got) == outline(plain, tenths=2)
    assert [e.confidence for e in got] == pytest.approx([e.confidence for e in plain], abs=0.05)


# ------------------------------------------------------------------------------------------------- before and after


def test_standing_at_the_end_adds_nothing(activity):
    def stand(column):
        return np.concatenate([column, np.full(600, column[np.isfinite(column)][-1])])

    columns = with_columns(activity, stand)
    for name in {"speed_mps", "cadence_spm"} & set(columns):
        columns[name][activity.n :] = 0.0
    time_s = np.concatenate([activity.time_s, activity.time_s[-1] + np.arange(1.0, 601.0)])
    got, plain = efforts(dataclasses.replace(activity, time_s=time_s, **columns)), efforts(activity)
    # What ends with the recording may change its edge; all else stays.
    inside = [e for e in plain if e.end_s < activity.elapsed_s - 15]
    assert read(got)[: len(inside)] == outline(inside, tenths=3)
    assert len(got) <= len(plain)


@only(WITH_WARM_UP)
def test_without_the_warm_up_the_efforts_stay(activity):
    plain = efforts(activity)
    assert plain[0].start_s > 400
    cut_s = plain[0].start_s - 180
    keep = activity.time_s >= cut_s
    begin = float(activity.time_s[keep][0])
    later = dataclasses.replace(
        activity,
        time_s=activity.time_s[keep] - begin,
        start=activity.start + dt.timedelta(seconds=begin),
        pauses=tuple(Pause(p.start_s - begin, p.end_s - begin, p.kind) for p in activity.pauses if p.start_s >= begin),
        laps=tuple(
            Lap(lap.start_s - begin, lap.end_s - begin, trigger=lap.trigger)
            for lap in activity.laps
            if lap.start_s >= begin
        ),
        **with_columns(activity, lambda column: column[keep]),
    )
    # Easy running is easier to know from the whole: a doubtful effort may change sides, a sure one may not.
    sure = [e for e in plain if e.confidence > 0.8]
    got = efforts(later)
    for effort in sure:
        near = [
            e
            for e in got
            if abs(e.start_s + begin - effort.start_s) < 1.5 and abs(e.end_s + begin - effort.end_s) < 1.5
        ]
        assert near
        assert near[0].counts == effort.counts
    assert len(got) <= len(plain) + 1


def test_a_later_start_by_part_of_a_second_moves_the_edges_by_as_much():
    run = simulated("strides_after_easy", "2 Hz", 1).activity
    plain = efforts(run)
    odd = np.arange(run.n) >= 1
    shifted = dataclasses.replace(
        run, time_s=run.time_s[odd] - run.time_s[1], laps=(), pauses=(), **with_columns(run, lambda column: column[odd])
    )
    got = efforts(shifted)
    assert len(got) == len(plain)
    for here, there in zip(plain, got, strict=True):
        assert there.start_s + 0.5 == pytest.approx(here.start_s, abs=0.5)
        assert there.end_s + 0.5 == pytest.approx(here.end_s, abs=0.5)


# ------------------------------------------------------------------------------------------------- how it was recorded


def resampled(activity, rate_hz):
    """Return the activity with records in between, as a watch with a quicker clock would have written them."""
    ticks = [np.array([0.0])]
    for a, b in itertools.pairwise(activity.time_s):
        silent = b - a > 10 or any(p.start_s <= a < p.end_s for p in activity.pauses)
        n = 1 if silent else round(rate_hz * (b - a))
        ticks.append(a + (b - a) * np.arange(1, n + 1) / n)
    time_s = np.concatenate(ticks)

    def between(column):
        good = np.isfinite(column)
        made = np.interp(time_s, activity.time_s[good], column[good])
        nearest = np.clip(np.searchsorted(activity.time_s, time_s), 0, activity.n - 1)
        return np.where(np.isfinite(column[nearest]), made, np.nan)

    return dataclasses.replace(activity, time_s=time_s, **with_columns(activity, between))


@pytest.mark.parametrize("rate_hz", [2, 5])
def test_a_quicker_clock_finds_the_same(activity, rate_hz):
    plain, got = efforts(activity), efforts(resampled(activity, rate_hz))
    sure = [e for e in plain if e.confidence > 0.8]
    for effort in sure:
        near = [e for e in got if abs(e.start_s - effort.start_s) < 1 and abs(e.end_s - effort.end_s) < 1]
        assert near
        assert near[0].kind == effort.kind


@pytest.mark.parametrize("name", ["strides_after_easy", "track_reps"])
def test_every_second_record_still_shows_them(name):
    run = simulated(name, "steady 1 s", 1).activity
    half = np.arange(run.n) % 2 == 0
    sparse = dataclasses.replace(run, time_s=run.time_s[half], **with_columns(run, lambda column: column[half]))
    plain, got = efforts(run, laps=False), efforts(sparse, laps=False)
    assert len([e for e in got if e.counts]) >= 0.8 * len([e for e in plain if e.counts])


def test_a_stream_less_lowers_confidence_and_makes_no_effort():
    run = simulated("strides_after_easy", "steady 1 s", 1).activity
    whole = efforts(run)
    for without in ({"cadence_spm": None}, {"speed_mps": None}, {"altitude_m": None}):
        got = efforts(dataclasses.replace(run, **without))
        assert all(any(e.start_s < o.end_s and o.start_s < e.end_s for o in whole) for e in got if e.counts)
    silent = efforts(dataclasses.replace(run, cadence_spm=None))
    assert np.median([e.confidence for e in silent]) < np.median([e.confidence for e in whole])
