"""Passkeys of customers and staff. Each method is part of a transaction.

A passkey is a credential of its own: it signs in without a password and without a code, because the authenticator has
verified its owner. The desk stores only the public key of a passkey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from identity import tokens
from identity.actor import Actor
from identity.audit import line
from identity.errors import invalid
from identity.passkey_ceremonies import NewCredential
from identity.ports import Store, Tx
from refusals import Code, Refused
from texts.visible import fault_of_line

PASSKEYS_MAX = 10
"""Maximum number of passkeys of a person."""
NAME_MAX = 60
RECENT_MS = 600_000
"""After a sign-in, the password is not asked for again for this long (ms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A stored passkey. `user` is the id of a staff member or of a customer's account. `credential` and `public_key`
    are base64url."""

    id: str
    user: str
    kind: Literal["staff", "customer"]
    credential: str
    public_key: str
    sign_count: int
    synced: bool = False
    """True if the authenticator may copy the passkey to the person's other devices. Each copy counts its own uses."""
    name: str
    created_at: int
    last_used_at: int | None = None


class PasskeyFault(Exception):
    """The refusal of a sign-in with a passkey. `user` is the owner of the passkey, or None if unknown."""

    def __init__(
        self, reason: Literal["passkey", "passkey_copied"], user: str | None = None, *, late: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason: Literal["passkey", "passkey_copied"] = reason
        self.user = user
        self.late = late

    def refused(self) -> Refused:
        """The answer. It is the same for an unknown passkey, a wrong signature and a disabled person."""
        return too_late() if self.late else refused("unauthorized", "passkey_wrong")


class PasskeyStore(Protocol):
    def passkeys_of(self, tx: Tx, user: str) -> Sequence[Passkey]:
        """A person's passkeys, oldest first."""
        ...

    def passkey_by_credential(self, tx: Tx, credential: str) -> Passkey | None: ...

    def add_passkey(self, tx: Tx, passkey: Passkey) -> bool:
        """Store a passkey. Returns False if its credential is stored already."""
        ...

    def rename_passkey(self, tx: Tx, user: str, id: str, name: str) -> bool:
        """Rename a passkey. Returns False if the person has no such passkey."""
        ...

    def remove_passkey(self, tx: Tx, user: str, id: str) -> bool: ...

    def use_passkey(self, tx: Tx, id: str, sign_count: int, now: int) -> bool:
        """Record a use of the passkey. Returns False if the passkey was removed, or if its private key seems to be
        copied: the stored count is not 0, and `sign_count` is not higher. For synced passkeys, counts are not compared.
        """
        ...

    def use_up_challenge(self, tx: Tx, challenge: str, expires_at: int, now: int) -> bool:
        """Remember the fingerprint of a used challenge until it expires. Returns False if it was used before."""
        ...


@dataclass(frozen=True, slots=True)
class Removed:
    """The sessions of a passkey's owner that changed when the passkey was removed."""

    ended: int
    """The number of ended sessions."""
    unproven: Sequence[str]
    """The ids of sessions that stay valid, but no longer meet the requirement of a second factor."""


class Passkeys:
    def __init__(self, store: Store, passkeys: PasskeyStore) -> None:
        self._store = store
        self._passkeys = passkeys

    def of(self, tx: Tx, actor: Actor) -> Sequence[Passkey]:
        """The person's passkeys, oldest first."""
        return self._passkeys.passkeys_of(tx, actor.customer)

    def check_used(self, tx: Tx, actor: Actor) -> None:
        """Raises Refused(conflict) for somebody whose role requires a second factor, and who has a passkey but signed
        in without it.

        Without this check, a stolen password would be enough to add a second factor, or to replace the owner's.
        """
        if actor.limited and self.of(tx, actor):
            raise refused("conflict", "passkey_unused")

    def to_add(self, tx: Tx, actor: Actor) -> Sequence[Passkey]:
        """The person's passkeys. Raises Refused(conflict) if the person may not add another one."""
        self.check_used(tx, actor)
        found = self.of(tx, actor)
        if len(found) >= PASSKEYS_MAX:
            raise refused("conflict", "passkey_limit")
        return found

    def add(self, tx: Tx, by: Actor, id_: str, new: NewCredential, name: str, now: int) -> Passkey:
        """Store a new passkey. The caller must lock the credentials before, see `Store.lock_credentials`.

        Raises Refused(conflict) if the passkey is stored already, or if `to_add` refuses.
        """
        self.to_add(tx, by)
        passkey = Passkey(
            id=id_,
            user=by.customer,
            kind="customer" if by.kind == "customer" else "staff",
            credential=new.id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            synced=new.synced,
            name=name,
            created_at=now,
        )
        if not self._passkeys.add_passkey(tx, passkey):
            raise refused("conflict", "passkey_known")
        self._drop_setup(tx, by)
        self._store.record(tx, line(by, "add", "passkey", by.customer, {}, now))
        return passkey

    def _drop_setup(self, tx: Tx, by: Actor) -> None:
        """Remove an authenticator app that nobody has confirmed: somebody with a stolen password may have begun it."""
        found = self._store.authenticator(tx, by.customer)
        if found is not None and found.confirmed_at is None:
            self._store.remove_authenticator(tx, by.customer)

    def rename(self, tx: Tx, by: Actor, id_: str, name: str) -> None:
        """Raises Refused(not_found) if the person has no such passkey."""
        if not self._passkeys.rename_passkey(tx, by.customer, id_, name):
            raise _unknown()

    def remove(
        self, tx: Tx, owner: Actor, id_: str, now: int, *, session: str = "", by: Actor | None = None
    ) -> Removed:
        """Remove a passkey, and end the owner's sessions in which it was used, except `session`. `by` is the person who
        removes it; None stands for the owner.

        If the owner has no other passkey, sessions in which a passkey was used no longer meet the requirement of a
        second factor. Raises Refused(not_found) if the owner has no such passkey, and the error of `check_used`.
        """
        self.check_used(tx, owner)
        self._store.lock_credentials(tx, owner.customer)
        if not self._passkeys.remove_passkey(tx, owner.customer, id_):
            raise _unknown()
        ended = self._store.end_sessions_of_passkey(tx, owner.customer, id_, now, but=session)
        last = not self.of(tx, owner)
        unproven = self._store.forget_factors_of_passkeys(tx, owner.customer) if last else ()
        self._store.record(tx, line(by or owner, "remove", "passkey", owner.customer, {"sessions": ended}, now))
        return Removed(ended, unproven)

    def use_up(self, tx: Tx, challenge: bytes, expires_at: int, now: int) -> bool:
        """Remember that the challenge was used. Returns False if it was used before."""
        return self._passkeys.use_up_challenge(tx, tokens.fingerprint(challenge.hex()), expires_at, now)


def checked_name(name: str) -> str:
    """The name of a passkey in the form that is stored. Raises Refused(invalid) if it is empty, has more than NAME_MAX
    characters, or has characters that a name may not have."""
    called = " ".join(name.split())
    if not called:
        raise invalid("name", "Give the passkey a name.")
    if len(called) > NAME_MAX:
        raise invalid("name", f"The name of a passkey has at most {NAME_MAX} characters.")
    if fault := fault_of_line(called):
        raise invalid("name", fault)
    return called


SENTENCES = {
    "passkey_wrong": "This passkey didn't work here. Try again, or sign in with your password.",
    "passkey_late": "That took too long. Try again.",
    "passkey_limit": f"You have {PASSKEYS_MAX} passkeys. Remove one before you add another.",
    "passkey_known": "This passkey is in use already.",
    "passkey_unused": "You have a passkey. Sign in with it first.",
    "passkey_refused": "Your browser's answer could not be checked. Try again.",
    "passkey_unavailable": "Passkeys don't work at this address. They need https and a host name.",
}


def refused(code: Code, reason: str) -> Refused:
    """A refusal with the sentence SENTENCES[`reason`]. The name of its only field is `reason`."""
    return Refused(code, SENTENCES[reason], {reason: SENTENCES[reason]})


def too_late() -> Refused:
    """The refusal of a challenge that has expired, was used, or was not issued for this browser."""
    return refused("unauthorized", "passkey_late")


def _unknown() -> Refused:
    return Refused("not_found", "You have no such passkey, or it was removed.")
