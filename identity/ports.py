"""The records of `identity`, and the interfaces of the stores that it needs.

`Tx` is the caller's transaction. Its type is not known here. Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from identity.actor import Role
from identity.audit import AuditLine

Tx: TypeAlias = Any
"""A transaction. Only adapters know its type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A staff member. `email` is in lower case."""

    id: str
    email: str
    name: str
    role: Role
    teams: frozenset[str]
    password_hash: str | None
    created_at: int
    disabled_at: int | None = None
    also: frozenset[Role] = frozenset()
    """Further roles, in addition to `role`, which applies in conversations."""

    @property
    def roles(self) -> tuple[Role, ...]:
        return (self.role, *sorted(self.also))


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in in a browser. `id` is the fingerprint of the cookie. `user` is the id of the staff member, or of the
    customer's account."""

    id: str
    user: str
    created_at: int
    last_seen_at: int
    expires_at: int
    user_agent: str | None = None
    network: str | None = None
    renamed_at: int | None = None
    """The moment at which the cookie got the prefix `__Host-`. 0 if the cookie has had the prefix from the start, None
    if the cookie has no prefix yet."""
    kind: Literal["staff", "customer"] = "staff"
    factor_shown: bool = False
    """True if a provider of single sign-on or a passkey showed a second factor, so the desk asked for none."""
    passkey: str | None = None
    """The id of the passkey with which the person signed in, or which was added in this session as second factor."""


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """Failed sign-ins with a person's address: the number of failures since `since`, and the network of the last
    one."""

    since: int
    count: int
    last_at: int
    last_network: str | None


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token of a user. `scopes` are comma-separated."""

    hash: str
    user: str
    label: str
    scopes: str
    created_at: int
    expires_at: int
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """A second factor. `secret` is sealed. `confirmed_at` is None until the first right code. `last_step` is the time
    step of the last accepted code."""

    user: str
    secret: str
    created_at: int
    confirmed_at: int | None = None
    last_step: int = -1


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """A customer's browser, with the name and email address that the customer typed. If `account` is None, nothing is
    proven. Tokens issued up to `signed_out_at` are revoked."""

    id: str
    name: str | None
    email: str | None
    account: str | None = None
    signed_out_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer's account.

    An account of a host site belongs to the site's user `sub`. `kid` is the name of the site's secret. `email` and
    `name` are the latest values from the site. For an account that the customer made at this desk, `kid` is
    `identity.accounts.OWN_KID`.

    `client` is the id of the customer's company. It is the client that an admin chose, or else the client with the
    domain of the proven address.
    """

    id: str
    kid: str
    sub: str
    email: str | None
    name: str | None
    client: str | None = None
    coordinator: bool = False
    email_verified: bool = False
    signed_out_at: int | None = None
    """Tokens issued up to this moment no longer give access to the account."""

    @property
    def verified(self) -> bool:
        """True if the email address is proven. An unproven address gives access to nothing."""
        return self.email is not None and self.email_verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A company whose people are customers. `account_team` is the email address of the client's account team. If None,
    the address of the ticket's team is used. `products` are the names of its products, as in the hours file."""

    id: str
    name: str
    domains: frozenset[str]
    account_team: str | None = None
    vip: bool = False
    products: frozenset[str] = frozenset()


class CustomerStore(Protocol):
    """Customers, their browsers and their companies."""

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None: ...

    def keep_visitor(self, tx: Tx, visitor: KnownVisitor, now: int) -> None:
        """Insert or update a visitor. A missing value leaves the stored value unchanged. An account to which the
        visitor is already bound stays as it is."""
        ...

    def correct_visitor(self, tx: Tx, id: str, name: str | None, email: str | None) -> None:
        """Replace the name and the address of a stored visitor."""
        ...

    def bind_visitor(self, tx: Tx, id: str, account: str, now: int) -> str:
        """Bind a visitor to an account, unless the visitor is already bound. Returns the account to which the visitor
        now belongs."""
        ...

    def visitors_of(self, tx: Tx, account: str, limit: int) -> Sequence[str]:
        """At most `limit` visitors that are bound to an account, most recently seen first."""
        ...

    def sign_out_visitor(self, tx: Tx, id: str, now: int) -> None:
        """Revoke the tokens of a stored visitor."""
        ...

    def sign_out_account(self, tx: Tx, id: str, now: int) -> None:
        """Revoke the tokens of an account."""
        ...

    def account_of(self, tx: Tx, kid: str, sub: str) -> tuple[Account, int] | None:
        """The account of user `sub` of the site with the secret `kid`, and the account's `last_seen_at`. None if there
        is no account."""
        ...

    def account(self, tx: Tx, id: str) -> Account | None: ...

    def set_coordinators(self, tx: Tx, email: str, client: str, coordinates: bool) -> bool:
        """Set whether the accounts of this client with this proven email address are coordinators. Returns whether one
        of them was a coordinator before."""
        ...

    def accounts_by_email(self, tx: Tx, email: str) -> Sequence[Account]:
        """At most two accounts with this proven email address. An account that the customer made at this desk comes
        first."""
        ...

    def keep_account(self, tx: Tx, account: Account, now: int) -> Account:
        """Insert the account, or update the address and name of the existing account. Returns the stored account."""
        ...

    def add_client(self, tx: Tx, client: Client, now: int) -> bool:
        """Store a client. Returns False if another client has the name."""
        ...

    def update_client(self, tx: Tx, client: Client) -> None:
        """Replace the stored values, domains and products of a client."""
        ...

    def client(self, tx: Tx, id: str) -> Client | None: ...

    def client_by_name(self, tx: Tx, name: str) -> Client | None:
        """The client with this name, ignoring case; None if there is none."""
        ...

    def client_of_domain(self, tx: Tx, domain: str) -> Client | None: ...

    def client_names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]: ...

    def vips(self, tx: Tx, ids: Collection[str]) -> frozenset[str]:
        """The ids in `ids` that belong to VIP clients."""
        ...


class Store(Protocol):
    """Staff, their sessions and secrets, and the audit log."""

    def add_user(self, tx: Tx, user: User) -> bool:
        """Store a person. Returns False if somebody else has the email address."""
        ...

    def user(self, tx: Tx, id: str) -> User | None: ...

    def user_by_email(self, tx: Tx, email: str) -> User | None: ...

    def users(self, tx: Tx) -> Sequence[User]:
        """All staff, sorted by name, including disabled people."""
        ...

    def set_password(self, tx: Tx, user: str, password_hash: str) -> None: ...

    def disable(self, tx: Tx, user: str, now: int) -> None: ...

    def enable(self, tx: Tx, user: str) -> None: ...

    def lock_admins(self, tx: Tx) -> frozenset[str]:
        """The ids of the enabled admins, with their rows locked until the transaction ends."""
        ...

    def set_role(self, tx: Tx, user: str, role: Role, also: Collection[Role], teams: Collection[str]) -> None:
        """Replace the roles and the teams of a person."""
        ...

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]: ...

    def add_session(self, tx: Tx, session: Session) -> None: ...

    def session(self, tx: Tx, id: str) -> Session | None:
        """The session; None if it was revoked or there is none."""
        ...

    def signed_out_by(self, tx: Tx, id: str) -> str | None:
        """The name of the colleague who ended the session, with all of its person. None if nobody did."""
        ...

    def sessions_of(self, tx: Tx, user: str, now: int) -> Sequence[Session]:
        """The valid sessions, most recently used first."""
        ...

    def signed_in_from(self, tx: Tx, user: str, network: str) -> bool:
        """True if a session of the person, valid or not, began in that network."""
        ...

    def sessions_seen(self, tx: Tx, seen: Mapping[str, int]) -> None:
        """Save when sessions were last active. `seen` contains the moments by session id."""
        ...

    def idle_sessions(self, tx: Tx, before: int, customers_before: int, limit: int) -> Sequence[Session]:
        """Up to `limit` unrevoked sessions: sessions of staff that were last used before `before`, and sessions of
        customers that were last used before `customers_before`. Sessions of staff come first. Within staff and within
        customers, the session that has been idle longest comes first."""
        ...

    def rename_session(self, tx: Tx, id: str, now: int) -> None:
        """Set `renamed_at` to `now` if it is not set."""
        ...

    def revoke_session(self, tx: Tx, id: str, now: int) -> bool:
        """Returns False if there was no such session."""
        ...

    def revoke_sessions(self, tx: Tx, user: str | None, now: int, *, but: str | None = None) -> int:
        """Revoke all sessions of a person (None: of everybody), except the session `but`. Returns the number of revoked
        sessions."""
        ...

    def show_factor(self, tx: Tx, id: str, passkey: str) -> None:
        """Set `factor_shown` and `passkey` of a session in which the person has added a passkey. Does nothing if
        `factor_shown` is already set."""
        ...

    def end_sessions_of_passkey(self, tx: Tx, user: str, passkey: str, now: int, *, but: str) -> int:
        """Revoke the person's sessions in which this passkey was used, except the session `but`. Returns the number of
        revoked sessions."""
        ...

    def forget_factors_of_passkeys(self, tx: Tx, user: str) -> Sequence[str]:
        """Clear `factor_shown` in the person's sessions in which a passkey was used. Returns the ids of the changed
        sessions that were not revoked."""
        ...

    def add_token(self, tx: Tx, token: Token) -> None: ...

    def token(self, tx: Tx, hash: str) -> Token | None:
        """The token; None if it was revoked or there is none."""
        ...

    def token_used(self, tx: Tx, hash: str, now: int) -> None: ...

    def tokens_of(self, tx: Tx, user: str | None) -> Sequence[Token]:
        """Unrevoked tokens of a person (None: of everybody), oldest first."""
        ...

    def revoke_tokens(self, tx: Tx, user: str, label: str | None, now: int) -> int:
        """Revoke the person's tokens with that label (None: all). Returns the number of revoked tokens."""
        ...

    # -- second factors ----------------------------------------------------------------

    def authenticator(self, tx: Tx, user: str) -> Authenticator | None: ...

    def put_authenticator(self, tx: Tx, authenticator: Authenticator) -> None:
        """Store an authenticator. It replaces an unconfirmed one of the same person."""
        ...

    def confirm_authenticator(self, tx: Tx, user: str, now: int) -> None: ...

    def use_step(self, tx: Tx, user: str, step: int) -> bool:
        """Mark the code of this time step as used. Returns False if this code or the code of a later step was used
        before."""
        ...

    def remove_authenticator(self, tx: Tx, user: str) -> bool:
        """Delete a second factor and its recovery codes. Returns False if there was none, or if it was not
        confirmed."""
        ...

    def lock_credentials(self, tx: Tx, user: str) -> None:
        """Block other transactions that begin a session of this person, or add or remove a credential, until this one
        ends. Otherwise a session or credential could be added while a reset removes all of them.

        Call it before the transaction changes a row of the person. Otherwise two transactions could wait for each
        other.
        """
        ...

    def remove_passkeys(self, tx: Tx, user: str) -> int:
        """Remove all passkeys of a person, and lock the credentials. Returns the number of removed passkeys."""
        ...

    def put_recovery_codes(self, tx: Tx, user: str, fingerprints: Collection[str], now: int) -> None:
        """Replace the recovery codes of a person."""
        ...

    def use_recovery_code(self, tx: Tx, user: str, fingerprint: str) -> bool:
        """Delete a recovery code. Returns False if the person does not have this code."""
        ...

    def recovery_codes_left(self, tx: Tx, user: str) -> int: ...

    # -- failed sign-ins ---------------------------------------------------------------

    def failed_sign_ins(self, tx: Tx, user: str) -> FailedSignIns | None:
        """The failures that the person has not seen yet; None if there are none."""
        ...

    def add_failed_sign_ins(self, tx: Tx, user: str, first: FailedSignIns, more: int) -> None:
        """Insert `first` if the user has no row. Otherwise add `more` to the stored count, and copy the time and
        network of the last failure from `first`."""
        ...

    def forget_failed_sign_ins(self, tx: Tx, user: str) -> None: ...

    # -- audit -----------------------------------------------------------------------------

    def record(self, tx: Tx, line: AuditLine) -> None:
        """Add a line to the audit log, in the transaction of the action."""
        ...

    def audit(self, tx: Tx, *, since: int, person: str | None, limit: int) -> Sequence[AuditLine]:
        """The newest `limit` audit lines since `since`, oldest first. If `person` is set, only lines by or about that
        person."""
        ...
