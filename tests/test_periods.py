"""Exposure per day, week, month and training block."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest

from builders_season import YARDSTICK, added_up, day, effort, run, season, strides
from legspeed import athlete
from legspeed.athlete import Athlete, Block, ManualSession
from legspeed.errors import SettingsError
from legspeed.model import Tally
from legspeed.reporter.document import season_document
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.tables import season_csv
from legspeed.reporter.terminal import print_blocks
from legspeed.seasons.window import window
from legspeed.settings import Settings


def of(*runs, who=None, as_of=None):
    as_of = as_of or max(r.local_date for r in runs)
    return added_up(runs, athlete=who, as_of=as_of).exposure


SPRINTS = tuple(effort(900.0 + 200 * i, 8.0, kind="sprint", tier="max", speed_mps=7.0, peak_mps=7.8) for i in range(3))
RUNS = (run(day(0), *strides(6)), run(day(20)), run(day(40), *SPRINTS), run(day(100), *strides(4)))


class TestSpans:
    def test_months_empty_ones_too(self):
        found = of(*RUNS).months
        assert [(m.name, m.sessions, m.total.efforts, m.runs) for m in found] == [
            ("2024-01", 1, 6, 2), ("2024-02", 1, 3, 1), ("2024-03", 0, 0, 0), ("2024-04", 1, 4, 1),
        ]  # fmt: skip
        assert [(m.start.day, m.end.day) for m in found] == [(1, 31), (1, 29), (1, 31), (1, 30)]

    def test_a_year_of_months_over_new_year(self):
        found = of(run(dt.date(2023, 12, 31)), run(dt.date(2024, 12, 1))).months
        assert [m.name for m in found] == ["2023-12", *(f"2024-{n:02d}" for n in range(1, 13))]

    def test_days_only_those_with_something(self):
        who = Athlete(sessions=(ManualSession(day(50), "plyometrics", 3), ManualSession(day(51), "stride", 5)))
        found = of(*RUNS, who=who).days
        assert [(d.start, d.sessions, d.plyometrics.sets) for d in found] == [
            (day(0), 1, 0), (day(40), 1, 0), (day(50), 0, 3), (day(51), 1, 0), (day(100), 1, 0),
        ]  # fmt: skip

    def test_blocks_are_four_weeks_back_from_the_last_day(self):
        found = of(*RUNS).blocks
        assert [(b.name, b.start, b.end) for b in found] == [
            (None, day(0), day(16)), (None, day(17), day(44)), (None, day(45), day(72)), (None, day(73), day(100)),
        ]  # fmt: skip
        assert [b.total.efforts for b in found] == [6, 3, 0, 4]

    def test_blocks_of_the_runner_are_taken_as_named(self):
        who = Athlete(blocks=(Block("speed", day(40)), Block("base", day(0), day(30)), Block("later", day(500))))
        found = of(*RUNS, who=who).blocks
        assert [(b.name, b.start, b.end, b.total.efforts) for b in found] == [
            ("base", day(0), day(30), 6), ("speed", day(40), day(499), 7),
        ]  # fmt: skip

    def test_every_cut_adds_up_to_the_same(self):
        found = of(*RUNS)
        for cut in (found.days, found.weeks, found.months, found.blocks):
            assert sum((p.total for p in cut), Tally()) == Tally(13, 10 * 20.0 + 3 * 8.0, 10 * 120.0 + 3 * 56.0)
            assert sum(p.runs for p in cut) == (3 if cut is found.days else 4)


class TestValues:
    def test_tiers_and_bands(self):
        month = of(*RUNS).months[1]
        assert (list(month.by_tier), month.by_tier["max"].efforts) == (["max"], 3)
        assert {name: t.efforts for name, t in month.by_band.items()} == {"95+": 3}

    def test_by_hand_has_a_kind_but_neither_tier_nor_band(self):
        who = Athlete(sessions=(ManualSession(day(3), "stride", 5, 20.0),))
        (week,) = of(run(day(0)), who=who, as_of=day(6)).weeks
        assert (week.total, week.by_kind["stride"].efforts) == (Tally(5, 100.0, 0.0), 5)
        assert (week.by_tier, week.by_band) == ({}, {})

    def test_cadence_and_step_length_are_medians_at_speed(self):
        quick = [effort(100.0 * i, cadence_spm=spm) for i, spm in enumerate((190.0, 200.0, 230.0))]
        (week,) = of(run(day(0), *quick, effort(900, counts=False, cadence_spm=300.0))).weeks
        assert week.cadence_spm == 200.0
        assert week.step_length_m == pytest.approx(6.0 * 60 / 200)
        (none,) = of(run(day(0))).weeks
        assert (none.cadence_spm, none.step_length_m, none.best_speeds) == (None, None, {})

    def test_best_speeds_only_where_the_speed_work_can_be_it(self):
        one = replace(run(day(0), effort(peak_mps=6.4)), best_speeds={5: 6.3, 10: 6.2, 20: 6.0, 60: 4.0})
        down = replace(run(day(1), effort(peak_mps=6.4)), best_speeds={5: 7.9, 10: 6.1, 20: 5.9})
        idle = replace(run(day(2)), best_speeds={5: 9.0, 10: 9.0, 20: 9.0})
        assert of(one, down, idle).weeks[0].best_speeds == {5: 6.3, 10: 6.2, 20: 6.0}
        assert of(down).weeks[0].best_speeds == {10: 6.1, 20: 5.9}
        assert of(idle).weeks[0].best_speeds == {}

    def test_no_best_is_far_above_maximal_speed(self):
        most = Settings().tiers.believed * YARDSTICK.max_speed_mps
        belt = replace(run(day(0), effort(peak_mps=1.3 * most)), best_speeds={5: 1.2 * most, 10: 0.99 * most})
        assert of(belt).weeks[0].best_speeds == {10: 0.99 * most}


class TestShown:
    SEASON = season(*RUNS)

    def test_tables(self):
        for name, count in (("days", 3), ("months", 4), ("blocks", 4)):
            rows = list(csv.DictReader(io.StringIO(season_csv(self.SEASON, name))))
            assert len(rows) == count
        assert (rows[1]["from"], rows[1]["max_efforts"], rows[1]["sprint_seconds"]) == ("2024-01-18", "3", "24.0")
        assert rows[2]["cadence_spm"] == ""

    def test_a_window_shows_the_periods_that_reach_into_it(self):
        part = season_document(window(self.SEASON, day(40), day(60)))["exposure"]
        assert [m["month"] for m in part["months"]] == ["2024-02", "2024-03"]
        assert [b["from"] for b in part["blocks"]] == ["2024-01-18", "2024-02-15"]
        assert [d["date"] for d in part["days"]] == ["2024-02-10"]

    def test_on_the_terminal(self):
        page = io.StringIO()
        print_blocks(season_blocks(self.SEASON, units="km"), page)
        assert "Training blocks" in page.getvalue()
        rows = [line.split() for line in page.getvalue().splitlines()]
        assert ["2024-01-18", "2024-02-14", "2", "1", "3", "0:24", "196", "2.14", "–", "–"] in rows


class TestTheAthleteFile:
    def test_blocks(self):
        text = (
            b'[[block]]\nname = "base"\nfrom = 2024-01-01\nto = 2024-02-01\n[[block]]\nname = "x"\nfrom = 2024-02-02\n'
        )
        assert athlete.parse(text, "f").blocks == (
            Block("base", dt.date(2024, 1, 1), dt.date(2024, 2, 1)),
            Block("x", dt.date(2024, 2, 2)),
        )

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('[[block]]\nname = "a"\n', "line 1: [block]: from is missing"),
            ('[[block]]\nname = "a"\nfrom = 2024-02-02\nto = 2024-01-01\n', "line 3: [block] from: ends"),
            ('[[block]]\nname = "a"\nfrom = 2024-01-01\nto = 2024-02-02\n[[block]]\nname = "b"\nfrom = 2024-02-02\n',
             "line 7: [block] from: 'b' begins (2024-02-02) before 'a' ends"),

            ('[[block]]\nnme = "a"\nname = "b"\nfrom = 2024-01-01\n', "did you mean 'name'"),
        ],
    )  # fmt: skip
    def test_mistakes_name_line_and_remedy(self, text, said):
        with pytest.raises(SettingsError) as error:
            athlete.parse(text.encode(), "legspeed.toml")
        assert said in str(error.value)
