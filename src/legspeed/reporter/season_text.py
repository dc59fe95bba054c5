"""The season's page: what matters first."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from legspeed.model import COUNTING_KINDS, Period, Run, Season, Yardstick
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Lines, Row, Title, Tone
from legspeed.reporter.exposure_text import block_grid, kind_grid, plyometric_facts
from legspeed.reporter.gaps_text import gap_grid, open_gap

_RECENT_RUNS: Final = 6
_RECENT_SETS: Final = 4  # of one run
_GAPS_SHOWN: Final = 10
_NOTES_SHOWN: Final = 3
_LISTED: Final = 6  # failures, or kinds of problem, before "and … more"
_YEAR_CHARS: Final = 6  # before the strip of its weeks
_FILE_CHARS: Final = 24  # of a file's name beside its set
_SCORE_SESSIONS: Final = 3  # a score of fewer sessions says nothing


def season_blocks(season: Season, *, units: str, name: str = "") -> Iterator[Block]:
    """Yield the blocks of a season's page.

    Parameters
    ----------
    season : Season
        What to show.
    units : {"km", "mi"}
        Of paces and distances.
    name : str
        What the season is of, where the athlete has no name.
    """
    yield _title(season, name)
    if not season.runs:
        said = "No run was found." if season.exposure.as_of is None else "No run in the days asked for."
        yield Fact(said, "", "bad")
        yield Facts(left_out(season))
        return
    yield Facts(tuple(_first(season, units)))
    yield from _year_strips(season)
    yield from gap_grid(season.gaps, units, shown=_GAPS_SHOWN)
    yield from _notes(season)
    yield from _recent(season, units)
    yield from block_grid(season.exposure.blocks)
    yield from kind_grid(season.exposure)
    rest = (*left_out(season), *problem_facts(season.runs))
    if rest:
        yield Title("Not counted or repaired")
        yield Facts(rest)


def yardstick_facts(yardstick: Yardstick, units: str, *, remedy: str = "") -> Iterator[Fact]:
    """Yield the runner's own 5 km and maximal speed, where they come from, and what else would make them surer."""
    five_k, top = yardstick.five_k_speed_mps, yardstick.max_speed_mps
    yield Fact(
        "5 km",
        f"{words.clock(5000 / five_k)}  ({words.number(five_k, 2)} m/s, {words.pace(five_k, units)} per {units})"
        f"  {yardstick.five_k_source}",
    )
    yield Fact("Maximal speed", f"{words.number(top, 2)} m/s  {yardstick.max_speed_source}")
    if not yardstick.sure:
        advice = f"An estimate on little ground: give --five-k 17:45 or --max-speed 8.6{remedy} to be sure."
        yield Fact("", advice, "notice")


def left_out(season: Season) -> tuple[Fact, ...]:
    """Return what was no run, a duplicate, or could not be read."""
    facts = []
    if season.failed:
        shown = ", ".join(f"{f.source} ({f.code})" for f in season.failed[:_LISTED])
        more = len(season.failed) - _LISTED
        text = f"{words.count(len(season.failed), 'file')}: {shown}" + (f", and {more} more" if more > 0 else "")
        facts.append(Fact("Failed", text, "bad"))
    if season.not_runs:
        # What to do about each stands in the JSON, and with --verbose.
        reasons = Counter(n.reason.partition(";")[0] for n in season.not_runs).most_common()
        lines = [f"{times} × {why}" for why, times in reasons[:_LISTED]]
        lines += [f"and {words.count(len(reasons) - _LISTED, 'more reason')}"] if len(reasons) > _LISTED else []
        facts += [Fact("" if number else "Not runs", line, "dim") for number, line in enumerate(lines)]
    if season.duplicates:
        one = season.duplicates[0]
        facts.append(
            Fact(
                "Duplicates",
                f"{words.count(len(season.duplicates), 'recording')}, such as {one.source} of {one.of}",
                "dim",
            )
        )
    return tuple(facts)


def problem_facts(runs: Sequence[Run]) -> tuple[Fact, ...]:
    """Return the problems of all runs, the most frequent code first, with one example each."""
    runs_with: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for run in runs:
        runs_with.update({problem.code for problem in run.problems})
        for problem in run.problems:
            examples.setdefault(problem.code, f"{run.source}: {problem.message}")
    ranked = sorted(runs_with.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Fact(code, f"in {words.count(count, 'run')}, such as {examples[code]}", "dim") for code, count in ranked
    )


def counting_sets(run: Run, units: str) -> list[str]:
    """Return the sets of a run that count, in words; where only some of a set's efforts do, how many."""
    texts = []
    for one in run.sets:
        inside = [e for e in run.efforts if e.kind == one.kind and one.start_s <= e.start_s <= one.end_s]
        counted = sum(e.counts and e.kind in COUNTING_KINDS for e in inside)
        if counted:
            said = words.in_units(one.text, units)
            texts.append(said if counted == len(inside) else f"{said} ({counted} of them count)")
    return texts


def _title(season: Season, name: str) -> Title:
    """Return the heading with the span of dates."""
    dates = sorted(run.local_date for run in season.runs)
    span = f"{dates[0]} to {dates[-1]}" if dates else ""
    return Title(season.name or name or "season", span)


def _first(season: Season, units: str) -> Iterator[Fact]:
    """Yield what matters first: the last speed work, the open gap, this week, the yardstick."""
    exposure = season.exposure
    runs, shown = season.runs, [run for run in season.runs if run.assessable.strides]
    km = words.distance(sum(run.distance_m or 0.0 for run in runs), units)
    if exposure.last_date is None or exposure.days_since is None:
        yield Fact("Last speed work", "none seen", "notice")
    else:
        ago = (
            f"{words.count(exposure.days_since, 'day')} before {exposure.as_of}"
            if exposure.days_since
            else "as of that day"
        )
        yield Fact("Last speed work", f"{words.day(exposure.last_date)}, {ago}", "strong")
        yield from (Fact("", text) for text in _sets_on(runs, exposure.last_date, units))
    gap = next((gap for gap in season.gaps if gap.open), None)
    if gap is not None:
        yield Fact("Open gap", *open_gap(gap))
    yield from plyometric_facts(exposure)
    this_week = next(
        (week for week in exposure.weeks[-1:] if exposure.as_of and week.name == _label(exposure.as_of)), None
    )
    if this_week is not None:
        yield Fact("This week", _week_sentence(this_week))
    if exposure.score and sum(week.sessions for week in exposure.weeks) >= _SCORE_SESSIONS:
        day = exposure.score[-1]
        yield Fact("Score", f"{day.score:.0f}, habit {day.habit:.0f}  (100 is two sessions of 5 × 20 s a week)")
    yield from yardstick_facts(season.yardstick, units)
    yield Fact("In all", f"{words.count(len(runs), 'run')}, {km}; {len(shown)} could show strides")


def _sets_on(runs: Sequence[Run], date: dt.date, units: str) -> list[str]:
    """Return the counting sets of one day in words."""
    return [text for run in runs if run.local_date == date for text in counting_sets(run, units)]


def _week_sentence(week: Period) -> str:
    """Return a week in words."""
    if not week.sessions:
        return f"{week.name}: no speed work yet"
    return (
        f"{week.name}: {words.count(week.sessions, 'session')}, {words.count(week.total.efforts, 'effort')}, "
        f"{words.clock(week.total.seconds)} at speed"
    )


def _year_strips(season: Season) -> Iterator[Block]:
    """Yield one line per year: a mark per ISO week, its sessions as a digit."""
    weeks = season.exposure.weeks
    if not weeks:
        return
    by_year: dict[str, dict[int, tuple[str, Tone]]] = {}
    for week in weeks:
        year, number = _label(week.start).split("-W")
        mark: tuple[str, Tone] = (str(min(week.sessions, 9)), "good") if week.sessions else (" ", "")
        if not week.sessions and week.runs:
            mark = (".", "dim")
        by_year.setdefault(year, {})[int(number)] = mark
    lines: list[tuple[tuple[str, Tone], ...]] = [(("      " + _months(), "dim"),)]
    for year, marks in sorted(by_year.items()):
        strip = tuple(marks.get(number, (" ", "")) for number in range(1, 54))
        lines.append(((f"{year}  ", ""), *strip))
    yield Title("Weeks", "sessions of speed work; . ran without; blank no run")
    yield Lines(tuple(lines), label=_YEAR_CHARS)


def _label(date: dt.date) -> str:
    """Return the ISO week of a date as weeks are named: ``2024-W07``."""
    year, number, _ = date.isocalendar()
    return f"{year:04d}-W{number:02d}"


def _months() -> str:
    """Return the months' initials over the ISO weeks in which they begin, in a year such as 2024."""
    line = [" "] * 53
    for month, initial in enumerate("JFMAMJJASOND", 1):
        line[min(52, (dt.date(2024, month, 1).timetuple().tm_yday - 1) // 7)] = initial
    return "".join(line)


def _notes(season: Season) -> Iterator[Block]:
    """Yield the remarks, at most a few; the rest are counted."""
    if not season.notes:
        return
    rows = [Fact(note.code, note.text) for note in season.notes[:_NOTES_SHOWN]]
    if len(season.notes) > len(rows):
        rows.append(Fact("", f"and {words.count(len(season.notes) - len(rows), 'more note')}; --format json", "dim"))
    yield Title("Notes", "mute one by its name: [notes] in legspeed.toml")
    yield Facts(tuple(rows))


def _recent(season: Season, units: str) -> Iterator[Block]:
    """Yield the latest sessions of speed work as sets."""
    rows: list[Row] = []
    sessions = 0
    for run in reversed(season.runs):
        texts = counting_sets(run, units)
        sessions += bool(texts)
        if not texts or sessions > _RECENT_RUNS:
            continue
        shown = texts[:_RECENT_SETS]
        if len(texts) > len(shown):
            shown.append(f"and {words.count(len(texts) - len(shown), 'more set')}")
        file = words.shortened(run.source, _FILE_CHARS)
        names = [words.cut(run.name, _FILE_CHARS), file] if run.name else [file]
        cells = zip_longest((run.local_date.isoformat(),), shown, names, fillvalue="")
        rows += [Row(row) for row in cells]
    if rows:
        yield Title(
            "Latest speed work",
            f"{_RECENT_RUNS} of {sessions} runs with some" if sessions > _RECENT_RUNS else "",
        )
        yield Grid((Column("date"), Column("set", wraps=True), Column("run")), tuple(rows))
