"""`/admin/systems`: publish system availability: incidents, maintenance, components, and the linked tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import ValidationError, convert
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from availability.board import BACK_MS, is_back
from availability.incident import STEPS, Correction, Incident, NewIncident, NewUpdate, Step
from availability.link import LinkState, RunKind
from availability.maintenance import MaintenanceChange, NewMaintenance
from availability.states import ORDER, State
from clock import zones
from identity.actor import Actor
from refusals import Refused
from ticketing.codes import name_of
from widgets.admin.frame import admin_page, after_change, guarded
from widgets.portal.frame import STATUS_OF
from widgets.ports import Form, program_of

KEY = "systems"
STATE_NAMES: Mapping[State, str] = {
    "operational": "Available",
    "maintenance": "Planned work",
    "degraded": "Slow",
    "partial_outage": "In part down",
    "major_outage": "Down",
}
STEP_NAMES: Mapping[Step, str] = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
}
TEMPLATES: Mapping[str, str] = {
    "investigating": "Several offices report this. We are looking into it.",
    "identified": "We know the cause, and are fixing it.",
    "monitoring": "A fix is in place. We are watching it.",
    "resolved": "This is over. Everything works as usual.",
}
"""The text with which an update begins."""
RECENT = 5
_MINUTE_MS = 60_000


def routes() -> list[Route]:
    return [
        Route("/admin/systems", guarded(KEY, _page), methods=["GET"]),
        Route("/admin/systems", guarded(KEY, _send), methods=["POST"]),
    ]


async def _page(request: Request, actor: Actor) -> Response:
    return await _shown(request, actor, {})


async def _send(request: Request, actor: Actor) -> Response:
    """Handle a form of the page. The form field `do` names the action."""
    form = await program_of(request).accounts.read_form(request)
    try:
        offers = await _done(request, actor, form)
    except Refused as refused:
        if refused.code in ("unavailable", "forbidden"):
            raise
        context = {"problem": refused.message, "fields": refused.fields or {}, "form": form}
        return await _shown(request, actor, context, STATUS_OF.get(refused.code, 422))
    return after_change(f"/admin/systems{offers}")


async def _done(request: Request, actor: Actor, form: Form) -> str:
    """Do what the form asks for. Returns the query and fragment of the page that follows."""
    changes, id_ = program_of(request).availability.changes, _number(form.line("id"))
    match form.line("do"):
        case "open":
            await changes.open_incident(actor, _incident(request, form))
        case "update":
            next_at = _next_at(request, form)
            said = NewUpdate(step=_step(form), text=form.line("text"), next_at=next_at)
            await changes.update_incident(actor, id_, said)
        case "banner_on" | "banner_off":
            await changes.correct_incident(actor, id_, Correction(banner=form.line("do") == "banner_on"))
        case "workaround":
            await changes.give_workaround(actor, id_, form.line("text"))
        case "finding":
            await changes.publish_finding(actor, id_, form.line("text"), form.line("code"))
        case "stop" | "resume":
            kind: RunKind = "mitigate" if form.line("run") == "mitigate" else "close"
            await changes.switch_run(actor, id_, kind, on=form.line("do") == "resume")
        case do:
            return await _otherwise(request, actor, form, do)
    return ""


async def _otherwise(request: Request, actor: Actor, form: Form, do: str) -> str:
    """The actions on components and maintenance."""
    changes, id_ = program_of(request).availability.changes, _number(form.line("id"))
    match do:
        case "component":
            await changes.add_component(actor, form.line("name"), form.line("product"), _number(form.line("position")))
        case "state":
            _, offers = await changes.change_component(actor, id_, state=_state(form))
            return f"?offers={id_}#open" if offers else "#components"
        case "retire":
            await changes.change_component(actor, id_, retired=True)
        case "plan":
            await changes.plan(actor, _maintenance(request, form))
        case "move":
            starts_at, ends_at = _moment(request, form, "starts_at"), _moment(request, form, "ends_at")
            moved = MaintenanceChange(starts_at=starts_at, ends_at=ends_at, note=form.line("note"))
            await changes.change_maintenance(actor, id_, moved)
        case "cancel":
            await changes.change_maintenance(actor, id_, MaintenanceChange(cancel=True, note=form.line("note")))
        case "end":
            await changes.change_maintenance(actor, id_, MaintenanceChange(end=True, note=form.line("note")))
        case _:
            raise Refused("invalid", "This page does not know this action.")
    return ""


def _incident(request: Request, form: Form) -> NewIncident:
    touched, state = _components(request, form), _state(form)
    return NewIncident(
        title=form.line("title"),
        text=form.line("text"),
        effect=form.line("effect"),
        step=_step(form),
        next_at=_next_at(request, form),
        affects=dict.fromkeys(touched, state),
        banner=bool(form.line("banner")),
        team=program_of(request).availability.changes.team(None, touched),
    )


def _maintenance(request: Request, form: Form) -> NewMaintenance:
    return NewMaintenance(
        title=form.line("title"),
        text=form.line("text"),
        starts_at=_moment(request, form, "starts_at"),
        ends_at=_moment(request, form, "ends_at"),
        components=_components(request, form),
    )


def _components(request: Request, form: Form) -> list[int]:
    board = program_of(request).availability.board()
    return [one.id for one in board.components if form.line(f"component.{one.id}")]


def _next_at(request: Request, form: Form) -> int | None:
    """The promised time of the next update, which the form gives in minutes from now."""
    minutes = _number(form.line("next"))
    return program_of(request).portal.now() + minutes * _MINUTE_MS if minutes else None


def _moment(request: Request, form: Form, name: str) -> int:
    """A field of the type `datetime-local`, in the zone of the desk. Raises Refused(invalid)."""
    try:
        return zones.moment_of(datetime.fromisoformat(form.line(name)).replace(tzinfo=None), _zone(request))
    except (ValueError, OverflowError):
        raise Refused("invalid", "Give a day and a time.", {name: "Give a day and a time."}) from None


def _zone(request: Request) -> str:
    return program_of(request).timezone(request)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _step(form: Form) -> Step:
    try:
        step: Step = convert(form.line("step"), Step)
    except ValidationError:
        raise Refused("invalid", "Choose a step.", {"step": "Choose one."}) from None
    return step


def _state(form: Form) -> State:
    try:
        state: State = convert(form.line("state"), State)
    except ValidationError:
        raise Refused("invalid", "Choose a state.", {"state": "Choose one."}) from None
    return state


def _waits(incident: Incident, linked: Mapping[LinkState, int]) -> bool:
    return incident.open or (incident.finding_at is None and bool(sum(linked.values())))


async def _shown(request: Request, actor: Actor, said: Mapping[str, object], status: int = 200) -> Response:
    program = program_of(request)
    availability = program.availability
    overview = await availability.overview(request)
    recent = [*overview.board.open, *overview.past[:RECENT]]
    standings = {one.incident.id: await availability.changes.standing(one.incident.id) for one in recent}
    brand = program.settings.brand_name
    context = {
        "board": overview.board,
        # Resolved incidents whose tickets wait for the finding stay above the form too.
        "waiting": [one for one in recent if _waits(one.incident, standings[one.incident.id][0])],
        "recent": recent,
        "standings": standings,
        "states": STATE_NAMES,
        "order": ORDER,
        "steps": STEPS,
        "step_names": STEP_NAMES,
        "templates": TEMPLATES,
        "codes": {key: name_of(key, brand) for key in availability.closing_codes()},
        "products": availability.products_of_desk(),
        "offers": _number(request.query_params.get("offers", "")),
        "local": lambda at: zones.local(at, _zone(request)).strftime("%Y-%m-%dT%H:%M"),
        "is_back": is_back,
        "back_ms": BACK_MS,
        "fields": {},
        "form": None,
        **said,
    }
    return await admin_page(request, actor, KEY, "admin/systems.html", context, status=status)
