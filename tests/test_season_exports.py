"""Exports as people get them: Strava's with its list, Garmin's with its thousands of other files."""

import csv
import io
import time
import zipfile
from pathlib import Path

import pytest

from builders_season import gpx, morning, stride_speeds
from legspeed.seasons.book import Book
from legspeed.seasons.season import season
from legspeed.simulate.write import gzipped

SAMPLES = Path(__file__).parents[1] / "sample_files"
ENGLISH = ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Activity Description", "Elapsed Time"]
GERMAN = [
    "Aktivitäts-ID",
    "Aktivitätsdatum",
    "Name der Aktivität",
    "Aktivitätsart",
    "Beschreibung",
    "Verstrichene Zeit",
]


def activities_csv(rows, headers=ENGLISH) -> str:
    """Return a list of 94 columns, five names of them twice, with line breaks in cells, as the export has it."""
    twice = ["Elapsed Time", "Distance", "Max Heart Rate", "Relative Effort", "Commute"]
    others = [f"Column {n}" for n in range(94 - len(headers) - 2 * len(twice) - 1)]
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow([*headers, *twice, "Filename" if headers is ENGLISH else "Dateiname", *twice, *others])
    for number, (kind, name) in enumerate(rows):
        date = f"May {number + 1}, 2022, 3:53:35 PM"
        cells = [str(number), date, f"Run, {number}", kind, "long\nand\n=cmd()", "3.600", *["3,32"] * 5, name]
        table.writerow([*cells, *["3322.9"] * 5, *[""] * len(others)])
    return page.getvalue()


def export(path, kinds=("Run", "Run", "Ride", "Run", "Run"), headers=ENGLISH, prefix=""):
    """Write an export: two runs of different formats, a ride that names no sport, a file that is not there, by hand."""
    fit = next(SAMPLES.glob("*.fit")).read_bytes()
    names = ["activities/1001.fit.gz", "activities/1002.gpx", "activities/1003.gpx.gz", "activities/1004.tcx.gz", ""]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{prefix}activities.csv", "\ufeff" + activities_csv(zip(kinds, names, strict=True), headers))
        archive.writestr(f"{prefix}privacy_zones.csv", "Address,Radius\nhome,200\n")
        archive.writestr(f"{prefix}{names[0]}", gzipped(fit))
        archive.writestr(f"{prefix}{names[1]}", gpx(morning(1), stride_speeds(2)))
        archive.writestr(
            f"{prefix}{names[2]}", gzipped(gpx(morning(2), [5.0] * 400, sport=None, cadence=False).encode())
        )
    return path


class TestStrava:
    @pytest.mark.parametrize(
        ("kinds", "headers"),
        [
            (("Run", "Run", "Ride", "Run", "Run"), ENGLISH),
            (("Lauf", "Lauf", "Radfahrt", "Lauf", "Lauf"), GERMAN),
        ],
        ids=["english", "german"],
    )
    def test_the_list_says_what_a_file_does_not(self, tmp_path, kinds, headers):
        found = season(export(tmp_path / "export.zip", kinds, headers), jobs=1)
        assert [run.source.rpartition("/")[2] for run in found.runs] == ["1002.gpx", "1001.fit.gz"]
        (other,) = found.not_runs
        assert other.source == "export.zip!activities/1003.gpx.gz"
        assert kinds[2] in other.reason
        (failure,) = found.failed
        assert (failure.source, failure.code) == ("export.zip!activities/1004.tcx.gz", "missing")
        assert "activities.csv" in failure.message

    def test_in_a_folder_of_the_export_and_unpacked(self, tmp_path):
        path = export(tmp_path / "export.zip", prefix="export_77/")
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "unpacked")
        zipped, unpacked = season(path, jobs=1), season(tmp_path / "unpacked", jobs=1)
        for found in (zipped, unpacked):
            assert (len(found.runs), len(found.not_runs)) == (2, 1)
            assert [f.source.rpartition("/")[2] for f in found.failed] == ["1004.tcx.gz"]

    def test_the_file_is_believed_where_it_names_a_sport(self, tmp_path):
        found = season(export(tmp_path / "export.zip", ("Ride", "Ride", "Run", "Ride", "Run")), jobs=1)
        assert len(found.runs) == 3
        assert found.failed == ()  # a ride that is not there is nobody's loss

    def test_a_type_of_an_unknown_language_decides_nothing(self, tmp_path):
        assert len(season(export(tmp_path / "export.zip", ("跑步", "跑步", "骑行", "跑步", "")), jobs=1).runs) == 3

    @pytest.mark.parametrize("text", ["", "\0\0", "a,b\n", '"' + "x" * 200_000, "activities/../../x.fit\n" * 3])
    def test_a_list_that_cannot_be_read_is_no_loss(self, tmp_path, text):
        folder = tmp_path / "export"
        (folder / "activities").mkdir(parents=True)
        (folder / "activities" / "1.gpx").write_text(gpx(morning(0)))
        (folder / "activities.csv").write_text(text)
        assert len(season(folder, jobs=1).runs) == 1

    def test_the_book_keeps_the_file_and_the_list_stays_in_force(self, tmp_path):
        path = export(tmp_path / "export.zip")
        with Book(tmp_path / "book.sqlite") as book:
            first, second = season(path, jobs=1, book=book), season(path, jobs=1, book=book)
        assert first == second == season(path, jobs=1)


def test_a_garmin_account_export_is_passed_over_quickly(tmp_path):
    monitoring = (SAMPLES / "odd" / "monitoring.fit").read_bytes()
    inner = []
    for part in range(2):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(1500):
                archive.writestr(f"me@example.org_{part}{number:05d}.fit", monitoring + bytes(number % 3))
            for number in range(4):
                day = 4 * part + number
                archive.writestr(f"me@example.org_9{part}{number}.gpx", gpx(morning(day)))
            archive.writestr(f"me@example.org_{part}.txt", "weight\n")
        inner.append(buffer.getvalue())
    path = tmp_path / "garmin.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in enumerate(inner):
            archive.writestr(f"DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part{part + 1}.zip", data)
        archive.writestr("DI_CONNECT/DI-Connect-User/user.json", "{}")
    began = time.process_time()
    found = season(path, jobs=1)
    assert time.process_time() - began < 8
    assert len(found.runs) == 8
    assert found.failed == ()
    assert len(found.not_runs) == 3000
    assert all("not of an activity" in row.reason for row in found.not_runs)
