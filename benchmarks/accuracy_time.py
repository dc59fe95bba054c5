"""How long it takes to digest a run of an hour, beside the time of decoding it."""

from __future__ import annotations

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Line, Section
from benchmarks.measure import duel
from benchmarks.recordings import recordings
from legspeed import digest, read
from legspeed.errors import ReadError
from legspeed.simulate import Runner, simulate_run, to_bytes

_HOUR_S = 3600.0
_RATIO_MOST = 10.0
_MOST_S = 0.025


def section(measured: Measured, budget_s: float = 3.0) -> Section:
    """Time decoding and digesting in turns, on a simulated hour and, where there is one, on a real one."""
    lines = [_timed(name, data, budget_s) for name, data in (_simulated_hour(), *_real_hour(measured))]
    return Section("time", "from Activity to digest, of a run of an hour at 1 s", tuple(lines))


def _timed(name: str, data: bytes, budget_s: float) -> Line:
    activity = read(data)
    result = duel(lambda: read(data), lambda: digest(activity, laps=False), budget_s=budget_s)
    shown = f"{result.theirs_s * 1000:.1f} ms, {result.ratio:.1f} × decoding ({result.ours_s * 1000:.1f} ms)"
    met = result.ratio <= _RATIO_MOST or result.theirs_s <= _MOST_S
    return Line(f"{name}, {activity.n:,} records", result.ratio, shown, "at most 10 × decoding or 25 ms", met)


def _simulated_hour() -> tuple[str, bytes]:
    """Return a simulated FIT file, of forty the one nearest to an hour."""
    runner = Runner.of(five_k_s=1140, seed=1)
    runs = (simulate_run(runner, "strides_after_easy", "steady 1 s", seed=seed) for seed in range(40))
    hour = min(runs, key=lambda run: abs(run.activity.elapsed_s - _HOUR_S))
    return "simulated", to_bytes(hour.recorded, "fit")


def _real_hour(measured: Measured) -> list[tuple[str, bytes]]:
    """Return the recording of runner A with the number of records nearest to an hour at 1 s."""
    root = measured.folder("runner_a")
    if root is None:
        return []
    found = []
    for entry in recordings(root, sample=40):
        data = entry.load()
        try:
            found.append((abs(read(data).n - _HOUR_S), entry.source, data))
        except ReadError:
            continue
    return [(f"runner_a/{name}", data) for _, name, data in sorted(found)[:1]]
