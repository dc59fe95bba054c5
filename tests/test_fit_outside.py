"""Around the messages of a FIT file: headers, sizes, check sums, chained parts, junk, files of other types."""

from __future__ import annotations

import numpy as np
import pytest
from fastcrc import crc16

import builders_fit as fit
from legspeed.errors import DamagedError, NotActivityError, UnknownFormatError
from legspeed.readers.fit import read
from legspeed.readers.recording import Recording
from legspeed.settings import Limits
from reading_fit import LIMITS, START, codes, one


def same(recording: Recording, good: bytes) -> None:
    """Assert that every time and value is that of a sound file."""
    wanted = one(good)
    assert np.array_equal(recording.unix_s, wanted.unix_s)
    assert set(recording.columns) == set(wanted.columns)
    for name, column in wanted.columns.items():
        assert np.array_equal(recording.columns[name], column, equal_nan=True), name


class TestChained:
    @pytest.mark.case(7)
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

    @pytest.mark.case(7)
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


class TestOutside:
    BODY_AT = 14

    @pytest.mark.case(5)
    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"crc": 0x1234}, {"crc"}),
            ({"crc": 0}, {"crc"}),
            ({"header_crc": 0}, set()),
            ({"header_crc": 0x1234}, {"crc"}),
        ],
    )
    def test_wrong_check_sums_cost_nothing(self, wrong, said):
        recording = one(fit.simple_run(20, **wrong))
        assert codes(recording) == said
        same(recording, fit.simple_run(20))

    @pytest.mark.case(4)
    @pytest.mark.parametrize("size", [11, -20, -46, 1_000_000, -700])
    @pytest.mark.parametrize("refresh", [True, False], ids=["crc of this header", "crc of the true header"])
    def test_wrong_size(self, size, refresh):
        good = fit.simple_run(50)
        body = good[14:-2]
        blob = fit.fit_file(body, data_size=len(body) + size)
        if not refresh:
            blob = blob[:-2] + good[-2:]
        recording = one(blob)
        same(recording, good)
        assert recording.laps == one(good).laps
        assert codes(recording) == {"size"}

    def test_size_too_small_by_a_whole_record_and_no_check_sum(self):
        shape = fit.record_layout(["heart_rate_bpm"])
        body = fit.file_id() + shape.definition() + b"".join(shape.data(START + k, 140) for k in range(50))
        size = len(shape.data(START, 140))
        recording = one(fit.fit_file(body, data_size=len(body) - size, crc=0))
        assert len(recording.unix_s) == 50
        assert codes(recording) == {"size"}

    @pytest.mark.case(3)
    @pytest.mark.parametrize("with_crc", [True, False])
    def test_size_zero(self, with_crc):
        recording = one(fit.simple_run(50, data_size=0, with_crc=with_crc))
        same(recording, fit.simple_run(50))
        assert codes(recording) == {"size"}
        assert recording.utc_offset_s == 7200

    def test_size_zero_and_cut(self):
        blob = fit.simple_run(50, summaries=False, data_size=0)
        shape_size = 27
        recording = one(blob[: -2 - 11 - shape_size // 2])
        assert len(recording.unix_s) == 49
        assert codes(recording) == {"size", "truncated"}

    @pytest.mark.case(6)
    @pytest.mark.parametrize("junk", [b"\0" * 37, b"\0" * 500, b"hello world", bytes(range(37)), b"\xff" * 100])
    def test_trailing_junk(self, junk):
        recording = one(fit.simple_run(50) + junk)
        same(recording, fit.simple_run(50))
        assert codes(recording) == {"trailing-data"}

    def test_impossible_header_size(self):
        blob = bytearray(fit.simple_run(50))
        blob[0] = 77
        recording = one(bytes(blob))
        assert len(recording.unix_s) == 50
        assert "size" in codes(recording)

    @pytest.mark.parametrize("extra", [1, 2, 6, 241])
    def test_a_header_that_has_grown_is_passed_over_by_its_own_length(self, extra):
        plain = fit.simple_run(50)
        head = bytearray(plain[:14]) + b"\0" * extra
        head[0] = len(head)
        head[12:14] = crc16.arc(bytes(head[:12])).to_bytes(2, "little")
        body = bytes(head) + plain[14:-2]
        recording, wanted = one(body + crc16.arc(body).to_bytes(2, "little")), one(plain)
        assert np.array_equal(recording.unix_s, wanted.unix_s)
        assert (recording.device, recording.sport) == (wanted.device, wanted.sport)
        assert codes(recording) == {"size"}

    @pytest.mark.case(23)
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
