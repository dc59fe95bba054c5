"""What --since, --until and --as-of touch, and what they leave alone (DESIGN: they limit what is shown)."""

import datetime as dt
import json
import random

import pytest

from builders_season import gpx, morning, stride_speeds
from calling import call

SPEEDS = ("--five-k", "19:00", "--max-speed", "7.6")
DAYS = (0, 3, 4, 20, 21, 47, 48, 60, 95, 96)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    for number, day in enumerate(DAYS):
        (path / f"{day:03d}.gpx").write_text(gpx(morning(day), stride_speeds((4, 0, 5)[number % 3])))
    (path / "legspeed.toml").write_text(
        '[[session]]\ndate = 2024-02-03\nkind = "plyometrics"\ncount = 3\n'
        '[[session]]\ndate = 2024-03-20\nkind = "stride"\ncount = 4\n'
    )
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return tmp_path_factory.mktemp("book") / "book.sqlite"


def document(book, folder, *given, verb="season"):
    kept = {"LEGSPEED_BOOK": str(book)}
    result = call(verb, folder, "--format", "json", "--jobs", 1, *SPEEDS, *given, env=kept)
    assert result.exit_code in (0, 4), result.output
    return json.loads(result.stdout)


def day(number):
    return (morning(0) + dt.timedelta(days=number)).date()


#: What has a place in time, and how to tell which days it touches.
WINDOWED = {
    "weeks": lambda one: (monday(one["week"]), monday(one["week"]) + dt.timedelta(days=6)),
    "score": lambda one: (date(one["date"]), date(one["date"])),
}


def date(text):
    return dt.date.fromisoformat(text)


def monday(week):
    return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("verb", ["season", "gaps"])
def test_since_and_until_show_a_part_and_change_nothing_in_it(book, folder, seed, verb):
    chance = random.Random(seed)
    first, last = sorted((day(chance.randrange(-5, 110)), day(chance.randrange(-5, 110))))
    as_of = ("--as-of", day(110))
    whole = document(book, folder, *as_of, verb=verb)
    part = document(book, folder, "--since", first, "--until", last, *as_of, verb=verb)
    assert part.keys() == whole.keys()

    def touches(start, end):
        return start <= last and end >= first

    assert part["runs"] == [run for run in whole["runs"] if first <= date(run["local_date"]) <= last]
    assert part["gaps"] == [gap for gap in whole["gaps"] if touches(date(gap["from"]), date(gap["to"]))]
    for name, days_of in WINDOWED.items():
        assert part["exposure"][name] == [one for one in whole["exposure"][name] if touches(*days_of(one))]
    for name in ("last_date", "days_since", "days_since_by_kind", "as_of", "bands", "best"):
        assert part["exposure"][name] == whole["exposure"][name]
    for name in whole.keys() - {"runs", "gaps", "exposure"}:
        assert part[name] == whole[name]


def test_windows_side_by_side_hold_every_run_once(book, folder):
    whole = document(book, folder)
    cut = day(47)
    parts = [document(book, folder, "--until", cut), document(book, folder, "--since", cut + dt.timedelta(days=1))]
    assert [run for part in parts for run in part["runs"]] == whole["runs"]


@pytest.mark.parametrize("number", [2, 20, 30, 55, 80, 96, 200])
def test_as_of_sees_what_could_be_seen_that_evening(book, folder, tmp_path, number):
    """With his own speeds given, runs after the day asked change neither exposure nor gaps nor notes."""
    evening = day(number)
    for file in folder.iterdir():
        if file.suffix == ".toml" or int(file.stem) <= number:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    whole = document(book, folder, "--as-of", evening)
    known = document(book, tmp_path, "--as-of", evening)
    for name in ("exposure", "gaps", "notes"):
        assert whole[name] == known[name]
    assert len(whole["runs"]) == len(DAYS)
    assert whole["exposure"]["as_of"] == evening.isoformat()


def test_without_as_of_a_season_ends_with_its_last_run_and_gaps_today(book, folder):
    assert document(book, folder)["exposure"]["as_of"] == day(DAYS[-1]).isoformat()
    today = dt.date.today()  # noqa: DTZ011 - the runner's own day
    assert abs((date(document(book, folder, verb="gaps")["exposure"]["as_of"]) - today).days) <= 1


def test_the_exit_code_is_the_whole_seasons(book, folder):
    def code(*given):
        return call("gaps", folder, "--jobs", 1, *SPEEDS, *given, env={"LEGSPEED_BOOK": str(book)}).exit_code

    late = ("--as-of", day(150))
    assert code(*late) == 4
    assert code(*late, "--until", day(10)) == 4
    assert code("--as-of", day(97), "--since", day(500)) == 0
