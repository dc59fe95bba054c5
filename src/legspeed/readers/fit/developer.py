"""Developer fields: channels that pods and apps add to records, named by messages of the file itself.

They are numbered by their app, so a developer field 3 has nothing to do with the native field 3 and is kept apart,
whatever native field it claims to stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from legspeed.model import F8
from legspeed.readers.fit.columns import Part, column
from legspeed.readers.fit.profile import BASE_TYPES, FIELD_DESCRIPTION, BaseType
from legspeed.readers.fit.records import Records
from legspeed.readers.fit.rows import read_body
from legspeed.readers.fit.stream import ByNumber, developer_fields_of, has_developer_fields

_APP, _NUMBER, _TYPE, _NAME, _SCALE, _OFFSET, _UNITS = 0, 1, 2, 3, 6, 7, 8
#: The fields that are read of a description.
READ = (_APP, _NUMBER, _TYPE, _NAME, _SCALE, _OFFSET, _UNITS)


class Description(NamedTuple):
    """What a field_description says: SI value = raw / scale - offset, in `units`."""

    name: str
    units: str
    kind: BaseType | None
    scale: float
    offset: float


class Columns(NamedTuple):
    """Developer channels by name, their units, and fields that could not be read (in words)."""

    values: dict[str, F8]
    units: dict[str, str]
    undescribed: tuple[str, ...]
    misfits: tuple[str, ...]


def descriptions(data: bytes, found: ByNumber) -> dict[tuple[int, int], Description]:
    """Collect all descriptions of a part, also those that come after the first use; the last of a field counts.

    A description without app or field number cannot be told apart from others and is passed over; one without a name
    is called by its number.
    """
    described: dict[tuple[int, int], Description] = {}
    for f in found.get(FIELD_DESCRIPTION, ()):
        for pos in f.positions():
            body = data[pos : pos + f.size]
            app, number, code, name, scale, offset, units = read_body(f.definition, body, READ, (_NAME, _UNITS))
            if app is None or number is None:
                continue
            described[app, number] = Description(
                name or f"developer field {number}",
                units or "",
                None if code is None else BASE_TYPES.get(code),
                float(scale or 1),
                float(offset or 0),
            )
    return described


def developer_columns(records: Records, described: Mapping[tuple[int, int], Description]) -> Columns:
    """Decode the developer fields of all records; texts are passed over."""
    total = len(records.places)
    parts: dict[tuple[int, int], list[Part]] = {}
    undescribed: dict[str, None] = {}
    for which, found in enumerate(records.found):
        if not has_developer_fields(found.definition):
            continue
        rows = records.rows_of(which)
        own: dict[tuple[int, int], Part] = {}
        for number, size, at, app in developer_fields_of(found.definition):
            description = described.get((app, number))
            if description is None:
                undescribed[f"{number} of app {app}"] = None
            elif size:
                own.setdefault((app, number), Part(rows, size, at, description.kind))
        for key, part in own.items():
            parts.setdefault(key, []).append(part)
    values_by_name: dict[str, F8] = {}
    units: dict[str, str] = {}
    misfits = []
    for key, of_field in parts.items():
        description = described[key]
        if description.kind is not None and not description.kind.numpy:
            continue
        values = column(of_field, total)
        if values is None:
            misfits.append(f"developer field {description.name!r} in {of_field[0].size} bytes")
            continue
        if description.scale != 1.0:
            values /= description.scale
        if description.offset:
            values -= description.offset
        name = _free_name(description.name, values_by_name)
        values_by_name[name] = values
        units[name] = description.units
    return Columns(values_by_name, units, tuple(undescribed), tuple(misfits))


def _free_name(name: str, taken: Mapping[str, F8]) -> str:
    """Return a name that no other app has used yet: the second ``Power`` is ``Power (2)``."""
    free, k = name, 2
    while free in taken:
        free, k = f"{name} ({k})", k + 1
    return free
