"""One run: a runner, a session and a watch in, a recording with its truth out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from legspeed.model import Activity
from legspeed.settings import Tiers
from legspeed.simulate.motion import Motion, move
from legspeed.simulate.phases import Session
from legspeed.simulate.record import record
from legspeed.simulate.recorded import Recorded
from legspeed.simulate.runner import Runner
from legspeed.simulate.sessions import SESSIONS
from legspeed.simulate.truth import TrueEffort, in_watch_time, true_efforts
from legspeed.simulate.watch import WATCHES, Watch

#: When simulated runs start unless told otherwise.
A_MORNING = dt.datetime(2026, 4, 14, 5, 30, tzinfo=dt.UTC)

T = TypeVar("T")
Builder = Callable[[Runner, np.random.Generator], Session]


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedRun:
    """A recording and what really happened.

    ``truth`` holds the efforts in seconds since the recording's first record (stopped time included), sorted;
    ``motion`` is the true motion, of which motion time ``first_record_s`` is the recording's 0.
    """

    session: str
    watch: str
    recorded: Recorded
    activity: Activity
    truth: tuple[TrueEffort, ...]
    motion: Motion
    first_record_s: float

    @property
    def counted(self) -> tuple[TrueEffort, ...]:
        """The efforts that a report should count."""
        return tuple(effort for effort in self.truth if effort.counts)


def simulate_run(
    runner: Runner,
    session: str | Builder | Session = "strides_after_easy",
    watch: str | Watch = "steady 1 s",
    start: dt.datetime = A_MORNING,
    seed: int = 0,
    *,
    utc_offset_s: int = 0,
    tiers: Tiers | None = None,
    source: str = "simulated",
) -> SimulatedRun:
    """Simulate one run.

    The same runner, session and seed are the same true run, whatever watch records it.

    Parameters
    ----------
    session : str, Session or callable
        A name in :data:`SESSIONS`, a ready session, or ``f(runner, rng) -> Session``.
    watch : str or Watch
        A name in :data:`WATCHES`, or a watch.
    start : datetime
        UTC time of the first record.
    seed : int
        Source of all chance.
    tiers : Tiers, optional
        The borders by which the truth is named; default settings otherwise.

    Raises
    ------
    ValueError
        For an unknown name (the known ones are listed).
    """
    tiers = tiers or Tiers()
    body, device = (np.random.default_rng([seed, which]) for which in (0, 1))
    if isinstance(session, str):
        session = _known(session, SESSIONS, "session")
    if isinstance(watch, str):
        watch = _known(watch, WATCHES, "watch")
    plan = session if isinstance(session, Session) else session(runner, body)
    motion = move(runner, plan.course, plan.phases, body, plan.start_m)
    recorded, first, spans = record(
        motion, watch, start, device, utc_offset_s=utc_offset_s, name=plan.name, sub_sport=plan.sub_sport
    )
    truth = in_watch_time(true_efforts(motion, tiers), first, spans, tiers)
    return SimulatedRun(plan.name, watch.name, recorded, recorded.activity(source), truth, motion, first)


def _known(name: str, among: Mapping[str, T], what: str) -> T:
    """Return the entry, or say which there are."""
    if name not in among:
        raise ValueError(f"no {what} {name!r}; there are {', '.join(among)}")
    return among[name]
