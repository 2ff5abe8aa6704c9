"""Who acts: a pure value that every room may know. Everything else about people stays in `identity`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["agent", "supervisor", "admin"]
ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the system, at the moment of acting.

    `id` is the visitor's or the user's id (empty for the system): the person for the ids of commands.
    `limited`: signed in without the second factor that their role needs; they may do nothing but set it up.
    `verified` says that name and address are proven, not claimed. `teams` are those of an agent; a
    supervisor named for no team is one of all teams (`sees`). Of customers: `account` is the id of the
    account that they have proven to be, `client` that of the company that it belongs to, and a
    `coordinator` sees the requests of its colleagues there.
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
    limited: bool = False
    network: str | None = field(default=None, compare=False)
    """Where they act from, for the audit (`identity.networks`); None where it is not known."""

    @property
    def identified(self) -> bool:
        """Is it proven who this is, whatever of their address? Then they count for themselves, wherever they sit."""
        return self.kind == "staff" or self.verified or self.account is not None

    @property
    def customer(self) -> str:
        """Of a customer, the id that what they begin now belongs to: their account, else the visitor."""
        return self.account or self.id

    @property
    def ids(self) -> tuple[str, ...]:
        """All that this person is known by: what is theirs belongs to one of these."""
        return (self.id,) if self.account is None else (self.id, self.account)

    def is_customer(self, customer: str | None) -> bool:
        """Is what belongs to `customer` (an account or a visitor) this person's own?"""
        return self.kind == "customer" and customer is not None and customer in self.ids

    @property
    def supervises_all(self) -> bool:
        return self.role == "supervisor" and not self.teams

    def sees(self, team: str) -> bool:
        """May this person of staff know of what belongs to `team`? An admin reads no conversations by that."""
        if self.kind != "staff" or self.role == "admin" or self.limited:
            return False
        return team in self.teams or self.supervises_all


SYSTEM = Actor(kind="system", id="", name=None)
