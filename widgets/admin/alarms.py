"""`/admin/alarms`: where alarms of the floor are sent."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import ValidationError, convert
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from alarms.destination import KINDS, AlarmKind, Destination, DestinationChange, NewDestination, Service
from identity.actor import Actor
from refusals import Refused
from widgets.admin.frame import admin_page, guarded
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

KEY = "alarms"
SERVICES: Mapping[Service, str] = {"slack": "Slack", "teams": "Microsoft Teams", "mail": "Mail"}
KIND_NAMES: Mapping[AlarmKind, str] = {
    "unstaffed": "Nobody is available",
    "agent_gone": "Agent gone, customer waits",
    "first_reply": "First response overdue",
    "next_reply": "Next response overdue",
    "closing": "Closing, customer still waits",
    "queue": "Long wait in the queue",
}
_LOOK: Mapping[Service, str] = {
    "slack": "Sent. Look in Slack.",
    "teams": "Sent. Look in Microsoft Teams.",
    "mail": "The letter is on its way. Look in the mailbox.",
}


def routes() -> list[Route]:
    return [
        Route("/admin/alarms", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/alarms", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the page. The form field `do` names the action."""
    form = await program_of(request).accounts.read_form(request)
    try:
        return await _shown(request, actor, await _done(request, actor, form))
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        fields = refused.fields or {}
        written = form if form.line("do") in ("add", "change") else None
        context = {"problem": refused.message, "fields": fields, "form": written}
        return await _shown(request, actor, context, STATUS_OF.get(refused.code, 422))


async def _done(request: Request, actor: Actor, form: Form) -> Mapping[str, object]:
    """Do what the form asks for. Returns what the page says about it."""
    administration, id_ = program_of(request).administration, form.line("id")
    match form.line("do"):
        case "add":
            wanted = _wanted(form)
            added = await administration.add_alarm_destination(actor, wanted)
            # The address is in this answer alone, so there is no redirect.
            return {"added": added, "address": wanted.address}
        case "change":
            changed = await administration.change_alarm_destination(actor, id_, _change(form))
            return {"done": f"Changed {changed.name}."}
        case "remove":
            return {"removed": await administration.remove_alarm_destination(actor, id_)}
        case "restore":
            restored = await administration.restore_alarm_destination(actor, id_)
            return {"done": f"Alarms are sent to {restored.name} again."}
        case "test":
            error = await administration.test_alarm_destination(actor, id_)
            if error is not None:
                return {"problem": f"The test was not delivered. {error}"}
            found = next((one for one in await administration.alarm_destinations(actor) if one.id == id_), None)
            return {"done": _LOOK[found.service] if found is not None else "Sent."}
    raise Refused("invalid", "This page does not know this action.")


def _wanted(form: Form) -> NewDestination:
    try:
        service = convert(form.line("service"), Service)
    except ValidationError:
        raise Refused("invalid", "Choose Slack, Microsoft Teams or mail.", {"service": "Choose one."}) from None
    return NewDestination(
        name=form.line("name"),
        service=service,
        address=form.line("address"),
        team=form.line("team") or None,
        kinds=_kinds(form),
    )


def _change(form: Form) -> DestinationChange:
    return DestinationChange(name=form.line("name"), team=form.line("team") or None, kinds=_kinds(form))


def _kinds(form: Form) -> list[AlarmKind]:
    return [kind for kind in KINDS if form.line(f"kind.{kind}")]


def _form_of(one: Destination) -> Form:
    """The form that changes a destination, as it is before."""
    kinds = {f"kind.{kind}": "1" for kind in one.kinds}
    return Form({"do": "change", "id": one.id, "name": one.name, "team": one.team or "", **kinds})


async def _shown(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    program = program_of(request)
    teams = {team.key: team.name for team in program.portal.teams()}
    destinations = await program.administration.alarm_destinations(actor)
    form = said.get("form")
    id_ = form.line("id") if isinstance(form, Form) else request.query_params.get("change", "")
    changing = next((one for one in destinations if one.id == id_), None)
    if changing is not None and form is None and request.method == "GET":
        form = _form_of(changing)
    context = {
        "destinations": [(one, _about(one, teams)) for one in destinations],
        "services": SERVICES,
        "kinds": KIND_NAMES,
        "teams": teams,
        "fields": {},
        "changing": changing if form is not None else None,
        **dict.fromkeys(("problem", "done", "added", "address", "removed"), ""),
        **said,
        "form": form,
    }
    return await admin_page(request, actor, KEY, "admin/alarms.html", context, status=status)


def _about(one: Destination, teams: Mapping[str, str]) -> str:
    """The alarms that a destination gets, like `Media: all kinds`."""
    team = "All teams" if one.team is None else teams.get(one.team, one.team)
    kinds = "all kinds" if len(one.kinds) == len(KINDS) else ", ".join(KIND_NAMES[kind].lower() for kind in one.kinds)
    return f"{team}: {kinds}"
