"""What the verbs' options are called and what they say; examples of each verb; the progress bar."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

EPILOG: Final = """\
\b
Examples:
  legspeed season ~/Downloads/export.zip         a Strava or Garmin export
  legspeed season runs/ --five-k 19:30           with your own 5 km time
  legspeed analyze today.fit --why               one run, and what was refused
  legspeed gaps runs/                            stretches without speed work
  legspeed season runs/ --format json -o s.json  for programs; csv too
\b
Nothing leaves this computer. `legspeed VERB --help` explains each verb."""

EXAMPLES: Final = {
    "analyze": """\
\b
Examples:
  legspeed analyze strides.fit
  legspeed analyze strides.fit --among runs/      judged by your whole season
  legspeed analyze strides.fit --why --five-k 19:30
  legspeed analyze *.fit --format csv -o efforts.csv""",
    "season": """\
\b
Examples:
  legspeed season ~/Downloads/export.zip
  legspeed season runs/ --since 2024-01-01 --five-k 19:30
  legspeed season runs/ --format csv --table weeks -o weeks.csv""",
    "gaps": """\
\b
Examples:
  legspeed gaps ~/Downloads/export.zip
  legspeed gaps runs/ --level caution -q || echo "strides today"
  legspeed gaps runs/ --since 2024-01-01 --any --format csv""",
    "squad": """\
\b
Examples:
  legspeed squad athletes/                 athletes/anna/, athletes/ben.zip, …
  legspeed squad athletes/ --format csv -o overdue.csv""",
    "strike": """\
\b
Examples:
  legspeed strike runs/2024-05-15.fit 30:30
  legspeed strike 'export.zip!activities/1.fit.gz' 1830.5
  legspeed strike runs/2024-05-15.fit 30:30 --undo""",
    "add": """\
\b
Examples:
  legspeed add 2024-05-14 stride 6 20      six strides of 20 s
  legspeed add 2024-05-15 plyometrics 3    three sets of jumps
  legspeed add 2024-05-14 stride 6 20 --undo""",
    "inspect": """\
\b
Examples:
  legspeed inspect run.fit
  legspeed inspect run.fit --verify        does another reader agree?
  legspeed inspect run.fit --messages      everything in it, for the curious""",
    "settings": """\
\b
Examples:
  legspeed settings
  legspeed settings --init                 write legspeed.toml where none is
  legspeed settings runs/ --format csv""",
}


class Format(enum.StrEnum):
    """How the result is written."""

    text = "text"
    json = "json"
    csv = "csv"
    parquet = "parquet"


class Listing(enum.StrEnum):
    """How a list without tables of its own is written."""

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
    days = "days"
    months = "months"
    blocks = "blocks"


class Level(enum.StrEnum):
    """Of a stretch without speed work."""

    notice = "notice"
    caution = "caution"
    flag = "flag"
    restart = "restart"


class Units(enum.StrEnum):
    """Of paces and distances."""

    km = "km"
    mi = "mi"


# Whether a path can be read is found out by reading it: one that cannot must not keep the others from it.
Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", readable=False, help="FIT, GPX or TCX files, gzipped or in a zip."),
]
Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", readable=False, help="Folders, files and zips; zips are read in place."),
]
Among = Annotated[
    list[Path] | None,
    typer.Option(
        "--among",
        metavar="PATH",
        readable=False,
        help="Your other runs, a folder or export, to learn your speeds from; not shown.",
    ),
]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Show days from this one on.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Show days up to this one.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Count days up to this one; default: the last run's."),
]
AsOfToday = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Count days up to this one; default: today.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Worker processes; default: by files and cores.")]
NoBook = Annotated[
    bool, typer.Option("--no-book", help="Read every file anew and keep nothing of it for the next time.")
]
Rehash = Annotated[
    bool, typer.Option("--rehash", help="Look into every file, even where name, size and time say it is unchanged.")
]
LevelOption = Annotated[
    Level, typer.Option("--level", help="Exit with 4 when the open stretch is at this level or above.")
]
AnyGap = Annotated[bool, typer.Option("--any", help="Exit with 4 for any stretch at the level or above.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take it back.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to write the result.", show_default=True)]
ListingOption = Annotated[Listing, typer.Option("--format", help="How to write the result.", show_default=True)]
Output = Annotated[
    str,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write it (parquet: a folder); - is the screen."),
]
PageOutput = Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where to write it; - is the screen.")]
TableOption = Annotated[Table | None, typer.Option("--table", help="With --format csv: which table; default: efforts.")]
AthleteFile = Annotated[
    Path | None,
    typer.Option("--athlete", metavar="FILE", help="Your legspeed.toml; without it the one beside the runs is used."),
]
FiveK = Annotated[
    str | None, typer.Option("--five-k", metavar="M:SS", help="Your 5 km time, such as 19:30; else estimated.")
]
MaxSpeed = Annotated[
    float | None, typer.Option("--max-speed", metavar="M/S", help="Your maximal speed, such as 8.6; else estimated.")
]
UnitsOption = Annotated[Units | None, typer.Option("--units", help="Paces and distances per km or mile.")]
TimeZone = Annotated[
    str | None,
    typer.Option("--tz", metavar="ZONE", help="Time zone of files that name none, such as Europe/Berlin."),
]
NoLaps = Annotated[bool, typer.Option("--no-laps", help="Ignore the laps: speed, position and cadence alone decide.")]
Strict = Annotated[bool, typer.Option("--strict", help="Any damage in a file makes it a failure; nothing is repaired.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no messages, only the result.")]
Verbose = Annotated[
    bool, typer.Option("-v", "--verbose", help="Say more: every file left out, every effort's evidence.")
]


class Progress:
    """A progress bar with the time left on stderr; nothing where that is no terminal."""

    def __init__(self, quiet: bool) -> None:
        self.shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Callable[[int, int, float | None], None] | None:
        if not self.shown:
            return None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
        self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
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
