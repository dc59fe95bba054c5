"""Case 39 of the input cases: killed, disk full, a place that takes nothing, two at once. Never half a report.

What the book has of it is tested in test_book.py.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builders_season import gpx, morning, stride_speeds
from legspeed import athlete

if sys.platform == "win32":  # pragma: no cover
    pytest.skip("signals and limits of POSIX", allow_module_level=True)

import resource


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    for number in range(12):
        (path / f"{number:02d}.gpx").write_text(gpx(morning(3 * number), stride_speeds(2)))
    return path


def started(folder, out, book, *more, most_bytes=None):
    """Start a season that writes JSON to `out`; no file of it may grow beyond `most_bytes`."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "legspeed", "season", folder, "--format", "json", "-o", out, "--jobs", "1", *more]
    return subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, "LEGSPEED_BOOK": str(book)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=limit if most_bytes else None,
    )


def finished(process):
    """Return exit code, output and messages."""
    out, said = process.communicate()
    return process.returncode, out, said.decode()


@pytest.fixture(scope="module")
def expected(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("expected")
    assert finished(started(folder, place / "out.json", place / "book.sqlite"))[0] == 0
    return (place / "out.json").read_bytes()


def test_a_disk_full_while_the_report_is_written_leaves_the_old_one(folder, tmp_path):
    out = tmp_path / "out.json"
    out.write_text("yesterday's\n")
    code, _, said = finished(started(folder, out, tmp_path / "book", "--no-book", most_bytes=8192))
    assert code == 2
    assert said.count("\n") == 1
    assert f"{out}: cannot be written (File too large): choose another place with -o" in said
    assert (out.read_text(), [f.name for f in tmp_path.iterdir()]) == ("yesterday's\n", ["out.json"])


def test_a_disk_full_for_the_book_is_said_in_one_line_and_the_report_is_whole(folder, tmp_path, expected):
    process = started(folder, "-", tmp_path / "book.sqlite", most_bytes=8192)
    code, out, said = finished(process)
    assert (code, out) == (0, expected)
    assert said.count("\n") == 1
    assert "book" in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a place of Linux where nobody can write")
def test_a_place_that_takes_no_file_is_one_line(folder, tmp_path):
    code, _, said = finished(started(folder, "/proc/out.json", tmp_path / "book", "--no-book"))
    assert (code, said.count("\n")) == (2, 1)
    assert "/proc/out.json: cannot be written" in said
    command = [sys.executable, "-m", "legspeed", "add", "2024-01-10", "stride", "6", "--athlete", "/proc/me.toml"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"cannot be written (No such file or directory): make room or rights for it, or name another" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_folder_is_one_line(folder, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    code, _, said = finished(started(folder, tmp_path / "shut" / "out.json", tmp_path / "book"))
    assert (code, said.count("\n")) == (2, 1)


def killed_once(folder, tmp_path, expected, seed):
    """Kill a season while it reads or writes; then let it run to its end."""
    out, book = tmp_path / "out.json", tmp_path / "book.sqlite"
    process = started(folder, out, book)
    time.sleep(random.Random(seed).uniform(0.05, 1.2))  # the random moment
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if out.exists():
        assert out.read_bytes() == expected
    assert finished(started(folder, out, book))[0] == 0
    assert out.read_bytes() == expected


@pytest.mark.parametrize("seed", range(4))
def test_killed_there_is_no_half_report(folder, tmp_path, expected, seed):
    killed_once(folder, tmp_path, expected, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_killed_forty_times_there_is_no_half_report(folder, tmp_path, expected, seed):
    killed_once(folder, tmp_path, expected, seed)


def test_two_at_once_into_one_place_leave_one_whole_report(folder, tmp_path, expected):
    out, book = tmp_path / "out.json", tmp_path / "book.sqlite"
    both = [started(folder, out, book) for _ in range(2)]
    assert [finished(process)[0] for process in both] == [0, 0]
    assert out.read_bytes() == expected
    assert json.loads(expected)["schema"] == "legspeed.season/1"
    assert [f.name for f in tmp_path.iterdir() if f.name.endswith(".part")] == []


def test_stopped_while_a_text_is_executed_it_ends_with_its_own_code(tmp_path):
    """Python then remembers the Ctrl-C though it was caught, and would end itself by the signal."""
    (tmp_path / "stopping.py").write_text(
        "import sys, legspeed.__main__, legspeed.console\n"
        "legspeed.console.check_target = lambda *_: exec(\"raise KeyboardInterrupt('what was read is kept')\")\n"
        "sys.argv = ['legspeed', 'season', '.']\n"
        "legspeed.__main__.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "stopping"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "legspeed: stopped: what was read is kept\n")


def test_edits_of_the_athlete_file_at_once_are_all_in_it(tmp_path):
    own = tmp_path / "legspeed.toml"
    own.write_text("# mine\n")
    command = [sys.executable, "-m", "legspeed", "add", "--athlete", str(own)]
    edits = [
        subprocess.Popen([*command, f"2024-01-{number:02d}", "stride", "6"], stderr=subprocess.DEVNULL)
        for number in range(1, 9)
    ]
    assert [edit.wait() for edit in edits] == [0] * 8
    assert sorted(session.date.day for session in athlete.load(own).sessions) == list(range(1, 9))
    assert own.read_text().startswith("# mine\n")
    assert [file.name for file in tmp_path.iterdir()] == ["legspeed.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="no folder can be locked there")
def test_an_edit_waits_for_another_and_not_for_one_that_was_killed(tmp_path):
    own = tmp_path / "legspeed.toml"
    (tmp_path / "editing.py").write_text(
        "import sys, time, legspeed.reporter.output\n"
        "with legspeed.reporter.output.one_at_a_time(sys.argv[1]):\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(600)\n"
    )
    editing = [sys.executable, "-m", "editing", str(own)]
    with subprocess.Popen(editing, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "begun\n"
        command = [sys.executable, "-m", "legspeed", "add", "--athlete", str(own), "2024-01-01", "stride", "6"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as edit:
            with pytest.raises(subprocess.TimeoutExpired):
                edit.wait(1.5)
            assert not own.exists()
            other.kill()
            assert edit.wait(60) == 0
    assert len(athlete.load(own).sessions) == 1
