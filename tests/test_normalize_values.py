"""The one place that cleans: ranges, the two feet of cadence, and positions that no runner can have reached."""

from __future__ import annotations

import numpy as np
import pytest

from builders_xml import recording
from legspeed.model import CHANNELS, Activity
from reading import codes, one

NAN = float("nan")
DEGREE_M = 111_195.08


# ------------------------------------------------------------------------------------------------------------- ranges


@pytest.mark.parametrize("channel", [c for c in CHANNELS[3:] if c.name != "cadence_spm"], ids=lambda c: c.name)
def test_values_outside_of_a_channels_range_are_left_out(channel):
    wild = [channel.low, channel.high, channel.low - 0.01, channel.high + 0.01, np.inf, -np.inf, NAN, channel.high]
    run = one(recording(range(8), sport="cycling", **{channel.name: wild}))
    kept = getattr(run, channel.name)
    np.testing.assert_array_equal(kept, [channel.low, channel.high, NAN, NAN, NAN, NAN, NAN, channel.high])
    assert codes(run) == {"value-range": 4}
    assert channel.name in run.problems[0].message


def test_on_foot_nobody_is_faster_than_a_sprinter():
    speeds = [3.0, 12.5, 12.6, 65.535]
    np.testing.assert_array_equal(one(recording(range(4), speed_mps=speeds)).speed_mps, [3.0, 12.5, NAN, NAN])
    for sport in ("cycling", "unknown"):
        np.testing.assert_array_equal(one(recording(range(4), speed_mps=speeds, sport=sport)).speed_mps, speeds)


def test_a_column_without_a_value_is_none():
    run = one(recording(range(3), speed_mps=NAN, heart_rate_bpm=900, altitude_m=[NAN, 1, NAN]))
    assert run.speed_mps is None
    assert run.heart_rate_bpm is None
    assert run.altitude_m is not None
    assert codes(run) == {"value-range": 3}


def test_a_heart_rate_of_zero_is_none_at_all():
    run = one(recording(range(4), heart_rate_bpm=[0, 150, 0, 151]))
    np.testing.assert_array_equal(run.heart_rate_bpm, [NAN, 150, NAN, 151])
    assert run.problems == ()


def test_zero_is_a_value_where_it_is_one():
    run = one(recording(range(60), speed_mps=0.0, power_w=0.0, distance_m=0.0, cadence=0.0))
    for name in ("speed_mps", "power_w", "distance_m", "cadence_spm"):
        np.testing.assert_array_equal(getattr(run, name), 0.0)


def test_a_strided_column_becomes_one_of_its_own():
    table = np.arange(60.0).reshape(30, 2)
    found = recording(range(30))
    found = type(found)(**{**{k: getattr(found, k) for k in found.__slots__}, "columns": {"altitude_m": table[:, 0]}})
    run = one(found)
    assert run.altitude_m.flags.c_contiguous
    np.testing.assert_array_equal(run.altitude_m, table[:, 0])


# ------------------------------------------------------------------------------------------------------------ cadence


def wobble(centre: float, n: int = 300, spread: float = 3.0) -> np.ndarray:
    """Cadences around `centre`, the same ones every time."""
    return np.round(centre + spread * np.sin(np.arange(n) * 1.7), 1)


def cadence_run(cadence, *, unit: str = "unknown", speed=3.2, sport: str = "running", **more) -> Activity:
    n = len(cadence)
    columns = {} if speed is None else {"speed_mps": speed}
    return one(recording(range(n), cadence=cadence, cadence_unit=unit, sport=sport, **columns, **more))


@pytest.mark.parametrize("unit", ["leg", "both", "unknown"])
@pytest.mark.parametrize("centre", [64, 79.5, 90])
def test_one_leg_is_doubled_whatever_the_format_says(unit, centre):
    run = cadence_run(wobble(centre), unit=unit)
    assert run.cadence_per_leg is True
    np.testing.assert_array_equal(run.cadence_spm, 2 * wobble(centre))
    assert ("cadence-unit" in codes(run)) is (unit == "both")


@pytest.mark.parametrize("unit", ["leg", "both", "unknown"])
@pytest.mark.parametrize("centre", [128, 159, 172, 205])
def test_both_feet_stay_whatever_the_format_says(unit, centre):
    run = cadence_run(wobble(centre), unit=unit)
    assert run.cadence_per_leg is False
    np.testing.assert_array_equal(run.cadence_spm, wobble(centre))
    assert ("cadence-unit" in codes(run)) is (unit == "leg")


def test_the_fraction_is_kept():
    run = cadence_run(np.full(100, 79.5), unit="leg")
    np.testing.assert_array_equal(run.cadence_spm, 159)


def test_the_unit_is_decided_once_and_standing_does_not_count():
    cadence = np.concatenate([np.zeros(200), wobble(85, 100), np.zeros(50)])
    run = cadence_run(cadence, unit="leg", speed=np.where(cadence > 0, 3.1, 0.0))
    np.testing.assert_array_equal(run.cadence_spm, 2 * cadence)


@pytest.mark.parametrize(("unit", "factor"), [("leg", 2), ("both", 1), ("unknown", None)])
def test_a_walk_is_not_taken_for_a_run(unit, factor):
    """Walkers take 90-130 steps; halves of them lie where a runner's leg never is."""
    both, leg = wobble(112), wobble(56)
    if unit != "both":
        np.testing.assert_array_equal(cadence_run(leg, unit=unit, speed=1.4, sport="walking").cadence_spm, 2 * leg)
    if unit != "leg":
        np.testing.assert_array_equal(cadence_run(both, unit=unit, speed=1.4, sport="walking").cadence_spm, both)
    assert factor is None or (2 if unit == "leg" else 1) == factor


@pytest.mark.parametrize("unit", ["leg", "both", "unknown"])
def test_run_and_walk_is_decided_by_the_running(unit):
    running = np.arange(600) % 300 < 100
    speed = np.where(running, 2.9, 1.4)
    steps = np.where(running, wobble(164, 600), wobble(108, 600))
    for_leg = cadence_run(steps / 2, unit=unit, speed=speed)
    np.testing.assert_array_equal(for_leg.cadence_spm, steps)
    for_both = cadence_run(steps, unit=unit, speed=speed)
    np.testing.assert_array_equal(for_both.cadence_spm, steps)


def test_what_could_be_a_sprinters_leg_or_a_brisk_walkers_feet():
    cadence = wobble(108)
    np.testing.assert_array_equal(cadence_run(cadence, unit="leg").cadence_spm, 2 * cadence)
    np.testing.assert_array_equal(cadence_run(cadence, unit="both").cadence_spm, cadence)
    np.testing.assert_array_equal(cadence_run(cadence, speed=5.5).cadence_spm, 2 * cadence)
    np.testing.assert_array_equal(cadence_run(cadence, speed=2.0).cadence_spm, cadence)


def test_speed_for_the_decision_comes_from_distance_or_positions_too():
    cadence = np.concatenate([wobble(56, 200), wobble(82, 200)])  # walking, then running, one leg
    metres = np.cumsum(np.repeat([1.3, 3.0], 200))
    for more in ({"distance_m": metres}, {"latitude_deg": 47 + metres / DEGREE_M, "longitude_deg": 8.0}):
        run = cadence_run(cadence, speed=None, **more)
        np.testing.assert_array_equal(run.cadence_spm, 2 * cadence)


@pytest.mark.parametrize("zeros", [{"speed_mps": 0.0}, {"speed_mps": 0.0, "distance_m": 0.0}, {"distance_m": 0.0}])
def test_a_channel_of_nothing_but_zeros_tells_no_speed(zeros):
    cadence, metres = wobble(82, 400), np.arange(400) * 3.0
    more = {"latitude_deg": 47 + metres / DEGREE_M, "longitude_deg": 8.0, **zeros}
    for unit in ("leg", "unknown"):
        run = one(recording(range(400), cadence=cadence, cadence_unit=unit, sport="running", **more))
        np.testing.assert_array_equal(run.cadence_spm, 2 * cadence)
        assert run.problems == ()
    alone = one(recording(range(400), cadence=cadence, cadence_unit="leg", sport="running", **zeros))
    np.testing.assert_array_equal(alone.cadence_spm, 2 * cadence)


@pytest.mark.parametrize(("unit", "per_leg"), [("leg", True), ("both", False), ("unknown", True)])
def test_without_any_speed_the_format_decides_what_could_be_both(unit, per_leg):
    assert cadence_run(wobble(88), unit=unit, speed=None).cadence_per_leg is per_leg
    assert cadence_run(wobble(170), unit=unit, speed=None).cadence_per_leg is False


@pytest.mark.parametrize("centre", [20, 280])
def test_what_is_no_cadence_is_left_out(centre):
    run = cadence_run(wobble(centre), unit="leg")
    assert run.cadence_spm is None
    assert run.cadence_per_leg is None
    assert codes(run) == {"cadence-unit": 1}


def test_a_few_samples_are_taken_as_the_format_says():
    few = np.full(5, 60.0)
    np.testing.assert_array_equal(cadence_run(few, unit="leg").cadence_spm, 120)
    np.testing.assert_array_equal(cadence_run(few, unit="both").cadence_spm, 60)
    assert codes(cadence_run(few)) == {"cadence-unit": 1}


def test_a_doubled_value_beyond_what_feet_can_do_is_left_out():
    cadence = wobble(85)
    cadence[7] = 240.0
    run = cadence_run(cadence, unit="leg")
    assert np.isnan(run.cadence_spm[7])
    assert codes(run) == {"value-range": 1}


def test_too_few_samples_are_said_and_no_median_is_blamed():
    run = cadence_run([0.0] * 90 + [82.0] * 10)
    assert run.cadence_spm is None
    (problem,) = [p for p in run.problems if p.code == "cadence-unit"]
    assert "too few samples to tell one leg's from both feet's (10)" in problem.message
    assert "median" not in problem.message


def test_a_cyclists_cadence_is_left_alone():
    run = cadence_run(wobble(88), unit="leg", sport="cycling", speed=8.0)
    np.testing.assert_array_equal(run.cadence_spm, wobble(88))
    assert run.cadence_per_leg is None
    assert run.problems == ()


# ---------------------------------------------------------------------------------------------------------- positions


def noisy_track(n: int = 2000, *, speed: float = 3.0, noise_m: float = 3.0, seed: int = 1, step_s: float = 1.0):
    """Time and positions of a runner with a receiver's noise: errors that last a minute, and half a metre of jitter."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(n) * step_s
    stay = np.exp(-step_s / 60)
    error = np.zeros((2, n))
    for k in range(1, n):
        error[:, k] = stay * error[:, k - 1] + rng.normal(0, noise_m * np.sqrt(1 - stay**2), 2)
    error += rng.normal(0, 0.5, (2, n))
    east, north = 300 * np.sin(time_s / 90) + error[0], speed * time_s + error[1]
    return time_s, 47 + north / DEGREE_M, 8 + east / (DEGREE_M * np.cos(np.radians(47)))


def placed(time_s, latitude, longitude, **more) -> Activity:
    return one(recording(time_s, latitude_deg=latitude, longitude_deg=longitude, **more))


def lost(run: Activity) -> list[int]:
    return np.flatnonzero(np.isnan(run.latitude_deg)).tolist()


@pytest.mark.parametrize("noise_m", [0.5, 4.0, 20.0])
@pytest.mark.parametrize("step_s", [0.2, 1.0, 5.0])
def test_the_usual_noise_is_left_alone(noise_m, step_s):
    run = placed(*noisy_track(noise_m=noise_m, step_s=step_s))
    assert run.problems == ()


def test_a_runner_through_a_tunnel_may_come_out_elsewhere():
    """A step that stays: both parts are somebody's truth, and neither is dropped."""
    time_s, latitude, longitude = noisy_track()
    latitude[1000:] += 0.003
    assert placed(time_s, latitude, longitude).problems == ()


def off_by(metres: float, rows, *, seed: int = 1) -> tuple[Activity, int]:
    time_s, latitude, longitude = noisy_track(seed=seed)
    latitude[rows] += metres / DEGREE_M
    return placed(time_s, latitude, longitude), len(time_s)


@pytest.mark.case(30)
@pytest.mark.parametrize(
    "rows", [[0], [0, 1], [700], [700, 701], [500, 501, 502, 503], [1999], [1998, 1999], [3, 90, 91, 1500]]
)
@pytest.mark.parametrize("metres", [300, 100_000, -2_000])
def test_spikes_are_taken_out_and_nothing_else(rows, metres):
    run, _ = off_by(metres, rows)
    assert lost(run) == rows
    assert codes(run) == {"position-jump": len(rows)}
    np.testing.assert_array_equal(np.isnan(run.longitude_deg), np.isnan(run.latitude_deg))


@pytest.mark.case(30)
def test_nearly_every_good_point_is_kept_among_many_spikes():
    rng = np.random.default_rng(11)
    time_s, latitude, longitude = noisy_track(5000)
    bad = np.sort(rng.choice(np.arange(5000), 60, replace=False))
    latitude[bad] += rng.choice([-1, 1], 60) * rng.uniform(200, 50_000, 60) / DEGREE_M
    run = placed(time_s, latitude, longitude)
    good_lost = set(lost(run)) - set(bad.tolist())
    assert len(good_lost) <= 5000 * 0.001
    assert set(bad.tolist()) <= set(lost(run))


@pytest.mark.case(30)
def test_the_first_fix_at_null_island():
    time_s, latitude, longitude = noisy_track()
    latitude[:4] = longitude[:4] = 0.0
    run = placed(time_s, latitude, longitude)
    assert lost(run) == [0, 1, 2, 3]
    run = placed(range(5), 0.0, 0.0, speed_mps=2.0)
    assert run.latitude_deg is None
    assert run.longitude_deg is None
    assert codes(run) == {"position-jump": 5}


def test_a_crossing_of_the_date_line_and_of_the_equator_is_no_jump():
    way = np.arange(400) * 3.0 / DEGREE_M
    assert placed(range(400), -0.005 + way, 179.9999 - 0.0).problems == ()
    longitude = (179.995 + way + 180) % 360 - 180
    assert placed(range(400), 10.0, longitude).problems == ()


@pytest.mark.case(30)
def test_two_positions_at_one_instant_are_one():
    time_s, latitude, longitude = noisy_track(300)
    times = np.insert(time_s, 150, time_s[150])
    run = placed(times, np.insert(latitude, 150, 12.0), np.insert(longitude, 150, 8.0))
    assert run.n == 300
    assert codes(run) == {"time-duplicate": 1}
    np.testing.assert_array_equal(run.latitude_deg, latitude)


def test_half_a_position_is_none():
    run = placed(range(4), [47, NAN, 47, 47], [8, 8, NAN, 8])
    assert lost(run) == [1, 2]
    np.testing.assert_array_equal(np.isnan(run.longitude_deg), [False, True, True, False])
    assert codes(run) == {"position-jump": 2}


def test_a_position_outside_the_globe_is_none():
    run = placed(range(4), [47, 97, 47, 47], [8, 8, 8, 200])
    assert lost(run) == [1, 3]


def test_a_long_silence_lets_a_runner_go_far():
    time_s = np.concatenate([np.arange(50.0), np.arange(50.0) + 900])
    latitude = 47 + np.concatenate([np.zeros(50), np.full(50, 5000 / DEGREE_M)])
    assert "position-jump" not in codes(placed(time_s, latitude, 8.0))


@pytest.mark.parametrize("seconds", [4, 12, 30])
def test_a_fix_that_is_written_again_until_there_is_a_new_one_lets_a_runner_go_far(seconds):
    time_s = np.arange(600.0)
    latitude = 47 + 5.0 * (time_s // seconds * seconds) / DEGREE_M
    assert codes(placed(time_s, latitude, 8.0)) == {}
    latitude[300:] += 30_000 / DEGREE_M  # further than that
    latitude[303:] -= 30_000 / DEGREE_M
    assert codes(placed(time_s, latitude, 8.0)) == {"position-jump": 3}


def test_a_vehicle_is_left_to_be_seen_as_one_unless_it_is_called_a_run():
    flying = 47 + np.arange(600) * 230.0 / DEGREE_M
    plane = placed(range(600), flying, 8.0, sport="unknown")
    np.testing.assert_array_equal(plane.latitude_deg, flying)
    assert plane.problems == ()
    run = placed(range(600), flying, 8.0, speed_mps=3.0)
    assert run.latitude_deg is None
    assert codes(run) == {"position-jump": 600}


def test_garbage_costs_no_time():
    rng = np.random.default_rng(2)
    run = placed(range(20_000), rng.uniform(-80, 80, 20_000), rng.uniform(-180, 180, 20_000), speed_mps=3.0)
    assert run.latitude_deg is None
    np.testing.assert_array_equal(run.speed_mps, 3.0)
