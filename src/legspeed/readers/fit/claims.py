"""Which channel a developer field says it measures: by the native field it stands for, else by its name and unit.

Pods and apps may only write fields of their own. By the profile such a field may name the native field whose place it
takes; many do not, and are known by what they are called ("Speed" in "M/S", "Ground Time" in "Milliseconds").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from legspeed.readers.fit.profile import CADENCE256_FIELD, CADENCE_FIELD, LAP, RECORD, RECORD_SOURCES, SESSION
from legspeed.readers.recording import CADENCE


class Claim(NamedTuple):
    """A channel that a field says it measures: SI value = value · factor.

    ``native`` tells whether it names the native field; ``unit_known`` whether the unit is one of the channel's, else
    the factor is that of the profile's unit. ``counts`` is what a cadence's unit counts: ``leg``, ``both`` or
    ``unknown``.
    """

    channel: str
    factor: float
    native: bool
    unit_known: bool
    counts: str = "unknown"


_METRES: Final[Mapping[str, float]] = {
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1.0),
    **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre", "kilometres"), 1000.0),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), 0.01),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), 0.001),
    **dict.fromkeys(("mi", "mile", "miles"), 1609.344),
    **dict.fromkeys(("ft", "foot", "feet"), 0.3048),
}
_SECONDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
}
_PER_SECOND: Final[Mapping[str, float]] = {
    **dict.fromkeys(("m/s", "mps", "m/sec", "meters/second", "metres/second", "meterspersecond"), 1.0),
    **dict.fromkeys(("km/h", "kmh", "kph", "km/hr", "kmph"), 1 / 3.6),
    **dict.fromkeys(("mph", "mi/h", "miles/hour", "milesperhour"), 0.44704),
    **dict.fromkeys(("mm/s", "mm/sec"), 0.001),
    "cm/s": 0.01,
    "m/min": 1 / 60,
}
_LEG: Final = frozenset({"rpm", "1/min", "rev/min", "revs/min", "strides/min", "stridesperminute"})
_BOTH: Final = frozenset({"spm", "steps/min", "steps/minute", "stepsperminute"})
#: Units of a channel and their size in SI units.
_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "speed_mps": _PER_SECOND,
    "distance_m": _METRES,
    "altitude_m": _METRES,
    CADENCE: dict.fromkeys(_LEG | _BOTH, 1.0),
    "heart_rate_bpm": dict.fromkeys(("bpm", "beats/min", "beatsperminute"), 1.0),
    "power_w": {**dict.fromkeys(("w", "watt", "watts"), 1.0), "kw": 1000.0},
    "step_length_m": _METRES,
    "stance_time_s": _SECONDS,
    "vertical_oscillation_m": _METRES,
}
#: The size of the profile's own unit, where that is not the SI unit.
_PROFILE_UNIT: Final = {"step_length_m": 0.001, "stance_time_s": 0.001, "vertical_oscillation_m": 0.001}
_NATIVE: Final[Mapping[int, str]] = {
    **{s.number: channel for channel, sources in RECORD_SOURCES.items() if channel in _UNITS for s in sources},
    CADENCE_FIELD: CADENCE,
    CADENCE256_FIELD: CADENCE,
}
#: What fields are called. Heart rate and altitude are in every watch: another one is only taken by its native number.
#: A pace is no speed, and "stride length" is one step to some and two to others.
_NAMES: Final[Mapping[str, str]] = {
    "speed": "speed_mps",
    "velocity": "speed_mps",
    "distance": "distance_m",
    "cadence": CADENCE,
    "power": "power_w",
    "step length": "step_length_m",
    **dict.fromkeys(("ground time", "ground contact time", "contact time", "stance time", "gct"), "stance_time_s"),
    "vertical oscillation": "vertical_oscillation_m",
}
#: Words beside a name that say who or what measured it, and not another quantity as "average" or "form" do.
_WHO: Final = frozenset({
    "stryd", "runscribe", "footpod", "foot", "pod", "sensor", "treadmill", "belt", "run", "running", "runner",
    "current", "instant", "instantaneous",
})  # fmt: skip
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")  # also of names written in camel case
_OF_OTHERS: Final = frozenset({LAP, SESSION})
_RATIO: Final = re.compile(r"[/%:]|per")  # of an unknown unit: a pace, watts per kilogram, a share


def claim_of(name: str, units: str, native: int | None, message: int | None) -> Claim | None:
    """Return the channel that a field of the records says it measures, None where it says none.

    Parameters
    ----------
    name, units : str
        As described; may be empty.
    native, message : int or None
        Numbers of the native field and message whose place the field takes. A message that is not stated is the
        record if the unit is the channel's.
    """
    unit = units.strip().lower().replace(" ", "").replace(".", "")
    channel = _NATIVE.get(native) if native is not None else None
    by_number = channel is not None and (message == RECORD or (message is None and unit in _UNITS[channel]))
    if not by_number:
        channel = None if message in _OF_OTHERS else _NAMES.get(_bare(name))
    if channel is None:
        return None
    factor = _UNITS[channel].get(unit)
    if factor is None and _RATIO.search(unit):
        return None
    counts = "leg" if unit in _LEG else "both" if unit in _BOTH else "unknown"
    size = _PROFILE_UNIT.get(channel, 1.0) if factor is None else factor
    return Claim(channel, size, by_number, factor is not None, counts if channel == CADENCE else "unknown")


def _bare(name: str) -> str:
    """Return a name in lower-case words, without those that say who measured it."""
    return " ".join(word for found in _WORDS.findall(name) if (word := found.lower()) not in _WHO)
