"""The command line: one short function per verb that reads runs. Data go to stdout; progress and problems to stderr.

Exit codes: 0 done; 1 some file failed and the rest is done; 2 usage, settings or output; 3 nothing usable; 130 stopped.
Everything but typer is imported inside the verbs, so that ``--help`` answers at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from legspeed.cli_app import app, guarded
from legspeed.cli_options import (
    EXAMPLES,
    Among,
    AnyGap,
    AsOf,
    AsOfToday,
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
    PageOutput,
    Paths,
    Progress,
    Quiet,
    Rehash,
    Since,
    Strict,
    TableOption,
    TimeZone,
    Units,
    UnitsOption,
    Until,
    Verbose,
)

__all__ = ["app", "cli_own_file"]


@app.command(short_help="The near-maximal efforts of single runs.", epilog=EXAMPLES["analyze"])
@guarded
def analyze(
    files: Files,
    why: Annotated[bool, typer.Option("--why", help="List what was refused, too, and the reason.")] = False,
    among: Among = None,
    format: FormatOption = Format.text,
    output: Output = "-",
    table: TableOption = None,
    athlete: AthleteFile = None,
    five_k: FiveK = None,
    max_speed: MaxSpeed = None,
    units: UnitsOption = None,
    tz: TimeZone = None,
    no_laps: NoLaps = False,
    strict: Strict = False,
    no_book: NoBook = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show the near-maximal efforts of single runs.

    What is near-maximal depends on the runner: his 5 km and maximal speed are estimated from the files given. From
    one file that is little. Name your other runs with --among: they are read once, and the book knows them the next
    time. Or give --five-k.
    """
    from legspeed import console
    from legspeed.reporter.runs_text import runs_blocks
    from legspeed.seasons.season import season as read_season

    console.check_target(output, format)
    console.tell_vain_table(table, format, quiet)
    others = among or []
    who = console.who(
        [*files, *others], athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz
    )
    with console.book(bool(others) and not no_book, quiet=quiet) as book, Progress(quiet) as progress:
        result = read_season(
            files, athlete=who, laps=not no_laps, strict=strict, book=book, progress=progress, among=others
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=True)
        if others and result.runs and not result.among:
            console.say("--among: no other run was found there: these are judged by themselves")
    blocks = runs_blocks(result, units=who.units, why=why, evidence=verbose)
    console.write(console.in_format(result, format, table, blocks, why=why), output)
    return result.exit_code


@app.command(short_help="A season: when last, how much, and where none.", epilog=EXAMPLES["season"])
@guarded
def season(
    paths: Paths,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    jobs: Jobs = None,
    format: FormatOption = Format.text,
    output: Output = "-",
    table: TableOption = None,
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
    from legspeed.console_unused import tell_unused
    from legspeed.reporter.season_text import season_blocks
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.window import window

    console.check_target(output, format)
    console.tell_vain_table(table, format, quiet)
    (first, last), day = console.days_shown(since, until), console.date("--as-of", as_of)
    who = console.who(paths, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    with console.book(not no_book, rehash=rehash, quiet=quiet) as book, Progress(quiet) as progress:
        result = read_season(
            paths, athlete=who, jobs=jobs, as_of=day, laps=not no_laps, strict=strict, book=book, progress=progress
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=verbose)
        tell_unused(paths, athlete, who, result)
    shown = window(result, first, last)
    blocks = season_blocks(shown, units=who.units, name=console.named(paths))
    console.write(console.in_format(shown, format, table, blocks), output)
    return result.exit_code


@app.command(short_help="The stretches without speed work; exit code 4 for an alarm.", epilog=EXAMPLES["gaps"])
@guarded
def gaps(
    paths: Paths,
    level: LevelOption = Level.flag,
    any_gap: AnyGap = False,
    since: Since = None,
    until: Until = None,
    as_of: AsOfToday = None,
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
    from legspeed.console_unused import tell_unused
    from legspeed.exposure.gaps import is_alarm
    from legspeed.reporter.gaps_text import gaps_blocks
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.window import window

    console.check_target(output, format)
    (first, last), day = console.days_shown(since, until), console.date("--as-of", as_of)
    who = console.who(paths, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    day = day or console.today(who)
    with console.book(not no_book, rehash=rehash, quiet=quiet) as book, Progress(quiet) as progress:
        result = read_season(
            paths, athlete=who, jobs=jobs, as_of=day, laps=not no_laps, strict=strict, book=book, progress=progress
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=verbose)
        tell_unused(paths, athlete, who, result)
    shown = window(result, first, last)
    hidden = any(gap.open for gap in result.gaps) and not any(gap.open for gap in shown.gaps)
    blocks = gaps_blocks(shown, units=who.units, name=console.named(paths), open_elsewhere=hidden)
    console.write(console.in_format(shown, format, "gaps", blocks), output)
    return 4 if is_alarm(result.gaps, level.value, any_gap=any_gap) else result.exit_code


@app.command(short_help="Several athletes: who is most overdue.", epilog=EXAMPLES["squad"])
@guarded
def squad(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with one sub-folder or zip per athlete.")],
    as_of: AsOfToday = None,
    jobs: Jobs = None,
    format: ListingOption = Listing.text,
    output: PageOutput = "-",
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
@guarded
def inspect(
    files: Files,
    verify: Annotated[bool, typer.Option("--verify", help="Read again with fitparse or gpxpy and compare.")] = False,
    messages: Annotated[bool, typer.Option("--messages", help="List what a FIT file holds, by message.")] = False,
    format: Annotated[Page, typer.Option("--format", help="How to write the result.")] = Page.text,
    output: PageOutput = "-",
    units: UnitsOption = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> int:
    """Show what is in a file: channels, how often and how late they are recorded, device, laps, problems."""
    from legspeed import console
    from legspeed.model import Failure
    from legspeed.reporter.inspect_document import inspection_pieces
    from legspeed.reporter.inspect_text import Inspection, inspection_blocks
    from legspeed.seasons.inspection import inspect_files
    from legspeed.settings import Settings

    console.check_target(output)
    failures, done = [], 0

    def found() -> Iterator[Inspection]:
        nonlocal done
        for one in inspect_files(files, settings=Settings(), strict=strict, verify=verify, messages=messages):
            if isinstance(one, Failure):
                failures.append(one)
            else:
                done += 1
                yield one

    if format is Page.json:
        console.write(console.Pieces(inspection_pieces(found())), output)
    else:
        console.write(inspection_blocks(found(), units=units or Units.km), output)
    if not quiet:
        console.tell_left_out(failures)
    return 0 if not failures else 1 if done else 3


from legspeed import cli_own_file  # noqa: E402 - its verbs stand after these in the help
