"""Handing a text to expat piece by piece: where it is, what it has not told yet, and where it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.parsers import expat

_CHUNK: Final = 1 << 16  # bytes handed over at once: an unfinished tag is noticed within one

_codes = expat.errors.codes
_MISMATCH: Final = _codes[expat.errors.XML_ERROR_TAG_MISMATCH]
#: Errors that come from characters, not from structure: the text can be repaired and read again from its start.
OF_TEXT: Final = frozenset(
    _codes[message]
    for message in (
        expat.errors.XML_ERROR_INVALID_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNDEFINED_ENTITY,
        expat.errors.XML_ERROR_BAD_CHAR_REF,
        expat.errors.XML_ERROR_UNKNOWN_ENCODING,
        expat.errors.XML_ERROR_INCORRECT_ENCODING,
    )
)


class Damaged(Exception):
    """Expat's error, with its place in the text."""

    def __init__(self, code: int, at: int, what: str) -> None:
        super().__init__(what)
        self.code, self.at, self.what = code, at, what


class Nested(Exception):
    """A point begins inside a point, whose end was lost; with the place of its tag among the bytes that expat has."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class Feed:
    """Hands a text to a parser, chunk by chunk, and knows how far it is."""

    def __init__(
        self, parser: expat.XMLParserType, raw: bytes, at: int, before: int, check: Callable[[int], None]
    ) -> None:
        self._parser, self._raw, self._check = parser, raw, check
        self._at = at
        self._base = at - before  # place in the text of the parser's first byte; grows with all that is skipped

    @property
    def pending(self) -> int:
        """Bytes handed over that no handler has heard of: an unfinished tag, comment or character."""
        return self._at - self._base - self._parser.CurrentByteIndex

    def to(self, end: int, last: bool = False) -> None:
        """Hand over everything up to `end`, the end of the document if `last`."""
        try:
            for begin in range(self._at, end, _CHUNK):
                self._at = min(begin + _CHUNK, end)
                self._parser.Parse(self._raw[begin : self._at])
                self._check(self.pending)
            if last:
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            at = self._base + self._parser.ErrorByteIndex
            raise Damaged(error.code, at, expat.ErrorString(error.code) or "damaged") from None
        except Nested as nested:  # what follows is whole: reading goes on with this very tag
            raise Damaged(_MISMATCH, self._base + nested.index - 1, "a point without an end") from None

    def skip(self, end: int) -> None:
        """Leave out everything up to `end`: whole elements, so that the parser does not miss them."""
        self._base += end - self._at
        self._at = end
