"""What a run is judged in: the yardstick of its day, easy running, and what the season knows of its watch."""

from __future__ import annotations

import dataclasses
import statistics
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from legspeed.model import Burst, RunDigest, WatchDelay, Yardstick
from legspeed.segmenter.delays import Presses
from legspeed.segmenter.yardstick import Usual, is_ride
from legspeed.settings import Settings, Yardsticks


@dataclass(frozen=True, slots=True)
class Context:
    """Yardstick, easy running (m/s, steps/min), and the habits of the watch.

    Easy running is the run's own, or the season's where the run shows none. ``delay_s`` is the delay that all streams
    of the watch share; ``grade_error`` multiplies the standard error of its grades; ``ride`` tells that it was a bike
    or a car. ``reading`` is what the watch reads of a true speed (:mod:`legspeed.segmenter.indoors`): all speeds are as
    it reads them. ``familiar`` tells that enough is known of the runner to say what he cannot run. Together with the
    recording, the settings and the laps this is all that a judgement rests on: the yardstick stands here without its
    date and sources.
    """

    yardstick: Yardstick
    easy_speed_mps: float | None = None
    easy_cadence_spm: float | None = None
    delay_s: float = 0.0
    grade_error: float = 1.0
    ride: bool = False
    reading: float = 1.0
    familiar: bool = False

    def tempo_mps(self, settings: Settings) -> float:
        """Return the speed (m/s) from which a long stretch is listed as too slow: a tempo's, above easy running."""
        tempo = settings.judging.told_from * self.yardstick.five_k_speed_mps
        return max(tempo, settings.yardstick.easy_span * (self.easy_speed_mps or 0.0))

    def cadence_gain(self, burst: Burst) -> float | None:
        """Return how many steps/min the burst's cadence rose above easy running, None where that is unknown."""
        if self.easy_cadence_spm is None or burst.answer_cadence_spm is None:
            return None
        return burst.answer_cadence_spm - self.easy_cadence_spm

    def cadence_gain_on_top(self, burst: Burst) -> float | None:
        """Return by how many steps/min the cadence rose above that just before the burst.

        None where either is unknown, or what was run before was no faster than easy.
        """
        if burst.base_cadence_spm is None or burst.answer_cadence_spm is None or self.easy_speed_mps is None:
            return None
        if burst.base_speed_mps < self.easy_speed_mps:
            return None
        return burst.answer_cadence_spm - burst.base_cadence_spm

    def grade(self, burst: Burst, kind_se: float) -> tuple[float, float] | None:
        """Return grade and standard error where the grade is known to `kind_se`, else None."""
        if burst.grade is None or burst.grade_se is None:
            return None
        error = burst.grade_se * self.grade_error
        return (burst.grade, error) if error <= kind_se else None


@dataclass(frozen=True, slots=True)
class Habits:
    """What a season shows.

    What is usual for the runner, and how many runs show easy running; per device the shared delay, the speed's lag and
    the altitude's noise.
    """

    usual: Usual
    easy_runs: int
    delays: Mapping[str, WatchDelay]
    speed_lags_s: Mapping[str, float]
    altitude_noise_m: Mapping[str, float]

    def context(self, digest: RunDigest, yardstick: Yardstick, rules: Yardsticks, reading: float = 1.0) -> Context:
        """Return what `digest` is judged in, in speeds as its watch reads them: `reading` times the true ones."""
        speed, cadence = digest.easy_speed_mps, digest.easy_cadence_spm
        easy_mps, easy_spm, _ = self.usual
        usual = None if easy_mps is None else reading * easy_mps
        hard = speed is not None and usual is not None and speed > rules.easy_span * usual
        noise, noisy = digest.altitude_noise_m, self.altitude_noise_m.get(digest.device)
        read = dataclasses.replace(
            yardstick,
            five_k_speed_mps=reading * yardstick.five_k_speed_mps,
            max_speed_mps=reading * yardstick.max_speed_mps,
            five_k_source="",
            max_speed_source="",
            as_of=None,
        )
        sure_five_k = read.five_k_speed_mps if yardstick.sure else None
        return Context(
            yardstick=read,
            easy_speed_mps=usual if speed is None or hard else speed,
            easy_cadence_spm=easy_spm if cadence is None or hard else cadence,
            delay_s=self._delay_s(digest),
            grade_error=max(1.0, noisy / noise) if noise and noisy else 1.0,
            ride=is_ride(digest, self.usual._replace(easy_mps=usual), rules, sure_five_k),
            reading=reading,
            familiar=yardstick.sure or self.easy_runs >= rules.familiar_runs,
        )

    def _delay_s(self, digest: RunDigest) -> float:
        """Return by how many seconds the run's speed is late.

        Outdoors that is what all streams of the watch share. Without positions it is the lag of the watch's own speed
        where the run has no quicker stream, as the same watch shows it outdoors beside its positions.
        """
        if not digest.indoors:
            late = self.delays.get(digest.device)
            return 0.0 if late is None else late.delay_s
        if "position" in digest.basis:  # of a place that does not exist
            return 0.0
        apart = next((lag for lag in digest.lags if lag.stream == "speed"), None)
        if "distance" in digest.basis and (apart is None or apart.lag_s > 1.0):
            return 0.0
        return max(0.0, self.speed_lags_s.get(digest.device, 0.0))


def habits(digests: Sequence[RunDigest], settings: Settings, *, laps: bool = True) -> Habits:
    """Read the habits off a season, in one pass; with `laps` the lap key may show a watch's delay, too."""
    speeds, steps, hearts = array("d"), array("d"), array("d")
    presses, lags, noises = Presses(laps=laps), _PerDevice(), _PerDevice()
    for d in digests:
        if d.easy_speed_mps is not None:
            speeds.append(d.easy_speed_mps)
        if d.easy_cadence_spm is not None:
            steps.append(d.easy_cadence_spm)
        if d.heart_high_bpm is not None:
            hearts.append(d.heart_high_bpm)
        if d.altitude_noise_m is not None:
            noises[d.device].append(d.altitude_noise_m)
        presses.add(d)
        for lag in d.lags:
            if lag.stream == "speed" and lag.behind == "position" and lag.se_s is not None:
                lags[d.device].append(lag.lag_s)
    return Habits(
        usual=Usual.shown(speeds, steps, hearts, settings.yardstick),
        easy_runs=len(speeds),
        delays=presses.delays(settings.judging),
        speed_lags_s={device: statistics.median(values) for device, values in lags.items()},
        altitude_noise_m={device: statistics.median(values) for device, values in noises.items()},
    )


class _PerDevice(dict[str, "array[float]"]):
    """Numbers by the device that they were read from."""

    def __missing__(self, device: str) -> array[float]:
        self[device] = array("d")
        return self[device]
