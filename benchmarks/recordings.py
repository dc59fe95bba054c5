"""Real recordings at hand: the folder named by the environment variable LEGSPEED_REAL."""

from __future__ import annotations

import os
import random
from pathlib import Path

from legspeed.errors import NotActivityError
from legspeed.readers import Entry, discover

VARIABLE = "LEGSPEED_REAL"


def folder() -> Path | None:
    """Return the folder of real recordings, or None when none is named."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def recordings(root: Path, sample: int | None = None, seed: int = 1) -> list[Entry]:
    """Return the recordings below a folder, or a seeded sample of them.

    Files that say themselves that they hold no activity are among them: a peer may see more in them than we do.
    """
    found = [e for e in discover(root) if e.error is None or isinstance(e.error, NotActivityError)]
    if sample is None or sample >= len(found):
        return found
    chosen = random.Random(seed).sample(range(len(found)), sample)
    return [found[k] for k in sorted(chosen)]


def raw(entry: Entry) -> bytes:
    """Return the decompressed bytes, whatever the entry says of itself."""
    import dataclasses

    return dataclasses.replace(entry, error=None).load()
