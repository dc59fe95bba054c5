"""TCX (Training Center XML): activities with laps, tracks and the activity extension in any namespace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from legspeed.errors import LimitError, NotActivityError, NoTimeError
from legspeed.model import F8, Problem
from legspeed.readers.recording import CADENCE, RawLap, Recording
from legspeed.readers.xml.columns import TIME
from legspeed.readers.xml.numbers import parse_numbers
from legspeed.readers.xml.plain import Grammar
from legspeed.readers.xml.root import check_root
from legspeed.readers.xml.stream import Document, read_points
from legspeed.readers.xml.times import parse_times
from legspeed.settings import Limits

GRAMMAR: Final = Grammar(
    point="trackpoint",
    holders=("TrainingCenterDatabase", "Activities", "Activity", "Lap", "Track"),
    opening=b"<Trackpoint>",
    closing=b"</Trackpoint>",
    leaving=b"</Track>",
    leaves={
        "time": TIME,
        "latitudedegrees": "latitude_deg",
        "longitudedegrees": "longitude_deg",
        "altitudemeters": "altitude_m",
        "distancemeters": "distance_m",
        "value": "heart_rate_bpm",  # inside HeartRateBpm
        "heartratebpm": "heart_rate_bpm",  # which some write without it
        "cadence": CADENCE,
        "runcadence": CADENCE,
        "speed": "speed_mps",
        "watts": "power_w",
        "power": "power_w",
        "powerinwatts": "power_w",
    },
    own=frozenset({"time", "altitudemeters", "distancemeters"}),
    attributes={},
)

#: What is an activity: in the first version (Forerunner 205 and 305) whatever was done is a run, in a sport's folder.
_ACTIVITIES: Final = frozenset({"activity", "run", "transition"})
_FOLDERS: Final = frozenset({"running", "biking", "other"})
_LAP_TEXTS: Final = frozenset({"totaltimeseconds", "distancemeters", "intensity", "triggermethod"})


def read(data: bytes, limits: Limits) -> tuple[Recording, ...]:
    """Read the activities of a TCX file; each one, of a multisport session too, is a recording of its own.

    A second track inside a lap begins a new segment: that is how TCX writes a pause.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : Limits
        What it may cost.

    Raises
    ------
    NoTimeError
        Points without a single time.
    DamagedError
        Times, but none that can be read.
    NotActivityError
        A course or workout, or no point at all.
    UnknownFormatError
        Not TCX, or with a document type.
    LimitError
        Larger, deeper or denser than `limits` allow.
    """
    return recordings(read_points(data, GRAMMAR, Activities, limits), limits)


@dataclass(slots=True)
class LapTexts:
    """What a ``<Lap>`` says of itself, as text, and its points."""

    first: int
    last: int
    start: str
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ActivityTexts:
    """One ``<Activity>`` (or the transition between two): its points, laps and segments."""

    first: int
    last: int
    sport: str
    device: str = ""
    laps: list[LapTexts] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)


class Activities:
    """Listens to the elements around the points."""

    def __init__(self) -> None:
        self.activities: list[ActivityTexts] = []
        self.planned = ""  # course or workout
        self._folder = "unknown"  # the sport of a first version's history
        self._open = False

    def opened(self, name: str, parent: str, attributes: dict[str, str], points: int) -> None:
        """Note that an element begins."""
        if not parent:
            check_root(name, "trainingcenterdatabase", "TCX")
        elif name in _FOLDERS and not self._open:
            self._folder = name
        elif name in _ACTIVITIES:
            sport = {"run": self._folder, "transition": name}.get(name) or attributes.get("Sport", "unknown")
            self.activities.append(ActivityTexts(points, -1, sport))
            if name == "transition":  # which is a lap, too
                self.activities[-1].laps.append(LapTexts(points, -1, attributes.get("StartTime", "")))
            self._open = True
        elif name in {"course", "workout"}:
            self.planned = name
        elif not self._open:
            return
        elif name == "lap":
            self.activities[-1].laps.append(LapTexts(points, -1, attributes.get("StartTime", "")))
        elif name == "track":
            activity = self.activities[-1]
            lap_first = activity.laps[-1].first if activity.laps else activity.first
            if points > lap_first:
                activity.segments.append(points)

    def closed(self, name: str, parent: str, text: str, points: int) -> None:
        """Note that an element ends."""
        if not self._open:
            return
        activity = self.activities[-1]
        if name in _ACTIVITIES:
            activity.last = points
            self._open = False
        if name in {"lap", "transition"} and activity.laps:
            activity.laps[-1].last = points
        elif parent in {"lap", "transition"} and name in _LAP_TEXTS and activity.laps:
            activity.laps[-1].texts[name] = text
        elif parent == "creator" and name == "name":
            activity.device = text


def recordings(document: Document[Activities], limits: Limits) -> tuple[Recording, ...]:
    """Make recordings of the activities of a document."""
    outline = document.outline
    if len(outline.activities) > limits.activities:
        raise LimitError(f"more than {limits.activities:.0f} activities: raise limits.activities if that is meant")
    if not outline.activities and outline.planned:
        raise NotActivityError(f"a {outline.planned}: something planned, not a recording; export the activity itself")
    found, empty, timeless = [], 0, 0
    for activity in outline.activities:
        last = activity.last if activity.last >= 0 else document.points
        unix_s, columns = document.columns.take(activity.first, last)
        if not np.isfinite(unix_s).any():
            empty += 1
            timeless += len(unix_s)
            continue
        found.append(_recording(activity, unix_s, columns, document))
    if not found:
        if timeless:
            raise document.columns.unread_time() or NoTimeError(
                f"{timeless} track points without times: nothing can be timed; export the activity again"
            )
        raise document.cut_off() or NotActivityError(
            "no track points: the recording is empty; export the activity again"
        )
    problems = list(document.problems)
    if empty:
        message = f"{empty} activities without a timed point were left out"
        problems.append(Problem("no-time", message, max(1, timeless)))
    found[0] = replace(found[0], problems=tuple(problems))
    return tuple(found)


def _recording(
    activity: ActivityTexts, unix_s: F8, columns: dict[str, F8], document: Document[Activities]
) -> Recording:
    """Make a recording of one activity."""
    zone_known, utc_offset_s = document.columns.zones
    starts, _ = parse_times([lap.start for lap in activity.laps])
    laps = []
    for lap, start_s in zip(activity.laps, starts.tolist(), strict=True):
        first = lap.first - activity.first
        if np.isnan(start_s) and first < len(unix_s):
            start_s = float(unix_s[first])
        laps.append(
            RawLap(
                start_unix_s=start_s,
                end_unix_s=float("nan"),  # TCX gives a lap's time without its pauses; the next lap's start is its end
                timer_s=_number(lap.texts.get("totaltimeseconds")),
                distance_m=_number(lap.texts.get("distancemeters")),
                trigger=_word(lap.texts.get("triggermethod")),
                intensity=_word(lap.texts.get("intensity")),
            )
        )
    segments = {at - activity.first for at in activity.segments}
    return Recording(
        format="tcx",
        unix_s=unix_s,
        columns=columns,
        segment_starts=tuple(sorted(at for at in segments if 0 < at < len(unix_s))),
        laps=tuple(laps),
        sport=activity.sport,
        device=activity.device,
        utc_offset_s=utc_offset_s,
        zone_known=zone_known,
        cadence_unit="leg",
    )


def _number(text: str | None) -> float | None:
    """Return a number, None where there is none."""
    if text is None:
        return None
    value = float(parse_numbers([text])[0][0])
    return value if np.isfinite(value) else None


def _word(text: str | None) -> str | None:
    """Return one of the file's own words in lower case."""
    return text.lower()[:40] if text else None
