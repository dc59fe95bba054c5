"""Records out of order: put in order where their values ask for it, and left to the clock where they do not."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from builders_fit import DEGREE, SESSION, START, Layout, default_columns, file_id, fit_file, simple_run
from builders_xml import NOW, TcxLap, fixes, gpx, recording, tcx
from builders_xml import START as MORNING
from legspeed import read_all
from legspeed.model import Activity
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.recording import Recording
from legspeed.settings import Cleaning, Settings
from reading import codes

N = 600
ROWS = np.arange(N)
WAY = 3.0 * ROWS + 20 * np.sin(ROWS / 9)  # m, never at rest
HEART = 140 + (ROWS % 37)

#: What a run is recorded with: a track, a distance, or nothing that tells where the runner was.
TRACKED = {
    "latitude_deg": 47 + 0.002 * np.sin(WAY / 250), "longitude_deg": 8 + 0.003 * np.cos(WAY / 250),
    "heart_rate_bpm": HEART,
}  # fmt: skip
COUNTED = {"distance_m": WAY, "heart_rate_bpm": HEART}
BLIND = {"heart_rate_bpm": HEART}


def run_of(
    columns: dict[str, np.ndarray], rows: np.ndarray = ROWS, late: np.ndarray | None = None, **more
) -> Recording:
    """A run of ten minutes; `rows` as they stand in the file, `late` what is added to their times."""
    times = rows + (0.0 if late is None else late)
    return recording(times, **{name: column[rows] for name, column in columns.items()}, **more)


def cleaned(found: Recording, cleaning: Cleaning | None = None) -> tuple[Activity, ...]:
    return normalize(found, source="a", digest="0", now=NOW, settings=Settings(cleaning=cleaning or Cleaning()))


def same(one: Activity, other: Activity) -> None:
    """Assert that two activities differ in nothing but their problems."""
    for field in dataclasses.fields(Activity):
        if field.name != "problems":
            np.testing.assert_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def blocks(count: int, order: list[int]) -> np.ndarray:
    parts = np.array_split(ROWS, count)
    return np.concatenate([parts[k] for k in order])


ORDERS = {
    "newest first": ROWS[::-1],
    "halves swapped": blocks(2, [1, 0]),
    "laps newest first": blocks(5, [4, 3, 2, 1, 0]),
    "laps anyhow": blocks(6, [2, 5, 0, 1, 4, 3]),
    "each two swapped": ROWS ^ 1,
    "anyhow": np.random.default_rng(4).permutation(N),
}


@pytest.mark.parametrize("columns", [TRACKED, COUNTED], ids=["tracked", "counted"])
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS.keys())
def test_a_run_out_of_order_is_the_run_in_order(columns, order):
    (ordered,) = cleaned(run_of(columns, order))
    same(ordered, cleaned(run_of(columns))[0])
    assert codes(ordered) == {"time-order": int((np.diff(order) < 0).sum())}


@pytest.mark.parametrize("how", ["newest first", "halves swapped", "laps newest first", "laps anyhow"])
def test_blocks_are_told_without_any_way(how):
    (ordered,) = cleaned(run_of(BLIND, ORDERS[how]))
    same(ordered, cleaned(run_of(BLIND))[0])


@pytest.mark.parametrize("how", ["each two swapped", "anyhow"])
def test_what_gets_between_other_records_needs_a_way_that_asks_for_it(how):
    assert "time-order" not in codes(cleaned(run_of(BLIND, ORDERS[how]))[0])


def test_the_problem_says_what_was_done():
    (run,) = cleaned(run_of(TRACKED, ROWS[::-1]))
    (problem,) = run.problems
    assert problem.message == "the records were not in the order of their times (599 steps back): 600 were put in order"
    (run,) = cleaned(run_of(TRACKED, ORDERS["halves swapped"]))
    assert "(one step back)" in run.problems[0].message


@pytest.mark.parametrize("columns", [TRACKED, COUNTED, BLIND], ids=["tracked", "counted", "blind"])
@pytest.mark.parametrize(
    "late",
    [
        np.where(ROWS >= 250, -7200.0, 0),
        np.where(ROWS >= 250, -1200.0, 0),
        np.where(ROWS >= 250, -120.0, 0),
        np.where(ROWS >= 250, -120.4, 0),
        np.where(ROWS >= 250, -3.0, 0),
        np.where((ROWS >= 250) & (ROWS < 330), -3600.0, 0),
        np.where(ROWS == 250, 100.0, 0),
        np.where(ROWS == 250, -1000.0, 0),
        np.where(np.isin(ROWS, [50, 250, 420]), 300.5, 0),
        np.where(ROWS < 5, 1000.0, 0),
        np.where(ROWS % 90 == 80, -2.25, 0),
    ],
)
def test_a_clock_that_was_set_or_stumbled_is_none_of_this(columns, late):
    found = cleaned(run_of(columns, late=late))
    assert [codes(a).get("time-order") for a in found] == [None] * len(found)
    assert "time-backwards" in codes(found[0])


def test_two_activities_of_which_the_second_is_earlier_stay_two_in_their_order():
    late = np.where(ROWS >= 300, -3600.0, 0)
    there_and_back = {"latitude_deg": 47 + 0.0001 * np.abs(150 - ROWS % 300), "longitude_deg": np.full(N, 8.0)}
    first, second = cleaned(run_of(there_and_back, late=late))
    assert (first.n, second.n) == (300, 300)
    assert second.start < first.start


def test_parts_far_apart_stay_apart_when_each_is_put_in_order():
    late = np.where(ROWS >= 300, -7200.0, 0)
    first, second = cleaned(run_of(TRACKED, ROWS ^ 1, late=late))
    assert (first.n, second.n) == (300, 300)
    assert first.start == MORNING + dt.timedelta(seconds=300 - 7200)
    assert "the recording was cut into 2" in first.problems[0].message


def test_a_pause_inside_a_run_newest_first_is_a_pause():
    late = np.where(ROWS >= 300, 900.0, 0)
    (run,) = cleaned(run_of(TRACKED, ROWS[::-1], late=late[::-1]))
    assert [(p.start_s, p.end_s, p.kind) for p in run.pauses] == [(299, 1200, "gap")]


def test_channels_one_behind_the_other_are_one_recording():
    nan = np.full(N, np.nan)
    columns = {
        "latitude_deg": np.concatenate([TRACKED["latitude_deg"], nan, nan]),
        "longitude_deg": np.concatenate([TRACKED["longitude_deg"], nan, nan]),
        "speed_mps": np.concatenate([nan, np.full(N, 3.0), nan]),
        "heart_rate_bpm": np.concatenate([nan, nan, HEART]),
    }
    (run,) = cleaned(recording(np.tile(ROWS, 3), **columns))
    assert codes(run) == {"time-order": 2, "time-duplicate": 2 * N}
    for name, column in columns.items():
        np.testing.assert_array_equal(getattr(run, name), column[~np.isnan(column)])


def test_two_runs_over_one_another_are_not_made_one():
    there = {name: np.tile(column, 2) for name, column in TRACKED.items()}
    there["latitude_deg"] = there["latitude_deg"] + np.repeat([0, 0.01], N)
    found = cleaned(recording(np.tile(ROWS, 2), **there))
    assert [a.n for a in found] == [N, N]


def test_laps_that_share_their_border_are_put_in_order():
    rows = np.concatenate([np.arange(max(a - 1, 0), a + 120) for a in range(480, -1, -120)])
    heart = dict(BLIND, heart_rate_bpm=HEART[rows] + 0.5 * (np.diff(rows, prepend=rows[0]) < 0))
    (run,) = cleaned(recording(rows, **heart))
    assert run.n == N
    assert codes(run) == {"time-order": 4, "time-duplicate": 4}
    few = cleaned(recording(rows, **heart), Cleaning(order_conflicts=0.0))
    assert len(few) > 1


def test_developer_columns_and_segments_move_along():
    order = ORDERS["laps newest first"]
    found = run_of(TRACKED, order, developer={"Power": WAY[order]}, segment_starts=(120, 240, 360, 480))
    spread = dataclasses.replace(found, unix_s=found.unix_s + 5.0 * (order // 120))
    (run,) = cleaned(spread)
    np.testing.assert_array_equal(run.developer["Power"], WAY)
    assert [(p.start_s, p.kind) for p in run.pauses] == [(k * 125 - 6.0, "segment") for k in range(1, 5)]


def test_records_without_a_time_are_left_out_first():
    order = ROWS[::-1]
    late = np.where(order % 50 == 0, np.nan, 0)
    (run,) = cleaned(run_of(TRACKED, order, late=late))
    assert run.n == N - 12
    assert codes(run) == {"no-time": 12, "time-order": N - 13}


def test_the_recording_itself_is_not_changed():
    given = run_of(TRACKED, ROWS[::-1])
    before = given.unix_s.copy(), {name: column.copy() for name, column in given.columns.items()}
    cleaned(given)
    np.testing.assert_equal((given.unix_s, given.columns), before)


# ------------------------------------------------------------------------------------------------------- from files


def test_gpx_newest_first_and_with_segments_swapped():
    points = fixes(N, cad=82, hr=140)
    (plain,) = read_all(gpx(points, sport="running"))
    for swapped in (gpx(points[::-1], sport="running"), gpx([points[300:], points[:300]], sport="running")):
        (run,) = read_all(swapped)
        np.testing.assert_array_equal(run.latitude_deg, plain.latitude_deg)
        assert run.start == plain.start
        assert list(codes(run)) == ["time-order"]


def test_tcx_with_the_newest_lap_first():
    points = fixes(N)
    laps = [TcxLap([points[at : at + 120]], seconds=120) for at in range(0, N, 120)]
    (plain,), (run,) = read_all(tcx(laps)), read_all(tcx(laps[::-1]))
    assert run.laps == plain.laps
    assert len(run.laps) == 5
    np.testing.assert_array_equal(run.latitude_deg, plain.latitude_deg)


def test_fit_newest_first():
    columns = default_columns(N)
    (plain,) = read_all(simple_run(N))
    (run,) = read_all(
        simple_run(
            columns={name: values[::-1] for name, values in columns.items()},
            times=[START + N - 1 - k for k in range(N)],
        )
    )
    assert run.n == N
    np.testing.assert_array_equal(run.distance_m, plain.distance_m)
    assert list(codes(run)) == ["time-order"]


def test_fit_with_one_block_of_records_for_each_channel():
    place = Layout(7, 20, [(253, "uint32"), (0, "sint32"), (1, "sint32")])
    speed = Layout(5, 20, [(253, "uint32"), (73, "uint32")])
    body = Layout(6, 20, [(253, "uint32"), (3, "uint8"), (4, "uint8")])
    data = file_id() + place.definition() + speed.definition() + body.definition()
    seconds = range(N)
    data += b"".join(place.data(START + k, int((47 + k * 3 / 111_195) * DEGREE), int(8 * DEGREE)) for k in seconds)
    data += b"".join(speed.data(START + k, 3000) for k in seconds)
    data += b"".join(body.data(START + k, 140, 82) for k in seconds)
    data += SESSION.definition() + SESSION.data(START + N, START, N * 1000, N * 1000, None, 1, 0)
    (run,) = read_all(fit_file(data))
    assert (run.n, run.elapsed_s) == (N, N - 1)
    for name in ("latitude_deg", "speed_mps", "heart_rate_bpm", "cadence_spm"):
        assert np.isfinite(getattr(run, name)).all()
