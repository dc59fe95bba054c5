"""The same run twice: the same bytes, or the same start and length in another format. One of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from legspeed.model import Duplicate, RunDigest
from legspeed.settings import Together

_RICHEST_FIRST: Final = ("fit", "tcx", "gpx")


def without_duplicates(
    digests: Sequence[RunDigest], together: Together
) -> tuple[tuple[RunDigest, ...], tuple[Duplicate, ...]]:
    """Return the runs sorted by start, each once, and the recordings left out with the source that stands for them.

    Two recordings are one run when they start together and last as long, give or take the settings' seconds. FIT is
    kept before TCX before GPX, then the first source by name.
    """
    kept: list[RunDigest] = []
    left_out: list[Duplicate] = []
    for digest in sorted(digests, key=lambda d: (d.start, d.source)):
        place = next((i for i in _near(kept, digest, together) if _same_run(kept[i], digest, together)), None)
        if place is None:
            kept.append(digest)
        elif _rank(digest) < _rank(kept[place]):
            left_out.append(Duplicate(kept[place].source, digest.source))
            left_out = [Duplicate(d.source, digest.source) if d.of == kept[place].source else d for d in left_out]
            kept[place] = digest
        else:
            left_out.append(Duplicate(digest.source, kept[place].source))
    kept.sort(key=lambda d: (d.start, d.source))
    return tuple(kept), tuple(sorted(left_out, key=lambda d: d.source))


def _near(kept: Sequence[RunDigest], digest: RunDigest, together: Together) -> Sequence[int]:
    """Return the places of runs, latest first, that may start together with a later one; starts are sorted.

    A kept run may have been replaced by one that starts a little later, so the search goes twice as far back.
    """
    places = []
    for place in range(len(kept) - 1, -1, -1):
        if (digest.start - kept[place].start).total_seconds() > 2 * together.same_start_s:
            break
        places.append(place)
    return places


def _same_run(a: RunDigest, b: RunDigest, together: Together) -> bool:
    """Tell whether two recordings start together and last as long."""
    return (
        abs((a.start - b.start).total_seconds()) <= together.same_start_s
        and abs(a.elapsed_s - b.elapsed_s) <= together.same_elapsed_s
    )


def _rank(digest: RunDigest) -> tuple[int, str]:
    """Return how rich a recording is, the richest first."""
    known = digest.format in _RICHEST_FIRST
    return _RICHEST_FIRST.index(digest.format) if known else len(_RICHEST_FIRST), digest.source
