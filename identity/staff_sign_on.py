"""Members of staff who sign in with an OpenID Connect provider. Each method is part of a transaction.

Issuer and `sub` together identify a person. Nothing here adds staff or changes their roles. A member of staff is linked
only from their own session, or by an invitation.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from identity import tokens
from identity.actor import SYSTEM, Actor
from identity.audit import line
from identity.errors import invalid
from identity.oidc import Proven
from identity.ports import Store, Tx, User
from identity.sign_on import refused
from identity.staff import Staff, actor
from refusals import Refused
from texts.addresses import is_email, normal_email

DAY_MS = 86_400_000
DAYS_MAX = 30
"""Maximum lifetime of an invitation in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLink:
    """A person of a provider, linked to a member of staff. `email` is the verified address that the person had at the
    provider when they were linked; None if there was none."""

    issuer: str
    sub: str
    user: str
    email: str | None
    linked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation to sign in with a provider, or to choose a password here (`identity.joining`). `hash` is the
    fingerprint of the token in the invitation's link."""

    user: str
    hash: str
    issuer: str
    email: str
    created_at: int
    expires_at: int


class StaffLinkStore(Protocol):
    def link_of(self, tx: Tx, issuer: str, sub: str) -> StaffLink | None: ...

    def link_of_user(self, tx: Tx, user: str) -> StaffLink | None: ...

    def add_link(self, tx: Tx, link: StaffLink) -> bool:
        """Store the link. Returns False if the person or the member of staff is linked already."""
        ...

    def remove_link(self, tx: Tx, user: str) -> bool:
        """Delete the link. Returns False if there is none."""
        ...

    def put_invitation(self, tx: Tx, invitation: Invitation) -> None:
        """Store an invitation, in place of the user's earlier one."""
        ...

    def invitation(self, tx: Tx, hash: str) -> Invitation | None: ...

    def invitations(self, tx: Tx, now: int) -> list[Invitation]:
        """The invitations that have not expired, oldest first."""
        ...

    def remove_invitation(self, tx: Tx, user: str) -> bool:
        """Delete the invitation. Returns False if there is none."""
        ...


class StaffSignOn:
    def __init__(self, store: Store, links: StaffLinkStore) -> None:
        self._store = store
        self._staff = Staff(store)
        self._links = links

    # -- signing in ------------------------------------------------------------------------

    def person(self, tx: Tx, proven: Proven, invitation: str | None, now: int, network: str | None) -> User | None:
        """The member of staff as whom a person of the provider signs in; None if the person is not linked.

        `invitation` is the fingerprint of an invitation's token. The invitation links a person who is not linked yet,
        and is then used up. Raises Refused(forbidden) for a disabled member of staff, and for an invitation that was
        used, has expired or is for another address. Raises Refused(conflict) if the invited member of staff is linked
        already.
        """
        link = self._links.link_of(tx, proven.issuer, proven.sub)
        if link is None:
            return self._invited(tx, proven, invitation, now, network) if invitation is not None else None
        user = self._store.user(tx, link.user)
        if user is None or user.disabled_at is not None:
            raise refused("sso_unlinked")
        return user

    def holder(self, tx: Tx, proven: Proven, invitation: str | None) -> User | None:
        """The member of staff with whom this person is linked, or would be linked by the invitation. Checks nothing and
        changes nothing."""
        link = self._links.link_of(tx, proven.issuer, proven.sub)
        found = self._links.invitation(tx, invitation) if link is None and invitation is not None else None
        user = link.user if link is not None else found.user if found is not None else None
        return self._store.user(tx, user) if user is not None else None

    def _invited(self, tx: Tx, proven: Proven, hash: str, now: int, network: str | None) -> User:
        found = self._links.invitation(tx, hash)
        user = self._store.user(tx, found.user) if found is not None and now < found.expires_at else None
        if found is None or user is None or user.disabled_at is not None:
            raise refused("sso_invitation")
        address = proven.email if proven.email_verified and proven.issuer == found.issuer else None
        if address is None or not hmac.compare_digest(address.encode(), found.email.encode()):
            raise refused("sso_not_invited")
        # Before any row: a reset has this lock when it removes the invitation.
        self._store.lock_credentials(tx, user.id)
        if not self._links.remove_invitation(tx, user.id):
            raise refused("sso_invitation")
        self._add(tx, replace(actor(user), network=network), proven, {"by": "invitation"}, now)
        return user

    # -- linking ---------------------------------------------------------------------------

    def linked(self, tx: Tx, user: str, issuer: str) -> StaffLink | None:
        """The link of a member of staff. None if there is none, or if its issuer is not `issuer`."""
        link = self._links.link_of_user(tx, user)
        return link if link is not None and link.issuer == issuer else None

    def link(self, tx: Tx, by: Actor, proven: Proven, now: int) -> None:
        """Link a person of the provider to the member of staff who is signed in.

        Raises Refused(conflict) if this person or the member of staff is linked already, or the member of staff is
        disabled.
        """
        user = self._store.user(tx, by.id)
        if user is None or user.disabled_at is not None or self.linked(tx, by.id, proven.issuer) is not None:
            raise Refused("conflict", "Single sign-on is linked already. Unlink it first.")
        self._add(tx, by, proven, {"by": "session"}, now)
        self._links.remove_invitation(tx, by.id)

    def _add(self, tx: Tx, by: Actor, proven: Proven, how: Mapping[str, object], now: int) -> None:
        stale = self._links.link_of_user(tx, by.id)
        if stale is not None and stale.issuer != proven.issuer:
            self._links.remove_link(tx, by.id)
        email = proven.email if proven.email_verified else None
        link = StaffLink(issuer=proven.issuer, sub=proven.sub, user=by.id, email=email, linked_at=now)
        if not self._links.add_link(tx, link):
            raise Refused("conflict", "This person of the sign-on service belongs to somebody else here.")
        self._store.record(tx, line(by, "link", "user", by.id, {"issuer": proven.issuer, **how}, now))

    def unlink(self, tx: Tx, user: str, by: Actor, now: int, *, session: str | None = None) -> bool:
        """Remove the link, and end all sessions of the member of staff except `session`.

        Returns False if there is no link.
        """
        self._store.lock_credentials(tx, user)
        link = self._links.link_of_user(tx, user)
        if link is None:
            return False
        self._links.remove_link(tx, user)
        self._store.revoke_sessions(tx, user, now, but=session)
        self._store.record(tx, line(by, "unlink", "user", user, {"issuer": link.issuer}, now))
        return True

    def forget(self, tx: Tx, email: str, now: int) -> tuple[bool, bool]:
        """Remove a person's link and invitation, because the person gets a new password. Removing the link ends the
        person's sessions.

        Returns a pair: True if there was a link, and True if there was an invitation. Raises Refused(not_found) for an
        unknown address.
        """
        user = self._staff.known_user(tx, email)
        linked, invited = self.unlink(tx, user.id, SYSTEM, now), self._links.remove_invitation(tx, user.id)
        if invited:
            self._store.record(tx, line(SYSTEM, "withdraw", "user", user.id, {}, now))
        return linked, invited

    # -- invitations -----------------------------------------------------------------------

    def invite(self, tx: Tx, email: str, address: str | None, issuer: str, days: int, now: int) -> str:
        """Invite a member of staff, in place of an earlier invitation. Returns the token for the link.

        `email` is the address of the member of staff at this desk. `address` is the address that the provider must have
        verified. If None, `email` is used. Raises Refused: `not_found` for an unknown `email`; `conflict` for a
        disabled or linked person; `invalid` for a bad `address` or number of days.
        """
        user = self._staff.known_user(tx, email)
        expected = normal_email(address) if address is not None else user.email
        if not is_email(expected):
            raise invalid("address", f"{expected[:80]!r} is not an email address. Write it like name@company.example.")
        if not 1 <= days <= DAYS_MAX:
            raise invalid("days", f"An invitation lasts 1 to {DAYS_MAX} days, not {days:,}.")
        if user.disabled_at is not None:
            raise Refused("conflict", f"{user.email} is disabled, so they cannot be invited.")
        if self.linked(tx, user.id, issuer) is not None:
            raise Refused("conflict", f"{user.email} signs in with {issuer} already.")
        token = tokens.new_cookie()
        self._links.put_invitation(
            tx,
            Invitation(
                user=user.id,
                hash=tokens.fingerprint(token),
                issuer=issuer,
                email=expected,
                created_at=now,
                expires_at=now + days * DAY_MS,
            ),
        )
        self._store.record(tx, line(SYSTEM, "invite", "user", user.id, {"issuer": issuer, "days": days}, now))
        return token

    def invitations(self, tx: Tx, now: int) -> list[tuple[Invitation, User]]:
        """The invitations that can be used, oldest first, each with the member of staff."""
        found = [(one, self._store.user(tx, one.user)) for one in self._links.invitations(tx, now)]
        return [(one, user) for one, user in found if user is not None and user.disabled_at is None]

    def withdraw(self, tx: Tx, email: str, now: int) -> None:
        """Revoke a person's invitation. Raises Refused(not_found) for an unknown address, or if the person has no
        invitation."""
        user = self._staff.known_user(tx, email)
        if not self._links.remove_invitation(tx, user.id):
            raise Refused("not_found", f"{user.email} has no invitation.")
        self._store.record(tx, line(SYSTEM, "withdraw", "user", user.id, {}, now))
