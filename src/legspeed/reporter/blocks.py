"""What a page of text is made of: values that know nothing of terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["", "good", "notice", "bad", "dim", "strong"]


@dataclass(frozen=True, slots=True)
class Title:
    """A heading, with something at the right end of its line."""

    text: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and what is to be said of it; long text wraps under itself."""

    name: str
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts under one another, their texts aligned."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid; one that wraps gives way where the page is narrow."""

    name: str
    right: bool = False
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid."""

    cells: tuple[str, ...]
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, with a remark below."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """Plain lines; each is a row of pieces with their tones.

    On a page too narrow for them all lines are broken at the same columns, so that what stands below one another still
    does; the first `label` characters are then repeated.
    """

    rows: tuple[tuple[tuple[str, Tone], ...], ...]
    label: int = 0


Block = Title | Fact | Facts | Grid | Lines
