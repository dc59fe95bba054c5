"""Every threshold, once: its default, unit, range, reason and source.

A setting is a field of one of the groups below. ``doc`` says what it decides and why it has this value; the bracket at
its end says where the value comes from: *physiology*, *signal* (measured on recordings), *design* (our choice).
:class:`Settings` is a frozen value: it is passed in, never global. Settings whose group is in `MAP_GROUPS` touch what
is read out of a single file; the others only how bursts are judged and added up.
"""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from legspeed.errors import SettingsError


def _is(default: float, unit: str, low: float, high: float, doc: str) -> Any:  # noqa: ANN401 - a dataclass field
    """One threshold: default, unit, allowed range, and what it decides with the reason for its value."""
    return field(default=default, metadata={"unit": unit, "low": low, "high": high, "doc": doc})


class _Group:
    """Range checks shared by all groups."""

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):  # type: ignore[arg-type]
            value, low, high = getattr(self, spec.name), spec.metadata["low"], spec.metadata["high"]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise SettingsError(f"{spec.name}: a number is wanted, not {value!r}")
            if not low <= value <= high:
                unit = spec.metadata["unit"]
                raise SettingsError(f"{spec.name} = {value:g}: allowed are {low:g} to {high:g} {unit}".rstrip())


@dataclass(frozen=True, slots=True)
class Limits(_Group):
    """What an input may cost at most. Reached: the problem ``limit`` and the rest of the batch goes on."""

    file_bytes: float = _is(64 * 2**20, "bytes", 1e3, 2**33, "one file, decompressed: a 24 h FIT has 4 MB [signal]")
    archive_bytes: float = _is(8 * 2**30, "bytes", 1e3, 2**40, "bytes read out of one archive in all [design]")
    archive_entries: float = _is(
        200_000, "", 1, 1e7, "entries of one archive; ten years of a watch have 30,000 [design]"
    )
    archive_depth: float = _is(3, "", 1, 10, "archives inside archives; Garmin's account export needs 2 [design]")
    compression_ratio: float = _is(200, "", 2, 1e5, "expansion above 1 MiB; FIT has 3, GPX 15, zeros 1000 [signal]")
    xml_depth: float = _is(64, "", 8, 1000, "elements inside elements; GPX and TCX need 9 [signal]")
    xml_text_chars: float = _is(65_536, "", 256, 1e8, "length of one text; a note has a few hundred [design]")
    samples: float = _is(5_000_000, "", 1000, 1e9, "records in one file: 58 days at 1 s [design]")
    span_s: float = _is(
        14 * 86_400, "s", 3600, 1e9, "one recording lasts at most two weeks; more is a clock fault [design]"
    )


@dataclass(frozen=True, slots=True)
class Cleaning(_Group):
    """How `normalize` cleans."""

    back_step_s: float = _is(5, "s", 0, 60, "records stepping back by no more are dropped [signal]")
    gap_s: float = _is(10, "s", 2, 600, "silence longer than this is a gap: nothing may span it [design]")
    gap_intervals: float = _is(5, "", 2, 100, "… or than this many usual recording intervals, if longer [design]")
    track_gap_s: float = _is(
        1800, "s", 60, 86_400, "tracks of one file this far apart are separate activities [design]"
    )
    foot_speed_max_mps: float = _is(12.5, "m/s", 8, 20, "nobody runs faster: 12.42 m/s measured over 20 m [physiology]")
    position_speed_max_mps: float = _is(
        40.0, "m/s", 13, 500, "a point off by more than this speed both ways is a jump [signal]"
    )
    leg_cadence_low: float = _is(45, "rpm", 20, 80, "moving median below this is no cadence of one leg [physiology]")
    leg_cadence_high: float = _is(115, "rpm", 90, 140, "moving median above this counts both feet [physiology]")
    step_cadence_high: float = _is(
        250, "steps/min", 200, 320, "moving median above this is no cadence at all [physiology]"
    )
    cadence_moving_mps: float = _is(1.8, "m/s", 0.5, 3, "the unit is decided while faster than a walk [physiology]")


@dataclass(frozen=True, slots=True)
class Tiers(_Group):
    """Borders of the tiers, as shares of maximal speed, and of the kinds."""

    turnover: float = _is(0.65, "of max", 0.4, 0.9, "a relaxed stride averages 0.70-0.85 of maximal speed [physiology]")
    turnover_hill: float = _is(
        0.60, "of max", 0.3, 0.9, "the same on slopes of 3 % and more: more to overcome [physiology]"
    )
    near_max: float = _is(0.85, "of max", 0.6, 1.0, "the border used in team sports [physiology, Colby 2018]")
    max: float = _is(0.95, "of max", 0.8, 1.1, "the border used in team sports [physiology, Malone 2017]")
    sprint_peak: float = _is(0.90, "of max", 0.7, 1.0, "a sprint's peak; below it is a stride [design]")
    five_k_ratio: float = _is(1.10, "× 5 km speed", 1.0, 1.5, "mile pace: 1500 m records are 1.10 of 5 km [physiology]")
    stride_s: float = _is(5, "s", 2, 15, "shortest stride; less is not told from noise at 1 s [signal]")
    hill_sprint_s: float = _is(20, "s", 8, 60, "longest hill sprint [design]")
    sprint_s: float = _is(12, "s", 4, 20, "longest sprint [design]")
    stride_max_s: float = _is(30, "s", 15, 60, "longest stride; longer is a fast rep [design]")
    fast_rep_set_s: float = _is(
        25, "s", 15, 45, "in a set of reps this long a rep is a fast rep, not a stride [design]"
    )
    interval_s: float = _is(60, "s", 40, 180, "longer is an interval: not neuromuscular, not counted [design]")
    hill_grade: float = _is(0.04, "", 0.02, 0.15, "gentlest slope of a hill sprint: strides are run on 4-8 % [design]")
    downhill_grade: float = _is(-0.02, "", -0.1, 0, "steeper down than this helps: +9 % speed at -5 % [physiology]")
    finish_hard_s: float = _is(
        300, "s", 60, 3600, "a finish kick ends at least this much continuous hard running [design]"
    )


@dataclass(frozen=True, slots=True)
class Gaps(_Group):
    """Levels of a stretch without speed work. Words: time since exposure, never lost speed."""

    notice_d: float = _is(8, "d", 2, 365, "residual of maximal speed 5 ± 3 days [physiology, Issurin]")
    caution_d: float = _is(14, "d", 3, 365, "eccentric strength fades by two weeks [physiology]")
    flag_d: float = _is(28, "d", 5, 365, "a month without; 26 days cost no measured speed yet [physiology]")
    restart_d: float = _is(56, "d", 7, 730, "the eight weeks over which exposure was studied [physiology, Colby 2018]")


@dataclass(frozen=True, slots=True)
class Score(_Group):
    """The decaying score, shown after the counts and never instead of them."""

    tau_d: float = _is(
        10, "d", 1, 100, "50, 25 and 6 % remain after 7, 14 and 28 days, matching the gap levels [design]"
    )
    habit_tau_d: float = _is(42, "d", 10, 365, "the slow trace: the habit of six weeks [design]")
    near_max_weight: float = _is(1.25, "", 1, 3, "nearly flat, so that strides beat sprints for a marathoner [design]")
    max_weight: float = _is(1.5, "", 1, 3, "nearly flat [design]")
    rep_cap_s: float = _is(30, "s", 10, 120, "seconds of one rep that score [design]")
    session_cap_s: float = _is(
        300, "s", 60, 3600, "seconds of one session that score: no reward for piling up [design]"
    )
    reference_sessions: float = _is(2, "per week", 0.5, 14, "100 = this many sessions a week … [coaching texts]")
    reference_reps: float = _is(5, "", 1, 30, "… of this many reps … [coaching texts]")
    reference_rep_s: float = _is(20, "s", 5, 60, "… of this many seconds [coaching texts]")


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups. ``Settings()`` is the default; :meth:`from_mapping` applies a runner's own values."""

    limits: Limits = Limits()
    cleaning: Cleaning = Cleaning()
    tiers: Tiers = Tiers()
    gaps: Gaps = Gaps()
    score: Score = Score()

    def __iter__(self) -> Iterator[tuple[str, dataclasses.Field[Any], float]]:
        """Yield ``(dotted key, field, value)`` of every threshold, in order."""
        for group in dataclasses.fields(self):
            values = getattr(self, group.name)
            for spec in dataclasses.fields(values):
                yield f"{group.name}.{spec.name}", spec, getattr(values, spec.name)

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Settings:
        """Build settings from ``{group: {name: value}}``, the shape of ``[settings.group]`` in TOML.

        Raises
        ------
        SettingsError
            For an unknown group or name (with the nearest known one), a value out of range or not a number.
        """
        groups: dict[str, Any] = {}
        known = {g.name: g for g in dataclasses.fields(cls)}
        for name, values in given.items():
            if name not in known:
                raise SettingsError(f"settings.{name}: no such group{_nearest(name, known)}")
            if not isinstance(values, Mapping):
                raise SettingsError(f"settings.{name}: a table [settings.{name}] is wanted, not {values!r}")
            default: Any = known[name].default
            names = {f.name for f in dataclasses.fields(default)}
            for key in values:
                if key not in names:
                    raise SettingsError(f"settings.{name}.{key}: no such setting{_nearest(key, names)}")
            try:
                groups[name] = dataclasses.replace(default, **values)
            except SettingsError as error:
                raise SettingsError(f"settings.{name}.{error}") from None
        return cls(**groups)

    @classmethod
    def from_toml(cls, path: str | Path) -> Settings:
        """Read the ``[settings]`` table of a TOML file.

        Raises
        ------
        SettingsError
            When the file cannot be read or a setting in it is unusable.
        """
        try:
            content = tomllib.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsError(f"{path}: {error}") from error
        return cls.from_mapping(content.get("settings", {}))

    def fingerprint(self, groups: frozenset[str] | None = None) -> str:
        """Return 12 hex digits that change when any value (of `groups`) does."""
        values = {key: value for key, _, value in self if groups is None or key.split(".")[0] in groups}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def _nearest(name: str, known: Mapping[str, Any] | set[str]) -> str:
    """Return a hint naming the nearest known spelling."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"


#: Groups that touch what is read out of a single file (the map); a cached digest depends on these only.
MAP_GROUPS: Final = frozenset({"limits", "cleaning"})
