"""`inspect` shows what was read of plans and of strength: steps, repeats folded, and sets, as text and as JSON."""

import json

import pytest

import builders_fit as fit
import builders_xml as bx
from builders_fit import START
from builders_segmenter import run_of
from calling import call
from legspeed.model import Assessability, WorkoutStep
from legspeed.reporter.inspect_text import _speed, _starts
from legspeed.reporter.inspect_workout import times_of, workout_blocks

STEP = fit.Layout(
    7, 27,
    [(254, "uint16"), (0, "string", 40), (1, "enum"), (2, "uint32"), (4, "uint32"), (7, "enum")],
)  # fmt: skip
SET = fit.Layout(
    6, 225,
    [(254, "uint32"), (0, "uint32"), (3, "uint16"), (5, "uint8"), (6, "uint32"), (7, "uint16"), (8, "uint16")],
)  # fmt: skip
TIME, DISTANCE, OPEN, AGAIN = 0, 1, 5, 6


def inspected(path, *arguments):
    result = call("inspect", path, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def workout(tmp_path):
    """6 × (200 m, 1:00) after 10 min, within a run that follows it."""
    steps = (
        ("Warm up, with a name that is long", TIME, 600_000, None, 2),
        ("Fast", DISTANCE, 20_000, None, 0),
        ("Float", TIME, 60_000, None, 1),
        (None, AGAIN, 1, 6, None),
        ("Home", OPEN, None, None, 3),
    )
    body = STEP.definition() + b"".join(STEP.data(k, *step) for k, step in enumerate(steps))
    laps = [{"start_s": 0, "end_s": 300, "intensity": "warmup", "step": 0}]
    (tmp_path / "w.fit").write_bytes(fit.fit_file(fit.simple_run(600, laps=laps)[14:-2] + body))
    return tmp_path / "w.fit"


@pytest.fixture
def strength(tmp_path):
    """Three sets of box jumps, rests between, and one set without anything known of it."""
    jumps = (SET.data(START + 60 * k + 30, 30_000, 10 + k, k % 2 ^ 1, START + 60 * k, 20, 33) for k in range(6))
    body = fit.file_id() + SET.definition() + b"".join(jumps) + SET.data(None, None, None, 1, None, None, None)
    body += fit.SESSION.definition() + fit.SESSION.data(*_session())
    (tmp_path / "s.fit").write_bytes(fit.fit_file(body))
    return tmp_path / "s.fit"


def _session():
    given = {253: START + 400, 2: START, 7: 400_000, 8: 400_000, 5: 10, 6: 20}
    return [given.get(field[0]) for field in fit.SESSION.fields]


def test_steps_stand_with_how_often_how_long_and_how_hard(workout):
    text = inspected(workout)
    assert max(map(len, text.splitlines())) <= 80
    table = text[text.index("\nWorkout") :].splitlines()
    assert table[1].split() == ["Workout", "5", "steps"]
    assert [" ".join(line.split()) for line in table[4:8]] == [
        "1 10:00 warmup Warm up, with a name that is long",
        "2 6 × 200 m active Fast",
        "3 6 × 1:00 rest Float",
        "5 open cooldown Home",
    ]


def test_steps_in_json(workout):
    (one,) = json.loads(inspected(workout, "--format", "json"))["activities"]
    assert one["workout_steps"][1] == {
        "index": 1, "name": "Fast", "intensity": "active", "duration_type": "distance", "duration_s": None,
        "distance_m": 200.0, "repeat_from": None, "repetitions": None,
    }  # fmt: skip
    again = one["workout_steps"][3]
    assert (again["duration_type"], again["repeat_from"], again["repetitions"]) == ("repeat_until_steps_complete", 1, 6)
    assert one["laps"][0]["workout_step"] == 0
    assert one["strength_sets"] == []


def test_sets_stand_with_exercise_repetitions_and_seconds(strength):
    text = inspected(strength)
    assert max(map(len, text.splitlines())) <= 80
    table = text[text.index("\nStrength") :].splitlines()
    assert table[1].split() == ["Strength", "4", "sets"]
    rows = [" ".join(line.split()) for line in table[4:8]]
    assert rows == ["1 0:00 30.0 10 box jump", "2 2:00 30.0 12 box jump", "3 4:00 30.0 14 box jump", "4"]
    (one,) = json.loads(inspected(strength, "--format", "json"))["activities"]
    assert one["strength_sets"][1] == {
        "start": "2023-10-14T07:22:00Z", "duration_s": 30.0, "category": "plyo", "exercise": "box_jump",
        "repetitions": 12,
    }  # fmt: skip
    assert set(one["strength_sets"][3].values()) == {None}


def step(index, *, back_to=None, times=None):
    return WorkoutStep(index, None, None, None, None, None, back_to, times)


def test_repeats_of_repeats_multiply_and_a_damaged_file_is_bounded():
    steps = [step(0), step(1), step(2, back_to=1, times=4), step(3), step(4, back_to=1, times=3), step(5)]
    assert times_of(steps, steps) == {0: 1, 1: 12, 2: 3, 3: 3, 4: 1, 5: 1}
    wild = [step(0), *(step(k, back_to=0, times=2**32 - 2) for k in range(1, 3000))]
    (_, grid) = workout_blocks(wild)
    assert [row.cells[:2] for row in grid.rows] == [("1", "9999 ×")]
    many = [step(k) for k in range(40)]
    (_, grid) = workout_blocks(many)
    assert (len(grid.rows), grid.remark) == (30, "and 10 more steps")


def test_a_repeat_until_something_else_is_said():
    until = WorkoutStep(2, None, None, "repeat_until_hr_less_than", None, None, 1)
    (_, grid) = workout_blocks([step(0), step(1), until])
    assert grid.rows[2].cells[2] == "repeat until hr less than from step 2"


def test_what_has_no_messages_is_said_in_one_clear_line(tmp_path):
    (tmp_path / "r.tcx").write_bytes(bx.tcx([bx.TcxLap([bx.fixes(30)])]))
    text = inspected(tmp_path / "r.tcx", "--messages")
    assert text.rstrip().endswith("only FIT files consist of messages; this is TCX")
    (tmp_path / "none.gpx").write_text("no track in it")
    unread = inspected(tmp_path / "none.gpx", "--messages")
    assert "this is no FIT file" in unread
    assert "only FIT files consist" not in unread


@pytest.mark.parametrize("verb", ["inspect", "squad", "settings"])
def test_help_offers_no_output_that_the_verb_refuses(verb):
    said = " ".join(call(verb, "--help").stdout.split())
    assert "--output" in said
    assert "parquet" not in said


def test_verify_compares_what_the_other_package_read_until_it_stopped(tmp_path, monkeypatch):
    import fitparse

    def stops(self, *args, _original=fitparse.FitFile.get_messages, **kwargs):
        for k, message in enumerate(_original(self, *args, **kwargs)):
            if k == 40:
                raise fitparse.FitParseError("lost its way")
            yield message

    (tmp_path / "r.fit").write_bytes(fit.simple_run(60))
    monkeypatch.setattr(fitparse.FitFile, "get_messages", stops)
    text = " ".join(inspected(tmp_path / "r.fit", "--verify").split())
    assert "stopped after 40 of 60 records (FitParseError: lost its way); up to there the two readings agree in" in text
    (one,) = json.loads(inspected(tmp_path / "r.fit", "--verify", "--format", "json"))["files"]
    opinion = one["second_opinion"]
    assert (opinion["agrees"], opinion["records"]) == (False, [60, 40])
    assert {c["compared"] for c in opinion["channels"]} == {40}

    def sees_another(self, *args, **kwargs):
        for message in stops(self, *args, **kwargs):
            for field in message.fields:
                if field.name == "heart_rate":
                    field.value += 1
            yield message

    monkeypatch.setattr(fitparse.FitFile, "get_messages", sees_another)
    text = " ".join(inspected(tmp_path / "r.fit", "--verify").split())
    assert "up to there the two readings differ in 40 of" in text
    assert "heart_rate_bpm 40 40 1 beats/min" in text


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"basis": ("position", "distance", "speed"), "independent": True}, "speaks for itself"),
        (
            {"basis": ("position", "distance"), "independent": False},
            "repeats the positions, or adds up the watch's own speed",
        ),
        ({"basis": ("speed",)}, "speed"),
    ],
)
def test_the_best_speed_names_its_streams_and_its_jitter(run, said):
    _, facts = _speed(run_of(speed_noise_mps=0.123, assessable=Assessability(True, True), **run))
    told = {fact.name: fact.text for fact in facts.rows}
    assert said in told.values()
    assert told["Jitters by"].startswith("0.12 m/s")
    assert told["Could show"] == "strides and hill sprints"
    assert list(_speed(run_of(basis=()))) == []


def test_late_starts_on_a_belt_are_not_said_to_show_a_late_watch():
    late = run_of(timer_delays_s=(9.1, 10.5, 8.8))
    belt = run_of(timer_delays_s=(9.1, 10.5, 8.8), basis=("distance", "speed"))
    said = [list(_starts(digest))[1].rows[-1].text for digest in (late, belt)]
    assert "names late watches" in said[0]
    assert "nothing of the watch" in said[1]
