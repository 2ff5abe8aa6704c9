"""The facts on which the rules depend besides the ticket itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from clock.zones import EASTERN
from identity.actor import Actor
from ticketing.custom_fields import Fields


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
    """The facts that the rules need besides the ticket itself.

    - `survivors`: the ticket named by `duplicate_of`, then the ticket that this one duplicates, and so on. Empty if the
      actor may not open the first of them.
    - `assignee`: the person wanted as assignee. If the change names none, the present assignee. None if nobody fits.
    - `client`: the id of the company whose name is wanted; None if there is no such company.
    - `accounts`: account ids by address, for the addresses to which `People.account_by_email` finds an account.
    - `zone`: the time zone of the hours file.
    - `training_request`: the ticket is a request for a training.
    - `fields`: all custom fields. `fields_needed`: those that are needed may not be empty. False if nobody chose the
      change for this ticket alone, as for the tickets of an incident.
    - `thing`: what a refusal calls the object that changes.
    """

    brand: str
    teams: Mapping[str, Team]
    zone: str = EASTERN
    survivors: Sequence[int] = ()
    assignee: Actor | None = None
    client: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    training_request: bool = False
    fields: Fields = ()
    fields_needed: bool = True
    thing: Literal["ticket", "chat"] = "ticket"
