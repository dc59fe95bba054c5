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
        efforts, refused = judge_run(digest, known.context(digest, own, rules), settings)
        if laps:
            efforts = _lap_timed(efforts, digest, settings.judging.lap_agree)
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


def _lap_timed(efforts: Sequence[Effort], digest: RunDigest, least: float) -> tuple[Effort, ...]:
    """Give an effort the edges of the lap that agrees with it, where no neighbour is in the way."""
    laps = sorted({(b.lap_start_s, b.lap_end_s) for b in digest.bursts if b.lap_start_s is not None and b.lap_end_s})
    out: list[Effort] = []
    for k, effort in enumerate(efforts):
        floor = out[-1].end_s if out else 0.0
        ceiling = efforts[k + 1].start_s if k + 1 < len(efforts) else float("inf")
        free = [(a, b) for a, b in laps if a is not None and b is not None and a >= floor and b <= ceiling]
        start, end = max(free, key=lambda lap: _overlap(lap, effort), default=(0.0, 0.0))
        if _overlap((start, end), effort) < least:
            out.append(effort)
            continue
        metres = None if effort.mean_speed_mps is None else effort.mean_speed_mps * (end - start)
        said = (*effort.evidence, "lap-timed")
        out.append(dataclasses.replace(effort, start_s=start, end_s=end, distance_m=metres, evidence=said))
    return tuple(out)


def _overlap(lap: tuple[float, float], effort: Effort) -> float:
    """Return shared over joint time of a lap and an effort."""
    both = min(lap[1], effort.end_s) - max(lap[0], effort.start_s)
    return max(0.0, both) / (max(lap[1], effort.end_s) - min(lap[0], effort.start_s))
