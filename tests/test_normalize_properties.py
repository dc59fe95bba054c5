"""What holds for any recording, however broken: time increases, nothing is invented, clean stays clean."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings, strategies
from hypothesis.extra.numpy import arrays

from builders_xml import START, START_S, recording
from legspeed.errors import NoTimeError
from legspeed.model import CHANNEL_NAMES, Activity
from legspeed.readers.recording import RawLap, TimerEvent
from reading import cleaned, one

NAN = float("nan")


_VALUES = strategies.one_of(
    strategies.floats(-1e6, 1e6), strategies.just(NAN), strategies.just(0.0), strategies.floats(0, 12)
)


@strategies.composite
def any_recording(draw):
    n = draw(strategies.integers(1, 40))
    steps = draw(
        arrays(np.float64, n, elements=strategies.sampled_from([-4000, -3, -1, 0, 0.25, 1, 1, 1, 2, 7, 40, NAN]))
    )
    times = np.where(np.isnan(steps), NAN, np.nancumsum(steps))
    names = draw(
        strategies.sets(strategies.sampled_from([c for c in CHANNEL_NAMES if c not in {"time_s", "cadence_spm"}]))
    )
    columns = {name: draw(arrays(np.float64, n, elements=_VALUES)) for name in sorted(names)}
    segments = tuple(sorted(draw(strategies.sets(strategies.integers(0, n)))))
    events = tuple(
        TimerEvent(START_S + draw(strategies.integers(-10, 200)), draw(strategies.booleans()))
        for _ in range(draw(strategies.integers(0, 4)))
    )
    laps = tuple(
        RawLap(
            START_S + draw(strategies.sampled_from([-50, 0, 5, 30, NAN])),
            NAN,
            draw(strategies.sampled_from([None, 0, 4, 60])),
        )
        for _ in range(draw(strategies.integers(0, 4)))
    )
    sport = draw(strategies.sampled_from(["running", "cycling", "unknown"]))
    return recording(times, segment_starts=segments, timer=events, laps=laps, sport=sport, **columns)


def unix(activity: Activity) -> np.ndarray:
    return np.round((activity.start - START).total_seconds() + activity.time_s, 6)


@given(any_recording())
@settings(max_examples=200, deadline=None)
def test_time_increases_and_no_value_is_invented(found):
    try:
        activities = cleaned(found)
    except NoTimeError:
        assert not np.isfinite(found.unix_s).any()
        return
    given_at = np.round(found.unix_s - START_S, 6)
    for activity in activities:
        assert (np.diff(activity.time_s) > 0).all()
        assert activity.time_s[0] == 0
        for name in CHANNEL_NAMES[1:]:
            column = getattr(activity, name)
            if column is None:
                continue
            assert np.isfinite(column).any()
            # a distance is counted from the start: its values may differ from those written, but none is made up
            counted = name == "distance_m" and (
                activity is not activities[0] or "distance-count" in {p.code for p in activity.problems}
            )
            for when, value in zip(unix(activity), column, strict=True):
                written = found.columns[name][given_at == when]
                assert np.isnan(value) or value in written or (counted and np.isfinite(written).any())
        ends = [0.0]
        for pause in activity.pauses:
            assert ends[-1] <= pause.start_s < pause.end_s <= activity.elapsed_s
            ends.append(pause.end_s)
        for placed in activity.laps:
            assert 0 <= placed.start_s < placed.end_s <= activity.elapsed_s


@given(any_recording())
@settings(max_examples=100, deadline=None)
def test_cleaning_what_is_clean_changes_nothing(found):
    try:
        activities = cleaned(found)
    except NoTimeError:
        return
    for activity in activities:
        columns = {name: getattr(activity, name) for name in CHANNEL_NAMES[1:] if getattr(activity, name) is not None}
        again = one(recording(unix(activity), sport=activity.sport, **columns))
        assert {p.code for p in again.problems} <= {"position-jump", "date-implausible"}
        np.testing.assert_array_equal(again.time_s, activity.time_s)
        for name in CHANNEL_NAMES[3:]:
            np.testing.assert_array_equal(getattr(again, name), getattr(activity, name), err_msg=name)


@given(any_recording(), strategies.integers(-1000, 1000))
@settings(max_examples=100, deadline=None)
def test_shifting_all_times_shifts_the_start_and_nothing_else(found, shift):
    moved = recording(
        found.unix_s - START_S + shift,
        sport=found.sport,
        segment_starts=found.segment_starts,
        timer=tuple(TimerEvent(e.unix_s + shift, e.running, e.auto) for e in found.timer),
        laps=tuple(RawLap(x.start_unix_s + shift, x.end_unix_s + shift, x.elapsed_s) for x in found.laps),
        **found.columns,
    )
    try:
        before = cleaned(found)
    except NoTimeError:
        return
    for old, new in zip(before, cleaned(moved), strict=True):
        assert new.start - old.start == dt.timedelta(seconds=shift)
        assert new.pauses == old.pauses
        assert new.laps == old.laps
        assert new.problems == old.problems
        for name in CHANNEL_NAMES:
            np.testing.assert_array_equal(getattr(new, name), getattr(old, name), err_msg=name)
