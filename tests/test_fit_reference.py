"""The second opinion: what agrees is said to agree, one changed value is found, a refusal is quoted."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import builders_fit as fit
from legspeed.errors import NotActivityError
from legspeed.readers import reference
from legspeed.readers.recording import CADENCE
from legspeed.readers.reference import verify
from legspeed.settings import Limits

LIMITS = Limits()
GPX = b"""<?xml version="1.0"?>
<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1"><trk><trkseg>
<trkpt lat="47.0000001" lon="8.5"><ele>400.25</ele><time>2023-10-14T07:20:00Z</time>
<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>140</gpxtpx:hr><gpxtpx:cad>82</gpxtpx:cad>
</gpxtpx:TrackPointExtension></extensions></trkpt>
<trkpt lat="47.0001" lon="8.5"><ele>401</ele><time>2023-10-14T07:20:01.5Z</time></trkpt>
</trkseg></trk></gpx>"""


def full_run(n: int = 60) -> bytes:
    columns: dict[str, Any] = {
        **fit.default_columns(n),
        "power_w": [200.0 + k for k in range(n)],
        "temperature_c": [21.0] * n,
        "step_length_m": [1.1] * n,
        "stance_time_s": [0.24] * n,
        "vertical_oscillation_m": [0.09] * n,
        "fractional_cadence": [0.5 * (k % 2) for k in range(n)],
    }
    columns["heart_rate_bpm"][7] = None
    return fit.simple_run(n, columns=columns)


def test_the_two_readings_agree():
    outcome = verify(full_run(), "fit", LIMITS)
    assert outcome.agrees
    assert outcome.refused is None
    assert outcome.records == (60, 60)
    assert outcome.reader.startswith("fitparse 1.")
    compared = {c.channel: c.compared for c in outcome.channels}
    assert compared["unix_s"] == compared["latitude_deg"] == compared[CADENCE] == 60
    assert compared["heart_rate_bpm"] == 59
    assert set(compared) == {"unix_s", "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_mps"} | {
        CADENCE, "heart_rate_bpm", "power_w", "temperature_c", "step_length_m", "stance_time_s",
        "vertical_oscillation_m",
    }  # fmt: skip
    assert "the two readings agree" in outcome.sentence
    first = outcome.channels[0]
    assert (first.channel, first.compared, first.differing) == ("unix_s", 60, 0)


@pytest.mark.parametrize(("channel", "factor"), [("heart_rate", 1), ("speed", 1e-3), ("position_lat", 180 / 2**31)])
def test_one_differing_value_is_found(monkeypatch, channel, factor):
    """fitparse is made to see one value differently, or not at all."""
    import fitparse

    def altered(self, *args, _original=fitparse.FitFile.get_messages, **kwargs):
        for k, message in enumerate(_original(self, *args, **kwargs)):
            for field in message.fields:
                if k == 11 and field.name.endswith(channel) and field.value is not None:
                    field.value += 2
                if k == 12 and field.name.endswith(channel):
                    field.value = None
            yield message

    monkeypatch.setattr(fitparse.FitFile, "get_messages", altered)
    outcome = verify(full_run(), "fit", LIMITS)
    wrong = [c for c in outcome.channels if c.differing]
    assert not outcome.agrees
    assert len(wrong) == 1
    assert wrong[0].differing == 2
    assert wrong[0].worst == pytest.approx(2 if factor == 1 or channel == "speed" else 2 * factor, rel=1e-6)
    assert wrong[0].compared in (59, 60)
    assert "differ in 2 of" in outcome.sentence


def test_other_numbers_of_records_are_said(monkeypatch):
    import fitparse

    def fewer(self, *args, _original=fitparse.FitFile.get_messages, **kwargs):
        return [m for k, m in enumerate(_original(self, *args, **kwargs)) if k not in (3, 30)]

    monkeypatch.setattr(fitparse.FitFile, "get_messages", fewer)
    outcome = verify(full_run(), "fit", LIMITS)
    assert outcome.records == (60, 58)
    assert not outcome.agrees
    assert all(c.differing == 0 for c in outcome.channels)
    assert "legspeed has 60 records" in outcome.sentence


def test_a_refusal_is_quoted():
    """Four-byte numbers of one byte, as COROS writes them, are more than fitparse 1.2.0 bears."""
    event = fit.Layout(6, 21, [(253, "uint32"), (0, "enum"), (3, "uint32", 1)])
    run = fit.records([fit.START, fit.START + 1], {"heart_rate_bpm": [120.0, 121.0]})
    blob = fit.fit_file([fit.file_id(), event.definition(), event.data(fit.START, 0, 0), *run])
    outcome = verify(blob, "fit", LIMITS)
    assert not outcome.agrees
    assert outcome.records == (2, 0)
    assert "FitParseError" in (outcome.refused or "")
    assert "could not read this file" in outcome.sentence


@pytest.mark.parametrize("error", [ValueError("bad\x1b[0m\nthing"), MemoryError(), RecursionError("deep"), KeyError(3)])
def test_whatever_it_raises_is_its_answer(monkeypatch, error):
    import fitparse

    def broken(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(fitparse, "FitFile", broken)
    outcome = verify(full_run(), "fit", LIMITS)
    assert (outcome.refused or "").startswith(type(error).__name__)
    assert (outcome.refused or "").isprintable()


def test_our_own_refusal_is_an_error():
    with pytest.raises(NotActivityError):
        verify(fit.simple_run(5, kind=2), "fit", LIMITS)


def test_gpx():
    outcome = verify(GPX, "gpx", LIMITS)
    assert outcome.reader.startswith("gpxpy 1.")
    assert outcome.refused is None
    assert outcome.records == (2, 2)
    assert outcome.agrees, outcome.channels
    assert {"latitude_deg", "altitude_m", "heart_rate_bpm", CADENCE} <= {c.channel for c in outcome.channels}


def test_infinities_are_compared_as_values(monkeypatch):
    endless = GPX.replace(b"400.25", b"inf").replace(b">401<", b">-inf<")
    assert verify(endless, "gpx", LIMITS).agrees
    finite = reference._our_reading(GPX, "gpx", LIMITS)
    monkeypatch.setattr(reference, "_our_reading", lambda *_: finite)
    outcome = verify(endless, "gpx", LIMITS)
    assert {c.channel: c.differing for c in outcome.channels}["altitude_m"] == 2


def test_no_second_reader_for_tcx():
    outcome = verify(b"", "tcx", LIMITS)
    assert (outcome.agrees, outcome.channels) == (False, ())
    assert "no second reader" in outcome.sentence


def test_foreign_packages_come_late():
    import subprocess

    code = "import sys, legspeed.readers.reference; print([m for m in ('fitparse', 'gpxpy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
    assert reference.verify is verify
