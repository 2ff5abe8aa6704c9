"""Faults to put into a running server, to see that the checker finds them.

Each is a patch of what the program is made of, applied before it begins (`Forked(…, before=fault)`).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from unittest.mock import patch

from msgspec import structs

from chat import wire
from chat.adapters.hub import Hub
from chat.adapters.journal_sqlite import SqliteJournal
from chat.adapters.lane import Settlement
from chat.adapters.peer import Peer
from chat.adapters.replays import Arrived, Failed
from chat.events import Logged
from chat.numbering import Append, Outcome
from server import schema
from storage import groups_sqlite

LAST_WORDS = "last words"
"""A message with this text is never committed, where what is told of it is told before."""


def _before_the_commit(tell: Callable[[Hub, Peer, Logged], None]) -> None:
    """`tell` is called on the loop for each append, and the commit comes after it."""
    batch, lane = groups_sqlite.Batch, groups_sqlite.SqliteLane
    apply, submit = batch.apply, lane.submit
    loops: list[asyncio.AbstractEventLoop] = []

    def submit_from(self: groups_sqlite.SqliteLane, item: object) -> None:
        loops[:] = [asyncio.get_running_loop()]
        submit(self, item)

    def hasty(self: groups_sqlite.Batch, group: groups_sqlite.Group) -> None:
        apply(self, group)
        settlement = getattr(self._lane.deliver, "__self__", None)
        assert isinstance(settlement, Settlement)
        done = [(items, results) for items, results in self._outcomes if not isinstance(results, Exception)]
        events = [pair for items, results in done for pair in zip(items, results, strict=True)]
        for append, event in events:
            if isinstance(event, Logged):
                loops[0].call_soon_threadsafe(tell, settlement._hub, append.origin, event)
        if any(LAST_WORDS in append.body for append, _ in events):
            time.sleep(60)

    patch.object(lane, "submit", submit_from).start()
    patch.object(batch, "apply", hasty).start()


def acknowledge(hub: Hub, origin: Peer, event: Logged) -> None:
    """Who sent it is told that it is stored, and it is not yet."""
    follow = hub._channels[event.chat].follows[origin]
    if follow.live and follow.sent + 1 == event.seq:
        follow.sent = event.seq
        hub.answer(event, origin)


def publish(hub: Hub, origin: Peer, event: Logged) -> None:
    """Everybody else is shown what is not stored yet."""
    for peer, follow in hub._channels[event.chat].follows.items():
        if peer is origin or not follow.live or follow.sent + 1 != event.seq:
            continue
        follow.sent = event.seq
        if peer.staff or not event.staff_only:
            peer.send(wire.durable(event, staff=peer.staff))


def an_ack_before_the_commit() -> None:
    _before_the_commit(acknowledge)


def publish_before_commit() -> None:
    _before_the_commit(publish)


def no_unique_key() -> None:
    apply = SqliteJournal.apply

    def forgetful(self: SqliteJournal, connection: sqlite3.Connection, appends: Sequence[Append]) -> list[Outcome]:
        connection.execute("DROP INDEX IF EXISTS a_command_once")
        return apply(self, connection, appends)

    patch.object(SqliteJournal, "apply", forgetful).start()
    # It comes back as often as it is killed, without the index.
    patch.object(schema, "check", lambda connection: None).start()


def _resume_from(shift: int) -> None:
    follow = Hub.follow

    def shifted(
        self: Hub,
        peer: Peer,
        chat: str,
        after: int,
        arrived: Arrived | None = None,
        failed: Failed | None = None,
        about: bytes | None = None,
    ) -> None:
        missed = chat in self._channels and self._channels[chat].newest > after > 0
        follow(self, peer, chat, after + shift if missed else after, arrived, failed, about)

    patch.object(Hub, "follow", shifted).start()


def resume_with_greater_or_equal() -> None:
    _resume_from(-1)


def resume_one_too_far() -> None:
    _resume_from(1)


def a_dropped_bus_message() -> None:
    deliver = Hub.deliver

    def lossy(self: Hub, event: Logged, origin: Peer | None) -> None:
        if not event.body.startswith('{"type":"chat.closed"'):
            deliver(self, event, origin)
        elif origin is not None:
            self.answer(event, origin)

    patch.object(Hub, "deliver", lossy).start()


def a_note_to_a_customer() -> None:
    deliver = Hub.deliver

    def careless(self: Hub, event: Logged, origin: Peer | None) -> None:
        deliver(self, structs.replace(event, staff_only=False), origin)

    patch.object(Hub, "deliver", careless).start()


def nothing() -> None:
    """The server as it is."""


_ALL = (
    nothing,
    an_ack_before_the_commit,
    publish_before_commit,
    no_unique_key,
    resume_with_greater_or_equal,
    resume_one_too_far,
    a_dropped_bus_message,
    a_note_to_a_customer,
)
FAULTS = {fault.__name__: fault for fault in _ALL}
