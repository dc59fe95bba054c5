"""The verbs about the runner's own file, ``legspeed.toml``: look at its thresholds, strike an effort, add a session."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from legspeed.cli_app import app, guarded
from legspeed.cli_options import EXAMPLES, AthleteFile, Listing, ListingOption, PageOutput, Undo


@app.command(short_help="Every threshold in force, and why.", epilog=EXAMPLES["settings"])
@guarded
def settings(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH...", help="Runs whose legspeed.toml is meant; default: here.")
    ] = None,
    init: Annotated[bool, typer.Option("--init", help="Write a commented legspeed.toml to begin with.")] = False,
    format: ListingOption = Listing.text,
    output: PageOutput = "-",
    athlete: AthleteFile = None,
) -> int:
    """Show every threshold in force, where its value comes from, and why it is what it is."""
    from legspeed import console
    from legspeed.athlete import FILE_NAME, Athlete, find, load
    from legspeed.athlete_values import SESSION_KINDS
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
@guarded
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
@guarded
def add(
    date: Annotated[str, typer.Argument(metavar="DATE", help="The day, such as 2024-05-14.")],
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="stride, hill_sprint, sprint, fast_rep, finish_kick or plyometrics.")
    ],
    count: Annotated[int, typer.Argument(metavar="COUNT", help="How many efforts, or sets of jumps.")],
    seconds: Annotated[float | None, typer.Argument(metavar="SECONDS", help="How long each was.")] = None,
    undo: Undo = False,
    athlete: AthleteFile = None,
) -> int:
    """Add a session that no watch saw to legspeed.toml: a track session without watch, bounding, squat jumps.

    Running sessions count and close a gap; plyometrics are listed by themselves and close none.
    """
    from legspeed.console_edit import add_by_hand

    add_by_hand(date, kind, count, seconds, undo=undo, athlete_file=athlete)
    return 0
