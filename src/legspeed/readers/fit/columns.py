"""Record messages to channels: all fields in one table of numbers, sentinel first, then scale."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit.profile import (
    CADENCE256_FIELD,
    CADENCE256_SCALE,
    CADENCE_FIELD,
    COMPRESSED_DISTANCE_SCALE,
    COMPRESSED_SPEED_DISTANCE_FIELD,
    COMPRESSED_SPEED_SCALE,
    FRACTIONAL_CADENCE_FIELD,
    FRACTIONAL_CADENCE_SCALE,
    RECORD_SOURCES,
    TIMESTAMP,
    BaseType,
    Source,
)
from legspeed.readers.fit.records import Records, Rows, anywhere
from legspeed.readers.fit.stream import Definition, Field, find_field
from legspeed.readers.recording import CADENCE

#: Every field of the record that feeds a channel as a number of its own, and how.
_FIELDS: Final[Mapping[int, Source]] = {
    **{source.number: source for sources in RECORD_SOURCES.values() for source in sources},
    CADENCE_FIELD: Source(CADENCE_FIELD),
    FRACTIONAL_CADENCE_FIELD: Source(FRACTIONAL_CADENCE_FIELD, FRACTIONAL_CADENCE_SCALE),
    CADENCE256_FIELD: Source(CADENCE256_FIELD, CADENCE256_SCALE),
}
#: The fields of the record that are read: the same, and those that are read in another way.
READ: Final = frozenset({*_FIELDS, COMPRESSED_SPEED_DISTANCE_FIELD, TIMESTAMP})
_MANY: Final = 256  # messages from which on a definition is read by itself, one strided view per field
_BEFORE: Final = -4  # where a field that is not declared is looked for: in bytes that every file has


class Part(NamedTuple):
    """Where one definition has a field: its rows, size and offset in bytes, and base type."""

    rows: Rows
    size: int
    at: int
    kind: BaseType | None


# ---------------------------------------------------------------------------------------------------- one field


def column(parts: Sequence[Part], total: int, widened: int | None = None) -> F8 | None:
    """Return a numeric field of all records as float64, unscaled, NaN where a record has none.

    None where no definition declares it as a number. Of an array the first valid element counts. `widened` is another
    value that means *none*.
    """
    parts = [p for p in parts if p.kind is not None and p.kind.numpy and p.size and p.size % p.kind.width == 0]
    if not parts:
        return None
    kind = parts[0].kind
    assert kind is not None
    if any(p.kind is not kind or p.size != kind.width for p in parts):
        return _mixed_column(parts, total, widened)
    values = np.empty(total) if len(parts) == 1 and parts[0].rows.n == total else _nothing(total, kind)
    for rows, _size, at, _kind in parts:
        values[rows.place] = rows.view(at, rows.found.definition.order + kind.numpy)
    return _without(values, kind, widened)


def _nothing(total: int, kind: BaseType) -> F8:
    """Return a column in which every value is the type's sentinel."""
    return np.full(total, np.nan if kind.sentinel is None else float(kind.sentinel))


def _without(values: F8, kind: BaseType, widened: int | None) -> F8:
    """Make NaN, in place, of raw values that mean *none*."""
    if kind.sentinel is None:
        missing = ~np.isfinite(values)
    else:
        missing = values == float(kind.sentinel)
        if widened is not None and kind.width > 2:
            missing |= values == float(widened)
    if missing.any():
        values[missing] = np.nan
    return values


def _mixed_column(parts: Sequence[Part], total: int, widened: int | None) -> F8:
    """Return a field that is declared with several types, or as an array."""
    values = np.full(total, np.nan)
    for rows, size, at, kind in parts:
        assert kind is not None
        for k in range(at, at + size, kind.width):
            own = values[rows.place]
            missing = np.isnan(own)
            if not missing.any():
                break
            further = rows.view(k, rows.found.definition.order + kind.numpy).astype(np.float64)
            values[rows.place] = np.where(missing, _without(further, kind, widened), own)
    return values


# ---------------------------------------------------------------------------------------------------- all fields


class _Plan(NamedTuple):
    """How k fields of d definitions become the rows of one table.

    ``numbers`` of the fields, ``sentinels`` and ``scales`` of shape (k, 1); ``at``, the offsets in the message, and
    ``absent`` of shape (k, d). ``groups`` are rows of one type. ``odd`` rows are floats, arrays, or of several types:
    :func:`column` reads them. ``widened`` are rows with a further value that means *none*, ``shifted`` rows with a
    factor and an offset. ``packed`` tells whether there is the compressed speed and distance.
    """

    numbers: tuple[int, ...]
    groups: tuple[tuple[np.dtype[np.generic], range], ...]
    odd: range
    at: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]
    sentinels: F8
    scales: F8
    widened: tuple[tuple[int, float], ...]
    shifted: tuple[tuple[int, float, float], ...]
    packed: bool


@functools.lru_cache(maxsize=256)  # a watch uses the same definitions in every file of a season
def _plan(definitions: tuple[Definition, ...]) -> _Plan:
    """Lay out the table for records under these definitions."""
    declared = [
        {number: field for number in _FIELDS if (field := find_field(definition, number)) is not None}
        for definition in definitions
    ]
    by_type: dict[tuple[str, float], list[int]] = {}
    for number in _FIELDS:
        types = {
            _plain_type(own[number], definition.order)
            for own, definition in zip(declared, definitions, strict=True)
            if number in own
        }
        if types:
            by_type.setdefault(types.pop() if len(types) == 1 else _ODD, []).append(number)
    odd = by_type.pop(_ODD, [])
    numbers: list[int] = []
    groups = []
    for (name, _sentinel), of_type in by_type.items():
        groups.append((np.dtype(name), range(len(numbers), len(numbers) + len(of_type))))
        numbers += of_type
    sentinels = [sentinel for (_name, sentinel), of_type in by_type.items() for _ in of_type] + [np.nan] * len(odd)
    wide = [row for dtype, span in groups if dtype.itemsize > 2 for row in span]
    numbers += odd
    at = np.array([[own[n].at if n in own else _BEFORE for own in declared] for n in numbers], np.int64)
    at = at.reshape(len(numbers), len(definitions))
    return _Plan(
        tuple(numbers),
        tuple(groups),
        range(len(numbers) - len(odd), len(numbers)),
        at,
        at == _BEFORE,
        np.array(sentinels).reshape(-1, 1),
        np.array([_FIELDS[n].scale for n in numbers]).reshape(-1, 1),
        tuple((row, float(w)) for row in wide if (w := _FIELDS[numbers[row]].widened) is not None),
        tuple((row, s.factor, s.offset) for row, n in enumerate(numbers) if (s := _FIELDS[n]).factor != 1 or s.offset),
        any(find_field(d, COMPRESSED_SPEED_DISTANCE_FIELD) is not None for d in definitions),
    )


_ODD: Final = ("", 0.0)


def _plain_type(field: Field, order: str) -> tuple[str, float]:
    """Return numpy's name of a field's type and its sentinel; :data:`_ODD` if it is no whole number by itself."""
    kind = field.kind
    if kind is None or kind.sentinel is None or kind.width > 4 or field.size != kind.width:
        return _ODD
    return order + kind.numpy, float(kind.sentinel)


class _Table:
    """The fields of all records: one row each, NaN where a record has none, scaled."""

    def __init__(self, data: bytes, records: Records) -> None:
        self.total = len(records.places)
        self.records = records
        plan = _plan(tuple(r.found.definition for r in records.rows))
        self.row = {number: row for row, number in enumerate(plan.numbers)}
        self.values = values = _raw_table(data, records, plan)
        missing = values == plan.sentinels
        for row, sentinel in plan.widened:
            missing[row] |= values[row] == sentinel
        self.gaps = missing.any(axis=1).tolist()  # rows that have no value for some record
        if True in self.gaps:
            np.copyto(values, np.nan, where=missing)
        for row in plan.odd:
            number = plan.numbers[row]
            odd = column(self.parts(number), self.total, _FIELDS[number].widened)
            values[row] = np.nan if odd is None else odd
            self.gaps[row] = bool(np.isnan(values[row]).any())
        values /= plan.scales
        for row, factor, offset in plan.shifted:
            if factor != 1.0:
                values[row] *= factor
            if offset:
                values[row] -= offset
        self.has_packed = plan.packed

    def parts(self, number: int) -> list[Part]:
        """Return where the definitions have a field."""
        return [
            Part(rows, field.size, field.at, field.kind)
            for rows in self.records.rows
            if (field := find_field(rows.found.definition, number)) is not None
        ]

    def best(self, sources: Sequence[Source]) -> F8 | None:
        """Return a channel's SI values, each from the best source that has one; None where none is declared."""
        best: F8 | None = None
        gaps = True
        for source in sources:
            row = self.row.get(source.number)
            if row is None or not gaps:
                continue
            values = self.values[row]
            if best is None:
                best, gaps = values, self.gaps[row]
            else:
                best = np.where(np.isnan(best), values, best)
                gaps = self.gaps[row] and bool(np.isnan(best).any())
        return best

    def cadence(self) -> F8 | None:
        """Return revolutions per minute: whole and fraction, else the one fine-grained field; None if undeclared."""
        whole, fraction, fine = map(self.row.get, (CADENCE_FIELD, FRACTIONAL_CADENCE_FIELD, CADENCE256_FIELD))
        if whole is None:
            return None if fine is None else np.asarray(self.values[fine])
        values: F8 = self.values[whole]
        if fraction is not None:
            part = self.values[fraction]
            if self.gaps[fraction]:
                part[np.isnan(part)] = 0.0
            values += part
        if fine is not None and self.gaps[whole]:
            values = np.where(np.isnan(values), self.values[fine], values)
        return values

    def packed(self) -> F8 | None:
        """Return the 24 bits of the compressed speed and distance, NaN where invalid; None if undeclared."""
        if not self.has_packed:
            return None
        parts = [p for p in self.parts(COMPRESSED_SPEED_DISTANCE_FIELD) if p.size >= 3]
        if not parts:
            return None
        bits = np.full(self.total, np.nan)
        for rows, _size, at, _kind in parts:
            low, middle, high = (rows.view(at + k, "u1").astype(np.float64) for k in range(3))
            bits[rows.place] = low + 256.0 * middle + 65536.0 * high
        bits[bits == float(0xFFFFFF)] = np.nan
        return bits


def _raw_table(data: bytes, records: Records, plan: _Plan) -> F8:
    """Return the raw numbers of all fields, the sentinel where a record has none; odd rows are left open.

    Messages of which there are few are read together, each type at once; where a definition has many, each of its
    fields is one strided view.
    """
    table = np.empty((len(plan.numbers), len(records.places)))
    few = [d for d, rows in enumerate(records.rows) if rows.n <= _MANY]
    if few and len(records.rows) == 1:
        _read_at(data, plan.at + records.places, plan, table)
    elif few:
        offsets = np.concatenate([records.rows[d].offsets for d in few])
        which = np.repeat(few, [records.rows[d].n for d in few])
        values = np.empty((len(plan.numbers), len(which)))
        _read_at(data, plan.at[:, which] + offsets, plan, values)
        np.copyto(values, plan.sentinels, where=plan.absent[:, which])
        table[:, np.searchsorted(records.places, offsets)] = values
    for d, messages in enumerate(records.rows):
        if messages.n <= _MANY:
            continue
        for dtype, span in plan.groups:
            for row in span:
                absent = plan.absent[row, d]
                table[row, messages.place] = (
                    plan.sentinels[row] if absent else messages.view(int(plan.at[row, d]), dtype)
                )
    return table


def _read_at(data: bytes, at: npt.NDArray[np.int64], plan: _Plan, values: F8) -> None:
    """Fill a table with the numbers that stand at these places of the file."""
    for dtype, span in plan.groups:
        rows = slice(span.start, span.stop)
        values[rows] = anywhere(data, dtype)[at[rows]]


def record_columns(data: bytes, records: Records) -> dict[str, F8]:
    """Decode the channels of all records.

    Returns
    -------
    dict of str to ndarray
        Channel names, and :data:`~legspeed.readers.recording.CADENCE` in revolutions per minute with its fraction, to
        float64 in SI units, NaN where a record has none; only channels that some record declares.
    """
    table = _Table(data, records)
    columns: dict[str, F8] = {}
    for channel, sources in RECORD_SOURCES.items():
        values = table.best(sources)
        if values is not None:
            columns[channel] = values
    values = table.cadence()
    if values is not None:
        columns[CADENCE] = values
    bits = table.packed()
    if bits is not None:
        _unpack(columns, bits)
    return columns


def _unpack(columns: dict[str, F8], bits: F8) -> None:
    """Fill speed and distance from the compressed field where no better field has them.

    The distance counts 1/16 m in 12 bits and wraps every 256 m; invalid entries in between are skipped.
    """
    valid = np.flatnonzero(~np.isnan(bits))
    whole = bits[valid].astype(np.int64)
    speed, distance = np.full(len(bits), np.nan), np.full(len(bits), np.nan)
    speed[valid] = (whole & 0xFFF) / COMPRESSED_SPEED_SCALE
    steps = np.diff(whole >> 12, prepend=0) & 0xFFF
    distance[valid] = np.cumsum(steps) / COMPRESSED_DISTANCE_SCALE
    for channel, values in (("speed_mps", speed), ("distance_m", distance)):
        better = columns.get(channel)
        columns[channel] = values if better is None else np.where(np.isnan(better), values, better)
