"""What a threshold is: a number with unit, range and reason, held in a frozen group that checks itself."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from legspeed.errors import SettingsError


def threshold(default: float, unit: str, low: float, high: float, doc: str) -> Any:  # noqa: ANN401 - a dataclass field
    """Declare one threshold: default, unit, allowed range, and what it decides with the reason for its value."""
    return field(default=default, metadata={"unit": unit, "low": low, "high": high, "doc": doc})


class Group:
    """A group of thresholds; its subclasses are frozen dataclasses. Values out of range raise `SettingsError`."""

    def __post_init__(self) -> None:
        for spec in dataclasses.fields(self):  # type: ignore[arg-type]
            value, low, high = getattr(self, spec.name), spec.metadata["low"], spec.metadata["high"]
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise SettingsError(f"{spec.name}: a number is wanted, not {value!r}")
            if not low <= value <= high:
                unit = spec.metadata["unit"]
                raise SettingsError(f"{spec.name} = {value:g}: allowed are {low:g} to {high:g} {unit}".rstrip())


def changed_groups(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the groups that `given` changes, ``{group: {name: value}}`` applied to `defaults`.

    Raises
    ------
    SettingsError
        For an unknown group or name (with the nearest known one), a value out of range or not a number.
    """
    groups: dict[str, Any] = {}
    for name, values in given.items():
        if name not in defaults:
            raise SettingsError(f"settings.{name}: no such group{_nearest(name, defaults)}")
        if not isinstance(values, Mapping):
            raise SettingsError(f"settings.{name}: a table [settings.{name}] is wanted, not {values!r}")
        names = {f.name for f in dataclasses.fields(defaults[name])}
        for key in values:
            if key not in names:
                raise SettingsError(f"settings.{name}.{key}: no such setting{_nearest(key, names)}")
        try:
            groups[name] = dataclasses.replace(defaults[name], **values)
        except SettingsError as error:
            raise SettingsError(f"settings.{name}.{error}") from None
    return groups


def _nearest(name: str, known: Mapping[str, Any] | set[str]) -> str:
    """Return a hint naming the nearest known spelling."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"
