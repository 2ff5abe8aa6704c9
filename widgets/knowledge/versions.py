"""`/knowledge/articles/{id}/versions`: the published versions of a text, and the differences between two of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from knowledge.article import ORIGINAL
from knowledge.comparing import differences
from widgets.knowledge.frame import LANGUAGES, authors_page, for_authors, id_of, number_of
from widgets.ports import program_of


def routes() -> list[Route]:
    return [Route("/knowledge/articles/{id}/versions", for_authors(_shown), methods=["GET"])]


async def _shown(request: Request, actor: Actor) -> Response:
    authors, id_ = program_of(request).authors, id_of(request)
    asked = request.query_params
    locale = asked.get("locale", ORIGINAL) if asked.get("locale") in LANGUAGES else ORIGINAL
    work = await authors.work(actor, id_)
    versions = await authors.versions(actor, id_, locale)
    names = await authors.names([one.by for one in versions if one.by is not None])
    newest = versions[0].version if versions else 0
    new = number_of(asked.get("to", "")) or newest
    old = number_of(asked.get("from", "")) or max(new - 1, 0)
    rows = None
    if old and new:
        before, after = await authors.two_versions(actor, id_, locale, old, new)
        rows = differences(before.text, after.text)
    context = {
        "article": work.article,
        "title": work.present(locale).title or "Untitled",
        "locale": locale,
        "versions": versions,
        "names": names,
        "old": old,
        "new": new,
        "rows": rows,
        "has_draft": locale in work.drafts,
    }
    return authors_page(request, actor, "knowledge/versions.html", context)
