"""The reduce's first half: a season's digests in, every run's efforts out, against the runner's own yardstick."""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from legspeed.athlete import Athlete
from legspeed.model import Burst, Bursts, Findings, JudgedRun, Judgement, Packed, RunDigest, Yardstick
from legspeed.model.numbers import Moments, in_order
from legspeed.model.packed import Made, Some
from legspeed.model.scratch import HELD_RUNS, Scratch
from legspeed.segmenter.classify import judge_run
from legspeed.segmenter.context import Context, Habits, habits
from legspeed.segmenter.grounds import Before, Grounds, Session, named
from legspeed.segmenter.indoors import as_outdoors, readings
from legspeed.segmenter.rep_sets import session_effort
from legspeed.segmenter.sets import sets_of
from legspeed.segmenter.sieve import Sieve
from legspeed.segmenter.top_speed import Sprints, sprints_of, sure_sprints
from legspeed.segmenter.yardstick import season_marks, with_sprints, yardsticks
from legspeed.settings import Settings, Yardsticks

#: The candidates of so many runs are looked at together, so that a long season needs no more memory than a short one.
_RUNS_AT_ONCE: Final = 24
_NO_REPS: Final = (None, None)


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
        Whether a lap that agrees with a detected effort gives it its edges, and timed laps show how late a watch is.
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
    scratch: Scratch | None = None,
) -> tuple[Judgement, Sequence[Grounds]]:
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
    scratch : Scratch, optional
        Where to put aside what is found.

    Returns
    -------
    Judgement
    sequence of Grounds
        Of every run, for the next time.
    """
    athlete, settings = athlete or Athlete(), settings or Settings()
    rules, scratch = settings.yardstick, scratch or Scratch()
    if len(digests) <= HELD_RUNS:
        digests = tuple(digests)
    reps = Some[tuple[Session, Session]](len(digests), scratch)
    for at, old in enumerate(before):
        both = _reps(digests[at], rules) if old is None else (old.grounds.reps, old.grounds.brief_reps)
        reps.keep(at, None if both == _NO_REPS else both)
    days = Moments()
    reading = array("d", readings(_dated(digests, days), rules))
    enduring, known = _season(digests, days, reading, reps, athlete, settings, laps, scratch)
    in_what = _Contexts(digests, reading, known, rules)

    # Maximal speed needs judged bursts, and judging needs a maximal speed: begin with its floor, then once more.
    floor = Made(len(digests), lambda at: _at_floor(enduring[at], athlete, rules))
    at_floor = Packed(in_what.names(floor), scratch)
    sprints = Some[Sprints](len(digests), scratch)
    changed = array("I")
    for at, (old, name) in enumerate(zip(before, at_floor, strict=True)):
        if old is None or old.grounds.at_floor != name:
            changed.append(at)
        else:
            sprints.keep(at, old.grounds.sprints)
    for at, digest, context, bursts in in_what.looked_at(floor, changed, settings):
        efforts, _ = judge_run(digest, context, settings, bursts, laps=False, first_look=True)
        sprints.keep(at, sprints_of(digest, efforts, context.yardstick.five_k_speed_mps, settings))
    some = array("I", (at for at, one in enumerate(sprints) if one is not None))
    runs_with, shown, shares = Made.chosen(digests, some), Made.chosen(sprints, some), Made.chosen(reading, some)
    sure = sure_sprints(runs_with, shown, shares, rules)
    own = with_sprints(enduring, sure, days, athlete, rules, scratch)
    final = Packed(in_what.names(own), scratch)
    findings, place = Findings(scratch), array("i", [-1]) * len(digests)
    changed = array("I", _changed(before, final))
    for at, digest, context, bursts in in_what.looked_at(own, changed, settings):
        efforts, refused = judge_run(digest, context, settings, bursts, laps=laps)
        efforts, sets = sets_of(efforts, digest, context.yardstick, settings)
        place[at] = findings.add(efforts, refused, sets)

    def judged(at: int) -> JudgedRun:
        old = before[at] if place[at] < 0 else None
        return findings[place[at]] if old is None else old.judged

    grounds = (
        Grounds(*(session or _NO_REPS), one, shown, other)
        for session, one, shown, other in zip(reps, at_floor, sprints, final, strict=True)
    )
    last = max(range(len(days)), key=days.ticks.__getitem__, default=None)
    latest = _unknown(rules) if last is None else own[last]
    watches = tuple(known.delays.values())
    return Judgement(Made(len(digests), judged), own, latest, watches), Packed(grounds, scratch)


def _changed(before: Sequence[Before | None], names: Sequence[str]) -> Iterator[int]:
    """Yield the places of the runs whose context has another name than it had before."""
    for at, (old, name) in enumerate(zip(before, names, strict=True)):
        if old is None or old.grounds.final != name:
            yield at


def _season(
    digests: Sequence[RunDigest],
    days: Moments,
    reading: Sequence[float],
    reps: Sequence[tuple[Session, Session] | None],
    athlete: Athlete,
    settings: Settings,
    laps: bool,
    scratch: Scratch,
) -> tuple[Sequence[Yardstick], Habits]:
    """Return each run's yardstick before sprints are known, and what is usual in the season.

    Speeds of runs without positions, and of their sessions of reps, are first put right by what their watch reads
    (:mod:`legspeed.segmenter.indoors`).
    """
    outdoors = Made(len(digests), lambda at: as_outdoors(digests[at], reading[at]))
    by_time = in_order(days.ticks)

    def told(digest: RunDigest, rules: Yardsticks, *, brief: bool) -> Session:  # noqa: ARG001 - they are the same rules
        # A digest is made anew whenever it is asked for: its place is found by its start.
        near = days.equal(digest.start, by_time)
        own = (at for at in near if len(near) == 1 or _recording(digests[at]) == _recording(digest))
        at = next(own)
        session = (reps[at] or _NO_REPS)[brief]
        return session and (session[0] / reading[at], session[1])

    known = habits(outdoors, settings, laps=laps)
    marks = season_marks(outdoors, settings.yardstick, told, usual=known.usual)
    return yardsticks(marks, days, athlete, settings.yardstick, scratch), known


def _dated(digests: Sequence[RunDigest], days: Moments) -> Iterator[RunDigest]:
    """Yield the runs, and note when each began."""
    for digest in digests:
        days.add(digest.start)
        yield digest


def _recording(digest: RunDigest) -> tuple[Any, ...]:
    """Return what tells a run from the others that began at the same time."""
    return digest.source, digest.digest, digest.elapsed_s, digest.moving_s


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

    def names(self, own: Sequence[Yardstick]) -> Iterator[str]:
        """Yield the name of each run's context."""
        return (named(self.of(at, own)) for at in range(len(self.digests)))

    def looked_at(
        self, own: Sequence[Yardstick], wanted: Sequence[int], settings: Settings
    ) -> Iterator[tuple[int, RunDigest, Context, tuple[Burst, ...]]]:
        """Yield the wanted runs, by their places, with those of their candidates that can matter."""
        for first in range(0, len(wanted), _RUNS_AT_ONCE):
            places = wanted[first : first + _RUNS_AT_ONCE]
            runs = [_at_hand(_with_minutes(self.digests[at])) for at in places]
            contexts = [self.of(at, own) for at in places]
            sieved = Sieve(runs).near(contexts, settings, share=settings.judging.near_miss)
            yield from zip(places, runs, contexts, sieved, strict=True)


def _with_minutes(digest: RunDigest) -> RunDigest:
    """Return the digest with its minutes in memory: the numbers of a file are fetched together, and once is enough."""
    return dataclasses.replace(digest, minute_m=array("d", digest.minute_m))


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
