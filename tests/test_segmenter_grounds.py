"""Judged again, with more runs, fewer or other ones: the judgement is that of judging all anew, with less work."""

import dataclasses
import datetime as dt
import random
import sys
from functools import cache

import pytest

from builders_segmenter import measured
from legspeed.athlete import Athlete, Race
from legspeed.model import Bursts
from legspeed.model.bursts import BurstsElsewhere
from legspeed.model.packed import Made
from legspeed.segmenter import judge, judge_again
from legspeed.segmenter.context import Context
from legspeed.segmenter.grounds import Before, named
from legspeed.settings import Settings
from legspeed.simulate import SESSIONS

WATCHES = ("steady 1 s", "smart recording", "no cadence")
FIRST = dt.datetime(2025, 1, 3, 6, tzinfo=dt.UTC)


@cache
def runs():
    """Return runs of all sorts on three watches, over half a year; some are rides, some know little of themselves."""
    chance = random.Random(3)
    found = []
    for number in range(36):
        run = measured(sorted(SESSIONS)[number % len(SESSIONS)], WATCHES[number % 3], number % 2)
        changes = chance.choice(
            [
                {},
                {"easy_speed_mps": None},
                {"altitude_noise_m": chance.choice([None, 0.2, 0.9, 1.7])},
                {"timer_delays_s": tuple(chance.uniform(0, 5) for _ in range(6))},
                {"easy_speed_mps": chance.uniform(2.6, 6.5), "easy_cadence_spm": None},
                {"carried_s": 4 * run.moving_s},
            ]
        )
        start = FIRST + dt.timedelta(days=5 * number, hours=chance.uniform(0, 9))
        found.append(
            dataclasses.replace(
                run,
                source=f"{number}.fit",
                device=WATCHES[number % 3],
                start=start,
                bursts=Bursts.of(run.bursts),
                **changes,
            )
        )
    return tuple(found)


ATHLETES = (
    Athlete(),
    Athlete(),
    Athlete(five_k_speed_mps=4.1),
    Athlete(max_speed_mps=8.1),
    Athlete(races=(Race(dt.date(2025, 3, 1), 10_000.0, 2700.0),)),
)


def before(season, judgement, grounds):
    """Return what is known of a season's runs, by source."""
    return {run.source: Before(judged, one) for run, judged, one in zip(season, judgement.runs, grounds, strict=True)}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_judged_before_the_judgement_is_that_of_judging_all(seed):
    """Runs come and go in any order, by athletes who give other times: nothing of it can be seen in a judgement."""
    chance = random.Random(seed)
    settings = Settings() if seed % 3 else Settings.from_mapping({"yardstick": {"lookback_d": 40, "least_sessions": 2}})
    laps = seed % 2 == 0
    known = {}
    for _ in range(4):
        season = chance.sample(runs(), chance.randrange(1, len(runs())))
        athlete = chance.choice(ATHLETES)
        was = [known.get(run.source) for run in season]
        judgement, grounds = judge_again(season, was, athlete=athlete, settings=settings, laps=laps)
        assert judgement == judge(season, athlete=athlete, settings=settings, laps=laps)
        assert grounds == judge_again(season, [None] * len(season), athlete=athlete, settings=settings, laps=laps)[1]
        known |= before(season, judgement, grounds)


@pytest.mark.parametrize("seed", range(4))
def test_a_season_too_long_to_be_held_is_judged_alike(seed, monkeypatch):
    """Digests made anew for every look, some of runs that began at the same time, are as good as those at hand."""
    chance = random.Random(seed)
    season = chance.sample(runs(), 24)
    season[3] = dataclasses.replace(season[3], start=season[4].start)
    season[5] = dataclasses.replace(season[6], source="copy.fit")
    at_hand = judge_again(season, [None] * len(season))
    monkeypatch.setattr(sys.modules["legspeed.segmenter.judge"], "HELD_RUNS", 0)
    anew = Made(len(season), lambda at: dataclasses.replace(season[at]))
    assert judge_again(anew, [None] * len(season)) == at_hand


def elsewhere(run, asked):
    """Return a run whose candidates lie elsewhere, and are written down when they are asked for."""

    def fetch():
        asked.append(run.source)
        return run.bursts.tobytes()

    return dataclasses.replace(run, bursts=BurstsElsewhere(len(run.bursts), fetch))


def test_of_one_run_more_only_what_it_changes_is_looked_at():
    """Times are given, the watch is new: then only runs that are held against the season's easy pace change."""
    season = (*runs()[:-1], dataclasses.replace(runs()[-1], device="another"))
    athlete, asked = Athlete(five_k_speed_mps=4.5, max_speed_mps=8.0), []
    fewer = judge_again(season[:-1], [None] * (len(season) - 1), athlete=athlete)
    whole = judge_again(season, [None] * len(season), athlete=athlete)
    there = [elsewhere(run, asked) for run in season]
    known = before(season[:-1], *fewer)
    assert judge_again(there, [known.get(run.source) for run in season], athlete=athlete) == whole
    assert season[-1].source in asked
    assert len(set(asked)) < len(season) / 2
    asked.clear()
    known = before(season, *whole)
    assert judge_again(there, [known[run.source] for run in season], athlete=athlete) == whole
    assert asked == []


def test_no_value_of_a_context_is_left_out_of_its_name():
    stick = judge(runs()[:1]).yardsticks[0]
    context = Context(stick)
    others = [dataclasses.replace(context, yardstick=dataclasses.replace(stick, sure=not stick.sure))]
    for field in dataclasses.fields(stick):
        if field.type == "float":
            value = getattr(stick, field.name) * (1 + 2**-52)
            others.append(dataclasses.replace(context, yardstick=dataclasses.replace(stick, **{field.name: value})))
    for field in dataclasses.fields(context)[1:]:
        value = not getattr(context, field.name) if field.type == "bool" else 1.0 + 2**-52
        others.append(dataclasses.replace(context, **{field.name: value}))
    assert len(others) == 3 + 7
    assert len({named(one) for one in (context, *others)}) == len(others) + 1
