"""`GET /api/search`: what a person finds in the help center and among the person's own requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from msgspec import UNSET, Struct, field
from starlette.responses import Response

from clock import rfc3339
from search.document import Kind, Visibility
from search.finding import Found, Result
from search.words import QUERY_MAX
from server.edge.api.bodies import answer
from server.edge.api.queries import QueryParameter, choice, many, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.help_search import REQUESTS_MAX, HelpSearch
from ticketing.views import TicketView
from widgets.search_ports import Wanted

LIMIT, LIMIT_MAX = 10, 50
_KINDS: tuple[Kind, ...] = get_args(Kind)
Span = tuple[int, int]


class SearchResult(Struct, frozen=True, kw_only=True):
    """A document or request that was found."""

    kind: Kind | Literal["ticket"]
    id: str
    title: str
    url: str
    excerpt: str
    """The part of the text with most of the words, as plain text."""
    highlights: list[Span]
    """The words in `excerpt`: start and end in characters (code points)."""
    title_highlights: list[Span]
    """The words in `title`."""
    section: str | None
    product: str | None
    locale: str | None
    """The language of the text. Null for a request."""
    visibility: Visibility | None
    """Who may read it. Null for a request."""
    updated_at: str


class Corrected(Struct, frozen=True):
    """The query was misspelt. The results are those of `to`."""

    from_: str = field(name="from")
    to: str


class SearchResults(Struct, frozen=True):
    """What was found, best first. `total` counts at most 100 documents."""

    results: list[SearchResult]
    corrected: Corrected | None
    total: int


_Q = text("q", f"Words to find. The last may be incomplete. Only the first {QUERY_MAX} characters count.")
_LOCALE = text("locale", "Language, such as `fr`. What exists in several languages is found in this one if possible.")
_LOCALE_FIRST = choice(
    "locale_first",
    ("true", "false"),
    "If `true`, of documents with as many of the words, what exists in `locale` comes first, and is shown in it.",
)
_PRODUCT = text("product", "Only what is about this product.")
_KIND = many("kind", "Only these kinds. `ticket`: the sender's own requests.", (*_KINDS, "ticket"))
_LIMIT = number("limit", 1, LIMIT_MAX, f"Maximum number of results. Default: {LIMIT}.")
_AS_TYPED = choice("as_typed", ("true", "false"), "If `true`, misspelt words are not corrected.")
_SENTENCES = choice(
    "sentences", ("true", "false"), "If `true`, `q` is a text: what is found need not have all of its words."
)
QUERY: tuple[QueryParameter[object], ...] = (
    *(_Q, _LOCALE, _LOCALE_FIRST, _PRODUCT, _KIND),
    *(_LIMIT, _AS_TYPED, _SENTENCES),
)


class SearchApi(Api):
    def __init__(self, base_url: Callable[[], str], search: HelpSearch) -> None:
        self._base_url = base_url
        self._search = search

    async def search(self, call: Call) -> Response:
        """Results are limited to what the sender may see. Without a session or token, these are public documents.

        If no document contains a word, the nearest word of the documents that the sender may see is searched for
        instead, and `corrected` says so.
        """
        wanted = _wanted(call)
        found = await self._search.search(call.request, wanted)
        base = self._base_url()
        requests = [_of_request(ticket, base) for ticket in found.requests][: wanted.limit]
        documents = found.found.results[: wanted.limit - len(requests)]
        results = [*(_of_document(result, base) for result in documents), *requests]
        return answer(SearchResults(results, _corrected(wanted.q, found.found), found.total))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/search",
            endpoint=search,
            summary="Search the help center and one's own requests",
            answers=(Answer(200, "The results.", SearchResults),),
            in_query=QUERY,
            errors=("rate_limited", "unavailable"),
        ),
    )


def _wanted(call: Call) -> Wanted:
    query = call.query
    kinds = query[_KIND]
    limit = query[_LIMIT] or LIMIT
    alone = kinds == ("ticket",)
    return Wanted(
        q=query[_Q] or "",
        locale=query[_LOCALE] or "en",
        product=query[_PRODUCT] or None,
        kinds=[kind for kind in _KINDS if kind in kinds] if kinds else None,
        limit=limit,
        as_typed=query[_AS_TYPED] == "true",
        sentences=query[_SENTENCES] == "true",
        locale_first=query[_LOCALE_FIRST] == "true",
        requests=(limit if alone else min(limit, REQUESTS_MAX)) if not kinds or "ticket" in kinds else 0,
    )


def _corrected(q: str, found: Found) -> Corrected | None:
    return Corrected(q, found.corrected) if found.corrected is not None else None


def _of_document(result: Result, base: str) -> SearchResult:
    document = result.document
    return SearchResult(
        kind=document.kind,
        id=document.source,
        title=document.title,
        url=base + document.address,
        excerpt=result.excerpt.text,
        highlights=result.excerpt.highlights,
        title_highlights=result.title_highlights,
        section=document.section,
        product=document.product,
        locale=document.locale,
        visibility=document.visibility,
        updated_at=rfc3339(document.updated_at),
    )


def _of_request(ticket: TicketView, base: str) -> SearchResult:
    return SearchResult(
        kind="ticket",
        id=str(ticket.number),
        title=ticket.subject or f"#{ticket.number}",
        url=f"{base}/requests/{ticket.number}",
        excerpt=ticket.excerpt if ticket.excerpt is not UNSET else "",
        highlights=ticket.highlights if ticket.highlights is not UNSET else [],
        title_highlights=[],
        section=None,
        product=ticket.product,
        locale=None,
        visibility=None,
        updated_at=ticket.updated_at,
    )
