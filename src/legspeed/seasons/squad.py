"""Several athletes: one per sub-folder or zip, each with his own athlete file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from legspeed import athlete
from legspeed.athlete import FILE_NAME, Athlete
from legspeed.errors import LegspeedError, ReadError, SettingsError
from legspeed.model import Member, Season
from legspeed.readers.containers import archives
from legspeed.readers.containers.entries import opened
from legspeed.settings import Settings


def members(folder: Path) -> tuple[Path, ...]:
    """Return the sub-folders and zips of a squad's folder, by name; hidden ones are left out.

    Raises
    ------
    SettingsError
        When it is no folder, or holds no athlete.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "no such folder"
        raise SettingsError(f"{folder}: {what}: name one that holds a folder or zip per athlete")
    found = [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "__")) and (path.is_dir() or path.suffix.lower() == ".zip")
    ]
    if not found:
        raise SettingsError(f"{folder}: no athlete in it: make one sub-folder or zip per athlete")
    return tuple(found)


def own_file(place: Path) -> Athlete:
    """Return what an athlete's own file says; nobody shares one that lies in the squad's folder.

    In a folder it is ``legspeed.toml``; for a zip ``NAME.toml`` beside it, or ``legspeed.toml`` at its top.

    Raises
    ------
    SettingsError
        For a mistake in it; the message names line and remedy, and the file by the way from the squad's folder: it goes
        into reports, which hold no paths of this computer.
    """
    if place.is_dir():
        file = place / FILE_NAME
        return athlete.load(file, f"{place.name}/{FILE_NAME}") if file.is_file() else Athlete()
    beside = place.with_suffix(".toml")
    if beside.is_file():
        return athlete.load(beside, beside.name)
    limits = Settings().limits
    name = f"{place.name}!{FILE_NAME}"
    try:
        with opened(place) as stream:
            own = next((member for member in archives.members(stream, limits) if member.name == FILE_NAME), None)
            content = None if own is None or own.size > athlete.FILE_BYTES else archives.extract(stream, own, limits)
    except ReadError:
        return Athlete()  # a zip that cannot be read fails with its reason when its runs are
    if own is None:
        return Athlete()
    if content is None:
        raise athlete.too_large(name)
    if content.problems:
        raise SettingsError(f"{name}: damaged: put it beside the zip as {beside.name}")
    return athlete.parse(content.data, name)


def squad(folder: Path, read: Callable[[Path, Athlete], Season]) -> tuple[Member, ...]:
    """Read every athlete below a folder, who is most overdue first; a mistake in one's file does not stop the others.

    Parameters
    ----------
    folder : Path
        With one sub-folder or zip per athlete.
    read : callable
        Reads one athlete's place as a season, as :func:`legspeed.season` does.

    Raises
    ------
    SettingsError
        When the folder is none, or holds no athlete.
    """
    found = []
    for place in members(folder):
        stem = place.name if place.is_dir() else place.stem
        try:
            who = own_file(place)
            found.append(Member(place.name, who.name or stem, read(place, who)))
        except LegspeedError as error:
            found.append(Member(place.name, stem, None, str(error)))
    return by_overdue(found)


def by_overdue(found: Iterable[Member]) -> tuple[Member, ...]:
    """Sort: most days first, then those muted, those without a run, and those who could not be read."""

    def rank(member: Member) -> tuple[int, int, str]:
        gap, days = member.open_gap, member.overdue_d
        group = 3 if member.season is None else 2 if days is None else 1 if gap is not None and gap.muted else 0
        return group, -(days or 0), member.source

    return tuple(sorted(found, key=rank))
