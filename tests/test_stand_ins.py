"""Developer fields that stand in for native ones: which say so, when they are taken, and what a run then shows."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import builders_fit as fit
import legspeed
from builders_xml import NOW, recording
from legspeed.errors import ReadError
from legspeed.model import CHANNELS
from legspeed.readers import api
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.fit import claims
from legspeed.readers.fit.claims import Claim, claim_of
from legspeed.readers.fit.profile import LAP, RECORD
from legspeed.readers.recording import CADENCE, StandIn
from legspeed.readers.reference import verify
from legspeed.settings import USUAL_MEDIANS, Cleaning, Limits, Settings
from legspeed.simulate import Runner, simulate_run
from legspeed.simulate.recorded import LEG_CADENCE

N = 600
NAN = float("nan")
SPEED = 3.0 + 0.4 * np.sin(np.arange(N) / 20)


# ------------------------------------------------------------------------------------------------ what a field says


@pytest.mark.parametrize(
    ("name", "units", "native", "message", "expected"),
    [
        # as the apps and pods of real files describe them
        ("Speed", "M/S", None, 6, Claim("speed_mps", 1.0, False, True)),
        ("Speed", "m/s", 6, RECORD, Claim("speed_mps", 1.0, True, True)),
        ("Distance", "Meters", None, 5, Claim("distance_m", 1.0, False, True)),
        ("Cadence", "RPM", 4, RECORD, Claim(CADENCE, 1.0, True, True, "leg")),
        ("Power", "Watts", 7, RECORD, Claim("power_w", 1.0, True, True)),
        ("RP_Power", "W", 7, RECORD, Claim("power_w", 1.0, True, True)),
        ("Ground Time", "Milliseconds", 41, RECORD, Claim("stance_time_s", 0.001, True, True)),
        ("Vertical Oscillation", "Centimeters", 39, RECORD, Claim("vertical_oscillation_m", 0.01, True, True)),
        ("Heart Rate", "bpm", 3, RECORD, Claim("heart_rate_bpm", 1.0, True, True)),
        # by name alone
        ("Stryd Speed", "km/h", None, None, Claim("speed_mps", 1 / 3.6, False, True)),
        ("treadmill_speed", "mm/s", None, None, Claim("speed_mps", 0.001, False, True)),
        ("footpodDistance", "km", None, None, Claim("distance_m", 1000.0, False, True)),
        ("Distance (Stryd)", "m", None, None, Claim("distance_m", 1.0, False, True)),
        ("Run Cadence", "spm", None, None, Claim(CADENCE, 1.0, False, True, "both")),
        ("GCT", "ms", None, None, Claim("stance_time_s", 0.001, False, True)),
        ("Step Length", "cm", None, None, Claim("step_length_m", 0.01, False, True)),
        # by number without a message: only in a unit of the channel
        ("v", "mph", 73, None, Claim("speed_mps", 0.44704, True, True)),
        ("v", "", 73, None, None),
        ("v", "bpm", 73, None, None),
        # without a unit, or in one that nobody knows: in the profile's own, to be judged by the values
        ("v", "", 73, RECORD, Claim("speed_mps", 1.0, True, False)),
        ("Contact Time", "", None, None, Claim("stance_time_s", 0.001, False, False)),
        ("Cadence", "tours", 4, RECORD, Claim(CADENCE, 1.0, True, False)),
        # another quantity, whatever it is called or claims to be
        ("Speed", "min/km", 6, RECORD, None),
        ("Pace", "s/km", 73, RECORD, None),
        ("Pace", "m/s", None, None, None),
        ("Effort Pace", "m/s", None, None, None),
        ("Power", "W/kg", None, None, None),
        ("Form Power", "Watts", None, None, None),
        ("Average Speed", "m/s", None, None, None),
        ("Power 30", "W", None, None, None),
        ("vertical speed", "m/min", None, RECORD, None),
        ("Lap Power", "Watts", 19, LAP, None),
        ("Power", "Watts", 7, LAP, None),
        ("Ground Contact Time Balance", "%", None, None, None),
        # every watch has these itself: by number only
        ("Elevation", "Meters", None, RECORD, None),
        ("Heart Rate", "bpm", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_the_channel_that_a_field_says_it_is(name, units, native, message, expected):
    assert claim_of(name, units, native, message) == expected


# ------------------------------------------------------------------------------------------------ when it is taken


def cleaned(columns, *offers, n=N, **more):
    """Clean n seconds with these columns and (values, StandIn) offers."""
    developer = {offer.field: np.broadcast_to(np.asarray(values, float), n).copy() for values, offer in offers}
    found = recording(
        range(n), developer=developer, stand_ins=tuple(offer for _, offer in offers), sport="running", **more, **columns
    )
    (run,) = normalize(found, source="a.fit", digest="0", now=NOW)
    return run


def speed(field="Speed", factor=1.0, *, native=False, unit_known=True):
    return StandIn("speed_mps", field, factor, native, unit_known)


def said(run):
    return [p.message for p in run.problems if p.code == "developer-channel"]


def test_a_channel_that_is_not_there_is_taken_and_said():
    run = cleaned({"heart_rate_bpm": 150.0}, (SPEED * 3.6, speed("Speed", 1 / 3.6)))
    np.testing.assert_allclose(run.speed_mps, SPEED)
    np.testing.assert_array_equal(run.developer["Speed"], SPEED * 3.6)
    (problem,) = run.problems
    assert (problem.code, problem.count, problem.harmless) == ("developer-channel", 1, True)
    assert "speed from 'Speed'" in problem.message


def test_the_native_channel_goes_first_and_is_not_mixed():
    holed = np.where(np.arange(N) % 50 < 40, NAN, 2.0)
    run = cleaned({"speed_mps": holed}, (SPEED, speed(native=True)))
    np.testing.assert_array_equal(run.speed_mps, holed)
    assert not said(run)


@pytest.mark.parametrize("native", [0.0, NAN], ids=["zeros", "nothing"])
def test_a_native_channel_in_which_nothing_was_written_gives_way(native):
    run = cleaned({"speed_mps": native, "heart_rate_bpm": 150.0}, (SPEED, speed()))
    np.testing.assert_array_equal(run.speed_mps, SPEED)
    assert said(run)


def test_a_named_native_field_goes_before_a_mere_name_then_the_first_that_has_values():
    run = cleaned({}, (SPEED + 1, speed("Speed")), (SPEED, speed("x", native=True)))
    np.testing.assert_array_equal(run.speed_mps, SPEED)
    run = cleaned({}, (SPEED + 1, speed("Speed")), (0.0, speed("x", native=True)), (SPEED + 2, speed("Speed (2)")))
    np.testing.assert_array_equal(run.speed_mps, SPEED + 1)
    assert "'Speed'" in said(run)[0]


@pytest.mark.parametrize(
    ("offer", "values", "taken"),
    [
        (speed(unit_known=False), SPEED, True),
        (speed(unit_known=False), SPEED * 3.6, False),  # km/h
        (speed(unit_known=False), 1000 / SPEED, False),  # s/km
        (speed(), SPEED * 100, False),  # says m/s, is not
        (speed(), 0.0, False),
        (StandIn("distance_m", "d", 1.0, False, False), 3.0 * np.arange(N), True),
        (StandIn("distance_m", "d", 1.0, False, False), 0.003 * np.arange(N), False),  # km
        (StandIn("distance_m", "d", 1.0, False, False), 300.0 * np.arange(N), False),  # cm
        (StandIn("distance_m", "d", 1.0, False, True), 3.0 * np.arange(N), True),
        (StandIn("distance_m", "d", 1.0, True, True), 3.0 * (np.arange(N) % 200), False),  # of the lap
        (StandIn("power_w", "p", 1.0, False, False), 250.0, True),
        (StandIn("power_w", "p", 1.0, False, False), 4.1, False),  # W/kg
        (StandIn("stance_time_s", "t", 0.001, False, False), 240.0, True),
        (StandIn("stance_time_s", "t", 0.001, False, False), 0.24, False),
        (StandIn("altitude_m", "h", 1.0, True, True), -3.0, True),
        (StandIn("altitude_m", "h", 1.0, True, True), 65_519.0, False),
    ],
)
def test_values_that_cannot_be_the_channels_are_left_where_they_are(offer, values, taken):
    run = cleaned({"heart_rate_bpm": 150.0}, (values, offer))
    assert (getattr(run, offer.channel) is not None) == taken
    assert bool(said(run)) == taken
    assert offer.field in run.developer


def test_a_cadence_without_unit_must_look_like_one():
    for counted, taken in ((82.0, True), (164.0, True), (1.4, False), (2800.0, False)):  # per second, the total
        run = cleaned({"speed_mps": 3.0}, (counted, StandIn(CADENCE, "Cadence", 1.0, False, False)))
        assert bool(said(run)) == taken


def test_how_far_a_distance_may_fall_is_a_setting():
    metres = np.where(np.arange(N) < N // 2, 3.0 * np.arange(N), 3.0 * np.arange(N) - 0.15 * 3.0 * N)
    found = recording(
        range(N), developer={"d": metres}, stand_ins=(StandIn("distance_m", "d", 1.0, True, True),), sport="running"
    )
    for fall, taken in ((0.1, False), (0.3, True)):
        settings = Settings(cleaning=Cleaning(distance_fall=fall))
        (run,) = normalize(found, source="a.fit", digest="0", now=NOW, settings=settings)
        assert bool(said(run)) == taken


def test_every_channel_that_a_field_may_claim_has_its_usual_range_but_altitude():
    claimable = {channel for channel in claims._UNITS if channel != "altitude_m"}
    assert set(USUAL_MEDIANS) == claimable
    measurable = {c.name: c for c in CHANNELS}
    for channel, (low, high) in USUAL_MEDIANS.items():
        whole = measurable["cadence_spm" if channel == CADENCE else channel]
        assert whole.low <= low < high <= whole.high


@pytest.mark.parametrize(
    ("counted", "counts", "steps"),
    [(82.0, "leg", 164.0), (82.0, "both", 164.0), (164.0, "both", 164.0), (164.0, "unknown", 164.0),
     (105.0, "leg", 210.0), (82.0, "unknown", 164.0)],
)  # fmt: skip
def test_what_a_cadence_counts_is_decided_as_for_a_native_one(counted, counts, steps):
    run = cleaned({"speed_mps": 3.0}, (counted, StandIn(CADENCE, "Cadence", 1.0, True, True, counts)))
    np.testing.assert_array_equal(run.cadence_spm, np.full(N, steps))
    assert run.cadence_per_leg == (steps != counted)


# ------------------------------------------------------------------------------------------------ through the reader


def run_file(developer, columns=None, *, n=N, sub_sport=1):
    """A run whose records have native `columns` and developer fields: (name, units, base, values, native field)."""
    letters = {name: struct.calcsize(letter) for name, (_, letter, _) in fit.BASE_TYPES.items()}
    columns = {"heart_rate_bpm": [150.0] * n} if columns is None else columns
    about = fit.DEVELOPER_ID.definition() + fit.DEVELOPER_ID.data(bytes(range(16)), 0)
    about += fit.FIELD_DESCRIPTION.definition()
    for number, (name, units, base, _, native) in enumerate(developer):
        message = None if native is None else RECORD
        about += fit.FIELD_DESCRIPTION.data(0, number, fit.BASE_TYPES[base][0], name, units, message, native)
    shape = fit.Layout(
        5,
        RECORD,
        fit.record_layout(columns).fields,
        dev_fields=[(number, letters[base], 0) for number, (_, _, base, _, _) in enumerate(developer)],
    )
    rows = [shape.definition()]
    for i in range(n):
        own = [None if (v := column[i]) is None else fit.RECORD_FIELDS[k][2](v) for k, column in columns.items()]
        dev = b"".join(
            struct.pack("<" + fit.BASE_TYPES[base][1], values[i] if base == "float32" else round(values[i]))
            for _, _, base, values, _ in developer
        )
        rows.append(shape.data(fit.START + i, *own, dev=dev))
    end, elapsed = fit.START + n - 1, (n - 1) * 1000
    session = fit.SESSION.definition() + fit.SESSION.data(end, fit.START, elapsed, elapsed, None, 1, sub_sport)
    return fit.fit_file([fit.file_id(), about, *rows, session])


def pod(speed_mps, leg_cadence):
    """The fields of a foot pod's app, each of them by the native field it stands for or by its name."""
    return [
        ("Speed", "M/S", "float32", speed_mps, None),
        ("Cadence", "RPM", "uint8", leg_cadence, 4),
        ("Ground Time", "Milliseconds", "uint16", [240.0] * len(speed_mps), 41),
        ("Form Power", "Watts", "uint16", [70.0] * len(speed_mps), None),
    ]


def test_a_file_whose_channels_are_developer_fields_reads_as_if_they_were_native():
    blob = run_file(pod(SPEED, [82.0] * N))
    run = legspeed.read(blob)
    np.testing.assert_allclose(run.speed_mps, SPEED, atol=1e-6)
    np.testing.assert_array_equal(run.cadence_spm, np.full(N, 164.0))
    np.testing.assert_allclose(run.stance_time_s, np.full(N, 0.24))
    assert run.power_w is None
    assert set(run.developer) == {"Speed", "Cadence", "Ground Time", "Form Power"}
    assert run.developer_units["Ground Time"] == "Milliseconds"
    assert [(p.code, p.count, p.harmless) for p in run.problems] == [("developer-channel", 3, True)]


def test_it_is_no_reason_to_refuse_a_file_and_the_second_opinion_agrees():
    blob = run_file(pod(SPEED, [82.0] * N))
    assert api.read(blob, strict=True).speed_mps is not None
    with pytest.raises(ReadError):
        api.read(blob[:-40], strict=True)
    outcome = verify(blob, "fit", Limits())
    assert outcome.agrees, outcome.sentence
    assert {c.channel for c in outcome.channels} == {"unix_s", "heart_rate_bpm"}


def test_native_fields_of_a_watch_that_wrote_them_stay():
    native = {"speed_mps": [3.0] * N, "cadence": [81.0] * N}
    run = legspeed.read(run_file(pod(SPEED + 1, [90.0] * N), native))
    np.testing.assert_array_equal(run.speed_mps, np.full(N, 3.0))
    np.testing.assert_array_equal(run.cadence_spm, np.full(N, 162.0))
    (message,) = said(run)
    assert message.endswith("developer fields: stance time from 'Ground Time'")


def test_a_treadmill_of_zeros_and_an_app_that_names_the_native_fields():
    metres = np.cumsum(SPEED)
    native = {"speed_mps": [0.0] * N, "distance_m": [0.0] * N, "heart_rate_bpm": [150.0] * N}
    app = [("belt", "km/h", "float32", SPEED * 3.6, 6), ("way", "m", "uint32", metres, 5)]
    run = legspeed.read(run_file(app, native))
    np.testing.assert_allclose(run.speed_mps, SPEED, atol=1e-6)
    np.testing.assert_array_equal(run.distance_m, np.round(metres))


def test_a_strap_beside_a_run_of_developer_fields_does_not_hide_it():
    strap = fit.simple_run(n=60, columns={"heart_rate_bpm": [120.0] * 60})
    runs = legspeed.read_all(run_file(pod(SPEED, [82.0] * N)) + strap)
    assert [(run.n, run.speed_mps is not None) for run in runs] == [(N, True)]
    app = [("Heart Rate", "bpm", "uint8", [120.0] * 60, 3)]
    runs = legspeed.read_all(run_file(pod(SPEED, [82.0] * N)) + run_file(app, {}, n=60))
    assert [run.n for run in runs] == [N]


# ------------------------------------------------------------------------------------------------ end to end


@pytest.mark.parametrize("metres", [False, True], ids=["speed", "speed and whole metres"])
@pytest.mark.parametrize("seed", [1, 2])
def test_strides_on_a_treadmill_are_found_in_the_fields_of_a_pod(tmp_path, seed, metres):
    told = simulate_run(Runner.of(five_k_s=19 * 60, seed=seed), "treadmill_strides", "footpod", seed=seed)
    assert np.all(np.diff(told.recorded.time_s) == 1)
    columns, n = told.recorded.columns, len(told.recorded.time_s)
    fields = pod(columns["speed_mps"], np.nan_to_num(columns[LEG_CADENCE]))
    if metres:
        fields.append(("Distance", "Meters", "uint32", np.nan_to_num(columns["distance_m"]), None))
    heart = {"heart_rate_bpm": [None if v != v else v for v in columns["heart_rate_bpm"].tolist()]}
    file = tmp_path / "belt.fit"
    file.write_bytes(run_file(fields, heart, n=n))
    (run,) = legspeed.analyze(file).runs
    counted = [effort for effort in run.efforts if effort.counts]
    assert run.assessable.strides
    assert len(counted) == len(told.counted) >= 4
    for effort, true in zip(counted, told.counted, strict=True):
        assert effort.start_s == pytest.approx(true.start_s, abs=4)
        assert effort.end_s == pytest.approx(true.end_s, abs=4)
        assert effort.cadence_spm == pytest.approx(2 * np.nanmedian(columns[LEG_CADENCE]), rel=0.25)
    assert "developer-channel" in {p.code for p in run.problems}
