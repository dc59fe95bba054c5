"""The way of reading: all that, beside a file's content, decides what it gives; the book keeps its pages by it."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Final

from legspeed.settings import MAP_GROUPS, Settings
from legspeed.version import __version__

#: What of the code decides what a file gives, and what is decided about a season.
_DECIDES: Final = (
    "all_out.py", "athlete*.py", "kinds.py", "settings*.py", "threshold.py",
    "model/**/*.py", "readers/**/*.py", "segmenter/**/*.py", "seasons/**/*.py",
)  # fmt: skip


def way_of_reading(settings: Settings, *, laps: bool, strict: bool) -> str:
    """Return what, beside the content, decides what a file gives: code, settings of the map, laps, strictness."""
    return f"{code_version()} {settings.fingerprint(MAP_GROUPS)} {'laps' * laps} {'strict' * strict}".rstrip()


@functools.cache
def code_version() -> str:
    """Return the version of the code that reads and measures: ours, as it lies on disk, and that of numpy."""
    import importlib.util

    top = Path(__file__).parents[1]
    total = hashlib.sha256(__version__.encode())
    numpy = importlib.util.find_spec("numpy")  # its version without its start
    if numpy is not None and numpy.origin is not None:
        total.update(Path(numpy.origin).with_name("version.py").read_bytes())
    files = [file for kind in _DECIDES for file in top.glob(kind)]
    for file in sorted(files):
        total.update(file.relative_to(top).as_posix().encode() + file.read_bytes())
    return f"{__version__}+{total.hexdigest()[:12]}"
