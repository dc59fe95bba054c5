"""The season as Parquet, one file per table, types and units with the columns. Needs the optional package pyarrow."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import itertools
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from legspeed.errors import OutputError
from legspeed.model import Season
from legspeed.reporter.columns import TABLE_COLUMNS
from legspeed.reporter.tables import TABLES
from legspeed.version import __version__

#: So many rows become columns at once: as Python values they take ten times as much memory.
_ROWS_AT_ONCE: Final = 1024


def require_pyarrow() -> None:
    """Say how to get pyarrow where it is missing.

    Raises
    ------
    OutputError
        When it is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise OutputError(
            "--format parquet needs the package pyarrow: install it with  pip install 'legspeed[parquet]'  "
            "or choose --format csv"
        )


def season_parquet(season: Season) -> dict[str, bytes]:
    """Return the season's tables as Parquet files, by file name.

    Each column is nullable and has ``unit`` and ``meaning`` in its metadata; see :data:`TABLE_COLUMNS`.

    Raises
    ------
    OutputError
        Without pyarrow.
    """
    require_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    types: Mapping[str, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "time": pa.timestamp("ms", tz="UTC"),
    }
    files = {}
    for name, columns in TABLE_COLUMNS.items():
        schema = pa.schema(
            [pa.field(c.name, types[c.kind], metadata={"unit": c.unit, "meaning": c.doc}) for c in columns],
            metadata={"legspeed": __version__, "table": name, "settings_id": season.settings_id},
        )
        rows, batches = iter(TABLES[name][1](season)), []
        while some := list(itertools.islice(rows, _ROWS_AT_ONCE)):
            cells = [
                pa.array([_READ.get(c.kind, _as_it_is)(row[c.name]) for row in some], type=types[c.kind])
                for c in columns
            ]
            batches.append(pa.RecordBatch.from_arrays(cells, schema=schema))
        stream = io.BytesIO()
        parquet.write_table(pa.Table.from_batches(batches, schema).combine_chunks(), stream)
        files[f"{name}.parquet"] = stream.getvalue()
    return files


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - a cell
    return value


def _date(value: Any) -> dt.date | None:  # noqa: ANN401 - a cell
    return None if value is None else dt.date.fromisoformat(value)


def _time(value: Any) -> dt.datetime | None:  # noqa: ANN401 - a cell
    return None if value is None else dt.datetime.fromisoformat(value)


_READ: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType({"date": _date, "time": _time})
