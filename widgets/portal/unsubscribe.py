"""`/unsubscribe/{token}`: the link in letters to followers. Opening it changes nothing, because programs that check
mail open links too.

The button of the page, and mail programs (RFC 8058), send a POST. It needs no session and no cookie, may come from any
site, and repeats without effect: the token is all that it needs.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from refusals import Refused
from widgets.followed import how_words, name_of, what_words
from widgets.following_ports import Do, LinkView
from widgets.portal.frame import portal_page, problem_of, refused_page
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for

_DOES: dict[str, Do] = {"stop": "stop", "weekly": "weekly", "resume": "resume", "stop_all": "stop_all"}


def routes() -> list[Route]:
    path = "/unsubscribe/{token}"
    return [Route(path, _opened, methods=["GET"]), Route(path, _pressed, methods=["POST"])]


async def _opened(request: Request) -> Response:
    try:
        return await _page(request, None)
    except Refused as refused:
        return refused_page(request, refused)


async def _pressed(request: Request) -> Response:
    program = program_of(request)
    try:
        form = await program.portal.read_texts(request)
    except Refused as refused:
        return refused_page(request, refused)
    # Mail programs send `List-Unsubscribe=One-Click`.
    do = _DOES.get(form.line("do"), "stop")
    try:
        await program.following.use_link(_token(request), do)
    except Refused as refused:
        return await _failed(request, refused)
    return await _page(request, do)


async def _failed(request: Request, refused: Refused) -> Response:
    shown = {"link": None, "problem": problem_of(refused), "done": None, "names": "", "token": ""}
    return await portal_page(request, "portal/unsubscribe.html", shown, None, "", status=503)


async def _page(request: Request, done: Do | None) -> Response:
    catalogue = catalogue_for(request)
    link = await program_of(request).following.link(_token(request), catalogue.tag)
    shown: dict[str, object] = {
        "link": link,
        "names": _names(link, catalogue.gettext) if link is not None else "",
        "levels": _levels(link, catalogue.gettext) if link is not None else "",
        "done": done,
        "token": _token(request),
        "problem": "",
    }
    page = await portal_page(request, "portal/unsubscribe.html", shown, None, "", status=200 if link else 404)
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def _names(link: LinkView, say: Callable[[str], str]) -> str:
    names = (name_of(one.followed, say) for one in link.follows if one.followed is not None)
    return "; ".join(dict.fromkeys(names)) or say("something that you can no longer read")


def _levels(link: LinkView, say: Callable[[str], str]) -> str:
    """How often the letters come and what they tell, if it is the same for all follows of the link."""
    levels = {
        (how_words(one.level.how, say), what_words(one.subject.kind, one.level.what, say)) for one in link.follows
    }
    return ", ".join(levels.pop()) if len(levels) == 1 else ""


def _token(request: Request) -> str:
    return str(request.path_params["token"])
