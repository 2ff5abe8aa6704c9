"""The tables of people. Secrets are stored only as hashes or encrypted. Moments are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

_HOLDS = text("revoked_at IS NULL")


def _known(name: str, column: str) -> Index:
    """An index without the rows in which the column is null."""
    rows = text(f"{column} IS NOT NULL")
    return Index(name, column, sqlite_where=rows, postgresql_where=rows)


class UserRow(SQLModel, table=True):
    """A staff member."""

    __tablename__ = "users"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    """In lower case."""
    name: str
    role: str
    """The role that applies in conversations."""
    password_hash: str | None = None
    """argon2id hash; null until a password is set."""
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)
    also_roles: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Further roles, comma-separated and sorted."""


class MembershipRow(SQLModel, table=True):
    """Membership of a user in a team. `team` is a key in `hours.yaml`."""

    __tablename__ = "memberships"

    user: str = Field(primary_key=True)
    team: str = Field(primary_key=True)


class AuthenticatorRow(SQLModel, table=True):
    """A staff member's second factor: the secret of their authenticator app."""

    __tablename__ = "authenticators"

    user: str = Field(primary_key=True)
    secret: str
    """Encrypted by `identity.sealing`."""
    created_at: int = Field(sa_type=BigInteger)
    confirmed_at: int | None = Field(default=None, sa_type=BigInteger)
    """The moment of the first right code; null before it. From then on, sign-in asks for codes."""
    last_step: int = Field(default=-1, sa_type=BigInteger)
    """The time step of the last accepted code. No code is accepted twice."""


class RecoveryCodeRow(SQLModel, table=True):
    """A code that can be used once instead of a one-time code. Used codes are deleted."""

    __tablename__ = "recovery_codes"

    user: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    """SHA-256 of the code, in hex."""
    created_at: int = Field(sa_type=BigInteger)


class VisitorRow(SQLModel, table=True):
    """A customer's browser. The row is added with the first stored action of the browser."""

    __tablename__ = "visitors"
    __table_args__ = (Index("visitors_of_an_account", "account"),)

    id: str = Field(primary_key=True)
    name: str | None = None
    email: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    account: str | None = None
    """The proven account of this browser. A visitor with an account has no access without a proof of the account."""
    signed_out_at: int | None = Field(default=None, sa_type=BigInteger)
    """Tokens issued up to this moment are revoked."""


class AccountRow(SQLModel, table=True):
    """A customer's account.

    An account of a host site belongs to the site's user `sub`. `kid` is the name of the site's secret. For an
    account that the customer made at this desk, `kid` is `identity.accounts.OWN_KID`, and `own_accounts` has further
    data.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("kid", "sub"),
        Index("accounts_by_email", "email"),
        _known("accounts_by_client", "client"),
        _known("accounts_by_domain", "domain"),
    )

    id: str = Field(primary_key=True)
    kid: str
    """The name of the host site's secret. Empty if the secret has no name."""
    sub: str
    email: str | None = None
    """The latest address from the site, in lower case."""
    name: str | None = None
    client: str | None = None
    """The client that an admin chose. If null, the account belongs to the client that has the domain of the proven
    address."""
    coordinator: bool = False
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    email_verified: bool = False
    """True if the site proves the address. Otherwise the address is only claimed."""
    signed_out_at: int | None = Field(default=None, sa_type=BigInteger)
    """Tokens issued up to this moment no longer give access to the account."""
    domain: str | None = None
    """The domain of the address if it is proven."""


class OwnAccountRow(SQLModel, table=True):
    """Further data of a customer who signs in at this desk. The name and other common data are in `accounts`."""

    __tablename__ = "own_accounts"

    account: str = Field(primary_key=True)
    email: str = Field(unique=True)
    """The confirmed address, in lower case. Customers sign in with it."""
    password_hash: str
    """argon2id hash. Empty without a password."""
    locale: str | None = None
    timezone: str | None = None
    """An IANA name."""
    created_at: int = Field(sa_type=BigInteger)
    """The moment at which the address was last confirmed."""


class SignOnRow(SQLModel, table=True):
    """Links a person of an OpenID Connect provider to a customer's account at this desk."""

    __tablename__ = "sign_ons"
    __table_args__ = (Index("sign_ons_of_an_account", "account"),)

    issuer: str = Field(primary_key=True)
    sub: str = Field(primary_key=True)
    account: str
    linked_at: int = Field(sa_type=BigInteger)


class StaffSignOnRow(SQLModel, table=True):
    """Links a person of an OpenID Connect provider to the member of staff as whom they sign in."""

    __tablename__ = "staff_sign_ons"

    issuer: str = Field(primary_key=True)
    sub: str = Field(primary_key=True)
    user: str = Field(unique=True)
    email: str | None = None
    """The person's address at the provider when they were linked. It is only shown."""
    linked_at: int = Field(sa_type=BigInteger)


class StaffInvitationRow(SQLModel, table=True):
    """An invitation to sign in with a provider, or to choose a password here. A person has one at most. An invitation
    that was used is deleted."""

    __tablename__ = "staff_invitations"

    user: str = Field(primary_key=True)
    hash: str = Field(unique=True)
    """SHA-256 of the token in the invitation's link, in hex."""
    issuer: str
    """Empty for an invitation to choose a password."""
    email: str
    """The address that the provider must have verified, in lower case."""
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class PasskeyRow(SQLModel, table=True):
    """A passkey of a staff member or of a customer. The authenticator keeps the private key."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("passkeys_of_a_user", "user"),)

    id: str = Field(primary_key=True)
    user: str
    """A staff member or an account."""
    kind: str
    """`staff` or `customer`."""
    credential: str = Field(unique=True)
    """The authenticator's id of the passkey, base64url."""
    public_key: str
    """COSE, base64url."""
    sign_count: int = Field(sa_type=BigInteger)
    """The authenticator's count of signatures at the last use. 0 if the authenticator does not count."""
    name: str
    """The name that the person chose."""
    created_at: int = Field(sa_type=BigInteger)
    last_used_at: int | None = Field(default=None, sa_type=BigInteger)
    synced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True if the authenticator may copy the passkey to the person's other devices."""


class UsedChallengeRow(SQLModel, table=True):
    """A challenge that a passkey has signed. It is not accepted again, and deleted some time after it has expired."""

    __tablename__ = "used_challenges"
    __table_args__ = (Index("used_challenges_by_end", "expires_at"),)

    hash: str = Field(primary_key=True)
    """SHA-256 of the challenge, in hex."""
    expires_at: int = Field(sa_type=BigInteger)


class AccountLinkRow(SQLModel, table=True):
    """A link in a letter, with which somebody confirms an address and chooses a password. Used links are deleted."""

    __tablename__ = "account_links"
    __table_args__ = (Index("account_links_of_an_address", "email"), Index("account_links_by_end", "expires_at"))

    hash: str = Field(primary_key=True)
    """SHA-256 of the token in the link, in hex."""
    email: str
    """In lower case."""
    name: str | None = None
    """The name that was given with the address. Nothing proves it."""
    locale: str | None = None
    timezone: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    works: bool = True
    """False for a link that was never sent, because the address belongs to a staff member."""


class ClientRow(SQLModel, table=True):
    """A company whose people are customers."""

    __tablename__ = "clients"

    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    """The name in the form for comparing, made by `identity.clients.name_key`."""
    account_team: str | None = None
    """The email address of the client's account team. If null, the address of the ticket's team is used."""
    vip: bool = False
    created_at: int = Field(sa_type=BigInteger)


class MergeRow(SQLModel, table=True):
    """A customer whom staff merged into another one."""

    __tablename__ = "merged_people"
    __table_args__ = (Index("merged_into_a_person", "into"),)

    person: str = Field(primary_key=True)
    """The id of an account or a visitor, like `into`."""
    into: str
    by: str
    """The id of the staff member who made the merge."""
    at: int = Field(sa_type=BigInteger)


class ClientDomainRow(SQLModel, table=True):
    """An email domain of a client."""

    __tablename__ = "client_domains"
    __table_args__ = (Index("domains_of_a_client", "client"),)

    domain: str = Field(primary_key=True)
    """In lower case."""
    client: str


class ClientProductRow(SQLModel, table=True):
    """A product of a client. `product` is a name from the hours file."""

    __tablename__ = "client_products"

    client: str = Field(primary_key=True)
    product: str = Field(primary_key=True)


class AuditRow(SQLModel, table=True):
    """A line of the audit log. Rows are added and stay. The erasure of a customer takes their address out, and the
    retention of networks the network."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_time", "at", "id"), Index("audit_of_a_thing", "thing", "thing_id", "id"))

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    )
    at: int = Field(sa_type=BigInteger)
    actor_kind: str
    actor: str | None = None
    """The visitor's or user's id; null for a failed sign-in, and for the system, which includes the command line."""
    verb: str
    thing: str
    thing_id: str | None = None
    detail: str = Field(default="{}", sa_type=Text)
    """JSON without secrets and without text that somebody wrote."""
    network: str | None = None
    """The network of the request; null for the system, and if unknown."""


class FailedSignInsRow(SQLModel, table=True):
    """Many failed sign-ins with the address of a staff member or of a customer with an account, within an hour. The row
    is deleted once the person has seen the notice."""

    __tablename__ = "failed_sign_ins"

    user: str = Field(primary_key=True)
    since: int = Field(sa_type=BigInteger)
    count: int
    last_at: int = Field(sa_type=BigInteger)
    last_network: str | None = None


class BanRow(SQLModel, table=True):
    """A temporary block of a customer, a network or a sender of mail."""

    __tablename__ = "bans"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("bans_by_end", "until"))

    id: str = Field(primary_key=True)
    kind: str
    """`customer`, `network` or `sender`."""
    subject: str
    """An account id, a visitor id, a network in CIDR notation, an email address, or `@` and a domain."""
    chat: str | None = None
    """The chat that caused the block; null for a block from the command line."""
    reason: str = Field(default="", sa_type=Text)
    created_by: str | None = None
    """The supervisor's id; null for a block from the command line."""
    created_at: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The number of commands, requests and mails that were refused because of the block."""
    refused_at: int | None = Field(default=None, sa_type=BigInteger)


class SessionRow(SQLModel, table=True):
    """A sign-in in a browser. `id` is the SHA-256 of the cookie, in hex. `user` is a staff member or an account."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_of_a_user", "user"),
        Index("sessions_from_a_network", "user", "network"),
        Index("sessions_by_use", "kind", "last_seen_at", sqlite_where=_HOLDS, postgresql_where=_HOLDS),
    )

    id: str = Field(primary_key=True)
    user: str
    created_at: int = Field(sa_type=BigInteger)
    last_seen_at: int = Field(sa_type=BigInteger)
    """The last known activity. The actual last activity may be some minutes later."""
    expires_at: int = Field(sa_type=BigInteger)
    user_agent: str | None = None
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    network: str | None = None
    """The network of the sign-in."""
    renamed_at: int | None = Field(default=None, sa_type=BigInteger)
    """The moment at which the cookie got the prefix `__Host-`. 0 if the cookie has had the prefix from the start, null
    if the cookie has no prefix yet."""
    kind: str = Field(default="staff", sa_column_kwargs={"server_default": "staff"})
    """`staff` or `customer`."""
    factor_shown: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """True if a provider of single sign-on or a passkey showed a second factor, so the desk asked for none."""
    passkey: str | None = None
    """The passkey with which the person signed in, or which the person added in this session as the second factor."""


class TokenRow(SQLModel, table=True):
    """A bearer token of a user. `hash` is the SHA-256 of the token, in hex."""

    __tablename__ = "tokens"
    __table_args__ = (Index("tokens_of_a_user", "user"),)

    hash: str = Field(primary_key=True)
    user: str
    label: str
    """The first characters of the token, so that people recognize the token in lists."""
    scopes: str
    """Comma-separated: read, write, export."""
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    last_used_at: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
