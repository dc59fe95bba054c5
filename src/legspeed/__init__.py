"""Find every near-maximal effort in a runner's watch files, and how recently true speed was touched.

::

    import legspeed

    run = legspeed.read("strides.fit")            # one recording, as columns
    season = legspeed.season("export.zip")        # all of them: efforts, weeks, gaps
    season.exposure.days_since

Names are imported when they are first used, so that ``import legspeed`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legspeed.athlete import Athlete
    from legspeed.errors import (
        DamagedError,
        EncryptedError,
        LegspeedError,
        LimitError,
        NotActivityError,
        NoTimeError,
        OutputError,
        ReadError,
        SettingsError,
        UnknownFormatError,
    )
    from legspeed.model import Activity, Effort, Exposure, Gap, Lap, Problem, Run, RunDigest, Season
    from legspeed.readers.api import read, read_all
    from legspeed.seasons.season import analyze, season
    from legspeed.segmenter import digest
    from legspeed.settings import Settings
    from legspeed.version import __version__ as __version__

__all__ = [
    "Activity",
    "Athlete",
    "DamagedError",
    "Effort",
    "EncryptedError",
    "Exposure",
    "Gap",
    "Lap",
    "LegspeedError",
    "LimitError",
    "NoTimeError",
    "NotActivityError",
    "OutputError",
    "Problem",
    "ReadError",
    "Run",
    "RunDigest",
    "Season",
    "Settings",
    "SettingsError",
    "UnknownFormatError",
    "analyze",
    "digest",
    "read",
    "read_all",
    "season",
]

#: Where a public name lives; all others of `__all__` are in ``errors`` or ``model``.
_HOMES = {
    "__version__": "version",
    "Athlete": "athlete",
    "Settings": "settings",
    "analyze": "seasons.season",
    "digest": "segmenter",
    "read": "readers.api",
    "read_all": "readers.api",
    "season": "seasons.season",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use (PEP 562)."""
    if name not in __all__ and name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name) or ("errors" if name.endswith("Error") else "model")
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__, *_HOMES})
