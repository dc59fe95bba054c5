"""Write the pages that are made from the code: ``python docs/generate.py``. A test fails when one is not current.

The README's sample output is written, too, from the real run; no test holds it to the letter.
"""

from __future__ import annotations

import inspect
import io
from pathlib import Path

from legspeed import errors
from legspeed.model import CHANNELS, KINDS, NOTE_CODES, PROBLEM_CODES, REFUSALS
from legspeed.reporter.columns import TABLE_COLUMNS
from legspeed.settings import MAP_GROUPS, Settings

HERE = Path(__file__).parent
MADE = "<!-- made by docs/generate.py: change the code, not this page -->\n\n"


def pages() -> dict[str, str]:
    """Return the generated pages by file name."""
    return {
        "settings.md": _settings(),
        "problems.md": _problems(),
        "errors.md": _errors(),
        "words.md": _words(),
        "notes.md": _notes(),
        "tables.md": _tables(),
    }


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def _settings() -> str:
    """Return a table per group of thresholds."""
    parts = [
        MADE + "# Settings\n\n"
        "Every threshold, once: what it decides, its default, the range allowed, and in brackets where the value "
        "comes from: *physiology* (published), *signal* (measured on recordings), *design* (our choice), "
        "*coaching texts*.\n\n"
        "Change one in `legspeed.toml`, under `[settings.GROUP]`; `legspeed settings` shows those in force, `legspeed "
        "settings --init` writes a file with all of them commented out. A change in one of the groups "
        f"{', '.join(sorted(MAP_GROUPS))} changes what is read out of a file; the others only how it is judged.\n"
    ]
    groups: dict[str, list[tuple[str, ...]]] = {}
    for key, spec, value in Settings():
        group, name = key.split(".")
        meta = spec.metadata
        row = (f"`{name}`", f"{value:,.12g} {meta['unit']}".rstrip(), f"{meta['low']:,.12g} to {meta['high']:,.12g}")
        groups.setdefault(group, []).append((*row, meta["doc"].replace("|", "\\|")))
    for group, rows in groups.items():
        about = inspect.getdoc(type(getattr(Settings(), group))) or ""
        head = ("name", "default", "allowed", "decides, and why")
        parts.append(f"\n## `[settings.{group}]`\n\n{about.splitlines()[0]}\n\n{_table(head, rows)}")
    return "".join(parts)


def _problems() -> str:
    """Return the problem codes."""
    rows = [(f"`{code}`", text) for code, text in PROBLEM_CODES.items()]
    return (
        MADE + "# Problem codes\n\n"
        "What was repaired or left out while reading went on, or why an input could not be used. The codes are "
        "stable: they stand in `runs[].problems` and `failed` of the JSON, in the CSV of runs, and in the text. With "
        "`--strict` the first one makes its file a failure, but for what costs no value in use: an odd form, a channel "
        "taken from a developer field (`Problem.harmless` in Python).\n\n" + _table(("code", "meaning"), rows)
    )


def _notes() -> str:
    """Return the notes, and the thresholds behind them."""
    rows = [(f"`{code}`", text) for code, text in NOTE_CODES.items()]
    return (
        MADE + "# Notes\n\n"
        "Remarks on the last four weeks, in the spirit of what coaches of distance runners write about true speed: "
        "little, often, fresh and relaxed. Each says the numbers it rests on and, in the JSON, the efforts, as "
        "`source@start_s`. There is at most one of each kind; the page shows the first three. They are remarks, not "
        "advice for your health: they know nothing of you but your runs, and they say nothing of injuries.\n\n"
        + _table(("code", "said when"), rows)
        + "\nThe numbers at which each is said are [settings](settings.md#settingsnotes). A long stretch is one above "
        "`gaps.flag_d`. Nothing is said of weeks that could not be seen, of muted weeks only what helps to begin "
        "again. A note that you do not want is muted by its code in `legspeed.toml`:\n\n"
        '```toml\n[notes]\nmute = ["twice-a-week"]\n```\n'
    )


def _tables() -> str:
    """Return the columns of every table."""
    parts = [
        MADE + "# Tables\n\n"
        "What `--format csv --table NAME` writes, and `--format parquet -o DIR` as `DIR/NAME.parquet` (with "
        "`pip install 'legspeed[parquet]'`). In CSV an unknown value is an empty cell, dates are ISO 8601, and text "
        "that a spreadsheet would compute begins with an apostrophe; in Parquet unknown is null, dates and times are "
        "such, and every column has its `unit` and `meaning` in its metadata.\n"
    ]
    for name, columns in TABLE_COLUMNS.items():
        rows = [(f"`{c.name}`", c.kind, c.unit, c.doc) for c in columns]
        parts.append(f"\n## {name}\n\n{_table(('column', 'type', 'unit', 'meaning'), rows)}")
    return "".join(parts)


def _errors() -> str:
    """Return the error tree, as its module draws it."""
    said = (inspect.getdoc(errors) or "").replace(":class:`legspeed.Problem`", "`Problem`").replace("``", "`")
    before, _, rest = said.partition("::\n\n")
    tree, _, after = rest.partition("\n\n")
    return f"{MADE}# Errors\n\n{before}```\n{inspect.cleandoc(tree)}\n```\n\n{after}\n"


_EVIDENCE = [
    ("6.1 m/s, +26% against the gate", "its sustained speed, and how far, as on the flat, that is above the gate: the "
     "least speed that counts for an effort of this length by this runner"),
    ("cadence +36/min", "how much more than in his easy running he stepped; `no cadence`: nobody knows"),
    ("of that +5/min with it", "how much of that came with this effort; the rest he had stepped faster just before"),
    ("heart rate +26/min", "how much it rose"),
    ("recorded speed shows 104% of the rise", "how much of the rise in speed the watch's own, slower speed shows, too"),
    ("peak 165% of maximal speed: a jump", "nobody is so much faster than his best, nor does recorded speed show it"),
    ("position and distance agree", "two channels of their own show the same rise"),
    ("positions alone", "the file has nothing else to tell speed by"),
    ("GPS still settling", "the recording had only begun"),
    ("only a record every 4 s", "few records for so short an effort"),
    ("6 alike", "as many efforts of the run resemble it, itself among them"),
    ("too near its gate, or too short, to prove it", "positions alone: it might be a jump of them"),
    ("too few records to prove it without steps", "two or three records and no cadence"),
    ("a crest of 300 s at 4.4 m/s", "the faster seconds of a longer effort that was too slow"),
    ("goes on at 4.4 m/s: a fast start", "what follows is hardly slower: the beginning of something longer"),
    ("97% of 5 km speed for 300 s", "an even rep or tempo, and how fast it was"),
    (
        "9 starts from a stand or a walk; the fastest -25% against its gate",
        "traffic lights, run-walk: so often running set in again, told as a whole",
    ),
    ("grade unknown", "nobody knows how steep it was: it may have been a hill sprint"),
    ("lap-timed", "a lap of the watch times it, see `--no-laps`"),
    ("struck out", "in the athlete file"),
]  # fmt: skip


def _words() -> str:
    """Return the kinds, the reasons of refusal, what evidence says, and the channels."""
    kinds = [(f"`{name}`", text) for name, text in KINDS.items()]
    refusals = [(f"`{name}`", text) for name, text in REFUSALS.items()]
    channels = [(f"`{c.name}`", c.unit, f"{c.low:g} to {c.high:g}", c.doc) for c in CHANNELS]
    return (
        MADE
        + "# Words\n\n## Kinds of effort\n\n"
        + _table(("kind", "meaning"), kinds)
        + "\n## Reasons of refusal\n\n"
        + _table(("reason", "meaning"), refusals)
        + "\n## Evidence\n\n"
        "What `analyze -v` says below the table of efforts, `--why` beside a refusal, and `evidence` in the JSON.\n\n"
        + _table(("it says", "meaning"), _EVIDENCE)
        + "\n## Channels of an Activity\n\n"
        "Columns of equal length, float64; NaN where a sample is missing, None where the file has no such column. "
        "Values outside the range are no measurement and are left out.\n\n"
        + _table(("name", "unit", "range", "meaning"), channels)
    )


def _sample_output() -> str:
    """Return what the README's first command prints, without its last part."""
    from legspeed import season
    from legspeed.reporter.season_text import season_blocks
    from legspeed.reporter.terminal import print_blocks

    page = io.StringIO()
    print_blocks(season_blocks(season(HERE.parent / "sample_files"), units="km", name="sample_files"), page)
    return page.getvalue().split("\nNot counted or repaired\n")[0]


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")
    readme = HERE.parent / "README.md"
    before, _, rest = readme.read_text("utf-8").partition("<!-- output -->\n")
    after = rest.partition("<!-- end -->")[2]
    readme.write_text(f"{before}<!-- output -->\n```\n{_sample_output()}\n…\n```\n<!-- end -->{after}", "utf-8")
