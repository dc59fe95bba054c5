"""What a season says about the runner's 5 km speed: witnesses, each with its own shortfall and error, joined.

Training is run below racing. A witness is therefore a speed *and* how far below the possible its sort usually stays:
a race hardly, a tempo by what its heart rate leaves in reserve, a session of reps by a little.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from legspeed.model import RunDigest
from legspeed.segmenter.ladder import Ladder, form_moved
from legspeed.segmenter.rep_sets import Reps, session_effort
from legspeed.settings import Yardsticks

#: Two ways to reckon one speed differ by less.
_ROUNDED: Final = 1.0 + 1e-9


@dataclass(frozen=True, slots=True)
class Witness:
    """What one run says: ``held_mps`` as if it had been all-out, ``speed_mps`` with what was held back.

    ``sort`` is "race", "tempo", "reps" or, for reps of about a minute, "brief"; ``error`` the standard error of
    ``speed_mps`` as a share of it, larger ``indoors``, where there is running outdoors to be held against. ``spent``
    tells of a tempo that, by its heart rate, little was left in reserve: a race with its warm-up recorded.
    """

    when: dt.datetime
    sort: str
    held_mps: float
    speed_mps: float
    error: float
    indoors: bool = False
    spent: bool = False

    @property
    def firm(self) -> bool:
        """Whether it was run hard on purpose, however little that is above easy running."""
        return self.sort in ("race", "reps") or self.spent


@dataclass(frozen=True, slots=True)
class Estimate:
    """A speed in m/s, where it is from, and its standard error as a share of it.

    ``firm`` where an all-out run, or a session of long reps, is among what says so: nobody runs these easily.
    """

    speed_mps: float
    source: str
    error: float
    firm: bool = True


def as_five_k(speed_mps: float, seconds: float, fatigue: float) -> float:
    """Solve v = speed · (T / (5000 / v))^fatigue for v, the speed over 5 km.

    Riegel's law, written for speed: all-out speed falls as T^-fatigue.
    """
    return float((speed_mps * (seconds / 5000.0) ** fatigue) ** (1.0 / (1.0 - fatigue)))


def five_k_equivalent(digest: RunDigest, shortest_s: float, rules: Yardsticks) -> float | None:
    """Return the 5 km speed in m/s that the run's bests over `shortest_s` and longer amount to, None without any.

    Bests in which recoveries lie are passed over: minutes of strides and jogs mean more than a sprinter could hold.
    """
    equals = [
        as_five_k(speed, seconds, rules.fatigue)
        for seconds, speed in digest.best_speeds.items()
        if shortest_s <= seconds <= rules.longest_s and speed > 0 and seconds not in digest.rested_bests_s
    ]
    return max(equals, default=None)


def is_surge(digest: RunDigest, rules: Yardsticks) -> bool:
    """Tell whether the run's best minutes are a surge or a spike, and easy running around it: nothing was held."""
    whole = [digest.best_speeds[seconds] for seconds in digest.best_speeds if seconds >= rules.held_s]
    parts = [
        digest.best_speeds[seconds] for seconds in digest.best_speeds if rules.shortest_s <= seconds < rules.held_s
    ]
    return bool(whole and parts) and max(parts) > rules.held_even * max(whole)


def top_heart_bpm(highs: Iterable[float], rules: Yardsticks) -> float | None:
    """Return the highest heart rate that runs show (each one's `highs`), None where too few do.

    One run alone shows little more than the next, whatever it says: sensors err upwards now and then.
    """
    ranked = sorted(highs, reverse=True)
    if len(ranked) < max(2, rules.heart_runs):
        return None
    return min(ranked[0], (1.0 + rules.heart_jump) * ranked[1])


def highest_heart_bpm(digests: Sequence[RunDigest], usual_mps: float, rules: Yardsticks) -> float | None:
    """Return the highest heart rate that the runner is known to reach, None where too few runs show one.

    Where no run was hard from start to end (`usual_mps`: his usual easy speed), training alone has not shown it, and
    it is put up to what racing would.
    """
    shown = top_heart_bpm((d.heart_high_bpm for d in digests if d.heart_high_bpm is not None), rules)
    raced = any(_hard_throughout(d, usual_mps, rules) for d in digests)
    return shown if shown is None or raced else shown / rules.heart_trained


def witnesses(
    digests: Sequence[RunDigest],
    usual_mps: float | None,
    rules: Yardsticks,
    reps: Reps = session_effort,
    *,
    indoor_error: float = 0.0,
) -> tuple[Witness, ...]:
    """Return what these runs say about 5 km speed.

    Parameters
    ----------
    digests : sequence of RunDigest
        Runs of one runner, rides left out.
    usual_mps : float or None
        His usual easy speed.
    reps : callable
        Tells a run's sessions of reps.
    indoor_error : float
        Standard error, as a share, of what indoor runs read.
    """
    if usual_mps is None:
        return ()
    top = highest_heart_bpm(digests, usual_mps, rules)
    found: list[Witness] = []
    for digest in digests:
        sessions = _sessions(digest, usual_mps, rules, reps)
        steady = _steady(digest, usual_mps, top, rules)
        # The best minutes of a session of reps hold its recoveries: neither their speed nor their heart rate is steady.
        if steady is not None and (steady.sort == "race" or not sessions):
            sessions = [steady, *sessions]
        if indoor_error and digest.indoors:
            sessions = [replace(one, error=math.hypot(one.error, indoor_error), indoors=True) for one in sessions]
        found += sessions
    return tuple(found)


def _sessions(digest: RunDigest, usual_mps: float, rules: Yardsticks, reps: Reps) -> list[Witness]:
    """Return what the run's sessions of reps say."""
    found = []
    for brief in (False, True):
        session = reps(digest, rules, brief=brief)
        if session is None or session[0] < rules.easy_span * usual_mps:
            continue
        # Reps with such rests that all of them amount to less than four minutes are fed from the reserve, too.
        if brief or session[1] < rules.shortest_s:
            sort, short, error = "brief", rules.brief_short, rules.brief_error
        else:
            sort, short, error = "reps", rules.rep_short, rules.rep_error
        held = as_five_k(*session, rules.fatigue) * math.exp(min(0.0, short))
        found.append(Witness(digest.start, sort, held, held * math.exp(max(0.0, short)), error))
    return found


def _steady(digest: RunDigest, usual_mps: float, top_bpm: float | None, rules: Yardsticks) -> Witness | None:
    """Return what the run's longest hard stretch says, None where there is none."""
    hard = [
        (as_five_k(speed, seconds, rules.fatigue), seconds)
        for seconds, speed in digest.best_speeds.items()
        if rules.held_s <= seconds <= rules.longest_s and speed >= rules.hard_span * usual_mps
    ]
    if not hard or is_surge(digest, rules):
        return None
    whole = _hard_throughout(digest, usual_mps, rules)
    # The best minutes of a set of strides or reps are the mean of these and their recoveries: nothing was held.
    held, seconds = max((one for one in hard if whole or one[1] not in digest.rested_bests_s), default=(0.0, 0))
    if not seconds:
        return None
    reserve = _in_reserve(digest.best_heart_bpm, seconds, top_bpm, rules)
    if whole and (reserve is None or reserve <= rules.race_error):
        return Witness(digest.start, "race", held, held, rules.race_error)
    short, error = (rules.tempo_short, rules.tempo_error) if reserve is None else (reserve, rules.heart_error)
    spent = reserve is not None and reserve <= rules.race_error and held >= rules.race_span * usual_mps
    return Witness(digest.start, "tempo", held, held * math.exp(short), error, spent=spent)


def _hard_throughout(digest: RunDigest, usual_mps: float, rules: Yardsticks) -> bool:
    """Tell whether the recording is one even hard run from start to end, as only races and trials are."""
    if digest.easy_speed_mps is None or digest.easy_speed_mps < rules.race_span * usual_mps:
        return False
    best = max((speed for seconds, speed in digest.best_speeds.items() if seconds >= rules.held_s), default=0.0)
    if digest.distance_m is None or digest.moving_s <= 0:
        return False
    # Reps with standing recoveries have a best well below the mean of what was moved.
    return (
        digest.distance_m / digest.moving_s / rules.race_even
        <= best
        <= rules.race_even * digest.distance_m / digest.moving_s
    )


def _in_reserve(heart_bpm: Mapping[int, float], seconds: int, top_bpm: float | None, rules: Yardsticks) -> float | None:
    """Return the share of speed that the heart rate near the end of a hard stretch leaves in reserve.

    None where none was recorded, or one so low that the sensor has failed.
    """
    if top_bpm is None or seconds not in heart_bpm:
        return None
    share = heart_bpm[seconds] / top_bpm
    if share < rules.heart_least:
        return None
    all_out = rules.heart_top - rules.heart_fall * math.log2(max(1.0, seconds / 1200.0))
    return min(max(0.0, rules.heart_slope * (all_out - share)), rules.heart_most)


#: Sorts of witnesses, in words.
_SAID = {"race": "hard run", "reps": "session of reps", "tempo": "tempo session", "brief": "session of short reps"}


def joined(ladder: Ladder[Witness], on: dt.datetime, held_mps: float, rules: Yardsticks) -> Estimate | None:
    """Join the witnesses near a day, weighted by their errors; None without any.

    Parameters
    ----------
    ladder : Ladder of Witness
        Those of the season.
    on : datetime
        The day.
    held_mps : float
        The best that surely could be held that day: he is no slower than this, and no witness speaks for more than
        `Yardsticks.reach_most` above it. A race above it is a jump or a ride, and one far below it was no hard day.
    """
    chosen = _speaking(ladder.near_moved(on), on, held_mps, rules)
    if not chosen:
        return None
    shares = _believed(chosen, held_mps, rules)
    most = max(shares)
    if most <= 0.0:
        return None
    # The one believed most counts as much as its error says, however little it is believed beside what was held.
    weighed = [(share / most * one.error**-2, one) for share, one in zip(shares, chosen, strict=True) if share > 0]
    weights, logs = (
        [weight for weight, _ in weighed],
        [math.log(one.witness.speed_mps) + one.left for _, one in weighed],
    )
    mean = sum(w * x for w, x in zip(weights, logs, strict=True)) / sum(weights)
    scatter = sum(w * (x - mean) ** 2 for w, x in zip(weights, logs, strict=True)) / max(1, len(weighed) - 1)
    first = max(weighed, key=operator.itemgetter(0))[1].witness
    raced = first.sort == "race"
    error = max(rules.error_least if raced else rules.training_error, math.sqrt(max(1.0, scatter) / sum(weights)))
    # What the fastest witness says beyond the estimate is not explained away: the error covers half of it.
    error = max(error, 0.5 * (max(logs) - mean))
    speed = max(math.exp(mean), held_mps)
    others = f" and {len(weighed) - 1} more" if len(weighed) > 1 else ""
    trained = "" if raced else "from training: "
    firm = any(one.witness.firm for one in chosen)  # what is above one that was run hard was no easier
    return Estimate(speed, f"{trained}{_SAID[first.sort]} of {first.when.date()}{others}", error, firm)


def above_easy(known: Estimate, floor_mps: float, rules: Yardsticks) -> Estimate:
    """Return a firm estimate joined with what easy running says of 5 km speed, where it lies below that.

    How far above easy running a runner races differs more between runners than a race or reps are in error.
    """
    if known.speed_mps >= floor_mps:
        return known
    weights = known.error**-2, rules.easy_error**-2
    logs = math.log(known.speed_mps), math.log(floor_mps)
    mean = sum(w * x for w, x in zip(weights, logs, strict=True)) / sum(weights)
    return replace(known, speed_mps=math.exp(mean))


class _Spoken(NamedTuple):
    """A witness that speaks for a day, its error there, and what its sort leaves to a better session, both shares."""

    witness: Witness
    error: float
    left: float


def _speaking(
    near: Iterable[tuple[Witness, float]], on: dt.datetime, held_mps: float, rules: Yardsticks
) -> list[_Spoken]:
    """Return the witnesses that speak for a day, of each sort one from before it and one from after.

    Form moves (`near`: by how much it may have, a share), so a witness says less of a day further off: its error grows
    with the days between, and it is ranked by what it surely says of the day.
    """
    alike: dict[tuple[str, bool, bool], list[tuple[float, float, Witness]]] = defaultdict(list)
    sessions: Counter[str] = Counter()
    for witness, moved in near:
        surely_mps = witness.speed_mps * math.exp(-rules.behind_errors * moved)
        alike[witness.sort, witness.indoors, witness.when > on].append((surely_mps, moved, witness))
        sessions[witness.sort] += 1
    found = []
    for (sort, *_), ranked in alike.items():
        ranked.sort(key=operator.itemgetter(0), reverse=True)
        if sort == "race":  # the best one is what he can do
            ranked = [one for one in ranked if one[2].held_mps * math.exp(-one[1]) <= held_mps * _ROUNDED]
            rank, left = 0, 0.0
        else:  # of many sessions the best one is the luckiest, too: it is passed over
            lone = sessions[sort] == 1 and not sessions["race"]  # beside a race it is known what he can do
            rank, left = len(ranked) // int(rules.lucky), rules.lone_short if lone else 0.0
        for _, moved, one in ranked[rank : rank + 1]:
            most_mps = held_mps * (1.0 + rules.reach_most) * math.exp(moved)
            spoken = one if one.speed_mps <= most_mps else replace(one, speed_mps=most_mps)
            left = min(left, math.log(most_mps / spoken.speed_mps))
            found.append(_Spoken(spoken, math.hypot(one.error, left, moved), left))
    return found


def _believed(chosen: Sequence[_Spoken], held_mps: float, rules: Yardsticks) -> list[float]:
    """Return the share of its weight that each witness keeps beside the others.

    Nobody is faster than he is, but anybody may hold back: the further a witness lies behind what another one surely
    says of its day, the less it says, and nothing where that is beyond chance. Reps of a minute leave nobody behind,
    nor does what was read indoors: what they say of 5 km is too uncertain.
    """
    said = [one.witness for one in chosen]
    days = np.array([one.when.timestamp() for one in said]) / 86_400.0
    logs = np.log([one.speed_mps for one in said])
    errors = np.array([one.error for one in said])
    kinds = [(one.sort, one.indoors) for one in said]
    alike = np.array([[one == other for other in kinds] for one in kinds])
    leads = np.array([sort != "brief" and not indoors for sort, indoors in kinds])
    # Two of one sort share what the sort leaves unknown: only the day's form is between them.
    apart = np.where(alike, rules.error_least, np.hypot(errors[:, None], errors))
    moved = form_moved(np.abs(days[:, None] - days), rules)
    behind = (logs - logs[:, None] - rules.behind_errors * moved) / apart
    most = np.where(alike | leads, behind, 0.0).max(axis=1, initial=0.0)
    most = np.maximum(most, (math.log(held_mps) - logs) / [one.error for one in chosen])
    return [float(share) for share in np.clip(1.0 - most / rules.held_back_errors, 0.0, 1.0)]
