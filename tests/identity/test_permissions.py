"""What each role may do at all."""

from __future__ import annotations

import pytest

from identity.actor import SYSTEM, Actor
from identity.permissions import may

PEOPLE = {
    "customer": Actor("customer", "v"),
    "agent": Actor("staff", "u", role="agent"),
    "supervisor": Actor("staff", "u", role="supervisor"),
    "admin": Actor("staff", "u", role="admin"),
    "system": SYSTEM,
}


@pytest.mark.parametrize(
    ("who", "reads", "changes"),
    [
        ("customer", True, False),
        ("agent", True, True),
        ("supervisor", True, True),
        ("admin", False, False),
        ("system", True, True),
    ],
)
def test_roles_and_tickets(who: str, reads: bool, changes: bool) -> None:
    """Customers read, agents and supervisors work, admins leave them alone."""
    assert (may(PEOPLE[who], "read", "tickets"), may(PEOPLE[who], "change", "tickets")) == (reads, changes)
    assert may(PEOPLE[who], "read", "itself")
