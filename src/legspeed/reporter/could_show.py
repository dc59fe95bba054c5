"""What a recording could have shown, in a line: of one run, and of a file that is inspected."""

from __future__ import annotations

from legspeed.model import Assessability
from legspeed.reporter.blocks import Fact


def could_show(can: Assessability) -> Fact:
    """Say what a run could have shown, and why not more."""
    if can.strides and can.hill_sprints:
        return Fact("Could show", "strides and hill sprints")
    shown = (
        "strides, not hill sprints" if can.strides else "hill sprints only" if can.hill_sprints else "no short efforts"
    )
    return Fact("Could show", f"{shown}: {can.why}" if can.why else shown, "notice")
