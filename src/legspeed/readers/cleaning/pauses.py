"""Where nothing was recorded: pauses by the timer, between track segments, and silence that nothing explains."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Final

from legspeed.model import F8, Pause
from legspeed.model.figures import highest, median
from legspeed.readers.cleaning.time import to_the_microsecond
from legspeed.readers.recording import TimerEvent
from legspeed.settings import Cleaning


def find_pauses(
    unix_s: F8, timer: Sequence[TimerEvent], segments: Sequence[int], cleaning: Cleaning
) -> tuple[Pause, ...]:
    """Return the stretches that no effort may span, in order and apart from one another.

    A stop of the timer lasts until the next start; a stop without a start until the next record, a start without a stop
    back to the last record, and neither counts where records went on all the time. A new track segment after no more
    than a few usual intervals is a lap mark. Silence longer than ``cleaning.gap_s`` and
    ``cleaning.gap_intervals`` usual intervals is a gap, unless a pause explains it.

    Parameters
    ----------
    unix_s : f8[n], s
        Times of the records, strictly increasing.
    timer : sequence of TimerEvent
        In any order.
    segments : sequence of int
        Rows at which a new track segment begins.
    cleaning : Cleaning
        Thresholds.

    Returns
    -------
    tuple of Pause
        In seconds since the first record.
    """
    n = len(unix_s)
    if n < 2:
        return ()
    step_s = unix_s[1:] - unix_s[:-1]
    longest_s = highest(step_s)
    if not timer and not segments and longest_s <= cleaning.gap_s:
        return ()

    def short_s() -> float:  # hardly a recording without gaps asks for it
        return cleaning.segment_intervals * median(step_s)

    found = _timer_pauses(unix_s, timer, short_s) if timer else []
    if segments:
        least_s = short_s()
        for row in segments:
            if 0 < row < n and step_s[row - 1] > least_s:
                found.append((float(unix_s[row - 1]), float(unix_s[row]), "segment"))
    found = _apart(found)
    if longest_s > cleaning.gap_s:
        silence_s = max(cleaning.gap_s, cleaning.gap_intervals * median(step_s))
        gaps = (step_s > silence_s).nonzero()[0]
        if len(gaps):
            found = _with_gaps(found, unix_s[gaps].tolist(), unix_s[gaps + 1].tolist(), silence_s)
    start, end = float(unix_s[0]), float(unix_s[-1])
    pauses = []
    for begin, finish, kind in found:
        begin, finish = max(begin, start), min(finish, end)
        if finish > begin:
            pauses.append(Pause(to_the_microsecond(begin - start), to_the_microsecond(finish - start), kind))
    return tuple(pauses)


_Stretch = tuple[float, float, str]
_BY_TIME: Final = operator.attrgetter("unix_s")
_BY_SPAN: Final = operator.itemgetter(0, 1)


def _timer_pauses(unix_s: F8, timer: Sequence[TimerEvent], short_s: Callable[[], float]) -> list[_Stretch]:
    """Pair stops with starts; what lacks its partner reaches to the nearest record."""
    found: list[_Stretch] = []
    stop: TimerEvent | None = None
    for event in sorted([e for e in timer if math.isfinite(e.unix_s)], key=_BY_TIME):
        if not event.running:
            stop = stop or event
        elif stop is not None:
            found.append((stop.unix_s, event.unix_s, "auto" if stop.auto else "timer"))
            stop = None
        else:
            before = int(unix_s.searchsorted(event.unix_s)) - 1
            if before >= 0 and event.unix_s - unix_s[before] > short_s():
                found.append((float(unix_s[before]), event.unix_s, "auto" if event.auto else "timer"))
    if stop is not None:
        after = int(unix_s.searchsorted(stop.unix_s, side="right"))
        if after < len(unix_s) and unix_s[after] - stop.unix_s > short_s():
            found.append((stop.unix_s, float(unix_s[after]), "auto" if stop.auto else "timer"))
    return [stretch for stretch in found if stretch[1] > stretch[0]]


def _apart(found: list[_Stretch]) -> list[_Stretch]:
    """Join stretches that overlap; the kind is the one of the first."""
    if len(found) < 2:
        return found
    apart: list[_Stretch] = []
    for begin, end, kind in sorted(found, key=_BY_SPAN):
        if apart and begin < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end), apart[-1][2])
        else:
            apart.append((begin, end, kind))
    return apart


def _with_gaps(found: list[_Stretch], begins: list[float], ends: list[float], silence_s: float) -> list[_Stretch]:
    """Add the gaps that no pause explains; where one explains only part of the silence, it takes all of it."""
    if not found:
        return list(zip(begins, ends, repeat("gap")))
    result = list(found)
    at = 0
    for begin, end in zip(begins, ends, strict=True):
        while at < len(found) and found[at][1] <= begin:
            at += 1
        inside = []
        probe = at
        while probe < len(found) and found[probe][0] < end:
            inside.append(found[probe])
            probe += 1
        if not inside:
            result.append((begin, end, "gap"))
            continue
        explained = sum(min(end, stretch[1]) - max(begin, stretch[0]) for stretch in inside)
        if end - begin - explained > silence_s:
            result.append((min(begin, inside[0][0]), end, inside[0][2]))
    return _apart(result)
