"""What holds for every test."""

import pytest

from builders_book import FILES
from builders_season import mixed_folder
from legspeed.reporter.document import season_json
from legspeed.seasons.season import season


@pytest.fixture(autouse=True)
def a_book_of_its_own(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own book, or another test's."""
    monkeypatch.setenv("LEGSPEED_BOOK", str(tmp_path_factory.mktemp("book") / "book.sqlite"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of runs and of what is none; modules that want another one define it."""
    return mixed_folder(tmp_path_factory.mktemp("runs"), FILES)


@pytest.fixture(scope="module")
def expected(folder):
    """Return the JSON of the folder's season as read without a book."""
    return season_json(season(folder, jobs=1))


@pytest.fixture
def place(tmp_path):
    """Return where a book may lie."""
    return tmp_path / "book.sqlite"
