"""`/hc/…`: addresses of an imported Zendesk Guide help center. They lead to the present ones."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from knowledge.addresses import article_path
from knowledge.guide_links import address_of, source_of
from refusals import Refused
from widgets.portal.frame import refused_page
from widgets.ports import program_of

_PAGES = {"requests": "/requests", "home": "/"}


def routes() -> list[Route]:
    return [Route("/hc/{rest:path}", _old_address, methods=["GET"])]


async def _old_address(request: Request) -> Response:
    found = address_of(request.url.path)
    try:
        if found is not None and found.kind == "articles":
            id_, title = await program_of(request).knowledge.imported(request, source_of(found.id), found.locale)
            return RedirectResponse(article_path(id_, title), 301)
        if found is None or found.kind not in _PAGES:
            raise Refused("not_found", "There is no such page.")
    except Refused as refused:
        return refused_page(request, refused)
    return RedirectResponse("/submit" if found.new else _PAGES[found.kind], 301)
