"""Simulated runs with known efforts, for tests, benchmarks and sample files.

>>> runner = Runner.of(five_k_s=19 * 60, seed=1)
>>> run = simulate_run(runner, "hill_sprints", "heavily smoothed", seed=7)
>>> run.activity.n > 1000, {effort.kind for effort in run.truth}
(True, {'hill_sprint'})
>>> sorted(SESSIONS)[:3], len(WATCHES) >= 9
(['downhill_repeats', 'easy_run', 'fartlek'], True)
"""

from legspeed.simulate.recorded import Recorded
from legspeed.simulate.run import SimulatedRun, simulate_run
from legspeed.simulate.runner import Runner
from legspeed.simulate.season import PlannedRun, plan_season, simulate_season
from legspeed.simulate.sessions import SESSIONS
from legspeed.simulate.truth import TrueEffort, true_efforts
from legspeed.simulate.watch import WATCHES, Watch
from legspeed.simulate.write import to_bytes

__all__ = [
    "SESSIONS",
    "WATCHES",
    "PlannedRun",
    "Recorded",
    "Runner",
    "SimulatedRun",
    "TrueEffort",
    "Watch",
    "plan_season",
    "simulate_run",
    "simulate_season",
    "to_bytes",
    "true_efforts",
]
