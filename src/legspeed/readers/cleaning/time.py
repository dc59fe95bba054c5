"""Time that only runs forward: what to do with records that step back, jump, or share an instant."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from legspeed.model import F8, Problem
from legspeed.settings import Cleaning, Limits

Rows = npt.NDArray[np.intp]


def runs_forward(unix_s: F8) -> bool:
    """Tell whether no time steps back and none but a single one is missing."""
    return bool(np.count_nonzero(unix_s[1:] >= unix_s[:-1]) >= len(unix_s) - 1)


def stretches(unix_s: F8, cleaning: Cleaning, limits: Limits) -> tuple[list[Rows | None], list[Problem]]:
    """Return stretches of records whose times never step back.

    Records that step back by no more than ``cleaning.back_step_s`` are left out. A larger step, or one forward by more
    than a recording can last, is a jump of the clock: the recording is cut there. Pieces too short to show anything are
    left out, and pieces that continue one another without them are one again.

    Parameters
    ----------
    unix_s : f8[n], s
        Times in file order, none missing.
    cleaning : Cleaning
        Thresholds.
    limits : Limits
        How long a recording can last.

    Returns
    -------
    rows : list of intp[k] or None
        Row numbers of each stretch in file order; None for all rows.
    problems : list of Problem
        ``time-backwards`` with the records left out, ``time-forward`` for jumps forward.
    """
    if runs_forward(unix_s) and (
        unix_s[-1] - unix_s[0] <= limits.span_s or (unix_s[1:] - unix_s[:-1]).max() <= limits.span_s
    ):
        return [None], []
    pieces: list[list[int]] = [[]]
    highest = float(unix_s[0])
    back = forward = 0
    furthest = 0.0
    for row, time_s in enumerate(unix_s.tolist()):
        step = time_s - highest
        if step < 0:
            furthest = min(furthest, step)
            back += 1
            if -step <= cleaning.back_step_s:
                continue
            pieces.append([])
        elif step > cleaning.track_gap_s:  # joined again below, unless a step back shows that this was no pause
            forward += step > limits.span_s
            pieces.append([])
        highest = time_s
        pieces[-1].append(row)
    kept = _joined(_worth_keeping(pieces, unix_s, cleaning), unix_s, limits)
    problems = []
    lost = len(unix_s) - sum(map(len, kept))
    done = [f"{lost} record{'s were' if lost > 1 else ' was'} left out"] if lost else []
    done += [f"the recording was cut into {len(kept)}"] if len(kept) > 1 else []
    if back:
        times = "once" if back == 1 else f"{back} times"
        span = f"by up to {-furthest:.0f} s" if furthest <= -0.5 else "by less than a second"
        problems.append(Problem("time-backwards", f"the clock stepped back {times}, {span}: {'; '.join(done)}", back))
    elif forward:
        message = f"the clock jumped forward by more than {limits.span_s / 86_400:.0f} days: {'; '.join(done)}"
        problems.append(Problem("time-forward", message, forward))
    return [np.array(rows, dtype=np.intp) for rows in kept], problems


def _worth_keeping(pieces: list[list[int]], unix_s: F8, cleaning: Cleaning) -> list[list[int]]:
    """Return the longest piece and those that last long enough, no more than can be meant."""
    longest = max(range(len(pieces)), key=lambda i: len(pieces[i]))
    worth = [
        i
        for i, rows in enumerate(pieces)
        if i == longest or (rows and unix_s[rows[-1]] - unix_s[rows[0]] >= cleaning.stretch_min_s)
    ]
    if len(worth) > cleaning.stretches_max:
        worth = sorted(sorted(worth, key=lambda i: -len(pieces[i]))[: int(cleaning.stretches_max)])
    return [pieces[i] for i in worth]


def _joined(pieces: list[list[int]], unix_s: F8, limits: Limits) -> list[list[int]]:
    """Join pieces that continue one another: what lay between them was the fault."""
    joined = pieces[:1]
    for rows in pieces[1:]:
        if 0 < unix_s[rows[0]] - unix_s[joined[-1][-1]] <= limits.span_s:
            joined[-1] = joined[-1] + rows
        else:
            joined.append(rows)
    return joined


def to_the_microsecond(seconds: float) -> float:
    """Return seconds since the start as exactly as a float of seconds since 1970 holds them; most often whole ones."""
    return seconds if seconds.is_integer() else round(seconds, 6)


def instants(time_s: F8) -> Rows | None:
    """Return the row at which each instant begins; None if every record has an instant of its own.

    Parameters
    ----------
    time_s : f8[n], s
        Times that never step back.
    """
    again = time_s[1:] == time_s[:-1]
    if not np.count_nonzero(again):
        return None
    return np.concatenate(([0], (~again).nonzero()[0] + 1))


def merge_instants(columns: Mapping[str, F8], starts: Rows) -> dict[str, F8]:
    """Merge the records of one instant column by column; in each column the last value that is there counts.

    Latitude and longitude are one value: both come from the same record.

    Parameters
    ----------
    columns : mapping of str to f8[n]
        The columns.
    starts : intp[m]
        The row at which each instant begins, from `instants`.

    Returns
    -------
    dict of str to f8[m]
        The merged columns.
    """
    place = None
    if "latitude_deg" in columns and "longitude_deg" in columns:
        place = ~(np.isnan(columns["latitude_deg"]) | np.isnan(columns["longitude_deg"]))
    merged = {}
    for name, column in columns.items():
        there = place if place is not None and name in {"latitude_deg", "longitude_deg"} else ~np.isnan(column)
        last = np.maximum.reduceat(np.where(there, np.arange(len(column)), -1), starts)
        merged[name] = np.where(last >= 0, column[last], np.nan)
    return merged


def taken(columns: Mapping[str, F8], rows: Rows) -> dict[str, F8]:
    """Return some rows of columns."""
    return {name: column[rows] for name, column in columns.items()}
