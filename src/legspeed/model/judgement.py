"""What judging makes of a season's runs."""

from __future__ import annotations

from dataclasses import dataclass

from legspeed.model.efforts import Effort, EffortSet, Refusal, Yardstick


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What one run holds: efforts and refusals sorted by start, and the efforts as sets."""

    efforts: tuple[Effort, ...]
    refused: tuple[Refusal, ...]
    sets: tuple[EffortSet, ...]
    yardstick: Yardstick


@dataclass(frozen=True, slots=True)
class Judgement:
    """A season's runs in the order of its digests, and the yardstick as of the last run."""

    runs: tuple[JudgedRun, ...]
    yardstick: Yardstick
