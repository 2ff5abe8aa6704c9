"""Implements `widgets.admin.policy_ports.PolicyPages`: the pages use the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from identity.actor import Actor
from server.edge.outages import as_refusals
from server.live.teams import Teams
from server.live.tickets.policy_admin import PolicyAdmin
from ticketing.policies import WantedPolicy, wanted_of
from ticketing.targets import Policy


class PoliciesAdapter:
    def __init__(self, policies: PolicyAdmin, teams: Teams) -> None:
        self._policies = policies
        self._teams = teams

    def teams(self) -> Mapping[str, str]:
        return {team.key: team.name for team in self._teams.by_key.values() if not team.retired}

    @as_refusals
    async def all(self, by: Actor) -> Sequence[Policy]:
        return await self._policies.all(by)

    @as_refusals
    async def add(self, by: Actor, wanted: WantedPolicy) -> Policy:
        return await self._policies.add(by, wanted)

    @as_refusals
    async def replace(self, by: Actor, id_: str, wanted: WantedPolicy, versions: Collection[int]) -> Policy:
        return await self._policies.change(by, id_, lambda before: replace(wanted, enabled=before.enabled), versions)

    @as_refusals
    async def switch(self, by: Actor, id_: str, *, on: bool) -> Policy:
        return await self._policies.change(by, id_, lambda before: replace(wanted_of(before), enabled=on), None)

    @as_refusals
    async def remove(self, by: Actor, id_: str) -> Policy:
        return await self._policies.remove(by, id_)

    @as_refusals
    async def move(self, by: Actor, id_: str, *, up: bool) -> None:
        ids = [policy.id for policy in await self._policies.all(by)]
        first = (ids.index(id_) if id_ in ids else -2) - (1 if up else 0)
        if 0 <= first < len(ids) - 1:
            ids[first : first + 2] = ids[first + 1], ids[first]
            await self._policies.order(by, ids)
