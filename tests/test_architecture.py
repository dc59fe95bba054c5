"""The house's rules, read from the source: imports run one way, packages stay in their rooms, files stay small."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "legspeed"
FILES = sorted(SRC.rglob("*.py"))

FLOORS = {
    "model": 0,
    "errors": 0,
    "version": 0,
    "threshold": 1,
    "settings": 1,
    "settings_measuring": 1,
    "settings_reading": 1,
    "settings_season": 1,
    "settings_yardstick": 1,
    "kinds": 1,
    "all_out": 1,
    "athlete": 1,
    "athlete_places": 1,
    "athlete_values": 1,
    "athlete_edit": 1,
    "readers": 2,
    "segmenter": 2,
    "exposure": 2,
    "reporter": 2,
    "simulate": 2,
    "seasons": 3,
    "stop": 4,
    "console": 4,
    "console_edit": 4,
    "console_unused": 4,
    "cli_options": 4,
    "cli_app": 4,
    "cli_own_file": 4,
    "cli": 4,
    "__main__": 4,
    "__init__": 5,
}
ROOMS_APART = 2  # on this floor no room knows another

#: The same inside a house that has rooms of its own; there, too, imports run downwards only.
INSIDE = {
    "readers": {
        "recording": 0,
        "labels": 0,
        "content": 1,
        "fit": 2,
        "xml": 2,
        "cleaning": 2,
        "registry": 2,
        "reference": 3,
        "containers": 3,
        "api": 4,
        "__init__": 5,
    }
}

#: Where each package may be imported; True: at the top of the file, False: inside functions only.
PLACES = {
    "numpy": {"": True},
    "fastcrc": {"readers/": True, "simulate/write": True},
    "typer": {"cli": True},
    "pyarrow": {"reporter/parquet.py": False},
    "platformdirs": {"seasons/book.py": False},
    "rich": {"reporter/terminal.py": True, "cli_options.py": False},
    "fitparse": {"readers/reference": False, "simulate/write": False},
    "gpxpy": {"readers/reference": False, "simulate/write": False},
    "garmin_fit_sdk": {"simulate/write": False},
}


def imports(tree):
    """Yield (module, names, line, at the top of the file) of every import, `if TYPE_CHECKING` left out."""

    def walk(node, top):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                yield from ((alias.name, (), child.lineno, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                names = tuple(alias.name for alias in child.names)
                yield "." * child.level + (child.module or ""), names, child.lineno, top
            else:
                yield from walk(child, top and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    yield from walk(tree, True)


def rooms_of(module, names, house, floors):
    """Return the rooms of a house that an import enters; the house itself counts as its front door, ``__init__``."""
    if module == house:
        return {name if name in floors else "__init__" for name in names or ("__init__",)}
    return {module.removeprefix(house + ".").split(".")[0]} if module.startswith(house + ".") else set()


def against_the_order(here, module, names):
    """Yield the rules that an import from the file `here` breaks, on the floors of the whole and inside its house."""
    parts = here.removesuffix(".py").split("/")
    houses = [("legspeed", FLOORS, parts[0])]
    if parts[0] in INSIDE:
        houses.append((f"legspeed.{parts[0]}", INSIDE[parts[0]], parts[1]))
    for house, floors, room in houses:
        for other in rooms_of(module, names, house, floors):
            if floors[other] > floors[room]:
                yield f"{room} imports {other}, which is above it"
            elif floors[other] == floors[room] == ROOMS_APART and other != room:
                yield f"{room} imports {other}, a room beside it"


def broken_rules(path, source):
    """Return ``file:line: rule`` for every import that breaks one."""
    here = path.relative_to(SRC).as_posix()
    found = []
    for module, names, line, top in imports(ast.parse(source)):
        where = f"{here}:{line}: "
        package = module.split(".")[0]
        if module.startswith("."):
            found.append(where + "relative import")
        elif package == "legspeed":
            found += [where + rule for rule in against_the_order(here, module, names)]
        elif package not in sys.stdlib_module_names:
            places = [top_allowed for place, top_allowed in PLACES.get(package, {}).items() if here.startswith(place)]
            if not places:
                found.append(where + f"{package} may not be imported here")
            elif top and not any(places):
                found.append(where + f"{package} is to be imported inside a function")
    return found


def test_imports_run_one_way_and_packages_stay_in_their_rooms():
    broken = [rule for path in FILES for rule in broken_rules(path, path.read_text("utf-8"))]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("place", "line", "rule"),
    [
        ("model.py", "import legspeed.settings", "above it"),
        ("readers/fit/rows.py", "from legspeed.segmenter import digest", "a room beside it"),
        ("readers/fit/rows.py", "from legspeed.readers.xml import times", "a room beside it"),
        ("readers/cleaning/laps.py", "from legspeed.readers import registry", "a room beside it"),
        ("readers/content.py", "from legspeed.readers.containers import archives", "above it"),
        ("readers/xml/gpx.py", "def f():\n    from legspeed.readers import read", "above it"),
        ("exposure/weeks.py", "def f():\n    from legspeed.reporter import words", "a room beside it"),
        ("segmenter/speed.py", "from legspeed import seasons", "above it"),
        ("reporter/document.py", "from legspeed import __version__", "above it"),
        ("segmenter/speed.py", "from . import grade", "relative"),
        ("readers/fit/rows.py", "import fitparse", "may not be imported here"),
        ("readers/reference.py", "import fitparse", "inside a function"),
        ("cli_options.py", "import rich.table", "inside a function"),
        ("console.py", "import typer", "may not be imported here"),
        ("seasons/season.py", "import pandas", "may not be imported here"),
    ],
)
def test_the_rules_are_seen_when_broken(place, line, rule):
    (found,) = broken_rules(SRC / place, line)
    assert rule in found


def test_every_room_stands_on_a_floor():
    rooms = {path.relative_to(SRC).parts[0].removesuffix(".py") for path in FILES}
    assert rooms == set(FLOORS)
    for house, floors in INSIDE.items():
        inside = {path.relative_to(SRC / house).parts[0].removesuffix(".py") for path in (SRC / house).rglob("*.py")}
        assert inside == set(floors)


def test_no_source_file_passes_400_lines():
    long = {p.relative_to(ROOT).as_posix(): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert not long


def project_files():
    """Return the project's text files: those git knows or would take; without git, those of the source folders."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        paths = [ROOT / name for name in names if name]
    else:
        paths = [p for folder in ("src", "tests", "docs", "benchmarks") for p in (ROOT / folder).rglob("*")]
    return [p for p in paths if p.is_file() and b"\0" not in p.read_bytes()[:1024]]


def test_nothing_names_the_place_where_it_was_written():
    # Written in pieces, so that this file does not find itself.
    words = ["/wo" + "rk/", "/tm" + "p/v/", "far" + "m-", "../sha" + "red", "/sha" + "red/real"]
    allowed = {(".ci/run", words[3]), (".ci/run", words[4])}
    found = []
    for path in project_files():
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            found += [f"{name}:{number}: {word}" for word in words if word in line and (name, word) not in allowed]
    assert not found, "\n".join(found)
