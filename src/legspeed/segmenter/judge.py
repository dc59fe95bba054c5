"""The reduce's first half: a season's digests in, every run's efforts out, against the runner's own yardstick."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from legspeed.athlete import Athlete
from legspeed.model import Effort, EffortSet, Refusal, RunDigest, Yardstick
from legspeed.segmenter.classify import judge_run, sprint_speeds
from legspeed.segmenter.context import habits
from legspeed.segmenter.sets import sets_of
from legspeed.segmenter.yardstick import Mark, season_marks, yardstick
from legspeed.settings import Settings


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


def judge(
    digests: Sequence[RunDigest],
    *,
    athlete: Athlete | None = None,
    settings: Settings | None = None,
    laps: bool = True,
) -> Judgement:
    """Judge a season.

    Parameters
    ----------
    digests : sequence of RunDigest
        All runs of one athlete, in any order.
    athlete : Athlete, optional
        Given 5 km time, races, maximal speed.
    settings : Settings, optional
    laps : bool
        Whether a lap that agrees with a detected effort gives it its edges.
    """
    athlete, settings = athlete or Athlete(), settings or Settings()
    rules = settings.yardstick
    marks = season_marks(digests, rules)
    known = habits(digests, settings)
    # Maximal speed needs judged bursts, and judging needs a maximal speed: begin with its floor, then once more.
    sprints: list[Mark] = []
    repeated: list[Mark] = []
    for digest in digests:
        first = known.context(digest, yardstick(marks, digest.start, athlete, rules), rules)
        speeds = sprint_speeds(digest, first, settings)
        sprints.extend(Mark(digest.start, speed) for speed in speeds[:1])
        repeated.extend(Mark(digest.start, speed) for speed in speeds[1:2])
    marks = dataclasses.replace(marks, sprint=tuple(sprints), repeated=tuple(repeated))
    runs = []
    for digest in digests:
        own = yardstick(marks, digest.start, athlete, rules)
        efforts, refused = judge_run(digest, known.context(digest, own, rules), settings, laps=laps)
        efforts, sets = sets_of(efforts, digest, own, settings)
        runs.append(JudgedRun(efforts, refused, sets, own))
    last = max((d.start for d in digests), default=None)
    if last is None:
        unknown = Yardstick(
            rules.five_k_default_mps,
            "default: no runs",
            rules.max_floor * rules.five_k_default_mps,
            "default: no runs",
            None,
            False,
        )
        return Judgement((), unknown)
    return Judgement(tuple(runs), yardstick(marks, last, athlete, rules))
