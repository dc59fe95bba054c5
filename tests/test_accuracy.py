"""The measuring of accuracy: its scorer by hand-made cases, its parts by small ones."""

import dataclasses
import datetime as dt
import functools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import legspeed
from legspeed import Activity, Settings
from legspeed.model import Assessability
from legspeed.segmenter.grade import flat_speed
from legspeed.simulate import Runner, simulate_run

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import (
    accuracy,
    accuracy_ablations,
    accuracy_calibration,
    accuracy_disguised,
    accuracy_print,
    accuracy_real,
    accuracy_rules,
    accuracy_seasons,
    accuracy_simulated,
    accuracy_truth,
    accuracy_watches,
)
from benchmarks.accuracy_measured import Measured
from benchmarks.accuracy_scoring import Score, constant_shift_s, iou, matches, overlap_s, score, total
from benchmarks.accuracy_truth import TimedRun

ROOT = Path(__file__).parents[1]

# ------------------------------------------------------------------------------------------------------- scorer


@pytest.mark.parametrize(
    ("a", "b", "seconds", "share"),
    [
        ((0, 10), (0, 10), 10, 1.0),
        ((0, 10), (5, 15), 5, 1 / 3),
        ((0, 10), (10, 20), 0, 0.0),
        ((0, 20), (5, 15), 10, 0.5),
        ((30, 40), (0, 10), 0, 0.0),
    ],
)
def test_overlap(a, b, seconds, share):
    assert overlap_s(a, b) == overlap_s(b, a) == seconds
    assert iou(a, b) == iou(b, a) == pytest.approx(share)


TWO = [(100, 120), (200, 220)]


@pytest.mark.parametrize(
    ("found", "hits", "false", "stray", "exact"),
    [
        ([(100, 120), (200, 220)], 2, 0, 0, 1),
        ([], 0, 0, 0, 0),
        ([(101, 121), (199, 221)], 2, 0, 0, 1),
        # one that is nowhere near
        ([(100, 120), (150, 160), (200, 220)], 2, 1, 1, 0),
        # the edges off: a miss, and no false one beside it; but the strict count has it twice
        ([(100, 120), (212, 232)], 1, 0, 1, 1),
        # two pieces of one effort, neither good enough: one of them is too many
        ([(100, 120), (200, 208), (210, 218)], 1, 1, 2, 0),
        # two pieces, one good enough: the other is false, though it lies on a timed effort
        ([(100, 120), (200, 214), (215, 220)], 2, 1, 1, 0),
        # one long effort over both
        ([(100, 220)], 0, 0, 1, 0),
    ],
)
def test_score_of_a_run(found, hits, false, stray, exact):
    result = score(found, TWO, seconds=3600)
    assert (result.hits, result.missed) == (hits, 2 - hits)
    assert (result.false, result.stray, result.exact) == (false, stray, exact)
    assert result.sessions == 1
    assert result.f1 == pytest.approx(2 * hits / (2 * hits + (2 - hits) + false) if hits else 0)
    assert result.strict_f1 == pytest.approx(2 * hits / (2 * hits + (2 - hits) + stray) if hits else 0)
    assert result.false_per_10h == pytest.approx(10 * false)


def test_what_nobody_timed_is_neither_right_nor_wrong():
    ignore = [(150, 160)]
    assert score([(152, 158)], TWO, ignore=ignore).stray == 0
    assert score([(161, 166)], TWO, ignore=ignore).false == 1
    assert score([(161, 166)], TWO, ignore=ignore, reach_s=6).false == 0
    assert score([(100, 120)], TWO, ignore=[(90, 130)]).hits == 1, "a match counts wherever it lies"


def test_the_best_overlap_is_matched_first_and_one_to_one():
    assert matches([(0, 10), (10, 20)], [(5, 16)], 0.3) == {1: 0}
    assert matches([(0, 10), (10, 20)], [(5, 16), (16, 22)], 0.1) == {1: 0}, "best first, though two would fit"
    assert matches([(0, 6), (6, 12)], [(0, 11)], 0.5) == {0: 0}


def test_the_threshold_decides():
    assert score([(105, 125)], [(100, 120)], least=0.6).hits == 1
    assert score([(105, 125)], [(100, 120)], least=0.7).missed == 1


def test_a_constant_delay_is_found_and_bounded():
    true = [(100, 120), (200, 220), (300, 320)]
    assert constant_shift_s([([(103, 123), (203, 223), (304, 324)], true)]) == 3
    assert constant_shift_s([([(90, 112), (190, 212), (290, 312)], true)]) == -6
    assert constant_shift_s([([(500, 520)], true)]) == 0, "nothing near tells nothing"
    assert constant_shift_s([]) == 0


def test_scores_add_up():
    one, two = score([(101, 121)], TWO, seconds=60), score([(5, 9)], [], seconds=30)
    both = total([one, two])
    assert both == one + two
    assert (both.hits, both.missed, both.false, both.seconds, both.sessions) == (1, 1, 1, 90, 1)
    assert both.onset_s == both.end_s == (1,)
    assert (both.edges_within(1.0), both.edges_within(0.5)) == (1.0, 0.0)
    assert total([]) == Score()


def test_a_season_against_its_timed_runs():
    timed = [
        TimedRun("a.fit.gz", 3600, ((100, 120), (200, 220)), (), ()),
        TimedRun("b.fit.gz", 3600, ((50, 70),), ((500, 520),), ()),
        TimedRun("unread.fit", 3600, ((1, 20),), (), ()),
    ]
    found = {"a.fit.gz": [(109, 129), (210, 230)], "b.fit.gz": [(59, 79), (524, 530)]}
    raw = accuracy_truth.scored(found, timed, align=False)
    assert (raw.hits, raw.missed, raw.false) == (0, 4, 0)
    aligned = accuracy_truth.scored(found, timed)
    assert (aligned.hits, aligned.missed, aligned.false) == (3, 1, 0)
    assert aligned.seconds == 7200, "a run that was not read was not run"
    assert accuracy_truth.shift_of(found, timed) == 6, "no more than six seconds, though it is nine"


def test_truth_files(tmp_path):
    row = {"file": "x/1.fit", "seconds": 60, "efforts": [[1.0, 9.5, 6.6]], "hill_sprints": [[20, 28]], "ignore": []}
    (tmp_path / "runner_x_truth.json").write_text(json.dumps([row]), "utf-8")
    (run,) = accuracy_truth.timed_runs(tmp_path, "runner_x")
    assert run == TimedRun("1.fit", 60.0, ((1.0, 9.5),), (), ((20.0, 28.0),))
    assert accuracy_truth.file_of("export.zip!a/1.fit.gz#2") == "1.fit.gz"


# ------------------------------------------------------------------------------------------------ rules, ablations


def activity(speed, **columns):
    n = len(speed)
    given = {"time_s": np.arange(n, dtype=float), "speed_mps": np.array(speed, dtype=float)} | columns
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return Activity(start, 0, "running", "generic", "a watch", "a.fit", "0", "fit", **given)


def test_a_rule_takes_what_stays_above_its_threshold():
    run = activity([3.0] * 20 + [6.0] * 7 + [3.0] * 20 + [6.0] * 4 + [3.0] * 9)
    assert accuracy_rules.above_five_k(run, 5.0) == [(20.0, 26.0)], "three seconds are too short"
    assert accuracy_rules.above_easy(run) == [], "six seconds are too short"
    assert accuracy_rules.dwells(run, 5.9, 3.0) == [(20.0, 26.0), (47.0, 50.0)]


def test_a_rule_does_not_cross_a_gap_and_takes_distance_where_there_is_no_speed():
    time = np.concatenate([np.arange(10.0), np.arange(60.0, 70.0)])
    run = activity([6.0] * 20, time_s=time)
    assert accuracy_rules.dwells(run, 5.0, 4.0) == [(0.0, 9.0), (60.0, 69.0)]
    by_distance = activity([6.0] * 20, speed_mps=None, distance_m=6.0 * np.arange(20.0))
    assert accuracy_rules.dwells(by_distance, 5.0, 4.0) == [(1.0, 19.0)]
    north = 45.0 + np.degrees(6.0 * np.arange(20.0) / 6_371_000.0)
    by_place = activity([6.0] * 20, speed_mps=None, latitude_deg=north, longitude_deg=np.full(20, 7.0))
    assert accuracy_rules.dwells(by_place, 5.99, 4.0) == [(1.0, 19.0)]
    assert accuracy_rules.above_easy(activity([0.0] * 20)) == []


def test_minetti_pays_the_metabolic_cost():
    assert accuracy_ablations.minetti_factor(0.0) == 1.0
    assert accuracy_ablations.minetti_factor(0.08) == pytest.approx(1.51, abs=0.005)
    run = simulate_run(Runner.of(five_k_s=1140), "hill_sprints", seed=3).activity
    before = legspeed.digest(run, laps=False)
    after = accuracy_ablations.with_minetti(before)
    slope = Settings().slope
    steep = 0
    for old, new in zip(before.bursts, after.bursts, strict=True):
        flat = flat_speed(new.plateau_speed_mps, new.grade, new.grade_se, new.duration_s, slope)
        if flat_speed(1.0, old.grade, old.grade_se, old.duration_s, slope) > 1.0:
            factor = accuracy_ablations.minetti_factor(old.grade)
            assert flat == pytest.approx(old.plateau_speed_mps * factor)
            steep += 1
        else:
            assert new == old
    assert steep > 5


@pytest.mark.parametrize("name", accuracy_ablations.VARIANTS)
def test_every_variant_lacks_what_it_says(name):
    run = simulate_run(Runner.of(five_k_s=1140), "strides_after_easy", seed=3).activity
    result = accuracy_ablations.VARIANTS[name].of(run)
    streams = {lag.stream for lag in result.lags}
    basis = {
        "recorded speed and cadence only": ("speed",),
        "positions and cadence only": ("position",),
        "positions only": ("position",),
    }
    assert result.basis == basis.get(name, ("position", "distance", "speed"))
    lacks_cadence = name in ("without cadence", "positions only")
    assert ("cadence" in streams) is not lacks_cadence
    assert (result.easy_cadence_spm is None) is lacks_cadence


# --------------------------------------------------------------------------------------------- watches, seasons


def test_two_watches_of_one_run_are_told_from_conversions():
    runner, start = Runner.of(five_k_s=1140), dt.datetime(2026, 5, 1, 6, tzinfo=dt.UTC)
    first = simulate_run(runner, "track_reps", "steady 1 s", start, seed=4).activity
    second = simulate_run(runner, "track_reps", "footpod", start + dt.timedelta(seconds=2), seed=4).activity
    converted = simulate_run(runner, "track_reps", "2 Hz", start, seed=4).activity
    elsewhen = simulate_run(runner, "track_reps", "2 Hz", start + dt.timedelta(hours=4), seed=4).activity
    pairs = list(accuracy_watches.twins([first, second, converted, elsewhen]))
    assert (first, second) in pairs
    assert (first, converted) not in pairs
    assert all(elsewhen not in pair for pair in pairs)


def test_two_watches_are_held_against_each_other():
    runner, start = Runner.of(five_k_s=1140), dt.datetime(2026, 5, 1, 6, tzinfo=dt.UTC)
    a, b = (simulate_run(runner, "track_reps", watch, start, seed=4) for watch in ("steady 1 s", "footpod"))
    pairs = accuracy_watches.compare(*accuracy_watches.together(a.activity, b.activity))
    assert len(pairs) == len(a.counted) > 3
    assert all(pair.same for pair in pairs)
    # The same files a minute apart: nothing fits, and neither side has a reason.
    late = simulate_run(runner, "track_reps", "footpod", start + dt.timedelta(seconds=60), seed=4)
    apart = accuracy_watches.compare(*accuracy_watches.together(a.activity, late.activity))
    assert len(apart) > len(pairs)
    assert not any(pair.same for pair in apart)


def test_speeds_may_differ_by_what_both_watches_state():
    def pair(edges_s, speed):
        return accuracy_watches.Pair(None, None, edges_s=edges_s, speed=speed, speed_known=0.06)

    assert pair(1.0, 0.05).excused
    assert not pair(1.0, 0.07).excused
    assert not pair(2.5, 0.05).excused  # nothing is stated of the edges
    assert pair(1.0, 0.02).same
    assert not pair(1.0, 0.02).excused


def test_a_disguise_changes_the_recording_and_not_the_truth():
    plain = simulate_run(Runner.of(five_k_s=1140), "strides_after_easy", "steady 1 s", seed=2).activity
    worn = {name: disguise(plain) for name, disguise in accuracy_disguised.DISGUISES.items()}
    assert worn["as recorded"] is plain
    slow = worn["a runner 30 % slower"]
    assert np.nanmax(slow.distance_m) == pytest.approx(0.7 * np.nanmax(plain.distance_m))
    span = [np.ptp(a.latitude_deg[np.isfinite(a.latitude_deg)]) for a in (slow, plain)]
    assert span[0] == pytest.approx(0.7 * span[1])
    for name in ("a record every 3", "a record every 1-7 s"):
        assert plain.n / 6 < worn[name].n < plain.n / 2
        assert worn[name].elapsed_s > plain.elapsed_s - 10
    assert worn["no cadence"].cadence_spm is None
    assert worn["positions to 5 decimals and cadence"].speed_mps is None
    assert all(one.start == plain.start and one.time_s[0] == 0 for one in worn.values())
    assert sum(not one.same_as(plain) for one in worn.values()) == len(worn) - 1


def test_a_watch_that_shows_nothing_says_why():
    runner = Runner.of(five_k_s=1140)
    good, blind = (simulate_run(runner, "track_reps", watch, seed=4).activity for watch in ("steady 1 s", "GPS only"))
    views = accuracy_watches.together(good, blind)
    lone = [pair for pair in accuracy_watches.compare(*views) if pair.second is None]
    assert not views[1].digest.assessable.strides
    assert all(pair.reason == views[1].digest.assessable.why for pair in lone)


@functools.cache
def a_stride():
    return simulate_run(Runner.of(five_k_s=1140), "strides_after_easy", seed=1).truth[0]


def effort(ratio, *, counts=True, kind="stride"):
    return dataclasses.replace(a_stride(), gate_ratio=ratio, counts=counts, kind=kind)


def test_days_since_allow_what_no_measurement_can_tell():
    sure, near, slow = effort(1.3), effort(1.01), effort(0.8, counts=False)
    day = dt.date(2026, 3, 1)
    week = [day + dt.timedelta(days=k) for k in range(4)]
    days = accuracy_seasons.allowed_days
    assert days([(week[0], [sure]), (week[1], [slow]), (week[3], [])]) == {3}
    assert days([(week[0], [sure]), (week[1], [near]), (week[3], [slow])]) == {3, 2}
    assert days([(week[0], [near]), (week[1], [sure]), (week[3], [])]) == {2}, "an earlier doubt changes nothing"
    assert days([(week[0], [slow]), (week[3], [])]) == {None}


def test_what_is_asked_of_a_run():
    stride, hill, near = effort(1.3), effort(1.4, kind="hill_sprint"), effort(1.0)
    slow = effort(0.7, counts=False)
    both, flat = Assessability(True, True), Assessability(True, False, "smoothed")
    truth = [stride, hill, near, slow]
    assert accuracy_simulated.decidable(truth, both) == ([stride, hill], [(near.start_s, near.end_s)])
    asked, ignore = accuracy_simulated.decidable(truth, flat)
    assert asked == [stride]
    assert len(ignore) == 2


# ---------------------------------------------------------------------------------------------------- reporting


def test_reliability():
    sure = [(0.95, True)] * 9 + [(0.95, False)] + [(0.55, True)] * 2 + [(0.55, False)] * 2
    shown, off = accuracy_calibration.reliability("x", sure)
    assert shown.rows == [("0.50 to 0.65", "4", "0.55", "0.50"), ("0.90 to 0.97", "10", "0.95", "0.90")]
    assert off == pytest.approx(0.05)
    assert accuracy_calibration.reliability("x", [(1.0, True)])[1] == 0.0


def test_lines_say_whether_a_target_is_met():
    good, bad = accuracy_print.at_least("F1", 0.981, 0.98), accuracy_print.at_most("false", 0.3, 0.2)
    assert (good.ok, bad.ok, accuracy_print.told("x", "y").ok) == (True, False, None)
    assert "at least 0.980: ok" in str(good)
    assert "at most 0.20: MISSED" in str(bad)
    assert accuracy_print.at_most("missed", 2, 2, ".0f").ok


def test_json_and_page(tmp_path):
    table = accuracy_print.Table(("a", "b"), [("heading",), ("x", "1")])
    section = accuracy_print.Section("laps", "t", (accuracy_print.at_least("F1", 0.5, 0.9),), (table,), ("a file",))
    accuracy_print.write_json(tmp_path / "a.json", [section])
    document = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert document["missed"] == 1
    assert document["sections"][0]["lines"][0]["value"] == 0.5
    page = tmp_path / "page.md"
    page.write_text("top\n<!-- measured -->\nold\n<!-- end -->\nbottom\n", "utf-8")
    for _ in range(2):
        accuracy_print.write_page(page, [section], "the command")
    text = page.read_text("utf-8")
    assert text.startswith("top\n")
    assert text.endswith("bottom\n")
    assert text.count("### laps") == 1
    assert "old" not in text
    assert "a file" not in text, "single recordings are no part of a page"
    page.write_text("no marks", "utf-8")
    with pytest.raises(ValueError, match="measured"):
        accuracy_print.write_page(page, [section], "the command")


def test_without_recordings_the_real_sections_say_so():
    measured = Measured(None)
    for section in (accuracy_real.laps, accuracy_real.positions, accuracy_real.smart):
        (line,) = section(measured).lines
        assert line.ok is None
        assert "LEGSPEED_REAL" in line.shown


def test_the_page_shows_every_section():
    text = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    assert "python -m benchmarks accuracy" in text
    for name in accuracy.SECTIONS:
        assert f"\n### {name}: " in text
