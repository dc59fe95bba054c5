"""How long legspeed takes to start, against numpy's own import."""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from pathlib import Path
from typing import Final

from benchmarks.measure import fresh_processes

_IMPORT_TARGET: Final = 1.3
_HELP_TARGET: Final = 3.0


def options(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--rounds", type=int, default=15, help="fresh processes of each kind (default 15)")


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when a target is missed."""
    script = shutil.which("legspeed", path=str(Path(sys.executable).parent)) or "legspeed"
    commands = {
        "python -c 'pass'": [sys.executable, "-c", "pass"],
        "import numpy": [sys.executable, "-c", "import numpy"],
        "import legspeed": [sys.executable, "-c", "import legspeed"],
        "legspeed --help": [script, "--help"],
    }
    medians = {name: statistics.median(times) for name, times in fresh_processes(commands, given.rounds).items()}
    numpy_s = medians["import numpy"]
    targets = {"import legspeed": _IMPORT_TARGET, "legspeed --help": _HELP_TARGET}
    missed = False
    for name, took in medians.items():
        line = f"{name:18} {took * 1000:7.1f} ms"
        if name in targets:
            ratio = took / numpy_s
            missed |= ratio > targets[name]
            verdict = "ok" if ratio <= targets[name] else "MISSED"
            line += f"   {ratio:5.2f} × import numpy (at most {targets[name]})   {verdict}"
        print(line)
    print(f"medians of {given.rounds} interleaved fresh processes, interpreter start included")
    return int(missed)
