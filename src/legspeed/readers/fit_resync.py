"""Walks a damaged FIT stream: finds where it goes wrong, and where behind the damage it makes sense again.

Nothing in a FIT message says where it begins, so after one byte too many every later byte may be taken for another.
What tells sense from nonsense is time: messages that carry a timestamp must stay near each other. The walk here checks
every message as it goes. Where one cannot be right, the next position is sought from which definitions exist, sizes
tile and several timestamps fit; what lies between is dropped and reported, never read in a shifted way.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from legspeed.errors import LimitError
from legspeed.model import Problem
from legspeed.readers.fit_parts import Part
from legspeed.readers.fit_profile import FILE_ID, MESSAGE_NAMES, RECORD, TIMED
from legspeed.readers.fit_stream import Definition, Found, Walker, fields_of, parse_definition
from legspeed.settings import Limits

_NO_TIME: Final = 0xFFFFFFFF
_PAD: Final = 105
_CONVINCING: Final = 3  # timestamps in a row that fit, found by chance once in 10^10 places
_NEW_CLOCK: Final = 8  # timestamps in a row that make a step of the clock credible
_RISING: Final = (0, 60)  # seconds between them; other numbers that rise, such as distances, step further
_NEAR: Final = (-3600, 3600)  # seconds between messages behind a damage, which no long pause follows at once
_LOOK_AHEAD: Final = 64  # messages read ahead at most
_TRIES: Final = 500  # places tried behind one damage
_DOUBTS: Final = 2000  # odd messages looked into before their oddness is taken as this file's habit
_ZERO_BYTES: Final = 5  # a longer message of nothing but zeros is unwritten memory


class _Message(NamedTuple):
    """A message looked at: where it ends, its definition (also when it is one), local number, time and fault."""

    after: int
    found: Found | None
    defines: Definition | None
    local: int
    time: int | None
    fault: str


class Salvage(NamedTuple):
    """What a careful walk brought: positions by definition, where it ended, what was dropped."""

    found: dict[bytes, Found]
    cut: bool
    problems: tuple[Problem, ...]


def salvage(data: bytes, part: Part, limits: Limits, *, short_headers: bool) -> Salvage:
    """Walk a part message by message and step over damage.

    Parameters
    ----------
    data : bytes
        The file.
    part : Part
        Which stretch of it.
    limits : Limits
        How far to search, how often, for how many messages.
    short_headers : bool
        Whether messages with a timestamp may have a compressed-timestamp header as well.

    Returns
    -------
    Salvage
        With the problems ``resync`` and ``undefined-local`` where something was dropped; without any, the stream was
        sound after all.

    Raises
    ------
    LimitError
        For more messages or definitions than the limits allow.
    """
    return _Careful(data, part, limits, short_headers).walk()


class _Careful:
    """State of one careful walk."""

    def __init__(self, data: bytes, part: Part, limits: Limits, short_headers: bool) -> None:
        self.data = data
        self.short_headers = short_headers
        self.body, self.end, self.slack, self.cut_file = part.body, part.end, part.slack, part.cut
        self.limits = limits
        self.walker = Walker(data, limits)
        self.window = int(limits.fit_clock_s)
        self.clock: int | None = None
        self.trail: list[tuple[int, _Message]] = []  # the last timed message and everything since
        self.doubts = 0
        self.damages = 0
        self.undefined = 0
        self.dropped = 0
        self.messages = 0
        self.own_id: bytes | None = None
        self.cut = False

    def walk(self) -> Salvage:
        """Walk the part from its first message to its end."""
        pos = self.body
        while pos < self.end:
            message = self._look(pos, self.walker.locals)
            if message.fault:
                if pos >= self.end - self.slack:
                    break
                if message.fault == "cut" and self.cut_file:
                    self.cut = True
                    break
                pos = self._recover(pos, message.fault)
            elif self._odd(pos, message, self.clock):
                pos = self._doubt(pos, message)
            else:
                self._take(pos, message)
                pos = message.after
        return Salvage(self.walker.found, self.cut, self._problems())

    def _look(self, pos: int, locals_: list[Found | None]) -> _Message:
        """Look at the message at `pos` without taking it."""
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
            return _Message(after, None, definition, head & 0x0F, None, "")
        if not head & 0x80 and head & 0x30:
            return _fault("undefined")
        local = head >> 5 & 3 if head & 0x80 else head & 0x0F
        found = locals_[local]
        if found is None or (head & 0x80 and found.definition.time_at and not self.short_headers):
            return _fault("undefined")
        after = pos + found.size
        if after > end:
            return _fault("cut")
        return _Message(after, found, None, local, self._time(pos, found.definition), "")

    def _time(self, pos: int, definition: Definition) -> int | None:
        """Return the timestamp of the data message at `pos`, None where it has none."""
        if not definition.time_at or self.data[pos] & 0x80:
            return None
        at = pos + definition.time_at
        time = int.from_bytes(self.data[at : at + 4], "little" if definition.order == "<" else "big")
        return None if time == _NO_TIME else time

    def _odd(self, pos: int, message: _Message, clock: int | None) -> bool:
        """Tell whether a message that is whole by its form can hardly be one by its content."""
        found = message.found
        if found is None:
            return False
        if message.time is not None and clock is not None and abs(message.time - clock) > self.window:
            return True
        if found.definition.number == FILE_ID:
            return self.own_id not in (None, self.data[pos : message.after])
        whole = self.data[pos : message.after]
        return len(whole) > _ZERO_BYTES and found.definition.number != _PAD and not whole.strip(b"\0")

    def _take(self, pos: int, message: _Message) -> None:
        """Accept the message at `pos`."""
        if message.defines is not None:
            self.walker.define(pos, self.end)
            return
        self.messages += 1
        if self.messages > self.limits.samples:
            raise LimitError(f"the FIT file has more than {self.limits.samples:.0f} messages")
        found = message.found
        assert found is not None
        found.marks.append(pos)
        if found.definition.number == FILE_ID:
            self.own_id = self.data[pos : message.after]
        if message.time is not None:
            self.clock = message.time
            self.trail = [(pos, message)]
        else:
            self.trail.append((pos, message))

    def _run_on(
        self, pos: int, clock: int | None, want: int, step_s: tuple[int, int] | None = None
    ) -> tuple[int, bool]:
        """Read ahead from `pos`; return how many timestamps fit in a row and whether the end was met exactly.

        The first must be near `clock`; each further one must be within `step_s` of the one before.
        """
        locals_ = list(self.walker.locals)
        timed, first = 0, None
        for _ in range(_LOOK_AHEAD):
            if pos >= self.end - self.slack:
                return timed, True
            message = self._look(pos, locals_)
            if message.fault:
                return timed, message.fault == "cut" and self.cut_file
            if message.defines is not None:
                locals_[message.local] = Found(message.defines)
            elif self._odd(pos, message, clock):
                return timed, False
            elif message.time is not None:
                close = not step_s or first is None or clock is None or step_s[0] <= message.time - clock <= step_s[1]
                if not close:
                    return timed, False
                first = message.time if first is None else first
                clock = message.time
                timed += 1
                if timed >= want:
                    return (timed if clock > first or not step_s or step_s[0] < 0 else 0), False
            pos = message.after
        return timed, False

    def _doubt(self, pos: int, message: _Message) -> int:
        """Decide about a message whose form is right and whose content is odd; return where to go on."""
        self.doubts += 1
        empty = not self.data[pos : message.after].strip(b"\0")
        if self.doubts > _DOUBTS:
            self._take(pos, message)
            return message.after
        inside = self._search(self._search_from(pos), message.after)
        if inside is not None:
            return self._step_to(pos, inside)
        if not empty and self._run_on(pos, None, _NEW_CLOCK, _RISING)[0] >= _NEW_CLOCK:
            self._take(pos, message)  # the watch's clock was set: everything from here on agrees with it
            return message.after
        timed, ended = self._run_on(message.after, self.clock, _CONVINCING)
        if not ended and timed < _CONVINCING:
            return self._recover(pos, "odd")
        assert message.found is not None
        number = message.found.definition.number
        if empty or number == FILE_ID or (message.time is not None and number in TIMED):
            return self._step_to(pos, message.after)
        clock = self.clock
        self._take(pos, message)  # alone in being odd, as sensors are: nobody relies on its time
        self.clock = clock
        return message.after

    def _recover(self, pos: int, fault: str) -> int:
        """Go on behind damage at `pos`: return where, the end if nowhere."""
        place = None
        if self.damages < self.limits.fit_resyncs:
            high = min(self.end, pos + int(self.limits.fit_resync_bytes))
            place = self._search(self._search_from(pos), high)
        if place is None and fault == "cut":
            self.cut = True  # the last message is not whole, and nothing says that it was more than cut off
            return self.end
        self.undefined += fault == "undefined"
        return self._step_to(pos, self.end if place is None else place)

    def _search_from(self, pos: int) -> int:
        """Return the first place a message may begin: inside the last one that is vouched for by its time."""
        return self.trail[0][0] + 1 if self.trail else pos + 1

    def _search(self, low: int, high: int) -> int | None:
        """Return the first place in ``[low, high)`` from which the stream makes sense."""
        for place in self._places(low, high)[:_TRIES]:
            message = self._look(place, self.walker.locals)
            if message.fault or (message.defines is not None and not _convincing(message.defines, self.data, place)):
                continue
            timed, ended = self._run_on(place, self.clock, _CONVINCING, _NEAR)
            if timed >= _CONVINCING or (ended and timed):
                return place
        return None

    def _places(self, low: int, high: int) -> list[int]:
        """Return places where a definition, or data with a fitting time, may begin."""
        window = np.frombuffer(self.data, np.uint8)[low:high]
        places = [np.flatnonzero(window & 0xD0 == 0x40) + low]
        for local, found in enumerate(self.walker.locals):
            if found is None or not found.definition.time_at:
                continue
            starts = np.flatnonzero(window == local) + low
            at = found.definition.time_at
            starts = starts[starts + at + 4 <= self.end]
            stamps = np.ndarray((len(self.data) - 3,), found.definition.order + "u4", self.data, 0, (1,))
            times = stamps[starts + at].astype(np.int64)
            if self.clock is not None:
                starts = starts[np.abs(times - self.clock) <= self.window]
            places.append(starts)
        merged = np.unique(np.concatenate(places))
        heads = np.frombuffer(self.data, np.uint8)[merged]
        # of the many bytes that look like a definition's first, keep those whose reserved byte and order mark fit
        keep = np.ones(len(merged), bool)
        defining = np.flatnonzero(heads & 0xC0 == 0x40)
        for k in defining:
            at = int(merged[k])
            keep[k] = self.data[at + 1 : at + 2] == b"\0" and self.data[at + 2 : at + 3] in (b"\0", b"\1")
        return [int(place) for place in merged[keep]]

    def _step_to(self, pos: int, place: int) -> int:
        """Leave out what lies between the last message that is kept and `place`."""
        self.damages += 1
        kept = pos
        while self.trail and self.trail[-1][1].after > place:
            start, message = self.trail.pop()
            if message.found is not None and message.found.marks and message.found.marks[-1] == start:
                message.found.marks.pop()
            kept = min(kept, start)
        if place < self.end and self.trail:
            kept = min(kept, self._drop_if_hurt(place))
        self.dropped += place - kept
        self.trail = []
        return place

    def _drop_if_hurt(self, place: int) -> int:
        """Drop the last record if the damage seems to lie in it: a record resembles those before and after it.

        The bytes that neighbours share (high bytes of time and position, empty fields) must be the same in it, above
        all at its end, which is what moves when bytes are inserted.
        """
        start, last = self.trail[0]
        found, behind = last.found, self._next_record(place)
        if found is None or behind is None or behind[1] is not found or found.marks[-1] != start:
            return place
        if len(found.marks) < 2:
            return place
        before = found.marks[-2]
        rows = [self.data[at + 1 : at + found.size] for at in (before, start, behind[0])]
        shared = [b == a for a, b, c in zip(*rows, strict=True) if a == c]
        alike = len(shared) < 4 or (sum(shared) >= 0.6 * len(shared) and all(shared[-4:]))
        if alike:
            return place
        found.marks.pop()
        return start

    def _next_record(self, pos: int) -> tuple[int, Found] | None:
        """Return the first record at or behind `pos`, if it comes soon."""
        for _ in range(_LOOK_AHEAD):
            if pos >= self.end:
                return None
            message = self._look(pos, self.walker.locals)
            if message.found is None:
                return None
            if message.found.definition.number == RECORD:
                return pos, message.found
            pos = message.after
        return None

    def _problems(self) -> tuple[Problem, ...]:
        """Put into words what was dropped."""
        if not self.damages:
            return ()
        problems = [
            Problem(
                "resync",
                f"{self.dropped} damaged bytes at {self.damages} place{'s' * (self.damages > 1)} were skipped; "
                "what stood there is lost",
                self.damages,
            )
        ]
        if self.undefined:
            problems.append(Problem("undefined-local", "data without a definition was left out", self.undefined))
        return tuple(problems)


def _fault(kind: str) -> _Message:
    return _Message(0, None, None, 0, None, kind)


def _convincing(definition: Definition, data: bytes, pos: int) -> bool:
    """Tell whether bytes found by searching are a definition beyond doubt: known number, every field well formed."""
    if data[pos + 1] or definition.guessed:
        return False
    fields = fields_of(definition)
    whole = sum(f.kind is not None and f.size > 0 and f.size % f.kind.width == 0 for f in fields)
    if not fields or 4 * whole < 3 * len(fields):
        return False
    return definition.number in MESSAGE_NAMES or whole == len(fields)
