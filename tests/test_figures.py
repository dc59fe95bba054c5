"""The quick quantile is numpy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legspeed.model.figures import quantile


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.floats(0, 1))
def test_it_is_numpys_quantile(values, part):
    array = np.array(values)
    assert quantile(array, part) == pytest.approx(float(np.quantile(array, part)), rel=1e-9, abs=1e-9)
    assert array.tolist() == values


def test_it_is_a_plain_float():
    assert type(quantile(np.array([3.0, 1.0, 2.0]), 0.5)) is float
