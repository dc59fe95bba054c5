"""Distance that begins again, speed in the unit of a screen: put right where the file itself shows it, never else."""

from __future__ import annotations

import numpy as np
import pytest

import builders_fit as fit
from builders_xml import NOW, Fix, TcxLap, fixes, gpx, recording, tcx
from legspeed import read, read_all
from legspeed.model import Activity
from legspeed.readers.cleaning.normalize import normalize
from reading import codes

NAN = float("nan")
N = 900
SPEED = 3.0 + 0.6 * np.sin(np.arange(N) / 25)
WAY = np.cumsum(SPEED) - SPEED[0]
NORTH = {"latitude_deg": 47 + WAY / 111_195, "longitude_deg": 8.0}


def one(**columns: object) -> Activity:
    (run,) = normalize(recording(range(N), **{"format": "tcx", **columns}), source="a", digest="0", now=NOW)
    return run


# ------------------------------------------------------------------------------------------------------------- distance


def of_laps(way: np.ndarray, starts: tuple[int, ...]) -> np.ndarray:
    """Return a distance that is counted from the start of each lap."""
    before = np.zeros(len(way))
    for start in starts:
        before[start:] = way[start]
    return way - before


@pytest.mark.parametrize("starts", [(300,), (100, 130, 500), tuple(range(60, N, 60))])
def test_a_distance_of_each_lap_is_carried_on(starts):
    run = one(distance_m=of_laps(WAY, starts))
    assert codes(run) == {"distance-count": len(starts)}
    assert (np.diff(run.distance_m) >= 0).all()
    # the way from the last record of a lap to the first of the next is not known: it is left out, not made up
    np.testing.assert_allclose(run.distance_m, WAY, rtol=0, atol=4.0 * len(starts))


def test_a_counter_that_overflows_is_carried_on():
    run = one(distance_m=np.mod(WAY, 655.36))
    assert codes(run) == {"distance-count": int(WAY[-1] // 655.36)}
    np.testing.assert_allclose(run.distance_m, WAY, rtol=0, atol=4.0 * 5)


def test_holes_around_the_place_do_not_matter():
    metres = of_laps(WAY, (300, 600))
    metres[295:304] = metres[600] = NAN
    run = one(distance_m=metres)
    assert codes(run) == {"distance-count": 2}
    assert np.isnan(run.distance_m[[295, 600]]).all()
    assert np.nanmax(run.distance_m) == pytest.approx(WAY[-1], abs=40)


def altered(rows: object, value: object) -> np.ndarray:
    metres = WAY.copy()
    metres[rows] = value
    return metres


@pytest.mark.parametrize(
    "metres",
    [
        altered(400, 0.0),
        altered([400, 401], NAN),
        altered(-1, 0.0),
        altered(slice(400, None), WAY[400:] - 9.0),
        altered(slice(400, None), WAY[400:] - 700.0),
        altered(slice(400, None), WAY[400]),
        WAY + 300.0,
        np.where(np.arange(N) < 3, 0.0, WAY),
        of_laps(altered(400, 0.0), (600,)),
        np.where(np.arange(N) % 2 == 0, WAY, 0.0),
    ],
    ids=[
        *("one zero", "hole", "zero at the end", "slip", "correction", "stands", "late fix", "late start"),
        *("laps and a zero", "every second a zero"),
    ],
)
def test_what_does_not_begin_again_is_left_as_it_is(metres):
    run = one(distance_m=metres, **NORTH)
    np.testing.assert_array_equal(run.distance_m, metres)
    assert "distance-count" not in codes(run)


def test_a_distance_that_ran_before_is_counted_from_the_start():
    run = one(distance_m=WAY + 120_000.0)
    np.testing.assert_allclose(run.distance_m, WAY, rtol=0, atol=1e-6)
    (problem,) = run.problems
    assert problem.message == "the distance begins at 120,000 m: it was counted from there"
    run = one(distance_m=np.where(np.arange(N) < 5, NAN, WAY + 120_000.0))
    assert run.distance_m[5] == 0
    run = one(distance_m=of_laps(WAY, (300,)) + np.where(np.arange(N) < 300, 5000.0, 0.0))
    assert "begins again once: it was carried on and begins at 5,000 m" in run.problems[0].message
    assert run.distance_m[-1] == pytest.approx(WAY[-1], abs=5)


@pytest.mark.case(20)
def test_the_run_of_a_triathlon_has_its_own_distance():
    sessions, sports = [fit.SESSION.definition()], ((5, 200), (2, 400), (1, 300))
    begin = 0
    for sport, seconds in sports:
        times = (fit.START + begin + seconds, fit.START + begin, 1000 * seconds, 1000 * seconds)
        sessions.append(fit.SESSION.data(*times, None, sport, 0))
        begin += seconds
    records = fit.records([fit.START + k for k in range(begin)], {"distance_m": [3.0 * k for k in range(begin)]})
    legs = read_all(fit.fit_file([fit.file_id(), *records, *sessions]))
    assert [(leg.sport, leg.distance_m[0], leg.distance_m[-1]) for leg in legs] == [
        ("swimming", 0, 199 * 3.0), ("cycling", 0, 399 * 3.0), ("running", 0, 299 * 3.0),
    ]  # fmt: skip
    assert not [problem for leg in legs for problem in leg.problems]


@pytest.mark.parametrize("shown", [NORTH, {"speed_mps": SPEED}], ids=["positions", "speed"])
@pytest.mark.parametrize("hole", [False, True])
def test_a_distance_from_record_to_record_is_added_up(shown, hole):
    steps = np.diff(WAY, prepend=0.0)
    steps[400:404] = NAN if hole else steps[400:404]
    run = one(distance_m=steps, **shown)
    assert codes(run) == {"distance-count": 1}
    there = np.isfinite(run.distance_m)
    assert there.sum() == N - 4 * hole
    lost = np.where(np.arange(N) >= 404, (WAY[403] - WAY[399]) * hole, 0.0)
    np.testing.assert_allclose(run.distance_m[there], (WAY - lost)[there], rtol=0, atol=1e-6)


def test_equal_steps_are_added_up_too():
    steady = {"latitude_deg": 47 + np.arange(N) * 3.0 / 111_195, "longitude_deg": 8.0}
    run = one(distance_m=np.full(N, 3.0), **steady)
    np.testing.assert_array_equal(run.distance_m, np.arange(N) * 3.0)
    assert codes(run) == {"distance-count": 1}


@pytest.mark.parametrize("steps", [np.diff(WAY, prepend=0.0) * 1.5, np.full(N, 5.0), np.arange(N) % 9.0])
def test_steps_whose_sum_is_not_the_way_are_left_as_they_are(steps):
    np.testing.assert_array_equal(one(distance_m=steps, **NORTH).distance_m, steps)
    written = np.diff(WAY, prepend=0.0)
    np.testing.assert_array_equal(one(distance_m=written).distance_m, written)  # nothing to hold it against


def test_from_tcx_and_from_the_two_bytes_of_an_old_fit():
    laps = [
        TcxLap([[Fix(k, lat=47 + 3 * k / 111_195, distance=3.0 * (k - a)) for k in range(a, a + 120)]], seconds=120)
        for a in range(0, 600, 120)
    ]
    run = read(tcx(laps))
    assert run.distance_m[-1] == pytest.approx(599 * 3.0, abs=15)
    assert codes(run)["distance-count"] == 4
    shape = fit.Layout(5, 20, [(253, "uint32"), (5, "uint16")])
    rows = [shape.data(fit.START + k, 300 * k % 65_536) for k in range(600)]
    run = read(fit.fit_file([fit.file_id(), shape.definition(), *rows]))
    assert run.distance_m[-1] == pytest.approx(599 * 3.0, abs=15)
    assert codes(run) == {"distance-count": 2}


# ---------------------------------------------------------------------------------------------------------------- speed

SHOWN = {"km/h": 3.6, "mph": 2.236936}
WAYS = {"distance": {"distance_m": WAY}, "positions": NORTH}


@pytest.mark.parametrize("unit", SHOWN)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("sport", ["running", "cycling", "unknown"])
def test_a_speed_as_shown_on_a_screen_is_put_into_metres_per_second(unit, way, sport):
    run = one(speed_mps=SPEED * SHOWN[unit], sport=sport, **way)
    np.testing.assert_allclose(run.speed_mps, SPEED, rtol=1e-6)
    (problem,) = run.problems
    assert (problem.code, unit in problem.message) == ("way-unit", True)


def test_a_late_and_smoothed_speed_is_told_too():
    late = np.convolve(np.concatenate([np.full(12, SPEED[0]), SPEED]), np.full(7, 1 / 7), "same")[:N]
    run = one(speed_mps=late * 3.6, **NORTH)
    np.testing.assert_allclose(run.speed_mps, late, rtol=1e-6)


@pytest.mark.parametrize("factor", [0.5, 0.85, 1.0, 1.15, 1.5, 1.9, 2.8, 3.0, 4.2])
def test_another_ratio_is_no_unit(factor):
    run = one(speed_mps=SPEED * factor, sport="cycling", **NORTH)
    np.testing.assert_array_equal(run.speed_mps, SPEED * factor)
    assert "way-unit" not in codes(run)


@pytest.mark.parametrize(("unit", "metres"), [("km", 1000.0), ("miles", 1609.344)])
@pytest.mark.parametrize("shown", [NORTH, {"speed_mps": SPEED}, {**NORTH, "speed_mps": SPEED * 3.6}])
def test_a_distance_in_kilometres_or_miles_is_put_into_metres(unit, metres, shown):
    run = one(distance_m=WAY / metres, **shown)
    np.testing.assert_allclose(run.distance_m, WAY, rtol=1e-9)
    assert run.problems[0].message == f"the distance is in {unit}, as the rest of the file shows; it was converted"
    if "speed_mps" in shown:
        np.testing.assert_allclose(run.speed_mps, SPEED, rtol=1e-9)


@pytest.mark.parametrize("factor", [0.0, 0.1, 0.5, 0.9, 1.1, 2.0, 3.28])
def test_a_distance_that_only_differs_from_positions_is_left_as_it_is(factor):
    run = one(distance_m=WAY * factor, **NORTH)
    np.testing.assert_array_equal(run.distance_m, WAY * factor)


def test_where_nothing_shows_it_nothing_is_changed():
    assert "way-unit" not in codes(one(speed_mps=SPEED * 3.6, sport="cycling"))  # no way
    stood = one(speed_mps=SPEED * 3.6, sport="cycling", latitude_deg=47.0, longitude_deg=8.0)
    assert "way-unit" not in codes(stood)
    assert "way-unit" not in codes(one(speed_mps=SPEED * 3.6, sport="cycling", format="fit", **NORTH))


def test_from_gpx_and_tcx():
    points = [Fix(f.at, lat=f.lat, speed=10.8, distance=3.0 * f.at) for f in fixes(300, speed=3.0)]
    for data in (gpx(points), gpx(points, extension="bare"), gpx(points, version="1.0"), tcx([TcxLap([points])])):
        run = read(data)
        np.testing.assert_allclose(run.speed_mps, 3.0, rtol=1e-9)
        assert codes(run) == {"way-unit": 1}
