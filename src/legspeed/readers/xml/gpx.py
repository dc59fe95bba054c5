"""GPX 1.0 and 1.1: tracks with times, with the extensions of Garmin, Cluetrust, Apple and others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from legspeed.errors import LimitError, NotActivityError, NoTimeError
from legspeed.model import F8, Problem
from legspeed.readers.recording import CADENCE, Leg, Recording
from legspeed.readers.xml.columns import TIME
from legspeed.readers.xml.plain import Grammar
from legspeed.readers.xml.root import check_root
from legspeed.readers.xml.stream import Document, read_points
from legspeed.settings import Limits

#: Extensions are known by their local name: the prefix and the version of the namespace differ from app to app.
GRAMMAR: Final = Grammar(
    point="trkpt",
    holders=("gpx", "trk", "trkseg"),
    opening=b"<trkpt",
    closing=b"</trkpt>",
    leaving=b"</trkseg",
    leaves={
        "time": TIME,
        "ele": "altitude_m",
        "speed": "speed_mps",  # GPX 1.0, track-point extension v2, Apple, OpenTracks
        "distance": "distance_m",  # Cluetrust
        "hr": "heart_rate_bpm",
        "heartrate": "heart_rate_bpm",
        "heartratebpm": "heart_rate_bpm",
        "cad": CADENCE,
        "cadence": CADENCE,
        "runcadence": CADENCE,
        "atemp": "temperature_c",
        "temp": "temperature_c",
        "temperature": "temperature_c",
        "power": "power_w",
        "watts": "power_w",
        "powerinwatts": "power_w",
    },
    own=frozenset({"time", "ele"}),
    attributes={"lat": "latitude_deg", "lon": "longitude_deg"},
)


def read(data: bytes, limits: Limits) -> tuple[Recording, ...]:
    """Read the tracks of a GPX file.

    Tracks that follow one another are one recording with a leg for each (`normalize` joins or separates them by the
    time between them); tracks that overlap in time are recordings of their own.

    Parameters
    ----------
    data : bytes
        The whole file.
    limits : Limits
        What it may cost.

    Raises
    ------
    NoTimeError
        A route or course: positions without a single time.
    DamagedError
        Times, but none that can be read.
    NotActivityError
        No track point at all.
    UnknownFormatError
        Not GPX, or with a document type.
    LimitError
        Larger, deeper or denser than `limits` allow.
    """
    return recordings(read_points(data, GRAMMAR, Tracks, limits), limits)


@dataclass(slots=True)
class Track:
    """One ``<trk>``: its points, where its segments begin, and its type."""

    first: int
    last: int = -1
    segments: list[int] = field(default_factory=list)
    sport: str = ""


class Tracks:
    """Listens to the elements around the points."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.creator = ""
        self.planned = 0  # points of routes
        self.marked = 0  # way points

    def opened(self, name: str, parent: str, attributes: dict[str, str], points: int) -> None:
        """Note that an element begins."""
        if not parent:
            check_root(name, "gpx", "GPX")
            self.creator = attributes.get("creator", self.creator)
        elif name == "trk":
            self.tracks.append(Track(points))
        elif name == "trkseg":
            if not self.tracks:
                self.tracks.append(Track(points))
            self.tracks[-1].segments.append(points)
        elif name == "rtept":
            self.planned += 1
        elif name == "wpt":
            self.marked += 1

    def closed(self, name: str, parent: str, text: str, points: int) -> None:
        """Note that an element ends."""
        if not self.tracks:
            return
        if name == "trk":
            self.tracks[-1].last = points
        elif name == "type" and parent == "trk":
            self.tracks[-1].sport = text[:80]


def recordings(document: Document[Tracks], limits: Limits) -> tuple[Recording, ...]:
    """Make recordings of the tracks of a document."""
    outline = document.outline
    if len(outline.tracks) > limits.activities:
        raise LimitError(f"more than {limits.activities:.0f} tracks: raise limits.activities if that is meant")
    if not document.points:
        raise document.cut_off() or _nothing(outline)
    unix_s, columns = document.columns.take(0, document.points)
    if np.isnan(unix_s).all():
        raise document.columns.unread_time() or NoTimeError(
            f"{document.points} positions without times: this is a route, not a recording; "
            "export the activity itself, not its course"
        )
    speed = columns.get("speed_mps")
    if speed is not None:
        speed[speed < 0] = np.nan  # Apple's "not known"
    tracks, timeless = _timed(outline.tracks or [Track(0)], unix_s)
    zone_known, utc_offset_s = document.columns.zones
    whole = Recording(
        format="gpx",
        unix_s=unix_s,
        columns=columns,
        device=outline.creator,
        utc_offset_s=utc_offset_s,
        zone_known=zone_known,
    )
    problems = list(document.problems)
    if timeless:
        problems.append(Problem("no-time", f"tracks without any time were left out, with {timeless} points", timeless))
    found = [_recording(whole, group, unix_s) for group in _in_order(tracks)]
    found[0] = replace(found[0], problems=tuple(problems))
    return tuple(found)


def _nothing(outline: Tracks) -> NoTimeError | NotActivityError:
    """Return the error that says what a file without track points is instead."""
    if outline.planned:
        return NoTimeError(
            f"{outline.planned} route points: this is a planned route, not a recording; export the activity itself"
        )
    if outline.marked:
        return NotActivityError(f"{outline.marked} way points and no track: no activity was recorded here")
    return NotActivityError("no track points: the recording is empty; export the activity again")


@dataclass(frozen=True, slots=True)
class _Timed:
    """A track and the times of its first and last point."""

    track: Track
    start_s: float
    end_s: float


def _timed(tracks: list[Track], unix_s: F8) -> tuple[list[_Timed], int]:
    """Return the tracks that have times, the earliest first, and how many points the others have."""
    found, timeless = [], 0
    for track in tracks:
        if track.last < 0:
            track.last = len(unix_s)
        span = unix_s[track.first : track.last]
        known = span[~np.isnan(span)]
        if len(known):
            found.append(_Timed(track, float(known.min()), float(known.max())))
        else:
            timeless += len(span)
    return sorted(found, key=lambda t: t.start_s), timeless


def _in_order(tracks: list[_Timed]) -> list[list[_Timed]]:
    """Group tracks so that those of a group follow one another; one that overlaps begins a new group."""
    groups: list[list[_Timed]] = []
    for timed in tracks:
        if groups and timed.start_s >= groups[-1][-1].end_s:
            groups[-1].append(timed)
        else:
            groups.append([timed])
    return groups


def _recording(whole: Recording, group: list[_Timed], unix_s: F8) -> Recording:
    """Cut the tracks of a group out of the columns of the whole file."""
    if len(group) == 1 and group[0].track.last - group[0].track.first == len(unix_s):
        columns = whole.columns
    else:
        rows = np.concatenate([np.arange(timed.track.first, timed.track.last) for timed in group])
        unix_s, columns = unix_s[rows], {name: column[rows] for name, column in whole.columns.items()}
    segments: list[int] = []
    legs = []
    before = 0
    for timed in group:
        track = timed.track
        segments += [before + at - track.first for at in [track.first, *track.segments] if at < track.last]
        legs.append(Leg(timed.start_s, timed.end_s, track.sport, ""))
        before += track.last - track.first
    return replace(
        whole,
        unix_s=unix_s,
        columns=columns,
        segment_starts=tuple(sorted({at for at in segments if at > 0})),
        legs=tuple(legs) if len(legs) > 1 else (),
        sport=group[0].track.sport or "unknown",
    )
