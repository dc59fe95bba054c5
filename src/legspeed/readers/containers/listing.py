"""The list of files of a zip archive, and what its files' own headers say where that list is lost.

The layout is PKWARE's APPNOTE 6.3.10, sections 4.3-4.5.
"""

from __future__ import annotations

import io
import itertools
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, NamedTuple

from legspeed.errors import DamagedError, EncryptedError, LimitError, ReadError
from legspeed.model.packed import Value
from legspeed.settings import Limits

#: What to do about an archive, or a file in one, that is encrypted.
UNLOCK: Final = "protected by a password: unpack the archive with it, then name the folder"

STORED: Final = 0
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
LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR: Final = struct.Struct("<4sLQL")
_UNKNOWN32: Final = 0xFFFFFFFF
_LENGTHS: Final = struct.Struct("<4s3L")
_LENGTHS64: Final = struct.Struct("<4sL2Q")
_BEHIND: Final = b"PK\x07\x08"
_LENGTHS_BEHIND: Final = 0x08  # flag: a file's lengths stand behind it, as where it was written to a pipe
_SPANNED: Final = b"PK\x07\x08PK\x03\x04"  # how an archive begins that might have had several parts and has one
_MARKS: Final = 4  # so many end marks are tried: a comment or an archive behind this one may hold more
_CHUNK: Final = 1 << 20
_CUT: Final = "the zip is cut off or damaged: its list of files is missing; download it again"


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
            raise EncryptedError(UNLOCK)
        if self.method not in (STORED, _DEFLATED):
            how = _METHODS.get(self.method, f"method {self.method}")
            raise DamagedError(f"packed with {how}, which is not read here: unpack the archive, then name the folder")
        if self.is_link:
            raise ReadError("a link to another file; links inside archives are not followed")


# ---------------------------------------------------------------------------------------------------- the list


class Listing(NamedTuple):
    """The files of an archive in the order in which they lie in it, and how many bytes, zeros aside, follow its end."""

    members: list[Member]
    behind: int


def members(stream: BinaryIO, limits: Limits) -> list[Member]:
    """Return the files alone; see :func:`listing`."""
    return listing(stream, limits).members


def listing(stream: BinaryIO, limits: Limits) -> Listing:
    """Read the list of an archive.

    Raises
    ------
    DamagedError
        When the list is missing, cut off or contradicts itself, or is the list of an archive inside this one.
    LimitError
        When it is too long, or files of the archive lie over one another (the sign of a zip bomb).
    """
    for place in itertools.islice(_list_places(stream), _MARKS):
        found = _listed(stream, place, limits)
        if _from_the_first(stream, found, place, limits):
            _check_apart(found, place.start)
            stream.seek(place.end)
            behind = stream.read()
            return Listing(found, len(behind) if behind.strip(b"\0") else 0)
    raise DamagedError(_CUT)


def ends_as_zip(stream: BinaryIO) -> bool:
    """Tell whether content that does not begin as a zip is one behind something else: a program that unpacks itself."""
    try:
        for place in itertools.islice(_list_places(stream), _MARKS):
            stream.seek(place.start)
            if place.size >= _CENTRAL.size and stream.read(4) == b"PK\x01\x02":
                return True
    except DamagedError:
        pass
    return False


def in_front(stream: BinaryIO, limits: Limits) -> list[Member]:
    """Return the files of an archive whose list is lost, by their own headers, up to the cut or the damage.

    The one that is cut is the last, as long as it says how long it was.
    """
    found: list[Member] = []
    end = stream.seek(0, io.SEEK_END)
    at = 0
    while len(found) < limits.archive_entries:
        stream.seek(at)
        fixed = stream.read(LOCAL.size)
        if at == 0 and fixed.startswith(_SPANNED):
            at = 4
            continue
        if len(fixed) < LOCAL.size or fixed[:4] != b"PK\x03\x04":
            break
        _, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = LOCAL.unpack(fixed)
        name, extra = stream.read(name_bytes), stream.read(extra_bytes)
        body = at + LOCAL.size + name_bytes + extra_bytes
        packed, size, _ = _wide(extra, packed, size, 0)
        after = body + packed
        if flags & _LENGTHS_BEHIND and not packed:
            behind = _lengths_behind(stream, body)
            if behind is None:
                break
            crc, packed, size, after = behind
        if body >= end:
            break
        found.append(Member(_decoded(name), at, packed, size, method, crc, encrypted=bool(flags & 0x41), mode=0))
        at = after
    return found


def _lengths_behind(stream: BinaryIO, body: int) -> tuple[int, int, int, int] | None:
    """Return check sum, packed and unpacked length that stand behind the content from `body` on, and where they end."""
    stream.seek(body)
    kept, begin = b"", body
    while True:
        chunk = stream.read(_CHUNK)
        data = kept + chunk
        at = data.find(_BEHIND)
        while at >= 0:
            for lengths in (_LENGTHS64, _LENGTHS):
                next_at = at + lengths.size
                follows = data[next_at : next_at + 2]
                if next_at > len(data) or not (follows == b"PK" or (not follows and not chunk)):
                    continue
                _, crc, packed, size = lengths.unpack_from(data, at)
                if packed == begin + at - body:
                    return crc, packed, size, begin + next_at
            at = data.find(_BEHIND, at + 1)
        if not chunk:
            return None
        kept = data[-_LENGTHS64.size - 1 :]
        begin += len(data) - len(kept)


class _Place(NamedTuple):
    """Where a list begins, its length, by how much the archive lies behind what its offsets say, where it all ends."""

    start: int
    size: int
    shift: int
    end: int


def _list_places(stream: BinaryIO) -> Iterator[_Place]:
    """Yield the places of lists that an end mark names, the last one first.

    Raises
    ------
    DamagedError
        When there is none, or its list cannot lie where it says.
    """
    end = stream.seek(0, io.SEEK_END)
    tail_bytes = min(end, _END.size + 0xFFFF + _LOCATOR.size + _END64.size)
    stream.seek(end - tail_bytes)
    tail = stream.read(tail_bytes)
    any_mark = False
    at = len(tail)
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0:
        behind = at + _END.size + (_END.unpack_from(tail, at)[7] if len(tail) >= at + _END.size else len(tail))
        if behind <= len(tail):
            any_mark = True
            yield _place(tail, at, end - tail_bytes, behind)
    if not any_mark:
        raise DamagedError(_CUT)


def _place(tail: bytes, at: int, before: int, behind: int) -> _Place:
    """Return what the end mark at `at` of the file's last bytes says; `before` those lie so many others."""
    *_, list_bytes, list_offset, _comment = _END.unpack_from(tail, at)
    list_end = before + at
    locator = at - _LOCATOR.size
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        wide_at = locator - _END64.size
        if wide_at >= 0 and tail[wide_at : wide_at + 4] == b"PK\x06\x06":
            wide = _END64.unpack_from(tail, wide_at)
            list_bytes, list_offset = wide[8], wide[9]
            list_end = before + wide_at
    start = list_end - list_bytes
    if start < 0 or list_offset > start:
        raise DamagedError("the zip's list of files is not where it should be; download it again")
    return _Place(start, list_bytes, start - list_offset, before + behind)


def _listed(stream: BinaryIO, place: _Place, limits: Limits) -> list[Member]:
    """Return the files of a list in the order in which they lie in the archive."""
    found: list[Member] = []
    stream.seek(place.start)
    left = place.size
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
        extra = variable[name_bytes : name_bytes + extra_bytes]
        found.append(_member(values, variable[:name_bytes], extra, place.shift))
    found.sort(key=lambda m: m.offset)
    return found


def _from_the_first(stream: BinaryIO, found: list[Member], place: _Place, limits: Limits) -> bool:
    """Tell whether a list is that of the whole file: from the file that lies first in it on.

    Where the end of an archive of archives is lost, the last end mark is that of an archive inside, and its offsets fit
    once they are shifted. What lies in front of the first file of the list must not be a file of an archive, then,
    unless it ends where the next one begins: one that was taken off the list.
    """
    first = found[0].offset if found else place.start
    at = headers = 0
    while at < first and headers <= limits.archive_entries:
        headers += 1
        stream.seek(at)
        fixed = stream.read(LOCAL.size)
        if at == 0 and fixed.startswith(_SPANNED):
            at = 4
        elif len(fixed) == LOCAL.size and fixed[:4] == b"PK\x03\x04":
            *_, packed, _size, name_bytes, extra_bytes = LOCAL.unpack(fixed)
            at += LOCAL.size + name_bytes + extra_bytes + packed
        else:  # a program that unpacks itself, or a file whose length stands behind it
            return at == 0
    return at == first


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
        if member.offset + LOCAL.size + member.packed > following:
            raise LimitError("its files lie over one another, as in a zip bomb; it was not read")
