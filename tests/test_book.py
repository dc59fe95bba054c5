"""The book: what was read is not read again, whatever ends the reading; and no state of it changes a result.

With test_book_processes.py, test_killed.py and test_interrupted.py case 39 of the input cases: killed at random points,
two processes at once.
"""

import functools
import os
import pickle
import random
import shutil
import sqlite3
import threading
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import pytest

import legspeed
from builders_book import FILES, read_by, told_by
from builders_season import gpx, morning
from legspeed.model import Failure, FileResult, NotRun
from legspeed.model.bursts import BurstsElsewhere
from legspeed.readers import Entry, discover
from legspeed.reporter.document import season_json
from legspeed.seasons import batch, spread
from legspeed.seasons.batch import map_files
from legspeed.seasons.book import Book, default_place
from legspeed.seasons.pages import parts, read_back, unsealed, written
from legspeed.seasons.season import season
from legspeed.seasons.ways import code_version, way_of_reading
from legspeed.settings import Settings


@pytest.fixture
def digested(monkeypatch):
    """Return the list of sources that are read and measured from now on, in this process."""
    sources = []
    before = batch._digested

    def counted(source, *arguments, **options):
        sources.append(source)
        return before(source, *arguments, **options)

    monkeypatch.setattr(batch, "_digested", counted)
    return sources


class TestNothingChanges:
    def test_cold_warm_and_rehashed_are_the_same_bytes(self, folder, expected, place):
        assert read_by(folder, Book(place)) == expected
        assert read_by(folder, Book(place)) == expected
        assert read_by(folder, Book(place, rehash=True)) == expected

    @pytest.mark.parametrize("jobs", [2, 4])
    def test_whatever_the_jobs(self, folder, expected, place, jobs):
        assert read_by(folder, Book(place), jobs=jobs) == expected
        assert read_by(folder, Book(place), jobs=jobs) == expected

    def test_a_page_gives_back_what_was_written(self, folder):
        results = map_files(list(discover(folder)), settings=Settings(), jobs=1)
        assert sum(len(r.digests) for r in results) >= FILES
        for result in results:
            text, tables = parts(written(result))
            back = read_back(text, "elsewhere.gpx", functools.partial(bytes, unsealed(tables)[0]))
            assert back == replace(
                result,
                source="elsewhere.gpx",
                digests=tuple(replace(d, source="elsewhere.gpx") for d in result.digests),
                not_runs=tuple(NotRun("elsewhere.gpx", n.reason) for n in result.not_runs),
                failures=tuple(Failure("elsewhere.gpx", f.code, f.message) for f in result.failures),
            )
            for mine, theirs in zip(result.digests, back.digests, strict=True):
                for field in fields(mine):
                    assert type(getattr(mine, field.name)) is type(getattr(theirs, field.name)), field.name

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_candidates_stay_in_the_book_until_they_are_asked_for(self, folder, place, jobs):
        entries = list(discover(folder))
        without = map_files(entries, settings=Settings(), jobs=1)
        with Book(place) as book:
            cold = map_files(entries, settings=Settings(), jobs=jobs, book=book)
            assert cold == map_files(entries, settings=Settings(), book=book) == without
        found = [digest.bursts for result in cold for digest in result.digests]
        assert all(isinstance(bursts, BurstsElsewhere) for bursts in found)
        assert sum(map(len, found)) == sum(len(d.bursts) for r in without for d in r.digests) > 0
        again = pickle.loads(pickle.dumps(found))
        assert again == found
        assert not any(isinstance(bursts, BurstsElsewhere) for bursts in again)

    def test_a_second_run_of_one_file_keeps_its_number(self, folder):
        (result,) = map_files(list(discover(folder / "00.gpx")), settings=Settings(), jobs=1)
        two = FileResult("a.gpx", tuple(replace(result.digests[0], source=s) for s in ("a.gpx", "a.gpx#2")))
        assert [d.source for d in read_back(written(two), "b.gpx").digests] == ["b.gpx", "b.gpx#2"]

    @pytest.mark.parametrize("page", [b"", b"junk", written(FileResult("a"))[:-3]])
    def test_a_damaged_page_is_no_result(self, page):
        assert read_back(page, "a") is None


class TestOnlyWhatIsNew:
    def test_a_second_time_nothing_is_read(self, folder, place, digested, monkeypatch):
        read_by(folder, Book(place))
        assert len(digested) == FILES + 3
        digested.clear()
        monkeypatch.setattr(Entry, "content", lambda *_: pytest.fail("a file was opened"))
        monkeypatch.setattr(spread, "_map_on_processes", lambda *_: pytest.fail("workers were started"))
        read_by(folder, Book(place), jobs=None)
        assert digested == []

    def test_a_changed_file_is_read_again_and_a_new_one(self, place, digested, tmp_path):
        runs = tmp_path / "runs"
        runs.mkdir()
        for number in range(3):
            (runs / f"{number}.gpx").write_text(gpx(morning(number)))
        read_by(runs, Book(place))
        digested.clear()
        (runs / "1.gpx").write_text(gpx(morning(1), [3.1] * 600))
        (runs / "3.gpx").write_text(gpx(morning(3)))
        assert read_by(runs, Book(place)) == season_json(season(runs, jobs=1))
        assert digested[:2] == ["1.gpx", "3.gpx"]

    def test_a_file_with_another_name_and_time_is_known_by_its_content(self, place, digested, tmp_path):
        (tmp_path / "a.gpx").write_text(gpx(morning(0)))
        read_by(tmp_path / "a.gpx", Book(place))
        (tmp_path / "a.gpx").rename(tmp_path / "b.gpx")
        os.utime(tmp_path / "b.gpx", (1, 1))
        digested.clear()
        text = read_by(tmp_path / "b.gpx", Book(place))
        assert (digested, '"b.gpx"' in text, '"a.gpx"' in text) == ([], True, False)

    def test_the_same_size_and_time_hide_a_change_until_asked(self, place, tmp_path):
        file = tmp_path / "a.gpx"
        file.write_text(gpx(morning(0)))
        state = file.stat()
        before = read_by(file, Book(place))
        file.write_text(gpx(morning(1)))
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
        assert file.stat().st_size == state.st_size
        assert read_by(file, Book(place)) == before
        assert read_by(file, Book(place, rehash=True)) == season_json(season(file)) != before

    def test_a_new_export_under_the_same_name_reads_only_the_new_member(self, place, digested, tmp_path):
        path = tmp_path / "export.zip"
        for count in (2, 3):
            digested.clear()
            with zipfile.ZipFile(path, "w") as archive:
                for number in range(count):
                    archive.writestr(f"activities/{number}.gpx", gpx(morning(number)))
            read_by(path, Book(place))
        assert digested == ["export.zip!activities/2.gpx"]

    def test_settings_of_the_map_laps_and_strictness_are_other_pages(self):
        base = Settings()
        other = Settings.from_mapping({"signal": {"fill_s": base.signal.fill_s + 1}})
        judged = Settings.from_mapping({"gaps": {"flag_d": 30}})
        ways = [
            way_of_reading(base, laps=True, strict=False),
            way_of_reading(base, laps=False, strict=False),
            way_of_reading(base, laps=True, strict=True),
            way_of_reading(other, laps=True, strict=False),
        ]
        assert len(set(ways)) == 4
        assert way_of_reading(judged, laps=True, strict=False) == ways[0]

    @pytest.mark.parametrize(
        "file",
        [
            "readers/api.py", "readers/fit/stream.py", "segmenter/speed.py", "model/digest.py", "seasons/duplicates.py",
            "all_out.py", "athlete_values.py", "kinds.py", "settings_season.py", "threshold.py",
        ],
    )  # fmt: skip
    def test_changed_code_of_anything_that_decides_is_another_page(self, file, tmp_path, monkeypatch):
        copy = Path(shutil.copytree(Path(legspeed.__file__).parent, tmp_path / "legspeed"))
        monkeypatch.setattr("legspeed.seasons.ways.__file__", str(copy / "seasons" / "ways.py"))
        before = code_version.__wrapped__()
        with (copy / file).open("a", encoding="utf-8") as code:
            code.write("# changed")
        assert code_version.__wrapped__() != before

    def test_faults_of_ours_are_not_kept(self, place, tmp_path, monkeypatch):
        (tmp_path / "a.gpx").write_text(gpx(morning(0)))
        with monkeypatch.context() as patch:
            patch.setattr("legspeed.segmenter.digest", lambda *_, **__: 1 / 0)
            assert "internal" in read_by(tmp_path / "a.gpx", Book(place))
        assert "internal" not in read_by(tmp_path / "a.gpx", Book(place))

    def test_pages_of_ways_long_unused_are_dropped(self, folder, place):
        entries = list(discover(folder / "00.gpx"))
        for seconds in range(3, 10):
            settings = Settings.from_mapping({"signal": {"fill_s": seconds}})
            with Book(place) as book:
                map_files(entries, settings=settings, jobs=1, book=book)
        with sqlite3.connect(place) as found:
            for table in ("pages", "candidates", "ways"):
                assert found.execute(f"SELECT count(*) FROM {table}").fetchone() == (4,)
        found.close()


class TestDamage:
    def test_a_file_of_another_kind_is_set_aside(self, folder, expected, place):
        place.write_bytes(b"my notes\n" * 500)
        book, lines = told_by(place)
        assert read_by(folder, book) == expected
        (line,) = lines
        assert "set aside as book.sqlite.aside1" in line
        assert (place.parent / "book.sqlite.aside1").read_bytes() == b"my notes\n" * 500
        book, lines = told_by(place)
        assert (read_by(folder, book), lines) == (expected, [])

    def test_a_database_of_another_program_is_set_aside_whole(self, folder, expected, place):
        other = sqlite3.connect(place)
        other.execute("CREATE TABLE photos (name)")
        other.commit()
        other.close()
        book, lines = told_by(place)
        assert read_by(folder, book) == expected
        assert len(lines) == 1
        aside = sqlite3.connect(place.with_name("book.sqlite.aside1"))
        assert aside.execute("SELECT name FROM sqlite_master").fetchall() == [("photos",)]
        aside.close()

    @pytest.mark.parametrize("seed", range(8))
    def test_bytes_overwritten_or_cut_off_never_change_a_result(self, folder, expected, place, seed):
        read_by(folder, Book(place))
        chance = random.Random(seed)
        data = bytearray(place.read_bytes())
        for _ in range(40):
            at = chance.randrange(len(data) - 600)
            data[at : at + 600] = chance.randbytes(600)
        place.write_bytes(data[: chance.randrange(len(data) // 2, len(data))] if seed % 2 else data)
        book, lines = told_by(place)
        assert read_by(folder, book) == expected
        assert len(lines) <= 1
        assert read_by(folder, Book(place)) == expected

    def test_another_layout_of_ours_is_begun_anew_without_a_word(self, folder, expected, place):
        read_by(folder, Book(place))
        with sqlite3.connect(place) as found:
            found.execute("PRAGMA user_version = 999")
            found.execute("DROP TABLE pages")
        found.close()
        book, lines = told_by(place)
        assert (read_by(folder, book), lines) == (expected, [])
        assert len(list(place.parent.iterdir())) == 1

    def test_deleted_it_is_made_again(self, folder, expected, place):
        read_by(folder, Book(place))
        place.unlink()
        assert read_by(folder, Book(place)) == expected
        assert place.exists()


class TestWithout:
    def test_where_no_folder_can_be_made_it_goes_on_and_says_so_once(self, folder, expected, tmp_path):
        (tmp_path / "file").write_text("")
        book, lines = told_by(tmp_path / "file" / "book.sqlite")
        assert read_by(folder, book) == expected
        (line,) = lines
        assert "going on without" in line

    def test_a_folder_in_its_place(self, folder, expected, place):
        place.mkdir()
        book, lines = told_by(place)
        assert read_by(folder, book) == expected
        assert len(lines) == 1

    def test_a_book_that_must_not_be_written(self, folder, expected, place):
        if not hasattr(os, "geteuid") or os.geteuid() == 0:
            pytest.skip("permissions do not bind this user")
        place.parent.chmod(0o500)
        try:
            book, lines = told_by(place)
            assert read_by(folder, book) == expected
            assert len(lines) == 1
        finally:
            place.parent.chmod(0o700)

    def test_a_full_disk_loses_the_book_and_nothing_else(self, folder, expected, place, monkeypatch):
        monkeypatch.setattr("legspeed.seasons.shelf._PAGE_BYTES", 1024)
        read_by(folder / "00.gpx", Book(place))
        book, lines = told_by(place)
        with book:
            book.begin(way_of_reading(Settings(), laps=True, strict=False))
            (used,) = book._connection.execute("PRAGMA page_count").fetchone()
            book._connection.execute(f"PRAGMA max_page_count = {used}")
            assert season_json(season(folder, book=book, jobs=1)) == expected
        assert ["full" in line for line in lines] == [True]

    def test_the_place_is_named_or_the_users_cache(self, monkeypatch, tmp_path):
        monkeypatch.setenv("LEGSPEED_BOOK", str(tmp_path / "mine.sqlite"))
        assert default_place() == tmp_path / "mine.sqlite"
        monkeypatch.delenv("LEGSPEED_BOOK")
        assert default_place().parts[-2:] == ("legspeed", "book.sqlite")


def test_two_threads_of_one_season_each_wait_for_the_other(folder, expected, place):
    found = []
    threads = [threading.Thread(target=lambda: found.append(read_by(folder, Book(place)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_a_file_whose_name_is_no_text_stops_nobody(tmp_path):
    """As an archive from another system leaves them: bytes that are not UTF-8."""
    (tmp_path / "runs").mkdir()
    try:
        odd = tmp_path / "runs" / os.fsdecode(b"caf\xe9.gpx")
        odd.write_text(gpx(morning(0)))
    except OSError:
        pytest.skip("this system's files have no such names")
    (tmp_path / "runs" / "b.gpx").write_text(gpx(morning(1)))
    with Book(tmp_path / "book.sqlite", tell=pytest.fail) as book:
        first = season(tmp_path / "runs", jobs=1, book=book)
        assert [run.source for run in first.runs] == ["caf\ufffd.gpx", "b.gpx"]
        assert all(book.holds(entry) for entry in discover(tmp_path / "runs"))
        assert season(tmp_path / "runs", jobs=1, book=book) == first == season(tmp_path / "runs", jobs=1)
