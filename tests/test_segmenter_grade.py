"""Grade with its error, and what a slope is worth: sprinting, not metabolic cost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import Way, beside_truth, measured, recording, way
from legspeed.segmenter.altimeter import heights
from legspeed.segmenter.grade import altitude_noise, flat_speed, grades_between, levelled
from legspeed.segmenter.speed import speed_curve
from legspeed.segmenter.timeline import timeline
from legspeed.settings import Settings

SETTINGS = Settings()
SLOPE = SETTINGS.slope
EASY = way((2400, 3.0))
LOOP_M = 1200.0


def lay(activity):
    line = timeline(activity, SETTINGS.signal)
    return line, speed_curve(line, SETTINGS.signal).speed_mps


def grade(line, speed, start, stop, noise_m):
    """Return grade, standard error, and that from lateness."""
    known = heights(line, speed, noise_m, SETTINGS.signal, SLOPE)
    return [column[0] for column in grades_between(line, speed, known, np.array([start]), np.array([stop]), SLOPE)]


def hills(metres, _=None):
    """Return the true altitude of the loop: 20 m up and down, the same at every visit."""
    return 100 + 10 * np.sin(2 * np.pi * metres / LOOP_M) + 1.5 * np.sin(8 * np.pi * metres / LOOP_M)


def barometer(seed, step_m=0.2):
    """Return an altitude with small errors, the weather's drift, and steps."""

    def read(metres, at_s):
        rng = np.random.default_rng(seed)
        error = rng.normal(0, 0.1, at_s.size) + 4.0 * at_s / 3600
        return np.round((hills(metres) + error) / step_m) * step_m

    return read


def satellites(seed, sd_m=6.0, over_s=90):
    """Return an altitude that looks smooth from second to second and wanders by metres."""

    def read(metres, at_s):
        noise = np.random.default_rng(seed).normal(size=at_s.size + 4 * over_s)
        shape = np.hanning(2 * over_s)
        slow = np.convolve(noise, shape / np.sqrt((shape**2).sum()), "same")[2 * over_s : -2 * over_s]
        return hills(metres) + sd_m * slow

    return read


def noise_of(altitude, loop_m=LOOP_M):
    line, speed = lay(recording(EASY, altitude=altitude, loop_m=loop_m))
    return altitude_noise(line, speed, SLOPE)


# ------------------------------------------------------------------------------------------------- altitude's noise


@pytest.mark.parametrize("seed", range(4))
def test_a_barometer_is_told_from_satellites_by_the_agreement_of_visits(seed):
    from_air, from_space = noise_of(barometer(seed)), noise_of(satellites(seed))
    assert from_air < 0.5 < SETTINGS.evidence.baro_noise_m < 1.0 < from_space
    # Seen once only, smooth altitude from satellites cannot be told: that is why places are compared.
    assert noise_of(satellites(seed), loop_m=None) < from_space


@pytest.mark.parametrize("name", ["hill_sprints", "track_reps", "run_walk"])
@pytest.mark.parametrize("seed", [0, 1])
def test_simulated_watches_are_told_apart(name, seed):
    from_air = [measured(name, watch, seed).altitude_noise_m for watch in ("steady 1 s", "footpod", "2 Hz")]
    from_space = [measured(name, watch, seed).altitude_noise_m for watch in ("GPS only", "no cadence")]
    assert max(from_air) < SETTINGS.evidence.baro_noise_m < min(from_space)


def test_a_barometer_in_whole_metres_is_one_too():
    for seed in range(4):
        assert noise_of(barometer(seed, step_m=1.0)) < SETTINGS.evidence.baro_noise_m


def test_noise_grows_with_the_error_and_is_never_below_the_reading_s_own_step():
    def white(sd):
        return lambda m, _: hills(m) + np.random.default_rng(5).normal(0, sd, m.size)

    readings = [noise_of(white(sd), loop_m=None) for sd in (0.05, 0.3, 1.0, 3.0)]
    assert readings == sorted(readings)
    assert readings[2] == pytest.approx(1.0, rel=0.25)
    assert noise_of(lambda m, _: np.round(hills(m) / 0.5) * 0.5, loop_m=None) >= 0.5 / np.sqrt(12)


def test_without_altitude_or_without_moving_there_is_no_noise_to_tell():
    line, speed = lay(recording(EASY))
    assert altitude_noise(line, speed, SLOPE) is None
    line, speed = lay(recording(EASY, altitude=hills))
    assert altitude_noise(line, 0 * speed, SLOPE) is None
    assert altitude_noise(line, speed, SLOPE) >= SLOPE.noise_floor_m


@pytest.mark.parametrize("height_m", [0.0, -500.0, 12.0])
def test_an_altitude_that_never_changes_was_not_measured(height_m):
    assert noise_of(lambda m, _: height_m + 0.0 * m) is None


def test_altitude_in_steps_of_a_map_s_contours_carries_no_hill_sprint():
    assert noise_of(lambda m, _: np.round(hills(m) / 5.0) * 5.0) > SETTINGS.evidence.baro_noise_m


def test_a_barometer_read_every_few_seconds_is_one_too():
    sparse = recording(EASY, altitude=barometer(1), loop_m=LOOP_M, every_s=9.0)
    assert altitude_noise(*lay(sparse), SLOPE) < SETTINGS.evidence.baro_noise_m


# ------------------------------------------------------------------------------------------------- grade


@pytest.mark.parametrize("steep", [-0.25, -0.04, 0.0, 0.03, 0.08, 0.2])
@pytest.mark.parametrize("seconds", [5, 10, 30])
def test_a_steady_slope_is_measured_exactly(steep, seconds):
    line, speed = lay(recording(way((300, 5.0)), altitude=lambda m, _: 50 + steep * m))
    measured_grade, error, _ = grade(line, speed, 100, 100 + seconds, 0.2)
    assert measured_grade == pytest.approx(steep, abs=1e-6)
    assert 0 < error < 0.02


def test_the_error_falls_with_time_and_speed_and_grows_with_noise():
    line, speed = lay(recording(way((300, 5.0)), altitude=hills))

    def error(seconds, noise_m, pace=1.0):
        return grade(line, pace * speed, 100, 100 + seconds, noise_m)[1]

    assert error(10, 0.2) > error(20, 0.2) > error(60, 0.2)
    assert error(20, 0.2) < error(20, 0.5) < error(20, 3.0)
    assert error(20, 0.2, 1.5) < error(20, 0.2)
    assert error(12, 3.0) > SLOPE.kind_se > error(12, 0.2)
    # A burst shorter than a barometer can tell is measured over what lies around it.
    assert error(3, 0.2) == pytest.approx(error(int(SLOPE.window_s), 0.2), rel=0.25)


def test_where_the_runner_hardly_moved_or_altitude_is_missing_there_is_no_grade():
    standing = Way(np.array([0.0, 300.0]), np.array([0.2, 0.2]))
    line, speed = lay(recording(standing, altitude=hills))
    assert np.isnan(grade(line, speed, 100, 120, 0.2)).all()
    line, speed = lay(recording(EASY, altitude=hills))
    assert heights(line, speed, None, SETTINGS.signal, SLOPE) is None
    line.altitude_m[90:130] = np.nan
    assert np.isnan(grade(line, speed, 100, 120, 0.2)).all()
    line, speed = lay(recording(EASY))
    assert heights(line, speed, 0.2, SETTINGS.signal, SLOPE) is None


def test_no_grade_is_extrapolated_and_none_is_measured_across_a_pause():
    line, speed = lay(recording(way((300, 5.0)), altitude=lambda m, _: m))
    assert grade(line, speed, 100, 120, 0.2)[0] == SLOPE.clip
    lifted = recording(
        way((100, 5.0), (60, 0.0), (100, 5.0)), altitude=lambda _, t: 30.0 * (t > 130), pauses=((101, 159, "timer"),)
    )
    line, speed = lay(lifted)
    at = int(np.flatnonzero(line.t_s >= 159)[0])
    assert grade(line, speed, at, at + 4, 0.2)[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("watch", ["steady 1 s", "1 m altitude steps", "windy barometer", "GPS only"])
def test_the_stated_error_of_simulated_grades_is_honest(watch):
    misses = []
    for name in ("hill_sprints", "uphill_strides", "downhill_repeats"):
        for seed in range(4):
            for effort, near in beside_truth(name, watch, seed, most_s=6):
                if near.grade is not None:
                    # The slope's own ends are inside the effort: half a percent that no repetition averages out.
                    misses.append((near.grade - effort.grade) / np.hypot(near.grade_se, 0.005))
    assert len(misses) > 50
    assert 0.1 < np.median(np.abs(misses)) < 1.3
    assert np.quantile(np.abs(misses), 0.9) < 2.5


# ------------------------------------------------------------------------------------------------- worth on the flat


def worth(grade, seconds=8.0, error=0.0):
    """Return what 1 m/s up this slope is worth."""
    return flat_speed(1.0, grade, error, seconds, SLOPE)


def test_a_hill_sprint_earns_a_tenth_and_not_half():
    assert 1.08 < worth(0.08) < 1.115
    assert 1.03 < worth(0.04) < 1.06
    assert worth(0.08, 30) < 1.25


@settings(max_examples=200, deadline=None)
@given(st.floats(-0.3, 0.3), st.floats(0, 0.1), st.floats(0, 0.019), st.floats(1, 120), st.floats(0.5, 10))
def test_worth_is_monotone_in_grade_and_time_and_never_below_the_speed(grade, more, error, seconds, speed):
    here = flat_speed(speed, grade, error, seconds, SLOPE)
    assert here >= speed
    assert here == pytest.approx(speed * worth(grade, seconds, error))
    assert worth(grade + more, seconds, error) >= worth(grade, seconds, error) - 1e-12
    assert worth(grade, seconds + 60 * more, error) >= worth(grade, seconds, error) - 1e-12
    assert worth(grade, seconds, error + more / 10) <= worth(grade, seconds, error) + 1e-12
    assert worth(grade, seconds, error) <= worth(SLOPE.credit_most, seconds) + 1e-12
    if grade <= error:
        assert here == speed


def test_downhill_and_unknown_slopes_are_never_credited():
    assert worth(-0.1) == worth(0.0) == 1.0
    assert worth(0.1, error=SLOPE.kind_se * 1.01) == 1.0
    assert flat_speed(5.0, None, None, 8, SLOPE) == flat_speed(5.0, 0.1, None, 8, SLOPE) == 5.0


# ------------------------------------------------------------------------------------------------- levelled


def test_the_help_of_a_long_way_down_is_taken_out_where_a_barometer_shows_it():
    how = way((900, 4.0))
    line, speed = lay(recording(how, altitude=lambda m, _: 200 - 0.04 * m))
    level = levelled(line, speed, 0.2, SLOPE)
    assert 0.88 < np.median(level / speed) < 0.96
    assert levelled(line, speed, 3.0, SLOPE) is speed
    assert levelled(line, speed, None, SLOPE) is speed
    up, speed = lay(recording(how, altitude=lambda m, _: 200 + 0.04 * m))
    assert levelled(up, speed, 0.2, SLOPE) == pytest.approx(speed)
    steep, speed = lay(recording(how, altitude=lambda m, _: 900 - 0.3 * m))
    assert (levelled(steep, speed, 0.2, SLOPE) > 0.75 * speed).all()
    without, speed = lay(recording(how))
    assert levelled(without, speed, 0.2, SLOPE) is speed


def test_a_speed_that_is_hardly_one_has_no_grade():
    line, _ = lay(recording(way((60, 3.0), (60, 3.2)), altitude=lambda m, _: 100 + 0.05 * m))
    crawl = np.full(line.m, 5e-324)
    assert np.array_equal(levelled(line, crawl, 0.1, SLOPE), crawl)
