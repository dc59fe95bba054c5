"""One field of the records as a column of numbers, whatever types definitions give it: sentinel to NaN, unscaled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from legspeed.model import F8
from legspeed.readers.fit.profile import BaseType
from legspeed.readers.fit.records import Records, anywhere


class FieldPart(NamedTuple):
    """Where one definition, by its number among those of the records, has a field: size and offset in bytes, type."""

    which: int
    size: int
    at: int
    kind: BaseType | None


def column(records: Records, parts: Sequence[FieldPart], widened: int | None = None) -> F8 | None:
    """Return a numeric field of all records as float64, unscaled, NaN where a record has none.

    None where no definition declares it as a number. Of an array the first valid element counts. `widened` is another
    value that means *none*.
    """
    parts = [p for p in parts if p.kind is not None and p.kind.numpy and p.size and p.size % p.kind.width == 0]
    if not parts:
        return None
    kind = parts[0].kind
    assert kind is not None
    orders = {records.found[p.which].definition.order for p in parts}
    if len(orders) > 1 or any([p.kind is not kind or p.size != kind.width for p in parts]):
        return _mixed_column(records, parts, widened)
    dtype = orders.pop() + kind.numpy
    if records.which is None:
        values: F8 = records.rows_of(0).view(parts[0].at, dtype).astype(np.float64)
        return _without(values, kind, widened)
    at = np.zeros(len(records.found), np.int64)  # no field stands where the header does
    for part in parts:
        at[part.which] = part.at
    at = at[records.which]
    there = at.nonzero()[0]
    if len(there) == len(at):
        values = anywhere(records.data, dtype)[records.places + at].astype(np.float64)
    else:
        values = np.full(len(at), np.nan if kind.sentinel is None else float(kind.sentinel))
        values[there] = anywhere(records.data, dtype)[records.places[there] + at[there]].astype(np.float64)
    return _without(values, kind, widened)


def _without(values: F8, kind: BaseType, widened: int | None) -> F8:
    """Make NaN, in place, of raw values that mean *none*."""
    if kind.sentinel is None:
        missing = ~np.isfinite(values)
    else:
        missing = values == float(kind.sentinel)
        if widened is not None and kind.width > 2:
            missing |= values == float(widened)
    if np.count_nonzero(missing):
        values[missing] = np.nan
    return values


def _mixed_column(records: Records, parts: Sequence[FieldPart], widened: int | None) -> F8:
    """Return a field that is declared with several types, or as an array."""
    values = np.full(len(records.places), np.nan)
    for which, size, at, kind in parts:
        assert kind is not None
        rows = records.rows_of(which)
        for k in range(at, at + size, kind.width):
            own = values[rows.place]
            missing = np.isnan(own)
            if not missing.any():
                break
            further = rows.view(k, rows.found.definition.order + kind.numpy).astype(np.float64)
            values[rows.place] = np.where(missing, _without(further, kind, widened), own)
    return values
