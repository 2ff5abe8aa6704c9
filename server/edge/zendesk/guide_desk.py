"""Looks up what Zendesk's JSON of the help center refers to: numbers of sections, texts, names in a language."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar

from msgspec import Meta

from knowledge.adapters.guide_html import converted
from knowledge.adapters.store import SqlArticles
from knowledge.article import SECTIONS, Reader
from knowledge.page import Fault
from knowledge.service import Articles, Shown
from refusals import Refused, invalid
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import Call
from server.edge.article_reading import ArticleReading
from server.edge.zendesk.desk import ZendeskDesk
from server.edge.zendesk.paging import number_in
from server.live.knowledge.author_desk import AuthorDesk
from server.live.readers import reader_of
from server.live.teams import Teams
from storage.ports import Tx
from widgets.shared.catalogues import Catalogue, catalogue_of
from zendesk.guide import Place, category_key, place_of, product_of, tag_of
from zendesk.guide_reading import Addresses, Told
from zendesk.numbers import Key, Kind
from zendesk.reading import Numbers

T = TypeVar("T")
LOCALE = text("locale", "The language of the texts, if there is one in it: `en-us`, `fr`, `es`. Also part of the path.")
ID = (Parameter("id", Annotated[int, Meta(ge=1)], "A number that the desk gave."),)
_NAMES = {"faqs": "FAQs", "training": "Training and Documentation", "releases": "Release Details"}


@dataclass(frozen=True, slots=True)
class GuideDesk:
    desk: ZendeskDesk
    reading: ArticleReading
    authors: AuthorDesk
    teams: Teams

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.desk.base_url)

    @property
    def articles(self) -> Articles:
        return Articles(SqlArticles())

    async def reader(self, call: Call) -> tuple[Reader, bool]:
        """What the sender may read, and whether they are an author."""
        actor = await self.reading.actor(call.request)
        reader = await self.desk.storage.read(lambda tx: reader_of(tx, actor))
        return reader, await self.reading.is_author(call.request)

    async def read(self, call: Call, query: Callable[[Tx], T]) -> T:
        """The result of an expensive read, which waits for its turn. Raises Refused."""
        return await self.desk.read(call.request, await self.reading.actor(call.request), query)

    async def numbers(self, keys: Collection[Key]) -> Numbers:
        known = await self.desk.storage.read(lambda tx: self.desk.numbers.known(tx, keys))
        return await self.desk.numbered(keys, known)

    async def product(self, call: Call) -> str:
        """The product whose number is in the path. Raises Refused(not_found)."""
        key = await self._key(call, "category")
        product = product_of(key, self.teams.products) if key is not None else None
        if product is None:
            raise Refused("not_found", "There is no such category.")
        return product

    async def place(self, call: Call) -> Place:
        """The section whose number is in the path. Raises Refused(not_found), also for a topic without an article that
        the sender may read, unless they are an author."""
        place = await self.place_numbered(number_in(call, "id"))
        if place is None or (place.topic and place not in await self.topics(call)):
            raise Refused("not_found", "There is no such section.")
        return place

    async def place_numbered(self, number: int | None) -> Place | None:
        if number is None:
            return None
        key = await self.desk.storage.read(lambda tx: self.desk.numbers.key(tx, "section", number))
        return place_of(key, self.teams.products) if key is not None else None

    async def topics(self, call: Call) -> list[Place]:
        """The topics of the articles that the sender may read. For authors also those that programs have added."""
        reader, is_author = await self.reader(call)
        products = self.teams.products

        def read(tx: Tx) -> list[Place]:
            found = [Place(*one) for one in SqlArticles().topics(tx, reader)]
            added = self.desk.numbers.keys(tx, "section") if is_author else []
            places = [place for key in added if (place := place_of(key, products)) is not None and place.topic]
            return [one for one in dict.fromkeys([*found, *places]) if one.product in products]

        return await self.read(call, read)

    async def _key(self, call: Call, kind: Kind) -> Key | None:
        number = number_in(call, "id")
        if number is None:
            return None
        return await self.desk.storage.read(lambda tx: self.desk.numbers.key(tx, kind, number))


def keys_of(places: Sequence[Place]) -> set[Key]:
    found = {category_key(place.product) for place in places}
    return found | {one.key for place in places for one in (place, place.whole)}


def locale_of(call: Call) -> str:
    """The tag of the language that the sender asks for, with its region. Raises Refused(invalid)."""
    locale = call.query[LOCALE]
    base = tag_of(locale)
    region = (locale or "").partition("-")[2].upper()
    return f"{base}-{region}" if region and locale and base != "en" else base


def name_of(place: Place, locale: str) -> str:
    """The name of a section in a language. Topics have one name."""
    catalogue = catalogue_of(locale) or Catalogue()
    return place.topic or catalogue.gettext(_NAMES[place.section])


def position_of(place: Place) -> int:
    return SECTIONS.index(place.section)


def told(shown: Shown, *, is_author: bool) -> Told:
    text = shown.stored.text
    owner = shown.article.owner if is_author else None
    return Told(shown.article, text, shown.stored.html, shown.older, owner=owner, languages=frozenset(shown.titles))


async def markdown_of(html: str) -> str:
    """The Markdown of an article's HTML. Raises Refused(invalid)."""
    try:
        # Long HTML must not hold up the loop.
        return (await asyncio.to_thread(converted, html, lambda link: link)).body
    except Fault as fault:
        raise invalid("body", str(fault)) from None
