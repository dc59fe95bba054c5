"""A season of 1,000 files, 50 of them broken: the other 950 give what they give alone, and the 50 are named."""

import datetime as dt
import json
import random
import struct
from dataclasses import replace

import pytest

from builders_archives import Part, gpx_run, gz, raw_zip, zip_of
from builders_fit import START, fit_file, simple_run
from builders_season import gpx, stride_speeds
from builders_xml import TcxLap, fixes, tcx
from calling import call

BEGIN = dt.datetime(2021, 3, 1, 6, tzinfo=dt.UTC)
#: In the small one every kind of damage once.
SIZES = [pytest.param(30, id="30 runs"), pytest.param(950, id="950 runs", marks=pytest.mark.slow)]

HTML = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Please log in</body></html>"
BOMB = b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><gpx>&b;</gpx>'


def damaged(number: int) -> tuple[str, bytes]:
    """Return ending and content of a file of which nothing can be read; every number another one."""
    rng = random.Random(number)
    fit, xml = simple_run(60, start=START + number), gpx_run(60)
    kinds = (
        (".fit", b""),
        (".gpx", HTML),
        (".fit.gz", gz(HTML)),
        (".fit", fit_file(b"")[:14]),
        (".fit", b"\xff\xd8\xff\xe0" + rng.randbytes(500)),
        (".tcx", b"\x89PNG\r\n\x1a\n" + rng.randbytes(300)),
        (".fit.gz", gz(fit)[: 10 + rng.randrange(3)]),
        (".gpx.gz", b"\x1f\x8b\x08\x00" + rng.randbytes(200)),
        (".zip", zip_of({"run.fit": fit})[: 12 + rng.randrange(20)]),  # further back the run itself is still whole
        (".zip", raw_zip([Part("run.fit", fit, flags=1)])),
        (".zip", zip_of({"readme.txt": b"no run in here"})),
        (".gpx", xml[: 60 + rng.randrange(20)]),
        (".fit", rng.randbytes(400)),
        (".tcx", b"\0" * 2000),
        (".gpx", BOMB),
        (".fit", struct.pack("<BBHI4s", 14, 16, 2000, 10, b".FIT") + rng.randbytes(16)),
    )
    return kinds[number % len(kinds)]


def sound(number: int) -> tuple[str, bytes]:
    """Return ending and content of a small run, one a day: FIT, GPX with strides, TCX, gzipped, in a zip of its own."""
    start, before_s = BEGIN + dt.timedelta(days=number), 86_400 * number
    match number % 5:
        case 0:
            return ".fit", simple_run(120, start=START - before_s)
        case 1:
            return ".gpx", gpx(start, stride_speeds(1)[400:]).encode()
        case 2:
            return ".tcx", tcx([TcxLap([[replace(fix, at=fix.at - before_s) for fix in fixes(90)]])])
        case 3:
            return ".gpx.gz", gz(gpx(start, [3.0] * 120).encode())
        case _:
            return ".zip", zip_of({"run.fit": simple_run(90, start=START - before_s)})


def season_of(folder, tmp_path, jobs=2):
    """Return exit code, stderr and the JSON of `legspeed season`."""
    out = tmp_path / f"{folder.name}.json"
    book = {"LEGSPEED_BOOK": str(tmp_path / f"{folder.name}.sqlite")}
    called = call("season", folder, "--format", "json", "-o", out, "--jobs", jobs, env=book)
    return called.exit_code, called.stderr, json.loads(out.read_text("utf-8"))


@pytest.mark.parametrize("runs", SIZES)
def test_broken_files_change_nothing_else_and_are_named(tmp_path, runs):
    clean, mixed = tmp_path / "clean", tmp_path / "mixed"
    clean.mkdir()
    mixed.mkdir()
    for number in range(runs):
        ending, content = sound(number)
        for folder in (clean, mixed):
            (folder / f"{number:04d}{ending}").write_bytes(content)
    broken = max(16, runs // 19)
    every = random.Random(1).sample(range(10_000), broken)
    names = []
    for number, place in enumerate(every):
        ending, content = damaged(number)
        names.append(f"{place:04d}x{ending}")
        (mixed / names[-1]).write_bytes(content)
    assert len(list(mixed.iterdir())) == runs + broken == (1000 if runs == 950 else 46)

    code, said, alone = season_of(clean, tmp_path)
    assert (code, alone["failed"], len(alone["runs"])) == (0, [], runs)
    code, told, found = season_of(mixed, tmp_path)
    assert code == 1
    failed = {row["source"].partition("!")[0]: row for row in found.pop("failed")}
    assert sorted(failed) == sorted(names)
    assert all(row["code"] in {"unreadable", "encrypted", "limit", "truncated"} for row in failed.values())
    # What is wrong, and what to do: two halves of one line.
    assert all({":", ";"} & set(row["message"]) and row["message"].isprintable() for row in failed.values())
    assert all(name in told for name in names)
    assert "Traceback" not in told + said
    del alone["failed"]
    assert json.dumps(found) == json.dumps(alone)
