"""Edits of the athlete file: exactly one row changes, every other byte stays, and harm is refused."""

import datetime as dt
import tomllib

import pytest
from hypothesis import given, settings, strategies

from legspeed import athlete
from legspeed.athlete import ManualSession, Strike
from legspeed.athlete_edit import add_session, add_strike, remove_session, remove_strike
from legspeed.errors import SettingsError

FILE = """\
# Sam's file; keep this line
[athlete]
name = "Sam"   # me

[[session]]   # the track, no watch
date = 2024-05-14
kind = "stride"
count = 6
seconds = 20  # about

# weeks of illness
[[mute]]
from = 2024-06-01
to = 2024-06-21

[settings.gaps]
notice_d = 9   # stricter
# the end
"""
SESSION = ManualSession(dt.date(2024, 5, 20), "hill_sprint", 8, 10.0)
STRIKE = Strike("export.zip!activities/1.fit.gz", 1830.5)
N = "legspeed.toml"


def parsed(data):
    return athlete.parse(data, N)


def lines_gone(before, after):
    left = after.decode("utf-8-sig").splitlines()
    return [line for line in before.splitlines() if line not in left]


def test_a_session_is_added_beside_its_like_and_nothing_is_lost():
    after = add_session(FILE.encode(), SESSION, name=N)
    assert parsed(after).sessions == (ManualSession(dt.date(2024, 5, 14), "stride", 6, 20), SESSION)
    assert lines_gone(FILE, after) == []
    text = after.decode()
    assert text.index("seconds = 20  # about") < text.index('kind = "hill_sprint"') < text.index("# weeks of illness")
    assert remove_session(after, SESSION, name=N) == FILE.encode()


def test_a_strike_goes_to_the_end_where_there_is_none_yet():
    after = add_strike(FILE.encode(), STRIKE, name=N)
    assert parsed(after).strikes == (STRIKE,)
    assert after.decode().startswith(FILE)
    assert after.decode().endswith("start_s = 1830.5\n")
    back = remove_strike(after, Strike(STRIKE.source, 1831.9), name=N)
    assert tomllib.loads(back.decode()) == tomllib.loads(FILE)
    assert lines_gone(FILE, back) == []


def test_the_same_effort_is_struck_once():
    once = add_strike(b"", STRIKE, name=N)
    assert add_strike(once, Strike(STRIKE.source, 1829.0), name=N) == once
    assert len(parsed(add_strike(once, Strike(STRIKE.source, 1900.0), name=N)).strikes) == 2


def test_an_empty_file_becomes_one():
    assert add_session(b"", ManualSession(dt.date(2024, 5, 20), "plyometrics", 3), name=N).decode() == (
        '[[session]]\ndate = 2024-05-20\nkind = "plyometrics"\ncount = 3\n'
    )


def test_removing_says_what_there_is():
    with pytest.raises(SettingsError, match="on that day there are stride 6"):
        remove_session(FILE.encode(), ManualSession(dt.date(2024, 5, 14), "stride", 5), name=N)
    with pytest.raises(SettingsError, match="that day has none"):
        remove_session(FILE.encode(), SESSION, name=N)
    once = add_strike(b"", STRIKE, name=N)
    with pytest.raises(SettingsError, match=r"struck out in it are 1830\.5"):
        remove_strike(once, Strike(STRIKE.source, 5.0), name=N)
    with pytest.raises(SettingsError, match="nothing in it is struck out"):
        remove_strike(once, Strike("b.fit", 5.0), name=N)


def test_the_comment_of_what_follows_survives_the_removal():
    after = remove_session(FILE.encode(), ManualSession(dt.date(2024, 5, 14), "stride", 6), name=N)
    assert parsed(after).sessions == ()
    assert b"# weeks of illness\n[[mute]]" in after
    assert set(lines_gone(FILE, after)) == {
        "[[session]]   # the track, no watch", "date = 2024-05-14", 'kind = "stride"', "count = 6",
        "seconds = 20  # about",
    }  # fmt: skip


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark_stay(ends, mark, last):
    text = FILE if last else FILE.rstrip("\n")
    data = (mark + text.replace("\n", ends)).encode()
    after = add_session(data, SESSION, name=N)
    assert after.startswith(mark.encode() + b"# Sam")
    assert after.count(b"\r\n") == (after.count(b"\n") if ends == "\r\n" else 0)
    assert parsed(add_strike(after, STRIKE, name=N)).strikes == (STRIKE,)


def test_headings_written_in_another_way_are_understood():
    for written in (
        '[athlete]\nname = """\n[[session]]\n"""\n[[session]]\ndate = 2024-05-14\nkind = "stride"\ncount = 6\n',
        '[[ "session" ]]\ndate = 2024-05-14\nkind = "stride"\ncount = 6\n',
    ):
        data = add_session(written.encode(), SESSION, name=N)
        before, after = parsed(written.encode()), parsed(data)
        assert (after.sessions, after.name) == ((*before.sessions, SESSION), before.name)
        assert remove_session(data, SESSION, name=N) == written.encode()


def test_rows_in_one_line_are_left_to_the_runner_with_what_to_write():
    written = b'session = [{date = 2024-05-14, kind = "stride", count = 6}]\n'
    with pytest.raises(SettingsError, match=r"write it in yourself: \[\[session\]\]; date = 2024-05-20"):
        add_session(written, SESSION, name=N)
    with pytest.raises(SettingsError, match=r"take the row out of \[\[session\]\] yourself"):
        remove_session(written, ManualSession(dt.date(2024, 5, 14), "stride", 6), name=N)


def test_a_mistake_in_the_file_is_told_before_anything_is_changed():
    with pytest.raises(SettingsError, match=r"line 2: .*did you mean 'name'"):
        add_session(b"[athlete]\nnam = 3\n", SESSION, name=N)


def test_characters_that_no_file_can_hold_are_refused():
    with pytest.raises(SettingsError, match="rename that file"):
        add_strike(b"", Strike("a\udc80.fit", 1.0), name=N)


ROWS = strategies.lists(
    strategies.tuples(
        strategies.text(strategies.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip),
        strategies.integers(0, 10_000).map(lambda tenths: tenths * 5 / 10),
    ),
    max_size=6,
    unique_by=lambda row: (row[0], row[1] // 5),
)


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS)
def test_whatever_is_added_comes_back_and_whatever_is_removed_is_gone(first, second):
    data = FILE.encode()
    for source, start_s in first:
        data = add_strike(data, Strike(source, start_s), name=N)
    held = parsed(data)
    for source, start_s in first:
        assert any(s.source == source and abs(s.start_s - start_s) <= 2 for s in held.strikes)
    for source, start_s in second:
        data = remove_strike(add_strike(data, Strike(source, start_s), name=N), Strike(source, start_s), name=N)
        assert not any(s.source == source and abs(s.start_s - start_s) <= 2 for s in parsed(data).strikes)
    assert lines_gone(FILE, data) == []
    assert parsed(data).sessions == held.sessions
