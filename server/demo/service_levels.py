"""Service level policies of the demo."""

from __future__ import annotations

from msgspec.structs import replace

from storage.ports import Tx
from ticketing.adapters.policy_store import SqlPolicies
from ticketing.targets import Policy

_HOUR, _DAY = 60, 24 * 60

# The teams of the demo are always open, so a day has 24 opened hours. With the tickets of `server.demo.sample`, one or
# two targets are breached at the first start, some are due soon, and most have time.
_POLICIES = (
    Policy(id="vips", name="VIP clients", vips=True, first_reply=2 * _HOUR, next_reply=4 * _HOUR, resolution=2 * _DAY),
    Policy(
        id="urgent",
        name="Urgent and high",
        priorities=["urgent", "high"],
        first_reply=_HOUR,
        next_reply=4 * _HOUR,
        resolution=3 * _DAY,
    ),
    Policy(id="everybody", name="All tickets", first_reply=12 * _HOUR, next_reply=_DAY, resolution=7 * _DAY),
    Policy(id="trial", name="Trial: replies within 15 minutes", enabled=False, first_reply=15, next_reply=15),
)


def add_service_levels(tx: Tx) -> None:
    """Add the policies. Tickets that are made later get their targets."""
    for place, policy in enumerate(_POLICIES, start=1):
        SqlPolicies().put_policy(tx, replace(policy, position=place))
