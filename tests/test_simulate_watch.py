"""Each behaviour of a simulated watch does what it says, measured on the recording."""

import functools
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from legspeed.simulate import SESSIONS, WATCHES, Runner, Watch, simulate_run

RUNNER = Runner.of(1140, 1)
QUIET = Watch(
    position_error_m=0.0,
    position_white_m=0.0,
    multipath_per_h=0.0,
    jumps_per_h=0.0,
    settle_m=0.0,
    speed_error_mps=0.0,
    altitude_error_m=0.0,
    altitude_white_m=0.0,
    altitude_drift_m_per_h=0.0,
    distance_tau_s=0.0,
    position_tau_s=0.0,
    position_delay_s=0.0,
    speed_delay_s=0.0,
    speed_tau_s=0.0,
    cadence_delay_s=0.0,
    cadence_boxcar_s=0.0,
)


def strides(runner, rng):
    return SESSIONS["strides_after_easy"](runner, rng, minutes=6, reps=5, seconds=20, way="walk")


@functools.cache
def run_with(watch, session=strides, seed=3):
    return simulate_run(RUNNER, session, watch, seed=seed)


def true_speed(run, at_s):
    return np.interp(at_s + run.first_record_s, run.motion.time_s, run.motion.speed_mps)


def lag_s(run, stream):
    """Return by how many seconds `stream` (m/s per record) trails the true speed, from the best correlation."""
    time = run.activity.time_s
    known = ~np.isnan(stream)
    lags = np.arange(-2.0, 14.0, 0.1)
    scores = [np.corrcoef(stream[known], true_speed(run, time[known] - lag))[0, 1] for lag in lags]
    return float(lags[int(np.argmax(scores))])


def distance_speed(run):
    return np.gradient(run.activity.distance_m, run.activity.time_s)


def position_speed(run):
    activity = run.activity
    north = np.radians(activity.latitude_deg) * 6_371_000
    east = np.radians(activity.longitude_deg) * 6_371_000 * np.cos(np.radians(activity.latitude_deg[0]))
    return np.hypot(np.gradient(north, activity.time_s), np.gradient(east, activity.time_s))


@pytest.mark.parametrize("name", WATCHES)
def test_every_preset_records(name):
    run = run_with(WATCHES[name])
    activity = run.activity
    assert activity.n > 100
    assert activity.time_s[0] == 0
    assert [effort.kind for effort in run.truth] == ["stride"] * 5
    assert all(0 <= effort.start_s < effort.end_s <= activity.elapsed_s for effort in run.truth)


def test_the_same_seed_is_the_same_run_and_recording_and_another_is_not():
    again = simulate_run(RUNNER, strides, WATCHES["city canyon"], seed=3)
    assert again.activity.same_as(run_with(WATCHES["city canyon"]).activity)
    assert again.truth == run_with(WATCHES["city canyon"]).truth
    assert not again.activity.same_as(run_with(WATCHES["city canyon"], seed=4).activity)


def test_the_true_run_does_not_depend_on_the_watch():
    one, other = (run_with(WATCHES[name]) for name in ("steady 1 s", "heavily smoothed"))
    assert np.array_equal(one.motion.speed_mps, other.motion.speed_mps)


@pytest.mark.parametrize("delay", [0.0, 2.0, 5.0])
def test_pure_delays_are_measured_as_such(delay):
    watch = replace(QUIET, speed_delay_s=delay, distance_delay_s=delay, position_delay_s=delay)
    run = run_with(watch)
    # The receiver integrates over a second and a difference of counters looks back and forth: half a second, none.
    assert lag_s(run, run.activity.speed_mps) == pytest.approx(delay + 0.5, abs=0.15)
    assert lag_s(run, distance_speed(run)) == pytest.approx(delay, abs=0.2)
    assert lag_s(run, position_speed(run)) == pytest.approx(delay, abs=0.2)


def test_streams_are_late_one_by_one():
    run = run_with(replace(QUIET, speed_delay_s=4.0, position_delay_s=1.0))
    assert lag_s(run, run.activity.speed_mps) == pytest.approx(4.5, abs=0.15)
    assert lag_s(run, position_speed(run)) == pytest.approx(1.0, abs=0.2)
    assert lag_s(run, distance_speed(run)) == pytest.approx(0.0, abs=0.2)


def test_a_shared_delay_moves_every_stream():
    run = run_with(replace(QUIET, shared_delay_s=3.0))
    for stream, more in ((run.activity.speed_mps, 0.5), (distance_speed(run), 0.0), (position_speed(run), 0.0)):
        assert lag_s(run, stream) == pytest.approx(3.0 + more, abs=0.2)
    climb = np.corrcoef(run.activity.cadence_spm, true_speed(run, run.activity.time_s - 3.0))[0, 1]
    assert climb > np.corrcoef(run.activity.cadence_spm, true_speed(run, run.activity.time_s))[0, 1]


def peaks(run):
    speed, time = run.activity.speed_mps, run.activity.time_s
    return np.array([speed[(time >= e.start_s) & (time <= e.end_s + 14)].max() for e in run.truth])


def test_smoothing_delays_and_flattens():
    sharp, filtered, boxed = (
        run_with(watch) for watch in (QUIET, replace(QUIET, speed_tau_s=4.0), replace(QUIET, speed_boxcar_s=12.0))
    )
    assert lag_s(filtered, filtered.activity.speed_mps) == pytest.approx(3.6, abs=0.7)
    assert lag_s(boxed, boxed.activity.speed_mps) == pytest.approx(6.0, abs=0.6)
    assert np.all(peaks(filtered) <= peaks(sharp) + 0.02)
    short = [run_with(w, "flat_sprints") for w in (QUIET, replace(QUIET, speed_boxcar_s=12.0))]
    assert np.all(peaks(short[1]) < 0.85 * peaks(short[0]))


def test_a_quiet_watch_is_right():
    run = run_with(QUIET)
    activity = run.activity
    assert np.max(np.abs(activity.speed_mps - true_speed(run, activity.time_s - 0.5))) < 0.4
    true_m = np.interp(activity.time_s + run.first_record_s, run.motion.time_s, run.motion.odometer_m)
    assert activity.distance_m[-1] == pytest.approx(true_m[-1] - true_m[0], rel=0.03)
    true_up = np.interp(activity.time_s + run.first_record_s - 0.5, run.motion.time_s, run.motion.altitude_m)
    assert np.ptp(activity.altitude_m - true_up) <= 0.21


@pytest.mark.parametrize("step", [0.2, 1.0])
def test_altitude_comes_in_steps(step):
    altitude = run_with(replace(Watch(), altitude_step_m=step)).activity.altitude_m
    counts = altitude / step
    assert np.allclose(counts, np.round(counts), atol=1e-6)
    assert np.any(np.diff(counts) != 0)


def test_wind_is_rougher_than_calm_and_gps_altitude_worse():
    def roughness(watch):
        altitude = run_with(watch).activity.altitude_m
        return float(np.std(altitude[10:] - altitude[:-10]))

    calm, windy, gps = (roughness(w) for w in (Watch(), WATCHES["windy barometer"], replace(Watch(), altitude="gps")))
    assert calm < windy < gps


def test_smart_recording_keeps_key_points():
    smart, whole = (run_with(WATCHES[n]).activity for n in ("smart recording", "steady 1 s"))
    gaps = np.diff(smart.time_s)
    assert gaps.max() <= WATCHES["smart recording"].smart_gap_s
    assert 2.0 <= np.median(gaps) <= 6.0
    assert np.mean(gaps == 1.0) > 0.03
    assert smart.n < 0.5 * whole.n
    assert smart.elapsed_s == whole.elapsed_s
    run = run_with(WATCHES["smart recording"])
    fast = np.zeros(smart.n - 1, dtype=bool)
    for effort in run.truth:
        fast |= (smart.time_s[1:] > effort.start_s) & (smart.time_s[1:] < effort.start_s + 6)
    assert gaps[fast].mean() < gaps[~fast].mean()  # a change of speed is a key point


def test_the_runner_stops_the_timer_in_recoveries():
    run = run_with(WATCHES["stops timer in recoveries"])
    pauses = run.activity.pauses
    assert len(pauses) >= 4
    assert {pause.kind for pause in pauses} == {"timer"}
    for pause in pauses:
        assert not np.any((run.activity.time_s > pause.start_s) & (run.activity.time_s < pause.end_s))
        assert not any(e.start_s < pause.end_s - 1e-6 and e.end_s > pause.start_s + 1e-6 for e in run.truth)
    jump_m = np.hypot(*np.diff([run.activity.latitude_deg, run.activity.longitude_deg])) * 111_000
    assert jump_m.max() > 10
    counted = run.activity.distance_m[-1]
    assert counted < run.motion.odometer_m[-1] - 20
    starts = [effort.start_s for effort in run.truth]
    ends = np.array([pause.end_s for pause in pauses])
    assert np.median([np.min(np.abs(ends - start)) for start in starts]) < 6  # stand, start, run
    assert len(run.recorded.timer) == 2 * (len(pauses) + 1)


def test_auto_pause_cuts_standing_only():
    def stops(runner, rng):
        return SESSIONS["easy_run"](runner, rng, minutes=15, lights=6, bus=False, downhill=False)

    run = run_with(WATCHES["auto pause"], stops)
    assert len(run.activity.pauses) >= 3
    assert {pause.kind for pause in run.activity.pauses} == {"auto"}
    for pause in run.activity.pauses:
        middle = true_speed(run, np.arange(pause.start_s + 1, pause.end_s - 3))
        assert np.mean(middle) < 0.8
    assert np.mean(run.activity.speed_mps < 0.3) < 0.02


def test_an_effort_is_cut_where_the_timer_was_not_running():
    late = [run_with(WATCHES["stops timer in recoveries"], "hill_sprints", seed) for seed in range(4)]
    for run in late:
        spans = run.activity.pauses
        for effort in run.truth:
            assert not any(p.start_s < effort.start_s < p.end_s - 1 for p in spans)
        assert len(run.truth) >= 4


def test_laps_by_key_surround_the_efforts_and_laps_by_distance_do_not_care():
    keyed = run_with(replace(Watch(), laps="key"))
    marks = np.array([lap.end_s for lap in keyed.activity.laps if lap.trigger == "manual"])
    late = [np.min(np.abs(marks - edge)) for e in keyed.truth for edge in (e.start_s, e.end_s)]
    assert len(marks) == 10
    assert np.median(late) < 1.5
    by_km = run_with(Watch())
    assert {lap.trigger for lap in by_km.activity.laps} == {"distance", "session_end"}
    for lap in by_km.activity.laps[:-1]:
        assert lap.distance_m == pytest.approx(1000, abs=8)
    for laps in (keyed.activity.laps, by_km.activity.laps):
        assert laps[0].start_s == 0
        assert all(a.end_s == b.start_s for a, b in pairwise(laps))
    assert len(run_with(replace(Watch(), laps="none")).activity.laps) == 1


def test_reflections_look_fast_in_the_positions_and_nowhere_else():
    def easy(runner, rng):
        return SESSIONS["easy_run"](runner, rng, minutes=40, lights=0, bus=False, downhill=False, hilliness=0.004)

    run = run_with(replace(QUIET, multipath_per_h=12.0), easy)
    fast = position_speed(run)
    over_5_s = np.convolve(fast, np.ones(5) / 5, "same")
    true = true_speed(run, run.activity.time_s)
    assert np.sum(over_5_s[40:-10] > true[40:-10] + 1.0) > 20
    assert np.max(np.abs(distance_speed(run)[40:-10] - true[40:-10])) < 0.6
    quiet = run_with(QUIET, easy)
    assert np.abs(position_speed(quiet)[5:-10] - true[5:-10]).max() < 1.5


def test_the_start_settles():
    def error(run):
        true = np.interp(run.activity.time_s + run.first_record_s, run.motion.time_s, run.motion.north_m)
        seen = np.radians(run.activity.latitude_deg - 44.0) * 6_371_000
        return np.abs(seen - true)

    errors = np.array([error(run_with(replace(QUIET, settle_m=30.0), seed=seed))[:90] for seed in range(8)])
    assert errors[:, :3].mean() > 4
    assert errors[:, 80:].mean() < 1


def test_distance_can_be_the_sum_of_the_speed_or_of_the_positions():
    by_speed = run_with(replace(Watch(), distance="speed")).activity
    assert np.allclose(np.diff(by_speed.distance_m), by_speed.speed_mps[1:], atol=0.02)
    run = run_with(replace(Watch(), distance="position"))
    activity = run.activity
    north = np.diff(np.radians(activity.latitude_deg)) * 6_371_000
    east = np.diff(np.radians(activity.longitude_deg)) * 6_371_000 * np.cos(np.radians(44))
    assert np.allclose(np.diff(activity.distance_m), np.hypot(north, east), atol=0.05)
    own = run_with(Watch()).activity
    assert np.std(np.diff(own.distance_m) - own.speed_mps[1:]) > 0.05


def test_columns_a_watch_lacks_are_absent():
    bare = run_with(WATCHES["GPS only"]).activity
    assert bare.speed_mps is bare.distance_m is bare.cadence_spm is bare.heart_rate_bpm is None
    indoors = run_with(WATCHES["steady 1 s"], "treadmill_strides").activity
    assert indoors.latitude_deg is None
    assert indoors.speed_mps is not None
    assert indoors.sub_sport == "treadmill"


def test_cadence_is_whole_steps_of_one_leg_or_halves():
    whole = run_with(replace(Watch(), cadence="integer")).recorded.columns["cadence_rpm"]
    halves = run_with(replace(Watch(), cadence="half")).recorded.columns["cadence_rpm"]
    assert np.all(whole % 1 == 0)
    assert np.any(halves % 1 == 0.5)
    assert np.all(halves % 0.5 == 0)
    activity = run_with(Watch()).activity
    assert activity.cadence_per_leg is True
    assert 150 < np.median(activity.cadence_spm) < 185


def test_cadence_rises_in_strides_unless_it_is_lost():
    activity, truth = run_with(Watch()).activity, run_with(Watch()).truth
    easy = np.median(activity.cadence_spm)
    for effort in truth:
        inside = (activity.time_s > effort.start_s + 6) & (activity.time_s < effort.end_s)
        assert np.median(activity.cadence_spm[inside]) > easy + 6
    lossy = run_with(WATCHES["drop-outs"], "easy_run").activity
    lossy_more = run_with(replace(Watch(), cadence_losses_per_h=30.0)).activity
    assert np.isnan(lossy_more.cadence_spm).any()
    assert not np.isnan(lossy.speed_mps).any()


def test_drop_outs_leave_gaps_and_lost_positions_leave_none():
    dropped = run_with(replace(Watch(), drop_outs_per_h=30.0)).activity
    assert np.diff(dropped.time_s).max() >= 6
    lost = run_with(replace(Watch(), position_losses_per_h=30.0)).activity
    assert np.isnan(lost.latitude_deg).any()
    assert np.array_equal(np.isnan(lost.latitude_deg), np.isnan(lost.longitude_deg))
    assert np.all(np.diff(lost.time_s) == 1)


def test_two_records_a_second():
    activity = run_with(WATCHES["2 Hz"]).activity
    assert np.allclose(np.diff(activity.time_s), 0.5)


def test_glitches_of_speed_have_no_steps():
    glitchy = run_with(replace(QUIET, speed_glitches_per_h=60.0))
    wrong = np.abs(glitchy.activity.speed_mps - true_speed(glitchy, glitchy.activity.time_s - 0.5)) > 0.6
    assert wrong.sum() > 5
    assert np.array_equal(glitchy.activity.distance_m.shape, glitchy.activity.speed_mps.shape)


def test_real_recordings_look_like_this():
    # Figures measured on many public files: noise of speed 0.01-0.17 m/s with these correlations, of 1 s position
    # speed 0.2-0.6 m/s, cadence unchanged in 40-80 % of seconds.
    def easy(runner, rng):
        return SESSIONS["easy_run"](runner, rng, minutes=45, lights=0, bus=False, downhill=False, hilliness=0.004)

    activity = run_with(WATCHES["steady 1 s"], easy).activity

    def residual(values):
        middle = np.array([np.median(values[i : i + 61]) for i in range(values.size - 60)])
        return values[30:-30] - middle

    noise = residual(activity.speed_mps)[60:-60]
    assert 0.01 < 1.4826 * np.median(np.abs(noise)) < 0.17
    for lag, seen in ((1, 0.89), (3, 0.60), (8, 0.15)):
        assert np.corrcoef(noise[:-lag], noise[lag:])[0, 1] == pytest.approx(seen, abs=0.2)
    assert 0.2 < 1.4826 * np.median(np.abs(residual(position_speed(run_with(WATCHES["steady 1 s"], easy))))) < 0.6
    assert 0.4 < np.mean(np.diff(activity.cadence_spm) == 0) < 0.85


@pytest.mark.parametrize(
    ("change", "said"),
    [({"speed": "radar"}, "gps, pod, none"), ({"speed_tau_s": -1.0}, "speed_tau_s"), ({"rate_hz": 0.0}, "rate_hz")],
)
def test_impossible_watches_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        replace(Watch(), **change)


def test_unknown_names_list_the_known():
    with pytest.raises(ValueError, match="no session 'sprint'; there are easy_run"):
        simulate_run(RUNNER, "sprint")
    with pytest.raises(ValueError, match="no watch 'best'"):
        simulate_run(RUNNER, "easy_run", "best")
