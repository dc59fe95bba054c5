"""The page of single runs: every effort, and on request every refused candidate with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from legspeed.model import Effort, Run, Season
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title
from legspeed.reporter.could_show import could_show
from legspeed.reporter.season_text import counting_sets, left_out, watch_facts, yardstick_facts


def runs_blocks(season: Season, *, units: str, why: bool = False, evidence: bool = False) -> Iterator[Block]:
    """Yield the blocks of every run of a season, one after another.

    Parameters
    ----------
    season : Season
        Whose runs to show.
    units : {"km", "mi"}
        Of paces and distances.
    why : bool
        Whether to list refused candidates.
    evidence : bool
        Whether to say of every effort what it rests on.
    """
    for run in season.runs:
        yield from _run(run, units, why, evidence)
    if season.runs:
        yield Title("Yardstick")
        remedy = "" if season.among else ", or your other runs (--among FOLDER)"
        yield Facts((*yardstick_facts(season.yardstick, units, remedy=remedy), *_among(season), *watch_facts(season)))
    rest = left_out(season)
    if rest:
        yield Title("Not counted")
        yield Facts(rest)


def _among(season: Season) -> Iterator[Fact]:
    """Yield how many other runs speak for these."""
    if season.among:
        yield Fact("Judged among", words.count(season.among, "other run"), "dim")


def _run(run: Run, units: str, why: bool, evidence: bool) -> Iterator[Block]:
    """Yield the blocks of one run."""
    yield Title(run.source, words.day(run.local_date))
    yield Facts(tuple(_about(run, units)))
    if run.efforts:
        yield _efforts(run.efforts, units, evidence)
    if why:
        yield _refused(run)


def _about(run: Run, units: str) -> Iterator[Fact]:
    """Yield what is to be known of a run before its efforts."""
    if run.name:
        yield Fact("Name", run.name)
    device = f" · {run.device}" if run.device else ""
    yield Fact("Run", f"{words.distance(run.distance_m, units)} in {words.clock(run.elapsed_s)}{device}")
    yield could_show(run.assessable)
    sets = counting_sets(run, units)
    for number, text in enumerate(sets):
        yield Fact("" if number else "Speed work", text, "strong")
    if spread := _speed_errors(run.efforts):
        yield Fact("Speeds", spread, "dim")
    if not sets:
        yield Fact("Speed work", "none seen" if run.assessable.strides else "none seen, and it could hardly be", "dim")
    for number, problem in enumerate(run.problems):
        times = f" (×{problem.count})" if problem.count > 1 else ""
        yield Fact("" if number else "Problems", f"{problem.code}: {problem.message}{times}", "dim")


def _speed_errors(efforts: Sequence[Effort]) -> str:
    """Return how well the mean speeds of efforts are known: ``± 2-4 %``; empty where there are none."""
    shares = [
        e.mean_speed_se_mps / e.mean_speed_mps
        for e in efforts
        if e.counts and e.mean_speed_se_mps is not None and e.mean_speed_mps
    ]
    if not shares:
        return ""
    low, high = f"{100 * min(shares):.0f}", f"{100 * max(shares):.0f}"
    return f"known to ± {low if low == high else f'{low}-{high}'} % (standard error of an effort's mean)"


def _efforts(efforts: Sequence[Effort], units: str, evidence: bool) -> Grid:
    """Return the table of efforts; those that do not count are dim and without the mark."""
    columns = (
        Column(""), Column("start", right=True), Column("kind"), Column("tier"), Column("s", right=True),
        Column("m", right=True), Column("m/s", right=True), Column(f"/{units}", right=True),
        Column("flat", right=True), Column("grade", right=True), Column("spm", right=True),
        Column("conf", right=True),
    )  # fmt: skip
    rows = tuple(Row(_cells(effort, units), "" if effort.counts else "dim") for effort in efforts)
    remark = "+ counts as speed work" if any(not effort.counts for effort in efforts) else ""
    if evidence:
        remark = "\n".join(f"{words.clock(e.start_s)}  {'; '.join(e.evidence)}" for e in efforts)
    return Grid(columns, rows, remark)


def _cells(effort: Effort, units: str) -> tuple[str, ...]:
    """Return one effort's row."""
    return (
        "+" if effort.counts else "",
        words.clock(effort.start_s),
        words.kind(effort.kind),
        (effort.tier or "").replace("_", " "),
        f"{effort.duration_s:.0f}",
        words.number(effort.distance_m, 0),
        words.number(effort.mean_speed_mps, 2),
        words.pace(effort.mean_speed_mps, units),
        words.number(effort.flat_speed_mps, 2),
        _grade(effort),
        words.number(effort.cadence_spm, 0),
        words.number(effort.confidence, 2),
    )


def _grade(effort: Effort) -> str:
    """Return the grade in words, with a question mark where it is too unsure to name a hill: ``+6 %?``."""
    doubtful = effort.grade is not None and "grade unknown" in effort.evidence
    return words.percent(effort.grade) + "?" * doubtful


def _refused(run: Run) -> Block:
    """Return the refused candidates, with reason and evidence."""
    if not run.refused:
        return Facts((Fact("Refused", "no candidate was refused", "dim"),))
    rows = tuple(
        Row((words.clock(r.start_s), f"{r.end_s - r.start_s:.0f}", r.reason, "; ".join(r.evidence)), "dim")
        for r in run.refused
    )
    columns = (
        Column("refused", right=True), Column("s", right=True), Column("because", wraps=True),
        Column("evidence", wraps=True),
    )  # fmt: skip
    return Grid(columns, rows)
