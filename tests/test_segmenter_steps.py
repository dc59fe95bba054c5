"""A cadence that is a mean over many seconds: found out by how the runner starts, and taken back from short efforts."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders_segmenter import ATHLETE, counted, judged, recording, simulated, way
from legspeed.segmenter.steps import own_answer, smoothing_s
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SETTINGS = Settings()
EVIDENCE = SETTINGS.evidence
STAND = ((20, 0.0),)


def smoothed(activity, seconds):
    """Return the recording as an exporter writes it that tells the mean of the last so many seconds."""
    cadence = activity.cadence_spm
    mean = [cadence[max(0, k - seconds + 1) : k + 1].mean() for k in range(cadence.size)]
    return dataclasses.replace(activity, cadence_spm=np.round(mean))


def found_s(activity):
    return smoothing_s(timeline(activity, SETTINGS.signal), EVIDENCE)


@pytest.mark.parametrize("seconds", [12, 20, 30])
def test_a_start_shows_over_how_many_seconds_the_cadence_is_a_mean(seconds):
    run = recording(way(*STAND, (600, 3.0), (20, 0.0), ramp_s=1.0))
    assert found_s(smoothed(run, seconds)) == pytest.approx(seconds, rel=0.15)


@pytest.mark.parametrize("seconds", [1, 3, 6])
def test_a_sensor_that_answers_in_seconds_is_left_alone(seconds):
    run = recording(way(*STAND, (600, 3.0), (20, 0.0), ramp_s=1.0))
    assert found_s(smoothed(run, seconds)) == 0.0


def test_who_walks_before_he_runs_is_no_mean():
    assert found_s(recording(way(*STAND, (15, 1.4), (600, 3.0), (12, 1.4), (20, 0.0), ramp_s=2.0))) == 0.0


def test_without_a_start_or_with_sparse_records_nobody_can_tell():
    assert found_s(smoothed(recording(way((600, 3.0))), 20)) == 0.0
    assert found_s(recording(way(*STAND, (600, 3.0), ramp_s=1.0), every_s=6.0)) == 0.0
    assert found_s(recording(way(*STAND, (600, 3.0)), ("position", "speed"))) == 0.0


@pytest.mark.parametrize("watch", ["steady 1 s", "heavily smoothed", "stops timer in recoveries", "drop-outs", "2 Hz"])
@pytest.mark.parametrize("name", ["run_walk", "flat_sprints", "track_reps"])
def test_no_simulated_watch_is_taken_for_one(name, watch):
    assert found_s(simulated(name, watch).activity) == 0.0


def test_short_sprints_count_though_their_cadence_is_written_as_a_mean():
    how = way(*STAND, (600, 3.0), *[(8.0, 7.0), (90.0, 1.4)] * 6, (120, 3.0), ramp_s=1.5)
    for seconds in (3, 20):
        assert len(counted(judged(smoothed(recording(how, shake_m=0.1), seconds), ATHLETE))) == 6


@given(st.floats(0, 80), st.floats(7, 19), st.floats(100, 180))
def test_what_a_mean_has_left_of_a_rise_is_given_back(rise, seconds, base):
    window = 20.0
    cadence = np.full(200, base)
    answer = base + rise * seconds / window
    assert own_answer(answer, cadence, (0, 100), seconds, window, EVIDENCE) == pytest.approx(base + rise)
    assert own_answer(answer, cadence, (0, 100), window, window, EVIDENCE) == answer
    assert own_answer(answer, cadence, (0, 100), seconds, 0.0, EVIDENCE) == answer
    assert own_answer(answer, cadence, (0, 100), 0.0, window, EVIDENCE) <= base + 3.0 * (answer - base) + 1e-9
    assert own_answer(base - 5.0, cadence, (0, 100), seconds, window, EVIDENCE) == pytest.approx(base)
