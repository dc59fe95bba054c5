"""The command line as a user meets it: what is on stdout, what on stderr, and the exit code."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import legspeed
from builders_season import gpx, morning, stride_speeds
from calling import call

SAMPLES = Path(__file__).parents[1] / "sample_files"
PACES = ("--five-k", "19:00", "--max-speed", "7.6")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("season")
    for number in (0, 3, 6, 40):
        (path / f"{number:02d}.gpx").write_text(gpx(morning(number), stride_speeds(4)))
    (path / "20.gpx").write_text(gpx(morning(20)))
    return path


class TestSeason:
    def test_text(self, folder):
        result = call("season", folder, *PACES)
        assert result.exit_code == 0, result.output
        assert re.search(r"4 × (19|20) s strides", result.stdout)
        assert "Last speed work" in result.stdout
        assert result.stderr == ""
        assert max(map(len, result.stdout.splitlines())) <= 80
        assert "\x1b" not in result.stdout

    def test_json(self, folder):
        document = json.loads(call("season", folder, *PACES, "--format", "json").stdout)
        assert document["schema"] == "legspeed.season/1"
        assert [len(r["efforts"]) for r in document["runs"]] == [4, 4, 4, 0, 4]
        assert [(g["days"], g["open"]) for g in document["gaps"]] == [(34, False)]

    @pytest.mark.parametrize(("table", "rows"), [("efforts", 16), ("runs", 5), ("weeks", 6), ("gaps", 1)])
    def test_csv(self, folder, table, rows):
        found = call("season", folder, *PACES, "--format", "csv", "--table", table)
        assert "--table" not in found.stderr
        text = found.stdout
        assert len(list(csv.DictReader(io.StringIO(text)))) == rows

    def test_a_table_asked_for_in_vain_is_said(self, folder):
        found = call("season", folder, *PACES, "--table", "weeks")
        assert found.exit_code == 0
        assert "--table weeks: only --format csv writes one table; this is text" in found.stderr

    def test_to_a_file(self, folder, tmp_path):
        result = call("season", folder, *PACES, "--format", "json", "-o", tmp_path / "s.json")
        assert (result.exit_code, result.stdout) == (0, "")
        assert json.loads((tmp_path / "s.json").read_text("utf-8"))["runs"]
        call("season", folder, *PACES, "-o", tmp_path / "s.txt")
        assert "Last speed work" in (tmp_path / "s.txt").read_text("utf-8")

    def test_jobs_change_nothing(self, folder):
        one, two = (call("season", folder, "--jobs", n, "--format", "json").stdout_bytes for n in (1, 2))
        assert one == two

    def test_as_of_an_earlier_day_shows_no_later_sessions(self, folder):
        page = call("season", folder, *PACES, "--as-of", "2024-01-05").stdout
        assert "2024-01-04  4 ×" in page
        assert "2024-01-07  4 ×" not in page
        assert "5 runs" in page
        assert "3 after 2024-01-05 speak for" in " ".join(page.split())
        assert "speak for" not in call("season", folder, *PACES).stdout

    @pytest.mark.parametrize("verb", ["season", "gaps", "analyze", "inspect"])
    def test_a_path_without_rights_keeps_no_other_from_being_read(self, folder, monkeypatch, verb):
        """Click asks for them beforehand and ends the whole call; who may read, as here, finds out by reading."""
        access = os.access
        monkeypatch.setattr("os.access", lambda path, *mode: "20.gpx" not in str(path) and access(path, *mode))
        result = call(verb, folder / "20.gpx", folder / "00.gpx")
        assert result.exit_code in (0, 4), result.output

    def test_as_of_since_until(self, folder):
        document = json.loads(call("season", folder, "--as-of", "2024-03-01", "--format", "json").stdout)
        assert (document["exposure"]["as_of"], document["exposure"]["days_since"]) == ("2024-03-01", 20)
        document = json.loads(
            call("season", folder, "--since", "2024-01-02", "--until", "2024-01-10", "--format", "json").stdout
        )
        assert [r["local_date"] for r in document["runs"]] == ["2024-01-04", "2024-01-07"]
        assert document["exposure"]["days_since"] == 0

    def test_an_archive_read_in_place(self, folder, tmp_path):
        with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
            for file in folder.iterdir():
                archive.write(file, f"activities/{file.name}")
        document = json.loads(call("season", tmp_path / "export.zip", "--format", "json").stdout)
        assert document["runs"][0]["source"] == "export.zip!activities/00.gpx"
        assert [p.name for p in tmp_path.iterdir()] == ["export.zip"]

    def test_no_laps_is_an_option(self, folder):
        assert call("season", folder, "--no-laps").exit_code == 0

    def test_miles(self, folder):
        assert "per mi" in call("season", folder, "--units", "mi").stdout


class TestAnalyze:
    def test_text_with_why(self, folder):
        result = call("analyze", folder / "00.gpx", *PACES, "--why", "-v")
        assert result.exit_code == 0, result.output
        assert re.search(r"4 × (19|20) s strides", result.stdout)
        assert "refused" in result.stdout.lower()
        assert max(map(len, result.stdout.splitlines())) <= 80

    def test_json_has_refused_with_why_only(self, folder):
        for why in ([], ["--why"]):
            document = json.loads(call("analyze", folder / "00.gpx", *PACES, *why, "--format", "json").stdout)
            assert ("refused" in document["runs"][0]) == bool(why)


class TestBadInput:
    """One clear line each with the way out, the right exit code, and the rest of the batch done."""

    @pytest.mark.parametrize(
        ("name", "content", "code", "said"),
        [
            ("none.fit", None, 3, "no such file"),
            ("empty.fit", b"", 3, "empty.fit: "),
            ("page.gpx", b"<html><head></head><body>Sign in</body></html>", 3, "page.gpx: "),
            ("notes.txt", b"easy 8 km", 3, "notes.txt: "),
            (
                "route.gpx",
                b'<gpx><rte><rtept lat="1" lon="2"/><rtept lat="1.1" lon="2"/></rte></gpx>',
                3,
                "route.gpx: ",
            ),
        ],
    )
    def test_alone_it_is_nothing_usable(self, tmp_path, name, content, code, said):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        result = call("season", tmp_path / name)
        assert result.exit_code == code
        lines = [line for line in result.stderr.splitlines() if name in line]
        assert len(lines) == 1
        assert said in lines[0]
        assert "Traceback" not in result.stderr

    def test_beside_good_files_the_rest_is_done(self, folder, tmp_path):
        (tmp_path / "broken.fit").write_bytes(b"\x0e\x10nothing of a FIT file")
        result = call("season", folder, tmp_path / "broken.fit", tmp_path / "none.gpx", "--format", "json")
        assert result.exit_code == 1
        document = json.loads(result.stdout)
        assert len(document["runs"]) == 5
        assert {f["source"] for f in document["failed"]} == {"broken.fit", "none.gpx"}
        assert len(result.stderr.splitlines()) == 2

    def test_quiet_says_nothing(self, tmp_path):
        result = call("season", tmp_path / "none.fit", "-q", "--format", "json")
        assert (result.exit_code, result.stderr) == (3, "")

    def test_only_other_sports(self, tmp_path):
        (tmp_path / "ride.gpx").write_text(gpx(morning(0), [8.0] * 300, sport="cycling"))
        result = call("season", tmp_path)
        assert result.exit_code == 3
        assert "ride.gpx: not a run: cycling" in result.stderr

    def test_a_name_that_would_steer_the_terminal(self, tmp_path):
        name = "evil\x1b[2J\x07.gpx" if sys.platform != "win32" else "evil.gpx"
        (tmp_path / name).write_text(gpx(morning(0)))
        (tmp_path / f"2{name}").write_text("broken")
        result = call("season", tmp_path, "-v")
        assert "\x1b" not in result.stdout + result.stderr
        assert "\x07" not in result.stdout + result.stderr


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--five-k", "1745"], "--five-k: a time such as"),
            (["--max-speed", "31"], "--max-speed: a number from 3 to 12.5"),
            (["--tz", "Europe/Berln"], "did you mean 'Europe/Berlin'"),
            (["--since", "yesterday"], "--since: a date such as 2024-05-01"),
            (["--athlete", "none.toml"], "none.toml"),
            (["-o", "no/such/folder/a.json"], "no such folder"),
            (["--format", "xml"], "xml"),
            (["--jobs", "0"], "--jobs"),
            (["--units", "leagues"], "leagues"),
        ],
    )
    def test_what_cannot_be_used_is_named_and_nothing_is_read(self, folder, arguments, said):
        result = call("season", folder, *arguments)
        assert result.exit_code == 2
        assert said in result.stderr
        assert result.stdout == ""

    def test_the_athlete_file_beside_the_runs_is_used_and_options_win(self, folder, tmp_path):
        (tmp_path / "legspeed.toml").write_text('[athlete]\nname = "Sam"\nfive_k = "19:00"\n')
        (tmp_path / "a.gpx").write_bytes((folder / "00.gpx").read_bytes())
        given = json.loads(call("season", tmp_path, "--format", "json").stdout)["athlete"]
        assert (given["name"], given["five_k_speed_mps"]) == ("Sam", 4.386)
        result = call("season", tmp_path, "--format", "json", "--five-k", "20:00", "-v")
        assert json.loads(result.stdout)["athlete"]["five_k_speed_mps"] == 4.167
        assert "legspeed.toml" in result.stderr

    def test_a_bad_athlete_file_names_its_line(self, folder, tmp_path):
        (tmp_path / "my.toml").write_text("[athlete]\nfivek = 3\n")
        result = call("season", folder, "--athlete", tmp_path / "my.toml")
        assert result.exit_code == 2
        assert "line 2" in result.stderr

    @pytest.mark.parametrize("arguments", [[], ["--help"], ["season", "--help"], ["analyze", "-h"]])
    def test_help_teaches_by_example(self, arguments):
        result = call(*arguments)
        assert "Examples:" in result.output
        assert "legspeed " in result.output

    @pytest.mark.parametrize(
        ("verb", "many"),
        [
            ("analyze", "FILE..."),
            ("season", "PATH..."),
            ("gaps", "PATH..."),
            ("inspect", "FILE..."),
            ("settings", "PATH..."),
        ],
    )
    def test_help_says_where_several_may_be_named(self, verb, many):
        assert many in call(verb, "--help").stdout.split("\n\n")[0]

    def test_version(self):
        assert call("--version").stdout == f"legspeed {legspeed.__version__}\n"


class TestInspect:
    def test_channels_rate_and_device(self, folder):
        result = call("inspect", folder / "00.gpx")
        assert result.exit_code == 0, result.output
        for said in ("speed_mps", "cadence_spm", "every second", "Lags", "running", "one file cannot tell"):
            assert said in result.stdout, said
        assert max(map(len, result.stdout.splitlines())) <= 80
        assert "-30.0" not in result.stdout  # where it was run is nobody's business

    def test_json(self, folder):
        (one,) = json.loads(call("inspect", folder / "00.gpx", "--format", "json").stdout)["activities"]
        channels = {c["name"]: c for c in one["channels"]}
        assert (one["records"], one["interval_s"], one["utc_offset_s"]) == (len(stride_speeds(4)), 1.0, None)
        assert (channels["speed_mps"]["coverage"], channels["speed_mps"]["max"]) == (1.0, 6.6)
        assert channels["latitude_deg"]["median"] is None
        (start,) = one["timer_starts"]
        assert 0 <= start["half_rise_s"] < 5

    def test_verify(self, folder):
        result = call("inspect", folder / "00.gpx", "--verify")
        assert result.exit_code == 0
        assert "the two readings agree" in result.stdout

    def test_messages_of_a_fit_file(self):
        result = call("inspect", SAMPLES / "2026-03-03.fit", "--messages")
        assert result.exit_code == 0
        for said in ("record", "session", "heart_rate", "beats/min", "not shown"):
            assert said in result.stdout, said
        assert max(map(len, result.stdout.splitlines())) <= 80

    def test_messages_of_what_is_no_activity_and_of_what_is_no_fit(self, folder):
        result = call("inspect", SAMPLES / "odd" / "course.fit", "--messages")
        assert (result.exit_code, "type course" in result.stdout) == (0, True)
        assert "only FIT files consist of messages" in call("inspect", folder / "00.gpx", "--messages").stdout

    def test_json_holds_what_else_was_asked_for(self, folder):
        arguments = ("inspect", SAMPLES / "2026-03-03.fit", folder / "00.gpx", SAMPLES / "odd" / "course.fit")
        result = call(*arguments, "--verify", "--messages", "--format", "json")
        assert result.exit_code == 0
        run_, track, course = json.loads(result.stdout)["files"]
        assert run_["second_opinion"]["agrees"]
        assert track["second_opinion"]["agrees"]
        assert run_["second_opinion"]["records"] == [2802, 2802]
        counts = {message["name"]: message["count"] for message in run_["messages"]}
        assert (counts["record"], counts["session"]) == (2802, 1)
        assert track["messages"] is None
        assert "second_opinion" not in course
        assert "type course" in course["no_activity"]
        assert course["messages"]
        assert json.loads(call(*arguments, "--format", "json").stdout)["files"] == []

    def test_one_file_is_held_at_a_time(self, folder, monkeypatch):
        from legspeed.readers.containers.entries import Entry
        from legspeed.reporter.inspect_document import inspection_pieces
        from legspeed.seasons.inspection import inspect_files

        opened, content = [], Entry.content
        monkeypatch.setattr(Entry, "content", lambda entry, *a: opened.append(entry.source) or content(entry, *a))
        pieces = inspection_pieces(inspect_files([folder], settings=legspeed.Settings()))
        # what is written was read last
        written = [f'"source": "{opened[-1]}"' in piece for piece in pieces if '"source"' in piece]
        assert written == [True] * 5
        assert len(opened) == 5

    def test_a_fault_of_ours_in_one_file_costs_no_other(self, folder, monkeypatch):
        from legspeed.seasons import inspection

        def faulty(data, *_):
            return [] if b"<trk" in data else 1 // 0

        monkeypatch.setattr(inspection, "_messages", faulty)
        result = call("inspect", SAMPLES / "2026-03-03.fit", folder / "00.gpx", "--messages")
        assert (result.exit_code, "speed_mps" in result.stdout) == (1, True)
        assert "2026-03-03.fit: ZeroDivisionError in legspeed itself" in result.stderr

    def test_a_broken_file_beside_a_good_one(self, folder, tmp_path):
        (tmp_path / "b.gpx").write_text("broken")
        assert call("inspect", folder / "00.gpx", tmp_path / "b.gpx").exit_code == 1
        assert call("inspect", tmp_path / "b.gpx").exit_code == 3


class TestSettings:
    def test_shows_every_threshold(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        result = call("settings")
        assert result.exit_code == 0
        assert "notice_d" in result.stdout
        assert max(map(len, result.stdout.splitlines())) <= 80

    def test_where_a_value_comes_from(self, tmp_path):
        (tmp_path / "legspeed.toml").write_text("[settings.gaps]\nnotice_d = 9\n")
        rows = csv.DictReader(io.StringIO(call("settings", tmp_path, "--format", "csv").stdout))
        assert {r["key"]: (r["value"], r["from"]) for r in rows}["gaps.notice_d"] == ("9", "legspeed.toml")

    def test_init_writes_one_and_never_over_another(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert call("settings", "--init").exit_code == 0
        before = (tmp_path / "legspeed.toml").read_bytes()
        result = call("settings", "--init")
        assert result.exit_code == 2
        assert "exists already" in result.stderr
        assert (tmp_path / "legspeed.toml").read_bytes() == before
        assert call("settings").exit_code == 0


class TestProcess:
    """What only a process of its own shows."""

    def start(self, *arguments, **options):
        return subprocess.Popen([sys.executable, "-m", "legspeed", *map(str, arguments)], **options)

    @pytest.mark.skipif(sys.platform == "win32", reason="a POSIX pipe")
    def test_a_closed_pipe_ends_quietly(self, folder):
        with self.start(
            "season", folder, "--format", "json", stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
    @pytest.mark.parametrize("form", ["json", "text"])
    def test_a_full_disk_is_one_line(self, folder, form):
        with Path("/dev/full").open("wb") as full:
            done = self.start("season", folder, "--format", form, stdout=full, stderr=subprocess.PIPE)
            with done as process:
                said = process.stderr.read().decode()
        assert process.returncode == 2
        assert said == "legspeed: the result could not be written (No space left on device)\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
    @pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed_streams_as_a_daemon_has_them(self, folder, closed):
        command = f'"{sys.executable}" -m legspeed gaps "{folder}" --as-of 2024-03-30 {closed}'
        done = subprocess.run(command, shell=True, capture_output=True, check=False)
        assert done.returncode == 4
        assert done.stderr == b""
        assert (b"days" in done.stdout) == (">&-" not in closed.split())

    def test_a_terminal_that_knows_ascii_only(self, folder):
        env = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(
            [sys.executable, "-m", "legspeed", "season", folder], env=env, capture_output=True, check=False
        )
        assert done.returncode == 0
        assert b"strides" in done.stdout

    def test_json_is_utf_8_whatever_the_terminal(self, tmp_path):
        (tmp_path / "läufe.gpx").write_text(gpx(morning(0)))
        env = {**os.environ, "PYTHONIOENCODING": "ascii"}
        command = [sys.executable, "-m", "legspeed", "season", tmp_path, "--format", "json"]
        done = subprocess.run(command, env=env, capture_output=True, check=True)
        assert json.loads(done.stdout.decode("utf-8"))["runs"][0]["source"] == "läufe.gpx"
