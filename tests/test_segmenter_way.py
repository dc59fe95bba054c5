"""The way covered in a burst: between its edges, with what smoothing took over them given back."""

import dataclasses

import numpy as np
import pytest

from builders_segmenter import measured, nearest, recording, simulated, way
from legspeed.segmenter.bursts import rises
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.segmenter.way import Way
from legspeed.settings import Settings

SETTINGS = Settings()


def mean_of(rest_mps, seconds, fast_mps, ramp_s, channels=("position", "distance")):
    """Return the mean speed of the one burst of a noiseless recording."""
    how = way((300, rest_mps), (seconds, fast_mps), (300, rest_mps), ramp_s=ramp_s)
    line = timeline(recording(how, channels, shake_m=0.0), SETTINGS.signal)
    curve = speed_curve(line, SETTINGS.signal)
    found = rises(line, curve.speed_mps, SETTINGS.picking)
    rise = min(found, key=lambda r: abs(r.end_s - r.start_s - seconds) - 0.01 * r.plateau_mps)
    return Way(line, curve.speed_mps, curve.basis, SETTINGS.signal).mean_mps(rise)


@pytest.mark.parametrize("seconds", [8.0, 20.0, 60.0])
@pytest.mark.parametrize("rest_mps", [1.2, 3.0])
def test_smoothing_takes_nothing_off_the_mean_of_a_burst(seconds, rest_mps):
    sharp = mean_of(rest_mps, seconds, 6.5, ramp_s=0.5)
    assert sharp == pytest.approx(6.5, rel=0.07)
    assert mean_of(rest_mps, seconds, 6.5, ramp_s=4.0) < sharp


@pytest.mark.parametrize("name", ["strides_after_easy", "strides_before_session", "hill_sprints", "track_reps"])
@pytest.mark.parametrize("watch", ["steady 1 s", "smart recording"])
def test_the_mean_speed_of_simulated_efforts_is_right(name, watch):
    errors = []
    for seed in range(3):
        bursts = measured(name, watch, seed).bursts
        for effort in simulated(name, watch, seed).counted:
            near, missed_s = nearest(bursts, effort)
            if missed_s < 4:
                errors.append(near.mean_speed_mps / effort.mean_mps - 1.0)
    assert len(errors) > 5
    assert abs(np.median(errors)) < 0.03


def test_a_burst_open_at_its_end_is_taken_as_it_is():
    line = timeline(recording(way((300, 3.0), (20, 6.0))), SETTINGS.signal)
    curve = speed_curve(line, SETTINGS.signal)
    rise = max(rises(line, curve.speed_mps, SETTINGS.picking), key=lambda r: r.plateau_mps)
    along = Way(line, curve.speed_mps, curve.basis, SETTINGS.signal)
    closed = dataclasses.replace(rise, open_start=False)
    assert along.mean_mps(dataclasses.replace(rise, open_start=True)) <= along.mean_mps(closed)
    assert along.whole_m == pytest.approx(300 * 3.0 + 20 * 6.0, rel=0.02)
