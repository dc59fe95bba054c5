"""What is kept of a judgement: never another result than without a book, whatever the options; and no work twice."""

import dataclasses
import random
import shutil
import sqlite3
import sys
import typing
import zipfile

import pytest

import legspeed.segmenter
from builders_season import gpx, morning, stride_speeds
from calling import call
from legspeed.athlete import Athlete, ManualSession, Mute, Strike
from legspeed.model import Duplicate, Effort, EffortSet, Refusal, Yardstick
from legspeed.reporter.document import season_json
from legspeed.seasons import rulings
from legspeed.seasons.book import Book
from legspeed.seasons.season import season
from legspeed.settings import Settings


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    """Runs in a folder, among them a copy, a ride, a damaged one; and an export with its list."""
    path = tmp_path_factory.mktemp("top")
    (path / "runs").mkdir()
    for number in range(7):
        (path / "runs" / f"{number}.gpx").write_text(gpx(morning(9 * number), stride_speeds(number % 4)))
    (path / "runs" / "copy.gpx").write_text(gpx(morning(9), stride_speeds(1)))
    (path / "runs" / "ride.gpx").write_text(gpx(morning(3), [7.5] * 300, sport="cycling"))
    (path / "runs" / "cut.gpx").write_text(gpx(morning(31))[:60_000])
    (path / "runs" / "page.gpx").write_text("<html><body>not found</body></html>")
    with zipfile.ZipFile(path / "export.zip", "w") as archive:
        lines = ["Activity ID,Activity Date,Activity Name,Activity Type,Filename"]
        for number in range(3):
            archive.writestr(f"activities/{number}.gpx", gpx(morning(70 + number), stride_speeds(2), sport=""))
            lines.append(f"{number},,Name {number},{'Ride' if number == 2 else 'Run'},activities/{number}.gpx")
        lines.append("9,,Lost,Run,activities/9.gpx")
        archive.writestr("activities.csv", "\n".join(lines) + "\n")
    return path


def options(chance):
    """Return options of a call as a user may combine them."""
    dates = ["2023-12-01", "2024-01-20", "2024-02-15", "2024-06-01"]
    found = [str(part) for part in chance.choice([["json"], ["text"], ["csv", "--table", chance.choice(TABLES)]])]
    found = ["--format", *found]
    for name, values in {
        "--since": dates,
        "--until": dates,
        "--as-of": dates,
        "--units": ["km", "mi"],
        "--tz": ["Europe/Berlin", "America/New_York"],
        "--five-k": ["19:30", "25:00"],
        "--max-speed": ["7.0", "9.0"],
        "--jobs": ["1", "2"],
    }.items():
        if chance.random() < (0.08 if name == "--jobs" else 0.3):
            found += [name, chance.choice(values)]
    return found + [name for name in ("--no-laps", "--strict", "-v", "--rehash") if chance.random() < 0.2]


TABLES = ("efforts", "runs", "weeks", "gaps")
LINES = (
    '[athlete]\nname = "Sam"\nfive_k = "21:00"\n',
    '[[strike]]\nsource = "1.gpx"\nstart_s = 600\n',
    '[[session]]\ndate = 2024-02-20\nkind = "stride"\ncount = 6\nseconds = 20\n',
    '[[session]]\ndate = 2024-02-21\nkind = "plyometrics"\ncount = 3\n',
    "[[mute]]\nfrom = 2024-01-10\nto = 2024-01-25\n",
    '[[race]]\ndate = 2024-01-14\ndistance_m = 10000\ntime = "41:00"\n',
    "[settings.tiers]\nturnover = 0.7\n",
    "[settings.together]\nsame_start_s = 0\nsame_elapsed_s = 0\n",
    "[settings.gaps]\nnotice_d = 3\n",
    "[settings.signal]\nfill_s = 8\n",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return one book for all that follows, as a user has one."""
    return tmp_path_factory.mktemp("book") / "book.sqlite"


def said(place, paths, given):
    return call("season", *paths, *given, env={"LEGSPEED_BOOK": str(place)})


@pytest.mark.parametrize("seed", range(24))
def test_no_option_shows_anything_else_with_a_book(top, place, tmp_path, seed):
    """Cold, warm, and without a book are one output, though one book has seen all the other calls before."""
    chance = random.Random(seed)
    paths = chance.choice([[top], [top / "runs"], [top / "export.zip"], [top / "runs", top / "export.zip"]])
    file = tmp_path / "legspeed.toml"
    file.write_text("".join(chance.sample(LINES, chance.randrange(4))))
    given = [*options(chance), "--athlete", str(file)]
    without = said(place, paths, [*given, "--no-book"])
    for _ in range(2):
        with_book = said(place, paths, given)
        assert (with_book.stdout, with_book.stderr) == (without.stdout, without.stderr)
        assert with_book.exit_code == without.exit_code


class TestWhatIsJudgedAgain:
    @pytest.fixture
    def judged(self, monkeypatch):
        """Return the list of calls of the judge from now on: how many runs there were."""
        calls = []
        judge = legspeed.segmenter.judge_again

        def counted(digests, before, **options):
            calls.append(len(digests))
            return judge(digests, before, **options)

        monkeypatch.setattr(legspeed.segmenter, "judge_again", counted)
        return calls

    @pytest.fixture
    def book(self, tmp_path):
        with Book(tmp_path / "own.sqlite") as book:
            yield book

    def test_nothing_where_only_showing_differs(self, top, book, judged):
        """Neither names, strikes, sessions, mutes nor dates ask the judge again; times and thresholds do."""
        season(top / "runs", book=book, jobs=1)
        assert len(judged) == 1
        for shown in (
            Athlete(),
            Athlete(name="Sam", units="mi", time_zone="Europe/Berlin"),
            Athlete(strikes=(Strike("1.gpx", 600.0),)),
            Athlete(sessions=(ManualSession(morning(3).date(), "stride", 4, 20.0),)),
            Athlete(mutes=(Mute(morning(1).date(), morning(5).date()),)),
        ):
            season(top / "runs", athlete=shown, book=book, jobs=1, as_of=morning(200).date())
        assert len(judged) == 1
        for asked in (
            {"athlete": Athlete(five_k_speed_mps=4.0)},
            {"athlete": Athlete(max_speed_mps=7.7)},
            {"settings": Settings.from_mapping({"judging": {"prior": 0.0}})},
            {"laps": False},
        ):
            before = len(judged)
            season(top / "runs", book=book, jobs=1, **asked)
            season(top / "runs", book=book, jobs=1, **asked)
            assert len(judged) == before + 1, asked

    def test_all_when_a_run_is_new_or_gone(self, top, book, judged, tmp_path):
        for number in range(3):
            (tmp_path / f"{number}.gpx").write_bytes((top / "runs" / f"{number}.gpx").read_bytes())
        season(tmp_path, book=book, jobs=1)
        (tmp_path / "2.gpx").unlink()
        assert season_json(season(tmp_path, book=book, jobs=1)) == season_json(season(tmp_path, jobs=1))
        assert judged == [3, 2, 2]

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("column", ["page", "grounds"])
    def test_a_page_that_was_changed_is_not_believed(self, top, book, judged, seed, column, tmp_path):
        runs = shutil.copytree(top / "runs", tmp_path / "runs")
        season(runs, book=book, jobs=1)
        book.close()
        chance = random.Random(seed)
        found = sqlite3.connect(book.place)
        pages = found.execute(f"SELECT part, {column} FROM ruled WHERE {column} <> x''").fetchall()
        part, whole = chance.choice(pages)
        page = bytearray(whole)
        at = chance.randrange(len(page))
        page[at] ^= 1 << chance.randrange(8)
        changed = bytes(page) if seed else "no bytes at all"
        found.execute(f"UPDATE ruled SET {column} = ? WHERE part = ?", (changed, part))
        found.commit()
        found.close()
        if column == "grounds":  # these are asked for when a run is new
            (runs / "new.gpx").write_text(gpx(morning(50), stride_speeds(2)))
        assert season_json(season(runs, book=book, jobs=1)) == season_json(season(runs, jobs=1))
        assert len(judged) == 3

    @pytest.mark.parametrize("lost", ["part = 0", "part = 1", "part > 0", "part = 2", "part >= 0"])
    def test_a_judgement_that_has_lost_a_page_is_made_anew(self, top, book, judged, lost, monkeypatch):
        monkeypatch.setattr(rulings, "_RUNS_ON_A_PAGE", 3)
        expected = season_json(season(top / "runs", book=book, jobs=1))
        book.close()
        found = sqlite3.connect(book.place)
        assert found.execute("SELECT count(*) FROM ruled").fetchone() == (1 + 3,)
        found.execute(f"DELETE FROM ruled WHERE {lost}")
        found.commit()
        found.close()
        assert season_json(season(top / "runs", book=book, jobs=1)) == expected
        assert len(judged) == 2
        assert season_json(season(top / "runs", book=book, jobs=1)) == expected
        assert len(judged) == 2

    def test_rehash_asks_the_judge_too(self, top, tmp_path, judged):
        for rehash in (False, True):
            with Book(tmp_path / "own.sqlite", rehash=rehash) as book:
                season(top / "runs", book=book, jobs=1)
        assert len(judged) == 2

    def test_digests_by_hand_are_judged_every_time(self, top, book, judged):
        from legspeed import digest, read

        mine = dataclasses.replace(digest(read(top / "runs" / "1.gpx")), source="mine")
        for _ in range(2):
            season([mine, top / "runs"], book=book, jobs=1)
        assert len(judged) == 2

    @pytest.mark.parametrize("seed", range(3))
    def test_a_season_that_grows_and_shrinks_is_as_without_a_book(self, book, tmp_path, seed, monkeypatch):
        """Files come in any order, some change or go again; what is kept of the runs before is never seen."""
        looked, with_book, without = [], 0, 0
        module = sys.modules["legspeed.segmenter.judge"]  # the function in it has the same name
        judge_run = module.judge_run

        def counted(run, *arguments, **options):
            looked.append(run.source)
            return judge_run(run, *arguments, **options)

        monkeypatch.setattr(module, "judge_run", counted)
        chance = random.Random(seed)
        days = chance.sample(range(0, 300, 3), 9)
        for number, day in enumerate(days):
            (tmp_path / f"{number}.gpx").write_text(gpx(morning(day), stride_speeds(day % 5)))
            if number == 5:
                (tmp_path / "1.gpx").unlink()
                (tmp_path / "2.gpx").write_text(gpx(morning(days[2]), stride_speeds(0)))
            athlete = Athlete(five_k_speed_mps=4.2) if number == 7 else Athlete()
            looked.clear()
            kept = season_json(season(tmp_path, athlete=athlete, book=book, jobs=1), why=True)
            with_book += len(looked)
            looked.clear()
            assert kept == season_json(season(tmp_path, athlete=athlete, jobs=1), why=True)
            without += len(looked)
        assert with_book < without

    def test_candidates_that_were_lost_meanwhile_are_read_again(self, top, book):
        expected = season_json(season(top / "runs", jobs=1))
        season(top / "runs", book=book, jobs=1)
        book.close()
        found = sqlite3.connect(book.place)
        found.execute("DELETE FROM rulings")
        found.execute("UPDATE candidates SET tables = x'00' WHERE content < '8'")
        found.execute("UPDATE candidates SET tables = NULL WHERE content >= 'a'")
        found.commit()
        found.close()
        assert season_json(season(top / "runs", book=book, jobs=1)) == expected
        book.close()
        found = sqlite3.connect(book.place)
        assert found.execute("SELECT count(*) FROM candidates WHERE length(tables) > 1").fetchone() == (10,)
        found.close()

    def test_seasons_long_behind_are_dropped(self, top, book, monkeypatch):
        monkeypatch.setattr("legspeed.seasons.shelf._RULINGS_KEPT", 3)
        for number in range(6):
            season(top / "runs", athlete=Athlete(max_speed_mps=7.0 + number / 10), book=book, jobs=1)
        book.close()
        found = sqlite3.connect(book.place)
        assert found.execute("SELECT count(*) FROM rulings").fetchone() == (3,)
        assert found.execute("SELECT count(DISTINCT number) FROM ruled").fetchone() == (3,)
        found.close()


def test_json_gives_back_every_field_that_is_kept():
    """Texts, numbers, flags and tuples of texts come back as they are; another type would need a translation."""
    plain = {str, int, float, bool, type(None), tuple[str, ...]}
    for kind in (Effort, Refusal, EffortSet, Duplicate):
        for name, hint in typing.get_type_hints(kind).items():
            assert {hint} <= plain or set(typing.get_args(hint)) <= plain, (kind, name)
    assert [field.name for field in dataclasses.fields(Yardstick)].index("as_of") == rulings.AS_OF
