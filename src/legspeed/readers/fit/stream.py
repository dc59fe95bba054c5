"""One pass over the headers of a FIT stream: which messages there are and where, without reading their content.

A FIT stream is a row of messages. A *definition* binds one of 16 local numbers to a message kind and its fields; a
*data* message names a local number and has exactly the bytes its definition says. Watches send the same definition
again and again, so definitions are kept by their bytes and all data under one definition share one list of positions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.errors import LimitError
from legspeed.readers.fit.definitions import Definition, definition_of
from legspeed.readers.fit.skim import Layout, skim
from legspeed.settings import Limits

_BLOCK: Final = 1 << 20  # bytes between two looks at the limits
_FEW: Final = 500  # marks that are dealt with sooner than repetitions among them
_SKIMS: Final = 8  # attempts to walk quickly that may be in vain
_LAYOUTS: Final = 24  # different sets of definitions for which it is attempted: each costs a compilation
_SKIMMED: Final = 64  # messages from which on it was not in vain
_BURST: Final = 16  # messages between two looks for a run of equal headers
_ONE: Final = tuple(bytes((i,)) for i in range(256))


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

    def add_run(self, pos: int, count: int) -> int:
        """Note `count` messages that follow each other from `pos` on; return how many have no mark of their own."""
        if len(self.marks) + count <= _FEW and not self.repeats:
            self.marks += range(pos, pos + count * self.size, self.size)
            return 0
        self.marks += (pos, -count)
        self.repeats = True
        return count - 2

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


def _nobody(_pos: int) -> None:
    """Stand where no local number is defined; never called, for such a message has no size."""


class Walker:
    """Walks message headers and collects positions. Helper of one reading; nothing of it outlives the call.

    Parameters
    ----------
    data : bytes
        The file.
    limits : Limits
        How many messages and definitions it may hold.
    all_messages : bool
        Whether those are noted as well that nobody reads; else ``skimmed`` tells that some were passed over.
    """

    __slots__ = (
        "_biggest",
        "_in_runs",
        "_layouts",
        "_limits",
        "_skims",
        "adds",
        "compressed",
        "data",
        "found",
        "idle",
        "locals",
        "sizes",
        "skimmed",
    )

    def __init__(self, data: bytes, limits: Limits, *, all_messages: bool = False) -> None:
        self.data = data
        self.found: dict[bytes, Found] = {}
        self.locals: list[Found | None] = [None] * 16
        # Indexed by header byte: how long such a message is (0: not a data message that is defined), who notes it.
        self.sizes = [0] * 256
        self.adds: list[Callable[[int], None]] = [_nobody] * 256
        self.idle = [False] * 256
        self.compressed = self.skimmed = False
        self._skims = 0 if all_messages else _SKIMS
        self._layouts: set[Layout] = set()
        self._biggest = 1
        self._in_runs = 0
        self._limits = limits

    def define(self, local: int, definition: Definition) -> None:
        """Let a local number stand for a definition from here on."""
        found = self.locals[local] = self.found.get(definition.raw) or self._admit(definition)
        self.sizes[local] = found.size
        self.adds[local] = found.add
        self.idle[local] = definition.idle
        if self.compressed and local < 4:
            self._open(local)

    def _admit(self, definition: Definition) -> Found:
        """Note a definition seen for the first time."""
        if len(self.found) >= self._limits.fit_definitions:
            raise LimitError(
                f"the FIT file has more than {self._limits.fit_definitions:.0f} different message definitions; "
                "raise settings.limits.fit_definitions if that is right"
            )
        found = self.found[definition.raw] = Found(definition)
        if definition.size > self._biggest:
            self._biggest = definition.size
        return found

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
            if pos > self._limits.samples < self._in_runs + sum([len(f.marks) for f in self.found.values()]):
                raise LimitError(
                    f"the FIT file has more than {self._limits.samples:.0f} messages; "
                    "raise settings.limits.samples if that is right"
                )
        if pos > end:
            return self._take_back(pos), "cut"
        return pos, ""

    def _skim(self, pos: int, stop: int) -> int:
        """Walk on quickly from a message that nobody reads; return where that came to an end."""
        layout = tuple([(k, f.size, f.definition.idle) for k, f in enumerate(self.locals) if f is not None])
        self._layouts.add(layout)
        if len(self._layouts) > _LAYOUTS:
            self._skims = 0
            return pos
        head = self.data[pos]
        self.adds[head](pos)  # so that there is something of its kind
        self.skimmed = True
        after, worth = skim(self.data, pos, stop, layout, self.adds)
        if not worth:
            self._skims = 0
        elif after - pos < _SKIMMED * self.sizes[head]:
            self._skims -= 1
        return after

    def _take_back(self, pos: int) -> int:
        """Forget the message that ends at `pos`; return where it began."""
        for found in self.found.values():
            if found.marks and found.marks[-1] >= 0 and found.marks[-1] + found.size == pos:
                return found.marks.pop()
        return pos

    def _block(self, pos: int, stop: int, end: int) -> tuple[int, str]:  # noqa: C901 - the one hot loop, flat on purpose
        """Walk until `stop` has been reached or passed; nothing here costs more than it must."""
        data, sizes, adds, seen, locals_, idle = self.data, self.sizes, self.adds, self.found, self.locals, self.idle
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
                        definition = definition_of(raw)
                        if not definition.sound:
                            return pos, "definition"
                        known = self._admit(definition)
                        far = stop - (_BURST + 1) * self._biggest
                    local = head & 0x0F
                    locals_[local] = known
                    sizes[local] = known.size
                    adds[local] = known.add
                    idle[local] = known.definition.idle
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
            if idle[head] and self._skims and pos < far:
                pos = self._skim(pos, stop)
                continue
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
                    self._in_runs += found.add_run(pos, count)
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
