"""Decompression that counts: gzip and deflate with every limit held while the bytes come out."""

from __future__ import annotations

import bisect
import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from legspeed.errors import DamagedError, LimitError
from legspeed.model import Problem
from legspeed.readers.content import is_gzip
from legspeed.settings import Limits

_IN: Final = 64 * 1024  # compressed bytes taken at once
_OUT: Final = 256 * 1024  # decompressed bytes given at once
_FREE: Final = 2**20  # below this many bytes no ratio is judged
_MEMBERS: Final = 10_000  # gzip members of one file; the block-wise writers make one for every 64 KiB


@dataclass(frozen=True, slots=True)
class Content:
    """A file's decompressed bytes, and what was repaired on the way to them."""

    data: bytes
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Inflated:
    """One deflate stream: what came out, what stood behind it in the input, and whether it ran to its own end."""

    data: bytes
    rest: bytes
    complete: bool


def megabytes(count: float) -> str:
    """Write a number of bytes for people."""
    return f"{count / 2**20:,.0f} MB" if count >= 2**20 else f"{count:,.0f} bytes"


def too_large(limits: Limits) -> str:
    """Say that a file passes `limits.file_bytes`, and the way out."""
    return (
        f"larger than {megabytes(limits.file_bytes)} unpacked, which is the limit; raise file_bytes in "
        "[settings.limits] if it really is a recording"
    )


def lying(size: int) -> str:
    """Say that a file of an archive holds more than its `size`, which only attacks do."""
    return f"unpacks to more than the {size:,} bytes that the archive declares; it was not read further"


def _check_growth(given: int, taken: int, limit: float, limits: Limits, refusal: str) -> None:
    """Raise when `taken` compressed bytes have given more than the limit, or than the ratio allows."""
    if given > limit:
        raise LimitError(refusal)
    if given > _FREE and given > limits.compression_ratio * max(taken, 1):
        raise LimitError(
            f"expands more than {limits.compression_ratio:.0f} times when unpacked: no recording does that, so it "
            "was not read further"
        )


def inflate(read: Callable[[int], bytes], limits: Limits, limit: float, refusal: str) -> Inflated:
    """Decompress one raw deflate stream; a damaged or cut one gives what came out before the fault.

    Parameters
    ----------
    read : callable
        Gives up to so many compressed bytes, ``b""`` at the end.
    limits : Limits
        The ratio allowed.
    limit : float
        Bytes allowed to come out.
    refusal : str
        What to say when more do.

    Raises
    ------
    LimitError
        When a limit is passed; nothing much beyond it was held in memory.
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    out, taken = io.BytesIO(), 0
    while not engine.eof:
        pending = engine.unconsumed_tail
        if not pending:
            pending = read(_IN)
            taken += len(pending)
        piece, faulty = _step(engine, pending)
        out.write(piece)
        if faulty:
            return Inflated(out.getvalue(), b"", complete=False)
        if not piece and not pending:
            break
        _check_growth(out.tell(), taken - len(engine.unconsumed_tail), limit, limits, refusal)
    return Inflated(out.getvalue(), engine.unused_data, engine.eof)


def _step(engine: zlib._Decompress, pending: bytes) -> tuple[bytes, bool]:
    """Return what comes out of `pending`, up to a faulty byte in it, and whether there is one."""
    before = engine.copy()
    try:
        return engine.decompress(pending, _OUT), False
    except zlib.error:
        return _before_fault(before, pending), True


def _before_fault(engine: zlib._Decompress, pending: bytes) -> bytes:
    """Return what `pending` gives before its faulty byte: an engine that meets a fault keeps back what came with it."""
    good: list[bytes] = []
    for step in (512, 1):
        for at in range(0, len(pending), step):
            before = engine.copy()
            try:
                good.append(engine.decompress(pending[at : at + step]))
            except zlib.error:
                engine, pending = before, pending[at : at + step]
                break
        else:
            break
    return b"".join(good)


# ---------------------------------------------------------------------------------------------------- gzip


def gunzip(data: bytes, limits: Limits) -> Content:
    """Decompress gzip data of one or more members; what is damaged is kept up to the fault and said.

    Raises
    ------
    LimitError
        When a limit is passed.
    DamagedError
        When nothing at all could be unpacked.
    """
    parts: list[bytes] = []
    problems: list[Problem] = []
    at, given = 0, 0
    while at < len(data):
        body = _behind_gzip_header(data, at)
        if body is None or len(parts) == _MEMBERS:
            if data[at:].strip(b"\0"):
                problems.append(
                    Problem("trailing-data", f"{len(data) - at:,} bytes behind the gzip data were left out")
                )
            break
        stream = io.BytesIO(data)
        stream.seek(body)
        part = inflate(stream.read, limits, limits.file_bytes - given, too_large(limits))
        parts.append(part.data)
        given += len(part.data)
        if not part.complete:
            problems.append(cut_short(given, at_end=stream.tell() == len(data)))
            break
        at = stream.tell() - len(part.rest) + 8
        if data[at - 8 : at] != struct.pack("<II", zlib.crc32(part.data), len(part.data) & 0xFFFFFFFF):
            problems.append(Problem("crc", "the gzip check sum does not match; the content was read all the same"))
    if not parts or (problems and not given):
        raise DamagedError("the gzip data is cut off or damaged at its very start; download it again")
    return Content(parts[0] if len(parts) == 1 else b"".join(parts), tuple(problems))


def gunzip_head(head: bytes, wanted: int) -> bytes:
    """Return up to `wanted` decompressed bytes from the beginning of a gzip stream; nothing when it is damaged."""
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, wanted)
    except zlib.error:
        return b""


def cut_short(given: int, *, at_end: bool) -> Problem:
    """Say that compressed data ended (`at_end`) or broke before its own end, after giving so many bytes."""
    how = "cut off" if at_end else "damaged"
    return Problem("truncated", f"the compressed data is {how}; the {given:,} bytes before that were kept")


def _behind_gzip_header(data: bytes, at: int) -> int | None:
    """Return where the deflate stream behind the gzip header at `at` begins (RFC 1952), None without a header."""
    if len(data) < at + 10 or not is_gzip(data[at : at + 2]) or data[at + 2] != 8:
        return None
    flags, body = data[at + 3], at + 10
    if flags & 4:
        body += 2 + int.from_bytes(data[body : body + 2], "little")
    for text in (8, 16):
        if flags & text:
            end = data.find(b"\0", body, body + 65_536)
            if end < 0:
                return None
            body = end + 1
    if flags & 2:
        body += 2
    return body if body <= len(data) else None


# ---------------------------------------------------------------------------------------------------- seekable


@dataclass(frozen=True, slots=True, eq=False)
class Restart:
    """A place in a deflate stream from which decompression can begin again."""

    given: int
    taken: int
    engine: zlib._Decompress


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A deflate stream that was run through once: places to begin again, what came out, whether it ran to its end."""

    places: tuple[Restart, ...]
    given: int
    complete: bool


def run_through(read: Callable[[int], bytes], limits: Limits, size: int, most: int = 256) -> Passage:
    """Run through a raw deflate stream once and note places to begin again, at most `most` of them.

    An archive that was itself compressed inside another one can so be read member by member, without being held in
    memory and without a file on disk. A place costs about 40 kB; they start 1 MiB apart and thin out in long streams.
    A stream that is cut off or damaged is as long as what came out before that.

    Parameters
    ----------
    read : callable
        Gives up to so many compressed bytes.
    limits : Limits
        The ratio allowed.
    size : int
        Bytes that the stream declares; more may not come out.

    Raises
    ------
    LimitError
        When more comes out than declared, or the ratio is passed.
    DamagedError
        When nothing comes out.
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    given, taken, spacing = 0, 0, _FREE
    places = [Restart(0, 0, engine.copy())]
    while not engine.eof:
        pending = engine.unconsumed_tail
        if not pending:
            if given - places[-1].given >= spacing:
                places.append(Restart(given, taken, engine.copy()))
                if len(places) > most:
                    places, spacing = places[::2], spacing * 2
            pending = read(_IN)
            taken += len(pending)
        piece, faulty = _step(engine, pending)
        given += len(piece)
        if faulty or (not piece and not pending):
            break
        _check_growth(given, taken - len(engine.unconsumed_tail), size, limits, lying(size))
    if not given and not engine.eof:
        raise DamagedError("the archive inside the archive is cut off or damaged at its very start; download it again")
    return Passage(tuple(places), given, engine.eof)


class Seekable(io.RawIOBase):
    """Reads a raw deflate stream anywhere, from the nearest :class:`Restart` before the place wanted.

    Parameters
    ----------
    raw : RawIOBase or BufferedIOBase
        The compressed bytes, from 0.
    passage : Passage
        Made by :func:`run_through` from the same bytes.
    """

    def __init__(self, raw: io.RawIOBase | io.BufferedIOBase, passage: Passage) -> None:
        super().__init__()
        self._raw, self._passage = raw, passage
        self._wanted = 0
        self._begin(passage.places[0])

    def _begin(self, place: Restart) -> None:
        self._at, self._taken, self._engine = place.given, place.taken, place.engine.copy()
        self._held = b""
        self._ended = False

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be moved in."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._wanted

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; nothing is decompressed until the next read."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._wanted, io.SEEK_END: self._passage.given}[whence]
        self._wanted = max(0, base + offset)
        return self._wanted

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` from the position on."""
        self._go_to(self._wanted)
        if not self._held:
            self._held = self._next()
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        self._at += count
        self._wanted = self._at
        return count

    def _go_to(self, wanted: int) -> None:
        """Decompress on until the next byte held is the one wanted."""
        places = self._passage.places
        place = places[bisect.bisect_right(places, wanted, key=lambda p: p.given) - 1]
        if wanted < self._at or place.given > self._at + len(self._held):
            self._begin(place)
        while self._at < wanted:
            if not self._held:
                self._held = self._next()
                if not self._held:
                    return
            skip = min(wanted - self._at, len(self._held))
            self._held = self._held[skip:]
            self._at += skip

    def _next(self) -> bytes:
        """Return the next decompressed bytes; nothing at the end."""
        while not (self._engine.eof or self._ended):
            pending = self._engine.unconsumed_tail
            if not pending:
                self._raw.seek(self._taken)
                pending = self._raw.read(_IN) or b""
                self._taken += len(pending)
            before = None if self._passage.complete else self._engine.copy()
            try:
                piece = self._engine.decompress(pending, _OUT)
            except zlib.error as error:
                if before is None:  # the bytes changed since they were run through
                    raise OSError(f"compressed data changed while it was read: {error}") from error
                self._ended = True
                return _before_fault(before, pending)
            if piece:
                return piece
            if not pending:
                break
        return b""
