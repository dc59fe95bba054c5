"""Points as exporters wrap them: the same run, in the odd forms that apps and converters give it."""

import numpy as np
import pytest

import legspeed
from builders_xml import START, element, stamp
from legspeed.readers.reference import verify
from legspeed.settings import Settings

N = 120
SECONDS = range(N)
T = np.arange(N)
LATITUDE = 47 + T * 3.0 / 111_195.08
SPEED = 3.0 + 0.1 * (T % 5)
HEART = 140 + T % 7
LEG = 82 + T % 3
PREFIXES = " ".join(f'xmlns:{prefix}="{prefix}"' for prefix in ("ns3", "gpxtpx", "gpxx", "opentracks"))


def gpx(points, *, head="", attributes='version="1.1" creator="An app"', typed="", before=""):
    return (
        f"{head}<gpx {attributes} {PREFIXES}><trk><name>x</name>{before}<trkseg>{''.join(points)}</trkseg>{typed}</trk>"
        "</gpx>"
    ).encode()


def place(k):
    return f'lat="{LATITUDE[k]:.7f}" lon="8.0"'


def cdata_beside_each_point():
    rows = [
        f"<trkpt {place(k)}><time>{stamp(k)}</time><desc><![CDATA[Point(value={k / 7})]]></desc><extensions>"
        f"<ns3:TrackPointExtension>{element('ns3:speed', SPEED[k])}</ns3:TrackPointExtension></extensions></trkpt>"
        for k in SECONDS
    ]
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    return gpx(rows, head=head, attributes='creator="An app" version="6.8.1"')


def times_and_heights_on_lines_of_their_own():
    rows = [
        f"<trkpt {place(k)}>\n<time>\n  {stamp(k)[:-1]}+00:00\n </time>\n<ele>\n {100 + k}\n</ele></trkpt>"
        for k in SECONDS
    ]
    return gpx(rows, attributes='creator="Export"')


def offset_without_colon_and_the_type_last():
    rows = [f"<trkpt {place(k)}><time> {stamp(k + 7200)[:-1]}+0200 </time></trkpt>" for k in SECONDS]
    return gpx(rows, typed="<type>running</type>")


def heart_rate_in_the_other_format_s_element():
    rows = [
        f"<trkpt {place(k)}><time>{stamp(k)}</time><extensions><gpxtpx:TrackPointExtension><gpxtpx:HeartRateBpm>\n"
        f"<gpxx:Value>{HEART[k]}</gpxx:Value>\n</gpxtpx:HeartRateBpm><gpxtpx:cad>{LEG[k]}</gpxtpx:cad>"
        "</gpxtpx:TrackPointExtension></extensions></trkpt>"
        for k in SECONDS
    ]
    return gpx(rows)


def way_since_the_point_before():
    rows = [
        f"<trkpt {place(k)}><time>{stamp(k)}</time><extensions><gpxtpx:TrackPointExtension>"
        f"{element('gpxtpx:speed', 3.0)}</gpxtpx:TrackPointExtension>"
        f"{element('opentracks:distance', 2.9 + 0.2 * (k % 2) if k else 0)}</extensions></trkpt>"
        for k in SECONDS
    ]
    return gpx(rows, before="<extensions><opentracks:trackid>a</opentracks:trackid></extensions>")


def sums_before_the_track_and_pauses_at_the_pole():
    rows = [f"<trkpt {place(k)}><time>{stamp(k)}</time></trkpt>" for k in SECONDS]
    rows.insert(60, '<trkpt lat="90.0" lon="-80.0"><time>1970-01-01T00:00:00Z</time></trkpt>')
    return gpx(rows, before="<extensions><totalDistance>357</totalDistance><totalTime>119</totalTime></extensions>")


def trackpoint(k, more=""):
    return (
        f"<Trackpoint><Time>{stamp(k)}</Time><Position><LatitudeDegrees>{LATITUDE[k]:.7f}</LatitudeDegrees>"
        f"<LongitudeDegrees>8.0</LongitudeDegrees></Position>{more}</Trackpoint>"
    )


def no_namespace_no_sport_no_start_of_the_lap():
    lap = "<Lap><TotalTimeSeconds>119</TotalTimeSeconds><HeartRateBpm>135</HeartRateBpm><Steps>340</Steps>"
    return (
        '<TrainingCenterDatabase creator="An app" version="1.0" xsi:schemaLocation="a b">\n<script/>\n<Activities>'
        f'<Activity Sport=""><Id>{stamp(0)}</Id>{lap}<Track>{"".join(map(trackpoint, SECONDS))}</Track></Lap>'
        "</Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def quotes_in_the_namespace_and_means_inside_the_track():
    more = (
        f"<Extensions><TPX xmlns='\"x\"'>{element('RunCadence', LEG[k])}{element('Speed', SPEED[k])}</TPX></Extensions>"
        for k in SECONDS
    )
    points = "".join(map(trackpoint, SECONDS, more))
    lap = f'<Lap StartTime="{stamp(0)}"><Intensity>Resting</Intensity><Track>{points}<Extensions><LX>'
    return (
        f'<TrainingCenterDatabase><Activities><Activity Sport="Running"><Id>x</Id>{lap}<AvgSpeed>3</AvgSpeed></LX>'
        "</Extensions></Track><TotalTimeSeconds>119</TotalTimeSeconds></Lap></Activity></Activities>"
        "</TrainingCenterDatabase>"
    ).encode()


def columns_in_points_of_their_own():
    rows = "".join(map(trackpoint, SECONDS))
    rows += "".join(
        f"<Trackpoint><Time>{stamp(k)}</Time><DistanceMeters>{3 * k}</DistanceMeters></Trackpoint>" for k in SECONDS
    )
    heart = "<HeartRateBpm><Value>{}</Value></HeartRateBpm>"
    rows += "".join(f"<Trackpoint><Time>{stamp(k)}</Time>{heart.format(HEART[k])}</Trackpoint>" for k in SECONDS)
    return (
        '<TrainingCenterDatabase><Activities><Activity Sport="running"><Id>x</Id>'
        f'<Lap StartTime="{stamp(0)}"><Track>{rows}</Track></Lap></Activity></Activities></TrainingCenterDatabase>'
    ).encode()


TRUE = {
    "speed_mps": SPEED,
    "heart_rate_bpm": HEART,
    "cadence_spm": 2 * LEG,
    "altitude_m": 100 + T,
    "distance_m": 3 * T,
}


@pytest.mark.parametrize(
    ("made", "has", "sport", "said"),
    [
        (cdata_beside_each_point, {"speed_mps"}, "unknown", set()),
        (times_and_heights_on_lines_of_their_own, {"altitude_m"}, "unknown", set()),
        (offset_without_colon_and_the_type_last, set(), "running", set()),
        (heart_rate_in_the_other_format_s_element, {"heart_rate_bpm", "cadence_spm"}, "unknown", set()),
        (way_since_the_point_before, {"distance_m"}, "unknown", {"distance-count"}),
        (sums_before_the_track_and_pauses_at_the_pole, set(), "unknown", {"time-backwards"}),
        (no_namespace_no_sport_no_start_of_the_lap, set(), "unknown", set()),
        (quotes_in_the_namespace_and_means_inside_the_track, {"cadence_spm", "speed_mps"}, "running", set()),
        (columns_in_points_of_their_own, {"distance_m", "heart_rate_bpm"}, "running", {"time-order", "time-duplicate"}),
    ],
)
def test_a_run_is_the_same_in_whatever_it_is_wrapped(made, has, sport, said):
    (run,) = legspeed.read_all(made())
    assert (run.start, run.n, run.sport) == (START, N, sport)
    np.testing.assert_array_equal(run.time_s, T)
    np.testing.assert_allclose(run.latitude_deg, LATITUDE, atol=1e-7)
    assert {problem.code for problem in run.problems} == said
    assert run.pauses == ()
    for name in has:
        np.testing.assert_allclose(getattr(run, name), TRUE[name], atol=0.5 if name == "distance_m" else 1e-6)
    for name in TRUE.keys() - has - {"speed_mps"}:
        assert getattr(run, name) is None


@pytest.mark.parametrize(
    ("made", "unread"),
    [
        (cdata_beside_each_point, ("speed_mps",)),  # the version is not 1.1
        (heart_rate_in_the_other_format_s_element, ("heart_rate_bpm",)),
        (way_since_the_point_before, ()),
    ],
)
def test_the_second_reader_agrees_in_all_that_it_reads(made, unread):
    outcome = verify(made(), "gpx", Settings().limits)
    assert (outcome.agrees, outcome.unread) == (True, unread)
    assert ("does not read" in outcome.sentence) == bool(unread)


def test_a_speed_that_is_not_known_is_none_for_the_second_reader_either():
    rows = [
        f"<trkpt {place(k)}><time>{stamp(k)}</time><extensions>{element('speed', [-1.0, 3.0][k > 5])}"
        "</extensions></trkpt>"
        for k in SECONDS
    ]
    made = gpx(rows, attributes='version="1.1" creator="An app"')
    assert verify(made, "gpx", Settings().limits).agrees
    (run,) = legspeed.read_all(made)
    assert np.flatnonzero(np.isnan(run.speed_mps)).tolist() == list(range(6))
