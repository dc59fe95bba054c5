"""Laps in seconds since the start, as far as their times can be right."""

from __future__ import annotations

import math
from collections.abc import Sequence

from legspeed.model import Lap, Problem
from legspeed.readers.cleaning.time import to_the_microsecond
from legspeed.readers.recording import RawLap
from legspeed.settings import Cleaning


def laps_within(laps: Sequence[RawLap], start_unix_s: float, end_unix_s: float) -> tuple[RawLap, ...]:
    """Return the laps whose middle lies between two times; of several activities in a file, each has its own."""
    found = []
    for lap in laps:
        length_s = next(
            (s for s in (lap.elapsed_s, lap.end_unix_s - lap.start_unix_s, lap.timer_s) if s and s > 0), 0.0
        )
        if start_unix_s <= lap.start_unix_s + length_s / 2 <= end_unix_s:
            found.append(lap)
    return tuple(found)


def place_laps(
    laps: Sequence[RawLap], start_unix_s: float, end_unix_s: float, cleaning: Cleaning
) -> tuple[tuple[Lap, ...], list[Problem]]:
    """Return the laps that lie within the recording.

    A start that cannot be right (missing, far from the recording, in the first half of the lap before) is worked out
    from the end of the lap before. A lap ends its own elapsed time after its start, else where it says, else where the
    next one starts, else its timer's time after its start, the last one with the recording; and never later than the
    next one starts.

    Parameters
    ----------
    laps : sequence of RawLap
        In file order.
    start_unix_s, end_unix_s : float, s
        First and last record.
    cleaning : Cleaning
        ``lap_slack_s`` and ``lap_lead_s``.

    Returns
    -------
    laps : tuple of Lap
        In order, in seconds since the first record, within the recording, none empty.
    problems : list of Problem
        ``no-laps`` with the laps whose times were worked out or that were left out. A lap of a few seconds behind the
        last record (the key that ends a run) is no problem.
    """
    starts, ends, rebuilt, untold = _times(laps, start_unix_s, end_unix_s, cleaning)
    if untold and rebuilt > len(laps) / 2:  # no anchor left to hang them on
        message = f"the times of all {len(laps)} laps cannot be right; they were left out"
        return (), [Problem("no-laps", message, len(laps))]
    placed: list[Lap] = []
    lost = 0
    for lap, start, end in zip(laps, starts, ends, strict=True):
        begin, finish = max(start, start_unix_s), min(end, end_unix_s)
        if finish > begin:
            placed.append(_lap(lap, begin - start_unix_s, finish - start_unix_s))
        elif not end - start <= cleaning.lap_slack_s:
            lost += 1
    problems = []
    if lost:
        what = "1 lap outside the recording was" if lost == 1 else f"{lost} laps outside the recording were"
        problems.append(Problem("no-laps", f"{what} left out", lost))
    if rebuilt:
        what = "1 lap starts where it cannot" if rebuilt == 1 else f"{rebuilt} laps start where they cannot"
        message = f"{what}; times were worked out from the laps before"
        problems.append(Problem("no-laps", message, rebuilt))
    return tuple(placed), problems


def _times(
    laps: Sequence[RawLap], start_unix_s: float, end_unix_s: float, cleaning: Cleaning
) -> tuple[list[float], list[float], int, int]:
    """Return starts and ends (NaN where nothing tells), how many starts were worked out, how many ends are unknown."""
    starts: list[float] = []
    ends: list[float] = []
    rebuilt = untold = 0
    slack_s = cleaning.lap_slack_s
    half_way, previous_end = start_unix_s - cleaning.lap_lead_s, start_unix_s
    for number, lap in enumerate(laps):
        start = lap.start_unix_s
        own = half_way - slack_s <= start <= end_unix_s + slack_s
        if own and ends and ends[-1] > start:
            ends[-1] = max(start, starts[-1])
        if not own:
            start = previous_end
            rebuilt += 1
        end = _end(lap, start, own, laps[number + 1] if number + 1 < len(laps) else None, end_unix_s)
        if end is None:
            untold += 1
            end = math.nan
        else:
            half_way, previous_end = (start + end) / 2, max(end, start)
        starts.append(start)
        ends.append(end)
    return starts, ends, rebuilt, untold


def _end(lap: RawLap, start: float, own: bool, following: RawLap | None, end_unix_s: float) -> float | None:
    """Return when a lap ends; None if nothing tells."""
    if lap.elapsed_s is not None and 0 <= lap.elapsed_s < math.inf:
        return start + lap.elapsed_s
    if own and start <= lap.end_unix_s < math.inf:
        return lap.end_unix_s
    if following is not None and own and start < following.start_unix_s <= end_unix_s:
        return following.start_unix_s
    if following is None and own:
        return end_unix_s
    if lap.timer_s is not None and 0 <= lap.timer_s < math.inf:
        return start + lap.timer_s
    return None


def _lap(lap: RawLap, start_s: float, end_s: float) -> Lap:
    """Return a lap with its times in seconds since the first record."""
    return Lap(
        start_s=to_the_microsecond(start_s),
        end_s=to_the_microsecond(end_s),
        timer_s=lap.timer_s,
        distance_m=lap.distance_m,
        trigger=lap.trigger,
        intensity=lap.intensity,
        workout_step=lap.workout_step,
    )
