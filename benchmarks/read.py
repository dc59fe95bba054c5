"""How fast files are read, from bytes to a cleaned activity, against other packages in turns.

Every package gets the bytes in memory, is used as its documentation shows, and delivers the values of all messages or
points; fitfast, which can do less, is measured for its record columns alone and for all messages. Told is the median
of the ratios of paired repetitions, in processor time: all of them run in one thread.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.measure import Duel, duel, peak_memory_bytes
from benchmarks.read_sweep import Peer, sweep
from benchmarks.recordings import VARIABLE, folder, recordings
from legspeed.errors import ReadError
from legspeed.readers import read, registered

_TARGETS: Final[Mapping[str, float]] = {"fitparse": 200.0, "fitfast": 1.0, "gpxpy": 6.0}
_MEMORY_TARGET_MB: Final = 40.0
#: Shares of the size order at which real files are taken: small, usual, large, largest.
_QUANTILES: Final = {"fit": (0.25, 0.5, 0.75, 1.0), "gpx": (0.5, 1.0)}


@dataclass(frozen=True)
class Sample:
    """One file of the benchmark."""

    name: str
    format: str
    data: bytes


def options(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("files", nargs="*", type=Path, help=f"files instead of a choice from ${VARIABLE}")
    parser.add_argument("--no-sweep", action="store_true", help="leave out the lines over all real FIT files")
    parser.add_argument("--small-kb", type=float, default=20, help="largest file in the lines on fitparse (20)")
    parser.add_argument("--budget", type=float, default=3.0, help="seconds per file and peer (default 3)")


def run(given: argparse.Namespace) -> int:
    """Measure and print; 1 when a target is missed."""
    warnings.simplefilter("ignore")
    samples = [_load(path) for path in given.files] if given.files else [*_real(), *_simulated()]
    missed = False
    for sample in samples:
        activity = read(sample.data)
        print(f"\n{sample.name}: {sample.format.upper()}, {len(sample.data) / 1000:,.0f} kB, {activity.n:,} records")
        for peer, work in _peers(sample.format).items():
            missed |= not _compare(peer, sample.data, work, given.budget)
        missed |= not _memory(sample)
    if not given.files and not given.no_sweep:
        missed |= not _sweep(given.small_kb * 1000)
    print(f"\nprocessor time, medians of paired, interleaved repetitions; targets {'MISSED' if missed else 'met'}")
    return int(missed)


def _compare(peer: str, data: bytes, work: Callable[[bytes], object], budget_s: float) -> bool:
    """Measure one peer on one file and print a line; False when its target is missed."""
    refusal = _refusal(work, data)
    if refusal:
        print(f"  {peer:24} does not read it to its end: {refusal}")
        return True
    result: Duel = duel(lambda: read(data), lambda: work(data), budget_s=budget_s)
    line = f"  {peer:24} {result.theirs_s * 1000:9.2f} ms   legspeed {result.ours_s * 1000:7.2f} ms   "
    line += f"{result.ratio:7.1f} ×  ({result.rounds} rounds)"
    target = _TARGETS.get(peer)
    if target is None:
        print(line)
        return True
    met = result.ratio >= target
    print(f"{line}   at least {target:g} × wanted: {'ok' if met else 'MISSED'}")
    return met


def _refusal(work: Callable[[bytes], object], data: bytes) -> str:
    """Return why a peer does not read a file to its end; empty when it does."""
    try:
        work(data)
    except BaseException as error:  # one peer panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return f"{type(error).__name__}: {' '.join(str(error).split())[:60]}"
    return ""


def _memory(sample: Sample) -> bool:
    """Measure peak memory in a fresh process and print a line; False when the target is missed."""
    warm = "import legspeed.readers.fit, legspeed.readers.xml.gpx, legspeed.readers.xml.tcx; "
    warm += "import legspeed.readers.cleaning.normalize"
    with tempfile.TemporaryDirectory() as here:
        path = Path(here) / f"sample.{sample.format}"
        path.write_bytes(sample.data)
        megabytes = peak_memory_bytes(str(path), warm) / 1e6
    met = megabytes <= _MEMORY_TARGET_MB
    print(
        f"  {'peak memory':24} {megabytes:9.1f} MB above the import   "
        f"at most {_MEMORY_TARGET_MB:g} MB wanted: {'ok' if met else 'MISSED'}"
    )
    return met


# ---------------------------------------------------------------------------------------------------- the files


def _load(path: Path) -> Sample:
    """Take a file named on the command line."""
    from legspeed.readers import discover

    (entry,) = discover(path)
    data = entry.load()
    return Sample(path.name, registered().choose(data[:512], path.name).name, data)


def _real() -> list[Sample]:
    """Choose real recordings: of each format by their size, so that the choice is the same each time."""
    root = folder()
    if root is None:
        print(f"no real recordings: set the environment variable {VARIABLE} to a folder of them")
        return []
    chosen: list[Sample] = []
    for kind, quantiles in _QUANTILES.items():
        found: list[tuple[int, str, bytes]] = []
        for entry in recordings(root):
            data = entry.load() if entry.error is None else b""
            reader = registered().find(data[:512])
            if reader is not None and reader.name == kind:
                found.append((len(data), entry.source, data))
        found.sort()
        for quantile in quantiles:
            chosen += _readable(found, round(quantile * (len(found) - 1)), kind)
    return chosen


def _readable(found: list[tuple[int, str, bytes]], at: int, kind: str) -> list[Sample]:
    """Return the file at a place in the order, or the next smaller one that holds a recording of some length."""
    for _, name, data in reversed(found[: at + 1]):
        try:
            if read(data).n >= 100:
                return [Sample(name, kind, data)]
        except ReadError:
            continue
    return []


def _sweep(small_bytes: float) -> bool:
    """Hold every real FIT recording against the two peers with a target; False when one is missed."""
    root = folder()
    if root is None:
        return True
    files = []
    for entry in recordings(root):
        data = entry.load() if entry.error is None else b""
        reader = registered().find(data[:512])
        if reader is None or reader.name != "fit":
            continue
        try:
            read(data)
        except ReadError:
            continue
        files.append((entry.source, data))
    print(f"\nall {len(files)} real FIT recordings, against fitparse those up to {small_bytes / 1000:g} kB")
    peers = {
        "fitfast": Peer(_fitfast, _TARGETS["fitfast"], float("inf")),
        "fitparse": Peer(_fitparse, _TARGETS["fitparse"], small_bytes),
    }
    return sweep(files, peers, _refusal)


def _simulated() -> list[Sample]:
    """Simulate a run of about an hour."""
    from legspeed.simulate import Runner, simulate_run
    from legspeed.simulate.write import to_bytes

    runner = Runner.of(five_k_s=19 * 60, seed=1)
    runs = (simulate_run(runner, "strides_after_easy", "steady 1 s", seed=seed) for seed in range(40))
    hour = min(runs, key=lambda r: abs(float(r.recorded.time_s[-1]) - 3600))
    minutes = float(hour.recorded.time_s[-1]) / 60
    return [
        Sample(f"simulated run of {minutes:.0f} min", kind, to_bytes(hour.recorded, kind)) for kind in ("fit", "gpx")
    ]


# ---------------------------------------------------------------------------------------------------- the peers


def _peers(kind: str) -> Mapping[str, Callable[[bytes], object]]:
    """Return the other packages for a format."""
    if kind == "gpx":
        return {"gpxpy": _gpxpy}
    if kind == "fit":
        return {
            "fitparse": _fitparse,
            "fitdecode": _fitdecode,
            "garmin-fit-sdk": _garmin,
            "fitfast": _fitfast,
            "fitfast, all messages": _fitfast_all,
        }
    return {}


def _fitparse(data: bytes) -> object:
    from fitparse import FitFile

    return [message.get_values() for message in FitFile(io.BytesIO(data)).get_messages()]


def _fitdecode(data: bytes) -> object:
    import fitdecode

    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        return list(reader)


def _garmin(data: bytes) -> object:
    from garmin_fit_sdk import Decoder, Stream

    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    if errors:
        raise errors[0]
    return messages


def _fitfast(data: bytes) -> object:
    import fitfast

    return fitfast.records(data)


def _fitfast_all(data: bytes) -> object:
    import fitfast

    return fitfast.parse(data)


def _gpxpy(data: bytes) -> object:
    import gpxpy

    return gpxpy.parse(data)
