"""A note's numbers held against the efforts that it names: :func:`check_note`."""

from __future__ import annotations

import datetime as dt
import re
from statistics import median

from pages import DAY, near


def check_note(note: dict, document: dict) -> None:
    """Trace every number of a note to the efforts that it names, and to the runs of the days it speaks of."""
    efforts = [_traced(name, document) for name in note["efforts"]]
    {
        "start-small": _start_small,
        "jump": _jump,
        "tired-legs": _tired_legs,
        "short-rest": _short_rest,
        "strides-all-out": _strides_all_out,
        "long-all-out": _long_all_out,
        "twice-a-week": _twice_a_week,
        "not-visible": _not_visible,
    }[note["code"]](note["text"], efforts, document)


def _traced(name: str, document: dict) -> tuple[dict, dict]:
    """Return run and effort behind ``source@start_s``."""
    source, _, start = name.rpartition("@")
    ((run, effort),) = [
        (run, effort)
        for run in document["runs"]
        for effort in run["efforts"]
        if run["source"] == source and effort["start_s"] == float(start)
    ]
    return run, effort


def _long(effort: dict) -> float:
    return effort["end_s"] - effort["start_s"]


def _recent(text: str, document: dict) -> list[dict]:
    """Return the runs of the days that a note speaks of: ``in the 28 days to 2024-03-01``."""
    days, until = re.search(rf"in the (\d+) days to ({DAY})", text).groups()
    last = dt.date.fromisoformat(until)
    first = (last - dt.timedelta(days=int(days) - 1)).isoformat()
    return [run for run in document["runs"] if first <= run["local_date"] <= until]


def _start_small(text, efforts, document) -> None:
    days, least = re.search(r"(\d+) days(?: \((\d+) at least\))?", text).groups()
    back = re.search(rf"after \d+ days(?: \(\d+ at least\))? without, on ({DAY}), was (.*?)\. A small", text)
    gaps = [g for g in document["gaps"] if g["days"] == int(days) and g["days_min"] == int(least or days)]
    if back is None:
        since = re.search(rf"since ({DAY})", text)[1]
        assert [g for g in gaps if g["open"] and g["from"] == since]
        assert {run["local_date"] for run, _ in efforts} <= {since}
        return
    assert [g for g in gaps if g["to"] == back[1]]
    assert {run["local_date"] for run, _ in efforts} == {back[1]}
    hills = sum(e["kind"] == "hill_sprint" for _, e in efforts)
    said = {words: int(n) for n, words in re.findall(r"(\d+) (hill sprint|other effort|effort)", back[2])}
    others = "other effort" if hills else "effort"
    assert said == {k: n for k, n in (("hill sprint", hills), (others, len(efforts) - hills)) if n}


def _jump(text, efforts, _document) -> None:
    now, date = re.search(rf"(\d+) s in efforts that reached \d+ % of maximal speed on ({DAY})", text).groups()
    said = {date: now}
    best = re.search(rf"before was (\d+) s, on ({DAY})", text)
    if best:
        said[best[2]] = best[1]
    for day, shown in said.items():
        fast = [_long(e) for r, e in efforts if r["local_date"] == day and e["tier"] in ("near_max", "max")]
        near(shown, sum(fast), 0.2, len(fast))


def _tired_legs(text, efforts, _document) -> None:
    count, date, hard = re.search(rf"(\d+) efforts? at maximal speed on ({DAY}) came after (\d+) s", text).groups()
    here = [e for r, e in efforts if r["local_date"] == date]
    before = [e for e in here if e["kind"] in ("interval", "fast_rep", "finish_kick")]
    assert sum(e["tier"] == "max" for e in here if e not in before) == int(count)
    near(hard, sum(map(_long, before)), 0.2, len(before))
    runs = re.search(r"(\d+) such runs", text)
    assert int(runs[1] if runs else 1) == len({r["source"] for r, _ in efforts})


def _short_rest(text, efforts, document) -> None:
    runs, sessions = re.search(r"Short rests in (\d+) of (\d+) sessions?", text).groups()
    date, count, rest, length = re.search(rf"on ({DAY}) (\d+) of about (\d+) s, each after some (\d+) s", text).groups()
    assert int(runs) == len({r["source"] for r, _ in efforts})
    rested = [
        run for run in _recent(text, document)
        if any(e["counts"] and e["kind"] in ("sprint", "hill_sprint") and e["recovery_s"] is not None
               for e in run["efforts"])
    ]  # fmt: skip
    assert int(sessions) == len(rested)
    here = [e for r, e in efforts if r["local_date"] == date]
    assert int(count) == len(here)
    near(rest, median([e["recovery_s"] for e in here]), 0.1)
    near(length, median([_long(e) for e in here]), 0.2)
    full = re.search(r"Full rest is (\d+) s or more", text)[1]
    near(full, max(60.0, 6 * median([_long(e) for e in here])), 6 * 0.2)


def _strides_all_out(text, efforts, document) -> None:
    top, every, sessions = re.search(r"(\d+) of (\d+) strides .* in each of (\d+) sessions", text).groups()
    assert (int(top), int(sessions)) == (len(efforts), len({r["source"] for r, _ in efforts}))
    assert all(e["kind"] == "stride" and e["tier"] == "max" for _, e in efforts)
    runs = {r["source"] for r, _ in efforts}
    mine = [e for r in document["runs"] if r["source"] in runs for e in r["efforts"]]
    strides = [e for e in mine if e["counts"] and e["kind"] == "stride"]
    assert int(every) == len(strides)
    near(re.search(r"\(([\d.]+) m/s", text)[1], document["athlete"]["max_speed_mps"], 0.001)


def _long_all_out(text, efforts, _document) -> None:
    assert int(re.match(r"\d+", text)[0]) == len(efforts)
    length, speed, date = re.search(rf": (\d+) s at ([\d.]+) m/s on ({DAY})", text).groups()
    run, effort = efforts[-1]
    assert run["local_date"] == date
    near(length, _long(effort), 0.2)
    near(speed, effort["mean_speed_mps"], 0.01)


def _twice_a_week(text, efforts, document) -> None:
    sessions, days = re.search(r"(\d+) sessions? of speed work in the (\d+) days", text).groups()
    first = (dt.date.fromisoformat(document["exposure"]["as_of"]) - dt.timedelta(days=int(days) - 1)).isoformat()
    recent = [d for d in document["exposure"]["days"] if d["sessions"] and d["date"] >= first]
    by_day = {d["date"]: d["efforts"] for d in recent}
    assert int(sessions) == len(by_day)
    # A session by hand has no effort that could be named.
    assert {run["local_date"] for run, _ in efforts} == {d["date"] for d in recent if d["by_tier"]}
    usual = re.search(r", (\d+) efforts? in the usual one", text)
    if by_day:
        near(usual[1], median(list(by_day.values())), 1.0)  # half an effort more or less
    near(re.search(r": (\d+\.\d+) a week; ", text)[1], 7 * len(by_day) / int(days))
    weeks, mean = re.search(r"over all (\d+) weeks? with runs it was (\d+\.\d+)", text).groups()
    ran = [w for w in document["exposure"]["weeks"] if w["runs"] or w["sessions"]]
    assert int(weeks) == len(ran)
    near(mean, sum(w["sessions"] for w in ran) / len(ran))


def _not_visible(text, efforts, document) -> None:
    blind, every = re.match(r"(\d+) of (\d+) runs?", text).groups()
    recent = _recent(text, document)
    assert (int(blind), int(every)) == (sum(not r["assessable"]["strides"] for r in recent), len(recent))
    assert efforts == []
