"""Staff as an identity provider knows them (SCIM)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What an identity provider said of a member of staff, beyond what the desk keeps of everybody.

    `removed_at` is the moment at which the provider removed the person. The desk keeps the person, disabled, because
    chats and tickets name them.
    """

    user: str
    user_name: str
    external_id: str | None = None
    removed_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedPerson:
    """A member of staff, for an identity provider. `role` values are in the order of `User.roles`."""

    id: str
    user_name: str
    external_id: str | None
    name: str
    email: str
    active: bool
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPerson:
    """What a member of staff should be. Without roles, the person is an agent. `active` None keeps the present state,
    and a new person is active."""

    user_name: str
    external_id: str | None
    name: str
    email: str
    active: bool | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedTeam:
    """A team with its people: their names by id. Supervisors of all teams are not named."""

    key: str
    name: str
    external_id: str | None
    members: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTeam:
    """What a team should be. `name` None keeps the name."""

    name: str | None
    external_id: str | None
    members: tuple[str, ...]
