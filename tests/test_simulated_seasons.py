"""Whole seasons with known gaps: from simulated recordings to the dates of the gaps, as a runner gets them.

Each season has a stretch of 9 to 60 days with runs and without speed work, an injury of two to four weeks without any
run, a change of watch and, every third one, files in which short efforts cannot be seen. Nothing is said of the runner.
Fast descents are left out of the easy runs: telling those from efforts is the segmenter's, and tested there.
"""

import dataclasses
import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from legspeed import season
from legspeed.segmenter import digest
from legspeed.settings import Settings
from legspeed.simulate import WATCHES, Runner, plan_season, simulate_season

SETTINGS = Settings()
FIRST = dt.date(2026, 1, 5)
WEEKS = 16
BLIND = dataclasses.replace(WATCHES["steady 1 s"], name="a record every 10 s", rate_hz=0.1)
OTHERS = ("footpod", "windy barometer", "1 m altitude steps", "2 Hz")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """The true gaps of one season, and the report."""

    true: tuple[tuple[dt.date, dt.date], ...]
    touched: tuple[dt.date, ...]
    report: object
    blind: bool

    @property
    def found(self):
        return tuple((gap.start, gap.end) for gap in self.report.gaps)


def judged(seed):
    """Return the outcome of one season."""
    rng = np.random.default_rng(seed)
    start = FIRST + dt.timedelta(days=int(rng.integers(10, 18)))
    barred = start, start + dt.timedelta(days=int(rng.integers(8, 60)))
    hurt = barred[1] + dt.timedelta(days=int(rng.integers(3, 8)))
    injured = hurt, hurt + dt.timedelta(days=int(rng.integers(14, 29)))
    changed = FIRST + dt.timedelta(weeks=int(rng.integers(5, 12)))
    second, blind = str(rng.choice(OTHERS)), seed % 3 == 2
    kept = []
    for run in plan_season(FIRST, WEEKS, seed, speed_per_week=1.8, without=(barred, injured)):
        date, unseen = run.start.date(), blind and rng.random() < 0.25
        if injured[0] <= date <= injured[1]:
            continue
        details = run.details if run.session != "easy_run" else {**run.details, "downhill": False}
        watch = BLIND if unseen else second if date >= changed else run.watch
        kept.append(dataclasses.replace(run, watch=watch, details=details))
    runs = list(simulate_season(Runner.of(float(rng.uniform(930, 1700)), seed), kept, seed))
    report = season([digest(run.activity, settings=SETTINGS) for run in runs])
    dates = sorted(run.activity.start.date() for run in runs)
    touched = tuple(sorted({run.activity.start.date() for run in runs if run.counted}))
    edges = sorted({dates[0], *touched, dates[-1]})
    true = tuple((a, b) for a, b in pairwise(edges) if (b - a).days > SETTINGS.gaps.notice_d)
    return Outcome(true, touched, report, blind)


def check_ranges(outcome):
    """The true longest stretch inside every gap found lies in its range; a level never claims more than there was."""
    for gap in outcome.report.gaps:
        inside = [gap.start, *(d for d in outcome.touched if gap.start < d < gap.end), gap.end]
        longest = max((b - a).days for a, b in pairwise(inside))
        assert gap.days_min <= longest <= gap.days, (gap, longest)


def share_exact(outcomes):
    """Return how many of the true gaps were found to the day, and how many there were."""
    true = [(number, gap) for number, outcome in enumerate(outcomes) for gap in outcome.true]
    found = {(number, gap) for number, outcome in enumerate(outcomes) for gap in outcome.found}
    return sum(gap in found for gap in true), len(true)


def false_flags(outcomes):
    """Return the gaps found at the level of a flag where no true gap of that level overlaps them."""
    flag_d = SETTINGS.gaps.flag_d
    return [
        gap
        for outcome in outcomes
        for gap in outcome.report.gaps
        if gap.days > flag_d
        and not any((b - a).days > flag_d and a < gap.end and gap.start < b for a, b in outcome.true)
    ]


def test_a_few_seasons():
    outcomes = [judged(seed) for seed in (1, 2, 3)]
    exact, gaps = share_exact([o for o in outcomes if not o.blind])
    assert exact == gaps >= 4
    (unseen,) = [o for o in outcomes if o.blind]
    assert any(not run.assessable.strides for run in unseen.report.runs)
    check_ranges(unseen)


@pytest.mark.slow
def test_thirty_seasons():
    outcomes = [judged(seed) for seed in range(100, 145)]
    seen = [outcome for outcome in outcomes if not outcome.blind]
    exact, gaps = share_exact(seen)
    print(f"{exact} of {gaps} gaps exact in {len(seen)} seasons, {len(false_flags(seen))} false flags")
    assert len(seen) >= 30
    assert exact >= 0.98 * gaps
    assert false_flags(seen) == []
    for outcome in outcomes:
        check_ranges(outcome)
    found = [gap for outcome in outcomes for gap in outcome.report.gaps]
    print(
        f"{len(found)} gaps of {len(outcomes)} seasons hold the truth in their range, "
        f"{sum(gap.days_min < gap.days for gap in found)} of them a range"
    )
