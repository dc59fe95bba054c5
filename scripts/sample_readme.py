"""The README of the sample files, written from what is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from odd_samples import MET, UNREADABLE
from sample_plan import RUNNER, SEASON

_HEAD = """# Sample files

A simulated season and some odd files, to try legspeed on and to test it with. Nobody ran this: `legspeed.simulate` made
all of it, and the tracks lie in the open Atlantic. {n} runs from March to July 2026 by a runner of 19:00 for 5 km
({five_k:.2f} m/s; maximal speed {top:.2f} m/s), local time two hours behind UTC. He wears one watch until May and from
June on another, which smooths its speed much more; now and then it is an old watch, a footpod or a phone.

    legspeed season sample_files

reads everything here except the hidden folder `odd/.unreadable` (a season passes hidden names by) and ends with exit
code 0. Made, with the same bytes each time, by

    python scripts/make_samples.py

`truth.json` says what really happened: for each run its efforts, in seconds since its first record, as the detector
should report them; `counts` is false for what is fast but no speed work (downhill, over a minute, slower than the gate:
`gate_ratio` below 1). `python scripts/make_samples.py --check` compares the folder with what the script makes.

## The season

Counted efforts only. The longest stretch without any: 25 days, from 2026-05-05 to 2026-05-30.

| file | run | km | counted efforts | not counted | watch, and what it does |
|---|---|---|---|---|---|
"""

_ODD = """
## Odd files

| file | what is odd | what legspeed makes of it |
|---|---|---|
"""

_UNREADABLE = """
## Unreadable on purpose

`legspeed analyze sample_files/odd/.unreadable/*` shows what is said of them.

| file | what is odd | what legspeed makes of it |
|---|---|---|
"""

_TIMER = {"runs": "", "rests": ", timer stopped in recoveries", "auto pause": ", pauses by itself"}
_LAPS = {"none": "", "km": "", "key": ", lap key at each effort"}


def readme(truth: Mapping[str, Any], sizes: Mapping[str, int]) -> str:
    """Return the README.

    Parameters
    ----------
    truth : mapping
        The content of truth.json.
    sizes : mapping
        Bytes of every file.
    """
    lines = [_HEAD.format(n=len(SEASON), five_k=RUNNER.five_k_speed_mps, top=RUNNER.max_speed_mps)]
    for sample in SEASON:
        row = truth[sample.name]
        watch = sample.watch.name + _TIMER[sample.watch.timer] + _LAPS[sample.watch.laps]
        counted, other = (_said(row["efforts"], counts) for counts in (True, False))
        lines.append(f"| `{sample.name}` | {row['session']} | {row['km']:.1f} | {counted} | {other} | {watch} |\n")
    for head, odds in ((_ODD, MET), (_UNREADABLE, UNREADABLE)):
        lines.append(head)
        lines += [f"| `{odd.name}` | {odd.story} | {odd.outcome} |\n" for odd in odds]
    lines.append(f"\nAll together {sum(sizes.values()) / 1e6:.1f} MB.\n")
    return "".join(lines)


def _said(efforts: list[dict[str, Any]], counts: bool) -> str:
    """Return the efforts in a few words: ``6 stride, 18-21 s``."""
    mine = [effort for effort in efforts if effort["counts"] is counts]
    words = []
    for kind, number in Counter(effort["kind"] for effort in mine).items():
        seconds = [round(e["end_s"] - e["start_s"]) for e in mine if e["kind"] == kind]
        span = f"{min(seconds)}-{max(seconds)}" if min(seconds) < max(seconds) else f"{seconds[0]}"
        words.append(f"{number} {kind}, {span} s")
    return "; ".join(words) or "-"
