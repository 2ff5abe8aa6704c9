"""Articles as readers get them over HTTP, and their answers to "Was this useful?"."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from starlette.requests import Request

from clock import Clock
from identity.actor import Actor
from identity.networks import coarse_network
from identity.permissions import may
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.store import SqlArticles
from knowledge.authoring_ports import Version
from knowledge.ports import Filter, Line
from knowledge.service import Articles, Gone, Shown
from refusals import Refused
from server.edge.authentication import Authentication, place_of
from server.live.readers import reader_of
from storage.ports import Storage, Tx


class ArticleReading:
    def __init__(self, clock: Clock, storage: Storage, authentication: Authentication) -> None:
        self._clock = clock
        self._storage = storage
        self._authentication = authentication
        self._articles = Articles(SqlArticles())
        self._versions = SqlAuthoring()

    async def actor(self, request: Request) -> Actor:
        """The sender of the request. Somebody unknown is a customer without an id."""
        return await self._authentication.reader_of(request) or Actor(kind="customer", id="")

    async def is_author(self, request: Request) -> bool:
        actor = await self.actor(request)
        return actor.kind == "staff" and may(actor, "read", "articles")

    async def lines(self, request: Request, wanted: Filter, locale: str, *, after: int, limit: int) -> Sequence[Line]:
        """The published articles of a filter that the sender may read, each in one language, by id. At most `limit`,
        with ids after `after`."""
        actor = await self.actor(request)
        return await self._storage.read(
            lambda tx: self._articles.listed(tx, reader_of(tx, actor), wanted, locale, after=after, limit=limit),
            "heavy",
        )

    async def article(self, request: Request, id_: int, locale: str) -> Shown | Gone:
        """Raises Refused(not_found)."""
        actor = await self.actor(request)
        return await self._storage.read(lambda tx: self._articles.read(tx, reader_of(tx, actor), id_, locale))

    async def versions(self, request: Request, id_: int, locale: str) -> list[Version]:
        """The versions of an article that the sender may read, newest first. Raises Refused(not_found)."""
        actor = await self.actor(request)

        def read(tx: Tx) -> list[Version]:
            found = self._articles.read(tx, reader_of(tx, actor), id_, locale)
            if isinstance(found, Gone):
                raise Refused("not_found", "This article was withdrawn.")
            return self._versions.versions(tx, id_, found.stored.text.locale)

        return await self._storage.read(read)

    def refuse_foreign_cookie(self, request: Request) -> None:
        """Raises Refused(forbidden) if a request with a cookie does not come from our own pages."""
        shown, proof = self._authentication.shown_by(request)
        if shown != "bearer" and proof:
            self._authentication.refuse_foreign_origin(request)

    async def say_useful(self, request: Request, id_: int, helpful: bool, comment: str | None) -> None:
        """Store an answer. Somebody unknown counts as one person for each network. Raises Refused."""
        self.refuse_foreign_cookie(request)
        actor, network, now = await self.actor(request), coarse_network(place_of(request)), self._clock()
        unknown = f"network:{hashlib.sha256((network or '').encode()).hexdigest()[:16]}"
        person = actor.customer or unknown
        from_network = None if actor.identified else network
        await self._storage.write(
            lambda tx: self._articles.say_useful(
                tx, reader_of(tx, actor), id_, person, helpful, comment, now, from_network
            )
        )
