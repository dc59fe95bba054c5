"""The second opinions: on real recordings other packages read the same values, and a difference would be seen."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from builders_archives import gpx_run
from builders_fit import simple_run
from legspeed.errors import DamagedError
from legspeed.readers import Entry, discover, registered
from legspeed.settings import Limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import agree, recordings
from benchmarks.peers import CHANNELS, PEERS, Rows

FIT_PEERS = ["garmin-fit-sdk", "fitdecode", "fitparse", "fitfast"]
RUN = {"fit": simple_run(60), "gpx": gpx_run(60)}


def both(data: bytes, peer: str) -> tuple[tuple[object, ...], Rows]:
    kind, theirs = PEERS[peer]
    (reader,) = (r for r in registered().readers if r.name == kind)
    return reader.read(data, Limits()), theirs(data)


@pytest.mark.parametrize("peer", [*FIT_PEERS, "gpxpy"])
def test_a_made_up_run_is_read_alike(peer):
    data = RUN[PEERS[peer][0]]
    result = agree.compare(peer, "a", data, *both(data, peer))
    assert result.differences == ()
    assert result.explained == {}
    assert result.records == result.values["unix_s"] == result.values["latitude_deg"] == 60
    assert result.values["heart_rate_bpm"] == (0 if peer == "gpxpy" else 60)


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_single_differing_value_is_seen(channel):
    ours, theirs = both(RUN["fit"], "fitdecode")
    value = theirs.columns[channel][40]
    for wrong in (np.nan, value + 1e-3 if channel == "unix_s" else value * (1 + 1e-8)):
        column = theirs.columns[channel].copy()
        column[40] = wrong
        changed = dataclasses.replace(theirs, columns={**theirs.columns, channel: column})
        (difference,) = agree.compare("fitdecode", "a", RUN["fit"], ours, changed).differences
        assert difference.startswith(f"{channel}: 1 values, first at record 40")


def test_missing_records_and_a_refusal_of_ours_are_seen():
    ours, theirs = both(RUN["fit"], "fitdecode")
    fewer = theirs.only(np.arange(60) < 59)
    assert "legspeed 60, fitdecode 59" in agree.compare("fitdecode", "a", b"", ours, fewer).differences[0]
    stopped = dataclasses.replace(fewer, refused="EOF")
    assert agree.compare("fitdecode", "a", b"", ours, stopped).differences == ()
    (refused,) = agree.compare("fitdecode", "a", b"", DamagedError("no"), theirs).differences
    assert "legspeed 0, fitdecode 60" in refused


def test_the_report_fails_on_a_difference_and_names_refusals(capsys):
    fine = agree.Comparison("gpxpy", "a.gpx", 60, {"unix_s": 60}, refused="Error: so")
    assert agree.report([fine], 1, ["gpxpy"]) == 0
    assert "Error: so" in capsys.readouterr().out
    assert agree.report([fine, dataclasses.replace(fine, differences=("speed_mps: 1",))], 2, ["gpxpy"]) == 1
    assert "speed_mps: 1" in capsys.readouterr().out


def test_a_peer_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    if not hasattr(__import__("signal"), "setitimer"):
        pytest.skip("no timers for processes here")

    def endless(_data: bytes) -> Rows:
        while True:
            pass

    monkeypatch.setitem(PEERS, "gpxpy", ("gpx", endless))
    (tmp_path / "a.gpx").write_bytes(RUN["gpx"])
    (result,) = agree.compare_file(next(discover(tmp_path)), ["gpxpy"], limit_s=0.2)
    assert result.refused == "took longer than 0.2 s"


def _sample() -> list[Entry]:
    root = recordings.folder()
    return [] if root is None else recordings.recordings(root, sample=12, seed=2)


@pytest.mark.real
@pytest.mark.skipif(not os.environ.get(recordings.VARIABLE), reason=f"{recordings.VARIABLE} names no real recordings")
@pytest.mark.parametrize("entry", _sample(), ids=lambda e: e.source)
def test_real_recordings_are_read_alike(entry):
    results = agree.compare_file(entry, [*FIT_PEERS[:3], "gpxpy"])
    assert results
    assert [(r.peer, r.differences) for r in results if r.differences] == []
