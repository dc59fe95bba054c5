"""Walks a damaged FIT stream message by message and steps over what cannot be right.

Where a message cannot be one, the next place is sought from which definitions exist, sizes tile and several timestamps
fit; what lies between is dropped and reported, never read in a shifted way.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from legspeed.errors import LimitError
from legspeed.model import Problem
from legspeed.readers.fit.ahead import Ahead, Clues, Message
from legspeed.readers.fit.parts import Part
from legspeed.readers.fit.profile import FILE_ID, RECORD, TIMED
from legspeed.readers.fit.stream import Found, Walker
from legspeed.settings import Limits

_DOUBTS: Final = 2000  # odd messages looked into before their oddness is taken as this file's habit
_CLOSE: Final = 2  # a byte this near to the same byte of a neighbouring record is like it
_BETTER: Final = 1  # a record is hurt if so many of its bytes would be more like its neighbours' otherwise …
_STRANGE: Final = 4  # … or if so many more than usual are unlike them
_NEXT: Final = 64  # messages looked through for the next record


class Salvage(NamedTuple):
    """What a careful walk brought: messages by definition, whether the last one is cut off, what was dropped."""

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
        self.data, self.part, self.limits = data, part, limits
        self.ahead = Ahead(data, part, limits.fit_clock_s, short_headers)
        self.walker = Walker(data, limits)
        self.clock: int | None = None
        self.own_id: bytes | None = None
        self.trail: list[tuple[int, Message]] = []  # the last timed message and everything since …
        self.vouched = list(self.walker.locals)  # … and the definitions in force when it was read
        self.messages = self.doubts = self.damages = self.undefined = self.dropped = 0
        self.cut = False

    @property
    def clues(self) -> Clues:
        """What has been read so far."""
        return Clues(self.walker.locals, self.clock, self.own_id)

    def walk(self) -> Salvage:
        """Walk the part from its first message to its end."""
        pos, end = self.part.body, self.part.end
        while pos < end:
            message = self.ahead.look(pos, self.walker.locals)
            if message.fault:
                if pos >= end - self.part.slack:
                    break
                if message.fault == "cut" and self.part.cut:
                    self.cut = True
                    break
                pos = self._recover(pos, message.fault)
            elif self.ahead.odd(pos, message, self.clues):
                pos = self._doubt(pos, message)
            else:
                self._take(pos, message)
                pos = message.after
        return Salvage(self.walker.found, self.cut, self._problems())

    def _take(self, pos: int, message: Message) -> None:
        """Accept the message at `pos`."""
        found = message.found
        if message.defines is not None:
            self.walker.define(message.local, message.defines)
        if found is None:
            return
        self.messages += 1
        if self.messages > self.limits.samples:
            raise LimitError(f"the FIT file has more than {self.limits.samples:.0f} messages")
        found.marks.append(pos)
        if found.definition.number == FILE_ID:
            self.own_id = self.data[pos : message.after]
        if message.time is None:
            self.trail.append((pos, message))
            return
        self.clock = message.time
        self.trail = [(pos, message)]
        self.vouched = list(self.walker.locals)

    def _doubt(self, pos: int, message: Message) -> int:
        """Decide about a message whose form is right and whose content is odd; return where to go on."""
        self.doubts += 1
        if self.doubts > _DOUBTS:
            self._take(pos, message)
            return message.after
        if self.ahead.clock_was_found(pos, message, self.clues):
            self._take(pos, message)
            return message.after
        inside = self._search(pos, message.after)
        if inside is not None:
            return self._step_to(pos, inside)
        empty = self.ahead.empty(pos, message)
        if not empty and self.ahead.clock_was_set(pos, self.clues):
            self._take(pos, message)
            return message.after
        outlook = self.ahead.outlook(message.after, self.clues)
        if not outlook.ended and not outlook.good:
            return self._recover(pos, "odd")
        number = RECORD if message.found is None else message.found.definition.number
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
            place = self._search(pos, min(self.part.end, pos + int(self.limits.fit_resync_bytes)))
        if place is None and fault == "cut":
            self.cut = True  # the last message is not whole, and nothing says that more is wrong
            return self.part.end
        self.undefined += fault == "undefined"
        return self._step_to(pos, self.part.end if place is None else place)

    def _search(self, pos: int, high: int) -> int | None:
        """Return the first place from which the stream makes sense, sought from the last message with a good time on.

        With the definitions of now, and with those of then: damaged bytes may have been taken for a definition.
        """
        low = self.trail[0][0] + 1 if self.trail else pos + 1
        place = self.ahead.search(low, high, self.clues)
        if self.vouched != self.walker.locals:
            then = self.ahead.search(low, high, self.clues._replace(locals=self.vouched))
            if then is not None and (place is None or then < place):
                self.walker.locals[:] = self.vouched
                return then
        return place

    def _step_to(self, pos: int, place: int) -> int:
        """Leave out what lies between the last message that is kept and `place`."""
        self.damages += 1
        kept = pos
        while self.trail and self.trail[-1][1].after > place:
            start, message = self.trail.pop()
            if message.found is not None and message.found.marks[-1] == start:
                message.found.marks.pop()
            kept = min(kept, start)
        if place < self.part.end and self.trail:
            kept = min(kept, self._drop_if_hurt(place))
        self.dropped += place - kept
        self.trail = []
        self.vouched = list(self.walker.locals)
        return place

    def _drop_if_hurt(self, place: int) -> int:
        """Drop the last record if the damage lies in it and not behind it: a record resembles its neighbours."""
        start, last = self.trail[0]
        found, behind = last.found, self._next_record(place)
        if found is None or behind is None or behind[1] is not found or found.marks[-1] != start:
            return place
        if len(found.marks) < 3:
            return place
        size = found.size
        older, before, own, after = (self.data[at : at + size] for at in (*found.marks[-3:], behind[0]))
        # if bytes were inserted in it, its true end stands as far before the next record as records do elsewhere
        end = behind[0] - (start - found.marks[-2] - size)
        strange = _unlike(own, before, after)
        displaced = _unlike(self.data[end - size : end], before, after)
        best = min(sum(strange[:j]) + sum(displaced[j:]) for j in range(len(displaced) + 1))
        usual = sum(_unlike(before, older, after))
        if sum(strange) - best < _BETTER and sum(strange) <= usual + _STRANGE:
            return place
        found.marks.pop()
        return start

    def _next_record(self, pos: int) -> tuple[int, Found] | None:
        """Return the first record at or behind `pos`, if it comes soon and no definition comes before."""
        for _ in range(_NEXT):
            if pos >= self.part.end:
                return None
            message = self.ahead.look(pos, self.walker.locals)
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
        places = "1 place" if self.damages == 1 else f"{self.damages} places"
        text = f"{self.dropped} damaged bytes at {places} were skipped; what stood there is lost"
        problems = [Problem("resync", text, self.damages)]
        if self.undefined:
            problems.append(Problem("undefined-local", "data without a definition was left out", self.undefined))
        return tuple(problems)


def _unlike(row: bytes, before: bytes, after: bytes) -> list[bool]:
    """Tell of each byte of a record whether it is unlike that of the record before and that of the one after."""
    return [abs(b - a) > _CLOSE and abs(b - c) > _CLOSE for a, b, c in zip(before, row, after, strict=False)]
