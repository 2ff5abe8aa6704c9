"""The pages of staff. All of them require a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from widgets.ports import program_of
from widgets.shared.pages import error_page, page, person, signed_in, to_sign_in, vocabulary
from widgets.shared.staff_bar import FIRST_PAGES

_ACCOUNT = "/account"


def routes(customers_account: Callable[[Request, Actor], Awaitable[Response]]) -> list[Route]:
    """The routes of `/console`, `/tickets`, `/tickets/{number}`, `/mail`, `/inbox`, `/account`, and, for supervisors,
    `/floor` and `/review`.

    At `/account`, a customer gets the page of `customers_account`.
    """

    async def ticket(request: Request, actor: Actor) -> Response:
        number = request.path_params["number"]
        if not number.isascii() or not number.isdigit() or number.startswith("0") or len(number) > 16:
            return error_page(request, 404)
        # Without such a ticket, the page itself says so and links to the list.
        status = 200 if await program_of(request).has_ticket(request, actor, int(number)) else 404
        said = _words(request) | _assistant(request)
        return _staff_page(request, actor, "console/ticket.html", {**said, "number": int(number)}, status)

    async def console(request: Request, actor: Actor) -> Response:
        return _staff_page(request, actor, "console/console.html", _words(request) | _assistant(request))

    async def floor(request: Request, actor: Actor) -> Response:
        template = "console/floor-wall.html" if "wall" in request.query_params else "console/floor.html"
        return _supervisors_page(request, actor, template, _words(request))

    async def review(request: Request, actor: Actor) -> Response:
        return _supervisors_page(request, actor, "console/review.html", _words(request))

    async def account(request: Request, actor: Actor) -> Response:
        me = {**person(actor), "limited": actor.limited, "home": FIRST_PAGES.get(actor.role or "", "/console")}
        names = program_of(request).team_names(request, sorted(actor.teams))
        return page(
            request, "console/account.html", {"me": me, "team_names": names, "page": {"me": me, **_words(request)}}
        )

    return [
        Route(_ACCOUNT, _for_staff(account, customers_account), methods=["GET"]),
        Route("/console", _for_staff(console)),
        Route("/tickets", _for_staff(_shown("console/tickets.html"))),
        Route("/tickets/{number}", _for_staff(ticket)),
        Route("/mail", _for_staff(_shown("console/mail.html"))),
        Route("/inbox", _for_staff(_shown("console/inbox.html"))),
        Route("/floor", _for_staff(floor)),
        Route("/review", _for_staff(review)),
    ]


def _shown(template: str) -> Callable[[Request, Actor], Awaitable[Response]]:
    """A page that needs only the words of statuses and codes."""

    async def show(request: Request, actor: Actor) -> Response:
        return _staff_page(request, actor, template, _words(request))

    return show


def _words(request: Request) -> dict[str, object]:
    return vocabulary(program_of(request).settings.brand_name)


def _assistant(request: Request) -> dict[str, object]:
    """Where the assistant's texts go. Nothing if the desk has none."""
    host = program_of(request).settings.assist_host
    return {} if host is None else {"assist": host}


def _staff_page(request: Request, actor: Actor, template: str, data: dict[str, object], status: int = 200) -> Response:
    me = person(actor)
    shown = {"me": me, "number": data.get("number"), "page": {"me": me, **data}}
    return page(request, template, shown, status=status)


def _supervisors_page(request: Request, actor: Actor, template: str, data: dict[str, object]) -> Response:
    if actor.role != "supervisor":
        return error_page(request, 403)
    return _staff_page(request, actor, template, {**data, "timezone": program_of(request).timezone(request)})


def _for_staff(
    show: Callable[[Request, Actor], Awaitable[Response]],
    show_customer: Callable[[Request, Actor], Awaitable[Response]] | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        actor = await signed_in(request)
        if actor is None:
            return to_sign_in(request)
        if actor.kind != "staff":
            return await show_customer(request, actor) if show_customer is not None else error_page(request, 403)
        if actor.limited and request.url.path != _ACCOUNT:
            # They must set up a second factor there first.
            return RedirectResponse(_ACCOUNT, 303, {"Cache-Control": "no-store"})
        if not actor.converses and request.url.path == "/console":
            home = "/knowledge" if actor.role == "author" else "/admin"
            return RedirectResponse(home, 303, {"Cache-Control": "no-store"})
        if not actor.converses and request.url.path != _ACCOUNT:
            # The page would stay empty: authors, admins and auditors read no conversations.
            return error_page(request, 403)
        return await show(request, actor)

    return guarded
