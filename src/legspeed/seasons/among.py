"""A few runs judged among the runner's others: these say how fast he is and what his watch does, and stay unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from legspeed.model import FileResult, RunDigest
from legspeed.seasons.duplicates import same_run
from legspeed.seasons.results import Results
from legspeed.settings import Together


def others_beside(few: Sequence[RunDigest], results: Results, others: range, together: Together) -> None:
    """Take out of the others' results what must not stand beside the few runs; the results are changed in place.

    Other recordings of the few runs go, so that the very files asked for are judged. A run whose source has the name of
    one of the few gets another name. Of failures only missing paths stay, and nothing of what is no run: that is for a
    season's report to tell.
    """
    taken = {digest.source for digest in few}
    for at in others:
        result = results[at]
        digests = tuple(
            replace(d, source=f"{d.source}~2") if d.source in taken else d
            for d in result.digests
            if not any(same_run(one, d, together) for one in few)
        )
        missing = tuple(failure for failure in result.failures if failure.code == "missing")
        results.keep(at, FileResult(result.source, digests, failures=missing))
