"""What holds for every test."""

import pytest


@pytest.fixture(autouse=True)
def a_book_of_its_own(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own book, or another test's."""
    monkeypatch.setenv("LEGSPEED_BOOK", str(tmp_path_factory.mktemp("book") / "book.sqlite"))
