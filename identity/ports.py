"""What identity needs of the world.

`Tx` is the transaction that the caller runs in; it is opaque here. Moments in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from identity.actor import Role
from identity.audit import AuditLine

Tx: TypeAlias = Any
"""A transaction. Only adapters know what it is."""


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
    network: str | None = None
    renamed_at: int | None = None
    """When its cookie was given the prefix `__Host-`; 0 where it always had it, None where it has none."""


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """How often somebody failed to sign in as a person, since when, and from where the last time."""

    since: int
    count: int
    last_at: int
    last_network: str | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """A person's second factor. `secret` is sealed; `confirmed_at` is None until a code of it was given once;
    `last_step` is that of the last code that was taken."""

    user: str
    secret: str
    created_at: int
    confirmed_at: int | None = None
    last_step: int = -1


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """A customer's browser, and what was said there of who they are. `account` is whose it was proven to be; without
    one, nothing of it is proven. Tokens issued until `signed_out_at` hold no more."""

    id: str
    name: str | None
    email: str | None
    account: str | None = None
    signed_out_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer whom a host site knows: `sub` is what the site with the secret `kid` calls them.

    `email` and `name` are as that site last gave them; `email_verified`: it may speak for that address. `client` is
    the id of the company that they belong to: the one that an admin put them in, else the one that has the domain of
    their proven address.
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
    """Tokens that were issued until then stand for the account no more."""

    @property
    def verified(self) -> bool:
        """Is their address proven? Only then it opens anything."""
        return self.email is not None and self.email_verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A company whose people are customers. `account_team` is an address; None: that of the ticket's team."""

    id: str
    name: str
    domains: frozenset[str]
    account_team: str | None = None
    vip: bool = False


class CustomerStore(Protocol):
    """Where customers, their browsers and their companies are kept."""

    def visitor(self, tx: Tx, id: str) -> KnownVisitor | None: ...

    def keep_visitor(self, tx: Tx, visitor: KnownVisitor, now: int) -> None:
        """Store a visitor, or what they newly said; what they left out stays, and so does whose they are."""
        ...

    def bind_visitor(self, tx: Tx, id: str, account: str, now: int) -> str:
        """Store that a visitor is that account's, unless they are somebody's already; whose they are then."""
        ...

    def sign_out_visitor(self, tx: Tx, id: str, now: int) -> None:
        """The tokens that were issued for this visitor hold no more, where there is a row of theirs."""
        ...

    def sign_out_account(self, tx: Tx, id: str, now: int) -> None:
        """No token that was issued until now stands for this account any more."""
        ...

    def account_of(self, tx: Tx, kid: str, sub: str) -> tuple[Account, int] | None:
        """The account of a site's user, and when it was last seen."""
        ...

    def account(self, tx: Tx, id: str) -> Account | None: ...

    def accounts_by_email(self, tx: Tx, email: str) -> Sequence[Account]:
        """Those whose site says that this is their address, at most two of them."""
        ...

    def keep_account(self, tx: Tx, account: Account, now: int) -> Account:
        """Store the account of this `kid` and `sub`, or the address and name that the site newly gave; as
        it stands then, with the id that it had where it was there before."""
        ...

    def add_client(self, tx: Tx, client: Client, now: int) -> bool:
        """Store a new client and its domains; False where another one has the name."""
        ...

    def client(self, tx: Tx, id: str) -> Client | None: ...

    def client_by_name(self, tx: Tx, name: str) -> Client | None:
        """The client of that name, no matter the case."""
        ...

    def client_of_domain(self, tx: Tx, domain: str) -> Client | None: ...

    def client_names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]: ...


class Store(Protocol):
    """Where people of staff, the fingerprints of their secrets and the audit are kept."""

    def add_user(self, tx: Tx, user: User) -> bool:
        """Store a new person and their teams; False where somebody has the address."""
        ...

    def user(self, tx: Tx, id: str) -> User | None: ...

    def user_by_email(self, tx: Tx, email: str) -> User | None: ...

    def users(self, tx: Tx) -> Sequence[User]:
        """Everybody, by name; the disabled too."""
        ...

    def set_password(self, tx: Tx, user: str, password_hash: str) -> None: ...

    def disable(self, tx: Tx, user: str, now: int) -> None: ...

    def set_role(self, tx: Tx, user: str, role: Role, teams: Collection[str]) -> None:
        """Give a person another role, and these teams in place of theirs."""
        ...

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]: ...

    def add_session(self, tx: Tx, session: Session) -> None: ...

    def session(self, tx: Tx, id: str) -> Session | None:
        """A session that nobody revoked."""
        ...

    def sessions_of(self, tx: Tx, user: str, now: int) -> Sequence[Session]:
        """Those that hold, the last used first."""
        ...

    def signed_in_from(self, tx: Tx, user: str, network: str) -> bool:
        """Was a session of this person ever begun from that network?"""
        ...

    def sessions_seen(self, tx: Tx, seen: Mapping[str, int]) -> None:
        """Store when the people of these sessions last did something."""
        ...

    def idle_sessions(self, tx: Tx, before: int, limit: int) -> Sequence[Session]:
        """Those that nobody revoked and that were last seen before then, the longest idle first."""
        ...

    def rename_session(self, tx: Tx, id: str, now: int) -> None:
        """Note that the cookie of this session has the new name from now on, unless that is noted already."""
        ...

    def revoke_session(self, tx: Tx, id: str, now: int) -> None: ...

    def revoke_sessions(self, tx: Tx, user: str | None, now: int, *, but: str | None = None) -> int:
        """End every session of a person; None: of everybody. How many there were."""
        ...

    def add_token(self, tx: Tx, token: Token) -> None: ...

    def token(self, tx: Tx, hash: str) -> Token | None:
        """A token that nobody revoked."""
        ...

    def token_used(self, tx: Tx, hash: str, now: int) -> None: ...

    def tokens_of(self, tx: Tx, user: str | None) -> Sequence[Token]:
        """The tokens of a person, or of everybody, that nobody revoked, oldest first."""
        ...

    def revoke_tokens(self, tx: Tx, user: str, label: str | None, now: int) -> int:
        """Revoke the person's tokens of that label, or all; how many there were."""
        ...

    # -- second factors ----------------------------------------------------------------

    def authenticator(self, tx: Tx, user: str) -> Authenticator | None: ...

    def put_authenticator(self, tx: Tx, authenticator: Authenticator) -> None:
        """Store a person's new one, in place of another that was never confirmed."""
        ...

    def confirm_authenticator(self, tx: Tx, user: str, now: int) -> None: ...

    def use_step(self, tx: Tx, user: str, step: int) -> bool:
        """Note that the code of this step was taken; False where one as new was taken before."""
        ...

    def remove_authenticator(self, tx: Tx, user: str) -> bool:
        """Forget a person's second factor; False where a code was not asked for."""
        ...

    def put_recovery_codes(self, tx: Tx, user: str, fingerprints: Collection[str], now: int) -> None:
        """Store a person's recovery codes, in place of those that they had."""
        ...

    def use_recovery_code(self, tx: Tx, user: str, fingerprint: str) -> bool:
        """Forget a code that was used; False where it is none of theirs, or was used before."""
        ...

    def recovery_codes_left(self, tx: Tx, user: str) -> int: ...

    # -- failed sign-ins ---------------------------------------------------------------

    def failed_sign_ins(self, tx: Tx, user: str) -> FailedSignIns | None:
        """What a person has not yet seen of these."""
        ...

    def add_failed_sign_ins(self, tx: Tx, user: str, first: FailedSignIns, more: int) -> None:
        """Store `first`; or, where something is stored, that there were `more`, the last of them as in `first`."""
        ...

    def forget_failed_sign_ins(self, tx: Tx, user: str) -> None: ...

    # -- audit -----------------------------------------------------------------------------

    def record(self, tx: Tx, line: AuditLine) -> None:
        """Add a line to the audit, in the transaction of what it tells of."""
        ...

    def audit(self, tx: Tx, *, since: int, person: str | None, limit: int) -> Sequence[AuditLine]:
        """The newest `limit` lines from `since` on, oldest first; with `person`, those of which they are the actor or
        the thing."""
        ...
