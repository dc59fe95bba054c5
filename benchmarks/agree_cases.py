"""Where legspeed and a peer differ and legspeed is right: each case is a construct with its reason, never a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.peers import CHANNELS, F8, Rows
from legspeed.errors import NotActivityError, NoTimeError, ReadError
from legspeed.readers.recording import Recording

Mask = npt.NDArray[np.bool_]
_DAY_S: Final = 86_400


@dataclass(frozen=True)
class View:
    """One file read both ways: legspeed's recordings put end to end, and the peer's rows."""

    peer: str
    data: bytes
    ours: Mapping[str, F8]
    theirs: Rows
    recordings: tuple[Recording, ...]
    error: ReadError | None

    @classmethod
    def of(cls, peer: str, data: bytes, ours: Sequence[Recording] | ReadError, theirs: Rows) -> View:
        """Put a file's recordings end to end."""
        found = () if isinstance(ours, ReadError) else tuple(ours)
        columns = {
            name: np.concatenate([np.empty(0), *(_column(recording, name) for recording in found)]) for name in CHANNELS
        }
        return cls(peer, data, columns, theirs, found, ours if isinstance(ours, ReadError) else None)

    @property
    def count(self) -> int:
        """Number of legspeed's records."""
        return len(self.ours["unix_s"])

    @property
    def codes(self) -> Mapping[str, int]:
        """How often legspeed counted each problem."""
        counts: dict[str, int] = {}
        for recording in self.recordings:
            for problem in recording.problems:
                counts[problem.code] = counts.get(problem.code, 0) + problem.count
        return counts

    @property
    def note(self) -> str:
        """What legspeed says of the file."""
        return str(self.error) if self.error else ", ".join(self.codes) or "no problem"


def _column(recording: Recording, name: str) -> F8:
    """Return a channel of a recording; NaN where it has none."""
    if name == "unix_s":
        return recording.unix_s
    missing = np.full(len(recording.unix_s), np.nan)
    return np.asarray(recording.columns.get(name, missing), dtype=np.float64)


@dataclass(frozen=True)
class Case:
    """One construct in which legspeed is right.

    ``align`` gives a view with other rows and how many values that concerns, None where the construct is not there;
    ``explains`` gives, of the first `count` records, those whose differing value in a channel is explained.
    """

    name: str
    reason: str
    align: Callable[[View], tuple[View, int] | None] | None = None
    explains: Callable[[View, str, int], Mask] | None = None


def _timeless_tracks(view: View) -> tuple[View, int] | None:
    timed = view.theirs.track[~np.isnan(view.theirs.columns["unix_s"])]
    keep = np.isin(view.theirs.track, timed)
    left_out = int(np.count_nonzero(~keep))
    said = view.theirs.count if isinstance(view.error, NoTimeError) else view.codes.get("no-time")
    if view.peer != "gpxpy" or not left_out or said != left_out:
        return None
    return replace(view, theirs=view.theirs.only(keep)), left_out


def _no_activity(view: View) -> tuple[View, int] | None:
    from legspeed.readers.content import fit_without_activity

    other = fit_without_activity(view.data[:512], len(view.data))
    if not isinstance(view.error, NotActivityError) or other is None:
        return None
    return replace(view, theirs=view.theirs.only(np.zeros(view.theirs.count, dtype=bool))), view.theirs.count


def _misread_before_refusing(view: View, _channel: str, count: int) -> Mask:
    mask = np.zeros(count, dtype=bool)
    theirs = view.theirs.columns["unix_s"]
    damaged = {"resync", "undefined-local"} & set(view.codes)
    if view.theirs.refused and damaged and 1 < count == view.theirs.count:
        mask[-1] = abs(theirs[count - 1] - theirs[count - 2]) > _DAY_S
    return mask


def _cut_product(view: View, channel: str, count: int) -> Mask:
    ours, theirs = view.ours[channel][:count] * 1000, view.theirs.columns[channel][:count] * 1000
    lost = np.floor(ours) == np.round(ours) - 1
    found: Mask = lost & (np.round(theirs) == np.floor(ours))
    return found if view.peer == "fitfast" and channel == "speed_mps" else np.zeros(count, dtype=bool)


def _compressed_speed(view: View, channel: str, count: int) -> Mask:
    ours, theirs = view.ours[channel][:count], view.theirs.columns[channel]
    if view.peer != "fitfast" or channel != "speed_mps" or not np.isnan(theirs).all():
        return np.zeros(count, dtype=bool)
    found: Mask = np.abs(ours * 100 - np.round(ours * 100)) < 1e-9
    return found


CASES: Final[tuple[Case, ...]] = (
    Case(
        "tracks without any time",
        "a plan and not a recording: left out and counted by no-time, or NoTimeError when there is no other track",
        align=_timeless_tracks,
    ),
    Case("not an activity", "the file's first message says course, monitoring …: NotActivityError", align=_no_activity),
    Case(
        "the last record before a peer stops at damage",
        "bytes are missing there, so the peer reads a record out of step, years away from the one before, and then "
        "stops; legspeed sees the damage one record earlier and goes on behind it",
        explains=_misread_before_refusing,
    ),
    Case(
        "speed one unit short",
        "fitfast widens speed by way of a float and cuts the product: 1.017 × 1000 = 1016.99… becomes 1.016; legspeed "
        "scales the number written",
        explains=_cut_product,
    ),
    Case(
        "compressed speed and distance",
        "fitfast leaves field 8 (12 bits of speed in 1/100 m/s, 12 of distance) unread; fitparse and fitdecode read it "
        "as legspeed does",
        explains=_compressed_speed,
    ),
)
