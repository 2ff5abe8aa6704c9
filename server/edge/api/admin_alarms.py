"""`/api/admin/alarms`: the destinations to which alarms of the floor are sent, for admins."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from alarms.destination import (
    ADDRESS_MAX,
    KINDS,
    NAME_MAX,
    AlarmKind,
    Destination,
    DestinationChange,
    NewDestination,
    Service,
)
from clock import rfc3339, rfc3339_or_none
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.alarms.alarm_admin import AlarmAdmin

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=TEXT_PATTERN)]
_Address = Annotated[str, Meta(min_length=1, max_length=ADDRESS_MAX, pattern=TEXT_PATTERN)]
_TeamKey = Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]
_Kinds = Annotated[list[AlarmKind], Meta(min_length=1, max_length=len(KINDS))]


class AlarmDestination(Struct, frozen=True):
    """A destination. `ending` are the last characters of its address, or the whole address of mail. `team` is null
    for the alarms of all teams.

    `sent_at` is the time of the last message, `failed_at` that of the last failure, with its reason in `error`. `lost`
    is the number of alarms that were given up since the last message. `next_try_at` is null if no alarm waits.
    """

    id: str
    name: str
    service: Service
    team: str | None
    kinds: list[AlarmKind]
    ending: str
    created_at: str
    sent_at: str | None
    failed_at: str | None
    error: str | None
    failing: bool
    lost: int
    next_try_at: str | None


class NewAlarmDestination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A destination to add. `address` is the URL of an incoming webhook of Slack or of a workflow of Microsoft Teams,
    or an email address. It cannot be read again."""

    name: _Name
    service: Service
    address: _Address
    team: _TeamKey | None = None
    kinds: _Kinds


class AlarmDestinationChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of a destination. What is left out stays. Its address stays too: another address is another
    destination."""

    name: _Name | UnsetType = UNSET
    team: _TeamKey | UnsetType | None = UNSET
    kinds: _Kinds | UnsetType = UNSET


class AlarmTest(Struct, frozen=True):
    """The result of a test message. `error` is null if it was sent."""

    error: str | None


_DESTINATION = Parameter("id", str, "Id of the destination.")


class AdminAlarmsApi(Api):
    def __init__(self, alarms: AlarmAdmin) -> None:
        self._alarms = alarms

    async def destinations(self, call: Call) -> Response:
        return answer([_destination(one) for one in await self._alarms.all(call.actor)])

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewAlarmDestination)
        wanted = NewDestination(
            name=said.name, service=said.service, address=said.address, team=said.team, kinds=said.kinds
        )
        return answer(_destination(await self._alarms.add(call.actor, wanted)), status=201)

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, AlarmDestinationChange)
        wanted = DestinationChange(name=said.name, team=said.team, kinds=said.kinds)
        return answer(_destination(await self._alarms.change(call.actor, call.request.path_params["id"], wanted)))

    async def remove(self, call: Call) -> Response:
        await self._alarms.remove(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    async def restore(self, call: Call) -> Response:
        return answer(_destination(await self._alarms.restore(call.actor, call.request.path_params["id"])))

    async def test(self, call: Call) -> Response:
        return answer(AlarmTest(await self._alarms.test(call.actor, call.request.path_params["id"])))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/alarms",
            endpoint=destinations,
            summary="List the destinations of alarms",
            needs=("read", "settings"),
            answers=(Answer(200, "Oldest first.", list[AlarmDestination]),),
        ),
        Operation(
            method="POST",
            path="/api/admin/alarms",
            endpoint=add,
            summary="Add a destination of alarms",
            needs=("change", "settings"),
            body=NewAlarmDestination,
            answers=(Answer(201, "The new destination.", AlarmDestination),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/admin/alarms/{id}",
            endpoint=change,
            summary="Change the name of a destination, or the alarms that it gets",
            needs=("change", "settings"),
            in_path=(_DESTINATION,),
            body=AlarmDestinationChange,
            answers=(Answer(200, "The destination.", AlarmDestination),),
            errors=("not_found", "conflict"),
        ),
        Operation(
            method="DELETE",
            path="/api/admin/alarms/{id}",
            endpoint=remove,
            summary="Remove a destination of alarms",
            needs=("change", "settings"),
            in_path=(_DESTINATION,),
            answers=(Answer(204, "Nothing is sent there any more.", media_type=None),),
            errors=("not_found",),
        ),
        Operation(
            method="POST",
            path="/api/admin/alarms/{id}/restore",
            endpoint=restore,
            summary="Add a removed destination again, within a day",
            needs=("change", "settings"),
            in_path=(_DESTINATION,),
            answers=(Answer(200, "The destination.", AlarmDestination),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/admin/alarms/{id}/test",
            endpoint=test,
            summary="Send a test message to a destination",
            needs=("change", "settings"),
            in_path=(_DESTINATION,),
            answers=(Answer(200, "The result.", AlarmTest),),
            errors=("not_found", "conflict"),
        ),
    )


def _destination(one: Destination) -> AlarmDestination:
    return AlarmDestination(
        id=one.id,
        name=one.name,
        service=one.service,
        team=one.team,
        kinds=list(one.kinds),
        ending=one.ending,
        created_at=rfc3339(one.created_at),
        sent_at=rfc3339_or_none(one.sent_at),
        failed_at=rfc3339_or_none(one.failed_at),
        error=one.error,
        failing=one.failing,
        lost=one.lost,
        next_try_at=rfc3339_or_none(one.due_at),
    )
