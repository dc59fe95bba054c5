"""Figures of many windows at once are those of each window by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legspeed.segmenter import windows
from legspeed.segmenter.windows import Windows


@st.composite
def curves(draw):
    """Return a curve with holes, and windows on it: any length, any order, some empty, some behind its end."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, n = draw(st.integers(1, 60)), draw(st.integers(0, 30))
    curve = rng.integers(0, 12, m) / 4.0
    curve[rng.random(m) < draw(st.sampled_from([0.0, 0.3, 1.0]))] = np.nan
    begin = rng.integers(0, m + 1, n)
    return curve, begin, np.minimum(begin + rng.integers(-3, 40, n), m)


@pytest.fixture(params=[1, 50, windows._AT_ONCE], autouse=True)
def at_once(request, monkeypatch):
    """Take few points together, or many."""
    monkeypatch.setattr(windows, "_AT_ONCE", request.param)


@given(curves())
@settings(max_examples=100, deadline=None)
def test_figures_are_those_of_each_window_by_itself(given_):
    curve, begin, stop = given_
    found = Windows(begin, stop)
    pieces = [curve[a:b][~np.isnan(curve[a:b])] for a, b in zip(begin, np.maximum(begin, stop), strict=True)]
    counts, (low, middle) = found.quantiles(curve, 0.1, 0.5)
    of_high, (high,) = found.quantiles(curve, 0.7, kept=curve > 1.0)
    most, least = found.highest(curve), found.lowest(curve)
    assert counts.tolist() == [len(piece) for piece in pieces]
    assert found.count(curve > 1.0).tolist() == [np.count_nonzero(piece > 1.0) for piece in pieces] == of_high.tolist()
    for k, piece in enumerate(pieces):
        got = [low[k], middle[k], most[k], least[k]]
        wanted = [*np.quantile(piece, [0.1, 0.5]), piece.max(), piece.min()] if len(piece) else [np.nan] * 4
        assert got == pytest.approx(wanted, nan_ok=True)
        above = piece[piece > 1.0]
        assert high[k] == pytest.approx(np.quantile(above, 0.7) if len(above) else np.nan, nan_ok=True)


def test_a_saddle_is_the_deepest_dip_between_two_tops():
    curve = np.array([9.0, 3.0, 5.0, 6.0, 5.5, 4.0, 9.0, 3.0, 6.0, 3.0, 5.0, 4.0])
    one, dipped, whole, last = Windows(np.array([1, 7, 0, 11]), np.array([6, 12, 12, 12])).saddles(curve)
    assert (one, last) == (1.0, 1.0)
    assert dipped == pytest.approx(0.6)
    assert whole == pytest.approx(3.0 / 9.0)


def test_no_window_at_all_has_no_figures():
    none = Windows(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    counts, (middle,) = none.quantiles(np.arange(5.0), 0.5)
    assert (len(counts), len(middle), len(none.highest(np.arange(5.0)))) == (0, 0, 0)
