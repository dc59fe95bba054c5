"""Make everything in sample_files/: a simulated season, odd files, their truth and their README.

    python scripts/make_samples.py            write what is missing or different, remove what is not ours
    python scripts/make_samples.py --check    only compare, and fail when anything differs

The same bytes each time; needs the development dependencies (garmin-fit-sdk writes the FIT files).
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import odd_samples
from sample_plan import SEASON, Sample, simulate
from sample_readme import readme

from legspeed.simulate import SimulatedRun, TrueEffort
from legspeed.simulate.write import to_bytes

FOLDER = Path(__file__).parents[1] / "sample_files"


def season_bytes(sample: Sample) -> bytes:
    """Return the file of one run of the season."""
    return to_bytes(simulate(sample).recorded, sample.ending)


def files() -> dict[str, Callable[[], bytes]]:
    """Return every binary sample: its name below sample_files/ and how to make it."""
    made: dict[str, Callable[[], bytes]] = {sample.name: functools.partial(season_bytes, sample) for sample in SEASON}
    return made | {odd.name: odd.make for odd in odd_samples.ODD}


def truth() -> str:
    """Return truth.json: for every run its session, its watch and its efforts."""
    rows: dict[str, Any] = {sample.name: _row(simulate(sample)) for sample in SEASON}
    for odd in odd_samples.ODD:
        for name, run in odd.runs().items():
            rows[name] = _row(run)
    lines = (f" {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in sorted(rows.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _row(run: SimulatedRun) -> dict[str, Any]:
    recorded = run.recorded
    local = recorded.start + dt.timedelta(seconds=recorded.utc_offset_s)
    return {
        "start": recorded.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "local_date": local.date().isoformat(),
        "session": run.session,
        "watch": run.watch,
        "seconds": float(recorded.time_s[-1]),
        "km": round(float(run.motion.odometer_m[-1]) / 1000.0, 2),
        "efforts": [_effort(effort) for effort in run.truth],
    }


def _effort(effort: TrueEffort) -> dict[str, Any]:
    return {
        "start_s": round(effort.start_s, 1),
        "end_s": round(effort.end_s, 1),
        "kind": effort.kind,
        "tier": effort.tier,
        "counts": effort.counts,
        "distance_m": round(effort.distance_m, 1),
        "mean_speed_mps": round(effort.mean_mps, 2),
        "peak_speed_mps": round(effort.peak_mps, 2),
        "flat_speed_mps": round(effort.flat_peak_mps, 2),
        "grade": round(effort.grade, 3) + 0.0,
        "gate_ratio": round(effort.gate_ratio, 3),
    }


def everything() -> dict[str, bytes]:
    """Return all of sample_files/, name by name."""
    content = {name: make() for name, make in files().items()}
    known = truth()
    content["truth.json"] = known.encode()
    content["README.md"] = readme(json.loads(known), {name: len(data) for name, data in content.items()}).encode()
    return content


def main() -> int:
    """Write or check the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare only; exit code 1 when anything differs")
    check = parser.parse_args().check
    content = everything()
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    different = [name for name, data in content.items() if name not in there or (FOLDER / name).read_bytes() != data]
    foreign = sorted(there - content.keys())
    for name in different:
        print(("differs: " if check else "written: ") + name)
    for name in foreign:
        print(("not ours: " if check else "removed: ") + name)
    if not check:
        for name in different:
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_bytes(content[name])
        for name in foreign:
            (FOLDER / name).unlink()
    print(f"{len(content)} files, {sum(map(len, content.values())) / 1e6:.2f} MB")
    return 1 if check and (different or foreign) else 0


if __name__ == "__main__":
    sys.exit(main())
