"""What judging makes of a season's runs."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from legspeed.model.delays import WatchDelay
from legspeed.model.efforts import Effort, EffortSet, Refusal, Yardstick
from legspeed.model.packed import Likened, Packed, Part
from legspeed.model.scratch import Scratch


@dataclass(frozen=True, slots=True)
class JudgedRun:
    """What was found in one run: its efforts and its refusals, each sorted by start, and the efforts grouped in sets.

    All three are tuples, or read like tuples.
    """

    efforts: Sequence[Effort]
    refused: Sequence[Refusal]
    sets: Sequence[EffortSet]


class Findings(Likened[JudgedRun]):
    """What the runs of a season hold, packed; reads like a tuple of :class:`JudgedRun`, and equals one.

    Parameters
    ----------
    scratch : Scratch, optional
        Where it is put aside: see :class:`legspeed.model.packed.Packed`.
    """

    def __init__(self, scratch: Scratch | None = None) -> None:
        self._kinds: tuple[Packed[Any], ...] = tuple(Packed(scratch=scratch) for _ in range(3))
        self._ends = tuple(array("I") for _ in self._kinds)

    def add(self, efforts: Sequence[Effort], refused: Sequence[Refusal], sets: Sequence[EffortSet]) -> int:
        """Pack what was found in one more run and return the run's place; the values themselves are not kept."""
        for kind, ends, values in zip(self._kinds, self._ends, (efforts, refused, sets), strict=True):
            kind.keep(values)
            ends.append(len(kind))
        return len(self) - 1

    def __len__(self) -> int:
        return len(self._ends[0])

    def _at(self, place: int) -> JudgedRun:
        parts = [
            Part(kind, ends[place - 1] if place else 0, ends[place])
            for kind, ends in zip(self._kinds, self._ends, strict=True)
        ]
        return JudgedRun(*parts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in a season's runs, in the order of its digests, and by which yardsticks.

    ``yardsticks`` holds, for each run, the runner's yardstick of that day; ``yardstick`` is that of the last run's day.
    ``watches`` tell how late each device is, sorted by name.
    """

    runs: Sequence[JudgedRun]
    yardsticks: Sequence[Yardstick]
    yardstick: Yardstick
    watches: tuple[WatchDelay, ...] = ()
