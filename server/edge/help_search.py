"""Searches the help center for the sender of a request: by the API and by pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from starlette.requests import HTTPConnection, Request

from clock import Clock
from identity.actor import Actor
from identity.networks import network_of
from search.document import Document
from search.finding import Asked, Found
from search.misses import words_to_note
from search.reader import Reader
from search.words import query_words
from server.edge.authentication import Authentication
from server.edge.heavy_reads import HeavyReads
from server.live.knowledge.searching import Searching
from server.live.readers import reader_of
from storage.ports import Storage, Tx
from ticketing.listing import Filters
from ticketing.service import Tickets
from ticketing.views import TicketView
from widgets.search_ports import HelpFound, Wanted

REQUESTS_MAX = 3
"""At most this many requests are among the results of all kinds."""
MISSES_A_DAY = 30
"""At most this many queries of one person or network are noted per day if they find nothing."""
SHARES_MAX = 5_000
NEAREST = 5
_DAY_MS = 86_400_000
_NOBODY = Actor(kind="customer", id="")


class HelpSearch:
    def __init__(
        self,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        heavy_reads: HeavyReads,
        searching: Searching,
        tickets: Tickets,
    ) -> None:
        self._clock = clock
        self._storage = storage
        self._authentication = authentication
        self._heavy_reads = heavy_reads
        self._finder = searching.finder
        self._misses = searching.misses
        self._tickets = tickets
        self._noted = OrderedDict[str, tuple[int, set[str]]]()
        """For each share: a day, and the queries that were noted on it."""

    async def search(self, request: Request, wanted: Wanted) -> HelpFound:
        """What the sender of the request finds. Raises Refused."""
        actor, now = await self._actor(request), self._clock()

        def read(tx: Tx) -> HelpFound:
            requests = self._requests(tx, actor, wanted, now)
            if wanted.kinds is not None and not wanted.kinds:
                return HelpFound(Found([], 0), requests)
            return HelpFound(self._finder.find(tx, _asked(wanted, _reader(tx, actor))), requests)

        return await self._heavy_reads.read_for(request, actor or _NOBODY, read, search=True)

    async def not_found(self, request: Request, wanted: Wanted) -> Sequence[Document]:
        """Note that nothing was found, for the authors. Returns the newest questions about the product, or about any.
        Raises Refused."""
        actor, now = await self._actor(request), self._clock()
        words = words_to_note(wanted.q)
        if words and (actor is None or actor.kind == "customer") and self._is_new(request, actor, words, now):
            product = wanted.product or ""
            await self._storage.write(lambda tx: self._misses.note(tx, words, wanted.locale, product, now))

        def read(tx: Tx) -> Sequence[Document]:
            return self._finder.newest(tx, _asked(wanted, _reader(tx, actor)), "faqs", NEAREST)

        return await self._heavy_reads.read_for(request, actor or _NOBODY, read)

    def _is_new(self, request: Request, actor: Actor | None, words: str, now: int) -> bool:
        """False if this person or network has asked the same today, or too much. So a script cannot fill the list."""
        network = network_of(request.client.host) if request.client else ""
        share = actor.customer if actor is not None and actor.identified else network
        day, noted = self._noted.pop(share, (0, set()))
        if day != now // _DAY_MS:
            day, noted = now // _DAY_MS, set()
        self._noted[share] = day, noted
        if len(self._noted) > SHARES_MAX:
            self._noted.popitem(last=False)
        if words in noted or len(noted) >= MISSES_A_DAY:
            return False
        noted.add(words)
        return True

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


def _reader(tx: Tx, actor: Actor | None) -> Reader:
    given = reader_of(tx, actor)
    return Reader(signed_in=given.signed_in, staff=given.staff, products=given.products)


def _asked(wanted: Wanted, reader: Reader) -> Asked:
    return Asked(
        q=wanted.q,
        reader=reader,
        locale=wanted.locale,
        product=wanted.product,
        kinds=wanted.kinds,
        limit=wanted.limit,
        as_typed=wanted.as_typed,
        sentences=wanted.sentences,
        locale_first=wanted.locale_first,
    )
