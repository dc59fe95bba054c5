"""Seasons made by hand, for tests that need exact answers: a run is a date and the seconds of its efforts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from legspeed.athlete import Athlete
from legspeed.exposure.days import speed_days
from legspeed.exposure.gaps import gaps
from legspeed.exposure.logbook import Logbook
from legspeed.exposure.notes import notes
from legspeed.exposure.recency import exposure
from legspeed.model import (
    COUNTING_KINDS,
    Assessability,
    Duplicate,
    Effort,
    EffortSet,
    Exposure,
    Gap,
    Note,
    Problem,
    Refusal,
    Run,
    RunDigest,
    Season,
    Yardstick,
)
from legspeed.seasons.duplicates import each_once
from legspeed.settings import Settings, Together

FIRST = dt.date(2024, 1, 1)  # a Monday
YARDSTICK = Yardstick(4.5, "given", 8.0, "given", FIRST)


def day(number: int) -> dt.date:
    """Return the date `number` days after the first."""
    return FIRST + dt.timedelta(days=number)


def effort(
    start_s: float = 1800.0,
    seconds: float = 20.0,
    *,
    kind: str = "stride",
    tier: str | None = "turnover",
    counts: bool | None = None,
    confidence: float = 0.9,
    speed_mps: float | None = 6.0,
    peak_mps: float | None = 6.4,
    flat_mps: float | None = 6.0,
    grade: float | None = 0.0,
    cadence_spm: float | None = 196.0,
    evidence: tuple[str, ...] = ("speed and cadence rise",),
) -> Effort:
    """Return one effort; it counts if its kind does."""
    return Effort(
        start_s=start_s,
        end_s=start_s + seconds,
        kind=kind,
        tier=tier,
        counts=kind in COUNTING_KINDS if counts is None else counts,
        confidence=confidence,
        distance_m=None if speed_mps is None else speed_mps * seconds,
        mean_speed_mps=speed_mps,
        mean_speed_se_mps=None if speed_mps is None else 0.03 * speed_mps,
        peak_speed_mps=peak_mps,
        flat_speed_mps=flat_mps,
        grade=grade,
        grade_se=None if grade is None else 0.01,
        cadence_spm=cadence_spm,
        step_length_m=None if speed_mps is None or not cadence_spm else speed_mps * 60 / cadence_spm,
        recovery_s=None,
        evidence=evidence,
    )


def run(
    date: dt.date,
    *efforts: Effort,
    source: str = "",
    assessable: bool = True,
    distance_m: float | None = 10_000.0,
    refused: tuple[Refusal, ...] = (),
    problems: tuple[Problem, ...] = (),
    device: str = "Watch 1",
) -> Run:
    """Return one run of 50 minutes at six in the morning, UTC."""
    why = None if assessable else "records are 7 s apart"
    sets = (
        (
            EffortSet(
                f"{len(efforts)} × 20 s strides", efforts[0].kind, len(efforts), efforts[0].start_s, efforts[-1].end_s
            ),
        )
        if efforts
        else ()
    )
    return Run(
        source=source or f"{date}.fit",
        start=dt.datetime(date.year, date.month, date.day, 6, tzinfo=dt.UTC),
        local_date=date,
        sport="running",
        device=device,
        elapsed_s=3000.0,
        moving_s=2950.0,
        distance_m=distance_m,
        assessable=Assessability(assessable, assessable, why),
        efforts=efforts,
        refused=refused,
        sets=sets,
        problems=problems,
    )


def strides(count: int = 6, seconds: float = 20.0) -> tuple[Effort, ...]:
    """Return strides 90 s apart."""
    return tuple(effort(1800.0 + 90 * i, seconds) for i in range(count))


def fast(number: int, *efforts: Effort, **facts: Any) -> Run:
    """Return a run of this day with these efforts, or with strides."""
    return run(day(number), *(efforts or strides()), **facts)


def easy(number: int, **facts: Any) -> Run:
    """Return a run of this day without any effort."""
    return run(day(number), **facts)


def without_duplicates(
    digests: Sequence[RunDigest], together: Together
) -> tuple[list[RunDigest], tuple[Duplicate, ...]]:
    """Return the runs sorted by start, each once, and the recordings left out with the source that stands for them."""
    kept, left_out = each_once(digests, together)
    return [digests[at] for at in kept], left_out


def digest(
    start: dt.datetime,
    *,
    source: str = "a.fit",
    elapsed_s: float = 3000.0,
    offset_s: int | None = None,
    format: str = "fit",
) -> RunDigest:
    """Return the digest of a run without a candidate."""
    return RunDigest(
        source=source,
        digest="0" * 64,
        start=start,
        utc_offset_s=offset_s,
        sport="running",
        sub_sport="generic",
        device="Watch 1",
        format=format,
        elapsed_s=elapsed_s,
        moving_s=elapsed_s,
        carried_s=0.0,
        distance_m=10_000.0,
        interval_s=1.0,
        assessable=Assessability(True, True),
        basis=("distance",),
        independent=False,
        best_speeds={},
        easy_speed_mps=3.0,
        easy_cadence_spm=164.0,
        altitude_noise_m=None,
        bursts=(),
        lags=(),
        timer_delays_s=(),
        strength_sets=(),
        problems=(),
    )


class Added(NamedTuple):
    """What runs add up to."""

    exposure: Exposure
    gaps: tuple[Gap, ...]
    notes: tuple[Note, ...]


def added_up(
    runs: Sequence[Run],
    *,
    as_of: dt.date | None,
    athlete: Athlete | None = None,
    yardstick: Yardstick = YARDSTICK,
    settings: Settings | None = None,
) -> Added:
    """Return what some runs add up to."""
    given = {"athlete": athlete or Athlete(), "settings": settings or Settings(), "as_of": as_of}
    log = Logbook(runs)
    touched = speed_days(log, **given)
    stretches = gaps(log, touched, **given)
    given["yardstick"] = yardstick
    return Added(exposure(log, touched, **given), stretches, notes(log, touched, stretches, **given))


def season(*runs: Run, as_of: dt.date | None = None, **others: object) -> Season:
    """Return a season of these runs, its exposure and gaps computed as for a real one."""
    as_of = as_of or max((r.local_date for r in runs), default=None)
    found = added_up(runs, as_of=as_of)
    parts = {
        "settings_id": Settings().fingerprint(),
        "name": None,
        "yardstick": YARDSTICK,
        "runs": runs,
        "not_runs": (),
        "duplicates": (),
        "failed": (),
        "exposure": found.exposure,
        "gaps": found.gaps,
        "notes": (),
    }
    return Season(**{**parts, **others})


# ------------------------------------------------------------------------------------------------- files

GPX_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Test Watch" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"><trk>{type}<trkseg>
"""


def stride_speeds(count: int = 6, *, easy_mps: float = 3.0, fast_mps: float = 6.6) -> list[float]:
    """Return a speed per second: ten minutes easy, strides of 20 s with 90 s between them, two minutes easy."""
    rise = [easy_mps + (fast_mps - easy_mps) * i / 4 for i in range(4)]
    stride = [*rise, *[fast_mps] * 16, *rise[::-1]]
    return [easy_mps] * 600 + [*stride, *[easy_mps] * 90] * count + [easy_mps] * 120


def gpx(
    start: dt.datetime, speeds: list[float] | None = None, *, sport: str | None = "running", cadence: bool = True
) -> str:
    """Return a GPX of one record per second that runs north, with speed and (per leg) cadence."""
    speeds = [3.0] * 600 if speeds is None else speeds
    parts = [GPX_HEAD.format(type=f"<type>{sport}</type>" if sport else "")]
    latitude = 10.0
    for second, speed in enumerate(speeds):
        latitude += speed / 111_195.0
        time = (start + dt.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
        steps = f"<gpxtpx:cad>{round(70 + 4.5 * speed)}</gpxtpx:cad>" if cadence else ""
        parts.append(
            f'<trkpt lat="{latitude:.8f}" lon="-30.0"><ele>10.0</ele><time>{time}</time><extensions>'
            f"<gpxtpx:TrackPointExtension><gpxtpx:speed>{speed:.2f}</gpxtpx:speed>{steps}"
            "</gpxtpx:TrackPointExtension></extensions></trkpt>\n"
        )
    return "".join([*parts, "</trkseg></trk></gpx>\n"])


def morning(number: int) -> dt.datetime:
    """Return six in the morning UTC, `number` days after the first."""
    return dt.datetime.combine(day(number), dt.time(6), dt.UTC)


def mixed_folder(path, runs):
    """Write so many runs, a ride, a page that is no recording, and one file cut off into a folder; return it."""
    for number in range(runs):
        (path / f"{number:02d}.gpx").write_text(gpx(morning(number), stride_speeds(2)))
    (path / "ride.gpx").write_text(gpx(morning(30), [7.5] * 300, sport="cycling"))
    (path / "page.gpx").write_text("<html><body>not found</body></html>")
    (path / "cut.gpx").write_text(gpx(morning(31))[:60_000])
    return path
