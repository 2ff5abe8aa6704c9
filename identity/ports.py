"""What identity needs of the world.

`tx` is the transaction that the caller runs in; it is opaque here. Moments in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from identity.actor import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of staff. `email` is in lower case."""

    id: str
    email: str
    name: str
    role: Role
    teams: frozenset[str]
    password_hash: str | None
    created_at: int
    disabled_at: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in in a browser; `id` is the fingerprint of the cookie's value."""

    id: str
    user: str
    created_at: int
    last_seen_at: int
    expires_at: int
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token of a user. `scopes` as they are stored."""

    hash: str
    user: str
    label: str
    scopes: str
    created_at: int
    expires_at: int
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """What a customer without an account said of themself. Nothing of it is proven."""

    id: str
    name: str | None
    email: str | None


class Store(Protocol):
    """Where people and their secrets' fingerprints are kept."""

    def add_user(self, tx: Any, user: User) -> bool:
        """Store a new person and their teams; False where somebody has the address."""
        ...

    def user(self, tx: Any, id: str) -> User | None: ...

    def user_by_email(self, tx: Any, email: str) -> User | None: ...

    def users(self, tx: Any) -> Sequence[User]:
        """Everybody, by name; the disabled too."""
        ...

    def set_password(self, tx: Any, user: str, password_hash: str) -> None: ...

    def disable(self, tx: Any, user: str, now: int) -> None: ...

    def names(self, tx: Any, ids: Collection[str]) -> dict[str, str]: ...

    def add_session(self, tx: Any, session: Session) -> None: ...

    def session(self, tx: Any, id: str) -> Session | None:
        """A session that nobody revoked."""
        ...

    def session_seen(self, tx: Any, id: str, now: int) -> None: ...

    def revoke_session(self, tx: Any, id: str, now: int) -> None: ...

    def revoke_sessions(self, tx: Any, user: str, now: int) -> None:
        """End every session of a person."""
        ...

    def add_token(self, tx: Any, token: Token) -> None: ...

    def token(self, tx: Any, hash: str) -> Token | None:
        """A token that nobody revoked."""
        ...

    def token_used(self, tx: Any, hash: str, now: int) -> None: ...

    def revoke_tokens(self, tx: Any, user: str, label: str | None, now: int) -> int:
        """Revoke the person's tokens of that label, or all; how many there were."""
        ...

    def visitor(self, tx: Any, id: str) -> KnownVisitor | None: ...

    def keep_visitor(self, tx: Any, visitor: KnownVisitor, now: int) -> None:
        """Store a visitor, or what they newly said; what they left out stays."""
        ...
