"""Sessions that hold fast running: strides, hill sprints, sprints, 150s to 300s, 5 km-pace reps, fartlek."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from legspeed.simulate.course import Slope
from legspeed.simulate.motion import Phase
from legspeed.simulate.phases import Session, easy, fast, hard, lay_out, spread, stand, walk
from legspeed.simulate.runner import Runner
from legspeed.simulate.steady_sessions import easy_on_the_road


def relaxed_speed_mps(runner: Runner) -> float:
    """Return the slowest strides a coach would call so: mile pace, and seven tenths of maximal speed."""
    return max(1.12 * runner.five_k_speed_mps, 0.70 * runner.max_speed_mps)


def stride_speed_mps(runner: Runner, rng: np.random.Generator) -> float:
    """Return how fast this day's strides are meant: mostly 72-90 % of maximal speed, one day in six relaxed."""
    relaxed = relaxed_speed_mps(runner)
    if rng.random() < 1 / 6:
        return relaxed
    return max(relaxed, float(np.clip(rng.normal(0.80, 0.045), 0.70, 0.90)) * runner.max_speed_mps)


def recovery(runner: Runner, rng: np.random.Generator, way: str, seconds: float) -> list[Phase]:
    """Return the time between two efforts: ``jog``, ``walk``, ``stand``, or ``walk and stand``."""
    seconds *= float(np.clip(rng.normal(1.0, 0.12), 0.7, 1.4))
    if way == "jog":
        return [easy(runner, rng, seconds, share=0.85, what="jog")]
    if way == "walk":
        return [walk(runner, rng, seconds)]
    if way == "stand":
        return [walk(runner, rng, 6.0), stand(max(seconds - 6.0, 4.0), rest=True, rng=rng)]
    return [walk(runner, rng, 0.6 * seconds), stand(0.4 * seconds, rest=True, rng=rng)]


def stride_set(
    runner: Runner,
    rng: np.random.Generator,
    *,
    reps: int,
    speed_mps: float,
    seconds: float = 20.0,
    way: str = "walk",
    rest_s: float = 60.0,
    forth_and_back: bool = False,
) -> list[Phase]:
    """Return a set of strides: each a little different, later ones often a little faster."""
    phases: list[Phase] = []
    build, lift = spread(rng, 1.5, min(7.0, 0.4 * seconds)), float(rng.normal(0.006, 0.006))
    for i in range(reps):
        rolling = way == "jog" or rng.random() < 0.25
        if not rolling:
            phases.append(stand(spread(rng, 1.5, 5.0), what="ready", rest=True))
        if forth_and_back and i > 0:
            phases[-1] = replace(phases[-1], turn=True)
        speed = speed_mps * (1.0 + lift * i) * float(rng.normal(1.0, 0.022))
        length = seconds * float(np.clip(rng.normal(1.0, 0.06), 0.8, 1.25))
        keen = spread(rng, 0.3, 0.9)
        ease = spread(rng, 0.5, 3.0)
        phases.append(fast(runner, rng, speed, seconds=length, build_s=build, ease_s=ease, keenness=keen))
        if i < reps - 1:
            phases += recovery(runner, rng, way, rest_s)
    return phases


def strides_after_easy(
    runner: Runner,
    rng: np.random.Generator,
    *,
    minutes: float | None = None,
    reps: int | None = None,
    seconds: float | None = None,
    speed_mps: float | None = None,
    way: str | None = None,
) -> Session:
    """Return an easy run with strides at its end, as coaches ask for them twice a week."""
    minutes = spread(rng, 25, 60) if minutes is None else minutes
    reps = int(rng.integers(4, 9)) if reps is None else reps
    seconds = spread(rng, 15, 25) if seconds is None else seconds
    speed = stride_speed_mps(runner, rng) if speed_mps is None else speed_mps
    way = str(rng.choice(["walk", "jog", "stand", "walk and stand"])) if way is None else way
    rest = spread(rng, 30, 100)
    back = bool(rng.random() < 0.5)
    phases = easy_on_the_road(runner, rng, 60 * minutes, lights=int(rng.integers(0, 4)))
    phases += [walk(runner, rng, spread(rng, 10, 40)), stand(spread(rng, 4, 15), rest=True)]
    phases += stride_set(
        runner, rng, reps=reps, speed_mps=speed, seconds=seconds, way=way, rest_s=rest, forth_and_back=back
    )
    if rng.random() < 0.6:
        phases += [*recovery(runner, rng, "walk", 20.0), easy(runner, rng, 60 * spread(rng, 2, 9), share=0.92)]
    else:
        phases.append(walk(runner, rng, spread(rng, 5, 30), rest=False))
    level = _level_from(runner, rng, 60 * minutes)
    hilliness = spread(rng, 0.003, 0.02)
    return lay_out("easy run with strides", rng, phases, hilliness=hilliness, slopes=level)


def _level_from(runner: Runner, rng: np.random.Generator, seconds: float) -> tuple[Slope, ...]:
    """Return nearly level ground from shortly before the end of so much easy running: strides are run on the flat."""
    metres = seconds * runner.easy_speed_mps
    return (Slope(0.88 * metres - 50.0, 1.1 * metres + 2500.0, float(np.clip(rng.normal(0, 0.005), -0.012, 0.012))),)


def strides_before_session(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return warm-up strides and then 1000 m reps at 5 km pace."""
    reps = int(rng.integers(3, 6)) if reps is None else reps
    phases: list[Phase] = [easy(runner, rng, 60 * spread(rng, 10, 16), warm=True)]
    phases += [stand(spread(rng, 20, 90), rest=True, rng=rng)]
    speed, length = stride_speed_mps(runner, rng), spread(rng, 12, 20)
    phases += stride_set(runner, rng, reps=reps, speed_mps=speed, seconds=length, way="walk", rest_s=40.0)
    phases += [walk(runner, rng, 40), stand(spread(rng, 30, 120), rest=True, rng=rng)]
    phases += _long_reps(runner, rng, reps=int(rng.integers(4, 7)), metres=1000.0)
    return lay_out("strides, then reps", rng, phases, hilliness=0.004)


def five_k_reps(
    runner: Runner,
    rng: np.random.Generator,
    *,
    reps: int | None = None,
    metres: float | None = None,
    seconds: float | None = None,
    race_s: float | None = None,
) -> Session:
    """Return reps of 400-1000 m at 5 km pace: hard, but not speed work.

    With `race_s` at the speed that could be raced for so long, with recoveries two thirds as long as a rep; `seconds`
    is then the length of one.
    """
    reps = int(rng.integers(4, 8)) if reps is None else reps
    metres = float(rng.choice([400.0, 600.0, 800.0, 1000.0])) if metres is None else metres
    phases = [easy(runner, rng, 60 * spread(rng, 10, 16), warm=True), stand(spread(rng, 20, 60), rest=True, rng=rng)]
    phases += _long_reps(runner, rng, reps=reps, metres=metres, seconds=seconds, race_s=race_s)
    style = str(rng.choice(["track", "road"]))
    return lay_out("5 km-pace reps", rng, phases, style=style, hilliness=0.004)


def _long_reps(
    runner: Runner,
    rng: np.random.Generator,
    *,
    reps: int,
    metres: float,
    seconds: float | None = None,
    race_s: float | None = None,
) -> list[Phase]:
    phases: list[Phase] = []
    way = str(rng.choice(["jog", "walk", "stand"]))
    speed = spread(rng, 0.98, 1.015) * runner.five_k_speed_mps
    if race_s is not None:
        speed *= (5000.0 / runner.five_k_speed_mps / race_s) ** 0.06
    for _ in range(reps):
        pace = speed * float(rng.normal(1, 0.008))
        if seconds is None:
            phases.append(hard(runner, rng, pace, metres=metres, effort_set="reps"))
        else:
            phases.append(hard(runner, rng, pace, seconds=seconds, effort_set="reps"))
        phases += recovery(runner, rng, way, 90.0 if seconds is None else 0.65 * seconds)
    phases.append(easy(runner, rng, 60 * spread(rng, 5, 12), share=0.93))
    return phases


def track_reps(
    runner: Runner,
    rng: np.random.Generator,
    *,
    metres: float | None = None,
    reps: int | None = None,
    speed_mps: float | None = None,
) -> Session:
    """Return 150s, 200s or 300s on the track, from 1500 m pace to nearly all out."""
    metres = float(rng.choice([150.0, 200.0, 200.0, 300.0])) if metres is None else metres
    reps = int(rng.integers(5, 11)) if reps is None else reps
    if speed_mps is None:
        ratio = {150.0: (1.30, 1.50), 200.0: (1.20, 1.36), 300.0: (1.14, 1.25)}.get(metres, (1.15, 1.3))
        speed_mps = spread(rng, *ratio) * runner.five_k_speed_mps
        speed_mps = max(speed_mps, 0.70 * runner.max_speed_mps)
        speed_mps = min(speed_mps, 0.94 * runner.all_out_speed_mps(metres / speed_mps))
    way = str(rng.choice(["jog", "walk", "walk and stand"]))
    # Nobody repeats what is nearly all-out after a minute: such reps have rests that let the legs recover.
    eager = speed_mps > 0.85 * runner.all_out_speed_mps(metres / speed_mps)
    shortest_s, longest_s = (150.0, 270.0) if eager else (55.0, 120.0)
    phases = [*easy_on_the_road(runner, rng, 60 * spread(rng, 10, 16)), stand(spread(rng, 20, 60), rest=True, rng=rng)]
    for _ in range(reps):
        speed = speed_mps * float(rng.normal(1, 0.014))
        phases.append(
            fast(runner, rng, speed, metres=metres, what="rep", effort_set="reps", build_s=0.0, keenness=0.75)
        )
        phases += recovery(runner, rng, way, spread(rng, shortest_s, longest_s))
    phases.append(easy(runner, rng, 60 * spread(rng, 5, 10), share=0.92))
    return lay_out(f"{metres:.0f} m reps", rng, phases, style="track")


def hill_sprints(
    runner: Runner,
    rng: np.random.Generator,
    *,
    reps: int | None = None,
    seconds: float | None = None,
    grade: float | None = None,
) -> Session:
    """Return sprints of 8-12 s up a slope of 4-15 %, each from a standstill, walking down between them."""
    reps = int(rng.integers(4, 11)) if reps is None else reps
    seconds = spread(rng, 8, 12) if seconds is None else seconds
    grade = float(np.clip(rng.normal(0.08, 0.025), 0.045, 0.15)) if grade is None else grade
    foot_m = 60 * spread(rng, 18, 40) * runner.easy_speed_mps
    warm = foot_m / runner.easy_speed_mps
    phases: list[Phase] = [easy(runner, rng, warm * 1.2, warm=True, until_x_m=foot_m)]
    share = spread(rng, 0.88, 0.98)
    for i in range(reps):
        phases.append(replace(stand(spread(rng, 4, 40), rest=True), turn=i > 0))
        speed = share * runner.max_speed_mps * min(1.0, float(rng.normal(1, 0.02)))
        length = seconds * float(np.clip(rng.normal(1, 0.05), 0.85, 1.15))
        phases.append(
            fast(
                runner, rng, speed, seconds=length, what="hill sprint", effort_set="hill sprints",
                build_s=0.0, ease_s=0.3, keenness=0.95,
            )
        )  # fmt: skip
        phases.append(walk(runner, rng, 240, until_x_m=foot_m, turn=True))
    phases.append(replace(easy(runner, rng, 60 * spread(rng, 6, 15)), turn=False))
    slopes = (Slope(foot_m - 4, foot_m + spread(rng, 110, 200), grade),)
    return lay_out("hill sprints", rng, phases, hilliness=spread(rng, 0.004, 0.012), slopes=slopes)


def uphill_strides(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return strides of 13-19 s up a gentle hill of 4-8 %, relaxed, walking or jogging down."""
    reps = int(rng.integers(4, 9)) if reps is None else reps
    seconds, grade = spread(rng, 13, 19), spread(rng, 0.045, 0.08)
    foot_m = 60 * spread(rng, 18, 40) * runner.easy_speed_mps
    warm = foot_m / runner.easy_speed_mps
    phases: list[Phase] = [easy(runner, rng, warm * 1.2, warm=True, until_x_m=foot_m)]
    speed = max(1.12 * runner.five_k_speed_mps, spread(rng, 0.72, 0.86) * runner.max_speed_mps)
    for i in range(reps):
        phases.append(replace(stand(spread(rng, 2, 10), rest=True), turn=i > 0))
        rep = speed * float(rng.normal(1, 0.02))
        build = spread(rng, 1, 4)
        phases.append(fast(runner, rng, rep, seconds=seconds, build_s=build, effort_set="uphill strides", keenness=0.5))
        down = walk(runner, rng, 300) if rng.random() < 0.5 else easy(runner, rng, 300, share=0.8, what="jog")
        phases.append(replace(down, until_x_m=foot_m, turn=True))
    phases.append(easy(runner, rng, 60 * spread(rng, 4, 12)))
    slopes = (Slope(foot_m - 4, foot_m + spread(rng, 140, 220), grade),)
    return lay_out("uphill strides", rng, phases, hilliness=spread(rng, 0.004, 0.012), slopes=slopes)


def hill_repeats(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return longer hills, 45-90 s at 5 km effort on 4-8 %: hard, but far from sprinting."""
    reps = int(rng.integers(5, 10)) if reps is None else reps
    seconds, grade = spread(rng, 45, 90), spread(rng, 0.04, 0.08)
    foot_m = 900 * runner.easy_speed_mps
    phases: list[Phase] = [easy(runner, rng, 1100, warm=True, until_x_m=foot_m)]
    for i in range(reps):
        speed = runner.five_k_speed_mps * float(rng.normal(1.0, 0.015))
        rep = hard(runner, rng, speed, seconds=seconds, what="hill", effort_set="hills")
        phases.append(replace(rep, turn=i > 0))
        phases.append(replace(easy(runner, rng, 300, share=0.8, what="jog", until_x_m=foot_m), turn=True))
    phases.append(easy(runner, rng, 480))
    slopes = (Slope(foot_m - 4, foot_m + 1.1 * seconds * runner.five_k_speed_mps, grade),)
    return lay_out("hill repeats", rng, phases, hilliness=0.006, slopes=slopes)


def flat_sprints(
    runner: Runner, rng: np.random.Generator, *, reps: int | None = None, seconds: float | None = None
) -> Session:
    """Return level sprints of 6-11 s, nearly all out, with 2-3 min of walking and standing."""
    reps = int(rng.integers(4, 9)) if reps is None else reps
    seconds = spread(rng, 6, 11) if seconds is None else seconds
    phases = [*easy_on_the_road(runner, rng, 60 * spread(rng, 15, 30)), stand(spread(rng, 20, 60), rest=True, rng=rng)]
    share = spread(rng, 0.94, 1.0)
    for _ in range(reps):
        phases.append(stand(spread(rng, 2, 6), what="ready", rest=True))
        speed = share * runner.max_speed_mps * min(1.0, float(rng.normal(1, 0.015)))
        phases.append(
            fast(
                runner, rng, speed, seconds=seconds * float(rng.normal(1, 0.04)), what="sprint", effort_set="sprints",
                build_s=0.0, ease_s=0.4, keenness=1.0,
            )
        )  # fmt: skip
        phases += recovery(runner, rng, "walk and stand", spread(rng, 110, 180))
    phases.append(easy(runner, rng, 60 * spread(rng, 5, 10), share=0.92))
    return lay_out("flat sprints", rng, phases, hilliness=0.003)


def fartlek(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return free surges of 15-120 s within easy running; the shorter the faster."""
    reps = int(rng.integers(6, 13)) if reps is None else reps
    phases = [easy(runner, rng, 60 * spread(rng, 9, 14), warm=True)]
    for _ in range(reps):
        length = float(rng.choice([15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0])) * spread(rng, 0.9, 1.1)
        share = spread(rng, 0.78, 0.93) if length < 50 else spread(rng, 0.70, 0.76)
        speed = min(share * runner.all_out_speed_mps(length), 0.9 * runner.max_speed_mps)
        if length > 50:
            speed = min(speed, 1.04 * runner.five_k_speed_mps)
            phases.append(hard(runner, rng, speed, seconds=length, what="surge", effort_set="surges"))
        else:
            phases.append(
                fast(runner, rng, speed, seconds=length, what="surge", effort_set="surges", build_s=3.0, keenness=0.5)
            )
        phases.append(easy(runner, rng, spread(rng, 50, 150), share=0.95))
    phases.append(easy(runner, rng, 60 * spread(rng, 5, 10)))
    return lay_out("fartlek", rng, phases, style="path", hilliness=spread(rng, 0.004, 0.02))


def treadmill_strides(runner: Runner, rng: np.random.Generator, *, reps: int | None = None) -> Session:
    """Return a treadmill run with strides: no positions; the belt changes its speed slowly."""
    reps = int(rng.integers(4, 8)) if reps is None else reps
    speed = stride_speed_mps(runner, rng)
    phases = [easy(runner, rng, 60 * spread(rng, 15, 30), warm=True)]
    for _ in range(reps):
        stride = fast(runner, rng, speed, seconds=spread(rng, 17, 25), build_s=4.0, keenness=0.2)
        phases += [replace(stride, tau_up_s=2.6), replace(easy(runner, rng, spread(rng, 50, 90)), tau_down_s=2.8)]
    phases.append(easy(runner, rng, 60 * spread(rng, 4, 8), share=0.9))
    return lay_out("treadmill strides", rng, phases, style="treadmill", sub_sport="treadmill")
