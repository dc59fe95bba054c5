"""Notes: each states its numbers and names its efforts; silent where nothing is to be said."""

import dataclasses
import re

import pytest

from builders_season import YARDSTICK, added_up, day, easy, effort, fast, season, strides
from legspeed import athlete as athlete_file
from legspeed.athlete import Athlete, ManualSession, Mute
from legspeed.errors import SettingsError
from legspeed.model import NOTE_CODES, Note
from legspeed.reporter.document import season_document
from legspeed.reporter.season_text import season_blocks
from legspeed.settings import Settings


def of(*runs, athlete=None, as_of=None, settings=None, yardstick=YARDSTICK):
    as_of = as_of or max(r.local_date for r in runs)
    found = added_up(runs, athlete=athlete, yardstick=yardstick, settings=settings, as_of=as_of)
    return {note.code: note for note in found.notes}


def sprints(count=4, rest_s=30.0, seconds=10.0, kind="sprint", tier="max", start_s=1800.0):
    return tuple(
        dataclasses.replace(
            effort(start_s + (seconds + rest_s) * i, seconds, kind=kind, tier=tier),
            recovery_s=rest_s if i < count - 1 else None,
        )
        for i in range(count)
    )


def test_nothing_is_said_without_runs_or_of_a_good_habit():
    assert added_up((), as_of=None).notes == ()
    assert added_up((), as_of=day(3)).notes == ()
    assert of(*(fast(n) if n % 7 in (1, 4) else easy(n) for n in range(0, 56))) == {}


class TestStartSmall:
    def test_an_open_long_stretch_says_how_to_begin_and_names_the_last_efforts(self):
        note = of(fast(0), *(easy(n) for n in range(2, 40, 3)), as_of=day(40))["start-small"]
        assert "40 days" in note.text
        assert str(day(0)) in note.text
        assert "1-2 hill sprints" in note.text
        assert "3-4 relaxed strides" in note.text
        assert note.efforts == tuple(f"2024-01-01.fit@{1800 + 90 * i:.1f}" for i in range(6))

    def test_a_month_is_no_long_stretch_yet(self):
        assert "start-small" not in of(fast(0), *(easy(n) for n in range(2, 29)), as_of=day(28))

    @pytest.mark.parametrize(("count", "said"), [(4, False), (5, True)])
    def test_the_first_day_back(self, count, said):
        found = of(fast(0), *(easy(n) for n in range(2, 40, 3)), fast(41, *strides(count)))
        assert ("start-small" in found) is said
        if said:
            assert "41 days" in found["start-small"].text
            assert "was 5 efforts. A small start" in found["start-small"].text
            assert len(found["start-small"].efforts) == 5

    @pytest.mark.parametrize(("count", "said"), [(2, False), (3, True)])
    def test_hill_sprints_start_smaller(self, count, said):
        hills = sprints(count, rest_s=120, kind="hill_sprint", tier="turnover")
        assert ("start-small" in of(fast(0), easy(20), fast(41, *hills))) is said

    def test_what_could_not_be_seen_is_not_held_against_him(self):
        blind = [easy(n, assessable=False) for n in range(5, 40, 5)]
        assert "start-small" not in of(fast(0), *blind, as_of=day(40))

    def test_a_muted_open_stretch_is_left_in_peace_but_the_return_is_not(self):
        mute = Athlete(mutes=(Mute(day(3), day(60), "injured"),))
        assert "start-small" not in of(fast(0), easy(2), as_of=day(45), athlete=mute)
        assert "start-small" in of(fast(0), easy(2), fast(61), athlete=mute)

    def test_an_old_return_is_no_news(self):
        assert "start-small" not in of(fast(0), fast(41), *(fast(n) for n in range(44, 80, 3)))


class TestJump:
    def history(self, seconds):
        return [fast(n, effort(seconds=seconds, tier="near_max")) for n in range(0, 40, 4)]

    @pytest.mark.parametrize(
        ("before", "now", "said"),
        [(50, 65, False), (50, 66, True), (30, 55, False), (19, 39, False), (19, 40, True), (30, 60, False)],
    )
    def test_the_two_borders(self, before, now, said):
        halves = (effort(1800, now / 2, tier="near_max"), effort(2400, now / 2, tier="max"))
        found = of(*self.history(before), fast(42, *halves))
        assert ("jump" in found) is said
        if said:
            assert f"{now} s" in found["jump"].text
            assert f"{before} s" in found["jump"].text
            assert len(found["jump"].efforts) == 3

    def test_slower_tiers_and_struck_out_efforts_are_not_in_it(self):
        slow = [effort(1800 + 60 * i, 25) for i in range(8)]
        struck = [effort(1800 + 60 * i, 25, tier="max", counts=False) for i in range(8)]
        assert "jump" not in of(*self.history(20), fast(42, *slow), fast(43, *struck))

    def test_nothing_is_known_before_the_first_run(self):
        big = fast(12, *(effort(1800 + 60 * i, 25, tier="max") for i in range(6)))
        assert "jump" not in of(*(easy(n) for n in range(12)), big)

    def test_what_was_not_seen_is_no_zero(self):
        big = fast(42, *(effort(1800 + 60 * i, 25, tier="max") for i in range(6)))
        assert "jump" in of(fast(0), easy(20), easy(30), big, settings=Settings.from_mapping({"gaps": {"flag_d": 60}}))
        blind = [easy(n, assessable=False) for n in range(13, 40, 3)]
        wide = Settings.from_mapping({"gaps": {"flag_d": 60}})
        assert "jump" not in of(fast(0), *blind, big, settings=wide)

    def test_sessions_by_hand_are_a_habit_too(self):
        by_hand = Athlete(sessions=(ManualSession(day(30), "sprint", 10, 12),))
        big = fast(42, *(effort(1800 + 60 * i, 25, tier="max") for i in range(6)))
        assert "jump" in of(*self.history(20), big)
        assert "jump" not in of(*self.history(20), big, athlete=by_hand)


class TestTiredLegs:
    def test_sprints_after_hard_reps(self):
        hard = (effort(900, 90, kind="interval", tier=None), effort(1200, 90, kind="interval", tier=None))
        note = of(fast(0, *hard, *sprints(2, rest_s=200)))["tired-legs"]
        assert "2 efforts at maximal speed" in note.text
        assert "180 s" in note.text
        assert len(note.efforts) == 4

    def test_not_before_them_nor_after_little_nor_at_less_than_maximal_speed(self):
        hard = (effort(2900, 200, kind="interval", tier=None),)
        assert "tired-legs" not in of(fast(0, *sprints(2, rest_s=200), *hard))
        assert "tired-legs" not in of(fast(0, effort(900, 179, kind="interval", tier=None), *sprints(2)))
        early = (effort(900, 200, kind="interval", tier=None),)
        assert "tired-legs" not in of(fast(0, *early, *sprints(2, tier="near_max")))


class TestShortRest:
    @pytest.mark.parametrize(
        ("seconds", "rest", "said"), [(8, 59, True), (8, 60, False), (15, 89, True), (15, 90, False)]
    )
    def test_a_minute_or_six_times_the_effort(self, seconds, rest, said):
        found = of(fast(0, *sprints(5, rest_s=rest, seconds=seconds, kind="hill_sprint")))
        assert ("short-rest" in found) is said
        if said:
            assert f"{rest} s" in found["short-rest"].text
            assert len(found["short-rest"].efforts) == 4  # the last has no rest after it

    def test_strides_are_exempt(self):
        assert "short-rest" not in of(fast(0, *sprints(6, rest_s=20, seconds=20, kind="stride", tier="turnover")))


class TestStridesAllOut:
    def sessions(self, *tiers):
        return [fast(4 * n, *(effort(1800 + 90 * i, 15, tier=tier) for i in range(4))) for n, tier in enumerate(tiers)]

    def test_every_time(self):
        note = of(*self.sessions("max", "max", "max"))["strides-all-out"]
        assert "12 of 12 strides" in note.text
        assert "8.00 m/s" in note.text
        assert len(note.efforts) == 12

    def test_now_and_then_or_twice_is_no_habit(self):
        assert "strides-all-out" not in of(*self.sessions("max", "near_max", "max"))
        assert "strides-all-out" not in of(*self.sessions("max", "max"))


class TestLongAllOut:
    # all-out over 75 s for 4.5 m/s over 5 km and 8 m/s at most: 4.725 + 3.275 * exp(-0.975) = 5.96 m/s
    @pytest.mark.parametrize(
        ("seconds", "speed", "said"), [(75, 5.85, True), (75, 5.70, False), (120, 6.2, False), (59, 6.6, False)]
    )
    def test_near_all_out_over_about_400_m(self, seconds, speed, said):
        kind, tier = ("interval", None) if seconds > 60 else ("fast_rep", "near_max")
        found = of(fast(0, effort(1800, seconds, kind=kind, tier=tier, speed_mps=speed)))
        assert ("long-all-out" in found) is said
        if said:
            assert "75 s at 5.8 m/s" in found["long-all-out"].text
            assert "6.0" in found["long-all-out"].text
            assert found["long-all-out"].efforts == ("2024-01-01.fit@1800.0",)


class TestTwiceAWeek:
    def test_the_last_weeks_against_the_season(self):
        early = [fast(n) if n % 7 in (1, 4) else easy(n) for n in range(0, 28)]
        late = [fast(n) if n in (30, 38, 46) else easy(n) for n in range(28, 56)]
        note = of(*early, *late)["twice-a-week"]
        assert "3 sessions" in note.text
        assert "0.8 a week" in note.text
        assert "8 weeks" in note.text
        assert "1.4" in note.text  # eleven sessions in eight weeks
        assert len(note.efforts) == 18

    def test_a_season_of_three_weeks_is_held_against_three_weeks(self):
        twice = [fast(n) if n % 7 in (1, 4) else easy(n) for n in range(0, 21)]
        assert "twice-a-week" not in of(*twice)
        once = [fast(n, effort(1800, 20)) if n % 7 == 1 else easy(n) for n in range(0, 21)]
        text = of(*once)["twice-a-week"].text
        assert "3 sessions of speed work in the 21 days to 2024-01-21, 1 effort in the usual one: 1.0 a week" in text
        assert "over all 3 weeks with runs it was 1.0" in text

    def test_a_pause_at_the_begin_of_the_last_weeks_is_held_against_the_habit(self):
        late = [easy(0), *(fast(n) if n in (40, 44, 48, 51, 54) else easy(n) for n in range(38, 56))]
        assert "in the 28 days to" in of(*late)["twice-a-week"].text

    def test_sessions_by_hand_count_and_jumps_do_not(self):
        runs = [fast(n) if n % 7 == 1 else easy(n) for n in range(0, 56)]
        assert "twice-a-week" in of(*runs)
        by_hand = tuple(ManualSession(day(n), "stride", 5, 20) for n in range(4, 56, 7))
        assert "twice-a-week" not in of(*runs, athlete=Athlete(sessions=by_hand))
        jumps = tuple(ManualSession(day(n), "plyometrics", 5, 20) for n in range(4, 56, 7))
        assert "twice-a-week" in of(*runs, athlete=Athlete(sessions=jumps))

    def test_not_in_muted_weeks_nor_of_few_runs_nor_beside_a_long_stretch(self):
        runs = [fast(n) if n % 7 == 1 else easy(n) for n in range(0, 56)]
        assert "twice-a-week" not in of(*runs, athlete=Athlete(mutes=(Mute(day(50), day(60)),)))
        assert "twice-a-week" not in of(*runs[:3])
        assert "twice-a-week" not in of(fast(0), *(easy(n) for n in range(1, 40)))


def test_runs_that_could_not_show_efforts_are_named_and_nothing_is_held_against_them():
    found = of(*(easy(n, assessable=n % 4 == 0) for n in range(0, 28)))
    assert set(found) == {"not-visible"}
    assert "21 of 28 runs" in found["not-visible"].text
    assert "records are 7 s apart" in found["not-visible"].text


# ------------------------------------------------------------------------------------------------- all of them


def busy():
    """Return runs that earn many notes at once."""
    hard = (effort(600, 75, kind="interval", tier=None, speed_mps=6.0), effort(800, 150, kind="interval", tier=None))
    days = [fast(n, *hard, *sprints(9), source=f"d/{n}.fit") if n in (45, 50) else easy(n) for n in range(0, 56)]
    allout = [fast(n, *(effort(1800 + 90 * i, 15, tier="max") for i in range(5))) for n in (33, 40, 48)]
    return sorted([*days, *allout], key=lambda r: r.local_date)


def test_every_code_but_the_exclusive_ones_is_earned_at_once_in_the_order_of_their_table():
    found = list(of(*busy()))
    assert found == [code for code in NOTE_CODES if code not in ("jump", "not-visible")]


@pytest.mark.parametrize("code", sorted(NOTE_CODES))
def test_a_code_is_muted_alone(code):
    before = of(*busy())
    after = of(*busy(), athlete=Athlete(muted_notes=(code,)))
    assert set(before) - set(after) == {code} & set(before)


def test_no_note_is_about_health_or_lost_speed_or_asks_for_long_all_out_reps():
    blind = of(*(easy(n, assessable=False) for n in range(0, 28)))
    texts = [n.text for n in [*of(*busy()).values(), *blind.values()]]
    banned = r"injur|risk|odds|danger|medical|health|pain|you lost|lost speed|slower|should run 400|acwr"
    assert not [text for text in texts if re.search(banned, text, re.IGNORECASE)]
    assert all(re.search(r"\d", text) for text in texts)


def test_every_effort_a_note_names_stands_in_the_json():
    runs = busy()
    found = of(*runs)
    document = season_document(season(*runs, notes=tuple(found.values())))
    known = {f"{r['source']}@{e['start_s']}" for r in document["runs"] for e in r["efforts"]}
    assert all(set(note["efforts"]) <= known for note in document["notes"])
    assert sum(len(note["efforts"]) for note in document["notes"]) > 20


def test_the_page_shows_three_and_counts_the_rest():
    made = tuple(Note(f"code-{n}", f"text {n}", ()) for n in range(5))
    page = repr(list(season_blocks(season(fast(0), notes=made), units="km")))
    assert "text 2" in page
    assert "text 3" not in page
    assert "and 2 more notes" in page
    assert "Notes" not in repr(list(season_blocks(season(fast(0)), units="km")))


def test_notes_are_muted_in_the_athlete_file(tmp_path):
    file = tmp_path / "legspeed.toml"
    file.write_text('[notes]\nmute = ["jump", "short-rest"]\n', "utf-8")
    assert athlete_file.load(file).muted_notes == ("jump", "short-rest")
    file.write_text('[notes]\n# mine\nmute = ["jumps"]\n', "utf-8")
    with pytest.raises(SettingsError, match=r"line 3: \[notes\] mute: 'jumps'.*did you mean 'jump'"):
        athlete_file.load(file)
    file.write_text("notes = 3\n", "utf-8")
    with pytest.raises(SettingsError, match=r"a table \[notes\] is wanted"):
        athlete_file.load(file)
