"""Reading small FIT files in tests."""

from __future__ import annotations

import builders_fit as fit
from legspeed.readers.fit import read
from legspeed.readers.recording import Recording
from legspeed.settings import Limits

LIMITS = Limits()
START = fit.START
#: The first record's time in seconds since 1970.
UNIX = START + fit.FIT_EPOCH_S


def one(data: bytes, limits: Limits = LIMITS) -> Recording:
    (recording,) = read(data, limits)
    return recording


def codes(recording: Recording) -> set[str]:
    return {p.code for p in recording.problems}


def records(fields: list, rows: list[tuple], *, before: bytes = b"", after: bytes = b"", **layout) -> bytes:
    shape = fit.Layout(5, 20, fields, **layout)
    return fit.fit_file(
        [fit.file_id(), before, shape.definition(), *(shape.data(START + k, *row) for k, row in enumerate(rows)), after]
    )
