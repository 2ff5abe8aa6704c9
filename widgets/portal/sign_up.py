"""`/sign-up` and `/account/confirm`: a letter confirms the email address, then the customer chooses a password."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.passwords import LENGTH_MIN
from refusals import Refused
from widgets.portal.frame import STATUS_OF, moments, portal_page, problem_of, refused_page
from widgets.ports import Form, Settings, program_of
from widgets.shared import zone_names
from widgets.shared.catalogues import catalogue_for
from widgets.shared.pages import signed_in

_DAY_MS = 24 * 3_600_000
_LENGTH = str(LENGTH_MIN)


def routes(settings: Settings) -> list[Route]:
    return [
        Route("/sign-up", _sign_up, methods=["GET"]),
        Route("/sign-up", _asking(settings), methods=["POST"]),
        Route("/account/confirm", _confirm, methods=["GET"]),
        Route("/account/confirm", _choose, methods=["POST"]),
    ]


async def _sign_up(request: Request) -> Response:
    """The form for an email address.

    With `?forgotten=1`, the form is for people who forgot their password. With `?welcome=…`, the page instead welcomes
    the customer to the confirmed account.
    """
    if "welcome" in request.query_params:
        return await _welcome(request)
    zone = program_of(request).portal.zone(request) or ""
    form = Form({"forgotten": request.query_params.get("forgotten", ""), "timezone": zone})
    return await _form(request, form)


def _asking(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    mail = "sent" if settings.sends_mail else "demo" if settings.demo else "kept"

    async def ask(request: Request) -> Response:
        program, catalogue = program_of(request), catalogue_for(request)
        form = Form({})
        try:
            form = await program.accounts.read_form(request)
            await program.accounts.ask(
                request,
                form.line("email"),
                form.line("name"),
                catalogue.tag,
                form.line("timezone"),
                forgotten=bool(form.line("forgotten")),
            )
        except Refused as refused:
            return await _form(request, form, refused)
        when = moments(request, catalogue)
        host = urlsplit(str(request.base_url)).netloc
        shown = {"form": form, "mail": mail, "until": when.time(when.now + _DAY_MS), "host": host}
        return await portal_page(request, "portal/check-mail.html", shown, None, "")

    return ask


async def _form(request: Request, form: Form, refused: Refused | None = None) -> Response:
    code = problem_of(refused) if refused is not None else ""
    wrong = set(refused.fields or {}) if refused is not None else set[str]()
    shown = {
        "form": form,
        "wrong": wrong,
        "problem": "" if wrong else code,
        "zones": await zone_names.choices(catalogue_for(request).tag, form.line("timezone")),
        "sign_on_ways": [way for way in program_of(request).accounts.sign_on_ways if way != "staff"],
    }
    return await portal_page(request, "portal/sign-up.html", shown, None, "", status=_status(refused))


async def _welcome(request: Request) -> Response:
    actor = await signed_in(request)
    if actor is None or actor.kind != "customer":
        return RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})
    own = await program_of(request).accounts.own(request, actor)
    count = request.query_params["welcome"]
    attached = int(count) if count.isdecimal() and len(count) < 5 else 0
    shown = {"first": own.name.split(" ")[0] if own.name else "", "client": own.client, "attached": attached}
    return await portal_page(request, "portal/welcome.html", shown, actor, "")


# -- the page to which the letter leads ------------------------------------------------------


async def _confirm(request: Request) -> Response:
    """The form for a password. Opening the page changes nothing, because programs that check mail open links too."""
    return await _password_form(request, request.query_params.get("token", ""), None)


async def _choose(request: Request) -> Response:
    accounts = program_of(request).accounts
    token, name = "", None
    try:
        form = await accounts.read_form(request)
        token, name = form.line("token"), form.line("name") if "name" in form.values else None
        begun = await accounts.confirm(request, token, form.values.get("password", ""), name)
    except Refused as refused:
        return await _password_form(request, token, name, refused) if token else refused_page(request, refused)
    response = RedirectResponse(f"/sign-up?welcome={begun.attached}", 303, {"Cache-Control": "no-store"})
    begun.keep(response)
    return response


async def _password_form(request: Request, token: str, name: str | None, refused: Refused | None = None) -> Response:
    """The page with the form for a password. `name` is the name in the form. If it is None, the form has the name that
    was given when the link was requested."""
    try:
        opened = await program_of(request).accounts.opened(token)
    except Refused as down:
        return refused_page(request, down)
    if opened is None:
        shown: dict[str, object] = {"form": Form({}), "wrong": set[str](), "problem": ""}
        return await portal_page(request, "portal/old-link.html", shown, None, "", status=404)
    email, given, is_new = opened
    fault = fault_of_password(refused)
    bad_name = refused is not None and "name" in (refused.fields or {})
    problem = problem_of(refused) if refused is not None and not fault and not bad_name else ""
    shown = {
        "token": token,
        "email": email,
        "name": given or "" if name is None else name,
        "is_new": is_new,
        "bad_name": bad_name,
        "fault": fault,
        "problem": problem,
        "length": _LENGTH,
    }
    page = await portal_page(request, "portal/password.html", shown, None, "", status=_status(refused))
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page


def fault_of_password(refused: Refused | None, field: str = "password") -> str:
    """A word for what is wrong with a new password. Empty if `refused` is about something else, or None."""
    sentence = (refused.fields or {}).get(field, "") if refused is not None else ""
    if not sentence:
        return ""
    if "Use at least" in sentence:
        return "short"
    return "long" if "Use at most" in sentence else "current" if "current password" in sentence else "weak"


def _status(refused: Refused | None) -> int:
    return STATUS_OF.get(refused.code, 422) if refused is not None else 200
