"""The functions that pages with a search need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from search.document import Document, Kind
from search.finding import Found
from ticketing.views import TicketView


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A query, or with `sentences` a whole text, and what to search. `kinds` is None for all kinds of documents.
    `requests` is the maximum number of the person's own requests to search for."""

    q: str
    locale: str = "en"
    product: str | None = None
    kinds: Collection[Kind] | None = None
    limit: int = 10
    as_typed: bool = False
    sentences: bool = False
    locale_first: bool = False
    requests: int = 0


@dataclass(frozen=True, slots=True)
class HelpFound:
    """What was found. `requests` are those of the person who searched."""

    found: Found
    requests: list[TicketView]

    @property
    def total(self) -> int:
        return self.found.total + len(self.requests)


class HelpSearching(Protocol):
    """Every method shows only what the sender of the request may see. Every method may raise Refused."""

    async def search(self, request: Request, wanted: Wanted) -> HelpFound: ...

    async def not_found(self, request: Request, wanted: Wanted) -> Sequence[Document]:
        """Note that nothing was found, for the authors. Returns questions that people ask often or lately."""
        ...
