"""What judging makes of a season's runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.model.efforts import Effort, EffortSet, Refusal, Yardstick
from legspeed.model.packed import Packed


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What one run holds: efforts and refusals sorted by start, and the efforts as sets; tuples, or read like them."""

    efforts: Sequence[Effort]
    refused: Sequence[Refusal]
    sets: Sequence[EffortSet]


class Findings:
    """Holds what the runs of a season hold, packed: see :class:`legspeed.model.packed.Packed`."""

    def __init__(self) -> None:
        self._efforts: Packed[Effort] = Packed()
        self._refused: Packed[Refusal] = Packed()
        self._sets: Packed[EffortSet] = Packed()

    def run(self, efforts: Sequence[Effort], refused: Sequence[Refusal], sets: Sequence[EffortSet]) -> JudgedRun:
        """Return one more run, of these values, that holds none of them."""
        return JudgedRun(self._efforts.keep(efforts), self._refused.keep(refused), self._sets.keep(sets))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A season's runs in the order of its digests, the yardstick of each one's day, and that as of the last run."""

    runs: tuple[JudgedRun, ...]
    yardsticks: Sequence[Yardstick]
    yardstick: Yardstick
