"""The book when the process that writes it is killed, stopped, or not alone. Whole process groups: test_killed.py."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from builders_book import FILES, read_by, told_by
from legspeed.seasons.book import Book
from processes import end_of_group

SCRIPT = """
import sys
from pathlib import Path
from legspeed.seasons.book import Book
from legspeed.seasons.season import season

def told(done, total, left):
    print(done, flush=True)

if __name__ == "__main__":
    with Book(Path(sys.argv[2])) as book:
        season(sys.argv[1], book=book, jobs=int(sys.argv[3]), progress=told)
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    path = tmp_path_factory.mktemp("script") / "read.py"
    path.write_text(SCRIPT)
    return path


def started(script, folder, place, jobs=1):
    command = [sys.executable, str(script), str(folder), str(place), str(jobs)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


def pages(place):
    """Return how many pages are in the book."""
    found = sqlite3.connect(place)
    try:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return found.execute("SELECT count(*) FROM pages").fetchone()[0]
    finally:
        found.close()


def killed(script, folder, place, expected, seed, how=signal.SIGKILL):
    """Kill a reading process at a random moment; what it had told as done is in the book, and the next run is right."""
    chance = random.Random(seed)
    process = started(script, folder, place, jobs=(1, 2)[seed % 2])
    after = chance.randrange(FILES)
    done = 0
    while done < after and (line := process.stdout.readline()):
        done = int(line)
    time.sleep(chance.uniform(0, 0.03))  # the random moment
    process.send_signal(how)
    process.communicate()
    if done:
        assert pages(place) >= done
    book, lines = told_by(place)
    assert (read_by(folder, book), lines) == (expected, [])
    end_of_group(process)


posix = pytest.mark.skipif(os.name != "posix", reason="signals are not the same there")


@posix
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_a_random_moment_nothing_is_lost(script, folder, place, expected, seed):
    killed(script, folder, place, expected, seed)


@posix
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_killed_at_a_hundred_random_moments_nothing_is_lost(script, folder, place, expected, seed):
    killed(script, folder, place, expected, seed)


@posix
@pytest.mark.parametrize("seed", range(2))
def test_stopped_by_the_user_nothing_is_lost(script, folder, place, expected, seed):
    killed(script, folder, place, expected, seed, signal.SIGINT)


def test_two_processes_at_once(script, folder, place, expected):
    both = [started(script, folder, place) for _ in range(2)]
    assert [process.communicate() and process.returncode for process in both] == [0, 0]
    assert pages(place) == FILES + 3
    assert read_by(folder, Book(place)) == expected
