from __future__ import annotations

from bench import seed
from bench.databases import opened
from bench.large_desk import COLUMNS, PEOPLE, LargeDesk
from bench.processes import Cores


def rows_of(count: int) -> list[object]:
    desk = LargeDesk(count, ["u1", "u2"], 1_800_000_000_000)
    return [*desk.people(), *desk.rows()]


def test_generated_rows_are_the_same_each_time() -> None:
    assert rows_of(500) == rows_of(500)


def test_large_desk_is_built_once_and_whole(cores: Cores) -> None:
    """Each customer and company of a copy is another one, and the search finds the words of all tickets."""
    desk = seed.large(cores, "sqlite", 400)
    with opened("sqlite", desk.data) as database:

        def count(what: str) -> int:
            ((found,),) = database.rows(f"SELECT count({what}")
            return int(str(found))

        assert count("*) FROM tickets") == 400 and count("DISTINCT number) FROM tickets") == 400
        assert count("*) FROM accounts") == count("DISTINCT email) FROM accounts") == 400
        assert count("*) FROM tickets WHERE requester NOT IN (SELECT id FROM accounts)") == 0
        assert count("*) FROM tickets WHERE client NOT IN (SELECT id FROM clients)") == 0
        events = count("*) FROM ticket_events")
        assert count("*) FROM ticket_passages") == 400 + events
        assert count("DISTINCT ticket) FROM ticket_passages") == 400
        assert count(f"*) FROM tickets WHERE number = {desk.request}") == 1
        assert count("*) FROM sqlite_master WHERE name = 'tickets_by_change'") == 1
    assert seed.large(cores, "sqlite", 400).request == desk.request
    assert {*COLUMNS} & {*PEOPLE} == set()
