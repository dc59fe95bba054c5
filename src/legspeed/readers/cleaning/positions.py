"""Positions that no runner can have reached."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from legspeed.model import F8, Problem
from legspeed.model.channels import EARTH_RADIUS_M
from legspeed.model.figures import highest, lowest
from legspeed.settings import Cleaning

METRES_PER_DEGREE: Final = EARTH_RADIUS_M * np.pi / 180.0
_HALF_TURN_DEG: Final = 180.0
_LOOK_BACK: Final = 24  # pieces that one chain may step over at once
_MOST_JUMPS: Final = 2_000  # more are no jumps but noise


def drop_jumps(
    time_s: F8, latitude_deg: F8, longitude_deg: F8, cleaning: Cleaning, *, on_foot: bool
) -> tuple[F8, F8, Problem | None]:
    """Take out positions that are off: 0/0, half a position, and fixes that cannot be reached from those around them.

    The track is cut wherever a step is faster than ``cleaning.position_speed_max_mps``; of the pieces, the chain that
    keeps most fixes is kept, where an impossible step costs ``cleaning.position_jump_points`` fixes. So a fix is only
    dropped if it contradicts both sides (or the one side it has), a bad first fix never costs the good ones behind it,
    and where the track is elsewhere for good, both parts stay. Nothing is put in place of what is dropped.

    Parameters
    ----------
    time_s : f8[n], s
        Strictly increasing.
    latitude_deg, longitude_deg : f8[n], °
        NaN where missing.
    cleaning : Cleaning
        Thresholds.
    on_foot : bool
        Whether the sport is one of the foot's; then a track of impossible steps is no track and is dropped whole, else
        it may be a vehicle's and is left alone.

    Returns
    -------
    latitude_deg, longitude_deg : f8[n], °
        The same arrays where nothing was dropped.
    problem : Problem or None
        ``position-jump`` with the number of positions dropped.
    """
    missing = np.isnan(latitude_deg + longitude_deg)
    off = np.zeros(len(time_s), dtype=bool)
    nowhere = latitude_deg == 0
    if np.count_nonzero(nowhere):  # a receiver without a fix writes 0/0
        missing |= nowhere & (longitude_deg == 0)
    lost = np.count_nonzero(missing)
    if lost:
        if not lost == np.count_nonzero(np.isnan(latitude_deg)) == np.count_nonzero(np.isnan(longitude_deg)):
            off |= missing & ~(np.isnan(latitude_deg) & np.isnan(longitude_deg))
        rows = (~missing).nonzero()[0]
        bad = _jumps(time_s[rows], latitude_deg[rows], longitude_deg[rows], cleaning, on_foot)
        if bad is not None:
            off[rows[bad]] = True
    else:
        bad = _jumps(time_s, latitude_deg, longitude_deg, cleaning, on_foot)
        off = off if bad is None else bad
    count = int(np.count_nonzero(off))
    if not count:
        return latitude_deg, longitude_deg, None
    what = (
        "1 position that no runner can have reached was"
        if count == 1
        else f"{count} positions that no runner can have reached were"
    )
    message = f"{what} left out"
    return (
        np.where(off, np.nan, latitude_deg),
        np.where(off, np.nan, longitude_deg),
        Problem("position-jump", message, count),
    )


def _reach(time_s: F8, since_s: F8, cleaning: Cleaning) -> F8:
    """Return how far a runner can have come from each record to the next, in degrees of latitude."""
    metres = np.maximum((time_s[1:] - since_s[:-1]) * cleaning.position_speed_max_mps, cleaning.position_slack_m)
    return metres / METRES_PER_DEGREE


def _since(time_s: F8, stays: npt.NDArray[np.bool_]) -> F8:
    """Return since when each fix has been the last one: some write it again, for seconds, until there is a new one."""
    first = np.arange(len(time_s))
    first[1:][stays] = 0
    since_s: F8 = time_s[np.maximum.accumulate(first)]
    return since_s


def _jumps(
    time_s: F8, latitude_deg: F8, longitude_deg: F8, cleaning: Cleaning, on_foot: bool
) -> npt.NDArray[np.bool_] | None:
    """Return which of these positions, none missing, to drop; None for none."""
    if len(time_s) < 2:
        return None
    north, east = latitude_deg[1:] - latitude_deg[:-1], longitude_deg[1:] - longitude_deg[:-1]
    # Bounds before the steps themselves, as if a degree of longitude were as long as one of latitude: all steps are
    # within what the noise can do, within what a runner can in the shortest time between two records, or in its own.
    squares = north * north + east * east
    longest = highest(squares)
    if longest <= (cleaning.position_slack_m / METRES_PER_DEGREE) ** 2:
        return None
    shortest_s = lowest(time_s[1:] - time_s[:-1])
    if longest <= (shortest_s * cleaning.position_speed_max_mps / METRES_PER_DEGREE) ** 2:
        return None
    if longest > _HALF_TURN_DEG**2:
        east = (east + 180.0) % 360.0 - 180.0
        squares = north * north + east * east
    since_s = _since(time_s, squares == 0)
    most = _reach(time_s, since_s, cleaning) ** 2
    if not np.count_nonzero(squares > most):
        return None
    across = np.cos(np.radians((latitude_deg[1:] + latitude_deg[:-1]) / 2))
    cuts = (north * north + (east * across) ** 2 > most).nonzero()[0] + 1
    if not len(cuts):
        return None
    if len(cuts) > max(_LOOK_BACK, min(cleaning.position_jump_share * len(time_s), _MOST_JUMPS)):
        return np.full(len(time_s), on_foot)
    firsts, ends = np.array([0, *cuts.tolist()]), np.array([*cuts.tolist(), len(time_s)])
    kept = _best_chain(firsts, ends, time_s, since_s, latitude_deg, longitude_deg, cleaning)
    bad = np.ones(len(time_s), dtype=bool)
    for piece in kept:
        bad[firsts[piece] : ends[piece]] = False
    return bad


def _best_chain(
    firsts: npt.NDArray[np.intp],
    ends: npt.NDArray[np.intp],
    time_s: F8,
    since_s: F8,
    latitude_deg: F8,
    longitude_deg: F8,
    cleaning: Cleaning,
) -> list[int]:
    """Return the pieces of the chain that keeps most fixes; each impossible step in it costs some."""
    sizes = (ends - firsts).tolist()
    best: list[float] = []
    before: list[int] = []
    for piece, size in enumerate(sizes):
        gain, link = 0.0, -1
        low = max(0, piece - _LOOK_BACK)
        if piece:
            lasts, first = ends[low:piece] - 1, firsts[piece]
            north = latitude_deg[first] - latitude_deg[lasts]
            east = (longitude_deg[first] - longitude_deg[lasts] + 180.0) % 360.0 - 180.0
            across = np.cos(np.radians((latitude_deg[first] + latitude_deg[lasts]) / 2))
            metres = np.hypot(north, east * across) * METRES_PER_DEGREE
            reach = (time_s[first] - since_s[lasts]) * cleaning.position_speed_max_mps
            possible = metres <= np.maximum(reach, cleaning.position_slack_m)
            for other, reached in enumerate(possible.tolist(), start=low):
                value = best[other] - (0.0 if reached else cleaning.position_jump_points)
                if value > gain:
                    gain, link = value, other
        best.append(gain + size)
        before.append(link)
    chain = [max(range(len(best)), key=best.__getitem__)]
    while before[chain[-1]] >= 0:
        chain.append(before[chain[-1]])
    return chain[::-1]
