"""A season killed or stopped at any moment, with its workers: the next run's bytes are those of an undisturbed one."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter

import pytest

from builders_season import gpx, morning, stride_speeds
from processes import end_of_group

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and process groups are not the same there")

FILES = 36
JOBS = (1, 2, 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    for number in range(FILES):
        (path / f"{number:02d}.gpx").write_text(gpx(morning(2 * number), stride_speeds(number % 4)))
    return path


def started(folder, place, jobs):
    """Start a season as a process group of its own, its book and output in `place`."""
    command = [sys.executable, "-m", "legspeed", "season", folder, "--format", "json", "-o", place / "out.json"]
    return subprocess.Popen(
        [*map(str, command), "--jobs", str(jobs)],
        env={**os.environ, "LEGSPEED_BOOK": str(place / "book.sqlite")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory):
    """Return the output of a run that nothing disturbs, and how many seconds it takes."""
    place = tmp_path_factory.mktemp("undisturbed")
    began = time.monotonic()
    process = started(folder, place, 2)
    assert process.communicate()[1] == ""
    assert process.returncode == 0
    return (place / "out.json").read_bytes(), time.monotonic() - began


def pages(place):
    """Return how many pages are in the book, which is whole; None before there is one."""
    if not (place / "book.sqlite").exists():
        return None
    book = sqlite3.connect(place / "book.sqlite")
    try:
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not book.execute("SELECT count(*) FROM sqlite_master WHERE name = 'pages'").fetchone()[0]:
            return None
        return book.execute("SELECT count(*) FROM pages").fetchone()[0]
    finally:
        book.close()


def until(seen, process):
    """Wait until something is seen or the process has ended."""
    while process.poll() is None and not seen():
        time.sleep(0.0005)


def wait_for_the_moment(process, place, seed, seconds):
    """Wait for a random moment: anywhere, while the book is written, or while the output is."""
    chance = random.Random(seed)
    if seed % 3 == 0:
        time.sleep(chance.uniform(0.05, 1.1 * seconds))
    elif seed % 3 == 1:
        until(lambda: (place / "book.sqlite").exists(), process)
        time.sleep(chance.uniform(0, 0.6 * seconds))
    else:
        until(lambda: any(place.glob(".out.json*")) or (place / "out.json").exists(), process)
        time.sleep(chance.choice([0, 0, chance.uniform(0, 0.003), chance.uniform(0, 0.05)]))


def disturbed(folder, place, undisturbed, seed, how):
    """Disturb a first run, run again; return where the first was, and what it said."""
    expected, seconds = undisturbed
    process = started(folder, place, JOBS[seed // 3 % 3])
    wait_for_the_moment(process, place, seed, seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, how)
    said = process.communicate()[1]
    end_of_group(process)
    done = pages(place)
    out = place / "out.json"
    written = out.exists()
    if written:
        assert out.read_bytes() == expected
    if process.returncode == 0:
        where = "after the end"
    elif done is None:
        where = "before the first page"
    elif done < FILES:
        where = "while reading"
    else:
        where = "while judging and writing"
    again = started(folder, place, JOBS[(seed // 3 + 1) % 3])
    assert again.communicate()[1] == ""
    assert (again.returncode, out.read_bytes()) == (0, expected)
    assert pages(place) == FILES
    return where, process.returncode, said, written


@pytest.mark.parametrize("seed", range(6))
def test_killed_with_its_workers(folder, tmp_path, undisturbed, seed):
    disturbed(folder, tmp_path, undisturbed, seed, signal.SIGKILL)


@pytest.mark.slow
def test_killed_with_its_workers_at_a_hundred_random_moments(folder, tmp_path, undisturbed):
    where = Counter()
    for seed in range(100, 200):
        place = tmp_path / str(seed)
        place.mkdir()
        where[disturbed(folder, place, undisturbed, seed, signal.SIGKILL)[0]] += 1
    print(dict(where))
    assert where["while reading"] >= 10, where
    assert where["while judging and writing"] >= 10, where


def stopped(folder, place, undisturbed, seed):
    """Press Ctrl-C at a random moment once the reading has begun; return where that was."""
    where, code, said, written = disturbed(folder, place, undisturbed, 3 * seed + 1 + seed % 2, signal.SIGINT)
    if code == 0:
        assert (written, said) == (True, "")
    else:
        kept = "legspeed: stopped: what was read is kept: the next time goes on from there\n"
        assert (code, said) == (130, kept)
    return where


@pytest.mark.parametrize("seed", range(3))
def test_stopped_by_the_user(folder, tmp_path, undisturbed, seed):
    stopped(folder, tmp_path, undisturbed, seed)


@pytest.mark.slow
def test_stopped_by_the_user_at_thirty_moments(folder, tmp_path, undisturbed):
    where = Counter()
    for seed in range(10, 40):
        place = tmp_path / str(seed)
        place.mkdir()
        where[stopped(folder, place, undisturbed, seed)] += 1
    print(dict(where))
    assert where["while reading"] >= 5, where
    assert where["while judging and writing"] + where["after the end"] >= 5, where
