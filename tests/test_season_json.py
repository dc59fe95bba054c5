"""The JSON contract, key by key."""

import datetime as dt
import json
import math

import legspeed
from builders_season import day, effort, run, season, strides
from legspeed.model import Duplicate, Failure, NotRun, Problem, Refusal, WatchDelay
from legspeed.reporter.document import SCHEMA, season_document, season_json, season_pieces


def full():
    odd = effort(300.0, 8.04, kind="hill_sprint", grade=0.0777, cadence_spm=None, tier="near_max")
    return season(
        run(
            day(0),
            odd,
            *strides(2),
            refused=(Refusal(60.04, 70.0, "flat-cadence", ("position rose", "cadence did not")),),
            problems=(Problem("crc", "the check sum does not match", 2),),
        ),
        run(day(30), assessable=False, distance_m=None, device=""),
        not_runs=(NotRun("bike.fit", "cycling"),),
        duplicates=(Duplicate("a.gpx", "a.fit"),),
        failed=(Failure("bad.fit", "unreadable", "it is HTML"),),
        name="Sam",
    )


def test_the_text_is_the_document_whatever_the_names():
    """It is put together run by run; a name may look like the place where the runs go."""
    odd = run(day(1), *strides(2), source='\n "runs": [],.fit')
    for one in (full(), season(name='\n "runs": [],'), season(odd, odd, name='"runs": []')):
        for why in (True, False):
            whole = json.dumps(season_document(one, why=why), indent=1, ensure_ascii=False, allow_nan=False)
            assert season_json(one, why=why) == f"{whole}\n"


def test_it_is_written_run_by_run():
    runs = [run(day(k), *strides(2), source=f"{k}.fit") for k in range(60)]
    whole = season(*runs)
    pieces = list(season_pieces(whole))
    assert "".join(pieces) == season_json(whole)
    assert max(map(len, pieces)) < len(season_json(whole)) / 30


def test_the_keys_are_those_of_the_contract():
    document = season_document(full(), why=True)
    assert list(document) == [
        "schema", "version", "settings_id", "athlete", "runs", "not_runs", "duplicates", "failed", "exposure", "gaps",
        "notes", "among", "watches",
    ]  # fmt: skip
    assert (document["schema"], document["version"]) == ("legspeed.season/1", legspeed.__version__)
    assert set(document["athlete"]) == {
        "name", "five_k_speed_mps", "five_k_source", "max_speed_mps", "max_speed_source", "as_of",
    }  # fmt: skip
    first = document["runs"][0]
    assert set(first) == {
        "source", "start", "local_date", "sport", "device", "elapsed_s", "moving_s", "distance_m", "assessable",
        "efforts", "refused", "sets", "problems", "name", "type", "five_k_speed_mps", "max_speed_mps",
    }  # fmt: skip
    assert set(first["assessable"]) == {"strides", "hill_sprints", "why"}
    assert set(first["efforts"][0]) == {
        "start_s", "end_s", "kind", "tier", "counts", "confidence", "distance_m", "mean_speed_mps", "mean_speed_se_mps",
        "peak_speed_mps", "flat_speed_mps", "grade", "grade_se", "cadence_spm", "step_length_m", "recovery_s",
        "evidence",
    }  # fmt: skip
    assert set(first["refused"][0]) == {"start_s", "end_s", "reason", "evidence"}
    assert set(first["sets"][0]) == {"text", "kind", "count", "start_s", "end_s"}
    assert set(first["problems"][0]) == {"code", "message", "count"}
    assert document["not_runs"] == [{"source": "bike.fit", "reason": "cycling"}]
    assert document["duplicates"] == [{"source": "a.gpx", "of": "a.fit"}]
    assert document["failed"] == [{"source": "bad.fit", "code": "unreadable", "message": "it is HTML"}]
    exposure = document["exposure"]
    assert set(exposure) == {
        "last_date", "days_since", "days_since_by_kind", "as_of", "bands", "best", "weeks", "score",
        "days", "months", "blocks", "plyometrics",
    }  # fmt: skip
    for name, key in (("weeks", "week"), ("days", "date"), ("months", "month"), ("blocks", "block")):
        assert set(exposure[name][0]) == {
            key, "sessions", "efforts", "seconds", "metres", "by_kind", "from", "to", "runs", "distance_m", "by_tier",
            "by_band", "plyometrics", "cadence_spm", "step_length_m", "best_5_s_mps", "best_10_s_mps", "best_20_s_mps",
            "five_k_speed_mps",
        }  # fmt: skip
    assert set(exposure["weeks"][0]["plyometrics"]) == {"sessions", "sets", "seconds", "repetitions"}
    assert set(exposure["plyometrics"]) == {"last_date", "days_since", "total", "sessions"}
    assert set(exposure["weeks"][0]["by_kind"]["stride"]) == {"efforts", "seconds", "metres"}
    assert set(exposure["score"][0]) == {"date", "score", "habit"}
    assert set(document["gaps"][0]) == {
        "from", "to", "days", "days_min", "level", "open", "muted", "cause", "runs", "assessable_runs", "distance_km",
        "days_unmuted",
    }  # fmt: skip


def test_values():
    document = season_document(full())
    first, second = document["runs"]
    assert (first["start"], first["local_date"]) == ("2024-01-01T06:00:00Z", "2024-01-01")
    assert (first["efforts"][0]["start_s"], first["efforts"][0]["end_s"]) == (300.0, 308.0)
    assert (first["efforts"][0]["grade"], first["efforts"][0]["cadence_spm"]) == (0.078, None)
    assert (second["distance_m"], second["device"]) == (None, None)
    assert second["assessable"] == {"strides": False, "hill_sprints": False, "why": "records are 7 s apart"}
    assert document["exposure"]["days_since"] == 30
    assert document["gaps"][0] | {"cause": None} == {
        "from": "2024-01-01", "to": "2024-01-31", "days": 30, "days_min": 30, "level": "flag", "open": True,
        "muted": False, "cause": None, "runs": 1, "assessable_runs": 0, "distance_km": 0.0,
        "days_unmuted": 30,
    }  # fmt: skip


def test_what_a_watch_is_late_by_and_what_shows_it():
    late = WatchDelay("Watch 1", 2.345, 2.345, 0.567, 12, 2.0, 0.6, 8, None, None)
    nothing = WatchDelay("", 0.0, None, None, 0, None, None, 0, None, None)
    document = season_document(season(run(day(0)), watches=(late, nothing)))
    assert document["watches"] == [
        {
            "device": "Watch 1", "delay_s": 2.35, "measured_s": 2.35, "se_s": 0.57,
            "starts": {"count": 12, "delay_s": 2.0, "se_s": 0.6}, "laps": {"count": 8, "delay_s": None, "se_s": None},
        },
        {
            "device": None, "delay_s": 0.0, "measured_s": None, "se_s": None,
            "starts": {"count": 0, "delay_s": None, "se_s": None}, "laps": {"count": 0, "delay_s": None, "se_s": None},
        },
    ]  # fmt: skip


def test_refused_candidates_only_when_asked_for():
    assert "refused" not in season_document(full())["runs"][0]


def test_times_have_a_tenth_and_speeds_a_hundredth():
    text = season_json(season(run(day(0), effort(10.123456, 20.0, speed_mps=6.123456))))
    one = json.loads(text)["runs"][0]["efforts"][0]
    assert (one["start_s"], one["mean_speed_mps"]) == (10.1, 6.12)


def test_unknown_is_null_never_a_number_or_nan():
    nan = effort(speed_mps=math.nan, peak_mps=math.inf, flat_mps=-math.inf, grade=math.nan)
    text = season_json(season(run(day(0), nan)))
    one = json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))["runs"][0]["efforts"][0]
    assert one["mean_speed_mps"] is one["peak_speed_mps"] is one["flat_speed_mps"] is one["grade"] is None


def test_no_negative_zero():
    assert '"grade": 0.0' in season_json(season(run(day(0), effort(grade=-0.0))))


def test_the_same_season_gives_the_same_bytes():
    assert season_json(full(), why=True).encode() == season_json(full(), why=True).encode()


def test_fractions_of_a_second_are_kept():
    first = run(day(0))
    moved = type(first)(
        **{n: getattr(first, n) for n in first.__slots__} | {"start": dt.datetime(2024, 1, 1, 6, 0, 0, 250_000, dt.UTC)}
    )
    assert season_document(season(moved))["runs"][0]["start"] == "2024-01-01T06:00:00.250Z"


def test_names_that_no_encoder_takes_and_names_of_other_scripts():
    text = season_json(season(run(day(0), source="läufe/走\ud800.fit", device='<script>"')))
    text.encode("utf-8")
    document = json.loads(text)
    assert document["runs"][0]["source"] == "läufe/走?.fit"
    assert document["runs"][0]["device"] == '<script>"'


def test_an_empty_season_is_written_too():
    document = json.loads(season_json(season()))
    assert (document["schema"], document["runs"], document["exposure"]["as_of"]) == (SCHEMA, [], None)
