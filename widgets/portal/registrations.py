"""`/webinars/registrations/{token}`: a registration, for whoever has the link of the letter. No sign-in is needed.

Opening the link changes nothing, because programs that check mail open links too. The buttons on the page act.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from learning.booking import Place
from learning.seats import LAST_MS
from refusals import Refused
from widgets.portal.frame import portal_page, problem_of, refused_page
from widgets.ports import program_of

_PATH = "/webinars/registrations/{token}"
_TOKEN_MAX = 100
Act: TypeAlias = Literal["confirm", "accept", "leave"]
_ACTS: tuple[Act, ...] = get_args(Act)


def routes() -> list[Route]:
    return [Route(_PATH, _opened, methods=["GET"]), Route(_PATH, _pressed, methods=["POST"])]


async def _opened(request: Request) -> Response:
    return await _page(request)


async def _pressed(request: Request) -> Response:
    program, token = program_of(request), _token_of(request)
    try:
        form = await program.portal.read_texts(request)
        await program.learning.use_link(request, token, _what(form.line("do")))
    except Refused as refused:
        if refused.code in ("conflict", "unavailable"):
            return await _page(request, problem_of(refused))
        return await _gone(request) if refused.code == "not_found" else refused_page(request, refused)
    return RedirectResponse(f"/webinars/registrations/{token}", 303, {"Cache-Control": "no-store"})


async def _page(request: Request, problem: str = "") -> Response:
    token = _token_of(request)
    try:
        place = await program_of(request).learning.registration(token)
    except Refused as refused:
        return await _gone(request) if refused.code == "not_found" else refused_page(request, refused)
    return await _shown(request, place, token, problem)


async def _gone(request: Request) -> Response:
    return await _shown(request, None, "", "")


async def _shown(request: Request, place: Place | None, token: str, problem: str) -> Response:
    now = program_of(request).portal.now()
    context = {
        "place": place,
        "token": token,
        "problem": problem,
        "over": place is not None and place.session.starts_at <= now,
        "last": place is not None and place.session.starts_at - LAST_MS <= now,
    }
    status = 404 if place is None else 409 if problem == "conflict" else 503 if problem else 200
    page = await portal_page(request, "portal/registration.html", context, None, "", status=status)
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def _token_of(request: Request) -> str:
    return str(request.path_params["token"])[:_TOKEN_MAX]


def _what(text: str) -> Act:
    for known in _ACTS:
        if text == known:
            return known
    raise Refused("invalid", "Choose one of the buttons.")
