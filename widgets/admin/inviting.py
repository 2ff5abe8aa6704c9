"""`/admin/invite`: invitations of new staff. `/join`: the page to which the link in the letter leads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from identity.actor import ROLES, Actor
from identity.passwords import LENGTH_MIN
from refusals import Refused
from widgets.admin.frame import admin_page, guarded
from widgets.admin.people import KEY, ROLES_SHOWN, wanted_by
from widgets.admin.ports import InvitedPeople
from widgets.portal import sign_in
from widgets.portal.frame import STATUS_OF, portal_page, problem_of, refused_page
from widgets.portal.sign_up import fault_of_password
from widgets.ports import Form, program_of
from widgets.shared.pages import WELCOME
from widgets.shared.staff_bar import FIRST_PAGES

_START = 3
"""The capacity of new staff members, unless the admin chooses another number."""


def routes() -> list[Route]:
    return [
        Route("/admin/invite", guarded(KEY, _empty), methods=["GET"]),
        Route("/admin/invite", guarded(KEY, _send), methods=["POST"]),
        Route("/join", _opened, methods=["GET"]),
        Route("/join", _join, methods=["POST"]),
    ]


async def _empty(request: Request, actor: Actor) -> Response:
    return await _form(request, actor, Form({"role.agent": "1", "capacity": str(_START)}))


async def _send(request: Request, actor: Actor) -> Response:
    form = await program_of(request).accounts.read_form(request)
    try:
        wanted = wanted_by(form)
        done = await program_of(request).administration.invite(
            actor, form.values.get("addresses", "").splitlines(), wanted
        )
    except Refused as refused:
        if refused.code in ("forbidden", "unavailable"):
            raise
        return await _form(request, actor, form, refused)
    if not done.refused:
        return RedirectResponse(f"/admin/people?invited={len(done.sent)}", 303, {"Cache-Control": "no-store"})
    left = {**form.values, "addresses": "\n".join(line for line, _ in done.refused)}
    return await _form(request, actor, Form(left), done=done)


async def _form(
    request: Request, actor: Actor, form: Form, refused: Refused | None = None, done: InvitedPeople | None = None
) -> Response:
    context = {
        "form": form,
        "teams": {team.key: team.name for team in program_of(request).portal.teams()},
        "roles": ROLES_SHOWN,
        "chosen": [role for role in ROLES if form.line(f"role.{role}")],
        "problem": refused.message if refused is not None else "",
        "fields": (refused.fields if refused is not None else None) or {},
        "done": done,
    }
    status = 422 if refused is not None or done is not None else 200
    return await admin_page(request, actor, KEY, "admin/invite.html", context, status=status)


# -- the page behind the link ----------------------------------------------------------------


async def _opened(request: Request) -> Response:
    """The page with the form for a password. Opening it changes nothing, because programs that check mail open links
    too."""
    return await _password(request, request.query_params.get("token", ""))


async def _join(request: Request) -> Response:
    token = ""
    try:
        form = await program_of(request).accounts.read_form(request)
        token = form.line("token")
        password = form.values.get("password", "")
        joined = await program_of(request).administration.join(request, token, password)
    except Refused as refused:
        return await _password(request, token, refused) if token else refused_page(request, refused)
    home = Form({"email": joined.email, "next": f"{FIRST_PAGES[joined.role]}?{WELCOME}"})
    try:
        begun = await program_of(request).accounts.sign_in(request, joined.email, password, "")
    except Refused:
        # The password is set: they sign in by hand.
        return await sign_in.form(request, program_of(request).settings, home, joined=True)
    return sign_in.following(begun, home)


async def _password(request: Request, token: str, refused: Refused | None = None) -> Response:
    try:
        opened = await program_of(request).administration.invited(token)
    except Refused as down:
        return refused_page(request, down)
    if opened is None:
        return await portal_page(request, "admin/old-invitation.html", {}, None, "", status=404)
    fault = fault_of_password(refused)
    shown = {
        "token": token,
        "name": opened[0],
        "email": opened[1],
        "fault": fault,
        "problem": problem_of(refused) if refused is not None and not fault else "",
        "length": str(LENGTH_MIN),
    }
    status = STATUS_OF.get(refused.code, 422) if refused is not None else 200
    page = await portal_page(request, "admin/join.html", shown, None, "", status=status)
    # The URL has the token. With no referrer at all, browsers would not say where the form comes from.
    page.headers["Referrer-Policy"] = "same-origin"
    return page
