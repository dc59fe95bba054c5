"""The reduce: dates, duplicates, strikes, windows, and what an odd clock may not do."""

import contextlib
import datetime as dt
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

import legspeed
from builders_archives import gpx_run
from builders_season import day, digest, gpx, morning, run, season, stride_speeds, strides, without_duplicates
from legspeed.athlete import Athlete, ManualSession, Strike
from legspeed.model import Problem
from legspeed.seasons.book import Book
from legspeed.seasons.dates import local_dates
from legspeed.seasons.season import season as read_season
from legspeed.seasons.window import window
from legspeed.settings import Settings

LATE = dt.datetime(2024, 5, 1, 23, 30, tzinfo=dt.UTC)


class TestLocalDates:
    def dates(self, *digests, zone=None):
        return [(date.isoformat(), problem and problem.code) for date, problem in local_dates(digests, zone)]

    def test_the_files_own_offset_decides(self):
        assert self.dates(digest(LATE, offset_s=7200), zone="America/New_York") == [("2024-05-02", None)]

    def test_else_the_athletes_zone_with_its_summer_time(self):
        assert self.dates(digest(LATE), zone="Europe/London") == [("2024-05-02", None)]
        winter = dt.datetime(2024, 1, 1, 23, 30, tzinfo=dt.UTC)
        assert self.dates(digest(winter), zone="Europe/London") == [("2024-01-01", None)]

    def test_else_the_nearest_run_in_time(self):
        runs = [
            digest(LATE - dt.timedelta(days=10), offset_s=-7200),
            digest(LATE),
            digest(LATE + dt.timedelta(days=3), offset_s=7200),
        ]
        assert self.dates(*runs)[1] == ("2024-05-02", None)

    def test_else_utc_and_a_problem(self):
        assert self.dates(digest(LATE)) == [("2024-05-01", "no-local-time")]

    def test_the_hosts_zone_is_never_asked(self, monkeypatch):
        import time

        monkeypatch.setenv("TZ", "Pacific/Kiritimati")
        if hasattr(time, "tzset"):
            time.tzset()
        try:
            assert self.dates(digest(LATE)) == [("2024-05-01", "no-local-time")]
        finally:
            monkeypatch.undo()
            if hasattr(time, "tzset"):
                time.tzset()

    @pytest.mark.parametrize(
        "start", [dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC)]
    )
    def test_the_ends_of_the_calendar(self, start):
        near = digest(LATE, offset_s=-36000), digest(LATE, offset_s=36000)
        for other in near:
            assert self.dates(*sorted([digest(start), other], key=lambda d: d.start))
        assert self.dates(digest(start), zone="Pacific/Auckland")
        assert self.dates(digest(start), zone="Pacific/Honolulu")


class TestDuplicates:
    def split(self, *digests):
        kept, left = without_duplicates(digests, Settings().together)
        return [d.source for d in kept], [(d.source, d.of) for d in left]

    def test_the_same_run_in_three_formats_the_richest_is_kept(self):
        runs = [digest(LATE, source=f"a.{f}", format=f) for f in ("gpx", "fit", "tcx")]
        assert self.split(*runs) == (["a.fit"], [("a.gpx", "a.fit"), ("a.tcx", "a.fit")])

    def test_of_two_alike_the_first_name_is_kept(self):
        assert self.split(digest(LATE, source="b.fit"), digest(LATE, source="a.fit")) == (
            ["a.fit"],
            [("b.fit", "a.fit")],
        )

    def test_a_second_later_and_a_little_shorter_is_the_same_run(self):
        late = digest(LATE + dt.timedelta(seconds=1), source="b.fit", elapsed_s=2996)
        assert self.split(digest(LATE, source="a.gpx", format="gpx"), late) == (["b.fit"], [("a.gpx", "b.fit")])

    def test_another_start_or_another_length_is_another_run(self):
        later = digest(LATE + dt.timedelta(seconds=400), source="b.fit")
        further = replace(digest(LATE + dt.timedelta(seconds=2), source="c.fit"), distance_m=10_500.0)
        assert self.split(digest(LATE, source="a.fit"), later)[1] == []
        assert self.split(digest(LATE, source="a.fit"), further)[1] == []

    def test_the_order_given_does_not_matter(self):
        runs = [
            digest(LATE + dt.timedelta(seconds=s), source=f"{s}{f}", format=f)
            for s in (0, 1, 400, 401)
            for f in ("gpx", "fit")
        ]
        assert self.split(*runs) == self.split(*runs[::-1])


class TestReduce:
    def test_runs_are_sorted_by_start(self):
        found = read_season([digest(morning(n), source=f"{n}.fit") for n in (3, 1, 2)])
        assert [r.source for r in found.runs] == ["1.fit", "2.fit", "3.fit"]
        assert found.exposure.as_of == day(3)

    def test_a_clock_that_cannot_be_right_counts_nowhere(self):
        wrong = replace(
            digest(dt.datetime(2107, 1, 1, tzinfo=dt.UTC), source="w.fit"),
            problems=(Problem("date-implausible", "2107"),),
        )
        found = read_season([digest(morning(0)), wrong])
        assert len(found.runs) == 2
        assert (found.exposure.as_of, len(found.exposure.weeks), found.gaps) == (day(0), 1, ())

    def test_a_clock_that_jumps_ahead_near_the_end_leaves_the_run_its_day(self, tmp_path):
        lines = gpx_run(600).split(b"\n")
        lines[580:] = [line.replace(b"2024-03-09", b"2031-05-01") for line in lines[580:]]
        (tmp_path / "a.gpx").write_bytes(b"\n".join(lines))
        found = legspeed.season(tmp_path, jobs=1)
        assert [problem.code for problem in found.runs[0].problems if problem.code.startswith(("time-", "date-"))] == [
            "time-forward"
        ]
        assert found.exposure.as_of == dt.date(2024, 3, 9)

    def test_a_date_of_the_future_is_looked_at_again_every_time(self, tmp_path):
        """What is of the future today is not tomorrow: a book that kept it would say so for ever."""
        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
        (tmp_path / "now.gpx").write_bytes(gpx_run(600))
        (tmp_path / "then.gpx").write_bytes(gpx_run(600).replace(b"2024-03-09", f"{tomorrow:%Y-%m-%d}".encode()))
        with Book(tmp_path / "book.sqlite") as book:
            for _ in range(2):
                found = legspeed.season(tmp_path, jobs=1, book=book)
                assert {run.source: any(p.code == "date-implausible" for p in run.problems) for run in found.runs} == {
                    "now.gpx": False, "then.gpx": True
                }  # fmt: skip
        with contextlib.closing(sqlite3.connect(tmp_path / "book.sqlite")) as kept:
            assert kept.execute("SELECT count(*) FROM pages").fetchone() == (1,)

    def test_no_runs(self):
        found = read_season([])
        assert (found.runs, found.exposure.as_of, found.gaps, found.exit_code) == ((), None, (), 3)

    def test_sessions_by_hand_are_in_the_exposure(self):
        who = Athlete(sessions=(ManualSession(day(3), "stride", 5, 20.0),))
        assert read_season([digest(morning(5))], athlete=who).exposure.days_since == 2

    def test_digests_may_be_given_in_the_place_of_paths(self):
        found = legspeed.season([digest(morning(0)), digest(morning(40), source="b.fit")])
        assert [g.days for g in found.gaps] == [40]


class TestWindow:
    def test_it_shows_less_and_changes_nothing(self):
        whole = season(*(run(day(n), *(strides() if n in (0, 40) else ())) for n in range(0, 80, 4)))
        part = window(whole, day(41), day(60))
        assert {r.local_date for r in part.runs} == {day(n) for n in range(44, 61, 4)}
        assert part.gaps == whole.gaps[-1:]
        assert part.exposure.weeks == tuple(w for w in whole.exposure.weeks if "2024-W06" <= w.name <= "2024-W09")
        assert (part.exposure.days_since, part.yardstick) == (whole.exposure.days_since, whole.yardstick)
        assert window(whole, None, None) == whole


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("season")
    for number in range(0, 12, 3):
        (path / f"{number}.gpx").write_text(gpx(morning(number), stride_speeds(4)))
    return path


class TestFromFiles:
    def test_strides_are_found_and_add_up(self, folder):
        found = legspeed.season(folder, athlete=Athlete(five_k_speed_mps=4.4, max_speed_mps=7.6))
        assert [sum(e.counts for e in r.efforts) for r in found.runs] == [4, 4, 4, 4]
        assert {e.kind for r in found.runs for e in r.efforts} == {"stride"}
        assert sum(w.total.efforts for w in found.exposure.weeks) == 16

    def test_a_struck_out_effort_no_longer_counts_and_is_still_there(self, folder):
        who = Athlete(five_k_speed_mps=4.4, max_speed_mps=7.6)
        before = legspeed.season(folder, athlete=who)
        strike = Strike("3.gpx", before.runs[1].efforts[2].start_s + 1.9)
        after = legspeed.season(folder, athlete=replace(who, strikes=(strike, Strike("elsewhere.gpx", 600.0))))
        assert [e.counts for e in after.runs[1].efforts] == [True, True, False, True]
        assert after.runs[1].efforts[2].evidence[-1] == "struck out"
        assert sum(w.total.efforts for w in after.exposure.weeks) == 15
        assert after.runs[0] == before.runs[0]

    def test_analyze_is_the_season_of_these_files(self, folder):
        one = legspeed.analyze(folder / "3.gpx", athlete=Athlete(five_k_speed_mps=4.4, max_speed_mps=7.6))
        assert [r.source for r in one.runs] == ["3.gpx"]
        assert len(one.runs[0].efforts) == 4

    def test_the_same_whatever_the_number_of_jobs(self, folder):
        from legspeed.reporter.document import season_json

        assert season_json(legspeed.season(folder, jobs=2)) == season_json(legspeed.season(folder, jobs=1))

    def test_a_script_needs_nothing_special(self, tmp_path):
        # So many files would begin workers, and a worker begins the script anew where it has no main guard.
        (tmp_path / "runs").mkdir()
        for number in range(30):
            (tmp_path / "runs" / f"{number}.gpx").write_text(gpx(morning(number), stride_speeds(1)[:90]))
        script = tmp_path / "mine.py"
        script.write_text(f"import legspeed\nprint(len(legspeed.season({str(tmp_path / 'runs')!r}).runs))\n")
        ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
        assert (ran.stdout, ran.stderr) == ("30\n", "")

    def test_a_missing_path_is_a_failure_and_the_rest_is_there(self, folder):
        found = legspeed.season([folder, folder / "none.fit"])
        assert [f.code for f in found.failed] == ["missing"]
        assert (len(found.runs), found.exit_code) == (4, 1)
