"""What of the runner's own file a season does not use, said on stderr: he wrote it, and would wait for it to count."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from legspeed.athlete import Athlete, beside, find
from legspeed.console import say
from legspeed.model import Season
from legspeed.reporter.words import clock, count


def tell_unused(paths: Sequence[Path], file: Path | None, who: Athlete, result: Season) -> None:
    """Say which other athlete file is passed over, which strikes name no run, which sessions lie behind the last day.

    Parameters
    ----------
    paths : sequence of Path
        What the season was read from.
    file : Path or None
        The athlete file named; None where it was looked for.
    who : Athlete
        What it says.
    result : Season
        The season.
    """
    used = None if file is not None else find(paths)
    for other in beside(paths) if used is not None else ():
        say(f"{other}: not used, as {used} lies in the folder itself: move its lines there, or name it with --athlete")
    for source, start_s in _strikes_of_no_run(who, result):
        say(f"{source} at {clock(start_s)} is to be struck out, and there is no such file: strike it out anew")
    day = result.exposure.as_of
    late = [session.date for session in who.sessions if day is not None and session.date > day]
    if late:
        what = f"{count(len(late), 'session')} by hand after {day}, the last day looked at, "
        say(f"{what}{'is' if len(late) == 1 else 'are'} not counted; --as-of {max(late)} does")


def _strikes_of_no_run(who: Athlete, result: Season) -> list[tuple[str, float]]:
    """Return source and start of the strikes that no file on disk and no run of the season answers."""
    from legspeed.seasons.strikes import names_on_disk

    folder = Path(who.folder or ".")
    gone = [
        strike
        for strike in who.strikes
        if not any(os.path.isfile(folder / name) for name in names_on_disk(strike.source))  # noqa: PTH113 - any name
    ]
    if not gone:
        return []
    there = {run.source for run in result.runs} | {one.source for one in result.duplicates}
    return [(strike.source, strike.start_s) for strike in gone if strike.source not in there]
