"""`/language`: the language of the pages, chosen in their head and remembered in this browser."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal.frame import refused_page
from widgets.ports import program_of
from widgets.shared.pages import own_path, signed_in


def routes() -> list[Route]:
    return [Route("/language", _choose, methods=["POST"])]


async def _choose(request: Request) -> Response:
    """A customer who is signed in gets letters in this language too."""
    program = program_of(request)
    try:
        form = await program.accounts.read_form(request)
        tag = form.line("locale")
        program.portal.keep_language(request, tag)
        actor = await signed_in(request)
        response = RedirectResponse(own_path(form.line("next")) or "/", 303, {"Cache-Control": "no-store"})
        if actor is not None and actor.kind == "customer":
            own = await program.accounts.own(request, actor)
            (await program.accounts.change(request, actor, own.name, tag, own.timezone))(response)
    except Refused as refused:
        return refused_page(request, refused)
    return response
