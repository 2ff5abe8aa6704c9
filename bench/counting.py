"""Counts the tickets of a large desk for the reports. Takes a tenth of the time that the server would take.

Only the generated tickets are counted (`bench.large_desk`). The database copies their facts for the other tickets, and
each tally is multiplied.

A large desk has no chats in its database. So the chats of its tickets, their codes and their ratings, are made up here.
They are in the tables of reports only.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlmodel import SQLModel

from bench import hours, people
from bench.databases import CACHE_KIB, Database
from bench.large_desk import COPIES
from clock import system_clock
from reports.adapters.sources import SqlSources
from reports.adapters.store import SqlReports
from reports.service import Counting
from reports.sources import ChatLog, TicketNow, Turn
from routing.adapters.hours_file import load
from server.live.reports.report_counting import Calendars
from server.live.teams import Teams
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Storage, Tx

AT_ONCE = 1_000
"""Tickets counted in one transaction."""
FACTS = ("report_chats", "report_steps", "report_intervals", "report_tickets")
"""The tables with rows for each ticket. The last one says which tickets are counted, so it is filled last."""
_CELLS = "report_cells"
CODES = {"set_up": 50, "support_question": 30, "technical": 10, "training_suggested": 4, "no_issue": 4, "void": 2}
"""The codes of solved tickets, with their frequencies."""
_TOLD_S = (None, 60, 120, 300, 600)
_COPIED = {
    "ticket": '"ticket" + {0}',
    "client": "'{0}' || substr(\"client\", 2)",
    "chat": "CASE \"chat\" WHEN '' THEN '' ELSE '{0}' || substr(\"chat\", 2) END",
}
"""The columns in which a copy differs from the generated row, with the SQL for the value of the copy."""


def count(data: Path, database: Database, tickets: int) -> None:
    """Count the tickets of the migrated desk in `data`, unless all of them are counted."""
    if _number(database, "report_tickets") >= tickets:
        return
    began = time.monotonic()
    for table in (*FACTS, _CELLS, "report_requests"):
        database.execute(f"DELETE FROM {table}")
    asyncio.run(_count_generated(people.settings_of(data, database.url), tickets))
    if database.dialect == "sqlite":
        database.rows(f"PRAGMA cache_size = -{CACHE_KIB}")
    for table in FACTS:
        for place in range(1, COPIES):
            database.execute(copies(table, place))
        print(f"{table}: {_number(database, table):,} rows", file=sys.stderr)
    if database.dialect == "postgresql":
        # PostgreSQL would do this by itself, but only after about a minute.
        for table in (*FACTS, _CELLS):
            database.execute(f"VACUUM ANALYZE {table}")
    print(f"{tickets:,} tickets counted for the reports in {time.monotonic() - began:.0f} s", file=sys.stderr)


def copies(table: str, place: int) -> str:
    """The SQL statement that copies the facts of each generated ticket once. `place`, 1 to 9, is the number of the
    copy."""
    names = SQLModel.metadata.tables[table].columns.keys()
    values = ", ".join(_COPIED.get(name, f'"{name}"').format(place) for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE ticket % {COPIES} = 0"


class Generated(SqlSources):
    """Implements Sources: the generated tickets of a desk with this many `tickets`, with chats, ratings and codes that
    are not in the database. They are the same in every run."""

    def __init__(self, tickets: int) -> None:
        self._tickets = tickets

    def after(self, tx: Tx, number: int, limit: int) -> list[int]:
        first = number // COPIES * COPIES + COPIES
        return [*range(first, self._tickets + 1, COPIES)][:limit]

    def tickets(self, tx: Tx, numbers: Collection[int]) -> list[TicketNow]:
        return [_decided(ticket) for ticket in super().tickets(tx, numbers)]

    def logs(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[ChatLog]]:
        return {ticket.number: [_chat(ticket)] for ticket in super().tickets(tx, numbers) if ticket.channel == "chat"}


def _decided(ticket: TicketNow) -> TicketNow:
    rng = random.Random(ticket.number)
    code = rng.choices([*CODES], weights=[*CODES.values()])[0] if ticket.code else ""
    return replace(ticket, code=code, rating=rng.choice((None, None, 3, 4, 5)))


def _chat(ticket: TicketNow) -> ChatLog:
    rng, at = random.Random(-ticket.number), ticket.created_at
    wait = int(rng.expovariate(1 / 60_000))
    turns = [Turn(at, "queued", ticket.team)]
    at += wait
    if wait < 180_000:
        turns.append(Turn(at, "assigned", None, ticket.assignee))
        for _ in range(rng.randint(2, 8)):
            turns.append(Turn(at + rng.randrange(5_000, 90_000), "staff"))
            at = turns[-1].at + rng.randrange(5_000, 90_000)
            turns.append(Turn(at, "customer"))
    turns.append(Turn(at, "closed"))
    return ChatLog(f"0{ticket.number}", ticket.product, "", rng.choice(_TOLD_S), tuple(turns))


async def _count_generated(settings: Settings, tickets: int) -> None:
    store = SqlReports()
    counting = Counting(Generated(tickets), store, Calendars(Teams(load(hours.HOURS))).current)
    storage = await open_storage(settings.storage_url)
    try:
        number = 0
        while (batch := await storage.read(partial(counting.numbered, after=number, limit=AT_ONCE), "export")).tickets:
            await storage.write(partial(counting.store, batch=batch))
            number = batch.upto
            if number % (AT_ONCE * COPIES * 10) == 0:
                print(f"{number:,} of {tickets:,} tickets counted", file=sys.stderr)
        await _multiply(storage, store)
        await storage.write(partial(store.set_mark, at=system_clock()))
    finally:
        await storage.close()


async def _multiply(storage: Storage, store: SqlReports) -> None:
    for month in await storage.read(store.months, "export"):
        cells = await storage.read(partial(store.cells_of_month, month=month), "export")
        more = {cell: tally * (COPIES - 1) for cell, tally in cells.items()}
        await storage.write(partial(store.add, tallies=more))


def _number(database: Database, table: str) -> int:
    ((found,),) = database.rows(f"SELECT count(*) FROM {table}")
    return int(str(found))
