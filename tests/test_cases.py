"""Input cases from bytes to efforts, where only the whole way shows them; and that every case of the list is shown."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pytest

import builders_fit as fit
import builders_xml as bx
from builders_season import stride_speeds
from calling import call
from cases import CASES, claims
from legspeed import Athlete, analyze, read, read_all
from legspeed.model import Activity, Run, Season

#: The runner of these files, who has told his times: nothing depends on what else he ran.
RUNNER = Athlete(five_k_speed_mps=4.4, max_speed_mps=7.8)
SPEEDS = stride_speeds(6)
N = len(SPEEDS)


def test_every_case_is_shown_by_a_test_and_every_mark_names_one():
    assert sorted(claims()) == sorted(CASES)


def columns_of(speeds: Sequence[float]) -> dict[str, list[float | None]]:
    """Return what a watch writes of a run north at these speeds, a record each second."""
    metres = list(itertools.accumulate(speeds, initial=0.0))[:-1]
    return {
        "latitude_deg": [47 + m / 111_195 for m in metres],
        "longitude_deg": [8.0] * len(speeds),
        "altitude_m": [400.0] * len(speeds),
        "distance_m": metres,
        "speed_mps": list(speeds),
        "heart_rate_bpm": [150.0] * len(speeds),
        "cadence": [70 + 4.5 * v for v in speeds],
    }


COLUMNS = columns_of(SPEEDS)


def some(rows: Iterable[int], *, left_out: Sequence[str] = ()) -> dict[str, list[float | None]]:
    """Return the run's columns at these seconds of it."""
    chosen = list(rows)
    return {name: [column[k] for k in chosen] for name, column in COLUMNS.items() if name not in left_out}


def recorded(rows: Iterable[int], *, late: Callable[[int], int] = lambda _: 0, **how: object) -> bytes:
    """Return a FIT of the run's records at these seconds, each as much later as `late` says."""
    chosen = list(rows)
    return fit.simple_run(times=[fit.START + k + late(k) for k in chosen], columns=some(chosen), **how)


def analyzed(tmp_path, data: bytes) -> Season:
    (tmp_path / "run.fit").write_bytes(data)
    return analyze(tmp_path / "run.fit", athlete=RUNNER)


def analyzed_run(tmp_path, data: bytes) -> Run:
    (run,) = analyzed(tmp_path, data).runs
    return run


def counted(run: Run) -> int:
    return sum(effort.counts for effort in run.efforts)


def codes(activity: Activity) -> set[str]:
    return {p.code for p in activity.problems}


def test_the_run_of_these_tests_holds_six_strides(tmp_path):
    assert counted(analyzed_run(tmp_path, recorded(range(N)))) == 6


# ------------------------------------------------------------------------------------------------------------- records


@pytest.mark.case(16)
@pytest.mark.parametrize("parts", [2, 3, 4])
def test_records_that_each_hold_a_part_of_their_second_are_one(parts):
    names = ["latitude_deg", "heart_rate_bpm", "speed_mps", "cadence"]
    groups: list[list[str]] = [[] for _ in range(parts)]
    for k, name in enumerate(names):
        groups[k % parts] += [name, "longitude_deg"] if name == "latitude_deg" else [name]
    shapes = [fit.record_layout(group, local=k + 1) for k, group in enumerate(groups)]
    body = [fit.file_id(), *(shape.definition() for shape in shapes)]
    for k in range(90):
        for shape, group in zip(shapes, groups, strict=True):
            body.append(shape.data(fit.START + k, *(fit.RECORD_FIELDS[n][2](COLUMNS[n][k]) for n in group)))
    run = read(fit.fit_file(body))
    np.testing.assert_array_equal(run.time_s, np.arange(90))
    whole = read(recorded(range(90)))
    for name in ("latitude_deg", "longitude_deg", "heart_rate_bpm", "speed_mps", "cadence_spm"):
        np.testing.assert_array_equal(getattr(run, name), getattr(whole, name), err_msg=name)
    assert [(p.code, p.count) for p in run.problems if p.code == "time-duplicate"] == [
        ("time-duplicate", 90 * (parts - 1))
    ]


@pytest.mark.case(17)
@pytest.mark.parametrize("step_s", [0, 1, 2, 3])
def test_seconds_that_come_twice_or_step_back_a_little_cost_what_comes_late(step_s):
    late = dict.fromkeys((100, 200, 300), -1 - step_s)  # its own second is left empty
    data = recorded(range(400), late=lambda k: late.get(k, 0))
    (run,) = read_all(data)
    np.testing.assert_array_equal(run.time_s, [k for k in range(400) if k not in late])
    assert codes(run) == {"time-duplicate" if step_s == 0 else "time-backwards"}
    assert read(data).same_as(run)
    kept = np.array([COLUMNS["distance_m"][k] for k in range(400) if k not in late])
    if step_s:
        np.testing.assert_allclose(run.distance_m, kept, rtol=0, atol=0.006)


@pytest.mark.case(17)
def test_a_clock_set_back_an_hour_cuts_the_recording_where_it_was_set():
    first, second = read_all(recorded(range(400), late=lambda k: -3600 if k >= 250 else 0))
    assert (first.n, second.n) == (250, 150)
    assert (first.start - second.start).total_seconds() == 3600 - 250
    assert "time-backwards" in codes(first)
    np.testing.assert_array_equal(np.concatenate([first.time_s, second.time_s + 250]), np.arange(400))


# -------------------------------------------------------------------------------------------------------------- pauses

#: The watch stands for five minutes in the middle of the second stride, and again between the third and the fourth.
INSIDE, BETWEEN, STOOD_S = 600 + 114 + 12, 600 + 3 * 114 - 40, 300


def standing_late(k: int) -> int:
    return STOOD_S * ((k >= INSIDE) + (k >= BETWEEN))


def stops(trigger: str, *, without_start: bool = False) -> list[tuple[float, str, str]]:
    events = []
    for at, before in ((INSIDE, 0), (BETWEEN, STOOD_S)):
        events.append((at - 1 + before, "stop_all", trigger))
        if not without_start:
            events.append((at + before + STOOD_S, "start", trigger))
    return events


@pytest.mark.case(18)
@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        (stops("manual"), ["timer", "timer"]),
        (stops("auto"), ["auto", "auto"]),
        ([], ["gap", "gap"]),
        (stops("manual", without_start=True)[1:], ["gap", "timer"]),
    ],
    ids=["by key", "by itself", "by silence", "a stop without a start"],
)
def test_no_effort_spans_a_pause_and_the_totals_are_right(tmp_path, events, kinds):
    data = recorded(range(N), late=standing_late, events=events)
    activity = read(data)
    assert [p.kind for p in activity.pauses] == kinds
    assert [round(p.end_s - p.start_s) for p in activity.pauses] == [STOOD_S + 1] * 2
    run = analyzed_run(tmp_path, data)
    assert run.elapsed_s == N - 1 + 2 * STOOD_S
    assert run.moving_s == pytest.approx(N - 1 - 2, abs=3)  # a second for each stretch: it counts both ends
    assert run.distance_m == pytest.approx(sum(SPEEDS[:-1]), rel=0.005)
    for effort in run.efforts:
        assert not [p for p in activity.pauses if effort.start_s < p.end_s and p.start_s < effort.end_s]
    assert counted(run) >= 5  # all but, perhaps, the one that was broken off


@pytest.mark.case(19)
@pytest.mark.parametrize("seed", range(3))
def test_a_record_every_few_seconds_holds_the_same_strides(tmp_path, seed):
    """As watches choose: a record at once where speed changes, else after up to nine seconds."""
    rng = np.random.default_rng(seed)
    kept, wait = [0], int(rng.integers(5, 10))
    for k in range(1, N):
        turning = abs(SPEEDS[k] - SPEEDS[kept[-1]]) > 0.8
        if k - kept[-1] >= wait or turning:
            kept.append(k)
            wait = int(rng.integers(5, 10))
    assert 3 * len(kept) < N
    whole, smart = (analyzed_run(tmp_path, recorded(rows)) for rows in (range(N), kept))
    assert counted(smart) == counted(whole) == 6
    seconds = [sum(e.end_s - e.start_s for e in run.efforts if e.counts) for run in (whole, smart)]
    assert seconds[1] == pytest.approx(seconds[0], rel=0.15)
    metres = [sum(e.distance_m for e in run.efforts if e.counts) for run in (whole, smart)]
    assert metres[1] == pytest.approx(metres[0], rel=0.15)


# -------------------------------------------------------------------------------------------------------------- sports


@pytest.mark.case(20)
@pytest.mark.parametrize("summary_first", [True, False])
@pytest.mark.parametrize("parents_times", [True, False])
def test_of_several_sports_the_runs_are_runs_and_the_rest_is_named(tmp_path, summary_first, parents_times):
    sports = ((1, 600), (3, 60), (2, 900), (3, 60), (1, 700))
    whole = sum(seconds for _, seconds in sports)
    sessions, begin = [fit.SESSION.definition()], fit.START
    for sport, seconds in sports:
        own = fit.START if parents_times else begin
        sessions.append(fit.SESSION.data(begin + seconds, own, 1000 * seconds, 1000 * seconds, None, sport, 0))
        begin += seconds
    records = fit.records([fit.START + k for k in range(whole)], columns_of([3.0] * whole))
    middle = [*sessions, *records] if summary_first else [*records, *sessions]
    found = analyzed(tmp_path, fit.fit_file([fit.file_id(), *middle]))
    assert [(run.source, round(run.elapsed_s)) for run in found.runs] == [
        ("run.fit", 599),
        ("run.fit#2", 699),
    ]
    assert {one.reason for one in found.not_runs} == {"transition", "cycling"}


@pytest.mark.case(21)
@pytest.mark.parametrize(
    ("cadence", "fraction", "steps", "said"),
    [(79.0, 0.5, 159.0, set()), (79.0, None, 158.0, set()), (164.0, None, 164.0, {"cadence-unit"}),
     (170.0, 0.5, 170.5, {"cadence-unit"})],
)  # fmt: skip
def test_cadence_from_bytes_is_steps_of_both_feet(cadence, fraction, steps, said):
    columns = {**some(range(300)), "cadence": [cadence] * 240 + [0.0] * 60, "speed_mps": [3.0] * 240 + [0.0] * 60}
    if fraction is not None:
        columns["fractional_cadence"] = [fraction] * 240 + [0.0] * 60
    run = read(fit.simple_run(300, columns=columns))
    np.testing.assert_array_equal(run.cadence_spm, [steps] * 240 + [0.0] * 60)
    assert codes(run) == said


@pytest.mark.case(26)
@pytest.mark.parametrize("sub_sport", [1, 45], ids=["treadmill", "indoor running"])
def test_indoors_a_pods_speed_shows_the_strides(tmp_path, sub_sport):
    columns = some(range(N), left_out=["latitude_deg", "longitude_deg", "altitude_m"])
    run = analyzed_run(tmp_path, fit.simple_run(N, columns=columns, sub_sport=sub_sport))
    assert (run.assessable.strides, counted(run)) == (True, 6)


@pytest.mark.case(26)
def test_a_treadmills_distance_alone_is_a_run_with_its_totals(tmp_path):
    run = analyzed_run(tmp_path, fit.simple_run(N, columns={"distance_m": COLUMNS["distance_m"]}, sub_sport=1))
    assert run.distance_m == pytest.approx(sum(SPEEDS[:-1]), rel=0.001)
    assert run.elapsed_s == N - 1


# --------------------------------------------------------------------------------------------------------------- texts

HOSTILE = [
    b"<script>alert(1)</script>",
    b"</script><img src=x onerror=alert(1)>",
    b"${7*7}{{7*7}}",
    b"=1+1",
    "\u202egnp.eulb".encode(),
    b"\x1b[2J\x07red",
    b"\xff\xfe\xc3no text",
    b"w" * 255,
]


@pytest.mark.case(25)
@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:12]) for text in HOSTILE])
def test_a_text_of_the_file_does_no_harm_in_any_output(tmp_path, text):
    own = fit.Layout(0, 0, [(0, "enum"), (8, "string", len(text))])  # not ended by a zero
    named = fit.Layout(6, 12, [(0, "enum"), (1, "enum"), (3, "string", len(text))])
    head = own.definition() + own.data(4, text) + named.definition() + named.data(1, 0, text)
    records = fit.records([fit.START + k for k in range(N)], COLUMNS)
    (tmp_path / "run.fit").write_bytes(fit.fit_file([head, *records]))
    device = read(tmp_path / "run.fit").device
    assert device.isprintable()
    assert len(device) <= 80

    def season(*options: str) -> str:
        done = call("season", tmp_path / "run.fit", "--no-book", *options)
        assert done.exit_code == 0
        return done.stdout

    (row,) = csv.DictReader(io.StringIO(season("--format", "csv", "--table", "runs"), newline=""))
    assert row["device"].lstrip("'") == device
    assert row["device"][:1] not in {"=", "+", "-", "@"}
    assert json.loads(season("--format", "json"))["runs"][0]["device"] == device
    for said in (season(), call("inspect", tmp_path / "run.fit", "--messages").stdout):
        assert all(line.isprintable() for line in said.splitlines())


# --------------------------------------------------------------------------------------------------------------- clock


@pytest.mark.case(27)
@pytest.mark.parametrize(
    ("first", "date", "hint"),
    [
        (60, "1989-12-31", ""),
        (3_700_000_000, "2107-04-01", ""),
        (fit.START - 7168 * 86_400, "2004-02-28", "2023-10-14"),
    ],
    ids=["never set", "next century", "week counter"],
)
def test_a_clock_of_another_age_is_said_and_left_as_it_is(first, date, hint):
    run = read(fit.simple_run(30, start=first))
    assert f"{run.start:%Y-%m-%d}" == date
    assert run.start.timestamp() == first + fit.FIT_EPOCH_S
    (problem,) = (p for p in run.problems if p.code == "date-implausible")
    assert date in problem.message
    assert hint in problem.message
    np.testing.assert_array_equal(run.time_s, np.arange(30))


@pytest.mark.case(27)
@pytest.mark.parametrize("offset_s", [2 * 3600, -5 * 3600])
@pytest.mark.parametrize("of_the_start", [True, False])
def test_local_and_universal_time_swapped_shift_nothing_and_give_no_local_time(offset_s, of_the_start):
    def activity(stamp: int, local: int) -> bytes:
        records = fit.records([fit.START + k for k in range(300)], columns_of([3.0] * 300))
        summary = fit.ACTIVITY.definition() + fit.ACTIVITY.data(stamp, 299_000, 1, 0, 26, 1, local)
        return fit.fit_file([fit.file_id(), *records, summary])

    at = fit.START + (0 if of_the_start else 299)
    right, swapped = read(activity(at, at + offset_s)), read(activity(at + offset_s, at))
    assert (right.utc_offset_s, codes(right)) == (offset_s, set())
    assert (swapped.utc_offset_s, codes(swapped)) == (None, {"no-local-time"})
    assert swapped.start == right.start
    np.testing.assert_array_equal(swapped.time_s, right.time_s)


# ----------------------------------------------------------------------------------------------------------- positions


@pytest.mark.case(30)
def test_positions_that_cannot_be_are_gone_from_a_gpx_and_the_others_stay():
    points = bx.fixes(3000)
    wrong = {0: (0.0, 0.0), 700: (47.5, 8.0), 1500: (47.0, 9.0), 1501: (47.0, 9.0), 2999: (46.9, 7.9)}
    for k, (latitude, longitude) in wrong.items():
        points[k] = dataclasses.replace(points[k], lat=latitude, lon=longitude)
    points.insert(1001, dataclasses.replace(points[1000], lat=12.0))  # the same instant elsewhere
    run = read(bx.gpx(points, sport="running"))
    assert run.n == 3000
    lost = set(np.flatnonzero(np.isnan(run.latitude_deg)).tolist())
    assert set(wrong) <= lost
    assert len(lost - set(wrong)) <= 3  # 99.9 % of the good ones are left
    assert codes(run) == {"position-jump", "time-duplicate"}


# -------------------------------------------------------------------------------------------------------------- exports


@pytest.mark.case(37)
def test_a_phones_export_and_a_watchs_folder_give_their_runs_and_nothing_else(tmp_path):
    broken = b"<?xml version='1.0'?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Export <!ATTLIST\n<HealthData>" * 50
    points = [bx.Fix(k, lat=47 + k * 2.7e-5, ele=0.0, speed=3.0) for k in range(600)]
    route = bx.gpx(points, extension="bare", creator="Apple Health Export")
    fork = b"\0\5\x16\7\0\2\0\0Mac OS X        "
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as phone:
        phone.writestr("apple_health_export/export.xml", broken)
        phone.writestr("apple_health_export/export_cda.xml", b"<ClinicalDocument/>")
        phone.writestr("apple_health_export/workout-routes/route_2024-03-09_8.00am.gpx", route)
        phone.writestr("__MACOSX/apple_health_export/workout-routes/._route_2024-03-09_8.00am.gpx", fork)
    watch = tmp_path / "GARMIN"
    for name, data in {
        "Activity/2023-10-14-09-20-00.FIT": recorded(range(600)),
        "Activity/._2023-10-14-09-20-00.FIT": fork,
        "Activity/清远市_跑步.fit": recorded(range(600), late=lambda _: 86_400),
        "Monitor/M1.FIT": fit.fit_file(fit.file_id(32)),
        "Settings/SETTINGS.FIT": fit.fit_file(fit.file_id(2)),
        "GarminDevice.xml": b"<Device/>",
        ".DS_Store": b"\0\0\0\1Bud1",
    }.items():
        (watch / name).parent.mkdir(parents=True, exist_ok=True)
        (watch / name).write_bytes(data)
    found = analyze(tmp_path, athlete=RUNNER)
    assert sorted(run.source for run in found.runs) == [
        "GARMIN/Activity/2023-10-14-09-20-00.FIT",
        "GARMIN/Activity/清远市_跑步.fit",
        "export.zip!apple_health_export/workout-routes/route_2024-03-09_8.00am.gpx",
    ]
    assert found.failed == ()
    assert {one.source for one in found.not_runs} == {"GARMIN/Monitor/M1.FIT", "GARMIN/Settings/SETTINGS.FIT"}
    (phone_run,) = (run for run in found.runs if run.source.startswith("export.zip"))
    assert phone_run.distance_m == pytest.approx(3.0 * 599, rel=0.01)
