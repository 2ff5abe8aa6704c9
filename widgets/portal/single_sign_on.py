"""`/auth/oidc/…`: sends the browser to the provider of single sign-on, and handles its return."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal import sign_in
from widgets.ports import Form, Settings, program_of
from widgets.shared.pages import own_path


def routes(settings: Settings) -> list[Route]:
    async def start(request: Request) -> Response:
        following = own_path(request.query_params.get("next", "")) or ""
        try:
            return await program_of(request).accounts.start_sign_on(request, following)
        except Refused as refused:
            return await sign_in.form(request, settings, Form({"next": following}), refused)

    async def callback(request: Request) -> Response:
        accounts = program_of(request).accounts
        try:
            begun, following = await accounts.finish_sign_on(request)
        except Refused as refused:
            response = await sign_in.form(request, settings, Form({}), refused)
        else:
            home = "/console" if begun.actor.kind == "staff" else "/"
            response = RedirectResponse(own_path(following) or home, 303, {"Cache-Control": "no-store"})
            begun.keep(response)
        accounts.forget_sign_on(response)
        return response

    return [Route("/auth/oidc/start", start, methods=["GET"]), Route("/auth/oidc/callback", callback, methods=["GET"])]
