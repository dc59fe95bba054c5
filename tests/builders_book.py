"""What the tests of the book share: how many runs there are, and how a season is read by a book."""

from __future__ import annotations

from legspeed.reporter.document import season_json
from legspeed.seasons.book import Book
from legspeed.seasons.season import season

FILES = 14


def told_by(place, **options):
    """Return a book and the list of what it says."""
    lines = []
    return Book(place, tell=lines.append, **options), lines


def read_by(folder, book, **options):
    """Return the JSON of a folder's season, the book closed afterwards."""
    with book:
        return season_json(season(folder, book=book, **{"jobs": 1, **options}))
