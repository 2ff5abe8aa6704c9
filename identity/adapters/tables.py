"""The tables of people. Secrets are kept hashed, never as they are. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class UserRow(SQLModel, table=True):
    """A person of staff."""

    __tablename__ = "users"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    """In lower case."""
    name: str
    role: str
    password_hash: str | None = None
    """argon2id; null until a password is set."""
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)


class MembershipRow(SQLModel, table=True):
    """A user's place on a team. `team` is a key of `hours.yaml`."""

    __tablename__ = "memberships"

    user: str = Field(primary_key=True)
    team: str = Field(primary_key=True)


class VisitorRow(SQLModel, table=True):
    """A customer's browser that did something worth storing; before that there is no row."""

    __tablename__ = "visitors"

    id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)


class SessionRow(SQLModel, table=True):
    """A sign-in in a browser. `id` is the SHA-256 of the cookie's value, in hex."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_of_a_user", "user"),)

    id: str = Field(primary_key=True)
    user: str
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    user_agent: str | None = None
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)


class TokenRow(SQLModel, table=True):
    """A bearer token of a user. `hash` is the SHA-256 of the token, in hex."""

    __tablename__ = "tokens"
    __table_args__ = (Index("tokens_of_a_user", "user"),)

    hash: str = Field(primary_key=True)
    user: str
    label: str
    """The first characters of the token, to tell it by in lists."""
    scopes: str
    """Comma-separated, out of read, write, export."""
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    last_used_at: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
