"""`/knowledge/needs`: what to write next. `/knowledge/articles/{id}/links`: links that lead nowhere."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from knowledge.article import ORIGINAL
from knowledge.needs import DAYS
from widgets.knowledge.frame import authors_page, for_authors, id_of
from widgets.ports import program_of


def routes() -> list[Route]:
    return [
        Route("/knowledge/needs", for_authors(_needs), methods=["GET"]),
        Route("/knowledge/articles/{id}/links", for_authors(_links), methods=["GET"]),
    ]


async def _needs(request: Request, actor: Actor) -> Response:
    needs = await program_of(request).authors.needs(actor)
    return authors_page(request, actor, "knowledge/needs.html", {"needs": needs, "days": DAYS})


async def _links(request: Request, actor: Actor) -> Response:
    authors, id_ = program_of(request).authors, id_of(request)
    work = await authors.work(actor, id_)
    found = await authors.broken_links(actor, id_)
    context = {"article": work.article, "title": work.present(ORIGINAL).title or "Untitled", "findings": found}
    return authors_page(request, actor, "knowledge/links.html", context)
