"""Where files come from: folders, zips, zips in zips and single files become :class:`Entry` values, nothing unpacked.

Names inside archives are labels and nothing else: no name that a file contains is ever opened, created or followed.
"""

from __future__ import annotations

import functools
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from os import stat_result
from pathlib import Path
from typing import BinaryIO, Final

from legspeed.errors import (
    DamagedError,
    EncryptedError,
    LimitError,
    NotActivityError,
    ReadError,
    UnknownFormatError,
)
from legspeed.model import Problem
from legspeed.readers.containers import archives
from legspeed.readers.containers.archives import Member
from legspeed.readers.containers.entries import DEFAULT, Entry, Places, opened, places_in, unreadable
from legspeed.readers.containers.inflate import Content, Passage, gunzip_head
from legspeed.readers.containers.listing import UNLOCK
from legspeed.readers.content import HEAD_BYTES, fit_without_activity, is_gzip, is_zip
from legspeed.readers.labels import Labels, is_junk, label
from legspeed.readers.registry import Registry, registered
from legspeed.settings import Limits, Settings

_PEEK: Final = 2 * HEAD_BYTES  # of a file as it lies: enough for a gzip header and 512 bytes of content


def discover(
    paths: Sequence[str | Path] | str | Path,
    settings: Settings = DEFAULT,
    *,
    readers: Registry | None = None,
    known: Callable[[Entry], bool] | None = None,
) -> Iterator[Entry]:
    """Find every file that may hold an activity, in an order that depends on names only.

    A file named by `paths` is always among the entries. In folders and archives a file is taken when a reader knows
    its content or its ending promises one; all others are passed over by their first bytes. Hidden files, resource
    forks and recycle bins are left out. What cannot be opened is an entry too, whose ``content()`` raises the reason;
    so is a FIT file that says in its first bytes that it holds no activity.

    Parameters
    ----------
    paths : sequence of str or Path
        Folders, archives and files.
    settings : Settings
        The limits.
    readers : Registry, optional
        The formats to look for; by default all at hand.
    known : callable, optional
        Tells of a file, by name, size and time or check sum, that it was among the entries before: then its first bytes
        are not looked at again.
    """
    given = [Path(paths)] if isinstance(paths, str | Path) else [Path(p) for p in paths]
    walk = _Walk(settings.limits, readers, known)
    for path in given:
        yield from walk.path(path, alone=len(given) == 1)


def discover_in(
    data: bytes, name: str, settings: Settings, readers: Registry
) -> Iterator[tuple[str, Callable[[], Content]]]:
    """Yield label and loader of every file in an archive held in memory; as :func:`discover` for one on disk."""
    stream = io.BytesIO(data)

    @functools.cache
    def places(way: tuple[Member, ...]) -> Passage | None:
        return places_in(stream, way, settings.limits, places)

    walk = _Walk(settings.limits, readers)
    for entry in walk.archive(stream, Entry(walk.labels.unique(name), ""), places, named=True):
        if entry.error is not None:
            yield entry.source, entry.content
        else:
            yield entry.source, functools.partial(entry.content_in, stream, places, settings.limits)


def holds_zip(stream: BinaryIO, head: bytes, readers: Registry) -> bool:
    """Tell whether content that begins with `head`, which no reader takes, is a zip with something in front of it."""
    return not is_gzip(head) and readers.find(head[:HEAD_BYTES]) is None and archives.ends_as_zip(stream)


@dataclass(slots=True)
class _Walk:
    """One walk over the paths given: the limits, the readers, and the labels already used."""

    limits: Limits
    given: Registry | None
    known: Callable[[Entry], bool] | None = None
    labels: Labels = field(default_factory=Labels)

    @property
    def readers(self) -> Registry:
        """The formats to look for; those at hand are looked up when the first file asks."""
        return registered() if self.given is None else self.given

    def path(self, path: Path, *, alone: bool) -> Iterator[Entry]:
        """Yield the entries of one path given by the user."""
        name = path.name if path.name not in ("", ".", "..") else path.resolve().name or "root"
        try:
            state = path.stat()
        except FileNotFoundError:
            error = ReadError("no such file or folder: check the spelling", code="missing")
            yield Entry(self.labels.unique(name), str(path), error=error)
        except (OSError, ValueError) as error:
            yield Entry(self.labels.unique(name), str(path), error=unreadable(error))
        else:
            if stat.S_ISDIR(state.st_mode):
                shown = label(name) if alone else self.labels.unique(name)
                yield from self.folder(path.absolute(), "" if alone else f"{shown}/", shown)
            else:
                yield from self.file(str(path.absolute()), name, state, named=True)

    # ------------------------------------------------------------------------------------------------ on disk

    def folder(self, top: Path, prefix: str, shown: str) -> Iterator[Entry]:
        """Yield the entries of a folder and all below it; one that is reached twice, by links, is read once."""
        seen: set[tuple[int, int]] = set()
        stack = [(str(top), prefix)]
        empty = True
        while stack:
            here, below = stack.pop()
            try:
                state = os.stat(here)  # noqa: PTH116 - of thousands of files, and a Path takes longer to make than a stat
                if state.st_ino and (state.st_dev, state.st_ino) in seen:
                    continue
                seen.add((state.st_dev, state.st_ino))
                names = sorted(name for name in os.listdir(here) if not is_junk(name))  # noqa: PTH208
            except OSError as error:
                empty = False
                yield Entry(label(below.rstrip("/")) or shown, here, error=unreadable(error))
                continue
            folders = []
            for name in names:
                child = os.path.join(here, name)  # noqa: PTH118
                try:
                    state = os.stat(child)  # noqa: PTH116
                except OSError:
                    if self.promised(name) and os.path.islink(child):  # noqa: PTH114 - else it is gone meanwhile
                        empty = False
                        lost = ReadError("a link to a file that is not there: mend or remove it", code="missing")
                        yield Entry(self.labels.unique(below + name), child, error=lost)
                    continue
                if stat.S_ISDIR(state.st_mode):
                    folders.append((child, f"{below}{name}/"))
                elif stat.S_ISREG(state.st_mode):
                    for entry in self.file(child, below + name, state, named=False):
                        empty = False
                        yield entry
            stack.extend(reversed(folders))
        if empty:
            yield Entry(shown, str(top), error=self.nothing("folder"))

    def file(self, path: str, name: str, state: stat_result, *, named: bool) -> Iterator[Entry]:
        """Yield the entries of one file on disk: itself, or what is in it if it is an archive."""
        entry = Entry(self.labels.unique(name), path, (), state.st_size, state.st_mtime_ns)
        wanted = named or self.promised(name)
        try:
            if not stat.S_ISREG(state.st_mode):
                raise ReadError("neither a file nor a folder: name the recording itself")
            if self.known is not None and self.known(entry):
                yield entry
                return
            with opened(path) as stream:
                head = stream.read(_PEEK)
                if is_zip(head) or (wanted and holds_zip(stream, head, self.readers)):
                    yield from self.archive(stream, entry, entry.places(self.limits), named=wanted)
                else:
                    yield from self.taken(entry, head, named=named)
        except OSError as error:
            yield replace(entry, error=unreadable(error))
        except ReadError as error:
            if wanted:
                yield replace(entry, error=error)

    # ------------------------------------------------------------------------------------------------ in archives

    def archive(self, stream: BinaryIO, outer: Entry, places: Places, *, named: bool) -> Iterator[Entry]:
        """Yield the entries of an archive; one in which nothing can be read is passed over quietly unless `named`."""
        empty = True
        try:
            for entry in self.inside(stream, outer, places, _Budget(self.limits.archive_bytes)):
                empty = False
                yield entry
        except ReadError as error:
            if named or not empty:
                yield replace(outer, error=error)
            return
        if empty and named:
            yield replace(outer, error=self.nothing("archive"))

    def inside(self, stream: BinaryIO, outer: Entry, places: Places, budget: _Budget) -> Iterator[Entry]:
        """Yield the entries of an archive and of the archives inside it."""
        if len(outer.members) >= self.limits.archive_depth:
            deep = f"more than {self.limits.archive_depth:.0f} archives inside one another"
            raise LimitError(f"{deep}: unpack the outermost, then name the folder")
        locked: list[Entry] = []
        members, found, lost = self.listing(stream)
        problems = outer.problems + found
        for member in members:
            if member.is_folder or any(is_junk(part) for part in member.name.split("/")):
                continue
            shown = self.labels.unique(f"{outer.source}!{member.name}")
            way = (*outer.members, member)
            entry = Entry(shown, outer.path, way, member.size, outer.modified_ns, member.crc, problems=problems)
            try:
                member.check()
                if self.known is not None and self.known(entry):
                    budget.spend(member.size)
                    yield entry
                    continue
                head = archives.head(stream, member, _PEEK)
                within = self.nested(stream, entry, places, budget) if is_zip(head) else self.taken(entry, head)
                for each in within:
                    budget.spend(0 if each.error or each is not entry else member.size)
                    yield each
            except EncryptedError:
                locked.append(entry)
            except _Spent:
                raise
            except ReadError as error:
                if self.promised(member.name):
                    yield replace(entry, error=error)
        yield from self.locked(outer, locked)
        if lost is not None:
            raise lost

    def locked(self, outer: Entry, found: list[Entry]) -> Iterator[Entry]:
        """Yield one entry for the files of an archive that a password protects."""
        found = [entry for entry in found if self.promised(entry.source)]
        if len(found) == 1:
            yield replace(found[0], error=EncryptedError(UNLOCK))
        elif found:
            yield replace(outer, error=EncryptedError(f"{len(found)} files in it are {UNLOCK}"))

    def listing(self, stream: BinaryIO) -> tuple[list[Member], tuple[Problem, ...], DamagedError | None]:
        """Return the files of an archive, what is wrong with it, and what to say of those that are lost.

        Raises
        ------
        DamagedError, LimitError
            When nothing in it can be read.
        """
        try:
            found, behind = archives.listing(stream, self.limits)
        except DamagedError as error:
            found = archives.in_front(stream, self.limits)
            if not found:
                raise
            what = f"{error.message} ({len(found):,} files in front of the damage were looked at)"
            return found, (), DamagedError(what, code="truncated")
        message = f"{behind:,} bytes behind the end of the zip were left out"
        return found, (Problem("trailing-data", message),) if behind else (), None

    def nested(self, stream: BinaryIO, entry: Entry, places: Places, budget: _Budget) -> Iterator[Entry]:
        """Yield the entries of an archive inside an archive."""
        budget.spend(entry.members[-1].size)
        with archives.inner(stream, entry.members[-1], places(entry.members)) as content:
            yield from self.inside(content, entry, places, budget)

    # ------------------------------------------------------------------------------------------------ judging

    def taken(self, entry: Entry, head: bytes, *, named: bool = False) -> Iterator[Entry]:
        """Yield the entry if it is named, or if its first bytes or its name say that it may hold an activity."""
        other = None if named else fit_without_activity(head, entry.size or 0)
        begin = (gunzip_head(head, HEAD_BYTES) if is_gzip(head) else head)[:HEAD_BYTES]
        if other is not None:
            yield replace(
                entry, error=NotActivityError(f"a FIT file of type {other}, not of an activity; nothing to do with it")
            )
        elif named or self.promised(entry.source) or self.readers.find(begin, entry.source) is not None:
            yield entry

    def promised(self, name: str) -> bool:
        """Tell whether a name says that there is something to read."""
        return self.readers.promised(name) or name.lower().endswith(".zip")

    def nothing(self, what: str) -> ReadError:
        """Say that a folder or archive holds nothing to read."""
        formats = ", ".join(reader.name.upper() for reader in self.readers.readers)
        return UnknownFormatError(f"the {what} holds no recording ({formats} or a zip of them): name another one")


class _Spent(LimitError):
    """More than may be unpacked from one archive: ends the whole of it, not one member."""

    def __reduce__(self) -> tuple[object, ...]:
        return LimitError, (self.message,)


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked from one archive and those inside it."""

    left: float

    def spend(self, count: int) -> None:
        """Take `count` bytes off; raise when they are not there."""
        self.left -= count
        if self.left < 0:
            raise _Spent("more in it than may be unpacked from one archive: unpack it, then name the folder")
