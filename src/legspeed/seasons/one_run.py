"""One run out of a file or archive, judged by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from legspeed.athlete import Athlete
from legspeed.model import Run
from legspeed.seasons.batch import map_files
from legspeed.seasons.season import season


def one_run(path: Path, within: str, athlete: Athlete) -> Run | None:
    """Read one run of a file and judge it by itself; None where there is no such run.

    Parameters
    ----------
    path : Path
        A file or an archive on disk.
    within : str
        Where in it the run is, as reports of it say behind its name: ``!activities/1.fit.gz``, ``#2``.
    athlete : Athlete
        His times and thresholds; nothing that he has struck out is.
    """
    from legspeed.readers.containers.sources import discover

    source = path.name + within
    file = re.sub(r"#\d+$", "", within)
    entries = [one for one in discover(path, athlete.settings) if one.source in (source, path.name + file)]
    found = map_files(entries, settings=athlete.settings, jobs=1)
    digests = [digest for result in found for digest in result.digests]
    runs = season(digests, athlete=replace(athlete, strikes=())).runs
    return next((run for run in runs if run.source == source), None)
