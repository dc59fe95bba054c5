"""The runner's own yardstick: 5 km speed and maximal speed, dated, from the season's best efforts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from legspeed.athlete import Athlete
from legspeed.model import Packed, RunDigest, Yardstick
from legspeed.model.packed import Made
from legspeed.model.scratch import Scratch
from legspeed.segmenter import five_k, top_speed
from legspeed.segmenter.five_k import Witness, as_five_k, five_k_equivalent, is_surge, top_heart_bpm, witnesses
from legspeed.segmenter.indoors import shown_outdoors
from legspeed.segmenter.ladder import Ladder, Mark
from legspeed.segmenter.marks import ManyMarks
from legspeed.segmenter.rep_sets import Reps, session_effort
from legspeed.segmenter.top_speed import Sprints
from legspeed.settings import Yardsticks


class Usual(NamedTuple):
    """What is usual for a runner in a season; None where too little shows it.

    His easy speed in m/s and easy cadence in steps/min, and the highest heart rate that he is seen to reach, bpm.
    """

    easy_mps: float | None
    easy_spm: float | None = None
    top_bpm: float | None = None

    @classmethod
    def shown(
        cls, speeds: Sequence[float], steps: Sequence[float], hearts: Sequence[float], rules: Yardsticks
    ) -> Usual:
        """Return it from the easy speeds, easy cadences and highest heart rates of the runs that have them."""
        return cls(
            statistics.median(speeds) if speeds else None,
            statistics.median(steps) if steps else None,
            top_heart_bpm(hearts, rules),
        )


@dataclass(frozen=True, slots=True)
class Marks:
    """What a season shows, run by run.

    ``stepped``, ``held`` and ``any`` are 5 km equivalents: of long bests backed by cadence, of long and of any bests;
    ``witnesses`` what races and training say of 5 km speed, ``sprints`` what the sure efforts say of maximal speed.
    """

    stepped: Sequence[Mark]
    held: Sequence[Mark]
    any: Sequence[Mark]
    easy: Sequence[Mark]
    witnesses: tuple[Witness, ...] = ()
    sprints: tuple[Sprints, ...] = ()


def season_marks(
    digests: Sequence[RunDigest],
    rules: Yardsticks,
    reps: Reps = session_effort,
    usual: Usual | None = None,
) -> Marks:
    """Read the marks off a season's digests (all but the sprints, which need judged bursts)."""
    usual = usual or usual_of(digests, rules)
    on_foot = (at for at, d in enumerate(digests) if not is_ride(d, usual, rules) and not _partly_ridden(d, rules))
    runs = Made.chosen(digests, array("I", on_foot))
    error = rules.indoor_error if shown_outdoors(digests, rules) else 0.0
    surely = 1.0 - rules.behind_errors * error  # indoors no more is sure than what the reading's error leaves
    stepped, held, brief, easy = ManyMarks(), ManyMarks(), ManyMarks(), ManyMarks()
    for d in runs:
        share = surely if d.indoors else 1.0
        for shortest_s, marks in ((rules.held_s, (stepped, held)), (rules.shortest_s, (brief,))):
            if shortest_s >= rules.held_s and is_surge(d, rules):
                continue
            equal = five_k_equivalent(d, shortest_s, rules)
            for some in marks if equal is not None else ():
                if some is not stepped or d.easy_cadence_spm is not None:
                    some.add(d.start, (equal or 0.0) * share)
        if d.easy_speed_mps is not None:
            easy.add(d.start, d.easy_speed_mps)
    return Marks(stepped, held, brief, easy, witnesses(runs, usual.easy_mps, rules, reps, indoor_error=error))


def _partly_ridden(digest: RunDigest, rules: Yardsticks) -> bool:
    """Tell whether a recording without steps holds a ride: nothing then says where in it the runner was on foot."""
    return digest.easy_cadence_spm is None and digest.carried_s > rules.carried_most_s


def usual_of(digests: Sequence[RunDigest], rules: Yardsticks) -> Usual:
    """Return what is usual in a season."""
    return Usual.shown(
        [d.easy_speed_mps for d in digests if d.easy_speed_mps is not None],
        [d.easy_cadence_spm for d in digests if d.easy_cadence_spm is not None],
        [d.heart_high_bpm for d in digests if d.heart_high_bpm is not None],
        rules,
    )


def is_ride(digest: RunDigest, usual: Usual, rules: Yardsticks, five_k_mps: float | None = None) -> bool:
    """Tell whether this was a bike or a car, whatever the file says.

    Carried most of the time; or far faster on the whole than this runner usually is, without cadence or without more
    steps than he usually takes: a crank turns, too. Or, without cadence, for minutes faster than he could race
    (`five_k_mps`, where that is known), or fast on the whole with a heart that never works as in fast running.
    """
    if digest.carried_s > rules.ride_share * (digest.carried_s + digest.moving_s):
        return True
    if digest.easy_speed_mps is None:
        return False
    if digest.easy_cadence_spm is not None:
        unhurried = usual.easy_spm is not None and digest.easy_cadence_spm < usual.easy_spm + rules.ride_steps_spm
        return unhurried and usual.easy_mps is not None and digest.easy_speed_mps > rules.ride_pedalled * usual.easy_mps
    if five_k_mps is not None:
        held = five_k_equivalent(digest, rules.held_s, rules)
        if held is not None and held > (1.0 + rules.held_guard) * five_k_mps:
            return True
    if usual.easy_mps is None:
        return False
    return digest.easy_speed_mps > rules.ride_ratio * usual.easy_mps or _at_rest(digest, usual, rules)


def _at_rest(digest: RunDigest, usual: Usual, rules: Yardsticks) -> bool:
    """Tell whether the heart took it easy through all of a recording that is faster than easy running."""
    if usual.easy_mps is None or usual.top_bpm is None or digest.heart_high_bpm is None:
        return False
    fast = (digest.easy_speed_mps or 0.0) >= rules.race_span * usual.easy_mps
    return fast and digest.heart_high_bpm <= rules.ride_heart * usual.top_bpm


def yardsticks(
    marks: Marks,
    days: Sequence[dt.datetime],
    athlete: Athlete,
    rules: Yardsticks,
    scratch: Scratch | None = None,
) -> Sequence[Yardstick]:
    """Return the yardstick of every day: given values win, then the season's own within `Yardsticks.lookback_d`."""
    ladders = _ladders(marks, rules)
    found = Packed[Yardstick](scratch=scratch)
    same: dict[str, str] = {}  # most days have their speeds from where the day before had them
    last: Yardstick | None = None
    for date in (day.date() for day in days):
        if last is None or last.as_of != date:
            end = dt.datetime.combine(date, dt.time.max, dt.UTC)  # all runs of the day have one
            speed, source, sure = _five_k(ladders, end, athlete, rules)
            max_speed, max_source = _max_speed(ladders.sprints, end, athlete, rules, speed)
            said, max_said = same.setdefault(source, source), same.setdefault(max_source, max_source)
            last = Yardstick(speed, said, max_speed, max_said, date, sure)
        found.add(last)
    return found


def with_sprints(
    before: Sequence[Yardstick],
    sprints: Sequence[Sprints],
    days: Sequence[dt.datetime],
    athlete: Athlete,
    rules: Yardsticks,
    scratch: Scratch | None = None,
) -> Sequence[Yardstick]:
    """Return the yardsticks that `before` become with what sprints show: 5 km speeds stay as they are."""
    ladder = Ladder(sprints, rules)
    found = Packed[Yardstick](scratch=scratch)
    same: dict[str, str] = {}
    last: tuple[Yardstick, Yardstick] | None = None
    for day, old in zip(days, before, strict=True):
        if last is None or last[0] != old:  # all runs of a day have one
            end = dt.datetime.combine(day.date(), dt.time.max, dt.UTC)
            speed, source = _max_speed(ladder, end, athlete, rules, old.five_k_speed_mps)
            said = same.setdefault(source, source)
            last = old, Yardstick(old.five_k_speed_mps, old.five_k_source, speed, said, old.as_of, old.sure)
        found.add(last[1])
    return found


@dataclass(frozen=True, slots=True)
class _Ladders:
    """The marks of every kind, ready to be asked."""

    stepped: Ladder[Mark]
    held: Ladder[Mark]
    any: Ladder[Mark]
    easy: Ladder[Mark]
    witnesses: Ladder[Witness]
    sprints: Ladder[Sprints]


def _ladders(marks: Marks, rules: Yardsticks) -> _Ladders:
    return _Ladders(*(Ladder(getattr(marks, field.name), rules) for field in dataclasses.fields(Marks)))


def _five_k(ladders: _Ladders, on: dt.datetime, athlete: Athlete, rules: Yardsticks) -> tuple[float, str, bool]:
    if athlete.five_k_speed_mps is not None:
        return athlete.five_k_speed_mps, "given", True
    if athlete.races:
        race = min(athlete.races, key=lambda r: abs((r.date - on.date()).days))
        speed = as_five_k(race.distance_m / race.time_s, race.time_s, rules.fatigue)
        return speed, f"race of {race.date} over {race.distance_m:.0f} m", True
    speed, source, sure = _shown_five_k(ladders, on, rules)
    if speed < rules.five_k_least_mps:
        return rules.five_k_least_mps, "no slower than the slowest running", False
    if speed > rules.five_k_most_mps:
        return rules.five_k_most_mps, "no faster than anybody: is this running?", False
    return speed, source, sure


def _shown_five_k(ladders: _Ladders, on: dt.datetime, rules: Yardsticks) -> tuple[float, str, bool]:
    """Return the 5 km speed that the season shows, where from, and whether it is sure."""
    best = _best(
        ladders.stepped.ranked(on, 1, rules.stepped_guard),
        ladders.held.ranked(on, 1, rules.held_guard),
        ladders.any.ranked(on, int(rules.rank), rules.guard),
    )
    if best is None:
        return rules.five_k_default_mps, "default: nothing to go by yet", False
    held, rank = best
    floor = rules.easy_ratio * (ladders.easy.middle_mps(on) or 0.0)
    known = five_k.joined(ladders.witnesses, on, held.speed_mps, rules)
    if known is None and held.speed_mps >= floor:
        return held.speed_mps, f"at least: {rank} session, {held.when.date()}", True
    if known is not None and known.firm:
        known = five_k.above_easy(known, floor, rules)
    elif known is None or known.speed_mps < floor:
        why = "no hard running yet" if known is None else "no hard run shows more"
        return floor, f"{why}: {rules.easy_ratio:g} × easy speed", False
    sure = known.firm or ladders.easy.count(on) >= rules.familiar_runs
    return known.speed_mps, f"{known.source}, ± {known.error:.0%}", sure


def _max_speed(
    sprints: Ladder[Sprints], on: dt.datetime, athlete: Athlete, rules: Yardsticks, five_k_mps: float
) -> tuple[float, str]:
    if athlete.max_speed_mps is not None:
        return athlete.max_speed_mps, "given"
    floor, cap = rules.max_floor * five_k_mps, min(rules.max_cap * five_k_mps, rules.hard_max_mps)
    known = top_speed.joined(sprints, on, five_k_mps, rules)
    if known.speed_mps < floor:
        return floor, f"at least {rules.max_floor:g} × 5 km speed"
    if known.speed_mps > cap:
        return cap, f"no more than {rules.max_cap:g} × 5 km speed"
    return known.speed_mps, f"{known.source}, ± {known.error:.0%}"


def _best(*ranked: tuple[Mark, str] | None) -> tuple[Mark, str] | None:
    """Return the faster one of those there are."""
    return max((one for one in ranked if one is not None), key=lambda one: one[0].speed_mps, default=None)
