"""Watches: what they get wrong, as values; and presets that behave like kinds of watches seen in real recordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "speed": ("gps", "pod", "none"),
        "distance": ("own", "speed", "position", "none"),
        "cadence": ("integer", "half", "none"),
        "altitude": ("barometer", "gps", "none"),
        "timer": ("runs", "rests", "auto pause"),
        "laps": ("none", "km", "key"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How a watch measures and records. The defaults are a good watch on a good day.

    Delays are seconds behind the runner. ``*_delay_s`` is a pure delay, ``*_tau_s`` a first-order filter (which delays
    a change by about as much again), ``*_boxcar_s`` a moving average (delays by half its width). Noise ``*_sd`` with
    its correlation time ``*_tau`` is a Gauss-Markov process.

    Parameters
    ----------
    maker, product : str
        What it calls itself in its files; without a product "Simulated" and its name.
    shared_delay_s : float
        Delay of every stream but the keys: what the watch's clock or its filter chain has in common.
    rate_hz : float
        Records per second.
    gps : bool
        Whether there are positions. Indoors there are none on any watch.
    position_delay_s, position_tau_s : float
        Delay and smoothing of the positions.
    position_error_m, position_error_tau_s, position_white_m : float
        Slow error per axis and its correlation time; white error on top.
    multipath_per_h, jumps_per_h : float
        Reflections: displacement that creeps in over 5-11 s (it looks like a stride), and jumps within 1-3 s.
    settle_m : float
        Error at the start, which fades in the first half minute.
    speed : {"gps", "pod", "none"}
        Where the recorded speed comes from; "none" writes no speed.
    speed_delay_s, speed_tau_s, speed_boxcar_s, speed_error_mps, speed_step_mps : float
        Its delay, smoothing, noise (correlated over 9 s) and resolution.
    speed_glitches_per_h : float
        Bumps and dips of up to 2 m/s for 3-8 s without a reason.
    pod_range : float
        A pod or the wrist under-reads changes: share of a change of speed that it shows.
    distance : {"own", "speed", "position", "none"}
        Own measurement, integral of the recorded speed, or sum of the recorded positions.
    distance_delay_s, distance_tau_s : float
        Delay and smoothing of an own distance.
    cadence : {"integer", "half", "none"}
        Whole steps of one leg per minute, or with a fraction of a half.
    cadence_delay_s, cadence_boxcar_s : float
        Its delay and moving average.
    altitude : {"barometer", "gps", "none"}
        Barometer, or GPS (sd 4 m over a minute).
    altitude_step_m, altitude_error_m, altitude_error_tau_s, altitude_white_m, altitude_drift_m_per_h : float
        Resolution, slow error (wind: larger and quicker), white error, and drift of the weather.
    smart : bool
        Whether only key points are recorded: on a change of speed, direction or heart rate, and after `smart_gap_s`.
    timer : {"runs", "rests", "auto pause"}
        Whether the runner stops it in recoveries, or the watch by itself when he stands.
    laps : {"none", "km", "key"}
        None, by distance, or the key pressed at both ends of every effort, `key_delay_s` late.
    drop_outs_per_h, position_losses_per_h, cadence_losses_per_h : float
        Stretches without any record, without position, and without cadence.
    """

    name: str = "steady 1 s"
    maker: str = "development"
    product: str = ""
    shared_delay_s: float = 0.0
    rate_hz: float = 1.0
    gps: bool = True
    position_delay_s: float = 0.2
    position_tau_s: float = 0.6
    position_error_m: float = 2.2
    position_error_tau_s: float = 60.0
    position_white_m: float = 0.10
    multipath_per_h: float = 0.3
    jumps_per_h: float = 0.05
    settle_m: float = 4.0
    speed: str = "gps"
    speed_delay_s: float = 1.0
    speed_tau_s: float = 2.0
    speed_boxcar_s: float = 0.0
    speed_error_mps: float = 0.06
    speed_step_mps: float = 0.009
    speed_glitches_per_h: float = 0.0
    pod_range: float = 1.0
    distance: str = "own"
    distance_delay_s: float = 0.0
    distance_tau_s: float = 0.5
    cadence: str = "integer"
    cadence_delay_s: float = 1.0
    cadence_boxcar_s: float = 3.0
    altitude: str = "barometer"
    altitude_step_m: float = 0.2
    altitude_error_m: float = 0.3
    altitude_error_tau_s: float = 30.0
    altitude_white_m: float = 0.1
    altitude_drift_m_per_h: float = 4.0
    heart_rate: bool = True
    smart: bool = False
    smart_gap_s: float = 7.0
    timer: str = "runs"
    laps: str = "km"
    key_delay_s: float = 0.7
    drop_outs_per_h: float = 0.0
    position_losses_per_h: float = 0.0
    cadence_losses_per_h: float = 0.0

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}: one of {', '.join(allowed)} wanted, not {getattr(self, name)!r}")
        for spec in fields(self):
            value = getattr(self, spec.name)
            if isinstance(value, float) and value < 0:
                raise ValueError(f"{spec.name}: not negative, please, but {value}")
        if self.rate_hz <= 0 or (self.smart and self.rate_hz != 1.0):
            raise ValueError("rate_hz: above 0, and 1 with smart recording")


_PRESETS: Final = (
    # A current multi-band watch: speed 3 s behind, distance and position almost on time.
    Watch(name="steady 1 s"),
    # Speed rises half-way 9-10 s after the runner did; distance and position are 3-4 s late, cadence 5 s.
    Watch(
        name="heavily smoothed",
        shared_delay_s=2.0,
        speed_delay_s=1.5,
        speed_boxcar_s=11.0,
        speed_tau_s=0.0,
        speed_error_mps=0.02,
        speed_step_mps=0.001,
        distance_delay_s=0.5,
        position_delay_s=1.0,
        position_tau_s=0.8,
        cadence_delay_s=1.0,
        cadence_boxcar_s=4.0,
        altitude_step_m=1.0,
    ),
    # Key points only, 1-7 s apart: an older watch.
    Watch(
        name="smart recording",
        smart=True,
        speed_delay_s=1.5,
        speed_tau_s=2.2,
        speed_error_mps=0.09,
        position_delay_s=0.6,
        position_error_m=3.0,
        distance_delay_s=0.4,
        altitude="gps",
        multipath_per_h=0.6,
    ),
    # Positions and nothing else, as a phone or an export writes them.
    Watch(
        name="GPS only",
        speed="none",
        distance="none",
        cadence="none",
        altitude="gps",
        heart_rate=False,
        position_error_m=3.0,
        position_white_m=0.2,
        multipath_per_h=1.0,
        jumps_per_h=0.2,
        laps="none",
    ),
    # A pod on the shoe gives speed, distance and cadence.
    Watch(
        name="footpod",
        speed="pod",
        speed_delay_s=0.5,
        speed_tau_s=1.2,
        speed_error_mps=0.05,
        pod_range=0.97,
        distance="speed",
        cadence="half",
        cadence_delay_s=0.5,
        cadence_boxcar_s=2.0,
        position_delay_s=0.3,
    ),
    # Distance is the sum of the recorded speed, so it is no second witness.
    Watch(
        name="distance integrated from speed",
        speed_delay_s=1.0,
        speed_tau_s=2.5,
        distance="speed",
        cadence_delay_s=2.0,
        position_error_m=2.8,
    ),
    # Tall houses: slow errors of 6 m, reflections that look like strides, jumps, losses.
    Watch(
        name="city canyon",
        position_error_m=6.0,
        position_error_tau_s=35.0,
        position_white_m=0.3,
        multipath_per_h=6.0,
        jumps_per_h=2.0,
        settle_m=25.0,
        speed_error_mps=0.15,
        speed_glitches_per_h=2.0,
        speed_tau_s=2.5,
        position_losses_per_h=1.5,
    ),
    # The barometer is written in whole metres.
    Watch(name="1 m altitude steps", altitude_step_m=1.0, speed_tau_s=3.0, cadence_delay_s=2.5),
    # The watch stops itself when the runner stands.
    Watch(name="auto pause", timer="auto pause", speed_delay_s=0.8),
    # The runner stops the timer in recoveries and presses the lap key around each effort.
    Watch(name="stops timer in recoveries", timer="rests", laps="key"),
    Watch(name="2 Hz", rate_hz=2.0, speed_tau_s=1.2, position_delay_s=0.1),
    # Gusts on the barometer's port.
    Watch(name="windy barometer", altitude_error_m=0.8, altitude_error_tau_s=15.0, altitude_white_m=0.2),
    # Sum of the positions as distance, records and sensors lost now and then.
    Watch(
        name="drop-outs",
        distance="position",
        drop_outs_per_h=2.0,
        position_losses_per_h=2.0,
        cadence_losses_per_h=2.0,
        speed_tau_s=3.0,
    ),
    # No cadence sensor at all: an early watch with speed and position.
    Watch(name="no cadence", cadence="none", heart_rate=False, altitude="gps", speed_tau_s=3.0, position_error_m=3.0),
    # What most exports as GPX keep of a watch: speed and distance are left out.
    Watch(name="positions and cadence", speed="none", distance="none", laps="none"),
)

#: Watches by name; ``dataclasses.replace`` makes others.
WATCHES: Final[Mapping[str, Watch]] = MappingProxyType({watch.name: watch for watch in _PRESETS})
