"""Every number on the terminal is in the JSON, every number of a note in its efforts."""

import datetime as dt
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from builders_season import added_up, day, effort, run, season, strides
from legspeed import season as read_season
from legspeed.athlete import Athlete, Block, ManualSession
from legspeed.model import NOTE_CODES, Duplicate, Failure, Member, NotRun, Problem
from legspeed.reporter import terminal
from legspeed.reporter.document import season_document
from legspeed.reporter.gaps_text import gaps_blocks
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.squad_report import squad_blocks, squad_json
from legspeed.seasons.window import window
from notes_traced import check_note
from pages import check
from test_notes import sprints
from test_simulated_seasons import judged

SAMPLES = Path(__file__).parents[1] / "sample_files"


def page_of(found, units, monkeypatch):
    """Return the page on a terminal so wide that nothing wraps."""
    monkeypatch.setattr(terminal, "_WIDEST", 5000)
    page = io.StringIO()
    terminal.print_blocks(season_blocks(found, units=units), page, width=5000)
    return page.getvalue()


def hold_gaps(found, monkeypatch, units="km"):
    """Check the page of `legspeed gaps`."""
    monkeypatch.setattr(terminal, "_WIDEST", 5000)
    page = io.StringIO()
    terminal.print_blocks(gaps_blocks(found, units=units), page, width=5000)
    return check(page.getvalue(), season_document(found), units)


def hold(found, monkeypatch, units="km"):
    """Check page and notes of a season; return how many lines were checked, by section."""
    document = season_document(found)
    seen = check(page_of(found, units, monkeypatch), document, units)
    for note in document["notes"]:
        check_note(note, document)
    return seen


@pytest.fixture(scope="module")
def samples():
    return read_season(SAMPLES, jobs=1)


@pytest.mark.parametrize("units", ["km", "mi"])
def test_of_the_sample_season(samples, monkeypatch, units):
    seen = hold(samples, monkeypatch, units)
    assert set(seen) == {
        "", "Weeks", "Stretches without speed work", "Notes", "Latest speed work", "Training blocks", "By kind",
        "Not counted or repaired",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until"), [("2026-06-03", None), (None, "2026-05-10"), ("2026-05-05", "2026-06-20"), ("2026-07-06", None)]
)
def test_of_a_part_of_the_sample_season(samples, monkeypatch, since, until):
    first, last = (None if day is None else dt.date.fromisoformat(day) for day in (since, until))
    shown = window(samples, first, last)
    assert check(page_of(shown, "km", monkeypatch), season_document(shown), "km")["By kind"] > 2


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_of_simulated_seasons(seed, monkeypatch):
    report = judged(seed).report
    assert sum(hold(report, monkeypatch).values()) > 15


def made(*runs, who=None, as_of=None, **others):
    """Return a season made by hand, its notes among it."""
    as_of = as_of or max(r.local_date for r in runs)
    found = added_up(runs, athlete=who, as_of=as_of)
    return season(*runs, as_of=as_of, notes=found.notes, exposure=found.exposure, **others)


def every(days, *efforts, **more):
    return [run(day(n), *efforts, **more) for n in days]


FOURS = [effort(1800.0 + 300 * i, 70.0, kind="interval", tier=None, speed_mps=7.2) for i in range(3)]
TIRED = (
    *[effort(600.0 + 200 * i, 50.0, kind="fast_rep") for i in range(5)],
    effort(3000.0, 9.0, kind="sprint", tier="max"),
)
ALL_OUT = tuple(effort(1800.0 + 90 * i, 21.3, tier="max", peak_mps=7.9) for i in range(5))

HILLS = sprints(3, kind="hill_sprint", start_s=600.0)
BIG = tuple(effort(900.0 * i, 24.0, tier="max") for i in range(1, 5))

BY_HAND = {
    "open": made(*every([0], *strides()), *every(range(3, 60, 3)), as_of=day(70)),
    "looked back on": made(*every([0], *strides()), *every([4, 9]), as_of=day(7)),
    "unseen": made(*every([0], *strides()), *every(range(2, 80, 3)), *every(range(3, 80, 10), assessable=False)),
    "back": made(*every([0], *strides()), *every(range(3, 60, 3)), *every([61], *strides(5), *HILLS)),
    "jump": made(*every(range(0, 60, 4), *strides(2, 11.7)), *every([61], *BIG)),
    "tired": made(*every(range(0, 40, 2), *strides()), *every([41, 43], *TIRED)),
    "rest": made(*every(range(0, 40, 4), *strides()), *every([41, 44], *sprints(6, rest_s=33.3, seconds=8.4))),
    "all out": made(*every(range(0, 40, 4), *ALL_OUT)),
    "400s": made(*every(range(0, 40, 4), *strides()), *every([41], *FOURS)),
    "seldom": made(*every(range(0, 90, 3)), *every([5, 60, 80], *strides(3))),
    "blind": made(*every(range(0, 60, 2), assessable=False)),
    "by hand": made(
        *every(range(0, 90, 3)),
        *every([7, 50], *strides(3)),
        who=Athlete(
            sessions=(
                ManualSession(day(20), "plyometrics", 3, 15.0), ManualSession(day(60), "plyometrics", 1),
                ManualSession(day(70), "stride", 6, 20.0),
            ),
            blocks=(Block("base", day(0), day(40)), Block("sharpen up", day(41))),
        ),
        failed=tuple(Failure(f"{n}.fit", "unreadable", "it is HTML: log in") for n in range(9)),
        not_runs=tuple(NotRun(f"{n}.fit", f"a sport of number {n % 8}; skip") for n in range(20)),
        duplicates=(Duplicate("a.gpx", "a.fit"),),
    ),
    "problems": made(replace(run(day(0), *strides()), problems=(Problem("crc", "it is wrong", 3),)), run(day(4))),
    "long": made(*every(range(0, 400, 13), *strides(3)), *every(range(1, 400, 4))),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("units", ["km", "mi"])
def test_of_seasons_made_by_hand(name, units, monkeypatch):
    assert hold(BY_HAND[name], monkeypatch, units)
    assert hold_gaps(BY_HAND[name], monkeypatch, units)


def test_of_a_squad(monkeypatch):
    monkeypatch.setattr(terminal, "_WIDEST", 5000)
    members = tuple(Member(name, name, found) for name, found in BY_HAND.items())
    page = io.StringIO()
    terminal.print_blocks(squad_blocks(members, "squad"), page, width=5000)
    rows = [line for line in page.getvalue().splitlines()[3:] if "restart" in line or "-0" in line]
    athletes = json.loads(squad_json(members))["athletes"]
    assert len(rows) == len(athletes)
    for row, athlete in zip(rows, athletes, strict=True):
        name, last, *cells = re.split(r"\s{2,}", row.strip())
        exposure = athlete["exposure"]
        assert name == athlete["name"]
        assert last.endswith(exposure["last_date"] or "none seen")
        gap = next((gap for gap in athlete["gaps"] if gap["open"]), None)
        sessions = str(sum(week["sessions"] for week in exposure["weeks"][-4:]))
        if gap is None:
            assert cells == [str(exposure["days_since"]), sessions]
            continue
        least, _, most = cells[0].rpartition("-")
        assert (int(least or most), int(most), cells[1]) == (gap["days_min"], gap["days"], gap["level"])
        assert cells[2:] == [sessions, str(gap["runs"]), str(gap["assessable_runs"])]


def test_every_kind_of_note_was_traced():
    assert {note.code for found in BY_HAND.values() for note in found.notes} == set(NOTE_CODES)


def test_a_wrong_number_is_seen(samples, monkeypatch):
    page, document = page_of(samples, "km", monkeypatch), season_document(samples)
    check(page, document)
    lines = page.splitlines()
    changed = 0
    for at, line in enumerate(lines):
        for found in re.finditer(r"\d+", line):
            digit = str((int(found[0][-1]) + 5) % 10)
            other = [*lines[:at], f"{line[: found.end() - 1]}{digit}{line[found.end() :]}", *lines[at + 1 :]]
            if any(fixed in " ".join(line.split()) for fixed in ("of 5 × 20 s", "such as", "Weeks")):
                continue
            changed += 1
            try:
                check("\n".join(other), document)
            except (AssertionError, ValueError, LookupError, AttributeError):
                continue
            pytest.fail(f"not seen: {other[at]!r}")
    assert changed > 200
