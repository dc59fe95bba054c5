"""One pass over the headers of a FIT stream: which messages there are and where, without reading their content.

A FIT stream is a row of messages. A *definition* binds one of 16 local numbers to a message kind and its fields; a
*data* message names a local number and has exactly the bytes its definition says. Watches send the same definition
again and again, so definitions are kept by their bytes and all data under one definition share one list of positions.
"""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate, repeat
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from legspeed.errors import LimitError
from legspeed.readers.fit.profile import BASE_TYPES, KNOWN_BASES, MESSAGE_NAMES, TIMESTAMP, BaseType
from legspeed.settings import Limits

_BLOCK: Final = 1 << 20  # bytes between two looks at the limits
_FEW: Final = 500  # marks that are dealt with sooner than repetitions among them
_BURST: Final = 16  # messages between two looks for a run of equal headers
_ONE: Final = tuple(bytes((i,)) for i in range(256))
#: Sizes that a field of a base type can have.
_WHOLE: Final = frozenset((n, code) for code, kind in BASE_TYPES.items() for n in range(kind.width, 256, kind.width))
_NO_NUMBER: Final = 0xFFFF


class Definition(NamedTuple):
    """What a definition message says.

    ``size`` counts the header byte; ``time_at`` is the timestamp's offset in the message, 0 where it has none; ``raw``
    are the definition's bytes from the byte-order mark on. ``sound`` is False for what can only be damaged bytes;
    ``guessed`` is True where the byte-order mark is impossible and the order was chosen, ``fits`` where all fields have
    a size that their type can have and none is declared twice.
    """

    number: int
    order: str
    size: int
    time_at: int
    raw: bytes
    sound: bool
    guessed: bool
    fits: bool


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


class Found:
    """A definition and where its messages are; a negative mark repeats the mark before it that many times.

    ``repeats`` tells whether there is any negative mark.
    """

    __slots__ = ("add", "definition", "marks", "repeats", "size")

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.size = definition.size
        self.marks: list[int] = []
        self.repeats = False
        self.add: Callable[[int], None] = self.marks.append

    def add_run(self, pos: int, count: int) -> None:
        """Note `count` messages that follow each other from `pos` on; a few of them one by one."""
        if len(self.marks) + count <= _FEW and not self.repeats:
            self.marks += range(pos, pos + count * self.size, self.size)
        else:
            self.marks += (pos, -count)
            self.repeats = True

    def offsets(self) -> npt.NDArray[np.int64]:
        """Return the positions of all messages, ascending."""
        marks = np.fromiter(self.marks, np.int64, len(self.marks))
        if not self.repeats:
            return marks
        return spread(marks, self.size)[0]

    def between(self, low: int, high: int) -> list[int]:
        """Return the positions from `low` to `high`, both included."""
        if not self.repeats:
            return self.marks[bisect_left(self.marks, low) : bisect_right(self.marks, high)]
        places = self.offsets()
        inside: list[int] = places[places.searchsorted(low) : places.searchsorted(high, side="right")].tolist()
        return inside

    def positions(self) -> list[int]:
        """Return the positions of all messages as plain numbers, ascending; for the few of a summary."""
        if not self.repeats:
            return self.marks
        places: list[int] = []
        for mark in self.marks:
            if mark < 0:
                first = places[-1]
                places += range(first + self.size, first - mark * self.size, self.size)
            else:
                places.append(mark)
        return places


def spread(
    marks: npt.NDArray[np.int64], size: int | npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the positions of all messages, and how many each mark stands for: none if it repeats the one before.

    `size` is that of the messages, or of those under each mark.
    """
    repeats = (marks < 0).nonzero()[0]
    counts = np.ones(len(marks), np.int64)
    counts[repeats - 1] = -marks[repeats]
    counts[repeats] = 0
    before = counts.cumsum() - counts  # messages under earlier marks
    first = (marks - before * size).repeat(counts)
    steps = size if isinstance(size, int) else size.repeat(counts)
    return first + np.arange(len(first)) * steps, counts


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
    return _definition(data[pos + 2 : after]), after


@functools.lru_cache(maxsize=2048)  # a watch uses the same few dozen in every file of a season
def _definition(raw: bytes) -> Definition:
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
    time_at = 1 + sum(sizes[:where]) if where >= 0 and sizes[where] == 4 else 0
    strange = len(raw[6:native:3].translate(None, KNOWN_BASES))
    sound = number != _NO_NUMBER and 3 * strange <= count + 2
    if mark > 1:  # believed only where the rest leaves no doubt
        sound = sound and count > 0 and number in MESSAGE_NAMES
    size = 1 + sum(sizes)
    if len(raw) > native:
        size += sum(raw[native + 2 :: 3])
    fits = _WHOLE.issuperset(zip(sizes, raw[6:native:3], strict=True)) and len(set(raw[4:native:3])) == count
    return Definition(number, order, size, time_at, raw, sound, mark > 1, fits)


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


def _nobody(_pos: int) -> None:
    """Stand where no local number is defined; never called, for such a message has no size."""


class Walker:
    """Walks message headers and collects positions. Helper of one reading; nothing of it outlives the call."""

    __slots__ = ("_biggest", "_in_runs", "_limits", "adds", "compressed", "data", "found", "locals", "sizes")

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.found: dict[bytes, Found] = {}
        self.locals: list[Found | None] = [None] * 16
        # Indexed by header byte: how long such a message is (0: not a data message that is defined), who notes it.
        self.sizes = [0] * 256
        self.adds: list[Callable[[int], None]] = [_nobody] * 256
        self.compressed = False
        self._biggest = 1
        self._in_runs = 0
        self._limits = limits

    def define(self, pos: int, end: int) -> int:
        """Take the definition message at `pos` into force; return where it ends, 0 if cut off, -1 if unsound."""
        data = self.data
        if pos + 6 > end:
            return 0
        after = pos + 6 + 3 * data[pos + 5]
        if data[pos] & 0x20:
            if after >= end:
                return 0
            after += 1 + 3 * data[after]
        if after > end:
            return 0
        raw = data[pos + 2 : after]
        found = self.found.get(raw) or self._admit(raw)
        if found is None:
            return -1
        self.bind(data[pos] & 0x0F, found)
        return after

    def _admit(self, raw: bytes) -> Found | None:
        """Note a definition seen for the first time, unless it is unsound."""
        definition = _definition(raw)
        if not definition.sound:
            return None
        if len(self.found) >= self._limits.fit_definitions:
            raise LimitError(
                f"the FIT file has more than {self._limits.fit_definitions:.0f} different message definitions; "
                "raise settings.limits.fit_definitions if that is right"
            )
        found = self.found[definition.raw] = Found(definition)
        if definition.size > self._biggest:
            self._biggest = definition.size
        return found

    def bind(self, local: int, found: Found) -> None:
        """Let a local number stand for a definition from here on."""
        self.locals[local] = found
        self.sizes[local] = found.size
        self.adds[local] = found.add
        if self.compressed and local < 4:
            self._open(local)

    def _open(self, local: int) -> None:
        """Make the 32 compressed-timestamp headers of a local number known as well."""
        first = 0x80 | local << 5
        self.sizes[first : first + 32] = [self.sizes[local]] * 32
        self.adds[first : first + 32] = [self.adds[local]] * 32

    def run(self, pos: int, end: int) -> tuple[int, str]:
        """Walk from `pos` to `end`.

        Returns
        -------
        tuple
            Where the walk stopped and why: "" at `end`, ``cut`` at a message that runs over `end`, ``undefined`` at
            data without a definition, ``definition`` at a definition that cannot be one.

        Raises
        ------
        LimitError
            For more messages or definitions than the limits allow.
        """
        while pos < end:
            pos, fault = self._block(pos, min(end, pos + _BLOCK), end)
            if fault:
                return pos, fault
            if self._in_runs + sum(len(f.marks) for f in self.found.values()) > self._limits.samples:
                raise LimitError(
                    f"the FIT file has more than {self._limits.samples:.0f} messages; "
                    "raise settings.limits.samples if that is right"
                )
        if pos > end:
            return self._take_back(pos), "cut"
        return pos, ""

    def _take_back(self, pos: int) -> int:
        """Forget the message that ends at `pos`; return where it began."""
        for found in self.found.values():
            if found.marks and found.marks[-1] >= 0 and found.marks[-1] + found.size == pos:
                return found.marks.pop()
        return pos

    def _block(self, pos: int, stop: int, end: int) -> tuple[int, str]:  # noqa: C901 - the one hot loop, flat on purpose
        """Walk until `stop` has been reached or passed; nothing here costs more than it must."""
        data, sizes, adds, seen, locals_ = self.data, self.sizes, self.adds, self.found, self.locals
        far = stop - (_BURST + 1) * self._biggest
        while pos < stop:
            head = data[pos]
            size = sizes[head]
            if not size:
                if head & 0xC0 == 0x40 and not head & 0x10:
                    after = pos + 6 + 3 * data[pos + 5] if pos + 6 <= end else 0
                    if head & 0x20:
                        after = after + 1 + 3 * data[after] if 0 < after < end else 0
                    if not after or after > end:
                        return pos, "cut"
                    raw = data[pos + 2 : after]
                    known = seen.get(raw)  # some watches send it again before every message
                    if known is None:
                        known = self._admit(raw)
                        if known is None:
                            return pos, "definition"
                        far = stop - (_BURST + 1) * self._biggest
                    local = head & 0x0F
                    locals_[local] = known
                    sizes[local] = known.size
                    adds[local] = known.add
                    if self.compressed and local < 4:
                        self._open(local)
                    pos = after
                    if pos < stop and (size := sizes[data[pos]]):
                        adds[data[pos]](pos)
                        pos += size
                    continue
                if head & 0x80 and not self.compressed:
                    self.compressed = True
                    for local in range(4):
                        self._open(local)
                    continue
                return pos, "undefined"
            if pos >= far:
                adds[head](pos)
                pos += size
                continue
            if data[pos + size] == head == data[pos + 4 * size]:  # before `far` there are bytes enough to look at
                count = _run_length(data, pos, min(stop, end), size, head)
                if count > 4:
                    # every one of these bytes stands where a header must stand, so this is exact, not a guess
                    found = locals_[head >> 5 & 3 if head & 0x80 else head]
                    assert found is not None
                    found.add_run(pos, count)
                    self._in_runs += count
                    pos += count * size
                    continue
            for _ in repeat(None, _BURST):
                adds[head](pos)
                pos += size
                head = data[pos]
                size = sizes[head]
                if not size:
                    break
        return pos, ""


def _run_length(data: bytes, pos: int, end: int, size: int, head: int) -> int:
    """Return how many messages of one header follow each other from `pos` on, whole ones before `end` only."""
    count = 0
    for most in (32, 512, end):
        heads = data[pos : min(end, pos + most * size) : size]
        count = len(heads) - len(heads.lstrip(_ONE[head]))
        if count < len(heads):
            break
    return min(count, (end - pos) // size)


#: What was found, by global message number; only definitions under which there are messages.
ByNumber = Mapping[int, list[Found]]


def by_number(found: Iterable[Found]) -> ByNumber:
    """Sort what was found by global message number."""
    sorted_: dict[int, list[Found]] = {}
    for f in found:
        if f.marks:
            number = f.definition.number
            if number in sorted_:
                sorted_[number].append(f)
            else:
                sorted_[number] = [f]
    return sorted_
