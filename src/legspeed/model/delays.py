"""How late a watch is in all its streams."""

from __future__ import annotations

from dataclasses import dataclass

from legspeed.model.packed import Value


@dataclass(frozen=True, slots=True)
class WatchDelay(Value):
    """The delay that all streams of a watch share, as a season shows it.

    Seconds, with standard errors; None where too little shows it. ``delay_s`` is by what the edges of efforts are moved
    back; ``measured_s`` what was measured, from ``starts`` starts of the timer and ``laps`` edges of timed laps.
    """

    device: str
    delay_s: float
    measured_s: float | None
    se_s: float | None
    starts: int
    starts_s: float | None
    starts_se_s: float | None
    laps: int
    laps_s: float | None
    laps_se_s: float | None
