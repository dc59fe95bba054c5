"""Archives and compressed data: what is in them is read in place, what attacks is refused."""

from __future__ import annotations

import io
import random
import time
import zipfile
import zlib

import pytest

from builders_archives import LINK_MODE, Part, Pipe, bounded, gpx_run, gz, nested, overlapping, raw_zip, zip_of
from legspeed.errors import DamagedError, EncryptedError, LimitError, ReadError
from legspeed.readers.containers import archives
from legspeed.readers.containers.inflate import Seekable, gunzip, gunzip_head, inflate, run_through
from legspeed.settings import Limits

LIMITS = Limits()
NOISE = random.Random(4).randbytes(300_000)


def listed(blob: bytes, limits: Limits = LIMITS) -> list[archives.Member]:
    return archives.members(io.BytesIO(blob), limits)


def extracted(blob: bytes, name: str, limits: Limits = LIMITS) -> archives.Content:
    stream = io.BytesIO(blob)
    (member,) = [m for m in archives.members(stream, limits) if m.name == name]
    return archives.extract(stream, member, limits)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


# ---------------------------------------------------------------------------------------------------- the list


def test_every_file_of_an_ordinary_archive_is_listed_and_read():
    files = {"a/1.fit": NOISE, "a/2.gpx": gpx_run(), "leer.txt": b"", "b/": b""}
    blob = zip_of(files)
    assert [(m.name, m.size, m.is_folder) for m in listed(blob)] == [(n, len(d), n == "b/") for n, d in files.items()]
    assert all(extracted(blob, name).data == data for name, data in files.items())
    assert not any(extracted(blob, name).problems for name in files)


@pytest.mark.parametrize("options", [{"before": b"#!/bin/sh\n" * 7}, {"comment": b"PK\x05\x06" * 9}, {"wide": True}])
def test_prefix_comment_and_zip64_change_nothing(options):
    blob = raw_zip([Part("a.gpx", b"one"), Part("b.gpx", b"two", method=0)], **options)
    assert [extracted(blob, n).data for n in ("a.gpx", "b.gpx")] == [b"one", b"two"]


def test_an_archive_written_to_a_pipe_has_its_sizes_behind_the_data():
    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.gpx", gpx_run())
    assert extracted(out.getvalue(), "a.gpx").data == gpx_run()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("清远市_跑步.fit".encode(), "清远市_跑步.fit"),
        ("Läufe/Früh.fit".encode("cp437"), "Läufe/Früh.fit"),
        (b"win\\dir\\a.fit", "win/dir/a.fit"),
    ],
)
def test_names_are_utf8_or_else_the_old_code_page(written, shown):
    assert [m.name for m in listed(raw_zip([Part(written)]))] == [shown]


def test_a_cut_archive_is_damaged_at_every_cut():
    blob = zip_of({"a.gpx": gpx_run(5), "b.gpx": gpx_run(6)})
    for cut in range(0, len(blob), 7):
        with pytest.raises(DamagedError, match="download it again"):
            listed(blob[:cut])


def test_an_archive_with_any_byte_changed_gives_files_or_a_typed_error():
    blob = zip_of({"a.gpx": gpx_run(3), "b.gpx": gpx_run(4)})
    rng = random.Random(7)
    for _ in range(1500):
        mutant = bytearray(blob)
        for _ in range(rng.randint(1, 4)):
            mutant[rng.randrange(len(mutant))] = rng.randrange(256)
        stream = io.BytesIO(mutant)
        try:
            for member in archives.members(stream, LIMITS):
                archives.head(stream, member, 512)
                archives.extract(stream, member, LIMITS)
        except ReadError:
            pass


# ---------------------------------------------------------------------------------------------------- one file


def test_the_head_is_read_without_the_rest():
    stream = io.BytesIO(zip_of({"a.bin": NOISE, "b.bin": NOISE[:5]}))
    first, second = archives.members(stream, LIMITS)
    assert archives.head(stream, first, 512) == NOISE[:512]
    assert archives.head(stream, second, 512) == NOISE[:5]


def test_a_wrong_check_sum_is_said_and_the_content_kept():
    content = extracted(raw_zip([Part("a.gpx", b"content", crc=1)]), "a.gpx")
    assert (content.data, [p.code for p in content.problems]) == (b"content", ["crc"])


@pytest.mark.parametrize("rest", [b"", b"\xff" * 4000])
def test_a_damaged_file_is_kept_up_to_the_fault(rest):
    packed = deflated(gpx_run(2000))[:10_000] + rest
    content = extracted(raw_zip([Part("a.gpx", gpx_run(2000), packed=packed)]), "a.gpx")
    assert [p.code for p in content.problems] in (["truncated"], ["crc"])
    assert len(content.data) > 60_000
    assert content.data[:60_000] == gpx_run(2000)[:60_000]


@pytest.mark.parametrize(
    ("part", "error", "says"),
    [
        (Part("a.fit", b"x", flags=1), EncryptedError, "password"),
        (Part("a.fit", b"x", method=99), EncryptedError, "password"),
        (Part("a.fit", b"x", method=14), DamagedError, "LZMA"),
        (Part("a.fit", b"/etc/passwd", mode=LINK_MODE, method=0), ReadError, "link"),
        (Part("a.fit", b"y" * 500, declared=10), LimitError, "declares"),
        (Part("a.fit", b"y" * 500, packed=b"\xff" * 20), DamagedError, "nothing"),
        (Part("a.fit", b"y", declared=10**9), LimitError, "limit"),
    ],
)
def test_what_cannot_be_read_says_why(part, error, says):
    with pytest.raises(error, match=says):
        extracted(raw_zip([part]), "a.fit")


# ---------------------------------------------------------------------------------------------------- bombs


@pytest.mark.case(38)
def test_files_lying_over_one_another_are_refused():
    blob = overlapping(NOISE, copies=1000)
    assert len(blob) < 400_000

    def attack():
        with pytest.raises(LimitError, match="over one another"):
            listed(blob)

    bounded(attack)


def test_a_list_lying_over_the_files_is_refused():
    with pytest.raises(LimitError, match="over one another"):
        listed(raw_zip([Part("a.fit", b"x", packed=b"1234567")]).replace(b"\7\0\0\0", b"\x63\0\0\0"))


@pytest.mark.case(38)
@pytest.mark.parametrize("kind", ["gzip", "zip", "zip that declares little"])
def test_zeros_that_expand_a_thousandfold_are_refused(kind):
    zeros = bytes(60 * 2**20)
    declared = 3000 if kind == "zip that declares little" else None
    blob = gz(zeros) if kind == "gzip" else raw_zip([Part("a.fit", zeros, declared=declared)])
    del zeros

    def attack():
        with pytest.raises(LimitError, match=r"times|declares"):
            gunzip(blob, LIMITS) if kind == "gzip" else extracted(blob, "a.fit")

    bounded(attack, mebibytes=16)


@pytest.mark.case(38)
def test_a_hundred_thousand_files_are_listed_and_more_than_allowed_refused():
    blob = raw_zip([Part(f"{k}.txt", b"", method=0) for k in range(100_000)])
    bounded(lambda: listed(blob))
    with pytest.raises(LimitError, match=r"99,999 files"):
        listed(blob, Limits(archive_entries=99_999))


# ---------------------------------------------------------------------------------------------------- gzip


def test_gzip_of_several_members_with_every_header_part_is_one_content():
    head = b"\x1f\x8b\x08\x1e\0\0\0\0\0\x03" + b"\x05\0extra" + b"name.fit\0" + b"note\0" + b"\0\0"
    data = head + gz(b"second ")[10:] + gz(b"third") + b"\0" * 512
    assert gunzip(gz(b"first ") + data, LIMITS).data == b"first second third"
    assert gunzip(gz(b"first ") + data, LIMITS).problems == ()
    assert gunzip_head(gz(NOISE)[:1024], 512) == NOISE[:512]


@pytest.mark.parametrize("data", [b"", b"x", gpx_run(200)])
def test_gzip_cut_anywhere_keeps_what_came_before(data):
    whole = gz(data)
    for cut in range(1, len(whole), max(1, len(whole) // 50)):
        try:
            content = gunzip(whole[:cut], LIMITS)
        except DamagedError:
            continue
        assert data.startswith(content.data)
        assert content.problems


def test_a_gzip_fault_in_the_middle_loses_only_what_is_behind_it():
    whole = bytearray(gz(NOISE))
    at = len(whole) // 2
    whole[at : at + 40] = b"\xff" * 40
    content = gunzip(bytes(whole), LIMITS)
    assert [p.code for p in content.problems] in (["truncated"], ["crc"])
    assert content.data[: at - 70_000] == NOISE[: at - 70_000]


def test_a_wrong_gzip_check_sum_and_bytes_behind_it_are_said():
    whole = gz(b"content")
    wrong = whole[:-8] + b"\1\2\3\4" + whole[-4:]
    assert [p.code for p in gunzip(wrong, LIMITS).problems] == ["crc"]
    content = gunzip(whole + b"<html>", LIMITS)
    assert (content.data, [p.code for p in content.problems]) == (b"content", ["trailing-data"])


def test_all_gzip_members_together_are_limited():
    with pytest.raises(LimitError, match="limit"):
        gunzip(gz(NOISE) * 4, Limits(file_bytes=1_000_000))


def test_endless_tiny_gzip_members_end():
    began = time.process_time()
    content = gunzip(gz(b"x") * 50_000, LIMITS)
    assert time.process_time() - began < 2
    assert [p.code for p in content.problems] == ["trailing-data"]


# ---------------------------------------------------------------------------------------------------- archives inside


def test_a_packed_stream_is_read_anywhere():
    data = NOISE * 20
    packed = deflated(data)
    passage = run_through(io.BytesIO(packed).read, LIMITS, len(data), most=4)
    assert 2 <= len(passage.places) <= 4
    assert (passage.given, passage.complete) == (len(data), True)
    stream = Seekable(io.BytesIO(packed), passage)
    rng = random.Random(1)
    for _ in range(60):
        at, count = rng.randrange(len(data) + 100), rng.randrange(3000)
        stream.seek(at)
        got = b""
        while len(got) < count and (more := stream.read(count - len(got))):
            got += more
        assert got == data[at : at + count]
    assert stream.seek(-5, io.SEEK_END) == len(data) - 5
    assert stream.read(99) == data[-5:]


@pytest.mark.parametrize("fault", [b"", b"\xff" * 400], ids=["cut off", "damaged"])
def test_a_packed_stream_with_a_fault_is_read_anywhere_before_it(fault):
    data = NOISE.hex().encode() * 10
    engine = zlib.compressobj(wbits=-15)
    wrong = engine.compress(data[:-700_000]) + engine.flush(zlib.Z_FULL_FLUSH) + fault  # of no kind of block
    passage = run_through(io.BytesIO(wrong).read, LIMITS, len(data))
    assert (passage.given, passage.complete) == (len(data) - 700_000, False)
    stream = Seekable(io.BytesIO(wrong), passage)
    assert stream.seek(0, io.SEEK_END) == passage.given
    for begin in (passage.given - 500, 0, passage.given // 2, passage.given - 100_000):
        stream.seek(begin)
        got = b""
        while more := stream.read(1 << 20):
            got += more
        assert got == data[begin:-700_000]


def test_a_packed_stream_that_lies_or_gives_nothing_is_refused():
    packed = deflated(NOISE * 3)
    with pytest.raises(DamagedError, match="download"):
        run_through(io.BytesIO(b"\xff" + packed[1:]).read, LIMITS, len(NOISE) * 3)
    with pytest.raises(LimitError, match="declares"):
        run_through(io.BytesIO(packed).read, LIMITS, 1000)
    with pytest.raises(LimitError, match="times"):
        run_through(io.BytesIO(deflated(bytes(10**7))).read, LIMITS, 10**7)


@pytest.mark.parametrize("stored", [False, True])
def test_an_archive_inside_is_read_in_place(stored):
    stream = io.BytesIO(nested("run.gpx", gpx_run(), depth=2, stored=stored))
    (outer,) = archives.members(stream, LIMITS)
    within = archives.inner(stream, outer, archives.passage(stream, outer, LIMITS))
    (member,) = archives.members(within, LIMITS)
    assert archives.extract(within, member, LIMITS).data == gpx_run()


def test_inflating_stops_soon_after_the_limit():
    packed = deflated(NOISE * 100)
    taken = io.BytesIO(packed)
    with pytest.raises(LimitError, match="enough"):
        inflate(taken.read, LIMITS, 400_000, "enough")
    assert taken.tell() < 700_000
