"""The columns of the tables that CSV and Parquet hold: type, unit and meaning, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from legspeed.model import COUNTING_KINDS, TIERS

Kind = Literal["text", "integer", "number", "boolean", "date", "time"]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table."""

    name: str
    kind: Kind
    unit: str
    doc: str


def _columns(*rows: tuple[str, Kind, str, str]) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(*row) for row in rows)


_RUN: Final = (
    ("source", "text", "", "the run's file, as in the JSON"),
    ("start", "time", "UTC", "when its first record was made"),
    ("local_date", "date", "", "the day where it was run"),
)

_EFFORTS: Final = _columns(
    *_RUN,
    ("start_s", "number", "s", "where the effort begins, since the run's first record"),
    ("end_s", "number", "s", "where it ends"),
    ("seconds", "number", "s", "how long it was"),
    ("kind", "text", "", "stride, hill_sprint, sprint, fast_rep, finish_kick, interval or downhill"),
    ("tier", "text", "", "turnover, near_max or max; unknown where it cannot count"),
    ("counts", "boolean", "", "whether it counts as true speed"),
    ("confidence", "number", "0 to 1", "how sure it is"),
    ("distance_m", "number", "m", "its length"),
    ("mean_speed_mps", "number", "m/s", "mean speed as measured"),
    ("mean_speed_se_mps", "number", "m/s", "standard error of the mean speed"),
    ("peak_speed_mps", "number", "m/s", "best 3 s as measured"),
    ("flat_speed_mps", "number", "m/s", "what its speed is worth on the flat"),
    ("grade", "number", "fraction", "rise over run, uphill positive"),
    ("grade_se", "number", "fraction", "standard error of the grade"),
    ("cadence_spm", "number", "steps/min", "steps of both feet"),
    ("step_length_m", "number", "m", "length of one step"),
    ("recovery_s", "number", "s", "to the next start in its set; unknown for the last"),
    ("evidence", "text", "", "what it rests on, parted by semicolons"),
)

_RUNS: Final = _columns(
    *_RUN,
    ("sport", "text", "", "as the file says"),
    ("device", "text", "", "as the file says"),
    ("elapsed_s", "number", "s", "from the first record to the last"),
    ("moving_s", "number", "s", "of it moving"),
    ("distance_m", "number", "m", "its length"),
    ("strides_assessable", "boolean", "", "whether it could have shown strides"),
    ("hill_sprints_assessable", "boolean", "", "whether it could have shown hill sprints"),
    ("why_not_assessable", "text", "", "why not"),
    ("efforts", "integer", "", "all efforts of the table of efforts"),
    ("counted_efforts", "integer", "", "those that count"),
    ("counted_s", "number", "s", "seconds of those that count"),
    ("sets", "text", "", "the sets in a coach's words, parted by semicolons"),
    ("problems", "text", "", "what was repaired or left out, code first, parted by semicolons"),
    ("name", "text", "", "what an export's list calls it"),
    ("type", "text", "", "what an export's list says it is, in the user's language"),
    ("five_k_speed_mps", "number", "m/s", "the runner's 5 km speed that day, by which it was judged"),
    ("max_speed_mps", "number", "m/s", "his maximal speed that day, likewise"),
)


def _exposure(unit: str, *begin: tuple[str, Kind, str, str]) -> tuple[TableColumn, ...]:
    """Return the columns of a table of days, weeks, months or blocks."""
    kinds = tuple((kind, f"those of kind {kind}") for kind in sorted(COUNTING_KINDS))
    tiers = tuple((tier, f"recorded ones of tier {tier}") for tier in TIERS)
    return _columns(
        *begin,
        ("sessions", "integer", "", "days with a counted effort"),
        ("efforts", "integer", "", "counted efforts"),
        ("seconds", "number", "s", "their seconds"),
        ("metres", "number", "m", "their metres"),
        *_tallies(kinds),
        ("from", "date", "", f"first day of the {unit}"),
        ("to", "date", "", f"last day of the {unit}"),
        ("runs", "integer", "", "runs in it"),
        ("distance_m", "number", "m", "the way run in it"),
        *_tallies(tiers),
        ("plyometric_sessions", "integer", "", "days with jumps, recorded or by hand"),
        ("plyometric_sets", "integer", "", "their sets"),
        ("plyometric_seconds", "number", "s", "their seconds; unknown where no set tells"),
        ("plyometric_repetitions", "integer", "", "their repetitions; unknown where no set tells"),
        ("cadence_spm", "number", "steps/min", "median of the counted efforts"),
        ("step_length_m", "number", "m", "median of the counted efforts"),
        ("best_5_s_mps", "number", "m/s", "best mean speed over 5 s, as on the flat"),
        ("best_10_s_mps", "number", "m/s", "the same over 10 s"),
        ("best_20_s_mps", "number", "m/s", "the same over 20 s"),
        ("five_k_speed_mps", "number", "m/s", "the runner's 5 km speed as of the last run in it"),
    )


def _tallies(names: tuple[tuple[str, str], ...]) -> tuple[tuple[str, Kind, str, str], ...]:
    """Return three columns for each name: efforts, seconds, metres."""
    rows: list[tuple[str, Kind, str, str]] = []
    for name, doc in names:
        rows.append((f"{name}_efforts", "integer", "", doc))
        rows.append((f"{name}_seconds", "number", "s", "their seconds"))
        rows.append((f"{name}_metres", "number", "m", "their metres"))
    return tuple(rows)


_DAYS: Final = _exposure("day", ("date", "date", "", "a day with speed work or plyometrics"))
_WEEKS: Final = _exposure("week", ("week", "text", "", "ISO week, such as 2024-W07; empty weeks too"))
_MONTHS: Final = _exposure("month", ("month", "text", "", "such as 2024-02; empty months too"))
_BLOCKS: Final = _exposure(
    "block", ("block", "text", "", "its name in the athlete file; unknown for blocks counted back from the last day")
)

_GAPS: Final = _columns(
    ("from", "date", "", "the last day with a counted effort, or the first run"),
    ("to", "date", "", "the next such day, or the day as of which it is open"),
    ("days", "integer", "d", "from the one to the other"),
    ("days_min", "integer", "d", "what is left if every run that could not show an effort had one"),
    ("level", "text", "", "notice, caution, flag or restart"),
    ("open", "boolean", "", "whether it is still open"),
    ("muted", "boolean", "", "whether the athlete file mutes it"),
    ("cause", "text", "", "no-runs, break, unseen, no-speed-work or muted"),
    ("runs", "integer", "", "runs in it"),
    ("assessable_runs", "integer", "", "those that could have shown strides"),
    ("distance_km", "number", "km", "the way run in it"),
    ("days_unmuted", "integer", "d", "the longest part outside muted weeks, which gives the level"),
)

#: Per table its columns, in their order.
TABLE_COLUMNS: Final[Mapping[str, tuple[TableColumn, ...]]] = MappingProxyType(
    {
        "efforts": _EFFORTS,
        "runs": _RUNS,
        "days": _DAYS,
        "weeks": _WEEKS,
        "months": _MONTHS,
        "blocks": _BLOCKS,
        "gaps": _GAPS,
    }
)
