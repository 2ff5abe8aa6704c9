"""Queues the letters about accounts."""

from __future__ import annotations

from collections.abc import Callable

from identity.account_ports import NoticeKind
from identity.accounts import Accounts
from identity.actor import Actor
from identity.ports import User
from identity.sealing import Sealer
from mail.letter import NewLetter, OfAccounts
from mail.service import Letters
from storage.ports import Tx
from widgets.letters.access_changes import Changed


def letter_sealer(secret: bytes) -> Sealer:
    """A sealer for the tokens of links.

    A token stays sealed until its letter is sent. `secret` is the setting SECRET.
    """
    return Sealer(secret, "account letters")


class LettersOfAccounts:
    """Queues letters with links. The database stores the token of a link encrypted, and deletes it once the mail server
    has accepted the letter."""

    def __init__(self, letters: Letters, accounts: Accounts, sealer: Sealer, wake: Callable[[], None]) -> None:
        """`wake` is called after the commit of each letter."""
        self._letters = letters
        self._accounts = accounts
        self._sealer = sealer
        self._wake = wake

    def queue_account_letter(
        self,
        tx: Tx,
        kind: OfAccounts,
        address: str,
        name: str | None,
        locale: str | None,
        token: str | None,
        now: int,
        send_at: int,
    ) -> None:
        """Queue a letter that is sent at `send_at`. Call it in the transaction that makes the letter necessary.

        `token` is the secret in the letter's link. If it is None, the letter has no link. `name` is not used, because
        the email address is not confirmed.
        """
        # Without a token, an empty text is sealed, so that a letter without a link takes as long as one with a link.
        context = {"token": self._sealer.seal(address, token or "")}
        letter = NewLetter(
            kind=kind,
            to=address,
            locale=locale,
            # Letters of the other kinds go to addresses that their owners have confirmed.
            bare=kind == "confirm_account",
            context=context,
            not_before=send_at,
        )
        self._letters.queue(tx, letter, now)
        tx.after_commit(self._wake)

    def queue_change(self, tx: Tx, user: User, by: Actor, what: Changed, now: int) -> None:
        """Queue a letter to a member of staff whose access an admin has changed. Call it in the transaction of the
        change."""
        context = {"what": what, "by": by.id}
        self._letters.queue(tx, NewLetter(kind="access_changed", to=user.email, person=user.id, context=context), now)
        tx.after_commit(self._wake)

    def queue_notice(self, tx: Tx, kind: NoticeKind, owner: Actor, now: int) -> None:
        """Queue a letter to the owner of an account. Call it in the transaction that adds a way to sign in. Does
        nothing if the owner has no proven address."""
        if owner.email is None or not owner.verified:
            return
        own = self._accounts.by_id(tx, owner.customer) if owner.kind == "customer" else None
        letter = NewLetter(
            kind=kind,
            to=owner.email,
            person=owner.customer,
            locale=own.locale if own is not None else None,
            context={"of": owner.kind},
        )
        self._letters.queue(tx, letter, now)
        tx.after_commit(self._wake)
