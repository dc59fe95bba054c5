"""Witnesses: each adds its log-odds one way only, within bounds, and says what it saw."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders_segmenter import burst_of, run_of
from legspeed.model import StreamLag, Yardstick
from legspeed.segmenter.context import Context
from legspeed.segmenter.witness import witnesses
from legspeed.settings import Settings

JUDGING = Settings().judging
CONTEXT = Context(Yardstick(4.4, "given", 7.6, "given", dt.date(2026, 3, 3)), 3.0, 162.0)


def odds(burst=None, run=None, context=CONTEXT, seconds=20.0, above=0.2):
    return witnesses(burst or burst_of(), run or run_of(), context, seconds, above, JUDGING)[0]


def said(burst=None, run=None, context=CONTEXT, seconds=20.0, above=0.2):
    return " | ".join(witnesses(burst or burst_of(), run or run_of(), context, seconds, above, JUDGING)[1])


@settings(max_examples=150, deadline=None)
@given(st.floats(100, 250), st.floats(0, 30), st.floats(3.5, 11))
def test_more_cadence_never_speaks_against(cadence, more, plateau):
    low = burst_of(answer_cadence_spm=cadence, plateau_speed_mps=plateau)
    high = burst_of(answer_cadence_spm=cadence + more, plateau_speed_mps=plateau)
    assert odds(high) >= odds(low)
    assert odds(high) - odds(low) <= JUDGING.cadence_cap + JUDGING.cadence_veto + 20


@settings(max_examples=100, deadline=None)
@given(st.floats(-1, 2), st.floats(0, 1), st.floats(-0.2, 0.6), st.floats(0, 0.3))
def test_more_support_and_more_speed_never_speak_against(share, more, above, faster):
    assert odds(burst_of(recorded_support=share + more)) >= odds(burst_of(recorded_support=share))
    assert odds(above=above + faster) >= odds(above=above)


def test_flat_cadence_vetoes_whatever_else_speaks_for_it():
    flat = burst_of(answer_cadence_spm=162.0, recorded_support=2.0, position_support=1.0, distance_support=1.0)
    assert odds(flat, run_of(independent=True), above=3.0) < 0 < odds()


def test_no_cadence_is_less_than_a_rise_and_more_than_none():
    rise, silent, flat = (burst_of(answer_cadence_spm=spm) for spm in (190.0, None, 162.0))
    assert odds(rise) > odds(silent) > odds(flat)
    assert "no cadence" in said(silent)
    assert "no cadence" in said(context=Context(CONTEXT.yardstick))


def test_positions_alone_are_the_least():
    silent = burst_of(answer_cadence_spm=None, recorded_support=None)
    alone = run_of(basis=("position",), independent=False)
    assert odds(silent, alone) < odds(silent, run_of(basis=("distance",), independent=False))
    assert "positions alone" in said(silent, alone)


def test_two_witnesses_that_agree_are_better_than_one():
    both = burst_of(position_support=1.0, distance_support=0.9)
    assert odds(both, run_of(independent=True)) > odds(both, run_of(independent=False))
    apart = burst_of(position_support=1.0, distance_support=0.1)
    assert odds(apart, run_of(independent=True)) == odds(apart, run_of(independent=False))
    unknown = burst_of(position_support=1.0, distance_support=None)
    assert odds(unknown, run_of(independent=True)) == odds(unknown, run_of(independent=False))
    assert "agree" in said(both, run_of(independent=True))


def test_settling_and_sparse_records_lower_it_and_are_said():
    assert odds(burst_of(settling=True)) < odds(burst_of(settling=False))
    assert odds(burst_of(settling=True, open_start=True)) == odds(burst_of(settling=False, open_start=True))
    assert odds(run=run_of(interval_s=6.0), seconds=10) < odds(run=run_of(interval_s=1.0), seconds=10)
    assert odds(run=run_of(interval_s=6.0), seconds=60) == odds(run=run_of(interval_s=1.0), seconds=60)
    assert "settling" in said(burst_of(settling=True, open_start=False))
    assert "every 6 s" in said(run=run_of(interval_s=6.0), seconds=10)


def test_the_evidence_names_speed_gate_cadence_and_support():
    text = said(burst_of(plateau_speed_mps=6.4, answer_cadence_spm=186.0, recorded_support=0.95), above=0.25)
    for part in ("6.4 m/s", "+25%", "cadence +24", "95% of the rise"):
        assert part in text


@pytest.mark.parametrize("above", [-1.0, 0.0, 50.0])
@pytest.mark.parametrize("spm", [None, 0.0, 300.0])
@pytest.mark.parametrize("support", [None, -50.0, 50.0])
def test_odds_are_bounded(above, spm, support):
    for run in (run_of(), run_of(basis=("position",)), run_of(independent=True, interval_s=30.0)):
        assert -15 < odds(burst_of(answer_cadence_spm=spm, recorded_support=support), run, above=above) < 15


@given(st.floats(-40, 80), st.floats(0, 60), st.booleans())
def test_a_heart_that_answers_more_never_speaks_against(gain, more, steps):
    def heart(rise):
        return burst_of(heart_gain_bpm=rise, answer_cadence_spm=190.0 if steps else None)

    assert odds(heart(gain + more)) >= odds(heart(gain))
    unit = JUDGING.heart_cap * (1 if steps else 2)
    assert abs(odds(heart(gain)) - odds(heart(None))) <= unit + 1e-9


def test_a_heart_at_rest_says_most_where_no_steps_are_counted():
    def lost(steps):
        rise, rest = (burst_of(heart_gain_bpm=gain, answer_cadence_spm=steps) for gain in (20.0, -3.0))
        return odds(rise) - odds(rest)

    assert lost(None) == pytest.approx(2 * lost(190.0))


def test_steps_that_were_there_before_the_burst_do_not_speak_for_it():
    surge = {"base_speed_mps": 5.2, "plateau_speed_mps": 6.2, "answer_cadence_spm": 182.0}
    with_it = burst_of(**surge, base_cadence_spm=172.0)
    before_it = burst_of(**surge, base_cadence_spm=182.0)
    assert odds(with_it) > odds(before_it)
    assert "of that +0/min with it" in said(before_it)
    # Out of easy running, or a walk, easy cadence is what counts.
    easy = {"base_speed_mps": 2.0, "plateau_speed_mps": 6.2, "answer_cadence_spm": 182.0}
    assert odds(burst_of(**easy, base_cadence_spm=182.0)) == odds(burst_of(**easy))


def test_a_recorded_speed_that_had_time_to_answer_and_did_not_refutes():
    late = run_of(lags=(StreamLag("speed", "position", 6.0, 0.1, 0.9),))
    refuted = burst_of(recorded_support=0.1, answer_cadence_spm=200.0)
    assert odds(refuted, late, seconds=20.0) <= JUDGING.refuted_cap
    assert odds(refuted, late, seconds=5.0) > 0
    assert odds(burst_of(recorded_support=0.4, answer_cadence_spm=200.0), late) > 0


def test_a_peak_far_above_the_maximum_is_a_jump_unless_recorded_speed_shows_it():
    """Positions went 10 m/s for some seconds, by a runner whose best is 6, while his watch told 2.8."""
    fast = {"peak_speed_mps": 1.6 * CONTEXT.yardstick.max_speed_mps, "answer_cadence_spm": 178.0}
    jump = burst_of(recorded_support=0.33, **fast)
    assert odds(jump) <= JUDGING.refuted_cap
    assert "peak 160% of maximal speed: a jump" in said(jump)
    for kept in ({"recorded_support": 0.6, **fast}, {"recorded_support": None, **fast}, {"recorded_support": 0.33}):
        assert "a jump" not in said(burst_of(**kept))
    usual = burst_of(recorded_support=0.33, **{**fast, "peak_speed_mps": 1.25 * CONTEXT.yardstick.max_speed_mps})
    assert odds(usual) > 0
