"""Zip archives made byte by byte: valid ones, and those that attackers and broken downloads make.

blob = zip_of({"activities/1.fit": data})                    # an ordinary, deflated archive
blob = raw_zip([Part("a.gpx", data, declared=10)])           # the list says 10 bytes, there are more
blob = overlapping(data, copies=1000)                        # a thousand names for one content
"""

from __future__ import annotations

import gzip
import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LINK_MODE = 0o120777


def zip_of(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """An ordinary archive, as Python's own module writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@dataclass(frozen=True)
class Part:
    """One file of a hand-made archive; what is None is written as it really is."""

    name: str | bytes
    data: bytes = b""
    declared: int | None = None
    crc: int | None = None
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    packed: bytes | None = None
    same_place_as: int | None = None


class Pipe(io.BytesIO):
    """Something that a zip is written to without going back: lengths stand behind the files then."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def raw_zip(parts: Sequence[Part], *, before: bytes = b"", comment: bytes = b"", wide: bool = False) -> bytes:
    """An archive out of parts; `wide` writes lengths and offsets as ZIP64, `before` stands in front of it all.

    A part with `same_place_as` repeats the content of the part before it.
    """
    body, listing = bytearray(before), bytearray()
    offsets: list[int] = []
    packed = b""
    for part in parts:
        name = part.name if isinstance(part.name, bytes) else part.name.encode()
        if part.same_place_as is None:
            packed = part.packed if part.packed is not None else _packed(part)
        size = len(part.data) if part.declared is None else part.declared
        crc = zlib.crc32(part.data) if part.crc is None else part.crc
        if part.same_place_as is None:
            offsets.append(len(body) - len(before))
            body += struct.pack(
                "<4s5H3L2H", b"PK\x03\x04", 20, part.flags, part.method, 0, 33, crc, len(packed), size, len(name), 0
            )
            body += name + packed
        else:
            offsets.append(offsets[part.same_place_as])
        extra = b""
        lengths = (len(packed), size, offsets[-1])
        if wide:
            extra = struct.pack("<HH3Q", 1, 24, size, len(packed), offsets[-1])
            lengths = (0xFFFFFFFF,) * 3
        listing += struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\x01\x02", 3 << 8 | 20, 20, part.flags, part.method, 0, 33, crc, lengths[0], lengths[1]),
            *(len(name), len(extra), 0, 0, 0, part.mode << 16, lengths[2]),
        )
        listing += name + extra
    return bytes(body + listing + _end(len(parts), len(listing), len(body), len(before), comment, wide))


def _end(count: int, listing: int, list_at: int, before: int, comment: bytes, wide: bool) -> bytes:
    """What closes an archive."""
    at = list_at - before
    head = b""
    if wide:
        head = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, listing, at)
        head += struct.pack("<4sLQL", b"PK\x06\x07", 0, at + listing, 1)
        listing = at = 0xFFFFFFFF
    count = min(count, 0xFFFF)
    return head + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, listing, at, len(comment)) + comment


def _packed(part: Part) -> bytes:
    if part.method != 8:
        return part.data
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    return engine.compress(part.data) + engine.flush()


def overlapping(data: bytes, copies: int) -> bytes:
    """A bomb of Fifield's kind: `copies` names in the list, all for the same bytes."""
    return raw_zip([Part("run0.gpx", data), *(Part(f"run{k}.gpx", data, same_place_as=0) for k in range(1, copies))])


def nested(name: str, data: bytes, depth: int, *, stored: bool = False) -> bytes:
    """`depth` archives inside one another; the innermost holds the file."""
    blob = zip_of({name: data}, stored=stored)
    for k in range(depth - 1):
        blob = zip_of({f"part{k}.zip": blob}, stored=stored)
    return blob


def gz(data: bytes) -> bytes:
    """Gzip data that is the same each time."""
    return gzip.compress(data, mtime=0)


def gpx_run(n: int = 30, *, seconds: int = 0, times: bool = True) -> bytes:
    """A run of `n` points going north at 3 m/s, as a plain GPX 1.1 track."""
    points = []
    for k in range(n):
        at = seconds + k
        time = f"<time>2024-03-09T07:{at // 60 % 60:02d}:{at % 60:02d}Z</time>" if times else ""
        points.append(f'<trkpt lat="{47 + 3 * k / 111_195:.7f}" lon="8.0000000"><ele>400.0</ele>{time}</trkpt>')
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="test" '
        'xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>\n'
        + "\n".join(points)
        + "\n</trkseg></trk></gpx>\n"
    ).encode()


def bounded(attack: Callable[[], object], *, seconds: float = 2.0, mebibytes: int = 128) -> None:
    """Assert that something is quick and small: processor time (best of three, for busy machines) and memory."""
    assert any(_processor_s(attack) < seconds for _ in range(3))
    tracemalloc.start()
    try:
        attack()
        assert tracemalloc.get_traced_memory()[1] < mebibytes * 2**20
    finally:
        tracemalloc.stop()


def _processor_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
