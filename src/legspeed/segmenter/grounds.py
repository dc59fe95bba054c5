"""What a run's judgement rests on: as long as all of that is unchanged, the judgement holds and is not made again."""

from __future__ import annotations

import dataclasses
import hashlib
import operator
from dataclasses import dataclass
from typing import Final

from legspeed.model import JudgedRun, Yardstick
from legspeed.model.packed import Value
from legspeed.segmenter.context import Context
from legspeed.segmenter.top_speed import Sprints

#: Every value of a context, of the yardstick in it too. As one flat row they are written several times as fast.
_VALUES: Final = operator.attrgetter(
    *(f"yardstick.{field.name}" for field in dataclasses.fields(Yardstick)),
    *(field.name for field in dataclasses.fields(Context) if field.name != "yardstick"),
)

Session = tuple[float, float] | None
"""A session of reps: mean speed in m/s, and how many seconds it would be without a break."""


@dataclass(frozen=True, slots=True)
class Grounds(Value):
    """What one run was judged on, beside its recording, the settings and the laps; and what was found on the way.

    ``reps`` and ``brief_reps`` come from the recording alone. ``at_floor`` and ``final`` name the contexts (see
    :func:`named`) in which the run was looked at for sprints, and then judged.
    """

    reps: Session
    brief_reps: Session
    at_floor: str
    sprints: Sprints | None
    final: str


@dataclass(frozen=True, slots=True)
class Before:
    """A run as it was judged before, and what that rested on."""

    judged: JudgedRun
    grounds: Grounds


def named(context: Context) -> str:
    """Return the check sum of a context, of every value in it: two of one name are one context."""
    return hashlib.blake2b(repr(_VALUES(context)).encode(), digest_size=16).hexdigest()
