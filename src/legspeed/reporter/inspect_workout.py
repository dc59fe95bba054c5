"""What `legspeed inspect` shows of a plan and of strength: a workout's steps, its repeats folded, and sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from legspeed.model import StrengthSet, WorkoutStep
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Grid, Row, Title

_SHOWN: Final = 30
_MOST_TIMES: Final = 9999  # a damaged file may multiply without end


def workout_blocks(steps: Sequence[WorkoutStep]) -> Iterator[Block]:
    """Yield the steps of a structured workout; those repeated a known number of times stand once, with that number."""
    if not steps:
        return
    shown = [step for step in steps if step.repetitions is None]
    times = times_of(shown[:_SHOWN], steps)
    columns = (
        Column("step", right=True), Column("times", right=True), Column("for", right=True), Column("intensity"),
        Column("name", wraps=True),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                str(step.index + 1),
                f"{times[step.index]} ×" if times[step.index] > 1 else "",
                _for(step),
                words.kind(step.intensity or ""),
                words.cut(step.name or "", 80),
            )
        )
        for step in shown[:_SHOWN]
    )
    yield Title("Workout", words.count(len(steps), "step"))
    yield Grid(columns, rows, _more(len(shown), "step"))


def strength_blocks(sets: Sequence[StrengthSet], start: dt.datetime) -> Iterator[Block]:
    """Yield the sets of strength, each from its beginning after `start` (UTC); what a file does not say is empty."""
    if not sets:
        return
    columns = (
        Column("set", right=True), Column("start", right=True), Column("s", right=True),
        Column("repetitions", right=True), Column("exercise", wraps=True),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                str(number),
                "" if one.start is None or one.start < start else words.clock((one.start - start).total_seconds()),
                "" if one.duration_s is None else words.number(one.duration_s),
                "" if one.repetitions is None else str(one.repetitions),
                words.cut(words.kind(one.exercise or one.category or ""), 80),
            )
        )
        for number, one in enumerate(sets[:_SHOWN], 1)
    )
    yield Title("Strength", words.count(len(sets), "set"))
    yield Grid(columns, rows, _more(len(sets), "set"))


def times_of(some: Sequence[WorkoutStep], steps: Sequence[WorkoutStep]) -> dict[int, int]:
    """Return how many times some of the steps are done, by index: repeats of repeats multiply."""
    times = {step.index: 1 for step in some}
    for repeat in steps:
        if repeat.repetitions is not None and repeat.repeat_from is not None:
            for index in times:
                if repeat.repeat_from <= index < repeat.index:
                    times[index] = min(times[index] * max(repeat.repetitions, 1), _MOST_TIMES)
    return times


def _for(step: WorkoutStep) -> str:
    """Return how long a step lasts: a time, a distance, or what ends it."""
    if step.duration_s is not None:
        return words.clock(step.duration_s)
    if step.distance_m is not None:
        return f"{step.distance_m:.0f} m"
    back = f" from step {step.repeat_from + 1}" if step.repeat_from is not None else ""
    return words.kind(step.duration_type or "") + back


def _more(count: int, noun: str) -> str:
    """Say how many are not shown."""
    return f"and {words.count(count - _SHOWN, 'more ' + noun)}" if count > _SHOWN else ""
