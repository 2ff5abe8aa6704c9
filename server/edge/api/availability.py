"""System availability over HTTP: components, incidents and maintenance. Anybody reads them, as on the page. Supervisors
and admins change them, also with a token, so that monitors can set the state of a component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from availability.incident import Correction, NewIncident, NewUpdate
from availability.maintenance import MaintenanceChange, NewMaintenance
from availability.states import State
from clock import Clock
from refusals import Refused
from server.edge.api.availability_bodies import (
    ChangedComponent,
    ComponentChange,
    ComponentsView,
    ComponentView,
    Effect,
    IncidentChange,
    IncidentsView,
    IncidentView,
    LinkBody,
    MaintenanceChangeBody,
    MaintenancesView,
    MaintenanceView,
    NewComponent,
    NewIncidentBody,
    NewMaintenanceBody,
    NewUpdateBody,
    RunBody,
    StandingView,
    component_view,
    given_moment,
    incident_view,
    maintenance_view,
    standing_view,
)
from server.edge.api.bodies import answer, read_body, read_moment
from server.edge.api.queries import Parameter, choice
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.help_center import HelpCenter
from storage.ports import Tx
from texts.numbers import whole_number
from ticketing.service import Tickets

SHOWN = 50
STATE = choice(
    "state",
    ("open", "in_banner"),
    "`open`: the incidents that are not resolved. `in_banner`: those in incident mode, and those that ended in "
    "incident mode in the last two hours. Default: the newest 50.",
)
_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "Id of the thing."),)


class AvailabilityApi(Api):
    def __init__(self, clock: Clock, tickets: Tickets, help_center: HelpCenter) -> None:
        self._clock = clock
        self._tickets = tickets
        self._status = help_center.status
        self._changes = help_center.changes
        self._linking = help_center.incident_runs.linking

    # -- components -------------------------------------------------------------------------

    async def components(self, call: Call) -> Response:
        await self._status.follow()
        board = self._status.board
        return answer(ComponentsView([component_view(board, one) for one in board.components]))

    async def add_component(self, call: Call) -> Response:
        wanted = await read_body(call.request, NewComponent)
        added = await self._changes.add_component(call.actor, wanted.name, wanted.product, wanted.position)
        return answer(component_view(self._status.board, added), status=201)

    async def change_component(self, call: Call) -> Response:
        id_, wanted = _id_of(call), await read_body(call.request, ComponentChange)
        given = [name for name in wanted.__struct_fields__ if getattr(wanted, name) is not UNSET]
        if "write" not in call.proof.scopes and given != ["state"]:
            raise Refused("forbidden", "This token may only set the state of a component.")
        changed, offers = await self._changes.change_component(
            call.actor,
            id_,
            name=_given(wanted.name),
            product=_given(wanted.product),
            position=wanted.position if isinstance(wanted.position, int) else None,
            retired=wanted.retired if isinstance(wanted.retired, bool) else None,
            state=wanted.state if not isinstance(wanted.state, UnsetType) else None,
        )
        return answer(ChangedComponent(component_view(self._status.board, changed), offers))

    # -- incidents --------------------------------------------------------------------------

    async def incidents(self, call: Call) -> Response:
        await self._status.follow()
        board = self._status.board
        match call.query[STATE]:
            case "open":
                found = board.open
            case "in_banner":
                found = [*(one for one in board.open if one.incident.banner), *board.over]
            case _:
                found = await self._status.recent(SHOWN)
        return answer(IncidentsView([incident_view(one) for one in found]))

    async def open_incident(self, call: Call) -> Response:
        wanted = await read_body(call.request, NewIncidentBody)
        affects = _effects(wanted.affects)
        new = NewIncident(
            title=wanted.title,
            text=wanted.text,
            effect=wanted.effect,
            step=wanted.step,
            began_at=given_moment("began_at", wanted.began_at),
            next_at=given_moment("next_update_at", wanted.next_update_at),
            affects=affects,
            banner=wanted.banner,
            team=self._changes.team(wanted.team, affects),
        )
        return answer(incident_view(await self._changes.open_incident(call.actor, new)), status=201)

    async def update_incident(self, call: Call) -> Response:
        id_, wanted = _id_of(call), await read_body(call.request, NewUpdateBody)
        said = NewUpdate(
            step=wanted.step,
            text=wanted.text,
            next_at=given_moment("next_update_at", wanted.next_update_at),
            affects=None if isinstance(wanted.affects, UnsetType) else _effects(wanted.affects),
        )
        return answer(incident_view(await self._changes.update_incident(call.actor, id_, said)), status=201)

    async def correct_incident(self, call: Call) -> Response:
        id_, wanted = _id_of(call), await read_body(call.request, IncidentChange)
        team = _given(wanted.team)
        change = Correction(
            title=_given(wanted.title),
            effect=_given(wanted.effect),
            banner=wanted.banner if isinstance(wanted.banner, bool) else None,
            team=self._changes.team(team, ()) if team else None,
            began_at=given_moment("began_at", wanted.began_at),
            resolved_at=given_moment("resolved_at", wanted.resolved_at),
        )
        return answer(incident_view(await self._changes.correct_incident(call.actor, id_, change)))

    # -- linked tickets ---------------------------------------------------------------------

    async def standing(self, call: Call) -> Response:
        return answer(await self._standing(_id_of(call)))

    async def link(self, call: Call) -> Response:
        id_, number, now = _id_of(call), (await read_body(call.request, LinkBody)).ticket, self._clock()

        def link(tx: Tx) -> None:
            self._tickets.theirs(tx, call.actor, number)
            self._linking.link(tx, id_, number, None, now)

        await self._status.change(link)
        return answer(await self._standing(id_), status=201)

    async def run(self, call: Call) -> Response:
        id_, wanted = _id_of(call), await read_body(call.request, RunBody)
        match wanted.do:
            case "workaround":
                await self._changes.give_workaround(call.actor, id_, wanted.text)
            case "finding":
                await self._changes.publish_finding(call.actor, id_, wanted.text, wanted.code)
            case "stop" | "resume":
                await self._changes.switch_run(call.actor, id_, wanted.run, on=wanted.do == "resume")
        return answer(await self._standing(id_))

    async def _standing(self, id_: int) -> StandingView:
        return standing_view(*await self._changes.standing(id_))

    # -- maintenance ------------------------------------------------------------------------

    async def maintenances(self, call: Call) -> Response:
        await self._status.follow()
        now = self._clock()
        return answer(MaintenancesView([maintenance_view(one, now) for one in self._status.board.ahead]))

    async def plan(self, call: Call) -> Response:
        wanted = await read_body(call.request, NewMaintenanceBody)
        new = NewMaintenance(
            title=wanted.title,
            text=wanted.text,
            starts_at=read_moment("starts_at", wanted.starts_at),
            ends_at=read_moment("ends_at", wanted.ends_at),
            components=wanted.components,
        )
        planned = await self._changes.plan(call.actor, new)
        return answer(maintenance_view(planned, self._clock()), status=201)

    async def change_maintenance(self, call: Call) -> Response:
        id_, wanted = _id_of(call), await read_body(call.request, MaintenanceChangeBody)
        change = MaintenanceChange(
            title=_given(wanted.title),
            text=_given(wanted.text),
            starts_at=given_moment("starts_at", wanted.starts_at),
            ends_at=given_moment("ends_at", wanted.ends_at),
            components=None if isinstance(wanted.components, UnsetType) else wanted.components,
            cancel=wanted.cancel,
            end=wanted.end,
            note=wanted.note,
        )
        changed = await self._changes.change_maintenance(call.actor, id_, change)
        return answer(maintenance_view(changed, self._clock()))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/components",
            endpoint=components,
            summary="The components and their states",
            answers=(Answer(200, "The components in the order of the page.", ComponentsView),),
        ),
        Operation(
            method="POST",
            path="/api/components",
            endpoint=add_component,
            summary="Add a component",
            needs=("change", "availability"),
            body=NewComponent,
            answers=(Answer(201, "The component.", ComponentView),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/components/{id}",
            endpoint=change_component,
            summary="Change a component, or set its state",
            needs=("report", "availability"),
            in_path=_ID,
            body=ComponentChange,
            answers=(Answer(200, "The component after the change.", ChangedComponent),),
        ),
        Operation(
            method="GET",
            path="/api/incidents",
            endpoint=incidents,
            summary="The newest incidents",
            in_query=(STATE,),
            answers=(Answer(200, "The incidents, newest first.", IncidentsView),),
        ),
        Operation(
            method="POST",
            path="/api/incidents",
            endpoint=open_incident,
            summary="Open an incident",
            needs=("report", "availability"),
            body=NewIncidentBody,
            answers=(Answer(201, "The incident.", IncidentView),),
        ),
        Operation(
            method="POST",
            path="/api/incidents/{id}/updates",
            endpoint=update_incident,
            summary="Post an update of an incident, or resolve it",
            needs=("report", "availability"),
            in_path=_ID,
            body=NewUpdateBody,
            answers=(Answer(201, "The incident.", IncidentView),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/incidents/{id}",
            endpoint=correct_incident,
            summary="Correct an incident, or switch the incident mode. Followers are not told",
            needs=("change", "availability"),
            in_path=_ID,
            body=IncidentChange,
            answers=(Answer(200, "The incident after the change.", IncidentView),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/incidents/{id}/tickets",
            endpoint=standing,
            summary="The linked tickets of an incident: counts, runs, and those that stay open with the reason",
            needs=("change", "availability"),
            in_path=_ID,
            answers=(Answer(200, "The linked tickets.", StandingView),),
        ),
        Operation(
            method="POST",
            path="/api/incidents/{id}/tickets",
            endpoint=link,
            summary="Link a ticket to an incident",
            needs=("change", "tickets"),
            in_path=_ID,
            body=LinkBody,
            answers=(Answer(201, "The linked tickets.", StandingView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/incidents/{id}/run",
            endpoint=run,
            summary="Move the linked tickets together: give a workaround, publish the finding, stop or resume",
            needs=("change", "availability"),
            in_path=_ID,
            body=RunBody,
            answers=(Answer(200, "The linked tickets.", StandingView),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/maintenances",
            endpoint=maintenances,
            summary="The running and planned maintenances",
            answers=(Answer(200, "The maintenances in the order of their starts.", MaintenancesView),),
        ),
        Operation(
            method="POST",
            path="/api/maintenances",
            endpoint=plan,
            summary="Plan maintenance",
            needs=("change", "availability"),
            body=NewMaintenanceBody,
            answers=(Answer(201, "The maintenance.", MaintenanceView),),
        ),
        Operation(
            method="PATCH",
            path="/api/maintenances/{id}",
            endpoint=change_maintenance,
            summary="Move, change, cancel or end maintenance",
            needs=("change", "availability"),
            in_path=_ID,
            body=MaintenanceChangeBody,
            answers=(Answer(200, "The maintenance after the change.", MaintenanceView),),
            errors=("conflict",),
        ),
    )


def _id_of(call: Call) -> int:
    number = whole_number(call.request.path_params["id"])
    if number is None:
        raise Refused("not_found", "There is no such thing.")
    return number


def _given(text: str | UnsetType) -> str | None:
    return text if isinstance(text, str) else None


def _effects(effects: Sequence[Effect]) -> dict[int, State]:
    """The states by component. Raises Refused(invalid) if a component occurs twice."""
    found = {effect.component: effect.state for effect in effects}
    if len(found) != len(effects):
        raise Refused("invalid", "Name each component once.", {"affects": "Name each component once."})
    return found
