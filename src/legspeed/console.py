"""What the verbs share: whose runs they are, where the result goes, what is said on the way. No option parsing here."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from legspeed import athlete, athlete_values
from legspeed.athlete import Athlete
from legspeed.errors import OutputError, SettingsError
from legspeed.model import Failure, Member, Season
from legspeed.reporter.blocks import Block
from legspeed.reporter.output import in_bytes, write_whole
from legspeed.reporter.words import plain
from legspeed.stop import stop

if TYPE_CHECKING:
    from legspeed.seasons.book import Book


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text that is made while it is written."""

    pieces: Iterable[str]


Result = str | Pieces | Mapping[str, bytes] | Iterable[Block]


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
    return with_options(base, **options)


def with_options(base: Athlete, **options: object) -> Athlete:
    """Return the athlete with what the options say instead; an error names the option."""
    checks: dict[str, tuple[str, Callable[[object], Any]]] = {
        "five_k": ("five_k_speed_mps", athlete_values.five_k_speed),
        "max_speed": ("max_speed_mps", athlete_values.max_speed),
        "units": ("units", athlete_values.units),
        "tz": ("time_zone", athlete_values.time_zone),
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
    found: dt.date | None = None if value is None else checked(name, athlete_values.calendar_date, value)
    return found


def days_shown(since: str | None, until: str | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the dates behind --since and --until, in their order."""
    first, last = date("--since", since), date("--until", until)
    if first is not None and last is not None and first > last:
        raise SettingsError(f"--since {first} is after --until {last}: swap them")
    return first, last


@contextlib.contextmanager
def book(wanted: bool, *, rehash: bool = False, quiet: bool = False) -> Iterator[Book | None]:
    """Lend the book, or None where it is not wanted, and close it afterwards.

    From then on Ctrl-C says that what was read is kept in it.
    """
    if not wanted:
        yield None
        return
    from legspeed.seasons.book import Book

    with Book(rehash=rehash, tell=None if quiet else say) as lent:
        kept = "what was read is kept: the next time goes on from there"
        stop().kept = lambda: kept if lent.usable else ""
        yield lent


def today(who: Athlete) -> dt.date:
    """Return today's date where the athlete is; without a time zone of his, where this computer is."""
    if who.time_zone is None:
        return dt.datetime.now(dt.UTC).astimezone().date()
    import zoneinfo

    return dt.datetime.now(dt.UTC).astimezone(zoneinfo.ZoneInfo(who.time_zone)).date()


def named(paths: Sequence[Path]) -> str:
    """Return what a season of these paths is called."""
    return paths[0].absolute().name if len(paths) == 1 else f"{len(paths)} places"


def squad_code(members: Sequence[Member]) -> int:
    """Return a squad's exit code: 3 without any run, 1 where something failed, else 0."""
    seasons = [member.season for member in members if member.season is not None]
    if not any(season.runs for season in seasons):
        return 3
    return 1 if len(seasons) < len(members) or any(season.exit_code for season in seasons) else 0


def tell_left_out(
    failures: Iterable[Failure], result: Season | None = None, *, not_runs: bool = False, of: str = ""
) -> None:
    """Say each failure, and on request each input that was no run, on stderr: one line each, `of` whom it is."""
    whose, said = f"{of}: " if of else "", False
    for failure in failures:
        said = True
        say(f"{'' if failure.source == of else whose}{failure.source}: {failure.message}")
    if result is None:
        return
    for other in result.not_runs if not_runs or not result.runs else ():
        said = True
        say(f"{whose}{other.source}: not a run: {other.reason}")
    if not result.runs and not said:
        say(f"{whose}no run was found: name FIT, GPX or TCX files of runs, or a folder or zip that holds some")


def tell_vain_table(table: str | None, format: str, quiet: bool) -> None:
    """Say where a table is asked for in vain: only csv writes a single one."""
    if table is not None and format != "csv" and not quiet:
        say(f"--table {table}: only --format csv writes one table; this is {format}")


def in_format(result: Season, format: str, table: str | None, blocks: Iterable[Block], *, why: bool = False) -> Result:
    """Return the result as json, csv or parquet files, or the blocks, which become text once the width is known."""
    if format == "json":
        from legspeed.reporter.document import season_pieces

        return Pieces(season_pieces(result, why=why))
    if format == "csv":
        from legspeed.reporter.tables import season_csv_pieces

        return Pieces(season_csv_pieces(result, table or "efforts"))
    if format == "parquet":
        from legspeed.reporter.parquet import season_parquet

        return season_parquet(result)
    return blocks


def check_target(output: str, format: str = "") -> None:
    """Refuse an output that cannot work before the long work begins."""
    if format == "parquet":
        from legspeed.reporter.parquet import require_pyarrow

        require_pyarrow()
        if output == "-":
            raise OutputError("--format parquet writes a file per table: name a folder for them with -o DIR")
        if Path(output).exists() and not Path(output).is_dir():
            raise OutputError(f"{output}: this is a file: --format parquet needs a folder, -o DIR")
    if output != "-" and not Path(output).absolute().parent.is_dir():
        raise OutputError(f"{output}: there is no such folder to write in: make it first, or choose another with -o")


def write(result: Result, output: str) -> None:
    """Write to stdout or, whole or not at all, to a file; programs' formats are UTF-8 wherever they go.

    Raises
    ------
    OutputError
        When it cannot be written; a closed pipe stays a BrokenPipeError, for whoever reads no further wants no message.
    """
    if isinstance(result, Mapping):
        _write_files(Path(output), result)
        return
    if isinstance(result, str):
        result = Pieces((result,))
    if output != "-":
        write_whole(output, result.pieces if isinstance(result, Pieces) else _as_text(result))
        return
    try:
        if isinstance(result, Pieces):
            sys.stdout.flush()
            sys.stdout.buffer.writelines(in_bytes(result.pieces))
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


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made where there is none; each whole or not at all."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror or error}): choose another with -o") from error
    for name, data in files.items():
        write_whole(folder / name, data)


def _as_text(blocks: Iterable[Block]) -> str:
    """Return a page as text of 80 columns, whatever terminal it is asked from."""
    from legspeed.reporter.terminal import print_blocks

    page = io.StringIO()
    print_blocks(blocks, page, width=80)
    return page.getvalue()


def say(message: str) -> None:
    """Write one line to stderr, with nothing in it that a terminal would obey."""
    print(f"legspeed: {plain(message)}", file=sys.stderr)
