"""The odd sample files: each is wrong, or no run, in one way."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from sample_plan import FIRST, OLD, SEASON, SECOND, Sample, simulate

from legspeed.simulate import SimulatedRun, to_bytes
from legspeed.simulate.recorded import Recorded
from legspeed.simulate.write import FIT_EPOCH_UNIX_S, fit_bytes, fit_file, gpx_bytes, gzipped


@dataclass(frozen=True)
class Odd:
    """One odd file: its name, what is odd, what legspeed makes of it, how to make it, and the runs in it."""

    name: str
    story: str
    outcome: str
    make: Callable[[], bytes]
    samples: Mapping[str, Sample] = field(default_factory=dict)

    def runs(self) -> dict[str, SimulatedRun]:
        """Return the simulated runs in it by source."""
        return {name: simulate(sample) for name, sample in self.samples.items()}


def _easy(start: str, name: str, minutes: float, watch: object = FIRST) -> Sample:
    details = {"minutes": minutes, "lights": 0, "bus": False, "downhill": False}
    return Sample(start, "easy_run", watch, "fit", details, name)  # type: ignore[arg-type]


CUT = _easy("2026-03-08 08:30", "odd/cut_off.fit", 40)
BAD_SUM = _easy("2026-03-24 06:45", "odd/wrong_check_sum.fit", 22)
RENAMED = _easy("2026-04-10 06:45", "odd/fit_named.tcx", 20)
NO_ZONE = _easy("2026-04-23 06:45", "odd/time_without_zone.gpx", 24, OLD)
TWO = (
    _easy("2026-05-19 06:30", "odd/two_runs_in_one.fit", 11),
    _easy("2026-05-19 06:50", "odd/two_runs_in_one.fit#2", 18),
)
TREADMILL = Sample("2026-06-12 18:00", "treadmill_strides", SECOND, "fit", {"reps": 5}, "odd/treadmill.fit")
DRIVE = Sample("2026-06-03 18:30", "forgotten_watch", SECOND, "fit", {"minutes": 25}, "odd/drove_home.fit")
RIDE = Sample("2026-07-07 18:00", "ride_saved_as_run", SECOND, "fit", {"minutes": 25}, "odd/bike_ride.fit")
AGAIN = next(sample for sample in SEASON if sample.start.startswith("2026-06-18"))


def _fit(sample: Sample) -> bytes:
    return to_bytes(simulate(sample).recorded, "fit")


def _cut() -> bytes:
    data = _fit(CUT)
    # In the middle of a record: 10 bytes is no multiple of anything in it.
    return data[: len(data) * 6 // 10 + 10]


def _wrong_check_sum() -> bytes:
    data = _fit(BAD_SUM)
    return data[:-2] + bytes(byte ^ 0x5A for byte in data[-2:])


def _ride() -> bytes:
    recorded: Recorded = simulate(RIDE).recorded
    return fit_bytes(recorded, sport="cycling")


def _again() -> bytes:
    # As a service hands it out: no extensions, no segments, a name of its own.
    recorded = simulate(AGAIN).recorded
    return gzipped(gpx_bytes(recorded, segments=False))


def _no_zone() -> bytes:
    return to_bytes(simulate(NO_ZONE).recorded, "gpx").replace(b"Z</time>", b"</time>")


def _route() -> bytes:
    """Return a route drawn on a map: places without times."""
    points = "".join(
        f'<rtept lat="{44 + 0.0004 * i:.4f}" lon="{-31 + 0.0003 * (i % 7):.4f}"><ele>{20 + i % 5}</ele></rtept>'
        for i in range(40)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="simulated planner"'
    name = "<rte><name>Sunday loop</name>"
    return f'{head} xmlns="http://www.topografix.com/GPX/1/1">{name}{points}</rte></gpx>\n'.encode()


def _begin(when: str) -> int:
    return int(dt.datetime.fromisoformat(when + "+00:00").timestamp()) - FIT_EPOCH_UNIX_S


def _monitoring() -> bytes:
    """Return what a watch keeps of a day: steps and heart rate every minute."""
    begin = _begin("2026-06-11T06:00")
    head = {"mesg_num": 0, "type": 32, "manufacturer": "development", "product": 1, "time_created": begin}
    rows = [
        {"mesg_num": 55, "timestamp": begin + 60 * i, "heart_rate": 55 + i % 9, "cycles": 12.0 * i, "activity_type": 6}
        for i in range(60)
    ]
    return fit_file([head, *rows])


def _course() -> bytes:
    """Return a course to follow: positions with made-up times, of file type 6."""
    begin = _begin("2026-06-13T07:00")
    head = {"mesg_num": 0, "type": 6, "manufacturer": "development", "product": 1, "time_created": begin}
    course = {"mesg_num": 31, "name": "Round the bay", "sport": "running"}
    rows = [
        {"mesg_num": 20, "timestamp": begin + 3 * i, "position_lat": 524_938_000 + 900 * i, "distance": 10.0 * i}
        | {"position_long": -369_848_000, "enhanced_altitude": 20.0 + i % 6}
        for i in range(120)
    ]
    return fit_file([head, course, *rows])


def _page() -> bytes:
    return (
        b"<!DOCTYPE html>\n<html><head><title>Log in</title></head>\n"
        b"<body><p>Please log in to download this activity.</p></body></html>\n"
    )


# ------------------------------------------------------------------------------------------------ the locked zip


def _crc(value: int, byte: int) -> int:
    """Return one step of CRC-32, without the inversions that zlib adds."""
    return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def _zip_crypto(data: bytes, password: bytes, head: bytes) -> bytes:
    """Return `data` under the old encryption of zip files (APPNOTE.TXT, section 6.1), after its 12 bytes of head."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def feed(byte: int) -> None:
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    for byte in password:
        feed(byte)
    out = bytearray()
    for byte in head + data:
        mask = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        feed(byte)
    return bytes(out)


def _locked() -> bytes:
    """Return a zip with one FIT file behind the password ``legspeed``."""
    name, data = b"run.fit", _monitoring()
    crc = zlib.crc32(data)
    body = _zip_crypto(data, b"legspeed", bytes(range(11)) + bytes([crc >> 24]))
    common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0x5CC1, crc, len(body), len(data), len(name), 0)
    local = b"PK\x03\x04" + common + name
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    where = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(body), 0)
    return local + body + central + b"PK\x05\x06" + where


def _of(*samples: Sample) -> dict[str, Sample]:
    return {sample.name: sample for sample in samples}


#: What the season meets: it reads, repairs, or says that it is no run.
MET: tuple[Odd, ...] = (
    Odd(
        CUT.name,
        "the watch went flat: the file ends in the middle of a record",
        "read, problem `truncated`",
        _cut,
        _of(CUT),
    ),
    Odd(
        BAD_SUM.name,
        "the check sum at the end is wrong, the content is not",
        "read, problem `crc`",
        _wrong_check_sum,
        _of(BAD_SUM),
    ),
    Odd(RENAMED.name, "a FIT file with the ending .tcx", "read as FIT", partial(_fit, RENAMED), _of(RENAMED)),
    Odd(
        NO_ZONE.name,
        "times without a zone, recorded every few seconds",
        "read, problem `no-zone`",
        _no_zone,
        _of(NO_ZONE),
    ),
    Odd(
        TWO[0].name,
        "two recordings one after the other in one file",
        "two runs, the second is `…#2`",
        lambda: b"".join(map(_fit, TWO)),
        _of(*TWO),
    ),
    Odd(TREADMILL.name, "indoors: no positions at all", "read", partial(_fit, TREADMILL), _of(TREADMILL)),
    Odd(
        DRIVE.name,
        "he forgot to stop the watch and drove home",
        "read, problem `value-range`; the drive is no effort",
        partial(_fit, DRIVE),
        _of(DRIVE),
    ),
    Odd(
        "odd/2026-06-18_again.gpx.gz",
        f"the same run as {AGAIN.name}, as a service exports it",
        "duplicate, counted once",
        _again,
    ),
    Odd(RIDE.name, "a bike ride", "not a run", _ride),
    Odd("odd/monitoring.fit", "steps and heart rate of a day", "not a run", _monitoring),
    Odd("odd/course.fit", "a course to follow, with made-up times", "not a run", _course),
    Odd("odd/route.gpx", "a route drawn on a map, without times", "not a run", _route),
)
#: What nobody can read, in a hidden folder that a season passes by: name the files to see what is said of them.
UNREADABLE: tuple[Odd, ...] = (
    Odd("odd/.unreadable/empty.fit", "no bytes at all", "error, exit code 3 alone and 1 among others", bytes),
    Odd("odd/.unreadable/log_in.gpx", "a web page saved as .gpx", "the same", _page),
    Odd("odd/.unreadable/locked.zip", "a zip behind a password (it is `legspeed`)", "the same", _locked),
)
ODD = MET + UNREADABLE
