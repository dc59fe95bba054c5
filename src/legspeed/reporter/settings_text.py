"""Every threshold in force: its value, where that came from, and why; and the commented athlete file to begin with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from legspeed.reporter.blocks import Block, Column, Grid, Row, Title
from legspeed.reporter.tables import csv_text
from legspeed.settings import Settings


def settings_blocks(settings: Settings, origin: str, book: str = "") -> Iterator[Block]:
    """Yield a table per group of settings.

    Parameters
    ----------
    settings : Settings
        Those in force.
    origin : str
        The name of the file that changed some of them; empty where none did.
    book : str
        Where the book lies: what was read before.
    """
    defaults = {key: value for key, _, value in Settings()}
    groups: dict[str, list[Row]] = {}
    for key, spec, value in settings:
        group, name = key.split(".")
        changed = value != defaults[key]
        source = f"{origin} (default {defaults[key]:,.12g})" if changed else "default"
        cells = (name, f"{value:,.12g} {spec.metadata['unit']}".rstrip(), source, spec.metadata["doc"])
        groups.setdefault(group, []).append(Row(cells, "strong" if changed else ""))
    columns = (Column("setting"), Column("value"), Column("from", wraps=True), Column("decides, and why", wraps=True))
    for group, rows in groups.items():
        yield Title(f"[settings.{group}]")
        yield Grid(columns, tuple(rows))
    yield Title("Fingerprint", settings.fingerprint())
    if book:
        yield Title("Book", f"{book}  (what was read before; it may be deleted at any time)")


def settings_in(format: str, settings: Settings, origin: str, *, book: str = "") -> str | Iterable[Block]:
    """Return the thresholds as ``json`` or ``csv`` text, or as blocks."""
    if format == "json":
        document = {
            "schema": "legspeed.settings/1",
            "settings_id": settings.fingerprint(),
            "book": book or None,
            "settings": _rows(settings, origin),
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if format == "csv":
        return csv_text(tuple(_rows(Settings(), "")[0]), _rows(settings, origin))
    return settings_blocks(settings, origin, book)


def _rows(settings: Settings, origin: str) -> list[dict[str, str | float]]:
    """Return a row per threshold: key, value, unit, range, origin, reason."""
    defaults = {key: value for key, _, value in Settings()}
    return [
        {
            "key": key,
            "value": value,
            "unit": spec.metadata["unit"],
            "low": spec.metadata["low"],
            "high": spec.metadata["high"],
            "default": defaults[key],
            "from": origin if value != defaults[key] else "default",
            "why": spec.metadata["doc"],
        }
        for key, spec, value in settings
    ]


_HEAD: Final = """\
# legspeed.toml: what you know better than your watch. Lay it beside your runs, or name it with --athlete.
# Every line is optional: take the "# " away from those that you want, and write your own values.

[athlete]
# name = "Sam"
# five_k = "19:30"                # your 5 km time now; without it, it is estimated from your runs
# max_speed_mps = 8.2             # your fastest flying 20 m, in m/s
# units = "km"                    # or "mi"
# time_zone = "Europe/Berlin"     # for files that do not say the local time

# [[race]]                        # a race result
# date = 2024-05-12
# distance_m = 5000
# time = "19:30"

# [[session]]                     # speed work that no watch saw: {kinds}
# date = 2024-05-14
# kind = "stride"
# count = 6
# seconds = 20

# [[strike]]                      # an effort in the report that was none
# source = "2024-05-15.fit"
# start_s = 1830.5

# [[mute]]                        # weeks whose gap is nobody's business: illness, a break
# from = 2024-06-01
# to = 2024-06-21
# reason = "injured"

# [[block]]                       # a training block; without "to" it lasts until the next one
# name = "base"
# from = 2024-04-01
# to = 2024-05-26

[notes]
# mute = ["twice-a-week"]         # notes that you do not want, by the names before them
"""


def athlete_template(kinds: tuple[str, ...]) -> str:
    """Return a commented athlete file: all of it optional, every threshold with its default, unit and reason."""
    lines = [
        _HEAD.format(kinds=", ".join(kinds)),
        "# Thresholds. Change one only if you know why; see docs/settings.md.",
    ]
    group = ""
    for key, spec, value in Settings():
        if not key.startswith(f"{group}.") or not group:
            group = key.split(".")[0]
            lines += ["", f"# [settings.{group}]"]
        name = key.split(".")[1]
        unit = f"{spec.metadata['unit']}: " if spec.metadata["unit"] else ""
        lines.append(f"# {name} = {value:.12g}  # {unit}{spec.metadata['doc']}")
    return "\n".join(lines) + "\n"
