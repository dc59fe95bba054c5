"""A few runs judged among the runner's others: what these say, and what of them is seen."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

import legspeed
from builders_season import gpx, morning, stride_speeds
from calling import call
from legspeed.athlete import Athlete
from legspeed.reporter.document import season_json
from legspeed.seasons.book import Book
from legspeed.seasons.season import season

SAMPLES = Path(__file__).parents[1] / "sample_files"


@pytest.fixture(scope="module")
def one():
    """Return a run with strides of the sample season."""
    runs = (path for path in sorted(SAMPLES.glob("20*.fit")))
    return next(path for path in runs if any(e.kind == "stride" for e in legspeed.analyze(path).runs[0].efforts))


@pytest.fixture(scope="module")
def elsewhere(one, tmp_path_factory):
    """Return a copy of it in another folder."""
    return Path(shutil.copy(one, tmp_path_factory.mktemp("new") / one.name))


def test_a_run_among_the_season_is_what_the_season_says_of_it(one, elsewhere):
    whole = season(SAMPLES, jobs=1)
    (same,) = (r for r in whole.runs if r.source == one.name)
    found = legspeed.analyze(elsewhere, among=SAMPLES)
    assert found.runs == (same,)
    assert (found.among, found.duplicates, found.failed) == (len(whole.runs) - 1, (), ())
    alone = legspeed.analyze(elsewhere)
    assert alone.among == 0
    assert alone.yardstick.five_k_source != found.yardstick.five_k_source


def test_a_run_that_the_season_does_not_hold_is_judged_with_it(one, elsewhere, tmp_path):
    shutil.copytree(SAMPLES, tmp_path / "less", ignore=shutil.ignore_patterns(one.name))
    assert (
        legspeed.analyze(elsewhere, among=[tmp_path / "less"]).runs == legspeed.analyze(elsewhere, among=SAMPLES).runs
    )


def test_the_book_changes_nothing_and_keeps_the_seasons_own_judgement(elsewhere, place):
    expected = season_json(legspeed.analyze(elsewhere, among=SAMPLES))
    whole = season_json(season(SAMPLES, jobs=1))
    with Book(place) as book:
        for _ in range(2):
            assert season_json(legspeed.analyze(elsewhere, among=SAMPLES, book=book)) == expected
        assert season_json(season(SAMPLES, jobs=1, book=book)) == whole
        kept = place.stat().st_size
        assert season_json(legspeed.analyze(elsewhere, among=SAMPLES, book=book)) == expected
        assert season_json(season(SAMPLES, jobs=1, book=book)) == whole
        assert place.stat().st_size == kept


def test_another_run_of_the_same_name_stays_another(tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    (others / "run.gpx").write_text(gpx(morning(0), stride_speeds(4)))
    (others / "easy.gpx").write_text(gpx(morning(2)))
    (tmp_path / "run.gpx").write_text(gpx(morning(3), stride_speeds(6)))
    found = legspeed.analyze(
        tmp_path / "run.gpx", among=others, athlete=Athlete(five_k_speed_mps=4.4, max_speed_mps=7.6)
    )
    assert [(r.source, len(r.efforts)) for r in found.runs] == [("run.gpx", 6)]
    assert found.among == 2


def test_of_the_others_only_a_missing_path_is_told(one, elsewhere, tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(one, "activities/1.fit")
        archive.writestr("activities/2.fit", one.read_bytes()[:90])
        archive.writestr("activities/3.gpx", "<html>")
        archive.writestr(
            "activities.csv",
            "Activity ID,Activity Date,Activity Name,Activity Type,Filename\n9,,,Run,activities/9.fit\n",
        )
    found = legspeed.analyze(elsewhere, among=[tmp_path / "export.zip", tmp_path / "gone"])
    assert [(f.source, f.code) for f in found.failed] == [("gone", "missing")]
    assert (found.exit_code, found.among, found.not_runs, found.duplicates) == (1, 0, (), ())


class TestCommandLine:
    def test_the_page_says_how_many_spoke_for_it(self, elsewhere):
        result = call("analyze", elsewhere, "--among", SAMPLES)
        assert result.exit_code == 0, result.output
        assert "Judged among" in result.stdout
        assert "--among" not in result.stdout
        document = json.loads(call("analyze", elsewhere, "--among", SAMPLES, "--format", "json").stdout)
        assert [r["source"] for r in document["runs"]] == [elsewhere.name]
        assert f"{document['among']} other runs" in result.stdout

    def test_one_run_alone_is_told_how_to_be_surer(self, tmp_path):
        (tmp_path / "run.gpx").write_text(gpx(morning(0), stride_speeds(4)))
        result = call("analyze", tmp_path / "run.gpx")
        assert "--among FOLDER" in " ".join(result.stdout.split())

    def test_a_place_without_runs_is_said(self, elsewhere, tmp_path):
        result = call("analyze", elsewhere, "--among", tmp_path)
        assert result.exit_code == 0
        assert "no other run was found" in result.stderr
        result = call("analyze", elsewhere, "--among", tmp_path / "nowhere")
        assert result.exit_code == 1
        assert "no such file or folder" in result.stderr
