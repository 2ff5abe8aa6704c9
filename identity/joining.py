"""Invitations of new staff: one link, with which a person chooses a password. Each method is part of a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from identity import tokens
from identity.actor import Actor, Role
from identity.audit import line
from identity.ports import Store, Tx, User
from identity.staff import Staff, actor
from identity.staff_sign_on import DAY_MS, Invitation, StaffLinkStore
from refusals import Refused

LASTS_DAYS = 7
"""Lifetime of an invitation in days."""
OWN = ""
"""Used in place of an issuer if the link is for choosing a password at this desk."""


class Joining:
    def __init__(self, store: Store, links: StaffLinkStore) -> None:
        self._store = store
        self._staff = Staff(store)
        self._links = links

    def invite(
        self,
        tx: Tx,
        by: Actor,
        *,
        email: str,
        name: str,
        roles: Sequence[Role],
        teams: Iterable[str],
        known_teams: Collection[str],
        now: int,
    ) -> tuple[Actor, str]:
        """Add a person without a password. The first of `roles` is the one that applies in conversations. Returns the
        person and the token for the link. Raises the errors of `Staff.add_user`."""
        role, *also = roles
        person = self._staff.add_user(
            tx, email=email, name=name, role=role, also=also, teams=teams, known_teams=known_teams, now=now, by=by
        )
        return person, self.renew(tx, by, person.id, now)

    def renew(self, tx: Tx, by: Actor, user: str, now: int) -> str:
        """Make a new link in place of an earlier one. Returns its token. Raises Refused: `not_found` for an unknown
        person; `conflict` if the person is disabled or has a password."""
        person = self._store.user(tx, user)
        if person is None:
            raise Refused("not_found", "There is no such person.")
        if person.disabled_at is not None or person.password_hash is not None:
            raise Refused("conflict", f"{person.name} is disabled or has a password, so an invitation has no use.")
        token = tokens.new_cookie()
        self._links.put_invitation(
            tx,
            Invitation(
                user=user,
                hash=tokens.fingerprint(token),
                issuer=OWN,
                email=person.email,
                created_at=now,
                expires_at=now + LASTS_DAYS * DAY_MS,
            ),
        )
        self._store.record(tx, line(by, "invite", "user", user, {"days": LASTS_DAYS}, now))
        return token

    def withdraw(self, tx: Tx, by: Actor, user: str, now: int) -> None:
        """Revoke an invitation. Raises Refused(not_found) if the person has none."""
        if not self._links.remove_invitation(tx, user):
            raise Refused("not_found", "This person has no invitation.")
        self._store.record(tx, line(by, "withdraw", "user", user, {}, now))

    def invited(self, tx: Tx, token: str, now: int) -> User | None:
        """The person whom a link invites; None if the link does not work. Changes nothing."""
        found = self._links.invitation(tx, tokens.fingerprint(token)) if tokens.looks_like_cookie(token) else None
        if found is None or found.issuer != OWN or found.expires_at <= now:
            return None
        user = self._store.user(tx, found.user)
        return user if user is not None and user.disabled_at is None else None

    def join(self, tx: Tx, token: str, password_hash: str, now: int, network: str | None) -> User:
        """Use up a link: set the password. Returns the person. Raises Refused(not_found) for a link that does not
        work."""
        user = self.invited(tx, token, now)
        if user is None:
            raise used_up()
        # Before any row: of two requests with one link, the second waits here and then finds no invitation.
        self._store.lock_credentials(tx, user.id)
        if self.invited(tx, token, now) is None or not self._links.remove_invitation(tx, user.id):
            raise used_up()
        self._store.set_password(tx, user.id, password_hash)
        self._store.record(tx, line(replace(actor(user), network=network), "join", "user", user.id, {}, now))
        return user


def used_up() -> Refused:
    return Refused("not_found", "This invitation was used or revoked, or is too old. Ask an admin for a new one.")
