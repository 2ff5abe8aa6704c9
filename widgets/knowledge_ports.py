"""The functions that the pages of articles need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from knowledge.authoring_ports import Version
from knowledge.comparing import Row
from knowledge.ports import Line
from knowledge.service import Gone, Shown


@dataclass(frozen=True, slots=True)
class Comparison:
    """The versions of the article's text, newest first, without bodies, and the differences between the versions `old`
    and `new`. There are none if there is only one version."""

    shown: Shown
    versions: Sequence[Version]
    old: int
    new: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with the articles about the same topic."""

    shown: Shown
    related: Sequence[Line]


class Knowledge(Protocol):
    """Every method shows only what the sender of the request may read. Every method may raise Refused: `unavailable`
    during an outage, and what is said there."""

    async def tiles(self, request: Request) -> Mapping[str, Mapping[str, int]]:
        """How many articles there are, by product and section. Products without articles are left out."""
        ...

    async def often(self, request: Request, locale: str, limit: int) -> Sequence[Line]:
        """The FAQs that were opened most in the last 30 days, each in one language."""
        ...

    async def product(self, request: Request, address: str, locale: str) -> tuple[str, Sequence[Line]]:
        """A pair: the name of the product with this address, and its articles, each in one language.

        Raises Refused(not_found) if there is no such product, or it has no articles.
        """
        ...

    async def article(self, request: Request, id_: int, locale: str) -> ArticleView | Gone:
        """Raises Refused(not_found)."""
        ...

    async def public(self) -> Sequence[Line]:
        """The published articles that everybody may read, in all languages."""
        ...

    async def imported(self, request: Request, source: str, locale: str) -> tuple[int, str]:
        """The id and the title, in the reader's language, of the article that was imported with this source. Raises
        Refused(not_found)."""
        ...

    async def opened(self, request: Request, id_: int) -> None:
        """Count a visit. Visits of staff do not count."""
        ...

    async def versions(self, request: Request, id_: int, locale: str, old: int | None, new: int | None) -> Comparison:
        """The differences between two published versions. None stands for the newest version, and for the one before
        `new`. Raises Refused(not_found), also for a withdrawn article."""
        ...

    async def file(self, request: Request, id_: str) -> Response:
        """A picture, a video or captions of an article. Raises Refused(not_found)."""
        ...

    async def say_useful(self, request: Request, id_: int, helpful: bool, comment: str | None) -> None:
        """Store an answer to "Was this useful?". A browser that is not known becomes a new visitor and gets a cookie.
        Raises Refused."""
        ...
