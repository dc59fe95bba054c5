"""What is in a file: its channels, how they are recorded, how late they are, laps, pauses, problems."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from legspeed.model import F8, Activity, Lap, RunDigest
from legspeed.reporter import words
from legspeed.reporter.blocks import Block, Column, Fact, Facts, Grid, Row, Title
from legspeed.reporter.channels import channel_summaries, interval, total_distance_m
from legspeed.reporter.could_show import could_show
from legspeed.reporter.inspect_workout import strength_blocks, workout_blocks

_LAPS: Final = 30
_STARTS: Final = 8
_NAME: Final = 44  # characters of what an app calls its channel: two lines of the table
#: Units that apps write out, as the page has room for them; JSON has them as they are written.
_UNITS: Final = {
    "milliseconds": "ms", "seconds": "s", "centimeters": "cm", "millimeters": "mm", "meters": "m", "watts": "W",
    "kilograms": "kg", "degrees": "°", "percent": "%",
}  # fmt: skip
_PLAIN_BELOW: Final = 1e6  # greater values are no measurements a runner reads digit by digit


@dataclass(frozen=True, slots=True)
class Inspection:
    """One file's activities, each with its digest where it is a run, and the answers to `--verify` and `--messages`.

    The answers are held as blocks for the page (``extra``) and as plain values for the JSON (``asked``).
    """

    activities: tuple[tuple[Activity, RunDigest | None], ...]
    extra: tuple[Block, ...] = ()
    asked: Mapping[str, Any] | None = None


def inspection_blocks(found: Iterable[Inspection], *, units: str) -> Iterator[Block]:
    """Yield the blocks of every file inspected; `units` (``km`` or ``mi``) are those of distances."""
    for one in found:
        for activity, digest in one.activities:
            yield from activity_blocks(activity, digest, units=units)
        yield from one.extra


def activity_blocks(activity: Activity, digest: RunDigest | None, *, units: str) -> Iterator[Block]:
    """Yield what one activity holds.

    Parameters
    ----------
    activity : Activity
        As it was read and cleaned.
    digest : RunDigest or None
        Of the same activity, for its lags; None where it is no run.
    units : {"km", "mi"}
        Of distances.
    """
    yield Title(activity.source, activity.format)
    yield Facts(tuple(_about(activity, units)))
    yield _channels(activity)
    if digest is not None:
        yield from _speed(digest)
        yield from _lags(digest)
        yield from _starts(digest)
    if activity.laps:
        yield _laps(activity.laps)
    yield from workout_blocks(activity.workout_steps)
    yield from strength_blocks(activity.strength_sets, activity.start)
    if activity.problems:
        yield Title("Problems")
        yield Facts(
            tuple(
                Fact(p.code, p.message + (f" (×{p.count})" if p.count > 1 else ""), "notice") for p in activity.problems
            )
        )


def _about(activity: Activity, units: str) -> Iterator[Fact]:
    """Yield the facts at the top."""
    local = ""
    if activity.utc_offset_s is not None:
        shifted = activity.start.replace(tzinfo=None) + dt.timedelta(seconds=activity.utc_offset_s)
        local = f", local {shifted:%Y-%m-%d %H:%M} (UTC{activity.utc_offset_s / 3600:+g} h)"
    yield Fact("Start", f"{activity.start:%Y-%m-%d %H:%M:%S} UTC{local or ', local time unknown'}")
    yield Fact(
        "Sport", activity.sport + (f", {activity.sub_sport}" if activity.sub_sport not in ("", "generic") else "")
    )
    yield Fact("Device", activity.device or "not named")
    metres = total_distance_m(activity)
    yield Fact(
        "Length",
        f"{words.clock(activity.elapsed_s)}, "
        + (words.distance(metres, units) if metres is not None else "no distance in it"),
    )
    yield Fact("Records", _interval(activity.time_s))
    if activity.cadence_per_leg is not None:
        yield Fact("Cadence", "counted per leg, doubled here" if activity.cadence_per_leg else "counted for both feet")
    if activity.pauses:
        kinds = Counter(pause.kind for pause in activity.pauses)
        seconds = sum(pause.end_s - pause.start_s for pause in activity.pauses)
        named = ", ".join(f"{number} {name}" for name, number in sorted(kinds.items()))
        yield Fact("Pauses", f"{len(activity.pauses)} ({named}), {words.clock(seconds)} in all")
    yield Fact("Content", f"sha256 {activity.digest[:16]}", "dim")


def _interval(time_s: F8) -> str:
    """Say how densely the watch recorded."""
    between = interval(time_s)
    if between is None:
        return f"{time_s.size}"
    usual, long = between
    how = "every second" if usual == 1 and long <= 1 else f"every {usual:g} s, 95 % within {long:g} s"
    return f"{time_s.size}, {how}"


def _channels(activity: Activity) -> Grid:
    """Return the table of channels: coverage and the range of nine tenths of the values."""
    rows = tuple(
        Row(
            (
                words.shortened(channel.name, _NAME) + (" (app)" if channel.developer else ""),
                _UNITS.get(channel.unit.lower(), words.shortened(channel.unit, _NAME)),
                f"{100 * channel.coverage:.0f} %",
                words.UNKNOWN if channel.interval_s is None else f"{channel.interval_s:g} s",
                *(_value(level) for level in (channel.low, channel.median, channel.high, channel.top)),
            )
        )
        for channel in channel_summaries(activity)
    )
    columns = (
        Column("channel", wraps=True), Column("unit", wraps=True), Column("covers", right=True),
        Column("every", right=True), Column("5 %", right=True), Column("median", right=True),
        Column("95 %", right=True), Column("max", right=True),
    )  # fmt: skip
    return Grid(columns, rows, "" if rows else "no channel but time")


def _value(value: float | None) -> str:
    """Return three digits that matter: ``3564``, ``7.69``, ``0.0835``."""
    if value is None:
        return ""
    return f"{value:.0f}" if 100 <= abs(value) < _PLAIN_BELOW else f"{value:.3g}"


def _speed(digest: RunDigest) -> Iterator[Block]:
    """Yield what the best speed is made from, how much it jitters, and what it could show."""
    if not digest.basis:
        return
    *first, last = digest.basis
    named = f"{', '.join(first)} and {last}" if first else last
    yield Title("Best speed")
    facts = [Fact("Made from", named)]
    if "position" in first and "distance" in digest.basis:
        own = "speaks for itself" if digest.independent else "repeats the positions, or adds up the watch's own speed"
        facts.append(Fact("Distance", own))
    if digest.speed_noise_mps is not None:
        facts.append(Fact("Jitters by", f"{digest.speed_noise_mps:.2f} m/s from second to second"))
    yield Facts((*facts, could_show(digest.assessable)))


def _lags(digest: RunDigest) -> Iterator[Block]:
    """Yield how late each stream is behind another."""
    if not digest.lags:
        return
    columns = (
        Column("stream"), Column("behind"), Column("s", right=True), Column("±", right=True),
        Column("correlation", right=True),
    )  # fmt: skip
    yield Title("Lags")
    yield Grid(
        columns,
        tuple(
            Row(
                (
                    lag.stream,
                    lag.behind,
                    f"{lag.lag_s:.1f}",
                    words.number(lag.se_s) if lag.se_s is not None else "assumed",
                    words.number(lag.correlation, 2),
                )
            )
            for lag in digest.lags
        ),
    )


def _starts(digest: RunDigest) -> Iterator[Block]:
    """Yield how late the movement is seen after starts of the timer, and that one file cannot tell why."""
    delays = digest.timer_delays_s
    if not delays:
        return
    shown = ", ".join(f"{delay:.1f}" for delay in delays[:_STARTS])
    more = f" and {len(delays) - _STARTS} more" if len(delays) > _STARTS else ""
    why = "A late watch or a late runner: one file cannot tell; `legspeed season` names late watches."
    if digest.indoors:
        why = "A belt takes its time, so indoors this tells nothing of the watch."
    yield Title("Starts of the timer")
    yield Facts(
        (
            Fact("Half the rise", f"after {shown} s{more}; 0: it set in while he was already running"),
            Fact("", why, "dim"),
        )
    )


def _laps(laps: tuple[Lap, ...]) -> Grid:
    """Return the table of laps."""
    columns = (
        Column("lap", right=True), Column("start", right=True), Column("s", right=True), Column("m", right=True),
        Column("m/s", right=True), Column("trigger"), Column("intensity"),
    )  # fmt: skip
    rows = []
    for number, lap in enumerate(laps[:_LAPS], 1):
        seconds = lap.timer_s if lap.timer_s is not None else lap.end_s - lap.start_s
        speed = lap.distance_m / seconds if lap.distance_m is not None and seconds > 0 else None
        rows.append(
            Row(
                (
                    str(number),
                    words.clock(lap.start_s),
                    f"{seconds:.1f}",
                    words.number(lap.distance_m, 0),
                    words.number(speed, 2),
                    lap.trigger or "",
                    lap.intensity or "",
                )
            )
        )
    more = len(laps) - len(rows)
    return Grid(columns, tuple(rows), f"and {more} more laps" if more else "")
