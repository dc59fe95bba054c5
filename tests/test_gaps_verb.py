"""`legspeed gaps` as a timer runs it, and `strike` and `add` as a user types them."""

import csv
import datetime as dt
import io
import json
import re
import sys
import zipfile

import pytest

from builders_season import added_up, day, gpx, morning, run, strides
from calling import call
from legspeed import athlete
from legspeed.athlete import Athlete, Mute
from legspeed.console import today
from legspeed.exposure.gaps import is_alarm
from test_cli import PACES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    from builders_season import stride_speeds

    monkeypatch.setenv("LEGSPEED_BOOK", str(tmp_path / "book.sqlite"))
    runs = tmp_path / "runs"
    runs.mkdir()
    for number in (0, 3, 40):
        (runs / f"{number:02d}.gpx").write_text(gpx(morning(number), stride_speeds(4)))
    (runs / "20.gpx").write_text(gpx(morning(20)))
    return runs


def ask(folder, as_of, *more):
    return call("gaps", folder, *PACES, "--as-of", day(as_of), *more)


class TestGaps:
    @pytest.mark.parametrize(
        ("as_of", "level", "code"),
        [
            (48, "notice", 0),
            (49, "notice", 4),
            (54, "caution", 0),
            (55, "caution", 4),
            (68, None, 0),
            (69, None, 4),
            (69, "restart", 0),
            (97, "restart", 4),
        ],
    )
    def test_the_exit_code_is_4_when_the_open_one_is_at_the_level(self, folder, as_of, level, code):
        result = ask(folder, as_of, *(["--level", level] if level else []))
        assert result.exit_code == code, result.output

    def test_any_looks_at_closed_ones_too_also_outside_what_is_shown(self, folder):
        assert ask(folder, 42).exit_code == 0
        assert ask(folder, 42, "--any").exit_code == 4
        assert ask(folder, 42, "--any", "--since", day(41)).exit_code == 4
        assert ask(folder, 42, "--any", "--level", "restart").exit_code == 0

    def test_muted_weeks_are_listed_and_never_an_alarm(self, folder):
        (folder / "legspeed.toml").write_text(f"[[mute]]\nfrom = {day(41)}\nto = {day(90)}\n")
        result = ask(folder, 88)
        assert result.exit_code == 0
        assert "muted" in result.stdout
        assert ask(folder, 88, "--any").exit_code == 4  # the closed one of 37 days is not muted
        assert ask(folder, 99 + 28).exit_code == 4

    def test_the_page_has_the_open_one_first_and_fits(self, folder):
        result = ask(folder, 70)
        lines = result.stdout.splitlines()
        assert re.search(r"Open gap\s+30 days since 2024-02-10: flag", lines[2])
        assert [line.split()[1] for line in lines if re.match(r"\s+2024-", line)] == ["open", "2024-02-10"]
        assert max(map(len, lines)) <= 80

    def test_json_and_csv(self, folder):
        document = json.loads(ask(folder, 70, "--format", "json").stdout)
        assert [(g["days"], g["open"]) for g in document["gaps"]] == [(37, False), (30, True)]
        rows = list(csv.DictReader(io.StringIO(ask(folder, 70, "--format", "csv").stdout)))
        assert [(row["days"], row["level"]) for row in rows] == [("37", "flag"), ("30", "flag")]

    def test_since_and_until_limit_what_is_shown_only(self, folder):
        document = json.loads(ask(folder, 70, "--format", "json", "--since", day(41)).stdout)
        assert [g["days"] for g in document["gaps"]] == [30]
        assert document["exposure"]["days_since"] == 30

    def test_an_open_one_that_is_not_shown_is_not_called_none(self, folder):
        result = ask(folder, 80, "--until", day(10))
        assert result.exit_code == 4
        assert re.search(r"Open gap +not in the days shown", result.output)
        assert re.search(r"Open gap +none", ask(folder, 41, "--until", day(10)).output)

    def test_today_is_the_default(self, folder):
        document = json.loads(call("gaps", folder, *PACES, "--format", "json").stdout)
        assert document["exposure"]["as_of"] == today(Athlete()).isoformat()
        assert call("gaps", folder, *PACES).exit_code == 4

    def test_no_runs_is_3_and_a_broken_file_beside_an_alarm_still_4(self, folder, tmp_path):
        (folder / "broken.fit").write_bytes(b"\x0e\x10nothing of a FIT file")
        assert ask(folder, 42).exit_code == 1
        assert ask(folder, 88).exit_code == 4
        assert ask(tmp_path / "none", 88).exit_code == 3


def test_today_follows_the_athletes_time_zone():
    dates = {today(Athlete(time_zone=zone)) for zone in ("Pacific/Kiritimati", "Pacific/Niue")}
    assert len(dates) == 2 or max(dates) - min(dates) <= dt.timedelta(days=1)
    assert today(Athlete(time_zone="Pacific/Kiritimati")) > today(Athlete(time_zone="Pacific/Niue"))


def test_an_alarm_needs_a_level_an_open_end_and_no_mute():
    runs = [run(day(0), *strides()), run(day(60), *strides())]

    def alarm(level, as_of, *, mutes=(), any_gap=False):
        found = added_up(runs, athlete=Athlete(mutes=mutes), as_of=day(as_of)).gaps
        return is_alarm(found, level, any_gap=any_gap)

    assert not alarm("notice", 62)
    assert alarm("restart", 62, any_gap=True)
    assert not alarm("notice", 62, any_gap=True, mutes=(Mute(day(1), day(59)),))
    assert alarm("notice", 70)
    assert not alarm("notice", 70, mutes=(Mute(day(61), day(69)),))


class TestStrike:
    def test_it_counts_no_more_and_undo_takes_it_back(self, folder):
        before = json.loads(ask(folder, 42, "--format", "json").stdout)
        effort = before["runs"][-1]["efforts"][0]
        clock = f"{int(effort['start_s'] // 60)}:{effort['start_s'] % 60:04.1f}"
        result = call("strike", folder / "40.gpx", clock)
        assert result.exit_code == 0, result.output
        assert f"to undo: legspeed strike {folder / '40.gpx'} {clock} --undo" in result.stderr
        after = json.loads(ask(folder, 42, "--format", "json").stdout)
        assert [e["counts"] for e in after["runs"][-1]["efforts"]] == [False, True, True, True]
        assert "struck out" in after["runs"][-1]["efforts"][0]["evidence"]
        again = call("strike", folder / "40.gpx", effort["start_s"])
        assert "struck out already" in again.stderr
        assert call("strike", folder / "40.gpx", effort["start_s"], "--undo").exit_code == 0
        assert ask(folder, 42, "--format", "json").stdout == json.dumps(before, indent=1, ensure_ascii=False) + "\n"

    def test_in_an_archive_and_in_folders_below(self, folder):
        with zipfile.ZipFile(folder / "e.zip", "w") as archive:
            archive.write(folder / "00.gpx", "activities/1.gpx")
        (folder / "legspeed.toml").write_text("# mine\n")
        (folder / "deep").mkdir()
        (folder / "40.gpx").rename(folder / "deep" / "40.gpx")
        assert call("strike", f"{folder / 'e.zip'}!activities/1.gpx", "600").exit_code == 0
        assert call("strike", folder / "deep" / "40.gpx", "10:03").exit_code == 0
        assert call("strike", folder / "00.gpx#2", "5").exit_code == 0
        who = athlete.load(folder / "legspeed.toml")
        assert [(s.source, s.start_s) for s in who.strikes] == [
            ("e.zip!activities/1.gpx", 600.0),
            ("deep/40.gpx", 603.0),
            ("00.gpx#2", 5.0),
        ]
        assert (folder / "legspeed.toml").read_text().startswith("# mine\n")
        assert not list(folder.glob("deep/*.toml"))

    def test_by_its_name_in_the_report(self, folder):
        file = folder / "legspeed.toml"
        assert call("strike", "40.gpx", "10:03", "--athlete", file).exit_code == 0
        assert athlete.load(file).strikes[0].source == "40.gpx"

    @pytest.mark.parametrize("name", ["Great run!.gpx", "wow!/a!b#2.gpx"])
    def test_names_with_the_marks_of_archives_in_them(self, folder, monkeypatch, name):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / "40.gpx").rename(folder / name)
        assert call("strike", folder / name, "10:03", "--athlete", folder / "legspeed.toml").exit_code == 0
        assert athlete.load(folder / "legspeed.toml").strikes[0].source == name
        runs = json.loads(call("season", folder, *PACES, "--format", "json").stdout)["runs"]
        assert [run["source"] for run in runs if any("struck out" in e["evidence"] for e in run["efforts"])] == [name]
        monkeypatch.chdir(folder)
        assert call("strike", name, "10:03", "--undo", "--athlete", "legspeed.toml").exit_code == 0

    @pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
    def test_by_a_name_of_which_the_report_shows_not_all(self, folder, monkeypatch):
        (folder / "40.gpx").rename(folder / "my\trun\u200d.gpx")
        monkeypatch.chdir(folder)
        assert call("strike", "my\ufffdrun\ufffd.gpx", "10:03").exit_code == 0
        assert athlete.load(folder / "legspeed.toml").strikes[0].source == "my\trun\u200d.gpx"
        runs = json.loads(call("season", folder, *PACES, "--format", "json").stdout)["runs"]
        struck = [run["source"] for run in runs if any("struck out" in e["evidence"] for e in run["efforts"])]
        assert struck == ["my\ufffdrun\ufffd.gpx"]
        assert call("strike", folder / "my\ufffdrun\ufffd.gpx", "10:03", "--undo").exit_code == 0
        assert "no such run" in call("strike", "\ufffd.gpx", "10:03").stderr

    def test_a_name_that_no_file_can_have_is_no_run(self, folder):
        assert "no such run" in call("strike", folder / ("x" * 300), "10").stderr
        (folder / "legspeed.toml").write_text(f'[[strike]]\nsource = "{"x" * 300}"\nstart_s = 10\n')
        assert call("season", folder).exit_code == 0

    @pytest.mark.parametrize(
        ("name", "start", "said"),
        [("none.gpx", "10", "no such run"), ("00.gpx", "soon", "START: a time such as"), ("00.gpx", "-3", "START")],
    )
    def test_what_is_wrong_is_said_and_nothing_written(self, folder, name, start, said):
        result = call("strike", folder / name, "--", start)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
        assert not (folder / "legspeed.toml").exists()
        result = call("strike", folder / "00.gpx", "10", "--undo")
        assert (result.exit_code, "nothing in it is struck out" in result.stderr) == (2, True)


class TestAdd:
    def test_a_session_closes_the_gap_and_jumps_do_not(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        assert ask(folder, 88).exit_code == 4
        result = call("add", day(60), "plyometrics", 3)
        assert result.exit_code == 0
        assert "close no gap" in result.stderr
        assert ask(folder, 88).exit_code == 4
        result = call("add", day(61), "stride", 6, 20)
        assert "added: 2024-03-02: 6 × stride of 20 s" in result.stderr
        assert f"to undo: legspeed add {day(61)} stride 6 20 --undo" in result.stderr
        assert ask(folder, 88).exit_code == 0
        document = json.loads(ask(folder, 88, "--format", "json").stdout)
        assert document["exposure"]["days_since_by_kind"]["plyometrics"] == 28
        assert re.search(
            r"Plyometrics\s+Fri 2024-03-01, 28 days before 2024-03-29: 3 sets\n",
            call("season", folder, *PACES, "--as-of", day(88)).stdout,
        )
        week = next(w for w in document["exposure"]["weeks"] if w["week"] == "2024-W09")
        assert (week["sessions"], week["efforts"]) == (1, 6)
        assert call("add", day(61), "stride", 6, 20, "--undo").exit_code == 0
        assert ask(folder, 88).exit_code == 4

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("2024-02-30", "stride", "6"), "DATE: a date such as"),
            (("2024-02-28", "strides", "6"), "KIND: 'strides' is no kind of session; did you mean 'stride'?"),
            (("2024-02-28", "stride", "0"), "COUNT: a whole number from 1"),
            (("2024-02-28", "stride", "6", "0"), "SECONDS: a number from 1"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_written(self, folder, monkeypatch, arguments, said):
        monkeypatch.chdir(folder)
        result = call("add", *arguments)
        assert (result.exit_code, said in result.stderr) == (2, True), result.output
        assert not (folder / "legspeed.toml").exists()


def test_every_verb_has_examples_in_its_help():
    for verb in ("gaps", "squad", "strike", "add"):
        result = call(verb, "--help")
        assert result.exit_code == 0
        assert f"legspeed {verb} " in result.stdout.split("Examples:")[1]


@pytest.mark.parametrize("verb", ["", "season", "analyze", "gaps", "squad", "strike", "add", "inspect", "settings"])
def test_the_help_fits_80_columns(verb, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = call(*verb.split(), "--help").stdout.splitlines()
    assert len(lines) > 10
    assert [line for line in lines if len(line) > 80] == []
