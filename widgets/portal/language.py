"""`/language`: stores the language that a customer chooses at the top of the pages. It is stored in this browser, and
in the customer's account if there is one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal.frame import refused_page
from widgets.ports import Form, program_of
from widgets.shared.pages import own_path, signed_in


def routes() -> list[Route]:
    return [Route("/language", _choose, methods=["POST"])]


async def _choose(request: Request) -> Response:
    """Store the chosen language in this browser. If a customer with an account of this desk is signed in, store it in
    the account too."""
    program = program_of(request)
    try:
        form = await program.accounts.read_form(request)
        program.portal.keep_language(request, form.line("locale"))
        await _keep_in_the_account(request, form.line("locale"), led := _back(form))
    except Refused as refused:
        return refused_page(request, refused)
    return led


def _back(form: Form) -> Response:
    return RedirectResponse(own_path(form.line("next")) or "/", 303, {"Cache-Control": "no-store"})


async def _keep_in_the_account(request: Request, tag: str, response: Response) -> None:
    accounts, actor = program_of(request).accounts, await signed_in(request)
    if actor is None or actor.kind != "customer":
        return
    try:
        own = await accounts.own(request, actor)
    except Refused as refused:
        if refused.code == "forbidden":
            # A customer of a host site has no account here.
            return
        raise
    (await accounts.change(request, actor, own.name, tag, own.timezone))(response)
