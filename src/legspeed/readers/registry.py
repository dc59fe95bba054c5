"""Which reader takes a file: the content decides, the name only says whom to ask first.

Further formats come from other packages through the entry-point group ``legspeed.readers``; each entry point gives a
:class:`Reader`::

    [project.entry-points."legspeed.readers"]
    polar = "legspeed_polar:READER"
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from legspeed.errors import UnknownFormatError
from legspeed.model import Problem
from legspeed.readers.content import describe, is_fit, is_gpx, is_tcx
from legspeed.readers.recording import Recording
from legspeed.settings import Limits

#: Entry-point group of readers in other packages.
GROUP: Final = "legspeed.readers"


@dataclass(frozen=True, slots=True)
class Reader:
    """One format.

    Parameters
    ----------
    name : str
        As in ``Activity.format``: lower case, no spaces.
    extensions : tuple of str
        Usual endings with their dot, lower case, without ``.gz``.
    sniff : callable
        Takes the first 512 bytes, decompressed; True if this reader should read the content. Must not raise.
    read : callable
        Takes all bytes and the limits; gives the recordings in file order. Raises only ``ReadError``.
    doc : str
        The format in a few words.
    """

    name: str
    extensions: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes, Limits], tuple[Recording, ...]]
    doc: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The readers at hand, in order of precedence, and what kept others from being among them."""

    readers: tuple[Reader, ...]
    problems: tuple[Problem, ...] = ()

    def promised(self, name: str) -> bool:
        """Tell whether a file's name says that it should be readable."""
        ending = extension(name)
        return bool(ending) and any(ending in reader.extensions for reader in self.readers)

    def find(self, head: bytes, name: str = "") -> Reader | None:
        """Return the reader for content that begins with `head`, or None."""
        ending = extension(name)
        for named in (True, False):
            for reader in self.readers:
                if (ending in reader.extensions) is named and _takes(reader, head):
                    return reader
        return None

    def choose(self, head: bytes, name: str = "") -> Reader:
        """Return the reader for content that begins with `head`.

        Raises
        ------
        UnknownFormatError
            When no reader takes it: what it looks like, the formats known, and the way out.
        """
        reader = self.find(head, name)
        if reader is None:
            what, remedy = describe(head)
            known = ", ".join(r.name.upper() for r in self.readers)
            raise UnknownFormatError(f"this is {what}, not a recording ({known}); {remedy}")
        return reader


def _takes(reader: Reader, head: bytes) -> bool:
    """Ask a reader whether it takes the content; one that fails at the question does not."""
    try:
        return bool(reader.sniff(head))
    except Exception:  # a foreign reader may raise anything
        return False


def extension(name: str) -> str:
    """Return a file name's ending in lower case, the one before ``.gz`` if it has that: ``.fit`` for ``A.FIT.gz``."""
    base = name.rpartition("/")[2].lower().removesuffix(".gz")
    _, dot, ending = base.rpartition(".")
    return dot + ending if dot else ""


def _built_in(name: str, sniff: Callable[[bytes], bool], place: str, doc: str) -> Reader:
    """Return the reader at a place beside this one, imported when it is first used: GPX is free until a GPX comes."""
    module = f"legspeed.readers.{place}"

    @functools.cache
    def own() -> Callable[[bytes, Limits], tuple[Recording, ...]]:
        read: Callable[[bytes, Limits], tuple[Recording, ...]] = importlib.import_module(module).read
        return read

    return Reader(name, (f".{name}",), sniff, lambda data, limits: own()(data, limits), doc)


BUILT_IN: Final[tuple[Reader, ...]] = (
    _built_in(
        "fit", is_fit, "fit", "FIT, as watches write it: Garmin, COROS, Wahoo, Suunto, Polar, Apple Watch apps …"
    ),
    _built_in(
        "gpx", is_gpx, "xml.gpx", "GPX 1.0 and 1.1 tracks with the extensions of Garmin, Cluetrust, Strava and Apple"
    ),
    _built_in("tcx", is_tcx, "xml.tcx", "Training Center XML, Garmin's older export and that of many apps"),
)


@functools.cache
def registered() -> Registry:
    """Return the built-in readers and those of other packages.

    The answer depends on the packages installed only, so it is worked out once per process. A package whose reader
    cannot be loaded is left out and named in `Registry.problems`; it never keeps the others from working.
    """
    from importlib.metadata import entry_points  # 10 ms that a mere import of legspeed need not pay

    readers, problems = list(BUILT_IN), []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        try:
            reader = point.load()
        except Exception as error:  # a foreign package may raise anything while it is imported
            problems.append(_left_out(point.name, f"{type(error).__name__}: {error}"))
            continue
        if not isinstance(reader, Reader):
            problems.append(_left_out(point.name, f"{point.value} is no legspeed.readers.Reader"))
        elif reader.name in {r.name for r in readers}:
            problems.append(_left_out(point.name, f"there is a reader named {reader.name!r} already"))
        else:
            readers.append(reader)
    return Registry(tuple(readers), tuple(problems))


def _left_out(name: str, why: str) -> Problem:
    """Say that a plug-in is not used."""
    return Problem("internal", f"the reader plug-in {name!r} was left out: {why}; update or remove its package")
