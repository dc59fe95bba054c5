"""Candidates in columns: they say what they said one by one, and what the sieve passes over never mattered."""

import dataclasses
import pickle
import random
from functools import cache

import pytest

from builders_segmenter import RUNNER, START, measured
from legspeed.model import Burst, Bursts, Yardstick
from legspeed.segmenter.classify import judge_run
from legspeed.segmenter.context import Context
from legspeed.segmenter.sieve import Sieve
from legspeed.settings import Settings
from legspeed.simulate.sessions import SESSIONS


@cache
def digests():
    """Return a run of every session the simulator knows, and one without candidates."""
    found = [measured(name, "steady 1 s", seed) for seed, name in enumerate(sorted(SESSIONS))]
    return (*found, dataclasses.replace(found[0], bursts=()))


@cache
def lapped():
    """Return candidates with and without laps, grades and cadence beside them."""
    chance = random.Random(5)
    bursts = [burst for run in digests() for burst in run.bursts][:200]
    changes = [
        {"lap_start_s": chance.choice([None, 10.0, 20.0]), "lap_end_s": chance.choice([None, 30.0]), "grade": None},
        {"carried": True, "cadence_spm": None},
        {},
    ]
    return tuple(dataclasses.replace(burst, **chance.choice(changes)) for burst in bursts)


def context_of(chance):
    five_k = chance.uniform(2.5, 6.5)
    yardstick = Yardstick(five_k, "", five_k * chance.uniform(1.3, 2.0), "", START.date(), chance.random() < 0.5)
    return Context(
        yardstick,
        chance.choice([None, 2.9]),
        chance.choice([None, 165.0]),
        None,
        chance.choice([0.0, chance.uniform(0, 6)]),
        chance.choice([1.0, chance.uniform(1, 4)]),
    )


def settings_of(chance):
    """Return settings of which some that the sieve looks at are moved."""
    values = {
        "judging": {
            "near_miss": chance.uniform(0.8, 1),
            "mid_share": chance.uniform(0.7, 0.95),
            "low_share": chance.uniform(0.6, 0.9),
            "bar_share": chance.uniform(0.3, 0.9),
            "unsure_margin": chance.uniform(0, 0.1),
            "hill_gate_grade": chance.uniform(0.01, 0.05),
        },
        "tiers": {"five_k_ratio": chance.uniform(1, 1.3), "turnover": chance.uniform(0.4, 0.8)},
        "slope": {"kind_se": chance.uniform(0.005, 0.1), "credit_most": chance.uniform(0.05, 0.3)},
    }
    return Settings.from_mapping(values) if chance.random() < 0.7 else Settings()


class TestColumns:
    def test_they_read_like_the_tuple_they_were(self):
        bursts = lapped()
        table = Bursts.of(bursts)
        assert (len(table), tuple(table), table) == (len(bursts), bursts, bursts)
        assert bursts == table
        assert table[3] == bursts[3]
        assert table[5:9] == bursts[5:9]
        assert [type(value) for value in dataclasses.astuple(table[0])] == [
            type(value) for value in dataclasses.astuple(Burst(*map(plain, dataclasses.astuple(bursts[0]))))
        ]

    def test_a_copy_sent_to_another_process_is_equal_and_cannot_be_written(self):
        table = pickle.loads(pickle.dumps(Bursts.of(lapped())[10:20]))
        assert table == lapped()[10:20]
        with pytest.raises(ValueError, match="read-only"):
            table.table[0, 0] = 1.0

    def test_another_candidate_is_not_equal(self):
        bursts = lapped()
        assert Bursts.of(bursts) != (dataclasses.replace(bursts[0], grade=0.123), *bursts[1:])
        assert Bursts.of(bursts) != Bursts.of(bursts[1:])
        assert Bursts.of(()) == ()

    def test_the_nearest_as_found_one_by_one(self):
        bursts, chance = lapped(), random.Random(1)
        for _ in range(50):
            start = chance.uniform(0, 3000)
            end = start + chance.uniform(0, 60)
            wanted = min(bursts, key=lambda b, s=start, e=end: abs(b.start_s - s) + abs(b.end_s - e))
            assert Bursts.of(bursts).nearest(start, end) == wanted


def plain(value):
    """Return a number of numpy's as Python's."""
    return value.item() if hasattr(value, "item") else value


@pytest.mark.parametrize("seed", range(40))
def test_judging_what_the_sieve_left_is_judging_all(seed):
    chance = random.Random(seed)
    settings = settings_of(chance)
    contexts = [context_of(chance) for _ in digests()]
    sieved = Sieve(digests()).near(contexts, settings, share=settings.judging.near_miss)
    for digest, context, bursts in zip(digests(), contexts, sieved, strict=True):
        whole = judge_run(digest, context, settings, laps=True)
        assert judge_run(digest, context, settings, bursts, laps=True) == whole
    for digest, context, bursts in zip(digests(), contexts, sieved, strict=True):
        assert (
            judge_run(digest, context, settings, bursts, laps=False)[0]
            == (judge_run(digest, context, settings, laps=False)[0])
        )


def test_the_sieve_passes_slow_ones_over():
    known = Context(Yardstick(RUNNER.five_k_speed_mps, "", 1.7 * RUNNER.five_k_speed_mps, "", START.date()))
    sieved = Sieve(digests()).near([known] * len(digests()), Settings(), share=1.0)
    assert 0 < sum(map(len, sieved)) < 0.7 * sum(len(digest.bursts) for digest in digests())
