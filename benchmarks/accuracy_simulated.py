"""Simulated runs held against their truth: every session, on every watch, by four athletes."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.accuracy_mistakes import mistakes
from benchmarks.accuracy_print import Line, Section, Table, at_least, at_most, told
from benchmarks.accuracy_scoring import RIGHT, Score, Span, matches, overlap_s, score, total
from benchmarks.accuracy_truth import spans_of
from legspeed import Effort, Run, RunDigest, Settings, digest, season
from legspeed.model import COUNTING_KINDS, Assessability
from legspeed.simulate import SESSIONS, WATCHES, Runner, SimulatedRun, TrueEffort, simulate_run

#: Seconds over 5 km of the four athletes: 14:50, 19:00, 24:00 and 30:00.
ATHLETES_S: Final = (890, 1140, 1440, 1800)
#: Between these shares of the slowest that counts no measurement can tell: neither right nor wrong.
UNDECIDABLE: Final = (0.95, 1.05)
#: So many groups of session and watch are shown, those with most errors.
_WORST: Final = 20
#: Over the rows of sums.
HEAD: Final = ("", "runs", "efforts", "F1", "recall", "precision", "kinds", "false/10h", "strides", "hills")
_FIRST: Final = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)

#: Watches that record every second (or oftener), and speed or distance beside positions.
DENSE: Final = tuple(name for name, w in WATCHES.items() if not w.smart and (w.speed, w.distance) != ("none", "none"))


@dataclass(frozen=True)
class Truth:
    """What really happened in one simulated run: its name (session and seed), its length, its efforts."""

    source: str
    seconds: float
    efforts: tuple[TrueEffort, ...]

    @classmethod
    def of(cls, run: SimulatedRun) -> Truth:
        """Keep of a run what scoring needs; its motion alone takes megabytes."""
        return cls(run.activity.source, run.activity.elapsed_s, run.truth)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to find."""
        return not any(effort.counts for effort in self.efforts)


@dataclass(frozen=True)
class Outcome:
    """One simulated run as it was judged.

    ``kinds`` are (true, found) kinds of the matched efforts, ``sure`` (confidence, right) of every effort of a kind
    that counts, ``speeds`` the errors of mean and peak speed of the matched efforts as shares of the true ones,
    and that of the mean in its stated standard errors; ``empty`` tells that there was nothing to find.
    """

    athlete_s: int
    watch: str
    session: str
    seed: int
    assessable: Assessability
    empty: bool
    score: Score
    kinds: tuple[tuple[str, str], ...] = ()
    sure: tuple[tuple[float, bool], ...] = ()
    speeds: tuple[tuple[float, float, float], ...] = ()
    mistakes: tuple[str, ...] = ()


def athlete(five_k_s: int) -> Runner:
    """Return the athlete of that 5 km time: an individual, the same each time."""
    return Runner.of(five_k_s=five_k_s, seed=five_k_s)


def simulated(five_k_s: int, watch: str, seeds: int, sessions: Iterable[str] = SESSIONS) -> Iterator[SimulatedRun]:
    """Yield every session, as often as there are seeds, one a day."""
    runner = athlete(five_k_s)
    names = list(sessions)
    for seed in range(seeds):
        for number, name in enumerate(names):
            day = dt.timedelta(days=seed * len(names) + number)
            yield simulate_run(
                runner, name, watch, _FIRST + day, seed=seed * 10_007 + five_k_s, source=f"{name} {seed}"
            )


def judged(digests: Sequence[RunDigest], settings: Settings | None = None) -> dict[str, Run]:
    """Judge a season by itself, no pace given, and return its runs by source."""
    return {run.source: run for run in season(list(digests), settings=settings, laps=False).runs}


def decidable(truth: Iterable[TrueEffort], assessable: Assessability) -> tuple[list[TrueEffort], list[Span]]:
    """Return the efforts that must be found, and the spans about which nothing can be asked.

    Those too near to what just counts are among the latter, and hill sprints where the run is called not assessable
    for them.
    """
    asked, ignore = [], []
    for effort in truth:
        near = UNDECIDABLE[0] <= effort.gate_ratio <= UNDECIDABLE[1]
        hidden = effort.kind == "hill_sprint" and not assessable.hill_sprints
        if near or hidden:
            ignore.append((effort.start_s, effort.end_s))
        elif effort.counts:
            asked.append(effort)
    return asked, ignore


def outcome(truth: Truth, run: Run, athlete_s: int, watch: str) -> Outcome:
    """Hold what was found in one run against its truth; nothing is asked of a run called not assessable."""
    assessable = run.assessable
    asked, ignore = decidable(truth.efforts, assessable)
    spans = [(t.start_s, t.end_s) for t in asked]
    found = [e for e in run.efforts if e.counts]
    result = Score()
    kinds: list[tuple[str, str]] = []
    sure: list[tuple[float, bool]] = []
    speeds: list[tuple[float, float, float]] = []
    wrong: tuple[str, ...] = ()
    if assessable.strides:
        result = score(spans_of(found), spans, seconds=truth.seconds, ignore=ignore)
        pairs = matches(spans_of(found), spans, RIGHT)
        kinds = [(asked[j].kind, found[i].kind) for i, j in pairs.items()]
        speeds = [_speed_errors(found[i], asked[j]) for i, j in pairs.items()]
        shown = [e for e in run.efforts if e.kind in COUNTING_KINDS]
        right = matches([(e.start_s, e.end_s) for e in shown], spans, RIGHT)
        sure = [
            (e.confidence, i in right)
            for i, e in enumerate(shown)
            if i in right or not any(overlap_s((e.start_s, e.end_s), span) for span in ignore)
        ]
        wrong = mistakes(run, spans, ignore=ignore)
    session, _, seed = truth.source.rpartition(" ")
    return Outcome(
        athlete_s,
        watch,
        session,
        int(seed),
        assessable,
        truth.empty,
        result,
        tuple(kinds),
        tuple(sure),
        tuple(speeds),
        wrong,
    )


def _speed_errors(effort: Effort, truth: TrueEffort) -> tuple[float, float, float]:
    mean, peak = effort.mean_speed_mps or 0.0, effort.peak_speed_mps or 0.0
    stated = (mean - truth.mean_mps) / (effort.mean_speed_se_mps or 1e-6)
    return mean / truth.mean_mps - 1.0, peak / truth.peak_mps - 1.0, stated


def season_outcomes(where: tuple[int, str], seeds: int = 1, sessions: Iterable[str] = SESSIONS) -> tuple[Outcome, ...]:
    """Simulate, digest and judge the season of one athlete (5 km time in s) on one watch."""
    return held(simulated(*where, seeds, sessions), *where)


def held(runs: Iterable[SimulatedRun], athlete_s: int, watch: str) -> tuple[Outcome, ...]:
    """Judge the runs as one season and hold each against its truth."""
    truths, digests = [], []
    for run in runs:
        truths.append(Truth.of(run))
        digests.append(digest(run.activity, laps=False))
    found = judged(digests)
    return tuple(outcome(truth, found[truth.source], athlete_s, watch) for truth in truths)


Spread = Callable[[str, Callable[[Any], Any], Sequence[Any]], list[Any]]


def grid(seeds: int, spread: Spread) -> tuple[Outcome, ...]:
    """Return the outcome of every session, watch, athlete and seed; a season is one athlete on one watch."""
    seasons = [(five_k_s, watch) for five_k_s in ATHLETES_S for watch in WATCHES]
    work = functools.partial(season_outcomes, seeds=seeds)
    return tuple(row for rows in spread("simulated seasons", work, seasons) for row in rows)


# ---------------------------------------------------------------------------------------------------- reporting


@dataclass(frozen=True)
class Sum:
    """Outcomes added up: scores of assessable runs, shares, and false efforts where there was nothing to find."""

    runs: int
    score: Score
    empty: Score
    strides: float
    hills: float
    kinds_right: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Sum:
        """Add up."""
        kinds = [pair for o in outcomes for pair in o.kinds]
        return cls(
            len(outcomes),
            total(o.score for o in outcomes),
            total(o.score for o in outcomes if o.empty),
            sum(o.assessable.strides for o in outcomes) / max(1, len(outcomes)),
            sum(o.assessable.hill_sprints for o in outcomes) / max(1, len(outcomes)),
            sum(true == found for true, found in kinds) / max(1, len(kinds)),
        )


def section(outcomes: Sequence[Outcome], seeds: int, show: int) -> Section:
    """Print the targets, sums by athlete, watch and session, and up to `show` mistakes of each worst group."""
    every = Sum.of(outcomes)
    dense = Sum.of([o for o in outcomes if o.watch in DENSE])
    share = f"assessable {every.strides:.1%} of the runs, {every.score.true} efforts"
    lines = (
        at_least(
            "F1 at IoU 0.5, an effort with its edges off missed and false", every.score.strict_f1, 0.97, note=share
        ),
        at_least("kinds right", every.kinds_right, 0.95, ".1%", note=_confused(outcomes)),
        at_most(
            "false per 10 h on runs with none",
            every.empty.false_per_10h,
            0.2,
            note=f"in {every.empty.seconds / 3600:.0f} h",
        ),
        at_least("1 s recordings with speed or distance assessable for strides", dense.strides, 0.99, ".1%"),
        at_least("… and for hill sprints", dense.hills, 0.90, ".1%"),
        told("onsets and ends within 2 s", f"{every.score.edges_within(2.0):.1%}", every.score.edges_within(2.0)),
        *(_speeds(name, [pair[k] for o in outcomes for pair in o.speeds]) for k, name in enumerate(("mean", "peak"))),
        _stated([pair[2] for o in outcomes for pair in o.speeds]),
    )
    rows: list[Sequence[str]] = []
    groups: Mapping[str, Callable[[Outcome], str]] = {
        "by athlete": lambda o: f"{o.athlete_s // 60}:{o.athlete_s % 60:02} for 5 km",
        "by watch": lambda o: o.watch,
        "by session": lambda o: o.session,
    }
    for name, key in groups.items():
        rows += [(name,), *(row(value, Sum.of(some)) for value, some in _grouped(outcomes, key).items())]
    pairs = _grouped(outcomes, lambda o: f"{o.session}, {o.watch}")
    sums = {pair: Sum.of(some) for pair, some in pairs.items()}
    worst = sorted(sums, key=lambda pair: -(sums[pair].score.missed + sums[pair].score.stray))[:_WORST]
    rows += [("most errors",), *(row(pair, sums[pair]) for pair in worst)]
    cases = [line for pair in worst for line in _mistakes(pairs[pair], show)]
    title = f"simulated, {len(ATHLETES_S)} athletes × {len(SESSIONS)} sessions × {len(WATCHES)} watches × {seeds} seeds"
    return Section("simulated", title, lines, (Table(HEAD, rows, first=52, other=9),), tuple(cases))


def _speeds(which: str, errors: Sequence[float]) -> Line:
    ranked = sorted(errors) or [0.0]
    low, middle, high = (ranked[int(part * (len(ranked) - 1))] for part in (0.1, 0.5, 0.9))
    note = f"from {low:+.1%} to {high:+.1%} in four of five"
    return told(f"{which} speed of an effort, median error", f"{middle:+.1%}", middle, note)


def _stated(errors: Sequence[float]) -> Line:
    """Tell how often a mean speed is within one and two of its stated standard errors (of a normal error 68, 95 %)."""
    one, two = (sum(abs(error) <= most for error in errors) / max(1, len(errors)) for most in (1.0, 2.0))
    return told("mean speed within its stated standard error", f"{one:.1%}", one, f"within two {two:.1%}")


def _grouped(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for o in outcomes:
        groups.setdefault(key(o), []).append(o)
    return groups


def _mistakes(outcomes: Sequence[Outcome], show: int) -> list[str]:
    """Return some mistakes of a group, each with the run that it is in."""
    lines = [f"{o.session} {o.seed}, {o.watch}, {o.athlete_s} s: {line}" for o in outcomes for line in o.mistakes]
    return lines[:show]


def row(name: str, s: Sum) -> Sequence[str]:
    """Return a row of a table under :data:`HEAD`."""
    good = s.score.hits
    precision = good / max(1, good + s.score.stray)
    scores = (s.score.strict_f1, good / max(1, s.score.true), precision) if s.score.true else ()
    cells = [f"{value:.3f}" for value in scores] or ["-"] * 3
    false = f"{s.empty.false_per_10h:.2f}" if s.empty.seconds else "-"
    kinds = f"{s.kinds_right:.1%}" if good else "-"
    return (name, str(s.runs), str(s.score.true), *cells, kinds, false, f"{s.strides:.0%}", f"{s.hills:.0%}")


def _confused(outcomes: Sequence[Outcome]) -> str:
    """Return the commonest wrong kinds."""
    wrong: dict[str, int] = {}
    for pair in (pair for o in outcomes for pair in o.kinds if pair[0] != pair[1]):
        wrong[" → ".join(pair)] = wrong.get(" → ".join(pair), 0) + 1
    most = sorted(wrong.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {count}" for name, count in most)
