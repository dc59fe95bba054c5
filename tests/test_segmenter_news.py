"""How often a channel has something new."""

import numpy as np
import pytest

from legspeed.segmenter.news import told_every
from legspeed.settings import Settings

SIGNAL = Settings().signal
T = np.arange(1200.0)
WAY = np.cumsum(3.0 + np.sin(T / 9))


def every(values, t=T):
    interval = float(np.median(np.diff(t)))
    seconds, repeats = told_every(t, np.asarray(values), interval, SIGNAL)
    return seconds, 0 if repeats is None else int(repeats.sum())


@pytest.mark.parametrize("tick", [2, 3, 5, 8])
def test_values_that_are_held_for_a_tick(tick):
    at = np.arange(1200)
    assert every(WAY[at - at % tick]) == (
        tick,
        1200 - 1200 // tick - (tick - 1),
    )  # nobody knows how long the last is held
    assert every(np.where(at % tick, np.nan, WAY)) == (tick, 0)
    assert every((WAY + 1j * WAY)[at - at % tick])[0] == tick


def test_only_repeats_are_marked():
    at = np.arange(1200)
    held = WAY[at - at % 5]
    _, repeats = told_every(T, held, 1.0, SIGNAL)
    assert not repeats[at % 5 == 0].any()
    assert repeats[(at % 5 != 0) & (at < 1195)].all()


def test_standing_is_no_tick_and_is_left_alone():
    at = np.arange(1200)
    stands = (at > 400) & (at < 700)
    held = WAY[at - at % 5]
    held[stands] = held[400]
    seconds, repeats = told_every(T, held, 1.0, SIGNAL)
    assert seconds == 5
    assert not repeats[stands].any()
    assert every(np.where(stands, WAY[400], WAY)) == (1, 0)


@pytest.mark.parametrize(
    "values",
    [
        WAY,
        np.full(1200, 3.0),
        np.where(T < 600, 3.0, 4.0),
        np.repeat(np.random.default_rng(1).uniform(2, 5, 60), np.r_[np.arange(1, 31), np.arange(39, 9, -1)])[:1200],
        np.round(WAY),
        np.full(1200, np.nan),
    ],
    ids=["every second", "constant", "one step", "a belt", "whole metres", "nothing"],
)
def test_what_has_no_tick_is_as_quick_as_the_records(values):
    assert every(values) == (1, 0)


def test_sparse_records_are_their_own_tick():
    t = np.cumsum(np.random.default_rng(2).integers(3, 8, 300)).astype(float)
    assert every(np.arange(300.0), t) == (float(np.median(np.diff(t))), 0)
    assert every([1.0, 2.0], np.array([0.0, 4.0])) == (4, 0)
