"""One file wherever it lies: small enough to send to another process, loaded there without any list of files."""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from legspeed.errors import LimitError, ReadError
from legspeed.model import Problem
from legspeed.model.packed import Value
from legspeed.readers.containers import archives
from legspeed.readers.containers.archives import Member
from legspeed.readers.containers.inflate import Content, Passage, gunzip, too_large
from legspeed.readers.content import is_gzip
from legspeed.settings import Limits, Settings

#: Every threshold at its default.
DEFAULT: Final = Settings()
#: Gives, for the way to an archive inside an archive, what a run through it has shown; None if it is not packed.
Places = Callable[[tuple[Member, ...]], Passage | None]


@dataclass(frozen=True, slots=True)
class Entry(Value):
    """One file that may hold an activity: on disk or in an archive, not read yet.

    Attributes
    ----------
    source : str
        The file's name in every output: safe to print, unique within one :func:`legspeed.readers.discover`.
    path : str
        The file on disk, absolute.
    members : tuple of Member
        The way inside archives, from the outermost; empty for a file on disk.
    size : int or None
        Bytes as it lies (in an archive: unpacked).
    modified_ns, crc : int or None
        Modification time of the file on disk, in nanoseconds; check sum of the member. While `path`, `source`, `size`
        and these are unchanged the content may be taken as unchanged.
    error : ReadError or None
        What is known to be wrong already; :meth:`content` raises it without touching the disk.
    problems : tuple of Problem
        What was found at the archives around it.
    """

    source: str
    path: str
    members: tuple[Member, ...] = ()
    size: int | None = None
    modified_ns: int | None = None
    crc: int | None = None
    error: ReadError | None = None
    problems: tuple[Problem, ...] = ()

    def content(self, settings: Settings = DEFAULT) -> Content:
        """Read and decompress the file; what had to be repaired on the way comes with it.

        Raises
        ------
        ReadError
            When it is missing, protected, larger than allowed, or nothing of it can be unpacked.
        """
        try:
            if self.error is not None:
                raise copy.copy(self.error)
            with opened(self.path) as stream:
                return self.content_in(stream, self.places(settings.limits), settings.limits)
        except ReadError as error:
            raise error.named(self.source) from None

    def content_in(self, stream: BinaryIO, places: Places, limits: Limits) -> Content:
        """Return the content out of the open file that holds it, wherever that lies; see :meth:`content`."""
        found = load(stream, self.members, places, limits)
        return Content(found.data, (*self.problems, *found.problems)) if self.problems else found

    def load(self, settings: Settings = DEFAULT) -> bytes:
        """Return the decompressed bytes alone; see :meth:`content`."""
        return self.content(settings).data

    def places(self, limits: Limits) -> Places:
        """Return what gives the passages of archives inside the file on disk."""
        return functools.partial(_places_on_disk, self.path, self.modified_ns, limits)


def load(stream: BinaryIO, way: tuple[Member, ...], places: Places, limits: Limits) -> Content:
    """Return the decompressed content of `stream`, or of the member that `way` leads to in it.

    Raises
    ------
    ReadError
        When it cannot be unpacked or passes a limit.
    """
    try:
        raw = _lying_there(stream, way, places, limits)
    except OSError as error:
        raise unreadable(error) from None
    return decompressed(raw, limits)


def decompressed(raw: Content, limits: Limits) -> Content:
    """Return content as it is, or unpacked if it is gzip data.

    Raises
    ------
    ReadError
        When it cannot be unpacked or passes a limit.
    """
    if not is_gzip(raw.data):
        return raw
    inner = gunzip(raw.data, limits)
    return Content(inner.data, raw.problems + inner.problems)


def bounded(stream: BinaryIO, limits: Limits) -> bytes:
    """Read a stream to its end.

    Raises
    ------
    LimitError
        When it is larger than allowed; not much more was held.
    """
    data = stream.read(int(limits.file_bytes) + 1)
    if len(data) > limits.file_bytes:
        raise LimitError(too_large(limits))
    return data


def descend(stream: BinaryIO, way: tuple[Member, ...], places: Places) -> BinaryIO:
    """Return the innermost archive on the `way` as a stream; `stream` itself when the way is empty.

    Raises
    ------
    ReadError
        When an archive on the way cannot be read.
    """
    for depth, member in enumerate(way, start=1):
        stream = archives.inner(stream, member, places(way[:depth]))
    return stream


@contextlib.contextmanager
def archive_at(path: str, way: tuple[Member, ...], limits: Limits) -> Iterator[BinaryIO]:
    """Open the innermost archive on the `way` into an archive on disk; raises as :func:`opened` and :func:`descend`."""
    with opened(path) as stream:
        outer = Entry("", path, way, modified_ns=Path(path).stat().st_mtime_ns)
        yield descend(stream, way, outer.places(limits))


def opened(path: str | Path) -> BinaryIO:
    """Open a file to read.

    Raises
    ------
    ReadError
        When the system does not give it.
    """
    try:
        return open(path, "rb")  # noqa: PTH123 - a Path keeps the name of every file there is; the caller closes
    except FileNotFoundError:
        raise ReadError("no such file: it was there a moment ago", code="missing") from None
    except (OSError, ValueError) as error:
        raise unreadable(error) from None


def unreadable(error: Exception) -> ReadError:
    """Say that the system did not give a file or folder."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ReadError(f"cannot be opened ({why}): check its permissions and the drive")


def _lying_there(stream: BinaryIO, way: tuple[Member, ...], places: Places, limits: Limits) -> Content:
    """Return the content as it lies, before any gzip."""
    if not way:
        return Content(bounded(stream, limits))
    return archives.extract(descend(stream, way[:-1], places), way[-1], limits)


@functools.lru_cache(maxsize=4)
def _places_on_disk(
    path: str,
    modified_ns: int | None,  # part of what the answer is remembered by
    limits: Limits,
    way: tuple[Member, ...],
) -> Passage | None:
    """Run through an archive inside an archive once per process, not once for each of its thousand files.

    The answer follows from the file as it was at that time, so remembering the last four changes no result; each
    holds at most 256 places of 40 kB.
    """
    with opened(path) as stream:
        return places_in(stream, way, limits, functools.partial(_places_on_disk, path, modified_ns, limits))


def places_in(stream: BinaryIO, way: tuple[Member, ...], limits: Limits, places: Places) -> Passage | None:
    """Run through the archive at the end of the `way`, knowing what that gave of the archives around it.

    Raises
    ------
    ReadError
        When it cannot be read or passes a limit.
    """
    return archives.passage(descend(stream, way[:-1], places), way[-1], limits)
