"""What bytes look like from outside: names for content that no reader takes, and a quick look into a FIT's purpose."""

from __future__ import annotations

import re
import struct
from typing import Final

from legspeed.readers.labels import label

#: So many decompressed bytes decide the format.
HEAD_BYTES: Final = 512

#: Bytes 8 to 11 of every FIT file.
FIT_MAGIC: Final = b".FIT"
_GPX_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?gpx[\s>]")
_TCX_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?TrainingCenterDatabase[\s>]")
_PROLOGUE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)+", re.DOTALL)
_LONGEST_PROLOGUE: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")
_REPACK: Final = "unpack it, then name the folder"
_JSON: Final = re.compile(r"\{\s*[\"}]|\[\s*[\[\]{\"\d-]")
_STRANGE: Final = 3  # where more than one character in so many is in no encoding, it is no text in another one either
_RELOAD: Final = "download or export the activity again"
_EXPORT: Final = "export the activity as FIT, GPX or TCX"

#: First bytes, what they are, and the way out.
_MAGIC: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "a PDF document", _EXPORT),
    (b"\x89PNG", "an image (PNG)", _EXPORT),
    (b"\xff\xd8\xff", "an image (JPEG)", _EXPORT),
    (b"GIF8", "an image (GIF)", _EXPORT),
    (b"RIFF", "an image, sound or video", _EXPORT),
    (b"SQLite format 3\0", "an SQLite database", _EXPORT),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _REPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _REPACK),
    (b"\xfd7zXZ\0", "an xz archive", _REPACK),
    (b"BZh", "a bzip2 archive", _REPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _REPACK),
    (b"PAR1", "a Parquet table", _EXPORT),
)

#: FIT file types (file_id.type) of which watches write thousands and which never hold a run, with Garmin's own words.
FIT_WITHOUT_ACTIVITY: Final[dict[int, str]] = {
    1: "device",
    2: "settings",
    3: "sport",
    5: "workout",
    6: "course",
    7: "schedules",
    9: "weight",
    10: "totals",
    11: "goals",
    14: "blood pressure",
    15: "monitoring",
    20: "activity summary",
    28: "daily monitoring",
    32: "monitoring",
    34: "segment",
    35: "segment list",
    40: "exd configuration",
}


def is_gzip(head: bytes) -> bool:
    """Tell whether `head` begins a gzip stream."""
    return head.startswith(_GZIP)


def is_zip(head: bytes) -> bool:
    """Tell whether `head` begins a zip archive."""
    return head.startswith(_ZIP)


def is_fit(head: bytes) -> bool:
    """Tell whether content that begins with `head` is FIT."""
    return head[8:12] == FIT_MAGIC


def is_gpx(head: bytes) -> bool:
    """Tell whether content that begins with `head` is GPX (also in UTF-16, and behind blanks or comments)."""
    return _GPX_ROOT.search(head.replace(b"\0", b"")) is not None


def is_tcx(head: bytes) -> bool:
    """Tell whether content that begins with `head` is TCX (also in UTF-16, and behind blanks or comments)."""
    return _TCX_ROOT.search(head.replace(b"\0", b"")) is not None


def behind_prologue(data: bytes) -> bytes:
    """Return the first bytes behind the blanks, comments and instructions (a licence, a style) before an XML's root."""
    prologue = _PROLOGUE.match(data, 0, _LONGEST_PROLOGUE)
    return data[prologue.end() : prologue.end() + HEAD_BYTES] if prologue else b""


def describe(head: bytes) -> tuple[str, str]:
    """Say what content is that no reader takes, and what its owner can do.

    Parameters
    ----------
    head : bytes
        The first bytes, decompressed.

    Returns
    -------
    tuple of str
        A noun phrase ("a web page (HTML)") and a remedy in the imperative.
    """
    if not head:
        return "an empty file", _RELOAD
    for magic, what, remedy in _MAGIC:
        if head.startswith(magic):
            return what, remedy
    if is_zip(head):
        return "a zip archive", "name the archive itself in `legspeed season`"
    if is_gzip(head):
        return "gzip data inside gzip data", _REPACK
    if head[4:8] == b"ftyp":
        return "a video or image", _EXPORT
    if head[257:262] == b"ustar":
        return "a tar archive", _REPACK
    if not head.strip(b"\0"):
        return "nothing but zeros", "copy it from the watch again: the copy was never finished"
    what, remedy = _describe_text(head)
    if len(head) < 12 and "<" not in what and "HTML" not in what:
        return f"no more than {len(head)} byte{'s' if len(head) > 1 else ''}", _RELOAD
    return what, remedy


def _describe_text(head: bytes) -> tuple[str, str]:
    """Name text by what it begins with; anything else is binary data."""
    text = _as_text(head)
    if text is None:
        return "binary data of no known kind", _EXPORT
    text = text.lstrip()
    low = text.lower()
    if low.startswith("<!doctype html") or re.search(r"<(html|head|body)[\s>]", low):
        return "a web page (HTML)", "log in, then " + _RELOAD
    if text.startswith("[Params]"):
        return "a Polar HRM file", _EXPORT
    if _JSON.match(text):
        return "JSON", _EXPORT
    root = re.search(r"<(?![?!])([^\s<>/]{1,40})", text)
    if text.startswith("<") and root is not None:
        return f"XML of another kind, <{label(root.group(1))}>", _EXPORT
    if text.startswith("<"):
        return "XML of another kind", _EXPORT
    first = text.splitlines()[0] if text else ""
    if first.count(",") >= 2 or first.count(";") >= 2 or first.count("\t") >= 2:
        return "a table (CSV)", _EXPORT
    return "text", _EXPORT


def _as_text(head: bytes) -> str | None:
    """Decode what is text in a common encoding, without control characters that text does not hold."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").lstrip("\ufeff")
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return None
    text = head.decode("utf-8", "replace")
    return None if text.count("\ufffd") * _STRANGE > len(text) else text.lstrip("\ufeff")


def fit_without_activity(head: bytes, size: int) -> str | None:
    """Return the type of a FIT file that holds no activity by its own first message, else None.

    Account exports hold twenty times as many monitoring files as runs; their first hundred bytes say so. Anything in
    doubt (several files in one, another first message, an unknown type) is left to the reader.

    Parameters
    ----------
    head : bytes
        The first bytes of the content.
    size : int
        Length of the whole content in bytes.
    """
    if len(head) < 12 or head[8:12] != b".FIT" or head[0] not in (12, 14):
        return None
    start = head[0]
    (data_size,) = struct.unpack_from("<I", head, 4)
    if data_size == 0 or start + data_size + 2 < size:
        return None
    if len(head) < start + 6 or head[start] & 0xF0 != 0x40 or head[start + 2] not in (0, 1):
        return None
    if head[start + 3 : start + 5] != b"\0\0":
        return None
    fields = head[start + 6 : start + 6 + 3 * head[start + 5]]
    message = start + 6 + len(fields)
    if len(fields) != 3 * head[start + 5] or head[message : message + 1] != head[start : start + 1].translate(_LOCAL):
        return None
    at = message + 1
    for k in range(0, len(fields), 3):
        if fields[k] == 0 and fields[k + 1] == 1 and at < len(head):
            return FIT_WITHOUT_ACTIVITY.get(head[at])
        at += fields[k + 1]
    return None


#: A definition's header byte to the header byte of its data: the same local number without the definition bit.
_LOCAL: Final = bytes(b & 0x0F for b in range(256))
