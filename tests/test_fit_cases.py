"""What FIT files do in the wild, each quirk in a small file of its own: the decoder's part of the known input cases."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import builders_fit as fit
from legspeed.errors import DamagedError, LimitError, NotActivityError, ReadError, UnknownFormatError
from legspeed.model import StrengthSet, WorkoutStep
from legspeed.readers.fit import read, sniff
from legspeed.readers.recording import CADENCE, Leg, RawLap, Recording, TimerEvent
from legspeed.settings import Limits

LIMITS = Limits()
START = fit.START
UNIX = START + fit.FIT_EPOCH_S


def one(data: bytes, limits: Limits = LIMITS) -> Recording:
    (recording,) = read(data, limits)
    return recording


def codes(recording: Recording) -> set[str]:
    return {p.code for p in recording.problems}


def records(fields: list, rows: list[tuple], *, before: bytes = b"", after: bytes = b"", **layout) -> bytes:
    shape = fit.Layout(5, 20, fields, **layout)
    return fit.fit_file(
        [fit.file_id(), before, shape.definition(), *(shape.data(START + k, *row) for k, row in enumerate(rows)), after]
    )


class TestCleanRun:
    def test_every_channel_of_an_hour(self):
        n = 3600
        rng = np.random.default_rng(1)
        columns = {
            **fit.default_columns(n),
            "speed_mps": list(np.round(rng.uniform(0, 6, n), 3)),
            "power_w": list(rng.integers(100, 500, n).astype(float)),
            "temperature_c": list(rng.integers(-20, 40, n).astype(float)),
            "vertical_oscillation_m": list(np.round(rng.uniform(0.05, 0.12, n), 4)),
            "stance_time_s": list(np.round(rng.uniform(0.15, 0.35, n), 4)),
            "step_length_m": list(np.round(rng.uniform(0.6, 1.9, n), 4)),
            "fractional_cadence": [0.5 * (k % 2) for k in range(n)],
        }
        recording = one(fit.simple_run(n, columns=columns))
        assert recording.problems == ()
        assert recording.format == "fit"
        assert (recording.sport, recording.sub_sport) == ("running", "generic")
        assert recording.device == "Garmin Forerunner 255"
        assert recording.utc_offset_s == 7200
        assert recording.cadence_unit == "leg"
        assert recording.legs == ()
        assert np.array_equal(recording.unix_s, UNIX + np.arange(n))
        for name in set(columns) - {"latitude_deg", "longitude_deg", "cadence", "fractional_cadence"}:
            assert np.allclose(recording.columns[name], columns[name], rtol=1e-12, atol=1e-9), name
        for name in ("latitude_deg", "longitude_deg"):
            assert np.allclose(recording.columns[name], columns[name], rtol=0, atol=5e-8), name
        cadence = np.array(columns["cadence"]) + np.array(columns["fractional_cadence"])
        assert np.array_equal(recording.columns[CADENCE], cadence)
        assert recording.timer == (TimerEvent(UNIX, True), TimerEvent(UNIX + n - 1, False))

    def test_exactly_raw_over_scale(self):
        raw = list(range(0, 65_000, 37))
        fields = [(253, "uint32"), (6, "uint16"), (2, "uint16"), (0, "sint32")]
        recording = one(records(fields, [(v, v, 1000 * v) for v in raw]))
        values = np.array(raw, float)
        assert np.array_equal(recording.columns["speed_mps"], values / 1000)
        assert np.array_equal(recording.columns["altitude_m"], values / 5 - 500)
        assert np.array_equal(recording.columns["latitude_deg"], 1000 * values * (180 / 2**31))

    def test_columns_that_no_definition_declares_are_absent(self):
        recording = one(records([(253, "uint32"), (3, "uint8")], [(140,)] * 3))
        assert set(recording.columns) == {"heart_rate_bpm"}

    def test_sniff(self):
        assert sniff(fit.simple_run(1))
        assert not sniff(b"")
        assert not sniff(b"<?xml version='1.0'?>")


class TestSentinelsAndSources:
    def test_sentinels_everywhere(self):
        names = list(fit.RECORD_FIELDS)
        recording = one(fit.simple_run(3, columns={name: [None] * 3 for name in names}))
        assert all(np.isnan(column).all() for column in recording.columns.values())
        assert {"speed_mps", "altitude_m", "latitude_deg", CADENCE, "power_w"} <= set(recording.columns)

    def test_enhanced_before_plain_value_by_value(self):
        fields = [(253, "uint32"), (6, "uint16"), (73, "uint32"), (2, "uint16"), (78, "uint32")]
        rows = [(1000, 2000, 2600, 2700), (1000, None, 2600, None), (None, 2000, None, 2700), (None,) * 4]
        recording = one(records(fields, rows))
        assert np.array_equal(recording.columns["speed_mps"], [2, 1, 2, np.nan], equal_nan=True)
        assert np.array_equal(recording.columns["altitude_m"], [40, 20, 40, np.nan], equal_nan=True)

    def test_a_plain_sentinel_widened_into_the_enhanced_field_is_none(self):
        fields = [(253, "uint32"), (73, "uint32"), (78, "uint32"), (6, "uint16")]
        recording = one(records(fields, [(0xFFFF, 0xFFFF, None), (0xFFFF, 0xFFFF, 3000)]))
        assert np.array_equal(recording.columns["speed_mps"], [np.nan, 3.0], equal_nan=True)
        assert np.isnan(recording.columns["altitude_m"]).all()

    def test_zero_is_a_value(self):
        fields = [(253, "uint32"), (0, "sint32"), (4, "uint8"), (6, "uint16")]
        recording = one(records(fields, [(0, 0, 0)] * 2))
        assert all(np.array_equal(recording.columns[c], [0, 0]) for c in ("latitude_deg", CADENCE, "speed_mps"))

    def test_array_in_a_scalar_field_gives_its_first_valid_element(self):
        fields = [(253, "uint32"), (73, "uint32", 12), (3, "uint8", 2)]
        rows = [([None, 2000, 4000], [None, None]), ([1500, None, None], [140, 150])]
        recording = one(records(fields, rows))
        assert np.array_equal(recording.columns["speed_mps"], [2.0, 1.5])
        assert np.array_equal(recording.columns["heart_rate_bpm"], [np.nan, 140], equal_nan=True)
        assert recording.problems == ()

    def test_definitions_with_other_types_for_one_field(self):
        narrow = fit.Layout(1, 20, [(253, "uint32"), (5, "uint16"), (3, "uint8")])
        wide = fit.Layout(2, 20, [(253, "uint32"), (5, "uint32"), (7, "uint16")], big=True)
        body = [fit.file_id(), narrow.definition(), wide.definition()]
        for k in range(10):
            body += [narrow.data(START + 2 * k, 100 * k, None)]
            body += [wide.data(START + 2 * k + 1, 100 * k + 50, 200 + k)]
        recording = one(fit.fit_file(body))
        assert np.array_equal(recording.unix_s, UNIX + np.arange(20))
        assert np.array_equal(recording.columns["distance_m"], np.arange(20) / 2)
        assert np.array_equal(recording.columns["power_w"][1::2], 200.0 + np.arange(10))
        assert np.isnan(recording.columns["power_w"][::2]).all()

    @pytest.mark.parametrize(
        ("fields", "row", "expected"),
        [
            ([(4, "uint8"), (53, "uint8")], (79, 64), 79.5),
            ([(4, "uint8"), (53, "uint8")], (79, None), 79.0),
            ([(4, "uint8"), (53, "uint8")], (None, 64), np.nan),
            ([(4, "uint8")], (79,), 79.0),
            ([(52, "uint16")], (79 * 256 + 128,), 79.5),
            ([(4, "uint8"), (52, "uint16")], (None, 80 * 256), 80.0),
            ([(4, "uint8"), (52, "uint16")], (79, 80 * 256), 79.0),
        ],
    )
    def test_cadence_and_its_fraction(self, fields, row, expected):
        recording = one(records([(253, "uint32"), *fields], [row]))
        assert np.array_equal(recording.columns[CADENCE], [expected], equal_nan=True)

    def test_compressed_speed_and_distance(self):
        # speed 12 bits of 1/100 m/s, distance 12 bits of 1/16 m that wrap every 256 m
        def packed(speed: float, distance: float) -> bytes:
            bits = round(speed * 100) | (round(distance * 16) & 0xFFF) << 12
            return bits.to_bytes(3, "little")

        metres = [0, 100, 200, 300, 500, 755]
        rows = [(packed(3 + k / 10, m),) for k, m in enumerate(metres)]
        rows.insert(3, (b"\xff\xff\xff",))
        recording = one(records([(253, "uint32"), (8, "byte", 3)], rows))
        assert np.array_equal(recording.columns["distance_m"], [0, 100, 200, np.nan, 300, 500, 755], equal_nan=True)
        expected = [3.0, 3.1, 3.2, np.nan, 3.3, 3.4, 3.5]
        assert np.allclose(recording.columns["speed_mps"], expected, rtol=1e-12, equal_nan=True)

    def test_compressed_is_the_last_choice(self):
        fields = [(253, "uint32"), (8, "byte", 3), (6, "uint16"), (5, "uint32")]
        both = (300 | 1600 << 12).to_bytes(3, "little")
        recording = one(records(fields, [(both, 5000, 1234), (both, None, None)]))
        assert np.array_equal(recording.columns["speed_mps"], [5.0, 3.0])
        assert np.array_equal(recording.columns["distance_m"], [12.34, 100.0])

    def test_float_fields_keep_no_infinity(self):
        fields = [(253, "uint32"), (7, "float32"), (3, "float64")]
        recording = one(records(fields, [(250.0, 140.0), (float("inf"), float("nan")), (None, None)]))
        assert np.array_equal(recording.columns["power_w"], [250, np.nan, np.nan], equal_nan=True)
        assert np.array_equal(recording.columns["heart_rate_bpm"], [140, np.nan, np.nan], equal_nan=True)


class TestTime:
    def test_compressed_headers_over_several_turns_and_other_messages(self):
        event = fit.Layout(0, 21, [(253, "uint32"), (0, "enum"), (1, "enum")])
        short = fit.Layout(1, 20, [(3, "uint8")])
        body = [fit.file_id(), event.definition(), short.definition(), event.data(START, 0, 0)]
        seconds = [0, 5, 31, 60, 80, 111]
        body += [short.compressed(START + s, 100 + k) for k, s in enumerate(seconds)]
        body += [
            event.data(START + 1000, 0, 4),
            short.compressed(START + 1001, 107),
            short.compressed(START + 1030, 108),
        ]
        recording = one(fit.fit_file(body))
        assert np.array_equal(recording.unix_s - UNIX, [*seconds, 1001, 1030])
        assert np.array_equal(recording.columns["heart_rate_bpm"], [100, 101, 102, 103, 104, 105, 107, 108])

    def test_compressed_before_any_time_has_none(self):
        short = fit.Layout(1, 20, [(3, "uint8")])
        recording = one(fit.fit_file([fit.file_id(), short.definition(), short.compressed(3, 100)]))
        assert np.isnan(recording.unix_s).all()

    def test_missing_times_and_order_are_left_as_written(self):
        stamps = [START, START + 1, None, START + 1, START - 3600, START + 4]
        recording = one(fit.simple_run(times=stamps, columns={"heart_rate_bpm": [100.0 + k for k in range(6)]}))
        expected = [np.nan if t is None else t + fit.FIT_EPOCH_S for t in stamps]
        assert np.array_equal(recording.unix_s, expected, equal_nan=True)
        assert recording.problems == ()

    @pytest.mark.parametrize("first", [60, 3_700_000_000, START - 7168 * 86_400])
    def test_odd_dates_are_not_shifted(self, first):
        recording = one(fit.simple_run(20, start=first))
        assert np.array_equal(recording.unix_s, first + fit.FIT_EPOCH_S + np.arange(20))
        assert recording.problems == ()

    def test_a_clock_that_is_set_on_the_way_is_no_damage(self):
        stamps = [100 + k for k in range(30)] + [START + k for k in range(30)]
        recording = one(fit.simple_run(times=stamps))
        assert np.array_equal(recording.unix_s, np.array(stamps) + fit.FIT_EPOCH_S)
        assert recording.problems == ()

    @pytest.mark.parametrize(
        ("offset", "expected"),
        [
            (7200, 7200),
            (-43_200, -43_200),
            (50_400, 50_400),
            (20_700, 20_700),
            (7_199, 7200),
            (7_201, 7200),
            (60_000, None),
            (-50_000, None),
            (None, None),
        ],
    )
    def test_utc_offset(self, offset, expected):
        assert one(fit.simple_run(5, utc_offset_s=offset)).utc_offset_s == expected


class TestStructure:
    def test_mixed_byte_orders_and_resent_definitions(self):
        little, big = (fit.Layout(b, 20, [(253, "uint32"), (6, "uint16")], big=bool(b)) for b in (0, 1))
        body = [fit.file_id()]
        for k in range(40):
            shape = big if k % 3 == 0 else little
            body.append(shape.definition() + shape.data(START + k, 1000 + k))
        recording = one(fit.fit_file(body))
        assert np.array_equal(recording.unix_s, UNIX + np.arange(40))
        assert np.array_equal(recording.columns["speed_mps"], (1000 + np.arange(40)) / 1000)

    def test_long_runs_and_single_messages_in_between(self):
        shape = fit.Layout(3, 20, [(253, "uint32"), (3, "uint8")])
        other = fit.Layout(4, 78, [(0, "uint16", 10)])
        body, k = [fit.file_id(), shape.definition(), other.definition()], 0
        for length in (1, 2, 700, 3, 40, 1, 5000, 17):
            for _ in range(length):
                body.append(shape.data(START + k, k % 200))
                k += 1
            body.append(other.data([800] * 5))
        recording = one(fit.fit_file(body))
        assert np.array_equal(recording.unix_s, UNIX + np.arange(k))
        assert np.array_equal(recording.columns["heart_rate_bpm"], np.arange(k) % 200)

    def test_missing_messages_are_no_problem(self):
        recording = one(fit.simple_run(10, summaries=False, kind=None, product=0xFFFF))
        assert codes(recording) == set()
        assert recording.sport == "unknown"
        shape = fit.record_layout(["heart_rate_bpm"])
        bare = one(fit.fit_file([shape.definition(), shape.data(START, 140)]))
        assert (bare.device, bare.sport, bare.laps, bare.timer) == ("", "unknown", (), ())

    def test_sport_from_the_sport_message(self):
        sport = fit.Layout(6, 12, [(0, "enum"), (1, "enum"), (3, "string", 8)])
        recording = one(records([(253, "uint32")], [()] * 3, before=sport.definition() + sport.data(1, 4, "Track")))
        assert (recording.sport, recording.sub_sport) == ("running", "track")

    def test_unknown_sports_are_named_by_number(self):
        assert one(fit.simple_run(3, sport=199, sub_sport=198)).sport == "sport_199"

    def test_indoor_run_without_positions(self):
        columns = {"speed_mps": [3.0] * 9, "distance_m": [3.0 * k for k in range(9)]}
        recording = one(fit.simple_run(9, columns=columns, sub_sport=45))
        assert recording.sub_sport == "indoor_running"
        assert "latitude_deg" not in recording.columns
        assert np.array_equal(recording.columns["distance_m"], 3.0 * np.arange(9))

    def test_treadmill_with_distance_only(self):
        recording = one(fit.simple_run(9, columns={"distance_m": [2.5 * k for k in range(9)]}, sub_sport=1))
        assert (recording.sub_sport, set(recording.columns)) == ("treadmill", {"distance_m"})


class TestChained:
    def test_two_runs(self):
        first, second = read(fit.simple_run(50) + fit.simple_run(30, start=START + 9000), LIMITS)
        assert (len(first.unix_s), len(second.unix_s)) == (50, 30)
        for k, recording in enumerate((first, second), 1):
            (problem,) = recording.problems
            assert (problem.code, problem.count, problem.message[:10]) == ("several-activities", 2, f"activity {k}")

    def test_definitions_do_not_carry_over(self):
        second = fit.fit_file([fit.file_id(), fit.record_layout(["heart_rate_bpm"], local=7).data(START, 140)])
        recording = one(fit.simple_run(20, local=7) + second)
        assert len(recording.unix_s) == 20
        assert "trailing-data" in codes(recording)

    def test_heart_rates_alone_are_no_second_activity(self):
        strap = fit.simple_run(40, columns={"heart_rate_bpm": [130.0] * 40}, summaries=False)
        recording = one(fit.simple_run(50) + strap)
        assert len(recording.unix_s) == 50
        assert codes(recording) == {"trailing-data"}

    def test_a_settings_file_behind_is_left_out(self):
        recording = one(fit.simple_run(50) + fit.fit_file(fit.file_id(2)))
        assert codes(recording) == {"trailing-data"}
        assert "settings" in recording.problems[0].message

    def test_junk_between_parts(self):
        recordings = read(fit.simple_run(50) + b"\0" * 33 + fit.simple_run(30), LIMITS)
        assert [len(r.unix_s) for r in recordings] == [50, 30]
        assert "trailing-data" in codes(recordings[1])

    def test_no_more_parts_than_allowed(self):
        recordings = read(fit.simple_run(3) * 5, Limits(fit_parts=3))
        assert len(recordings) == 3
        assert "limit" in codes(recordings[-1])


class TestMultisport:
    SPORTS = ((1, 3), (3, 32), (2, 7), (3, 33), (1, 3))

    def file(self, *, first: bool, wrong_stamps: bool = False) -> bytes:
        n = 100
        sessions = [fit.SESSION.definition()]
        for k, (sport, sub_sport) in enumerate(self.SPORTS):
            begin = START + 20 * k
            stamp = START if wrong_stamps else begin + 20
            sessions.append(fit.SESSION.data(stamp, begin, 20_000, 20_000, 5000, sport, sub_sport))
        run = fit.records([START + k for k in range(n)], fit.default_columns(n))
        summary = b"".join(sessions)
        middle = [summary, *run] if first else [*run, summary]
        return fit.fit_file([fit.file_id(), *middle])

    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize("wrong_stamps", [True, False])
    def test_legs(self, first, wrong_stamps):
        recording = one(self.file(first=first, wrong_stamps=wrong_stamps))
        assert len(recording.unix_s) == 100
        assert [(leg.sport, leg.sub_sport) for leg in recording.legs] == [
            ("running", "trail"),
            ("transition", "bike_to_run_transition"),
            ("cycling", "road"),
            ("transition", "run_to_bike_transition"),
            ("running", "trail"),
        ]
        assert recording.legs[2] == Leg(UNIX + 40, UNIX + 60, "cycling", "road")
        assert recording.problems == ()


class TestSummaries:
    def test_timer_events(self):
        events = [(10, "stop_all"), (20, "start"), (30, "stop", "auto"), (35, "start", "auto"), (40, "stop_disable")]
        recording = one(fit.simple_run(50, events=events))
        assert recording.timer == (
            TimerEvent(UNIX, True),
            TimerEvent(UNIX + 10, False),
            TimerEvent(UNIX + 20, True),
            TimerEvent(UNIX + 30, False, True),
            TimerEvent(UNIX + 35, True, True),
            TimerEvent(UNIX + 40, False),
            TimerEvent(UNIX + 49, False),
        )

    def test_events_in_a_block_of_their_own_come_by_time(self):
        body = [fit.file_id(), *fit.records([START + k for k in range(9)], {"heart_rate_bpm": [100.0] * 9})]
        body += [fit.EVENT.definition(), fit.EVENT.data(START + 8, 0, 4, 0), fit.EVENT.data(START, 0, 0, 0)]
        assert [e.running for e in one(fit.fit_file(body)).timer] == [True, False]

    def test_other_events_and_sentinels_are_no_timer(self):
        event = fit.EVENT.definition() + fit.EVENT.data(START, 9, 4, 0) + fit.EVENT.data(START, None, 4, 0)
        event += fit.EVENT.data(None, 0, 4, 0) + fit.EVENT.data(START, 0, 3, 0)
        assert one(records([(253, "uint32")], [()], before=event)).timer == ()

    def test_trigger_in_the_narrow_field(self):
        event = fit.Layout(1, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (2, "uint16")])
        blob = records([(253, "uint32")], [()], before=event.definition() + event.data(START, 0, 1, 1))
        assert one(blob).timer == (TimerEvent(UNIX, False, True),)

    def test_coros_trigger_of_one_byte_is_read(self):
        event = fit.Layout(1, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (3, "uint32", 1)])
        recording = one(records([(253, "uint32")], [()], before=event.definition() + event.data(START, 0, 1, 1)))
        assert recording.timer == (TimerEvent(UNIX, False, True),)
        assert codes(recording) == {"bad-field"}

    def test_laps_as_written(self):
        laps = [
            {"start_s": 0, "end_s": 30, "trigger": "manual", "intensity": "active", "distance_m": 90.5, "step": 2},
            {"start_s": 30, "end_s": 40, "trigger": "time", "intensity": "rest"},
            {"start_s": 40, "end_s": 49, "trigger": "session_end"},
        ]
        recording = one(fit.simple_run(50, laps=laps))
        assert recording.laps == (
            RawLap(UNIX, UNIX + 30, 30.0, 30.0, 90.5, "manual", "active", 2),
            RawLap(UNIX + 30, UNIX + 40, 10.0, 10.0, None, "time", "rest", None),
            RawLap(UNIX + 40, UNIX + 49, 9.0, 9.0, None, "session_end", None, None),
        )

    def test_a_lap_without_an_end_gets_the_one_its_length_makes(self):
        lap = fit.LAP.definition() + fit.LAP.data(None, START, 12_345, None, None, None, None, None)
        (raw,) = one(records([(253, "uint32")], [()], before=lap)).laps
        assert (raw.start_unix_s, raw.end_unix_s, raw.elapsed_s) == (UNIX, UNIX + 12.345, 12.345)

    def test_an_empty_lap_is_all_unknown(self):
        lap = fit.LAP.definition() + fit.LAP.data(*[None] * 8)
        (raw,) = one(records([(253, "uint32")], [()], before=lap)).laps
        assert np.isnan([raw.start_unix_s, raw.end_unix_s]).all()
        assert (raw.elapsed_s, raw.timer_s, raw.distance_m, raw.trigger, raw.intensity, raw.workout_step) == (None,) * 6

    def test_workout_steps(self):
        step = fit.Layout(6, 27, [(254, "uint16"), (0, "string", 16), (1, "enum"), (2, "uint32"), (7, "enum")])
        messages = step.definition() + step.data(1, "Recover", 0, 75_000, 4) + step.data(0, "Stride", 1, 10_000, 0)
        messages += step.data(2, None, 5, None, 3) + step.data(3, None, 6, 0, None)
        recording = one(records([(253, "uint32")], [()], before=messages))
        assert recording.workout_steps == (
            WorkoutStep(0, "Stride", "active", "distance", None, 100.0),
            WorkoutStep(1, "Recover", "recovery", "time", 75.0, None),
            WorkoutStep(2, None, "cooldown", "open", None, None),
            WorkoutStep(3, None, None, "repeat_until_steps_complete", None, None),
        )

    def strength(self) -> bytes:
        shape = fit.Layout(
            6,
            225,
            [(254, "uint32"), (0, "uint32"), (3, "uint16"), (5, "uint8"), (6, "uint32"), (7, "uint16", 6)],
        )
        rows = shape.data(START + 40, 30_000, 8, 1, START + 10, [20, None, None])
        rows += shape.data(START + 70, 30_000, None, 0, START + 40, [None] * 3)
        rows += shape.data(START + 90, None, 12, 1, None, [65_534, 28, None])
        return shape.definition() + rows

    def test_strength_sets_without_the_rests(self):
        recording = one(records([(253, "uint32")], [()], after=self.strength()))
        begin = dt.datetime.fromtimestamp(UNIX + 10, dt.UTC)
        later = dt.datetime.fromtimestamp(UNIX + 90, dt.UTC)
        assert recording.strength_sets == (
            StrengthSet(begin, 30.0, "plyo", 8),
            StrengthSet(later, None, None, 12),
        )

    def test_strength_without_records_is_a_recording(self):
        session = fit.SESSION.definition() + fit.SESSION.data(START, START, 0, 0, None, 10, 20)
        recording = one(fit.fit_file([fit.file_id(), self.strength(), session]))
        assert len(recording.unix_s) == 0
        assert (recording.sport, len(recording.strength_sets)) == ("training", 2)

    @pytest.mark.parametrize(
        ("manufacturer", "product", "name", "expected"),
        [
            (1, 3992, "", "Garmin Forerunner 255"),
            (1, 1, "", "Garmin 1"),
            (1, 3992, "Forerunner", "Garmin Forerunner 255"),
            (294, 802, "COROS PACE 2", "COROS PACE 2"),
            (294, 802, "PACE 2", "COROS PACE 2"),
            (23, 67, "", "Suunto 67"),
            (4711, 5, "", "manufacturer 4711 5"),
            (None, None, "", ""),
            (None, None, "My Watch", "My Watch"),
        ],
    )
    def test_device(self, manufacturer, product, name, expected):
        own = fit.Layout(0, 0, [(0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (8, "string", 20)])
        shape = fit.record_layout(["heart_rate_bpm"])
        head = own.definition() + own.data(4, manufacturer, product, 12_345_678, name)
        recording = one(fit.fit_file([head, shape.definition(), shape.data(START, 140)]))
        assert recording.device == expected

    def test_device_of_the_creator_where_file_id_is_silent(self):
        info = fit.Layout(6, 23, [(0, "uint8"), (2, "uint16"), (4, "uint16"), (3, "uint32z"), (27, "string", 20)])
        own = fit.Layout(0, 0, [(0, "enum")])
        shape = fit.record_layout(["heart_rate_bpm"])
        devices = info.definition() + info.data(3, 32, 9, 1, "Strap") + info.data(0, 1, 4315, 2, None)
        recording = one(
            fit.fit_file([own.definition(), own.data(4), devices, shape.definition(), shape.data(START, 140)])
        )
        assert recording.device == "Garmin Forerunner 965"

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (b"no NUL at all, twenty", "no NUL at all, twenty"),
            (b"\xff\xfe\xc3", ""),
            (b"one\0two\0", "one"),
            (b"<script>1</script>\0", "<script>1</script>"),
            (b"${7*7} =1+1", "${7*7} =1+1"),
            ("מסלול \u202egnp.exe".encode(), "מסלול gnp.exe"),
            (b"a\x1b[31m\x07\r\nb", "a[31mb"),
            (b"x" * 255, "x" * 255),
        ],
    )
    def test_texts(self, raw, expected):
        own = fit.Layout(0, 0, [(0, "enum"), (8, "string", len(raw))])
        shape = fit.record_layout(["heart_rate_bpm"])
        recording = one(fit.fit_file([own.definition(), own.data(4, raw), shape.definition(), shape.data(START, 140)]))
        assert recording.device == expected
        assert recording.device.isprintable()

    def test_fields_of_a_type_that_cannot_be_are_none(self):
        """A lap time that is a text, a sport that is a float, a stamp of eight bytes: no value, no crash."""
        lap = fit.Layout(2, 19, [(253, "uint64"), (2, "float64"), (7, "string", 4), (9, "float32"), (24, "uint64")])
        messages = lap.definition() + lap.data(2**63, 1e300, "abc", 1234.4, 2**40)
        messages += lap.data(START, float(START), "abc", float("nan"), 1)
        first, second = one(records([(253, "uint32")], [()], before=messages)).laps
        assert np.isnan([first.start_unix_s, first.end_unix_s]).all()
        assert (first.elapsed_s, first.distance_m, first.trigger) == (None, 12.34, None)
        assert (second.start_unix_s, second.end_unix_s, second.trigger) == (UNIX, UNIX, "time")


class TestDeveloper:
    def shape(self, *dev: tuple[int, int, int], local: int = 5) -> fit.Layout:
        return fit.Layout(local, 20, [(253, "uint32"), (3, "uint8"), (73, "uint32")], dev_fields=dev)

    def describe(self, app, number, base, name, units, native=None) -> bytes:
        return fit.FIELD_DESCRIPTION.definition() + fit.FIELD_DESCRIPTION.data(
            app, number, base, name, units, None if native is None else 20, native
        )

    def test_native_fields_of_the_same_number_are_untouched(self):
        shape = self.shape((3, 2, 0), (73, 2, 0), (5, 1, 0))
        about = self.describe(0, 3, 0x84, "Heart", "bpm", native=3) + self.describe(0, 73, 0x84, "Pace", "s/km", 73)
        about += self.describe(0, 5, 0x02, "Distance", "km")
        rows = [shape.data(START + k, 140, 3000, dev=b"\xe8\x03\xd2\x04\x07") for k in range(4)]
        recording = one(fit.fit_file([fit.file_id(), about, shape.definition(), *rows]))
        assert np.array_equal(recording.columns["heart_rate_bpm"], [140.0] * 4)
        assert np.array_equal(recording.columns["speed_mps"], [3.0] * 4)
        assert "distance_m" not in recording.columns
        assert {name: column[0] for name, column in recording.developer.items()} == {
            "Heart": 1000.0,
            "Pace": 1234.0,
            "Distance": 7.0,
        }
        assert recording.developer_units == {"Heart": "bpm", "Pace": "s/km", "Distance": "km"}
        assert recording.problems == ()

    def test_byte_order_follows_the_definition(self):
        shape = fit.Layout(5, 20, [(253, "uint32")], big=True, dev_fields=[(0, 2, 0), (1, 4, 0)])
        about = self.describe(0, 0, 0x84, "a", "") + self.describe(0, 1, 0x88, "b", "")
        rows = [shape.data(START, dev=b"\x01\x02" + b"\x3f\xc0\0\0")]
        recording = one(fit.fit_file([fit.file_id(), about, shape.definition(), *rows]))
        assert (recording.developer["a"][0], recording.developer["b"][0]) == (258.0, 1.5)

    def test_scale_sentinels_and_arrays(self):
        description = fit.Layout(
            9, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 8), (6, "uint8"), (7, "sint8")]
        )
        shape = self.shape((0, 2, 1), (1, 4, 1))
        about = description.definition() + description.data(1, 0, 0x84, "x", 10, 5)
        about += description.data(1, 1, 0x84, "y", None, None)
        rows = [shape.data(START, 140, 3000, dev=b"\x64\0\xff\xff\x09\0")]
        rows += [shape.data(START + 1, 140, 3000, dev=b"\xff\xff\xff\xff\xff\xff")]
        recording = one(fit.fit_file([fit.file_id(), about, shape.definition(), *rows]))
        assert np.array_equal(recording.developer["x"], [5.0, np.nan], equal_nan=True)
        assert np.array_equal(recording.developer["y"], [9.0, np.nan], equal_nan=True)

    def test_two_apps_with_one_name(self):
        shape = self.shape((0, 1, 0), (0, 1, 1))
        about = self.describe(0, 0, 2, "Power", "W") + self.describe(1, 0, 2, "Power", "W")
        recording = one(
            fit.fit_file([fit.file_id(), about, shape.definition(), shape.data(START, 140, 3000, dev=b"\x64\xc8")])
        )
        assert {k: v[0] for k, v in recording.developer.items()} == {"Power": 100.0, "Power (2)": 200.0}

    def test_size_that_does_not_fit_the_description(self):
        shape = self.shape((0, 3, 0))
        about = self.describe(0, 0, 0x86, "odd", "")
        recording = one(
            fit.fit_file([fit.file_id(), about, shape.definition(), shape.data(START, 140, 3000, dev=b"abc")])
        )
        assert recording.developer == {}
        assert codes(recording) == {"bad-field"}
        assert "odd" in recording.problems[0].message

    def test_description_without_parts(self):
        parts = fit.Layout(9, 206, [(1, "uint8"), (2, "uint8")])
        nameless = fit.Layout(10, 206, [(0, "uint8"), (1, "uint8"), (2, "uint8")])
        shape = self.shape((0, 1, 0), (1, 1, 0))
        about = parts.definition() + parts.data(0, 2) + nameless.definition() + nameless.data(0, 1, 2)
        recording = one(
            fit.fit_file([fit.file_id(), about, shape.definition(), shape.data(START, 140, 3000, dev=b"\x05\x06")])
        )
        assert {k: v[0] for k, v in recording.developer.items()} == {"developer field 1": 6.0}
        assert codes(recording) == {"no-description"}

    def test_texts_are_passed_over(self):
        shape = self.shape((0, 4, 0))
        about = self.describe(0, 0, 0x07, "note", "")
        recording = one(
            fit.fit_file([fit.file_id(), about, shape.definition(), shape.data(START, 140, 3000, dev=b"abc\0")])
        )
        assert (recording.developer, recording.problems) == ({}, ())


class TestOutside:
    BODY_AT = 14

    def test_wrong_header_crc_is_said(self):
        recording = one(fit.simple_run(20, header_crc=0x1234))
        assert codes(recording) == {"crc"}
        assert len(recording.unix_s) == 20

    @pytest.mark.parametrize("size", [11, -20, -46, 1_000_000, -700])
    @pytest.mark.parametrize("refresh", [True, False], ids=["crc of this header", "crc of the true header"])
    def test_wrong_size(self, size, refresh):
        good = fit.simple_run(50)
        body = good[14:-2]
        blob = fit.fit_file(body, data_size=len(body) + size)
        if not refresh:
            blob = blob[:-2] + good[-2:]
        recording = one(blob)
        assert np.array_equal(recording.unix_s, one(good).unix_s)
        assert recording.laps == one(good).laps
        assert codes(recording) == {"size"}

    def test_size_too_small_by_a_whole_record_and_no_check_sum(self):
        shape = fit.record_layout(["heart_rate_bpm"])
        body = fit.file_id() + shape.definition() + b"".join(shape.data(START + k, 140) for k in range(50))
        size = len(shape.data(START, 140))
        recording = one(fit.fit_file(body, data_size=len(body) - size, crc=0))
        assert len(recording.unix_s) == 50
        assert codes(recording) == {"size"}

    @pytest.mark.parametrize("with_crc", [True, False])
    def test_size_zero(self, with_crc):
        recording = one(fit.simple_run(50, data_size=0, with_crc=with_crc))
        assert len(recording.unix_s) == 50
        assert codes(recording) == {"size"}
        assert recording.utc_offset_s == 7200

    def test_size_zero_and_cut(self):
        blob = fit.simple_run(50, summaries=False, data_size=0)
        shape_size = 27
        recording = one(blob[: -2 - 11 - shape_size // 2])
        assert len(recording.unix_s) == 49
        assert codes(recording) == {"size", "truncated"}

    @pytest.mark.parametrize("junk", [b"\0" * 37, b"\0" * 500, b"hello world", bytes(range(37)), b"\xff" * 100])
    def test_trailing_junk(self, junk):
        recording = one(fit.simple_run(50) + junk)
        assert len(recording.unix_s) == 50
        assert codes(recording) == {"trailing-data"}

    def test_impossible_header_size(self):
        blob = bytearray(fit.simple_run(50))
        blob[0] = 77
        recording = one(bytes(blob))
        assert len(recording.unix_s) == 50
        assert "size" in codes(recording)

    @pytest.mark.parametrize(
        ("kind", "word"), [(32, "monitoring"), (2, "settings"), (6, "course"), (9, "weight"), (5, "workout")]
    )
    def test_other_types_are_named(self, kind, word):
        with pytest.raises(NotActivityError, match=word) as caught:
            read(fit.simple_run(20, kind=kind), LIMITS)
        assert caught.value.code == "not-activity"

    @pytest.mark.parametrize("data", [b"", b"\x0e", b"x" * 11, b"x" * 5000])
    def test_no_fit_at_all(self, data):
        with pytest.raises(UnknownFormatError):
            read(data, LIMITS)

    def test_header_alone(self):
        with pytest.raises(DamagedError):
            read(fit.simple_run(5)[:14], LIMITS)

    def test_a_summary_without_records(self):
        session = fit.SESSION.definition() + fit.SESSION.data(START, START, 1000, 1000, 5000, 1, 0)
        with pytest.raises(NotActivityError, match="records"):
            read(fit.fit_file([fit.file_id(), session]), LIMITS)

    def test_unknown_type_with_records_is_read(self):
        assert len(one(fit.simple_run(20, kind=77)).unix_s) == 20


class TestByteOrder:
    @pytest.mark.parametrize("mark", [2, 84, 255])
    @pytest.mark.parametrize("big", [False, True])
    def test_order_is_chosen_by_the_message_number(self, mark, big):
        shape = fit.Layout(5, 20, [(253, "uint32"), (6, "uint16")], big=big, architecture=mark)
        rows = [shape.data(START + k, 1000 + k) for k in range(20)]
        recording = one(fit.fit_file([fit.file_id(), shape.definition(), *rows]))
        assert np.array_equal(recording.unix_s, UNIX + np.arange(20))
        assert np.array_equal(recording.columns["speed_mps"], (1000 + np.arange(20)) / 1000)
        assert codes(recording) == {"byte-order"}


class TestLimits:
    def test_bytes(self):
        with pytest.raises(LimitError, match="file_bytes"):
            read(fit.simple_run(100), Limits(file_bytes=1000))

    def test_messages(self):
        shape = fit.Layout(5, 20, [])
        blob = fit.fit_file([fit.file_id(), shape.definition(), shape.data() * 5000])
        with pytest.raises(LimitError, match="samples"):
            read(blob, Limits(samples=1000))

    def test_definitions(self):
        many = [fit.definition(6, 30_000 + k, [(0, "uint8")]) for k in range(40)]
        with pytest.raises(LimitError, match="fit_definitions"):
            read(fit.fit_file([fit.file_id(), *many]), Limits(fit_definitions=20))

    def test_nothing_is_allocated_from_sizes_that_are_only_claimed(self):
        import tracemalloc

        blob = fit.simple_run(20, data_size=0xFFFF_FFF0)
        tracemalloc.start()
        try:
            read(blob, LIMITS)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 2_000_000

    def test_errors_are_read_errors(self):
        assert issubclass(LimitError, ReadError)
