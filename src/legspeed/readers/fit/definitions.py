"""What definition messages say: the kind of message, its size, its fields and where in it they stand."""

from __future__ import annotations

import functools
from itertools import accumulate
from typing import Final, NamedTuple

from legspeed.readers.fit.profile import BASE_TYPES, KNOWN_BASES, MESSAGE_NAMES, NEEDED, TIMESTAMP, BaseType

#: Sizes that a field of a base type can have.
_WHOLE: Final = frozenset((n, code) for code, kind in BASE_TYPES.items() for n in range(kind.width, 256, kind.width))
_NO_NUMBER: Final = 0xFFFF
_TIME_BYTES: Final = 4


class Definition(NamedTuple):
    """What a definition message says.

    ``size`` counts the header byte; ``time_at`` is the timestamp's offset in the message, 0 where it has none; ``raw``
    are the definition's bytes from the byte-order mark on. ``sound`` is False for what can only be damaged bytes;
    ``guessed`` is True where the byte-order mark is impossible and the order was chosen, ``fits`` where all fields have
    a size that their type can have and none is declared twice. ``idle`` messages are read by nobody and tell no time.
    """

    number: int
    order: str
    size: int
    time_at: int
    raw: bytes
    sound: bool
    guessed: bool
    fits: bool
    idle: bool


class Field(NamedTuple):
    """One field of a definition; ``at`` is its offset in the message. ``kind`` is None for an unknown base type."""

    number: int
    size: int
    at: int
    kind: BaseType | None


class DeveloperField(NamedTuple):
    """One developer field of a definition; ``app`` (the developer data index) and number find its description."""

    number: int
    size: int
    at: int
    app: int


def parse_definition(data: bytes, pos: int, end: int) -> tuple[Definition | None, int]:
    """Read the definition message at `pos`; return it and where it ends, None where it runs over `end`."""
    if pos + 6 > end:
        return None, pos
    after = pos + 6 + 3 * data[pos + 5]
    if data[pos] & 0x20:
        if after >= end:
            return None, pos
        after += 1 + 3 * data[after]
    if after > end:
        return None, pos
    return definition_of(data[pos + 2 : after]), after


@functools.lru_cache(maxsize=2048)  # a watch uses the same few dozen in every file of a season
def definition_of(raw: bytes) -> Definition:
    """Make sense of a definition's bytes from the byte-order mark on."""
    mark, count = raw[0], raw[3]
    if mark == 0:
        order, number = "<", raw[1] | raw[2] << 8
    elif mark == 1:
        order, number = ">", raw[1] << 8 | raw[2]
    else:
        order, number = _likely_order(raw)
    native = 4 + 3 * count
    sizes = raw[5:native:3]
    where = raw[4:native:3].find(TIMESTAMP)
    time_at = 1 + sum(sizes[:where]) if where >= 0 and _tells_time(sizes[where], raw[6 + 3 * where]) else 0
    strange = len(raw[6:native:3].translate(None, KNOWN_BASES))
    sound = number != _NO_NUMBER and 3 * strange <= count + 2
    if mark > 1:  # believed only where the rest leaves no doubt
        sound = sound and count > 0 and number in MESSAGE_NAMES
    size = 1 + sum(sizes)
    if len(raw) > native:
        size += sum(raw[native + 2 :: 3])
    fits = _WHOLE.issuperset(zip(sizes, raw[6:native:3], strict=True)) and len(set(raw[4:native:3])) == count
    idle = number not in NEEDED and not time_at
    return Definition(number, order, size, time_at, raw, sound, mark > 1, fits, idle)


def _tells_time(size: int, code: int) -> bool:
    """Tell whether a timestamp of this size and base type holds seconds: one whole number of four bytes, or several."""
    kind = BASE_TYPES.get(code)
    if size == _TIME_BYTES:
        return kind is None or kind.sentinel is not None
    return kind is not None and kind.numpy in {"u4", "i4"} and size > 0 and size % _TIME_BYTES == 0


def _likely_order(raw: bytes) -> tuple[str, int]:
    """Choose the byte order that gives a message number of the profile where the mark is impossible."""
    little, big = int.from_bytes(raw[1:3], "little"), int.from_bytes(raw[1:3], "big")
    return ("<", little) if little in MESSAGE_NAMES or big not in MESSAGE_NAMES else (">", big)


def fields_of(definition: Definition) -> list[Field]:
    """Return the native fields of a definition in the order of their bytes."""
    raw = definition.raw
    native = 4 + 3 * raw[3]
    sizes = raw[5:native:3]
    kinds = map(BASE_TYPES.get, raw[6:native:3])
    return list(map(Field, raw[4:native:3], sizes, accumulate(sizes, initial=1), kinds))


def find_field(definition: Definition, number: int) -> Field | None:
    """Return the first native field of that number that has any bytes; quicker than listing all of them."""
    raw = definition.raw
    native = 4 + 3 * raw[3]
    sizes = raw[5:native:3]
    where = raw[4:native:3].find(number)
    while where >= 0:
        if sizes[where]:
            return Field(number, sizes[where], 1 + sum(sizes[:where]), BASE_TYPES.get(raw[6 + 3 * where]))
        where = raw[4:native:3].find(number, where + 1)
    return None


def developer_fields_of(definition: Definition) -> list[DeveloperField]:
    """Return the developer fields of a definition; they follow the native ones."""
    raw = definition.raw
    native = 4 + 3 * raw[3]
    at = 1 + sum(raw[5:native:3])
    fields = []
    for k in range(native + 1, len(raw), 3):
        fields.append(DeveloperField(raw[k], raw[k + 1], at, raw[k + 2]))
        at += raw[k + 1]
    return fields
