"""Records and interfaces for accounts that customers make at this desk, not at a host site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from identity.actor import Actor
from identity.ports import Account, Tx

LetterKind = Literal["confirm_account", "account_exists", "reset_password"]
"""`confirm_account` has a link for choosing a first password, `reset_password` a link for choosing a new one.
`account_exists` answers a sign-up with an address that has an account."""

NoticeKind = Literal["passkey_added", "sign_on_linked"]
"""Letters that tell the owner of an account about a new way to sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """A customer who signs in at this desk. `account` contains the name, the confirmed address and the client
    (company)."""

    account: Account
    password_hash: str | None
    """None if the customer has not chosen a password. Such a customer signs in with a provider or a passkey."""
    locale: str | None = None
    timezone: str | None = None
    confirmed_at: int = 0
    """The moment at which the address was last confirmed."""
    disabled_at: None = None

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def name(self) -> str | None:
        return self.account.name

    @property
    def email(self) -> str:
        return self.account.email or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLink:
    """A link with which the owner of an email address makes an account or chooses a new password. `hash` is the
    fingerprint of the link's token.

    If the address belongs to a staff member, `works` is False: the letter does not contain the link, and the link is
    not accepted.
    """

    hash: str
    email: str
    name: str | None
    locale: str | None
    timezone: str | None
    created_at: int
    expires_at: int
    works: bool = True


class AccountStore(Protocol):
    """Accounts that customers made at this desk, and links to confirm their addresses."""

    def own_account(self, tx: Tx, id: str) -> OwnAccount | None: ...

    def own_account_by_email(self, tx: Tx, email: str) -> OwnAccount | None: ...

    def known(self, tx: Tx, email: str) -> tuple[bool, str | None]:
        """A pair: True if an account has this email address, and the locale of that account.

        Runs one query, whether or not there is an account.
        """
        ...

    def add_own_account(self, tx: Tx, own: OwnAccount) -> bool:
        """Store the account. Returns False if another account has the address."""
        ...

    def set_account_password(self, tx: Tx, account: str, password_hash: str) -> None: ...

    def confirm_again(self, tx: Tx, account: str, now: int) -> None:
        """Record that the address of the account was proven again."""
        ...

    def change_account(
        self, tx: Tx, account: str, name: str | None, locale: str | None, timezone: str | None
    ) -> None: ...

    def add_link(self, tx: Tx, link: AccountLink) -> None: ...

    def link(self, tx: Tx, hash: str) -> AccountLink | None: ...

    def take_link(self, tx: Tx, hash: str) -> AccountLink | None:
        """Delete the link and return it. None if there is no such link, for example because it was used."""
        ...

    def newest_expiry(self, tx: Tx, email: str) -> int | None:
        """The latest moment at which a link for this address expires; None if there is no link."""
        ...

    def lock_links(self, tx: Tx, email: str) -> None:
        """Block other transactions that call this method for the same address until this one ends.

        Call it before any change, and before `Store.lock_credentials`. Otherwise two transactions could wait for each
        other.
        """
        ...

    def forget_links(self, tx: Tx, email: str) -> None:
        """Delete all links for this address."""
        ...

    def forget_old_links(self, tx: Tx, now: int) -> None:
        """Delete links that have expired."""
        ...


class AccountLetters(Protocol):
    """Sends the letters about accounts."""

    def queue_account_letter(
        self,
        tx: Tx,
        kind: LetterKind,
        address: str,
        name: str | None,
        locale: str | None,
        token: str | None,
        now: int,
        send_at: int,
    ) -> None:
        """Queue a letter in the transaction `tx`. The letter is sent at `send_at`.

        `token` is the secret in the letter's link. If None, the letter has no link.
        """
        ...

    def queue_notice(self, tx: Tx, kind: NoticeKind, owner: Actor, now: int) -> None:
        """Queue a letter that tells the owner of an account about a new way to sign in. Call this in the transaction
        that adds the new way. Does nothing if the owner has no proven address."""
        ...
