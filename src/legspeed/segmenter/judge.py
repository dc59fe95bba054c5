"""The reduce's first half: a season's digests in, every run's efforts out, against the runner's own yardstick."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from legspeed.athlete import Athlete
from legspeed.model import Burst, Bursts, Findings, Judgement, Packed, RunDigest, Yardstick
from legspeed.segmenter.classify import judge_run
from legspeed.segmenter.context import Context, Habits, habits
from legspeed.segmenter.grounds import Before, Grounds, Session, named
from legspeed.segmenter.indoors import as_outdoors, readings
from legspeed.segmenter.rep_sets import session_effort
from legspeed.segmenter.sets import sets_of
from legspeed.segmenter.sieve import Sieve
from legspeed.segmenter.top_speed import sprints_of, sure_sprints
from legspeed.segmenter.yardstick import season_marks, with_sprints, yardsticks
from legspeed.settings import Settings, Yardsticks

#: The candidates of so many runs are looked at together, so that a long season needs no more memory than a short one.
_RUNS_AT_ONCE: Final = 32


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
    before = [None] * len(digests)
    return judge_again(digests, before, athlete=athlete, settings=settings, laps=laps)[0]


def judge_again(
    digests: Sequence[RunDigest],
    before: Sequence[Before | None],
    *,
    athlete: Athlete | None = None,
    settings: Settings | None = None,
    laps: bool = True,
) -> tuple[Judgement, tuple[Grounds, ...]]:
    """Judge a season of which some runs have been judged before: the judgement of :func:`judge`, with less work.

    A run is looked at again only where what its judgement rests on has changed: the yardstick of its day, easy
    running, what the season knows of its watch. The candidates of the others are not touched.

    Parameters
    ----------
    digests, athlete, settings, laps
        As for :func:`judge`.
    before : sequence of Before or None
        For every run what was found of this very recording before, by the same settings and laps; the other runs and
        the athlete may have been any.

    Returns
    -------
    Judgement
    tuple of Grounds
        Of every run, for the next time.
    """
    athlete, settings = athlete or Athlete(), settings or Settings()
    rules = settings.yardstick
    was = [None if one is None else one.grounds for one in before]
    reps = [
        _reps(run, rules) if old is None else (old.reps, old.brief_reps) for run, old in zip(digests, was, strict=True)
    ]
    reading = readings(digests, rules)
    own, known = _season(digests, reading, reps, athlete, settings)
    in_what = _Contexts(digests, reading, known, rules)

    # Maximal speed needs judged bursts, and judging needs a maximal speed: begin with its floor, then once more.
    floor = [_at_floor(one, athlete, rules) for one in own]
    at_floor = [named(in_what.of(at, floor)) for at in range(len(digests))]
    sprints = [None if old is None else old.sprints for old in was]
    changed = [at for at, old in enumerate(was) if old is None or old.at_floor != at_floor[at]]
    for at, digest, context, bursts in in_what.looked_at(floor, changed, settings):
        efforts, _ = judge_run(digest, context, settings, bursts, laps=False, first_look=True)
        sprints[at] = sprints_of(digest, efforts, context.yardstick.five_k_speed_mps, settings)
    days = [digest.start for digest in digests]
    own = with_sprints(own, sure_sprints(digests, sprints, reading, rules), days, athlete, rules)
    final = [named(in_what.of(at, own)) for at in range(len(digests))]
    runs = [
        None if old is None or old.grounds.final != name else old.judged
        for old, name in zip(before, final, strict=True)
    ]
    findings = Findings()
    changed = [at for at, run in enumerate(runs) if run is None]
    for at, digest, context, bursts in in_what.looked_at(own, changed, settings):
        efforts, refused = judge_run(digest, context, settings, bursts, laps=laps)
        efforts, sets = sets_of(efforts, digest, context.yardstick, settings)
        runs[at] = findings.run(efforts, refused, sets)
    grounds = tuple(Grounds(*reps[at], at_floor[at], sprints[at], final[at]) for at in range(len(digests)))
    last = max(range(len(days)), key=days.__getitem__, default=None)
    latest = _unknown(rules) if last is None else own[last]
    return Judgement(tuple(run for run in runs if run is not None), Packed(own), latest), grounds


def _season(
    digests: Sequence[RunDigest],
    reading: Sequence[float],
    reps: Sequence[tuple[Session, Session]],
    athlete: Athlete,
    settings: Settings,
) -> tuple[list[Yardstick], Habits]:
    """Return the yardstick of each run's day, sprints left out, and what is usual in the season.

    Its runs, with these sessions of reps, are taken as they would have been read outdoors.
    """
    outdoors = [as_outdoors(digest, share) for digest, share in zip(digests, reading, strict=True)]
    place = {id(run): at for at, run in enumerate(outdoors)}

    def told(digest: RunDigest, rules: Yardsticks, *, brief: bool) -> Session:  # noqa: ARG001 - they are the same rules
        at = place[id(digest)]
        session = reps[at][brief]
        return session and (session[0] / reading[at], session[1])

    marks = season_marks(outdoors, settings.yardstick, told)
    days = [digest.start for digest in digests]
    return yardsticks(marks, days, athlete, settings.yardstick), habits(outdoors, settings)


def _reps(digest: RunDigest, rules: Yardsticks) -> tuple[Session, Session]:
    """Return the run's sessions of long and of brief reps."""
    digest = _at_hand(digest)
    return session_effort(digest, rules), session_effort(digest, rules, brief=True)


@dataclass(frozen=True, slots=True)
class _Contexts:
    """Makes what each run is judged in, once the yardsticks of their days are told; none is kept."""

    digests: Sequence[RunDigest]
    reading: Sequence[float]
    known: Habits
    rules: Yardsticks

    def of(self, at: int, own: Sequence[Yardstick]) -> Context:
        """Return the context of the run at this place."""
        return self.known.context(self.digests[at], own[at], self.rules, self.reading[at])

    def looked_at(
        self, own: Sequence[Yardstick], wanted: Sequence[int], settings: Settings
    ) -> Iterator[tuple[int, RunDigest, Context, tuple[Burst, ...]]]:
        """Yield the wanted runs, by their places, with those of their candidates that can matter."""
        for first in range(0, len(wanted), _RUNS_AT_ONCE):
            places = wanted[first : first + _RUNS_AT_ONCE]
            runs = [_at_hand(self.digests[at]) for at in places]
            contexts = [self.of(at, own) for at in places]
            sieved = Sieve(runs).near(contexts, settings, share=settings.judging.near_miss)
            yield from zip(places, runs, contexts, sieved, strict=True)


def _at_hand(digest: RunDigest) -> RunDigest:
    """Return the digest with its candidates in memory, wherever they lie."""
    bursts = digest.bursts.at_hand() if isinstance(digest.bursts, Bursts) else digest.bursts
    return digest if bursts is digest.bursts else dataclasses.replace(digest, bursts=bursts)


def _at_floor(own: Yardstick, athlete: Athlete, rules: Yardsticks) -> Yardstick:
    """Return the yardstick with the lowest maximal speed there may be, so that nothing fast is overlooked by it."""
    if athlete.max_speed_mps is not None:
        return own
    return dataclasses.replace(own, max_speed_mps=rules.max_floor * own.five_k_speed_mps)


def _unknown(rules: Yardsticks) -> Yardstick:
    """Return the yardstick of a season without runs."""
    five_k, said = rules.five_k_default_mps, "default: no runs"
    return Yardstick(five_k, said, rules.max_floor * five_k, said, None, False)
