"""The tables of people. Secrets are kept hashed, never as they are. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

_HOLDS = text("revoked_at IS NULL")


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


class AuthenticatorRow(SQLModel, table=True):
    """The second factor of a person of staff: the secret that their authenticator app makes codes from."""

    __tablename__ = "authenticators"

    user: str = Field(primary_key=True)
    secret: str
    """Sealed with a key that comes from SECRET (`identity.one_time_codes`)."""
    created_at: int = Field(sa_type=BigInteger)
    confirmed_at: int | None = Field(default=None, sa_type=BigInteger)
    """Null until a code of it was given once: from then on it is asked for."""
    last_step: int = Field(default=-1, sa_type=BigInteger)
    """The step of the last code that was taken: no code is good twice."""


class RecoveryCodeRow(SQLModel, table=True):
    """A code that signs a person in once, in place of one of their authenticator app. Used ones are deleted."""

    __tablename__ = "recovery_codes"

    user: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    """SHA-256 of the code, in hex."""
    created_at: int = Field(sa_type=BigInteger)


class VisitorRow(SQLModel, table=True):
    """A customer's browser that did something worth storing; before that there is no row."""

    __tablename__ = "visitors"
    __table_args__ = (Index("visitors_of_an_account", "account"),)

    id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    account: str | None = None
    """Whose browser it was proven to be: such a visitor opens nothing without the proof."""
    signed_out_at: int | None = Field(default=None, sa_type=BigInteger)
    """Tokens that were issued until then hold no more."""


class AccountRow(SQLModel, table=True):
    """A customer whom a host site knows: `sub` as the site with the secret `kid` calls them."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("kid", "sub"), Index("accounts_by_email", "email"))

    id: str = Field(primary_key=True)
    kid: str
    """Empty where the desk has one secret without a name."""
    sub: str
    email: str | None = None
    """As the site last gave it, in lower case."""
    name: str | None = None
    client: str | None = None
    """The client that an admin put them in; null: that of their proven address's domain."""
    coordinator: bool = False
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    email_verified: bool = False
    """May that site speak for the address? Else it is a claim."""
    signed_out_at: int | None = Field(default=None, sa_type=BigInteger)
    """Tokens that were issued until then stand for the account no more."""


class ClientRow(SQLModel, table=True):
    """A company whose people are customers."""

    __tablename__ = "clients"

    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    """The name as names are compared: `identity.clients.name_key`."""
    account_team: str | None = None
    """The address that hands over to its account team; null: that of the ticket's team."""
    vip: bool = False
    created_at: int = Field(sa_type=BigInteger)


class ClientDomainRow(SQLModel, table=True):
    """A mail domain whose people belong to a client."""

    __tablename__ = "client_domains"
    __table_args__ = (Index("domains_of_a_client", "client"),)

    domain: str = Field(primary_key=True)
    """In lower case."""
    client: str


class AuditRow(SQLModel, table=True):
    """Who did what that must be answered for. Rows are added, never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_time", "at", "id"), Index("audit_of_a_thing", "thing", "thing_id", "id"))

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    at: int = Field(sa_type=BigInteger)
    actor_kind: str
    actor: str | None = None
    """The visitor's or user's id; null for the system, which the command line acts as."""
    verb: str
    thing: str
    thing_id: str | None = None
    detail: str = Field(default="{}", sa_type=Text)
    """JSON; never a secret, never a text that somebody wrote."""
    network: str | None = None
    """Where it was done from; null for the command line and the system."""


class FailedSignInsRow(SQLModel, table=True):
    """That somebody failed to sign in as a person of staff many times within an hour, until they have seen it."""

    __tablename__ = "failed_sign_ins"

    user: str = Field(primary_key=True)
    since: int = Field(sa_type=BigInteger)
    count: int
    last_at: int = Field(sa_type=BigInteger)
    last_network: str | None = None


class BanRow(SQLModel, table=True):
    """A customer or a network that a supervisor has blocked for a while."""

    __tablename__ = "bans"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("bans_by_end", "until"))

    id: str = Field(primary_key=True)
    kind: str
    """customer or network."""
    subject: str
    """The account's or visitor's id, or the network in CIDR notation."""
    chat: str | None = None
    """The chat that it was about; null from the command line."""
    reason: str = Field(default="", sa_type=Text)
    created_by: str | None = None
    """The supervisor's id; null from the command line."""
    created_at: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)


class SessionRow(SQLModel, table=True):
    """A sign-in in a browser. `id` is the SHA-256 of the cookie's value, in hex."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_of_a_user", "user"),
        Index("sessions_from_a_network", "user", "network"),
        Index("sessions_by_use", "last_seen_at", sqlite_where=_HOLDS, postgresql_where=_HOLDS),
    )

    id: str = Field(primary_key=True)
    user: str
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    """When the person last did something, up to some minutes earlier than it was."""
    expires_at: int = Field(sa_type=BigInteger)
    user_agent: str | None = None
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    network: str | None = None
    """Where it was signed in from."""
    renamed_at: int | None = Field(default=None, sa_type=BigInteger)
    """When its cookie was given the prefix `__Host-`; 0 where it always had it, null where it has none."""


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
