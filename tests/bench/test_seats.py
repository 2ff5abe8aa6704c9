from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench import seats
from bench.command import Made
from bench.figures import Void
from bench.seats import Round
from storage.ports import Dialect


class Stored:
    """A database with these standings, in the order of their turns."""

    dialect: Dialect = "sqlite"
    url: str | None = None

    def __init__(self, standings: Sequence[tuple[str, int]]) -> None:
        self._standings = standings

    def execute(self, sql: str) -> None: ...

    def rows(self, sql: str) -> Sequence[tuple[object, ...]]:
        return self._standings

    def add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None: ...


def test_page_shows_the_times_and_how_many_tried_again() -> None:
    page = seats.page({"sqlite": [Round([1_000.0] * 4, 3, 2.5)]}, Made("command", 0.2, {"code": "x"}))
    assert "| SQLite | 2.5 s | 1.0 s | 1.0 s | 3 |" in page and "4 people had an answer" in page


@pytest.mark.parametrize(
    "standings",
    [
        [("registered", 1), ("registered", 2), ("waiting", 3)],
        [("waiting", 1), ("registered", 2), ("waiting", 3)],
        [("registered", 1), ("waiting", 3), ("waiting", 4)],
        [("registered", 1), ("waiting", 2)],
    ],
)
def test_round_with_wrong_places_has_no_figures(standings: Sequence[tuple[str, int]]) -> None:
    seats.check(Stored([("registered", 1), ("waiting", 2), ("waiting", 3)]), 0, 3, 1)
    with pytest.raises(Void):
        seats.check(Stored(standings), 0, 3, 1)
