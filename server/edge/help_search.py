"""Searches the help center for the sender of a request: by the API and by pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from clock import Clock
from identity.actor import Actor
from search.document import Kind
from search.finding import Asked, Found
from search.reader import Reader
from search.words import query_words
from server.edge.authentication import Authentication
from server.edge.heavy_reads import HeavyReads
from server.live.readers import reader_of
from server.live.searching import Searching
from storage.ports import Tx
from ticketing.listing import Filters
from ticketing.service import Tickets
from ticketing.views import TicketView

REQUESTS_MAX = 3
"""At most this many requests are among the results of all kinds."""
_NOBODY = Actor(kind="customer", id="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A query, and what to search. `kinds` is None for all kinds of documents. `requests` is the maximum number of the
    person's own requests to search for."""

    q: str
    locale: str = "en"
    product: str | None = None
    kinds: Collection[Kind] | None = None
    limit: int = 10
    as_typed: bool = False
    requests: int = 0


@dataclass(frozen=True, slots=True)
class HelpFound:
    """What was found. `requests` are those of the person who searched."""

    found: Found
    requests: list[TicketView]

    @property
    def total(self) -> int:
        return self.found.total + len(self.requests)


class HelpSearch:
    def __init__(
        self,
        clock: Clock,
        authentication: Authentication,
        heavy_reads: HeavyReads,
        searching: Searching,
        tickets: Tickets,
    ) -> None:
        self._clock = clock
        self._authentication = authentication
        self._heavy_reads = heavy_reads
        self._finder = searching.finder
        self._tickets = tickets

    async def search(self, request: Request, wanted: Wanted) -> HelpFound:
        """What the sender of the request finds. Raises Refused."""
        actor, now = await self._actor(request), self._clock()

        def read(tx: Tx) -> HelpFound:
            requests = self._requests(tx, actor, wanted, now)
            if wanted.kinds is not None and not wanted.kinds:
                return HelpFound(Found([], 0), requests)
            given = reader_of(tx, actor)
            reader = Reader(signed_in=given.signed_in, staff=given.staff, products=given.products)
            return HelpFound(self._finder.find(tx, _asked(wanted, reader)), requests)

        return await self._heavy_reads.read_for(request, actor or _NOBODY, read, search=True)

    async def _actor(self, connection: HTTPConnection) -> Actor | None:
        """The sender of the request. None for people who have not proven enough to read more than what is public."""
        proof = await self._authentication.proof_of(connection)
        if proof is None or proof.actor.limited or "read" not in proof.scopes:
            return None
        return proof.actor

    def _requests(self, tx: Tx, actor: Actor | None, wanted: Wanted, now: int) -> list[TicketView]:
        """The customer's own requests that contain the words."""
        if actor is None or actor.kind != "customer" or not wanted.requests or not query_words(wanted.q):
            return []
        filters = Filters(q=wanted.q, whose="mine", product=(wanted.product,) if wanted.product else ())
        return self._tickets.lists.page(tx, actor, filters, now, limit=wanted.requests).tickets


def _asked(wanted: Wanted, reader: Reader) -> Asked:
    return Asked(
        q=wanted.q,
        reader=reader,
        locale=wanted.locale,
        product=wanted.product,
        kinds=wanted.kinds,
        limit=wanted.limit,
        as_typed=wanted.as_typed,
    )
