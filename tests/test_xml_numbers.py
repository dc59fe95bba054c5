"""Decimals in bulk are the very floats that reading each text alone gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legspeed.readers.xml.numbers import parse_number_table, parse_numbers

DECIMALS = st.from_regex(r"-?(?:[0-9]{1,7}(?:\.[0-9]{0,6})?|\.[0-9]{1,12})", fullmatch=True)


def in_bulk(texts: list[str], around: str = ">|<") -> np.ndarray | None:
    """Lay texts out as a file has them, with something else between them, the first at the very start."""
    raw, begins, ends = "", [], []
    for text in texts:
        begins.append(len(raw))
        raw += text
        ends.append(len(raw))
        raw += around
    return parse_number_table(raw.encode(), np.array(begins), np.array(ends))


@given(st.lists(DECIMALS, min_size=1, max_size=60))
def test_plain_decimals_are_read_to_the_last_bit(texts):
    bulk = in_bulk(texts)
    assert bulk is not None
    alone, odd, commas = parse_numbers(texts)
    assert (odd, commas) == (0, 0)
    np.testing.assert_array_equal(bulk, alone)
    np.testing.assert_array_equal(np.signbit(bulk), np.signbit(alone))


@pytest.mark.parametrize(
    "stranger", ["", ".", "-", "1.2.3", "--1", "1-", "+5", "1e3", "4,5", "nan", " 7", "1_0", "1" * 16]
)
def test_anything_else_among_them_is_left_to_the_slow_way(stranger):
    assert in_bulk(["12.5", stranger, "-3"]) is None


def test_coordinates_of_every_length():
    texts = [
        f"{value:.{digits}f}" for digits in range(8) for value in (-179.9999999, -0.00000004, 0.0, 8.5, 44.0000044)
    ]
    np.testing.assert_array_equal(in_bulk(texts), [float(text) for text in texts])
