"""What a simulated watch wrote, before it is put into a file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from legspeed.model import F8, Activity, Lap, Pause

#: Cadence in a :class:`Recorded` is that of one leg, as most watches count.
LEG_CADENCE = "cadence_rpm"


@dataclass(frozen=True, slots=True)
class TimerPress:
    """The timer started or stopped, in seconds since the first record; ``auto`` where the watch did it."""

    time_s: float
    running: bool
    auto: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Records, timer and laps of one simulated run, in the watch's time base.

    ``time_s`` counts seconds since the first record, stopped time included. ``columns`` maps channel names (and
    ``cadence_rpm``, one leg) to float64[n]; NaN is a missing sample, an absent name a column that the watch lacks.
    """

    start: dt.datetime
    utc_offset_s: int
    sub_sport: str
    maker: str
    product: str
    name: str
    time_s: F8
    columns: Mapping[str, F8]
    timer: tuple[TimerPress, ...]
    laps: tuple[Lap, ...]

    def stopped(self) -> tuple[tuple[float, float, bool], ...]:
        """Return ``(stop, start, auto)`` of every stretch of stopped timer between records."""
        spans, open_ = [], None
        for press in self.timer:
            if not press.running:
                open_ = press
            elif open_ is not None:
                spans.append((open_.time_s, press.time_s, open_.auto))
                open_ = None
        return tuple(spans)

    def activity(self, source: str = "simulated") -> Activity:
        """Return the recording as a reader would deliver it, without going through a file."""
        columns: dict[str, Any] = {name: v.copy() for name, v in self.columns.items() if name != LEG_CADENCE}
        leg = self.columns.get(LEG_CADENCE)
        if leg is not None:
            columns["cadence_spm"] = 2.0 * leg
        pauses = []
        for stop, start, auto in self.stopped():
            before = self.time_s[self.time_s <= stop]
            after = self.time_s[self.time_s >= start]
            if before.size and after.size and after[0] > before[-1]:
                pauses.append(Pause(float(before[-1]), float(after[0]), "auto" if auto else "timer"))
        digest = hashlib.sha256(self.time_s.tobytes())
        for name in sorted(columns):
            digest.update(name.encode() + columns[name].tobytes())
        return Activity(
            start=self.start,
            utc_offset_s=self.utc_offset_s,
            sport="running",
            sub_sport=self.sub_sport,
            device=f"{self.maker} {self.product}".strip(),
            source=source,
            digest=digest.hexdigest(),
            format="fit",
            time_s=self.time_s.copy(),
            laps=self.laps,
            pauses=tuple(pauses),
            cadence_per_leg=None if leg is None else True,
            **columns,
        )
