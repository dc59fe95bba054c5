"""Pages and tables: they fit, they say it, and nothing in a name can do harm."""

import csv
import io
import os
import re
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from builders_season import day, effort, run, season, strides
from legspeed.errors import OutputError
from legspeed.model import Duplicate, Failure, NotRun, Problem, Refusal
from legspeed.reporter import words
from legspeed.reporter.blocks import Column, Fact, Facts, Grid, Lines, Row, Title
from legspeed.reporter.output import write_new, write_whole
from legspeed.reporter.runs_text import runs_blocks
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.settings_text import athlete_template, settings_blocks, settings_in
from legspeed.reporter.tables import TABLES, season_csv
from legspeed.reporter.terminal import print_blocks
from legspeed.settings import Settings


def page(blocks, width=80):
    stream = io.StringIO()
    print_blocks(blocks, stream, width=width)
    return stream.getvalue()


def long_season():
    runs = []
    for week in range(60):
        efforts = strides(6) if week not in range(20, 31) else ()
        runs.append(run(day(7 * week), *efforts, source=f"a/long/folder/of/runs/{week:03d}-with-a-long-name.fit.gz"))
    return season(
        *runs,
        failed=tuple(Failure(f"broken-{i}.fit", "unreadable", "it is HTML") for i in range(9)),
        not_runs=(NotRun("bike.fit", "cycling"), NotRun("bike2.fit", "cycling"), NotRun("walk.fit", "walking")),
        duplicates=(Duplicate("a.gpx", "a.fit"),),
        name="Sam",
    )


class TestSeasonPage:
    def test_fits_80_columns(self):
        text = page(season_blocks(long_season(), units="km"))
        assert max(map(len, text.splitlines())) <= 80

    def test_a_table_gives_way_in_the_space_between_its_columns_before_it_is_told_row_by_row(self):
        table = Grid((Column("from"), Column("to"), Column("days")), (Row(("2024-05-01", "2024-05-31", "30")),))
        assert "2024-05-01  2024-05-31  30" in page([table], width=30)
        assert "2024-05-01 2024-05-31 30" in page([table], width=28)
        assert "2024-05-01  to 2024-05-31, days 30" in page([table], width=27).replace("\n" + 14 * " ", " ")

    def test_on_a_narrow_terminal_nothing_is_cut(self):
        found, narrow = long_season(), io.StringIO()
        print_blocks(season_blocks(found, units="km"), narrow, width=44)
        text = narrow.getvalue()
        assert max(map(len, text.splitlines())) <= 44
        said = " ".join(text.split())
        assert "2024-05-13 to 2024-08-05, days 84, level restart" in said
        assert "stride efforts 294, time 1:38:00" in said
        # The strip of weeks is broken where its months are, the year repeated.
        strip = [line.removeprefix("  2024  ") for line in text.splitlines() if line.startswith("  2024  ")]
        assert "".join(strip) == "1" * 20 + "." * 11 + "1" * 21
        assert "Weeks sessions of speed work; . ran without; blank no run" in said

    def test_says_what_matters(self):
        text = page(season_blocks(long_season(), units="km"))
        assert "Last speed work" in text.splitlines()[1]
        for said in (
            "60 runs",
            "600.0 km",
            "6 × 20 s strides",
            "2024-05-13",  # the gap begins after week 19
            "restart",
            "5 km",
            "Maximal speed",
            "9 files",
            "2 × cycling",
            "a.gpx of a.fit",
            "2024  ",
            "2025  ",
        ):
            assert said in text, said

    def test_the_open_gap_comes_first(self):
        text = page(season_blocks(season(run(day(0), *strides()), run(day(40), assessable=False)), units="km"))
        said = re.sub(r"\s+", " ", text)
        assert "Open gap 40 days since 2024-01-01: flag; 1 run, which could not show short efforts" in said

    def test_none_seen(self):
        text = page(season_blocks(season(run(day(0))), units="km"))
        assert re.search(r"Last speed work +none seen", text)

    def test_no_runs(self):
        assert "No run was found" in page(season_blocks(season(failed=(Failure("a", "crc", "b"),)), units="km"))

    def test_miles(self):
        text = page(season_blocks(season(run(day(0), *strides(), distance_m=16093.44)), units="mi"))
        assert "10.0 mi" in text
        assert "per mi" in text

    def test_many_gaps_are_cut_and_the_rest_is_counted(self):
        text = page(season_blocks(season(*(run(day(10 * n), *strides()) for n in range(16))), units="km"))
        assert text.count(" notice ") == 10
        assert "and 5 before; `legspeed gaps` lists all" in text

    def test_days_asked_for_without_a_run(self):
        from legspeed.seasons.window import window

        empty = window(season(run(day(0), *strides())), day(5), day(9))
        assert "No run in the days asked for" in page(season_blocks(empty, units="km"))

    def test_what_counts_nowhere_between_a_sets_efforts_is_none_of_them(self):
        one, between, other = strides(3)
        seen = run(day(0), one, replace(between, counts=False), other)
        seen = replace(seen, sets=(replace(seen.sets[0], text="2 × 20 s strides", count=2),))
        text = page(season_blocks(season(seen), units="km"))
        assert "2 × 20 s strides" in text
        assert "of them count" not in text

    def test_a_set_says_how_many_of_it_count(self):
        text = page(season_blocks(season(run(day(0), *strides(2), effort(2400.0, counts=False))), units="km"))
        assert "3 × 20 s strides (2 of them count)" in text
        text = page(season_blocks(season(run(day(0), effort(2400.0, counts=False))), units="km"))
        assert "× 20 s strides" not in text


class TestRunsPage:
    def test_fits_80_columns_and_names_every_effort(self):
        efforts = (
            effort(59.0, 8.0, kind="hill_sprint", tier="near_max", grade=0.081),
            effort(3661.0, 45.0, kind="fast_rep", tier="turnover"),
            effort(7200.0, 20.0, counts=False, confidence=0.31),
        )
        one = run(day(0), *efforts, refused=(Refusal(60.0, 70.0, "flat-cadence", ("a " * 80,)),))
        text = page(runs_blocks(season(one), units="km", why=True))
        assert max(map(len, text.splitlines())) <= 80
        assert re.search(r"\+ +0:59 +hill sprint +near max +8 +48 +6\.00 +2:47 +6\.00 +\+8 % +196 +0\.90", text)
        assert re.search(r"\+ +1:01:01 +fast rep", text)
        assert re.search(r"^ +2:00:00 +stride", text, re.MULTILINE)
        assert "flat-cadence" in text
        assert "+ counts as speed work" in text

    def test_says_what_the_run_could_not_show(self):
        text = page(runs_blocks(season(run(day(0), assessable=False)), units="km"))
        assert "no short efforts: records are 7 s apart" in text
        assert "none seen, and it could hardly be" in text

    def test_a_grade_that_nobody_can_know_has_a_question_mark(self):
        one = run(day(0), effort(grade=0.06, evidence=("grade unknown",)), effort(2400.0, grade=None), effort(3000.0))
        text = page(runs_blocks(season(one), units="km"))
        assert re.findall(r"(\S+ %\S*|–) +196", text) == ["+6 %?", "–", "0 %"]

    def test_says_how_well_speeds_are_known(self):
        sure = replace(effort(), mean_speed_mps=6.0, mean_speed_se_mps=0.12)
        less = replace(effort(2400.0), mean_speed_mps=5.0, mean_speed_se_mps=0.25)
        nothing = replace(effort(3000.0), mean_speed_mps=None, mean_speed_se_mps=None)
        uncounted = replace(effort(3600.0, counts=False), mean_speed_se_mps=3.0)

        def said(*efforts):
            return page(runs_blocks(season(run(day(0), *efforts)), units="km"))

        assert "known to ± 2-5 %" in said(sure, less, nothing, uncounted)
        assert "known to ± 2 %" in said(sure)
        assert "Speeds" not in said(nothing)

    def test_evidence_when_asked(self):
        assert "speed and cadence rise" in page(runs_blocks(season(run(day(0), effort())), units="km", evidence=True))
        assert "speed and cadence rise" not in page(runs_blocks(season(run(day(0), effort())), units="km"))


class TestTerminal:
    @pytest.mark.parametrize(
        "bad", ["\x1b[31mred", "a\rb", "a\nb", "[bold]x[/bold]", "‮gpx.tif", "\x07", ":smile:", "\x9b31m"]
    )
    def test_a_name_only_shows(self, bad):
        blocks = [
            Title(bad, bad),
            Facts((Fact(bad, bad),)),
            Grid((Column(bad),), (Row((bad,)),), bad),
            Lines((((bad, ""),),)),
        ]
        text = page(blocks)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f‮]", text)
        assert text.count("\n") <= 10
        if bad.startswith(("[", ":")):
            assert bad in text

    def test_colour_only_on_a_terminal_and_not_against_no_color(self, monkeypatch):
        class Terminal(io.StringIO):
            def isatty(self):
                return True

        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.delenv("FORCE_COLOR", raising=False)
        blocks = [Facts((Fact("a", "b", "bad"),))]
        stream = Terminal()
        print_blocks(blocks, stream)
        assert "\x1b[1;31m" in stream.getvalue()
        monkeypatch.setenv("NO_COLOR", "1")
        stream = Terminal()
        print_blocks(blocks, stream)
        assert "31m" not in stream.getvalue()
        assert "\x1b" not in page(blocks)
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b" not in page(blocks)

    def test_a_narrow_terminal_is_no_error(self):
        assert page(season_blocks(long_season(), units="km"), width=30)


class TestTables:
    def test_efforts(self):
        rows = list(csv.DictReader(io.StringIO(season_csv(season(run(day(0), *strides(2))), "efforts"))))
        assert [r["start_s"] for r in rows] == ["1800.0", "1890.0"]
        assert rows[0]["seconds"] == "20.0"
        assert rows[0]["counts"] == "true"
        assert rows[0]["recovery_s"] == ""

    def test_runs_weeks_and_gaps(self):
        made = season(run(day(0), *strides(2)), run(day(30), problems=(Problem("crc", "bad"),)))
        (first, second) = csv.DictReader(io.StringIO(season_csv(made, "runs")))
        assert (first["counted_efforts"], first["counted_s"], second["problems"]) == ("2", "40.0", "crc: bad")
        weeks = list(csv.DictReader(io.StringIO(season_csv(made, "weeks"))))
        assert [w["stride_efforts"] for w in weeks] == ["2", "0", "0", "0", "0"]
        (gap,) = csv.DictReader(io.StringIO(season_csv(made, "gaps")))
        assert (gap["days"], gap["open"], gap["level"]) == ("30", "true", "flag")

    @pytest.mark.parametrize("table", sorted(TABLES))
    def test_an_empty_season_has_a_header(self, table):
        assert season_csv(season(), table).count("\n") == 1

    @pytest.mark.case(25)
    @pytest.mark.parametrize("bad", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", " =1", "＝1", "\n=1"])
    def test_no_cell_is_a_formula(self, bad):
        text = season_csv(season(run(day(0), *strides(1), source=bad, device=bad)), "runs")
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        assert row["source"].startswith("'")
        assert row["device"].startswith("'")
        assert "\0" not in text

    def test_negative_numbers_stay_numbers(self):
        text = season_csv(season(run(day(0), effort(grade=-0.03))), "efforts")
        assert next(csv.DictReader(io.StringIO(text)))["grade"] == "-0.03"


class TestOutput:
    def test_replaces_and_leaves_nothing_beside(self, tmp_path):
        target = tmp_path / "a.json"
        target.write_text("old")
        write_whole(target, "nëw")
        assert target.read_text("utf-8") == "nëw"
        assert [p.name for p in tmp_path.iterdir()] == ["a.json"]

    @pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX files")
    def test_rights_stay(self, tmp_path):
        target = tmp_path / "a.json"
        target.write_text("old")
        target.chmod(0o640)
        write_whole(target, "new")
        assert stat.S_IMODE(target.stat().st_mode) == 0o640
        write_whole(tmp_path / "b.json", "new")
        (tmp_path / "c.json").touch()
        assert (tmp_path / "b.json").stat().st_mode == (tmp_path / "c.json").stat().st_mode

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_a_link_stays_a_link(self, tmp_path):
        (tmp_path / "real.json").write_text("old")
        (tmp_path / "link.json").symlink_to("real.json")
        write_whole(tmp_path / "link.json", "new")
        assert (tmp_path / "link.json").is_symlink()
        assert (tmp_path / "real.json").read_text() == "new"

    def test_what_cannot_be_written_leaves_all_as_it_was(self, tmp_path, monkeypatch):
        target = tmp_path / "a.json"
        target.write_text("old")
        monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OutputError, match="No space left"):
            write_whole(target, "new")
        assert target.read_text() == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["a.json"]

    def test_folders_and_missing_folders(self, tmp_path):
        for target in (tmp_path, tmp_path / "none" / "a.json", tmp_path / "\0"):
            with pytest.raises(OutputError):
                write_whole(target, "x")

    @pytest.mark.skipif(sys.platform == "win32", reason="a device of POSIX")
    def test_a_device_is_written_to_not_replaced(self):
        write_whole("/dev/null", "x")
        assert stat.S_ISCHR(__import__("os").stat("/dev/null").st_mode)

    @pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no such names of what is open")
    def test_a_pipe_behind_a_name_is_written_to(self):
        ours, theirs = os.pipe()
        try:
            write_whole(f"/dev/fd/{theirs}", "x")  # what >(gzip > s.json.gz) hands over; /dev/stdout is such a name
        finally:
            os.close(theirs)
        with os.fdopen(ours) as pipe:
            assert pipe.read() == "x"

    def test_a_new_file_is_never_written_over_an_old_one(self, tmp_path):
        write_new(tmp_path / "legspeed.toml", "mine")
        with pytest.raises(OutputError, match="exists already"):
            write_new(tmp_path / "legspeed.toml", "yours")
        assert (tmp_path / "legspeed.toml").read_text() == "mine"


class TestSettingsPage:
    def test_shows_every_threshold_with_its_origin(self):
        given = Settings.from_mapping({"gaps": {"notice_d": 9}})
        text = page(settings_blocks(given, "legspeed.toml"), width=100)
        for key, _, _ in given:
            assert key.split(".")[1] in text
        assert re.search(r"notice_d +9 d +legspeed.toml", text)
        assert max(map(len, page(settings_blocks(given, "")).splitlines())) <= 80

    def test_json_and_csv(self):
        given = Settings.from_mapping({"gaps": {"notice_d": 9}})
        rows = list(csv.DictReader(io.StringIO(settings_in("csv", given, "my.toml"))))
        assert len(rows) == len(list(given))
        assert {r["key"]: r["from"] for r in rows if r["from"] != "default"} == {"gaps.notice_d": "my.toml"}
        assert '"gaps.notice_d"' in settings_in("json", given, "my.toml")

    def test_the_template_is_a_valid_athlete_file_with_and_without_its_comments(self, tmp_path):
        from legspeed import athlete

        text = athlete_template(("stride",))
        path = tmp_path / "legspeed.toml"
        path.write_text(text, "utf-8")
        assert athlete.load(path) == athlete.Athlete()
        # Prose lines do not look like TOML; everything else must be, once uncommented.
        live = "\n".join(re.sub(r"^# (?=\[|\w+ = )", "", line) for line in text.splitlines())
        path.write_text(live, "utf-8")
        who = athlete.load(path)
        assert who.settings == Settings()
        assert (who.name, len(who.races), len(who.sessions), len(who.strikes), len(who.mutes)) == ("Sam", 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (words.clock(59.6), "1:00"),
        (words.clock(3599.6), "1:00:00"),
        (words.clock(None), "–"),
        (words.pace(4.0, "km"), "4:10"),
        (words.pace(4.0, "mi"), "6:42"),
        (words.pace(0.0, "km"), "–"),
        (words.percent(0.0), "0 %"),
        (words.percent(-0.001), "0 %"),
        (words.percent(0.081), "+8 %"),
        (words.distance(None, "km"), "–"),
        (words.number(float("nan")), "–"),
        (words.count(1, "run"), "1 run"),
        (words.shortened("abcdefghij", 6), "a…ghij"),
        (words.day(day(0)), "Mon 2024-01-01"),
    ],
)
def test_words(made, text):
    assert made == text
