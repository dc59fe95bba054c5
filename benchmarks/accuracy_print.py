"""What a benchmark says: lines with their targets, in sections; as text, as JSON, and as part of a page."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_WIDTH: Final = 60
#: What is measured stands between these lines of a page.
_BEGIN: Final = "<!-- measured -->"
_END: Final = "<!-- end -->"


@dataclass(frozen=True)
class Line:
    """One thing measured: its value and how it is shown; the target, whether it is met (None: no target); a note."""

    what: str
    value: float | None
    shown: str
    target: str = ""
    ok: bool | None = None
    note: str = ""

    def __str__(self) -> str:
        text = f"  {self.what:{_WIDTH}} {self.shown:>7}"
        if self.ok is not None:
            text = f"{text}  {self.target}: {'ok' if self.ok else 'MISSED'}"
        return f"{text:{_WIDTH + 36}} {self.note}" if self.note else text


@dataclass(frozen=True)
class Table:
    """Rows of cells under a head, the first column flush left; a row of one cell is a heading."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    first: int = 30
    other: int = 10

    def __str__(self) -> str:
        rows = (self.head, *self.rows)
        return "\n".join(
            f"  {row[0]:{self.first}}{''.join(f' {cell:>{self.other}}' for cell in row[1:])}".rstrip() for row in rows
        )


@dataclass(frozen=True)
class Section:
    """Lines under one heading, and tables below them.

    ``cases`` are single files and mistakes: told on the terminal and in the JSON, and not for a page.
    """

    name: str
    title: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def missed(self) -> int:
        """Number of targets that are missed."""
        return sum(line.ok is False for line in self.lines)

    def public(self) -> str:
        """Return the section without its cases."""
        return "\n".join(str(part) for part in (*self.lines, *(f"\n{table}" for table in self.tables)))

    def __str__(self) -> str:
        cases = "\n".join(f"    {case}".rstrip() for case in self.cases)
        return "\n".join(part for part in (f"{self.name}: {self.title}", self.public(), cases) if part)


def at_least(what: str, value: float, target: float, form: str = ".3f", note: str = "") -> Line:
    """Return a line whose value must be no less than its target; a form ending in % shows both as per cent."""
    return Line(what, value, f"{value:{form}}", f"at least {target:{form}}", value >= target - 1e-9, note)


def at_most(what: str, value: float, target: float, form: str = ".2f", note: str = "") -> Line:
    """Return a line whose value must be no more than its target."""
    return Line(what, value, f"{value:{form}}", f"at most {target:{form}}", value <= target + 1e-9, note)


def told(what: str, shown: str, value: float | None = None, note: str = "") -> Line:
    """Return a line without a target."""
    return Line(what, value, shown, note=note)


def write_json(path: Path, sections: Sequence[Section]) -> None:
    """Write everything that was measured."""
    document = {"missed": sum(s.missed for s in sections), "sections": [asdict(s) for s in sections]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def write_page(path: Path, sections: Sequence[Section], command: str) -> None:
    """Put what was measured, and by which command, between the marks of a page.

    Raises
    ------
    ValueError
        When the page has no such marks.
    """
    before, begin, rest = path.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{path}: no {_BEGIN} and {_END} in it")
    parts = [f"Measured by `{command}`."]
    parts += [f"### {s.name}: {s.title}\n\n```text\n{s.public()}\n```" for s in sections]
    measured = "\n\n".join(parts)
    path.write_text(f"{before}{begin}\n\n{measured}\n\n{end}{after}", "utf-8")


def progress(what: str, done: int, of: int) -> None:
    """Say on stderr how far something is: on a terminal all the time, elsewhere at its end."""
    if sys.stderr.isatty():
        print(f"\r\033[K{what}: {done}/{of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif done == of:
        print(f"{what}: {of}", file=sys.stderr, flush=True)
