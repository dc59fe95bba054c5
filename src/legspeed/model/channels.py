"""Channels: the columns of an activity, with unit and the range outside which a value is no measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    F8 = npt.NDArray[np.float64]
else:
    F8 = Any  # a season out of the book needs no array, and should not pay for numpy's start


@dataclass(frozen=True, slots=True)
class Channel:
    """One column of an :class:`Activity`: its name, unit and the range outside which a value is no measurement."""

    name: str
    unit: str
    low: float
    high: float
    doc: str


CHANNELS: Final[tuple[Channel, ...]] = (
    Channel("time_s", "s", 0.0, 10_000_000.0, "seconds since the activity's first record, strictly increasing"),
    Channel("latitude_deg", "°", -90.0, 90.0, "WGS 84 latitude"),
    Channel("longitude_deg", "°", -180.0, 180.0, "WGS 84 longitude"),
    Channel("altitude_m", "m", -500.0, 9000.0, "altitude, from barometer or GPS (the data tell which)"),
    Channel("distance_m", "m", 0.0, 1_000_000.0, "distance since the start, as the watch counted it"),
    Channel("speed_mps", "m/s", 0.0, 100.0, "speed as the watch wrote it: smoothed and late on many watches"),
    Channel("cadence_spm", "steps/min", 0.0, 300.0, "steps of both feet per minute"),
    Channel("heart_rate_bpm", "beats/min", 20.0, 250.0, "heart rate"),
    Channel("power_w", "W", 0.0, 3000.0, "running power"),
    Channel("step_length_m", "m", 0.0, 5.0, "length of one step"),
    Channel("stance_time_s", "s", 0.0, 2.0, "ground contact time (GCT)"),
    Channel("vertical_oscillation_m", "m", 0.0, 1.0, "vertical oscillation"),
    Channel("temperature_c", "°C", -60.0, 80.0, "temperature at the watch"),
)

CHANNEL_NAMES: Final[tuple[str, ...]] = tuple(c.name for c in CHANNELS)

#: Mean radius of the earth (IUGG), by which positions become metres: for the way of a run a sphere is exact enough.
EARTH_RADIUS_M: Final = 6_371_008.8
