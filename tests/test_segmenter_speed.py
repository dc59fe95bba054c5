"""Three speeds, one truth: lags of known size, jumps outvoted, each stream standing in for the others."""

import dataclasses

import numpy as np
import pytest

from builders_segmenter import ALL, Way, measured, recording, session, way
from legspeed.segmenter.speed import lag_behind, speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SIGNAL = Settings().signal
STRIDES, EDGES = session()


def lay(activity):
    return timeline(activity, SIGNAL)


def curve_of(activity):
    return speed_curve(lay(activity), SIGNAL)


def changing_pace(seed, seconds=1500):
    """Return running whose pace wanders within some ten seconds, as on a path."""
    noise = np.random.default_rng(seed).normal(size=seconds + 9)
    return Way(np.arange(float(seconds)), 3.0 + 1.2 * np.convolve(noise, np.full(9, 1 / 9), "same")[:seconds])


# ------------------------------------------------------------------------------------------------- one witness or two


def integrating(smoothed_s, shake_m=0.6):
    """Return sprints on a watch whose distance is its recorded speed added up, a trailing mean over `smoothed_s`."""
    how, edges = session(fast_mps=7.0, seconds=10.0)
    seen = recording(how, shake_m=shake_m, error_mps=0.05)
    trailing = np.convolve(seen.speed_mps, np.full(smoothed_s, 1.0 / smoothed_s))[: seen.n]
    return dataclasses.replace(seen, speed_mps=trailing, distance_m=np.cumsum(trailing)), edges


def fastest(curve, edges):
    """Return the mean of the best 3 s of every effort, m/s."""
    return np.mean([np.sort(curve.speed_mps[int(a) : int(b) + 1])[-3:].mean() for a, b in edges])


def test_a_distance_that_is_the_recorded_speed_added_up_is_no_second_witness():
    activity, edges = integrating(9)
    curve = curve_of(activity)
    assert not curve.independent
    assert fastest(curve, edges) == pytest.approx(7.0, abs=0.35)
    # The two together would have held the position down to what a mean over nine seconds shows.
    alone = curve_of(dataclasses.replace(activity, latitude_deg=None, longitude_deg=None))
    assert fastest(alone, edges) < 6.6


def test_a_pod_votes_with_the_positions():
    activity, edges = integrating(3, shake_m=1.5)
    truth = session(fast_mps=7.0, seconds=10.0)[0]
    line = lay(activity)

    def off(**dropped):
        curve = curve_of(dataclasses.replace(activity, **dropped))
        return float(np.std(curve.speed_mps - truth.speed(line.t_s)))

    assert off() < 0.9 * off(speed_mps=None, distance_m=None)
    assert not curve_of(activity).independent
    assert fastest(curve_of(activity), edges) == pytest.approx(7.0, abs=0.35)


@pytest.mark.parametrize("filter_s", [3.0, 6.0, 10.0])
def test_a_recorded_speed_too_slow_to_show_a_sprint_does_not_hold_the_positions_down(filter_s):
    how, edges = session(fast_mps=7.0, seconds=7.0, rest_mps=1.0)
    seen = recording(how, shake_m=0.15, error_mps=0.05)
    slow = [float(seen.speed_mps[0])]
    for speed in seen.speed_mps[1:]:
        slow.append(slow[-1] + (speed - slow[-1]) / filter_s)
    activity = dataclasses.replace(seen, speed_mps=np.array(slow), distance_m=None)
    assert fastest(curve_of(activity), edges) >= 0.94 * fastest(
        curve_of(dataclasses.replace(activity, speed_mps=None)), edges
    )


# ------------------------------------------------------------------------------------------------- lags


@pytest.mark.parametrize("lag_s", [-3.0, -1.3, 0.0, 0.4, 2.5, 6.7, 10.0, 14.2])
def test_a_known_lag_is_found_and_its_error_is_honest(lag_s):
    misses, errors = [], []
    for seed in range(6):
        how, rng = changing_pace(seed), np.random.default_rng(seed + 50)
        line = lay(recording(how))
        early = how.speed(line.t_s) + rng.normal(0, 0.3, line.m)
        late = how.speed(line.t_s - lag_s) + rng.normal(0, 0.2, line.m)
        found, error, correlation = lag_behind(line, late, early, SIGNAL)
        assert found == pytest.approx(lag_s, abs=0.3)
        assert 0.5 < correlation <= 1
        misses.append(found - lag_s)
        errors.append(error)
    assert all(0.01 < error < 0.5 for error in errors)
    assert np.sqrt(np.mean(np.square(misses))) < 3 * np.mean(errors)


def test_a_lag_is_found_across_pauses_and_where_samples_are_missing():
    how = changing_pace(3)
    line = lay(recording(how, pauses=((300, 360, "timer"), (700, 710, "auto"))))
    late = np.where(line.t_s % 97 < 5, np.nan, how.speed(line.t_s - 4.0))
    assert lag_behind(line, late, how.speed(line.t_s), SIGNAL)[0] == pytest.approx(4.0, abs=0.3)


def test_less_data_is_less_sure():
    def error(seconds):
        how = changing_pace(1, seconds)
        line = lay(recording(how))
        late = how.speed(line.t_s - 3) + np.random.default_rng(2).normal(0, 0.2, line.m)
        return lag_behind(line, late, how.speed(line.t_s), SIGNAL)[1]

    assert error(200) > error(800) > error(3200) > 0


def test_parts_of_a_run_that_disagree_leave_the_lag_less_sure():
    """Watches smooth by how one runs: half of this run is 2 s late, half of it 5 s."""
    how = changing_pace(1)
    line = lay(recording(how))
    early, middle = how.speed(line.t_s), 0.5 * how.length_s
    even = lag_behind(line, how.speed(line.t_s - 3.5), early, SIGNAL)[1]
    late = np.where(line.t_s < middle, how.speed(line.t_s - 2.0), how.speed(line.t_s - 5.0))
    found, error, _ = lag_behind(line, late, early, SIGNAL)
    assert error > 0.3 > 3 * even
    assert abs(found - 3.5) < 3 * error


def as_a_delay(lag):
    """Return the standard error of a lag less what it holds for a smoothing."""
    return np.sqrt(lag.se_s**2 - (SIGNAL.lag_varies * lag.lag_s) ** 2)


def test_streams_that_share_nothing_tell_no_lag():
    line = lay(recording(way((1799, 3.0))))
    for seed in range(40):
        one, other = np.random.default_rng(seed).normal(size=(2, line.m + 4))
        smoothed = [np.convolve(noise, np.full(5, 0.2), "valid") for noise in (one, other)]
        found, error, correlation = lag_behind(line, *smoothed, SIGNAL)
        assert (found, error) == (0.0, None)
        assert 0 <= correlation < SIGNAL.lag_correlation


@pytest.mark.parametrize("stream", [np.zeros, np.ones, lambda n: np.full(n, np.nan)])
def test_a_stream_without_a_change_tells_no_lag(stream):
    line = lay(recording(changing_pace(1)))
    assert lag_behind(line, stream(line.m), line.speed_mps, SIGNAL)[1] is None
    assert lag_behind(line, line.speed_mps, stream(line.m), SIGNAL)[1] is None


def test_half_a_minute_tells_no_lag():
    how = changing_pace(1, 30)
    line = lay(recording(how))
    assert lag_behind(line, how.speed(line.t_s - 3), how.speed(line.t_s), SIGNAL)[1] is None


def test_lags_of_a_file_are_named_and_where_it_cannot_tell_the_usual_one_stands_without_error():
    late = {"distance": 0.0, "speed": 4.0, "cadence": 6.0}
    lags = {lag.stream: lag for lag in curve_of(recording(STRIDES, late_s=late)).lags}
    assert set(lags) == {"distance", "speed", "cadence"}
    assert {lag.behind for lag in lags.values()} == {"position"}
    for name, seconds in late.items():
        assert lags[name].lag_s == pytest.approx(seconds, abs=0.3)
        assert 0 < as_a_delay(lags[name]) < 0.5
    steady = {lag.stream: lag for lag in curve_of(recording(way((900, 3.0)), shake_m=0.3, error_mps=0.1)).lags}
    assert steady["speed"].se_s is None
    assert steady["speed"].lag_s == SIGNAL.recorded_lag_s
    assert steady["cadence"].lag_s == SIGNAL.cadence_lag_s


@pytest.mark.parametrize(
    ("watch", "low_s", "high_s"), [("steady 1 s", 1.5, 3.5), ("heavily smoothed", 4.5, 7), ("2 Hz", 1, 2.5)]
)
def test_a_simulated_watch_shows_its_smoothing(watch, low_s, high_s):
    speed = next(lag for lag in measured("strides_after_easy", watch, 1).lags if lag.stream == "speed")
    assert low_s < speed.lag_s < high_s
    assert as_a_delay(speed) < 0.3
    assert speed.se_s > SIGNAL.lag_varies * speed.lag_s  # a smoothing is known less well than a delay


# ------------------------------------------------------------------------------------------------- streams


@pytest.mark.parametrize(
    "channels",
    [
        ("position",),
        ("distance",),
        ("speed",),
        ("position", "distance"),
        ("position", "speed", "cadence"),
        ("distance", "speed"),
        ALL,
    ],
)
def test_any_streams_give_the_same_curve(channels):
    curve = curve_of(recording(STRIDES, channels))
    assert curve.basis == tuple(name for name in ("position", "distance", "speed") if name in channels)
    truth = STRIDES.speed(np.arange(curve.speed_mps.size))
    assert np.median(np.abs(curve.speed_mps - truth)) < 0.01
    assert np.abs(curve.speed_mps - truth).max() < 1.6  # only where a ramp is rounded off
    assert np.isfinite(curve.speed_mps).all()


@pytest.mark.parametrize("late_s", [0.0, 3.0, 8.0])
def test_the_time_of_the_quick_stream_holds_however_late_the_recorded_speed_is(late_s):
    curve = curve_of(recording(STRIDES, late_s={"speed": late_s, "cadence": 3.0}))
    fast = np.flatnonzero(curve.speed_mps > 4.7)
    assert curve.recorded_lag_s == pytest.approx(late_s, abs=0.3)
    assert fast[0] == pytest.approx(EDGES[0][0], abs=1)
    assert fast[-1] == pytest.approx(EDGES[-1][1], abs=1)


def test_without_a_stream_there_is_no_curve():
    assert curve_of(recording(STRIDES, ("cadence",))) is None
    still = recording(STRIDES)
    nothing = np.zeros(still.n)
    still = dataclasses.replace(
        still, latitude_deg=nothing + 5, longitude_deg=nothing + 5, speed_mps=nothing, distance_m=nothing
    )
    assert curve_of(still) is None


def test_a_stream_that_never_moves_is_none_and_the_others_carry():
    activity = recording(STRIDES)
    stuck = np.full(activity.n, 10.0)
    curve = curve_of(dataclasses.replace(activity, latitude_deg=stuck, longitude_deg=stuck))
    assert curve.basis == ("distance", "speed")
    curve = curve_of(dataclasses.replace(activity, distance_m=np.zeros(activity.n)))
    assert curve.basis == ("position", "speed")


def test_a_stream_missing_most_of_the_time_carries_nothing():
    activity = recording(STRIDES)
    holed = np.where(np.arange(activity.n) < 0.6 * activity.n, np.nan, activity.distance_m)
    assert curve_of(dataclasses.replace(activity, distance_m=holed)).basis == ("position", "speed")


def test_distance_made_of_positions_is_no_second_witness_and_an_own_distance_is():
    assert measured("strides_after_easy", "steady 1 s").independent
    assert measured("strides_after_easy", "smart recording").independent
    assert not measured("strides_after_easy", "drop-outs").independent
    shaken = recording(STRIDES, shake_m=0.3, late_s={"speed": 3.0})
    assert curve_of(shaken).independent
    summed = np.cumsum(
        np.hypot(np.diff(lay(shaken).east_m, prepend=lay(shaken).east_m[0]), np.diff(lay(shaken).north_m, prepend=0))
    )
    summed -= summed[0]
    assert not curve_of(dataclasses.replace(shaken, distance_m=summed)).independent


# ------------------------------------------------------------------------------------------------- jumps


def with_excursion(activity, at_s=300, metres=40.0, seconds=10.0):
    """Return the activity with positions that run ahead for `seconds` and stay there: a burst of the track alone."""
    ahead = np.interp(activity.time_s, [at_s, at_s + seconds], [0.0, metres]) / 111_195
    return dataclasses.replace(activity, latitude_deg=activity.latitude_deg + ahead)


@pytest.mark.parametrize("channels", [ALL, ("position", "distance", "cadence"), ("position", "speed", "cadence")])
def test_a_bump_of_the_position_alone_is_outvoted_by_any_other_stream(channels):
    jumped = with_excursion(recording(STRIDES, channels, shake_m=0.3, late_s={"speed": 3.0}))
    curve = curve_of(jumped)
    assert np.nanmax(curve.position_mps[295:315]) > 6.0
    assert curve.speed_mps[295:315].max() < 4.9
    assert curve.speed_mps[605] > 5.8


def test_seconds_nobody_can_run_say_nothing():
    activity = recording(STRIDES, ("position",))
    latitude = activity.latitude_deg.copy()
    latitude[300:] += 400.0 / 111_195
    back = np.where(np.arange(activity.n) >= 305, activity.latitude_deg, latitude)
    for track in (latitude, back):
        assert curve_of(dataclasses.replace(activity, latitude_deg=track.copy())).speed_mps.max() < 7.0


def without_positions(activity, start, stop, *, distance):
    """Return the activity with positions (and `distance`) lost from `start` to `stop`."""
    lost = {"latitude_deg", "longitude_deg"} | ({"distance_m"} if distance else set())
    columns = {name: getattr(activity, name).copy() for name in lost if getattr(activity, name) is not None}
    for column in columns.values():
        column[start:stop] = np.nan
    return dataclasses.replace(activity, **columns)


def test_where_positions_are_lost_distance_stands_in():
    curve = curve_of(without_positions(recording(STRIDES, shake_m=0.2), 690, 735, distance=False))
    assert curve.speed_mps[650:695].min() > 2.5
    assert curve.speed_mps[705:716].min() > 5.8


@pytest.mark.parametrize("channels", [ALL, ("position", "speed", "cadence")])
def test_where_positions_and_distance_are_lost_the_recorded_speed_stands_in(channels):
    curve = curve_of(without_positions(recording(STRIDES, channels, shake_m=0.2), 690, 735, distance=True))
    assert curve.speed_mps[650:695].min() > 2.5
    assert curve.speed_mps[705:716].min() > 5.8


def test_a_late_speed_that_cannot_answer_any_more_holds_up_nothing():
    how = way((600, 3.0), *[(20, 6.4), (80, 3.0)] * 5, (20, 6.4), (6, 0.0))
    curve = curve_of(recording(how, late_s={"speed": 6.0, "cadence": 2.0}))
    assert curve.speed_mps[1110] > 6.0
    assert curve.speed_mps[-3:].max() < 1.0


def test_what_nobody_recorded_is_zero_and_not_made_up():
    curve = curve_of(without_positions(recording(STRIDES, ("position",)), 400, 450, distance=True))
    assert curve.speed_mps[405:445].max() == 0.0


def test_noise_is_measured():
    quiet = curve_of(recording(STRIDES, ("position",), shake_m=0.05)).noise_mps
    loud = curve_of(recording(STRIDES, ("position",), shake_m=0.8)).noise_mps
    assert 0 < quiet < 0.1 < loud
