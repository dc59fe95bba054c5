"""What a benchmark says: lines with their targets, in sections; as text and as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_WIDTH: Final = 58


@dataclass(frozen=True)
class Line:
    """One thing measured: what, its value, as shown, the target in words, and whether it is met (None: no target)."""

    what: str
    value: float | None
    shown: str
    target: str = ""
    ok: bool | None = None

    def __str__(self) -> str:
        text = f"  {self.what:{_WIDTH}} {self.shown}"
        if self.ok is None:
            return text
        return f"{text:{_WIDTH + 32}} {self.target}: {'ok' if self.ok else 'MISSED'}"


@dataclass(frozen=True)
class Section:
    """Lines under one heading, with tables of text below them."""

    name: str
    title: str
    lines: tuple[Line, ...] = ()
    table: tuple[str, ...] = ()

    @property
    def missed(self) -> int:
        """Number of targets that are missed."""
        return sum(line.ok is False for line in self.lines)

    def __str__(self) -> str:
        rows = [f"{self.name}: {self.title}", *map(str, self.lines), *(f"    {row}" for row in self.table)]
        return "\n".join(row.rstrip() for row in rows)


def at_least(what: str, value: float, target: float, form: str = ".3f", note: str = "") -> Line:
    """Return a line whose value must be no less than its target; a form ending in % shows both as per cent."""
    return Line(what, value, _noted(value, form, note), f"at least {target:{form}}", value >= target - 1e-9)


def at_most(what: str, value: float, target: float, form: str = ".2f", note: str = "") -> Line:
    """Return a line whose value must be no more than its target."""
    return Line(what, value, _noted(value, form, note), f"at most {target:{form}}", value <= target + 1e-9)


def told(what: str, shown: str, value: float | None = None) -> Line:
    """Return a line without a target."""
    return Line(what, value, shown)


def _noted(value: float, form: str, note: str) -> str:
    return f"{value:{form}}  {note}".rstrip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]], first: int = 30, other: int = 11) -> tuple[str, ...]:
    """Return rows of text in columns, the first one flush left."""
    return tuple(f"{row[0]:{first}}" + "".join(f" {cell:>{other}}" for cell in row[1:]) for row in (head, *rows))


def write_json(path: Path, sections: Sequence[Section]) -> None:
    """Write everything that was measured."""
    document = {"missed": sum(s.missed for s in sections), "sections": [asdict(s) for s in sections]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def progress(what: str, done: int, of: int) -> None:
    """Say on stderr how far something is: on a terminal all the time, elsewhere at its end."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what}: {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif done == of:
        print(f"{what}: {of}", file=sys.stderr, flush=True)
