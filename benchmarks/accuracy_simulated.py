"""Simulated runs held against their truth: every session, on every watch, by four athletes."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.accuracy_print import Line, Section, at_least, at_most, table
from benchmarks.accuracy_scoring import RIGHT, Score, Span, matches, overlap_s, score, total
from benchmarks.accuracy_truth import spans_of
from legspeed import Effort, RunDigest, digest, season
from legspeed.model import COUNTING_KINDS, Assessability
from legspeed.simulate import SESSIONS, WATCHES, Runner, SimulatedRun, TrueEffort, simulate_run

#: Seconds over 5 km of the four athletes: 14:50, 19:00, 24:00 and 30:00.
ATHLETES_S: Final = (890, 1140, 1440, 1800)
#: Between these shares of the slowest that counts no measurement can tell: neither right nor wrong.
UNDECIDABLE: Final = (0.95, 1.05)
_FIRST: Final = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)

#: Watches that record every second (or oftener), and speed or distance beside positions.
DENSE: Final = tuple(
    name for name, w in WATCHES.items() if not w.smart and (w.speed, w.distance) != ("none", "none")
)


@dataclass(frozen=True)
class Outcome:
    """One simulated run as it was judged.

    ``kinds`` are (true, found) kinds of the matched efforts, ``sure`` (confidence, right) of every effort of a kind
    that counts, ``empty`` tells that there was nothing to find.
    """

    athlete_s: int
    watch: str
    session: str
    seed: int
    assessable: Assessability
    empty: bool
    hills: bool
    score: Score
    kinds: tuple[tuple[str, str], ...] = ()
    sure: tuple[tuple[float, bool], ...] = ()


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


def judged(digests: Sequence[RunDigest], **options: Any) -> dict[str, tuple[Assessability, tuple[Effort, ...]]]:  # noqa: ANN401
    """Judge a season by itself, no pace given, and return assessability and efforts by source."""
    return {run.source: (run.assessable, run.efforts) for run in season(list(digests), laps=False, **options).runs}


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


def outcome(
    run: SimulatedRun, truth: Sequence[TrueEffort], assessable: Assessability, efforts: Sequence[Effort], **who: Any  # noqa: ANN401
) -> Outcome:
    """Hold what was found in one run against its truth; nothing is asked of a run called not assessable."""
    asked, ignore = decidable(truth, assessable)
    spans = [(t.start_s, t.end_s) for t in asked]
    found = [e for e in efforts if e.counts]
    result = Score()
    kinds: list[tuple[str, str]] = []
    sure: list[tuple[float, bool]] = []
    if assessable.strides:
        result = score(spans_of(found), spans, seconds=run.activity.elapsed_s, ignore=ignore)
        pairs = matches(spans_of(found), spans, RIGHT)
        kinds = [(asked[j].kind, found[i].kind) for i, j in pairs.items()]
        shown = [e for e in efforts if e.kind in COUNTING_KINDS]
        right = matches([(e.start_s, e.end_s) for e in shown], spans, RIGHT)
        sure = [
            (e.confidence, i in right)
            for i, e in enumerate(shown)
            if i in right or not any(overlap_s((e.start_s, e.end_s), span) for span in ignore)
        ]
    return Outcome(
        assessable=assessable,
        empty=not any(t.counts for t in truth),
        hills=any(t.counts and t.kind == "hill_sprint" for t in truth),
        score=result,
        kinds=tuple(kinds),
        sure=tuple(sure),
        **who,
    )


def season_outcomes(
    where: tuple[int, str], seeds: int = 1, sessions: Iterable[str] = SESSIONS
) -> tuple[Outcome, ...]:
    """Simulate, digest and judge the season of one athlete (5 km time in s) on one watch."""
    five_k_s, watch = where
    runs, digests = [], []
    for run in simulated(five_k_s, watch, seeds, sessions):
        digests.append(digest(run.activity, laps=False))
        runs.append((run, run.truth))
    found = judged(digests)
    return tuple(
        outcome(
            run,
            truth,
            *found[run.activity.source],
            athlete_s=five_k_s,
            watch=watch,
            session=run.activity.source.rpartition(" ")[0],
            seed=int(run.activity.source.rpartition(" ")[2]),
        )
        for run, truth in runs
    )


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


def section(outcomes: Sequence[Outcome], seeds: int) -> Section:
    """Print the targets, and sums by athlete, watch and session."""
    every = Sum.of(outcomes)
    dense = Sum.of([o for o in outcomes if o.watch in DENSE])
    share = f"assessable {every.strides:.1%} of the runs, {every.score.true} efforts"
    lines: list[Line] = [
        at_least("F1 at IoU 0.5, an effort with its edges off missed and false", every.score.strict_f1, 0.97, note=share),
        at_least("kinds right", every.kinds_right, 0.95, ".1%", note=_confused(outcomes)),
        at_most(
            "false per 10 h on runs with none",
            every.empty.false_per_10h,
            0.2,
            note=f"in {every.empty.seconds / 3600:.0f} h",
        ),
        at_least("1 s recordings with speed or distance assessable for strides", dense.strides, 0.99, ".1%"),
        at_least("… and for hill sprints", dense.hills, 0.90, ".1%"),
    ]
    head = ("", "runs", "efforts", "F1", "recall", "precision", "kinds", "false/10h", "strides", "hills")
    rows: list[Sequence[str]] = []
    groups: Mapping[str, Callable[[Outcome], str]] = {
        "athlete": lambda o: f"{o.athlete_s // 60}:{o.athlete_s % 60:02} for 5 km",
        "watch": lambda o: o.watch,
        "session": lambda o: o.session,
    }
    for name, key in groups.items():
        rows.append((f"by {name}", *[""] * (len(head) - 1)))
        for value in dict.fromkeys(key(o) for o in outcomes):
            rows.append(_row(value, Sum.of([o for o in outcomes if key(o) == value])))
    pairs = sorted({(o.watch, o.session) for o in outcomes})
    sums = {pair: Sum.of([o for o in outcomes if (o.watch, o.session) == pair]) for pair in pairs}
    worst = sorted(pairs, key=lambda pair: -(sums[pair].score.missed + sums[pair].score.stray))
    rows.append(("most errors", *[""] * (len(head) - 1)))
    rows += [_row(f"{session}, {watch}", sums[watch, session]) for watch, session in worst[:20]]
    title = f"simulated, {len(ATHLETES_S)} athletes × {len(SESSIONS)} sessions × {len(WATCHES)} watches × {seeds} seeds"
    return Section("simulated", title, tuple(lines), table(head, rows, first=44, other=9))


def _row(name: str, s: Sum) -> Sequence[str]:
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
