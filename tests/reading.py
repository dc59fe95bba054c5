"""What tests of cleaning and of the formats share."""

from __future__ import annotations

from builders_xml import NOW
from legspeed.model import Activity
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.recording import Recording


def cleaned(found: Recording, **how) -> tuple[Activity, ...]:
    """Return the activities of a recording, as of `NOW`."""
    return normalize(found, source="a.fit", digest="0", **{"now": NOW, **how})


def one(found: Recording, **how) -> Activity:
    """Return the only activity of a recording."""
    (only,) = cleaned(found, **how)
    return only


def codes(found: Recording | Activity) -> dict[str, int]:
    """Return how many of each problem were found."""
    return {p.code: p.count for p in found.problems}
