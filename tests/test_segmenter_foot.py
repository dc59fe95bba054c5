"""What was not run: cars and bikes in a recording, and what must not be taken for them."""

import dataclasses

import numpy as np
import pytest

from builders_segmenter import (
    ALL,
    ATHLETE,
    RUNNER,
    counted,
    judged,
    known,
    measured,
    recording,
    session,
    simulated,
    way,
)
from legspeed.segmenter import digest
from legspeed.segmenter.foot import rolling
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import RECORD_SPEEDS_MPS, Settings

SETTINGS = Settings()


def carried(activity):
    line = timeline(activity, SETTINGS.signal)
    return rolling(line, speed_curve(line, SETTINGS.signal).speed_mps, SETTINGS.evidence)


def with_cadence(activity, cadence):
    return dataclasses.replace(activity, cadence_spm=np.broadcast_to(np.asarray(cadence, float), (activity.n,)).copy())


def test_running_is_never_carried():
    for channels in (ALL, ("position",), ("speed",)):
        assert not carried(recording(session()[0], channels)).any()
    for name in ("easy_run", "race", "track_reps", "flat_sprints", "run_walk"):
        assert measured(name, seed=1).carried_s == 0
        assert not any(burst.carried for burst in measured(name, seed=1).bursts)


def test_without_a_step_for_a_minute_it_is_a_ride():
    how = way((900, 3.0), (60, 0.0), (300, 6.5), (60, 0.0))
    activity = recording(how)
    assert not carried(activity).any()
    found = carried(with_cadence(activity, np.where(activity.time_s > 960, 0.0, activity.cadence_spm)))
    assert found[1000:1230].all()
    assert not found[:900].any()


def test_a_wrist_that_loses_its_strides_is_no_ride():
    how, _ = session()
    activity = recording(how)
    cadence = np.where((activity.time_s > 690) & (activity.time_s < 715), 0.0, activity.cadence_spm)
    lost = with_cadence(activity, cadence)
    assert not carried(lost).any()
    assert len(counted(judged(lost))) == 6
    silent = with_cadence(activity, np.where(activity.time_s > 650, np.nan, activity.cadence_spm))
    assert not carried(silent).any()


def test_a_sensor_that_never_counted_a_step_is_dead_and_the_runner_is_not_carried():
    how, _ = session(rest_mps=3.2)
    dead = with_cadence(recording(how), 0.0)
    assert len(judged(dead).efforts) == 6


@pytest.mark.parametrize(("seconds", "record"), sorted(RECORD_SPEEDS_MPS.items()))
def test_faster_than_the_record_is_a_ride_and_as_fast_as_it_is_not(seconds, record):
    def rode(speed):
        return carried(recording(way((600, 3.0), (seconds + 20.0, speed), (600, 3.0)), ("position",)))

    factor = SETTINGS.evidence.record_margin
    assert rode(factor * record * 1.02)[610 : 600 + seconds].all()
    # One speed for so long may break the record for longer; at this one it does not.
    longer = [other for duration, other in RECORD_SPEEDS_MPS.items() if duration <= seconds + 20]
    assert not rode(0.97 * min(longer)).any()


def test_what_lies_around_a_ride_belongs_to_it_and_the_run_before_does_not():
    how = way((1200, 3.0), (60, 0.0), (90, 11.5), (20, 0.0), (30, 7.0), (20, 0.0), (90, 11.5))
    found = carried(recording(how, ("position", "distance")))
    assert found[1260:].all()
    assert not found[:600].any()


@pytest.mark.parametrize("name", ["forgotten_watch", "ride_saved_as_run"])
@pytest.mark.parametrize("watch", ["steady 1 s", "heavily smoothed", "GPS only"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_forgotten_watch_and_a_bike_hold_no_effort(name, watch, seed):
    run = judged(simulated(name, watch, seed).activity, known())
    assert counted(run) == []
    if watch != "GPS only":
        best = measured(name, watch, seed).best_speeds
        assert all(best[seconds] < RUNNER.five_k_speed_mps for seconds in (240, 600) if seconds in best)


def ridden_home(seconds, speed_mps, still_s=400):
    """Return three strides, easy running, and a ride without a step, with the watch still on."""
    strides = [(20, 6.4), (80, 3.0)] * 3
    how = way((600, 3.0), *strides, (still_s, 3.0), (60, 0.0), (seconds, speed_mps), (30, 0.0))
    activity = recording(how)
    return with_cadence(activity, np.where(activity.time_s > 900 + still_s, 0.0, activity.cadence_spm))


@pytest.mark.parametrize(("seconds", "speed_mps"), [(120, 6.0), (150, 8.0), (600, 15.0)])
def test_strides_before_the_ride_home_still_count(seconds, speed_mps):
    run = judged(ridden_home(seconds, speed_mps), ATHLETE)
    assert [round(e.start_s) for e in counted(run)] == [600, 700, 800]


def test_strides_long_before_a_long_ride_home_still_count():
    run = judged(ridden_home(800, 9.0), ATHLETE)
    assert [round(e.start_s) for e in counted(run)] == [600, 700, 800]


def test_a_ride_before_a_pause_of_hours_is_another_matter():
    how = way((300, 9.0), (7200, 0.0), (60, 3.0), *[(20, 6.4), (80, 3.0)] * 3, (1200, 3.0))
    activity = recording(how, pauses=((310, 7490, "timer"),))
    run = judged(with_cadence(activity, np.where(activity.time_s < 400, 0.0, activity.cadence_spm)), ATHLETE)
    assert [round(e.start_s) for e in counted(run)] == [7560, 7660, 7760]


def test_without_cadence_a_drive_home_is_one_ride_also_where_traffic_is_no_faster_than_a_runner():
    traffic = [(40, 6.5), (20, 0.0), (30, 12.0), (15, 0.0), (50, 5.5), (30, 0.0), (60, 13.0), (20, 0.0), (25, 7.0)]
    strides = [(20, 6.4), (80, 3.0)] * 3
    run = judged(
        recording(way((900, 3.0), *strides, (300, 3.0), (60, 0.0), *traffic), ("position", "distance", "speed"))
    )
    assert [round(e.start_s) for e in counted(run)] == [900, 1000, 1100]


def test_a_car_faster_than_any_runner_is_no_silence():
    how = way((900, 3.0), (60, 0.0), (200, 25.0), (30, 0.0))
    activity = recording(how, ("position", "distance", "speed"))
    assert counted(judged(activity)) == []
    assert digest(activity).carried_s > 150
