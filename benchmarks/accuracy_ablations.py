"""What each part is worth: the same runs without it, and the usual threshold rules in the same table.

A variant changes the recordings, the settings, or the digests on their way from map to reduce; the code is the same.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, Table
from benchmarks.accuracy_rules import above_easy, above_five_k
from benchmarks.accuracy_scoring import Score, Span, score
from benchmarks.accuracy_simulated import (
    ATHLETES_S,
    Outcome,
    Sum,
    Truth,
    athlete,
    decidable,
    judged,
    outcome,
    simulated,
)
from benchmarks.accuracy_truth import TimedRun, counted, file_of, scored
from legspeed import Activity, RunDigest, Settings, digest, read_all, season
from legspeed.errors import ReadError
from legspeed.model import Assessability, Burst
from legspeed.readers import Entry, discover
from legspeed.segmenter.grade import flat_speed

#: A small part of the grid: its watches, one seed.
WATCHES: Final = (
    "steady 1 s",
    "heavily smoothed",
    "distance integrated from speed",
    "city canyon",
    "stops timer in recoveries",
)
RULES: Final = ("recorded speed above 1.05 × 5 km speed for 4 s", "1.15 × the run's easy speed for 8 s")


_DEFAULT: Final = Settings()


@dataclass(frozen=True)
class Variant:
    """One way to do without something."""

    activity: Callable[[Activity], Activity] | None = None
    settings: Settings = _DEFAULT
    digest: Callable[[RunDigest], RunDigest] | None = None

    def of(self, activity: Activity) -> RunDigest:
        """Digest a run this way."""
        changed = activity if self.activity is None else self.activity(activity)
        result = digest(changed, settings=self.settings, laps=False)
        return result if self.digest is None else self.digest(result)


def without(*columns: str) -> Callable[[Activity], Activity]:
    """Return what drops columns of a recording."""
    return functools.partial(_dropped, columns=columns)


def _dropped(activity: Activity, columns: Sequence[str]) -> Activity:
    absent: dict[str, Any] = dict.fromkeys(columns)
    return dataclasses.replace(activity, **absent)


def minetti_factor(grade: float) -> float:
    """Return the metabolic cost of running on a slope over that on the level (Minetti 2002), within ± 0.45."""
    g = min(max(grade, -0.45), 0.45)
    return (155.4 * g**5 - 30.4 * g**4 - 43.3 * g**3 + 46.3 * g**2 + 19.5 * g + 3.6) / 3.6


def with_minetti(run: RunDigest) -> RunDigest:
    """Credit slopes by metabolic cost, whatever the duration, instead of by the sprint factor."""
    return dataclasses.replace(run, bursts=tuple(map(_as_by_minetti, run.bursts)))


def _as_by_minetti(burst: Burst) -> Burst:
    """Scale the speeds of a burst so that what the judge makes of them is speed × metabolic cost."""
    if burst.grade is None or burst.grade <= 0:
        return burst
    slope = _DEFAULT.slope
    ours = flat_speed(1.0, burst.grade, burst.grade_se, burst.duration_s, slope)
    if ours <= 1.0:  # the slope is too unsure to earn anything
        return burst
    scale = minetti_factor(burst.grade) / ours
    return dataclasses.replace(burst, **{name: scale * getattr(burst, name) for name in _SPEEDS})


#: What the judge holds against the gate.
_SPEEDS: Final = (
    "plateau_speed_mps",
    "mid_speed_mps",
    "low_speed_mps",
    "peak_speed_mps",
    "bar_low_mps",
    "bar_high_mps",
)

#: Streams taken as simultaneous, unless they are almost the same curve; no delay shared by all of them.
_NO_LAG: Final = Settings.from_mapping(
    {
        "signal": {"lag_correlation": 0.9, "recorded_lag_s": 0, "cadence_lag_s": 0},
        "judging": {"delay_most_s": 0},
    }
)
_POSITION: Final = ("latitude_deg", "longitude_deg")

VARIANTS: Final[Mapping[str, Variant]] = {
    "everything": Variant(),
    "without cadence": Variant(without("cadence_spm")),
    "without lag": Variant(settings=_NO_LAG),
    "Minetti's cost instead of the sprint factor": Variant(digest=with_minetti),
    "recorded speed and cadence only": Variant(without(*_POSITION, "distance_m")),
    "positions and cadence only": Variant(without("speed_mps", "distance_m")),
    "positions only": Variant(without("speed_mps", "distance_m", "cadence_spm")),
}


@dataclass(frozen=True)
class Reading:
    """What the variants and the rules make of one recording."""

    file: str
    digests: Mapping[str, RunDigest]
    spans: Mapping[str, Sequence[Span]]


def readings(entry: Entry, five_k_mps: float) -> tuple[Reading, ...]:
    """Read one file and digest its (first) run in every way."""
    try:
        activity = dataclasses.replace(read_all(entry)[0], source=entry.source)
    except ReadError:
        return ()
    return (_reading(activity, five_k_mps),)


def _reading(activity: Activity, five_k_mps: float) -> Reading:
    spans = (above_five_k(activity, five_k_mps), above_easy(activity))
    digests = {name: variant.of(activity) for name, variant in VARIANTS.items()}
    return Reading(activity.source, digests, dict(zip(RULES, spans, strict=True)))


@dataclass(frozen=True)
class RealScore:
    """Score on a runner's timed laps, the season's constant shift taken out or left in; share of runs assessable."""

    aligned: Score
    raw: Score
    assessable: float

    @classmethod
    def of(cls, found: Mapping[str, Sequence[Span]], timed: Sequence[TimedRun], assessable: float) -> RealScore:
        """Score both ways."""
        return cls(scored(found, timed), scored(found, timed, align=False), assessable)


def real_scores(measured: Measured, runner: str) -> dict[str, RealScore]:
    """Return per variant and rule how a runner's timed laps are found."""
    whole, timed = measured.season(runner), measured.timed(runner)
    root = measured.folder(runner)
    work = functools.partial(readings, five_k_mps=whole.yardstick.five_k_speed_mps)
    entries = [entry for entry in discover(root or Path()) if entry.source in {run.source for run in whole.runs}]
    read = [r for some in measured.spread(f"{runner}, ablations", work, entries) for r in some]
    scores: dict[str, RealScore] = {}
    for name, variant in VARIANTS.items():
        result = season([r.digests[name] for r in read], settings=variant.settings, laps=False)
        share = sum(run.assessable.strides for run in result.runs) / max(1, len(result.runs))
        scores[name] = RealScore.of(counted(result), timed, share)
    for name in RULES:
        scores[name] = RealScore.of({file_of(r.file): r.spans[name] for r in read}, timed, 1.0)
    return scores


def simulated_outcomes(where: tuple[int, str]) -> dict[str, tuple[Outcome, ...]]:
    """Return per variant and rule the outcomes of one athlete (5 km time in s) on one watch."""
    five_k_mps = athlete(where[0]).five_k_speed_mps
    truths, read = [], []
    for run in simulated(*where, seeds=1):
        truths.append(Truth.of(run))
        read.append(_reading(run.activity, five_k_mps))
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    for name, variant in VARIANTS.items():
        found = judged([r.digests[name] for r in read], variant.settings)
        outcomes[name] = tuple(outcome(truth, found[truth.source], *where) for truth in truths)
    for name in RULES:
        outcomes[name] = tuple(_by_rule(t, r.spans[name], where) for t, r in zip(truths, read, strict=True))
    return outcomes


def _by_rule(truth: Truth, spans: Sequence[Span], where: tuple[int, str]) -> Outcome:
    """Hold what a rule has found against the truth; it calls every run assessable."""
    every = Assessability(True, True)
    asked, ignore = decidable(truth.efforts, every)
    result = score(spans, [(t.start_s, t.end_s) for t in asked], seconds=truth.seconds, ignore=ignore)
    return Outcome(*where, truth.source, 0, every, truth.empty, result)


def section(measured: Measured) -> Section:
    """Print one line per variant and rule."""
    where = [(five_k_s, watch) for five_k_s in ATHLETES_S for watch in WATCHES]
    parts = measured.spread("simulated seasons, ablations", simulated_outcomes, where)
    outcomes = {name: [o for part in parts for o in part[name]] for name in (*VARIANTS, *RULES)}
    runners = [r for r in ("runner_a", "runner_c") if measured.folder(r) is not None]
    real = {runner: real_scores(measured, runner) for runner in runners}
    head = ["", "simulated", "assessable", "false/10h"]
    for runner in runners:
        head += [f"{runner[-1].upper()} aligned", "as found", "assessable", "false/10h"]
    rows = []
    for name, some in outcomes.items():
        sums = Sum.of(some)
        f1 = f"{sums.score.strict_f1:.3f}" if sums.score.true else "-"
        row = [name, f1, f"{sums.strides:.0%}", f"{sums.empty.false_per_10h:.2f}" if sums.empty.seconds else "-"]
        for runner in runners:
            result = real[runner][name]
            row += [f"{result.aligned.f1:.3f}", f"{result.raw.f1:.3f}", f"{result.assessable:.0%}"]
            row.append(f"{result.aligned.false_per_10h:.2f}")
        rows.append(row)
    title = "F1 at IoU 0.5 without parts of the method, and of the usual rules"
    return Section("ablations", title, tables=(Table(head, rows, 48, 11),))
