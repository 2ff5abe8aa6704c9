"""An import beside servers on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from msgspec import json
from sqlalchemy import Connection, text

from routing.adapters.hours_file import load as load_hours
from server.operations.import_report import Report
from server.operations.importing import import_tickets
from server.settings import load
from storage.migrate import transact
from storage.opening import open_storage
from storage.ports import Tx
from tests.server.operations.test_ticket_exchange import HOURS, NOW
from tests.servers import database
from ticketing.adapters.imports import SqlImports
from ticketing.imported import Imported
from zendesk.import_map import ImportMap


def new_number(connection: Connection) -> int:
    """The number of a new ticket. Fails if another transaction holds the numbers."""
    connection.execute(text("SET LOCAL lock_timeout = '2s'"))
    number: int = connection.execute(text("SELECT nextval(pg_get_serial_sequence('tickets', 'number'))")).scalar_one()
    return number


@pytest.mark.scaled
async def test_new_ticket_beside_an_import_does_not_wait_for_its_tickets(tmp_path: Path) -> None:
    dates = {"created_at": "2026-11-23T15:00:00.000Z", "updated_at": "2026-11-23T15:00:00.000Z"}
    rows = [{"number": n, "status": "open", "team": "media", "channel": "form", **dates} for n in (7, 4711, 500, 4712)]
    export = tmp_path / "tickets.jsonl"
    export.write_bytes(b"\n".join(json.encode(row) for row in rows))
    add, given = SqlImports.add, list[int]()

    def beside(imports: SqlImports, tx: Tx, source: str, tickets: Sequence[Imported], now: int) -> None:
        add(imports, tx, source, tickets, now)
        with ThreadPoolExecutor() as server:
            given.append(server.submit(transact, url, new_number).result())

    with database("postgresql", tmp_path) as url:
        storage = await open_storage(url)
        settings, report = load(data=tmp_path, hours=HOURS), Report(terminal=StringIO())
        try:
            with (
                patch.object(SqlImports, "add", beside),
                patch("server.operations.ticket_import._TICKETS_POSTGRES", 2),
                patch("server.operations.importing.is_served", lambda _: True),
            ):
                await import_tickets(storage, settings, load_hours(HOURS), export, ImportMap(), report, lambda: NOW)
        finally:
            await storage.close()
    assert (report.counts["imported"], given) == (4, [4713, 4714])
