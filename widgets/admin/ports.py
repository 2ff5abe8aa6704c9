"""The functions that the pages of the administration need."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from identity.actor import Actor
from identity.audit_search import AuditPage, AuditSearch
from identity.client_views import ClientChange, ClientDetail
from identity.ports import Client, Token
from identity.staff_views import StaffChange, StaffDetail, StaffView


@dataclass(frozen=True, slots=True)
class InvitedPeople:
    """The addresses that were invited, and the lines that were not, each with the reason."""

    sent: Sequence[str]
    refused: Sequence[tuple[str, str]]


class Administration(Protocol):
    """Each method checks that `by` may do this, and raises Refused otherwise. An outage is Refused(`unavailable`)."""

    def now(self) -> int:
        """The present moment, in ms since the epoch, UTC."""
        ...

    async def people(self, by: Actor) -> Sequence[StaffView]:
        """All staff by name, including disabled people."""
        ...

    async def person(self, by: Actor, id_: str) -> StaffDetail:
        """Everything of one person."""
        ...

    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        """Change a person whose version is one of `versions` (None: any). Returns the person after it."""
        ...

    async def sign_out(self, by: Actor, id_: str) -> None:
        """End all sessions of a person."""
        ...

    async def reset_factor(self, by: Actor, id_: str) -> None:
        """Remove a person's one-time codes, and end their sessions."""
        ...

    async def invite(self, by: Actor, lines: Sequence[str], wanted: StaffChange) -> InvitedPeople:
        """Invite people by mail, with the rights in `wanted`. Good lines go out, bad ones are named."""
        ...

    async def invite_again(self, by: Actor, id_: str) -> None:
        """Send another link, in place of the earlier one."""
        ...

    async def withdraw(self, by: Actor, id_: str) -> None:
        """Revoke the link of a person."""
        ...

    async def invited(self, token: str) -> tuple[str, str] | None:
        """The name and the address of the person whom a link invites. None if it does not work. Changes nothing."""
        ...

    async def join(self, request: Request, token: str, password: str) -> None:
        """Use up a link: set the person's password."""
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
        """Change a client whose version is one of `versions` (None: any)."""
        ...

    async def coordinate(self, by: Actor, id_: str, email: str, coordinates: bool) -> None:
        """Set whether a customer of the client reads all requests of the company."""
        ...

    async def tokens(self, by: Actor) -> Sequence[tuple[Token, Actor]]:
        """All valid API tokens with their owners, oldest first."""
        ...

    async def create_token(self, by: Actor, days: int, scopes: Sequence[str]) -> str:
        """Make a token of the admin's own. It cannot be shown again."""
        ...

    async def revoke_token(self, by: Actor, email: str, label: str) -> None: ...

    async def audit(self, by: Actor, wanted: AuditSearch) -> AuditPage:
        """One page of matching lines of the audit log, newest first."""
        ...

    async def undo(self, by: Actor, line: int) -> None:
        """Undo the change of a person that a line of the audit log describes."""
        ...

    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        """Remove one passkey of a person."""
        ...
