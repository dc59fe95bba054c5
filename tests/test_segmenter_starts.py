"""Starts from a stand or a walk, at traffic lights or in run-walk, are refused as a whole and with a reason."""

import pytest

from builders_segmenter import EASY_MPS, counted, judged, recording, way


def starts(run):
    return [r for r in run.refused if "starts from a stand or a walk" in r.evidence[0]]


@pytest.mark.parametrize(("between", "times"), [((40, 0.0), 6), ((60, 1.3), 9)], ids=["traffic lights", "run-walk"])
def test_running_that_sets_in_again_and_again_is_refused_as_a_whole(between, times):
    run = judged(recording(way((300, EASY_MPS), *[between, (120, EASY_MPS)] * times, (300, EASY_MPS))))
    assert counted(run) == []
    (told,) = starts(run)
    assert told.reason == "too-slow"
    assert int(told.evidence[0].split()[0]) >= times
    assert told.evidence[1].startswith("the fastest -")
    assert told.end_s - told.start_s > (times - 1) * (between[0] + 120)


def test_two_stops_are_no_habit():
    run = judged(recording(way((300, EASY_MPS), *[(40, 0.0), (120, EASY_MPS)] * 1, (700, EASY_MPS))))
    assert starts(run) == []


def test_reps_from_a_stand_are_told_by_themselves():
    run = judged(recording(way((900, EASY_MPS), *[(20, 6.4), (90, 0.0)] * 6, (600, EASY_MPS))))
    assert len(counted(run)) == 6
    assert starts(run) == []
