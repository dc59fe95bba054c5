"""Real recordings against the lap key of their runners, and what is known of recordings without timed laps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_mistakes import mistakes
from benchmarks.accuracy_print import Line, Section, at_least, at_most, told
from benchmarks.accuracy_scoring import Score
from benchmarks.accuracy_truth import REACH_S, TimedRun, counted, file_of, scored, shift_of
from legspeed import Run, Season

#: So many files are shown, those with most errors.
_WORST: Final = 12
_TIMED: Final = ("runner_a", "runner_c", "runner_e")


def laps(measured: Measured) -> Section:
    """Hold runners A, C and E against their timed laps; laps ignored, no pace given."""
    title = "runners A, C and E against their timed laps; laps ignored, no pace given"
    if any(measured.folder(name) is None for name in _TIMED):
        return absent("laps", title)
    right: dict[str, Score] = {}
    tight: dict[str, Score] = {}
    raw: dict[str, Score] = {}
    shares: dict[str, float] = {}
    cases: list[str] = []
    for name in _TIMED:
        season, timed = measured.season(name), measured.timed(name)
        found = counted(season)
        right[name], raw[name] = scored(found, timed), scored(found, timed, align=False)
        tight[name] = scored(found, timed, least=0.7)
        shares[name] = _assessable(season, timed)
        cases += worst(name, season, timed, measured.show)
    a, c, e = (right[name] for name in _TIMED)
    notes = {name: f"{right[name].hits} of {right[name].true}; {shares[name]:.1%} assessable" for name in _TIMED}
    both, every = a + c, a + c + e
    lines = (
        at_least("A: F1 at IoU 0.5", a.f1, 0.98, note=notes["runner_a"]),
        at_least("A: F1 at IoU 0.7", tight["runner_a"].f1, 0.95),
        at_least("A: F1 at IoU 0.5, the watch's constant delay left in", raw["runner_a"].f1, 0.92),
        at_most(f"C: missed at IoU 0.5, of {c.true}", c.missed, 2, ".0f"),
        at_most(f"C: missed at IoU 0.7, of {c.true}", tight["runner_c"].missed, 3, ".0f"),
        told("C: F1 at IoU 0.5", f"{c.f1:.3f}", c.f1, notes["runner_c"]),
        at_least("E (smart recording): F1 at IoU 0.5", e.f1, 0.90, note=notes["runner_e"]),
        at_least("A and C: sessions with the exact count", both.exact / max(1, both.sessions), 0.95, ".1%"),
        at_least("onsets and ends within 2 s", every.edges_within(2.0), 0.80, ".1%"),
        at_most("false per 10 h of all runs", every.false_per_10h, 0.2, note=f"{every.false} in {_hours(every)}"),
        at_least("runs assessable, the least of the three", min(shares.values()), 1.0, ".1%"),
    )
    return Section("laps", title, lines, cases=tuple(cases))


def positions(measured: Measured) -> Section:
    """Hold runner B, whose files have positions and cadence only, against his nine timed strides."""
    title = "runner B: positions and cadence only, a recreational runner"
    if measured.folder("runner_b") is None:
        return absent("positions", title)
    season, timed = measured.season("runner_b"), measured.timed("runner_b")
    result = scored(counted(season), timed)
    note = f"F1 {result.f1:.3f}; {_assessable(season, timed):.1%} assessable"
    lines = (
        at_least(f"timed strides found, of {result.true}", result.hits, 8, ".0f", note),
        at_most("false per 10 h of all runs", result.false_per_10h, 0.5, note=f"{result.false} in {_hours(result)}"),
    )
    return Section("positions", title, lines, cases=tuple(worst("runner_b", season, timed, measured.show)))


@dataclass(frozen=True)
class Noted:
    """What a runner wrote of a session: the reps, and how many efforts of which length (s) that must show."""

    file: str
    text: str
    efforts: int | None = None
    shortest_s: float = 0.0
    longest_s: float = 0.0


#: Sessions of the older watch by their runner's own notes. Lengths are wide bounds around the distance at his paces.
NOTED: Final = (
    Noted("2023-01-19T2150", "8 × 150 m", 8, 17, 32),
    Noted("2023-05-04T1904", "6 × 150 m", 6, 17, 32),
    Noted("2023-02-07T2154", "10 × 400 m in 62-63 s", 10, 56, 75),
    Noted("2023-03-17T1947", "3 × 4 × 400 m", 12, 56, 80),
    Noted("2023-03-21T2048", "4 × (600, 400, 200 m)", 12, 25, 120),
    Noted("2023-01-10T2237", "10 hills"),
    Noted("2023-08-31T2053", "8 hills"),
    Noted("2023-08-30T1227", "rolling strides"),
)


def smart(measured: Measured) -> Section:
    """Look at smart recording: runner A's older watch by his notes, and runner D's short hill sprints."""
    title = "smart recording: sessions as noted, and hill sprints too short for it"
    lines: list[Line] = []
    cases: list[str] = []
    if measured.folder("runner_a_smart") is not None:
        season = measured.season("runner_a_smart")
        runs = {file_of(run.source).partition(".")[0]: run for run in season.runs}
        lines += [_noted(noted, runs.get(noted.file)) for noted in NOTED]
        lines.append(_plain("A's older watch", season))
    if measured.folder("runner_d") is not None:
        season, timed = measured.season("runner_d"), measured.timed("runner_d")
        line, cases = _hill_sprints(season, timed)
        lines += [line, _plain("D", season)]
    if not lines:
        return absent("smart", title)
    return Section("smart", title, tuple(lines), cases=tuple(cases))


def _noted(noted: Noted, run: Run | None) -> Line:
    """Hold one session against its note: efforts of about that length, whether they count or not."""
    what = f"A's older watch, noted as {noted.text}"
    if run is None:
        return told(what, "no recording of it")
    sets = "; ".join(s.text for s in run.sets) or "no efforts"
    if noted.efforts is None:
        return told(what, sets)
    like = [e for e in run.efforts if noted.shortest_s <= e.duration_s <= noted.longest_s]
    target = f"{noted.efforts} of {noted.shortest_s:.0f}-{noted.longest_s:.0f} s"
    return Line(what, float(len(like)), f"{len(like)}", target, len(like) == noted.efforts)


def _plain(who: str, season: Season) -> Line:
    """Tell how often runs show efforts at all: most hold none."""
    some = sum(any(e.counts for e in run.efforts) for run in season.runs)
    hours = sum(run.elapsed_s for run in season.runs) / 3600
    efforts = sum(e.counts for run in season.runs for e in run.efforts)
    note = f"{efforts} in {some} of {len(season.runs)} runs, {hours:.0f} h"
    rate = 10 * efforts / max(1e-9, hours)
    return told(f"{who}: counted efforts in 10 h, right or wrong", f"{rate:.1f}", rate, note)


def _hill_sprints(season: Season, timed: Sequence[TimedRun]) -> tuple[Line, list[str]]:
    """Hold runner D's runs with hill sprints to it: a third found, or called not assessable for them."""
    found, shift = counted(season), shift_of(counted(season), timed)
    runs = {file_of(run.source): run for run in season.runs}
    cases: list[str] = []
    good = every = right = 0
    hilly = [run for run in timed if run.hill_sprints]
    for run in hilly:
        only = TimedRun(run.file, run.seconds, run.hill_sprints, (), ())
        hits = scored(found, [only], shift_s=shift).hits
        assessable = runs[run.file].assessable.hill_sprints if run.file in runs else True
        good += 3 * hits >= len(run.hill_sprints) or not assessable
        every, right = every + len(run.hill_sprints), right + hits
        said = "assessable" if assessable else "not assessable"
        cases.append(f"runner_d/{run.file}: {hits} of {len(run.hill_sprints)} hill sprints, {said}")
    what = f"D: runs with a third of their hill sprints found or hidden, of {len(hilly)}"
    return at_least(what, good, len(hilly), ".0f", f"{right} of {every} found at IoU 0.5"), cases


def worst(name: str, season: Season, timed: Sequence[TimedRun], show: int) -> list[str]:
    """Return the files with missed or false efforts, those with most first, and under each some of its mistakes."""
    found = counted(season)
    shift = shift_of(found, timed)
    runs = {file_of(run.source): run for run in season.runs}
    cases: list[tuple[int, list[str]]] = []
    for truth in timed:
        result = scored(found, [truth], shift_s=shift)
        if not result.missed and not result.false:
            continue
        said: tuple[str, ...] = ("not read",)
        if truth.file in runs:
            said = mistakes(runs[truth.file], truth.efforts, ignore=truth.ignore, reach_s=REACH_S, shift_s=shift)
        case = f"{name}/{truth.file}: {result.missed} missed, {result.false} false"
        cases.append((result.missed + result.false, [case, *(f"  {line}" for line in said[:show])]))
    cases.sort(key=lambda item: -item[0])
    return [line for _, lines in cases[:_WORST] for line in lines]


def _assessable(season: Season, timed: Sequence[TimedRun]) -> float:
    """Return the share of the timed runs that are called assessable for strides; one that was not read is not."""
    named = {file_of(run.source): run.assessable.strides for run in season.runs}
    return sum(named.get(run.file, False) for run in timed) / max(1, len(timed))


def _hours(result: Score) -> str:
    return f"{result.seconds / 3600:.0f} h"


def absent(name: str, title: str) -> Section:
    """Return the section of something that needs recordings which are not at hand."""
    return Section(name, title, (told("not measured", "no real recordings: set LEGSPEED_REAL to a folder of them"),))
