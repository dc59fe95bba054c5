"""`inspect --messages`: everything in a file by name, and nobody's whereabouts or numbers."""

from __future__ import annotations

import pytest

import builders_fit as fit
from legspeed.errors import UnknownFormatError
from legspeed.readers.fit import messages
from legspeed.readers.fit.names import field_name, field_names
from legspeed.readers.fit.tables import HIDDEN, FieldSummary, MessageTable
from legspeed.settings import Limits


def tables(blob: bytes) -> list[MessageTable]:
    return list(messages(blob, Limits()))


def fields(table: MessageTable) -> dict[str, FieldSummary]:
    return {f.name: f for f in table.fields}


def test_messages_in_order_with_counts():
    found = tables(fit.simple_run(50, laps=[{"start_s": 0, "end_s": 20}, {"start_s": 20, "end_s": 49}]))
    assert [(t.number, t.name, t.count, t.definitions, t.part) for t in found] == [
        (0, "file_id", 1, 1, 1),
        (21, "event", 2, 1, 1),
        (20, "record", 50, 1, 1),
        (19, "lap", 2, 1, 1),
        (18, "session", 1, 1, 1),
        (34, "activity", 1, 1, 1),
    ]


def test_ranges_units_words_and_dates():
    found = {t.name: fields(t) for t in tables(fit.simple_run(50, laps=[{"start_s": 0, "end_s": 20}]))}
    record = found["record"]
    assert (record["heart_rate"].values, record["heart_rate"].unit) == ("140 … 146", "beats/min")
    assert (record["enhanced_speed"].values, record["enhanced_speed"].unit) == ("3 … 3.2", "m/s")
    assert record["enhanced_altitude"].values == "400 … 407.8"
    assert (record["heart_rate"].type, record["heart_rate"].count) == ("uint8", 50)
    assert record["timestamp"].values == "2023-10-14T07:20:00Z … 2023-10-14T07:20:49Z"
    assert found["session"]["sport"].values == "running"
    assert found["file_id"]["type"].values == "activity"
    assert found["file_id"]["manufacturer"].values == "Garmin"
    assert found["lap"]["lap_trigger"].values == "manual"
    assert (found["lap"]["total_distance"].count, found["lap"]["total_distance"].values) == (0, "")


def test_nothing_private_is_shown():
    profile = fit.Layout(6, 3, [(0, "string", 8), (2, "uint8"), (4, "uint16")])
    unknown = fit.Layout(7, 20, [(253, "uint32"), (211, "sint32"), (212, "uint8")])
    nameless = fit.Layout(8, 65_288, [(1, "uint8"), (2, "string", 6)])
    body = [fit.file_id(), profile.definition(), profile.data("Ada", 37, 570)]
    body += [
        unknown.definition(),
        unknown.data(fit.START, 567_000_000, 9),
        nameless.definition(),
        nameless.data(7, "Ada"),
    ]
    body += fit.records([fit.START + 1], fit.default_columns(1))
    found = {t.name: fields(t) for t in tables(fit.fit_file(body))}
    hidden = [
        found["file_id"]["serial_number"],
        *(f for f in found["user_profile"].values()),
        found["record"]["position_lat"],
        found["record"]["position_long"],
        found["record"]["field 211"],
        *(f for f in found["message 65288"].values()),
    ]
    assert {f.values for f in hidden} == {HIDDEN}
    assert all(f.count for f in hidden)
    assert found["record"]["field 212"].values == "9"
    text = repr(tables(fit.fit_file(body)))
    assert "Ada" not in text
    assert "1234" not in text


def test_developer_fields_by_name():
    shape = fit.Layout(5, 20, [(253, "uint32")], dev_fields=[(4, 2, 0), (9, 1, 0)])
    about = fit.FIELD_DESCRIPTION.definition() + fit.FIELD_DESCRIPTION.data(0, 4, 0x84, "Power", "Watts", 20, 7)
    rows = [shape.data(fit.START + k, dev=bytes([200 + k, 0, 1])) for k in range(3)]
    found = {t.name: t for t in tables(fit.fit_file([fit.file_id(), about, shape.definition(), *rows]))}
    named, nameless = (f for f in found["record"].fields if f.developer)
    assert (named.name, named.unit, named.values, named.type, named.count) == (
        "Power",
        "Watts",
        "200 … 202",
        "uint16",
        3,
    )
    assert (nameless.name, nameless.type) == ("developer field 9", "not described")


def test_texts_are_safe_and_few():
    step = fit.Layout(6, 27, [(0, "string", 12)])
    body = [fit.file_id(5), step.definition()]
    body += [step.data(f"\x1b[31mstep {k}".encode()) for k in range(9)]
    (_, steps) = tables(fit.fit_file(body))
    assert steps.fields[0].values == "[31mstep 0, [31mstep 1, [31mstep 2, [31mstep 3, [31mstep 4"
    assert steps.fields[0].count == 9


def test_chained_parts_and_other_types():
    found = tables(fit.simple_run(5) + fit.fit_file(fit.file_id(2)))
    assert (found[-1].name, found[-1].part) == ("file_id", 2)
    assert fields(found[-1])["type"].values == "settings"


def test_damaged_files_are_listed_too():
    blob = fit.simple_run(40)
    assert {t.name for t in tables(blob[:-200])} >= {"file_id", "record"}
    with pytest.raises(UnknownFormatError):
        messages(b"no", Limits())


def test_names_are_well_formed():
    known = field_names()
    assert len(known) > 300
    assert all(name.name.isidentifier() and name.scale > 0 for name in known.values())
    assert field_name(20, 253) == field_name(19, 253)
    assert field_name(20, 73).scale == 1000.0
    assert field_name(20, 250) is None
