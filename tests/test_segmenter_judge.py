"""A season judged: what is found, what never is, what laps may do, and that pauses part."""

import dataclasses
import functools
import itertools

import numpy as np
import pytest

from builders_segmenter import (
    ALL,
    ATHLETE,
    RUNNER,
    counted,
    judged,
    known,
    matches,
    measured,
    recording,
    session,
    simulated,
    way,
)
from legspeed.athlete import Athlete
from legspeed.segmenter import digest, judge
from legspeed.simulate import SESSIONS, simulate_run

FAST = ("strides_after_easy", "hill_sprints", "track_reps", "flat_sprints", "fartlek", "long_run")
WATCHES = ("steady 1 s", "smart recording", "stops timer in recoveries", "no cadence", "city canyon")
QUIET = {
    "easy run with traffic lights": functools.partial(SESSIONS["easy_run"], bus=False, downhill=False, lights=6),
    "long run": functools.partial(SESSIONS["long_run"], strides=0),
    "tempo": SESSIONS["tempo"],
    "progression": SESSIONS["progression"],
    "run-walk": SESSIONS["run_walk"],
    "5 km-pace reps": SESSIONS["five_k_reps"],
    "hill repeats": SESSIONS["hill_repeats"],
}


# ------------------------------------------------------------------------------------------------- found, and not


@pytest.mark.parametrize("watch", WATCHES)
def test_fast_efforts_are_found_where_they_were_and_none_besides(watch):
    hits = wanted = reported = 0
    for name, seed in itertools.product(FAST, (0, 1)):
        truth = [(t.start_s, t.end_s) for t in simulated(name, watch, seed).counted]
        found = counted(judge([measured(name, watch, seed)], athlete=known()).runs[0])
        hits += matches(found, truth)
        wanted += len(truth)
        reported += len(found)
    assert hits >= 0.9 * wanted
    assert hits >= 0.9 * reported


@pytest.mark.parametrize("name", QUIET)
@pytest.mark.parametrize("watch", ["steady 1 s", "heavily smoothed", "smart recording", "no cadence"])
def test_nothing_is_called_fast_that_was_not(name, watch):
    for seed in range(2):
        run = simulate_run(RUNNER, QUIET[name], watch, seed=seed)
        assert counted(judged(run.activity, known())) == []


@pytest.mark.parametrize("channels", [("speed", "cadence"), ("distance",), ALL], ids=lambda c: "+".join(c))
def test_lights_and_walking_breaks_of_any_make_are_no_effort(channels):
    lights = way(*[(200, 3.2), (25, 0.0)] * 8, (100, 3.2), ramp_s=3)
    walks = way(*[(60, 3.4), (60, 1.5)] * 12, ramp_s=2)
    stops = way(*[(90, 3.4), (8, 0.0)] * 12, ramp_s=1)
    for how in (lights, walks, stops):
        assert counted(judged(recording(how, channels))) == []


def test_without_being_told_a_season_finds_its_strides_and_leaves_the_rest():
    names = ("easy_run", "tempo", "race", "five_k_reps", "strides_after_easy", "hill_sprints", "track_reps", "run_walk")
    runs = [(name, seed) for name in names for seed in range(2)]
    judgement = judge([measured(name, "steady 1 s", seed) for name, seed in runs])
    hits = wanted = reported = 0
    for (name, seed), run in zip(runs, judgement.runs, strict=True):
        truth = [(t.start_s, t.end_s) for t in simulated(name, "steady 1 s", seed).counted]
        hits += matches(counted(run), truth)
        wanted += len(truth)
        reported += len(counted(run))
    assert hits >= 0.85 * wanted
    assert hits >= 0.85 * reported


# ------------------------------------------------------------------------------------------------- pauses and gaps


@pytest.mark.parametrize("watch", ["stops timer in recoveries", "auto pause", "drop-outs"])
@pytest.mark.parametrize("name", ["strides_after_easy", "track_reps", "hill_sprints"])
def test_no_effort_of_a_simulated_run_spans_a_pause(name, watch):
    run = simulated(name, watch, 1)
    for effort in judge([measured(name, watch, 1)], athlete=known(), laps=False).runs[0].efforts:
        for pause in run.activity.pauses:
            assert effort.end_s <= pause.start_s + 1e-6 or effort.start_s >= pause.end_s - 1e-6


@pytest.mark.parametrize("seconds", [3, 12, 60, 3600])
@pytest.mark.parametrize("kind", ["timer", "gap"])
def test_an_effort_with_a_pause_inside_is_two(kind, seconds):
    how = way((600, 3.0), (40 + seconds, 6.2), (200, 3.0))
    run = judged(recording(how, ("speed", "cadence"), pauses=((615, 615 + seconds, kind),)))
    edges = [(e.start_s, e.end_s) for e in run.efforts]
    assert edges == [
        (pytest.approx(600, abs=1), 615),
        (615 + seconds, pytest.approx(640 + seconds, abs=1)),
    ]


def test_silence_inside_an_effort_is_not_bridged_even_where_no_pause_explains_it():
    how = way((600, 3.0), (50, 6.2), (200, 3.0))
    at_s = np.r_[0:616.0, 630:851.0]
    run = judged(recording(how, ("speed", "cadence"), at_s=at_s))
    assert [(round(e.start_s), round(e.end_s)) for e in run.efforts] == [(600, 615), (630, 650)]


def late_starts(last_start_s):
    """Return ten strides with the timer started for each, all streams 4 s late; the last one started at full speed."""
    parts, stops, at = [(300, 3.0)], [], 300
    for _ in range(10):
        parts += [(60, 0.0), (20, 6.4)]
        stops.append((at + 5.0, at + 58.0, "timer"))
        at += 80
    parts += [(60, 0.0), (20, 6.4), (60, 3.0)]
    stops.append((at + 5.0, at + last_start_s, "timer"))
    return recording(way(*parts), pauses=tuple(stops), late_s=dict.fromkeys(ALL, 4.0))


def test_the_delay_that_all_streams_share_is_taken_off():
    run = judged(late_starts(58.0))
    assert [e.start_s for e in run.efforts] == pytest.approx([360 + 80 * k for k in range(11)], abs=1.6)


def test_the_shared_delay_moves_no_start_into_the_pause_before_it():
    activity = late_starts(61.5)
    for effort in judged(activity).efforts:
        for pause in activity.pauses:
            assert effort.end_s <= pause.start_s or effort.start_s >= pause.end_s


# ------------------------------------------------------------------------------------------------- laps

STRIDES, EDGES = session()
KEYS = tuple(itertools.chain.from_iterable(((a + 0.7, b + 0.9), (b + 0.9, a + 100.7)) for a, b in EDGES))


def test_a_lap_that_agrees_times_the_effort():
    run = judged(recording(STRIDES, laps=((0, 600.7), *KEYS)))
    assert [(e.start_s, e.end_s) for e in run.efforts] == [
        (pytest.approx(a + 0.7), pytest.approx(b + 0.9)) for a, b in EDGES
    ]
    assert all("lap-timed" in e.evidence for e in run.efforts)
    assert all(e.distance_m == pytest.approx(e.mean_speed_mps * e.duration_s, rel=0.01) for e in run.efforts)


def test_the_kind_is_that_of_the_lap_which_times_the_effort():
    rep = way((600, 3.0), (50, 6.4), (300, 3.0))
    (plain,) = judged(recording(rep)).efforts
    (timed,) = judged(recording(rep, laps=((0, 598.0), (598.0, 662.0)))).efforts
    assert (plain.kind, plain.counts) == ("fast_rep", True)
    assert (timed.kind, timed.counts, timed.duration_s) == ("interval", False, pytest.approx(64))


@pytest.mark.parametrize(
    ("how", "lap"),
    [
        (way((600, 3.0), (50, 6.4), (300, 3.0)), (598.0, 662.0)),
        (way((600, 0.0), (16, 6.4), (300, 1.5)), (596.0, 618.0)),  # pressed, and then he set off
        (way((600, 3.0), (16, 6.8), (12, 5.2), (300, 1.5)), (600.0, 629.0)),  # its end was below the bar
    ],
)
def test_the_way_of_a_lap_is_what_was_run_in_it(how, lap):
    (effort,) = judged(recording(how, laps=((0, lap[0]), lap))).efforts
    assert "lap-timed" in effort.evidence
    metres = how.metres(lap[1]) - how.metres(lap[0])
    assert effort.distance_m == pytest.approx(metres, rel=0.04)
    assert effort.mean_speed_mps == pytest.approx(metres / (lap[1] - lap[0]), rel=0.04)


def test_a_lap_that_is_only_early_is_the_delay_and_takes_no_speed_off():
    early = recording(STRIDES, laps=tuple((a - 1.5, b - 1.5) for a, b in EDGES))
    for timed, plain in zip(judged(early).efforts, judged(recording(STRIDES)).efforts, strict=True):
        assert "lap-timed" in timed.evidence
        assert timed.mean_speed_mps == pytest.approx(plain.mean_speed_mps, rel=0.02)


def test_a_lap_that_does_not_agree_changes_nothing():
    plain = judged(recording(STRIDES))
    for laps in (((0, 1000), (1000, 1320)), ((0, 560), (560, 640)), ((0, 610), (610, 613), (613, 1320))):
        run = judged(recording(STRIDES, laps=laps))
        assert [(e.start_s, e.end_s) for e in run.efforts] == [(e.start_s, e.end_s) for e in plain.efforts]
        assert not any("lap-timed" in e.evidence for e in run.efforts)


@pytest.mark.parametrize(("seconds", "float_s"), [(30.0, 30.0), (20.0, 20.0), (20.0, 15.0)])
def test_a_key_pressed_once_for_a_rep_and_its_float_does_not_make_the_float_fast(seconds, float_s):
    how, edges = session(8, seconds=seconds, rest_s=float_s, fast_mps=5.9, rest_mps=2.4)
    keys = [(a, a + seconds + float_s) for a, _ in edges]
    run = judged(recording(how, laps=((0, edges[0][0]), *keys)))
    assert [e.end_s for e in run.efforts] == [pytest.approx(b, abs=1.5) for _, b in edges]
    assert not any("lap-timed" in e.evidence for e in run.efforts)


@pytest.mark.parametrize(("seconds", "split_s"), [(56.0, 28.0), (20.0, 10.0), (24.0, 14.0)])
def test_a_split_inside_a_rep_does_not_halve_it(seconds, split_s):
    how, edges = session(4, seconds=seconds, fast_mps=5.6)
    splits = [((a, a + split_s), (a + split_s, b)) for a, b in edges]
    run = judged(recording(how, laps=((0, 600.0), *itertools.chain.from_iterable(splits))))
    assert [e.duration_s for e in run.efforts] == [pytest.approx(seconds, abs=1)] * 4


def test_laps_never_make_an_effort():
    easy = way((1500, 3.0))
    keys = tuple((60.0 * k, 60.0 * k + 20) for k in range(20))
    assert judged(recording(easy, laps=keys)).efforts == ()
    tempo = way((300, 3.0), *[(20, 4.5), (40, 4.2)] * 15, (100, 3.0))
    assert counted(judged(recording(tempo, laps=tuple((300.0 + 60 * k, 320.0 + 60 * k) for k in range(15))))) == []


def test_without_laps_they_are_ignored_altogether():
    keyed = recording(STRIDES, laps=((0, 600.7), *KEYS))
    bare = judge([digest(recording(STRIDES))], athlete=ATHLETE)
    assert judge([digest(keyed, laps=False)], athlete=ATHLETE) == bare
    assert judge([digest(keyed)], athlete=ATHLETE, laps=False) == bare
    run = simulated("strides_after_easy", "stops timer in recoveries", 1).activity
    assert digest(run, laps=False) == digest(dataclasses.replace(run, laps=()))


@pytest.mark.parametrize("name", ["strides_after_easy", "track_reps"])
def test_the_key_of_a_simulated_runner_times_what_is_found_and_adds_nothing(name):
    mine = measured(name, "stops timer in recoveries", 1)
    with_laps = judge([mine], athlete=known()).runs[0]
    without = judge([mine], athlete=known(), laps=False).runs[0]
    assert len(with_laps.efforts) == len(without.efforts)
    assert [e.confidence for e in with_laps.efforts] == [e.confidence for e in without.efforts]
    assert any("lap-timed" in e.evidence for e in with_laps.efforts)
    laps = {(lap.start_s, lap.end_s) for lap in simulated(name, "stops timer in recoveries", 1).activity.laps}
    for timed, plain in zip(with_laps.efforts, without.efforts, strict=True):
        if "lap-timed" in timed.evidence:
            assert (timed.start_s, timed.end_s) in laps
        else:
            assert timed.start_s == plain.start_s


def test_a_lap_that_reaches_over_a_pause_does_not_take_the_effort_with_it():
    how = way((600, 3.0), (10, 0.0), (20, 6.4), (120, 3.0))
    keyed = recording(how, pauses=((602, 606, "timer"),), laps=((0, 602), (602, 630), (630, 750)))
    (effort,) = judged(keyed).efforts
    assert effort.start_s >= 606


# ------------------------------------------------------------------------------------------------- a season


def season():
    names = ("easy_run", "strides_after_easy", "race", "hill_sprints", "tempo", "ride_saved_as_run")
    return [measured(name, watch, 1) for name in names for watch in ("steady 1 s", "GPS only")]


def test_the_order_of_the_runs_changes_no_run():
    runs = season()
    wanted = judge(runs)
    for order in (runs[::-1], runs[5:] + runs[:5]):
        got = judge(order)
        assert got.yardstick == wanted.yardstick
        for run, verdict in zip(order, got.runs, strict=True):
            assert verdict == wanted.runs[next(k for k, other in enumerate(runs) if other is run)]


def test_judging_changes_nothing_and_says_the_same_twice():
    runs = season()
    before = [dataclasses.replace(run) for run in runs]
    assert judge(runs) == judge(runs)
    assert runs == before


def test_no_runs_are_a_judgement_too():
    got = judge([])
    assert got.runs == ()
    assert not got.yardstick.sure
    assert got.yardstick.as_of is None


def test_a_run_without_anything_to_see_is_judged_empty():
    blind = digest(recording(STRIDES, ("cadence",)))
    (run,) = judge([blind]).runs
    assert (run.efforts, run.refused, run.sets) == ((), (), ())


@pytest.mark.parametrize("name", FAST)
@pytest.mark.parametrize("watch", ["steady 1 s", "city canyon"])
def test_a_faster_runner_has_no_more_efforts(name, watch):
    mine = measured(name, watch, 2)
    last = None
    for factor in (0.9, 1.0, 1.08, 1.16, 1.3, 1.6):
        athlete = Athlete(
            five_k_speed_mps=factor * RUNNER.five_k_speed_mps, max_speed_mps=factor * RUNNER.max_speed_mps
        )
        efforts = judge([mine], athlete=athlete).runs[0].efforts
        if last is not None:
            # Where he is fast now he was fast before: as one effort or within a longer one.
            assert all(any(e.start_s < o.end_s and o.start_s < e.end_s for o in last) for e in efforts)
            assert sum(e.duration_s for e in efforts) <= sum(e.duration_s for e in last) + 1.0
        last = efforts
    assert last == ()
