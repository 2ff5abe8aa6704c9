"""`/api/admin/users`: staff, for admins."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import rfc3339
from identity.actor import Role
from identity.staff_views import StaffChange, StaffDetail, StaffView
from routing.agents import CAPACITY
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.administration.invitations import Invitations, Wanted
from server.live.administration.staff_admin import StaffAdmin

_Name = Annotated[str, Meta(min_length=1, max_length=64)]


class AdminUser(Struct, frozen=True, kw_only=True):
    """A staff member. `roles` has all their roles. `role` is the one that decides what they may do in conversations.

    A supervisor without teams supervises all teams. `capacity` and `status` are null for people who take no chats.
    `today_by` is the name of the supervisor who changed capacity or teams for today. `state` is `invited` until the
    first sign-in. `needs_factor` is true if one of the roles requires a second factor.
    """

    id: str
    name: str
    email: str
    role: Role
    roles: list[Role]
    teams: list[str]
    capacity: int | None
    status: Literal["available", "away", "offline"] | None
    connected: bool
    held: int
    today_by: str | None
    state: Literal["active", "invited", "disabled"]
    one_time_codes: bool
    passkeys: int
    single_sign_on: bool
    needs_factor: bool
    sessions: int
    last_seen_at: str | None
    disabled_at: str | None
    version: int


class AdminUserDetail(Struct, frozen=True, kw_only=True):
    """A staff member, with the number of open chats and unsolved tickets by team, and of API tokens."""

    user: AdminUser
    chats: dict[str, int]
    tickets: dict[str, int]
    tokens: int


class UserChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The changes of a staff member. An absent field keeps its value. `disabled` true needs a `reason`."""

    roles: Annotated[list[Role], Meta(min_length=1, max_length=5)] | None = None
    teams: Annotated[list[_Name], Meta(max_length=100)] | None = None
    capacity: Annotated[int, Meta(ge=0, le=50)] | None = None
    disabled: bool | None = None
    reason: Annotated[str, Meta(max_length=400)] | None = None


class InvitationsWanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The people to invite, and their rights. An address is `name@company.example` or `Name <name@company.example>`."""

    addresses: Annotated[list[Annotated[str, Meta(min_length=1, max_length=500)]], Meta(min_length=1, max_length=50)]
    roles: Annotated[list[Role], Meta(min_length=1, max_length=5)]
    teams: Annotated[list[_Name], Meta(max_length=100)] = []
    capacity: Annotated[int, Meta(ge=0, le=50)] = CAPACITY


class RefusedAddress(Struct, frozen=True):
    address: str
    reason: str


class InvitationsSent(Struct, frozen=True):
    """The addresses that get a letter, and those that do not, with the reasons."""

    sent: list[str]
    refused: list[RefusedAddress]


_USER = Parameter("id", str, "Id of the person.")


class AdminUsersApi(Api):
    def __init__(self, staff: StaffAdmin, invitations: Invitations) -> None:
        self._staff = staff
        self._invitations = invitations

    async def everybody(self, call: Call) -> Response:
        return answer([_user(view) for view in await self._staff.everybody(call.actor)])

    async def invite(self, call: Call) -> Response:
        said = await read_body(call.request, InvitationsWanted)
        wanted = Wanted(lines=said.addresses, roles=said.roles, teams=said.teams, capacity=said.capacity)
        done = await self._invitations.invite(call.actor, wanted)
        return answer(InvitationsSent(list(done.sent), [RefusedAddress(*one) for one in done.refused]))

    async def person(self, call: Call) -> Response:
        return _detail(await self._staff.person(call.actor, call.request.path_params["id"]))

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, UserChange)
        wanted = StaffChange(
            roles=said.roles, teams=said.teams, capacity=said.capacity, disabled=said.disabled, reason=said.reason
        )
        versions: Collection[int] | None = versions_of(call.request)
        return _detail(await self._staff.change(call.actor, call.request.path_params["id"], wanted, versions))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/admin/users",
            endpoint=everybody,
            summary="List all staff",
            needs=("read", "people"),
            answers=(Answer(200, "Sorted by name, with disabled people.", list[AdminUser]),),
        ),
        Operation(
            method="POST",
            path="/api/admin/users",
            endpoint=invite,
            summary="Invite staff by mail",
            needs=("change", "people"),
            body=InvitationsWanted,
            answers=(Answer(200, "Good addresses get a letter, bad ones are named.", InvitationsSent),),
        ),
        Operation(
            method="GET",
            path="/api/admin/users/{id}",
            endpoint=person,
            summary="Read a staff member",
            needs=("read", "people"),
            in_path=(_USER,),
            answers=(Answer(200, "The person.", AdminUserDetail),),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/admin/users/{id}",
            endpoint=change,
            summary="Change roles, teams and capacity of a staff member, or disable them",
            needs=("change", "people"),
            in_path=(_USER,),
            body=UserChange,
            answers=(Answer(200, "The person after the change.", AdminUserDetail),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
    )


def _user(view: StaffView) -> AdminUser:
    facts = view.signs_in
    return AdminUser(
        id=view.id,
        name=view.name,
        email=view.email,
        role=view.roles[0],
        roles=list(view.roles),
        teams=list(view.teams),
        capacity=view.capacity,
        status=view.status,
        connected=view.connected,
        held=view.held,
        today_by=view.today_by,
        state=view.standing,
        one_time_codes=facts.app_since is not None,
        passkeys=facts.passkeys,
        single_sign_on=facts.single_sign_on,
        needs_factor=view.needs_factor,
        sessions=facts.sessions,
        last_seen_at=rfc3339(facts.last_seen_at) if facts.last_seen_at is not None else None,
        disabled_at=rfc3339(view.disabled_at) if view.disabled_at is not None else None,
        version=view.version,
    )


def _detail(detail: StaffDetail) -> Response:
    shown = AdminUserDetail(
        user=_user(detail.view), chats=dict(detail.chats), tickets=dict(detail.tickets), tokens=detail.tokens
    )
    return answer(shown, headers={"ETag": f'"{detail.view.version}"'})
