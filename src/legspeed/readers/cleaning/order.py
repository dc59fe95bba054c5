"""Records that stand in another order than their times: newest first, laps swapped, one channel behind the other.

A time that steps back has two explanations: the clock was set back, or the file is not in the order of its times.
Which it is the data say. Where the clock was set back the runner went on, from each record to the next one in the file:
in the order of the times he would have to leap to and fro. Where the file is out of order, he leaps in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from legspeed.model import F8, Problem
from legspeed.model.figures import median
from legspeed.readers.cleaning.positions import METRES_PER_DEGREE
from legspeed.readers.cleaning.time import Rows, instants, taken
from legspeed.readers.recording import Recording
from legspeed.settings import Cleaning, Limits

_POSITION: Final = ("latitude_deg", "longitude_deg")


def in_order(
    recording: Recording, rows: Rows | None, pieces: Sequence[Rows | None], cleaning: Cleaning, limits: Limits
) -> tuple[Recording, list[Rows | None], Problem] | None:
    """Put records into the order of their times, where that is what their values ask for.

    It is done where all of this holds; otherwise the times stand as the clock gave them:

    - it keeps more records, or as many in fewer pieces;
    - hardly an instant has two different values of one channel (``cleaning.order_conflicts``);
    - the way, by positions and distance, gets much shorter where neighbours change (``cleaning.order_shorter``). Where
      it does not tell (newest first is as long), the file must consist of blocks that follow one another without a
      gap, and no record may get between those of another block.

    Parts that were apart in the file stay apart where more than ``cleaning.track_gap_s`` lies between them.

    Parameters
    ----------
    recording : Recording
        As a reader found it.
    rows : intp[n] or None
        Its records that have a time; None for all.
    pieces : list of intp[k] or None
        What is left of it as it stands, from :func:`legspeed.readers.cleaning.time.stretches`.
    cleaning, limits
        Thresholds.

    Returns
    -------
    recording : Recording
        With its records in order.
    pieces : list of intp[k] or None
        The stretches of it, as `stretches` gives them.
    problem : Problem
        ``time-order``, with the number of steps back.
    """
    file_s = recording.unix_s if rows is None else recording.unix_s[rows]
    order = np.argsort(file_s, kind="stable")
    time_s = file_s[order]
    stretches = _stretches(order, time_s, cleaning, limits)
    n, kept = len(order), sum(map(len, stretches))
    kept_before = sum(n if piece is None else len(piece) for piece in pieces)
    if kept < kept_before or (kept == kept_before and len(stretches) >= len(pieces)):
        return None
    if rows is None:
        rows = np.arange(n)
    chosen = rows[order]
    columns, extra = taken(recording.columns, chosen), taken(recording.developer, chosen)
    if _conflicts([*columns.values(), *extra.values()], time_s) > cleaning.order_conflicts:
        return None
    gain = _shorter(order, columns, cleaning)
    if gain is None:
        gain = _lie_apart(order, time_s, [*columns.values(), *extra.values()], cleaning)
    if not gain:
        return None
    segment = np.searchsorted(recording.segment_starts, chosen, side="right")
    laps = recording.laps
    if all(lap.start_unix_s == lap.start_unix_s for lap in laps):
        laps = tuple(sorted(laps, key=lambda lap: lap.start_unix_s))
    ordered = replace(
        recording,
        unix_s=time_s,
        columns=columns,
        developer=extra,
        segment_starts=tuple((np.flatnonzero(np.diff(segment)) + 1).tolist()),
        laps=laps,
    )
    back = int(np.count_nonzero(np.diff(file_s) < 0))
    message = f"the records were not in the order of their times ({_times(back)} back): {n:,} were put in order"
    if kept < n:
        message += f", {n - kept:,} of them left out"
    if len(stretches) > 1:
        message += f"; the recording was cut into {len(stretches)}"
    whole: list[Rows | None] = [None] if kept == n and len(stretches) == 1 else [*stretches]
    return ordered, whole, Problem("time-order", message, back)


def _times(count: int) -> str:
    return "one step" if count == 1 else f"{count:,} steps"


def _stretches(order: Rows, time_s: F8, cleaning: Cleaning, limits: Limits) -> list[Rows]:
    """Return the stretches of records in order, but for those too short to show anything."""
    step_s = np.diff(time_s)
    apart = (step_s > cleaning.track_gap_s) & (np.abs(np.diff(order)) != 1)
    found = np.split(np.arange(len(order)), np.flatnonzero(apart | (step_s > limits.span_s)) + 1)
    longest = max(found, key=len)
    return [one for one in found if one is longest or time_s[one[-1]] - time_s[one[0]] >= cleaning.stretch_min_s]


def _conflicts(columns: Iterable[F8], time_s: F8) -> float:
    """Return the share of instants that have two different values of one channel."""
    starts = instants(time_s)
    if starts is None:
        return 0.0
    count = np.diff(np.append(starts, len(time_s)))
    shared = np.repeat(count > 1, count)  # hardly any instant is, of all columns
    begins = np.cumsum(count[count > 1]) - count[count > 1]
    differ = np.zeros(len(begins), dtype=bool)
    for column in columns:
        values = column[shared]
        differ |= np.fmax.reduceat(values, begins) > np.fmin.reduceat(values, begins)
    return np.count_nonzero(differ) / len(starts)


def _shorter(order: Rows, columns: Mapping[str, F8], cleaning: Cleaning) -> bool | None:
    """Tell whether the way is shorter in the order of the times than in the file; None where it is about as long.

    Only steps between neighbours of the one order that are none in the other are looked at.
    """
    in_time = in_file = 0.0
    for ways in (_POSITION, ("distance_m",)):
        if not all(name in columns for name in ways):
            continue
        values = np.array([columns[name] for name in ways])
        there = np.isfinite(values).all(axis=0) & (values != 0).any(axis=0)
        place = _ranks(order[there])  # in the file, of the records that have a value, in order of time
        values = values[:, there]
        in_time += _length(values, np.flatnonzero(np.abs(np.diff(place)) != 1))
        back = np.empty_like(place)
        back[place] = np.arange(len(place))
        in_file += _length(values[:, back], np.flatnonzero(np.abs(np.diff(back)) != 1))
    if in_time < cleaning.order_shorter * in_file:
        return True
    return False if in_file < cleaning.order_shorter * in_time else None


def _ranks(numbers: Rows) -> Rows:
    """Return the rank of each of different numbers that are no greater than a few times their count."""
    marked = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.intp)
    marked[numbers] = 1
    ranks: Rows = (np.cumsum(marked) - 1)[numbers]
    return ranks


def _length(values: F8, rows: Rows) -> float:
    """Return the metres from distances, (1, n), or positions in degrees, (2, n), to the next, added up at some rows."""
    here, there = values[:, rows], values[:, rows + 1]
    steps = there - here
    if len(values) == 1:
        return float(np.abs(steps[0]).sum())
    across = np.cos(np.radians((there[0] + here[0]) / 2))
    east = (steps[1] + 180.0) % 360.0 - 180.0
    return float(np.hypot(steps[0], east * across).sum()) * METRES_PER_DEGREE


def _lie_apart(order: Rows, time_s: F8, columns: Sequence[F8], cleaning: Cleaning) -> bool:
    """Tell whether records come in blocks, with neither a gap between two of them nor others in their midst.

    Blocks last long enough to be no stray records, or else they are the runs in which each channel for itself goes
    forward: single records where it goes back all the time.
    """
    seams = np.abs(np.diff(order)) != 1
    step_s = np.diff(time_s)
    if (step_s[seams] > max(cleaning.gap_s, cleaning.gap_intervals * median(step_s))).any():
        return False
    begins = np.concatenate(([0], np.flatnonzero(seams) + 1))
    ends = np.concatenate((begins[1:] - 1, [len(order) - 1]))
    if (time_s[ends] - time_s[begins] >= cleaning.stretch_min_s).all():
        return True
    place = np.argsort(order)
    return all(_runs_apart(time_s[place][np.isfinite(column[place])]) for column in columns or [time_s])


def _runs_apart(file_s: F8) -> bool:
    """Tell whether the runs of times that go forward do not overlap one another."""
    if len(file_s) < 2:
        return True
    cuts = np.flatnonzero(np.diff(file_s) < 0) + 1
    begins, ends = file_s[np.concatenate(([0], cuts))], file_s[np.concatenate((cuts - 1, [len(file_s) - 1]))]
    by_time = np.lexsort((ends, begins))
    return bool((ends[by_time][:-1] <= begins[by_time][1:]).all())
