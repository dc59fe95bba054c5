"""Developer fields: channels that pods and apps add to records, named by messages of the file itself.

They are numbered by their app, so a developer field 3 has nothing to do with the native field 3 and is kept apart,
whatever native field it claims to stand for. What it claims is noted: `normalize` decides whether it is wanted.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from legspeed.model import F8
from legspeed.readers.fit.claims import Claim, claim_of
from legspeed.readers.fit.definitions import Definition, developer_fields_of
from legspeed.readers.fit.fields import FieldPart, column
from legspeed.readers.fit.profile import BASE_TYPES, FIELD_DESCRIPTION, BaseType
from legspeed.readers.fit.records import Records
from legspeed.readers.fit.rows import read_rows
from legspeed.readers.fit.stream import ByNumber, Found
from legspeed.readers.recording import StandIn

_APP, _NUMBER, _TYPE, _NAME, _SCALE, _OFFSET, _UNITS, _MESSAGE, _NATIVE = 0, 1, 2, 3, 6, 7, 8, 14, 15
#: The fields that are read of a description.
READ = (_APP, _NUMBER, _TYPE, _NAME, _SCALE, _OFFSET, _UNITS, _MESSAGE, _NATIVE)


class Description(NamedTuple):
    """What a field_description says: value = raw / scale - offset, in `units`; and the channel it claims to be."""

    name: str
    units: str
    kind: BaseType | None
    scale: float
    offset: float
    claim: Claim | None = None


class Columns(NamedTuple):
    """Developer channels by name, their units, what they claim, and fields that could not be read (in words)."""

    values: dict[str, F8]
    units: dict[str, str]
    stand_ins: tuple[StandIn, ...]
    undescribed: tuple[str, ...]
    misfits: tuple[str, ...]


class Descriptions(Mapping[tuple[int, int], Description]):
    """Descriptions by app and field number; never changed, and equal to itself alone, so that plans can be kept."""

    __slots__ = ("_by_field",)
    __hash__ = object.__hash__

    def __init__(self, by_field: dict[tuple[int, int], Description]) -> None:
        self._by_field = by_field

    def __eq__(self, other: object) -> bool:
        return self is other

    def __getitem__(self, field: tuple[int, int]) -> Description:
        return self._by_field[field]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self._by_field)

    def __len__(self) -> int:
        return len(self._by_field)


def descriptions(data: bytes, found: ByNumber) -> Descriptions:
    """Collect all descriptions of a part, also those that come after the first use; the last of a field counts.

    A description without app or field number cannot be told apart from others and is passed over; one without a name
    is called by its number.
    """
    of_kind = found.get(FIELD_DESCRIPTION, ())
    return _described(tuple([(f.definition, *[data[p : p + f.size] for p in f.positions()]) for f in of_kind]))


@functools.lru_cache(maxsize=64)  # a watch and its apps describe the same in every file of a season
def _described(messages: tuple[tuple[Any, ...], ...]) -> Descriptions:
    """Make sense of descriptions: of each kind the definition and the bytes of its messages."""
    described: dict[tuple[int, int], Description] = {}
    for definition, *bodies in messages:
        found = Found(definition)
        found.marks = [0]
        for body in bodies:
            (row,) = read_rows(body, found, READ, texts=(_NAME, _UNITS))
            _, app, number, code, name, scale, offset, units, message, native = row
            if app is None or number is None:
                continue
            described[app, number] = Description(
                name or f"developer field {number}",
                units or "",
                None if code is None else BASE_TYPES.get(code),
                float(scale or 1),
                float(offset or 0),
                claim_of(name or "", units or "", native, message),
            )
    return Descriptions(described)


def developer_columns(records: Records, described: Descriptions) -> Columns:
    """Decode the developer fields of all records; texts are passed over."""
    fields, undescribed = _plan(tuple([f.definition for f in records.found]), described)
    values_by_name: dict[str, F8] = {}
    units: dict[str, str] = {}
    stand_ins, misfits = [], []
    for description, parts in fields:
        with np.errstate(all="ignore"):  # a float field may hold any bit pattern
            values = column(records, parts)
        if values is None:
            misfits.append(f"developer field {description.name!r} in {parts[0].size} bytes")
            continue
        if description.scale != 1.0:
            values /= description.scale
        if description.offset:
            values -= description.offset
        name = _free_name(description.name, values_by_name)
        values_by_name[name] = values
        units[name] = description.units
        claim = description.claim
        if claim is not None:
            stand_ins.append(StandIn(claim.channel, name, *claim[1:]))
    return Columns(values_by_name, units, tuple(stand_ins), undescribed, tuple(misfits))


@functools.lru_cache(maxsize=64)
def _plan(
    definitions: tuple[Definition, ...], described: Descriptions
) -> tuple[tuple[tuple[Description, tuple[FieldPart, ...]], ...], tuple[str, ...]]:
    """Find where definitions have which described fields, and name those that are not described."""
    parts: dict[tuple[int, int], list[FieldPart]] = {}
    undescribed: dict[str, None] = {}
    for which, definition in enumerate(definitions):
        own: dict[tuple[int, int], FieldPart] = {}
        for number, size, at, app in developer_fields_of(definition):
            description = described.get((app, number))
            if description is None:
                undescribed[f"{number} of app {app}"] = None
            elif size:
                own.setdefault((app, number), FieldPart(which, size, at, description.kind))
        for key, part in own.items():
            parts.setdefault(key, []).append(part)
    fields = [(described[key], tuple(of_field)) for key, of_field in parts.items()]
    numeric = [(d, of_field) for d, of_field in fields if d.kind is None or d.kind.numpy]
    return tuple(numeric), tuple(undescribed)


def _free_name(name: str, taken: Mapping[str, F8]) -> str:
    """Return a name that no other app has used yet: the second ``Power`` is ``Power (2)``."""
    free, k = name, 2
    while free in taken:
        free, k = f"{name} ({k})", k + 1
    return free
