from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from refusals import Refused
from tests.ticketing.table import TEAMS
from ticketing.policies import Policies, WantedPolicy, wanted_of
from ticketing.ports import Tx
from ticketing.targets import Policy

TX: Tx = None
KEPT = Policy(id="one", name="One", teams=["gone"], first_reply=60)


class Store:
    def __init__(self) -> None:
        self.kept = {KEPT.id: KEPT}
        self.steps: list[str] = []

    def policies(self, tx: Tx) -> list[Policy]:
        self.steps.append("read")
        return list(self.kept.values())

    def lock_policies(self, tx: Tx) -> None:
        self.steps.append("lock")

    def put_policy(self, tx: Tx, policy: Policy) -> None:
        self.kept[policy.id] = policy

    def remove_policy(self, tx: Tx, id: str) -> None:
        del self.kept[id]


@pytest.fixture
def store() -> Store:
    return Store()


def _policies(store: Store) -> Policies:
    return Policies(store, lambda: TEAMS, lambda: "two")


@pytest.mark.parametrize(
    "work",
    [
        lambda policies: policies.add(TX, WantedPolicy(name="Two", first_reply=1)),
        lambda policies: policies.change(TX, "one", lambda was: replace(wanted_of(was), name="Other"), None),
        lambda policies: policies.remove(TX, "one"),
        lambda policies: policies.order(TX, ["one"]),
    ],
)
def test_policies_are_locked_before_they_are_read_for_a_change(
    store: Store, work: Callable[[Policies], object]
) -> None:
    work(_policies(store))
    assert store.steps[:2] == ["lock", "read"]


def test_policy_of_a_team_that_is_gone_can_be_turned_off_but_gets_no_other_strange_team(store: Store) -> None:
    policies = _policies(store)
    policies.change(TX, "one", lambda was: replace(wanted_of(was), enabled=False), None)
    assert store.kept["one"].enabled is False
    with pytest.raises(Refused) as refused:
        policies.change(TX, "one", lambda was: replace(wanted_of(was), teams=["gone", "never"]), None)
    assert refused.value.fields == {"teams": "There is no team never."}
