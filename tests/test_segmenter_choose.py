"""The gate by duration, and disjoint bursts out of the tree."""

import dataclasses
import datetime as dt
import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders_segmenter import burst_of, plain_burst, plain_digest, recording, run_of, way
from legspeed.model import Yardstick
from legspeed.segmenter import digest
from legspeed.segmenter.choose import choose, gate_of, verdict, with_repeats
from legspeed.segmenter.context import Context
from legspeed.segmenter.ramps import low_mps
from legspeed.settings import Settings

SETTINGS = Settings()
TIERS, JUDGING = SETTINGS.tiers, SETTINGS.judging
DAY = dt.date(2026, 3, 3)
STICK = Yardstick(4.4, "given", 7.6, "given", DAY)
CONTEXT = Context(STICK, 3.0, 162.0)

seconds = st.floats(1, 400)
speeds = st.floats(2.0, 7.0)


def judged(burst, run=None, context=CONTEXT):
    return verdict(burst, run or plain_digest(), context, SETTINGS)


# ------------------------------------------------------------------------------------------------- the gate


@settings(max_examples=200, deadline=None)
@given(seconds, st.booleans(), speeds, st.floats(1.3, 2.5), st.floats(1, 1.3))
def test_a_faster_runner_has_a_higher_gate_and_none_is_below_mile_pace(duration, uphill, five_k, reserve, more):
    def gate(five_k_mps, max_mps):
        return gate_of(duration, uphill, Yardstick(five_k_mps, "", max_mps, "", DAY), SETTINGS)

    here = gate(five_k, five_k * reserve)
    assert here >= TIERS.five_k_ratio * five_k
    assert gate(more * five_k, five_k * reserve) >= here - 1e-12
    assert gate(five_k, more * five_k * reserve) >= here - 1e-12
    assert gate_of(duration, True, STICK, SETTINGS) <= gate_of(duration, False, STICK, SETTINGS)


@given(seconds, st.floats(0, 60))
def test_longer_efforts_need_no_more(duration, more):
    fast = Yardstick(4.0, "", 9.0, "", DAY)
    assert gate_of(duration + more, False, fast, SETTINGS) <= gate_of(duration, False, fast, SETTINGS) + 1e-12


def test_short_efforts_are_held_against_maximal_speed_and_long_ones_against_5_km_speed():
    fast = Yardstick(4.0, "", 9.0, "", DAY)
    assert gate_of(JUDGING.short_s, False, fast, SETTINGS) == pytest.approx(TIERS.turnover * 9.0)
    assert gate_of(JUDGING.long_s, False, fast, SETTINGS) == pytest.approx(TIERS.five_k_ratio * 4.0)
    between = gate_of(0.5 * (JUDGING.short_s + JUDGING.long_s), False, fast, SETTINGS)
    assert TIERS.five_k_ratio * 4.0 < between < TIERS.turnover * 9.0


def test_an_unsure_yardstick_asks_more_of_long_reps():
    unsure = Yardstick(4.4, "", 7.6, "", DAY, sure=False)
    assert gate_of(60, False, unsure, SETTINGS) > gate_of(60, False, STICK, SETTINGS)
    assert gate_of(10, False, unsure, SETTINGS) == gate_of(10, False, STICK, SETTINGS)


@pytest.mark.parametrize(("gain_spm", "less"), [(24.0, True), (8.0, False), (None, False)])
def test_indoors_less_speed_is_asked_where_the_steps_rose(gain_spm, less):
    """What a wrist reads is uncertain, and no effort at a lower pace brings such steps."""
    cadence = None if gain_spm is None else CONTEXT.easy_cadence_spm + gain_spm
    burst = burst_of(answer_cadence_spm=cadence)
    outdoors, indoors = (judged(burst, run_of(sub_sport=at)) for at in ("", "virtual_activity"))
    assert indoors.flat_mps == outdoors.flat_mps
    assert (indoors.gate_mps < outdoors.gate_mps) is less


# ------------------------------------------------------------------------------------------------- one burst


def test_the_shared_delay_moves_an_edge_but_not_the_timer_s_own():
    burst = burst_of(open_start=False, open_end=False)
    late = Context(STICK, 3.0, 162.0, delay_s=3.0)
    assert judged(burst, context=late).start_s == pytest.approx(burst.start_s - 3)
    assert judged(burst, context=late).end_s == pytest.approx(burst.end_s - 3)
    opened = judged(burst_of(open_start=True, open_end=True), context=late)
    assert (opened.start_s, opened.end_s) == (burst.start_s, burst.end_s)


def test_no_verdict_ends_before_it_begins():
    early = burst_of(start_s=0.5, end_s=4.0, open_start=False, open_end=False)
    got = judged(early, context=Context(STICK, 3.0, 162.0, delay_s=5.0))
    assert 0 <= got.start_s < got.end_s


def test_a_known_slope_is_credited_and_lowers_the_gate_and_an_unknown_one_does_not():
    level, hill, unknown = (burst_of(grade=g, grade_se=se) for g, se in ((0.0, 0.005), (0.09, 0.005), (0.09, 0.05)))
    assert judged(hill).flat_mps > 1.05 * judged(level).flat_mps
    assert judged(hill).gate_mps <= judged(level).gate_mps
    assert judged(unknown).flat_mps == judged(level).flat_mps == plain_burst().plateau_speed_mps
    down = judged(burst_of(grade=-0.09, grade_se=0.005))
    assert down.flat_mps == plain_burst().plateau_speed_mps


def test_confidence_is_a_probability():
    for support in (None, -9.0, 0.5, 9.0):
        assert 0 < judged(burst_of(recorded_support=support)).confidence < 1


def test_a_long_effort_is_held_against_its_median_and_a_short_one_against_its_plateau():
    noisy = {"plateau_speed_mps": 5.4, "mid_speed_mps": 5.0}
    assert judged(burst_of(start_s=100.0, end_s=150.0, **noisy)).flat_mps == pytest.approx(5.0)
    assert judged(burst_of(start_s=100.0, end_s=120.0, **noisy)).flat_mps == pytest.approx(5.4)


# ------------------------------------------------------------------------------------------------- out of the tree


@st.composite
def verdicts(draw):
    """Return candidates of random places and heights, nested and crossing as no tree would be."""
    made = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.floats(0, 300))
        length = draw(st.floats(1, 120))
        plateau = draw(st.floats(3, 9))
        burst = burst_of(
            start_s=start,
            end_s=start + length,
            plateau_speed_mps=plateau,
            mid_speed_mps=plateau * draw(st.floats(0.85, 1)),
            low_speed_mps=plateau * draw(st.floats(0.7, 1)),
            bar_high_mps=plateau * draw(st.floats(0.5, 1)),
            open_start=draw(st.booleans()),
        )
        made.append(judged(burst, context=Context(STICK, 3.0, 162.0, delay_s=draw(st.sampled_from([0.0, 0.0, 3.0])))))
    return made


@settings(max_examples=100, deadline=None)
@given(verdicts())
def test_chosen_bursts_are_sorted_disjoint_and_fast_enough(made):
    assume(all(v.end_s > v.start_s for v in made))
    taken, slow = choose(made, JUDGING)
    for before, after in itertools.pairwise(taken):
        assert before.start_s <= before.end_s <= after.start_s <= after.end_s
    assert all(v.flat_mps >= JUDGING.sibling_share * v.gate_mps for v in taken)
    assert not taken or any(v.flat_mps >= v.gate_mps for v in taken)
    assert all(JUDGING.near_miss * v.gate_mps <= v.flat_mps for v in slow)
    assert all(v.flat_mps < v.gate_mps or v.evidence[-1].startswith(("a crest of", "goes on at")) for v in slow)
    assert all(v.overlap_s(o) <= 1e-9 for v in slow for o in taken)
    bursts = [v.burst for v in made]
    assert all(v.burst in bursts for v in (*taken, *slow))


@settings(max_examples=60, deadline=None)
@given(verdicts(), st.randoms())
def test_the_order_of_candidates_does_not_matter(made, chance):
    places = [(v.duration_s, v.start_s) for v in made]
    assume(len(set(places)) == len(places))
    mixed = list(made)
    chance.shuffle(mixed)

    def edges(found):
        return [(v.start_s, v.end_s, v.flat_mps) for v in found]

    assert edges(choose(made, JUDGING)[0]) == edges(choose(mixed, JUDGING)[0])


def chosen_of(*parts):
    run = digest(recording(way((300, 3.0), *parts, (200, 3.0))))
    return choose([judged(b, run) for b in run.bursts], JUDGING)[0]


def test_the_longest_that_is_fast_as_a_whole_wins():
    one = chosen_of((15, 6.4), (2, 5.8), (15, 6.4))
    assert [(round(v.start_s), round(v.end_s)) for v in one] == [(300, 332)]
    two = chosen_of((15, 6.4), (12, 3.5), (15, 6.4))
    assert [(round(v.start_s), round(v.end_s)) for v in two] == [(300, 315), (327, 342)]


def test_what_is_slow_for_half_of_its_time_or_dips_deep_is_no_whole():
    gate = judged(plain_burst()).gate_mps
    assert choose([judged(plain_burst())], JUDGING)[0]
    slow = [{"mid_speed_mps": 0.8 * gate}, {"low_speed_mps": 0.6 * gate}, {"bar_high_mps": 0.5 * 6.4}]
    for part in slow:
        assert choose([judged(burst_of(**part))], JUDGING) == ([], [])


@pytest.mark.parametrize(("seconds", "beside_mps", "taken"), [(8, 0.0, 1), (8, 4.0, 0), (20, 0.0, 0)])
def test_the_ramps_of_a_sprint_from_a_stand_are_no_slow_part_of_it(seconds, beside_mps, taken):
    gate = judged(burst_of(end_s=100.0 + seconds, start_s=100.0, grade=None, grade_se=None)).gate_mps
    speeds = {"plateau_speed_mps": 1.1 * gate, "mid_speed_mps": gate, "low_speed_mps": 0.7 * gate, "bar_high_mps": gate}
    beside = {"base_speed_mps": beside_mps, "after_speed_mps": beside_mps, "grade": None, "grade_se": None}
    burst = burst_of(start_s=100.0, end_s=100.0 + seconds, **speeds, **beside)
    assert len(choose([judged(burst)], JUDGING)[0]) == taken


def test_a_short_sprint_from_a_stand_is_found_at_the_speed_that_is_asked_of_it():
    stand, sprint = (60, 0.0), (8, 1.07 * TIERS.turnover * STICK.max_speed_mps)
    found = chosen_of(stand, sprint, stand, sprint, stand)
    assert [v.duration_s for v in found] == pytest.approx([8, 8], abs=1)


@given(st.floats(5, 60), speeds, speeds, speeds, st.floats(0, 7), st.floats(0, 7))
def test_what_the_ramps_leave_lies_between_lower_quartile_and_median(seconds, one, other, third, before, after):
    low, mid, plateau = sorted((one, other, third))
    got = low_mps(seconds, plateau, mid, low, before, after, JUDGING)
    assert low <= got <= mid
    assert got <= low_mps(seconds, plateau, mid, low, 0.0, after, JUDGING) + 1e-9  # out of a stand they last longest
    if seconds >= 8 * JUDGING.ramp_s:
        assert got == low


def test_a_float_between_two_efforts_is_no_part_of_one():
    (first, second) = chosen_of((20, 6.4), (25, 3.9), (20, 6.4))
    assert first.end_s == pytest.approx(320, abs=1.5)
    assert second.start_s == pytest.approx(345, abs=1.5)


def test_an_effort_out_of_a_tempo_is_cut_out_of_it():
    (kick,) = chosen_of((400, 4.4), (20, 6.6))
    assert (round(kick.start_s), round(kick.end_s)) == (700, 720)


# ------------------------------------------------------------------------------------------------- repeats


@pytest.mark.parametrize(("crest_mps", "found"), [(5.0, []), (6.0, [20])])
def test_the_faster_seconds_of_a_rep_at_5_km_pace_are_no_stride_and_a_surge_out_of_it_is(crest_mps, found):
    # The rep, 100 s at 4.6 m/s, is below its gate; its 20 s at 5.0 m/s are above theirs, and hardly faster.
    run = digest(recording(way((300, 3.0), (20, crest_mps), (80, 4.6), (300, 3.0))))
    taken, slow = choose([judged(b, run) for b in run.bursts], JUDGING)
    assert [round(v.duration_s) for v in taken] == pytest.approx(found, abs=2)
    assert found or "a crest of 100 s at 4.6 m/s" in slow[0].evidence


def repeated(count, run, **changes):
    made = [judged(burst_of(start_s=100.0 * k, end_s=100.0 * k + 20, **changes), run) for k in range(count)]
    return made, with_repeats(made, run, CONTEXT, SETTINGS)


def test_three_alike_are_no_accident_and_two_are():
    few = int(JUDGING.alike_count) - 1
    made, got = repeated(few, plain_digest())
    assert [v.log_odds for v in got] == [v.log_odds for v in made]
    made, got = repeated(few + 1, plain_digest())
    assert all(after.log_odds > before.log_odds for before, after in zip(made, got, strict=True))
    assert all("alike" in v.evidence[-1] for v in got)


def test_another_length_or_speed_is_not_alike():
    run = plain_digest()
    odd = judged(burst_of(start_s=900.0, end_s=950.0), run)
    fast = judged(burst_of(start_s=700.0, end_s=720.0, plateau_speed_mps=9.0), run)
    for other in (odd, fast):
        few = [judged(burst_of(start_s=100.0 * k, end_s=100.0 * k + 20), run) for k in range(2)]
        assert with_repeats([*few, other], run, CONTEXT, SETTINGS)[0].log_odds == few[0].log_odds


def test_positions_alone_count_only_as_repeats_that_last():
    run = run_of(basis=("position",), independent=False)
    silent = {"answer_cadence_spm": None, "recorded_support": None}
    _, few = repeated(2, run, **silent)
    assert all(v.confidence < JUDGING.count_from for v in few)
    _, many = repeated(6, run, **silent)
    assert all(v.confidence >= JUDGING.count_from for v in many)
    short = [judged(burst_of(start_s=100.0 * k, end_s=100.0 * k + 5, **silent), run) for k in range(6)]
    assert all(v.confidence < JUDGING.count_from for v in with_repeats(short, run, CONTEXT, SETTINGS))


@pytest.mark.parametrize(
    ("interval_s", "seconds", "answer_spm", "counts"),
    [(6.0, 10.0, None, False), (6.0, 10.0, 190.0, True), (6.0, 28.0, None, True), (1.0, 10.0, None, True)],
)
def test_two_or_three_records_without_steps_count_for_nothing_however_often(interval_s, seconds, answer_spm, counts):
    run = run_of(interval_s=interval_s)
    burst = dict(open_start=False, open_end=False, plateau_speed_mps=7.2, answer_cadence_spm=answer_spm)
    made = [judged(burst_of(start_s=100.0 * k, end_s=100.0 * k + seconds, **burst), run) for k in range(4)]
    got = with_repeats(made, run, CONTEXT, SETTINGS)
    assert {v.confidence >= JUDGING.count_from for v in got} == {counts}


def alone_by_positions(share, gain_spm, *, sure=True, seconds=20.0):
    """Return whether one burst of positions alone counts, at this share of its gate, its cadence up by so much."""
    stick = dataclasses.replace(STICK, sure=sure)
    speed = share * gate_of(seconds, False, stick, SETTINGS)
    burst = burst_of(
        start_s=1000.0, end_s=1000.0 + seconds, open_start=False, open_end=False, plateau_speed_mps=speed,
        peak_speed_mps=1.05 * speed, mid_speed_mps=speed, low_speed_mps=speed, base_speed_mps=3.0, after_speed_mps=3.0,
        grade=None, grade_se=None, recorded_support=None, answer_cadence_spm=162.0 + gain_spm,
    )  # fmt: skip
    run = run_of(basis=("position",), independent=False)
    (found,) = with_repeats([judged(burst, run, Context(stick, 3.0, 162.0))], run, CONTEXT, SETTINGS)
    return found.confidence >= JUDGING.count_from


def test_steps_prove_what_positions_alone_show_the_more_they_are_the_more():
    asked = JUDGING.cadence_most_spm
    assert alone_by_positions(1.0 + JUDGING.stepped_margin + 0.01, asked)
    assert not alone_by_positions(1.0 + JUDGING.stepped_margin - 0.01, 1.4 * asked)
    assert alone_by_positions(1.0 + JUDGING.stepped_least + 0.01, 2 * asked)
    assert not alone_by_positions(1.0 + JUDGING.stepped_least - 0.01, 4 * asked)
    assert not alone_by_positions(1.5, asked - 1)


def test_beside_a_guessed_5_km_speed_what_steps_prove_must_be_faster():
    most = 1.0 + JUDGING.stepped_margin + JUDGING.unsure_margin
    assert alone_by_positions(most + 0.01, 20, sure=False)
    assert not alone_by_positions(most - 0.01, 20, sure=False)


def test_steps_prove_a_short_sprint_too():
    short = JUDGING.position_least_s - 1
    assert alone_by_positions(1.2, 30, seconds=short)
    assert not alone_by_positions(1.2, 10, seconds=short)


def laid(*shares, seconds=18.0, stick=STICK, crest=None):
    """Return where efforts are taken that stand at these shares of their gate; a `crest` above it within the second."""
    gate = gate_of(seconds, False, stick, SETTINGS)
    spans = [(300.0 + 100.0 * k, seconds, share * gate) for k, share in enumerate(shares)]
    spans += [] if crest is None else [(410.0, crest, 1.3 * gate)]
    made = [
        judged(
            burst_of(
                start_s=start, end_s=start + lasting, open_start=False, open_end=False, plateau_speed_mps=speed,
                mid_speed_mps=speed, low_speed_mps=speed, bar_high_mps=9.0, grade=None, grade_se=None,
            ),
            context=Context(stick, 3.0, 162.0),
        )
        for start, lasting, speed in spans
    ]  # fmt: skip
    return [(v.start_s, v.duration_s) for v in choose(made, JUDGING, sure=stick.sure)[0]]


def test_a_rep_just_below_its_gate_belongs_to_a_set_above_it():
    def starts(*shares, seconds=18.0):
        return [start for start, _ in laid(*shares, seconds=seconds)]

    assert starts(1.05, 0.98, 1.04) == [300.0, 400.0, 500.0]
    assert starts(1.05, 0.98) == [300.0]
    assert starts(1.05, 0.96, 1.04) == [300.0, 500.0]
    assert starts(1.05, 0.98, 1.04, 0.98, 0.98) == [300.0, 500.0]
    assert starts(1.05, 0.98, 1.04, seconds=40.0) == [300.0, 400.0, 500.0]  # 5 km speed is no better known
    assert starts(1.05, 0.96, 1.04, seconds=40.0) == [300.0, 500.0]


def test_the_fast_start_of_a_race_after_strides_is_no_slower_one_of_them():
    gate = gate_of(20, False, STICK, SETTINGS)
    strides = [part for share in (1.06, 1.05, 1.05, 1.06) for part in ((20, share * gate), (80, 1.5))]
    alone, race = chosen_of(*strides, (20, 0.98 * gate), (80, 1.5)), chosen_of(*strides, (20, 0.98 * gate), (600, 4.4))
    assert (len(alone), len(race)) == (5, 4)


def test_of_such_a_rep_the_fastest_seconds_are_not_taken_for_it():
    assert laid(1.05, 0.98, 1.04, seconds=40.0, crest=13.0) == [(300.0, 40.0), (400.0, 40.0), (500.0, 40.0)]
    assert laid(1.05, 0.96, 1.04, seconds=40.0, crest=13.0) == [(300.0, 40.0), (410.0, 13.0), (500.0, 40.0)]


def test_where_the_5_km_speed_is_a_guess_the_faster_long_reps_speak_for_the_slower():
    guess = dataclasses.replace(STICK, sure=False)
    long = {"seconds": 40.0, "stick": guess}
    assert laid(1.05, 0.95, 1.04, **long) == [(300.0, 40.0), (400.0, 40.0), (500.0, 40.0)]
    # … whole, and not only their fastest seconds,
    assert laid(1.05, 0.95, 1.04, **long, crest=13.0) == [(300.0, 40.0), (400.0, 40.0), (500.0, 40.0)]
    # … but not below what the guess itself asks, nor against most of the set, nor where there is no guess.
    assert laid(1.05, 0.92, 1.04, **long) == [(300.0, 40.0), (500.0, 40.0)]
    assert laid(1.05, 0.95, 1.04, 0.95, 0.95, **long) == [(300.0, 40.0), (500.0, 40.0)]
    assert laid(1.05, 0.95, 1.04, seconds=40.0) == [(300.0, 40.0), (500.0, 40.0)]


def test_a_deep_dip_parts_two_efforts():
    one = judged(burst_of(saddle=1.0))
    assert choose([one], JUDGING)[0]
    assert not choose([judged(burst_of(saddle=JUDGING.saddle_share - 0.01))], JUDGING)[0]


def test_positions_alone_must_rise_and_fall():
    def counting(after_mps):
        alone = run_of(basis=("position",), independent=False)
        made = [
            judged(
                burst_of(
                    start_s=at, end_s=at + 20.0, open_start=False, open_end=False, plateau_speed_mps=6.4,
                    mid_speed_mps=6.4, low_speed_mps=6.0, base_speed_mps=3.0, after_speed_mps=after_mps,
                    bar_high_mps=9.0, recorded_support=None,
                ),
                alone,
            )
            for at in (300.0, 400.0, 500.0)
        ]  # fmt: skip
        return sum(v.confidence >= JUDGING.count_from for v in with_repeats(made, alone, CONTEXT, SETTINGS))

    assert counting(3.0) == 3
    assert counting(5.8) == 0
