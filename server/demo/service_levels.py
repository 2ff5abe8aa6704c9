"""Service level policies of the demo."""

from __future__ import annotations

from msgspec.structs import replace

from storage.ports import Tx
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.targets import Policy

_HOUR = 60

_POLICIES = (
    Policy(id="vips", name="VIP clients", vips=True, first_reply=30, next_reply=_HOUR, resolution=8 * _HOUR),
    Policy(
        id="urgent",
        name="Urgent and high",
        priorities=["urgent", "high"],
        first_reply=_HOUR,
        next_reply=2 * _HOUR,
        resolution=16 * _HOUR,
    ),
    Policy(id="everybody", name="All tickets", first_reply=4 * _HOUR, next_reply=8 * _HOUR, resolution=40 * _HOUR),
    Policy(id="trial", name="Trial: replies within 15 minutes", enabled=False, first_reply=15, next_reply=15),
)


def add_service_levels(tx: Tx) -> None:
    """The server computes the targets of the tickets when it starts."""
    for place, policy in enumerate(_POLICIES, start=1):
        SqlPolicies().put_policy(tx, replace(policy, position=place))
