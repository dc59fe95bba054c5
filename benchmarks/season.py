"""A season's time and memory: cold, warm and with one new file, as ratios to numpy's own import.

On real recordings where $LEGSPEED_REAL names some (two folders of one runner, in one zip laid out as Strava does it),
on the sample season otherwise. Then the peak memory of the parent process over 200 and 2,000 files, and how much of it
grows with their number: read for the first time, again, again as JSON, and without the book.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.measure import compiled_modules, seconds
from benchmarks.recordings import VARIABLE

_COLD_S: Final = 45.0
_WARM_RATIO: Final = 6.0
_NEW_FILE_S: Final = 0.5
_MEMORY_BYTES: Final = 250e6
_SAMPLES: Final = Path(__file__).parents[1] / "sample_files"
_ENDINGS: Final = (".fit", ".fit.gz", ".gpx", ".gpx.gz", ".tcx", ".tcx.gz")

#: What a run may add to the peak and still be called no growth: 1.8 MB over 1,800 runs, a thirtieth for ten times the
#: files; the peaks of equal processes differ by half a megabyte.
_GROWTH_BYTES: Final = 1000.0
_JSON: Final = "warm, JSON"

#: How a season is read for its memory, in this order.
_WAYS: Final[dict[str, tuple[str, ...]]] = {
    "cold": (),
    "warm": (),
    _JSON: ("--format", "json"),
    "no book": ("--no-book",),
}
#: The parent's own peak, workers not counted: Linux tells it, elsewhere the system's figure since the start has to do.
_MEMORY: Final = """
import contextlib, io, pathlib, sys
from legspeed.cli import app

def main():
    with contextlib.suppress(SystemExit):
        app(["season", *sys.argv[1:]])
    try:
        status = pathlib.Path("/proc/self/status").read_text()
        print(1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]))
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(peak if sys.platform == "darwin" else peak * 1024)

if __name__ == "__main__":
    main()
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--rounds", type=int, default=5, help="fresh processes of each kind (default 5)")
    parser.add_argument("--files", type=int, nargs=2, default=(200, 2000), help="how many files for the memory")


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when a target is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled_modules(folder / "compiled")
        os.environ["LEGSPEED_BOOK"] = str(folder / "book.sqlite")
        missed = _times(folder, given.rounds) + _memory(folder, *given.files)
    return int(bool(missed))


def _recordings() -> tuple[list[Path], str]:
    """Return the season's files, oldest first, and what they are."""
    real = os.environ.get(VARIABLE)
    folders = [Path(real) / "runner_a", Path(real) / "runner_a_smart"] if real else [_SAMPLES]
    files = [f for d in folders if d.is_dir() for f in d.iterdir() if f.name.lower().endswith(_ENDINGS)]
    return sorted(files, key=lambda f: f.name), "real recordings" if real else f"samples; {VARIABLE} is not set"


def _export(target: Path, files: list[Path]) -> None:
    """Write files as an export of Strava has them."""
    lines = ["Activity ID,Activity Date,Activity Name,Activity Type,Filename"]
    with zipfile.ZipFile(target, "w") as archive:
        for number, file in enumerate(files):
            name = f"activities/{number}{file.name[file.name.index('.') :]}"
            archive.write(file, name)
            lines.append(f"{number},,,Run,{name}")
        archive.writestr("activities.csv", "\n".join(lines) + "\n")


def _times(folder: Path, rounds: int) -> int:
    """Measure cold, warm, and with one new file; return how many targets were missed."""
    files, what = _recordings()
    if len(files) < 2:
        print("no recordings at hand: set LEGSPEED_REAL")
        return 1
    whole, less = folder / "whole.zip", folder / "less.zip"
    _export(whole, files)
    _export(less, files[:-1])
    export = folder / "export.zip"
    command = [sys.executable, "-m", "legspeed", "season", str(export), "-q"]
    _called([sys.executable, "-m", "legspeed", "season", str(_SAMPLES), "-q", "--no-book"])  # compiles what is new
    shutil.copyfile(less, export)
    cold_s = seconds(lambda: _called(command))
    book = folder / "book.sqlite"
    shutil.copyfile(book, folder / "book.before")
    new, warm, numpy = [], [], []
    for _ in range(rounds):
        for tail in ("", "-wal", "-shm"):
            book.with_name(book.name + tail).unlink(missing_ok=True)
        shutil.copyfile(folder / "book.before", book)
        shutil.copyfile(whole, export)
        new.append(seconds(lambda: _called(command)))
        warm.append(seconds(lambda: _called(command)))
        numpy.append(seconds(lambda: _called([sys.executable, "-c", "import numpy"])))
    warm_s, numpy_s = statistics.median(warm), statistics.median(numpy)
    ratio = statistics.median(ours / theirs for ours, theirs in zip(warm, numpy, strict=True))
    new_s = statistics.median(after - before for after, before in zip(new, warm, strict=True))
    print(f"{len(files)} files ({what}); import numpy {numpy_s:.2f} s; medians of {rounds} rounds, modules compiled")
    return sum(
        (
            _line("cold", f"{cold_s:7.1f} s  {cold_s / numpy_s:6.1f} ×", f"{_COLD_S:g} s", cold_s <= _COLD_S),
            _line("warm", f"{warm_s:7.2f} s  {ratio:6.1f} ×", f"{_WARM_RATIO:g} ×", ratio <= _WARM_RATIO),
            _line("one new file", f"{new_s:+7.2f} s above warm", f"{_NEW_FILE_S:g} s", new_s <= _NEW_FILE_S),
        )
    )


def _called(command: list[str]) -> None:
    """Run a season; exit code 1 only says that a file in it is broken."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)


def _line(name: str, measured: str, target: str, met: bool) -> bool:
    """Print one line; return whether the target was missed."""
    print(f"{name:14}{measured:28}(at most {target})   {'ok' if met else 'MISSED'}")
    return not met


def _memory(folder: Path, few: int, many: int) -> int:
    """Compare the parent's peak memory over few and many files; return how many targets were missed."""
    peaks: dict[str, list[int]] = {how: [] for how in _WAYS}
    reports = []
    for count in (few, many):
        runs = folder / f"runs{count}"
        write_runs(runs, count)
        for how, options in _WAYS.items():
            out = folder / "out.txt"
            peaks[how].append(peak_bytes([str(runs), "-q", "-o", str(out), *options]))
            if how == _JSON:
                reports.append(out.stat().st_size)
    report = (reports[1] - reports[0]) / (many - few)
    missed = 0
    print(f"memory of the parent, {few} and {many} files of 20 minutes:")
    for how, (small, large) in peaks.items():
        each = (large - small) / (many - few)
        text = f"{small / 1e6:4.0f} → {large / 1e6:.0f} MB"
        missed += _line(f"  {how}", text, f"{_MEMORY_BYTES / 1e6:.0f} MB", large <= _MEMORY_BYTES)
        missed += _line(
            "    growth", f"{each / 1e3:7.1f} kB a run", f"{_GROWTH_BYTES / 1e3:g} kB", each <= _GROWTH_BYTES
        )
    print(f"  the JSON says {report / 1e3:.1f} kB of a run")
    return missed


def peak_bytes(arguments: list[str]) -> int:
    """Return the peak memory of a process that reads a season with these arguments, that of its workers left out."""
    done = subprocess.run([sys.executable, "-c", _MEMORY, *arguments], check=True, capture_output=True, text=True)
    return int(done.stdout)


def write_runs(folder: Path, count: int) -> None:
    """Write so many runs of twenty minutes, one a day."""
    folder.mkdir()
    for number, data in zip(range(count), _endless(), strict=False):
        (folder / f"{number}.gpx").write_bytes(data)


def _endless() -> Iterator[bytes]:
    """Yield GPX files of one day after another: twenty minutes at a wandering pace, so that there are candidates."""
    chance = random.Random(1)
    patterns = []
    for _ in range(7):
        latitude, points, pace = 10.0, [], 3.0
        for second in range(1200):
            pace += 0.05 * (3.2 - pace) + chance.gauss(0, 0.12)
            fast = 2.5 if second > 600 and second % 120 < 20 else 0.0
            latitude += (pace + fast) / 111_195
            time = f"DAYT06:{second // 60:02d}:{second % 60:02d}Z"
            points.append(f'<trkpt lat="{latitude:.7f}" lon="-30"><time>{time}</time></trkpt>')
        patterns.append("".join(points))
    head = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>'
    day = dt.date(2015, 1, 1)
    for pattern in itertools.cycle(patterns):
        day += dt.timedelta(days=1)
        yield f"{head}{pattern.replace('DAY', day.isoformat())}</trkseg></trk></gpx>".encode()
