"""Recordings as files: FIT, GPX and TCX, plain or gzipped; the same recording is always the same bytes."""

from __future__ import annotations

import datetime as dt
import gzip
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from legspeed.model import Lap
from legspeed.simulate.recorded import LEG_CADENCE, Recorded, TimerPress

#: Seconds from the Unix epoch to the FIT epoch, 1989-12-31T00:00Z.
FIT_EPOCH_UNIX_S: Final = 631_065_600
#: Written into the header whatever encoder version is at work, so that its updates do not change our files.
_PROFILE_VERSION: Final = 21_195
_SEMICIRCLES: Final = 2**31 / 180.0
_TCX: Final = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
_TPX: Final = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_GPX_TPX: Final = "http://www.garmin.com/xmlschemas/TrackPointExtension/v2"


def gzipped(data: bytes) -> bytes:
    """Return `data` as a gzip file without a name or time in it."""
    return gzip.compress(data, 9, mtime=0)


def to_bytes(recorded: Recorded, ending: str) -> bytes:
    """Return the file for an ending such as ``fit`` or ``gpx.gz``.

    Raises
    ------
    ValueError
        For an ending that is none of ours, or a recording that the format cannot hold.
    """
    plain = ending.removesuffix(".gz")
    if plain not in WRITERS:
        raise ValueError(f"no writer for {ending!r}; there are {', '.join(WRITERS)}, each also with .gz")
    data = WRITERS[plain](recorded)
    return gzipped(data) if ending.endswith(".gz") else data


# ---------------------------------------------------------------------------------------------------------- FIT


def fit_bytes(recorded: Recorded, *, sport: str = "running") -> bytes:
    """Return a FIT activity: file id, records, timer events, laps, session.

    Raises
    ------
    ImportError
        Without the package garmin-fit-sdk, whose encoder does the writing.
    ValueError
        For records at fractions of a second: FIT holds whole ones.
    """
    if np.any(recorded.time_s % 1.0):
        raise ValueError("FIT holds whole seconds, this recording does not: write GPX or TCX")
    begin = int(recorded.start.timestamp()) - FIT_EPOCH_UNIX_S
    end = begin + int(recorded.time_s[-1])
    messages: list[dict[str, Any]] = [
        {
            "mesg_num": 0,
            "type": "activity",
            "manufacturer": recorded.maker,
            "product": 1,
            "serial_number": 1,
            "time_created": begin,
            "product_name": recorded.product,
        },
        {"mesg_num": 23, "timestamp": begin, "device_index": 0, "manufacturer": recorded.maker, "product": 1},
    ]
    messages[-1] |= {"product_name": recorded.product, "software_version": 1.0}
    timeline = [(press.time_s, 0 if press.running else 3, _event(begin, press)) for press in recorded.timer]
    timeline += [(float(t), 1, row) for t, row in zip(recorded.time_s, _fit_records(recorded, begin), strict=True)]
    laps = [_fit_lap(lap, number, begin, sport, recorded.sub_sport) for number, lap in enumerate(recorded.laps)]
    timeline += [(lap.end_s, 2, row) for lap, row in zip(recorded.laps, laps, strict=True)]
    messages += [row for _, _, row in sorted(timeline, key=lambda item: item[:2])]
    timer = sum(lap.timer_s or 0.0 for lap in recorded.laps)
    session: dict[str, Any] = {
        "mesg_num": 18,
        "timestamp": end,
        "message_index": 0,
        "start_time": begin,
        "total_elapsed_time": float(end - begin),
        "total_timer_time": timer,
        "sport": sport,
        "sub_sport": recorded.sub_sport,
        "first_lap_index": 0,
        "num_laps": len(laps),
        "event": "session",
        "event_type": "stop",
    }
    distance = recorded.columns.get("distance_m")
    if distance is not None:
        session["total_distance"] = float(distance[-1])
    local = end + recorded.utc_offset_s
    activity: dict[str, Any] = {"mesg_num": 34, "timestamp": end, "local_timestamp": local, "total_timer_time": timer}
    activity |= {"num_sessions": 1, "type": "manual", "event": "activity", "event_type": "stop"}
    return fit_file([*messages, session, activity])


def fit_file(messages: list[dict[str, Any]]) -> bytes:
    """Return a FIT file of these messages, as the encoder of garmin-fit-sdk takes them.

    Raises
    ------
    ImportError
        Without that package.
    """
    try:
        from garmin_fit_sdk import Encoder
    except ImportError as error:
        raise ImportError(
            "writing FIT files needs the package garmin-fit-sdk (a development dependency): "
            "pip install garmin-fit-sdk, or write GPX or TCX"
        ) from error
    encoder = Encoder()
    for message in messages:
        encoder.write_mesg(message)
    return with_check_sums(bytes(encoder.close()))


def with_check_sums(data: bytes) -> bytes:
    """Return a FIT file with our profile version, and both check sums renewed."""
    from fastcrc import crc16

    header = data[:2] + struct.pack("<H", _PROFILE_VERSION) + data[4:12]
    content = header + struct.pack("<H", crc16.arc(header)) + data[14:-2]
    return content + struct.pack("<H", crc16.arc(content))


def _event(begin: int, press: TimerPress) -> dict[str, Any]:
    """Return a timer event; ``data`` 1 says that the watch did it by itself."""
    what = "start" if press.running else "stop_all"
    row = {"mesg_num": 21, "timestamp": begin + int(press.time_s), "event": "timer", "event_type": what}
    return row | {"data": int(press.auto), "event_group": 0}


def _fit_lap(lap: Lap, number: int, begin: int, sport: str, sub_sport: str) -> dict[str, Any]:
    row = {
        "mesg_num": 19,
        "timestamp": begin + round(lap.end_s),
        "message_index": number,
        "start_time": begin + round(lap.start_s),
        "total_elapsed_time": lap.end_s - lap.start_s,
        "total_timer_time": lap.timer_s,
        "lap_trigger": lap.trigger,
        "event": "lap",
        "event_type": "stop",
        "sport": sport,
        "sub_sport": sub_sport,
    }
    if lap.distance_m is not None:
        row["total_distance"] = lap.distance_m
    return row


def _fit_records(recorded: Recorded, begin: int) -> Iterator[dict[str, Any]]:
    """Yield one record message per record; missing values are left out of it."""
    fields = {name: recorded.columns.get(channel) for channel, name in _FIT_FIELDS.items()}
    columns = {name: values.tolist() for name, values in fields.items() if values is not None}
    leg = recorded.columns.get(LEG_CADENCE)
    if leg is not None and np.any(leg[~np.isnan(leg)] % 1.0):
        columns["fractional_cadence"] = (leg % 1.0).tolist()
    for i, second in enumerate(recorded.time_s.tolist()):
        row: dict[str, Any] = {"mesg_num": 20, "timestamp": begin + int(second)}
        for name, numbers in columns.items():
            value = numbers[i]
            if value == value:  # NaN is not equal to itself
                row[name] = _FIT_WHOLE[name](value) if name in _FIT_WHOLE else value
        yield row


#: Channel → FIT field, and those fields that the encoder wants as whole numbers.
_FIT_FIELDS: Final[Mapping[str, str]] = {
    "latitude_deg": "position_lat",
    "longitude_deg": "position_long",
    "distance_m": "distance",
    "altitude_m": "enhanced_altitude",
    "speed_mps": "enhanced_speed",
    "heart_rate_bpm": "heart_rate",
    LEG_CADENCE: "cadence",
}
_FIT_WHOLE: Final[Mapping[str, Callable[[float], int]]] = {
    "position_lat": lambda degrees: round(degrees * _SEMICIRCLES),
    "position_long": lambda degrees: round(degrees * _SEMICIRCLES),
    "heart_rate": round,
    "cadence": int,
}


# ---------------------------------------------------------------------------------------------------------- GPX


def gpx_bytes(recorded: Recorded, *, speed: bool = False, segments: bool = True) -> bytes:
    """Return a GPX 1.1 track with heart rate and cadence in Garmin's extension; with its speed if asked.

    ``segments`` begins a new one after each stop of the timer; several exports leave that out.

    Raises
    ------
    ValueError
        Without positions.
    """
    import gpxpy.gpx

    latitude, longitude = recorded.columns.get("latitude_deg"), recorded.columns.get("longitude_deg")
    if latitude is None or longitude is None:
        raise ValueError("GPX needs positions, and this recording has none: write FIT or TCX")
    gpx = gpxpy.gpx.GPX()
    gpx.creator = recorded.product
    gpx.nsmap = {"gpxtpx": _GPX_TPX}
    track: Any = gpxpy.gpx.GPXTrack(name=recorded.name)
    track.type = "running"
    gpx.tracks.append(track)
    altitude = recorded.columns.get("altitude_m")
    channels = {"speed": "speed_mps"} if speed else {}
    channels |= {"hr": "heart_rate_bpm", "cad": LEG_CADENCE}
    extra = {name: recorded.columns.get(channel) for name, channel in channels.items()}
    restarts = [start for _, start, _ in recorded.stopped()] if segments else []
    segment = None
    for i, second in enumerate(recorded.time_s.tolist()):
        if segment is None or (restarts and second >= restarts[0]):
            restarts = [start for start in restarts if start > second]
            segment = gpxpy.gpx.GPXTrackSegment()
            track.segments.append(segment)
        if np.isnan(latitude[i]):
            continue
        point = gpxpy.gpx.GPXTrackPoint(
            round(float(latitude[i]), 7),
            round(float(longitude[i]), 7),
            elevation=None if altitude is None else round(float(altitude[i]), 1),
            time=recorded.start + dt.timedelta(seconds=second),
        )
        more = ET.Element(f"{{{_GPX_TPX}}}TrackPointExtension")
        for name, values in extra.items():
            if values is not None and not np.isnan(values[i]):
                ET.SubElement(more, f"{{{_GPX_TPX}}}{name}").text = f"{values[i]:g}"
        if len(more):
            point.extensions.append(more)
        segment.points.append(point)
    text: str = gpx.to_xml("1.1", prettyprint=False)
    return text.encode() + b"\n"


# ---------------------------------------------------------------------------------------------------------- TCX


def tcx_bytes(recorded: Recorded) -> bytes:
    """Return a TCX activity with a track per lap, a new one after each stop of the timer."""
    root = ET.Element("TrainingCenterDatabase", {"xmlns": _TCX, "xmlns:ns3": _TPX, "xmlns:xsi": _XSI})
    activity = _add(_add(root, "Activities"), "Activity", Sport="Running")
    _add(activity, "Id", _zulu(recorded, 0.0))
    restarts = np.array([start for _, start, _ in recorded.stopped()])
    for number, lap in enumerate(recorded.laps):
        element = _add(activity, "Lap", StartTime=_zulu(recorded, lap.start_s))
        _add(element, "TotalTimeSeconds", f"{lap.timer_s or 0.0:.3f}")
        _add(element, "DistanceMeters", f"{lap.distance_m or 0.0:.2f}")
        _add(element, "Calories", "0")
        _add(element, "Intensity", "Active")
        _add(element, "TriggerMethod", {"distance": "Distance", "manual": "Manual"}.get(lap.trigger or "", "Manual"))
        last = number + 1 == len(recorded.laps)
        inside = (recorded.time_s >= lap.start_s) & ((recorded.time_s < lap.end_s) | last)
        track, piece = None, -1
        for i in np.flatnonzero(inside).tolist():
            here = int(np.searchsorted(restarts, recorded.time_s[i], side="right"))
            if track is None or here != piece:
                track, piece = _add(element, "Track"), here
            _tcx_point(track, recorded, i)
    device = ET.SubElement(activity, "Creator", {"xsi:type": "Device_t"})
    _add(device, "Name", recorded.product)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _tcx_point(track: ET.Element, recorded: Recorded, i: int) -> None:
    """Add one track point with whatever the watch has."""
    value = {name: float(values[i]) for name, values in recorded.columns.items() if not np.isnan(values[i])}
    point = _add(track, "Trackpoint")
    _add(point, "Time", _zulu(recorded, float(recorded.time_s[i])))
    if "latitude_deg" in value and "longitude_deg" in value:
        position = _add(point, "Position")
        _add(position, "LatitudeDegrees", f"{value['latitude_deg']:.7f}")
        _add(position, "LongitudeDegrees", f"{value['longitude_deg']:.7f}")
    if "altitude_m" in value:
        _add(point, "AltitudeMeters", f"{value['altitude_m']:.1f}")
    if "distance_m" in value:
        _add(point, "DistanceMeters", f"{value['distance_m']:.2f}")
    if "heart_rate_bpm" in value:
        _add(_add(point, "HeartRateBpm"), "Value", f"{value['heart_rate_bpm']:.0f}")
    if "speed_mps" in value or LEG_CADENCE in value:
        more = _add(_add(point, "Extensions"), "ns3:TPX")
        if "speed_mps" in value:
            _add(more, "ns3:Speed", f"{value['speed_mps']:.3f}")
        if LEG_CADENCE in value:
            _add(more, "ns3:RunCadence", f"{value[LEG_CADENCE]:.0f}")


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    """Add a child element."""
    child = ET.SubElement(parent, name, attributes)
    child.text = text
    return child


def _zulu(recorded: Recorded, second: float) -> str:
    """Return the time of a second of the recording as TCX writes it."""
    moment = recorded.start + dt.timedelta(seconds=second)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


#: Writers by ending.
WRITERS: Final[Mapping[str, Callable[[Recorded], bytes]]] = {"fit": fit_bytes, "gpx": gpx_bytes, "tcx": tcx_bytes}
