"""Runs made by hand for tests of the segmenter: how somebody moved, and a watch that writes what it is told to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import math
from dataclasses import dataclass

import numpy as np

from legspeed.athlete import Athlete
from legspeed.model import Activity, Lap, Pause
from legspeed.segmenter import digest, judge
from legspeed.simulate import Runner, simulate_run

FIVE_K_MPS, MAX_MPS, EASY_MPS = 4.4, 7.6, 3.0
#: The runner of the hand-made runs, who has told his times.
ATHLETE = Athlete(five_k_speed_mps=FIVE_K_MPS, max_speed_mps=MAX_MPS)
START = dt.datetime(2026, 3, 3, 6, 0, tzinfo=dt.UTC)
METRES_PER_DEGREE = 6_371_008.8 * np.pi / 180.0
ALL = ("position", "distance", "speed", "cadence")


@dataclass(frozen=True)
class Way:
    """How somebody moved: speed in m/s, linear between knots in seconds; standing before and after."""

    t_s: np.ndarray
    v_mps: np.ndarray

    @property
    def length_s(self):
        return float(self.t_s[-1])

    def speed(self, at_s):
        return np.interp(at_s, self.t_s, self.v_mps, left=self.v_mps[0], right=self.v_mps[-1])

    def metres(self, at_s):
        """Return the way covered since 0, exact between the knots."""
        at_s = np.clip(np.asarray(at_s, dtype=float), 0.0, self.length_s)
        done = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(self.t_s) * (self.v_mps[1:] + self.v_mps[:-1]))])
        k = np.clip(np.searchsorted(self.t_s, at_s, "right") - 1, 0, self.t_s.size - 1)
        return done[k] + (at_s - self.t_s[k]) * 0.5 * (self.v_mps[k] + self.speed(at_s))


def way(*parts, ramp_s=2.0):
    """Join (seconds, m/s) parts; each change is a ramp of `ramp_s` whose middle, the half rise, is the border."""
    t, v = [0.0], [float(parts[0][1])]
    border = 0.0
    for (seconds, before), (_, after) in itertools.pairwise(parts):
        border += seconds
        t += [border - 0.5 * ramp_s, border + 0.5 * ramp_s]
        v += [before, after]
    t.append(border + parts[-1][0])
    v.append(float(parts[-1][1]))
    return Way(np.array(t), np.array(v))


def session(reps=6, *, fast_mps=6.4, seconds=20.0, rest_s=80.0, warm_s=600.0, rest_mps=EASY_MPS, ramp_s=2.0):
    """Return an easy run with `reps` fast efforts, and their true edges."""
    parts, edges, at = [(warm_s, EASY_MPS)], [], warm_s
    for _ in range(reps):
        parts += [(seconds, fast_mps), (rest_s, rest_mps)]
        edges.append((at, at + seconds))
        at += seconds + rest_s
    return way(*parts, (120.0, EASY_MPS), ramp_s=ramp_s), edges


def steps_per_minute(speed_mps):
    """Return a runner's cadence: walking below 1.9 m/s, 162 at easy speed, 7 more for each m/s."""
    running = 162.0 + 7.0 * (speed_mps - EASY_MPS)
    return np.where(speed_mps < 0.3, 0.0, np.where(speed_mps < 1.9, 105.0, running))


def recording(
    how,
    channels=ALL,
    *,
    every_s=1.0,
    at_s=None,
    late_s=None,
    shake_m=0.0,
    error_mps=0.0,
    altitude=None,
    pauses=(),
    laps=(),
    bearing_deg=0.0,
    loop_m=None,
    place=(10.0, -30.0),
    seed=0,
    **others,
):
    """Return what a watch writes of a :class:`Way`.

    Parameters
    ----------
    channels : names out of `ALL`
    at_s : the times of the records; else every `every_s`, without those inside a pause
    late_s : {channel: seconds behind the runner}
    shake_m, error_mps : white noise of each coordinate, and of the recorded speed
    altitude : function of the metres covered and the seconds
    loop_m : run on a circle of this length, else straight on at `bearing_deg`
    pauses : (start, end, kind) of stretches without records
    """
    rng = np.random.default_rng(seed)
    if at_s is None:
        at_s = np.arange(0.0, how.length_s + 1e-9, every_s)
        for start, end, _ in pauses:
            at_s = at_s[(at_s <= start) | (at_s >= end)]
    late = {name: 0.0 for name in ALL} | (late_s or {})
    columns = {}
    if "position" in channels:
        along = how.metres(at_s - late["position"])
        shake = rng.normal(0.0, shake_m, (2, at_s.size)) if shake_m else np.zeros((2, at_s.size))
        if loop_m is None:
            east, north = along * np.sin(np.radians(bearing_deg)), along * np.cos(np.radians(bearing_deg))
        else:
            turned, radius = 2 * np.pi * along / loop_m, loop_m / (2 * np.pi)
            east, north = radius * (1 - np.cos(turned)), radius * np.sin(turned)
        east, north = east + shake[0], north + shake[1]
        columns["latitude_deg"] = place[0] + north / METRES_PER_DEGREE
        columns["longitude_deg"] = place[1] + east / (METRES_PER_DEGREE * np.cos(np.radians(place[0])))
    if "distance" in channels:
        columns["distance_m"] = how.metres(at_s - late["distance"])
    if "speed" in channels:
        error = rng.normal(0.0, error_mps, at_s.size) if error_mps else 0.0
        columns["speed_mps"] = np.maximum(how.speed(at_s - late["speed"]) + error, 0.0)
    if "cadence" in channels:
        columns["cadence_spm"] = steps_per_minute(how.speed(at_s - late["cadence"]))
    if altitude is not None:
        columns["altitude_m"] = altitude(how.metres(at_s), at_s)
    facts = {
        "start": START,
        "utc_offset_s": 3600,
        "sport": "running",
        "sub_sport": "generic",
        "device": "Watch 1",
        "source": "hand.fit",
        "digest": "0" * 64,
        "format": "fit",
    }
    return Activity(
        **{**facts, **others},
        time_s=at_s - at_s[0],
        **{name: np.array(values, dtype=float) for name, values in columns.items()},
        pauses=tuple(Pause(*pause) for pause in pauses),
        laps=tuple(Lap(*lap) for lap in laps),
    )


def judged(activity, athlete=ATHLETE, **options):
    """Return one run judged by itself."""
    return judge([digest(activity)], athlete=athlete, **options).runs[0]


def counted(run):
    """Return the efforts that count."""
    return [effort for effort in run.efforts if effort.counts]


def matches(efforts, edges, least=0.5):
    """Return how many true edges are met by an effort of their own with at least this intersection over union."""
    left, hits = list(efforts), 0
    for start, end in edges:
        for effort in left:
            both = min(end, effort.end_s) - max(start, effort.start_s)
            if both > 0 and both / (max(end, effort.end_s) - min(start, effort.start_s)) >= least:
                left.remove(effort)
                hits += 1
                break
    return hits


# ------------------------------------------------------------------------------------------------- simulated

RUNNER = Runner.of(five_k_s=1140, seed=1)


def known(runner=RUNNER):
    """Return the athlete who has told a simulated runner's times."""
    return Athlete(five_k_speed_mps=runner.five_k_speed_mps, max_speed_mps=runner.max_speed_mps)


@functools.cache
def simulated(name, watch="steady 1 s", seed=0, runner=RUNNER):
    """Return a simulated run, made once."""
    return simulate_run(runner, name, watch, seed=seed)


@functools.cache
def measured(name, watch="steady 1 s", seed=0, runner=RUNNER):
    """Return the digest of a simulated run, made once."""
    return digest(simulated(name, watch, seed, runner).activity)


# ------------------------------------------------------------------------------------------------- parts of a digest


@functools.cache
def plain_digest():
    """Return the digest of a hand-made run with six strides; tests change what they are about."""
    return digest(recording(session()[0], shake_m=0.2))


@functools.cache
def plain_burst():
    """Return the clearest candidate of that run: 20 s at 6.4 m/s, 24 steps/min above easy running."""
    return max(plain_digest().bursts, key=lambda b: (b.bar_high_mps, -b.start_s))


def run_of(**changes):
    """Return the digest of that run, changed."""
    return dataclasses.replace(plain_digest(), **changes)


def burst_of(**changes):
    """Return that candidate, changed."""
    return dataclasses.replace(plain_burst(), **changes)


def nearest(found, effort):
    """Return the candidate whose edges are nearest to those of a true effort, and by how many seconds they miss."""

    def missed_s(one):
        return abs(one.start_s - effort.start_s) + abs(one.end_s - effort.end_s)

    near = min(found, key=missed_s)
    return near, missed_s(near)


def beside_truth(name, watch, seed, most_s=math.inf):
    """Yield each true effort of a simulated run with the candidate that misses its edges by no more than `most_s`."""
    for effort in simulated(name, watch, seed).truth:
        near, missed_s = nearest(measured(name, watch, seed).bursts, effort)
        if missed_s < most_s:
            yield effort, near
