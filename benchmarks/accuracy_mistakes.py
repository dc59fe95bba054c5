"""What went wrong, effort by effort: what was taken for one and is none, and what was seen of those missed."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy_scoring import RIGHT, Span, matches, overlap_s
from legspeed import Effort, Run


def mistakes(
    run: Run, true: Sequence[Span], *, ignore: Sequence[Span] = (), reach_s: float = 0.0, shift_s: float = 0.0
) -> tuple[str, ...]:
    """Return a line for every false or missed effort of a run.

    Parameters
    ----------
    run : Run
        As judged, with what it refused.
    true : sequence of (start, end)
        In seconds since the first record.
    ignore : sequence of (start, end)
        Stretches about which nothing is known, reaching `reach_s` beyond their ends.
    shift_s : float
        What is found is that much late.
    """
    found = [e for e in run.efforts if e.counts]
    spans = [(e.start_s - shift_s, e.end_s - shift_s) for e in found]
    matched = matches(spans, true, RIGHT)
    lines = [
        f"false  {_at(span)} {_said(effort)}"
        for i, (effort, span) in enumerate(zip(found, spans, strict=True))
        if i not in matched and not any(overlap_s(span, (a - reach_s, b + reach_s)) for a, b in ignore)
    ]
    missed = [t for j, t in enumerate(true) if j not in matched.values()]
    return (*lines, *(f"missed {_at(t)} {_seen(run, (t[0] + shift_s, t[1] + shift_s))}" for t in missed))


def _seen(run: Run, span: Span) -> str:
    """Return what there is at a missed effort: an effort that does not count or fit, a refusal, or nothing."""
    near = [
        f"seen {_at((e.start_s, e.end_s))} {_said(e)}" for e in run.efforts if overlap_s(span, (e.start_s, e.end_s))
    ]
    refused = [(overlap_s(span, (r.start_s, r.end_s)), r) for r in run.refused]
    shared, most = max(refused, key=lambda item: item[0], default=(0.0, None))
    if shared and most is not None:
        near.append(f"refused {_at((most.start_s, most.end_s))} as {most.reason}: {', '.join(most.evidence)}")
    return "; ".join(near) or "no burst there"


def _said(effort: Effort) -> str:
    grade = "" if effort.grade is None else f", grade {effort.grade:+.1%}"
    return f"{effort.kind} {effort.confidence:.2f}{grade}: {', '.join(effort.evidence)}"


def _at(span: Span) -> str:
    return f"{span[0]:.0f}-{span[1]:.0f} s"
