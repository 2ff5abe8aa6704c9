from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, event

from identity.adapters.customer_store import SqlCustomerStore
from identity.ports import Client
from storage.opening import open_storage
from storage.ports import Tx
from tests.servers import database

CLIENT = Client(id="c1", name="Northlake", domains=frozenset({"northlake.example", "north.example"}))


async def test_people_of_a_client_are_found_in_indexes(tmp_path: Path) -> None:
    """Without statistics, so that only the form of the queries and the indexes count."""

    def plans(tx: Tx) -> list[str]:
        asked: list[tuple[str, tuple[object, ...]]] = []
        connection = tx.session.connection()

        def note(_: Connection, __: object, statement: str, parameters: tuple[object, ...], *___: object) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        SqlCustomerStore().people_of(tx, CLIENT, 200)
        event.remove(connection, "before_cursor_execute", note)
        return [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()[0].detail)
            for statement, parameters in asked
        ]

    with database("sqlite", tmp_path) as url:
        storage = await open_storage(url)
        found = await storage.read(plans)
        await storage.close()
    assert found == [
        "SEARCH accounts USING INDEX accounts_by_client (client=?)",
        "SEARCH accounts USING INDEX accounts_by_domain (domain=?)",
    ]
