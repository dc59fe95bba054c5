"""What the verbs share: whose runs they are, where the result goes, what is said on the way. No option parsing here."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from legspeed import athlete
from legspeed.athlete import Athlete
from legspeed.errors import OutputError, SettingsError
from legspeed.model import Failure, Season
from legspeed.reporter.blocks import Block
from legspeed.reporter.output import write_whole
from legspeed.reporter.words import plain

Result = str | Iterable[Block]


def who(paths: Iterable[Path], file: Path | None, *, verbose: bool = False, **options: object) -> Athlete:
    """Return the athlete of the file named, or found beside the paths, with the options given on top.

    Raises
    ------
    SettingsError
        When the file or an option cannot be used; the message names it.
    """
    file = file or athlete.find(paths)
    base = athlete.load(file) if file else Athlete()
    if file and verbose:
        say(f"athlete file: {file}")
    checks: dict[str, tuple[str, Callable[[object], Any]]] = {
        "five_k": ("five_k_speed_mps", athlete.five_k_speed),
        "max_speed": ("max_speed_mps", athlete.max_speed),
        "units": ("units", athlete.units),
        "tz": ("time_zone", athlete.time_zone),
    }
    changes: dict[str, Any] = {}
    for name, value in options.items():
        if value is not None:
            field, check = checks[name]
            changes[field] = checked(f"--{name.replace('_', '-')}", check, value)
    return dataclasses.replace(base, **changes)


def checked(name: str, check: Callable[[object], Any], value: object) -> Any:  # noqa: ANN401 - as the check returns
    """Return an option's checked value; an error names the option."""
    try:
        return check(value)
    except SettingsError as error:
        raise SettingsError(f"{name}: {error}") from None


def date(name: str, value: str | None) -> dt.date | None:
    """Return the date behind an option."""
    found: dt.date | None = None if value is None else checked(name, athlete.calendar_date, value)
    return found


def tell_left_out(failures: Iterable[Failure], result: Season | None = None, *, not_runs: bool = False) -> None:
    """Say each failure, and on request each input that was no run, on stderr: one line each."""
    for failure in failures:
        say(f"{failure.source}: {failure.message}")
    if result is None:
        return
    for other in result.not_runs if not_runs or not result.runs else ():
        say(f"{other.source}: not a run: {other.reason}")
    if not result.runs:
        say("no run was found: name FIT, GPX or TCX files of runs, or a folder or zip that holds some")


def in_format(result: Season, format: str, table: str, blocks: Iterable[Block], *, why: bool = False) -> Result:
    """Return the result as json or csv, or the blocks, which become text once the width is known."""
    if format == "json":
        from legspeed.reporter.document import season_json

        return season_json(result, why=why)
    if format == "csv":
        from legspeed.reporter.tables import season_csv

        return season_csv(result, table)
    return blocks


def check_target(output: str) -> None:
    """Refuse an output that cannot work before the long work begins."""
    if output != "-" and not Path(output).absolute().parent.is_dir():
        raise OutputError(f"{output}: there is no such folder to write in: make it first, or choose another with -o")


def write(result: Result, output: str) -> None:
    """Write to stdout or, whole or not at all, to a file; programs' formats are UTF-8 wherever they go.

    Raises
    ------
    OutputError
        When it cannot be written; a closed pipe stays a BrokenPipeError, for whoever reads no further wants no message.
    """
    if output != "-":
        write_whole(output, result if isinstance(result, str) else _as_text(result))
        return
    try:
        if isinstance(result, str):
            sys.stdout.flush()
            sys.stdout.buffer.write(result.encode("utf-8", "replace"))
        else:
            from legspeed.reporter.terminal import print_blocks

            print_blocks(result, sys.stdout)
        sys.stdout.flush()
    except OSError as error:
        # What is still in the buffer must not be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(f"the result could not be written ({error.strerror or error})") from error


def _as_text(blocks: Iterable[Block]) -> str:
    """Return a page as text of 80 columns, whatever terminal it is asked from."""
    from legspeed.reporter.terminal import print_blocks

    page = io.StringIO()
    print_blocks(blocks, page, width=80)
    return page.getvalue()


def say(message: str) -> None:
    """Write one line to stderr, with nothing in it that a terminal would obey."""
    print(f"legspeed: {plain(message)}", file=sys.stderr)
