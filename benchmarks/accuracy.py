"""How well efforts are found: on timed laps, in simulation, without parts of the method, and beside usual rules.

Nothing is told about the runner, and the lap key is ignored: it is the truth. Real parts need the environment variable
LEGSPEED_REAL; without it they say so. Sections: laps, positions, smart, alone, disguised (real runners); simulated,
drawn, seasons, form and indoors (runs whose truth is known); watches (one run, two watches); ablations (with the usual
rules); calibration; time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks import (
    accuracy_ablations,
    accuracy_alone,
    accuracy_calibration,
    accuracy_disguised,
    accuracy_drawn,
    accuracy_form,
    accuracy_indoors,
    accuracy_real,
    accuracy_seasons,
    accuracy_simulated,
    accuracy_time,
    accuracy_watches,
)
from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Section, write_json, write_page
from benchmarks.recordings import VARIABLE, folder

SECTIONS: Final[Mapping[str, Callable[[Measured], Section]]] = {
    "laps": accuracy_real.laps,
    "positions": accuracy_real.positions,
    "smart": accuracy_real.smart,
    "alone": accuracy_alone.section,
    "disguised": accuracy_disguised.section,
    "simulated": lambda measured: accuracy_simulated.section(measured.grid, measured.seeds, measured.show),
    "drawn": accuracy_drawn.section,
    "seasons": accuracy_seasons.section,
    "form": accuracy_form.section,
    "indoors": accuracy_indoors.section,
    "watches": accuracy_watches.section,
    "ablations": accuracy_ablations.section,
    "calibration": accuracy_calibration.section,
    "time": accuracy_time.section,
}


def options(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument(
        "--seeds", type=int, default=2, help="simulated runs of each sort (default 2; 5 for the record)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument(
        "--mistakes", type=int, default=0, metavar="N", help="tell N mistakes of each of the worst files and groups"
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="put it into that page (docs/accuracy.md), too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured there, too")


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when a target is missed."""
    root = folder()
    if root is not None and not root.is_dir():
        print(f"{VARIABLE} names no folder: {root}")
        return 2
    measured = Measured(root, max(1, given.seeds), max(1, given.jobs), given.mistakes)
    sections = []
    for name, measure in SECTIONS.items():
        if given.only and name not in given.only:
            continue
        began = time.monotonic()
        sections.append(measure(measured))
        print(f"{sections[-1]}\n    ({time.monotonic() - began:.0f} s)\n", flush=True)
    if given.json is not None:
        write_json(given.json, sections)
    if given.page is not None:
        only = f" --only {' '.join(given.only)}" if given.only else ""
        write_page(given.page, sections, f"python -m benchmarks accuracy --seeds {given.seeds}{only}")
    missed = sum(section.missed for section in sections)
    judged = sum(line.ok is not None for section in sections for line in section.lines)
    print(f"{judged - missed} of {judged} targets met")
    return int(missed > 0)
