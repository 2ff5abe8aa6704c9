"""The functions that the pages of the administration need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from alarms.destination import Destination, DestinationChange, NewDestination
from identity.actor import Actor, Role
from identity.audit_search import AuditPage, AuditSearch
from identity.client_views import ClientChange, ClientDetail
from identity.ports import Client, Token
from identity.staff_views import StaffChange, StaffDetail, StaffView
from widgets.admin.issue_source_ports import IssueSourcePages
from widgets.admin.personal_data_ports import PersonalDataPages
from widgets.admin.policy_ports import PolicyPages
from widgets.admin.rule_ports import RulePages
from widgets.admin.ticket_ports import TicketFieldPages
from widgets.admin.webhook_ports import WebhookPages


@dataclass(frozen=True, slots=True)
class InvitedPeople:
    """A result: the addresses that were invited, and the lines that were refused, each with the reason."""

    sent: Sequence[str]
    refused: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Joined:
    """An invited person who has chosen a password. `role` applies in conversations."""

    email: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetSettings:
    """The settings of the widget in force. `brand_color` is `#rrggbb`, or None for the design's color. `widget_origins`
    are the origins of pages that may show the widget; `*` alone stands for any.

    `fixed` has the settings that the operator set, each with the name of its variable. `version` is the version of the
    stored settings. `base_url` is the public address of the desk.
    """

    brand_name: str
    brand_color: str | None
    widget_origins: Sequence[str]
    version: int
    fixed: Mapping[str, str]
    base_url: str


@dataclass(frozen=True, slots=True)
class ClosingTeam:
    """A team that a change would close while people wait in its queue. They wait for at most `drain_s`. `held` chats go
    on."""

    name: str
    waiting: int
    held: int
    drain_s: int


class Administration(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    @property
    def mail_kept_days(self) -> int:
        """The days for which the bytes of a mail that came in are kept."""
        ...

    @property
    def personal_data(self) -> PersonalDataPages: ...

    async def counts(self, by: Actor) -> Mapping[str, int]:
        """How many entries each section has that is a list, by the section's key. Empty for a person who is no
        admin."""
        ...

    async def people(self, by: Actor) -> Sequence[StaffView]:
        """All staff by name, including disabled people."""
        ...

    async def person(self, by: Actor, id_: str) -> StaffDetail:
        """All details of one person."""
        ...

    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        """Change a person whose version is one of `versions`. None stands for any version. Returns the person after the
        change."""
        ...

    async def sign_out(self, by: Actor, id_: str) -> None:
        """End all sessions of a person."""
        ...

    async def reset_factor(self, by: Actor, id_: str) -> None:
        """Remove a person's one-time codes, and end their sessions."""
        ...

    async def invite(self, by: Actor, lines: Sequence[str], wanted: StaffChange) -> InvitedPeople:
        """Invite people by mail, with the rights in `wanted`. Sends a letter for each valid line, and returns the other
        lines with the reasons."""
        ...

    async def invite_again(self, by: Actor, id_: str) -> None:
        """Send the person another link. The earlier link no longer works."""
        ...

    async def withdraw(self, by: Actor, id_: str) -> None:
        """Revoke the link with which a person was invited."""
        ...

    async def invited(self, token: str) -> tuple[str, str] | None:
        """The name and the address of the person whom a link invites. None if the link does not work. Changes
        nothing."""
        ...

    async def join(self, request: Request, token: str, password: str) -> Joined:
        """Use up a link, and set the password of the invited person."""
        ...

    def products(self) -> Sequence[str]:
        """The products that a client can get, in the order of the hours file."""
        ...

    async def clients(self, by: Actor) -> Sequence[Client]:
        """All clients by name."""
        ...

    async def client(self, by: Actor, id_: str) -> ClientDetail:
        """One client with its people."""
        ...

    async def add_client(self, by: Actor, wanted: ClientChange) -> Client: ...

    async def change_client(
        self, by: Actor, id_: str, wanted: ClientChange, versions: Collection[int] | None
    ) -> ClientDetail:
        """Change a client whose version is one of `versions`. None stands for any version."""
        ...

    async def coordinate(self, by: Actor, id_: str, email: str, coordinates: bool) -> None:
        """Set whether a customer of the client `id_` may read all requests of the company."""
        ...

    async def tokens(self, by: Actor) -> Sequence[tuple[Token, Actor]]:
        """All valid API tokens with their owners, oldest first."""
        ...

    async def create_token(self, by: Actor, days: int, scopes: Sequence[str]) -> str:
        """Create a token for the admin `by`. The token cannot be shown again."""
        ...

    async def revoke_token(self, by: Actor, email: str, label: str) -> None: ...

    async def audit(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        """One page of matching lines of the audit log, newest first."""
        ...

    async def closed_by_undo(self, by: Actor, line: int) -> Sequence[ClosingTeam]:
        """The teams that the undoing of a line would close while people wait in their queues."""
        ...

    async def undo(self, by: Actor, line: int) -> None:
        """Undo the change that a line of the audit log describes."""
        ...

    async def widget(self, by: Actor) -> WidgetSettings: ...

    async def change_widget(
        self, by: Actor, wanted: Mapping[str, object], versions: Collection[int] | None
    ) -> WidgetSettings:
        """Change the settings that `wanted` names, if their version is one of `versions`. `versions` None stands for
        any version. A value None in `wanted` sets the setting back to its default."""
        ...

    @property
    def ticket_fields(self) -> TicketFieldPages: ...

    @property
    def webhooks(self) -> WebhookPages: ...

    @property
    def rules(self) -> RulePages: ...

    @property
    def policies(self) -> PolicyPages: ...

    @property
    def issue_sources(self) -> IssueSourcePages: ...

    async def alarm_destinations(self, by: Actor) -> Sequence[Destination]:
        """The destinations of alarms, oldest first."""
        ...

    async def add_alarm_destination(self, by: Actor, wanted: NewDestination) -> Destination: ...

    async def change_alarm_destination(self, by: Actor, id_: str, change: DestinationChange) -> Destination: ...

    async def remove_alarm_destination(self, by: Actor, id_: str) -> Destination: ...

    async def restore_alarm_destination(self, by: Actor, id_: str) -> Destination:
        """Add a destination again that was removed within a day."""
        ...

    async def test_alarm_destination(self, by: Actor, id_: str) -> str | None:
        """Send a test message. Returns the reason why it was not delivered, None if it was."""
        ...

    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        """Remove one passkey of a person."""
        ...
