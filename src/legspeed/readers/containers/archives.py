"""Any one file of a zip archive, straight from where it lies.

Python's own `zipfile` reads the whole list of an archive before anything can be asked of it, believes what the list
says, and is needed again in each process for each file. Here the list is read once (see :mod:`.listing`), held against
the limits while it is read, and each :class:`Member` knows where its bytes lie: loading one of thousands opens the
archive, moves there and reads, in any process. The layout is PKWARE's APPNOTE 6.3.10, sections 4.3-4.5.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from legspeed.errors import DamagedError, LimitError
from legspeed.model import Problem
from legspeed.readers.containers.inflate import (
    Content,
    Passage,
    Seekable,
    cut_short,
    inflate,
    lying,
    megabytes,
    run_through,
    too_large,
)
from legspeed.readers.containers.listing import LOCAL, STORED
from legspeed.readers.containers.listing import Member as Member
from legspeed.readers.containers.listing import ends_as_zip as ends_as_zip
from legspeed.readers.containers.listing import in_front as in_front
from legspeed.readers.containers.listing import listing as listing
from legspeed.readers.containers.listing import members as members
from legspeed.settings import Limits


def head(stream: BinaryIO, member: Member, wanted: int) -> bytes:
    """Return up to `wanted` decompressed bytes from a member's beginning.

    Raises
    ------
    ReadError
        When the member cannot be read.
    """
    _go_to_content(stream, member)
    packed = stream.read(min(member.packed, 2 * wanted)) if member.packed else b""
    if member.method == STORED or not packed:
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
    if member.method == STORED:
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


def passage(stream: BinaryIO, member: Member, limits: Limits) -> Passage | None:
    """Run through an archive inside an archive once, so that :func:`inner` can move in it; None if it is not packed.

    Raises
    ------
    ReadError
        When it cannot be read or passes a limit.
    """
    _go_to_content(stream, member)
    if member.method == STORED:
        return None
    if member.size > limits.archive_bytes:
        raise LimitError(
            f"an archive of {megabytes(member.size)}, more than the limit of {megabytes(limits.archive_bytes)}; "
            "unpack it and name the folder"
        )
    window = Window(stream, stream.tell(), member.packed)
    return run_through(lambda count: window.read(count) or b"", limits, member.size)


def inner(stream: BinaryIO, member: Member, known: Passage | None) -> BinaryIO:
    """Return an archive inside an archive as a stream that can be moved in; `known` from :func:`passage`.

    Raises
    ------
    ReadError
        When it cannot be read.
    """
    _go_to_content(stream, member)
    window = Window(stream, stream.tell(), member.packed)
    return io.BufferedReader(Seekable(window, known) if known is not None else window)


def _go_to_content(stream: BinaryIO, member: Member) -> None:
    """Move to a member's first byte."""
    member.check()
    stream.seek(member.offset)
    fixed = stream.read(LOCAL.size)
    if len(fixed) < LOCAL.size or fixed[:4] != b"PK\x03\x04":
        raise DamagedError("it is not where the archive's list says; the archive is damaged or was changed meanwhile")
    *_, name_bytes, extra_bytes = LOCAL.unpack(fixed)
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
