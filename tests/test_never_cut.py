"""No report cuts a figure: half a number is another number. At 80 columns, at 60, and narrower than any table."""

import datetime as dt
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders_season import day, effort, run, season, strides
from legspeed.model import Activity, Failure, Lap, Member, Refusal
from legspeed.reporter.blocks import Column, Fact, Facts, Grid, Row, Title
from legspeed.reporter.gaps_text import gaps_blocks
from legspeed.reporter.inspect_text import activity_blocks
from legspeed.reporter.runs_text import runs_blocks
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.settings_text import settings_blocks
from legspeed.reporter.squad_report import squad_blocks
from legspeed.reporter.terminal import print_blocks
from legspeed.settings import Settings


def page(block, width):
    stream = io.StringIO()
    print_blocks([block], stream, width=width)
    return stream.getvalue()


def cut(grid, width):
    """Return the figures, and words of columns of figures, that the page does not show whole."""
    text = page(grid, width)
    assert max(map(len, text.splitlines()), default=0) <= width
    columns = [(column, [row.cells[number] for row in grid.rows]) for number, column in enumerate(grid.columns)]
    words = {
        word
        for column, cells in columns
        if not column.wraps
        for cell in cells
        for word in cell.split()
        if column.right or re.search(r"\d", word)
    }
    return sorted(word for word in words if not re.search(rf"(?<!\S){re.escape(word)}(?=[\s,]|\Z)", text))


def rich_activity():
    """Every channel that a watch with a pod writes, with the longest values; many laps."""
    n = 3600
    time_s = np.arange(n, dtype=np.float64)
    names = ("Leg Spring Stiffness", "Vertical Oscillation", "Elevation", "a channel named at the greatest length " * 3)
    return Activity(
        start=dt.datetime(2024, 3, 1, 6, tzinfo=dt.UTC), utc_offset_s=3600, sport="running", sub_sport="track",
        device="Garmin fēnix 6X Pro", source="a/long/folder/of/runs/" * 4 + "run.fit", digest="ab" * 32, format="fit",
        time_s=time_s, latitude_deg=np.full(n, 47.0), longitude_deg=np.full(n, 8.0), altitude_m=time_s / 1.7,
        distance_m=time_s * 3.203, speed_mps=np.linspace(2.037, 7.693, n), cadence_spm=np.full(n, 168.5),
        heart_rate_bpm=np.full(n, 171.3), step_length_m=np.linspace(0.8241, 1.961, n),
        stance_time_s=np.linspace(0.2571, 0.5853, n), vertical_oscillation_m=np.linspace(0.08571, 0.1341, n),
        developer={name: np.linspace(65499.0, 65555.0, n) for name in names},
        developer_units=dict(zip(names, ("kN/m", "Centimeters", "Meters", "Newton metres per kilogram"), strict=True)),
        laps=tuple(Lap(60.0 * k, 60.0 * k + 59.9, 59.87, 12345.6, "distance", "warmup") for k in range(40)),
    )  # fmt: skip


def busy_season():
    longest = effort(36610.0, 45.0, kind="hill_sprint", tier="near_max", grade=0.081)
    runs = [run(day(9 * k), longest, *strides(6), distance_m=123456.7) for k in range(60)]
    refused = (Refusal(36000.0, 37234.0, "position-jump", ("cadence flat", "b" * 70)),)
    return season(
        *runs, run(day(900), effort(), refused=refused), name="Sam", failed=(Failure("x.fit", "crc", "broken"),)
    )


def all_reports():
    found = busy_season()
    members = [Member("a", "an athlete with a long name", found), Member("b", "b" * 50, season(run(day(0))))]
    yield from season_blocks(found, units="km")
    yield from runs_blocks(found, units="mi", why=True, evidence=True)
    yield from gaps_blocks(found, units="mi")
    yield from squad_blocks(members, "squad")
    yield from settings_blocks(Settings(), "a/folder/legspeed.toml")
    yield from activity_blocks(rich_activity(), None, units="km")


@pytest.mark.parametrize("width", [100, 80, 60, 44])
def test_no_report_cuts_a_figure(width):
    grids = [block for block in all_reports() if isinstance(block, Grid)]
    assert len(grids) > 60
    assert {len(grid.columns) for grid in grids} >= {3, 4, 5, 7, 8, 12}
    for grid in grids:
        assert cut(grid, width) == []


def test_a_table_of_channels_fits_80_columns_with_every_figure():
    (grid,) = (b for b in activity_blocks(rich_activity(), None, units="km") if isinstance(b, Grid) and "5 %" in str(b))
    text = page(grid, 80)
    assert re.search(r"^ +distance_m +m +100 % +1 s +576 +5764 +10951 +11528$", text, re.MULTILINE)
    assert re.search(r"^ +Leg Spring +kN/m +100 % +1 s +65502 +65527 +65552 +65555$", text, re.MULTILINE)
    assert "cm" in text
    assert "median" in text  # a heading is not cut either
    narrow = page(grid, 60)
    assert "median 5764, 95 % 10951, max 11528" in " ".join(narrow.split())


def test_a_long_heading_or_name_is_folded_not_cut():
    name = "runs/" * 30 + "12345.fit"
    for block in (Title(name, "fit"), Title(name), Facts((Fact(name, "8.1 km"),))):
        text = page(block, 60)
        assert max(map(len, text.splitlines())) <= 60
        assert "…" not in text
        assert name in "".join(text.split()).replace("8.1km", "")


_cells = st.one_of(st.integers(-(10**9), 10**9).map(str), st.floats(0, 1e6).map("{:.3f}".format), st.just("跑步 km"))


@given(st.data(), st.integers(40, 100), st.integers(1, 9), st.integers(0, 4))
def test_no_table_cuts_a_cell_at_any_width(data, width, columns, rows):
    wraps = [data.draw(st.booleans()) for _ in range(columns)]
    texts = [st.text("abc ", max_size=60) if wrap else _cells for wrap in wraps]
    grid = Grid(
        tuple(Column(f"column {k}", right=not wrap, wraps=wrap) for k, wrap in enumerate(wraps)),
        tuple(Row(tuple(data.draw(text) for text in texts)) for _ in range(rows)),
    )
    assert cut(grid, width) == []
