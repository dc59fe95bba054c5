"""Blocks on a terminal, or as plain text where there is none: at most 100 columns, readable without colour.

Nothing is cut to fit, for half a figure is another figure: a table gives way in its columns of words, then in
the space between columns, and where that is not enough, it is told row by row.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO, Final

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from legspeed.reporter.blocks import Block, Fact, Facts, Grid, Lines, Title, Tone
from legspeed.reporter.words import plain

_WIDEST: Final = 100
_PLAIN: Final = 80  # where there is no terminal
_INDENT: Final = 2
_BETWEEN: Final = (2, 1)  # columns of a table: the space that rich rules, and where there is room one of padding
_LEAST_WRAPPED: Final = 12  # characters of a column that wraps
_STYLES: Final[dict[Tone, str]] = {
    "": "",
    "good": "green",
    "notice": "yellow",
    "bad": "bold red",
    "dim": "dim",
    "strong": "bold",
}


def print_blocks(blocks: Iterable[Block], stream: IO[str], *, width: int | None = None) -> None:
    """Print blocks to a stream: with colour on a terminal (unless NO_COLOR is set), plain elsewhere.

    Nothing in a text is taken as markup, and characters that a terminal would obey are replaced.

    Parameters
    ----------
    blocks : iterable of Block
        What to print.
    stream : text stream
        Where to.
    width : int, optional
        Columns; default: the terminal's, 80 where there is none, never more than 100.
    """
    if stream.isatty():
        _print(blocks, Console(file=stream, width=width, markup=False, highlight=False, emoji=False))
        return
    page = io.StringIO()
    # Said outright, for FORCE_COLOR, as CI services set it, would colour files, too.
    console = Console(
        file=page, width=width or _PLAIN, markup=False, highlight=False, emoji=False, force_terminal=False
    )
    _print(blocks, console)
    stream.writelines(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def _print(blocks: Iterable[Block], console: Console) -> None:
    """Print blocks, an empty line before each heading and table but the first."""
    console.width = min(console.width, _WIDEST)
    before: Block | None = None
    for block in blocks:
        if before is not None and (
            isinstance(block, Title) or (isinstance(block, Grid) and not isinstance(before, Title))
        ):
            console.print()
        console.print(_rendered(block, console.width))
        before = block


def _rendered(block: Block, width: int) -> Table | Padding | Text:
    """Return the block as rich prints it in so many columns."""
    match block:
        case Title():
            return _title(block, width)
        case Fact():
            return _facts(Facts((block,)))
        case Facts():
            return _facts(block)
        case Grid():
            between = next((spaces for spaces in _BETWEEN if _fits(block, width, spaces)), None)
            return _facts(_in_words(block)) if between is None else _grid(block, between)
        case Lines():
            return Text("\n").join(_lines(block, width))


def _line(pieces: tuple[tuple[str, Tone], ...]) -> Text:
    """Return one line of pieces."""
    line = Text("  ", no_wrap=True)
    for piece, tone in pieces:
        line.append(plain(piece), style=_STYLES[tone])
    return line


def _lines(block: Lines, width: int) -> list[Text]:
    """Return lines, broken together where they are too long."""
    lines = [_line(pieces) for pieces in block.rows]
    longest, label = max((len(line) for line in lines), default=0), _INDENT + block.label
    step = width - label
    if longest <= width or step < 1:
        return lines
    return [line[:label] + line[at : at + step] for at in range(label, longest, step) for line in lines]


def _title(title: Title, width: int) -> Table | Text:
    """Return a heading: the text to the left, the remark to the right or, where both do not fit, below."""
    text, right = plain(title.text), plain(title.right)
    if cell_len(text) + (cell_len(right) + 2 if right else 0) > width:
        return Text("\n").join((Text(text, style="bold"), *((Text(right, style="dim"),) if right else ())))
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column(ratio=1, no_wrap=True)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(Text(text, style="bold"), Text(right, style="dim"))
    return line


def _facts(facts: Facts) -> Padding:
    """Return names to the left and their texts beside."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")  # rich takes from the longer column first: names fold only beyond half the page
    table.add_column(overflow="fold")
    for fact in facts.rows:
        table.add_row(Text(plain(fact.name)), Text(plain(fact.text), style=_STYLES[fact.tone]))
    return Padding(table, (0, 0, 0, _INDENT))


def _fits(grid: Grid, width: int, between: int) -> bool:
    """Tell whether a table can be shown without cutting a cell; columns that wrap need a few characters only."""
    needed = _INDENT + between * (len(grid.columns) - 1)
    for number, column in enumerate(grid.columns):
        longest = max(cell_len(plain(cell)) for cell in (column.name, *(row.cells[number] for row in grid.rows)))
        needed += min(longest, _LEAST_WRAPPED) if column.wraps else longest
    return needed <= width


def _in_words(grid: Grid) -> Facts:
    """Return a table as facts, for a terminal too narrow for it: a row's first cell, then the others by name."""
    facts = []
    for row in grid.rows:
        named = [
            f"{column.name} {cell}".strip()
            for column, cell in list(zip(grid.columns, row.cells, strict=True))[1:]
            if cell.strip()
        ]
        facts.append(Fact(row.cells[0], ", ".join(named), row.tone))
    return Facts((*facts, *(Fact("", line, "dim") for line in grid.remark.split("\n") if line)))


def _grid(grid: Grid, between: int) -> Padding:
    """Return a table that fits, with its remark below."""
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, between - 1, 0, 0), pad_edge=False, show_edge=False, header_style="dim"
    )
    for column in grid.columns:
        table.add_column(
            Text(plain(column.name)),
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold",
        )
    for row in grid.rows:
        table.add_row(*(Text(plain(cell)) for cell in row.cells), style=_STYLES[row.tone])
    if grid.remark:
        table.caption = Text("\n".join(plain(line) for line in grid.remark.split("\n")), style="dim")
        table.caption_justify = "left"
    return Padding(table, (0, 0, 0, _INDENT))
