"""The way from any source to activities: unpack, choose the reader, read, clean."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from legspeed.errors import DamagedError, LimitError, NotActivityError, ReadError
from legspeed.model import Activity, Problem
from legspeed.readers.containers.entries import DEFAULT, Entry, bounded, decompressed
from legspeed.readers.containers.inflate import Content, too_large
from legspeed.readers.containers.sources import discover, discover_in, holds_zip
from legspeed.readers.content import HEAD_BYTES, behind_prologue, is_zip
from legspeed.readers.labels import label
from legspeed.readers.registry import Registry, registered
from legspeed.settings import Settings


def read(
    file: str | Path | bytes | BinaryIO | Entry,
    *,
    settings: Settings = DEFAULT,
    strict: bool = False,
    source: str | None = None,
) -> Activity:
    """Read one file and return the (first) activity in it.

    Parameters
    ----------
    file : str, Path, bytes, binary file or Entry
        A FIT, GPX or TCX file, plain or gzipped, or a zip with one such file in it. The content decides the format.
    settings : Settings
        Limits and cleaning.
    strict : bool
        Raise at the first problem instead of repairing it.
    source : str, optional
        What to call the file in `Activity.source` and in errors; by default its own name.

    Returns
    -------
    Activity
        With the problem ``several-activities`` when the file holds more; :func:`read_all` returns them.

    Raises
    ------
    ReadError
        When nothing can be read; its subclasses say why.
    """
    activities = _read(file, settings, source)
    first = activities[0]
    if len(activities) > 1:
        more = Problem(
            "several-activities",
            f"the file holds {len(activities)} activities and this is the first; read_all() returns all of them",
            len(activities),
        )
        others = (problem for problem in first.problems if problem.code != more.code)
        first = dataclasses.replace(first, problems=(*others, more))
    return _checked((first,), strict=strict)[0]


def read_all(
    file: str | Path | bytes | BinaryIO | Entry,
    *,
    settings: Settings = DEFAULT,
    strict: bool = False,
    source: str | None = None,
) -> tuple[Activity, ...]:
    """Read one file and return every activity in it, in file order; parameters and errors are those of :func:`read`."""
    return _checked(_read(file, settings, source), strict=strict)


def decode(
    content: Content | bytes,
    *,
    source: str,
    settings: Settings = DEFAULT,
    strict: bool = False,
    readers: Registry | None = None,
) -> tuple[Activity, ...]:
    """Turn the decompressed bytes of one file into activities.

    Parameters
    ----------
    content : Content or bytes
        The bytes, with what was repaired while they were unpacked.
    source : str
        The file's name: `Activity.source`, and what errors are said of.
    settings : Settings
        Limits and cleaning.
    strict : bool
        Raise at the first problem.
    readers : Registry, optional
        The formats known; by default all at hand.

    Raises
    ------
    ReadError
        When nothing can be read; its subclasses say why.
    """
    given = content if isinstance(content, Content) else Content(content)
    try:
        activities = _activities(given, source, settings, registered() if readers is None else readers)
    except ReadError as error:
        raise error.named(source) from None
    except Exception as error:  # a fault of ours, or of a plug-in, must not end a batch of thousands
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise DamagedError(
            f"a fault in the reader, please report it with the file ({what})", source=source, code="internal"
        ) from error
    return _checked(activities, strict=strict)


def _activities(content: Content, source: str, settings: Settings, readers: Registry) -> tuple[Activity, ...]:
    """Choose the reader, read, clean; parts of a file that cannot be read are problems as long as others can."""
    normalize = _normalize()
    if len(content.data) > settings.limits.file_bytes:
        raise LimitError(too_large(settings.limits))
    head = content.data[:HEAD_BYTES]
    reader = (
        readers.find(head, source)
        or readers.find(behind_prologue(content.data), source)
        or readers.choose(head, source)  # which says what it is instead
    )
    digest = hashlib.sha256(content.data).hexdigest()
    found: list[Activity] = []
    errors: list[ReadError] = []
    for recording in reader.read(content.data, settings.limits):
        try:
            found.extend(normalize(recording, source=source, digest=digest, settings=settings))
        except ReadError as error:
            errors.append(error)
    if not found:
        raise errors[0] if errors else NotActivityError("nothing in it was recorded")
    lost = tuple(Problem(error.code, f"a part of the file was left out: {error.message}") for error in errors)
    if content.problems or lost:
        found[0] = dataclasses.replace(found[0], problems=(*content.problems, *found[0].problems, *lost))
    return tuple(found)


@functools.cache
def _normalize() -> Callable[..., tuple[Activity, ...]]:
    """Import what cleans when the first recording is read."""
    from legspeed.readers.cleaning.normalize import normalize

    return normalize


def _checked(activities: tuple[Activity, ...], *, strict: bool) -> tuple[Activity, ...]:
    """Return the activities; with `strict` raise at the first problem of any that is not harmless."""
    for activity in activities if strict else ():
        for problem in activity.problems:
            if not problem.harmless:
                raise DamagedError(f"{problem.message} (strict)", source=activity.source, code=problem.code)
    return activities


# ---------------------------------------------------------------------------------------------------- what is given


def _read(file: str | Path | bytes | BinaryIO | Entry, settings: Settings, source: str | None) -> tuple[Activity, ...]:
    """Unpack what was given and decode it."""
    if isinstance(file, Entry):
        return decode(file.content(settings), source=file.source if source is None else source, settings=settings)
    if isinstance(file, (str, Path)):
        return _from_path(Path(file), settings, source)
    if isinstance(file, (bytes, bytearray, memoryview)):
        return _from_bytes(bytes(file), source or "", settings)
    if source is None:
        name = getattr(file, "name", "")
        source = label(Path(name).name) if isinstance(name, str) else ""
    try:
        data = bounded(file, settings.limits)
    except ReadError as error:
        raise error.named(source) from None
    if not isinstance(data, bytes):
        raise TypeError("a file opened in binary mode is wanted: open(path, 'rb')")
    return _from_bytes(data, source, settings)


def _from_path(path: Path, settings: Settings, source: str | None) -> tuple[Activity, ...]:
    """Read a file on disk."""
    shown = label(path.name) if source is None else source
    if path.is_dir():
        raise ReadError("a folder, not a file: `legspeed season` and discover() read folders", source=shown)
    entries = discover(path, settings)
    files = (
        (entry.source if source is None or entry.members else source, functools.partial(entry.content, settings))
        for entry in entries
    )
    return _only(files, shown, settings)


def _from_bytes(data: bytes, shown: str, settings: Settings) -> tuple[Activity, ...]:
    """Read a file held in memory."""
    head = data[:HEAD_BYTES]
    if is_zip(head) or holds_zip(io.BytesIO(data), head, registered()):
        return _only(discover_in(data, shown, settings, registered()), shown, settings)
    return _only([(shown, functools.partial(decompressed, Content(data), settings.limits))], shown, settings)


def _only(files: Iterable[tuple[str, Callable[[], Content]]], shown: str, settings: Settings) -> tuple[Activity, ...]:
    """Decode the one file among `files` that holds activities.

    Raises
    ------
    ReadError
        The first file's, when none can be read, or one of its own when two can.
    """
    found: tuple[Activity, ...] | None = None
    errors: list[ReadError] = []
    for name, content in files:
        try:
            activities = decode(content(), source=name, settings=settings)
        except ReadError as error:
            errors.append(error.named(name))
            continue
        if found is not None:
            raise ReadError("an archive of several recordings: `legspeed season` and discover() read it", source=shown)
        found = activities
    if found is None:
        raise next((e for e in errors if not isinstance(e, NotActivityError)), errors[0])
    lost = tuple(Problem(e.code, e.message) for e in errors if e.code == "truncated")  # of the archive itself
    return (dataclasses.replace(found[0], problems=(*lost, *found[0].problems)), *found[1:]) if lost else found
