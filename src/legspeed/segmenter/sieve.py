"""Which candidates can matter at all: one in ten. The others are passed over in columns, before anything is weighed.

What is computed here must not be stricter than :func:`legspeed.segmenter.choose.verdict` and ``choose``; a candidate
more changes nothing, one less would. A test holds both ways of judging against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from legspeed.model import F8, Burst, Bursts, RunDigest
from legspeed.model.bursts import places
from legspeed.segmenter.context import Context
from legspeed.segmenter.ramps import low_mps
from legspeed.settings import Settings

#: Sums in columns may round otherwise than one by one.
_ROUNDING: Final = 1e-9
_COLUMNS: Final = (
    "start_s", "end_s", "open_start", "open_end", "stretch_start_s", "plateau_speed_mps", "mid_speed_mps",
    "low_speed_mps", "base_speed_mps", "after_speed_mps", "bar_high_mps", "grade", "grade_se",
)  # fmt: skip


class Sieve:
    """All candidates of a season in columns.

    Parameters
    ----------
    digests : sequence of RunDigest
        The runs; what is asked later is in their order.
    """

    def __init__(self, digests: Sequence[RunDigest]) -> None:
        self._bursts = [digest.bursts for digest in digests]
        self._counts = [len(bursts) for bursts in self._bursts]
        wanted = places(_COLUMNS)
        parts = [Bursts.of(bursts).table[:, wanted] for bursts in (*self._bursts, ())]
        self._columns = dict(zip(_COLUMNS, np.ascontiguousarray(np.concatenate(parts).T), strict=True))
        self._taken: dict[tuple[int, int], Burst] = {}

    def near(self, contexts: Sequence[Context], settings: Settings, *, share: float) -> list[tuple[Burst, ...]]:
        """Return, run by run, the candidates that may reach this `share` of their gate.

        With them come the longer even efforts of which such a one may be only the fastest part.
        """
        if not sum(self._counts):
            return [() for _ in self._counts]
        near = np.flatnonzero(_near_the_gate(self._columns, self._counts, contexts, settings, share))
        begins = np.cumsum([0, *self._counts])
        edges = np.searchsorted(near, begins).tolist()
        return [
            tuple(self._burst(run, at - begin) for at in near[first:last].tolist())
            for run, (begin, first, last) in enumerate(zip(begins.tolist(), edges, edges[1:], strict=False))
        ]

    def _burst(self, run: int, at: int) -> Burst:
        """Return a candidate, made once however often it is taken."""
        burst = self._taken.get((run, at))
        if burst is None:
            burst = self._taken[run, at] = self._bursts[run][at]
        return burst


def _near_the_gate(
    columns: dict[str, F8], counts: Sequence[int], contexts: Sequence[Context], settings: Settings, share: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell of every candidate whether it may matter: as one effort near its gate, or as an even longer effort."""
    judging, slope = settings.judging, settings.slope
    delay, error, long_gate, short_flat, short_hill, unsure, tempo = (
        np.repeat(np.array(values, dtype=np.float64), counts)
        for values in zip(*(_of_run(context, settings) for context in contexts), strict=True)
    )
    start, end = columns["start_s"], columns["end_s"]
    duration = end - start
    start = np.where(columns["open_start"] > 0, start, start - delay)
    end = np.where(columns["open_end"] > 0, end, np.maximum(end - delay, 0.5 * duration))
    start = np.maximum(columns["stretch_start_s"], np.minimum(start, end - 0.5 * duration))
    seconds = end - start

    plateau, grade, se = columns["plateau_speed_mps"], columns["grade"], columns["grade_se"] * error
    known = ~np.isnan(grade) & (se <= slope.kind_se)
    sure = np.where(known, np.clip(grade - se, 0.0, slope.credit_most), 0.0)
    sprint = np.exp(slope.sprint_k * sure)
    steady = 1.0 + slope.steady_linear * sure + slope.steady_square * sure * sure
    flat = plateau * (sprint + (steady - sprint) * (1.0 - np.exp(-slope.fade_per_s * seconds)))
    uphill = known & (grade - se >= judging.hill_gate_grade - _ROUNDING)

    least_gate = long_gate / unsure
    long_gate = np.where(seconds >= judging.long_s + _ROUNDING, long_gate, least_gate)
    short_gate = np.where(uphill, np.minimum(short_hill, short_flat), short_flat)
    part = np.clip((seconds - judging.short_s) / (judging.long_s - judging.short_s), 0.0, 1.0)
    gate = np.maximum(long_gate, short_gate + (long_gate - short_gate) * part)
    gate_here = gate * plateau / np.maximum(flat, 1e-6)
    slack = 1.0 - _ROUNDING
    mid, low = columns["mid_speed_mps"], columns["low_speed_mps"]
    beside = columns["base_speed_mps"], columns["after_speed_mps"]
    near: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (
        (flat >= slack * share * gate)
        & (mid >= slack * judging.mid_share * gate_here)
        & (low_mps(duration, plateau, mid, low, *beside, judging) >= slack * judging.low_share * gate_here)
        & (columns["bar_high_mps"] >= slack * judging.bar_share * plateau)
    )
    # What is fast may be no more than the crest of an even effort; then that one must be at hand. And a rep at 5 km
    # pace, or a tempo, is told among what was refused.
    held_mps = flat * np.minimum(1.0, mid / np.maximum(plateau, 1e-6))
    held = (low >= slack * judging.steady_share * plateau) & (
        ((1.0 + judging.crest) * flat >= slack * least_gate)
        | ((held_mps >= slack * tempo) & (held_mps < gate) & (seconds >= judging.long_s - _ROUNDING))
    )
    return near | held


def _of_run(context: Context, settings: Settings) -> tuple[float, float, float, float, float, float, float]:
    """Return what is the same for all candidates of a run: delay, grade error, and the corners of its gate."""
    yardstick, tiers = context.yardstick, settings.tiers
    unsure = 1.0 if yardstick.sure else 1.0 + settings.judging.unsure_margin
    return (
        context.delay_s,
        context.grade_error,
        tiers.five_k_ratio * yardstick.five_k_speed_mps * unsure,
        tiers.turnover * yardstick.max_speed_mps,
        tiers.turnover_hill * yardstick.max_speed_mps,
        unsure,
        context.tempo_mps(settings),
    )
