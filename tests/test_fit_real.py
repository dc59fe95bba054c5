"""Real watch files, where the environment variable LEGSPEED_REAL names a folder of them; skipped everywhere else."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

import numpy as np
import pytest

from legspeed.errors import NotActivityError, ReadError
from legspeed.readers.fit import messages, read
from legspeed.readers.reference import verify
from legspeed.settings import Limits

REAL = os.environ.get("LEGSPEED_REAL", "")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="set LEGSPEED_REAL to a folder of real recordings to run these"),
]
LIMITS = Limits()


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def described() -> list[dict]:
    manifest = Path(REAL, "odd", "MANIFEST.json")
    if not REAL or not manifest.exists():
        return []
    return [entry for entry in json.loads(manifest.read_text("utf-8")) if entry["format"] == "fit"]


@pytest.mark.parametrize("entry", described(), ids=lambda e: e["file"])
def test_every_record_that_others_see(entry):
    data = content(Path(REAL, "odd", entry["file"]))
    try:
        recordings = read(data, LIMITS)
    except NotActivityError:
        assert entry["sport"] is None
        return
    count = sum(len(r.unix_s) for r in recordings)
    if "undefined local" in str(entry["known_problem"]):
        # others stop at the damage; behind it there is most of the run
        assert count > 10 * entry["records"]
        assert "resync" in {p.code for p in recordings[0].problems}
    else:
        assert count == entry["records"]
        assert not any(p.code == "resync" for r in recordings for p in r.problems)
    if entry["sport"] not in (None, "None"):
        legs = [leg.sport for r in recordings for leg in r.legs] or [r.sport for r in recordings]
        assert "+".join(legs) == entry["sport"]


def test_no_sound_recording_is_called_damaged():
    """Every run of every runner: no damage where there is none, times forward, values where a runner can be."""
    paths = sorted(p for p in Path(REAL).glob("*/*.fit.gz") if p.parent.name != "odd")
    assert paths
    for path in paths:
        recordings = read(content(path), LIMITS)
        assert len(recordings) == 1, path
        (r,) = recordings
        assert {p.code for p in r.problems} <= {"bad-field", "no-description"}, path
        assert np.nanmin(np.diff(r.unix_s)) >= 0, path
        assert r.device, path


def test_a_sample_read_again_by_fitparse():
    paths = sorted(p for p in Path(REAL).glob("*/*.fit*") if p.stat().st_size < 60_000)
    compared = 0
    for path in random.Random(7).sample(paths, min(12, len(paths))):
        try:
            outcome = verify(content(path), "fit", LIMITS)
        except ReadError:
            continue
        if outcome.refused is None:
            assert outcome.agrees, (path, outcome.sentence, outcome.channels)
            compared += sum(c.compared for c in outcome.channels)
    assert compared > 1000


def test_what_is_in_them_can_be_listed():
    for entry in described():
        tables = messages(content(Path(REAL, "odd", entry["file"])), LIMITS)
        records = sum(t.count for t in tables if t.name == "record")
        assert records >= entry["records"]
