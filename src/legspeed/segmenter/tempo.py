"""Long even running at a tempo's speed or faster: no candidate rises there, yet a runner asks why it does not count."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from legspeed.model import RunDigest
from legspeed.segmenter.choose import Verdict
from legspeed.segmenter.context import Context
from legspeed.settings import Settings


def held_minutes(
    digest: RunDigest, context: Context, chosen: Sequence[Verdict], settings: Settings
) -> Iterator[tuple[float, float, float]]:
    """Yield the stretches of whole minutes at a tempo's speed or faster, with no chosen burst in them.

    Parameters
    ----------
    digest, context
        The run, and what it is judged in.
    chosen : sequence of Verdict
        What is, or may be, an effort.
    settings : Settings

    Yields
    ------
    (float, float, float)
        Start and end in s, to the minute, and mean speed in m/s; of at least `Judging.told_minutes`.
    """
    tempo = context.tempo_mps(settings)
    most = settings.tiers.five_k_ratio * context.yardstick.five_k_speed_mps  # faster counts, or was not run
    brief = [v for seconds, v in digest.best_speeds.items() if seconds <= 60.0 * settings.judging.told_minutes]
    if brief and min(brief) < settings.judging.told_dip * tempo:
        return  # nothing was held so long: most runs need not be looked at
    minutes = [(digest.first_minute_s + 60.0 * k, metres / 60.0) for k, metres in enumerate(digest.minute_m)]
    held = [
        settings.judging.told_dip * tempo <= speed <= most
        and all(v.end_s <= begin or v.start_s >= begin + 60.0 for v in chosen)
        for begin, speed in minutes
    ]
    at = 0
    for fast, group in itertools.groupby(held):
        count = len(list(group))
        stretch = minutes[at : at + count]
        at += count
        while fast and stretch and stretch[0][1] < tempo:
            del stretch[0]
        while fast and stretch and stretch[-1][1] < tempo:
            del stretch[-1]
        if fast and len(stretch) >= settings.judging.told_minutes:
            mean = sum(speed for _, speed in stretch) / len(stretch)
            yield stretch[0][0], stretch[-1][0] + 60.0, mean
