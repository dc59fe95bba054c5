"""GPX and TCX alike: expat as a stream, with limits, salvage, and points taken out in columns.

expat reads; nothing of the document is kept but the points' texts, which become numbers as they come. Stretches of
plain points take a short cut (`plain`). Everything that an XML file can do to a reader is bounded: a document type
(and with it every entity) is refused, depth, text, names, points and unfinished tags have limits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar
from xml.parsers import expat

from legspeed.errors import DamagedError, LimitError
from legspeed.model import Problem
from legspeed.readers.xml.columns import Columns
from legspeed.readers.xml.feed import OF_TEXT, Damaged, Feed, Nested
from legspeed.readers.xml.plain import Grammar, plain_points
from legspeed.readers.xml.root import refuse_doctype
from legspeed.readers.xml.text import XmlText, prepare, repaired
from legspeed.settings import Limits

_BLOCK: Final = 1 << 19  # bytes of plain points scanned at once: fits a processor's cache
_LEAST_BLOCK: Final = 1 << 13  # below this the short cut costs more than it saves
_FLUSH: Final = 1 << 12  # points whose texts become numbers together
_REFUSALS: Final = 3  # the short cut is given up after so many stretches in a row that were not plain


class Outline(Protocol):
    """What listens to the elements around the points. Names are local names in lower case."""

    def opened(self, name: str, parent: str, attributes: dict[str, str], points: int) -> None:
        """Note that an element begins after so many points."""

    def closed(self, name: str, parent: str, text: str, points: int) -> None:
        """Note that an element with this text (after its last child) ends after so many points."""


OutlineT = TypeVar("OutlineT", bound=Outline)

_Sink = tuple[Callable[[int], None], Callable[[str], None]]
_UNKNOWN: Final[_Sink] = (lambda _: None, lambda _: None)  # told apart by identity


@dataclass(frozen=True, slots=True)
class Document(Generic[OutlineT]):
    """How many complete points there are, their columns, who listened, and what was repaired or left out."""

    points: int
    columns: Columns
    outline: OutlineT
    problems: tuple[Problem, ...]

    def cut_off(self) -> DamagedError | None:
        """Return the error for a document that breaks off before its first point; None where it is whole."""
        if any(problem.code == "truncated" for problem in self.problems):
            return DamagedError("cut off or damaged before its first track point; download or export it again")
        return None


def read_points(
    data: bytes, grammar: Grammar, outline: Callable[[], OutlineT], limits: Limits, *, short_cut: bool = True
) -> Document[OutlineT]:
    """Read all points of a document.

    Parameters
    ----------
    data : bytes
        The file.
    grammar : Grammar
        What a point looks like.
    outline : callable
        Makes a new listener for the elements around the points (a second one when the text had to be repaired).
    limits : Limits
        What the file may cost.
    short_cut : bool
        Whether plain stretches may bypass expat; the result is the same.

    Raises
    ------
    LimitError
        Deeper, longer or more than `limits` allow.
    UnknownFormatError
        A document type declaration, which no recording has.
    """
    stream = _Stream(prepare(data), grammar, outline(), limits, short_cut)
    better = stream.run()
    if better is not None:
        stream = _Stream(better, grammar, outline(), limits, short_cut)
        stream.run(salvage=True)
    problems = (*stream.text.problems, *stream.problems(), *stream.columns.problems())
    return Document(stream.points, stream.columns, stream.outline, problems)


class _Stream(Generic[OutlineT]):
    """One pass over a text."""

    def __init__(self, text: XmlText, grammar: Grammar, outline: OutlineT, limits: Limits, short_cut: bool) -> None:
        self.text, self.grammar, self.outline, self.limits = text, grammar, outline, limits
        self.columns = Columns()
        self._state: Callable[..., tuple[int, int]] = lambda: (0, 0)  # depth inside a point, points complete
        self._short_cut = short_cut
        self._within = grammar.holders[-1].lower()
        self._path: list[tuple[str, str]] = []  # elements open around the points: as written, and local name
        self._rows: dict[str, list[int]] = {}
        self._texts: dict[str, list[str]] = {}
        self._sinks: dict[str, _Sink | None] = {}  # of elements in points, by their name as written
        self._deeper_sinks: dict[str, _Sink | None] = {}  # of elements inside those
        self._deeper = self._deeper_sinks, {k: v for k, v in grammar.leaves.items() if k not in grammar.own}
        self._values: dict[str, _Sink | None] = {}  # of attributes of points
        self._point_names: set[str] = set()
        self._names: set[str] = set()
        self._chars: list[str] = []
        self._section = False  # inside <![CDATA[ ]]>
        self._damages = 0
        self._cut = False
        self._trailing = 0  # bytes after the end of the document
        self._where: list[str] = []  # of the first damage and of the one that ended it all

    def run(self, salvage: bool = False) -> XmlText | None:
        """Read the text; return a repaired one to read instead, where its characters are at fault."""
        position: int | None = 0
        while position is not None:
            try:
                self._read(position)
                break
            except Damaged as damage:
                if not salvage and damage.code in OF_TEXT:
                    salvage, better = True, repaired(self.text)
                    if better is not None:
                        return better
                position = self._behind(damage)
        self._flush()
        while self._path:
            self._close("")
        return None

    def problems(self) -> list[Problem]:
        """Return what was stepped over."""
        found = []
        if self._damages:
            message = f"damaged XML, first in {self._where[0]}; reading went on behind it"
            found.append(Problem("resync", message, self._damages))
        if self._cut:
            message = (
                f"the file breaks off or is damaged ({self._where[-1]}); the {self.points} points before were kept"
            )
            found.append(Problem("truncated", message))
        if self._trailing:
            message = f"{self._trailing} bytes after the end of the document were left out"
            found.append(Problem("trailing-data", message))
        return found

    # ---------------------------------------------------------------------------------------------------- reading

    def _read(self, position: int) -> None:
        """Read from `position` to the end with a new parser."""
        raw, grammar = self.text.raw, self.grammar
        parser = expat.ParserCreate(self.text.encoding)
        parser.buffer_text = True
        parser.ordered_attributes = True
        if hasattr(parser, "SetReparseDeferralEnabled"):  # expat 2.6: tags are bounded here, and none may come late
            parser.SetReparseDeferralEnabled(False)
        around = "".join(f"<{written}>" for written, _ in self._path).encode(self.text.encoding)
        parser.Parse(around)  # behind a damage the elements around it are open; at the start there are none
        self._listen(parser)
        feed = Feed(parser, raw, position, len(around), self._check)
        refused = 0
        while self._short_cut and refused < _REFUSALS:
            begin = raw.find(grammar.opening, position)
            if begin < 0:
                break
            end = self._stretch_end(begin)
            block = None
            if end - begin >= _LEAST_BLOCK:
                feed.to(begin)
                if self._among_points() and feed.pending == 0:
                    block = plain_points(raw[begin:end], grammar)
                refused = refused + 1 if block is None else 0
            if block is None:
                feed.to(end)
            else:
                feed.skip(end)
                self.columns.add_block(block, self.points)
                self._state(block.points)
                self._check(0)
            position = end
        feed.to(len(raw), last=True)

    def _stretch_end(self, begin: int) -> int:
        """Return where the stretch of whole points from `begin` ends, at the latest at the end of what holds them."""
        raw, grammar = self.text.raw, self.grammar
        end = min(begin + (_BLOCK >> min(self._damages, 5)), len(raw))
        leaving = raw.find(grammar.leaving, begin, end)
        if leaving >= 0:
            end = leaving
        last = raw.rfind(grammar.closing, begin, end)
        return last + len(grammar.closing) if last >= 0 else end

    def _among_points(self) -> bool:
        """Tell whether the next thing in the text stands directly in the element that holds points."""
        return not self._state()[0] and not self._section and bool(self._path) and self._path[-1][1] == self._within

    def _check(self, pending: int) -> None:
        """Hold what was read so far against the limits."""
        longest = self.limits.xml_text_chars
        if pending > longest:
            raise LimitError(f"a tag or comment of more than {longest:.0f} characters: this is no recording")
        if len(self._chars) > 1 and sum(map(len, self._chars)) > longest:
            raise LimitError(f"a text of more than {longest:.0f} characters: this is no recording")
        if self.points > self.limits.samples:
            raise LimitError(f"more than {self.limits.samples:.0f} points: raise limits.samples if that is meant")

    # ---------------------------------------------------------------------------------------------------- handlers

    def _listen(self, parser: expat.XMLParserType) -> None:  # noqa: C901 - the two hot functions share one scope
        """Let `parser` tell of elements and texts. Two short functions run for every element of every point."""
        chars, clear, join = self._chars, self._chars.clear, "".join
        get, get_deeper = self._sinks.get, self._deeper_sinks.get
        deepest, point_names, value_sink = int(self.limits.xml_depth), self._point_names, self._values.get
        depth, points = 0, self.points  # in the functions' own scope: attributes would take twice the time

        def start(name: str, attributes: list[str]) -> None:
            nonlocal depth
            clear()
            if not depth:
                if name not in point_names and not self._is_point(name):
                    self._open(name, attributes)
                    return
                depth = 1
                for key, value in zip(attributes[::2], attributes[1::2], strict=True):
                    sink = value_sink(key, _UNKNOWN)
                    if sink is _UNKNOWN:
                        sink = self._sink(self._values, key, self.grammar.attributes)
                    if sink is not None:
                        sink[0](points)
                        sink[1](value)
                return
            if name in point_names:
                raise Nested(parser.CurrentByteIndex)
            depth += 1
            if depth > deepest:
                raise _too_deep(deepest)
            if attributes:
                self._know(attributes[::2])

        def end(name: str) -> None:
            nonlocal depth, points
            if depth > 1:
                depth -= 1
                sink = get(name, _UNKNOWN) if depth == 1 else get_deeper(name, _UNKNOWN)
                if sink is _UNKNOWN:
                    sinks, leaves = (self._sinks, self.grammar.leaves) if depth == 1 else self._deeper
                    sink = self._sink(sinks, name, leaves)
                if sink is not None:
                    sink[0](points)
                    sink[1](join(chars))
            elif depth:
                depth = 0
                points += 1
                if not points % _FLUSH:
                    self._flush()
            else:
                self._close(join(chars))

        def state(more: int = 0) -> tuple[int, int]:
            nonlocal points
            points += more
            return depth, points

        self._state = state
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = chars.append
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartCdataSectionHandler = lambda: self._in_section(True)
        parser.EndCdataSectionHandler = lambda: self._in_section(False)

    @property
    def points(self) -> int:
        """How many points are complete."""
        return self._state()[1]

    def _in_section(self, inside: bool) -> None:
        self._section = inside

    def _is_point(self, name: str) -> bool:
        """Tell whether an element outside of points is a point."""
        if _local(name) != self.grammar.point:
            return False
        self._point_names.add(name)
        return True

    def _open(self, name: str, attributes: list[str]) -> None:
        """Take the start of an element outside of points."""
        if len(self._path) >= self.limits.xml_depth:
            raise _too_deep(int(self.limits.xml_depth))
        self._know([name, *attributes[::2]])
        parent, local = self._path[-1][1] if self._path else "", _local(name)
        self._path.append((name, local))
        self.outline.opened(local, parent, dict(zip(attributes[::2], attributes[1::2], strict=True)), self.points)

    def _close(self, text: str) -> None:
        """Take the end of an element outside of points."""
        _, local = self._path.pop()
        self.outline.closed(local, self._path[-1][1] if self._path else "", text.strip(), self.points)

    def _know(self, names: list[str]) -> None:
        """Count different names: each one stays in expat's memory."""
        self._names.update(names)
        if len(self._names) > self.limits.xml_names:
            raise LimitError(f"more than {self.limits.xml_names:.0f} different names: this is no recording")

    def _sink(self, sinks: dict[str, _Sink | None], name: str, columns: Mapping[str, str]) -> _Sink | None:
        """Return where the text of an element or attribute goes; None where it is not wanted."""
        column = columns.get(_local(name))
        sink: _Sink | None = None
        if column is not None:
            rows, texts = self._rows.setdefault(column, []), self._texts.setdefault(column, [])
            sink = rows.append, texts.append
        sinks[name] = sink
        self._know([name])
        return sink

    def _flush(self) -> None:
        """Turn texts into numbers, so that no more than a few thousand points are held as texts."""
        for column, rows in self._rows.items():
            if rows:
                self.columns.add(column, rows, self._texts[column])
                rows.clear()
                self._texts[column].clear()

    # ---------------------------------------------------------------------------------------------------- salvage

    def _behind(self, damage: Damaged) -> int | None:
        """Return where reading can go on behind a damage: at the next point, or the next document; None if nowhere."""
        raw = self.text.raw
        for column, rows in self._rows.items():  # an unfinished point
            while rows and rows[-1] == self.points:
                rows.pop()
                self._texts[column].pop()
        self._section = False
        self._chars.clear()
        after = not self._path and bool(self._names)  # the document had come to its end
        if after:
            root = re.compile(rb"<(?:[\w.-]{1,20}:)?" + self.grammar.holders[0].encode() + rb"[\s>]")
            found = root.search(raw, damage.at)
            position = found.start() if found else -1
        else:
            position = raw.find(self.grammar.opening, damage.at + 1)
        gone_on = position >= 0 and self._damages < self.limits.xml_damages
        if after and not gone_on:
            self._trailing = len(raw) - damage.at
            return None
        if not gone_on or not self._damages:
            line = raw.count(b"\n", 0, damage.at) + 1
            self._where.append(f"line {line}: {damage.what}")
        if not gone_on:
            self._cut = True
            return None
        self._damages += 1
        if not after and not (self._path and self._path[-1][1] == self._within):
            self._enter_holders()
        return position

    def _enter_holders(self) -> None:
        """Close and open elements until the one that holds points is open."""
        wanted = self.grammar.holders
        names = [written.lower() for written in wanted]
        while [local for _, local in self._path] != names[: len(self._path)]:
            self._close("")
        for written in wanted[len(self._path) :]:
            self._open(written, [])


def _local(name: str) -> str:
    """Return a name without its prefix, in lower case."""
    return name.rpartition(":")[2].lower()


def _too_deep(deepest: int) -> LimitError:
    return LimitError(f"elements more than {deepest} deep: this is no recording")
