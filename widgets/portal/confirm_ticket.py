"""`/requests/{number}/confirm`: a link in a letter, which proves the requester's address for this request alone.

Opening the link shows nothing of the request and changes nothing, because programs that check mail open links too. The
button on the page proves the address.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal.frame import number_of, portal_page, problem_of, refused_page
from widgets.ports import Form, program_of

_TOKEN_MAX = 100


def routes() -> list[Route]:
    return [
        Route("/requests/{number}/confirm", _opened, methods=["GET"]),
        Route("/requests/{number}/confirm", _pressed, methods=["POST"]),
    ]


async def _opened(request: Request) -> Response:
    portal, token = program_of(request).portal, _short(request.query_params.get("token", ""))
    try:
        number = number_of(request)
        not_fixed = "not_fixed" in request.query_params
        if await portal.shows(request, number):
            return _to_request(number, not_fixed)
        return await _page(request, number, token, not_fixed)
    except Refused as refused:
        return refused_page(request, refused)


async def _pressed(request: Request) -> Response:
    """Confirm the address. If the button for another link was pressed, send another link instead."""
    portal = program_of(request).portal
    try:
        number = number_of(request)
        portal.check_form(request)
        form = await portal.read_texts(request)
    except Refused as refused:
        return refused_page(request, refused)
    token = _short(form.line("token"))
    try:
        if form.line("do") == "again":
            await portal.send_link(request, number, token)
            return await _answer(request, "portal/link-sent.html", {}, 200)
        await portal.confirm(request, number, token)
    except Refused as refused:
        return await _refused(request, number, token, form, refused)
    return _to_request(number, bool(form.line("not_fixed")))


async def _refused(request: Request, number: int, token: str, form: Form, refused: Refused) -> Response:
    try:
        if refused.code == "not_found" and await program_of(request).portal.shows(request, number):
            return _to_request(number, bool(form.line("not_fixed")))
        if refused.code == "not_found" or form.line("do") == "again":
            return await _old(request, number, token, refused)
        return await _page(request, number, token, bool(form.line("not_fixed")), refused)
    except Refused as down:
        return refused_page(request, down)


async def _page(request: Request, number: int, token: str, not_fixed: bool, refused: Refused | None = None) -> Response:
    if not await program_of(request).portal.link_works(number, token):
        return await _old(request, number, token)
    problem = problem_of(refused) if refused is not None else ""
    shown = {"number": number, "token": token, "not_fixed": not_fixed, "problem": problem}
    return await _answer(request, "portal/confirm-ticket.html", shown, 503 if problem else 200)


async def _old(request: Request, number: int, token: str, refused: Refused | None = None) -> Response:
    problem = problem_of(refused) if refused is not None and refused.code != "not_found" else ""
    shown = {"number": number, "token": token, "problem": problem}
    return await _answer(request, "portal/old-ticket-link.html", shown, 404)


async def _answer(request: Request, template: str, shown: dict[str, object], status: int) -> Response:
    page = await portal_page(request, template, shown, None, "", status=status)
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def _to_request(number: int, not_fixed: bool) -> Response:
    """Redirect to the request. If `not_fixed` is true, redirect to the form in which the customer writes what is still
    wrong."""
    place = f"/requests/{number}" + ("?not_fixed#answer" if not_fixed else "")
    return RedirectResponse(place, 303, {"Cache-Control": "no-store"})


def _short(token: str) -> str:
    return token if len(token) <= _TOKEN_MAX else ""
