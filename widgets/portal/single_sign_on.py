"""`/auth/oidc/…`: sends the browser to a provider of single sign-on, and handles the browser's return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal import sign_in
from widgets.portal.frame import STATUS_OF, portal_page, problem_of
from widgets.ports import Form, Settings, program_of
from widgets.shared.pages import own_path
from widgets.sign_on_ports import SignOnEnd, Way

_CODE = "/auth/oidc/code"


def routes(settings: Settings) -> list[Route]:
    async def start(request: Request) -> Response:
        query = request.query_params
        following = own_path(query.get("next", "")) or ""
        chosen = query.get("for", "")
        way: Way = "staff" if chosen == "staff" else "customers" if chosen == "customers" else "all"
        try:
            return await program_of(request).accounts.start_sign_on(following, way, query.get("invitation", ""))
        except Refused as refused:
            return await sign_in.form(request, settings, Form({"next": following}), refused)

    def callback(*, staff: bool) -> Callable[[Request], Awaitable[Response]]:
        async def returned(request: Request) -> Response:
            accounts = program_of(request).accounts
            try:
                return _ended(await accounts.finish_sign_on(request, staff=staff))
            except Refused as refused:
                response = await sign_in.form(request, settings, Form({}), refused)
                accounts.forget_sign_on(response)
                return response

        return returned

    return [
        Route("/auth/oidc/start", start, methods=["GET"]),
        Route("/auth/oidc/callback", callback(staff=False), methods=["GET"]),
        Route("/auth/oidc/staff/callback", callback(staff=True), methods=["GET"]),
        Route(_CODE, _code_form, methods=["GET"]),
        Route(_CODE, _code, methods=["POST"]),
    ]


def _ended(end: SignOnEnd) -> Response:
    begun = end.signed_in
    home = "/console" if begun is not None and begun.actor.kind == "staff" else "/"
    response = RedirectResponse(own_path(end.following) or home, 303, {"Cache-Control": "no-store"})
    if begun is not None:
        begun.keep(response)
    end.keep(response)
    return response


async def _code_form(request: Request) -> Response:
    if not program_of(request).accounts.awaits_sign_on_code(request):
        return RedirectResponse("/sign-in", 303, {"Cache-Control": "no-store"})
    return await _code_page(request, recovery=bool(request.query_params.get("recovery")))


async def _code(request: Request) -> Response:
    accounts, recovery = program_of(request).accounts, False
    try:
        sent = await accounts.read_form(request)
        recovery = bool(sent.line("recovery"))
        return _ended(await accounts.finish_sign_on_code(request, "".join(sent.line("totp").split())))
    except Refused as refused:
        return await _code_page(request, refused, recovery=recovery)


async def _code_page(request: Request, refused: Refused | None = None, *, recovery: bool) -> Response:
    wrong = refused is not None and "totp" in (refused.fields or {})
    shown = {
        "recovery": recovery,
        "wrong_code": wrong,
        "problem": problem_of(refused) if refused is not None and not wrong else "",
    }
    status = 200 if refused is None else 401 if wrong else STATUS_OF.get(refused.code, 422)
    return await portal_page(request, "portal/sign-on-code.html", shown, None, "", status=status)
