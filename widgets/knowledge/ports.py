"""The functions that the pages of authors need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor
from knowledge.article import Article
from knowledge.authoring import Work
from knowledge.authoring_ports import Entry, Version, Wanted
from knowledge.draft import Draft
from knowledge.link_check import Finding
from knowledge.needs import Needs
from knowledge.properties import Properties, Publication
from knowledge.rendering import Rendered
from widgets.knowledge.exchange_ports import Exchange


class Authors(Protocol):
    """Every method with `by` raises Refused: `forbidden` for people who may not write articles, `unavailable` during an
    outage, and what is said there."""

    @property
    def exchange(self) -> Exchange: ...

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    def products(self) -> Sequence[str]:
        """The products of the hours file, in its order."""
        ...

    async def read_form(self, request: Request) -> Mapping[str, str]:
        """The fields of a form. Raises Refused: `forbidden` for a form of another site, `too_large`, or `bad_frame`."""
        ...

    async def entries(self, by: Actor, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> Sequence[Entry]:
        """At most `limit` articles, last changed first, after the one with this time of change and id."""
        ...

    async def people(self, by: Actor) -> Sequence[tuple[str, str]]:
        """The ids and names of all enabled staff, by name."""
        ...

    async def names(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The names of staff, by id."""
        ...

    async def work(self, by: Actor, id_: int) -> Work:
        """Raises Refused(not_found)."""
        ...

    async def versions(self, by: Actor, id_: int, locale: str) -> Sequence[Version]:
        """Newest first, without bodies."""
        ...

    async def two_versions(self, by: Actor, id_: int, locale: str, one: int, other: int) -> tuple[Version, Version]: ...

    async def needs(self, by: Actor) -> Needs: ...

    async def broken_links(self, by: Actor, id_: int) -> Sequence[Finding]:
        """The links of an article's published texts that lead nowhere. Calls other hosts."""
        ...

    async def preview(self, by: Actor, body: str) -> Rendered: ...

    async def add_file(self, request: Request, by: Actor, id_: int) -> tuple[str, str]:
        """Store the file of a form for an article. Returns its name and its address. Raises Refused for a file that is
        not accepted."""
        ...

    async def create(self, by: Actor, properties: Properties, draft: Draft) -> int:
        """Add an article with a draft. Returns its id."""
        ...

    async def change(self, by: Actor, id_: int, properties: Properties) -> Article: ...

    async def save(self, by: Actor, id_: int, draft: Draft, mark: str | None, *, up_to_date: bool) -> Work:
        """Save a draft. `mark` is that of the state from which the author started. `up_to_date`: a translation is one
        of the present original. Raises Overtaken if somebody else changed the text meanwhile."""
        ...

    async def publish(self, by: Actor, id_: int, locale: str, wanted: Publication) -> int | None:
        """Publish the draft, now or later. Returns the version, None if it is planned."""
        ...

    async def unplan(self, by: Actor, id_: int, locale: str) -> None: ...

    async def discard(self, by: Actor, id_: int, locale: str) -> None: ...

    async def restore(self, by: Actor, id_: int, locale: str, version: int) -> None: ...

    async def take_back(self, by: Actor, id_: int, locale: str, version: int) -> None: ...

    async def withdraw(self, by: Actor, id_: int, moved_to: int | None) -> None: ...

    async def bring_back(self, by: Actor, id_: int) -> None: ...
