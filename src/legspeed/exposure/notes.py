"""Remarks in the spirit of the coaching texts. Each states its numbers; none is about health or about lost speed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median
from types import MappingProxyType
from typing import Final

from legspeed.all_out import all_out_mps
from legspeed.athlete import Athlete
from legspeed.athlete_values import PLYOMETRICS
from legspeed.exposure.days import SpeedDay
from legspeed.exposure.gaps import seen_enough
from legspeed.exposure.logbook import FastRun, Logbook, Logged, counted
from legspeed.exposure.weeks import monday
from legspeed.model import NOTE_CODES, Effort, Gap, Note, Run, Yardstick
from legspeed.settings import Settings

_DAY: Final = dt.timedelta(days=1)
_FRESH_KINDS: Final = frozenset({"sprint", "hill_sprint"})
_HARD_KINDS: Final = frozenset({"interval", "fast_rep", "finish_kick"})
_FAST_TIERS: Final = frozenset({"near_max", "max"})


@dataclass(frozen=True, slots=True)
class _View:
    """What the rules look at: the season up to the evening of `as_of`."""

    log: Logbook
    days: Sequence[SpeedDay]
    gaps: tuple[Gap, ...]
    athlete: Athlete
    yardstick: Yardstick
    settings: Settings
    as_of: dt.date

    @property
    def since(self) -> dt.date:
        """The first of the recent days."""
        return self.as_of - dt.timedelta(days=int(self.settings.notes.recent_d) - 1)

    @property
    def recent(self) -> list[Run]:
        """The runs of the recent days."""
        return [self.log[at] for at in sorted(self.log.between(self.since, self.as_of))]

    def logged(self, first: dt.date, last: dt.date) -> list[Logged]:
        """Return what is in the logbook of the runs from one day to another."""
        return [self.log.logged(at) for at in sorted(self.log.between(first, last))]

    @property
    def span(self) -> str:
        """The recent days in words."""
        return f"in the {self.settings.notes.recent_d:.0f} days to {self.as_of}"


def notes(
    log: Logbook,
    touched: Sequence[SpeedDay],
    gaps: tuple[Gap, ...],
    *,
    athlete: Athlete,
    yardstick: Yardstick,
    settings: Settings,
    as_of: dt.date | None,
) -> tuple[Note, ...]:
    """Return the remarks on the last weeks of a season, at most one per code, what matters most first.

    Parameters
    ----------
    log : Logbook
        The runs.
    touched : sequence of SpeedDay
        The days of speed work up to `as_of`.
    gaps : tuple of Gap
        The stretches without, up to then.
    athlete : Athlete
        Sessions by hand count; codes in ``muted_notes`` are left out.
    yardstick : Yardstick
        Maximal and 5 km speed, for what is all-out.
    settings : Settings
        The group ``notes``, and the levels of gaps.
    as_of : date or None
        The evening on which this is asked; later runs are left out.

    Returns
    -------
    tuple of Note
        ``efforts`` names what each rests on as ``source@start_s``, with the values of the JSON.
    """
    if as_of is None:
        return ()
    view = _View(
        log=log,
        days=touched,
        gaps=gaps,
        athlete=athlete,
        yardstick=yardstick,
        settings=settings,
        as_of=as_of,
    )
    wanted = [code for code in NOTE_CODES if code not in athlete.muted_notes]
    return tuple(Note(code, *said) for code in wanted if (said := _RULES[code](view)) is not None)


_Said = tuple[str, tuple[str, ...]] | None
"""A remark's text and the efforts it rests on."""


def _names(run: Run | FastRun, efforts: Iterable[Effort]) -> tuple[str, ...]:
    """Return efforts as ``source@start_s``."""
    return tuple(f"{run.source}@{round(effort.start_s, 1):.1f}" for effort in efforts)


def _efforts_on(view: _View, dates: Iterable[dt.date]) -> tuple[str, ...]:
    """Return the counted efforts of some days."""
    places = sorted(at for date in set(dates) for at in view.log.between(date, date))
    return tuple(name for run in view.log.fast(places) for name in _names(run, run.efforts))


def _times(number: int, noun: str) -> str:
    """Return ``1 session`` or ``3 sessions``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ------------------------------------------------------------------------------------------------- the rules


def _start_small(view: _View) -> _Said:
    """After a long stretch: how to begin, or that the first day back was a big one."""
    rules, long_d = view.settings.notes, view.settings.gaps.flag_d
    small = (
        f"1-{rules.start_hill_sprints:.0f} hill sprints of 8 s or 3-{rules.start_strides:.0f} relaxed strides, "
        "from a rolling start, and one or two more each week"
    )
    for gap in reversed(view.gaps):
        # What could not be seen may have been speed work: only days that surely had none are held against anybody.
        if gap.days_min <= long_d:
            continue
        days = f"{gap.days} days" if gap.days_min == gap.days else f"{gap.days} days ({gap.days_min} at least)"
        if gap.open and not gap.muted:
            return f"{days} without speed work since {gap.start}. To begin again: {small}.", _efforts_on(
                view, [gap.start]
            )
        if gap.open or gap.end < view.since:
            continue
        back = next(day for day in view.days if day.date == gap.end)
        hills = back.by_kind["hill_sprint"].efforts if "hill_sprint" in back.by_kind else 0
        others = sum(tally.efforts for tally in back.by_kind.values()) - hills
        if hills > rules.start_hill_sprints or others > rules.start_strides:
            other = "other effort" if hills else "effort"
            done = " and ".join(_times(n, noun) for n, noun in ((hills, "hill sprint"), (others, other)) if n)
            text = f"The first speed work after {days} without, on {gap.end}, was {done}. A small start is {small}."
            return text, _efforts_on(view, [gap.end])
    return None


def _jump(view: _View) -> _Said:
    """Say when one session had far more near-maximal seconds than any of the 30 days before it."""
    rules = view.settings.notes
    seconds = _fast_seconds(view)
    long_gap_ends = {gap.end for gap in view.gaps if not gap.open and gap.days > view.settings.gaps.flag_d}
    by_hand = {session.date for session in view.athlete.sessions}  # the runner's own words are no measurement
    for date in sorted((d for d in seconds if d >= view.since and d not in by_hand), reverse=True):
        first = date - dt.timedelta(days=int(rules.jump_d))
        before = view.logged(first, date - _DAY)
        # Nothing is known before the first run, a long stretch has its own note, and what was not seen is no zero.
        if (
            view.log.logged(next(view.log.until(view.as_of))).date > first
            or date in long_gap_ends
            or not seen_enough(before, view.settings.gaps)
        ):
            continue
        best_date = max((d for d in seconds if first <= d < date), key=lambda d: seconds[d], default=None)
        best, now = seconds[best_date] if best_date else 0.0, seconds[date]
        if (now > rules.jump_ratio * best and now > rules.jump_s) or (
            now > rules.jump_high_ratio * best and now >= rules.jump_high_s
        ):
            most = f"the most in one of the {rules.jump_d:.0f} days before was {best:.0f} s, on {best_date}"
            none = f"the {rules.jump_d:.0f} days before had none"
            text = (
                f"{now:.0f} s in efforts that reached {100 * view.settings.tiers.near_max:.0f} % of maximal speed on "
                f"{date}; {most if best_date else none}. Coaches add one or two reps a week."
            )
            return text, _efforts_on(view, [d for d in (best_date, date) if d])
    return None


def _fast_seconds(view: _View) -> Mapping[dt.date, float]:
    """Return each day's seconds at near-maximal speed, as far back as is asked; sessions by hand are taken as such."""
    seconds: dict[dt.date, float] = defaultdict(float)
    first = view.since - dt.timedelta(days=int(view.settings.notes.jump_d))
    for run in view.log.fast(sorted(view.log.between(first, view.as_of))):
        for effort in run.efforts:
            if effort.tier in _FAST_TIERS:
                seconds[run.local_date] += effort.duration_s
    for session in view.athlete.sessions:
        if session.kind != PLYOMETRICS and session.date <= view.as_of:
            each = view.settings.score.reference_rep_s if session.seconds is None else session.seconds
            seconds[session.date] += session.count * each
    return seconds


def _tired_legs(view: _View) -> _Said:
    """Say when maximal speed was run after hard reps of the same run."""
    cases = []
    for run in view.recent:
        hard = [e for e in run.efforts if e.kind in _HARD_KINDS]
        late = [
            e
            for e in counted(run)
            if e.tier == "max"
            and e.kind not in _HARD_KINDS
            and sum(h.duration_s for h in hard if h.end_s <= e.start_s) >= view.settings.notes.tired_s
        ]
        if late:
            before = [h for h in hard if h.end_s <= late[0].start_s]
            cases.append((run, before, late))
    if not cases:
        return None
    run, before, late = cases[-1]
    also = f"; {_times(len(cases), 'such run')} {view.span}" if len(cases) > 1 else ""
    text = (
        f"{_times(len(late), 'effort')} at maximal speed on {run.local_date} came after "
        f"{sum(h.duration_s for h in before):.0f} s of hard reps in the same run{also}. "
        "Sprints are for fresh legs: early in an easy run, or on another day."
    )
    return text, tuple(name for run, before, late in cases for name in _names(run, [*before, *late]))


def _short_rest(view: _View) -> _Said:
    """Say when most rests after sprints or hill sprints were short."""
    rules = view.settings.notes
    cases, sessions = [], 0
    for run in view.recent:
        rested = [e for e in counted(run) if e.kind in _FRESH_KINDS and e.recovery_s is not None]
        short = [e for e in rested if (e.recovery_s or 0.0) < max(rules.rest_s, rules.rest_ratio * e.duration_s)]
        sessions += bool(rested)
        if len(short) >= 2 and 2 * len(short) > len(rested):
            cases.append((run, short))
    if not cases:
        return None
    run, short = cases[-1]
    rest, length = median(e.recovery_s or 0.0 for e in short), median(e.duration_s for e in short)
    text = (
        f"Short rests in {len(cases)} of {_times(sessions, 'session')} of sprints or hill sprints {view.span}: on "
        f"{run.local_date} {len(short)} of about {rest:.0f} s, each after some {length:.0f} s. Full rest is "
        f"{max(rules.rest_s, rules.rest_ratio * length):.0f} s or more here: walk it. Strides need less."
    )
    return text, tuple(name for run, short in cases for name in _names(run, short))


def _strides_all_out(view: _View) -> _Said:
    """Say when the strides of every session were run at maximal speed."""
    rules = view.settings.notes
    sessions = []
    for run in view.recent:
        strides = [e for e in counted(run) if e.kind == "stride"]
        if len(strides) >= 3:
            sessions.append((run, strides, [e for e in strides if e.tier == "max"]))
    if len(sessions) < rules.all_out_sessions or any(
        len(top) < rules.all_out_share * len(strides) for _, strides, top in sessions
    ):
        return None
    every, top = sum(len(strides) for _, strides, _ in sessions), sum(len(top) for _, _, top in sessions)
    text = (
        f"{top} of {every} strides {view.span}, in each of {len(sessions)} sessions, reached "
        f"{100 * view.settings.tiers.max:.0f} % of maximal speed ({view.yardstick.max_speed_mps:.2f} m/s, "
        f"{view.yardstick.max_speed_source}). Strides are meant to be fast and casual: relaxed is enough."
    )
    return text, tuple(name for run, _, top in sessions for name in _names(run, top))


def _long_all_out(view: _View) -> _Said:
    """Say when efforts about as long as a 400 were run all-out."""
    rules = view.settings.notes
    cases = []
    for run in view.recent:
        for effort in run.efforts:
            known = effort.mean_speed_mps is not None and effort.confidence >= view.settings.judging.count_from
            if not known or effort.kind != "interval" or effort.duration_s > rules.long_most_s:
                continue
            best = all_out_mps(
                effort.duration_s,
                view.yardstick.five_k_speed_mps,
                view.yardstick.max_speed_mps,
                view.settings.yardstick,
            )
            if (effort.mean_speed_mps or 0.0) >= rules.long_share * best:
                cases.append((run, effort, best))
    if not cases:
        return None
    run, effort, best = cases[-1]
    long = f"{view.settings.tiers.interval_s:.0f}-{rules.long_most_s:.0f} s"
    text = (
        f"{_times(len(cases), 'effort')} of {long} near all-out "
        f"{view.span}: {effort.duration_s:.0f} s at {effort.mean_speed_mps:.1f} m/s on {run.local_date}, all-out being "
        f"about {best:.1f}. In a marathon block coaches leave these out; strides, 200s and hill sprints cost less."
    )
    return text, tuple(name for run, effort, _ in cases for name in _names(run, [effort]))


def _twice_a_week(view: _View) -> _Said:
    """Hold the last weeks against the coaches' habit."""
    rules = view.settings.notes
    long_open = any(gap.open and gap.days > view.settings.gaps.flag_d for gap in view.gaps)
    muted = any(mute.start <= view.as_of and mute.end >= view.since for mute in view.athlete.mutes)
    recent = view.logged(view.since, view.as_of)
    if len(recent) < rules.habit_runs or long_open or muted or not seen_enough(recent, view.settings.gaps):
        return None
    sessions = [day for day in view.days if day.date >= view.since]
    # A season that began three weeks ago has no fourth one in which a session was missed.
    begun = min(day for day in (view.log.first, *(day.date for day in view.days[:1])) if day)
    days = (view.as_of - max(view.since, begun)).days + 1
    per_week = 7 * len(sessions) / days
    if per_week >= rules.sessions_per_week:
        return None
    logged = map(view.log.logged, view.log.until(view.as_of))
    weeks = {monday(date) for date in chain((one.date for one in logged), (day.date for day in view.days))}
    reps = median(sum(t.efforts for t in day.by_kind.values()) for day in sessions) if sessions else 0
    of_each = f", {_times(round(reps), 'effort')} in the usual one" if sessions else ""
    text = (
        f"{_times(len(sessions), 'session')} of speed work in the {days} days to {view.as_of}{of_each}: "
        f"{per_week:.1f} a week; over all {_times(len(weeks), 'week')} with runs it was "
        f"{len(view.days) / len(weeks):.1f}. The coaches' habit is {rules.sessions_per_week:g} a week: "
        "4-6 relaxed strides of 20-25 s after an easy run."
    )
    return text, _efforts_on(view, [day.date for day in sessions])


def _not_visible(view: _View) -> _Said:
    """Say when for weeks too much of the running could not show short efforts, and why."""
    blind = [run for run in view.recent if not run.assessable.strides]
    recent = view.logged(view.since, view.as_of)
    if len(recent) < view.settings.notes.habit_runs or seen_enough(recent, view.settings.gaps):
        return None
    reasons = Counter(run.assessable.why for run in blind if run.assessable.why).most_common(1)
    why = f" (mostly: {reasons[0][0]})" if reasons else ""
    text = (
        f"{len(blind)} of {_times(len(recent), 'run')} {view.span} could not show strides{why}. "
        "What was run there is unknown, not none; recording every second shows it."
    )
    return text, ()


_RULES: Final[Mapping[str, Callable[[_View], _Said]]] = MappingProxyType(
    {
        "start-small": _start_small,
        "jump": _jump,
        "tired-legs": _tired_legs,
        "short-rest": _short_rest,
        "strides-all-out": _strides_all_out,
        "long-all-out": _long_all_out,
        "twice-a-week": _twice_a_week,
        "not-visible": _not_visible,
    }
)
