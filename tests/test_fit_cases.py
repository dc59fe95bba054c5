"""What FIT files do in the wild, each quirk in a small file of its own: the decoder's part of the known input cases."""

from __future__ import annotations

import struct

import numpy as np
import pytest

import builders_fit as fit
from legspeed.errors import LimitError, ReadError
from legspeed.readers.fit import read, sniff
from legspeed.readers.recording import CADENCE, TimerEvent
from legspeed.settings import Limits
from reading_fit import LIMITS, START, UNIX, codes, one, records


class TestCleanRun:
    @pytest.mark.case(1)
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
        laps = [{"start_s": 0, "end_s": 1800}, {"start_s": 1800, "end_s": n - 1}]
        recording = one(fit.simple_run(n, columns=columns, laps=laps))
        assert recording.problems == ()
        assert [(lap.start_unix_s - UNIX, lap.elapsed_s) for lap in recording.laps] == [(0, 1800), (1800, n - 1801)]
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
    @pytest.mark.case(15)
    def test_sentinels_everywhere(self):
        names = list(fit.RECORD_FIELDS)
        recording = one(fit.simple_run(3, columns={name: [None] * 3 for name in names}))
        assert all(np.isnan(column).all() for column in recording.columns.values())
        assert {"speed_mps", "altitude_m", "latitude_deg", CADENCE, "power_w"} <= set(recording.columns)

    @pytest.mark.case(15)
    def test_enhanced_before_plain_value_by_value(self):
        fields = [(253, "uint32"), (6, "uint16"), (73, "uint32"), (2, "uint16"), (78, "uint32")]
        rows = [(1000, 2000, 2600, 2700), (1000, None, 2600, None), (None, 2000, None, 2700), (None,) * 4]
        recording = one(records(fields, rows))
        assert np.array_equal(recording.columns["speed_mps"], [2, 1, 2, np.nan], equal_nan=True)
        assert np.array_equal(recording.columns["altitude_m"], [40, 20, 40, np.nan], equal_nan=True)

    @pytest.mark.case(15)
    def test_a_plain_sentinel_widened_into_the_enhanced_field_is_none(self):
        fields = [(253, "uint32"), (73, "uint32"), (78, "uint32"), (6, "uint16")]
        recording = one(records(fields, [(0xFFFF, 0xFFFF, None), (0xFFFF, 0xFFFF, 3000)]))
        assert np.array_equal(recording.columns["speed_mps"], [np.nan, 3.0], equal_nan=True)
        assert np.isnan(recording.columns["altitude_m"]).all()

    def test_zero_is_a_value(self):
        fields = [(253, "uint32"), (0, "sint32"), (4, "uint8"), (6, "uint16")]
        recording = one(records(fields, [(0, 0, 0)] * 2))
        assert all(np.array_equal(recording.columns[c], [0, 0]) for c in ("latitude_deg", CADENCE, "speed_mps"))

    @pytest.mark.case(10)
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

    @pytest.mark.case(14)
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

    @pytest.mark.case(14)
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
    @pytest.mark.parametrize(("kind", "size"), [("uint32", 8), ("uint32z", 12), ("uint16", 4), (0x4F, 4)])
    def test_the_timestamp_may_be_an_array_or_of_another_type(self, kind, size):
        shape = fit.definition(0, 20, [(253, kind, size), (3, "uint8")])
        rows = [fit.data(0, (START + k).to_bytes(4, "little") + b"\xff" * (size - 4) + b"\x80") for k in range(20)]
        recording = one(fit.fit_file([fit.file_id(), shape, *rows]))
        assert np.array_equal(recording.unix_s, UNIX + np.arange(20))

    @pytest.mark.parametrize(("kind", "number"), [("float32", "f"), ("float64", "d"), ("uint64", "Q")])
    def test_a_timestamp_that_holds_no_seconds_is_none(self, kind, number):
        shape = fit.definition(0, 20, [(253, kind), (3, "uint8")])
        rows = [fit.data(0, struct.pack("<" + number, START + k) + b"\x80") for k in range(20)]
        assert np.isnan(one(fit.fit_file([fit.file_id(), shape, *rows])).unix_s).all()

    @pytest.mark.case(13)
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
    @pytest.mark.case(12)
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


class TestByteOrder:
    @pytest.mark.case(12)
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

    @pytest.mark.parametrize("run", [7, 90, 400, 990])
    def test_as_many_messages_as_allowed(self, run):
        """Runs of equal messages count as what they are, however they are noted."""
        a, b = fit.Layout(5, 20, [(253, "uint32")]), fit.Layout(6, 20, [(253, "uint32"), (3, "uint8")])
        rows = [(a if k // run % 2 else b) for k in range(1005)]
        body = b"".join(s.data(*[START + k, 120][: len(s.fields)]) for k, s in enumerate(rows))
        blob = fit.fit_file([fit.file_id(), a.definition(), b.definition(), body])
        assert len(one(blob, Limits(samples=1010)).unix_s) == 1005
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
