"""Jumps: from strength sets, workout steps, laps and the athlete file; their own line, and never the end of a gap."""

import datetime as dt
import json

import pytest
from garmin_fit_sdk import Encoder

from builders_season import gpx, morning, stride_speeds
from calling import call
from legspeed.athlete import Athlete, ManualSession
from legspeed.model import Jumps, StrengthSession, StrengthSet
from legspeed.readers import read
from legspeed.reporter.document import season_document
from legspeed.reporter.season_text import season_blocks
from legspeed.reporter.tables import season_csv
from legspeed.seasons.book import Book
from legspeed.seasons.plyometrics import sessions_of
from legspeed.seasons.season import season

FILE_ID, RECORD, LAP, SESSION, ACTIVITY, WORKOUT_STEP, SET, TITLE = 0, 20, 19, 18, 34, 27, 225, 264
PLYO, SQUAT, LUNGE, UNKNOWN = 20, 28, 17, 65534
ACTIVE, REST = 1, 0


def strength(start, sets, *, steps=(), titles=(), sport="training", laps=(), running_s=0) -> bytes:
    """Encode a session with Garmin's own encoder.

    A set is (seconds, repetitions, set type, category, exercise number, step); a step (name, category, number).
    """
    encoder = Encoder()

    def write(number, **fields):
        encoder.write_mesg({"mesg_num": number, **fields})

    write(FILE_ID, type="activity", manufacturer="garmin", product=3258, time_created=start)
    for index, (name, category, number) in enumerate(steps):
        more = {} if category is None else {"exercise_category": category, "exercise_name": number}
        write(WORKOUT_STEP, message_index=index, wkt_step_name=name, duration_type="open", intensity="active", **more)
    for index, (category, number, name) in enumerate(titles):
        write(TITLE, message_index=index, exercise_category=category, exercise_name=number, wkt_step_name=name)
    at = start
    for seconds, repetitions, kind, category, number, step in sets:
        more = {} if category is None else {"category": [category], "category_subtype": [number]}
        more |= {} if repetitions is None else {"repetitions": repetitions}
        more |= {} if step is None else {"wkt_step_index": step}
        end = at + dt.timedelta(seconds=seconds)
        write(SET, timestamp=end, duration=seconds, set_type=kind, start_time=at, **more)
        at = end
    for second in range(running_s):
        write(
            RECORD,
            timestamp=start + dt.timedelta(seconds=second),
            distance=3.0 * second,
            enhanced_speed=3.0,
            cadence=82,
        )
    for begin, end, step in laps:
        since = {"start_time": start + dt.timedelta(seconds=begin), "total_elapsed_time": end - begin}
        write(LAP, timestamp=start + dt.timedelta(seconds=end), wkt_step_index=step, intensity="active", **since)
    length = max(running_s, (at - start).total_seconds())
    end = start + dt.timedelta(seconds=length)
    write(SESSION, timestamp=end, start_time=start, total_elapsed_time=length, total_timer_time=length, sport=sport)
    write(ACTIVITY, timestamp=end, total_timer_time=length, num_sessions=1)
    return encoder.close()


#: Three sets of squat jumps, one of box jumps, with rests, a plank and throws between them.
NATIVE = (
    (15, 12, ACTIVE, PLYO, 3, None),
    (90, None, REST, PLYO, 3, None),
    (15, 11, ACTIVE, PLYO, 3, None),
    (45, None, ACTIVE, 19, 43, None),
    (20, 8, ACTIVE, PLYO, 33, None),
    (30, 10, ACTIVE, PLYO, 25, None),
    (20, 10, ACTIVE, SQUAT, 89, None),
    (60, 10, ACTIVE, SQUAT, 61, None),
)


@pytest.fixture
def runs(tmp_path):
    """A folder with a run on the first and on the 20th day, strides in the first."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.gpx").write_text(gpx(morning(0), stride_speeds()))
    (tmp_path / "runs" / "b.gpx").write_text(gpx(morning(20)))
    return tmp_path / "runs"


def jumps(data):
    return [(one.exercise, one.repetitions) for one in read(data).strength_sets if one.is_plyometric]


class TestWhichSetsAreJumps:
    def test_native_sets_by_category_and_by_exercise_without_rests_and_throws(self):
        assert jumps(strength(morning(1), NATIVE)) == [
            ("body_weight_jump_squat", 12),
            ("body_weight_jump_squat", 11),
            ("box_jump", 8),
            ("squat_jumps_in_n_out", 10),
        ]

    def test_sets_named_by_their_workout_step(self):
        steps = (("Bounding 30 m", None, None), ("Push up", 22, 77), ("3 Sprünge", None, None), ("", PLYO, 7))
        sets = [(20, 10, ACTIVE, None, None, 0), (20, 9, ACTIVE, UNKNOWN, 0, 1), (20, 3, ACTIVE, UNKNOWN, 0, 2)]
        data = strength(morning(1), [*sets, (20, 5, ACTIVE, None, None, 3)], steps=steps)
        assert jumps(data) == [("Bounding 30 m", 10), ("3 Sprünge", 3), ("depth_jump", 5)]

    def test_sets_named_by_the_title_of_their_exercise(self):
        titles = ((LUNGE, 21, "Split squat hops"), (SQUAT, 61, "Squat"))
        sets = [(20, 10, ACTIVE, LUNGE, 21, None), (20, 10, ACTIVE, SQUAT, 61, None)]
        assert jumps(strength(morning(1), sets, titles=titles)) == [("Split squat hops", 10)]

    def test_laps_of_a_run_whose_step_is_called_bounding(self):
        steps = (("Easy", None, None), ("Bounding", None, None))
        data = strength(
            morning(1),
            (),
            steps=steps,
            sport="running",
            laps=((0, 300, 0), (300, 312, 1), (400, 411, 1)),
            running_s=500,
        )
        sets = read(data).strength_sets
        assert [(one.exercise, one.duration_s) for one in sets] == [("Bounding", 12.0), ("Bounding", 11.0)]
        assert sets[0].start == morning(1) + dt.timedelta(seconds=300)

    @pytest.mark.parametrize(
        "name",
        ["Box Jump", "squat jumps", "Bounding", "bounds uphill", "Pogo hops", "Plyo", "Sprunglauf", "Hüpfer",
         "Bondissements", "Pliometría", "Multisalti"],
    )  # fmt: skip
    def test_names_of_jumps(self, name):
        assert StrengthSet(None, None, None, None, name).is_plyometric

    @pytest.mark.parametrize(
        "name",
        ["Jump rope", "Jumping jacks", "Seilspringen", "Medicine ball slam", "Squat", "Hip thrust", "Bound angle pose",
         "Jumping pull ups", "Chop", "Boundary run", None],
    )  # fmt: skip
    def test_names_of_other_things(self, name):
        assert not StrengthSet(None, None, None, None, name).is_plyometric


class TestInASeason:
    def add(self, runs, **files):
        for name, data in files.items():
            (runs / f"{name}.fit").write_bytes(data)

    def test_they_are_counted_though_the_file_is_no_run(self, runs):
        self.add(runs, gym=strength(morning(5), NATIVE))
        found = season(runs, jobs=1)
        assert [(n.source, n.reason) for n in found.not_runs] == [("gym.fit", "strength training")]
        exposure = season_document(found)["exposure"]
        assert exposure["plyometrics"] == {
            "last_date": "2024-01-06",
            "days_since": 15,
            "total": {"sessions": 1, "sets": 4, "seconds": 70.0, "repetitions": 41},
            "sessions": [{"date": "2024-01-06", "source": "gym.fit", "sets": 4, "seconds": 70.0, "repetitions": 41}],
        }
        assert exposure["days_since_by_kind"]["plyometrics"] == 15
        (week,) = [w for w in exposure["weeks"] if w["plyometrics"]["sets"]]
        assert (week["week"], week["sessions"], week["plyometrics"]["seconds"]) == ("2024-W01", 1, 70.0)
        assert [d["date"] for d in exposure["days"]] == ["2024-01-01", "2024-01-06"]

    def test_they_close_no_gap(self, runs):
        without = season(runs, jobs=1)
        self.add(runs, gym=strength(morning(12), NATIVE))
        found = season(runs, jobs=1)
        assert found.gaps == without.gaps
        assert [gap.days for gap in found.gaps] == [20]

    def test_the_same_session_from_two_sources_counts_once(self, runs):
        self.add(runs, gym=strength(morning(5), NATIVE), again=strength(morning(5), NATIVE[:3]))
        (one,) = season(runs, jobs=1).exposure.plyometrics
        assert (one.source, one.sets) == ("gym.fit", 4)

    def test_two_sessions_on_a_day_and_some_by_hand(self, runs):
        self.add(runs, gym=strength(morning(5), NATIVE), hop=strength(morning(5) + dt.timedelta(hours=5), NATIVE[:1]))
        by_hand = (
            ManualSession(dt.date(2024, 1, 8), "plyometrics", 3, 15.0),
            ManualSession(dt.date(2024, 1, 9), "plyometrics", 2),
        )
        found = season(runs, jobs=1, athlete=Athlete(sessions=by_hand)).exposure
        assert Jumps.of(found.plyometrics) == Jumps(3, 4 + 1 + 3 + 2, 70.0 + 15.0 + 45.0, 41 + 12)
        assert [(w.plyometrics.sessions, w.plyometrics.sets) for w in found.weeks] == [(1, 5), (2, 5), (0, 0)]

    def test_the_book_keeps_them(self, runs, tmp_path):
        self.add(runs, gym=strength(morning(5), NATIVE))
        with Book(tmp_path / "book.sqlite") as book:
            first, second = season(runs, jobs=1, book=book), season(runs, jobs=1, book=book)
        assert first == second == season(runs, jobs=1)
        assert second.exposure.plyometrics

    def test_text_csv_and_json(self, runs):
        self.add(runs, gym=strength(morning(5), NATIVE), later=strength(morning(20), NATIVE[:1]))
        shown = call("season", runs, "--no-book", "-q").stdout
        said = " ".join(shown.split())
        assert "Plyometrics Sun 2024-01-21, the last day looked at: 1 set, 12 repetitions, 0:15" in said
        assert "in all 2 sessions: 5 sets, 53 repetitions, 1:25" in shown
        assert "2 × strength training" in shown
        found = season(runs, jobs=1)
        header, *rows = season_csv(found, "months").splitlines()
        row = dict(zip(header.split(","), rows[0].split(","), strict=True))
        assert [row[f"plyometric_{n}"] for n in ("sessions", "sets", "seconds", "repetitions")] == [
            "2",
            "5",
            "85.0",
            "53",
        ]
        assert json.loads(json.dumps(season_document(found)))["exposure"]["months"][0]["plyometrics"]["sets"] == 5

    def test_the_local_date_is_that_of_the_neighbouring_run(self):
        from builders_season import digest

        east = digest(morning(4), offset_s=9 * 3600)
        late = StrengthSession(
            "gym.fit", morning(4) + dt.timedelta(hours=14), None, (StrengthSet(None, 15.0, "plyo", 9),)
        )
        (one,) = sessions_of([late], [east], None)
        assert one.date == dt.date(2024, 1, 6)

    def test_what_no_set_tells_is_unknown(self):
        (one,) = sessions_of([StrengthSession("g", morning(0), 0, (StrengthSet(None, None, "plyo", None),))], [], None)
        assert (one.sets, one.seconds, one.repetitions) == (1, None, None)
        assert Jumps() == Jumps(0, 0, 0.0, 0)

    def test_a_season_of_strength_alone_has_no_run(self, runs):
        for file in runs.iterdir():
            file.unlink()
        self.add(runs, gym=strength(morning(5), NATIVE))
        found = season(runs, jobs=1)
        assert (found.exit_code, found.exposure.as_of) == (3, None)
        assert list(season_blocks(found, units="km"))
