from __future__ import annotations

import asyncio
from pathlib import Path

from bench import people, seed
from bench.databases import opened
from bench.large_desk import COLUMNS, PEOPLE, LargeDesk
from bench.processes import Cores
from reports.adapters.sources import SqlSources
from reports.adapters.store import SqlReports
from reports.cells import Cell
from reports.service import Counting
from reports.sources import Calendar, Goals
from storage.opening import open_storage
from storage.ports import Tx


def rows_of(count: int) -> list[object]:
    desk = LargeDesk(count, ["u1", "u2"], 1_800_000_000_000)
    return [*desk.people(), *desk.rows()]


async def drift(data: Path) -> list[Cell]:
    """The tallies that do not equal the sum of their facts."""
    calendar = Calendar("America/New_York", lambda _: Goals(0, 0), lambda _, start, end: end - start)
    counting = Counting(SqlSources(), SqlReports(), lambda: calendar)

    def read(tx: Tx) -> list[Cell]:
        months = counting.months(tx)
        assert len(months) > 20
        return [cell for month in months for cell in counting.drift(tx, month)]

    storage = await open_storage(people.settings_of(data, None).storage_url)
    try:
        return await storage.read(read)
    finally:
        await storage.close()


def test_generated_rows_are_the_same_each_time() -> None:
    assert rows_of(500) == rows_of(500)


def test_large_desk_is_built_once_and_whole(cores: Cores) -> None:
    """Each customer and company of a copy is another one, the search finds the words of all tickets, and the tallies of
    reports are the sums of their facts."""
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
        assert count("*) FROM report_tickets") == 400 == count("DISTINCT ticket) FROM report_steps")
        assert count("*) FROM report_chats") == count("*) FROM tickets WHERE channel = 'chat'")
        assert count("*) FROM report_steps WHERE client NOT IN (SELECT id FROM clients)") == 0
        assert count("*) FROM report_intervals WHERE chat <> '' AND chat NOT IN (SELECT chat FROM report_chats)") == 0
    assert asyncio.run(drift(desk.data)) == []
    assert seed.large(cores, "sqlite", 400).request == desk.request
    assert {*COLUMNS} & {*PEOPLE} == set()
