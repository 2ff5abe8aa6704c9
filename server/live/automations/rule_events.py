"""Queues the events of tickets and chats for the rules, in the transactions in which they happen.

While no rule waits for an event, the event costs one look into a set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from automations.events import TIMED, Event
from automations.pending import Pending
from automations.ports import Store
from chat.conversation import Chat
from chat.frames.durable import ChatAssigned, ChatClosed, ChatRated, ChatStarted, Durable
from clock import Clock
from server.live.webhooks import ticket_data
from storage.ports import Storage, Tx
from ticketing.events import Reply
from ticketing.ticket import FIELDS, Ticket

PROPERTIES = (*FIELDS, "custom_fields")
"""The properties whose changes rules can wait for."""
_CHAIN = "chain of rules"
"""The place in the transaction where the chain of the rules that run in it is kept."""


class RuleEvents:
    """Implements `server.live.webhooks.told_store.Told`."""

    def __init__(self, storage: Storage, clock: Clock, store: Store[Tx]) -> None:
        self._storage = storage
        self._clock = clock
        self._store = store
        self._read: frozenset[Event] | None = None
        """The events that any rule waits for. None until they are read for the first time."""
        self._changes = 0
        """Changes of rules in this process. What was read before a change is not used after it."""

    async def follow(self) -> None:
        """Read which events any rule waits for. Raises StorageUnavailable."""
        changes = self._changes
        wanted = await self._storage.read(self._store.wanted)
        if self._changes == changes:
            self._read = wanted

    @property
    def waits(self) -> bool:
        """True if any rule waits for events, as far as this process knows."""
        return self._read is None or bool(self._read)

    def changed(self, tx: Tx) -> None:
        """Called in each transaction that changes a rule."""
        wanted = self._store.wanted(tx)

        def take() -> None:
            self._read = wanted
            self._changes += 1

        tx.after_commit(take)

    @contextmanager
    def run_by(self, tx: Tx, chain: Sequence[str]) -> Iterator[None]:
        """What happens inside is done by the last rule of this chain."""
        tx.session.info[_CHAIN] = tuple(chain)
        try:
            yield
        finally:
            del tx.session.info[_CHAIN]

    def _wanted(self, tx: Tx) -> frozenset[Event]:
        if self._read is None:
            self._read = self._store.wanted(tx)
        return self._read

    def _put(
        self,
        tx: Tx,
        event: Event,
        *,
        ticket: int | None = None,
        chat: str | None = None,
        author: str | None = None,
        changed: Sequence[str] = (),
    ) -> None:
        if event not in self._wanted(tx):
            return
        chain: tuple[str, ...] = tx.session.info.get(_CHAIN, ())
        pending = Pending(
            event=event,
            at=self._clock(),
            ticket=ticket,
            chat=chat,
            author="rule" if chain else author,
            changed=tuple(changed),
            chain=chain,
        )
        self._store.put(tx, pending)

    def _look(self, tx: Tx, number: int) -> None:
        """Have the rules with a time look at the ticket: its times, or what their conditions test, may be others."""
        if TIMED in self._wanted(tx):
            self._store.look(tx, [number], self._clock())

    @property
    def times_wanted(self) -> bool:
        """True if a rule has a time, as far as this process knows."""
        return self._read is None or TIMED in self._read

    # -- chats ------------------------------------------------------------------------------

    def chat_events(self, tx: Tx, chat: Chat, events: Sequence[Durable]) -> None:
        if not self._wanted(tx):
            return
        for event in events:
            match event:
                case ChatStarted():
                    self._put(tx, "chat.started", chat=chat.id)
                case ChatAssigned():
                    self._put(tx, "chat.assigned", chat=chat.id)
                case ChatClosed():
                    self._put(tx, "chat.closed", chat=chat.id, ticket=event.ticket)
                case ChatRated():
                    self._put(tx, "chat.rated", chat=chat.id)
                case _:
                    pass

    # -- tickets ----------------------------------------------------------------------------

    def ticket_made(self, tx: Tx, ticket: Ticket, number: int) -> None:
        self._look(tx, number)
        self._put(tx, "ticket.created", ticket=number)
        if ticket.status == "solved":
            self._put(tx, "ticket.solved", ticket=number)

    def ticket_changed(self, tx: Tx, before: Ticket, after: Ticket) -> None:
        if not self._wanted(tx):
            return
        self._look(tx, after.number)
        # Times, flags and ratings are no properties: they also change with a reply.
        if changed := [name for name in ticket_data.changed(before, after) if name in PROPERTIES]:
            self._put(tx, "ticket.updated", ticket=after.number, changed=changed)
        for name in ticket_data.milestones(before, after):
            self._put(tx, name, ticket=after.number)

    def ticket_event(self, tx: Tx, number: int, seq: int, event: object) -> None:
        if isinstance(event, Reply):
            self._look(tx, number)
            self._put(tx, "ticket.replied", ticket=number, author=event.from_.kind)
