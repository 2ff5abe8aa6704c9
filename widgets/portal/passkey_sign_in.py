"""`/sign-in/passkey`: signs in with the passkey that a script of the sign-in page has got from the browser."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal import sign_in
from widgets.ports import Form, Settings, program_of


def routes(settings: Settings) -> list[Route]:
    async def passkey(request: Request) -> Response:
        sent = Form({})
        try:
            sent = await program_of(request).accounts.read_form(request)
            begun = await program_of(request).passkeys.sign_in(request, sent.values.get("passkey", ""))
        except Refused as refused:
            return await sign_in.form(request, settings, Form({"next": sent.line("next")}), refused)
        return sign_in.following(begun, sent)

    return [Route("/sign-in/passkey", passkey, methods=["POST"])]
