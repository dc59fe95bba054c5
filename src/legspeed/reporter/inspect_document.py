"""What is in a file, as JSON: the schema ``legspeed.inspect/1``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from legspeed.model import Activity, RunDigest
from legspeed.reporter.channels import channel_summaries, interval, total_distance_m
from legspeed.reporter.document import Many, encoded, instant, rounded, text
from legspeed.reporter.inspect_text import Inspection
from legspeed.version import __version__


def inspection_pieces(found: Iterable[Inspection]) -> Iterator[str]:
    """Yield every activity inspected as JSON, while the files are read; unknown is null, positions are not written.

    ``files`` holds second opinions and messages, where they were asked for, file by file.
    """
    asked: list[dict[str, Any]] = []

    def rows() -> Iterator[dict[str, Any]]:
        for one in found:
            if one.asked is not None:
                asked.append({**one.asked, "source": text(one.asked["source"])})
            for activity, digest in one.activities:
                yield _activity(activity, digest)

    document = {
        "schema": "legspeed.inspect/1",
        "version": __version__,
        "activities": Many(rows()),
        "files": Many(asked),
    }
    yield from encoded(document, "\n")
    yield "\n"


def _activity(activity: Activity, digest: RunDigest | None) -> dict[str, Any]:
    """Return one activity."""
    between = interval(activity.time_s)
    return {
        "source": text(activity.source),
        "format": activity.format,
        "content": activity.digest,
        "start": instant(activity.start),
        "utc_offset_s": activity.utc_offset_s,
        "sport": text(activity.sport),
        "sub_sport": text(activity.sub_sport),
        "device": text(activity.device) or None,
        "elapsed_s": rounded(activity.elapsed_s, 1),
        "distance_m": rounded(total_distance_m(activity), 1),
        "records": activity.n,
        "interval_s": rounded(between[0], 3) if between else None,
        "cadence_per_leg": activity.cadence_per_leg,
        "channels": [
            {
                "name": text(channel.name),
                "unit": text(channel.unit),
                "developer": channel.developer,
                "coverage": rounded(channel.coverage, 3),
                "interval_s": rounded(channel.interval_s, 3),
                "p5": rounded(channel.low, 4),
                "median": rounded(channel.median, 4),
                "p95": rounded(channel.high, 4),
                "max": rounded(channel.top, 4),
            }
            for channel in channel_summaries(activity)
        ],
        "best_speed": {
            "basis": list(digest.basis),
            "independent": digest.independent,
            "noise_mps": rounded(digest.speed_noise_mps, 3),
        }
        if digest is not None and digest.basis
        else None,
        "lags": [
            {
                "stream": lag.stream,
                "behind": lag.behind,
                "lag_s": rounded(lag.lag_s, 2),
                "se_s": rounded(lag.se_s, 2),
                "correlation": rounded(lag.correlation, 2),
            }
            for lag in (digest.lags if digest is not None else ())
        ],
        "timer_starts": [
            {"half_rise_s": rounded(half, 2), "rise_s": rounded(ramp, 2)}
            for half, ramp in (zip(digest.timer_delays_s, digest.timer_ramps_s, strict=True) if digest else ())
        ],
        "laps": [
            {
                "start_s": rounded(lap.start_s, 1),
                "end_s": rounded(lap.end_s, 1),
                "timer_s": rounded(lap.timer_s, 1),
                "distance_m": rounded(lap.distance_m, 1),
                "trigger": lap.trigger,
                "intensity": lap.intensity,
                "workout_step": lap.workout_step,
            }
            for lap in activity.laps
        ],
        "pauses": [
            {"start_s": rounded(p.start_s, 1), "end_s": rounded(p.end_s, 1), "kind": p.kind} for p in activity.pauses
        ],
        "workout_steps": [
            {
                "index": step.index,
                "name": text(step.name) if step.name is not None else None,
                "intensity": step.intensity,
                "duration_type": step.duration_type,
                "duration_s": rounded(step.duration_s, 1),
                "distance_m": rounded(step.distance_m, 1),
                "repeat_from": step.repeat_from,
                "repetitions": step.repetitions,
            }
            for step in activity.workout_steps
        ],
        "strength_sets": [
            {
                "start": instant(one.start) if one.start is not None else None,
                "duration_s": rounded(one.duration_s, 1),
                "category": one.category,
                "exercise": text(one.exercise) if one.exercise is not None else None,
                "repetitions": one.repetitions,
            }
            for one in activity.strength_sets
        ],
        "problems": [{"code": p.code, "message": text(p.message), "count": p.count} for p in activity.problems],
    }
