"""`/search`: what a person finds in the help center, and among the person's own requests."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from refusals import Refused
from search.document import Document
from search.excerpts import Span
from widgets.portal.frame import portal_page, refused_page
from widgets.ports import program_of
from widgets.search_ports import HelpFound, Wanted
from widgets.shared.catalogues import catalogue_for

_SHOWN = 30
_REQUESTS = 5
_Q_MAX = 200


def routes() -> list[Route]:
    return [Route("/search", _search, methods=["GET"])]


async def _search(request: Request) -> Response:
    """With `?q=…&product=…&as_typed=1`. Without words, only the search box."""
    program, query = program_of(request), request.query_params
    q, product = query.get("q", "").strip()[:_Q_MAX], query.get("product", "")[:_Q_MAX]
    wanted = Wanted(
        q=q,
        locale=catalogue_for(request).tag,
        product=product or None,
        limit=_SHOWN,
        as_typed="as_typed" in query,
        requests=_REQUESTS,
    )
    nearest: Sequence[Document] = ()
    found: HelpFound | None = None
    try:
        customer = await program.portal.customer(request)
        if q:
            found = await program.help_search.search(request, wanted)
            if not found.total or found.found.partly:
                nearest = await program.help_search.not_found(request, wanted)
    except Refused as refused:
        return refused_page(request, refused)
    shown = {
        "q": q,
        "product": product,
        "found": found,
        "nearest": nearest,
        "marked": marked,
        "requests_excerpt": _excerpt,
    }
    return await portal_page(request, "portal/search.html", shown, customer, "")


def marked(text: str, places: Sequence[Span]) -> Markup:
    """A text as HTML, with the words at these places marked."""
    parts, at = list[Markup](), 0
    for start, end in places:
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _excerpt(ticket: object) -> Markup:
    text, places = getattr(ticket, "excerpt", None), getattr(ticket, "highlights", None)
    return marked(text, places) if isinstance(text, str) and isinstance(places, list) else Markup("")
