"""Sets in a coach's words."""

import re

import numpy as np
import pytest

from builders_segmenter import EASY_MPS, FIVE_K_MPS, judged, measured, recording, session, way
from legspeed.segmenter import judge
from legspeed.settings import Settings


def run_of_parts(*parts, warm_s=1200, **options):
    how = way((warm_s, EASY_MPS), *parts, (300, EASY_MPS))
    return judged(recording(how, **options))


def texts(run):
    return [found.text for found in run.sets]


def test_six_strides_are_said_as_a_coach_says_them():
    (text,) = texts(run_of_parts(*[(20, 6.4), (75, 0.0)] * 6, warm_s=2700))
    assert re.fullmatch(r"6 × 20 s strides, 1:15 rest, after 8\.1 km( easy)?", text), text


@pytest.mark.parametrize(("pace", "word"), [(0.0, "rest"), (1.3, "walk"), (2.7, "jog")])
def test_recoveries_are_what_they_were(pace, word):
    (text,) = texts(run_of_parts(*[(20, 6.4), (90, pace)] * 5))
    assert f"1:30 {word}" in text


def test_one_effort_is_no_set_of_one():
    (text,) = texts(run_of_parts((20, 6.4)))
    assert text.startswith("20 s stride,")
    assert "×" not in text


def test_the_set_knows_kind_count_and_edges():
    run = run_of_parts(*[(20, 6.4), (80, 3.0)] * 4)
    (found,) = run.sets
    assert (found.kind, found.count) == ("stride", 4)
    assert (found.start_s, found.end_s) == (run.efforts[0].start_s, run.efforts[-1].end_s)


def test_recoveries_lead_to_the_next_start_and_the_last_has_none():
    run = run_of_parts(*[(20, 6.4), (80, 3.0)] * 4)
    for here, after in zip(run.efforts, run.efforts[1:], strict=False):
        assert here.recovery_s == pytest.approx(after.start_s - here.end_s)
    assert run.efforts[-1].recovery_s is None


def test_another_kind_another_length_and_a_long_break_begin_another_set():
    assert len(texts(run_of_parts(*[(20, 6.4), (80, 3.0)] * 3, (600, 3.0), *[(20, 6.4), (80, 3.0)] * 3))) == 2
    mixed = run_of_parts(*[(20, 6.4), (80, 3.0)] * 3, *[(45, 5.8), (90, 3.0)] * 3)
    assert [(s.kind, s.count) for s in mixed.sets] == [("stride", 3), ("fast_rep", 3)]
    uneven = run_of_parts(*[(8, 6.8), (80, 3.0)] * 3, *[(24, 6.2), (80, 3.0)] * 3)
    assert [s.count for s in uneven.sets] == [3, 3]


def test_reps_on_both_sides_of_the_border_of_stride_and_sprint_are_one_set():
    run = run_of_parts(*[(14, 6.7), (80, 1.3), (10, 7.0), (80, 1.3)] * 2, (14, 6.7))
    assert [e.kind for e in run.efforts] == ["stride", "sprint", "stride", "sprint", "stride"]
    assert [(s.kind, s.count) for s in run.sets] == [("stride", 5)]
    faster = run_of_parts(*[(12.5, 5.6), (80, 1.3)] * 3, *[(10, 7.3), (80, 1.3)] * 3)
    assert [(s.kind, s.count) for s in faster.sets] == [("stride", 3), ("sprint", 3)]


def test_short_efforts_whose_grade_nobody_knows_say_so():
    parts = [(10, 7.3), (80, 1.3)] * 4
    (flat,) = texts(run_of_parts(*parts, altitude=lambda _, t: 100.0 + 0.2 * np.round(np.sin(t / 50))))
    (blind,) = texts(run_of_parts(*parts))
    assert texts(run_of_parts(*parts, altitude=lambda metres, _: 0.0 * metres)) == [blind]  # never measured
    assert "grade unknown" not in flat
    assert re.match(r"4 × 10 s sprints, 1:20 walk, grade unknown, after", blind), blind
    assert "grade unknown" not in texts(run_of_parts(*[(20, 6.4), (80, 1.3)] * 4))[0]


@pytest.mark.parametrize(("before_s", "what"), [(0, "race"), (1500, "hard run")])
def test_the_end_of_a_race_is_told_from_that_of_a_hard_stretch(before_s, what):
    easy = [(before_s, EASY_MPS)] if before_s else []
    run = judged(recording(way(*easy, (1000, FIVE_K_MPS), (25, 6.0), (40, 1.2))))
    assert [s.text for s in run.sets if s.kind == "finish_kick"] == [f"25 s finish kick, last 150 m of a {what}"]


def test_strides_of_about_25_s_are_one_set_though_some_are_longer():
    run = run_of_parts(*[part for s in (26, 23, 24, 23, 27, 24, 22, 26) for part in ((s, 6.2), (75, 0.0))])
    assert [(s.kind, s.count) for s in run.sets] == [("stride", 8)], texts(run)
    assert [e.kind for e in run.efforts].count("stride") >= 7


def test_reps_of_about_25_s_are_one_set_though_some_are_shorter():
    run = run_of_parts(*[part for s in (28, 26, 27, 24, 28, 27) for part in ((s, 6.2), (90, 0.0))])
    assert [(s.kind, s.count) for s in run.sets] == [("fast_rep", 6)], texts(run)


def test_one_long_stride_opens_no_set_of_strides_to_the_reps_that_follow():
    strides = [part for s in (23, 24, 23, 26) for part in ((s, 6.3), (75, 0.0))]
    run = run_of_parts(*strides, *[(35, 6.2), (90, 0.0)] * 4)
    assert [(s.kind, s.count) for s in run.sets] == [("stride", 4), ("fast_rep", 4)], texts(run)


def test_hill_sprints_after_strides_of_the_same_length_are_a_set_of_their_own():
    def hill(metres, _):
        return 100 + 0.07 * np.clip(metres - 4500, 0, 2000)

    run = run_of_parts(*[(12, 6.2), (80, 3.0)] * 6, altitude=hill)
    assert [(s.kind, s.count) for s in run.sets] == [("stride", 3), ("hill_sprint", 3)]


def test_efforts_that_do_not_count_stand_in_no_set():
    run = run_of_parts(*[(90, 5.4), (90, 3.0)] * 4)
    assert [e.kind for e in run.efforts] == ["interval"] * 4
    assert run.sets == ()
    assert all(e.recovery_s is None for e in run.efforts)


def test_where_the_set_stands_is_said():
    assert "from the start" in texts(run_of_parts(*[(20, 6.4), (80, 3.0)] * 4, warm_s=100))[0]
    assert "after 3.6 km" in texts(run_of_parts(*[(20, 6.4), (80, 3.0)] * 4))[0]


@pytest.mark.parametrize(
    ("before", "easy"),
    [
        ([(600, EASY_MPS)], True),
        ([(50, EASY_MPS + 0.7), (60, EASY_MPS - 0.4)] * 6, True),
        ([(900, 4.1), (400, EASY_MPS)], False),
        ([(227, FIVE_K_MPS), (150, 2.3)] * 5, False),
    ],
)
def test_what_went_before_is_called_easy_only_where_it_was(before, easy):
    """A tempo, and reps at 5 km pace, are no efforts and still were not easy."""
    run = run_of_parts(*before, (300, EASY_MPS), *[(20, 6.4), (75, 2.4)] * 4)
    (text,) = texts(run)
    assert text.startswith("4 × 20 s strides")
    assert text.endswith(" easy") == easy, text


def test_a_long_set_keeps_every_counting_effort_once():
    for name in ("strides_after_easy", "hill_sprints", "track_reps", "fartlek", "strides_before_session"):
        run = judge([measured(name)]).runs[0]
        assert sum(s.count for s in run.sets) == sum(e.counts for e in run.efforts)
        for found in run.sets:
            inside = [e for e in run.efforts if found.start_s <= e.start_s and e.end_s <= found.end_s and e.counts]
            assert len(inside) >= found.count
            assert found.text
            rests = [e.recovery_s for e in inside if e.recovery_s is not None]
            assert all(0 < rest <= Settings().sets.rest_s for rest in rests)


def test_text_holds_no_fraction_of_a_second_and_no_pace():
    how, _ = session(5, seconds=17.6, rest_s=61.3)
    (text,) = texts(judged(recording(how)))
    assert re.match(r"5 × 1[78] s strides, 1:0[12] jog", text), text
    assert str(FIVE_K_MPS) not in text
