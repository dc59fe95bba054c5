"""A struck-out effort stays so whichever PATH its run is read through; no other run is touched."""

import datetime as dt
import json
import os
import re
import zipfile
from pathlib import Path

import pytest

from builders_season import effort, gpx, morning, stride_speeds
from calling import call, done
from legspeed import athlete
from legspeed.reporter.words import clock
from legspeed.seasons.runs import _meant


@pytest.fixture
def top(tmp_path):
    """Return a folder with runs in two folders, two of them of the same name, and in a zip."""
    for name, number in (("runs/a.gpx", 1), ("runs/b.gpx", 2), ("runs/deep/a.gpx", 3), ("other/a.gpx", 4)):
        file = tmp_path / "top" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(gpx(morning(number), stride_speeds(2)))
    with zipfile.ZipFile(tmp_path / "top" / "runs" / "e.zip", "w") as archive:
        archive.writestr("activities/a.gpx", gpx(morning(5), stride_speeds(2)))
        archive.writestr("activities/b.gpx", gpx(morning(6), stride_speeds(2)))
    (tmp_path / "top" / "runs" / "legspeed.toml").write_text("")
    return tmp_path / "top"


def struck(*paths, file):
    """Return the names of the runs with a struck-out effort, read through these paths."""
    out = done("season", *paths, "--no-book", "-q", "--format", "json", "--athlete", file, "--jobs", 1).stdout
    return [r["source"] for r in json.loads(out)["runs"] if any("struck out" in e["evidence"] for e in r["efforts"])]


def efforts(file):
    """Return where the efforts begin, run by run."""
    out = done("season", file, "--no-book", "-q", "--format", "json").stdout
    return [[one["start_s"] for one in run["efforts"]] for run in json.loads(out)["runs"]]


def first_effort(file):
    return efforts(file)[0][0]


def test_it_holds_from_the_folder_from_above_from_below_and_for_the_file_alone(top):
    file = top / "runs" / "legspeed.toml"
    done("strike", top / "runs" / "deep" / "a.gpx", first_effort(top / "runs" / "deep" / "a.gpx"))
    assert athlete.load(file).strikes[0].source == "deep/a.gpx"
    assert struck(top / "runs", file=file) == ["deep/a.gpx"]
    assert struck(top, file=file) == ["runs/deep/a.gpx"]
    assert struck(top / "runs" / "deep", file=file) == ["a.gpx"]
    assert struck(top / "runs" / "deep" / "a.gpx", file=file) == ["a.gpx"]
    assert struck(top / "other", top / "runs", file=file) == ["runs/deep/a.gpx"]
    assert struck(top / "runs" / "a.gpx", top / "runs" / "deep" / "a.gpx", file=file) == ["a.gpx~2"]


@pytest.mark.parametrize("name", ["a.gpx", "e.zip!activities/b.gpx"])
def test_a_start_where_no_effort_begins_is_said_with_those_that_do(top, name):
    begins = efforts(top / "runs" / name.partition("!")[0])[-1]
    said = done("strike", top / "runs" / name, begins[0]).stderr
    assert "is struck out" in said
    assert "no effort" not in said
    said = done("strike", top / "runs" / name, begins[0] + 30).stderr
    assert f"{name}: no effort was found that begins at {clock(begins[0] + 30)}: they begin at 10:0" in said
    assert said.count(", ") == len(begins) - 1
    assert "no effort" not in done("strike", top / "runs" / name, begins[0] + 30, "--undo").stderr


def test_a_start_as_the_run_alone_shows_it_is_struck_in_a_season_that_finds_the_watch_late(tmp_path):
    samples, file = Path(__file__).parents[1] / "sample_files", tmp_path / "legspeed.toml"
    alone = first_effort(samples / "2026-07-29.fit")
    done("strike", samples / "2026-07-29.fit", clock(alone), "--athlete", file)
    out = done("season", samples, "--no-book", "-q", "--format", "json", "--athlete", file).stdout
    (run,) = (run for run in json.loads(out)["runs"] if run["source"] == "2026-07-29.fit")
    assert abs(run["efforts"][0]["start_s"] - alone) > 2
    assert [one["counts"] for one in run["efforts"]] == [False] + 5 * [True]


def test_of_two_efforts_near_a_struck_start_the_nearer_is_meant():
    near = effort(100.0, 5.0), effort(108.0, 5.0)
    assert [_meant(near, start, 7.0) for start in (92.0, 94.0, 103.9, 104.1, 115.0, 116.0)] == [None, 0, 0, 1, 1, None]


def test_a_line_in_the_file_that_strikes_out_no_effort_is_said_with_the_run(top):
    file = top / "runs" / "legspeed.toml"
    start = first_effort(top / "runs" / "a.gpx")
    rows = "".join(f'[[strike]]\nsource = "a.gpx"\nstart_s = {at}\n' for at in (start + 1, start + 40))
    file.write_text(rows)
    out = done("season", top / "runs", "--no-book", "-q", "--format", "json", "--jobs", 1).stdout
    said = [p["message"] for r in json.loads(out)["runs"] for p in r["problems"] if p["code"] == "no-effort"]
    assert said == [f"no effort begins {start + 40:g} s after the start, where the athlete file strikes one out"]
    page = done("season", top / "runs", "--no-book", "-q", "--jobs", 1).stdout
    assert "no-effort" in page


def test_a_strike_in_what_cannot_be_read_or_shows_nothing_says_so(top):
    (top / "runs" / "bad.gpx").write_text("<html>")
    assert "no run could be read there" in done("strike", top / "runs" / "bad.gpx", "30:30").stderr
    (top / "runs" / "easy.gpx").write_text(gpx(morning(9)))
    assert "by itself the run shows none" in done("strike", top / "runs" / "easy.gpx", "30:30").stderr


def test_no_other_run_of_that_name_is_struck(top):
    file = top / "runs" / "legspeed.toml"
    done("strike", top / "runs" / "a.gpx", first_effort(top / "runs" / "a.gpx"))
    assert struck(top / "runs" / "a.gpx", file=file) == ["a.gpx"]
    assert struck(top / "other", file=file) == []
    assert struck(top / "runs" / "deep", file=file) == []
    assert struck(top, file=file) == ["runs/a.gpx"]


def test_in_an_archive(top):
    file = top / "runs" / "legspeed.toml"
    done("strike", f"{top / 'runs' / 'e.zip'}!activities/a.gpx", first_effort(top / "runs" / "e.zip"))
    assert struck(top / "runs" / "e.zip", file=file) == ["e.zip!activities/a.gpx"]
    assert struck(top / "runs", file=file) == ["e.zip!activities/a.gpx"]
    assert struck(top, file=file) == ["runs/e.zip!activities/a.gpx"]


def test_an_athlete_file_that_lies_elsewhere_names_the_way(top, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("")
    done("strike", top / "runs" / "deep" / "a.gpx", first_effort(top / "runs" / "deep" / "a.gpx"), "--athlete", file)
    assert athlete.load(file).strikes[0].source == "top/runs/deep/a.gpx"
    beside = tmp_path / "beside" / "mine.toml"
    beside.parent.mkdir()
    beside.write_text("")
    done("strike", top / "other" / "a.gpx", first_effort(top / "other" / "a.gpx"), "--athlete", beside)
    assert athlete.load(beside).strikes[0].source == "../top/other/a.gpx"
    for paths, named in (((top,), "runs/deep/a.gpx"), ((top / "runs",), "deep/a.gpx")):
        assert struck(*paths, file=file) == [named]
    assert struck(top / "other", file=beside) == ["a.gpx"]
    assert struck(top / "runs", file=beside) == []


def test_a_name_written_by_hand_is_the_one_in_the_report(top, tmp_path):
    """Where nothing lies at the end of the way the report's name counts, as a moved athlete file has it."""
    file = tmp_path / "far" / "mine.toml"
    file.parent.mkdir()
    start = first_effort(top / "runs" / "deep" / "a.gpx")
    file.write_text(f'[[strike]]\nsource = "deep/a.gpx"\nstart_s = {start}\n')
    assert struck(top / "runs", file=file) == ["deep/a.gpx"]
    assert struck(top, file=file) == []


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_to_the_folder_leads_to_the_same_runs(top, tmp_path):
    (tmp_path / "link").symlink_to(top / "runs")
    done("strike", tmp_path / "link" / "b.gpx", first_effort(top / "runs" / "b.gpx"))
    assert struck(top, file=top / "runs" / "legspeed.toml") == ["runs/b.gpx"]


def test_the_second_run_of_a_file(top):
    both = gpx(morning(8), stride_speeds(2)).replace("</gpx>", "") + "".join(
        gpx(morning(9), stride_speeds(2)).partition("<trk>")[1:]
    )
    (top / "runs" / "two.gpx").write_text(both)
    file = top / "runs" / "legspeed.toml"
    file.write_text('[[strike]]\nsource = "two.gpx#2"\nstart_s = 0\n')
    sources = [
        run["source"]
        for run in json.loads(done("season", top, "--no-book", "-q", "--format", "json", "--jobs", 1).stdout)["runs"]
    ]
    assert "runs/two.gpx#2" in sources
    out = done("season", top / "runs" / "two.gpx", "--no-book", "-q", "--format", "json").stdout
    start = json.loads(out)["runs"][1]["efforts"][0]["start_s"]
    file.write_text(f'[[strike]]\nsource = "two.gpx#2"\nstart_s = {start}\n')
    assert struck(top, file=file) == ["runs/two.gpx#2"]
    assert struck(top / "runs" / "two.gpx", file=file) == ["two.gpx#2"]


@pytest.mark.parametrize(
    ("begin_s", "clock_s"), [(0, 0), (300, 0), (0, 3600), (0, -7 * 3600)], ids=["as it is", "cut", "later", "earlier"]
)
def test_a_strike_outlives_the_recording_it_was_written_for(tmp_path, begin_s, clock_s):
    """A copy was all there was; then the watch's own file comes, richer and whole, and is the one that counts."""
    speeds = [2.4 + 0.01 * (second % 97) for second in range(300)] + stride_speeds(6)
    begin = morning(3) + dt.timedelta(seconds=begin_s + clock_s)
    (tmp_path / "copy.gpx").write_text(gpx(begin, speeds[begin_s:], cadence=False))
    (tmp_path / "other.gpx").write_text(gpx(morning(9), stride_speeds(6)))
    own = tmp_path / "legspeed.toml"
    done("strike", tmp_path / "copy.gpx", efforts(tmp_path / "copy.gpx")[0][2])
    assert struck(tmp_path, file=own) == ["copy.gpx"]
    (tmp_path / "watch.gpx").write_text(gpx(morning(3), speeds))
    assert struck(tmp_path, file=own) == ["watch.gpx"]
    out = done("season", tmp_path, "--no-book", "-q", "--format", "json").stdout
    run = json.loads(out)["runs"][0]
    assert run["source"] == "watch.gpx"
    assert [one["counts"] for one in run["efforts"]] == [True, True, False, True, True, True]


class TestWhatIsNotUsed:
    """Who wrote something into his file, and sees no trace of it in the season, is told why."""

    def said(self, *arguments):
        return call(*arguments, "--no-book", "--jobs", 1).stderr

    def test_a_strike_whose_file_is_gone(self, top):
        file = top / "runs" / "legspeed.toml"
        call("strike", top / "runs" / "a.gpx", first_effort(top / "runs" / "a.gpx"))
        assert self.said("season", top / "runs") == ""
        assert self.said("season", top / "runs" / "deep", "--athlete", file) == ""  # not among these runs, but there
        (top / "runs" / "a.gpx").rename(top / "runs" / "renamed.gpx")
        said = self.said("season", top / "runs")
        assert re.match(r"legspeed: a\.gpx at 10:0\d is to be struck out, and there is no such file", said), said
        assert "a.gpx at 10:0" in self.said("gaps", top / "runs", "--as-of", "2024-01-10")
        assert call("season", top / "runs", "--no-book", "-q").stderr == ""

    def test_a_strike_by_the_name_in_the_report_with_the_file_elsewhere(self, top, tmp_path):
        file = tmp_path / "mine.toml"
        file.write_text('[[strike]]\nsource = "deep/a.gpx"\nstart_s = 600\n')
        assert self.said("season", top / "runs", "--athlete", file) == ""

    def test_an_athlete_file_beside_the_folder_that_has_its_own(self, top):
        (top / "legspeed.toml").write_text('[[session]]\ndate = 2024-01-03\nkind = "stride"\ncount = 4\n')
        said = self.said("season", top / "runs")
        assert f"{top / 'legspeed.toml'}: not used, as {top / 'runs' / 'legspeed.toml'} lies in the folder" in said
        assert self.said("season", top / "runs", "--athlete", top / "legspeed.toml") == ""
        assert self.said("season", top) == ""

    def test_a_session_by_hand_behind_the_last_day_looked_at(self, top):
        file = top / "runs" / "legspeed.toml"
        file.write_text('[[session]]\ndate = 2024-02-03\nkind = "stride"\ncount = 4\n')
        said = self.said("season", top / "runs")
        assert "1 session by hand after 2024-01-07, the last day looked at, is not counted; --as-of 2024-02-03" in said
        assert self.said("season", top / "runs", "--as-of", "2024-02-03") == ""
