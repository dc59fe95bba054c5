"""The way covered in a burst: between its edges, with what smoothing took over them given back."""

import numpy as np
import pytest

from builders_segmenter import beside_truth, recording, way
from legspeed.segmenter.bursts import in_columns, rises
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
    return Way(line, curve, SETTINGS.signal).mean_mps(in_columns([rise]))[0][0]


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
        for effort, near in beside_truth(name, watch, seed, most_s=4):
            if effort.counts:
                errors.append(near.mean_speed_mps / effort.mean_mps - 1.0)
    assert len(errors) > 5
    assert abs(np.median(errors)) < 0.03


@pytest.mark.parametrize("watch", ["steady 1 s", "GPS only", "footpod", "distance integrated from speed"])
def test_the_error_of_a_mean_speed_is_as_large_as_what_it_is_off_by(watch):
    off = []
    for name in ("strides_after_easy", "hill_sprints", "track_reps"):
        for effort, near in beside_truth(name, watch, 1, most_s=4):
            if effort.counts:
                off.append(abs(near.mean_speed_mps - effort.mean_mps) / near.mean_speed_se_mps)
    assert len(off) > 12
    assert np.mean(np.array(off) < 2) > 0.85
    assert 0.1 < np.median(off) < 1.1


def error_of(channels, seconds=20.0, shake_m=0.0, ramp_s=1.0):
    """Return the relative error of the mean speed of one burst."""
    how = way((300, 2.5), (seconds, 6.5), (300, 2.5), ramp_s=ramp_s)
    line = timeline(recording(how, channels, shake_m=shake_m), SETTINGS.signal)
    curve = speed_curve(line, SETTINGS.signal)
    found = rises(line, curve.speed_mps, SETTINGS.picking)
    rise = min(found, key=lambda r: abs(r.end_s - r.start_s - seconds) - 0.01 * r.plateau_mps)
    (mean,), (error,) = Way(line, curve, SETTINGS.signal).mean_mps(in_columns([rise]))
    return error / mean


def test_what_makes_a_mean_speed_less_sure():
    plain = error_of(("position", "distance"))
    assert plain < 0.03
    assert error_of(("position", "distance"), seconds=8.0) > 1.5 * plain  # the same metres over fewer seconds
    assert error_of(("position",), shake_m=1.5) > 1.1 * error_of(("position",))
    assert error_of(("speed",)) > 0.06 > plain  # nothing sets the scale of a pod or a belt
    assert error_of(("speed",), ramp_s=6.0) > error_of(("speed",))  # a slow rise, or a watch that smooths


def test_a_burst_open_at_its_end_is_taken_as_it_is():
    line = timeline(recording(way((300, 3.0), (20, 6.0))), SETTINGS.signal)
    curve = speed_curve(line, SETTINGS.signal)
    rise = max(rises(line, curve.speed_mps, SETTINGS.picking), key=lambda r: r.plateau_mps)
    along = Way(line, curve, SETTINGS.signal)
    opened, closed = along.mean_mps(in_columns([rise._replace(open_start=True), rise._replace(open_start=False)]))[0]
    assert opened <= closed
    assert along.whole_m == pytest.approx(300 * 3.0 + 20 * 6.0, rel=0.02)
