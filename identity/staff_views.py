"""Staff members as admins see them. Pure values, for the pages and the HTTP calls.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from identity.actor import Role
from identity.ports import Session

Standing = Literal["active", "invited", "disabled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """How a person signs in, and when they last did. `app_since` is None without one-time codes.

    `invited_until` is the end of an invitation that was not used yet.
    """

    app_since: int | None = None
    passkeys: int = 0
    single_sign_on: bool = False
    sessions: int = 0
    last_seen_at: int | None = None
    invited_at: int | None = None
    invited_until: int | None = None

    @property
    def second_factor(self) -> bool:
        return self.app_since is not None or self.passkeys > 0 or self.single_sign_on


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """A staff member in the list of people. `capacity` and `status` are None for people who take no chats."""

    id: str
    name: str
    email: str
    roles: Sequence[Role]
    teams: Sequence[str]
    capacity: int | None
    status: Literal["available", "away", "offline"] | None
    reason: str | None
    connected: bool
    held: int
    """Number of chats that the person has now."""
    today_by: str | None
    """The name of the supervisor who changed the person's capacity or teams for today."""
    signs_in: SignInFacts
    needs_factor: bool
    """True if a role of the person requires a second factor."""
    disabled_at: int | None
    version: int
    """Changes whenever a value that an admin can set changes."""

    @property
    def standing(self) -> Standing:
        if self.disabled_at is not None:
            return "disabled"
        return "invited" if self.signs_in.last_seen_at is None and self.signs_in.invited_at is not None else "active"

    @property
    def all_teams(self) -> bool:
        return "supervisor" in self.roles and not self.teams


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDetail:
    """All that an admin sees of one person. `chats` and `tickets` are the numbers of open chats and unsolved tickets,
    by team. `disabled_because` is the reason that an admin gave, if it is known.

    `passkeys` has the id, the name and the last use of each passkey.
    """

    view: StaffView
    passkeys: Sequence[tuple[str, str, int | None]]
    sessions: Sequence[Session]
    tokens: int
    chats: Mapping[str, int]
    tickets: Mapping[str, int]
    disabled_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChange:
    """A change of a person. None keeps the present value. `reason` is required to disable somebody."""

    roles: Sequence[Role] | None = None
    teams: Sequence[str] | None = None
    capacity: int | None = None
    disabled: bool | None = None
    reason: str | None = None
