"""What the body shows around a burst: the cadence before it, and the heart's answer."""

import numpy as np
import pytest

from legspeed.segmenter.body import base_cadences, easy_speed_of, heart_ceiling, heart_gains
from legspeed.settings import Settings

EVIDENCE = Settings().evidence


def base_cadence(steps, first, at):
    (spm,) = base_cadences(steps, np.array([first]), np.array([at]), EVIDENCE)
    return spm


def heart_gain(rate, ceiling, stretch, span):
    (bpm,) = heart_gains(rate, ceiling, tuple(np.array(stretch)[:, None]), tuple(np.array(span)[:, None]), EVIDENCE)
    return bpm


def test_the_cadence_before_a_burst_is_that_of_the_seconds_before_it():
    steps = np.concatenate([np.full(100, 160.0), np.full(40, 178.0), np.full(20, 200.0)])
    assert base_cadence(steps, 0, 140) == 178.0
    assert base_cadence(steps, 0, 100) == 160.0


def test_out_of_a_walk_a_stand_or_a_pause_there_is_none():
    walked = np.concatenate([np.full(100, 110.0), np.full(20, 200.0)])
    assert np.isnan(base_cadence(walked, 0, 100))
    assert np.isnan(base_cadence(np.full(100, 160.0), 97, 99))
    assert np.isnan(base_cadence(np.full(100, np.nan), 0, 90))
    assert np.isnan(base_cadence(None, 0, 90))


def heart(before, after, at=100, n=200):
    """Return a heart rate that changes 12 s after second `at`."""
    return np.where(np.arange(n) < at + 12, before, after).astype(float)


def test_a_heart_answers_late():
    rate = heart(130.0, 158.0)
    assert heart_gain(rate, np.inf, (0, 199), (100, 110)) == pytest.approx(28.0)
    assert heart_gain(heart(130.0, 130.0), np.inf, (0, 199), (100, 110)) == 0.0


def test_a_recording_stopped_too_soon_or_a_full_heart_says_nothing_against():
    assert np.isnan(heart_gain(heart(130.0, 158.0), np.inf, (0, 111), (100, 110)))
    assert np.isnan(heart_gain(heart(180.0, 181.0), 175.0, (0, 199), (100, 110)))
    assert heart_gain(heart(180.0, 192.0), 175.0, (0, 199), (100, 110)) == pytest.approx(12.0)
    assert np.isnan(heart_gain(None, np.inf, (0, 199), (100, 110)))
    assert np.isnan(heart_gain(np.full(200, np.nan), np.inf, (0, 199), (100, 110)))


def test_a_heart_without_a_rate_has_no_ceiling():
    assert heart_ceiling(None, EVIDENCE) == np.inf
    assert heart_ceiling(np.full(5, np.nan), EVIDENCE) == np.inf
    assert heart_ceiling(np.full(600, 180.0), EVIDENCE) == pytest.approx(EVIDENCE.heart_full * 180.0)


def test_easy_running_is_the_slower_of_a_sessions_two_speeds():
    rng = np.random.default_rng(0)
    easy, jog, work = (rng.normal(mean, 0.12, n) for mean, n in ((3.3, 700), (2.7, 300), (5.2, 900)))
    session = np.concatenate([easy, jog, work])
    assert np.median(session) == pytest.approx(3.4, abs=0.3)
    assert easy_speed_of(session, True, EVIDENCE) == pytest.approx(3.3, abs=0.1)
    mostly_work = np.concatenate([easy[:300], jog, work])
    assert np.median(mostly_work) > 4.5
    assert easy_speed_of(mostly_work, True, EVIDENCE) == pytest.approx(3.2, abs=0.15)
    assert easy_speed_of(mostly_work, False, EVIDENCE) == pytest.approx(np.median(mostly_work))
    assert easy_speed_of(easy, True, EVIDENCE) == pytest.approx(np.median(easy))
    assert easy_speed_of(easy[:59], True, EVIDENCE) is None
