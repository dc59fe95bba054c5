"""The keys of the watch: when the timer ran, and where a lap was taken."""

from __future__ import annotations

import numpy as np

from legspeed.model import F8, Lap
from legspeed.simulate.motion import Motion
from legspeed.simulate.watch import Watch

_Spans = tuple[tuple[float, float], ...]


def running_spans(motion: Motion, watch: Watch, rng: np.random.Generator) -> _Spans:
    """Return the stretches of running timer in motion time, whole seconds after the first start.

    The runner starts the timer as he moves off (on real watches most recordings set in at half speed or more) and
    stops it soon after he stands.
    """
    ready, done = motion.spans[0], motion.spans[-1]
    moves_off = float(motion.time_s[ready.stop - 1])
    first = max(0.2, moves_off - float(np.clip(rng.normal(0.2, 0.6), 0.0, 2.0)))
    end = float(motion.time_s[done.first]) + float(rng.uniform(1.5, 6.5))
    if watch.timer == "rests":
        breaks = _rests(motion, rng)
    elif watch.timer == "auto pause":
        breaks = _standstills(motion, watch)
    else:
        breaks = []
    spans: list[tuple[float, float]] = []
    begin = first
    for stop, start in breaks:
        # The watch writes whole seconds; a stop is noticed at the last tick before it, a start at once.
        stop, start = first + np.floor(stop - first), first + np.floor(start - first)
        if stop >= begin + 2 and start >= stop + 2 and start < end - 5:
            spans.append((begin, float(stop)))
            begin = float(start)
    spans.append((begin, first + float(np.floor(end - first))))
    return tuple(spans)


def _rests(motion: Motion, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return when the runner stops the timer in recoveries: from just after slowing down to just before moving off."""
    breaks: list[tuple[float, float]] = []
    spans = motion.spans
    i = 0
    while i < len(spans):
        if not spans[i].phase.rest:
            i += 1
            continue
        j = i
        while j + 1 < len(spans) and spans[j + 1].phase.rest:
            j += 1
        begin, end = float(motion.time_s[spans[i].first]), float(motion.time_s[spans[j].stop - 1])
        stop = begin + float(rng.uniform(1.5, 4.5))
        start = end - float(np.clip(rng.normal(0.9, 0.7), -0.4, 3.0))
        if start - stop > 6 and rng.random() < 0.94:
            breaks.append((stop, start))
        i = j + 1
    return breaks


def _standstills(motion: Motion, watch: Watch) -> list[tuple[float, float]]:
    """Return when the watch stops itself: 3 s below 0.7 m/s, until it has seen a second above 1.2 m/s."""
    late = watch.shared_delay_s + watch.speed_delay_s
    clock = np.arange(0.0, float(motion.time_s[-1]), 1.0)
    speed = np.interp(clock - late, motion.time_s, motion.speed_mps).tolist()
    breaks: list[tuple[float, float]] = []
    stopped, slow = None, 0
    for t, v in zip(clock.tolist(), speed, strict=True):
        slow = slow + 1 if v < 0.7 else 0
        if stopped is None and slow >= 3:
            stopped = t
        elif stopped is not None and v > 1.2:
            breaks.append((stopped, t))
            stopped = None
    return breaks


def laps_of(
    motion: Motion,
    watch: Watch,
    first_s: float,
    spans: _Spans,
    time_s: F8,
    distance_m: F8 | None,
    rng: np.random.Generator,
) -> tuple[Lap, ...]:
    """Return the laps, tiling the recording from its first to its last tick, in seconds since the first record."""
    end = float(time_s[-1])
    triggers: list[tuple[float, str]] = []
    if watch.laps == "km" and distance_m is not None:
        marks = np.arange(1000.0, distance_m[-1], 1000.0)
        triggers += [(float(time_s[i]), "distance") for i in np.searchsorted(distance_m, marks)]
    elif watch.laps == "key":
        for span in motion.spans:
            if span.phase.effort_set is not None:
                for at in (motion.time_s[span.first], motion.time_s[span.stop - 1]):
                    pressed = float(at) + float(np.clip(rng.normal(watch.key_delay_s, 0.35), -0.6, 2.5))
                    triggers.append((_while_running(pressed, spans) - first_s, "manual"))
    cuts: list[tuple[float, str]] = []
    for at, why in sorted(triggers):
        if 1.0 < at < end - 1.0 and (not cuts or at > cuts[-1][0] + 0.5):
            cuts.append((round(at, 3), why))
    cuts.append((end, "session_end"))
    laps, begin = [], 0.0
    for at, why in cuts:
        timer = sum(max(0.0, min(b - first_s, at) - max(a - first_s, begin)) for a, b in spans)
        length = None
        if distance_m is not None:
            length = round(float(np.interp(at, time_s, distance_m) - np.interp(begin, time_s, distance_m)), 2)
        laps.append(Lap(begin, at, timer_s=round(timer, 3), distance_m=length, trigger=why))
        begin = at
    return tuple(laps)


def _while_running(at: float, spans: _Spans) -> float:
    """Return the nearest moment at which the timer ran: the lap key does nothing while it is stopped."""
    return min((min(max(at, a), b) for a, b in spans), key=lambda near: abs(near - at))
