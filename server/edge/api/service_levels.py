"""`/api/sla-policies`: service level targets of tickets, for admins."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.tickets.policy_admin import PolicyAdmin
from ticketing.policies import MINUTES_MAX, NAME_MAX, POLICIES_MAX, WantedPolicy
from ticketing.targets import Policy
from ticketing.ticket import Priority

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=TEXT_PATTERN)]
_Minutes = Annotated[int, Meta(ge=1, le=MINUTES_MAX)]
_Key = Annotated[str, Meta(max_length=100, pattern=TEXT_PATTERN)]
_Teams = Annotated[list[_Key], Meta(max_length=100)]
_Priorities = Annotated[list[Priority], Meta(max_length=4)]


class PolicyView(Struct, frozen=True, kw_only=True):
    """A policy. Its targets are in minutes of the opened hours of a ticket's team; null: there is no such target. Empty
    `teams` or `priorities`: all. `vips`: only tickets of VIP clients."""

    id: str
    name: str
    enabled: bool
    teams: list[str]
    priorities: list[str]
    vips: bool
    first_reply: int | None
    next_reply: int | None
    resolution: int | None
    version: int


class PolicyList(Struct, frozen=True):
    """The policies. The first one that is enabled and fits a ticket counts."""

    policies: list[PolicyView]


class NewPolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A policy to add. It has at least one target."""

    name: _Name
    enabled: bool = True
    teams: _Teams = []
    priorities: _Priorities = []
    vips: bool = False
    first_reply: _Minutes | None = None
    next_reply: _Minutes | None = None
    resolution: _Minutes | None = None


class ChangedPolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a policy. An absent field keeps its value."""

    name: _Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    teams: _Teams | UnsetType = UNSET
    priorities: _Priorities | UnsetType = UNSET
    vips: bool | UnsetType = UNSET
    first_reply: _Minutes | None | UnsetType = UNSET
    next_reply: _Minutes | None | UnsetType = UNSET
    resolution: _Minutes | None | UnsetType = UNSET


class PolicyOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The ids of all policies, in the new order."""

    policies: Annotated[list[_Key], Meta(max_length=POLICIES_MAX)]


_POLICY = Parameter("id", str, "Id of the policy.")


class ServiceLevelsApi(Api):
    def __init__(self, policies: PolicyAdmin) -> None:
        self._policies = policies

    async def all(self, call: Call) -> Response:
        return answer(PolicyList([_view(one) for one in await self._policies.all(call.actor)]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewPolicy)
        return _answer(await self._policies.add(call.actor, _wanted(said)), 201)

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, ChangedPolicy)
        id_, versions = call.request.path_params["id"], versions_of(call.request)
        changed = await self._policies.change(call.actor, id_, lambda before: _merged(before, said), versions)
        return _answer(changed, 200)

    async def remove(self, call: Call) -> Response:
        await self._policies.remove(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    async def order(self, call: Call) -> Response:
        said = await read_body(call.request, PolicyOrder)
        return answer(PolicyList([_view(one) for one in await self._policies.order(call.actor, said.policies)]))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/sla-policies",
            endpoint=all,
            summary="List the service level policies",
            needs=("read", "settings"),
            answers=(Answer(200, "In their order.", PolicyList),),
        ),
        Operation(
            method="POST",
            path="/api/sla-policies",
            endpoint=add,
            summary="Add a service level policy behind the others",
            needs=("change", "settings"),
            body=NewPolicy,
            answers=(Answer(201, "The new policy.", PolicyView),),
            errors=("conflict",),
            etag=True,
        ),
        Operation(
            method="PUT",
            path="/api/sla-policies/order",
            endpoint=order,
            summary="Put the service level policies into another order",
            needs=("change", "settings"),
            body=PolicyOrder,
            answers=(Answer(200, "All policies.", PolicyList),),
            errors=("conflict",),
        ),
        Operation(
            method="PATCH",
            path="/api/sla-policies/{id}",
            endpoint=change,
            summary="Change a service level policy, or switch it on or off",
            needs=("change", "settings"),
            in_path=(_POLICY,),
            body=ChangedPolicy,
            answers=(Answer(200, "The policy.", PolicyView),),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="DELETE",
            path="/api/sla-policies/{id}",
            endpoint=remove,
            summary="Remove a service level policy",
            needs=("change", "settings"),
            in_path=(_POLICY,),
            answers=(Answer(204, "Tickets follow the next policy that fits.", media_type=None),),
        ),
    )


def _wanted(said: NewPolicy) -> WantedPolicy:
    return WantedPolicy(
        name=said.name,
        enabled=said.enabled,
        teams=said.teams,
        priorities=said.priorities,
        vips=said.vips,
        first_reply=said.first_reply,
        next_reply=said.next_reply,
        resolution=said.resolution,
    )


def _merged(before: Policy, said: ChangedPolicy) -> WantedPolicy:
    return WantedPolicy(
        name=before.name if said.name is UNSET else said.name,
        enabled=before.enabled if said.enabled is UNSET else said.enabled,
        teams=before.teams if said.teams is UNSET else said.teams,
        priorities=before.priorities if said.priorities is UNSET else said.priorities,
        vips=before.vips if said.vips is UNSET else said.vips,
        first_reply=before.first_reply if said.first_reply is UNSET else said.first_reply,
        next_reply=before.next_reply if said.next_reply is UNSET else said.next_reply,
        resolution=before.resolution if said.resolution is UNSET else said.resolution,
    )


def _view(policy: Policy) -> PolicyView:
    return PolicyView(
        id=policy.id,
        name=policy.name,
        enabled=policy.enabled,
        teams=policy.teams,
        priorities=policy.priorities,
        vips=policy.vips,
        first_reply=policy.first_reply,
        next_reply=policy.next_reply,
        resolution=policy.resolution,
        version=policy.version,
    )


def _answer(policy: Policy, status: int) -> Response:
    return answer(_view(policy), status=status, headers={"ETag": f'"{policy.version}"'})
