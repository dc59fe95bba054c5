"""Nothing that a user meets is undocumented, and no page is stale."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
import typer.main

import legspeed
from legspeed.cli import app
from legspeed.exposure.gaps import CAUSES
from legspeed.model import KINDS, PROBLEM_CODES
from legspeed.reporter.tables import TABLES
from legspeed.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def page(name):
    return (DOCS / name).read_text("utf-8")


def generated():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


@pytest.mark.parametrize("name", sorted(generated()))
def test_generated_pages_are_current(name):
    assert page(name) == generated()[name], "run: python docs/generate.py"


def commands():
    return typer.main.get_command(app).commands


def test_every_verb_and_option_is_documented_and_has_help():
    text = page("cli.md")
    for name, command in commands().items():
        assert f"legspeed {name}" in text
        assert command.help, name
        for parameter in command.params:
            if parameter.param_type_name != "option" or "--help" in parameter.opts:
                continue
            assert parameter.help, (name, parameter.name)
            assert all(option in text for option in parameter.opts), (name, parameter.opts)


def test_verbs_of_the_overview_exist():
    assert set(re.findall(r"^legspeed (\w+) ", page("cli.md"), re.MULTILINE)) == set(commands())


def test_settings_problems_errors_kinds_causes_and_tables_are_documented():
    for key, _, _ in Settings():
        group, name = key.split(".")
        section = page("settings.md").split(f"## `[settings.{group}]`")[1].split("\n## ")[0]
        assert f"`{name}`" in section, key
    for code in PROBLEM_CODES:
        assert f"`{code}`" in page("problems.md")
    for name in legspeed.__all__:
        assert not name.endswith("Error") or name in page("errors.md")
    assert all(f"`{kind}`" in page("words.md") for kind in KINDS)
    assert all(f"`{cause}`" in page("json.md") for cause in CAUSES)
    assert all(table in page("cli.md") for table in TABLES)


def test_every_dependency_has_its_line():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement).group()
        assert re.search(rf"^\| [^|]*\b{re.escape(name)}\b", page("dependencies.md"), re.MULTILINE), name


def test_links_lead_somewhere():
    for file in [*DOCS.glob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_the_example_of_the_athlete_file_is_one(tmp_path):
    from legspeed import athlete

    example = re.search(r"```toml\n(.*?)```", page("cli.md"), re.DOTALL).group(1)
    (tmp_path / "legspeed.toml").write_text(example, "utf-8")
    who = athlete.load(tmp_path / "legspeed.toml")
    assert (who.name, len(who.races), len(who.sessions), who.settings.gaps.notice_d) == ("Sam", 1, 1, 9)


def test_the_readme_names_both_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    for marker, said in (("main command", "legspeed season sample_files"), ("test command", "pytest")):
        command = text.split(f"<!-- {marker} -->")[1].split("<!-- end -->")[0]
        assert "python3 -m venv" in command
        assert said in command


def test_the_python_of_the_readme_runs(monkeypatch, capsys):
    example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL).group(1)
    monkeypatch.chdir(ROOT)
    exec(compile(example, "README.md", "exec"), {})
    assert "stride" in capsys.readouterr().out
