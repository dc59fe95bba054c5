"""Zip archives read in place: their list of files, and any one file, straight from where it lies.

Python's own `zipfile` reads the whole list of an archive before anything can be asked of it, believes what the list
says, and is needed again in each process for each file. Here the list is read once, held against the limits while it
is read, and each :class:`Member` knows where its bytes lie: loading one of thousands opens the archive, moves there and
reads, in any process. The layout is PKWARE's APPNOTE 6.3.10, sections 4.3-4.5.
"""

from __future__ import annotations

import io
import stat
import struct
import zlib
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from legspeed.errors import DamagedError, EncryptedError, LimitError, ReadError
from legspeed.model import Problem
from legspeed.model.packed import Value
from legspeed.readers.containers.inflate import (
    Content,
    Restart,
    Seekable,
    cut_short,
    inflate,
    lying,
    megabytes,
    restarts,
    too_large,
)
from legspeed.settings import Limits

_STORED: Final = 0
_DEFLATED: Final = 8
_METHODS: Final[dict[int, str]] = {
    9: "Deflate64",
    12: "BZIP2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
    99: "AES encryption",
}
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR: Final = struct.Struct("<4sLQL")
_UNKNOWN32: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Member(Value):
    """One file of an archive, as the archive's list states it.

    ``offset`` is where its own header lies, ``packed`` and ``size`` its compressed and decompressed lengths in bytes,
    ``mode`` the Unix mode where one was written (else 0).
    """

    name: str
    offset: int
    packed: int
    size: int
    method: int
    crc: int
    encrypted: bool
    mode: int

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder."""
        return self.name.endswith("/")

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link: its content is a path, and nobody follows it."""
        return stat.S_ISLNK(self.mode)

    def check(self) -> None:
        """Raise when the member cannot be read at all.

        Raises
        ------
        EncryptedError
            When a password protects it.
        DamagedError
            When it is packed in a way that is not read here.
        """
        if self.encrypted or self.method == 99:
            raise EncryptedError("protected by a password: unpack the archive with it, then name the folder")
        if self.method not in (_STORED, _DEFLATED):
            how = _METHODS.get(self.method, f"method {self.method}")
            raise DamagedError(f"packed with {how}, which is not read here: unpack the archive, then name the folder")
        if self.is_link:
            raise ReadError("a link to another file; links inside archives are not followed")


# ---------------------------------------------------------------------------------------------------- the list


def members(stream: BinaryIO, limits: Limits) -> list[Member]:
    """Read the list of an archive, in the order in which the files lie in it.

    Raises
    ------
    DamagedError
        When the list is missing, cut off or contradicts itself.
    LimitError
        When it is too long, or files of the archive lie over one another (the sign of a zip bomb).
    """
    start, count_bytes, shift = _list_place(stream)
    found: list[Member] = []
    stream.seek(start)
    left = count_bytes
    while left >= _CENTRAL.size:
        if len(found) >= limits.archive_entries:
            raise LimitError(
                f"holds more than {limits.archive_entries:,.0f} files, which is the limit; raise "
                "archive_entries in [settings.limits], or unpack it and name the folder"
            )
        fixed = stream.read(_CENTRAL.size)
        if len(fixed) < _CENTRAL.size or fixed[:4] != b"PK\x01\x02":
            raise DamagedError("the zip's list of files is damaged; download it again")
        values = _CENTRAL.unpack(fixed)
        name_bytes, extra_bytes, comment_bytes = values[10], values[11], values[12]
        variable = stream.read(name_bytes + extra_bytes + comment_bytes)
        if len(variable) < name_bytes + extra_bytes + comment_bytes:
            raise DamagedError("the zip's list of files is cut off; download it again")
        left -= _CENTRAL.size + len(variable)
        found.append(_member(values, variable[:name_bytes], variable[name_bytes : name_bytes + extra_bytes], shift))
    found.sort(key=lambda m: m.offset)
    _check_apart(found, start)
    return found


def _list_place(stream: BinaryIO) -> tuple[int, int, int]:
    """Return where the list begins, its length, and by how much the archive lies behind what its offsets say."""
    end = stream.seek(0, io.SEEK_END)
    tail_bytes = min(end, _END.size + 0xFFFF + _LOCATOR.size + _END64.size)
    stream.seek(end - tail_bytes)
    tail = stream.read(tail_bytes)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if len(tail) >= at + _END.size and at + _END.size + _END.unpack_from(tail, at)[7] <= len(tail):
            break
        at = tail.rfind(b"PK\x05\x06", 0, at)
    if at < 0:
        raise DamagedError("the zip is cut off or damaged: its list of files is missing; download it again")
    *_, list_bytes, list_offset, _comment = _END.unpack_from(tail, at)
    list_end = end - tail_bytes + at
    locator = at - _LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        wide_at = locator - _END64.size
        if wide_at >= 0 and tail[wide_at : wide_at + 4] == b"PK\x06\x06":
            wide = _END64.unpack_from(tail, wide_at)
            list_bytes, list_offset = wide[8], wide[9]
            list_end = end - tail_bytes + wide_at
    start = list_end - list_bytes
    if start < 0 or list_offset > start:
        raise DamagedError("the zip's list of files is not where it should be; download it again")
    return start, list_bytes, start - list_offset


def _member(values: tuple[Any, ...], name: bytes, extra: bytes, shift: int) -> Member:
    """Make a member from one entry of the list."""
    (_, made_by, _, flags, method, _, _, crc, packed, size, _, _, _, _, _, attributes, offset) = values
    packed, size, offset = _wide(extra, packed, size, offset)
    return Member(
        name=_decoded(name),
        offset=offset + shift,
        packed=packed,
        size=size,
        method=method,
        crc=crc,
        encrypted=bool(flags & 0x41),
        mode=attributes >> 16 if made_by >> 8 == 3 else 0,
    )


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Replace lengths and offset that did not fit 32 bits by those of the ZIP64 field, in its fixed order."""
    if _UNKNOWN32 not in (packed, size, offset):
        return packed, size, offset
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            size = next(wide, size) if size == _UNKNOWN32 else size
            packed = next(wide, packed) if packed == _UNKNOWN32 else packed
            offset = next(wide, offset) if offset == _UNKNOWN32 else offset
            break
        at += 4 + length
    return packed, size, offset


def _decoded(name: bytes) -> str:
    """Read a name as UTF-8, as nearly all writers mean it whether they say so or not, else as code page 437."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("cp437")
    return text.replace("\\", "/")


def _check_apart(found: list[Member], list_start: int) -> None:
    """Refuse files that lie over one another or over the list: a few kB would unpack to terabytes.

    Zip bombs of that kind: D. Fifield, "A better zip bomb", WOOT 2019; CVE-2024-0450.
    """
    for k, member in enumerate(found):
        following = found[k + 1].offset if k + 1 < len(found) else list_start
        if member.offset + _LOCAL.size + member.packed > following:
            raise LimitError("its files lie over one another, as in a zip bomb; it was not read")


# ---------------------------------------------------------------------------------------------------- one member


def head(stream: BinaryIO, member: Member, wanted: int) -> bytes:
    """Return up to `wanted` decompressed bytes from a member's beginning.

    Raises
    ------
    ReadError
        When the member cannot be read.
    """
    _go_to_content(stream, member)
    packed = stream.read(min(member.packed, 2 * wanted)) if member.packed else b""
    if member.method == _STORED or not packed:
        return packed[:wanted]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, wanted)
    except zlib.error:
        return b""


def extract(stream: BinaryIO, member: Member, limits: Limits) -> Content:
    """Return a member's content; a damaged one is kept up to its fault.

    Raises
    ------
    EncryptedError, LimitError, DamagedError
        When it cannot be read, is larger than allowed or than it declares, or nothing of it is left.
    """
    if max(member.size, member.packed) > limits.file_bytes:
        raise LimitError(too_large(limits))
    _go_to_content(stream, member)
    window = Window(stream, stream.tell(), member.packed)
    if member.method == _STORED:
        data = window.read(member.packed) or b""
        complete = len(data) == member.packed
    else:
        inflated = inflate(lambda count: window.read(count) or b"", limits, member.size, lying(member.size))
        data, complete = inflated.data, inflated.complete
    if member.size and not data:
        raise DamagedError("nothing of it could be unpacked; download the archive again")
    if not complete:
        return Content(data, (cut_short(len(data), at_end=False),))
    if zlib.crc32(data) != member.crc:
        return Content(data, (Problem("crc", "the archive's check sum does not match; it was read all the same"),))
    return Content(data)


def inner_restarts(stream: BinaryIO, member: Member, limits: Limits) -> tuple[Restart, ...]:
    """Run through an archive inside an archive once, so that :func:`inner` can move in it; empty if it is not packed.

    Raises
    ------
    ReadError
        When it cannot be read or passes a limit.
    """
    _go_to_content(stream, member)
    if member.method == _STORED:
        return ()
    if member.size > limits.archive_bytes:
        raise LimitError(
            f"an archive of {megabytes(member.size)}, more than the limit of {megabytes(limits.archive_bytes)}; "
            "unpack it and name the folder"
        )
    window = Window(stream, stream.tell(), member.packed)
    return restarts(lambda count: window.read(count) or b"", limits, member.size)


def inner(stream: BinaryIO, member: Member, places: tuple[Restart, ...]) -> BinaryIO:
    """Return an archive inside an archive as a stream that can be moved in; `places` from :func:`inner_restarts`.

    Raises
    ------
    ReadError
        When it cannot be read.
    """
    _go_to_content(stream, member)
    window = Window(stream, stream.tell(), member.packed)
    return io.BufferedReader(Seekable(window, member.size, places) if places else window)


def _go_to_content(stream: BinaryIO, member: Member) -> None:
    """Move to a member's first byte."""
    member.check()
    stream.seek(member.offset)
    fixed = stream.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or fixed[:4] != b"PK\x03\x04":
        raise DamagedError("it is not where the archive's list says; the archive is damaged or was changed meanwhile")
    *_, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
    stream.seek(name_bytes + extra_bytes, io.SEEK_CUR)


class Window(io.RawIOBase):
    """A stretch of another stream, read from 0, that never leaves the stretch."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be moved in."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; nothing is read until the next read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` from the position on."""
        count = max(0, min(len(buffer), self._size - self._at))
        self._stream.seek(self._start + self._at)
        data = self._stream.read(count)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
