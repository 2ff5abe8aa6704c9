"""Facts besides the ticket on which the rules depend. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from identity.actor import Actor


class Team(Protocol):
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
    """Facts besides the ticket on which the rules depend.

    `survivors`: the ticket named by `duplicate_of`, then the one that it duplicates, and so on; empty if the actor may
    not open the first. `assignee`: the person wanted as assignee, else the present one; None if nobody fits. `client`:
    id of the company wanted by name; None if there is none. `accounts`: accounts by address, for addresses that belong
    to exactly one. `thing`: what a refusal calls the object that changes.
    """

    brand: str
    teams: Mapping[str, Team]
    survivors: Sequence[int] = ()
    assignee: Actor | None = None
    client: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    thing: Literal["ticket", "chat"] = "ticket"
