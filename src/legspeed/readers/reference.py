"""A second opinion: the same file read again with fitparse or gpxpy, and held against our reading value by value.

Nothing else in legspeed uses these packages. Compared are values before any cleaning. A package that refuses a file is
quoted, not believed; what it read until then is compared.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from legspeed.model import F8
from legspeed.readers.recording import CADENCE
from legspeed.readers.registry import BUILT_IN
from legspeed.settings import Limits

#: Values closer than this, in parts of the value, are one value written by two programs.
_ROUNDING: Final = 1e-9
_TIME: Final = "unix_s"
_UNITS: Final[Mapping[str, str]] = {
    _TIME: "s",
    "latitude_deg": "°",
    "longitude_deg": "°",
    "altitude_m": "m",
    "distance_m": "m",
    "speed_mps": "m/s",
    CADENCE: "per min",
    "heart_rate_bpm": "beats/min",
    "power_w": "W",
    "temperature_c": "°C",
    "step_length_m": "m",
    "stance_time_s": "s",
    "vertical_oscillation_m": "m",
}

#: One record as the other package gives it: channel to SI value; channels it has no value for are left out.
_Row = dict[str, float]


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """How two readings of one channel compare.

    ``compared`` counts records in which at least one reading has a value, ``differing`` those in which the values, or
    their presence, differ; ``worst`` is the greatest difference of two values that are both present, in the unit.
    """

    channel: str
    unit: str
    compared: int
    differing: int
    worst: float


@dataclass(frozen=True, slots=True)
class Verification:
    """The second reading of a file and how it compares.

    ``reader`` names the other package with its version, "" where there is none for the format. ``refused`` quotes why
    it could not read the file, or not to its end. ``records`` are how many records the two readings have, ours first;
    ``paired`` of them were compared. ``unread`` are channels of ours that the other package has no value of at all: in
    a GPX of any version but 1.1 gpxpy leaves out what stands in extensions.
    """

    reader: str
    refused: str | None
    records: tuple[int, int]
    channels: tuple[ChannelCheck, ...]
    paired: int = 0
    unread: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether there was a second reading and no value of it differs."""
        return self.refused is None and bool(self.reader) and self.records[0] == self.records[1] and not self._differing

    @property
    def _differing(self) -> int:
        return sum(c.differing for c in self.channels)

    @property
    def sentence(self) -> str:
        """Say the outcome in one sentence."""
        if not self.reader:
            return "no second reader is at hand for this format"
        compared = sum(c.compared for c in self.channels)
        if self.refused is not None:
            return self._up_to_there(self.refused, compared)
        if self.agrees:
            text = f"the two readings agree ({self.reader}: {self.records[1]:,} records, {compared:,} values)"
            return text + (f"; it does not read {', '.join(self.unread)}" if self.unread else "")
        text = f"the two readings differ in {self._differing:,} of {compared:,} values ({self.reader})"
        if self.records[0] != self.records[1]:
            text += f"; legspeed has {self.records[0]:,} records, {self.reader} {self.records[1]:,}"
        return text

    def _up_to_there(self, refused: str, compared: int) -> str:
        """Say where the other package stopped, and how what it read until then compares."""
        theirs = self.records[1]
        if not theirs:
            return f"{self.reader} could not read this file: {refused}"
        text = f"{self.reader} stopped after {theirs:,} of {self.records[0]:,} records ({refused}); up to there "
        if self._differing:
            text += f"the two readings differ in {self._differing:,} of {compared:,} values"
        else:
            text += f"the two readings agree in {compared:,} values"
        alone = theirs - self.paired
        return text + (f"; ours lacks {alone:,} of its records" if alone else "")


def verify(data: bytes, format: str, limits: Limits) -> Verification:
    """Read a file a second time with another package and compare.

    Parameters
    ----------
    data : bytes
        The whole content, decompressed.
    format : str
        ``fit``, ``gpx`` or ``tcx``, as in ``Activity.format``.
    limits : Limits
        As for our own reading.

    Returns
    -------
    Verification
        Also where the other package fails in any way; it never makes this function raise.

    Raises
    ------
    ReadError
        Where our own reading fails.
    """
    if format not in _READERS:
        return Verification("", None, (0, 0), ())
    ours, (package, read) = _our_reading(data, format, limits), _READERS[format]
    name = _named(package)
    theirs: list[_Row] = []
    refused = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in read(data):
                theirs.append(row)  # noqa: PERF402 - one by one, so that those before an error are kept
    except Exception as error:  # whatever a foreign package raises is its answer
        refused = _quoted(error)
        if not theirs:
            return Verification(name, refused, (len(ours[_TIME]), 0), ())
    return _compare(name, ours, theirs, refused)


def _named(package: str) -> str:
    """Return a package's name with its version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return package


def _quoted(error: Exception) -> str:
    """Return an error's kind and message, safe to print."""
    text = "".join(c if c.isprintable() else " " for c in str(error))[:200]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _our_reading(data: bytes, format: str, limits: Limits) -> dict[str, F8]:
    """Return our columns of all recordings of a file, one after the other."""
    recordings = next(reader for reader in BUILT_IN if reader.name == format).read(data, limits)
    names = {name for r in recordings for name in r.columns}
    columns = {_TIME: np.concatenate([r.unix_s for r in recordings])}
    for name in names:
        columns[name] = np.concatenate([r.columns.get(name, np.full(len(r.unix_s), np.nan)) for r in recordings])
    if format == "gpx":  # route points without a time are no record in either reading
        timed = ~np.isnan(columns[_TIME])
        columns = {name: values[timed] for name, values in columns.items()}
    return columns


def _compare(name: str, ours: Mapping[str, F8], theirs: Sequence[_Row], refused: str | None) -> Verification:
    """Compare column by column, record by record, as far as the other reading goes."""
    channels = [c for c in _UNITS if c in ours or any(c in row for row in theirs)]
    n = len(ours[_TIME])
    mine = {c: ours.get(c, np.full(n, np.nan)) for c in channels}
    other = {c: np.array([row.get(c, np.nan) for row in theirs], np.float64) for c in channels}
    records = (n, len(theirs))
    if records[0] != records[1]:
        left, right = _by_time(mine[_TIME], other[_TIME])
        mine, other = {c: v[left] for c, v in mine.items()}, {c: v[right] for c, v in other.items()}
    unread = tuple(c for c in channels if c != _TIME and np.isnan(other[c]).all() and not np.isnan(mine[c]).all())
    checks = tuple(_check(c, mine[c], other[c]) for c in channels if c not in unread)
    return Verification(name, refused, records, checks, len(mine[_TIME]), unread)


def _by_time(ours: F8, theirs: F8) -> tuple[list[int], list[int]]:
    """Pair records of two readings of unequal length: the k-th of a time with the k-th of the same time."""

    def keys(times: F8) -> dict[tuple[float, int], int]:
        seen: Counter[float] = Counter()
        places = {}
        for i, time in enumerate(times.tolist()):
            if time == time:
                places[time, seen[time]] = i
                seen[time] += 1
        return places

    left, right = keys(ours), keys(theirs)
    both = sorted(left.keys() & right.keys())
    return [left[k] for k in both], [right[k] for k in both]


def _check(channel: str, ours: F8, theirs: F8) -> ChannelCheck:
    """Compare two columns of equal length."""
    have, want = ~np.isnan(ours), ~np.isnan(theirs)
    both = have & want
    apart = both & (ours != theirs)  # not so where both read the same infinity
    off = np.abs(np.subtract(ours, theirs, where=apart, out=np.zeros(len(ours))))
    # times are compared to the microsecond that both packages' clocks resolve
    limit = (
        1e-6 if channel == _TIME else _ROUNDING * np.maximum(np.abs(np.where(np.isfinite(theirs), theirs, 0.0)), 1.0)
    )
    wrong = both & (off > limit)
    worst = float(off[wrong].max()) if wrong.any() else 0.0
    return ChannelCheck(channel, _UNITS[channel], int((have | want).sum()), int((wrong | (have != want)).sum()), worst)


# ---------------------------------------------------------------------------------------------------- fitparse

#: Field of fitparse to channel and what its value is multiplied with to be SI.
_FIT_FIELDS: Final[Mapping[str, tuple[str, float]]] = {
    "position_lat": ("latitude_deg", 180.0 / 2**31),
    "position_long": ("longitude_deg", 180.0 / 2**31),
    "altitude": ("altitude_m", 1.0),
    "enhanced_altitude": ("altitude_m", 1.0),
    "distance": ("distance_m", 1.0),
    "speed": ("speed_mps", 1.0),
    "enhanced_speed": ("speed_mps", 1.0),
    "heart_rate": ("heart_rate_bpm", 1.0),
    "power": ("power_w", 1.0),
    "temperature": ("temperature_c", 1.0),
    "step_length": ("step_length_m", 1e-3),
    "stance_time": ("stance_time_s", 1e-3),
    "vertical_oscillation": ("vertical_oscillation_m", 1e-3),
}


def _with_fitparse(data: bytes) -> Iterator[_Row]:
    """Yield the records of a FIT file as fitparse reads them; it does not check sums here, we report those."""
    import fitparse

    for message in fitparse.FitFile(io.BytesIO(data), check_crc=False).get_messages("record"):
        native = {f.name: f.value for f in message.fields if not _is_developer(f) and _is_number(f.value)}
        row: _Row = {}
        for name, (channel, factor) in _FIT_FIELDS.items():
            if name in native:
                row[channel] = native[name] * factor  # an enhanced field comes after its plain twin and wins
        if "cadence" in native:
            row[CADENCE] = native["cadence"] + native.get("fractional_cadence", 0.0)
        elif "cadence256" in native:
            row[CADENCE] = native["cadence256"]
        stamp = message.get_value("timestamp")
        if hasattr(stamp, "timestamp"):
            row[_TIME] = _utc_seconds(stamp)
        elif _is_number(stamp):
            row[_TIME] = float(stamp) + 631_065_600
        yield row


def _is_developer(field: Any) -> bool:  # noqa: ANN401 - fitparse has no types
    return type(field.field_def).__name__.startswith("Dev")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _utc_seconds(stamp: Any) -> float:  # noqa: ANN401 - fitparse has no types
    """Return seconds since 1970 of a datetime that is universal time, with or without saying so."""
    import datetime as dt

    moment: dt.datetime = stamp
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


# ---------------------------------------------------------------------------------------------------- gpxpy

#: Local names of elements in a track point's extensions.
_GPX_EXTENSIONS: Final[Mapping[str, str]] = {
    "hr": "heart_rate_bpm",
    "heartrate": "heart_rate_bpm",
    "heartratebpm": "heart_rate_bpm",
    "cad": CADENCE,
    "cadence": CADENCE,
    "runcadence": CADENCE,
    "speed": "speed_mps",
    "distance": "distance_m",
    "atemp": "temperature_c",
    "temp": "temperature_c",
    "temperature": "temperature_c",
    "power": "power_w",
    "watts": "power_w",
    "powerinwatts": "power_w",
}


def _with_gpxpy(data: bytes) -> Iterator[_Row]:
    """Yield the track points with a time as gpxpy reads them."""
    import gpxpy

    for track in gpxpy.parse(data).tracks:
        for segment in track.segments:
            for point in segment.points:
                if point.time is None:
                    continue
                row: _Row = {_TIME: _utc_seconds(point.time)}
                for channel, value in (
                    ("latitude_deg", point.latitude),
                    ("longitude_deg", point.longitude),
                    ("altitude_m", point.elevation),
                    ("speed_mps", point.speed),
                ):
                    if value is not None:
                        row[channel] = float(value)
                for extension in point.extensions:
                    for element in extension.iter():
                        channel = _GPX_EXTENSIONS.get(str(element.tag).rpartition("}")[2].lower(), "")
                        if channel and element.text and element.text.strip():
                            row[channel] = float(element.text)
                if row.get("speed_mps", 0.0) < 0:  # how Apple writes that it is not known
                    del row["speed_mps"]
                yield row


_READERS: Final[Mapping[str, tuple[str, Callable[[bytes], Iterator[_Row]]]]] = {
    "fit": ("fitparse", _with_fitparse),
    "gpx": ("gpxpy", _with_gpxpy),
}
