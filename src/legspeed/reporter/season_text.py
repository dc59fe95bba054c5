"""The season's page: what matters first."""

from __future__ import annotations

import datetime as dt
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from legspeed.model import Period, Run, Season, Yardstick
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
    seen = _Seen.of(season, units)
    yield Title(season.name or name or "season", seen.span)
    if not season.runs:
        said = "No run was found." if season.exposure.as_of is None else "No run in the days asked for."
        yield Fact(said, "", "bad")
        yield Facts(left_out(season))
        return
    yield Facts(tuple(_first(season, seen, units)))
    yield from _year_strips(season)
    yield from gap_grid(season.gaps, units, shown=_GAPS_SHOWN)
    yield from _notes(season)
    yield from _recent(seen)
    yield from block_grid(season.exposure.blocks)
    yield from kind_grid(season.exposure)
    rest = (*left_out(season), *seen.problems)
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
        advice = (
            "An estimate on little ground: to be sure, give your 5 km time (--five-k, such as 19:30) or your maximal "
            f"speed (--max-speed, in m/s, such as 8.6){remedy}."
        )
        yield Fact("", advice, "notice")


def watch_facts(season: Season) -> Iterator[Fact]:
    """Yield which watches are late in all their streams, and what shows it."""
    for watch in season.watches:
        if not watch.delay_s:
            continue
        shown = [
            f"{count} {kind}"
            for count, kind, found in (
                (watch.starts, "starts of the timer", watch.starts_s),
                (watch.laps, "edges of timed laps", watch.laps_s),
            )
            if found is not None
        ]
        name = watch.device or "unnamed"
        error = words.number(watch.se_s, 1)
        yield Fact("Late watch", f"{name}: {watch.delay_s:.1f} ± {error} s, taken off; by {' and '.join(shown)}", "dim")


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


def _problem_facts(runs_with: Mapping[str, int], examples: Mapping[str, str]) -> tuple[Fact, ...]:
    """Return the problems of all runs, the most frequent code first, with one example each."""
    ranked = sorted(runs_with.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Fact(code, f"in {words.count(count, 'run')}, such as {examples[code]}", "dim") for code, count in ranked
    )


def counting_sets(run: Run, units: str) -> list[str]:
    """Return the sets of a run that count, in words; where some of a set's efforts are struck out, how many do.

    What counts nowhere may lie between the efforts of a set and is none of them.
    """
    texts = []
    for one in run.sets:
        counted = sum(e.counts for e in run.efforts if one.start_s <= e.start_s <= one.end_s)
        if counted:
            said = words.in_units(one.text, units)
            texts.append(said if counted >= one.count else f"{said} ({counted} of them count)")
    return texts


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is said of all runs.

    Their ``span`` of dates, ``metres``, how many could have ``shown`` strides, how many are ``later`` than the last day
    looked at, their ``problems``; the sets of the last day of speed work in words, how many runs up to the last day
    looked at had counting sets, and the latest of these with them.
    """

    span: str
    metres: float
    shown: int
    later: int
    problems: tuple[Fact, ...]
    last_sets: tuple[str, ...]
    sessions: int
    recent: tuple[tuple[Run, tuple[str, ...]], ...]

    @classmethod
    def of(cls, season: Season, units: str) -> _Seen:
        """Look over the runs of a season, once: each is made anew whenever it is looked at."""
        first, last, metres, shown = dt.date.max, dt.date.min, 0.0, 0
        last_sets: list[str] = []
        recent: deque[tuple[Run, tuple[str, ...]]] = deque(maxlen=_RECENT_RUNS)
        as_of = season.exposure.as_of or dt.date.max
        sessions = later = 0
        runs_with: Counter[str] = Counter()
        examples: dict[str, str] = {}
        for run in season.runs:
            first, last = min(first, run.local_date), max(last, run.local_date)
            metres += run.distance_m or 0.0
            shown += run.assessable.strides
            runs_with.update({problem.code for problem in run.problems})
            for problem in run.problems:
                examples.setdefault(problem.code, f"{run.source}: {problem.message}")
            later += run.local_date > as_of
            texts = tuple(counting_sets(run, units))
            if texts and run.local_date <= as_of:
                sessions += 1
                recent.append((run, texts))
            if run.local_date == season.exposure.last_date:
                last_sets += texts
        span, problems = f"{first} to {last}" if season.runs else "", _problem_facts(runs_with, examples)
        return cls(span, metres, shown, later, problems, tuple(last_sets), sessions, tuple(reversed(recent)))


def _first(season: Season, seen: _Seen, units: str) -> Iterator[Fact]:
    """Yield what matters first: the last speed work, the open gap, this week, the yardstick."""
    exposure = season.exposure
    if exposure.last_date is None or exposure.days_since is None:
        yield Fact("Last speed work", "none seen", "notice")
    else:
        ago = (
            f"{words.count(exposure.days_since, 'day')} before {exposure.as_of}"
            if exposure.days_since
            else "the last day looked at"
        )
        yield Fact("Last speed work", f"{words.day(exposure.last_date)}, {ago}", "strong")
        yield from (Fact("", text) for text in seen.last_sets)
    gap = next((gap for gap in season.gaps if gap.open), None)
    if gap is not None:
        yield Fact("Open gap", *open_gap(gap))
    yield from plyometric_facts(exposure)
    this_week = next(
        (week for week in exposure.weeks[-1:] if exposure.as_of and week.start <= exposure.as_of <= week.end), None
    )
    if this_week is not None:
        yield Fact("This week", _week_sentence(this_week))
    if exposure.score and sum(week.sessions for week in exposure.weeks) >= _SCORE_SESSIONS:
        day = exposure.score[-1]
        yield Fact("Score", f"{day.score:.0f}, habit {day.habit:.0f}  (100 is two sessions of 5 × 20 s a week)")
    yield from yardstick_facts(season.yardstick, units)
    km = words.distance(seen.metres, units)
    yield from watch_facts(season)
    speak = f"{seen.later} after {exposure.as_of} {'speaks' if seen.later == 1 else 'speak'} for your own speeds only"
    later = f"; {speak}" if seen.later else ""
    yield Fact("In all", f"{words.count(len(season.runs), 'run')}, {km}; {seen.shown} could show strides{later}")


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
        year, number = (week.name or "").split("-W")
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


def _recent(seen: _Seen) -> Iterator[Block]:
    """Yield the latest sessions of speed work as sets."""
    rows: list[Row] = []
    for run, texts in seen.recent:
        shown = [*texts[:_RECENT_SETS]]
        if len(texts) > len(shown):
            shown.append(f"and {words.count(len(texts) - len(shown), 'more set')}")
        file = words.shortened(run.source, _FILE_CHARS)
        names = [words.cut(run.name, _FILE_CHARS), file] if run.name else [file]
        cells = zip_longest((run.local_date.isoformat(),), shown, names, fillvalue="")
        rows += [Row(row) for row in cells]
    if rows:
        yield Title(
            "Latest speed work",
            f"{_RECENT_RUNS} of {seen.sessions} runs with some" if seen.sessions > _RECENT_RUNS else "",
        )
        yield Grid((Column("date"), Column("set", wraps=True), Column("run")), tuple(rows))
