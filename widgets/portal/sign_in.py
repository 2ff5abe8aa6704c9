"""`/sign-in`: one page for customers and staff."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from refusals import Refused
from widgets.portal.frame import STATUS_OF, portal_page, problem_of
from widgets.ports import Form, Settings, program_of
from widgets.samples import SamplePerson
from widgets.shared.pages import own_path
from widgets.sign_on_ports import SignedIn

_STATUS_OF = {**STATUS_OF, "unauthorized": 401}
_HOMES = {"admin": "/admin", "author": "/knowledge", "auditor": "/admin"}
"""The first page of staff who take part in no conversations."""


def routes(settings: Settings) -> list[Route]:
    async def empty(request: Request) -> Response:
        sent = Form({"next": request.query_params.get("next", "")})
        return await form(request, settings, sent, out_by=await _signed_out_by(request))

    async def sign_in(request: Request) -> Response:
        accounts = program_of(request).accounts
        sent = Form({})
        try:
            sent = await accounts.read_form(request)
            totp = "".join(sent.line("totp").split())
            begun = await accounts.sign_in(request, sent.line("email"), sent.values.get("password", ""), totp)
        except Refused as refused:
            return await form(request, settings, sent, refused)
        return following(begun, sent)

    return [Route("/sign-in", empty, methods=["GET"]), Route("/sign-in", sign_in, methods=["POST"])]


async def form(
    request: Request,
    settings: Settings,
    sent: Form,
    refused: Refused | None = None,
    *,
    joined: bool = False,
    out_by: str | None = None,
) -> Response:
    """The sign-in page. After a refused sign-in, it says what was wrong. `joined`: it says that the password is set.
    `out_by`: the colleague who signed the person out."""
    samples = program_of(request).samples if settings.demo else None
    code = refused.code if refused is not None else ""
    asks_code = refused is not None and "totp" in (refused.fields or {})
    shown = {
        "next": own_path(sent.line("next")) or "",
        "email": sent.line("email"),
        "joined": joined,
        "out_by": out_by,
        # The password was right. Without scripts, this is the only way to the next step.
        "kept": sent.values.get("password", "") if asks_code else "",
        "asks_code": asks_code,
        "wrong_code": asks_code and bool(sent.line("totp")),
        "recovery": bool(sent.line("recovery")),
        "problem": problem_of(refused) if refused is not None and not asks_code else "",
        "sign_on_ways": program_of(request).accounts.sign_on_ways,
        "passkeys": program_of(request).passkeys.offered(request),
        "samples": [_sample(request, one) for one in samples.people] if samples is not None else [],
        "password": samples.password if samples is not None else "",
    }
    status = _STATUS_OF.get(code, 422) if code else 200
    return await portal_page(request, "portal/sign-in.html", shown, None, "", status=status)


def following(begun: SignedIn, sent: Form) -> Response:
    """The page that follows a sign-in, with the cookies of the session."""
    actor = begun.actor
    home = _HOMES.get(actor.role or "", "/console") if actor.kind == "staff" else "/"
    response = RedirectResponse(own_path(sent.line("next")) or home, 303, {"Cache-Control": "no-store"})
    begun.keep(response)
    return response


async def _signed_out_by(request: Request) -> str | None:
    try:
        return await program_of(request).accounts.signed_out_by(request)
    except Refused:
        # The page works without it.
        return None


def _sample(request: Request, person: SamplePerson) -> dict[str, str | None]:
    teams = ", ".join(program_of(request).team_names(request, person.teams)) or "all teams"
    about = person.role if person.role in ("customer", "author", "admin", "auditor") else f"{person.role} of {teams}"
    return {"id": person.id, "name": person.name, "email": person.email, "role": about}
