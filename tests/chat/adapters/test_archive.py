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
from storage.ports import Storage, Tx
from tests.contracts.test_journal import NOW, Journaled, said

pytestmark = pytest.mark.scaled

TIMES = 12
"""PostgreSQL keeps a plan after five."""
BODY = '{"type":"message","from":{"kind":"customer","id":"v1","name":null},"text":"Hi"}'
SCANS = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'events'"
"""How often this transaction has read the whole table."""


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
}


def _row(tx: Tx) -> ChatRow:
    row = archive.chat_row(tx, "c1")
    assert row is not None
    return row


async def test_logs_are_read_by_index_while_the_table_is_small(storage: Storage) -> None:
    """The plans are kept while the table grows. One with scans took 5 s for a page of a chat with 6,000 events."""
    journal = Journaled(storage)
    await journal.chat("c1", ticket=7)
    await journal.append(*(structs.replace(said("c1", str(number)), body=BODY) for number in range(5)))
    await storage.write(lambda tx: tx.session.connection().exec_driver_sql("ANALYZE events"))

    def scans(tx: Tx, read: Callable[[Tx], object]) -> int:
        read(tx)
        return int(tx.session.connection().exec_driver_sql(SCANS).scalar_one())

    counts = {
        name: [await storage.read(partial(scans, read=read)) for _ in range(TIMES)] for name, read in READS.items()
    }
    assert {name for name, scanned in counts.items() if any(scanned)} == set()
