"""What FIT files say about their records: sessions, timer, laps, workouts, strength sets, devices, developer fields."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import builders_fit as fit
from legspeed import read_all
from legspeed.model import StrengthSet, WorkoutStep
from legspeed.readers.recording import Leg, RawLap, TimerEvent
from reading_fit import START, UNIX, codes, one, records


class TestMultisport:
    SPORTS = ((1, 3), (3, 32), (2, 7), (3, 33), (1, 3))

    def file(
        self, *, first: bool = False, wrong_stamps: bool = False, wrong_starts: bool = False, parent: bool = False
    ) -> bytes:
        n = 100
        sessions = [fit.SESSION.definition()]
        if parent:
            sessions.append(fit.SESSION.data(START + n, START, 1000 * n, 1000 * n, 5000, 18, 0))
        for k, (sport, sub_sport) in enumerate(self.SPORTS):
            begin = START + 20 * k
            stamp = START if wrong_stamps else begin + 20
            written = START if wrong_starts else begin
            sessions.append(fit.SESSION.data(stamp, written, 20_000, 20_000, 5000, sport, sub_sport))
        run = fit.records([START + k for k in range(n)], fit.default_columns(n))
        summary = b"".join(sessions)
        middle = [summary, *run] if first else [*run, summary]
        return fit.fit_file([fit.file_id(), *middle])

    @pytest.mark.case(20)
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

    @pytest.mark.case(20)
    @pytest.mark.parametrize("parent", [True, False])
    def test_where_every_leg_starts_with_its_parent_the_timestamps_tell_the_ends(self, parent):
        recording = one(self.file(wrong_starts=True, parent=parent))
        assert [leg.end_unix_s - UNIX for leg in recording.legs] == [20, 40, 60, 80, 100]
        runs = read_all(self.file(wrong_starts=True, parent=parent))
        assert [(a.sport, a.n) for a in runs] == [
            ("running", 20), ("transition", 20), ("cycling", 20), ("transition", 20), ("running", 20),
        ]  # fmt: skip

    def test_the_session_around_all_legs_is_no_leg(self):
        assert one(self.file(parent=True)).legs == one(self.file()).legs


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
            WorkoutStep(3, None, None, "repeat_until_steps_complete", None, None, repeat_from=0),
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

    @pytest.mark.case(25)
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

    @pytest.mark.case(9)
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
