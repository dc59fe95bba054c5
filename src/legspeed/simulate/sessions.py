"""Every kind of run that can be simulated, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from legspeed.simulate.phases import Session
from legspeed.simulate.speed_sessions import (
    fartlek,
    five_k_reps,
    flat_sprints,
    hill_repeats,
    hill_sprints,
    strides_after_easy,
    strides_before_session,
    track_reps,
    treadmill_strides,
    uphill_strides,
)
from legspeed.simulate.steady_sessions import (
    downhill_repeats,
    easy_run,
    forgotten_watch,
    long_run,
    progression,
    race,
    ride_saved_as_run,
    run_walk,
    tempo,
)

#: Builders of sessions: ``SESSIONS[name](runner, rng, **details) -> Session``.
SESSIONS: Final[Mapping[str, Callable[..., Session]]] = MappingProxyType(
    {
        builder.__name__: builder
        for builder in (
            easy_run,
            long_run,
            tempo,
            progression,
            race,
            run_walk,
            strides_after_easy,
            strides_before_session,
            hill_sprints,
            uphill_strides,
            flat_sprints,
            track_reps,
            five_k_reps,
            hill_repeats,
            fartlek,
            treadmill_strides,
            downhill_repeats,
            forgotten_watch,
            ride_saved_as_run,
        )
    }
)
