"""Files of simulated runs, read back by independent readers and by ours."""

import datetime as dt
import functools
import gzip
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import gpxpy
import numpy as np
import pytest

import legspeed
from legspeed.simulate import SESSIONS, WATCHES, Runner, Watch, simulate_run, to_bytes
from legspeed.simulate.write import FIT_EPOCH_UNIX_S, fit_bytes, gpx_bytes, with_check_sums

garmin_fit_sdk = pytest.importorskip("garmin_fit_sdk")

RUNNER = Runner.of(1140, 1)
START = dt.datetime(2026, 5, 3, 8, 15, 20, tzinfo=dt.UTC)


def short(runner, rng):
    return SESSIONS["strides_after_easy"](runner, rng, minutes=5, reps=4, seconds=18, way="stand")


@functools.cache
def run_with(watch, session=short):
    return simulate_run(RUNNER, session, watch, START, seed=2, utc_offset_s=7200)


TIMED = WATCHES["stops timer in recoveries"]


def decoded(data):
    def decoder():
        return garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(data)))

    assert decoder().check_integrity()
    messages, errors = decoder().read()
    assert not errors
    return messages


@pytest.mark.parametrize("name", ["stops timer in recoveries", "smart recording", "footpod", "drop-outs", "GPS only"])
def test_fit_is_what_was_recorded(name):
    recorded = run_with(WATCHES[name]).recorded
    messages = decoded(fit_bytes(recorded))
    records = messages["record_mesgs"]
    assert [r["timestamp"] for r in records] == [START + dt.timedelta(seconds=t) for t in recorded.time_s.tolist()]
    for channel, field, step in (
        ("speed_mps", "enhanced_speed", 0.001),
        ("distance_m", "distance", 0.01),
        ("altitude_m", "enhanced_altitude", 0.2),
        ("heart_rate_bpm", "heart_rate", 1),
    ):
        if channel in recorded.columns:
            seen = np.array([r.get(field, np.nan) for r in records])
            assert np.allclose(seen, recorded.columns[channel], atol=0.51 * step, equal_nan=True)
        else:
            assert not any(field in r for r in records)
    if "cadence_rpm" in recorded.columns:
        leg = np.array([r.get("cadence", np.nan) + r.get("fractional_cadence", 0.0) for r in records], dtype=float)
        assert np.array_equal(leg, recorded.columns["cadence_rpm"], equal_nan=True)
    place = np.array([r.get("position_lat", np.nan) for r in records], dtype=float) * 180 / 2**31
    assert np.allclose(place, recorded.columns["latitude_deg"], atol=1e-7, equal_nan=True)


def test_fit_holds_timer_laps_session_and_local_time():
    recorded = run_with(TIMED).recorded
    messages = decoded(fit_bytes(recorded))
    events = [(e["timestamp"], e["event_type"]) for e in messages["event_mesgs"]]
    assert len(events) == len(recorded.timer) > 6
    assert [what for _, what in events] == ["start", "stop_all"] * (len(events) // 2)
    laps = messages["lap_mesgs"]
    assert len(laps) == len(recorded.laps)
    assert sum(lap["total_timer_time"] for lap in laps) == pytest.approx(
        sum(lap.timer_s for lap in recorded.laps), abs=1
    )
    (session,) = messages["session_mesgs"]
    assert session["sport"] == "running"
    assert session["total_elapsed_time"] == recorded.time_s[-1]
    (activity,) = messages["activity_mesgs"]
    shift = activity["local_timestamp"] + FIT_EPOCH_UNIX_S - activity["timestamp"].timestamp()
    assert shift == 7200
    (file_id,) = messages["file_id_mesgs"]
    assert file_id["product_name"] == recorded.product


def test_fit_does_not_depend_on_the_encoders_version():
    data = fit_bytes(run_with(TIMED).recorded)
    other = data[:2] + b"\x01\x02" + data[4:12] + b"\x00\x00" + data[14:]
    assert with_check_sums(other) == data


def test_fit_cannot_hold_half_seconds():
    with pytest.raises(ValueError, match="whole seconds"):
        fit_bytes(run_with(WATCHES["2 Hz"]).recorded)


def test_without_the_encoder_the_way_out_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "garmin_fit_sdk", None)
    with pytest.raises(ImportError, match="pip install garmin-fit-sdk"):
        fit_bytes(run_with(TIMED).recorded)


def test_gpx_is_what_was_recorded():
    recorded = run_with(TIMED).recorded
    gpx = gpxpy.parse(gpx_bytes(recorded, speed=True).decode())
    (track,) = gpx.tracks
    assert len(track.segments) == len(recorded.stopped()) + 1
    points = [point for segment in track.segments for point in segment.points]
    assert [p.time for p in points] == [START + dt.timedelta(seconds=t) for t in recorded.time_s.tolist()]
    assert np.allclose([p.latitude for p in points], recorded.columns["latitude_deg"], atol=1e-7)
    assert np.allclose([p.elevation for p in points], recorded.columns["altitude_m"], atol=0.051)
    more = [{e.tag.split("}")[1]: float(e.text) for e in p.extensions[0]} for p in points]
    assert np.array_equal([m["cad"] for m in more], recorded.columns["cadence_rpm"])
    assert np.array_equal([m["hr"] for m in more], recorded.columns["heart_rate_bpm"])
    assert np.allclose([m["speed"] for m in more], recorded.columns["speed_mps"], atol=1e-5)
    assert len(gpxpy.parse(gpx_bytes(recorded, segments=False).decode()).tracks[0].segments) == 1


def test_gpx_needs_positions():
    with pytest.raises(ValueError, match="needs positions"):
        to_bytes(run_with(Watch(), "treadmill_strides").recorded, "gpx")


def test_tcx_is_what_was_recorded():
    recorded = run_with(TIMED).recorded
    root = ET.fromstring(to_bytes(recorded, "tcx"))
    names = {
        "t": "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2",
        "x": "http://www.garmin.com/xmlschemas/ActivityExtension/v2",
    }
    points = root.findall(".//t:Trackpoint", names)
    assert len(points) == recorded.time_s.size
    times = [dt.datetime.fromisoformat(p.findtext("t:Time", None, names)) for p in points]
    assert times == [START + dt.timedelta(seconds=t) for t in recorded.time_s.tolist()]
    speed = [float(p.findtext(".//x:Speed", None, names)) for p in points]
    assert np.allclose(speed, recorded.columns["speed_mps"], atol=0.0006)
    cadence = [float(p.findtext(".//x:RunCadence", None, names)) for p in points]
    assert np.array_equal(cadence, recorded.columns["cadence_rpm"])
    assert len(root.findall(".//t:Lap", names)) == len(recorded.laps)
    assert len(root.findall(".//t:Track", names)) > len(recorded.laps)  # a new track after each stop


@pytest.mark.parametrize("ending", ["fit", "gpx", "tcx"])
def test_the_same_run_is_the_same_bytes_plain_and_gzipped(ending):
    recorded = run_with(TIMED).recorded
    again = simulate_run(RUNNER, short, TIMED, START, seed=2, utc_offset_s=7200).recorded
    assert to_bytes(recorded, ending) == to_bytes(again, ending)
    assert gzip.decompress(to_bytes(recorded, f"{ending}.gz")) == to_bytes(recorded, ending)
    assert to_bytes(recorded, f"{ending}.gz") == to_bytes(again, f"{ending}.gz")


def test_unknown_endings_are_refused():
    with pytest.raises(ValueError, match=r"no writer for 'kml'; there are fit, gpx, tcx"):
        to_bytes(run_with(TIMED).recorded, "kml")


@pytest.mark.parametrize("ending", ["fit", "fit.gz", "tcx", "gpx.gz"])
@pytest.mark.parametrize(
    "watch", [TIMED, WATCHES["auto pause"], WATCHES["smart recording"], replace(Watch(), cadence="half")],
    ids=["timed", "auto pause", "smart", "half"],
)  # fmt: skip
def test_our_readers_see_the_activity_that_was_simulated(watch, ending):
    run = run_with(watch)
    activity = legspeed.read(to_bytes(run.recorded, ending))
    assert activity.start == START
    assert np.array_equal(activity.time_s, run.activity.time_s)
    assert np.allclose(activity.latitude_deg, run.activity.latitude_deg, atol=1e-7)
    assert np.allclose(activity.altitude_m, run.activity.altitude_m, atol=0.11)
    whole = ending.startswith("fit") or watch.cadence == "integer"
    assert np.allclose(activity.cadence_spm, run.activity.cadence_spm, atol=0.01 if whole else 1.01)
    assert len(activity.pauses) == len(run.activity.pauses)
    for seen, simulated in zip(activity.pauses, run.activity.pauses, strict=True):
        assert (seen.start_s, seen.end_s) == (simulated.start_s, simulated.end_s)
    if not ending.startswith("gpx"):
        assert np.allclose(activity.speed_mps, run.activity.speed_mps, atol=0.0006)
        assert np.allclose(activity.distance_m, run.activity.distance_m, atol=0.006)
    if ending.startswith("fit"):
        assert [p.kind for p in activity.pauses] == [p.kind for p in run.activity.pauses]
        assert activity.utc_offset_s == 7200
        assert len(activity.laps) == len(run.activity.laps)
        assert not activity.problems
