"""`/admin/people`: staff, their roles and how they sign in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import ROLES, Actor
from identity.staff_views import StaffChange, StaffDetail, StaffView
from refusals import Refused
from widgets.admin.effects import count_of, effects_of
from widgets.admin.frame import admin_page, after_change, routes_of, versions_of
from widgets.portal.devices import name_of
from widgets.ports import Form, program_of

KEY = "people"
_DOTS = {"available": "ok", "away": "warn"}
"""The look of a status; `hollow` for any other."""
_FILTERS: dict[str, Callable[[StaffView, str], bool]] = {
    "role": lambda person, wanted: wanted in person.roles,
    "team": lambda person, wanted: wanted in person.teams or person.all_teams,
    "factor": lambda person, wanted: person.signs_in.second_factor == (wanted == "yes"),
    "state": lambda person, wanted: person.standing == wanted,
}
ROLES_SHOWN = {
    "agent": "Takes chats, works on the tickets of the teams.",
    "supervisor": "Floor of the teams. May read along.",
    "author": "Articles of the help center. Gives no access to chats.",
    "auditor": "Reads the audit log, settings and reports. Changes nothing, and gives no access to chats.",
    "admin": "People and settings. Gives no access to chats.",
}
_DONE = {
    "save": "Saved. It is in effect now. A page that is open shows new roles after it is opened again.",
    "disable": "Disabled and signed out.",
    "enable": "Enabled. They can sign in again.",
    "sign-out": "Signed out everywhere.",
    "factor": "The one-time codes are removed, and the person is signed out.",
    "passkey": "The passkey is removed.",
    "again": "Another link is on its way. The earlier one no longer works.",
    "withdraw": "The link no longer works.",
}


def routes() -> list[Route]:
    return routes_of(KEY, _shown, _send)


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the panel. The field `do` names the action of the pressed button."""
    id_, form = request.path_params["id"], await program_of(request).accounts.read_form(request)
    do = form.line("do")
    try:
        if do not in _DONE:
            return await _shown(request, actor, id_, form)
        await _do(request, actor, id_, do, form)
    except Refused as refused:
        if refused.code == "unavailable":
            raise
        return await _shown(request, actor, id_, form, refused)
    return after_change(f"/admin/people/{id_}?done={do}")


async def _do(request: Request, actor: Actor, id_: str, do: str, form: Form) -> None:
    administration, versions = program_of(request).administration, versions_of(form)
    match do:
        case "save":
            await administration.change(actor, id_, wanted_by(form), versions)
        case "disable":
            change = StaffChange(disabled=True, reason=form.line("reason"))
            await administration.change(actor, id_, change, None)
        case "enable":
            await administration.change(actor, id_, StaffChange(disabled=False), None)
        case "sign-out":
            await administration.sign_out(actor, id_)
        case "again":
            await administration.invite_again(actor, id_)
        case "withdraw":
            await administration.withdraw(actor, id_)
        case "factor":
            await administration.reset_factor(actor, id_)
        case _:
            await administration.remove_passkey(actor, id_, form.line("passkey"))


def wanted_by(form: Form) -> StaffChange:
    """The values of the panel's form. Raises Refused(invalid) if the capacity is not a number from 0 to 50."""
    capacity = form.line("capacity")
    if capacity and not (capacity.isascii() and capacity.isdecimal() and int(capacity) <= 50):
        sentence = "Chats at once: a number from 0 to 50."
        raise Refused("invalid", sentence, {"capacity": sentence})
    return StaffChange(
        roles=[role for role in ROLES if form.line(f"role.{role}")],
        teams=sorted(name.removeprefix("team.") for name in form.values if name.startswith("team.")),
        capacity=int(capacity) if capacity else None,
    )


async def _shown(
    request: Request, actor: Actor, id_: str = "", form: Form | None = None, refused: Refused | None = None
) -> Response:
    """The list of staff, with the panel of the person `id_`, if any. `form` is the form that was sent, if any. Raises
    Refused."""
    program = program_of(request)
    everybody = await program.administration.people(actor)
    asked = {name: request.query_params.get(name, "") for name in ("q", *_FILTERS)}
    names = _names_of_teams(request, everybody)
    context = {
        "everybody": everybody,
        "people": _matching(everybody, asked),
        "asked": asked,
        "signed_in": sum(person.signs_in.sessions > 0 for person in everybody),
        "dots": _DOTS,
        "names": names,
        "panel": None,
        "invited": request.query_params.get("invited", ""),
    }
    if id_:
        detail = await program.administration.person(actor, id_)
        context["panel"] = _panel(detail, names, form, refused, request.query_params.get("done", ""))
    return await admin_page(request, actor, KEY, "admin/people.html", context, refused=refused)


def _panel(
    detail: StaffDetail, names: dict[str, str], form: Form | None, refused: Refused | None, done: str
) -> dict[str, object]:
    view = detail.view
    wanted = StaffChange(roles=view.roles, teams=view.teams, capacity=view.capacity)
    if form is not None and "version" in form.values:
        try:
            wanted = wanted_by(form)
        except Refused as wrong:
            refused = refused or wrong
    effects = effects_of(detail, wanted, names)
    return {
        "detail": detail,
        "one": view,
        "wanted": wanted,
        "roles": ROLES_SHOWN,
        "effects": effects,
        "count": count_of(effects),
        "checked": form is not None,
        "version": form.line("version") if form is not None and refused is None else view.version,
        "devices": [(name_of(one.user_agent or ""), one) for one in detail.sessions],
        "problem": refused.message if refused is not None else "",
        "reason": form.line("reason") if form is not None else "",
        "done": _DONE.get(done, ""),
    }


def _matching(everybody: Sequence[StaffView], asked: dict[str, str]) -> list[StaffView]:
    words = asked["q"].casefold().split()
    wanted = [(passes, asked[name]) for name, passes in _FILTERS.items() if asked[name]]
    return [
        person
        for person in everybody
        if all(word in f"{person.name} {person.email}".casefold() for word in words)
        and all(passes(person, value) for passes, value in wanted)
    ]


def _names_of_teams(request: Request, everybody: Sequence[StaffView]) -> dict[str, str]:
    """The names of teams by key: the teams that take chats, and all other teams that have people."""
    program = program_of(request)
    open_ = {team.key: team.name for team in program.portal.teams()}
    others = sorted({team for person in everybody for team in person.teams} - open_.keys())
    return open_ | dict(zip(others, program.team_names(request, others), strict=True))
