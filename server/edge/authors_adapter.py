"""Implements `widgets.knowledge.ports.Authors`: the pages of authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import Request

from clock import Clock
from identity.actor import Actor
from knowledge.article import Article
from knowledge.authoring import Work
from knowledge.authoring_ports import Entry, Version, Wanted
from knowledge.draft import Draft
from knowledge.link_check import Finding
from knowledge.needs import Needs
from knowledge.properties import Properties, Publication
from knowledge.rendering import Rendered
from server.edge.article_files import ArticleFiles
from server.edge.authentication import Authentication
from server.edge.outages import as_refusals
from server.edge.plain_forms import read_plain_form
from server.live.knowledge.author_desk import AuthorDesk
from widgets.knowledge.exchange_ports import Exchange

FORM_MAX = 2 * 1024 * 1024
"""Maximum bytes of a form. The longest article has 100,000 characters, each of up to twelve bytes in a form."""
FIELDS_MAX = 40


class AuthorsAdapter:
    def __init__(
        self, clock: Clock, authentication: Authentication, desk: AuthorDesk, files: ArticleFiles, exchange: Exchange
    ) -> None:
        self._clock = clock
        self._authentication = authentication
        self._desk = desk
        self._files = files
        self.exchange = exchange

    def now(self) -> int:
        return self._clock()

    def products(self) -> Sequence[str]:
        return self._desk.products

    async def read_form(self, request: Request) -> Mapping[str, str]:
        self._authentication.refuse_foreign_origin(request)
        return (await read_plain_form(request, FORM_MAX, FIELDS_MAX)).values

    @as_refusals
    async def entries(self, by: Actor, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> Sequence[Entry]:
        return await self._desk.entries(by, wanted, after, limit)

    @as_refusals
    async def people(self, by: Actor) -> Sequence[tuple[str, str]]:
        return await self._desk.people(by)

    @as_refusals
    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        return await self._desk.names(ids)

    @as_refusals
    async def work(self, by: Actor, id_: int) -> Work:
        return await self._desk.work(by, id_)

    @as_refusals
    async def versions(self, by: Actor, id_: int, locale: str) -> Sequence[Version]:
        return await self._desk.versions(by, id_, locale)

    @as_refusals
    async def two_versions(self, by: Actor, id_: int, locale: str, one: int, other: int) -> tuple[Version, Version]:
        return await self._desk.two_versions(by, id_, locale, one, other)

    @as_refusals
    async def needs(self, by: Actor) -> Needs:
        return await self._desk.needs(by)

    @as_refusals
    async def broken_links(self, by: Actor, id_: int) -> Sequence[Finding]:
        return await self._desk.broken_links(by, id_)

    @as_refusals
    async def preview(self, by: Actor, body: str) -> Rendered:
        return await self._desk.preview(by, body)

    @as_refusals
    async def add_file(self, request: Request, by: Actor, id_: int) -> tuple[str, str]:
        self._authentication.refuse_foreign_origin(request)
        await self._desk.work(by, id_)
        file = await self._files.add(request, by, id_)
        return file.name, f"/articles/files/{file.id}{Path(file.name).suffix}"

    @as_refusals
    async def create(self, by: Actor, properties: Properties, draft: Draft) -> int:
        return await self._desk.create(by, properties, draft)

    @as_refusals
    async def change(self, by: Actor, id_: int, properties: Properties) -> Article:
        return await self._desk.change(by, id_, properties)

    @as_refusals
    async def save(self, by: Actor, id_: int, draft: Draft, mark: str | None, *, up_to_date: bool) -> Work:
        return await self._desk.save(by, id_, draft, mark, up_to_date=up_to_date)

    @as_refusals
    async def publish(self, by: Actor, id_: int, locale: str, wanted: Publication) -> int | None:
        return await self._desk.publish(by, id_, locale, wanted)

    @as_refusals
    async def unplan(self, by: Actor, id_: int, locale: str) -> None:
        await self._desk.unplan(by, id_, locale)

    @as_refusals
    async def discard(self, by: Actor, id_: int, locale: str) -> None:
        await self._desk.discard(by, id_, locale)

    @as_refusals
    async def restore(self, by: Actor, id_: int, locale: str, version: int) -> None:
        await self._desk.restore(by, id_, locale, version)

    @as_refusals
    async def take_back(self, by: Actor, id_: int, locale: str, version: int) -> None:
        await self._desk.take_back(by, id_, locale, version)

    @as_refusals
    async def withdraw(self, by: Actor, id_: int, moved_to: int | None) -> None:
        await self._desk.withdraw(by, id_, moved_to)

    @as_refusals
    async def bring_back(self, by: Actor, id_: int) -> None:
        await self._desk.bring_back(by, id_)
