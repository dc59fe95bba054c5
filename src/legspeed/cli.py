"""The command line: one short function per verb. Data go to stdout; progress and problems to stderr.

Exit codes: 0 done; 1 some file failed and the rest is done; 2 usage, settings or output; 3 nothing usable; 130 stopped.
Everything but typer is imported inside the verbs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from legspeed.cli_options import (
    EPILOG,
    EXAMPLES,
    AnyGap,
    AsOf,
    AthleteFile,
    Files,
    FiveK,
    Format,
    FormatOption,
    Jobs,
    Level,
    LevelOption,
    Listing,
    ListingOption,
    MaxSpeed,
    NoBook,
    NoLaps,
    Output,
    Page,
    Paths,
    Progress,
    Quiet,
    Rehash,
    Since,
    Strict,
    Table,
    TableOption,
    TimeZone,
    Undo,
    Units,
    UnitsOption,
    Until,
    Verbose,
)

P = ParamSpec("P")

app = typer.Typer(
    help="Find every near-maximal effort in your watch files (FIT, GPX, TCX, zips): strides, hill sprints, sprints, "
    "fast reps; and when you last ran truly fast.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _say(message: str) -> None:
    """Write one line to stderr."""
    from legspeed.console import say

    say(message)


def _guarded(verb: Callable[P, int]) -> Callable[P, None]:
    """Turn what a verb raises into one line and an exit code; a closed pipe (``| head``) ends it quietly."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from legspeed.errors import LegspeedError

        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a name that this terminal cannot show must not end the report
        try:
            code = verb(*args, **kwargs)
        except LegspeedError as error:
            _say(str(error))
            code = 2
        except KeyboardInterrupt:
            _say("stopped; nothing was written")
            code = 130
        except BrokenPipeError:
            code = 0
        raise typer.Exit(code)

    return run


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        from legspeed import __version__

        typer.echo(f"legspeed {__version__}")
        raise typer.Exit


# ------------------------------------------------------------------------------------------------- verbs


@app.command(short_help="The near-maximal efforts of single runs.", epilog=EXAMPLES["analyze"])
@_guarded
def analyze(
    files: Files,
    why: Annotated[bool, typer.Option("--why", help="List what was refused, too, and the reason.")] = False,
    format: FormatOption = Format.text,
    output: Output = "-",
    table: TableOption = Table.efforts,
    athlete: AthleteFile = None,
    five_k: FiveK = None,
    max_speed: MaxSpeed = None,
    units: UnitsOption = None,
    tz: TimeZone = None,
    no_laps: NoLaps = False,
    strict: Strict = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show the near-maximal efforts of single runs.

    What is near-maximal depends on the runner: his 5 km and maximal speed are estimated from the files given. From
    one file that is little: give --five-k, or look at your whole season with `legspeed season`.
    """
    from legspeed import console
    from legspeed.reporter.runs_text import runs_blocks
    from legspeed.seasons.season import season as read_season

    console.check_target(output, format)
    who = console.who(files, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    with Progress(quiet) as progress:
        result = read_season(files, athlete=who, laps=not no_laps, strict=strict, progress=progress)
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=True)
    blocks = runs_blocks(result, units=who.units, why=why, evidence=verbose)
    console.write(console.in_format(result, format, table, blocks, why=why), output)
    return result.exit_code


@app.command(short_help="A season: when last, how much, and where none.", epilog=EXAMPLES["season"])
@_guarded
def season(
    paths: Paths,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    format: FormatOption = Format.text,
    output: Output = "-",
    table: TableOption = Table.efforts,
    athlete: AthleteFile = None,
    five_k: FiveK = None,
    max_speed: MaxSpeed = None,
    units: UnitsOption = None,
    tz: TimeZone = None,
    no_laps: NoLaps = False,
    strict: Strict = False,
    no_book: NoBook = False,
    rehash: Rehash = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show a season: when you last ran truly fast, what you did, and which stretches had none.

    --since and --until limit what is shown; days since, gaps and your own speeds come from all runs.
    """
    from legspeed import console
    from legspeed.reporter.season_text import season_blocks
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.window import window

    console.check_target(output, format)
    first, last, day = console.date("--since", since), console.date("--until", until), console.date("--as-of", as_of)
    who = console.who(paths, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    with console.book(not no_book, rehash=rehash, quiet=quiet) as book, Progress(quiet) as progress:
        result = read_season(
            paths, athlete=who, jobs=jobs, as_of=day, laps=not no_laps, strict=strict, book=book, progress=progress
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=verbose)
    shown = window(result, first, last)
    blocks = season_blocks(shown, units=who.units, name=console.named(paths))
    console.write(console.in_format(shown, format, table, blocks), output)
    return result.exit_code


@app.command(short_help="The stretches without speed work; exit code 4 for an alarm.", epilog=EXAMPLES["gaps"])
@_guarded
def gaps(
    paths: Paths,
    level: LevelOption = Level.flag,
    any_gap: AnyGap = False,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    format: FormatOption = Format.text,
    output: Output = "-",
    athlete: AthleteFile = None,
    five_k: FiveK = None,
    max_speed: MaxSpeed = None,
    units: UnitsOption = None,
    tz: TimeZone = None,
    no_laps: NoLaps = False,
    strict: Strict = False,
    no_book: NoBook = False,
    rehash: Rehash = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show the stretches without speed work, the open one first, counted up to today.

    Levels: notice (more than 8 days), caution (14), flag (28), restart (56). For a timer: exit code 4 says that the
    open stretch is at --level or above; muted weeks never do.
    """
    from legspeed import console
    from legspeed.exposure.gaps import is_alarm
    from legspeed.reporter.gaps_text import gaps_blocks
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.window import window

    console.check_target(output, format)
    first, last, day = console.date("--since", since), console.date("--until", until), console.date("--as-of", as_of)
    who = console.who(paths, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    day = day or console.today(who)
    with console.book(not no_book, rehash=rehash, quiet=quiet) as book, Progress(quiet) as progress:
        result = read_season(
            paths, athlete=who, jobs=jobs, as_of=day, laps=not no_laps, strict=strict, book=book, progress=progress
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=verbose)
    shown = window(result, first, last)
    blocks = gaps_blocks(shown, units=who.units, name=console.named(paths))
    console.write(console.in_format(shown, format, "gaps", blocks), output)
    return 4 if is_alarm(result.gaps, level.value, any_gap=any_gap) else result.exit_code


@app.command(short_help="Several athletes: who is most overdue.", epilog=EXAMPLES["squad"])
@_guarded
def squad(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with one sub-folder or zip per athlete.")],
    as_of: AsOf = None,
    jobs: Jobs = None,
    format: ListingOption = Listing.text,
    output: Output = "-",
    tz: TimeZone = None,
    no_laps: NoLaps = False,
    strict: Strict = False,
    no_book: NoBook = False,
    rehash: Rehash = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show a squad, who is most overdue first: one sub-folder or zip per athlete, each with an own legspeed.toml.

    For a zip the athlete file is NAME.toml beside it, or legspeed.toml at its top. Days are counted up to today.
    """
    from legspeed import console
    from legspeed.athlete import Athlete
    from legspeed.model import Season
    from legspeed.reporter.squad_report import squad_blocks, squad_csv, squad_json
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.squad import squad as read_squad

    console.check_target(output)
    day = console.date("--as-of", as_of)

    def read(place: Path, who: Athlete) -> Season:
        who = console.with_options(who, tz=tz)
        with Progress(quiet) as progress:
            result = read_season(
                place, athlete=who, jobs=jobs, as_of=day or console.today(who), laps=not no_laps, strict=strict,
                book=book, progress=progress,
            )  # fmt: skip
        if not quiet:
            console.tell_left_out(result.failed, result, not_runs=verbose, of=place.name)
        return result

    with console.book(not no_book, rehash=rehash, quiet=quiet) as book:
        found = read_squad(folder, read)
    for member in found:
        if member.error and not quiet:
            console.say(f"{member.source}: {member.error}")
    if format is Listing.json:
        console.write(squad_json(found), output)
    elif format is Listing.csv:
        console.write(squad_csv(found), output)
    else:
        console.write(squad_blocks(found, folder.absolute().name), output)
    return console.squad_code(found)


@app.command(short_help="What is in a file: channels, lags, laps, problems.", epilog=EXAMPLES["inspect"])
@_guarded
def inspect(
    files: Files,
    verify: Annotated[bool, typer.Option("--verify", help="Read again with fitparse or gpxpy and compare.")] = False,
    messages: Annotated[bool, typer.Option("--messages", help="List what a FIT file holds, by message.")] = False,
    format: Annotated[Page, typer.Option("--format", help="How to write the result.")] = Page.text,
    output: Output = "-",
    units: UnitsOption = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> int:
    """Show what is in a file: channels, how often and how late they are recorded, device, laps, problems."""
    from legspeed import console
    from legspeed.reporter.inspect_document import inspection_json
    from legspeed.reporter.inspect_text import inspection_blocks
    from legspeed.seasons.inspection import inspect_files
    from legspeed.settings import Settings

    console.check_target(output)
    found, failures = inspect_files(files, settings=Settings(), strict=strict, verify=verify, messages=messages)
    if not quiet:
        console.tell_left_out(failures)
    if format is Page.json:
        console.write(inspection_json(found), output)
    else:
        console.write(inspection_blocks(found, units=units or Units.km), output)
    return 0 if not failures else 1 if found else 3


@app.command(short_help="Every threshold in force, and why.", epilog=EXAMPLES["settings"])
@_guarded
def settings(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Runs whose legspeed.toml is meant; default: here.")
    ] = None,
    init: Annotated[bool, typer.Option("--init", help="Write a commented legspeed.toml to begin with.")] = False,
    format: ListingOption = Listing.text,
    output: Output = "-",
    athlete: AthleteFile = None,
) -> int:
    """Show every threshold in force, where its value comes from, and why it is what it is."""
    from legspeed import console
    from legspeed.athlete import FILE_NAME, SESSION_KINDS, Athlete, find, load
    from legspeed.reporter import settings_text
    from legspeed.reporter.output import write_new
    from legspeed.seasons.book import default_place

    if init:
        target = Path(output) if output != "-" else Path((paths or [Path()])[0]) / FILE_NAME
        write_new(target, settings_text.athlete_template(tuple(sorted(SESSION_KINDS))))
        console.say(f"{target} was written: open it in a text editor, every line in it is optional")
        return 0
    file = athlete or find(paths or [Path()])
    who, origin = (load(file), file.name) if file else (Athlete(), "")
    console.write(settings_text.settings_in(format, who.settings, origin, book=str(default_place())), output)
    return 0


@app.command(short_help="This effort was not one: strike it out.", epilog=EXAMPLES["strike"])
@_guarded
def strike(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The run's file, or its name in the report.")],
    start: Annotated[str, typer.Argument(metavar="START", help="Where the effort begins: 30:30 or 1830.5 (seconds).")],
    undo: Undo = False,
    athlete: AthleteFile = None,
) -> int:
    """Strike out an effort that was none (a lift, a dog's lead): a line in legspeed.toml, which stays yours.

    The legspeed.toml in the run's folder, or the nearest above it, is written; your own lines in it stay as they are.
    """
    from legspeed.console_edit import strike_effort

    strike_effort(file, start, undo=undo, athlete_file=athlete)
    return 0


@app.command(short_help="Add a session that no watch saw.", epilog=EXAMPLES["add"])
@_guarded
def add(
    date: Annotated[str, typer.Argument(metavar="DATE", help="The day, such as 2024-05-14.")],
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="stride, hill_sprint, sprint, fast_rep, finish_kick or plyometrics.")
    ],
    count: Annotated[int, typer.Argument(metavar="COUNT", help="How many efforts, or sets of jumps.")],
    seconds: Annotated[float | None, typer.Argument(metavar="[SECONDS]", help="How long each was.")] = None,
    undo: Undo = False,
    athlete: AthleteFile = None,
) -> int:
    """Add a session that no watch saw to legspeed.toml: a track session without watch, bounding, squat jumps.

    Running sessions count and close a gap; plyometrics are listed by themselves and close none.
    """
    from legspeed.console_edit import add_by_hand

    add_by_hand(date, kind, count, seconds, undo=undo, athlete_file=athlete)
    return 0
