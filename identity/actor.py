"""The acting person: a customer, a staff member or the system. The packages `chat`, `routing` and `ticketing` use no
other module of `identity`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["agent", "supervisor", "author", "admin", "auditor"]
ROLES: tuple[Role, ...] = ("agent", "supervisor", "author", "admin", "auditor")
CONVERSING: frozenset[Role] = frozenset({"agent", "supervisor"})
"""The roles that take part in conversations."""

RULE = "rule-"
"""The ids of rules as actors begin with it. They act as staff of all teams, but nobody is there."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the system, while acting.

    `id` is the visitor's or user's id, empty for the system. `verified` means that the name and email address are
    proven, not claimed. `limited` means that the person signed in without the second factor that their role requires,
    so they may only set it up. `teams` are the teams of a staff member. A supervisor without a team supervises all
    teams (see `sees`).

    `account`, `client` and `coordinator` are for customers only. `account` is the id of the customer's proven account.
    `client` is the id of the account's company. A coordinator sees the requests of all colleagues at the company.
    `confirmed` are the numbers of the tickets for which this browser or account has proven the requester's address.
    """

    kind: Literal["customer", "staff", "system"]
    id: str
    name: str | None = None
    email: str | None = None
    verified: bool = False
    role: Role | None = None
    teams: frozenset[str] = field(default=frozenset())
    account: str | None = None
    client: str | None = None
    coordinator: bool = False
    confirmed: frozenset[int] = frozenset()
    limited: bool = False
    also: frozenset[Role] = frozenset()
    """Further roles of a staff member, in addition to `role`, which applies in conversations."""
    network: str | None = field(default=None, compare=False)
    """The network of the request, for the audit (`identity.networks`); None if unknown."""

    @property
    def is_rule(self) -> bool:
        return self.kind == "staff" and self.id.startswith(RULE)

    @property
    def roles(self) -> tuple[Role, ...]:
        """All roles of a staff member. The first is `role`, the one that applies in conversations."""
        return (self.role, *sorted(self.also)) if self.role is not None else ()

    @property
    def identified(self) -> bool:
        """True if the person's identity is proven. Limits then count per person, not per network."""
        return self.kind == "staff" or self.verified or self.account is not None

    @property
    def customer(self) -> str:
        """The id that owns what a customer creates: the account's id, or the visitor's id if there is no account."""
        return self.account or self.id

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids under which data of this person may be stored."""
        return (self.id,) if self.account is None else (self.id, self.account)

    def is_customer(self, customer: str | None) -> bool:
        """True if this person is the customer `customer` (an account or visitor id)."""
        return self.kind == "customer" and customer is not None and customer in self.ids

    @property
    def converses(self) -> bool:
        """True for agents and supervisors."""
        return self.role in CONVERSING

    @property
    def supervises_all(self) -> bool:
        return self.role == "supervisor" and not self.teams

    @property
    def sees_all_figures(self) -> bool:
        """True for admins and auditors: they get the figures of all teams, and no conversations."""
        return not {"admin", "auditor"}.isdisjoint(self.roles)

    def sees(self, team: str) -> bool:
        """True if this staff member may see what belongs to `team`. Always False if the person takes part in no
        conversations, and for people who must first set up a second factor."""
        if self.kind != "staff" or not self.converses or self.limited:
            return False
        return team in self.teams or self.supervises_all


SYSTEM = Actor(kind="system", id="", name=None)
