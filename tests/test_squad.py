"""A squad: one athlete per sub-folder or zip, each with his own file; who is most overdue comes first."""

import csv
import io
import json
import zipfile

import pytest

from builders_season import day, gpx, morning, run, season, stride_speeds, strides
from calling import call
from legspeed.athlete import Athlete
from legspeed.console import squad_code
from legspeed.errors import SettingsError
from legspeed.model import Member
from legspeed.reporter.squad_report import squad_blocks
from legspeed.reporter.terminal import print_blocks
from legspeed.seasons.squad import by_overdue, members, own_file, squad

OWN = '[athlete]\nname = "{}"\nfive_k = "19:00"\nmax_speed_mps = 7.6\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Anna ran strides on day 3, Ben (a zip) on day 20, Cem's file has a mistake, Dee never ran fast."""
    monkeypatch.setenv("LEGSPEED_BOOK", str(tmp_path / "book.sqlite"))
    root = tmp_path / "squad"
    for name in ("anna", "cem", "dee", ".hidden"):
        (root / name).mkdir(parents=True)
    (root / "anna" / "03.gpx").write_text(gpx(morning(3), stride_speeds(4)))
    (root / "anna" / "12.gpx").write_text(gpx(morning(12)))
    (root / "anna" / "legspeed.toml").write_text(OWN.format("Anna"))
    with zipfile.ZipFile(root / "ben.zip", "w") as archive:
        archive.writestr("activities/20.gpx", gpx(morning(20), stride_speeds(4)))
        archive.writestr("legspeed.toml", OWN.format("Ben"))
    (root / "cem" / "1.gpx").write_text(gpx(morning(1)))
    (root / "cem" / "legspeed.toml").write_text("[athlete]\nnmae = 3\n")
    (root / "dee" / "1.gpx").write_text(gpx(morning(1)))
    (root / "dee" / "legspeed.toml").write_text(OWN.format("Dee"))
    (root / "legspeed.toml").write_text('[athlete]\nname = "nobody"\n')
    return root


def test_json_has_everybody_who_is_most_overdue_first(folder):
    result = call("squad", folder, "--as-of", day(40), "--format", "json")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["schema"] == "legspeed.squad/1"
    athletes = document["athletes"]
    assert [a["name"] for a in athletes] == ["Dee", "Anna", "Ben", "cem"]
    assert [a["source"] for a in athletes] == ["dee", "anna", "ben.zip", "cem"]
    assert [a["exposure"] and a["exposure"]["days_since"] for a in athletes] == [None, 37, 20, None]
    assert [[g["days"] for g in a["gaps"] or ()] for a in athletes] == [[39], [37], [20], []]
    assert athletes[3]["exposure"] is None
    assert "did you mean 'name'" in athletes[3]["error"]
    assert "did you mean 'name'" in result.stderr


@pytest.mark.parametrize("form", ["json", "csv", "text"])
def test_a_mistake_in_a_file_is_told_without_a_path_of_this_computer(folder, form):
    (folder / "ben.toml").write_text("[athlete]\nname = 3\n")
    said = call("squad", folder, "--as-of", day(40), "--format", form).stdout
    assert "cem/legspeed.toml, line 2: [athlete] nmae" in said
    assert "ben.toml, line 2: [athlete] name" in said
    assert str(folder.parent) not in said


def test_csv_and_the_page(folder):
    rows = list(csv.DictReader(io.StringIO(call("squad", folder, "--as-of", day(40), "--format", "csv").stdout)))
    assert [(r["name"], r["days_since"], r["gap_days"], r["level"]) for r in rows] == [
        ("Dee", "", "39", "flag"),
        ("Anna", "37", "37", "flag"),
        ("Ben", "20", "20", "caution"),
        ("cem", "", "", ""),
    ]
    assert [r["runs"] for r in rows] == ["1", "2", "1", ""]
    page = call("squad", folder, "--as-of", day(40)).stdout
    assert page.index("Dee") < page.index("Anna") < page.index("Ben") < page.index("cem")
    assert "as of Sat 2024-02-10" in page
    assert max(map(len, page.splitlines())) <= 80


def test_today_is_the_default(folder):
    (athletes,) = [json.loads(call("squad", folder, "--format", "json", "-q").stdout)["athletes"]]
    assert athletes[0]["exposure"]["days_since"] is None
    assert athletes[1]["exposure"]["days_since"] > 300


def test_a_folder_without_athletes_is_named(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    for place, said in ((tmp_path / "empty", "no athlete in it"), (tmp_path / "none", "no such folder")):
        result = call("squad", place)
        assert (result.exit_code, said in result.stderr) == (2, True)
    with pytest.raises(SettingsError, match="no athlete"):
        members(folder / ".hidden")


def test_the_file_of_a_zip(folder):
    assert own_file(folder / "ben.zip").name == "Ben"
    (folder / "ben.toml").write_text(OWN.format("Ben beside"))
    assert own_file(folder / "ben.zip").name == "Ben beside"
    (folder / "bad.zip").write_bytes(b"PK\x03\x04 cut off")
    assert own_file(folder / "bad.zip") == Athlete()
    with zipfile.ZipFile(folder / "none.zip", "w") as archive:
        archive.writestr("deep/legspeed.toml", '[athlete]\nname = "somebody"\n')
    assert own_file(folder / "none.zip") == Athlete()


def test_the_file_of_a_zip_is_believed_whole_or_not_at_all(folder):
    with zipfile.ZipFile(folder / "long.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("legspeed.toml", '[athlete]\nname = "Ben"\n' + "# and so on\n" * 100_000)
    with pytest.raises(SettingsError, match=r"long\.zip!legspeed\.toml: larger than 1 MiB"):
        own_file(folder / "long.zip")
    with zipfile.ZipFile(folder / "hurt.zip", "w") as archive:
        archive.writestr("legspeed.toml", '[athlete]\nname = "Ben"\n')
    (folder / "hurt.zip").write_bytes((folder / "hurt.zip").read_bytes().replace(b'"Ben"', b'"Bem"'))
    with pytest.raises(SettingsError, match=r"hurt\.zip!legspeed\.toml: damaged: put it beside the zip as hurt\.toml"):
        own_file(folder / "hurt.zip")
    (folder / "dee" / "legspeed.toml").unlink()
    assert own_file(folder / "dee").name is None  # the squad's own file is nobody's


def test_one_athletes_mistake_stops_nobody(folder):
    seen = []

    def read(place, who):
        assert who.name.lower() == place.stem
        seen.append(place.name)
        return season(run(day(0), *strides()), as_of=day(len(seen)))

    found = squad(folder, read)
    assert seen == ["anna", "ben.zip", "dee"]
    assert [m.name for m in found] == ["Dee", "Ben", "Anna", "cem"]


class TestOrder:
    def member(self, name, *runs, as_of=60, **changes):
        return Member(name, name, season(*runs, as_of=day(as_of), **changes))

    def test_muted_then_without_runs_then_unread(self):
        import dataclasses

        fast = run(day(0), *strides())
        muted = self.member("muted", fast)
        gap = dataclasses.replace(muted.season.gaps[-1], muted=True)
        muted = Member("muted", "muted", dataclasses.replace(muted.season, gaps=(gap,)))
        fresh, overdue = self.member("fresh", run(day(58), *strides())), self.member("overdue", fast)
        empty, unread = Member("empty", "empty", season()), Member("unread", "unread", None, "why")
        found = by_overdue([unread, empty, muted, fresh, overdue])
        assert [m.name for m in found] == ["overdue", "fresh", "muted", "empty", "unread"]
        assert [m.overdue_d for m in found] == [60, 2, 60, None, None]
        page = io.StringIO()
        print_blocks(squad_blocks(found, "squad"), page, width=80)
        text = page.getvalue()
        assert "muted" in text
        assert "no run found" in text
        assert "not read" in text

    def test_equals_are_sorted_by_place_so_that_the_order_never_depends_on_the_disk(self):
        same = [self.member(name, run(day(0), *strides())) for name in "cab"]
        assert [m.name for m in by_overdue(same)] == ["a", "b", "c"]


def test_exit_codes():
    fast = Member("a", "a", season(run(day(0), *strides())))
    assert squad_code([fast]) == 0
    assert squad_code([fast, Member("b", "b", None, "why")]) == 1
    assert squad_code([Member("b", "b", None, "why")]) == 3
    assert squad_code([Member("b", "b", season())]) == 3


def test_the_output_does_not_depend_on_the_number_of_jobs(folder):
    one, two = (call("squad", folder, "--jobs", n, "--as-of", day(40), "--format", "json").stdout for n in (1, 2))
    assert one == two
