"""Of any run, however it moved and whatever its watch left out, the promises hold."""

import datetime as dt
import itertools
import pickle
import warnings

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders_segmenter import ALL, START, known, measured, recording, run_of, way
from legspeed.athlete import Athlete
from legspeed.model import CHANNELS, COUNTING_KINDS, KINDS, Activity
from legspeed.segmenter import digest, judge
from legspeed.simulate import SESSIONS, WATCHES, Runner, simulate_run

RANGES = {channel.name: (channel.low, channel.high) for channel in CHANNELS if channel.name != "time_s"}


def check(run, activity):
    """Hold one judged run against what is promised of any."""
    for found in (run.efforts, run.refused):
        assert all(a.start_s <= b.start_s for a, b in itertools.pairwise(found))
    for a, b in itertools.pairwise(run.efforts):
        assert a.end_s <= b.start_s
    for effort in run.efforts:
        assert 0 <= effort.start_s < effort.end_s <= activity.elapsed_s + 1
        assert effort.kind in KINDS
        assert 0 <= effort.confidence <= 1
        assert not effort.counts or effort.kind in COUNTING_KINDS
        assert 0 < effort.peak_speed_mps < 14
        assert np.isfinite([effort.mean_speed_mps, effort.flat_speed_mps, effort.distance_m]).all()
        for pause in activity.pauses:
            assert effort.end_s <= pause.start_s + 1e-6 or effort.start_s >= pause.end_s - 1e-6
    assert sum(s.count for s in run.sets) == sum(e.counts for e in run.efforts)


# ------------------------------------------------------------------------------------------------- hand-made


@st.composite
def runs(draw):
    """Return a run of random parts, with random streams, errors, pauses and rate."""
    parts = draw(st.lists(st.tuples(st.integers(8, 200), st.floats(0, 10)), min_size=1, max_size=12))
    how = way(*parts, ramp_s=draw(st.sampled_from([1, 2, 5])))
    borders = np.cumsum([0, *(seconds for seconds, _ in parts)])
    pauses, last = [], 0.0
    for at in draw(st.lists(st.integers(5, int(borders[-1]) + 4), max_size=3).map(sorted)):
        length = draw(st.sampled_from([3, 8, 40]))
        if at > last + 3 and at + length < how.length_s - 3:
            pauses.append((float(at), float(at + length), draw(st.sampled_from(["timer", "auto", "gap"]))))
            last = at + length
    channels = draw(st.sets(st.sampled_from(ALL), min_size=1))
    laps = draw(st.booleans())
    return recording(
        how,
        tuple(channels),
        every_s=draw(st.sampled_from([1.0, 1.0, 1.0, 0.5, 3.0, 7.0])) if not pauses else 1.0,
        late_s={name: draw(st.sampled_from([0.0, 0.0, 2.0, 6.0])) for name in ALL},
        shake_m=draw(st.sampled_from([0.0, 0.2, 1.5])),
        error_mps=draw(st.sampled_from([0.0, 0.2])),
        altitude=draw(st.sampled_from([None, lambda m, _: 100 + 8 * np.sin(m / 60)])),
        laps=tuple((float(a), float(b)) for a, b in itertools.pairwise(borders)) if laps and not pauses else (),
        pauses=tuple(pauses),
        seed=draw(st.integers(0, 5)),
    )


athletes = st.one_of(
    st.just(Athlete()),
    st.builds(
        lambda v, reserve: Athlete(five_k_speed_mps=v, max_speed_mps=min(12.5, reserve * v)),
        st.floats(2, 6.5),
        st.floats(1.3, 2.2),
    ),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs(), athletes)
def test_efforts_of_any_run_are_sorted_disjoint_and_inside_their_stretches(activity, athlete):
    (run,) = judge([digest(activity)], athlete=athlete).runs
    check(run, activity)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs())
def test_a_digest_is_pure_and_can_be_sent_anywhere(activity):
    first = digest(activity)
    assert pickle.dumps(digest(activity)) == pickle.dumps(first)
    assert pickle.loads(pickle.dumps(first)) == first


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(runs(), min_size=1, max_size=3), st.randoms())
def test_what_one_run_holds_does_not_hang_on_the_order_of_the_season(activities, chance):
    digests = [digest(activity) for activity in activities]
    order = list(range(len(digests)))
    chance.shuffle(order)
    plain, mixed = judge(digests), judge([digests[k] for k in order])
    assert [mixed.runs[order.index(k)] for k in range(len(digests))] == list(plain.runs)


# ------------------------------------------------------------------------------------------------- noise


@st.composite
def noise(draw):
    """Return columns of anything that a channel may hold, with holes, at any times."""
    n = draw(st.integers(0, 150))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.choice([0.1, 0.5, 1, 1, 1, 1, 4, 9, 30, 1000], n)
    columns = {}
    for name in draw(st.sets(st.sampled_from(sorted(RANGES)))):
        low, high = RANGES[name]
        shape = draw(st.sampled_from(["any", "ends", "walk", "still", "holes"]))
        values = {
            "any": rng.uniform(low, high, n),
            "ends": rng.choice([low, high], n),
            "walk": np.clip(np.cumsum(rng.normal(0, (high - low) / 1e4, n)), low, high),
            "still": np.full(n, rng.uniform(low, high)),
            "holes": np.where(rng.random(n) < 0.5, np.nan, rng.uniform(low, high, n)),
        }[shape]
        columns[name] = values.astype(float)
    if ("latitude_deg" in columns) != ("longitude_deg" in columns):
        columns.pop("latitude_deg", None)
        columns.pop("longitude_deg", None)
    elif "latitude_deg" in columns:  # readers leave a position whole or not at all
        lost = np.isnan(columns["latitude_deg"]) | np.isnan(columns["longitude_deg"])
        if lost.all():
            del columns["latitude_deg"], columns["longitude_deg"]
        else:
            columns["latitude_deg"][lost] = columns["longitude_deg"][lost] = np.nan
    time_s = np.concatenate([[0.0], np.cumsum(steps)])[:n]
    return Activity(START, None, "running", "", "", "noise", "", "fit", time_s, **columns)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(noise())
def test_no_content_breaks_it_or_makes_numpy_complain(activity):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (run,) = judge([digest(activity)]).runs
    check(run, activity)


# ------------------------------------------------------------------------------------------------- simulated


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(SESSIONS)),
    st.sampled_from(sorted(WATCHES)),
    st.integers(0, 50),
    st.sampled_from([890, 1140, 1500, 1800]),
)
def test_any_simulated_run_keeps_the_promises(session, watch, seed, five_k_s):
    runner = Runner.of(five_k_s, seed)
    run = simulate_run(runner, session, watch, seed=seed)
    mine = digest(run.activity)
    for athlete in (known(runner), Athlete()):
        check(judge([mine], athlete=athlete).runs[0], run.activity)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3)), min_size=1, max_size=8))
def test_dates_and_devices_of_a_season_break_nothing(places):
    mine = measured("strides_after_easy")
    season = [
        run_of(bursts=mine.bursts, start=START + dt.timedelta(days=day), device=f"Watch {watch}")
        for day, watch in places
    ]
    got = judge(season)
    assert len(got.runs) == len(season)
    assert got.yardstick.as_of == max(run.start for run in season).date()
