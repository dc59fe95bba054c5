"""What a strength session leaves in a file: its sets, and which of them are jumps."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from legspeed.model.packed import Value

#: The exercise category of the FIT profile under which watches file jumps.
PLYO: Final = "plyo"
#: Jumps by name, in the languages in which runners name the steps of their workouts.
_JUMP: Final = re.compile(
    r"\bjump|\bplyo|\bbound(?:s|ing)\b|\bhop(?:s|ping)?\b|\bleaps?\b|\bpower ?skips?"
    r"|spr(?:ung|ünge|uenge)|\bspringen|hüpf|\bsauts?\b|bondiss|\bpliom|\bmultisalt|\bsalt[oi]s?\b|\bbalz",
    re.IGNORECASE,
)
#: What is named so although the legs do not leave the ground with effort: arms, throws, warm-up, skipping rope.
_NO_JUMP: Final = re.compile(
    r"\bropes?\b|\bjacks?\b|seil|hampelm|\bcorde|\bcomba|medicine.?ball|\bslams?\b|\bthrows?\b|\bshrugs?\b"
    r"|pull.?ups?\b|\bplank|\bwaves?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StrengthSet:
    """One set of a strength session: when it began (UTC), seconds, exercise category, repetitions, exercise by name.

    ``category`` is a word of the FIT profile. ``exercise`` is the exercise's name in the profile or, where the runner
    or his workout names it, that name; both are ``None`` where the file does not say.
    """

    start: dt.datetime | None
    duration_s: float | None
    category: str | None
    repetitions: int | None
    exercise: str | None = None

    @property
    def is_plyometric(self) -> bool:
        """Whether the set was jumps: by its category, or by its exercise's name. Never by anything measured."""
        name = (self.exercise or "").replace("_", " ")
        if _NO_JUMP.search(name):
            return False
        return self.category == PLYO or _JUMP.search(name) is not None


@dataclass(frozen=True, slots=True)
class StrengthSession:
    """The sets of jumps in one recording, be it a run or a strength session."""

    source: str
    start: dt.datetime
    utc_offset_s: int | None
    sets: tuple[StrengthSet, ...]


@dataclass(frozen=True, slots=True)
class PlyometricSession:
    """Jumps of one session on a local date: seconds and repetitions are ``None`` where no set tells them.

    ``source`` is the recording, ``None`` for a session by hand.
    """

    date: dt.date
    source: str | None
    sets: int
    seconds: float | None
    repetitions: int | None


@dataclass(frozen=True, slots=True)
class Jumps(Value):
    """Plyometrics added up: days with some, sets, and of the sets that tell them seconds and repetitions."""

    sessions: int = 0
    sets: int = 0
    seconds: float | None = 0.0
    repetitions: int | None = 0

    @classmethod
    def of(cls, sessions: tuple[PlyometricSession, ...]) -> Jumps:
        """Add up sessions; what not one of them tells is unknown, not none."""
        if not sessions:
            return cls()
        seconds = [one.seconds for one in sessions if one.seconds is not None]
        repetitions = [one.repetitions for one in sessions if one.repetitions is not None]
        return cls(
            len({one.date for one in sessions}),
            sum(one.sets for one in sessions),
            sum(seconds) if seconds else None,
            sum(repetitions) if repetitions else None,
        )
