"""What input does in the wild, by number: a test that shows a case carries ``@pytest.mark.case(number)``.

``python tests/cases.py`` prints each case with the tests that show it; ``pytest -m case`` runs them all. The forty
small FIT files that break other parsers have numbers of their own, 00 to 39, in ``test_fit_constructions.py``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent

CASES = {
    1: "an hour as a watch writes it, every kind of message there: all values exact, and nothing to complain of",
    2: "cut off after any byte: every complete record is kept, and the cut is said",
    3: "a FIT header of length 0 without a check sum, as a watch leaves it that ran out of power: all records",
    4: "a FIT header that states too much or too little: all records",
    5: "check sums wrong or never written: the same values; said, but for the header's own, which may be left out",
    6: "bytes behind the end: the same values, and said",
    7: "FIT files one behind the other: two runs are two, a strap's heart rates are no second one",
    8: "developer fields without description, described afterwards, without their app: native values stand",
    9: "developer fields with the numbers of native ones: native values stand",
    10: "FIT fields of impossible size, of none, of unknown type, arrays in place of numbers: the others stand",
    11: "a FIT field declared twice and shorter than it is written: reading finds its way back",
    12: "FIT in big-endian, in both orders, with an order mark that does not exist: the same values",
    13: "FIT time stamps of five bits over many turns: exact times",
    14: "speed and distance packed in three bytes, some without a value: exact, or missing",
    15: "speed in the old field, the wide one, both, one of them empty; empty everything: never a sentinel as a value",
    16: "records that share their second and have a part of the values each: one record",
    17: "seconds twice, steps back of seconds and of an hour: said, the same each time, cut where the clock was set",
    18: "pauses by key, by the watch itself, by silence, without an end: no effort spans one, and the totals are right",
    19: "a record every few seconds, as the watch sees fit: the same efforts as with one each second",
    20: "several sports in one file, summary first or last, the parent's times in each part: its runs and nothing else",
    21: "cadence with its fraction, without it, of both feet, 0 at rest: steps of both feet, and said if unusual",
    22: "FIT without file_id, session, lap, activity or events: read",
    23: "what is no activity or next to nothing: one line that says so",
    24: "damage inside a FIT file: what is sound is kept, nothing is read shifted, and it is said",
    25: "texts without end, in no encoding, with markup, formulas and directions: safe to show in every output",
    26: "indoors: speed of a pod, or nothing but a treadmill's distance: analysed",
    27: "clocks of another age, week counters that started again, local and universal time swapped: said, not shifted",
    28: "GPX times: none, some missing, in every spelling, without zone: the same instants, or said",
    29: "GPX extensions in every spelling: the same values",
    30: "positions at 0/0, spikes of one and several points, two in one instant: gone, and the good ones stay",
    31: "XML with blanks or marks before it, in other encodings, with control characters, cut off: all that is there",
    32: "XML that attacks: refused at once, in little memory",
    33: "TCX: points of time alone, pauses, extensions in any namespace, offsets, nothing at all: read, or said",
    37: "a phone's health export and a watch's folder: their runs, and none of the rest",
    38: "archives that attack: refused quickly and in little memory; nothing is written, no name is followed",
}


def claims() -> dict[int, list[str]]:
    """Return the tests that carry a case's mark, ``file::test`` by number."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(HERE.glob("test_*.py")):
        for name, node in _tests(ast.parse(path.read_text("utf-8"))):
            for mark in node.decorator_list:
                for number in _numbers(mark):
                    found[number].append(f"{path.name}::{name}")
    return found


def _tests(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield what pytest collects: functions called ``test_…``, also in classes called ``Test…``."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from ((f"{node.name}::{name}", one) for name, one in _functions(node.body))
    yield from _functions(tree.body)


def _functions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, node


def _numbers(mark: ast.expr) -> list[int]:
    """Return the numbers of ``pytest.mark.case(…)``; nothing for any other decorator."""
    if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.case":
        return []
    return [ast.literal_eval(argument) for argument in mark.args]


if __name__ == "__main__":
    shown_by = claims()
    for number, words in CASES.items():
        print(f"{number:2d}  {words}")
        print("".join(f"      {test}\n" for test in shown_by[number]))
