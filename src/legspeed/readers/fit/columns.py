"""Record messages to channels: all fields in one table of numbers, sentinel first, then scale."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.model import F8
from legspeed.readers.fit.definitions import Definition, Field, find_field
from legspeed.readers.fit.fields import FieldPart, column
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
_WORD: Final = 4  # bytes in which every whole number fits that is read with others
_TOGETHER: Final = 512  # messages of several definitions up to which none of them is read by itself
_BEFORE: Final = -_WORD  # where a field that is not declared is looked for: in bytes that every file has


class _Plan(NamedTuple):
    """How k fields of d definitions become the rows of one table.

    ``numbers`` of the fields, of each its ``row``. The first ``unsigned`` rows are whole numbers without a sign, those
    before ``whole`` with one, the others are odd (floats, arrays, of several types): :func:`column` reads them.
    Of the whole numbers: ``layouts``, for each definition the numpy type of a message, whose parts have the numbers of
    their rows for names; ``at``, where the four bytes stand that hold the field in their upper end, and ``absent``,
    both of shape (w, d); ``shifts`` that bring it down, ``sentinels`` and ``scales``, of shape (w, 1).
    ``widened`` are rows with a further value that means *none*, ``shifted`` rows with a factor and an offset.
    ``channels`` are the rows that feed each channel, best first; ``packed`` tells whether there is the compressed speed
    and distance.
    """

    order: str
    numbers: tuple[int, ...]
    row: Mapping[int, int]
    unsigned: int
    whole: int
    layouts: tuple[np.dtype[np.void], ...]
    at: npt.NDArray[np.int64]
    absent: npt.NDArray[np.bool_]
    some_absent: bool
    shifts: npt.NDArray[np.uint32]
    sentinels: F8
    scales: F8
    widened: tuple[tuple[int, float], ...]
    shifted: tuple[tuple[int, float, float], ...]
    channels: tuple[tuple[str, tuple[int, ...]], ...]
    packed: bool


@functools.lru_cache(maxsize=256)  # a watch uses the same definitions in every file of a season
def _plan(definitions: tuple[Definition, ...]) -> _Plan:
    """Lay out the table for records under these definitions."""
    declared = [
        {number: field for number in _FIELDS if (field := find_field(definition, number)) is not None}
        for definition in definitions
    ]
    order = definitions[0].order
    one_order = all(definition.order == order for definition in definitions)
    kinds: dict[int, BaseType] = {}
    odd: list[int] = []
    for number in _FIELDS:
        of_number = [own[number] for own in declared if number in own]
        if not of_number:
            continue
        kind = of_number[0].kind
        if one_order and kind is not None and all(f.kind is kind and _is_plain(f) for f in of_number):
            kinds[number] = kind
        else:
            odd.append(number)
    signed = [n for n, kind in kinds.items() if kind.numpy[0] == "i"]
    whole = [n for n in kinds if n not in signed] + signed
    numbers = (*whole, *odd)
    at = np.array([[_window(own.get(n), order) for own in declared] for n in whole], np.int64)
    at = at.reshape(len(whole), len(definitions))
    sources = [(row, _FIELDS[n]) for row, n in enumerate(numbers)]
    row_of = {n: row for row, n in enumerate(numbers)}
    feeding = {
        channel: tuple(row_of[field.number] for field in fields if field.number in row_of)
        for channel, fields in RECORD_SOURCES.items()
    }
    return _Plan(
        order=order,
        numbers=numbers,
        row=row_of,
        unsigned=len(whole) - len(signed),
        whole=len(whole),
        layouts=tuple(
            _layout(definition, {str(row): own[n] for row, n in enumerate(whole) if n in own})
            for definition, own in zip(definitions, declared, strict=True)
        ),
        at=at,
        absent=at == _BEFORE,
        some_absent=bool((at == _BEFORE).any()),
        shifts=np.array([32 - 8 * kinds[n].width for n in whole], np.uint32).reshape(-1, 1),
        sentinels=np.array([float(kinds[n].sentinel or 0) for n in whole]).reshape(-1, 1),
        scales=np.array([_FIELDS[n].scale for n in numbers]).reshape(-1, 1),
        widened=tuple(
            (row, float(s.widened))
            for row, s in sources[: len(whole)]
            if s.widened is not None and kinds[s.number].width > 2
        ),
        shifted=tuple((row, s.factor, s.offset) for row, s in sources if s.factor != 1 or s.offset),
        channels=tuple((channel, rows) for channel, rows in feeding.items() if rows),
        packed=any(find_field(d, COMPRESSED_SPEED_DISTANCE_FIELD) is not None for d in definitions),
    )


def _layout(definition: Definition, fields: Mapping[str, Field]) -> np.dtype[np.void]:
    """Return the numpy type of a message with some of its fields, which are whole numbers, by name."""
    formats = [definition.order + field.kind.numpy for field in fields.values() if field.kind is not None]
    offsets = [field.at for field in fields.values()]
    return np.dtype({"names": [*fields], "formats": formats, "offsets": offsets, "itemsize": definition.size})


def _is_plain(field: Field) -> bool:
    """Tell whether a field is one whole number of at most four bytes."""
    kind = field.kind
    return kind is not None and kind.sentinel is not None and kind.width <= 4 and field.size == kind.width


def _window(field: Field | None, order: str) -> int:
    """Return where the four bytes begin that hold a field at their upper end; the file has bytes on either side."""
    if field is None:
        return _BEFORE
    return field.at if order == ">" else field.at + field.size - _WORD


class _Table:
    """The fields of all records: one row each, NaN where a record has none, scaled."""

    def __init__(self, data: bytes, records: Records, plan: _Plan) -> None:
        self.total = len(records.places)
        self.records = records
        self.row, self.channels = plan.row, plan.channels
        self.values = np.empty((len(plan.numbers), self.total))
        whole = self.values[: plan.whole]
        _read_whole(data, records, plan, whole)
        missing = whole == plan.sentinels
        for row, sentinel in plan.widened:
            missing[row] |= whole[row] == sentinel
        self._whole, self._missing = plan.whole, missing
        if np.count_nonzero(missing):
            np.copyto(whole, np.nan, where=missing)
        for row in range(plan.whole, len(plan.numbers)):
            number = plan.numbers[row]
            odd = column(records, self.parts(number), _FIELDS[number].widened)
            self.values[row] = np.nan if odd is None else odd
        self.values /= plan.scales
        for row, factor, offset in plan.shifted:
            if factor != 1.0:
                self.values[row] *= factor
            if offset:
                self.values[row] -= offset
        self.has_packed = plan.packed

    def parts(self, number: int) -> list[FieldPart]:
        """Return where the definitions have a field."""
        return [
            FieldPart(which, field.size, field.at, field.kind)
            for which, found in enumerate(self.records.found)
            if (field := find_field(found.definition, number)) is not None
        ]

    def best(self, rows: tuple[int, ...]) -> F8:
        """Return a channel's SI values, each from the first of its rows that has one."""
        best: F8 = self.values[rows[0]]
        for before, row in itertools.pairwise(rows):
            if not self._has_gaps(before):
                break
            best = np.where(np.isnan(best), self.values[row], best)
        return best

    def _has_gaps(self, row: int) -> bool:
        """Tell whether a field has no value for some record."""
        missing = self._missing[row] if row < self._whole else np.isnan(self.values[row])
        return bool(np.count_nonzero(missing))

    def cadence(self) -> F8 | None:
        """Return revolutions per minute: whole and fraction, else the one fine-grained field; None if undeclared."""
        whole, fraction, fine = map(self.row.get, (CADENCE_FIELD, FRACTIONAL_CADENCE_FIELD, CADENCE256_FIELD))
        if whole is None:
            return None if fine is None else np.asarray(self.values[fine])
        values: F8 = self.values[whole]
        if fraction is not None:
            part = self.values[fraction]
            if self._has_gaps(fraction):
                part[np.isnan(part)] = 0.0
            values += part
        if fine is not None and self._has_gaps(whole):
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
        for which, _size, at, _kind in parts:
            rows = self.records.rows_of(which)
            low, middle, high = (rows.view(at + k, "u1").astype(np.float64) for k in range(3))
            bits[rows.place] = low + 256.0 * middle + 65536.0 * high
        bits[bits == float(0xFFFFFF)] = np.nan
        return bits


def _read_whole(data: bytes, records: Records, plan: _Plan, table: F8) -> None:
    """Fill in the raw whole numbers of all fields, the sentinel where a record has none.

    Messages of which there are few are read together; where a definition has many, each of its fields is one strided
    view.
    """
    places, which = records.places, records.which
    if len(places) <= (_MANY if which is None else _TOGETHER):
        _read_at(data, places, which, plan, table)
        return
    counts = [len(places)] if which is None else np.bincount(which).tolist()
    for number, count in enumerate(counts):
        if count > _MANY:
            _read_rows(records.rows_of(number), number, plan, table)
    if which is not None and min(counts) <= _MANY:
        few = (np.array(counts) <= _MANY)[which].nonzero()[0]
        values = np.empty((plan.whole, len(few)))
        _read_at(data, places[few], which[few], plan, values)
        table[:, few] = values


def _read_rows(rows: Rows, number: int, plan: _Plan, table: F8) -> None:
    """Fill in the fields of one definition, one after the other."""
    layout = plan.layouts[number]
    messages, place = rows.view(0, layout), rows.place
    for name in layout.names or ():
        values = messages[name]
        if not isinstance(place, slice):  # numpy takes five times as long to scatter and convert at once
            values = values.astype(np.float64)
        table[int(name)][place] = values
    if plan.some_absent:
        for row in plan.absent[:, number].nonzero()[0].tolist():
            table[row, rows.place] = plan.sentinels[row]


def _read_at(
    data: bytes,
    places: npt.NDArray[np.int64],
    which: npt.NDArray[np.int64] | None,
    plan: _Plan,
    table: F8,
) -> None:
    """Fill a table with the fields of some messages, all of them read as words of four bytes.

    numpy takes as long for a handful of numbers as for a hundred, so one pass over all fields, whatever their types,
    beats one for each: what a field does not fill is shifted out at the lower end, which keeps the sign.
    """
    at = plan.at + places if which is None else plan.at.take(which, axis=1) + places
    if plan.order == ">" and int(at.max(initial=0)) + _WORD > len(data):
        data += bytes(_WORD)
    words = anywhere(data, plan.order + "u4")[at]
    unsigned = plan.unsigned
    if unsigned:
        np.right_shift(words[:unsigned], plan.shifts[:unsigned], out=table[:unsigned])
    if unsigned < plan.whole:
        signed = words[unsigned:].view(plan.order + "i4")
        np.right_shift(signed, plan.shifts[unsigned:].view(np.int32), out=table[unsigned:])
    if which is not None and plan.some_absent:
        np.copyto(table, plan.sentinels, where=plan.absent.take(which, axis=1))


def record_columns(data: bytes, records: Records) -> dict[str, F8]:
    """Decode the channels of all records.

    Returns
    -------
    dict of str to ndarray
        Channel names, and :data:`~legspeed.readers.recording.CADENCE` in revolutions per minute with its fraction, to
        float64 in SI units, NaN where a record has none; only channels that some record declares.
    """
    if not records.found:
        return {}
    plan = _plan(tuple([f.definition for f in records.found]))
    if plan.whole == len(plan.numbers):
        return _columns(_Table(data, records, plan))
    with np.errstate(all="ignore"):  # a float field may hold any bit pattern
        return _columns(_Table(data, records, plan))


def _columns(table: _Table) -> dict[str, F8]:
    """Make channels of the fields."""
    columns = {channel: table.best(rows) for channel, rows in table.channels}
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
