"""Parquet: the tables of the CSV with types and units; documented columns are the real ones."""

import csv
import datetime as dt
import importlib.util
import io
import json

import pytest

from builders_season import day, effort, gpx, morning, run, season, stride_speeds, strides
from calling import call
from legspeed.errors import OutputError
from legspeed.reporter import parquet as writer
from legspeed.reporter.columns import TABLE_COLUMNS
from legspeed.reporter.tables import TABLES, season_csv

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

SEASON = season(
    run(day(0), *strides(), source='=cmd|"x"!A.fit'),
    run(day(3), effort(grade=None, cadence_spm=None, speed_mps=None, peak_mps=None, flat_mps=None)),
    run(day(9), assessable=False, distance_m=None),
    as_of=day(30),
)


def tables(of=SEASON):
    return {name: pq.read_table(io.BytesIO(data)) for name, data in writer.season_parquet(of).items()}


def test_the_documented_columns_are_those_of_the_tables():
    assert list(TABLE_COLUMNS) == list(TABLES)
    for name, columns in TABLE_COLUMNS.items():
        assert tuple(c.name for c in columns) == TABLES[name][0]
        assert all(c.doc for c in columns)


@pytest.mark.parametrize("name", TABLES)
def test_it_holds_the_values_of_the_csv(name):
    rows = tables()[f"{name}.parquet"].to_pylist()
    expected = list(csv.DictReader(io.StringIO(season_csv(SEASON, name))))
    assert len(rows) == len(expected) > 0

    def as_csv(value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, dt.datetime):
            return value.isoformat().replace("+00:00", "Z")
        return value.isoformat() if isinstance(value, dt.date) else value

    for row, other in zip(rows, expected, strict=True):
        for column, value in row.items():
            shown, said = as_csv(value), other[column]
            if isinstance(shown, int | float):
                assert shown == float(said), column
            else:
                assert shown == said.removeprefix("'"), column


def test_types_units_and_unknown_values():
    table = tables()["efforts.parquet"]
    assert table.schema.field("start").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.field("local_date").type == pa.date32()
    assert table.schema.field("peak_speed_mps").metadata[b"unit"] == b"m/s"
    assert table.schema.field("counts").type == pa.bool_()
    assert table.column("cadence_spm").to_pylist()[-1] is None
    assert table.schema.metadata[b"table"] == b"efforts"
    assert tables()["runs.parquet"].column("distance_m").null_count == 1
    assert tables()["runs.parquet"].column("source")[0].as_py() == '=cmd|"x"!A.fit'


def test_a_season_without_anything_has_empty_tables_of_the_same_types():
    empty = tables(season())
    assert [t.num_rows for t in empty.values()] == [0] * len(TABLES)
    assert all(empty[name].schema.equals(table.schema) for name, table in tables().items())


def test_the_same_season_gives_the_same_bytes():
    assert writer.season_parquet(SEASON) == writer.season_parquet(SEASON)


class TestVerb:
    @pytest.fixture
    def file(self, tmp_path):
        path = tmp_path / "00.gpx"
        path.write_text(gpx(morning(0), stride_speeds(4)))
        return path

    def test_one_file_per_table_in_a_folder_made_for_them(self, file, tmp_path):
        for verb in ("season", "analyze", "gaps"):
            result = call(verb, file, "--five-k", "19:00", "--format", "parquet", "-o", tmp_path / verb)
            assert result.exit_code in (0, 4), result.output
            assert sorted(p.name for p in (tmp_path / verb).iterdir()) == sorted(f"{name}.parquet" for name in TABLES)
        document = json.loads(call("season", file, "--five-k", "19:00", "--format", "json").stdout)
        starts = pq.read_table(tmp_path / "season" / "efforts.parquet").column("start_s").to_pylist()
        assert starts == [e["start_s"] for e in document["runs"][0]["efforts"]]

    def test_it_needs_a_folder(self, file):
        result = call("season", file, "--format", "parquet")
        assert (result.exit_code, "-o DIR" in result.stderr) == (2, True)
        result = call("season", file, "--format", "parquet", "-o", file)
        assert (result.exit_code, "this is a file" in result.stderr) == (2, True)

    def test_without_pyarrow_it_says_how_to_get_it_before_reading(self, file, tmp_path, monkeypatch):
        find = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "pyarrow" else find(name, *a))
        result = call("season", file, "--format", "parquet", "-o", tmp_path / "out")
        assert (result.exit_code, "pip install 'legspeed[parquet]'" in result.stderr) == (2, True)
        assert not (tmp_path / "out").exists()
        with pytest.raises(OutputError, match="pyarrow"):
            writer.season_parquet(SEASON)
