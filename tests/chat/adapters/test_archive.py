"""Reads of logs on PostgreSQL. What they return is tested on both databases, in `tests/contracts/test_journal.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from msgspec import structs

from chat.adapters import archive
from chat.adapters.chat_steps import chat_steps
from chat.adapters.last_messages import last_messages
from chat.adapters.last_written import last_written
from chat.adapters.tables import ChatRow
from chat.adapters.unread import unread
from server.operations import chat_rows
from storage.ports import Storage, Tx
from tests.contracts.test_journal import AGENT, NOW, Journaled, said

pytestmark = pytest.mark.scaled

TIMES = 12
"""PostgreSQL keeps a plan after five."""
BODY = '{"type":"message","from":{"kind":"customer","id":"v1","name":null},"text":"Hi"}'
OTHERS = 3_000
"""Events of another chat, which nothing needs to read."""
ROWS_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'events'"
"""How many events this connection has read lately."""
READS: dict[str, Callable[[Tx], object]] = {
    "after": lambda tx: archive.after(tx, "c1", 0, 2),
    "backwards": lambda tx: archive.backwards(tx, "c1", None, 2, 1000),
    "row_at": lambda tx: archive.row_at(tx, "c1", 1),
    "size_after": lambda tx: archive.size_after(tx, _row(tx), 0),
    "last_left": lambda tx: archive.last_left(tx, "c1"),
    "wrote_since": lambda tx: archive.wrote_since(tx, "c1", "v1", NOW),
    "last_messages": lambda tx: last_messages(tx, [7]),
    "last_written": lambda tx: last_written(tx, ["c1"]),
    "chat_steps": lambda tx: [*chat_steps(tx, [7])],
    "unread": lambda tx: unread(tx, [_row(tx)]),
    "export": lambda tx: chat_rows.chats_under_way(tx, "", 1),
}


def _row(tx: Tx) -> ChatRow:
    row = archive.chat_row(tx, "c1")
    assert row is not None
    return row


async def test_logs_are_read_by_index_with_plans_from_a_small_table(storage: Storage) -> None:
    """PostgreSQL keeps the plans while the table grows. With plans that go over the whole table for each event, a page
    of a chat with 6,000 events took 5 s."""
    journal = Journaled(storage)
    await journal.chat("c1", ticket=7)
    await journal.chat("c2", customer="v2")
    await journal.append(*(structs.replace(said("c1", str(number)), body=BODY) for number in range(5)))
    await storage.write(lambda tx: tx.session.connection().exec_driver_sql("ANALYZE events"))

    def rows_read(tx: Tx, read: Callable[[Tx], object]) -> int:
        before = tx.session.connection().exec_driver_sql(ROWS_READ).scalar_one()
        read(tx)
        return int(tx.session.connection().exec_driver_sql(ROWS_READ).scalar_one() - before)

    async def counts() -> dict[str, int]:
        # Exports have one connection, so each read meets its kept plan again.
        return {
            name: max([await storage.read(partial(rows_read, read=read), "export") for _ in range(TIMES)])
            for name, read in READS.items()
        }

    await counts()
    # The newest event follows those of the other chat, so a scan goes over these.
    await journal.append(*(structs.replace(said("c2", str(number), AGENT), body=BODY) for number in range(OTHERS)))
    await journal.append(structs.replace(said("c1", "newest"), body=BODY))
    assert {name: most for name, most in (await counts()).items() if most >= OTHERS} == {}
