from __future__ import annotations

from bench import webhook_messages
from bench.command import Made
from storage.ports import Dialect


def test_page_shows_the_messages_in_a_second_by_database_and_number_of_programs() -> None:
    found: dict[Dialect, dict[int, list[float]]] = {"sqlite": {1: [199.0, 210.0, 230.0], 4: [364.0, 400.0, 410.0]}}
    page = webhook_messages.page(found, Made("command", 0.2, {"code": "x"}))
    assert "| messages a second | to 1 program | to 4 programs |" in page
    assert "| SQLite | 210 (199–230) | 400 (364–410) |" in page
