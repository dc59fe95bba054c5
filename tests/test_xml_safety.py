"""XML as it should not be: attacks are refused at once, damage costs what it hits, both ways of reading agree."""

from __future__ import annotations

import gzip
import os
import random
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from builders_xml import NOW, START_S, Fix, TcxLap, fixes, gpx, gpx_document, tcx, track
from legspeed.errors import LimitError, ReadError, UnknownFormatError
from legspeed.readers.cleaning.normalize import normalize
from legspeed.readers.recording import CADENCE, Recording
from legspeed.readers.xml import gpx as gpx_reader
from legspeed.readers.xml import tcx as tcx_reader
from legspeed.readers.xml.stream import read_points
from legspeed.settings import Limits
from reading import codes

LIMITS = Limits()
POINT = '<trkpt lat="1" lon="2"><time>2024-03-09T07:00:00Z</time></trkpt>'
OPEN_POINT = '<trkpt lat="1" lon="2">'
MEGA = 50_000_000


def read(data: bytes) -> tuple[Recording, ...]:
    return gpx_reader.read(data, LIMITS)


def wrapped(inside: str) -> bytes:
    return f"<gpx><trk><trkseg>{inside}</trkseg></trk></gpx>".encode()


def unique(template: str, n: int = 200_000) -> str:
    return "".join(template.replace("#", str(k)) for k in range(n))


BILLION_LAUGHS = '<!DOCTYPE g [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)

ATTACKS = {
    "billion laughs": lambda: (BILLION_LAUGHS + "]><gpx>&j;</gpx>").encode(),
    "quadratic": lambda: (f'<!DOCTYPE g [<!ENTITY a "{"a" * 100_000}">]><gpx>{"&a;" * 100_000}</gpx>').encode(),
    "external entity": lambda: b'<!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/passwd">]><gpx>&a;</gpx>',
    "external type": lambda: b'<!DOCTYPE gpx SYSTEM "http://example.org/gpx.dtd"><gpx/>',
    "parameter entity": lambda: b'<!DOCTYPE g [<!ENTITY % a SYSTEM "x"> %a;]><gpx/>',
    "deep": lambda: wrapped("<a>" * 200_000 + "</a>" * 200_000),
    "deep in a point": lambda: wrapped(OPEN_POINT + "<a>" * 200_000 + "</a>" * 200_000 + "</trkpt>"),
    "long text": lambda: wrapped("<name>" + "1" * MEGA + "</name>"),
    "long text in a point": lambda: wrapped(OPEN_POINT + "<ele>" + "1" * MEGA + "</ele></trkpt>"),
    "long section": lambda: wrapped("<![CDATA[" + "1" * MEGA + "]]>"),
    "long attribute": lambda: wrapped('<trkpt lat="' + "1" * MEGA + '" lon="2"/>'),
    "long name": lambda: wrapped("<" + "t" * MEGA + "/>"),
    "long comment": lambda: wrapped("<!--" + "t" * MEGA + "-->" + POINT),
    "long instruction": lambda: wrapped("<?x " + "t" * MEGA + "?>" + POINT),
    "long blank": lambda: wrapped(" " * MEGA + POINT),
    "a million attributes": lambda: wrapped("<trkpt " + unique('a#="" ', 1_000_000) + "/>"),
    "names without end": lambda: wrapped(unique("<a#/>")),
    "names without end in a point": lambda: wrapped(OPEN_POINT + unique("<a#/>") + "</trkpt>"),
    "attribute names without end": lambda: wrapped(unique('<a b#=""/>')),
    "attribute names without end in points": lambda: wrapped(unique('<trkpt b#=""/>')),
}


@pytest.mark.case(32)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_in_less_than_a_second_and_64_mib(attack):
    data = ATTACKS[attack]()
    started = time.perf_counter()
    with pytest.raises((LimitError, UnknownFormatError)) as caught:
        read(data)
    assert time.perf_counter() - started < 1.0
    assert len(str(caught.value)) < 200
    tracemalloc.start()
    with pytest.raises(ReadError):
        read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**20
    with pytest.raises(ReadError):  # and in the other format's reader
        tcx_reader.read(data.replace(b"gpx>", b"TrainingCenterDatabase>").replace(b"trkpt", b"Trackpoint"), LIMITS)


def test_a_hundred_damages_are_stepped_over_and_no_more():
    data = wrapped((POINT + "<b") * 2000)
    started = time.perf_counter()
    (found,) = read(data)
    assert time.perf_counter() - started < 1.0
    assert len(found.unix_s) == LIMITS.xml_damages + 1
    assert codes(found) == {"resync": 100, "truncated": 1}


# -------------------------------------------------------------------------------------------------------- encodings

RUN = [Fix(k, lat=47 + k * 3e-5, ele=400 + k, hr=150 + k % 9, cad=84) for k in range(150)]
TEXT = gpx(RUN, sport="running").decode().replace("<name>A run</name>", "<name>Läufe am Rhône-Ufer</name>")


def same_run(data: bytes) -> Recording:
    (found,) = read(data)
    np.testing.assert_array_equal(found.unix_s, START_S + np.arange(150))
    np.testing.assert_array_equal(found.columns["latitude_deg"], [fix.lat for fix in RUN])
    np.testing.assert_array_equal(found.columns["altitude_m"], 400 + np.arange(150))
    np.testing.assert_array_equal(found.columns["heart_rate_bpm"], 150 + np.arange(150) % 9)
    np.testing.assert_array_equal(found.columns[CADENCE], 84)
    return found


def declared(name: str) -> str:
    return TEXT.replace('encoding="UTF-8"', f'encoding="{name}"')


GOOD_TEXTS = {
    "plain": TEXT.encode(),
    "ten blanks": b" " * 10 + TEXT.encode(),
    "line breaks": b"\r\n\r\n" + TEXT.replace("\n", "\r\n").encode(),
    "byte-order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "mark and blanks": b"  \xef\xbb\xbf \n" + TEXT.encode(),
    "UTF-16": declared("UTF-16").encode("utf-16"),
    "UTF-16 BE without mark": declared("UTF-16").encode("utf-16-be"),
    "UTF-16 LE without mark": declared("UTF-16").encode("utf-16-le"),
    "UTF-16, declared UTF-8": TEXT.encode("utf-16"),
    "latin-1": declared("ISO-8859-1").encode("latin-1"),
    "latin-9": declared("iso-8859-15").encode("iso-8859-15"),
    "Windows-1252": declared("windows-1252").encode("cp1252"),
    "GBK": declared("GBK").replace("Läufe am Rhône-Ufer", "清远市跑步").encode("gbk"),
    "utf8 without dash": declared("utf8").encode(),
    "no declaration": TEXT.split("?>", 1)[1].encode(),
    "ASCII with references": TEXT.encode("ascii", "xmlcharrefreplace"),
    "a comment first": TEXT.replace("<gpx", "<!-- &stray < things -->\n<gpx", 1).encode(),
    "a comment among points": TEXT.replace("<trkpt", '<!-- <trkpt lat="0" lon="0"> --><trkpt', 1).encode(),
    "a section among points": TEXT.replace("<trkpt", '<![CDATA[ <trkpt lat="0" lon="0"> ]]><trkpt', 1).encode(),
    "sections for values": TEXT.replace("<ele>410</ele>", "<ele><![CDATA[410]]></ele>").encode(),
    "empty elements": TEXT.replace("<time>", "<extra/><time>").encode(),
}


@pytest.mark.case(31)
@pytest.mark.parametrize("kind", GOOD_TEXTS)
def test_encodings_and_oddities_that_are_no_fault(kind):
    assert same_run(GOOD_TEXTS[kind]).problems == ()


BAD_TEXTS = {
    "latin-1 undeclared": (TEXT.encode("cp1252"), {"encoding": 1}),
    "latin-1 without declaration": (TEXT.split("?>", 1)[1].encode("cp1252"), {"encoding": 1}),
    "ASCII declared": (declared("US-ASCII").encode(), {"encoding": 1}),
    "control characters": (TEXT.replace("Ufer", "U\x0bf\x01er").encode(), {"encoding": 2}),
    "control references": (TEXT.replace("Ufer", "U&#11;f&#xD800;er").encode(), {"encoding": 1}),
    "stray ampersands": (TEXT.replace("Ufer", "Ufer & Tom &c. &nbsp;").encode(), {"encoding": 3}),
    "UTF-16 declared": (declared("UTF-16").encode(), {"encoding": 1}),
    "no encoding of that name": (declared("x-martian").encode(), {"encoding": 1}),
    "a codec that is no encoding": (declared("zlib").encode(), {"encoding": 1}),
    "zeros behind": (TEXT.encode() + b"\0" * 512, {"trailing-data": 512}),
    "text behind": (TEXT.encode() + b"behind the end", {"trailing-data": 1}),
}  # fmt: skip


@pytest.mark.case(31)
@pytest.mark.parametrize("kind", BAD_TEXTS)
def test_faulty_texts_are_read_and_said(kind):
    data, problems = BAD_TEXTS[kind]
    assert codes(same_run(data)) == problems


@pytest.mark.case(31)
def test_decimal_commas_are_points():
    text = TEXT
    for fix in RUN:
        text = text.replace(f'lat="{fix.lat}"', 'lat="' + str(fix.lat).replace(".", ",") + '"')
    assert codes(same_run(text.encode())) == {"number-format": 150}


# ----------------------------------------------------------------------------------------------------------- damage


@pytest.mark.case(31)
def test_a_file_cut_anywhere_keeps_every_complete_point():
    data = gpx([fixes(4), [Fix(10 + k, hr=150) for k in range(3)]])
    ends = [at + 8 for at in range(len(data)) if data.startswith(b"</trkpt>", at)]
    whole_from = data.index(b"</gpx>") + 6
    for cut in range(len(data)):
        complete = sum(end <= cut for end in ends)
        try:
            (found,) = read(data[:cut])
        except ReadError:
            assert complete == 0
            continue
        assert len(found.unix_s) == complete
        assert codes(found) == ({} if cut >= whole_from else {"truncated": 1})


def test_damage_in_the_middle_costs_the_point_it_hits():
    data = gpx(fixes(400, hr=150))
    for what, by in ((b"</ele", b"</el"), (b"<time>2024-03-09T07:03:20Z</time>", b"<time>2024-03-09T07:03:20Z</tim>"),
                     (b"2024-03-09T07:03:20Z<", b"2024-03-09T07:03:20Z<<")):  # fmt: skip
        if what not in data:
            continue
        (found,) = read(data.replace(what, by, 1))
        assert np.isin(np.arange(400), found.unix_s - START_S).sum() == 399
        assert codes(found) == {"resync": 1}


@pytest.mark.parametrize("short_cut", [True, False])
@pytest.mark.parametrize("form", ["gpx", "tcx"])
def test_a_point_whose_end_is_lost_costs_itself_only(form, short_cut):
    whole = gpx(fixes(200)) if form == "gpx" else tcx([TcxLap([fixes(200)], seconds=200)])
    module, listener = READERS[form]
    closing = module.GRAMMAR.closing
    at = -len(closing)
    for _ in range(100):
        at = whole.index(closing, at + len(closing))
    data = whole[:at] + whole[at + len(closing) :]
    document = read_points(data, module.GRAMMAR, listener, LIMITS, short_cut=short_cut)
    (found,) = module.recordings(document, LIMITS)
    np.testing.assert_array_equal(found.unix_s - START_S, [k for k in range(200) if k != 99])
    assert codes(found) == {"resync": 1}


def test_a_broken_tag_between_segments_costs_none():
    data = gpx([fixes(100), [Fix(200 + k) for k in range(100)]]).replace(
        b"</trkseg>\n<trkseg>", b"</trkseg>\n<trks eg>", 1
    )
    (found,) = read(data)
    assert len(found.unix_s) == 200
    assert codes(found) == {"resync": 1}


def test_two_documents_in_one_file_are_both_read():
    one, two = gpx(fixes(30)), gpx([Fix(5000 + k) for k in range(30)])
    (found,) = read(one + two)
    assert len(found.unix_s) == 60
    assert len(found.legs) == 2
    assert codes(found) == {"resync": 1}


def test_a_bad_prologue_does_not_cost_the_points():
    data = gpx(fixes(20)).replace(b"<gpx ", b"<gpx <", 1)
    (found,) = read(data)
    assert len(found.unix_s) == 20


# ------------------------------------------------------------------------------------- the short cut, and mutants


def outcome(data: bytes, module, listener, short_cut: bool):
    """All that one way of reading makes of `data`, in a form that compares."""
    try:
        document = read_points(data, module.GRAMMAR, listener, LIMITS, short_cut=short_cut)
        found = module.recordings(document, LIMITS)
    except ReadError as error:
        return type(error), str(error)
    return [
        (
            r.unix_s.tobytes(),
            {name: column.tobytes() for name, column in sorted(r.columns.items())},
            r.segment_starts,
            [repr(lap) for lap in r.laps],
            repr(r.legs),
            (r.sport, r.device, r.utc_offset_s, r.zone_known),
            r.problems,
        )
        for r in found
    ]


READERS = {
    "gpx": (gpx_reader, gpx_reader.Tracks),
    "tcx": (tcx_reader, tcx_reader.Activities),
}


def seeds() -> dict[str, list[bytes]]:
    """Files of some 20 kB, so that the short cut has something to take."""
    odd = [
        Fix(k, ele=k, hr=150 + k % 7 if k % 5 else None, cad=80, speed=3.1, time="" if k % 31 == 0 else None)
        for k in range(90)
    ]
    segments = [odd[:60], odd[60:]]
    return {
        "gpx": [
            gpx(odd, extension="gpxtpx_v2", sport="running"),
            gpx(segments, extension="on_each"),
            gpx_document([track([odd]), track([[Fix(9000 + k) for k in range(99)]])]).encode(),
            gpx(fixes(120, ele=3), extension="bare", version="1.0"),
        ],
        "tcx": [
            tcx([TcxLap(segments, seconds=90, metres=300)]),
            tcx([TcxLap([odd], seconds=90), TcxLap([[Fix(90 + k) for k in range(99)]])], spelling="default"),
        ],
    }


PIECES = (
    b'< > / " & \0 \xff ]]> <!-- --> <![CDATA[ </trkpt> <trkpt> </Trackpoint> <Trackpoint> <Trackpoint/> </trkseg> '
    b"<trk> <a> </a> <time> Z - , 1e999 <?x?> \x1b \xc3\xa4 &#9; &amp; inf <!DOCTYPE <ele/>"
).split(b" ")


def mutant(data: bytes, rng: random.Random) -> bytes:
    """`data` with one to four small changes."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(6):
            case 0:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + rng.choice(PIECES) + data[at:]
            case 2:
                data = data[:at] + data[at + rng.choice((1, 3, 40, 700)) :]
            case 3:
                end = at + rng.choice((1, 20, 300))
                data = data[:at] + data[at:end] * 2 + data[end:]
            case 4:
                other = rng.randrange(len(data) + 1)
                data = data[:at] + data[other : other + 200] + data[at:]
            case _:
                data = data[:at] if rng.random() < 0.3 else data[:at] + rng.choice(PIECES) + data[at + 3 :]
    return data


def fuzz(form: str, rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    module, listener = READERS[form]
    files = seeds()[form]
    for _ in range(rounds):
        data = mutant(rng.choice(files), rng)
        fast = outcome(data, module, listener, True)
        slow = outcome(data, module, listener, False)
        assert fast == slow, data
        if not isinstance(fast, tuple):
            for found in module.read(data, LIMITS):
                try:
                    activities = normalize(found, source="m", digest="0", now=NOW)
                except ReadError:
                    continue
                for activity in activities:
                    assert (np.diff(activity.time_s) > 0).all()


@pytest.mark.parametrize("form", READERS)
def test_mutants_end_in_a_result_or_a_typed_error_and_both_ways_agree(form):
    fuzz(form, 250, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("form", READERS)
def test_more_mutants(form):
    fuzz(form, 2500, seed=2)


@pytest.mark.real
def test_the_short_cut_gives_the_same_on_real_recordings():
    folder = os.environ.get("LEGSPEED_REAL")
    if not folder:
        pytest.skip("LEGSPEED_REAL names no folder of real recordings")
    files = sorted(p for p in Path(folder).rglob("*") if {".gpx", ".tcx"} & set(p.suffixes))
    assert files, "no GPX or TCX there"
    for path in files[::4]:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        module, listener = READERS["tcx" if ".tcx" in path.suffixes else "gpx"]
        assert outcome(data, module, listener, True) == outcome(data, module, listener, False), path.name
