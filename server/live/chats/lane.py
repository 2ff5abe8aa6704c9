"""Creates the message lane for the database in use."""

from __future__ import annotations

from collections.abc import Callable

from chat.adapters.hub import Hub
from chat.adapters.journal_postgres import PostgresJournal
from chat.adapters.journal_sqlite import SqliteJournal
from chat.adapters.lane import Settlement
from chat.numbering import Append
from server.live.chats.unverified_chats import UnverifiedChats
from server.live.metrics import Metrics
from server.live.wakes import Wakes
from storage.ports import Lane, Storage


def open_lane(
    storage: Storage,
    hub: Hub,
    metrics: Metrics,
    unverified_chats: UnverifiedChats,
    silent_ms: Callable[[str], int],
    wakes: Wakes,
) -> Lane[Append]:
    """The lane that stores messages and notes.

    `silent_ms(team)` is the time in ms for which a customer may be silent before the chat ends.
    """
    settlement = Settlement(hub, metrics, unverified_chats, wakes.logged)
    if storage.dialect == "sqlite":
        return storage.lane(SqliteJournal(silent_ms).apply, settlement.deliver)
    return storage.lane(PostgresJournal(silent_ms).apply, settlement.deliver)
