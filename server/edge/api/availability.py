"""System availability over HTTP: components, incidents and maintenance. Anybody reads them, as on the page. Supervisors
and admins change them, also with a token, so that monitors can set the state of a component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, UnsetType
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
    MaintenanceChangeBody,
    MaintenancesView,
    MaintenanceView,
    NewComponent,
    NewIncidentBody,
    NewMaintenanceBody,
    NewUpdateBody,
    component_view,
    given_moment,
    incident_view,
    maintenance_view,
    read_moment,
)
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, choice
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.system_changes import SystemChanges
from server.live.system_status import SystemStatus
from server.live.teams import Teams

SHOWN = 50
OPEN_ONLY = choice("state", ("open",), "`open`: only the incidents that are not resolved. Default: the newest 50.")
_ID = (Parameter("id", Annotated[int, Meta(ge=1)], "Id of the thing."),)


class AvailabilityApi(Api):
    def __init__(self, clock: Clock, teams: Teams, status: SystemStatus) -> None:
        self._clock = clock
        self._status = status
        self._checks = SystemChanges(teams, status)

    # -- components -------------------------------------------------------------------------

    async def components(self, call: Call) -> Response:
        await self._status.follow()
        board = self._status.board
        return answer(ComponentsView([component_view(board, one) for one in board.components]))

    async def add_component(self, call: Call) -> Response:
        wanted, now = await read_body(call.request, NewComponent), self._clock()
        product = self._checks.check_product(wanted.product)
        reporting = self._status.reporting
        added = await self._status.change(
            lambda tx: reporting.add_component(tx, call.actor, wanted.name, product, wanted.position, now)
        )
        return answer(component_view(self._status.board, added), status=201)

    async def change_component(self, call: Call) -> Response:
        id_, wanted, now = _id_of(call), await read_body(call.request, ComponentChange), self._clock()
        changed, offers = await self._status.change(
            lambda tx: self._checks.change_component(
                tx,
                call.actor,
                id_,
                now,
                name=_given(wanted.name),
                product=_given(wanted.product),
                position=wanted.position if isinstance(wanted.position, int) else None,
                retired=wanted.retired if isinstance(wanted.retired, bool) else None,
                state=wanted.state if not isinstance(wanted.state, UnsetType) else None,
            )
        )
        return answer(ChangedComponent(component_view(self._status.board, changed), offers))

    # -- incidents --------------------------------------------------------------------------

    async def incidents(self, call: Call) -> Response:
        await self._status.follow()
        board = self._status.board
        found = board.open if call.query[OPEN_ONLY] else await self._status.recent(SHOWN)
        return answer(IncidentsView([incident_view(one) for one in found]))

    async def open_incident(self, call: Call) -> Response:
        wanted, now = await read_body(call.request, NewIncidentBody), self._clock()
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
            team=self._checks.team(wanted.team, affects),
        )
        opened = await self._status.change(lambda tx: self._status.reporting.open_incident(tx, call.actor, new, now))
        return answer(incident_view(opened), status=201)

    async def update_incident(self, call: Call) -> Response:
        id_, wanted, now = _id_of(call), await read_body(call.request, NewUpdateBody), self._clock()
        said = NewUpdate(
            step=wanted.step,
            text=wanted.text,
            next_at=given_moment("next_update_at", wanted.next_update_at),
            affects=None if isinstance(wanted.affects, UnsetType) else _effects(wanted.affects),
        )
        updated = await self._status.change(lambda tx: self._status.reporting.update(tx, call.actor, id_, said, now))
        return answer(incident_view(updated), status=201)

    async def correct_incident(self, call: Call) -> Response:
        id_, wanted, now = _id_of(call), await read_body(call.request, IncidentChange), self._clock()
        team = _given(wanted.team)
        change = Correction(
            title=_given(wanted.title),
            effect=_given(wanted.effect),
            banner=wanted.banner if isinstance(wanted.banner, bool) else None,
            team=self._checks.team(team, ()) if team else None,
            began_at=given_moment("began_at", wanted.began_at),
            resolved_at=given_moment("resolved_at", wanted.resolved_at),
        )
        changed = await self._status.change(lambda tx: self._status.reporting.correct(tx, call.actor, id_, change, now))
        return answer(incident_view(changed))

    # -- maintenance ------------------------------------------------------------------------

    async def maintenances(self, call: Call) -> Response:
        await self._status.follow()
        now = self._clock()
        return answer(MaintenancesView([maintenance_view(one, now) for one in self._status.board.ahead]))

    async def plan(self, call: Call) -> Response:
        wanted, now = await read_body(call.request, NewMaintenanceBody), self._clock()
        new = NewMaintenance(
            title=wanted.title,
            text=wanted.text,
            starts_at=read_moment("starts_at", wanted.starts_at),
            ends_at=read_moment("ends_at", wanted.ends_at),
            components=wanted.components,
        )
        planned = await self._status.change(lambda tx: self._status.planning.plan(tx, call.actor, new, now))
        return answer(maintenance_view(planned, now), status=201)

    async def change_maintenance(self, call: Call) -> Response:
        id_, wanted, now = _id_of(call), await read_body(call.request, MaintenanceChangeBody), self._clock()
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
        changed = await self._status.change(lambda tx: self._status.planning.change(tx, call.actor, id_, change, now))
        return answer(maintenance_view(changed, now))

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
            needs=("change", "availability"),
            in_path=_ID,
            body=ComponentChange,
            answers=(Answer(200, "The component after the change.", ChangedComponent),),
        ),
        Operation(
            method="GET",
            path="/api/incidents",
            endpoint=incidents,
            summary="The newest incidents",
            in_query=(OPEN_ONLY,),
            answers=(Answer(200, "The incidents, newest first.", IncidentsView),),
        ),
        Operation(
            method="POST",
            path="/api/incidents",
            endpoint=open_incident,
            summary="Open an incident",
            needs=("change", "availability"),
            body=NewIncidentBody,
            answers=(Answer(201, "The incident.", IncidentView),),
        ),
        Operation(
            method="POST",
            path="/api/incidents/{id}/updates",
            endpoint=update_incident,
            summary="Post an update of an incident, or resolve it",
            needs=("change", "availability"),
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
    text: str = call.request.path_params["id"]
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Refused("not_found", "There is no such thing.")
    return int(text)


def _given(text: str | UnsetType) -> str | None:
    return text if isinstance(text, str) else None


def _effects(effects: Sequence[Effect]) -> dict[int, State]:
    """The states by component. Raises Refused(invalid) if a component occurs twice."""
    found = {effect.component: effect.state for effect in effects}
    if len(found) != len(effects):
        raise Refused("invalid", "Name each component once.", {"affects": "Name each component once."})
    return found
