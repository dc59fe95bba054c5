"""Points out of plain XML, thousands at once: the short cut beside expat.

A recording's XML is nearly all points written alike: elements with text, no entity, comment or section among them. Such
a stretch of whole points is scanned as an array of bytes: where the tags are, which they are, and what stands between.
Anything else is declined and goes through expat, so that the short cut never decides what malformed or unusual XML
means. Both ways give the same points (a test holds them against each other).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

_Index = npt.NDArray[np.intp]

_MOST_TAGS: Final = 64  # different tags in a stretch; GPX and TCX points have about a dozen pairs
_IN_POINT: Final = 2  # level of the elements directly in a point
_DEEPEST: Final = 12  # elements in elements within a point; GPX and TCX need 4
_WORD: Final = 8  # bytes compared at once
_MASKS: Final = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], dtype=np.uint64)
_TAG: Final = re.compile(rb"/[^\W\d][\w:.-]*|[^\W\d][\w:.-]*(?:\s+[^\W\d][\w:.-]*=(?:\"[^\"]*\"|'[^']*'))*\s*/?")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the points of a format look like. Names are local names in lower case where nothing else is said.

    Parameters
    ----------
    point : str
        The element of a point.
    holders : tuple of str
        The elements around a point, as written, from the root to the one that holds points.
    opening : bytes
        How a point's start tag begins, as nearly all files spell it: there the short cut looks for points.
    closing, leaving : bytes
        A point's end tag, and how the end tag of the holding element begins, in the same spelling.
    leaves : mapping of str to str
        Elements inside a point and the column that takes their text.
    own : frozenset of str
        Those of them that count only directly in the point: an app's extension may have a time of its own.
    attributes : mapping of str to str
        Attributes of a point and the column that takes their value.
    """

    point: str
    holders: tuple[str, ...]
    opening: bytes
    closing: bytes
    leaving: bytes
    leaves: Mapping[str, str]
    own: frozenset[str]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """Texts of one column: of which points they are, and where in the stretch each begins and ends."""

    column: str
    rows: _Index
    begins: _Index
    ends: _Index


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of points: its text, how many there are, and where their texts stand."""

    raw: bytes
    points: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Tags:
    """All tags of a stretch: where their angle brackets are, which of the distinct tags each one is."""

    raw: bytes
    opens: _Index
    closes: _Index
    kind: npt.NDArray[np.int8]
    literals: tuple[bytes, ...]
    ending: npt.NDArray[np.bool_]
    empty: npt.NDArray[np.bool_]  # <element/>


def plain_points(raw: bytes, grammar: Grammar) -> Block | None:
    """Read a stretch of whole points.

    Parameters
    ----------
    raw : bytes
        XML from a point's ``<`` to a point's ``>``, in an encoding that contains ASCII.
    grammar : Grammar
        The format.

    Returns
    -------
    Block or None
        None where `raw` is anything but well-formed points of plain elements and text: then expat must read it.
    """
    if not raw.isascii() or b"&" in raw:
        return None
    tags = _find_tags(raw, grammar.opening[1:] + b" " if grammar.attributes else b"")
    if tags is None:
        return None
    nested = _nested_points(tags, grammar.point.encode())
    if nested is None:
        return None
    points, level = nested
    spans = _attributes(tags, points, grammar.attributes)
    if spans is None:
        return None
    of_point = np.zeros(len(tags.opens), dtype=np.intp)
    of_point[points] = 1
    of_point = np.cumsum(of_point) - 1
    for kind, literal in enumerate(tags.literals):
        name = _local(literal)
        column = grammar.leaves.get(name)
        if column is None or literal.startswith(b"/") or literal.endswith(b"/"):
            continue
        leaf = np.flatnonzero(tags.kind == kind)
        if name in grammar.own:
            leaf = leaf[level[leaf] == _IN_POINT]
        if not tags.ending[leaf + 1].all():  # a leaf with elements inside
            return None
        spans.append(Span(column, of_point[leaf], tags.closes[leaf] + 1, tags.opens[leaf + 1]))
    return Block(raw, len(points), tuple(spans))


def _local(literal: bytes) -> str:
    """Return a start tag's local name in lower case."""
    return literal.split(None, 1)[0].rstrip(b"/").rpartition(b":")[2].decode("ascii").lower()


def _find_tags(raw: bytes, varying: bytes) -> _Tags | None:
    """Locate and identify the tags; None where one is not plain.

    Tags that begin with `varying` are taken for one kind whatever follows: their attributes differ (`_add_attributes`
    looks at them); all others must be equal to the byte.
    """
    table = np.frombuffer(raw, np.uint8)
    blanks = sum(np.count_nonzero(table == blank) for blank in b"\n\t\r")
    if np.count_nonzero(table < 32) != blanks:  # a control character, which XML forbids
        return None
    opens, closes = np.flatnonzero(table == ord("<")), np.flatnonzero(table == ord(">"))
    if len(opens) != len(closes) or (closes <= opens + 1).any() or (closes[:-1] > opens[1:]).any():
        return None
    ending = table[opens + 1] == ord("/")
    kind = np.full(len(opens), -1, dtype=np.int8)
    length = closes - opens - 1
    words = _words(raw)
    heads = words[opens + 1]
    heads_alone = heads & _MASKS[np.minimum(length, _WORD)]  # shorter tags without what follows them
    literals: list[bytes] = []
    first = 0
    while True:
        left = kind[first:] < 0
        if not left.any():
            break
        first += int(left.argmax())
        literal = raw[opens[first] + 1 : closes[first]]
        if len(literals) == _MOST_TAGS or not _TAG.fullmatch(literal):
            return None
        if varying and literal.startswith(varying):
            alike = np.flatnonzero(heads & _MASKS[len(varying)] == _word(varying))
        else:
            alike = np.flatnonzero((heads_alone == _word(literal)) & (length == len(literal)))
            alike = _followed(words, opens, alike, literal)
        kind[alike] = len(literals)
        if kind[first] < 0:
            return None
        literals.append(literal)
    return _Tags(raw, opens, closes, kind, tuple(literals), ending, table[closes - 1] == ord("/"))


def _words(raw: bytes) -> npt.NDArray[np.uint64]:
    """Return every byte of `raw` and the seven after it as one number: texts are compared in few steps."""
    return np.ndarray((len(raw),), "<u8", raw + b" " * _WORD, strides=(1,))


def _word(text: bytes) -> np.uint64:
    """Return the first eight bytes of `text` as `_words` shows them, masked to its length."""
    return np.uint64(int.from_bytes(text[:_WORD], "little"))


def _followed(words: npt.NDArray[np.uint64], before: _Index, rows: _Index, text: bytes, start: int = _WORD) -> _Index:
    """Return those of `rows` in which `text` follows the byte at `before`, compared from `start` on."""
    for at in range(start, len(text), _WORD):
        piece = text[at : at + _WORD]
        rows = rows[words[before[rows] + (1 + at)] & _MASKS[len(piece)] == _word(piece)]
    return rows


def _nested_points(tags: _Tags, point: bytes) -> tuple[_Index, npt.NDArray[np.int8]] | None:
    """Return the start tags of the points, and how deep each tag is (1: a point's; 0: an empty element).

    None where tags do not nest, or something else stands beside points.
    """
    whole = np.flatnonzero(~tags.empty)
    ending, kind = tags.ending[whole], tags.kind[whole]
    depth = np.cumsum(np.where(ending, np.int8(-1), np.int8(1)), dtype=np.int64)
    if not len(depth) or depth[-1] != 0 or depth.min() < 0 or depth.max() > _DEEPEST:
        return None
    level = (depth + ending).astype(np.int8)
    order = np.argsort(level, kind="stable")  # within one level, start and end tags alternate
    starts, ends = order[0::2], order[1::2]
    if ending[starts].any() or not ending[ends].all():
        return None
    end_of = np.full(len(tags.literals), -1, dtype=np.int8)
    kinds = {literal: kind for kind, literal in enumerate(tags.literals)}
    for literal, number in kinds.items():
        if not literal.startswith(b"/"):
            end_of[number] = kinds.get(b"/" + literal.split(None, 1)[0], -1)
    if (end_of[kind[starts]] != kind[ends]).any():
        return None
    top = np.flatnonzero((level == 1) & ~ending)
    if (kind[top] != tags.kind[0]).any() or np.count_nonzero(tags.kind == tags.kind[0]) != len(top):
        return None
    if tags.literals[0].split(None, 1)[0].lower() != point:
        return None
    if len(whole) == len(tags.opens):
        return whole[top], level
    levels = np.zeros(len(tags.opens), np.int8)
    levels[whole] = level
    return whole[top], levels


def _attributes(tags: _Tags, points: _Index, columns: Mapping[str, str]) -> list[Span] | None:
    """Return where the points' attribute values stand; None where not all points spell their attributes alike."""
    if not columns:
        return []
    names = re.findall(rb"([\w:.-]+)=\"", tags.literals[0])
    if not names or len(set(names)) != len(names) or b"'" in tags.literals[0]:
        return None
    table = np.frombuffer(tags.raw, np.uint8)
    quotes = np.flatnonzero(table == ord('"'))
    at = np.searchsorted(quotes, tags.opens[points])
    count = 2 * len(names)
    if at[-1] + count > len(quotes):
        return None
    marks = quotes[at[:, None] + np.arange(count)]  # every quotation mark of every point
    if (marks[:, -1] + 1 != tags.closes[points]).any():
        return None
    # What stands before each value must be the same in every point: `trkpt lat="`, then `" lon="`.
    words, rows = _words(tags.raw), np.arange(len(points))
    before, template = tags.opens[points], tags.literals[0].split(b'"')
    spans = []
    for number, name in enumerate(names):
        piece = template[2 * number]
        begin, end = marks[:, 2 * number], marks[:, 2 * number + 1]
        if (begin - before - 1 != len(piece)).any() or len(_followed(words, before, rows, piece, 0)) != len(rows):
            return None
        before = end
        column = columns.get(name.decode("ascii").lower())
        if column is not None:
            spans.append(Span(column, rows, begin + 1, end))
    return spans
