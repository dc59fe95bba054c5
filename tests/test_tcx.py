"""TCX: laps, tracks as pauses, the extension in any namespace, multisport, and what is no activity."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from builders_xml import (
    NOW,
    START,
    START_S,
    TPX_SPELLINGS,
    Fix,
    TcxLap,
    fixes,
    stamp,
    tcx,
    tcx_activity,
    tcx_document,
    tcx_lap,
)
from legspeed.errors import DamagedError, LimitError, NotActivityError, NoTimeError, UnknownFormatError
from legspeed.model import Activity, Lap
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.content import is_tcx
from legspeed.readers.recording import CADENCE, Recording
from legspeed.readers.xml import tcx as tcx_reader
from legspeed.readers.xml.stream import read_points
from legspeed.settings import Limits
from reading import codes

LIMITS = Limits()


def read(data: bytes) -> tuple[Recording, ...]:
    return tcx_reader.read(data, LIMITS)


def read_one(data: bytes) -> Recording:
    (only,) = read(data)
    return only


def activity(data: bytes) -> Activity:
    (only,) = normalize(read_one(data), source="a.tcx", digest="0", now=NOW)
    return only


RUN = [Fix(k, ele=400 + k, speed=3.25, hr=150 + k, cad=84, power=250, distance=3.25 * k) for k in range(90)]


@pytest.mark.case(33)
@pytest.mark.parametrize("spelling", TPX_SPELLINGS)
@pytest.mark.parametrize("short_cut", [True, False])
def test_the_extension_is_read_in_any_namespace(spelling, short_cut):
    data = tcx([TcxLap([RUN])], spelling=spelling)
    document = read_points(data, tcx_reader.GRAMMAR, tcx_reader.Activities, LIMITS, short_cut=short_cut)
    (found,) = tcx_reader.recordings(document, LIMITS)
    np.testing.assert_array_equal(found.unix_s, START_S + np.arange(90))
    np.testing.assert_array_equal(found.columns["speed_mps"], 3.25)
    np.testing.assert_array_equal(found.columns[CADENCE], 84)
    np.testing.assert_array_equal(found.columns["power_w"], 250)
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], 150 + np.arange(90))
    np.testing.assert_array_equal(found.columns["distance_m"], 3.25 * np.arange(90))
    np.testing.assert_array_equal(found.columns["altitude_m"], 400 + np.arange(90))
    assert found.problems == ()


def test_the_plain_cadence_of_a_trackpoint_is_one_legs():
    data = tcx([TcxLap([fixes(60)])]).replace(b"</Trackpoint>", b"<Cadence>86</Cadence></Trackpoint>")
    run = activity(data)
    assert run.cadence_per_leg
    np.testing.assert_array_equal(run.cadence_spm, 172)
    assert run.problems == ()


@pytest.mark.parametrize("short_cut", [True, False])
@pytest.mark.parametrize(
    "spelled",
    [
        "<HeartRateBpm>{}</HeartRateBpm>",
        "<HeartRateBpm>\n  <Value>{}</Value>\n</HeartRateBpm>",
        '<HeartRateBpm xsi:type="HeartRateInBeatsPerMinute_t">\n<Value>{}</Value></HeartRateBpm>',
    ],
)
def test_a_heart_rate_stands_in_its_element_or_in_a_value_inside(spelled, short_cut):
    data = tcx([TcxLap([RUN])])
    for bpm in range(150, 240):
        data = data.replace(f"<HeartRateBpm><Value>{bpm}</Value></HeartRateBpm>".encode(), spelled.format(bpm).encode())
    document = read_points(data, tcx_reader.GRAMMAR, tcx_reader.Activities, LIMITS, short_cut=short_cut)
    (found,) = tcx_reader.recordings(document, LIMITS)
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], 150 + np.arange(90))
    assert found.problems == ()


@pytest.mark.parametrize("short_cut", [True, False])
def test_the_first_version_has_runs_in_folders_of_a_sport(short_cut):
    """As the first watches with a receiver wrote it: History, a folder for each sport, and a Run whatever was done."""

    def run(sport: str, *laps: TcxLap) -> str:
        return f"<{sport} Name='{sport}'><Run><Id>{stamp(0)}</Id>{''.join(map(tcx_lap, laps))}</Run></{sport}>"

    later = [Fix(9000 + k, hr=120) for k in range(70)]
    inside = run("Running", TcxLap([RUN[:50]], seconds=50), TcxLap([RUN[50:]], seconds=40)) + run(
        "Biking", TcxLap([later], seconds=70)
    )
    empty = "<Other Name='Other'/><MultiSport Name='MultiSport'/>"
    data = tcx_document(f"<History>{inside}{empty}</History>").replace(b"Database/v2", b"Database/v1")
    document = read_points(data, tcx_reader.GRAMMAR, tcx_reader.Activities, LIMITS, short_cut=short_cut)
    found = tcx_reader.recordings(document, LIMITS)
    assert [(r.sport, len(r.unix_s), len(r.laps)) for r in found] == [("running", 90, 2), ("biking", 70, 1)]
    np.testing.assert_array_equal(found[0].columns["heart_rate_bpm"], 150 + np.arange(90))
    (first, second) = (normalize(r, source="a.tcx", digest="0", now=NOW)[0] for r in found)
    assert (first.sport, second.sport) == ("running", "cycling")


def test_the_device_is_the_watch_and_not_the_app_nor_its_serial_number():
    found = activity(tcx([TcxLap([RUN])], device="Watch\x85 \u202e3"))
    assert found.device == "Watch 3"
    assert activity(tcx([TcxLap([RUN])], device="")).device == ""


@pytest.mark.parametrize(
    ("word", "sport"), [("Running", "running"), ("Biking", "cycling"), ("Other", "unknown"), ("", "unknown")]
)
def test_the_sport(word, sport):
    assert activity(tcx([TcxLap([RUN])], sport=word)).sport == sport


@pytest.mark.case(33)
def test_every_part_of_a_trackpoint_may_be_missing():
    points = [Fix(0, lat=None), Fix(1, hr=150), Fix(2, lat="", lon=""), Fix(3, lat=47.5, lon=8.5, speed=2.5)]
    found = activity(tcx([TcxLap([points])]))
    np.testing.assert_array_equal(found.time_s, [0, 1, 2, 3])
    np.testing.assert_array_equal(found.heart_rate_bpm, [np.nan, 150, np.nan, np.nan])
    np.testing.assert_array_equal(found.speed_mps, [np.nan, np.nan, np.nan, 2.5])
    assert np.isnan(found.latitude_deg[[0, 2]]).all()


def test_points_that_share_a_time_are_merged():
    points = [Fix(k, hr=150 + k, lat=None) for k in range(5)]
    points = [
        p for k, hr in enumerate(points) for p in (hr, Fix(k, lat=47 + k * 1e-5), Fix(k, lat=None, speed=2.0 + k))
    ]
    found = activity(tcx([TcxLap([points])]))
    np.testing.assert_array_equal(found.time_s, np.arange(5))
    np.testing.assert_array_equal(found.heart_rate_bpm, 150 + np.arange(5))
    np.testing.assert_array_equal(found.speed_mps, 2.0 + np.arange(5))
    np.testing.assert_allclose(found.latitude_deg, 47 + np.arange(5) * 1e-5, rtol=0, atol=1e-12)
    assert codes(found) == {"time-duplicate": 10}


@pytest.mark.case(33)
def test_a_second_track_in_a_lap_is_a_pause_and_a_new_lap_is_none():
    first = TcxLap([fixes(20), [Fix(50 + k) for k in range(20)]], seconds=40)
    second = TcxLap([[Fix(70 + k) for k in range(10)]], seconds=10)
    assert read_one(tcx([first, second])).segment_starts == (20,)
    found = activity(tcx([first, second]))
    assert [(p.start_s, p.end_s, p.kind) for p in found.pauses] == [(19, 50, "segment")]


def test_laps_with_their_words_and_numbers():
    laps = [
        TcxLap([fixes(60)], seconds=60, metres=200.5, intensity="Active", trigger="Manual"),
        TcxLap([[Fix(60 + k) for k in range(30)]], seconds=30, metres=60, intensity="Resting", trigger="Distance"),
    ]
    found = activity(tcx(laps))
    assert found.laps == (
        Lap(0, 60, 60, 200.5, "manual", "active"),
        Lap(60, 89, 30, 60, "distance", "resting"),
    )


def test_a_lap_without_a_start_begins_with_its_first_point():
    laps = [TcxLap([fixes(60)], seconds=60), TcxLap([[Fix(60 + k) for k in range(30)]], seconds=30, start="?")]
    assert [(lap.start_s, lap.end_s) for lap in activity(tcx(laps)).laps] == [(0, 60), (60, 89)]


@pytest.mark.case(33)
def test_times_with_an_offset_and_with_line_breaks():
    points = [Fix(k, time=f"\n  2024-03-09T09:00:{k:02d}.000+02:00\n ") for k in range(5)]
    found = activity(tcx([TcxLap([points], start="2024-03-09T09:00:00+02:00")]))
    assert found.start == START
    assert found.utc_offset_s == 7200
    np.testing.assert_array_equal(found.time_s, np.arange(5))


def test_every_activity_of_a_file_is_one():
    second = [TcxLap([[Fix(9000 + k) for k in range(7)]])]
    both = tcx_activity([TcxLap([RUN])]) + tcx_activity(second, sport="Biking", device="Bike 2")
    found = read(tcx_document(f"<Activities>{both}</Activities>"))
    assert [(r.sport, len(r.unix_s), r.device) for r in found] == [("Running", 90, "Watch 1"), ("Biking", 7, "Bike 2")]
    assert [len(r.laps) for r in found] == [1, 1]


def test_a_multisport_session_with_its_transition():
    bike = tcx_activity([TcxLap([fixes(10)])], sport="Biking")
    change = tcx_lap(TcxLap([[Fix(20), Fix(25)]], seconds=6)).replace("Lap", "Transition")
    run = tcx_activity([TcxLap([[Fix(30 + k) for k in range(5)]], seconds=5)])
    inside = (
        f"<Activities><MultiSportSession><Id>{stamp(0)}</Id><FirstSport>{bike}</FirstSport>"
        f"<NextSport>{change}{run}</NextSport></MultiSportSession></Activities>"
    )
    found = read(tcx_document(inside))
    assert [(r.sport, len(r.unix_s)) for r in found] == [("Biking", 10), ("transition", 2), ("Running", 5)]
    assert [lap.timer_s for lap in found[1].laps] == [6]


def test_without_a_gps_the_rest_is_read():
    points = [Fix(k, lat=None, speed=2.8, cad=85, distance=2.8 * k) for k in range(60)]
    found = activity(tcx([TcxLap([points])]))
    assert found.latitude_deg is None
    np.testing.assert_array_equal(found.speed_mps, 2.8)
    np.testing.assert_array_equal(found.cadence_spm, 170)


@pytest.mark.case(33)
@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<Activities/>", "no track points"),
        (f"<Activities>{tcx_activity([])}</Activities>", "no track points"),
        ("<Courses><Course><Name>x</Name><Track><Trackpoint/></Track></Course></Courses>", "course"),
        ("<Workouts><Workout Sport='Running'><Name>8 x 200</Name></Workout></Workouts>", "workout"),
    ],
)
def test_what_holds_no_activity(inside, message):
    with pytest.raises(NotActivityError, match=message):
        read(tcx_document(inside))


def test_seconds_since_1970_are_times_of_points_and_laps():
    plain = read_one(tcx([TcxLap([RUN], start=stamp(0))]))
    numbers = [Fix(fix.at, time=f"{START_S + fix.at:.0f}") for fix in RUN]
    found = read_one(tcx([TcxLap([numbers], start=f"{START_S:.0f}")]))
    np.testing.assert_array_equal(found.unix_s, plain.unix_s)
    assert [lap.start_unix_s for lap in found.laps] == [lap.start_unix_s for lap in plain.laps] == [START_S]
    with pytest.raises(DamagedError, match="times such as 'March 9' cannot be read"):
        read(tcx([TcxLap([[Fix(0, time="March 9")] * 5], start=stamp(0))]))


def test_points_without_times():
    with pytest.raises(NoTimeError, match="without times"):
        read(tcx([TcxLap([[Fix(0, time="")] * 5], start=stamp(0))]))
    with_some = tcx_activity([TcxLap([RUN])]) + tcx_activity([TcxLap([[Fix(0, time="")] * 5], start=stamp(0))])
    assert codes(read_one(tcx_document(f"<Activities>{with_some}</Activities>"))) == {"no-time": 5}


def test_what_is_no_tcx():
    with pytest.raises(UnknownFormatError, match="<gpx>"):
        read(b"<gpx/>")
    with pytest.raises(UnknownFormatError, match="web page"):
        read(b"<html><body/></html>")
    assert is_tcx(tcx([TcxLap([RUN])])[:512])
    assert not is_tcx(b"<gpx>")


def test_too_many_activities_are_refused():
    data = tcx_document(f"<Activities>{tcx_activity([TcxLap([fixes(2)])]) * 5}</Activities>")
    with pytest.raises(LimitError, match="activities"):
        tcx_reader.read(data, Limits(activities=4))


@pytest.mark.case(31)
def test_ten_blanks_before_the_declaration():
    data = b" " * 10 + tcx([TcxLap([RUN])])
    assert is_tcx(data[:512])
    assert len(read_one(data).unix_s) == 90
    assert read_one(data).problems == ()


def test_a_cut_file_keeps_its_laps_and_complete_points():
    data = tcx([TcxLap([fixes(60)], seconds=60), TcxLap([[Fix(60 + k) for k in range(60)]], seconds=60)])
    cut = data[: data.index(b"<Time>2024-03-09T07:01:30Z")]
    found = activity(cut)
    np.testing.assert_array_equal(found.time_s, np.arange(90))
    assert codes(found) == {"truncated": 1}
    assert [(lap.start_s, lap.end_s) for lap in found.laps] == [(0, 60), (60, 89)]
    assert found.start == START + dt.timedelta(0)
