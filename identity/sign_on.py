"""Customers who sign in with an OpenID Connect provider. Each method is part of a transaction.

Issuer and `sub` together identify a person; the email address does not. The address is used only at the first sign-in:
if the provider has verified the address, the person is linked to the account with this address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from identity.account_ports import AccountLetters, AccountStore, OwnAccount
from identity.accounts import Accounts, Wanted
from identity.audit import line
from identity.customers import acting
from identity.oidc import Proven
from identity.ports import Store, Tx
from refusals import Refused


class SignOnStore(Protocol):
    def account_of(self, tx: Tx, issuer: str, sub: str) -> str | None:
        """The account that is linked to a person of the provider. None if there is no link."""
        ...

    def link(self, tx: Tx, issuer: str, sub: str, account: str, now: int) -> bool:
        """Link a person of the provider to an account. Returns False if the person is linked already."""
        ...


class SignOn:
    def __init__(self, store: Store, accounts: Accounts, own: AccountStore, links: SignOnStore) -> None:
        self._store = store
        self._accounts = accounts
        self._own = own
        self._links = links

    def customer(
        self, tx: Tx, proven: Proven, letters: AccountLetters, new_id: Callable[[], str], now: int
    ) -> OwnAccount:
        """The account of this person. At the first sign-in, links the person to the account with the person's address,
        and tells the owner of the account by a letter. If there is no such account, makes one without a password.

        Raises Refused(forbidden) if the person cannot have an account or was linked by another request at the same
        time, and the errors of `Accounts.add`.
        """
        linked = self._links.account_of(tx, proven.issuer, proven.sub)
        if linked is not None:
            own = self._own.own_account(tx, linked)
            if own is None:
                raise refused("sso_none")
            return own
        if proven.email is None or not proven.email_verified:
            raise refused("sso_unverified")
        if self._store.user_by_email(tx, proven.email) is not None:
            raise refused("sso_staff")
        self._own.lock_links(tx, proven.email)
        own = self._own.own_account_by_email(tx, proven.email)
        if own is None:
            own = self._accounts.add(tx, Wanted(email=proven.email, name=proven.name), None, new_id(), now)
        else:
            # The address was proven again, so tickets that were begun with it since the last time are attached.
            self._own.confirm_again(tx, own.id, now)
            letters.queue_notice(tx, "sign_on_linked", acting(own.id, own.account), now)
        self._own.forget_links(tx, proven.email)
        if not self._links.link(tx, proven.issuer, proven.sub, own.id, now):
            raise refused("sso_failed")
        detail = {"issuer": proven.issuer}
        self._store.record(tx, line(acting(own.id, own.account), "link", "account", own.id, detail, now))
        found = self._own.own_account(tx, own.id)
        assert found is not None, "it was stored just now"
        return found


SENTENCES = {
    "sso_failed": "Single sign-on didn't work. Try again.",
    "sso_denied": "You didn't finish signing in. Try again.",
    "sso_unverified": "Your sign-on service hasn't confirmed your email address, so we can't let you in with it.",
    "sso_staff": "This address belongs to a member of the team. Sign in with your password, then link single sign-on "
    "in your account.",
    "sso_unlinked": "No account here is linked with your sign-on service. Sign in with your password, then link single "
    "sign-on in your account.",
    "sso_factor": "Your role requires two-step verification, and your sign-on service didn't confirm it. Sign in with "
    "your password.",
    "sso_invitation": "This invitation has been used, or is too old. Ask for a new one.",
    "sso_not_invited": "This invitation is for another address, or your sign-on service hasn't confirmed your address.",
    "sso_none": "This account can't be used with single sign-on.",
}


def refused(reason: str) -> Refused:
    """The refusal of a sign-in, with the sentence SENTENCES[`reason`]. The name of its only field is `reason`."""
    return Refused("forbidden", SENTENCES[reason], {reason: SENTENCES[reason]})
