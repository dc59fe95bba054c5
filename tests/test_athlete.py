import datetime as dt

import pytest

from legspeed import athlete, athlete_values
from legspeed.athlete import Athlete, ManualSession, Mute, Race, Strike
from legspeed.errors import SettingsError

FULL = """\
[athlete]
name = "Sam"
five_k = "17:45"
max_speed_mps = 8.6
units = "mi"
time_zone = "Europe/Berlin"

[[race]]
date = 2024-05-12
distance_m = 5000
time = "17:59.5"

[[session]]
date = "2024-05-14"
kind = "hill_sprint"
count = 8
seconds = 10

[[session]]
date = 2024-05-20
kind = "plyometrics"
count = 3

[[strike]]
source = "export.zip!activities/1.fit.gz"
start_s = 1830.5

[[mute]]
from = 2024-06-01
to = 2024-06-21
reason = "injured"

[settings.gaps]
notice_d = 9
"""

SESSION = """\
[[session]]
date = 2024-01-01
kind = "stride"
count = 4

"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="legspeed.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_everything_in_the_file_arrives(written):
    who = athlete.load(written(FULL))
    assert who.name == "Sam"
    assert who.five_k_speed_mps == pytest.approx(5000 / 1065)
    assert (who.max_speed_mps, who.units, who.time_zone) == (8.6, "mi", "Europe/Berlin")
    assert who.races == (Race(dt.date(2024, 5, 12), 5000.0, 1079.5),)
    assert who.sessions == (
        ManualSession(dt.date(2024, 5, 14), "hill_sprint", 8, 10.0),
        ManualSession(dt.date(2024, 5, 20), "plyometrics", 3, None),
    )
    assert who.strikes == (Strike("export.zip!activities/1.fit.gz", 1830.5),)
    assert who.mutes == (Mute(dt.date(2024, 6, 1), dt.date(2024, 6, 21), "injured"),)
    assert who.settings.gaps.notice_d == 9


def test_an_empty_file_knows_nothing(written):
    assert athlete.load(written("")) == Athlete()


def test_a_byte_order_mark_of_a_windows_editor_is_no_error(written):
    assert athlete.load(written(b"\xef\xbb\xbf" + FULL.encode())).name == "Sam"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[athlete]\nname = "S"\nfive_k = "1745"', 'line 3: [athlete] five_k: a time such as "17:45"'),
        ("[athlete]\nfive_k = 1065", 'line 2: [athlete] five_k: a time such as "17:45"'),
        ('[athlete]\nfive_k = "17:75"', "more than 59 seconds"),
        ('[athlete]\nfive_k = "9:00"', 'between "12:00" and "60:00"'),
        ("[athlete]\nmax_speed_mps = 31", "line 2: [athlete] max_speed_mps: a number from 3 to 12.5 m/s"),
        ("[athlete]\nmax_speed_mps = nan", "a number from 3 to 12.5"),
        ("[athlete]\nmax_speed_mps = true", "a number from 3 to 12.5"),
        ('[athlete]\nunits = "miles"', '"km" or "mi"'),
        ('[athlete]\ntime_zone = "Europe/Berln"', "did you mean 'Europe/Berlin'"),
        ('[athlete]\ntime_zone = "../../etc/passwd"', "no known time zone"),
        ('[athlete]\nfivek = "17:45"', "line 2: [athlete] fivek: no such key; did you mean 'five_k'?"),
        ("[athlet]\n", "line 1: [athlet]: no such table; did you mean 'athlete'?"),
        ("athlete = 3", "a table [athlete] is wanted"),
        ("[race]\ndate = 2024-01-01", "line 1: [race]: write each one under its own [[race]]"),
        ('[[race]]\ndate = 2024-01-01\ntime = "17:00"', "line 1: [race]: distance_m is missing"),
        (SESSION + SESSION.replace("2024-01-01", "2024-02-30"), "line 7"),
        (
            SESSION + SESSION.replace("2024-01-01", '"2024-02-30"'),
            "line 7: [session] date: a date such as 2024-05-01",
        ),
        ('[[session]]\ndate = 2024-01-01\nkind = "strides"\ncount = 4', "did you mean 'stride'"),
        ('[[session]]\ndate = 2024-01-01\nkind = "stride"\ncount = 0', "a whole number from 1 to 1000"),
        ('[[strike]]\nsource = "a.fit"\nstart_s = -1', "a number from 0"),
        ("[[mute]]\nfrom = 2024-06-21\nto = 2024-06-01", "line 2: [mute] from: ends (2024-06-01) before it begins"),
        ("[[mute]]\nfrom = 2024-06-21T10:00:00\nto = 2024-07-01", "a date such as"),
        ("[settings.gaps]\nnotice_d = 9\nflag_d = 9000", "line 3: settings.gaps.flag_d = 9000: allowed are"),
        ("[settings.gap]\nnotice_d = 9", "line 1: settings.gap: no such group; did you mean 'gaps'?"),
        (
            '[[session]]\ndate = 0024-05-14\nkind = "stride"\ncount = 4',
            "line 2: [session] date: a date from 1970 to 2199",
        ),
        ('[[race]]\ndate = 2024-01-01\ndistance_m = 5000\ntime = "0:00"', "line 4: [race] time: 5000 m in 0 s"),
        (SESSION + '[[race]]\ndate = 2024-01-01\ndistance_m = 60\ntime = "9:00"', "line 9: [race] time: 60 m in 540 s"),
        ("[athlete\nname=3", "line 1"),
        (
            "[athlete]\nfive_k = 17:45",
            "(at line 2, column 12): mend that line: the file is TOML, with texts and times in quotes",
        ),
        ("[[race]]\ndate = 2024-01-01\ndistance_m = 5000\ntime = 00:19:30", "in quotes in the file), not 00:19:30"),
        (b"[athlete]\nname = '\xff'", "not in UTF-8"),
        (b"a = " + b"[" * 50_000, "mend"),
        (b"#" * (2**20 + 1), "larger than 1 MiB"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(written, text, said):
    path = written(text)
    with pytest.raises(SettingsError) as caught:
        athlete.load(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        athlete.load(tmp_path / "legspeed.toml")


@pytest.mark.parametrize(
    ("text", "seconds"), [("17:45", 1065), ("1:23:45", 5025), ("59.8", 59.8), (" 4:02.5 ", 242.5), ("72:00", 4320)]
)
def test_race_times(text, seconds):
    assert athlete_values.clock_seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "17.45.3", "a:10", "1:60", "1:75:10", "-1:10", "17:5:", None, 3])
def test_what_is_no_race_time(text):
    with pytest.raises(SettingsError, match="17:45"):
        athlete_values.clock_seconds(text)


class TestFind:
    def test_in_the_folder_of_the_runs(self, tmp_path):
        (tmp_path / "legspeed.toml").touch()
        assert athlete.find([tmp_path]) == tmp_path / "legspeed.toml"

    def test_beside_a_file_an_archive_or_a_folder(self, tmp_path):
        (tmp_path / "legspeed.toml").touch()
        (tmp_path / "runs").mkdir()
        for name in ("a.fit", "export.zip", "runs"):
            assert athlete.find([tmp_path / name]) == tmp_path / "legspeed.toml"

    def test_the_one_in_the_folder_before_the_one_beside_it(self, tmp_path):
        (tmp_path / "runs").mkdir()
        for place in (tmp_path, tmp_path / "runs"):
            (place / "legspeed.toml").touch()
        assert athlete.find([tmp_path / "runs"]) == tmp_path / "runs" / "legspeed.toml"

    def test_none(self, tmp_path):
        (tmp_path / "runs").mkdir()
        assert athlete.find([tmp_path / "runs", tmp_path / "missing.fit"]) is None

    def test_several_are_refused(self, tmp_path):
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "legspeed.toml").touch()
        with pytest.raises(SettingsError, match="choose one with --athlete"):
            athlete.find([tmp_path / "a", tmp_path / "b"])
        assert athlete.find([tmp_path / "a", tmp_path / "a" / "1.fit"]) is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# me\nathlete = {name = 3}\n", 2),
        ("# me\n\nathlete.name = 3\n", 3),
        ('["athlete"]\n\n"na\\u006de" = 3\n', 3),
        ('[athlete]\nname = """\n[athlete]\nunits = 1\n"""\nunits = "x"\n', 6),
        ('session = [\n  {date = 2024-01-01, kind = "stride", count = 0},\n]\n', 1),
        ("[settings]\n\nnotice_d = 9\n", 3),
        ("[settings]\ngaps = {notice_d = 900}\n", 2),
        ("[athlete]\n[a.b]\nc = 1\n", 2),
        (SESSION + "[[session]]\n# no more\n", 6),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_line_is_named_however_it_is_written(text, line, ends):
    with pytest.raises(SettingsError, match=rf"^x\.toml, line {line}: "):
        athlete.parse(text.replace("\n", ends).encode(), "x.toml")


def test_a_file_made_to_make_the_search_long_gets_its_error_all_the_same():
    text = '[athlete]\nname = """' + "x\n" * 20_000 + '"""\nunits = 3\n'
    with pytest.raises(SettingsError, match='"km" or "mi" is wanted'):
        athlete.parse(text.encode(), "x.toml")
