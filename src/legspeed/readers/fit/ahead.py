"""Looking ahead in a FIT stream that may be damaged: is this a message, can it be right, does what follows fit to it.

Nothing in a FIT message says where it begins, so after one byte too many every later byte may be taken for another.
What tells sense from nonsense is time: messages that carry a timestamp stay near each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from legspeed.readers.fit.definitions import Definition, fields_of, parse_definition
from legspeed.readers.fit.parts import Part
from legspeed.readers.fit.profile import FILE_ID, MESSAGE_NAMES
from legspeed.readers.fit.stream import Found

#: Timestamps in a row that fit; met by chance once in 10^10 places.
CONVINCING: Final = 3
_NO_TIME: Final = 0xFFFFFFFF
_DATES: Final = 2**28  # smaller times count seconds since the device was switched on
_PAD: Final = 105
_NEW_CLOCK: Final = 8  # timestamps in a row that make a step of the clock credible …
_RISING: Final = (0, 60)  # … with so many seconds between them; other numbers that rise, distances, step further
_NEAR: Final = (-3600, 3600)  # seconds between messages behind a damage, which no long pause follows at once
_MESSAGES: Final = 64  # read ahead at most
_BESIDE: Final = 256  # bytes further on that a better place may lie
_TRIES: Final = 500  # places tried behind one damage
_ZERO_BYTES: Final = 5  # a longer message of nothing but zeros is unwritten memory

Locals = Sequence[Found | None]


class Message(NamedTuple):
    """A message looked at: where it ends, its definition (also when it is one), local number, time and fault."""

    after: int
    found: Found | None
    defines: Definition | None
    local: int
    time: int | None
    fault: str


class Outlook(NamedTuple):
    """What follows a place: timestamps that fit in a row, whether the end is met exactly, whether none steps back."""

    timed: int
    ended: bool
    onward: bool

    @property
    def good(self) -> bool:
        """Whether a message begins at the place as good as certainly."""
        return self.timed >= CONVINCING or (self.ended and self.timed > 0)


class Clues(NamedTuple):
    """What has been read so far: definitions in force, the last good time, the file's own file_id."""

    locals: Locals
    clock: int | None
    own_id: bytes | None


class Ahead:
    """Looks into one part of a file; keeps nothing but what the part is.

    Parameters
    ----------
    data : bytes
        The file.
    part : Part
        Which stretch of it.
    window_s : float
        Neighbouring messages further apart in time than this do not belong together.
    short_headers : bool
        Whether messages with a timestamp may have a compressed-timestamp header as well.
    """

    def __init__(self, data: bytes, part: Part, window_s: float, short_headers: bool) -> None:
        self.data = data
        self.end, self.slack, self.cut_file = part.end, part.slack, part.cut
        self.window = int(window_s)
        self.short_headers = short_headers

    def look(self, pos: int, locals_: Locals) -> Message:
        """Look at the message at `pos`: its form."""
        data, end = self.data, self.end
        head = data[pos]
        if head & 0xC0 == 0x40:
            if head & 0x10:
                return _fault("definition")
            definition, after = parse_definition(data, pos, end)
            if definition is None:
                return _fault("cut")
            if not definition.sound:
                return _fault("definition")
            return Message(after, None, definition, head & 0x0F, None, "")
        if not head & 0x80 and head & 0x30:
            return _fault("undefined")
        local = head >> 5 & 3 if head & 0x80 else head & 0x0F
        found = locals_[local]
        if found is None or (head & 0x80 and found.definition.time_at and not self.short_headers):
            return _fault("undefined")
        after = pos + found.size
        if after > end:
            return _fault("cut")
        return Message(after, found, None, local, self._time(pos, found.definition), "")

    def _time(self, pos: int, definition: Definition) -> int | None:
        """Return the timestamp of the data message at `pos`, None where it has none."""
        if not definition.time_at or self.data[pos] & 0x80:
            return None
        at = pos + definition.time_at
        time = int.from_bytes(self.data[at : at + 4], "little" if definition.order == "<" else "big")
        return None if time == _NO_TIME else time

    def empty(self, pos: int, message: Message) -> bool:
        """Tell whether a message is nothing but zeros."""
        whole = self.data[pos : message.after]
        return len(whole) > _ZERO_BYTES and not whole.strip(b"\0")

    def odd(self, pos: int, message: Message, clues: Clues) -> bool:
        """Tell whether a message that is whole by its form can hardly be one by its content."""
        found = message.found
        if found is None:
            return False
        if message.time is not None and clues.clock is not None and abs(message.time - clues.clock) > self.window:
            return True
        if found.definition.number == FILE_ID:
            return clues.own_id not in (None, self.data[pos : message.after])
        return found.definition.number != _PAD and self.empty(pos, message)

    def outlook(self, pos: int, clues: Clues, want: int = CONVINCING, step_s: tuple[int, int] = _NEAR) -> Outlook:
        """Read ahead from `pos`.

        The first timestamp must be near the clock, if that is known; each further one within `step_s` of the last.
        """
        locals_, clock = list(clues.locals), clues.clock
        timed, onward = 0, True
        for _ in range(_MESSAGES):
            if pos >= self.end - self.slack:
                return Outlook(timed, True, onward)
            message = self.look(pos, locals_)
            if message.fault:
                return Outlook(timed, message.fault == "cut" and self.cut_file, onward)
            if message.defines is not None:
                locals_[message.local] = Found(message.defines)
            elif self.odd(pos, message, Clues(locals_, clock, clues.own_id)):
                break
            elif message.time is not None:
                step = 0 if clock is None else message.time - clock
                if timed and not step_s[0] <= step <= step_s[1]:
                    break
                onward = onward and step >= 0
                clock = message.time
                timed += 1
                if timed >= want:
                    break
            pos = message.after
        return Outlook(timed, False, onward)

    def clock_was_set(self, pos: int, clues: Clues) -> bool:
        """Tell whether everything from `pos` on agrees with another time of day: the watch's clock was put right."""
        new = self.outlook(pos, clues._replace(clock=None), _NEW_CLOCK, _RISING)
        return new.timed >= _NEW_CLOCK

    def clock_was_found(self, pos: int, message: Message, clues: Clues) -> bool:
        """Tell whether a watch that counted from its start got the time of day from the satellites at `pos`."""
        if message.time is None or clues.clock is None:
            return False
        return clues.clock < _DATES <= message.time and self.clock_was_set(pos, clues)

    def search(self, low: int, high: int, clues: Clues) -> int | None:
        """Return the first place in ``[low, high)`` from which the stream makes sense, best one where time goes on."""
        second_best = None
        for place in self._places(low, high, clues)[:_TRIES]:
            message = self.look(place, clues.locals)
            if message.fault or (message.defines is not None and not _convincing(message.defines, self.data, place)):
                continue
            outlook = self.outlook(place, clues)
            if second_best is not None and place > second_best + _BESIDE:
                break
            if outlook.good and outlook.onward:
                return place
            if outlook.good and second_best is None:
                second_best = place
        return second_best

    def _places(self, low: int, high: int, clues: Clues) -> list[int]:
        """Return places where a definition, or data with a fitting time, may begin."""
        content = np.frombuffer(self.data, np.uint8)
        window = content[low:high]
        starts = np.flatnonzero(window & 0xD0 == 0x40) + low
        starts = starts[starts + 6 <= self.end]
        # of the many bytes that look like a definition's first, those whose reserved byte and order mark fit
        places = [starts[(content[starts + 1] == 0) & (content[starts + 2] <= 1)]]
        for local, found in enumerate(clues.locals):
            if found is None or not found.definition.time_at:
                continue
            at = found.definition.time_at
            starts = np.flatnonzero(window == local) + low
            starts = starts[starts + at + 4 <= self.end]
            if clues.clock is not None:
                stamps = np.ndarray((len(self.data) - 3,), found.definition.order + "u4", self.data, 0, (1,))
                starts = starts[np.abs(stamps[starts + at].astype(np.int64) - clues.clock) <= self.window]
            places.append(starts)
        return [int(place) for place in np.unique(np.concatenate(places))]


def _fault(kind: str) -> Message:
    return Message(0, None, None, 0, None, kind)


def _convincing(definition: Definition, data: bytes, pos: int) -> bool:
    """Tell whether bytes found by searching are a definition beyond doubt: known number, fields well formed."""
    if data[pos + 1] or definition.guessed:
        return False
    fields = fields_of(definition)
    whole = sum(f.kind is not None and f.size > 0 and f.size % f.kind.width == 0 for f in fields)
    if not fields or 4 * whole < 3 * len(fields):
        return False
    return definition.number in MESSAGE_NAMES or whole == len(fields)
