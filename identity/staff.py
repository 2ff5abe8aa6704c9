"""Adds, changes and finds staff members.

Each method is the body of one transaction, or part of it. Refusals are raised as `identity.errors.Refused`. Methods
that look up a person by email address raise Refused(not_found) if nobody has the address, unless they return None.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from uuid_utils import uuid7

from identity.actor import SYSTEM, Actor, Role
from identity.audit import line, removed_passkeys
from identity.errors import invalid
from identity.ports import Store, Tx, User
from identity.roles import chosen
from refusals import Refused
from texts.addresses import EMAIL_MAX, is_email, normal_email
from texts.visible import fault_of_line

REASON_MAX = 300
"""Maximum number of characters of a reason that are kept."""


def actor(user: User) -> Actor:
    return Actor(
        kind="staff",
        id=user.id,
        name=user.name,
        email=user.email,
        verified=True,
        role=user.role,
        teams=user.teams,
        also=user.also,
    )


class Staff:
    def __init__(self, store: Store) -> None:
        self._store = store

    def add_user(
        self,
        tx: Tx,
        *,
        email: str,
        name: str,
        role: str,
        teams: Iterable[str],
        known_teams: Collection[str],
        now: int,
        password_hash: str | None = None,
        by: Actor = SYSTEM,
        also: Iterable[str] = (),
        teams_later: bool = False,
    ) -> Actor:
        """Add a staff member and return them as an actor. `also` are further roles. With `teams_later`, an agent needs
        no team yet.

        Raises Refused: `invalid` for a bad address, name, role or team; `conflict` for an address in use.
        """
        address, called = normal_email(email), " ".join(name.split())
        if not is_email(address):
            raise invalid("email", f"{email[:80]!r} is not an email address. Write it like name@company.example.")
        if not 1 <= len(called) <= 200 or not called.isprintable() or fault_of_line(called):
            raise invalid("name", "A name needs 1 to 200 printable characters.")
        wanted_role, further = chosen([role, *also])
        wanted_teams = _checked_teams(wanted_role, teams, known_teams, later=teams_later)
        user = User(
            id=str(uuid7()),
            email=address,
            name=called,
            role=wanted_role,
            teams=wanted_teams,
            password_hash=password_hash,
            created_at=now,
            also=further,
        )
        if not self._store.add_user(tx, user):
            sentence = f"Somebody already has the address {address}."
            raise Refused("conflict", sentence, {"email": sentence})
        detail = {"role": user.role, "teams": sorted(user.teams), **_further(user.also)}
        self._store.record(tx, line(by, "add", "user", user.id, detail, now))
        return actor(user)

    def set_password(self, tx: Tx, email: str, password_hash: str, now: int, by: Actor = SYSTEM) -> int:
        """Set a password, remove the person's passkeys, and end all sessions of the person. Returns the number of
        removed passkeys. Raises Refused(not_found) for an unknown address."""
        user = self.known_user(tx, email)
        self._store.lock_credentials(tx, user.id)
        self._store.set_password(tx, user.id, password_hash)
        removed = self._store.remove_passkeys(tx, user.id)
        self._store.revoke_sessions(tx, user.id, now)
        self._store.record(tx, line(by, "set_password", "user", user.id, removed_passkeys(removed), now))
        return removed

    def set_role(
        self,
        tx: Tx,
        email: str,
        role: str,
        teams: Iterable[str],
        known_teams: Collection[str],
        now: int,
        by: Actor = SYSTEM,
        also: Iterable[str] = (),
        provisioned: bool = False,
    ) -> Actor:
        """Replace a person's roles and teams. `also` are further roles. Returns the person. With `provisioned`, an
        agent needs no team, and the person may be disabled.

        Raises Refused: `not_found` for an unknown address; `conflict` for a disabled person; `invalid` for a bad role
        or team.
        """
        user = self.known_user(tx, email)
        if user.disabled_at is not None and not provisioned:
            raise Refused("conflict", f"{user.email} is disabled, so the role cannot change.")
        wanted, further = chosen([role, *also])
        wanted_teams = _checked_teams(wanted, teams, known_teams, later=provisioned)
        self._store.set_role(tx, user.id, wanted, further, wanted_teams)
        became = {"role": wanted, "teams": sorted(wanted_teams), **_further(further)}
        was = {"was_role": user.role, "was_teams": sorted(user.teams), **_further(user.also, "was_also")}
        self._store.record(tx, line(by, "set_role", "user", user.id, {**became, **was}, now))
        return actor(replace(user, role=wanted, also=further, teams=wanted_teams))

    def lock_admins(self, tx: Tx) -> frozenset[str]:
        """The ids of the enabled admins. No other transaction can change these admins until this transaction ends."""
        return self._store.lock_admins(tx)

    def enable(self, tx: Tx, user: User, now: int, by: Actor) -> None:
        """Let a disabled person sign in again. Sessions and tokens that have ended stay ended."""
        self._store.enable(tx, user.id)
        self._store.record(tx, line(by, "enable", "user", user.id, {}, now))

    def disable(self, tx: Tx, email: str, now: int, by: Actor = SYSTEM, reason: str | None = None) -> Actor:
        """Disable a person, and end their sessions and tokens. Returns the person. If the person is already disabled,
        nothing changes.

        Raises Refused(not_found) for an unknown address.
        """
        user = self.known_user(tx, email)
        if user.disabled_at is None:
            detail = {"reason": reason[:REASON_MAX]} if reason is not None else {}
            self._store.disable(tx, user.id, now)
            self._store.revoke_sessions(tx, user.id, now)
            self._store.revoke_tokens(tx, user.id, None, now)
            self._store.record(tx, line(by, "disable", "user", user.id, detail, now))
        return actor(user)

    def sign_everybody_out(self, tx: Tx, as_of: str, now: int, by: Actor = SYSTEM) -> None:
        """End all sessions of staff and customers after a restore. `as_of` is the time of the backup.

        Without this, sessions that ended after the backup would be valid again.
        """
        self._store.revoke_sessions(tx, None, now)
        self._store.record(tx, line(by, "restore", "desk", None, {"as_of": as_of}, now))

    def known(self, tx: Tx, email: str) -> Actor:
        """The person with this address, also if disabled. Raises Refused(not_found) if nobody has it."""
        return actor(self.known_user(tx, email))

    def user(self, tx: Tx, id: str) -> User | None:
        """The stored person, also if disabled; None if unknown."""
        return self._store.user(tx, id)

    def staff(self, tx: Tx, id: str) -> Actor | None:
        """A staff member; None if unknown or disabled."""
        return enabled(self._store.user(tx, id))

    def staff_of(self, tx: Tx, team: str) -> list[Actor]:
        """The enabled staff of a team, sorted by name. Supervisors of all teams are not included."""
        return [person for person in self.all_staff(tx) if team in person.teams]

    def everybody(self, tx: Tx) -> list[User]:
        """All staff, sorted by name, including disabled people."""
        return list(self._store.users(tx))

    def all_staff(self, tx: Tx) -> list[Actor]:
        """All enabled staff, sorted by name."""
        return [actor(user) for user in self._store.users(tx) if user.disabled_at is None]

    def names(self, tx: Tx, ids: Collection[str]) -> dict[str, str]:
        """Names by id, including disabled people."""
        return self._store.names(tx, ids) if ids else {}

    def user_to_sign_in(self, tx: Tx, email: str) -> User | None:
        """The person with this address, also if disabled; None if unknown."""
        address = normal_email(email)
        # No strict check: people added under older rules for addresses can still sign in.
        return self._store.user_by_email(tx, address) if len(address) <= EMAIL_MAX and address.isprintable() else None

    def signed_in_from(self, tx: Tx, user: str, network: str | None) -> bool:
        """True if a session of the person, valid or not, began in that network."""
        return network is not None and self._store.signed_in_from(tx, user, network)

    def known_user(self, tx: Tx, email: str) -> User:
        """The stored person with this address, also if disabled. Raises Refused(not_found) if nobody has it."""
        user = self._store.user_by_email(tx, normal_email(email))
        if user is None:
            sentence = f"Nobody has the address {email[:80]}."
            raise Refused("not_found", sentence, {"email": sentence})
        return user


def enabled(user: User | None) -> Actor | None:
    """The person as an actor; None if unknown or disabled."""
    return actor(user) if user is not None and user.disabled_at is None else None


def _checked_teams(role: Role, teams: Iterable[str], known_teams: Collection[str], *, later: bool) -> frozenset[str]:
    """The teams. Raises Refused(invalid) for an unknown team, and unless `later` for an agent without a team."""
    wanted, known = frozenset(teams), ", ".join(dict.fromkeys(known_teams))
    for team in sorted(wanted):
        if team not in known_teams:
            raise invalid("team", f"There is no team {team[:40]!r}. There are: {known}.")
    if role == "agent" and not wanted and not later:
        raise invalid("team", f"An agent needs at least one team. There are: {known}.")
    return wanted


def _further(also: Collection[Role], name: str = "also") -> Mapping[str, object]:
    """The further roles, for the audit."""
    return {name: sorted(also)} if also else {}
