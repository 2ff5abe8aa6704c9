"""Service level policies as admins keep them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from msgspec import structs

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.errors import Outdated
from identity.permissions import may
from refusals import Refused
from storage.ports import Storage, Tx
from ticketing.policies import OutdatedPolicy, Policies, WantedPolicy
from ticketing.targets import Policy

T = TypeVar("T")
_THING = "sla_policy"
_NOT_TOLD = frozenset({"id", "position", "version"})


class PolicyAdmin:
    """Every method raises Refused(forbidden) for people who may not change settings, and StorageUnavailable."""

    def __init__(self, storage: Storage, clock: Clock, people: People, policies: Policies) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._policies = policies

    async def all(self, by: Actor) -> Sequence[Policy]:
        """The policies in their order. Auditors read them too."""
        if not may(by, "read", "settings"):
            raise Refused("forbidden", "Only admins and auditors read service level policies.")
        return await self._storage.read(self._policies.all)

    async def add(self, by: Actor, wanted: WantedPolicy) -> Policy:
        """Add a policy behind the others. Raises Refused: `invalid`, `conflict`."""

        def unit(tx: Tx, now: int) -> Policy:
            added = self._policies.add(tx, wanted)
            self._record(tx, by, "add", added.id, _properties(added), now)
            return added

        return await self._change(by, unit)

    async def change(
        self, by: Actor, id_: str, merge: Callable[[Policy], WantedPolicy], versions: Collection[int] | None
    ) -> Policy:
        """Change a policy into what `merge` makes of it. Raises Refused: `invalid`, `not_found`. Raises Outdated."""

        def unit(tx: Tx, now: int) -> Policy:
            try:
                before, after = self._policies.change(tx, id_, merge, versions)
            except OutdatedPolicy:
                raise Outdated("Somebody changed this policy while you looked. Nothing was saved.") from None
            was = _properties(before)
            changed = {name: [value, was[name]] for name, value in _properties(after).items() if value != was[name]}
            if changed:
                self._record(tx, by, "change", id_, {**changed, "name": after.name}, now)
            return after

        return await self._change(by, unit)

    async def remove(self, by: Actor, id_: str) -> Policy:
        """Remove a policy. Raises Refused(not_found)."""

        def unit(tx: Tx, now: int) -> Policy:
            removed = self._policies.remove(tx, id_)
            self._record(tx, by, "remove", id_, _properties(removed), now)
            return removed

        return await self._change(by, unit)

    async def order(self, by: Actor, ids: Sequence[str]) -> Sequence[Policy]:
        """Put the policies into this order. Raises Refused(conflict) if `ids` are not all policies."""

        def unit(tx: Tx, now: int) -> Sequence[Policy]:
            ordered = self._policies.order(tx, ids)
            self._record(tx, by, "order", None, {"policies": [one.name for one in ordered]}, now)
            return ordered

        return await self._change(by, unit)

    async def _change(self, by: Actor, work: Callable[[Tx, int], T]) -> T:
        if not may(by, "change", "settings"):
            raise Refused("forbidden", "Only admins keep service level policies.")
        now = self._clock()
        return await self._storage.write(lambda tx: work(tx, now))

    def _record(self, tx: Tx, by: Actor, verb: str, id_: str | None, detail: Mapping[str, object], now: int) -> None:
        self._people.record(tx, by, verb, _THING, id_, detail, now)


def _properties(policy: Policy) -> dict[str, object]:
    """What the audit log says of a policy."""
    return {name: value for name, value in structs.asdict(policy).items() if name not in _NOT_TOLD}
