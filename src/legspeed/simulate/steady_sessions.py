"""Runs that are mostly steady: easy, long, tempo, progression, race, run-walk; with what happens on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from legspeed.simulate.course import Slope
from legspeed.simulate.motion import Phase
from legspeed.simulate.phases import Session, easy, fast, hard, lay_out, ride, spread, stand, walk
from legspeed.simulate.runner import Runner


def easy_on_the_road(
    runner: Runner, rng: np.random.Generator, seconds: float, *, lights: int = 0, bus: bool = False, warm: bool = True
) -> list[Phase]:
    """Return easy running interrupted by traffic lights, and by one sprint for a bus if `bus`."""
    stops = sorted(rng.uniform(0.1, 0.95, lights).tolist()) if lights else []
    phases: list[Phase] = []
    done = 0.0
    catch = spread(rng, 0.25, 0.8) * seconds if bus else None
    for stop in [*(s * seconds for s in stops), seconds]:
        stretch = max(stop - done, 20.0)
        if catch is not None and done + 20 <= catch < done + stretch - 20:
            phases.append(easy(runner, rng, catch - done, warm=warm and not phases))
            phases.append(_bus(runner, rng))
            phases.append(stand(spread(rng, 4, 20), what="bus stop", rng=rng))
            stretch -= catch - done
            catch = None
        phases.append(easy(runner, rng, stretch, warm=warm and not phases))
        if stop < seconds:
            phases.append(stand(spread(rng, 6, 55), what="traffic light", rest=True, rng=rng))
            if rng.random() < 0.25:
                phases.append(_dash(runner, rng))
        done = stop
    return phases


def _bus(runner: Runner, rng: np.random.Generator) -> Phase:
    speed = spread(rng, 0.72, 0.9) * runner.max_speed_mps
    return fast(runner, rng, speed, seconds=spread(rng, 6, 13), what="bus", effort_set="bus", build_s=0.0, keenness=0.9)


def _dash(runner: Runner, rng: np.random.Generator) -> Phase:
    speed = spread(rng, 1.15, 1.4) * runner.easy_speed_mps
    return fast(runner, rng, speed, seconds=spread(rng, 3, 7), what="across the road", effort_set=None, keenness=0.6)


def easy_run(
    runner: Runner,
    rng: np.random.Generator,
    *,
    minutes: float | None = None,
    lights: int | None = None,
    bus: bool | None = None,
    hilliness: float | None = None,
    downhill: bool | None = None,
) -> Session:
    """Return an easy run: rolling ground, traffic lights, perhaps a steep way down, rarely a bus to catch."""
    seconds = 60 * (spread(rng, 28, 70) if minutes is None else minutes)
    lights = int(rng.integers(0, 7)) if lights is None else lights
    bus = bool(rng.random() < 0.06) if bus is None else bus
    hilliness = float(rng.choice([0.004, 0.01, 0.02, 0.03])) if hilliness is None else hilliness
    downhill = bool(rng.random() < 0.3) if downhill is None else downhill
    metres = seconds * runner.easy_speed_mps
    style = str(rng.choice(["road", "path"]))
    if downhill:
        at = spread(rng, 0.3, 0.6) * metres
        slope = Slope(at, at + spread(rng, 80, 320), -spread(rng, 0.05, 0.12))
        phases = [easy(runner, rng, at / runner.easy_speed_mps, warm=True, until_x_m=at), *_down(runner, rng, slope)]
        phases += easy_on_the_road(
            runner, rng, max(seconds - at / runner.easy_speed_mps, 120.0), lights=lights, bus=bus, warm=False
        )
        return lay_out("easy run", rng, phases, style=style, hilliness=hilliness, slopes=(slope,))
    back = bool(rng.random() < 0.4)
    if back:
        half = easy_on_the_road(runner, rng, seconds / 2, lights=lights // 2, bus=bus)
        home = easy_on_the_road(runner, rng, seconds / 2, lights=lights - lights // 2, warm=False)
        phases = [*half, replace(home[0], turn=True), *home[1:]]
    else:
        phases = easy_on_the_road(runner, rng, seconds, lights=lights, bus=bus)
    start = 0.2 * metres + 200 if back else 0.0
    return lay_out("easy run", rng, phases, style=style, hilliness=hilliness, start_m=start)


def _down(runner: Runner, rng: np.random.Generator, slope: Slope) -> list[Phase]:
    """Return the way down a steep stretch: half of the time he holds back, half he lets his legs go."""
    if rng.random() < 0.5:
        return []
    speed = spread(rng, 1.2, 1.65) * runner.easy_speed_mps
    length_m = slope.end_m - slope.start_m
    down = fast(runner, rng, speed, metres=length_m, what="letting go", effort_set="downhill", keenness=0.2)
    return [replace(down, tau_up_s=3.0, tau_down_s=3.0)]


def long_run(
    runner: Runner, rng: np.random.Generator, *, minutes: float | None = None, strides: int | None = None
) -> Session:
    """Return a long run with short strides thrown in, without a break before or after them; 0 for none."""
    seconds = 60 * (spread(rng, 85, 120) if minutes is None else minutes)
    strides = int(rng.integers(4, 9)) if strides is None else strides
    if strides == 0:
        phases = easy_on_the_road(runner, rng, seconds, lights=int(rng.integers(0, 5)))
        return lay_out("long run", rng, phases, hilliness=spread(rng, 0.005, 0.025))
    share = spread(rng, 0.74, 0.84)
    phases = [easy(runner, rng, 0.35 * seconds, warm=True)]
    every = 0.6 * seconds / strides
    for _ in range(strides):
        speed = max(1.13 * runner.five_k_speed_mps, share * runner.max_speed_mps * rng.normal(1, 0.025))
        build = spread(rng, 2, 5)
        phases.append(fast(runner, rng, speed, seconds=spread(rng, 15, 24), build_s=build, keenness=0.4))
        phases.append(easy(runner, rng, every * spread(rng, 0.8, 1.2)))
    return lay_out("long run with strides", rng, phases, hilliness=spread(rng, 0.003, 0.012))


def tempo(runner: Runner, rng: np.random.Generator, *, minutes: float | None = None) -> Session:
    """Return a tempo run: 15-35 min at threshold, easy before and after.

    Threshold is what can be raced for an hour: 0.92 of 5 km speed for who runs 5 km in 15 minutes, 0.96 where it takes
    half an hour. It is rarely hit exactly.
    """
    length = 60 * (spread(rng, 15, 35) if minutes is None else minutes)
    threshold = runner.five_k_speed_mps * (5000.0 / runner.five_k_speed_mps / 3600.0) ** 0.06
    speed = spread(rng, 0.975, 1.015) * threshold
    phases = [
        *easy_on_the_road(runner, rng, 60 * spread(rng, 10, 18), lights=int(rng.integers(0, 3))),
        hard(runner, rng, speed, seconds=length, what="tempo"),
        easy(runner, rng, 60 * spread(rng, 6, 12), share=0.95),
    ]
    return lay_out("tempo", rng, phases, hilliness=spread(rng, 0.003, 0.015))


def progression(runner: Runner, rng: np.random.Generator, *, minutes: float | None = None) -> Session:
    """Return a run that gets faster step by step, from slower than easy to about 10 km pace."""
    length = 60 * (spread(rng, 40, 65) if minutes is None else minutes)
    shares = np.linspace(0.95 * runner.easy_speed_mps, 0.95 * runner.five_k_speed_mps, 6)
    parts = [hard(runner, rng, float(v), seconds=length / 6, what="progression") for v in shares]
    return lay_out("progression run", rng, parts, hilliness=spread(rng, 0.003, 0.015))


def race(runner: Runner, rng: np.random.Generator, *, metres: float = 5000.0, kick_m: float | None = None) -> Session:
    """Return a race from the gun, with a fast end of `kick_m`; 0 for none."""
    kick_m = spread(rng, 80, 280) if kick_m is None else kick_m
    speed = runner.five_k_speed_mps * (5000.0 / metres) ** 0.06
    quick = min(spread(rng, 1.22, 1.45) * runner.five_k_speed_mps, 0.9 * runner.max_speed_mps)
    phases = [
        hard(runner, rng, 1.05 * speed, seconds=spread(rng, 15, 40), what="race start"),
        hard(runner, rng, speed * 0.995, metres=metres - kick_m - 35 * speed, what="race"),
    ]
    if kick_m:
        build = spread(rng, 2, 6)
        phases.append(
            fast(runner, rng, quick, metres=kick_m, what="kick", effort_set="kick", build_s=build, keenness=0.5)
        )
    phases += [walk(runner, rng, spread(rng, 15, 90), what="finish area", rest=False)]
    return lay_out("race", rng, phases, hilliness=spread(rng, 0.002, 0.006))


def run_walk(runner: Runner, rng: np.random.Generator, *, minutes: float | None = None) -> Session:
    """Return running and walking in turn, 1-5 min to 30-90 s: a rise of speed that is no fast effort."""
    total = 60 * (spread(rng, 25, 45) if minutes is None else minutes)
    run_s, walk_s = spread(rng, 45, 300), spread(rng, 30, 90)
    phases: list[Phase] = []
    done = 0.0
    while done < total:
        phases.append(easy(runner, rng, run_s, share=spread(rng, 0.95, 1.12), what="run"))
        phases.append(walk(runner, rng, walk_s * spread(rng, 0.9, 1.1), rest=False))
        done += run_s + walk_s
    return lay_out("run-walk", rng, phases, hilliness=spread(rng, 0.003, 0.02))


def downhill_repeats(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return fast running down a slope of 4-9 %, walking back up: helped by the slope."""
    reps = int(rng.integers(4, 8)) if reps is None else reps
    grade, length_m = -spread(rng, 0.04, 0.09), spread(rng, 110, 160)
    top_m = 600 * runner.easy_speed_mps
    phases = [easy(runner, rng, 900, warm=True, until_x_m=top_m)]
    share = spread(rng, 0.72, 0.85)
    for i in range(reps):
        turn = i > 0
        phases.append(replace(stand(spread(rng, 5, 25), rest=True), turn=turn))
        speed = share * runner.max_speed_mps * rng.normal(1, 0.02)
        phases.append(fast(runner, rng, speed, metres=length_m - 25, what="downhill", effort_set="downhill"))
        phases.append(walk(runner, rng, 400, until_x_m=top_m, turn=True))
    phases.append(replace(easy(runner, rng, 480), turn=True))
    slopes = (Slope(top_m, top_m + length_m, grade),)
    return lay_out("downhill repeats", rng, phases, hilliness=0.006, slopes=slopes)


def forgotten_watch(runner: Runner, rng: np.random.Generator, *, minutes: float | None = None) -> Session:
    """Return an easy run whose watch was not stopped: he drives home with it."""
    seconds = 60 * (spread(rng, 20, 45) if minutes is None else minutes)
    phases = easy_on_the_road(runner, rng, seconds, lights=int(rng.integers(0, 3)))
    phases.append(stand(spread(rng, 30, 90), rng=rng))
    for _ in range(int(rng.integers(3, 8))):
        phases.append(ride(rng, spread(rng, 25, 120), spread(rng, 7, 16)))
        phases.append(replace(stand(spread(rng, 9, 45), what="in the car", on_foot=False), tau_down_s=4.0))
    return lay_out("run and drive home", rng, phases, hilliness=0.01)


def ride_saved_as_run(_: Runner, rng: np.random.Generator, *, minutes: float | None = None) -> Session:
    """Return a bike ride that was saved as a run."""
    seconds = 60 * (spread(rng, 20, 50) if minutes is None else minutes)
    phases: list[Phase] = []
    while seconds > 0:
        part = spread(rng, 120, 600)
        phases.append(ride(rng, part, spread(rng, 5.0, 8.0), what="bike"))
        phases.append(replace(stand(spread(rng, 8, 40), what="traffic light", on_foot=False), tau_down_s=2.5))
        seconds -= part
    return lay_out("bike ride", rng, phases, hilliness=0.01)
