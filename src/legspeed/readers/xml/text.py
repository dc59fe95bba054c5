"""From the bytes of an XML file to bytes that expat can read: byte-order marks, encodings, forbidden characters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from legspeed.model import Problem

_BLANK: Final = b" \t\r\n"
_UTF16_MARKS: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARATION: Final = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"'][^>]{0,200}?\?>")

#: Declared encodings that are left to expat, that are UTF-8 in another spelling, and that Python decodes. All others
#: are overruled: some of Python's codecs are no encodings of text, and some take quadratic time.
_NATIVE: Final = re.compile(r"utf-8|us-ascii|iso-8859-1", re.IGNORECASE)
_UTF8: Final = re.compile(r"utf_?8|utf-8-sig", re.IGNORECASE)
_CODE_PAGES: Final = re.compile(
    r"iso[-_]?8859[-_]\d+|latin[-_]?\d+|ascii|windows-\d+|cp\d+|koi8-[rtu]|mac\w{0,12}"
    r"|gbk|gb2312|gb18030|big5(?:-?hkscs)?|shift[-_]?jis|euc-?(?:jp|kr|cn)|tis-620",
    re.IGNORECASE,
)

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRAY_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NUMBERED: Final = re.compile(r"&#(x[0-9a-fA-F]{1,6}|\d{1,7});")


@dataclass(frozen=True, slots=True)
class XmlText:
    """Bytes for expat, the encoding to read them in (one that contains ASCII), and what had to be done to them."""

    raw: bytes
    encoding: str = "utf-8"
    problems: tuple[Problem, ...] = ()


def prepare(data: bytes) -> XmlText:
    """Return `data` without what stands before and after the document, decoded where expat cannot.

    White space before the XML declaration (Strava writes ten blanks) and byte-order marks are taken away; UTF-16 and
    code pages become UTF-8; an encoding that is declared and cannot be true is overruled.
    """
    body = data.lstrip(_BLANK)
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return _from_utf16(body[2:], codec)
    for start, codec in _UTF16_MARKS:
        if body.startswith(start):
            return _from_utf16(body, codec)
    body = body.removeprefix(codecs.BOM_UTF8).lstrip(_BLANK)
    trimmed = body.rstrip(_BLANK + b"\0")
    zeros = body.count(b"\0", len(trimmed))
    after = f"{zeros} zero bytes after the end of the document were left out"
    problems = (Problem("trailing-data", after, zeros),) if zeros else ()
    declared = _declared(trimmed)
    if declared is not None and _NATIVE.fullmatch(declared):
        return XmlText(trimmed, declared.lower(), problems)
    if declared is None or _UTF8.fullmatch(declared):
        return XmlText(trimmed, "utf-8", problems)
    if _CODE_PAGES.fullmatch(declared):
        try:
            return XmlText(trimmed.decode(declared).encode("utf-8"), "utf-8", problems)
        except (LookupError, UnicodeError):
            pass
    overruled = Problem("encoding", f"the file says it is in {declared}, which cannot be; it was read as UTF-8")
    return XmlText(trimmed, "utf-8", (*problems, overruled))


def _declared(raw: bytes) -> str | None:
    """Return the encoding that an XML declaration names."""
    found = _DECLARATION.match(raw)
    return found[1].decode("ascii", "replace") if found else None


def _from_utf16(body: bytes, codec: str) -> XmlText:
    """Return UTF-16 text as UTF-8; half a character at the end of a cut file is left out."""
    text = body[: len(body) // 2 * 2].decode(codec, errors="replace").strip(" \t\r\n\0")
    return XmlText(text.encode("utf-8", errors="replace"), "utf-8")


def repaired(text: XmlText) -> XmlText | None:
    """Return the text with what XML forbids taken out or read otherwise; None if there is nothing of that kind.

    Bytes that are no UTF-8 are read as Windows-1252, control characters are dropped, and an ampersand that begins no
    entity becomes a plus sign (which, unlike its entity, is no longer than it).
    """
    content, done = _decoded(text.raw, text.encoding)
    content, forbidden = _FORBIDDEN.subn("", content)
    if forbidden:
        done.append(f"{forbidden} control characters were left out")
    content, ampersands = _STRAY_AMPERSAND.subn("+", content)
    if ampersands:
        done.append(f"{ampersands} stray ampersands were read as plus signs")
    without = _NUMBERED.sub(_allowed, content)
    if without != content:
        done.append("references to characters that do not exist were left out")
    if not done:
        return None
    problem = Problem("encoding", "; ".join(done), max(1, forbidden + ampersands))
    return XmlText(without.encode("utf-8"), "utf-8", (*text.problems, problem))


def _decoded(raw: bytes, declared: str) -> tuple[str, list[str]]:
    """Decode as declared, else as UTF-8, else as Windows-1252; say so where it is not as declared."""
    for codec in (declared, "utf-8", "cp1252"):
        try:
            content = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return content, [] if codec == declared else [f"the text is not in {declared} but in {codec}"]
    return raw.decode("cp1252", "replace"), [f"the text is not in {declared}; it was read as cp1252 as far as it goes"]


def _allowed(reference: re.Match[str]) -> str:
    """Return a numbered reference to a character, or nothing if XML has no such character."""
    number = int(reference[1][1:], 16) if reference[1].startswith("x") else int(reference[1])
    return "" if number > 0x10FFFF or _FORBIDDEN.fullmatch(chr(number)) else reference[0]
