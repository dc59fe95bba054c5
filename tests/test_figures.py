"""The quick figures are numpy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legspeed.model.figures import highest, lowest, median, quantile


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_it_is_numpys_quantile(values, part):
    array = np.array(values)
    assert quantile(array, part) == pytest.approx(float(np.quantile(array, part)), rel=1e-9, abs=1e-9)
    assert array.tolist() == values


def test_it_is_a_plain_float():
    assert type(quantile(np.array([3.0, 1.0, 2.0]), 0.5)) is float


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0, 1.0, 1.0, 2.0, 7.5]), min_size=1, max_size=40), st.integers(1, 30))
def test_the_median_of_numbers_that_are_nearly_all_the_same_is_numpys(values, times):
    array = np.array(values * times)
    assert median(array) == np.median(array)
    assert array.tolist() == values * times


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_the_greatest_and_the_smallest_are_numpys(values):
    array = np.array(values)
    assert (lowest(array), highest(array)) == (array.min(), array.max())
    assert np.isnan([lowest(np.append(array, np.nan)), highest(np.append(array, np.nan))]).all()
