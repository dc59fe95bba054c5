"""FIT bytes, message by message: valid files and files that are broken on purpose.

    shape = Layout(0, 20, [(253, "uint32"), (3, "uint8")])      # local type 0 carries global message 20
    body = shape.definition() + shape.data(1_000_000_000, 150) + shape.data(1_000_000_001, None)
    blob = fit_file(body)                                        # header and CRC around it
    blob = simple_run(n=50)                                      # a whole small run
    blob = simple_run(n=3600, columns={"speed_mps": …, "heart_rate_bpm": …}, events=[(60, "stop"), (90, "start")])

Everything is plain bytes, so a test may cut, splice and overwrite as it likes and mend the file with `refit`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fastcrc

#: Seconds from 1970-01-01 to FIT's own epoch, 1989-12-31T00:00Z.
FIT_EPOCH_S = 631_065_600
#: The first record of `simple_run`: 2023-10-14T07:20:00Z as FIT time.
START = 1_066_202_400
#: Invalid position and friends: write ``None`` to get a field's own sentinel.
DEGREE = 2**31 / 180

#: name: (base type byte, struct letter, sentinel)
BASE_TYPES: dict[str, tuple[int, str, Any]] = {
    "enum": (0x00, "B", 0xFF),
    "sint8": (0x01, "b", 0x7F),
    "uint8": (0x02, "B", 0xFF),
    "sint16": (0x83, "h", 0x7FFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "string": (0x07, "s", b""),
    "float32": (0x88, "f", None),
    "float64": (0x89, "d", None),
    "uint8z": (0x0A, "B", 0),
    "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0),
    "byte": (0x0D, "B", 0xFF),
    "sint64": (0x8E, "q", 0x7FFFFFFFFFFFFFFF),
    "uint64": (0x8F, "Q", 0xFFFFFFFFFFFFFFFF),
    "uint64z": (0x90, "Q", 0),
}

#: A native field as it stands in a definition: (number, base type name or byte) or with a size in bytes as well.
Field = tuple[int, str | int] | tuple[int, str | int, int]
#: A developer field: (number, size in bytes, developer data index).
DevField = tuple[int, int, int]


def definition(
    local: int,
    number: int,
    fields: Sequence[Field],
    *,
    big: bool = False,
    dev_fields: Sequence[DevField] = (),
    architecture: int | None = None,
) -> bytes:
    """A definition message; `architecture` overrides the byte-order mark alone (84, say)."""
    order = ">" if big else "<"
    mark = int(big) if architecture is None else architecture
    out = struct.pack("BBB", 0x40 | (0x20 if dev_fields else 0) | local, 0, mark)
    out += struct.pack(order + "H", number) + bytes([len(fields)])
    for field in fields:
        base, size = _base_and_size(field)
        out += bytes([field[0], size, base])
    if dev_fields:
        out += bytes([len(dev_fields)]) + b"".join(bytes(d) for d in dev_fields)
    return out


def _base_and_size(field: Field) -> tuple[int, int]:
    kind = field[1]
    if isinstance(kind, str):
        base, letter, _ = BASE_TYPES[kind]
        size = field[2] if len(field) == 3 else struct.calcsize(letter)
        return base, size
    if len(field) != 3:
        raise ValueError("a raw base type byte needs a size")
    return kind, field[2]


def data(local: int, payload: bytes) -> bytes:
    """A data message with a payload made by hand."""
    return bytes([local]) + payload


def compressed(local: int, offset: int, payload: bytes) -> bytes:
    """A data message with a compressed timestamp header: the low five bits of its time."""
    return bytes([0x80 | local << 5 | offset & 31]) + payload


@dataclass(frozen=True)
class Layout:
    """A definition that also writes its own data: values in field order, ``None`` for a sentinel."""

    local: int
    number: int
    fields: Sequence[Field]
    big: bool = False
    dev_fields: Sequence[DevField] = ()
    architecture: int | None = None

    def definition(self) -> bytes:
        return definition(
            self.local,
            self.number,
            self.fields,
            big=self.big,
            dev_fields=self.dev_fields,
            architecture=self.architecture,
        )

    def payload(self, *values: Any, dev: bytes = b"") -> bytes:
        if len(values) != len(self.fields):
            raise ValueError(f"{len(self.fields)} values wanted, {len(values)} given")
        out = b"".join(_pack(field, value, self.big) for field, value in zip(self.fields, values, strict=True))
        if len(dev) != sum(size for _, size, _ in self.dev_fields):
            raise ValueError("developer bytes do not fill the developer fields")
        return out + dev

    def data(self, *values: Any, dev: bytes = b"") -> bytes:
        return data(self.local, self.payload(*values, dev=dev))

    def compressed(self, offset: int, *values: Any, dev: bytes = b"") -> bytes:
        return compressed(self.local, offset, self.payload(*values, dev=dev))


def _pack(field: Field, value: Any, big: bool) -> bytes:
    """One field: bytes as they are, a number, a list of numbers, a string or None (the sentinel)."""
    base, size = _base_and_size(field)
    if isinstance(value, bytes):
        return value[:size].ljust(size, b"\0")
    if isinstance(value, str):
        return value.encode()[:size].ljust(size, b"\0")
    name = next((n for n, (b, _, _) in BASE_TYPES.items() if b == base), None)
    if name is None:
        return b"\xff" * size
    _, letter, sentinel = BASE_TYPES[name]
    if name == "string" or not size:
        return b"\0" * size
    width = struct.calcsize(letter)
    if size % width:
        # mis-sized on purpose: the low bytes, as such watches write them
        return b"\xff" * size if value is None else int(value).to_bytes(size, "big" if big else "little")
    values = list(value) if isinstance(value, list | tuple) else [value]
    values += [None] * (size // width - len(values))
    out = b""
    for item in values:
        if item is None and sentinel is None:
            out += b"\xff" * width
        else:
            out += struct.pack((">" if big else "<") + letter, sentinel if item is None else item)
    return out


# ---------------------------------------------------------------------------------------------------- the file around


def fit_file(
    messages: bytes | Sequence[bytes],
    *,
    header_size: int = 14,
    data_size: int | None = None,
    protocol: int = 0x20,
    magic: bytes = b".FIT",
    header_crc: int | None = None,
    crc: int | None = None,
    with_crc: bool = True,
) -> bytes:
    """Header, messages and CRC. Each part can be made wrong; the file CRC is right for the header as written."""
    body = messages if isinstance(messages, bytes) else b"".join(messages)
    size = len(body) if data_size is None else data_size
    head = struct.pack("<BBHI4s", header_size, protocol, 2132, size, magic)
    if header_size >= 14:
        head += struct.pack("<H", fastcrc.crc16.arc(head) if header_crc is None else header_crc)
    head = head.ljust(header_size, b"\0")
    out = head + body
    if with_crc:
        out += struct.pack("<H", fastcrc.crc16.arc(out) if crc is None else crc)
    return out


def refit(blob: bytes) -> bytes:
    """Mend size and both CRCs of a damaged single-part file, so that only the damage inside is left."""
    size = 14 if blob[0] == 14 else 12
    return fit_file(blob[size:-2], header_size=size, protocol=blob[1])


# ---------------------------------------------------------------------------------------------------- usual messages

FILE_ID = Layout(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32")])
EVENT = Layout(1, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (3, "uint32")])
LAP = Layout(
    2,
    19,
    [
        (253, "uint32"),
        (2, "uint32"),
        (7, "uint32"),
        (8, "uint32"),
        (9, "uint32"),
        (23, "enum"),
        (24, "enum"),
        (71, "uint16"),
    ],
)
SESSION = Layout(
    3,
    18,
    [(253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32"), (5, "enum"), (6, "enum")],
)
ACTIVITY = Layout(
    4, 34, [(253, "uint32"), (0, "uint32"), (1, "uint16"), (2, "enum"), (3, "enum"), (4, "enum"), (5, "uint32")]
)
DEVELOPER_ID = Layout(8, 207, [(1, "byte", 16), (3, "uint8")])
FIELD_DESCRIPTION = Layout(
    9,
    206,
    [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 24), (8, "string", 12), (14, "uint16"), (15, "uint8")],
)

#: channel: (field number, base type, value in SI units -> raw number)
RECORD_FIELDS: dict[str, tuple[int, str, Callable[[float], int]]] = {
    "latitude_deg": (0, "sint32", lambda v: round(v * DEGREE)),
    "longitude_deg": (1, "sint32", lambda v: round(v * DEGREE)),
    "altitude_m": (78, "uint32", lambda v: round((v + 500) * 5)),
    "plain_altitude_m": (2, "uint16", lambda v: round((v + 500) * 5)),
    "heart_rate_bpm": (3, "uint8", round),
    "cadence": (4, "uint8", int),
    "distance_m": (5, "uint32", lambda v: round(v * 100)),
    "speed_mps": (73, "uint32", lambda v: round(v * 1000)),
    "plain_speed_mps": (6, "uint16", lambda v: round(v * 1000)),
    "power_w": (7, "uint16", round),
    "temperature_c": (13, "sint8", round),
    "vertical_oscillation_m": (39, "uint16", lambda v: round(v * 10_000)),
    "stance_time_s": (41, "uint16", lambda v: round(v * 10_000)),
    "cadence256": (52, "uint16", lambda v: round(v * 256)),
    "fractional_cadence": (53, "uint8", lambda v: round(v * 128)),
    "step_length_m": (85, "uint16", lambda v: round(v * 10_000)),
}
EVENT_TYPES = {"start": 0, "stop": 1, "stop_disable": 8, "stop_all": 4}
TIMER_TRIGGERS = {"manual": 0, "auto": 1}
LAP_TRIGGERS = {"manual": 0, "time": 1, "distance": 2, "session_end": 7}
INTENSITIES = {"active": 0, "rest": 1, "warmup": 2, "cooldown": 3, "recovery": 4, "interval": 5}


def file_id(kind: int | None = 4, manufacturer: int = 1, product: int = 3992, created: int = START) -> bytes:
    """Definition and message of the file_id: 4 is an activity."""
    return FILE_ID.definition() + FILE_ID.data(kind, manufacturer, product, 1234, created)


def default_columns(n: int) -> dict[str, list[float | None]]:
    """Positions, distance, speed, altitude, heart rate and cadence of an easy, slightly hilly run north at 3 m/s."""
    return {
        "latitude_deg": [47.0 + 3.0 * i / 111_195 for i in range(n)],
        "longitude_deg": [8.0] * n,
        "distance_m": [3.0 * i for i in range(n)],
        "speed_mps": [3.0 + 0.1 * (i % 3) for i in range(n)],
        "altitude_m": [400.0 + (i % 40) * 0.2 for i in range(n)],
        "heart_rate_bpm": [140.0 + i % 7 for i in range(n)],
        "cadence": [82.0 + i % 2 for i in range(n)],
    }


def simple_run(
    n: int = 50,
    *,
    start: int = START,
    step_s: int = 1,
    times: Sequence[int | None] | None = None,
    columns: Mapping[str, Sequence[float | None]] | None = None,
    events: Sequence[tuple[float, str] | tuple[float, str, str]] = (),
    laps: Sequence[Mapping[str, Any]] = (),
    sport: int = 1,
    sub_sport: int = 0,
    utc_offset_s: int | None = 7200,
    big: bool = False,
    local: int = 5,
    kind: int | None = 4,
    product: int = 3992,
    summaries: bool = True,
    **file_options: Any,
) -> bytes:
    """A whole run of `n` records.

    `times` are FIT times (None: no time), otherwise `start` + i·`step_s`. `columns` maps names of
    :data:`RECORD_FIELDS` to SI values (None: sentinel); the default is :func:`default_columns`. `events` are
    ``(seconds after start, "start" | "stop" | "stop_all"[, "auto"])``. `laps` are dicts with ``start_s``, ``end_s`` and
    perhaps ``trigger``, ``intensity``, ``distance_m``, ``step``. Further options go to :func:`fit_file`.
    """
    stamps = list(times) if times is not None else [start + i * step_s for i in range(n)]
    values = dict(columns if columns is not None else default_columns(len(stamps)))
    known = [t for t in stamps if t is not None]
    first, last = (known[0], known[-1]) if known else (start, start)
    body = [file_id(kind, product=product, created=first), EVENT.definition()]
    body.append(EVENT.data(first, 0, 0, 0))
    body += records(stamps, values, big=big, local=local, between=_event_messages(events, first))
    body.append(EVENT.data(last, 0, 4, 0))
    if laps:
        body.append(LAP.definition())
        body += [_lap(lap, first) for lap in laps]
    if summaries:
        elapsed = min(max(last - first, 0) * 1000, 2**32 - 2)
        body += [SESSION.definition(), SESSION.data(last, first, elapsed, elapsed, None, sport, sub_sport)]
        local_time = None if utc_offset_s is None else last + utc_offset_s
        body += [ACTIVITY.definition(), ACTIVITY.data(last, elapsed, 1, 0, 26, 1, local_time)]
    return fit_file(body, **file_options)


def records(
    stamps: Sequence[int | None],
    columns: Mapping[str, Sequence[float | None]],
    *,
    big: bool = False,
    local: int = 5,
    between: Sequence[tuple[int, bytes]] = (),
) -> list[bytes]:
    """The record definition and one message per stamp; `between` holds ``(FIT time, bytes)`` to weave in."""
    shape = record_layout(columns, big=big, local=local)
    waiting = sorted(between, key=lambda item: item[0])
    out = [shape.definition()]
    for i, stamp in enumerate(stamps):
        while waiting and stamp is not None and waiting[0][0] <= stamp:
            out.append(waiting.pop(0)[1])
        row = [None if (v := column[i]) is None else RECORD_FIELDS[name][2](v) for name, column in columns.items()]
        out.append(shape.data(stamp, *row))
    return out + [blob for _, blob in waiting]


def record_layout(names: Sequence[str] | Mapping[str, Any], *, big: bool = False, local: int = 5) -> Layout:
    """The layout of a record with a timestamp and the named columns."""
    fields: list[Field] = [(253, "uint32"), *((RECORD_FIELDS[name][0], RECORD_FIELDS[name][1]) for name in names)]
    return Layout(local, 20, fields, big=big)


def _event_messages(
    events: Sequence[tuple[float, str] | tuple[float, str, str]], first: int
) -> list[tuple[int, bytes]]:
    out = []
    for event in events:
        at = first + round(event[0])
        trigger = TIMER_TRIGGERS[event[2]] if len(event) == 3 else 0
        out.append((at, EVENT.data(at, 0, EVENT_TYPES[event[1]], trigger)))
    return out


def _lap(lap: Mapping[str, Any], first: int) -> bytes:
    start_s, end_s = lap["start_s"], lap["end_s"]
    elapsed = round((end_s - start_s) * 1000)
    distance = lap.get("distance_m")
    return LAP.data(
        first + round(end_s),
        first + round(start_s),
        elapsed,
        elapsed,
        None if distance is None else round(distance * 100),
        INTENSITIES[lap["intensity"]] if lap.get("intensity") else None,
        LAP_TRIGGERS[lap.get("trigger", "manual")],
        lap.get("step"),
    )
