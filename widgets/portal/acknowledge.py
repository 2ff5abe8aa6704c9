"""`/handovers/acknowledge`: a link in a letter, with which an account team acknowledges a hand-over.

Opening the link changes nothing, because programs that check mail open links too. The button on the page acknowledges
the hand-over.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from refusals import Refused
from ticketing.handed_over import LINK_MS
from widgets.portal.frame import portal_page, problem_of, refused_page
from widgets.ports import program_of

_PATH = "/handovers/acknowledge"
_TOKEN_MAX = 100
_DAYS = LINK_MS // (24 * 3_600_000)


def routes() -> list[Route]:
    return [Route(_PATH, _opened, methods=["GET"]), Route(_PATH, _pressed, methods=["POST"])]


async def _opened(request: Request) -> Response:
    try:
        return await _page(request, _short(request.query_params.get("token", "")))
    except Refused as refused:
        return refused_page(request, refused)


async def _pressed(request: Request) -> Response:
    portal = program_of(request).portal
    try:
        portal.check_form(request)
        token = _short((await portal.read_texts(request)).line("token"))
    except Refused as refused:
        return refused_page(request, refused)
    try:
        return await _acknowledged(request, token)
    except Refused as refused:
        return refused_page(request, refused)


async def _acknowledged(request: Request, token: str) -> Response:
    try:
        first = await program_of(request).portal.acknowledge(token)
    except Refused as refused:
        return await _page(request, token, problem=problem_of(refused) if refused.code != "not_found" else "")
    return await _page(request, token, first=first)


async def _page(request: Request, token: str, *, first: bool = False, problem: str = "") -> Response:
    """The page of a link. `first` is true if the hand-over was acknowledged just now."""
    handover = await program_of(request).portal.handover(token)
    works = handover is not None and (handover.works or handover.acknowledged_at is not None)
    shown = {"handover": handover, "token": token, "first": first, "problem": problem, "days": _DAYS}
    status = 503 if problem else 200 if works else 404
    page = await portal_page(request, "portal/acknowledge.html", shown, None, "", status=status)
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def _short(token: str) -> str:
    return token if len(token) <= _TOKEN_MAX else ""
