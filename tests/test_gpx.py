"""GPX: every spelling of the same run gives the same run; what cannot be one says why."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from builders_xml import EXTENSIONS, NOW, START, START_S, Fix, fixes, gpx, gpx_document, point, track
from legspeed.errors import DamagedError, LimitError, NotActivityError, NoTimeError, ReadError, UnknownFormatError
from legspeed.model import Activity
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.content import is_gpx
from legspeed.readers.recording import CADENCE, Recording
from legspeed.readers.xml import gpx as gpx_reader
from legspeed.readers.xml.stream import read_points
from legspeed.readers.xml.times import parse_times
from legspeed.settings import Limits
from reading import codes

LIMITS = Limits()


def read(data: bytes | str) -> tuple[Recording, ...]:
    return gpx_reader.read(data.encode() if isinstance(data, str) else data, LIMITS)


def read_one(data: bytes | str) -> Recording:
    (only,) = read(data)
    return only


def activities(data: bytes | str) -> list[Activity]:
    return [a for r in read(data) for a in normalize(r, source="a.gpx", digest="0", now=NOW)]


RUN = [Fix(k, lat=47 + k * 3e-5, ele=400 + k, speed=3.25, hr=150 + k, cad=84, temp=12, power=250) for k in range(8)]


# ------------------------------------------------------------------------------------------------------- what is read


def test_values_positions_and_times_are_those_of_the_file():
    found = read_one(gpx(RUN, sport="running", creator="A watch 3"))
    assert found.format == "gpx"
    assert found.device == "A watch 3"
    assert found.sport == "running"
    assert found.cadence_unit == "unknown"
    np.testing.assert_array_equal(found.unix_s, START_S + np.arange(8))
    np.testing.assert_array_equal(found.columns["latitude_deg"], [fix.lat for fix in RUN])
    np.testing.assert_array_equal(found.columns["longitude_deg"], 8.0)
    np.testing.assert_array_equal(found.columns["altitude_m"], 400 + np.arange(8.0))
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], 150 + np.arange(8.0))
    assert found.problems == ()
    assert found.zone_known
    assert found.utc_offset_s is None


@pytest.mark.case(29)
@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("short_cut", [True, False])
def test_every_spelling_of_the_extensions_gives_the_same_values(extension, short_cut):
    many = [Fix(k, speed=3.25, hr=150, cad=84, temp=12, power=250) for k in range(120)]
    document = read_points(
        gpx(many, extension=extension), gpx_reader.GRAMMAR, gpx_reader.Tracks, LIMITS, short_cut=short_cut
    )
    (found,) = gpx_reader.recordings(document, LIMITS)
    wanted = {"speed_mps": 3.25, "heart_rate_bpm": 150, CADENCE: 84, "temperature_c": 12, "power_w": 250}
    for name, value in wanted.items():
        np.testing.assert_array_equal(found.columns[name], value, err_msg=name)


@pytest.mark.parametrize("prefix", ["", "app:"])
@pytest.mark.parametrize("short_cut", [True, False])
def test_an_extension_with_a_time_or_height_of_its_own_does_not_touch_the_points(prefix, short_cut):
    extension = (
        f"<extensions><{prefix}time>1999-01-01T00:00:00Z</{prefix}time><{prefix}ele>7</{prefix}ele></extensions>"
    )
    data = gpx(fixes(200, ele=400)).replace(b"</trkpt>", extension.encode() + b"</trkpt>")
    document = read_points(data, gpx_reader.GRAMMAR, gpx_reader.Tracks, LIMITS, short_cut=short_cut)
    (found,) = gpx_reader.recordings(document, LIMITS)
    np.testing.assert_array_equal(found.unix_s, START_S + np.arange(200))
    np.testing.assert_array_equal(found.columns["altitude_m"], 400.0)


def test_gpx_1_0_has_its_speed_in_the_point():
    found = read_one(gpx(RUN, version="1.0"))
    np.testing.assert_array_equal(found.columns["speed_mps"], 3.25)


def test_a_negative_speed_is_apples_way_to_say_unknown():
    run = [Fix(0, speed=2.5), Fix(1, speed=-1.0), Fix(2, speed=2.75)]
    np.testing.assert_array_equal(read_one(gpx(run, extension="bare")).columns["speed_mps"], [2.5, np.nan, 2.75])


def test_what_some_points_lack_is_nan_there_and_what_all_lack_is_no_column():
    run = [Fix(0, hr=150), Fix(1), Fix(2, lat=None, lon=None, hr=152), Fix(3, hr="")]
    found = read_one(gpx(run))
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], [150, np.nan, 152, np.nan])
    np.testing.assert_array_equal(found.columns["latitude_deg"], [47, 47, np.nan, 47])
    assert "altitude_m" not in found.columns
    assert "speed_mps" not in found.columns
    assert found.problems == ()


def test_cluetrust_distance_is_read():
    run = [Fix(k, distance=3.5 * k) for k in range(4)]
    np.testing.assert_array_equal(read_one(gpx(run, extension="cluetrust")).columns["distance_m"], 3.5 * np.arange(4))


def test_elements_of_the_same_name_outside_of_points_are_not_taken():
    text = gpx_document([track([[Fix(0), Fix(1)]])]).replace(
        "<trk>", '<wpt lat="1" lon="2"><ele>9</ele><time>2020-01-01T00:00:00Z</time></wpt><trk>', 1
    )
    text = text.replace("<name>A run</name>", "<name>A run</name><extensions><hr>99</hr><speed>9</speed></extensions>")
    found = read_one(text)
    assert len(found.unix_s) == 2
    assert set(found.columns) == {"latitude_deg", "longitude_deg"}


# -------------------------------------------------------------------------------------------------------------- times

SPELLINGS = [
    "2024-03-09T07:00:01Z",
    "2024-03-09T07:00:01.000Z",
    "2024-03-09T07:00:01.000000000Z",
    "2024-03-09T08:00:01+01:00",
    "2024-03-09T01:30:01-05:30",
    "2024-03-09T07:00:01.000000+00:00",
    " \n 2024-03-09T09:00:01+02:00\n ",
    "2024-3-9T7:0:1Z",
    "2024-03-09 07:00:01Z",
    "2024-03-09t07:00:01z",
    "2024/03/09 07:00:01 UTC",
    "2024-03-09T08:00:01+0100",
    "2024-03-09T07:00:01,000Z",
]


@pytest.mark.case(28)
@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_of_a_time_is_the_same_instant(text):
    run = [Fix(0), Fix(1, time=text), Fix(2)]
    np.testing.assert_array_equal(read_one(gpx(run)).unix_s, START_S + np.arange(3))


def test_all_spellings_in_one_file():
    found = read_one(gpx([Fix(0, time=text) for text in SPELLINGS]))
    np.testing.assert_array_equal(found.unix_s, START_S + 1)


@pytest.mark.parametrize("digits", range(1, 10))
def test_fractions_of_one_to_nine_digits(digits):
    fraction = "123456789"[:digits]
    (unix_s,), _ = parse_times([f"2024-03-09T07:00:00.{fraction}Z"])
    assert unix_s == pytest.approx(START_S + float(f"0.{fraction}"), abs=3e-7)


@pytest.mark.parametrize(
    "text",
    ["", "null", "07:00:01", "2024-03-09", "2024-02-30T07:00:00Z", "2024-13-01T07:00:00Z", "0000-01-01T00:00:00Z",
     "2024-03-09T24:00:00Z", "2024-03-09T07:60:00Z", "2024-03-09T07:00:61Z", "2024-03-09T07:00:00ZZ", "9" * 5000,
     "２０２４-03-09T07:00:00Z"],
)  # fmt: skip
def test_what_is_no_time_is_missing(text):
    unix_s, offset_s = parse_times(["2024-03-09T07:00:00Z", text])
    assert unix_s[0] == START_S
    assert np.isnan(unix_s[1])
    assert np.isnan(offset_s[1])


@pytest.mark.parametrize(
    "spell",
    [
        lambda s: f"{s:.0f}", lambda s: f"{s:.3f}", lambda s: f" {s:.6f}\n", lambda s: f"{s:.1f}".replace(".", ","),
        lambda s: f"{1000 * s:.0f}", lambda s: f"{1000 * s:.2f}", lambda s: f"{s / 1e9:.9f}E9", lambda s: f"{s:.0f}.",
    ],
)  # fmt: skip
def test_seconds_and_milliseconds_since_1970_are_times(spell):
    for blank in ("", " "):  # which takes the slow way
        found = read_one(gpx([Fix(k, time=blank + spell(START_S + k)) for k in range(30)]))
        np.testing.assert_array_equal(found.unix_s, START_S + np.arange(30))
        assert found.zone_known
        assert found.utc_offset_s is None


@pytest.mark.parametrize(
    "number", ["0", "1", "12345", "631151999", "4102444800", "20240309070000", "1e99", "-1709967600"]
)
def test_numbers_of_no_year_of_this_age_are_no_times(number):
    assert np.isnan(parse_times([number])[0]).all()


def test_bulk_and_single_reading_of_times_agree():
    rng = np.random.default_rng(5)
    texts = []
    for seconds in rng.uniform(-6e10, 2.4e11, 400):
        when = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=float(seconds))
        texts.append(when.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + f".{when.microsecond:06d}+05:45")
    together, offsets = parse_times(texts)
    alone = np.array([parse_times([" " + text])[0][0] for text in texts])  # the blank takes the slow way
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(offsets, 5.75 * 3600)
    python = np.array(
        [(dt.datetime.fromisoformat(t) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds() for t in texts]
    )
    np.testing.assert_allclose(together, python, rtol=0, atol=4e-5)


@pytest.mark.case(28)
def test_times_without_a_zone_are_taken_as_utc_and_said():
    found = read_one(gpx([Fix(0, time="2024-03-09T07:00:00"), Fix(1, time="2024-03-09T07:00:01")]))
    assert not found.zone_known
    assert found.unix_s[0] == START_S
    assert "no-zone" in codes(normalize(found, source="", digest="", now=NOW)[0])


def test_the_local_offset_is_kept_where_all_times_carry_the_same_one():
    plus_two = [Fix(k, time=f"2024-03-09T09:00:0{k}+02:00") for k in range(3)]
    assert read_one(gpx(plus_two)).utc_offset_s == 7200
    assert read_one(gpx([*plus_two[:2], Fix(2)])).utc_offset_s is None
    assert read_one(gpx([Fix(k, time=f"2024-03-09T07:00:0{k}+00:00") for k in range(3)])).utc_offset_s is None


@pytest.mark.case(28)
def test_points_without_a_time_are_dropped_and_counted():
    run = [Fix(0, time=""), Fix(1), Fix(2, time=""), Fix(3), Fix(4, time="null")]
    (found,) = activities(gpx(run))
    np.testing.assert_array_equal(found.time_s, [0, 2])
    assert found.start == START + dt.timedelta(seconds=1)
    assert codes(found) == {"no-time": 3}


# ------------------------------------------------------------------------------------------ segments, tracks, sports


def test_a_new_segment_after_a_while_is_a_pause_and_one_without_delay_is_not():
    paused = [fixes(20), [Fix(30 + k, lat=47.001) for k in range(20)], [Fix(50 + k, lat=47.001) for k in range(5)]]
    found = read_one(gpx(paused))
    assert found.segment_starts == (20, 40)
    (activity,) = activities(gpx(paused))
    assert [(p.start_s, p.end_s, p.kind) for p in activity.pauses] == [(19, 30, "segment")]


def test_empty_segments_and_tracks_do_no_harm():
    found = read_one(gpx_document([track([[]]), track([[], [Fix(0), Fix(1)], []]), track([])]))
    assert len(found.unix_s) == 2
    assert found.segment_starts == ()


def test_tracks_far_apart_are_activities_and_tracks_close_together_are_one():
    def at(seconds: float, sport: str = "running") -> str:
        return track([[Fix(seconds + k) for k in range(5)]], sport=sport)

    far = activities(gpx_document([at(0), at(4000)]))
    assert [(a.n, a.start) for a in far] == [(5, START), (5, START + dt.timedelta(seconds=4000))]
    close = activities(gpx_document([at(0), at(600)]))
    assert [(a.n, [p.kind for p in a.pauses]) for a in close] == [(10, ["segment"])]
    brick = activities(gpx_document([at(0, "cycling"), at(60)]))
    assert [(a.sport, a.n) for a in brick] == [("cycling", 5), ("running", 5)]
    unordered = activities(gpx_document([at(9000), at(0)]))
    assert [a.start for a in unordered] == [START, START + dt.timedelta(seconds=9000)]


def test_tracks_at_the_same_time_are_recordings_of_their_own():
    both = read(gpx_document([track([fixes(30)]), track([[Fix(k + 0.5, lat=46.0) for k in range(30)]])]))
    assert [len(r.unix_s) for r in both] == [30, 30]
    assert both[0].columns["latitude_deg"][0] == 47.0
    assert both[1].columns["latitude_deg"][0] == 46.0


def test_a_track_without_times_beside_one_with_times_is_left_out():
    found = read_one(gpx_document([track([[Fix(0, time="")] * 4]), track([fixes(6)])]))
    assert len(found.unix_s) == 6
    assert codes(found) == {"no-time": 4}


@pytest.mark.parametrize(
    ("word", "sport", "sub_sport"),
    [("running", "running", "generic"), ("Running", "running", "generic"), ("run", "running", "generic"),
     ("9", "running", "generic"), ("trail_running", "running", "trail"), ("Trail Run", "running", "trail"),
     ("treadmill_running", "running", "treadmill"), ("1", "cycling", "generic"), ("hike", "hiking", "generic"),
     ("Kayaking", "kayaking", "generic"), (None, "unknown", "generic"), ("<![CDATA[unknown]]>", "unknown", "generic"),
     ("\u202egnp.exe", "gnp.exe", "generic")],
)  # fmt: skip
def test_the_type_becomes_a_sport(word, sport, sub_sport):
    (activity,) = activities(gpx(fixes(3), sport=word))
    assert (activity.sport, activity.sub_sport) == (sport, sub_sport)


def test_the_type_of_a_link_is_not_the_tracks():
    text = gpx_document([track([fixes(3)], sport="running")]).replace(
        "<type>", '<link href="x"><type>text/html</type></link><type>', 1
    )
    assert read_one(text).sport == "running"


# -------------------------------------------------------------------------------------------- what is no recording


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9 March 2024, 7:00", "'9 March 2024, 7:00'"),
        ("20240309T070000Z", "'20240309T070000Z'"),
        ("09.03.2024\n 07:00\x9b31m", "'09.03.2024 07:00\ufffd31m'"),
        ("7" * 400, "'" + "7" * 40 + "'"),
    ],
)
def test_times_in_a_spelling_that_nobody_knows_are_not_called_a_route(text, shown):
    with pytest.raises(DamagedError) as caught:
        read(gpx([Fix(0, time=""), *(Fix(k, time=text) for k in range(9))]))
    assert caught.value.code == "no-time"
    assert f"times such as {shown} cannot be read" in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["", " ", "null", "None", "0", "0000-00-00T00:00:00Z", "-"])
def test_what_stands_for_no_time_is_none(text):
    with pytest.raises(NoTimeError, match="route, not a recording"):
        read(gpx([Fix(k, time=text) for k in range(9)]))


@pytest.mark.case(28)
def test_a_route_says_that_it_is_one():
    with pytest.raises(NoTimeError, match="route, not a recording"):
        read(gpx([Fix(k, time="") for k in range(9)]))
    with pytest.raises(NoTimeError, match="planned route"):
        read('<gpx><rte><rtept lat="1" lon="2"/><rtept lat="1" lon="2.1"/></rte></gpx>')


@pytest.mark.parametrize(
    "text", ["<gpx></gpx>", "<gpx><trk><trkseg/></trk></gpx>", '<gpx><wpt lat="1" lon="2"/></gpx>']
)
def test_a_gpx_without_track_points_is_no_activity(text):
    with pytest.raises(NotActivityError):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE html><html><head></head><body>Log in</body></html>", "<html><body><p>Log in<br></body></html>"],
)
def test_a_web_page_saved_as_gpx_is_named_as_such(text):
    assert not is_gpx(text.encode())
    with pytest.raises(UnknownFormatError, match="web page"):
        read(text)


def test_another_xml_is_named_as_such():
    with pytest.raises(UnknownFormatError, match="<kml>"):
        read("<kml><Placemark/></kml>")


@pytest.mark.parametrize("text", ["", " ", "GARBAGE", "<", "\0" * 100, "<gpx", "<?xml version='1.0'?>"])
def test_next_to_nothing_is_a_typed_error(text):
    with pytest.raises(ReadError):
        read(text)


def test_too_many_points_or_tracks_are_refused():
    with pytest.raises(LimitError, match="points"):
        gpx_reader.read(gpx(fixes(1200)), Limits(samples=1000))
    with pytest.raises(LimitError, match="tracks"):
        gpx_reader.read(gpx_document([track([[Fix(k)]]) for k in range(4)]).encode(), Limits(activities=3))


def test_sniffing_takes_gpx_behind_anything_that_may_stand_before_it():
    data = gpx(RUN)
    for before in (b"", b" " * 10, b"\xef\xbb\xbf", b"<!-- a comment -->"):
        assert is_gpx((before + data)[:512])
    assert is_gpx(data.decode().encode("utf-16")[:512])
    assert is_gpx(b'<?xml version="1.0"?><g:gpx xmlns:g="x">')
    for other in (b"", b"<gpxx>", b"<TrainingCenterDatabase>", b"\x0e\x20.FIT", b"PK\x03\x04"):
        assert not is_gpx(other)


def test_points_with_a_prefix_are_points():
    text = gpx_document([track([fixes(5)])])
    for name in ("gpx", "trk", "trkseg", "trkpt", "time"):
        text = (
            text.replace(f"<{name}>", f"<g:{name}>")
            .replace(f"<{name} ", f"<g:{name} ")
            .replace(f"</{name}>", f"</g:{name}>")
        )
    assert len(read_one(text.replace("xmlns=", "xmlns:g=", 1)).unix_s) == 5


def test_attributes_in_any_order_and_either_quotes():
    for spelled in ("lon='8.5' lat='47.5'", 'lon="8.5" lat="47.5"', "lat='47.5'\n lon=\"8.5\" id='3'"):
        found = read_one(
            "<gpx><trk><trkseg>"
            + f"<trkpt {spelled}><time>2024-03-09T07:00:00Z</time></trkpt>" * 300
            + "</trkseg></trk></gpx>"
        )
        np.testing.assert_array_equal(found.columns["latitude_deg"], 47.5)
        np.testing.assert_array_equal(found.columns["longitude_deg"], 8.5)


def test_numbers_that_are_none_are_left_out_and_counted():
    run = [Fix(0, hr=150, ele=1), Fix(1, hr="1_5", ele="abc"), Fix(2, hr="0x9", ele=3), Fix(3, hr="--", ele="nan")]
    found = read_one(gpx(run))
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], [150, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(found.columns["altitude_m"], [1, np.nan, 3, np.nan])
    assert codes(found) == {"value-range": 3}


def test_a_point_is_the_same_as_its_builder_says():
    assert point(Fix(1, hr=9)) == (
        '<trkpt lat="47.0" lon="8.0"><time>2024-03-09T07:00:01Z</time><extensions><gpxtpx:TrackPointExtension>'
        "<gpxtpx:hr>9</gpxtpx:hr></gpxtpx:TrackPointExtension></extensions></trkpt>\n"
    )
