"""Passing over messages that nobody reads, many at a time.

Newer watches write dozens of small messages of unknown meaning between two records. What follows from the definitions
in force, "a record, then any number of those", is a regular language, and the engine of `re` walks it ten times as
quickly as a loop of Python can.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

_LOOK: Final = 64  # messages noted between two looks at whether it is worth it
_WORTH: Final = 2  # messages passed over for each one noted from which on this is quicker than one by one

#: Of each header byte that is defined: the size of its messages, and whether they are passed over.
Layout = tuple[tuple[int, int, bool], ...]


class _Patterns(NamedTuple):
    """``run`` matches messages to pass over, ``step`` one to note and all to pass over behind it.

    Where neither is, ``step`` matches all that is left, as its only group. ``worth`` is, by header, how many bytes a
    message and those passed over behind it must have for this to be worth it.
    """

    run: re.Pattern[bytes]
    step: re.Pattern[bytes]
    worth: Mapping[int, int]


@functools.lru_cache(maxsize=64)  # a watch uses the same few layouts in every file of a season
def _patterns(layout: Layout) -> _Patterns:
    """Compile what the definitions in force allow; it takes as long as a thousand messages one by one."""
    layout = tuple(sorted(layout, key=lambda item: item[1]))  # alternatives are tried in turn; small ones are many
    passed = b"|".join(_message(head, size) for head, size, idle in layout if idle)
    noted = b"|".join(_message(head, size) for head, size, idle in layout if not idle) or b"(?!)"
    run = b"(?:" + passed + b")*+"
    step = b"(?:" + noted + b")" + run + b"|(.+)"
    smallest = min(size for _, size, idle in layout if idle)
    worth = {head: size + _WORTH * smallest for head, size, _ in layout}
    return _Patterns(re.compile(run, re.DOTALL), re.compile(step, re.DOTALL), worth)


def _message(head: int, size: int) -> bytes:
    """Return what matches one message; nothing in it is gone back to."""
    return re.escape(bytes((head,))) + b".{%d}+" % (size - 1)


def skim(data: bytes, pos: int, stop: int, layout: Layout, adds: Sequence[Callable[[int], None]]) -> tuple[int, bool]:
    """Walk from a message that is passed over at `pos`; tell those to note by their header's entry in `adds`.

    Returns
    -------
    int
        Where it stopped: at `stop`, at a message that runs over it, or at what is no message of the layout.
    bool
        Whether it was worth it.
    """
    run, step, worth = _patterns(layout)
    first = run.match(data, pos, stop)
    begin = pos = pos if first is None else first.end()
    least = 0  # bytes walked if it is to be worth it
    matches = step.finditer(data, pos, stop)
    while chunk := list(islice(matches, _LOOK)):
        last = chunk[-1]
        if last.lastindex:
            chunk.pop()
        for match in chunk:
            at = match.start()
            adds[data[at]](at)
        if last.lastindex:
            return last.start(), True
        pos = last.end()
        least += _LOOK * worth[data[last.start()]]
        if len(chunk) == _LOOK and pos - begin < least:
            return pos, False
    return pos, True
