"""Exports as people get them: Strava's with its list, Garmin's with its thousands of other files."""

import csv
import io
import json
import time
import zipfile
from pathlib import Path

import pytest

from builders_fit import START, simple_run
from builders_season import gpx, morning, stride_speeds
from legspeed.reporter.document import season_document
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.tables import season_csv
from legspeed.reporter.terminal import print_blocks
from legspeed.seasons.book import Book
from legspeed.seasons.season import season
from legspeed.simulate.write import gzipped

SAMPLES = Path(__file__).parents[1] / "sample_files"
#: With what must never reach a terminal or a spreadsheet as it is.
TITLES = ['Morning, "easy" run', "=HYPERLINK(1)\x1b[31mred\x07\n\u202egpj.exe", "Ride", "Lost", "By hand"]
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
        cells = [str(number), date, TITLES[number], kind, "long\nand\n=cmd()", "3.600", *["3,32"] * 5, name]
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
    """Case 35 of the input cases: 94 columns, repeated and localised headers, cells of several lines, mixed .gz."""

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

    @pytest.mark.parametrize("headers", [ENGLISH, GERMAN], ids=["english", "german"])
    def test_names_and_types_are_joined_and_harmless(self, tmp_path, headers):
        found = season(export(tmp_path / "export.zip", headers=headers), jobs=1)
        harmless = "=HYPERLINK(1)[31mred gpj.exe"
        assert [(run.source.rpartition("/")[2], run.name, run.type) for run in found.runs] == [
            ("1002.gpx", harmless, "Run"),
            ("1001.fit.gz", 'Morning, "easy" run', "Run"),
        ]
        rows = list(csv.DictReader(io.StringIO(season_csv(found, "runs"))))
        assert [row["name"] for row in rows] == [f"'{harmless}", 'Morning, "easy" run']
        assert season_document(found)["runs"][0]["name"] == harmless
        page = io.StringIO()
        print_blocks(season_blocks(found, units="km"), page)
        assert "=HYPERLINK(1)[31mred gp…" in page.getvalue()
        assert not {"\x1b", "\x07", "\u202e"} & set(page.getvalue())

    def test_a_name_that_only_the_copy_has_is_the_runs(self, tmp_path):
        export(tmp_path / "export.zip")
        fit = next(SAMPLES.glob("*.fit")).read_bytes()
        (tmp_path / "watch.fit").write_bytes(fit)
        found = season([tmp_path / "watch.fit", tmp_path / "export.zip"], jobs=1)
        (copy,) = found.duplicates
        (run,) = [run for run in found.runs if run.source == copy.of]
        assert run.name == 'Morning, "easy" run'

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
        assert (
            len(season(export(tmp_path / "export.zip", ("跑步", "跑步", "ველოსიპედი", "跑步", "")), jobs=1).runs) == 3
        )

    @pytest.mark.parametrize(
        ("encoding", "mark"), [("utf-8", ";"), ("utf-8", "\t"), ("utf-16", ","), ("cp1252", ";")], ids=str
    )
    def test_a_list_that_a_table_program_has_saved_again(self, tmp_path, encoding, mark):
        folder = tmp_path / "export"
        (folder / "activities").mkdir(parents=True)
        (folder / "activities" / "1.gpx").write_text(gpx(morning(0), stride_speeds(2), sport=None))
        (folder / "activities" / "2.gpx").write_text(gpx(morning(2), [3.0] * 600, sport=None))
        page = io.StringIO()
        table = csv.writer(page, delimiter=mark)
        table.writerow([*GERMAN, "Dateiname"])
        table.writerow(["1", "1. Mai", "Früh, spät; früh", "Lauf", "", "3,600", "activities/1.gpx"])
        table.writerow(["2", "3. Mai", "Hügel", "Spaziergang", "", "3,600", "activities/2.gpx"])
        (folder / "activities.csv").write_bytes(page.getvalue().encode(encoding))
        found = season(folder, jobs=1)
        assert [(run.name, run.type) for run in found.runs] == [("Früh, spät; früh", "Lauf")]
        assert [other.reason for other in found.not_runs] == ["names no sport, and its export's list says Spaziergang"]

    @pytest.mark.parametrize(
        "kind",
        [
            "Entrenamiento con pesas",
            "Entraînement aux poids",
            "Windsurf",
            "ライド",
            "バーチャルライド",
            "ウォーキング",
            "Treino",
        ],
    )
    def test_what_is_no_run_in_other_languages_is_not_missed(self, tmp_path, kind):
        found = season(export(tmp_path / "export.zip", ("Run", "Run", "Run", kind, "")), jobs=1)
        assert found.failed == ()

    @pytest.mark.parametrize(
        "kind", ["ラン", "トレイルラン", "Trailrunning", "Course de trail", "Carrera virtual", "Langer Lauf"]
    )
    def test_a_run_that_is_not_there_is_missed_in_other_languages(self, tmp_path, kind):
        found = season(export(tmp_path / "export.zip", ("Run", "Run", "Run", kind, "")), jobs=1)
        assert [failure.code for failure in found.failed] == ["missing"]

    def test_who_names_single_files_of_an_export_is_not_told_of_others(self, tmp_path):
        with zipfile.ZipFile(export(tmp_path / "export.zip")) as archive:
            archive.extractall(tmp_path / "unpacked")
        files = sorted((tmp_path / "unpacked" / "activities").iterdir())
        assert len(files) == 3
        for named in (files[:1], files):
            found = season(named, jobs=1)
            assert found.failed == ()
            assert found.runs[-1].name == 'Morning, "easy" run'

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


class TestGarminList:
    """Names by start, from the list that Garmin puts beside the recordings."""

    ROWS = (
        {"name": "Tempo am See", "activityType": "running", "beginTimestamp": morning(0).timestamp() * 1000},
        {
            "name": "\x1b[2JGym",
            "activityType": "strength_training",
            "beginTimestamp": morning(1).timestamp() * 1000 - 4000,
        },
        {"name": None, "activityType": "running", "beginTimestamp": morning(2).timestamp() * 1000 - 40_000},
        {"name": "no start"},
        "no row",
    )

    def files(self, content):
        return {
            "DI_CONNECT/DI-Connect-Fitness/me_0_summarizedActivities.json": content,
            "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip": self.part(),
        }

    def part(self):
        page = io.BytesIO()
        with zipfile.ZipFile(page, "w") as archive:
            for number in range(3):
                archive.writestr(f"me@example.org_{number}.gpx", gpx(morning(number)))
        return page.getvalue()

    def place(self, tmp_path, how, content):
        if how == "zip":
            with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
                for name, data in self.files(content).items():
                    archive.writestr(name, data)
            return tmp_path / "export.zip"
        for name, data in self.files(content).items():
            (tmp_path / "export" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "export" / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return tmp_path / "export"

    @pytest.mark.parametrize("how", ["zip", "folder"])
    def test_names_are_joined_by_the_start(self, tmp_path, how):
        content = json.dumps([{"summarizedActivitiesExport": self.ROWS}])
        found = season(self.place(tmp_path, how, content), jobs=1)
        assert [(run.name, run.type) for run in found.runs] == [
            ("Tempo am See", "running"), ("[2JGym", "strength_training"), (None, None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "content", ["", "[", "3", "[[]]", '[{"summarizedActivitiesExport": {"a": 1}}]', "[" * 99999]
    )
    def test_a_list_that_cannot_be_read_is_no_loss(self, tmp_path, content):
        found = season(self.place(tmp_path, "zip", content), jobs=1)
        assert [run.name for run in found.runs] == [None] * 3
        assert found.failed == ()


def test_a_garmin_account_export_of_7779_files_is_passed_over_quickly(tmp_path):
    """Case 36 of the input cases: zips in a zip, 354 activities among 7,779 files; the rest counted, quickly."""
    monitoring = (SAMPLES / "odd" / "monitoring.fit").read_bytes()
    with zipfile.ZipFile(tmp_path / "garmin.zip", "w") as top:
        for part in range(3):
            page = io.BytesIO()
            with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
                for number in range(2475):
                    archive.writestr(f"me@example.org_{part}{number:05d}.fit", monitoring + bytes(number % 3))
                for number in range(118):
                    day = 118 * part + number
                    archive.writestr(f"me@example.org_9{day}.fit", simple_run(60, start=START - 86_400 * day))
                archive.writestr(f"me@example.org_{part}.txt", "weight\n")
            top.writestr(f"DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part{part + 1}.zip", page.getvalue())
        top.writestr("DI_CONNECT/DI-Connect-User/user.json", "{}")
    began = time.process_time()
    found = season(tmp_path / "garmin.zip", jobs=1)
    spent_s = time.process_time() - began
    print(f"{spent_s:.1f} s of processor for 7,779 files")
    assert len(found.runs) == 354
    assert found.failed == ()
    assert len(found.not_runs) == 7425
    assert all("of type monitoring, not of an activity" in row.reason for row in found.not_runs)
    # 354 small runs cost about as much as the 7,425 files that are passed over by their first bytes.
    assert spent_s < 15
