"""Notes: which remarks there are, each with a stable code by which the runner can mute it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: In the order in which they are shown: what matters most first.
NOTE_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "start-small": "after a long stretch without: begin with 1-2 hill sprints or 3-4 relaxed strides",
        "jump": "much more in one session than in any of the 30 days before",
        "tired-legs": "efforts at maximal speed after hard reps in the same run",
        "short-rest": "sprints or hill sprints with short recoveries; strides are exempt",
        "strides-all-out": "strides run all-out in every session: they are meant to be fast and relaxed",
        "long-all-out": "all-out efforts of about 400 m: nothing for a marathon block",
        "twice-a-week": "less often than the coaches' habit: twice a week 4-6 strides after an easy run",
        "not-visible": "for weeks, too many of the runs could not show short efforts",
    }
)
