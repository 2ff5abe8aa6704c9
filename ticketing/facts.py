"""What the rules of tickets must know of the world besides the ticket. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from identity.actor import Actor


class Team(Protocol):
    """What tickets know of a team."""

    @property
    def name(self) -> str: ...
    @property
    def products(self) -> Sequence[str]: ...
    @property
    def retired(self) -> bool: ...
    @property
    def identity(self) -> Literal["optional", "required"]: ...
    @property
    def successor(self) -> str | None: ...
    @property
    def account_team(self) -> str | None: ...
    @property
    def reopen_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules must know of the world besides the ticket.

    `survivors`: the ticket that `duplicate_of` names, then what that is a duplicate of, and so on;
    empty where there is no such ticket that the actor may open. `assignee`: the person wanted as
    assignee, else the present one; null where there is none who could be. `client`: the id of
    the company that is wanted by name; null where there is none of that name. `accounts`: whose the
    addresses of participants are, of those that belong to one account alone. `thing` is how a
    refusal speaks of what is changed.
    """

    brand: str
    teams: Mapping[str, Team]
    survivors: Sequence[int] = ()
    assignee: Actor | None = None
    client: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    thing: Literal["ticket", "chat"] = "ticket"
