"""Looks up what Zendesk's JSON refers to: numbers of ids, companies, first texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from clock import Clock
from identity.actor import Actor
from identity.adapters.customer_store import SqlCustomerStore
from identity.ports import Client
from refusals import Refused
from server.edge.heavy_reads import HeavyReads, stored
from server.edge.problems import FIELD_NUMBERS
from server.settings import Settings
from storage.ports import Storage, Tx
from ticketing.adapters.store import SqlStore
from ticketing.custom_fields import PREFIX
from ticketing.errors import NotFound
from ticketing.events import said_in
from ticketing.service import Tickets
from ticketing.views import TicketView
from zendesk.adapters.store import SqlNumbers
from zendesk.custom_fields import NumberedFields
from zendesk.numbers import Key
from zendesk.reading import Numbers, Place, keys_in, ticket_of
from zendesk.shapes import ShownTicket

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read:
    """Tickets, and what their JSON refers to."""

    tickets: Sequence[TicketView]
    place: Place
    numbers: Numbers


class ZendeskDesk:
    def __init__(
        self, storage: Storage, clock: Clock, tickets: Tickets, heavy_reads: HeavyReads, settings: Settings
    ) -> None:
        self.storage, self.clock, self.tickets, self.heavy_reads = storage, clock, tickets, heavy_reads
        self.base_url = settings.base_url
        self._settings = settings
        self.numbers = SqlNumbers()
        self._store = SqlStore()
        self._customers = SqlCustomerStore()

    def origin(self, request: Request) -> str:
        """The start of addresses of further pages: BASE_URL, or the address of the request if it is not set."""
        return self.base_url if self._settings.base_url_given else str(request.base_url).rstrip("/")

    def clients(self, tx: Tx) -> list[Client]:
        """All clients by name."""
        return self._customers.clients(tx)

    def fields(self, tx: Tx) -> NumberedFields:
        """All custom fields."""
        return self.numbers.fields(tx, self._store.custom_fields(tx))

    @asynccontextmanager
    async def naming_fields(self, request: Request) -> AsyncIterator[None]:
        """Refusals in this block name custom fields by the numbers that programs know."""
        try:
            yield
        except Refused as refused:
            if any(name.startswith(PREFIX) for name in refused.fields or ()):
                known = await self.storage.read(self.fields)
                request.scope[FIELD_NUMBERS] = {field.key: known.number(field.key) for field in known.fields}
            raise

    def described(self, tx: Tx, views: Sequence[TicketView]) -> Read:
        """The tickets with everything that their JSON refers to."""
        named = any(view.client is not None for view in views)
        clients = {client.name: client.id for client in self.clients(tx)} if named else {}
        texts = self._texts(tx, [view.number for view in views])
        place = Place(self.base_url, clients, texts, self.fields(tx))
        return Read(views, place, self.numbers.known(tx, keys_in(views, clients)))

    async def read(self, request: Request, actor: Actor, query: Callable[[Tx], T], *, search: bool = False) -> T:
        return await self.heavy_reads.read_for(request, actor, query, search=search)

    async def numbered(self, keys: Collection[Key], known: Mapping[Key, int]) -> Numbers:
        """The numbers of these ids. Ids that are shown for the first time get a number."""
        missing = set(keys) - known.keys()
        if not missing:
            return known
        return {**known, **await self.storage.write(lambda tx: self.numbers.give(tx, missing))}

    async def shown(self, read: Read) -> list[ShownTicket]:
        numbers = await self.numbered(keys_in(read.tickets, read.place.clients), read.numbers)
        return [ticket_of(view, numbers, read.place) for view in read.tickets]

    async def one(self, request: Request, actor: Actor, number: int, *, written: bool = False) -> ShownTicket:
        """The ticket. Raises NotFound if the actor may not see it, unless they have just `written` it: after a move to
        another team, they still get the answer to their request."""
        now = self.clock()

        def found(tx: Tx) -> Read:
            ticket = self._store.find(tx, number) if written else self.tickets.theirs(tx, actor, number)
            if ticket is None:
                raise NotFound
            return self.described(tx, [self.tickets.properties(tx, actor, ticket, now)])

        if not written:
            (ticket,) = await self.shown(await self.heavy_reads.read_for(request, actor, found))
            return ticket
        read = await self.heavy_reads.answer_for(request, actor, found)
        with stored():
            (ticket,) = await self.shown(read)
        return ticket

    def _texts(self, tx: Tx, numbers: Sequence[int]) -> dict[int, str]:
        """The first texts of tickets that began with one."""
        found = self._store.events_at(tx, [(number, 1) for number in numbers]) if numbers else {}
        texts = {number: said_in(event.body) for (number, _), event in found.items() if not event.staff_only}
        return {number: text for number, text in texts.items() if text is not None}
