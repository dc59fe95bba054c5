"""What judging makes of a season's runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.model.efforts import Effort, EffortSet, Refusal, Yardstick
from legspeed.model.packed import Packed


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What one run holds: efforts and refusals sorted by start, and the efforts as sets."""

    efforts: Sequence[Effort]
    refused: Sequence[Refusal]
    sets: Sequence[EffortSet]
    yardstick: Yardstick


class Findings:
    """Holds what the runs of a season hold, packed: see :class:`legspeed.model.packed.Packed`."""

    def __init__(self) -> None:
        self._efforts: Packed[Effort] = Packed()
        self._refused: Packed[Refusal] = Packed()
        self._sets: Packed[EffortSet] = Packed()

    def run(
        self, efforts: Sequence[Effort], refused: Sequence[Refusal], sets: Sequence[EffortSet], yardstick: Yardstick
    ) -> JudgedRun:
        """Return one more run, of these values, that holds none of them."""
        return JudgedRun(self._efforts.keep(efforts), self._refused.keep(refused), self._sets.keep(sets), yardstick)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A season's runs in the order of its digests, and the yardstick as of the last run."""

    runs: tuple[JudgedRun, ...]
    yardstick: Yardstick
