"""The sample files: what their script makes, what their README says, and the detector held against their truth."""

import datetime as dt
import gzip
import importlib
import json
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import legspeed
from legspeed.errors import ReadError
from legspeed.model import KINDS, TIERS

pytest.importorskip("garmin_fit_sdk")

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "sample_files"
TRUTH = json.loads((FOLDER / "truth.json").read_text("utf-8"))
UNREADABLE = FOLDER / "odd" / ".unreadable"


@pytest.fixture(scope="module")
def script():
    """Return scripts/make_samples.py as a module."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module("make_samples")
    finally:
        sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="module")
def season():
    return legspeed.season(FOLDER, jobs=1)


def content(name, data):
    """Return what is in it: another zlib may pack the same content differently."""
    return gzip.decompress(data) if name.endswith(".gz") else data


@pytest.mark.parametrize("name", ["2026-04-12.fit", "2026-03-26.tcx", "2026-04-08.gpx.gz", "odd/cut_off.fit"])
def test_samples_are_what_the_script_makes(script, name):
    assert content(name, script.files()[name]()) == content(name, (FOLDER / name).read_bytes()), (
        "run python scripts/make_samples.py, and look at what changed"
    )


@pytest.mark.slow
def test_the_whole_folder_is_what_the_script_makes(script):
    for name, data in script.everything().items():
        assert content(name, data) == content(name, (FOLDER / name).read_bytes()), name


def test_nothing_is_missing_or_foreign(script):
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert there == {*script.files(), "truth.json", "README.md"}


def test_the_folder_is_small_and_every_file_is_explained():
    page = (FOLDER / "README.md").read_text("utf-8")
    total = 0
    for path in FOLDER.rglob("*"):
        if path.is_file():
            total += path.stat().st_size
            if path.name != "README.md":
                assert path.relative_to(FOLDER).as_posix() in page, path
    assert total <= 4_000_000


def test_the_season_is_mixed():
    endings = [name.split(".", 1)[1] for name in TRUTH if "/" not in name]
    assert 38 <= len(endings) <= 46
    assert {"fit", "fit.gz", "gpx.gz", "tcx", "tcx.gz"} <= set(endings)
    assert len({row["watch"] for row in TRUTH.values()}) >= 5


def test_the_truth_has_strides_hill_sprints_200s_and_25_days_without():
    kinds = {effort["kind"] for row in TRUTH.values() for effort in row["efforts"] if effort["counts"]}
    assert {"stride", "hill_sprint", "fast_rep", "sprint", "finish_kick"} <= kinds
    days = sorted(
        {dt.date.fromisoformat(r["local_date"]) for r in TRUTH.values() if any(e["counts"] for e in r["efforts"])}
    )
    longest = max(pairwise(days), key=lambda pair: pair[1] - pair[0])
    assert longest == (dt.date(2026, 5, 5), dt.date(2026, 5, 30))
    assert sum(dt.date(2026, 5, 5) < dt.date.fromisoformat(r["local_date"]) < longest[1] for r in TRUTH.values()) >= 6


@pytest.mark.parametrize("name", TRUTH)
def test_the_truth_is_well_formed(name):
    row = TRUTH[name]
    assert row["seconds"] > 300
    for a, b in pairwise(row["efforts"]):
        assert a["end_s"] < b["start_s"]
    for effort in row["efforts"]:
        assert 0 <= effort["start_s"] < effort["end_s"] <= row["seconds"] + 1
        assert effort["kind"] in KINDS
        assert (effort["tier"] in TIERS) == effort["counts"]


def test_the_truths_time_is_the_files_time():
    for name in ("2026-03-10.fit", "2026-03-26.tcx", "2026-04-08.gpx.gz"):
        activity = legspeed.read(FOLDER / name)
        assert activity.start == dt.datetime.fromisoformat(TRUTH[name]["start"])
        assert activity.elapsed_s == TRUTH[name]["seconds"]
        speed = activity.speed_mps
        if speed is None:
            north, east = np.radians(activity.latitude_deg), np.radians(activity.longitude_deg) * np.cos(0.768)
            metres = 6_371_000 * np.hypot(np.diff(north), np.diff(east))
            speed = np.append(metres / np.diff(activity.time_s), 0.0)
        inside = np.zeros(activity.n, dtype=bool)
        for effort in TRUTH[name]["efforts"]:
            inside |= (activity.time_s > effort["start_s"] + 4) & (activity.time_s < effort["end_s"] + 1)
        assert np.median(speed[inside]) > 1.4 * np.median(speed[~inside])


def test_nobody_lives_there():
    for name in TRUTH:
        activity = legspeed.read_all(FOLDER / name.split("#")[0])[0]
        if activity.latitude_deg is not None:
            assert 43 < np.nanmin(activity.latitude_deg) <= np.nanmax(activity.latitude_deg) < 45
            assert -32 < np.nanmin(activity.longitude_deg) <= np.nanmax(activity.longitude_deg) < -30


def test_the_season_reads_without_a_failure(season):
    assert season.exit_code == 0
    assert {run.source for run in season.runs} == set(TRUTH)
    assert {row.source for row in season.not_runs} == {
        "odd/bike_ride.fit", "odd/course.fit", "odd/monitoring.fit", "odd/route.gpx",
    }  # fmt: skip
    assert [(row.source, row.of) for row in season.duplicates] == [("odd/2026-06-18_again.gpx.gz", "2026-06-18.fit")]


@pytest.mark.parametrize(
    ("name", "code"),
    [("odd/cut_off.fit", "truncated"), ("odd/wrong_check_sum.fit", "crc"), ("odd/time_without_zone.gpx", "no-zone")],
)
def test_what_is_odd_is_said(season, name, code):
    (run,) = (run for run in season.runs if run.source == name)
    assert code in {problem.code for problem in run.problems}


@pytest.mark.parametrize(
    ("name", "code"), [("empty.fit", "unreadable"), ("log_in.gpx", "unreadable"), ("locked.zip", "encrypted")]
)
def test_the_unreadable_are_refused_in_plain_words(name, code):
    with pytest.raises(ReadError) as caught:
        legspeed.read(UNREADABLE / name)
    assert caught.value.code == code
    assert len(caught.value.message) > 20


def test_the_locked_zip_opens_with_its_password():
    with zipfile.ZipFile(UNREADABLE / "locked.zip") as archive:
        (entry,) = archive.infolist()
        assert entry.flag_bits & 1
        assert archive.read(entry, pwd=b"legspeed")[8:12] == b".FIT"


def iou(a, b):
    both = max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
    return both / (a[1] - a[0] + b[1] - b[0] - both)


def test_the_detector_finds_the_truth(season):
    hits = misses = false = 0
    for run in season.runs:
        efforts = TRUTH[run.source]["efforts"]
        wanted = [(e["start_s"], e["end_s"]) for e in efforts if e["counts"]]
        # Within 5 % of the gate no watch can tell whether it counts: neither wanted nor wrong.
        open_ = [(e["start_s"], e["end_s"]) for e in efforts if 0.95 <= e["gate_ratio"] < 1.05]
        found = [(e.start_s, e.end_s) for e in run.efforts if e.counts]
        matched = [max((iou(f, w) for f in found), default=0.0) >= 0.3 for w in wanted]
        hits += sum(matched)
        misses += sum(not ok for ok, w in zip(matched, wanted, strict=True) if w not in open_)
        false += sum(all(iou(f, w) < 0.05 for w in [*wanted, *open_]) for f in found)
    assert hits / (hits + misses) > 0.85, (hits, misses, false)
    assert hits / (hits + false) > 0.9, (hits, misses, false)


def test_the_long_stretch_is_reported(season):
    longest = max(season.gaps, key=lambda gap: gap.days)
    assert (longest.start, longest.end, longest.days) == (dt.date(2026, 5, 5), dt.date(2026, 5, 30), 25)
    assert longest.level == "caution"
