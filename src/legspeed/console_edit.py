"""What `strike` and `add` do: find the athlete file and the effort's name, edit, write whole or not at all, say it."""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from legspeed import athlete, athlete_values
from legspeed.athlete import FILE_NAME, Athlete, ManualSession, Strike
from legspeed.athlete_edit import add_session, add_strike, remove_session, remove_strike
from legspeed.athlete_values import PLYOMETRICS
from legspeed.console import checked, say
from legspeed.errors import SettingsError
from legspeed.reporter.output import one_at_a_time, write_whole
from legspeed.reporter.words import clock

_OTHERWISE: Final = "make room or rights for it, or name another athlete file with --athlete"


def strike_effort(file: str, start: str, *, undo: bool, athlete_file: Path | None) -> None:
    """Strike out the effort that begins at `start` in the run `file`, or take that back."""
    target, path, within = _strike_place(file, athlete_file)
    source = _named(path, target) + within
    struck = Strike(source, checked("START", _seconds, start))
    edit = remove_strike if undo else add_strike
    with one_at_a_time(target):
        before = _read(target)
        after = edit(before, struck, name=str(target))
        if after != before:
            write_whole(target, after, otherwise=_OTHERWISE)
    if after == before:
        say(f"{target}: {source} at {clock(struck.start_s)} is struck out already; nothing was changed")
        return
    what = f"the effort of {source} at {clock(struck.start_s)} ({struck.start_s:g} s)"
    if undo:
        say(f"{target}: {what} is no longer struck out")
        return
    named = f" --athlete {shlex.quote(str(athlete_file))}" if athlete_file else ""
    doubt = _where_none_begins(path, within, struck, athlete.parse(after, str(target)))
    if doubt:
        say(doubt)
        say(f"{target}: a strike at {clock(struck.start_s)} ({struck.start_s:g} s) was written all the same")
    else:
        say(f"{target}: {what} is struck out and counts no more")
    say(f"to undo: legspeed strike {shlex.quote(file)} {start} --undo{named}")


def add_by_hand(
    date: str, kind: str, count: int, seconds: float | None, *, undo: bool, athlete_file: Path | None
) -> None:
    """Add a session that no watch saw, or take it out again."""
    target = athlete_file or athlete.find([Path()]) or Path(FILE_NAME)
    session = ManualSession(
        checked("DATE", athlete_values.calendar_date, date),
        checked("KIND", athlete_values.session_kind, kind),
        checked("COUNT", athlete_values.whole_count, count),
        None if seconds is None else checked("SECONDS", athlete_values.session_seconds, seconds),
    )
    edit = remove_session if undo else add_session
    with one_at_a_time(target):
        write_whole(target, edit(_read(target), session, name=str(target)), otherwise=_OTHERWISE)
    each = f" of {seconds:g} s" if seconds is not None else ""
    what = f"{session.date}: {count} × {kind.replace('_', ' ')}{each}"
    if undo:
        say(f"{target}: taken out: {what}")
        return
    closes = "they have their own line and close no gap" if kind == PLYOMETRICS else "it counts like a recorded one"
    again = [date, kind, str(count), *([f"{seconds:g}"] if seconds is not None else []), "--undo"]
    named = ["--athlete", str(athlete_file)] if athlete_file else []
    say(f"{target}: added: {what}; {closes}")
    say(f"to undo: legspeed add {shlex.join([*again, *named])}")


def _read(path: Path) -> bytes:
    """Return the athlete file as it stands; nothing where it does not exist yet."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}: name a file that can be read") from error


def _seconds(start: object) -> float:
    """Return the seconds behind ``1830.5`` or ``30:30``, the two ways in which reports name a start."""
    if isinstance(start, str) and re.fullmatch(r"\d{1,7}(\.\d{1,6})?", start, re.ASCII):
        return float(start)
    try:
        return athlete_values.clock_seconds(start)
    except SettingsError:
        raise SettingsError(f"a time such as 30:30, or seconds such as 1830.5, are wanted, not {start!r}") from None


def _where_none_begins(path: Path, within: str, struck: Strike, who: Athlete) -> str:
    """Return, where no effort of the run begins there, words for that and for where its efforts do; else nothing.

    A mistyped time strikes nothing. The run is judged by itself here and may be judged otherwise in a season, so a
    start at which a candidate was refused is not called wrong.
    """
    from legspeed.seasons.one_run import one_run

    run = one_run(path, within, who)
    if run is None:
        return f"{struck.source}: no run could be read there now, so nothing is known of its efforts"
    near_s = who.settings.together.strike_s
    starts = [*(effort.start_s for effort in run.efforts), *(refusal.start_s for refusal in run.refused)]
    if any(abs(start - struck.start_s) <= near_s for start in starts):
        return ""
    begins = ", ".join(clock(one.start_s) for one in run.efforts)
    there = f"they begin at {begins}" if begins else "by itself the run shows none"
    return f"{struck.source}: no effort was found that begins at {clock(struck.start_s)}: {there}"


def _strike_place(file: str, athlete_file: Path | None) -> tuple[Path, Path, str]:
    """Return the athlete file, the run's file on disk, and where in that the run is.

    `file` is a path from here, or already the name in the report; behind ``!`` it names a file in an archive, behind
    ``#`` one of several runs in it.
    """
    from legspeed.seasons.strikes import names_on_disk

    for folder in _folders(athlete_file):
        for name in names_on_disk(file):
            path = _as_shown(folder, name) or folder / name
            if os.path.isfile(path):  # noqa: PTH113 - bears names that no file can have
                return athlete_file or _nearest_file(path.parent), path, file[len(name) :]
    raise SettingsError(f"{file}: no such run: name its file, or in an archive export.zip!activities/1.fit")


def _as_shown(folder: Path, name: str) -> Path | None:
    """Return the one file whose name a report shows so, where it has characters that no report shows."""
    if "\ufffd" not in name:
        return None
    whole = folder / name
    pattern = glob.escape(whole.relative_to(whole.anchor).as_posix()).replace("\ufffd", "?")
    found = [*Path(whole.anchor).glob(pattern)]
    return found[0] if len(found) == 1 else None


def _folders(athlete_file: Path | None) -> Iterator[Path]:
    """Yield where a run's name may start: here, or else, as in a report, the athlete file's folder."""
    yield Path.cwd()
    yield (athlete_file or athlete.find([Path()]) or Path(FILE_NAME)).absolute().parent


def _named(path: Path, target: Path) -> str:
    """Return a run's file as reports of the athlete file's folder name it: by the way from there."""
    try:
        return path.relative_to(target.absolute().parent).as_posix()
    except ValueError:
        return _way(target.absolute().parent, path)


def _way(folder: Path, path: Path) -> str:
    """Return the way from a folder to a file that is not below it; on another drive there is only the whole name."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def _nearest_file(folder: Path) -> Path:
    """Return the athlete file in a run's folder or the nearest above it; where there is none, a new one beside it."""
    found = (place / FILE_NAME for place in (folder, *folder.parents) if (place / FILE_NAME).is_file())
    return next(found, folder / FILE_NAME)
