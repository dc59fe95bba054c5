"""What a file calls its sport: running and others in many languages, and words that no list knows."""

import dataclasses
import re

import pytest

import builders_xml as bx
from legspeed.readers.api import decode
from legspeed.readers.cleaning import sport_words, sports
from legspeed.readers.cleaning.sports import is_unknown_word, names_another_sport, names_no_sport, sport_of
from legspeed.readers.fit.profile import SPORTS
from legspeed.seasons.sports import why_not_a_run
from legspeed.settings import Settings

RUNNING = """
    Running; Outdoor Run; trail_run; Run/Walk; Fell running; Treadmill Run; Run - Easy; RUNNING_OUTDOOR;
    TrackRun; Lauf; Laufen; Dauerlauf; Course à pied; course a pied; Carrera; Correr; Corrida; Corsa;
    Hardlopen; Löpning; lopning; Løb; Løping; Hlaup; Juoksu; Jooks; Bieganie; Běh; Beh; Trčanje; Tek;
    Бег; Пробежка; Біг; Бягане; Futás; Alergare; Koşu; Τρέξιμο; Skriešana; Bėgimas; Lari; Chạy bộ; วิ่ง;
    跑步; 越野跑; ランニング; ラン; 달리기; 조깅; ריצה; جري
"""
OTHERS = """
    Radfahren; Rennrad; GravelRide; MountainBikeRide; Vélo; Cyclisme; Ciclismo; Bicicleta; Carrera
    ciclista; Wielrennen; Cykling; Sykling; Pyöräily; Jazda na rowerze; Cyklistika; Велосипед; 骑行; ライド;
    Schwimmen; Natation; Natación; Natação; Nuoto; Zwemmen; Simning; Uinti; Плавание; 游泳; Wandern;
    Randonnée; Senderismo; 徒步; Spaziergang; Nordic Walking; Marche; Caminata; Wandelen; Kävely; Ходьба;
    步行; Treadmill walking; Langlauf; Skilanglauf; NordicSki; Běh na lyžích; Лыжи; Langrenn; Hiihto;
    Skitour; Schlittschuhlaufen; Eislaufen; Rudern; Rowing; Krafttraining; WeightTraining; Yoga; Йога;
    Fútbol; Tennis; wheelchair_push_run; Wheelchair run; sport_199
"""


def words(text):
    return [" ".join(word.split()) for word in text.split(";")]


def recorded(word, speed_mps=3.0, n=600):
    fixes = [dataclasses.replace(fix, lat=47 + speed_mps * k / 111_195, cad=82) for k, fix in enumerate(bx.fixes(n))]
    (activity,) = decode(bx.gpx(fixes, sport=word), source="a.gpx")
    return activity


@pytest.mark.parametrize("word", words(RUNNING))
def test_running_is_running_in_any_language(word):
    assert sport_of(word)[0] == "running"
    assert sport_of(word.upper())[0] == "running"


@pytest.mark.parametrize("word", words(OTHERS))
def test_another_sport_is_no_run_in_any_language(word):
    sport, _ = sport_of(word)
    assert sport != "running"
    assert names_another_sport(sport)
    assert why_not_a_run(recorded(word), Settings().cleaning) == sport.replace("_", " ")


def test_every_sport_of_fit_is_known_and_stays_as_it_is():
    assert {sport_of(sport)[0] for sport in SPORTS.values()} == set(SPORTS.values())
    known = {sport for sport in SPORTS.values() if names_another_sport(sport)}
    assert set(SPORTS.values()) - known == {"running", "generic", "training", "fitness_equipment", "all"}
    assert known == sport_words.FIT_OTHERS
    assert not any(is_unknown_word(sport) for sport in SPORTS.values())


def test_a_stem_is_written_as_words_are_looked_up():
    patterns = [sport_words.RUN, sport_words.RUNNING, *(stems for _, stems in sport_words.OTHERS)]
    stems = [stem for pattern in patterns for stem in re.sub(r"\\b", "", pattern.pattern).split("|")]
    assert len(stems) > 200
    assert [stem for stem in stems if sports._bare(stem) != stem] == []


@pytest.mark.parametrize("word", ["Intervals", "Sport", "ველოსიპედი", "0"])
def test_a_word_that_no_list_knows_is_not_believed_against_the_data(word):
    run = recorded(word)
    assert why_not_a_run(run, Settings().cleaning) is None
    (problem,) = [p for p in run.problems if p.code == "unknown-sport"]
    assert repr(word.lower()) in problem.message
    assert problem.harmless
    assert run.cadence_per_leg  # its steps are steps, as in a file that names no sport
    for speed_mps, seen in ((1.3, "at 1.3 m/s is a walk"), (9.0, "at 9.0 m/s is no foot's speed")):
        reason = why_not_a_run(recorded(word, speed_mps), Settings().cleaning)
        assert reason == f"{word.lower()!r} is no sport we know, and {seen}"


@pytest.mark.parametrize("word", [None, "other", "Workout", "training"])
def test_a_word_that_leaves_the_sport_open_is_no_problem(word):
    run = recorded(word)
    assert names_no_sport(run.sport)
    assert why_not_a_run(run, Settings().cleaning) is None
    assert not [p for p in run.problems if p.code == "unknown-sport"]


@pytest.mark.parametrize(("sub_sport", "reason"), [("indoor_rowing", "rowing"), ("treadmill", None), ("generic", None)])
def test_a_machine_is_known_by_its_sub_sport(sub_sport, reason):
    on_it = dataclasses.replace(recorded("other"), sport="fitness_equipment", sub_sport=sub_sport)
    assert why_not_a_run(on_it, Settings().cleaning) == reason


def test_strict_does_not_refuse_a_word():
    assert decode(bx.gpx(bx.fixes(60), sport="Intervals"), source="a.gpx", strict=True)


def test_the_words_of_an_export_in_another_language_are_the_same_list():
    from legspeed.seasons.exports import _no_run

    assert [word for word in words(RUNNING) if _no_run(word)] == []
    assert [word for word in words(OTHERS) if not _no_run(word)] == []
    assert [_no_run(word) for word in ("Workout", "Entraînement", "Intervals", "")] == [True, True, False, False]
