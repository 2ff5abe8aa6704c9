"""`/requests/{number}/not-mine`: gives back a request that somebody else began with the customer's email address."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal.frame import number_of, refused_page
from widgets.ports import program_of
from widgets.shared.pages import signed_in, to_sign_in


def routes() -> list[Route]:
    return [Route("/requests/{number}/not-mine", _not_mine, methods=["POST"])]


async def _not_mine(request: Request) -> Response:
    program = program_of(request)
    try:
        number = number_of(request)
        actor, person = await program.portal.customer(request), await signed_in(request)
    except Refused as refused:
        return refused_page(request, refused)
    is_signed_in = person is not None and person.kind == "customer"
    if actor is None or not (is_signed_in or number in actor.confirmed):
        # This URL takes no GET: after the sign-in, the page of the request has the button again.
        return to_sign_in(request, request.url.path.removesuffix("/not-mine"))
    try:
        await program.accounts.read_form(request)
        await program.accounts.not_mine(actor, number)
    except Refused as refused:
        return refused_page(request, refused)
    return RedirectResponse("/requests", 303, {"Cache-Control": "no-store"})
