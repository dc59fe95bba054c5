"""The same run on two watches: whether both show the same efforts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_print import Line, Section, told
from benchmarks.accuracy_real import absent
from benchmarks.accuracy_scoring import Span, matches, overlap_s
from benchmarks.accuracy_simulated import simulated
from legspeed import Activity, Effort, RunDigest, digest, read_all
from legspeed.errors import ReadError
from legspeed.model import JudgedRun
from legspeed.readers import discover
from legspeed.segmenter import judge

#: Both recordings share at least this part of the shorter one, and so many seconds.
_SHARED: Final = 0.8
_SHARED_S: Final = 600.0
_WITHIN_S: Final = 2.0
_SPEED_WITHIN: Final = 0.03
_SAME: Final = 0.3
#: Simulated watches that are compared, and whose 5 km time (s).
_ATHLETE_S: Final = 1140
_PLAIN: Final = "steady 1 s"
_OTHERS: Final = ("heavily smoothed", "footpod", "distance integrated from speed", "city canyon", "smart recording")


@dataclass(frozen=True)
class Pair:
    """One effort of the first watch beside its like on the second; either may be missing. ``reason`` says why.

    ``edges_s`` and ``speed`` are how far apart edges (s) and mean speeds (share) are, ``speed_known`` is twice the
    standard error of that, as both state it.
    """

    first: Effort | None
    second: Effort | None
    edges_s: float | None = None
    speed: float | None = None
    speed_known: float | None = None
    reason: str = ""

    @property
    def same(self) -> bool:
        """Whether both watches show the same: edges within 2 s, speed within 3 %."""
        return (
            self.edges_s is not None
            and self.speed is not None
            and (self.edges_s <= _WITHIN_S and self.speed <= _SPEED_WITHIN)
        )

    @property
    def excused(self) -> bool:
        """Whether they differ in speed alone, by no more than both say they may."""
        return (
            not self.same
            and self.edges_s is not None
            and self.speed is not None
            and self.speed_known is not None
            and (self.edges_s <= _WITHIN_S and self.speed <= self.speed_known)
        )


@dataclass(frozen=True)
class View:
    """What one watch has seen: the digest of its recording, and how that was judged."""

    digest: RunDigest
    judged: JudgedRun

    def spans(self) -> list[tuple[Effort, Span]]:
        """Return the counted efforts with their place in Unix time."""
        begun = self.digest.start.timestamp()
        return [(e, (begun + e.start_s, begun + e.end_s)) for e in self.judged.efforts if e.counts]

    def reason(self, span: Span) -> str:
        """Return what it says about a stretch (Unix time) where it has no effort; empty when it says nothing."""
        assessable, begun = self.digest.assessable, self.digest.start.timestamp()
        if not assessable.strides:
            return assessable.why or "not assessable"
        here = span[0] - begun, span[1] - begun
        for refusal in self.judged.refused:
            if overlap_s(here, (refusal.start_s, refusal.end_s)):
                return f"refused as {refusal.reason}: {', '.join(refusal.evidence)}"
        for effort in self.judged.efforts:
            if not effort.counts and overlap_s(here, (effort.start_s, effort.end_s)):
                return f"{effort.kind} of confidence {effort.confidence:.2f}: {', '.join(effort.evidence)}"
        return ""


def twins(activities: Sequence[Activity]) -> Iterator[tuple[Activity, Activity]]:
    """Yield pairs of recordings of one run by two watches: they overlap in time, and are no conversions of one file.

    A conversion begins in the same instant; two watches are started by two presses of a key.
    """
    for a, b in combinations(activities, 2):
        if a.device == b.device or abs((a.start - b.start).total_seconds()) < 0.5:
            continue
        shared = overlap_s(_when(a), _when(b))
        if shared >= max(_SHARED_S, _SHARED * min(a.elapsed_s, b.elapsed_s)) and "cycling" not in (a.sport, b.sport):
            yield a, b


def _when(activity: Activity) -> Span:
    begun = activity.start.timestamp()
    return begun, begun + activity.elapsed_s


def compare(a: View, b: View) -> list[Pair]:
    """Lay the counted efforts of two recordings side by side, in the time of day."""
    ours, theirs = a.spans(), b.spans()
    matched = matches([s for _, s in ours], [s for _, s in theirs], _SAME)
    pairs = []
    for i, (mine, span) in enumerate(ours):
        if i not in matched:
            pairs.append(Pair(mine, None, reason=b.reason(span)))
            continue
        other, there = theirs[matched[i]]
        edges = max(abs(span[0] - there[0]), abs(span[1] - there[1]))
        faster = abs((mine.mean_speed_mps or 0.0) / (other.mean_speed_mps or 1.0) - 1.0)
        known = 2.0 * math.hypot(*((e.mean_speed_se_mps or 0.0) / (e.mean_speed_mps or 1.0) for e in (mine, other)))
        pairs.append(Pair(mine, other, edges, faster, known))
    lone = [theirs[j] for j in range(len(theirs)) if j not in matched.values()]
    return pairs + [Pair(None, effort, reason=a.reason(span)) for effort, span in lone]


def together(a: Activity, b: Activity) -> tuple[View, View]:
    """Judge two recordings of one run against one yardstick: the runner is the same."""
    digests = [digest(activity, laps=False) for activity in (a, b)]
    first, second = judge(digests, laps=False).runs
    return View(digests[0], first), View(digests[1], second)


def section(measured: Measured) -> Section:
    """Print every pair of recordings that is found."""
    title = "the same run on two watches: efforts within 2 s and 3 % of speed, or a stated reason"
    lines = [_simulated(watch, views) for watch, views in simulated_views().items()]
    root = measured.folder("odd")
    if root is None:
        return Section("watches", title, (*absent("watches", title).lines, *lines))
    activities: list[Activity] = []
    for entry in discover(root):
        try:
            activities += read_all(entry)
        except ReadError:
            continue
    rows: list[str] = []
    for a, b in twins(activities):
        pairs = compare(*together(a, b))
        what = f"{a.device} and {b.device}, {a.start:%Y-%m-%d}"
        lines.append(_line(what, pairs))
        rows += [what, *(f"  {_row(a.start, b.start, pair)}" for pair in pairs)]
    return Section("watches", title, tuple(lines), cases=tuple(rows))


def simulated_views() -> dict[str, list[tuple[View, View]]]:
    """Return, per watch, the runs of one athlete as the plainest watch has seen them and as that one has.

    The same runner, session and seed are the same run; each watch is judged by a season of its own.
    """
    views: dict[str, dict[str, View]] = {}
    for watch in (_PLAIN, *_OTHERS):
        digests = [digest(run.activity, laps=False) for run in simulated(_ATHLETE_S, watch, seeds=1)]
        judged = judge(digests, laps=False).runs
        views[watch] = {d.source: View(d, run) for d, run in zip(digests, judged, strict=True)}
    return {watch: [(views[_PLAIN][source], view) for source, view in views[watch].items()] for watch in _OTHERS}


def _simulated(watch: str, views: Sequence[tuple[View, View]]) -> Line:
    pairs = [pair for a, b in views for pair in compare(a, b)]
    same, said = sum(pair.same for pair in pairs), sum(not pair.same and bool(pair.reason) for pair in pairs)
    edges = sum(pair.edges_s is not None and pair.edges_s > _WITHIN_S for pair in pairs)
    speed = sum(pair.speed is not None and pair.speed > _SPEED_WITHIN for pair in pairs)
    excused = sum(pair.excused for pair in pairs)
    note = (
        f"of {len(pairs)}; {same} the same, {edges} with other edges, {speed} with other speed, {excused} of these by "
        f"no more than both state, {said} lone with a reason"
    )
    share = (same + excused + said) / max(1, len(pairs))
    return told(f"simulated, {_PLAIN} and {watch}", f"{share:.1%}", share, note)


def _line(what: str, pairs: Sequence[Pair]) -> Line:
    if not pairs:
        return told(what, "no effort on either")
    good = sum(pair.same or pair.excused or bool(pair.reason) for pair in pairs)
    return Line(what, float(good), f"{good} of {len(pairs)}", "all", good == len(pairs))


def _row(first: dt.datetime, second: dt.datetime, pair: Pair) -> str:
    def said(begun: dt.datetime, effort: Effort | None) -> str:
        if effort is None:
            return f"{'none':28}"
        at = begun + dt.timedelta(seconds=effort.start_s)
        return f"{f'{at:%H:%M:%S} {effort.duration_s:3.0f} s {effort.mean_speed_mps or 0:.2f} m/s':28}"

    row = f"{said(first, pair.first)} {said(second, pair.second)}"
    if pair.edges_s is not None and pair.speed is not None:
        return f"{row} edges {pair.edges_s:.1f} s, speed {pair.speed:.1%}{'' if pair.same else '  DIFFERENT'}"
    return f"{row} {pair.reason or 'NO REASON'}"
