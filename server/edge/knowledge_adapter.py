"""Implements `widgets.knowledge_ports.Knowledge`: the pages of articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from clock import Clock
from identity.actor import Actor
from identity.networks import coarse_network
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.store import SqlArticles
from knowledge.addresses import slug_of
from knowledge.article import Reader
from knowledge.comparing import differences
from knowledge.ports import Line
from knowledge.service import Articles, Gone, Shown
from refusals import Refused
from server.edge.article_files import ArticleFiles
from server.edge.authentication import Authentication, place_of
from server.edge.outages import as_refusals
from server.live.knowledge.often_read import OftenRead
from server.live.readers import reader_of
from server.live.teams import Teams
from storage.ports import Storage, Tx
from widgets.knowledge_ports import ArticleView, Comparison
from widgets.ports import Portal

RELATED_MAX = 3


class KnowledgeAdapter:
    def __init__(
        self,
        clock: Clock,
        storage: Storage,
        authentication: Authentication,
        portal: Portal,
        teams: Teams,
        files: ArticleFiles,
        note_read: Callable[[int], None],
    ) -> None:
        self._note_read = note_read
        self._files = files
        self._clock = clock
        self._storage = storage
        self._authentication = authentication
        self._portal = portal
        self._teams = teams
        self._articles = Articles(SqlArticles())
        self._versions = SqlAuthoring()
        self._often = OftenRead(storage, clock)

    @as_refusals
    async def tiles(self, request: Request) -> Mapping[str, Mapping[str, int]]:
        actor = await self._actor(request)
        counts = await self._storage.read(lambda tx: self._articles.counts(tx, reader_of(tx, actor)))
        return {product: counts[product] for product in self._teams.products if product in counts}

    @as_refusals
    async def often(self, request: Request, locale: str, limit: int) -> Sequence[Line]:
        actor = await self._actor(request)
        ids = await self._often.ids()
        if not ids:
            return []
        lines = await self._storage.read(lambda tx: self._articles.some(tx, reader_of(tx, actor), ids, locale))
        return lines[:limit]

    @as_refusals
    async def product(self, request: Request, address: str, locale: str) -> tuple[str, Sequence[Line]]:
        actor = await self._actor(request)
        named = next((product for product in self._teams.products if slug_of(product) == address), None)
        if named is None:
            raise Refused("not_found", "There is no such product.")
        lines = await self._storage.read(lambda tx: self._articles.of_product(tx, reader_of(tx, actor), named, locale))
        if not lines:
            raise Refused("not_found", "There are no articles about this product.")
        return named, lines

    @as_refusals
    async def article(self, request: Request, id_: int, locale: str) -> ArticleView | Gone:
        actor = await self._actor(request)
        return await self._storage.read(lambda tx: self._read(tx, reader_of(tx, actor), id_, locale))

    @as_refusals
    async def opened(self, request: Request, id_: int) -> None:
        actor = await self._actor(request)
        if actor is None or actor.kind != "staff":
            self._note_read(id_)

    @as_refusals
    async def public(self) -> Sequence[Line]:
        return await self._storage.read(lambda tx: self._articles.in_all_languages(tx, Reader()), "heavy")

    @as_refusals
    async def imported(self, request: Request, source: str, locale: str) -> tuple[int, str]:
        actor = await self._actor(request)
        return await self._storage.read(lambda tx: self._articles.imported(tx, reader_of(tx, actor), source, locale))

    @as_refusals
    async def versions(self, request: Request, id_: int, locale: str, old: int | None, new: int | None) -> Comparison:
        actor = await self._actor(request)
        return await self._storage.read(lambda tx: self._compared(tx, reader_of(tx, actor), id_, locale, old, new))

    def _compared(self, tx: Tx, reader: Reader, id_: int, locale: str, old: int | None, new: int | None) -> Comparison:
        shown = self._articles.read(tx, reader, id_, locale)
        if isinstance(shown, Gone):
            raise Refused("not_found", "This article was withdrawn.")
        text = shown.stored.text
        later, versions = new or text.version, self._versions.versions(tx, id_, text.locale)
        earlier = old or later - 1
        if len(versions) < 2 and old is None and new is None:
            return Comparison(shown, versions, 0, later, [])
        texts = [self._versions.version(tx, id_, text.locale, one) for one in (earlier, later)]
        if texts[0] is None or texts[1] is None:
            raise Refused("not_found", "There is no such version.")
        return Comparison(shown, versions, earlier, later, differences(texts[0].text, texts[1].text))

    @as_refusals
    async def file(self, request: Request, id_: str) -> Response:
        return await self._files.answer(request, await self._actor(request), id_)

    @as_refusals
    async def say_useful(self, request: Request, id_: int, helpful: bool, comment: str | None) -> None:
        self._authentication.refuse_foreign_origin(request)
        actor = await self._actor(request)
        writer = await self._portal.writer(request)
        now, network = self._clock(), None if writer.identified else coarse_network(place_of(request))
        await self._storage.write(
            lambda tx: self._articles.say_useful(
                tx, reader_of(tx, actor), id_, writer.customer, helpful, comment, now, network
            )
        )

    def _read(self, tx: Tx, reader: Reader, id_: int, locale: str) -> ArticleView | Gone:
        shown = self._articles.read(tx, reader, id_, locale)
        if isinstance(shown, Gone):
            return shown
        return ArticleView(shown, self._related(tx, reader, shown, locale))

    def _related(self, tx: Tx, reader: Reader, shown: Shown, locale: str) -> list[Line]:
        article = shown.article
        lines = self._articles.of_product(tx, reader, article.product, locale)
        others = [line for line in lines if line.article.id != article.id]
        return [line for line in others if line.article.topic and line.article.topic == article.topic][:RELATED_MAX]

    async def _actor(self, request: Request) -> Actor | None:
        return await self._authentication.actor_of_page(request)
