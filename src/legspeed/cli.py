"""The command line: one short function per verb. Data go to stdout; progress and problems to stderr.

Exit codes: 0 done; 1 some file failed and the rest is done; 2 usage, settings or output; 3 nothing usable; 130 stopped.
Everything but typer is imported inside the verbs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import enum
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final, ParamSpec

import typer

P = ParamSpec("P")

_EPILOG: Final = """\
\b
Examples:
  legspeed season ~/Downloads/export.zip          a Strava or Garmin export, read in place
  legspeed season runs/ --five-k 19:30            a folder, with your own 5 km time
  legspeed analyze today.fit --why                one run, and why the rest was not counted
  legspeed season runs/ --format json -o s.json   the same for programs; csv too
\b
Nothing leaves this computer. `legspeed VERB --help` explains each verb."""

_EXAMPLES: Final = {
    "analyze": """\
\b
Examples:
  legspeed analyze strides.fit
  legspeed analyze strides.fit --why --five-k 19:30
  legspeed analyze *.fit --format csv -o efforts.csv""",
    "season": """\
\b
Examples:
  legspeed season ~/Downloads/export.zip
  legspeed season runs/ --since 2024-01-01 --five-k 19:30
  legspeed season runs/ --format csv --table weeks -o weeks.csv""",
    "inspect": """\
\b
Examples:
  legspeed inspect run.fit
  legspeed inspect run.fit --verify        does another reader see the same values?
  legspeed inspect run.fit --messages      everything in it, for the curious""",
    "settings": """\
\b
Examples:
  legspeed settings
  legspeed settings --init                 write legspeed.toml here; an existing one is never touched
  legspeed settings runs/ --format csv""",
}

app = typer.Typer(
    help="Find every near-maximal effort in your watch files (FIT, GPX, TCX, zips): strides, hill sprints, sprints, "
    "fast reps; and when you last ran truly fast.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


class Format(enum.StrEnum):
    """How the result is written."""

    text = "text"
    json = "json"
    csv = "csv"


class Page(enum.StrEnum):
    """How a result without tables is written."""

    text = "text"
    json = "json"


class Table(enum.StrEnum):
    """Which table csv writes."""

    efforts = "efforts"
    runs = "runs"
    weeks = "weeks"
    gaps = "gaps"


class Units(enum.StrEnum):
    """Of paces and distances."""

    km = "km"
    mi = "mi"


# ------------------------------------------------------------------------------------------------- shared options

Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="FIT, GPX or TCX files, gzipped or in a zip.")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help="Folders, files and zips; zips are read in place.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.", show_default=True)]
Output = Annotated[
    str, typer.Option("-o", "--output", metavar="FILE", help="Where to; - is the screen. Written whole or not at all.")
]
TableOption = Annotated[Table, typer.Option("--table", help="With --format csv: which table.")]
AthleteFile = Annotated[
    Path | None,
    typer.Option("--athlete", metavar="FILE", help="Your legspeed.toml; without it the one beside the runs is used."),
]
FiveK = Annotated[str | None, typer.Option("--five-k", metavar="M:SS", help="Your 5 km time, such as 19:30.")]
MaxSpeed = Annotated[float | None, typer.Option("--max-speed", metavar="M/S", help="Your maximal speed, such as 8.6.")]
UnitsOption = Annotated[Units | None, typer.Option("--units", help="Paces and distances per km or mile.")]
TimeZone = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Time zone of files that name none, such as Europe/Berlin."),
]
NoLaps = Annotated[bool, typer.Option("--no-laps", help="Leave the lap key out: the signals alone decide.")]
Strict = Annotated[bool, typer.Option("--strict", help="Any damage in a file makes it a failure; nothing is repaired.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no messages, only the result.")]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", help="Say more: every file left out, every effort's evidence.")
]


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


@app.command(short_help="The near-maximal efforts of single runs.", epilog=_EXAMPLES["analyze"])
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

    console.check_target(output)
    who = console.who(files, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    with _Progress(quiet) as progress:
        result = read_season(files, athlete=who, laps=not no_laps, strict=strict, progress=progress)
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=True)
    blocks = runs_blocks(result, units=who.units, why=why, evidence=verbose)
    console.write(console.in_format(result, format, table, blocks, why=why), output)
    return result.exit_code


@app.command(short_help="A season: when last, how much, and where none.", epilog=_EXAMPLES["season"])
@_guarded
def season(
    paths: Paths,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Show days from this one on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Show days up to this one.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Count days since as of this day; default: last run.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Worker processes; default: by files and cores.")
    ] = None,
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
    """Show a season: when you last ran truly fast, what you did, and which stretches had none.

    --since and --until limit what is shown; days since, gaps and your own speeds come from all runs.
    """
    from legspeed import console
    from legspeed.reporter.season_text import season_blocks
    from legspeed.seasons.season import season as read_season
    from legspeed.seasons.window import window

    console.check_target(output)
    first, last, day = console.date("--since", since), console.date("--until", until), console.date("--as-of", as_of)
    who = console.who(paths, athlete, verbose=verbose, five_k=five_k, max_speed=max_speed, units=units, tz=tz)
    with _Progress(quiet) as progress:
        result = read_season(
            paths, athlete=who, jobs=jobs, as_of=day, laps=not no_laps, strict=strict, progress=progress
        )
    if not quiet:
        console.tell_left_out(result.failed, result, not_runs=verbose)
    shown = window(result, first, last)
    name = paths[0].absolute().name if len(paths) == 1 else f"{len(paths)} places"
    console.write(console.in_format(shown, format, table, season_blocks(shown, units=who.units, name=name)), output)
    return result.exit_code


@app.command(short_help="What is in a file: channels, lags, laps, problems.", epilog=_EXAMPLES["inspect"])
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


@app.command(short_help="Every threshold in force, and why.", epilog=_EXAMPLES["settings"])
@_guarded
def settings(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Runs whose legspeed.toml is meant; default: here.")
    ] = None,
    init: Annotated[bool, typer.Option("--init", help="Write a commented legspeed.toml to begin with.")] = False,
    format: FormatOption = Format.text,
    output: Output = "-",
    athlete: AthleteFile = None,
) -> int:
    """Show every threshold in force, where its value comes from, and why it is what it is."""
    from legspeed import console
    from legspeed.athlete import FILE_NAME, SESSION_KINDS, Athlete, find, load
    from legspeed.reporter import settings_text
    from legspeed.reporter.output import write_new

    if init:
        target = Path(output) if output != "-" else Path((paths or [Path()])[0]) / FILE_NAME
        write_new(target, settings_text.athlete_template(tuple(sorted(SESSION_KINDS))))
        console.say(f"{target} was written: open it in a text editor, every line in it is optional")
        return 0
    file = athlete or find(paths or [Path()])
    who, origin = (load(file), file.name) if file else (Athlete(), "")
    console.write(settings_text.settings_in(format, who.settings, origin), output)
    return 0


class _Progress:
    """A progress bar with the time left on stderr; nothing where that is no terminal."""

    def __init__(self, quiet: bool) -> None:
        self.shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[int, int, float | None], None] | None:
        if not self.shown:
            return None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("", total=None, left="")
        self.bar.start()
        return self.update

    def update(self, done: int, total: int, seconds_left: float | None) -> None:
        """Show how far it is."""
        left = "" if seconds_left is None else f"{seconds_left:.0f} s left"
        self.bar.update(self.task, completed=done, total=total, left=left)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self.bar.stop()
