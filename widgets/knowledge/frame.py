"""The common part of the pages of authors: who may open them, and their frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from identity.actor import Actor
from identity.permissions import MAY
from refusals import Refused
from widgets.portal.frame import STATUS_OF
from widgets.portal.moments import Moments
from widgets.ports import program_of
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in

Show = Callable[[Request, Actor], Awaitable[Response]]

SECTIONS = {"faqs": "FAQs", "training": "Training and Documentation", "releases": "Release Details"}
KINDS = {"article": "Article", "video": "Video", "quick_card": "Quick card", "release": "Release notes"}
VISIBILITIES = {
    "public": "Everybody",
    "signed_in": "Signed-in readers",
    "product": "Clients with the product",
    "staff": "Staff only",
}
LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}


def for_authors(show: Show) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a page of authors. If `show` raises a refusal, the endpoint answers with its error page."""

    async def endpoint(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff" or MAY["change", "articles"].isdisjoint(actor.roles):
            return error_page(request, 403)
        if actor.limited:
            # They must set up a second factor there first.
            return RedirectResponse("/account", 303, {"Cache-Control": "no-store"})
        try:
            return await show(request, actor)
        except Refused as refused:
            return error_page(request, STATUS_OF.get(refused.code, 404))

    return endpoint


def authors_page(
    request: Request, actor: Actor, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    """A page whose template extends `knowledge/frame.html`."""
    me, program = person(actor), program_of(request)
    zone = program.timezone(request)
    shown = {
        "me": me,
        "when": Moments("en-US", zone, zone, program.authors.now()),
        "page": {"me": me},
        "sections": SECTIONS,
        "kinds": KINDS,
        "visibilities": VISIBILITIES,
        "all_languages": LANGUAGES,
        "products": program.authors.products(),
        **context,
    }
    return page(request, template, shown, status=status)


def number_of(text: str) -> int | None:
    """A whole number from 0 with at most 15 digits. None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def id_of(request: Request) -> int:
    """The id of the article in the path. Raises Refused(not_found) if it is no number."""
    id_ = number_of(request.path_params["id"])
    if id_ is None:
        raise Refused("not_found", "There is no such article.")
    return id_


def seen(path: str) -> Response:
    """The redirect to the page that shows a change."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})
