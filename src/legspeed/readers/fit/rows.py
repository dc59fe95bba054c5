"""Messages of which there are few (laps, events, sessions, devices) as plain Python values."""

from __future__ import annotations

import functools
import operator
import struct
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from legspeed.readers.fit.definitions import Definition, Field, find_field
from legspeed.readers.fit.stream import Found

_LONGEST_TEXT: Final = 255
_GREATEST: Final = 2**32  # every number in these messages has 32 bits by the profile


class _Plan(NamedTuple):
    """How to read some fields of one definition: unpacked values, which of them mean *none*, which need more work.

    ``blank`` are the values that mean *none* in any of the fields. ``pick`` takes the values, None and the message's
    position, and gives the position and the values in wanted order.
    """

    unpack: Callable[[bytes, int], tuple[Any, ...]]
    sentinels: tuple[int | None, ...]
    blank: frozenset[int | None]
    special: tuple[tuple[int, Callable[[bytes], Any]], ...]
    pick: Callable[[tuple[Any, ...]], tuple[Any, ...]]


def read_rows(
    data: bytes, found: Found, numbers: tuple[int, ...], *, texts: tuple[int, ...] = (), most: int | None = None
) -> list[tuple[Any, ...]]:
    """Read some fields of all messages under one definition.

    Parameters
    ----------
    data : bytes
        The file.
    found : Found
        Definition and positions.
    numbers : tuple of int
        Numbers of the fields; all numbers of the profile but for `texts`.
    texts : tuple of int
        Those of `numbers` that are texts.
    most : int, optional
        Read no more than so many messages.

    Returns
    -------
    list of tuple
        Per message its position, then one value per number: int, text, or None where the field is not declared, holds
        its sentinel or is of a type that cannot be right. Of an array the first valid element counts, of a field that
        is declared twice the first.
    """
    unpack, sentinels, blank, special, pick = _plan(found.definition, numbers, texts)
    rows = []
    for pos in found.positions()[:most]:
        values = unpack(data, pos)
        if special or not blank.isdisjoint(values):  # of most events nothing is missing
            pairs = zip(values, sentinels)  # noqa: B905 - of one plan, and this is asked for each message
            of_message: list[Any] = [None if v == none else v for v, none in pairs]
            for slot, convert in special:
                of_message[slot] = convert(of_message[slot])
            values = tuple(of_message)
        rows.append(pick((*values, None, pos)))
    return rows


@functools.lru_cache(maxsize=512)  # a watch uses the same definitions in every file of a season
def _plan(definition: Definition, numbers: tuple[int, ...], texts: tuple[int, ...]) -> _Plan:
    """Lay out how to read fields of a definition."""
    wanted = [(field.at, field) for number in numbers if (field := find_field(definition, number)) is not None]
    wanted.sort(key=lambda item: item[0])
    layout, at = definition.order, 0
    slots: dict[int, int] = {}
    sentinels: list[int | None] = []
    special: list[tuple[int, Callable[[bytes], Any]]] = []
    for place, field in wanted:
        kind = field.kind
        if (kind is not None and kind.letter == "s") != (field.number in texts):
            continue
        layout += f"{place - at}x" if place > at else ""
        at = place + field.size
        slots[field.number] = len(sentinels)
        if kind is not None and field.size == kind.width and kind.sentinel is not None and field.size <= 4:
            layout += kind.letter
            sentinels.append(kind.sentinel)
        else:
            layout += f"{field.size}s"
            special.append((len(sentinels), _convert(field, definition.order)))
            sentinels.append(None)
    pick = operator.itemgetter(-1, *[slots.get(number, -2) for number in numbers])
    return _Plan(struct.Struct(layout).unpack_from, tuple(sentinels), frozenset(sentinels), tuple(special), pick)


def _convert(field: Field, order: str) -> Callable[[bytes], Any]:
    """Return what makes a value of the bytes of a text, an array, a float or a mis-sized number."""
    kind = field.kind
    if kind is None:
        return lambda _raw: None
    if kind.letter == "s":
        return clean_text
    if field.size % kind.width:
        return (lambda raw: _short_number(raw, order)) if is_short(field) else lambda _raw: None
    unpack = struct.Struct(f"{order}{field.size // kind.width}{kind.letter}").unpack
    if kind.sentinel is None:
        return lambda raw: next((round(x) for x in unpack(raw) if abs(x) <= _GREATEST), None)
    sentinel = kind.sentinel
    return lambda raw: next((x for x in unpack(raw) if x != sentinel and abs(x) <= _GREATEST), None)


def is_short(field: Field) -> bool:
    """Tell whether a field is a whole number in fewer bytes than its type has: COROS writes the low byte alone."""
    return field.kind is not None and field.kind.sentinel is not None and 0 < field.size < field.kind.width


def _short_number(raw: bytes, order: str) -> int | None:
    """Read a number of fewer bytes than its type has."""
    return None if raw == b"\xff" * len(raw) else int.from_bytes(raw, "little" if order == "<" else "big")


def clean_text(raw: bytes) -> str | None:
    """Return a text field as safe text: to its first NUL, without broken UTF-8, control and direction characters."""
    text = raw.partition(b"\0")[0].decode("utf-8", "ignore")
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable())
    return text.strip()[:_LONGEST_TEXT] or None
