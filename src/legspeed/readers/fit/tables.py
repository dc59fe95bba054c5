"""What is in a FIT file, message by message, for `legspeed inspect --messages`.

No place and no person: positions, serial numbers, what a user profile says, and numbers of unknown meaning that might
be either are counted but not shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from legspeed.model import F8
from legspeed.readers.fit import profile
from legspeed.readers.fit.definitions import developer_fields_of, fields_of
from legspeed.readers.fit.developer import Description, descriptions
from legspeed.readers.fit.devices import MANUFACTURERS
from legspeed.readers.fit.exercises import CATEGORIES
from legspeed.readers.fit.fields import FieldPart, column
from legspeed.readers.fit.names import FieldName, field_name
from legspeed.readers.fit.records import Records, gather
from legspeed.readers.fit.rows import clean_text
from legspeed.readers.fit.stream import Found
from legspeed.readers.fit.walk import parts_of, walk_part
from legspeed.settings import Limits

#: What stands where a value is not shown.
HIDDEN: Final = "not shown"
_PRIVATE_MESSAGES: Final = frozenset({3, 30, 51})  # user profile, weight, blood pressure
_PRIVATE: Final = re.compile(r"(^|_)(lat|long|serial|number|id)(_|$)|name$|notes|description|descriptor")
_PUBLIC: Final = frozenset(
    {"field_name", "product_name", "wkt_name", "wkt_step_name", "ant_device_type", "field_definition_number"}
    | {"fit_base_type_id", "fit_base_unit_id", "manufacturer_id", "dive_number"}
)
_TIMES: Final = re.compile(r"(^|_)timestamp$|^start_time$|^end_time$|^time_created$")
_WORDS: Final[Mapping[str, Mapping[int, str]]] = {
    "sport": profile.SPORTS,
    "sub_sport": profile.SUB_SPORTS,
    "intensity": profile.INTENSITIES,
    "lap_trigger": profile.LAP_TRIGGERS,
    "duration_type": profile.STEP_DURATIONS,
    "category": CATEGORIES,
    "manufacturer": MANUFACTURERS,
}
_SHOWN: Final = 5  # examples of words and texts
_EXAMPLES_FROM: Final = 200  # messages looked through for texts


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """One field of a kind of message: its name, base type, unit, how many messages have a value, and which values.

    ``values`` is a range ("62 … 181"), a date range, a few words, or :data:`HIDDEN`; empty where no message has one.
    """

    number: int
    name: str
    type: str
    unit: str
    count: int
    values: str
    developer: bool = False


@dataclass(frozen=True, slots=True)
class MessageTable:
    """All messages of one kind in one part of the file: global number, name, how many, under how many definitions.

    ``part`` counts chained parts from 1.
    """

    number: int
    name: str
    count: int
    definitions: int
    fields: tuple[FieldSummary, ...]
    part: int = 1


def messages(data: bytes, limits: Limits) -> tuple[MessageTable, ...]:
    """List the messages of a FIT file of any type, in the order in which their definitions first appear.

    Raises
    ------
    ReadError
        The content is no FIT, or larger than the limits allow.
    """
    tables = []
    for k, part in enumerate(parts_of(data, limits)[0], 1):
        messages = walk_part(data, part, limits, all_messages=True).messages
        described = descriptions(data, messages)
        with np.errstate(all="ignore"):  # a float field may hold any bit pattern
            tables += [_table(data, number, of_kind, described, k) for number, of_kind in messages.items()]
    return tuple(tables)


def _table(
    data: bytes, number: int, found: Sequence[Found], described: Mapping[tuple[int, int], Description], part: int
) -> MessageTable:
    """Summarise one kind of message."""
    records = gather(data, found)
    native: dict[int, list[FieldPart]] = {}
    developer: dict[tuple[int, int], list[FieldPart]] = {}
    for which, f in enumerate(found):
        own = {n: FieldPart(which, size, at, kind) for n, size, at, kind in reversed(fields_of(f.definition))}
        for field in sorted(own):
            native.setdefault(field, []).append(own[field])
        for number_, size, at, app in developer_fields_of(f.definition):
            description = described.get((app, number_))
            kind = description.kind if description else None
            developer.setdefault((app, number_), []).append(FieldPart(which, size, at, kind))
    fields = [_native(number, field, parts, records) for field, parts in native.items()]
    fields += [_developer(key[1], parts, described.get(key), records) for key, parts in developer.items()]
    name = profile.MESSAGE_NAMES.get(number, f"message {number}")
    return MessageTable(number, name, len(records.places), len(found), tuple(fields), part)


def _native(message: int, number: int, parts: Sequence[FieldPart], records: Records) -> FieldSummary:
    """Summarise a field of the profile, or one that only its number is known of."""
    known = field_name(message, number)
    kind = parts[0].kind
    name = known or FieldName(f"field {number}")
    type_ = "unknown type" if kind is None else kind.name
    count, values = _values(records, parts, name, message)
    unknown = message not in profile.MESSAGE_NAMES and number != profile.TIMESTAMP
    if unknown or message in _PRIVATE_MESSAGES or _is_private(known, parts):
        values = HIDDEN if count else ""
    return FieldSummary(number, name.name, type_, name.unit, count, values)


def _is_private(known: FieldName | None, parts: Sequence[FieldPart]) -> bool:
    """Tell whether a field's values may say where someone was or who someone is."""
    if known is None:
        return any(p.kind is None or p.kind.letter in "siIqQfd" for p in parts)
    return known.name not in _PUBLIC and bool(_PRIVATE.search(known.name))


def _developer(
    number: int, parts: Sequence[FieldPart], description: Description | None, records: Records
) -> FieldSummary:
    """Summarise a developer field."""
    if description is None:
        return FieldSummary(number, f"developer field {number}", "not described", "", 0, "", True)
    name = FieldName(description.name, description.units, description.scale, description.offset)
    kind = description.kind
    count, values = _values(records, parts, name, -1)
    if kind is not None and kind.letter == "s":
        values = HIDDEN if count else ""
    return FieldSummary(
        number, description.name, "unknown type" if kind is None else kind.name, description.units, count, values, True
    )


def _values(records: Records, parts: Sequence[FieldPart], name: FieldName, message: int) -> tuple[int, str]:
    """Return how many messages have a value and what the values are."""
    kind = parts[0].kind
    if kind is not None and kind.letter == "s":
        texts = _texts(records, parts)
        return len(texts), ", ".join(list(dict.fromkeys(texts))[:_SHOWN])
    values = column(records, parts)
    if values is None:
        return 0, ""
    values = values[~np.isnan(values)]
    if not len(values):
        return 0, ""
    words = profile.FILE_TYPES if (message, name.name) == (profile.FILE_ID, "type") else _WORDS.get(name.name)
    if words is not None:
        seen = list(dict.fromkeys(int(v) for v in values))
        return len(values), ", ".join(words.get(v, str(v)) for v in seen[:_SHOWN]) + (
            " …" if len(seen) > _SHOWN else ""
        )
    if _TIMES.search(name.name):
        return len(values), _range(_date(float(values.min())), _date(float(values.max())))
    return len(values), _scaled_range(values, name)


def _texts(records: Records, parts: Sequence[FieldPart]) -> list[str]:
    """Return the texts of a field, of the first messages."""
    texts = []
    for which, size, at, _kind in parts:
        if not size:
            continue
        fixed = records.rows_of(which).view(at, f"V{size}")
        texts += [text for raw in fixed[:_EXAMPLES_FROM] if (text := clean_text(raw.tobytes()))]
    return texts


def _scaled_range(values: F8, name: FieldName) -> str:
    """Return lowest and highest value in the field's unit."""
    low, high = (float(v) / name.scale - name.offset for v in (values.min(), values.max()))
    return _range(f"{low:.10g}", f"{high:.10g}")


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} … {high}"


def _date(fit_time: float) -> str:
    """Return a FIT time as text; small numbers count seconds since the device was switched on."""
    if not 2**28 <= fit_time < 2**32:
        return f"{fit_time:.0f} s"
    moment = dt.datetime.fromtimestamp(fit_time + profile.FIT_EPOCH_S, dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
