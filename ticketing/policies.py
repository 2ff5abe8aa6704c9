"""Keeps service level policies. Each method is (part of) the body of a transaction. `tx` is opaque."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from refusals import Refused
from texts.visible import fault_of_name
from ticketing.errors import invalid
from ticketing.ports import Teams, Tx
from ticketing.targets import METRICS, Metric, Policy
from ticketing.ticket import PRIORITIES
from ticketing.triage_ports import PolicyStore

NAME_MAX = 80
POLICIES_MAX = 50
MINUTES_MAX = 60 * 24 * 90
_COUNTED: dict[Metric, str] = {"first_reply": "first reply", "next_reply": "next reply", "resolution": "resolution"}


class WantedPolicy(Struct, frozen=True, kw_only=True):
    """A policy as somebody wants it. See `ticketing.targets.Policy`."""

    name: str
    enabled: bool = True
    teams: Sequence[str] = ()
    priorities: Sequence[str] = ()
    vips: bool = False
    first_reply: int | None = None
    next_reply: int | None = None
    resolution: int | None = None


class OutdatedPolicy(Exception):
    """Somebody else changed the policy. `args[0]` is its version."""


class Policies:
    def __init__(self, store: PolicyStore, teams: Teams, new_id: Callable[[], str]) -> None:
        """`new_id` returns a unique text."""
        self._store = store
        self._teams = teams
        self._new_id = new_id

    def all(self, tx: Tx) -> Sequence[Policy]:
        """The policies in their order."""
        return self._store.policies(tx)

    def get(self, tx: Tx, id: str) -> Policy:
        """Raises Refused(`not_found`)."""
        found = next((one for one in self.all(tx) if one.id == id), None)
        if found is None:
            raise Refused("not_found", "There is no such policy.")
        return found

    def add(self, tx: Tx, wanted: WantedPolicy, id: str | None = None) -> Policy:
        """Add a policy behind the others. Raises Refused: `invalid`, `conflict` if there are too many."""
        self._store.lock_policies(tx)
        present = self.all(tx)
        if len(present) >= POLICIES_MAX:
            raise Refused("conflict", f"There are {POLICIES_MAX} policies already. Remove one first.")
        last = max((one.position for one in present), default=0)
        return self._put(tx, Policy(id=id or self._new_id(), name="", position=last + 1), wanted)

    def take(self, tx: Tx, policy: Policy) -> bool:
        """Add a policy of another desk behind the others, unless it is here. Raises Refused: `invalid`, `conflict`."""
        if any(one.id == policy.id for one in self.all(tx)):
            return False
        self.add(tx, wanted_of(policy), policy.id)
        return True

    def change(
        self, tx: Tx, id: str, merge: Callable[[Policy], WantedPolicy], versions: Collection[int] | None
    ) -> tuple[Policy, Policy]:
        """Change a policy into what `merge` makes of it. `versions` are those that the caller accepts, None for any.
        Returns the policy before and after. Raises OutdatedPolicy; Refused: `not_found`, `invalid`."""
        self._store.lock_policies(tx)
        before = self.get(tx, id)
        if versions is not None and before.version not in versions:
            raise OutdatedPolicy(before.version)
        wanted = merge(before)
        if wanted == wanted_of(before):
            return before, before
        return before, self._put(tx, replace(before, version=before.version + 1), wanted)

    def remove(self, tx: Tx, id: str) -> Policy:
        """Remove a policy. Returns it. Raises Refused(`not_found`)."""
        self._store.lock_policies(tx)
        found = self.get(tx, id)
        self._store.remove_policy(tx, id)
        return found

    def order(self, tx: Tx, ids: Sequence[str]) -> Sequence[Policy]:
        """Put the policies into this order. Raises Refused(`conflict`) unless `ids` are all policies, each once."""
        self._store.lock_policies(tx)
        present = {one.id: one for one in self.all(tx)}
        if len(ids) != len(present) or set(ids) != set(present):
            raise Refused("conflict", "The policies have changed meanwhile. Load the list again.")
        for place, id in enumerate(ids, start=1):
            if present[id].position != place:
                self._store.put_policy(tx, replace(present[id], position=place))
        return self.all(tx)

    def _put(self, tx: Tx, policy: Policy, wanted: WantedPolicy) -> Policy:
        if faults := self._faults(wanted, policy.teams):
            raise invalid(faults)
        made = replace(
            policy,
            name=wanted.name.strip(),
            enabled=wanted.enabled,
            teams=list(dict.fromkeys(wanted.teams)),
            priorities=list(dict.fromkeys(wanted.priorities)),
            vips=wanted.vips,
            first_reply=wanted.first_reply,
            next_reply=wanted.next_reply,
            resolution=wanted.resolution,
        )
        self._store.put_policy(tx, made)
        return made

    def _faults(self, wanted: WantedPolicy, had: Collection[str]) -> dict[str, str]:
        """`had`: the teams of the policy before. A team that is gone may stay."""
        faults = dict[str, str]()
        if fault := fault_of_name(wanted.name, NAME_MAX):
            faults["name"] = fault
        unknown = [key for key in wanted.teams if key not in self._teams() and key not in had]
        if unknown:
            faults["teams"] = f"There is no team {unknown[0][:40]}."
        if any(key not in PRIORITIES for key in wanted.priorities):
            faults["priorities"] = f"Choose of {', '.join(PRIORITIES)}."
        minutes = {metric: getattr(wanted, metric) for metric in METRICS}
        for metric, value in minutes.items():
            if value is not None and not 1 <= value <= MINUTES_MAX:
                faults[metric] = f"The {_COUNTED[metric]} takes 1 minute to {MINUTES_MAX // 60} hours."
        if all(value is None for value in minutes.values()):
            faults["first_reply"] = "Give at least one target."
        return faults


def wanted_of(policy: Policy) -> WantedPolicy:
    """The policy as a request that would change nothing."""
    return WantedPolicy(
        name=policy.name,
        enabled=policy.enabled,
        teams=policy.teams,
        priorities=policy.priorities,
        vips=policy.vips,
        first_reply=policy.first_reply,
        next_reply=policy.next_reply,
        resolution=policy.resolution,
    )
