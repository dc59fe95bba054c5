"""How other packages read the same bytes: six channels per record, in file order, as they deliver them.

Each function of :data:`PEERS` takes the bytes and returns :class:`Rows`: what came before the peer stopped, and why it
stopped. Nothing is cleaned. Where a peer offers one value under two names (``speed`` and ``enhanced_speed``) the
enhanced one is taken if it is there, as legspeed does.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

F8 = npt.NDArray[np.float64]

CHANNELS: Final = (
    "unix_s",
    "latitude_deg",
    "longitude_deg",
    "altitude_m",
    "speed_mps",
    "heart_rate_bpm",
    "cadence_per_min",
)
_EPOCH_S: Final = 631_065_600  # of FIT, 1989-12-31T00:00Z, in Unix time
_DEGREES: Final = 180 / 2**31  # per semicircle

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """What a peer delivered: one entry per record and channel (NaN: none), and its reason to stop early, if it did.

    ``track`` tells the track that each point belongs to; zeros where the format has none.
    """

    columns: Mapping[str, F8]
    track: F8
    refused: str | None = None

    def only(self, keep: npt.NDArray[np.bool_]) -> Rows:
        """Return some of the records."""
        return Rows({name: column[keep] for name, column in self.columns.items()}, self.track[keep], self.refused)

    @property
    def count(self) -> int:
        """Number of records."""
        return len(self.columns["unix_s"])


def number(value: Any) -> float:  # noqa: ANN401 - peers deliver anything
    """Return a peer's value as a number: of an array the first one there is, NaN for what is none."""
    if isinstance(value, tuple | list):
        return next((n for n in map(number, value) if not math.isnan(n)), math.nan)
    if value is None or isinstance(value, bool | str | bytes):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _first(*values: float) -> float:
    """Return the first value that is there."""
    return next((v for v in values if not math.isnan(v)), math.nan)


def _fit_row(row: Row) -> tuple[float, ...]:
    """Bring one FIT record of a peer into the order of :data:`CHANNELS`, and its track behind."""
    cadence, fraction = number(row.get("cadence")), number(row.get("fractional_cadence"))
    if not math.isnan(fraction):
        cadence += fraction
    return (
        number(row.get("timestamp")) + _EPOCH_S,
        number(row.get("position_lat")) * _DEGREES,
        number(row.get("position_long")) * _DEGREES,
        _first(number(row.get("enhanced_altitude")), number(row.get("altitude"))),
        _first(number(row.get("enhanced_speed")), number(row.get("speed"))),
        number(row.get("heart_rate")),
        cadence,
        0.0,
    )


def _rows(delivered: Iterator[tuple[float, ...]]) -> Rows:
    """Collect rows until the peer ends or raises anything at all."""
    rows: list[tuple[float, ...]] = []
    refused = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            rows.extend(delivered)
        except TimeoutError:
            raise
        except BaseException as error:  # one peer panics with a BaseException
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            refused = f"{type(error).__name__}: {' '.join(str(error).split())[:70]}"
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(CHANNELS) + 1)
    return Rows({name: table[:, k] for k, name in enumerate(CHANNELS)}, table[:, -1], refused)


# ---------------------------------------------------------------------------------------------------- FIT


def fitparse_rows(data: bytes) -> Rows:
    """Read with fitparse, check sums unchecked."""
    return _rows(_fitparse(data))


def _fitparse(data: bytes) -> Iterator[tuple[float, ...]]:
    from fitparse import FitFile
    from fitparse.records import DevField

    for message in FitFile(io.BytesIO(data), check_crc=False).get_messages("record"):
        row: dict[str, Any] = {}
        for field in message.fields:
            if not isinstance(field.field, DevField) and row.get(field.name) is None:
                row[field.name] = field.raw_value if field.name == "timestamp" else field.value
        yield _fit_row(row)


def fitdecode_rows(data: bytes) -> Rows:
    """Read with fitdecode, as tolerant as it can be."""
    return _rows(_fitdecode(data))


def _fitdecode(data: bytes) -> Iterator[tuple[float, ...]]:
    import fitdecode

    reader = fitdecode.FitReader(
        io.BytesIO(data), check_crc=fitdecode.CrcCheck.DISABLED, error_handling=fitdecode.ErrorHandling.IGNORE
    )
    with reader:
        for frame in reader:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA or frame.name != "record":
                continue
            row: dict[str, Any] = {}
            for field in frame.fields:
                own = field.field_def is None or not field.field_def.is_dev
                if own and row.get(field.name) is None:
                    row[field.name] = field.raw_value if field.name == "timestamp" else field.value
            yield _fit_row(row)


def garmin_rows(data: bytes) -> Rows:
    """Read with Garmin's own kit, check sums unchecked, heart rates not merged in from elsewhere."""
    from garmin_fit_sdk import Decoder, Stream

    rows: list[tuple[float, ...]] = []

    def listen(number_: int, message: Row) -> None:
        if number_ == 20:
            rows.append(_fit_row(message))

    def deliver() -> Iterator[tuple[float, ...]]:
        _, errors = Decoder(Stream.from_byte_array(bytearray(data))).read(
            mesg_listener=listen,
            convert_datetimes_to_dates=False,
            convert_types_to_strings=False,
            enable_crc_check=False,
            merge_heart_rates=False,
        )
        yield from rows
        if errors:
            raise errors[0]

    return _rows(deliver())


def fitfast_rows(data: bytes) -> Rows:
    """Read with fitfast (Rust inside)."""

    def deliver() -> Iterator[tuple[float, ...]]:
        import fitfast

        columns = fitfast.records(data)
        count = len(next(iter(columns.values()), ()))
        for k in range(count):
            row = {name: float(column[k]) for name, column in columns.items()}
            unix_s, latitude, longitude, *rest = _fit_row(row)
            yield unix_s - _EPOCH_S, latitude / _DEGREES, longitude / _DEGREES, *rest

    return _rows(deliver())


# ---------------------------------------------------------------------------------------------------- GPX


def gpxpy_rows(data: bytes) -> Rows:
    """Read with gpxpy; heart rate, cadence and speed out of its raw extension elements by local name."""
    return _rows(_gpxpy(data))


def _gpxpy(data: bytes) -> Iterator[tuple[float, ...]]:
    import datetime as dt

    import gpxpy

    for number_, track in enumerate(gpxpy.parse(data).tracks):
        for segment in track.segments:
            for point in segment.points:
                time = point.time
                if time is not None and time.tzinfo is None:
                    time = time.replace(tzinfo=dt.UTC)
                more: dict[str, float] = {}
                for extension in point.extensions:
                    for element in extension.iter():
                        name = str(element.tag).rpartition("}")[2].lower()
                        more.setdefault(name, _decimal(element.text))
                yield (
                    math.nan if time is None else time.timestamp(),
                    number(point.latitude),
                    number(point.longitude),
                    number(point.elevation),
                    _first(number(point.speed), more.get("speed", math.nan)),
                    _first(more.get("hr", math.nan), more.get("heartrate", math.nan)),
                    _first(more.get("cad", math.nan), more.get("cadence", math.nan)),
                    number_,
                )


def _decimal(text: str | None) -> float:
    """Read a number out of an element's text."""
    try:
        return float(text or "")
    except ValueError:
        return math.nan


#: Peers by name: the format they read and how. The first four of FIT are in the order of their cost.
PEERS: Final[Mapping[str, tuple[str, Callable[[bytes], Rows]]]] = {
    "garmin-fit-sdk": ("fit", garmin_rows),
    "fitdecode": ("fit", fitdecode_rows),
    "fitparse": ("fit", fitparse_rows),
    "fitfast": ("fit", fitfast_rows),
    "gpxpy": ("gpx", gpxpy_rows),
}
