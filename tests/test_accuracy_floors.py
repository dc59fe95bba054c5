"""Floors under what is found: in simulated seasons, and on real timed laps where there are some."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest

import legspeed
from legspeed.model import Assessability

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import (
    accuracy_calibration,
    accuracy_drawn,
    accuracy_real,
    accuracy_rules,
    accuracy_seasons,
    accuracy_simulated,
    accuracy_truth,
    recordings,
)
from benchmarks.accuracy_scoring import score, total

#: Athlete (5 km in s) and watch: the floors hold for every session on each of them.
FLOORED = [(890, "heavily smoothed"), (1140, "steady 1 s"), (1440, "smart recording"), (1800, "city canyon")]


@pytest.fixture(scope="module")
def outcomes():
    return [o for where in FLOORED for o in accuracy_simulated.season_outcomes(where)]


def test_simulated_efforts_are_found(outcomes):
    every = accuracy_simulated.Sum.of(outcomes)
    mistakes = [f"{o.athlete_s} s, {o.watch}, {o.session}: {line}" for o in outcomes for line in o.mistakes]
    assert every.score.true > 150
    assert every.strides == 1.0
    assert every.score.strict_f1 >= 0.97, mistakes
    assert every.kinds_right >= 0.95
    for watch in {o.watch for o in outcomes}:
        assert accuracy_simulated.Sum.of([o for o in outcomes if o.watch == watch]).score.strict_f1 >= 0.93, mistakes


def test_little_is_found_where_there_is_nothing(outcomes):
    every = accuracy_simulated.Sum.of(outcomes)
    assert every.empty.seconds > 20 * 3600
    assert every.empty.false <= 1, [line for o in outcomes if o.empty for line in o.mistakes]


def test_efforts_are_found_on_watches_drawn_at_random():
    outcomes = [o for seed in range(4) for o in accuracy_drawn.drawn_season(seed)]
    every = accuracy_simulated.Sum.of(outcomes)
    assert len({str(accuracy_drawn.drawn_watch(seed)) for seed in range(4)}) == 4
    assert every.score.true > 100
    assert every.score.strict_f1 >= 0.95, [f"{o.watch}, {o.session}: {line}" for o in outcomes for line in o.mistakes]
    assert every.kinds_right >= 0.9


def test_edges_are_true(outcomes):
    result = total(o.score for o in outcomes)
    assert result.edges_within(2.0) >= 0.9
    onset, end = np.median(result.onset_s), np.median(result.end_s)
    assert abs(onset) < 1.0
    assert abs(end) < 1.0


def test_confidence_is_earned(outcomes):
    sure = [s for o in outcomes for s in o.sure]
    high = [right for confidence, right in sure if confidence >= 0.9]
    assert len(high) > 100
    assert sum(high) / len(high) >= 0.95
    assert accuracy_calibration.reliability("", sure)[1] < 0.05


def test_the_floors_are_out_of_reach_of_a_threshold_on_recorded_speed():
    truths, spans = [], []
    for run in accuracy_simulated.simulated(1140, "steady 1 s", seeds=1):
        truths.append(accuracy_simulated.Truth.of(run))
        spans.append(accuracy_rules.above_five_k(run.activity, 5000 / 1140))
    results = []
    for truth, found in zip(truths, spans, strict=True):
        asked, ignore = accuracy_simulated.decidable(truth.efforts, Assessability(True, True))
        results.append(score(found, [(t.start_s, t.end_s) for t in asked], ignore=ignore, seconds=truth.seconds))
    assert total(results).strict_f1 < 0.8
    assert total(r for r, t in zip(results, truths, strict=True) if t.empty).false_per_10h > 1.0


@pytest.mark.parametrize(
    "which",
    [(890, "footpod", 1), (1140, "steady 1 s", 0), (1440, "stops timer in recoveries", 2), (1800, "city canyon", 3)],
)
def test_a_season_leads_to_its_speeds_and_days(which):
    season = accuracy_seasons.season_outcome(which)
    assert season.exact, season
    assert abs(season.five_k_error) <= 0.04, season
    assert abs(season.max_error) <= 0.06, season


@pytest.mark.real
@pytest.mark.parametrize(
    ("runner", "f1", "edges"), [("runner_a", 0.95, 0.75), ("runner_c", 0.9, 0.75), ("runner_e", 0.93, 0.75)]
)
def test_timed_laps_are_found(runner, f1, edges):
    root = recordings.folder()
    if root is None or not (root / runner).is_dir():
        pytest.skip(f"no real recordings: set {recordings.VARIABLE} to a folder of them")
    rng = random.Random(1)
    timed = accuracy_truth.timed_runs(root, runner)
    lapped, plain = ([run for run in timed if bool(run.efforts) is some] for some in (True, False))
    chosen = rng.sample(lapped, min(12, len(lapped))) + rng.sample(plain, 12)
    season = legspeed.season([root / runner / run.file for run in chosen], laps=False, jobs=1)
    result = accuracy_truth.scored(accuracy_truth.counted(season), chosen)
    said = accuracy_real.worst(runner, season, chosen, show=3)
    assert result.true >= 25
    assert result.f1 >= f1, said
    assert result.edges_within(2.0) >= edges
    assert result.exact >= 0.75 * result.sessions, said
    assert result.false <= 2, said
