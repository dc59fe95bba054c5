"""The runs of a season, each made anew from what was read and what was found whenever it is asked for."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from legspeed.model import Effort, JudgedRun, Packed, Problem, Run, RunDigest, StrengthSession, Yardstick
from legspeed.model.packed import Likened
from legspeed.model.scratch import Scratch
from legspeed.seasons.dates import Starts, local_dates
from legspeed.seasons.plyometrics import jumps_in


class Runs(Likened[Run]):
    """The runs of a season; reads like a tuple of them, and equals one.

    Parameters
    ----------
    digests, judged, yardsticks : sequences
        What was read of each run, what was found in it, and by what; sorted by start.
    time_zone : str or None
        The athlete's: see :func:`legspeed.seasons.dates.local_dates`.
    named : mapping
        Name and type that only another recording of a run has, by its source.
    struck : mapping
        Where efforts are struck out, by the run's source: their starts in seconds.
    near_s : float
        So near to where one is struck out an effort begins.
    scratch : Scratch
        Where to put aside what is shown of a run beside its efforts.

    Attributes
    ----------
    jumps : list of StrengthSession
        Those in runs.
    """

    def __init__(
        self,
        digests: Sequence[RunDigest],
        judged: Sequence[JudgedRun],
        yardsticks: Sequence[Yardstick],
        *,
        time_zone: str | None,
        named: Mapping[str, tuple[str | None, str | None]],
        struck: Mapping[str, tuple[float, ...]],
        near_s: float,
        scratch: Scratch,
    ) -> None:
        self._judged, self._struck, self._near_s = judged, struck, near_s
        self._rows: Packed[tuple[Any, ...]] = Packed(scratch=scratch)
        self.jumps: list[StrengthSession] = []
        starts = Starts()
        for digest, yardstick in zip(digests, yardsticks, strict=True):
            starts.add(digest)
            jumps = jumps_in(digest)
            if jumps is not None:
                self.jumps.append(jumps)
            self._rows.add(_row(digest, yardstick, *named.get(digest.source, (None, None))))
        self._dates = local_dates(starts, time_zone)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Run]:
        return map(self._run, self._rows, self._judged, self._dates)

    def _at(self, place: int) -> Run:
        return self._run(self._rows[place], self._judged[place], self._dates[place])

    def _run(self, row: tuple[Any, ...], judged: JudgedRun, dated: tuple[dt.date, Problem | None]) -> Run:
        (source, start, *measured, problems, best_speeds, name, kind, five_k_mps, max_mps), (date, undated) = row, dated
        efforts, starts = judged.efforts, self._struck.get(source, ())
        if undated is not None:
            problems = (*problems, undated)
        if starts:
            meant = [_meant(efforts, start, self._near_s) for start in starts]
            problems = (*problems, *_nothing_struck(starts, meant))
            efforts = _struck_out(efforts, meant)
        found = efforts, judged.refused, judged.sets
        values: list[Any] = [
            source,
            start,
            date,
            *measured,
            *found,
            problems,
            best_speeds,
            name,
            kind,
            five_k_mps,
            max_mps,
        ]
        return Run(*values)


def _row(d: RunDigest, own: Yardstick, name: str | None, kind: str | None) -> tuple[Any, ...]:
    """Return what is shown of a run, its date and efforts left out, in the order of the fields of `Run`."""
    measured = d.sport, d.device, d.elapsed_s, d.moving_s, d.distance_m, d.assessable
    named = d.name or name, d.type or kind
    return d.source, d.start, *measured, d.problems, d.best_speeds, *named, own.five_k_speed_mps, own.max_speed_mps


def _meant(efforts: Sequence[Effort], start_s: float, near_s: float) -> int | None:
    """Return the place of the effort that a strike at `start_s` means: the nearest within `near_s`; None without one.

    A strike is written by what one report says of the start, and the watch's delay, which only a season shows, may
    since have moved it.
    """
    apart_s, at = min(((abs(effort.start_s - start_s), at) for at, effort in enumerate(efforts)), default=(math.inf, 0))
    return at if apart_s <= near_s else None


def _struck_out(efforts: Sequence[Effort], meant: Sequence[int | None]) -> Sequence[Effort]:
    """Return the efforts, those at the places that the runner has struck out no longer counting."""
    return tuple(
        replace(effort, counts=False, evidence=(*effort.evidence, "struck out")) if at in meant else effort
        for at, effort in enumerate(efforts)
    )


def _nothing_struck(starts: Sequence[float], meant: Sequence[int | None]) -> Iterator[Problem]:
    """Yield a problem for each start at which the runner has struck out what is no effort."""
    for start, at in zip(starts, meant, strict=True):
        if at is None:
            message = f"no effort begins {start:g} s after the start, where the athlete file strikes one out"
            yield Problem("no-effort", message, harmless=True)
