"""`/account` of customers who signed up here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from identity.passwords import LENGTH_MIN
from refusals import Refused
from widgets.portal import passkey_section
from widgets.portal.devices import name_of
from widgets.portal.frame import STATUS_OF, portal_page, problem_of, refused_page
from widgets.portal.passkey_section import Tried
from widgets.portal.sign_up import fault_of_password
from widgets.ports import Form, program_of
from widgets.shared import zone_names
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import signed_in, to_sign_in

_STATUS_OF = {**STATUS_OF, "unauthorized": 401}
_NOTHING = Tried(Form({}))


def routes() -> list[Route]:
    return [Route("/account", _send, methods=["POST"])]


async def account_page(request: Request, actor: Actor) -> Response:
    """The account of a signed-in customer."""
    try:
        return await page_of(request, actor, done=request.query_params.get("done", ""))
    except Refused as refused:
        return refused_page(request, refused)


async def _send(request: Request) -> Response:
    """Handle the page's form. The form field `do` names the action of the pressed button."""
    actor = await signed_in(request)
    if actor is None:
        return to_sign_in(request)
    form = Form({})
    try:
        form = await program_of(request).accounts.read_form(request)
        return await _do(request, actor, form)
    except Refused as refused:
        if refused.code == "forbidden":
            return refused_page(request, refused)
        return await _back(request, actor, form, refused)


async def _back(request: Request, actor: Actor, form: Form, refused: Refused) -> Response:
    try:
        return await page_of(request, actor, form=form, refused=refused)
    except Refused:
        return to_sign_in(request) if refused.code == "unauthorized" else refused_page(request, refused)


async def _do(request: Request, actor: Actor, form: Form) -> Response:
    accounts = program_of(request).accounts
    match form.line("do"):
        case "sign-out":
            forget = await accounts.sign_out(request)
            home = RedirectResponse("/", 303, {"Cache-Control": "no-store"})
            forget(home)
            return home
        case "password":
            old, new = form.values.get("current", ""), form.values.get("new", "")
            await accounts.choose_password(request, actor, old, new)
            return _done("password")
        case "devices":
            await accounts.sign_out_device(request, actor, form.line("device"), form.values.get("password"))
            return _done("devices")
        case _:
            keep = await accounts.change(request, actor, form.line("name"), form.line("locale"), form.line("timezone"))
            response = _done("you")
            keep(response)
            return response


def _done(part: str) -> Response:
    return RedirectResponse(f"/account?done={part}#{part}", 303, {"Cache-Control": "no-store"})


async def page_of(
    request: Request,
    actor: Actor,
    *,
    done: str = "",
    form: Form | None = None,
    refused: Refused | None = None,
    passkey: Tried = _NOTHING,
) -> Response:
    """The page, as it is at first, or after one of its forms was sent. Raises the errors of `Accounts.own`.

    If a form of the section about passkeys was sent, `passkey` is set. For any other form, `form` is set.
    """
    own = await program_of(request).accounts.own(request, actor)
    training = await program_of(request).learning.own(actor)
    at = form.line("do") if form is not None else ""
    code = refused.code if refused is not None else ""
    wrong = set(refused.fields or {}) if refused is not None else set[str]()
    shown = {
        "own": own,
        "training": training,
        "name": form.line("name") if form is not None and at == "you" else own.name,
        "devices": [
            {
                "id": one.id,
                "current": one.current,
                "name": name_of(one.user_agent),
                "network": one.network,
                "used_at": one.used_at,
            }
            for one in own.devices
        ],
        "zones": await zone_names.choices(catalogue_for(request).tag, own.timezone),
        "passkeys": await passkey_section.shown(request, passkey),
        "done": done,
        "at": at,
        "wrong": wrong,
        "fault": fault_of_password(refused, "new_password"),
        "problem": problem_of(refused) if refused is not None else "",
        "length": str(LENGTH_MIN),
    }
    status = _STATUS_OF.get(code, 422) if code else 200
    return await portal_page(request, "portal/account.html", shown, actor, "", status=status)
