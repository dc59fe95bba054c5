"""Developer fields in place of native ones that a file does not have, or in which nothing was written.

A native field always goes first, and the two are never mixed: a pod and a wrist differ in lag and in level, and a
column that changes from one to the other rises where nobody ran faster.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

import numpy as np

from legspeed.model import CHANNELS, F8, Problem
from legspeed.model.figures import has_value, median
from legspeed.readers.recording import CADENCE, Recording, StandIn
from legspeed.settings import USUAL_MEDIANS, Cleaning

_LONGEST_NAME: Final = 40
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    **{c.name: (c.low, c.high) for c in CHANNELS},
    CADENCE: next((c.low, c.high) for c in CHANNELS if c.name == "cadence_spm"),
}


def with_stand_ins(recording: Recording, cleaning: Cleaning) -> tuple[Recording, Problem | None]:
    """Fill channels that the file does not have from developer fields that say they measure them.

    Parameters
    ----------
    recording : Recording
        As a reader found it; it is not changed.
    cleaning : Cleaning
        ``distance_fall``.

    Returns
    -------
    Recording
        With more ``columns`` if there are any to take; ``developer`` is the same.
    Problem or None
        ``developer-channel``, which says what was taken from where; harmless.
    """
    taken: dict[str, StandIn] = {}
    columns = dict(recording.columns)
    for offer in sorted(recording.stand_ins, key=lambda offer: not offer.native):
        channel, native = offer.channel, recording.columns.get(offer.channel)
        if channel in taken or (native is not None and _is_written(channel, native)):
            continue
        values = recording.developer[offer.field]
        if offer.factor != 1.0:
            values = values * offer.factor
        if _is_written(channel, values) and _is_credible(offer, values, recording.unix_s, cleaning):
            taken[channel], columns[channel] = offer, values
    if not taken:
        return recording, None
    unit = taken[CADENCE].counts if CADENCE in taken else recording.cadence_unit
    said = [f"{_word(channel)} from {offer.field[:_LONGEST_NAME]!r}" for channel, offer in taken.items()]
    message = f"channels that the watch did not write were taken from developer fields: {', '.join(said)}"
    problem = Problem("developer-channel", message, len(taken), harmless=True)
    return dataclasses.replace(recording, columns=columns, cadence_unit=unit), problem


def _is_written(channel: str, values: F8) -> bool:
    """Tell whether a column holds anything: a watch without a sensor may write zeros all along."""
    return has_value(values) if channel == "altitude_m" else bool(np.count_nonzero(values > 0))


def _is_credible(offer: StandIn, values: F8, unix_s: F8, cleaning: Cleaning) -> bool:
    """Tell whether values can be the channel's."""
    known = np.isfinite(values) & np.isfinite(unix_s)
    if offer.channel != "altitude_m":
        known &= values > 0
    if not known.any():
        return False
    own = values[known]
    measurable = _RANGES[offer.channel]
    low, high = measurable if offer.unit_known else USUAL_MEDIANS.get(offer.channel, measurable)
    if offer.channel == "distance_m":
        if float(np.diff(own).min(initial=0.0)) < -cleaning.distance_fall * float(own.max()):
            return False
        if not offer.unit_known:
            seconds = float(np.ptp(unix_s[known]))
            return seconds > 0 and low <= float(np.ptp(own)) / seconds <= high
    return low <= median(own) <= high


def _word(channel: str) -> str:
    """Return what a channel is called: its name without the unit."""
    return "cadence" if channel == CADENCE else channel.rpartition("_")[0].replace("_", " ")
