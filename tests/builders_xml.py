"""GPX and TCX bytes, point by point, and recordings as a reader would hand them over.

    gpx([Fix(0, speed=3.2, hr=150, cad=82)], extension="gpxtpx_v2")    # one segment
    gpx([[Fix(0), Fix(1)], [Fix(60)]])                                # two segments
    gpx_document([track(segments, sport="running"), track(…)])        # several tracks
    tcx([TcxLap([[Fix(0), Fix(1)], [Fix(60)]], seconds=2)])           # a lap with two tracks: a pause
    recording(time_s=range(60), speed_mps=3.2)                        # for `normalize`, no bytes at all

Seconds count from `START`, 2024-03-09T07:00:00Z.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from legspeed.readers.recording import CADENCE, Recording

START = dt.datetime(2024, 3, 9, 7, 0, 0, tzinfo=dt.UTC)
START_S = START.timestamp()
#: A time well after all of these, so that no date is in the future.
NOW = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)


def stamp(seconds: float) -> str:
    """The instant so many seconds after `START`, with milliseconds where it has any."""
    when = START + dt.timedelta(seconds=seconds)
    return when.strftime("%Y-%m-%dT%H:%M:%S") + (f".{when.microsecond // 1000:03d}" if seconds % 1 else "") + "Z"


@dataclass(frozen=True)
class Fix:
    """One point; everything but the second may be missing (None). `time` replaces the stamp, "" leaves it out."""

    at: float
    lat: float | str | None = 47.0
    lon: float | str | None = 8.0
    ele: float | str | None = None
    time: str | None = None
    speed: float | str | None = None
    hr: float | str | None = None
    cad: float | str | None = None
    temp: float | str | None = None
    power: float | str | None = None
    distance: float | str | None = None


def fixes(n: int, *, step_s: float = 1.0, speed: float = 3.0, **more: Any) -> list[Fix]:
    """`n` points running north at `speed`, `step_s` apart."""
    return [Fix(k * step_s, lat=round(47 + k * step_s * speed / 111_195.08, 9), **more) for k in range(n)]


def element(name: str, value: object, attributes: str = "") -> str:
    """An element, or nothing for a value of None."""
    return "" if value is None else f"<{name}{attributes}>{value}</{name}>"


TPX_1 = "http://www.garmin.com/xmlschemas/TrackPointExtension/v1"
TPX_2 = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"


def _tpx(prefix: str, fix: Fix, on_each: str = "") -> str:
    """Garmin's track-point extension with any prefix; `on_each` repeats the namespace on every element."""
    p = f"{prefix}:" if prefix else ""
    names = (("atemp", fix.temp), ("hr", fix.hr), ("cad", fix.cad), ("speed", fix.speed), ("power", fix.power))
    inner = "".join(element(p + name, value, on_each) for name, value in names)
    return f"<extensions><{p}TrackPointExtension{on_each}>{inner}</{p}TrackPointExtension></extensions>"


def _bare(fix: Fix) -> str:
    """Extensions without any element around them, as Apple and others write them."""
    names = (("speed", fix.speed), ("course", 12.5), ("hAcc", 3.1), ("vAcc", -1.0))
    more = (("heartrate", fix.hr), ("cadence", fix.cad), ("temp", fix.temp), ("power", fix.power))
    return "<extensions>" + "".join(element(name, value) for name, value in (*names, *more)) + "</extensions>"


def _cluetrust(fix: Fix) -> str:
    """Cluetrust's gpxdata."""
    names = (("hr", fix.hr), ("cadence", fix.cad), ("temp", fix.temp), ("distance", fix.distance), ("speed", fix.speed))
    power = element("gpxdata:power", fix.power)
    inner = "".join(element(f"gpxdata:{name}", value) for name, value in names) + power
    return f"<extensions>{inner}</extensions>"


#: How the same values are spelled: a head of namespaces for the root, and a point's extensions.
EXTENSIONS = {
    "gpxtpx_v1": (f' xmlns:gpxtpx="{TPX_1}"', lambda fix: _tpx("gpxtpx", fix)),
    "gpxtpx_v2": (f' xmlns:gpxtpx="{TPX_2}"', lambda fix: _tpx("gpxtpx", fix)),
    "ns2": (f' xmlns:ns2="{TPX_1}"', lambda fix: _tpx("ns2", fix)),
    "ns3": (f' xmlns:ns3="{TPX_2}"', lambda fix: _tpx("ns3", fix)),
    "on_each": ("", lambda fix: _tpx("", fix, f' xmlns="{TPX_2}"')),
    "bare": ("", _bare),
    "cluetrust": (' xmlns:gpxdata="http://www.cluetrust.com/XML/GPXDATA/1/0"', _cluetrust),
}


def point(fix: Fix, extension: str = "gpxtpx_v1", *, version: str = "1.1") -> str:
    """A ``<trkpt>``; in GPX 1.0 speed stands in the point itself."""
    place = "".join(f' {k}="{v}"' for k, v in (("lat", fix.lat), ("lon", fix.lon)) if v is not None)
    time = stamp(fix.at) if fix.time is None else fix.time
    inner = element("ele", fix.ele) + (element("time", time) if time else "")
    if version == "1.0":
        inner += element("course", 90) + element("speed", fix.speed)
    elif any(v is not None for v in (fix.speed, fix.hr, fix.cad, fix.temp, fix.power, fix.distance)):
        inner += EXTENSIONS[extension][1](fix)
    return f"<trkpt{place}>{inner}</trkpt>\n"


def track(segments: Sequence[Sequence[Fix]], *, sport: str | None = None, **how: Any) -> str:
    """A ``<trk>`` of segments."""
    inner = "".join(f"<trkseg>\n{''.join(point(fix, **how) for fix in segment)}</trkseg>\n" for segment in segments)
    return f"<trk><name>A run</name>{element('type', sport)}\n{inner}</trk>\n"


def gpx_document(
    tracks: Sequence[str],
    *,
    version: str = "1.1",
    creator: str = "legspeed tests",
    head: str = "",
    extension: str = "gpxtpx_v1",
) -> str:
    """A whole GPX as text."""
    spaces = EXTENSIONS[extension][0]
    name = f"http://www.topografix.com/GPX/{version.replace('.', '/')}"
    inner = "<metadata><time>2001-01-01T00:00:00Z</time></metadata>\n" if version == "1.1" else ""
    return (
        f'{head}<gpx version="{version}" creator="{creator}" xmlns="{name}"{spaces}>\n{inner}{"".join(tracks)}</gpx>\n'
    )


def gpx(
    points: Sequence[Fix] | Sequence[Sequence[Fix]],
    *,
    extension: str = "gpxtpx_v1",
    version: str = "1.1",
    sport: str | None = None,
    creator: str = "legspeed tests",
    head: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
) -> bytes:
    """A GPX of one track, from points or from segments of points."""
    segments: Any = [points] if points and isinstance(points[0], Fix) else points
    only = track(segments, sport=sport, extension=extension, version=version)
    return gpx_document([only], version=version, creator=creator, head=head, extension=extension).encode()


# --------------------------------------------------------------------------------------------------------------- TCX


@dataclass(frozen=True)
class TcxLap:
    """A lap with its tracks; the start is the first point's unless told otherwise."""

    tracks: Sequence[Sequence[Fix]]
    seconds: float = 0.0
    metres: float | None = None
    start: str | None = None
    intensity: str = "Active"
    trigger: str = "Manual"


#: How the activity extension is spelled: attributes of the root, prefix, attributes of ``TPX``.
TPX_SPELLINGS = {
    "default": ("", "", ' xmlns="http://www.garmin.com/xmlschemas/ActivityExtension/v2"'),
    "ns2": (' xmlns:ns2="http://www.garmin.com/xmlschemas/ActivityExtension/v2"', "ns2:", ""),
    "ns3": (' xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v1"', "ns3:", ""),
}


def trackpoint(fix: Fix, spelling: str = "ns3") -> str:
    """A ``<Trackpoint>``."""
    _, p, attributes = TPX_SPELLINGS[spelling]
    time = stamp(fix.at) if fix.time is None else fix.time
    inner = element("Time", time) if time else ""
    if fix.lat is not None:
        place = element("LatitudeDegrees", fix.lat) + element("LongitudeDegrees", fix.lon)
        inner += f"<Position>{place}</Position>"
    inner += element("AltitudeMeters", fix.ele) + element("DistanceMeters", fix.distance)
    if fix.hr is not None:
        inner += f"<HeartRateBpm><Value>{fix.hr}</Value></HeartRateBpm>"
    if any(v is not None for v in (fix.speed, fix.cad, fix.power)):
        extra = element(f"{p}Speed", fix.speed) + element(f"{p}RunCadence", fix.cad) + element(f"{p}Watts", fix.power)
        inner += f"<Extensions><{p}TPX{attributes}>{extra}</{p}TPX></Extensions>"
    return f"<Trackpoint>{inner}</Trackpoint>\n"


def tcx_lap(lap: TcxLap, spelling: str = "ns3") -> str:
    """A ``<Lap>``."""
    start = stamp(lap.tracks[0][0].at) if lap.start is None else lap.start
    inner = (
        element("TotalTimeSeconds", lap.seconds)
        + element("DistanceMeters", lap.metres)
        + "<MaximumSpeed>9.9</MaximumSpeed><Calories>5</Calories><AverageHeartRateBpm><Value>99</Value>"
        + "</AverageHeartRateBpm>"
        + element("Intensity", lap.intensity)
        + element("TriggerMethod", lap.trigger)
        + "".join(f"<Track>\n{''.join(trackpoint(f, spelling) for f in t)}</Track>\n" for t in lap.tracks)
    )
    return f'<Lap StartTime="{start}">{inner}</Lap>\n'


def tcx_activity(laps: Sequence[TcxLap], *, sport: str = "Running", device: str = "Watch 1", **how: Any) -> str:
    """An ``<Activity>``."""
    creator = f"<Creator><Name>{device}</Name><UnitId>123456789</UnitId></Creator>" if device else ""
    laps_text = "".join(tcx_lap(lap, **how) for lap in laps)
    return f'<Activity Sport="{sport}"><Id>{stamp(0)}</Id>\n{laps_text}{creator}</Activity>\n'


def tcx_document(inside: str, spelling: str = "ns3") -> bytes:
    """A whole TCX around activities, courses or anything else."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
        f'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"{TPX_SPELLINGS[spelling][0]}>\n{inside}'
        "<Author><Name>An app, not a watch</Name></Author></TrainingCenterDatabase>\n"
    ).encode()


def tcx(laps: Sequence[TcxLap], *, spelling: str = "ns3", **how: Any) -> bytes:
    """A TCX of one activity."""
    return tcx_document(f"<Activities>{tcx_activity(laps, spelling=spelling, **how)}</Activities>", spelling)


# -------------------------------------------------------------------------------------------------------- recordings


def recording(time_s: Any, *, format: str = "fit", cadence: Any = None, **given: Any) -> Recording:
    """A recording: `time_s` since `START` (NaN where missing), columns by channel name, the rest as in `Recording`."""
    unix_s = START_S + np.asarray(list(time_s), dtype=float)
    n = len(unix_s)
    fields = set(Recording.__slots__)
    columns = {k: v for k, v in given.items() if k not in fields}
    if cadence is not None:
        columns[CADENCE] = cadence
    shape = {"sport": "running", "cadence_unit": "leg", **{k: v for k, v in given.items() if k in fields}}
    filled = {name: np.array(np.broadcast_to(np.asarray(value, dtype=float), (n,))) for name, value in columns.items()}
    return Recording(format=format, unix_s=unix_s, columns=filled, **shape)
