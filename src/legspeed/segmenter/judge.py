"""The reduce's first half: a season's digests in, every run's efforts out, against the runner's own yardstick."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from legspeed.athlete import Athlete
from legspeed.model import JudgedRun, Judgement, RunDigest, Yardstick
from legspeed.segmenter.classify import judge_run
from legspeed.segmenter.context import Context, Habits, habits
from legspeed.segmenter.sets import sets_of
from legspeed.segmenter.sieve import Sieve
from legspeed.segmenter.top_speed import Sprints, sprints_of
from legspeed.segmenter.yardstick import season_marks, with_sprints, yardstick, yardsticks
from legspeed.settings import Settings, Yardsticks


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
    sprints: list[Sprints] = []
    days = [digest.start for digest in digests]
    own = yardsticks(marks, days, athlete, rules)
    contexts = _contexts(digests, [_at_floor(one, athlete, rules) for one in own], known, rules)
    sieve = Sieve(digests)
    sieved = sieve.near(contexts, settings, share=settings.judging.near_miss)
    for digest, context, bursts in zip(digests, contexts, sieved, strict=True):
        efforts, _ = judge_run(digest, context, settings, bursts, laps=False)
        shown = sprints_of(digest, efforts, context.yardstick.five_k_speed_mps, settings)
        if shown is not None:
            sprints.append(shown)
    marks = dataclasses.replace(marks, sprints=tuple(sprints))
    runs = []
    contexts = _contexts(digests, with_sprints(own, marks, days, athlete, rules), known, rules)
    sieved = sieve.near(contexts, settings, share=settings.judging.near_miss)
    for digest, context, bursts in zip(digests, contexts, sieved, strict=True):
        efforts, refused = judge_run(digest, context, settings, bursts, laps=laps)
        efforts, sets = sets_of(efforts, digest, context.yardstick, settings)
        runs.append(JudgedRun(efforts, refused, sets, context.yardstick))
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


def _at_floor(own: Yardstick, athlete: Athlete, rules: Yardsticks) -> Yardstick:
    """Return the yardstick with the lowest maximal speed there may be, so that nothing fast is overlooked by it."""
    if athlete.max_speed_mps is not None:
        return own
    return dataclasses.replace(own, max_speed_mps=rules.max_floor * own.five_k_speed_mps)


def _contexts(
    digests: Sequence[RunDigest], own: Sequence[Yardstick], known: Habits, rules: Yardsticks
) -> list[Context]:
    """Return what each run is judged in."""
    return [known.context(digest, yardstick, rules) for digest, yardstick in zip(digests, own, strict=True)]
