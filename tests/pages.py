"""A season's page read line by line: every line must be one whose numbers the season's JSON holds.

`check(page, document, units)` knows each kind of line of ``legspeed season`` by its section; a line that it does not
know, and a number that is not in the JSON (in the page's unit, to the page's last digit), is an error.
"""

from __future__ import annotations

import re
from collections import Counter

DAY = r"\d{4}-\d\d-\d\d"
METRES = {"km": 1000.0, "mi": 1609.344}
SECTIONS = (
    "Weeks", "Stretches without speed work", "Notes", "Latest speed work", "Training blocks", "By kind",
    "Not counted or repaired",
)  # fmt: skip
#: Lines without a number of this season: examples, and what a column means.
FIXED = (
    "An estimate on little ground: to be sure, give your 5 km time (--five-k, such as 19:30) or your maximal speed "
    "(--max-speed, in m/s, such as 8.6).",
    "by themselves they close no gap",
    "two numbers, as in 12-40: 40 days, or 12 if the runs that could not show an effort had one",
    "spm, step (m): medians at speed; 10 s (m/s): the best of runs with speed work",
    "5 km: as of the last run",
)


def seconds(clock: str) -> float:
    """Return the seconds of ``41:07`` or ``1:02:03``."""
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return float(total)


def near(shown: str, value: float | None, step: float = 0.0, terms: int = 1) -> None:
    """Hold a printed number against a value of the JSON, itself rounded to `step` and perhaps a sum of `terms`."""
    if value is None:
        assert shown == "–", (shown, value)
        return
    assert is_near(shown, value, step, terms), (shown, value)


def is_near(shown: str, value: float, step: float = 0.0, terms: int = 1) -> bool:
    """Tell whether a printed number is that value of the JSON; see :func:`near`."""
    digits = len(shown.partition(".")[2])
    return abs(float(shown) - value) <= 0.5 * 10**-digits + 0.5 * step * terms + 1e-9


def clock_near(shown: str, value: float | None, step: float = 0.0, terms: int = 1) -> None:
    """Hold a printed time against seconds of the JSON."""
    if value is None:
        assert shown == "–"
        return
    assert abs(seconds(shown) - value) <= 0.5 + 0.5 * step * terms + 1e-9, (shown, value)


def check(page: str, document: dict, units: str = "km") -> Counter:
    """Check every line of the page of `season`, or of `gaps`; return how many there were of each section."""
    reader = _Reader(document, units)
    first, *lines = [line.rstrip() for line in page.splitlines() if line.strip()]
    reader.title(first)
    seen: Counter = Counter()
    section, begun = "", ""
    for line in lines:
        text = f"{begun} {' '.join(line.split())}".strip()
        if set(text) == {"─"}:
            continue
        heading = next((name for name in SECTIONS if re.match(rf"{name}(\s|$)", line)), None)
        if heading is not None:
            section = heading
            reader.heading(section, text.removeprefix(section).strip())
            continue
        # A remark below a table is as wide as the table: it may go on in the next line.
        begun = text if any(fixed.startswith(text) and fixed != text for fixed in FIXED) else ""
        if begun:
            continue
        seen[section] += 1
        if text not in FIXED:
            reader.line(section, text, line)
    return seen


class _Reader:
    """Knows the lines of each section."""

    def __init__(self, document: dict, units: str) -> None:
        self.document, self.units = document, units
        self.runs, self.exposure, self.gaps = document["runs"], document["exposure"], document["gaps"]
        self.as_of = self.exposure["as_of"]
        self.rows = 0

    def title(self, text: str) -> None:
        dates = sorted(run["local_date"] for run in self.runs)
        of_gaps = re.search(rf"as of \w{{3}} ({DAY})$", text)
        assert re.findall(DAY, text) == ([self.as_of] if of_gaps else [dates[0], dates[-1]])

    def heading(self, section: str, right: str) -> None:
        self.rows = 0
        if section == "Latest speed work" and right:
            shown, every = re.fullmatch(r"(\d+) of (\d+) runs with some", right).groups()
            seen = [run for run in self.runs if run["local_date"] <= self.as_of]
            with_some = [run for run in seen if any(e["counts"] for e in run["efforts"])]
            assert (int(shown), int(every)) == (6, len(with_some))

    def line(self, section: str, text: str, raw: str) -> None:
        {
            "": self.head,
            "Weeks": self.weeks,
            "Stretches without speed work": self.gap,
            "Notes": self.note,
            "Latest speed work": self.latest,
            "Training blocks": self.block,
            "By kind": self.kind,
            "Not counted or repaired": self.left_out,
        }[section](text, raw)

    # ------------------------------------------------------------------------------------------------ sections

    def head(self, text: str, _raw: str) -> None:
        for pattern, held in (
            (
                r"In all (\d+) runs?, ([\d.]+) (km|mi); (\d+) could show strides"
                rf"(?:; (\d+) after ({DAY}) speaks? for your own speeds only)?",
                self._runs,
            ),
            (rf"Last speed work \w{{3}} ({DAY}), (?:(\d+) days? before ({DAY})|the last day looked at)", self._last),
            (rf"Last speed work \w{{3}} ({DAY}), (\d+) days? ago", self._ago),
            (r"Last speed work (?:none|no speed work) seen", self._never),
            (r"Open gap none", self._closed),
            (
                rf"Open gap (\d+) days(?: \(at least (\d+)\))? since ({DAY}): (\w+)"
                r"(?:; (\d+) runs?(?:, (\d+ of them|which|none of which) could (?:not )?show short efforts)?)?",
                self._open,
            ),
            (
                rf"Plyometrics \w{{3}} ({DAY}), (?:(\d+) days? before ({DAY})|the last day looked at)(?:: (.*))?",
                self._plyometrics,
            ),
            (r"in all (\d+) sessions: (.*)", self._all_plyometrics),
            (r"This week (\S+): no speed work yet", self._idle_week),
            (r"This week (\S+): (\d+) sessions?, (\d+) efforts?, ([\d:]+) at speed", self._week),
            (r"Score (\d+), habit (\d+) \(100 is two sessions of 5 × 20 s a week\)", self._score),
            (r"5 km ([\d:]+) \(([\d.]+) m/s, ([\d:]+) per (?:km|mi)\) (.*)", self._five_k),
            (r"Maximal speed ([\d.]+) m/s (.*)", self._top),
            (
                r"Late watch (.+): ([\d.]+) ± ([\d.]+) s, taken off; by "
                r"(?:(\d+) starts of the timer)?(?: and )?(?:(\d+) edges of timed laps)?",
                self._late,
            ),
            (r"(.+)", self._last_set),
        ):
            found = re.fullmatch(pattern, text)
            if found:
                held(*found.groups())
                return

    def _runs(self, count, distance, units, shown, later, as_of) -> None:
        assert units == self.units
        assert int(later or 0) == sum(r["local_date"] > (as_of or self.as_of) for r in self.runs)
        assert as_of in (None, self.as_of)
        assert (int(count), int(shown)) == (len(self.runs), sum(r["assessable"]["strides"] for r in self.runs))
        metres = sum(r["distance_m"] or 0.0 for r in self.runs)
        near(distance, metres / METRES[units], 0.1 / METRES[units], len(self.runs))

    def _last(self, date, days, as_of) -> None:
        assert date == self.exposure["last_date"]
        assert int(days or 0) == self.exposure["days_since"]
        assert as_of in (None, self.as_of)

    def _ago(self, date, days) -> None:
        self._last(date, days, None)

    def _closed(self) -> None:
        assert not any(gap["open"] for gap in self.gaps)

    def _never(self) -> None:
        assert self.exposure["last_date"] is None

    def _open(self, days, least, since, level, runs, unseen) -> None:
        (gap,) = [gap for gap in self.gaps if gap["open"]]
        assert (int(days), since) == (gap["days"], gap["from"])
        assert int(least or days) == gap["days_min"]
        assert level == ("muted" if gap["muted"] else gap["level"])
        assert int(runs or 0) == gap["runs"]
        blind = gap["runs"] - gap["assessable_runs"]
        every = {"which", "none of which"}
        assert (gap["runs"] if unseen in every else int((unseen or "0").split()[0])) == blind

    def _plyometrics(self, date, days, as_of, jumps) -> None:
        found = self.exposure["plyometrics"]
        assert (date, int(days or 0)) == (found["last_date"], found["days_since"])
        assert as_of in (None, self.as_of)
        self._jumps(jumps, [one for one in found["sessions"] if one["date"] == date])

    def _all_plyometrics(self, sessions, jumps) -> None:
        total = self.exposure["plyometrics"]["total"]
        assert int(sessions) == total["sessions"]
        self._jumps(jumps, [total])

    def _jumps(self, text, sessions) -> None:
        sets, repetitions, time = re.fullmatch(r"(\d+) sets?(?:, (\d+) repetitions?)?(?:, ([\d:]+))?", text).groups()
        assert int(sets) == sum(one["sets"] for one in sessions)
        told = [one["repetitions"] for one in sessions if one["repetitions"] is not None]
        assert (repetitions and int(repetitions)) == (sum(told) if told else None)
        long = [one["seconds"] for one in sessions if one["seconds"] is not None]
        if time is None:
            assert not long
        else:
            clock_near(time, sum(long), 0.1, len(long))

    def _of_week(self, label) -> dict:
        (week,) = [week for week in self.exposure["weeks"] if week["week"] == label]
        return week

    def _idle_week(self, label) -> None:
        assert self._of_week(label)["sessions"] == 0

    def _week(self, label, sessions, efforts, time) -> None:
        week = self._of_week(label)
        assert (int(sessions), int(efforts)) == (week["sessions"], week["efforts"])
        clock_near(time, week["seconds"], 0.1)

    def _score(self, score, habit) -> None:
        day = self.exposure["score"][-1]
        near(score, day["score"], 0.1)
        near(habit, day["habit"], 0.1)

    def _five_k(self, time, speed, pace, source) -> None:
        athlete = self.document["athlete"]
        near(speed, athlete["five_k_speed_mps"], 0.001)
        slack = 5000 * 0.0005 / athlete["five_k_speed_mps"] ** 2
        assert abs(seconds(time) - 5000 / athlete["five_k_speed_mps"]) <= 0.5 + slack
        assert abs(seconds(pace) - METRES[self.units] / athlete["five_k_speed_mps"]) <= 0.5 + slack
        assert source == athlete["five_k_source"]

    def _top(self, speed, source) -> None:
        near(speed, self.document["athlete"]["max_speed_mps"], 0.001)
        assert source == self.document["athlete"]["max_speed_source"]

    def _late(self, name, delay, error, starts, laps) -> None:
        (watch,) = (one for one in self.document["watches"] if one["device"] == name)
        near(delay, watch["delay_s"], 0.01)
        near(error, watch["se_s"], 0.01)
        for shown, part in ((starts, watch["starts"]), (laps, watch["laps"])):
            assert (shown is None) == (part["delay_s"] is None)
            assert shown is None or int(shown) == part["count"]

    def _last_set(self, text) -> None:
        assert self._set_on(self.exposure["last_date"], text), text

    def _set_on(self, date, text) -> bool:
        """Tell whether a set is in the JSON on that day, with the number of its efforts that count."""
        some = re.fullmatch(r"(.*) \((\d+) of them count\)", text)
        text, said = (some[1], int(some[2])) if some else (text, None)
        for run in self.runs:
            for one in run["sets"] if run["local_date"] == date else ():
                counted = sum(e["counts"] for e in run["efforts"] if one["start_s"] <= e["start_s"] <= one["end_s"])
                if self._same_way(text, one["text"]) and counted == (one["count"] if said is None else said):
                    return True
        return False

    def _same_way(self, shown: str, text: str) -> bool:
        """Tell whether a set is shown as the JSON has it, its kilometres in the page's unit."""
        parts = re.split(r"(\d+\.\d) km", text)
        found = re.fullmatch(rf"(\d+\.\d) {self.units}".join(re.escape(part) for part in parts[::2]), shown)
        return found is not None and all(
            is_near(distance, 1000 * float(km) / METRES[self.units])
            for distance, km in zip(found.groups(), parts[1::2], strict=True)
        )

    def weeks(self, text: str, raw: str) -> None:
        if not re.match(r"\s+\d{4}", raw):
            assert text.replace(" ", "") == "JFMAMJJASOND"
            return
        year, strip = raw.strip()[:4], f"{raw[8:]:53}"
        for number in range(1, 54):
            week = [w for w in self.exposure["weeks"] if w["week"] == f"{year}-W{number:02d}"]
            mark = strip[number - 1]
            if not week or not (week[0]["sessions"] or week[0]["runs"]):
                assert mark == " ", (year, number)
            else:
                assert mark == (str(min(9, week[0]["sessions"])) if week[0]["sessions"] else "."), (year, number)

    def gap(self, text: str, _raw: str) -> None:
        if text.startswith("from to days"):
            return
        before = re.fullmatch(r"and (\d+) before; `legspeed gaps` lists all", text)
        if before:
            assert int(before[1]) == len(self.gaps) - 10
            return
        gap = list(reversed(self.gaps))[self.rows]
        self.rows += 1
        start, end, days, level, runs, shown, distance, _because = text.split(maxsplit=7)
        least, _, most = days.rpartition("-")
        assert (start, end) == (gap["from"], "open" if gap["open"] else gap["to"])
        assert (int(least or most), int(most), level) == (gap["days_min"], gap["days"], gap["level"])
        assert (int(runs), int(shown)) == (gap["runs"], gap["assessable_runs"])
        near(distance, gap["distance_km"] * 1000 / METRES[self.units], 0.1)

    def note(self, text: str, _raw: str) -> None:
        more = re.fullmatch(r"and (\d+) more notes?; --format json", text)
        if more:
            assert int(more[1]) == len(self.document["notes"]) - 3
            return
        note = self.document["notes"][self.rows]
        self.rows += 1
        assert text == " ".join(f"{note['code']} {note['text']}".split())

    def latest(self, text: str, raw: str) -> None:
        if text == "date set run":
            return
        dated = re.match(rf"\s+({DAY})\s", raw)
        if dated:
            self.date = dated[1]
        cells = re.split(r"\s{2,}", raw.strip())
        shown = cells[1] if dated else cells[0]
        more = re.fullmatch(r"and (\d+) more sets?", shown)
        if more:
            counting = [
                one for run in self.runs if run["local_date"] == self.date for one in run["sets"]
                if any(e["counts"] and e["kind"] == one["kind"] and one["start_s"] <= e["start_s"] <= one["end_s"]
                       for e in run["efforts"])
            ]  # fmt: skip
            assert int(more[1]) <= len(counting) - 4
            return
        here = [run for run in self.runs if run["local_date"] == self.date]
        if not self._set_on(self.date, shown):
            assert any(_is_file(shown, run["source"]) or shown == run["name"] for run in here), raw
        for cell in cells[2:] if dated else cells[1:]:
            assert any(_is_file(cell, run["source"]) or cell == run["name"] for run in here), raw

    def block(self, text: str, _raw: str) -> None:
        if re.fullmatch(r"(block from|from to) runs sessions efforts time spm step 10 s 5 km", text):
            return
        before = re.fullmatch(r"and (\d+) blocks? before; --format csv --table blocks", text)
        if before:
            assert int(before[1]) == sum(bool(b["runs"] or b["sessions"]) for b in self.exposure["blocks"]) - 6
            return
        blocks = [block for block in self.exposure["blocks"] if block["runs"] or block["sessions"]]
        block = blocks[-1 - self.rows]
        self.rows += 1
        if block["block"]:
            text = text.removeprefix(f"{block['block']} ")
        start, *end, runs, sessions, efforts, time, spm, step, best, five_k = text.split()
        assert start == block["from"]
        assert end in ([], [block["to"]])  # where blocks have names these take its room
        assert (int(runs), int(sessions), int(efforts)) == (block["runs"], block["sessions"], block["efforts"])
        clock_near(time, block["seconds"], 0.1)
        near(spm, block["cadence_spm"], 0.1)
        near(step, block["step_length_m"], 0.01)
        near(best, block["best_10_s_mps"], 0.01)
        mps = block["five_k_speed_mps"]
        clock_near(five_k, mps and 5000 / mps, 0.0 if mps is None else 5000 * 0.001 / mps**2)

    def kind(self, text: str, _raw: str) -> None:
        if text.startswith("kind efforts"):
            return
        bands = re.fullmatch(r"by top speed (.*) of maximal speed", text)
        if bands:
            said = {name: int(count) for name, count in (one.split(" %: ") for one in bands[1].split(", "))}
            weeks = [week["by_band"] for week in self.exposure["weeks"]]
            found = {
                name: sum(week[name]["efforts"] for week in weeks if name in week) for name in self.exposure["bands"]
            }
            assert said == {name: count for name, count in found.items() if count}
            return
        name, efforts, time, metres, *ago = re.fullmatch(r"([a-z ]+) (\d+) ([\d:]+) (\d+) (\d+)", text).groups()
        kind = name.replace(" ", "_")
        rows = [week["by_kind"][kind] for week in self.exposure["weeks"] if kind in week["by_kind"]]
        assert int(efforts) == sum(row["efforts"] for row in rows)
        clock_near(time, sum(row["seconds"] for row in rows), 0.1, len(rows))
        near(metres, sum(row["metres"] for row in rows), 0.1, len(rows))
        assert int(ago[0]) == self.exposure["days_since_by_kind"][kind]

    def left_out(self, text: str, _raw: str) -> None:
        failed = re.match(r"Failed (\d+) files?: (.*)", text)
        if failed:
            assert int(failed[1]) == len(self.document["failed"])
            more = re.search(r", and (\d+) more$", text)
            assert int(more[1] if more else 0) == max(0, len(self.document["failed"]) - 6)
            return
        other = re.fullmatch(r"(?:Not runs )?(\d+) × (.*)", text)
        if other:
            reasons = [row["reason"] for row in self.document["not_runs"]]
            assert int(other[1]) == sum(reason.startswith(other[2]) for reason in reasons) > 0
            return
        more = re.fullmatch(r"and (\d+) more reasons?", text)
        if more:
            assert int(more[1]) == len({row["reason"] for row in self.document["not_runs"]}) - 6
            return
        copies = re.fullmatch(r"Duplicates (\d+) recordings?, such as (.*) of (.*)", text)
        if copies:
            assert int(copies[1]) == len(self.document["duplicates"])
            assert {"source": copies[2], "of": copies[3]} in self.document["duplicates"]
            return
        code, count, example = re.fullmatch(r"(\S+) in (\d+) runs?, such as (.*)", text).groups()
        with_it = [run for run in self.runs if code in {p["code"] for p in run["problems"]}]
        assert int(count) == len({run["source"] for run in with_it})
        said = [f"{run['source']}: {p['message']}" for run in with_it for p in run["problems"] if p["code"] == code]
        assert example in [" ".join(one.split()) for one in said]


def _is_file(shown: str, source: str) -> bool:
    """Tell whether a file's name, perhaps cut in its middle, is that of this source."""
    head, mark, tail = shown.partition("…")
    return source.startswith(head) and source.endswith(tail) if mark else shown == source
