"""Which records belong to which activity: sessions of a multisport file, tracks of a GPX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from legspeed.model import Problem
from legspeed.readers.cleaning.time import Rows
from legspeed.readers.recording import Leg, Recording
from legspeed.settings import Cleaning


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a recording that are one activity (None for all), and the leg that says what was done."""

    rows: Rows | None
    leg: Leg | None


def legs_of(recording: Recording, cleaning: Cleaning) -> tuple[list[tuple[float, Leg]], list[Problem]]:
    """Return the legs in order of time, each with the time from which records are its own."""
    legs = sorted((leg for leg in recording.legs if np.isfinite(leg.start_unix_s)), key=lambda leg: leg.start_unix_s)
    if recording.format == "gpx":
        legs = _joined_tracks(legs, cleaning)
    cuts = [leg.start_unix_s for leg in legs]
    if len(cuts) < 2 or (np.diff(cuts) > 0).all():
        return list(zip(cuts, legs, strict=True)), []
    # Some watches write the parent's start into every leg; the ends are right then.
    legs = sorted(legs, key=lambda leg: leg.end_unix_s)
    ends = [leg.end_unix_s for leg in legs]
    if (np.diff(ends) > 0).all():
        return list(zip([-np.inf, *ends[:-1]], legs, strict=True)), []
    message = f"the {len(legs)} sessions of the file do not say when each one was; they were read as one"
    return [(cuts[0], legs[0])], [Problem("several-activities", message, len(legs))]


def divide(rows: Rows | None, recording: Recording, legs: list[tuple[float, Leg]]) -> list[Part]:
    """Divide a stretch of records among the legs."""
    if len(legs) < 2:
        return [Part(rows, legs[0][1] if legs else None)]
    all_rows = np.arange(len(recording.unix_s)) if rows is None else rows
    of_leg = np.searchsorted([cut for cut, _ in legs[1:]], recording.unix_s[all_rows], side="right")
    borders = np.searchsorted(of_leg, np.arange(len(legs) + 1))
    parts = [Part(all_rows[a:b], leg) for (_, leg), a, b in zip(legs, borders[:-1], borders[1:], strict=True)]
    return [part for part in parts if part.rows is not None and len(part.rows)]


def _joined_tracks(legs: Sequence[Leg], cleaning: Cleaning) -> list[Leg]:
    """Make one leg of tracks that follow closely and are of one sport."""
    joined: list[Leg] = []
    for leg in legs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and leg.start_unix_s - last.end_unix_s <= cleaning.track_gap_s
            and (leg.sport == last.sport or not leg.sport or not last.sport)
        ):
            joined[-1] = replace(last, end_unix_s=max(last.end_unix_s, leg.end_unix_s), sport=last.sport or leg.sport)
        else:
            joined.append(leg)
    return joined
