"""`/account/passkeys`: a customer adds, renames and removes passkeys."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal import account
from widgets.portal.frame import refused_page
from widgets.portal.passkey_section import Tried
from widgets.ports import Form, program_of
from widgets.shared.pages import error_page, signed_in, to_sign_in


def routes() -> list[Route]:
    return [Route("/account/passkeys", _send, methods=["POST"])]


async def _send(request: Request) -> Response:
    """Handle a form of the section. The form field `do` names the action of the form."""
    actor = await signed_in(request)
    if actor is None:
        return to_sign_in(request)
    if actor.kind != "customer":
        return error_page(request, 403)
    form, refused, options = Form({}), None, ""
    try:
        form = await program_of(request).accounts.read_form(request)
        done, options = await _do(request, form)
        if not options:
            return RedirectResponse(f"/account?done={done}#passkeys", 303, {"Cache-Control": "no-store"})
    except Refused as error:
        if error.code == "forbidden":
            return refused_page(request, error)
        refused = error
    try:
        return await account.page_of(request, actor, refused=refused, passkey=Tried(form, refused, options))
    except Refused as error:
        return refused_page(request, error)


async def _do(request: Request, form: Form) -> tuple[str, str]:
    """A pair: a word for what was done, and the options with which the browser must make a new passkey next. The
    options are empty if there is no passkey to make. Raises the errors of the method of `Passkeys` that it calls."""
    passkeys, password = program_of(request).passkeys, form.values.get("password")
    match form.line("do"):
        case "begin":
            return "", await passkeys.begin(request, password)
        case "add":
            await passkeys.add(request, form.values.get("passkey", ""), form.line("name"))
            return "passkey-added", ""
        case "remove":
            await passkeys.remove(request, form.line("id"), password)
            return "passkey-removed", ""
        case _:
            await passkeys.rename(request, form.line("id"), form.line("name"))
            return "passkey-renamed", ""
