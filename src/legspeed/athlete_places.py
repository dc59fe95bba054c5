"""Where in the athlete file a value stands: its line, however it is written.

Python's TOML parser gives values without places. But the first lines of a valid file, up to the end of any statement,
are a valid file, too: the value stands in the statement with which it first appears.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

#: A file so odd that more trials are needed gets errors without lines: nobody is to wait for them.
_MOST_TRIALS: Final = 300


def line_of(text: str, way: Sequence[str | int]) -> int | None:
    """Return the line (from 1) on which a value of a valid TOML file begins; None where it is not found.

    Parameters
    ----------
    text : str
        The file.
    way : sequence of str or int
        Keys, and numbers of rows from 0, that lead to the value: ``("race", 1, "time")``.
    """
    lines = text.split("\n")
    trials = 0

    def parsed(count: int) -> Mapping[str, Any] | None:
        nonlocal trials
        trials += 1
        try:
            return tomllib.loads("\n".join([*lines[:count], ""]))
        except (ValueError, RecursionError):
            return None  # within a value of several lines

    without, within = 0, len(lines)  # numbers of lines: too few for the value, enough for it
    if not _holds(parsed(within), way):
        return None
    while within - without > 1:
        count = half = (without + within) // 2
        while (found := parsed(count)) is None and count > without and trials < _MOST_TRIALS:
            count -= 1
        if trials >= _MOST_TRIALS:
            return None
        without, within = (without, count) if _holds(found, way) else (half, within)
    begin = within
    while begin > 1 and parsed(begin - 1) is None:
        if trials >= _MOST_TRIALS:
            return None
        begin -= 1
    return begin


def _holds(content: Any, way: Sequence[str | int]) -> bool:  # noqa: ANN401 - whatever the file holds
    """Tell whether a way leads to a value."""
    for step in way:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
