"""Staff and the people of teams, as an identity provider manages them (SCIM)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from clock import Clock
from identity.actor import Actor, Role
from identity.adapters import provisioning_store as kept
from identity.adapters.people import People
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.permissions import may
from identity.ports import User
from identity.provisioning import Provisioned, ProvisionedPerson, ProvisionedTeam, WantedPerson, WantedTeam
from identity.roles import check_change, chosen
from identity.staff import actor as as_actor
from identity.staff_views import StaffChange
from refusals import Refused
from routing.adapters import store
from routing.agents import CAPACITY
from server.live.administration.invitations import Invitations
from server.live.administration.staff_admin import StaffAdmin
from server.live.mail.account_letters import LettersOfAccounts
from server.live.teams import Teams
from storage.ports import Storage, Tx
from texts.addresses import is_email, normal_email
from texts.visible import fault_of_line

T = TypeVar("T")
NAME_MAX = 200
MOVED_AT_ONCE = 10
"""People of a team whom one transaction moves. Each takes about two milliseconds, and messages wait meanwhile."""
_REASON = "The identity provider deactivated the person."


class Provisioning:
    """The methods raise Refused: `forbidden` if `by` is not an admin, or for a change of one's own roles, address or
    account; `not_found` for an unknown person or team; `conflict` for a name or address in use, and for the last admin;
    `invalid` for bad values. They raise StorageUnavailable."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        staff: StaffAdmin,
        invitations: Invitations,
        letters: LettersOfAccounts,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._staff = staff
        self._invitations = invitations
        self._letters = letters
        self._links = SqlStaffLinkStore()

    # -- people ------------------------------------------------------------------------

    async def people(self, by: Actor) -> list[ProvisionedPerson]:
        """All staff by name, with those who cannot sign in, without those whom a provider removed."""
        _check(by)
        return await self._storage.read(self._all)

    async def person(self, by: Actor, id_: str) -> ProvisionedPerson:
        _check(by)
        return await self._storage.read(lambda tx: self._known(tx, id_)[1])

    async def create(self, by: Actor, wanted: WantedPerson) -> ProvisionedPerson:
        """Add a person, and send them an invitation. A person whom a provider removed comes back with the same id, and
        without the former teams."""
        _check(by)
        wanted = replace(_checked(wanted), active=wanted.active is not False)

        def unit(tx: Tx, now: int) -> ProvisionedPerson:
            self._people.identity.lock_admins(tx)
            self._check_free(tx, wanted, None)
            present = self._people.identity.user_to_sign_in(tx, wanted.email)
            if present is None:
                id_ = self._add(tx, by, wanted, now)
            else:
                # The only person with the address is one whom a provider removed.
                id_ = present.id
                kept.rename(tx, id_, wanted.email, wanted.name)
                self._keep(tx, id_, wanted)
                self._apply(tx, by, wanted, id_, now, teams=())
            return self._known(tx, id_)[1]

        return await self._write(unit)

    async def change(
        self, by: Actor, id_: str, changed: Callable[[ProvisionedPerson], WantedPerson]
    ) -> ProvisionedPerson:
        """Make a person what `changed` says of the present one."""
        _check(by)

        def unit(tx: Tx, now: int) -> ProvisionedPerson:
            self._people.identity.lock_admins(tx)
            user, person = self._known(tx, id_)
            wanted = _checked(changed(person))
            self._check_free(tx, wanted, id_)
            self._rename(tx, by, user, wanted, now)
            fields = [one for one in ("user_name", "external_id") if getattr(wanted, one) != getattr(person, one)]
            if fields:
                self._people.record(tx, by, "provision", "user", id_, {"fields": fields}, now)
            self._keep(tx, id_, wanted)
            self._apply(tx, by, wanted, id_, now)
            return self._known(tx, id_)[1]

        return await self._write(unit)

    async def remove(self, by: Actor, id_: str) -> None:
        """Disable a person, and hide them from the provider."""
        _check(by)

        def unit(tx: Tx, now: int) -> None:
            admins = self._people.identity.lock_admins(tx)
            user, person = self._known(tx, id_)
            change = StaffChange(disabled=True, reason=_REASON)
            self._staff.apply(tx, by, user, change, len(admins - {id_}), now, connected=False)
            said = Provisioned(user=id_, user_name=person.user_name, external_id=person.external_id, removed_at=now)
            kept.put_person(tx, said)
            self._people.record(tx, by, "remove", "user", id_, {}, now)

        await self._write(unit)

    def _rename(self, tx: Tx, by: Actor, user: User, wanted: WantedPerson, now: int) -> None:
        """Change name and address. With another address, an invitation that went to the former one ends."""
        fields = [name for name in ("email", "name") if getattr(wanted, name) != getattr(user, name)]
        if not fields:
            return
        if "email" in fields and by.id == user.id:
            raise Refused("forbidden", "A token can't change the address of its owner. Ask another admin.")
        kept.rename(tx, user.id, wanted.email, wanted.name)
        self._people.record(tx, by, "rename", "user", user.id, {"fields": fields}, now)
        if "email" not in fields:
            return
        self._letters.queue_change(tx, user, by, "address", now)
        invited = self._links.remove_invitation(tx, user.id)
        if invited and user.disabled_at is None:
            self._invite(tx, by, user.id, now)

    def _invite(self, tx: Tx, by: Actor, id_: str, now: int) -> None:
        """Invite a person who has no way to sign in."""
        user = self._people.identity.user(tx, id_)
        if user is not None and user.password_hash is None and self._links.link_of_user(tx, id_) is None:
            self._invitations.queue(tx, by, as_actor(user), now)

    def _add(self, tx: Tx, by: Actor, wanted: WantedPerson, now: int) -> str:
        role, also = chosen(wanted.roles)
        person = self._people.identity.add_user(
            tx,
            email=wanted.email,
            name=wanted.name,
            role=role,
            also=sorted(also),
            teams=(),
            known_teams=(),
            now=now,
            by=by,
            teams_later=True,
        )
        if person.converses:
            store.enrol(tx, person.id, now, CAPACITY)
        self._keep(tx, person.id, wanted)
        if wanted.active:
            self._invitations.queue(tx, by, person, now)
        else:
            self._people.identity.disable(tx, wanted.email, now, by, reason=_REASON)
        return person.id

    def _apply(
        self, tx: Tx, by: Actor, wanted: WantedPerson, id_: str, now: int, teams: Sequence[str] | None = None
    ) -> None:
        user = self._people.identity.user(tx, id_)
        assert user is not None, "the caller has found the person"
        admins = self._people.identity.lock_admins(tx)
        role, also = chosen(wanted.roles)
        roles = None if (role, also) == (user.role, user.also) else (role, *sorted(also))
        active = user.disabled_at is None
        disabled = None if wanted.active in (None, active) else not wanted.active
        change = StaffChange(roles=roles, teams=teams, disabled=disabled, reason=_REASON)
        others = len(admins - {id_})
        self._staff.apply(tx, by, user, change, others, now, connected=False, provisioned=True)
        if disabled is False:
            self._invite(tx, by, id_, now)

    def _keep(self, tx: Tx, id_: str, wanted: WantedPerson) -> None:
        kept.put_person(tx, Provisioned(user=id_, user_name=wanted.user_name, external_id=wanted.external_id))

    def _check_free(self, tx: Tx, wanted: WantedPerson, id_: str | None) -> None:
        for other in self._all(tx):
            if other.id == id_:
                continue
            if other.user_name.casefold() == wanted.user_name.casefold():
                raise _in_use("userName", wanted.user_name)
            if other.email == wanted.email:
                raise _in_use("emails", wanted.email)
        hidden = self._people.identity.user_to_sign_in(tx, wanted.email) if id_ is not None else None
        if hidden is not None and hidden.id != id_:
            raise _in_use("emails", wanted.email)

    # -- teams -------------------------------------------------------------------------

    async def teams(self, by: Actor) -> list[ProvisionedTeam]:
        """The teams that are not retired."""
        _check(by)
        return await self._storage.read(self._all_teams)

    async def change_team(
        self, by: Actor, key: str, changed: Callable[[ProvisionedTeam], WantedTeam]
    ) -> ProvisionedTeam:
        """Make a team what `changed` says of the present one.

        A supervisor who leaves the last team becomes an agent without a team: supervisors without a team supervise all
        teams. All people are checked before the first one is moved. Then people are moved in several transactions: if
        the database becomes unavailable between two of them, a part is done, and the same call does the rest.
        """
        _check(by)
        external_id, moves = await self._storage.read(lambda tx: self._plan(tx, by, key, changed), "heavy")
        await self._storage.write(partial(self._name, by=by, key=key, external_id=external_id, now=self._clock()))
        try:
            for start in range(0, len(moves), MOVED_AT_ONCE):
                some = moves[start : start + MOVED_AT_ONCE]
                now = self._clock()
                await self._storage.write(partial(self._move_all, by=by, key=key, moves=some, now=now))
        finally:
            if moves:
                self._people.forget_everybody()
        return await self._storage.read(lambda tx: self._known_team(tx, key))

    def _plan(
        self, tx: Tx, by: Actor, key: str, changed: Callable[[ProvisionedTeam], WantedTeam]
    ) -> tuple[str | None, list[tuple[str, bool]]]:
        """The team's id at the provider, and who joins (True) or leaves. Raises the errors of `change_team`."""
        team = self._known_team(tx, key)
        wanted = changed(team)
        if wanted.name is not None and wanted.name != team.name:
            sentence = f"The team is {team.name!r}. An admin of the desk changes its name."
            raise Refused("invalid", sentence, {"displayName": sentence})
        _check_external_id(wanted.external_id)
        members = frozenset(wanted.members)
        moves = [(id_, id_ in members) for id_ in sorted(members ^ frozenset(team.members))]
        users = {user.id: user for user in self._people.identity.everybody(tx)} if moves else {}
        present = {one.id for one in self._all(tx)} if moves else set()
        for id_, joins in moves:
            if id_ not in present:
                raise _unknown()
            user = users[id_]
            _, roles = _moved(user, key, joins=joins)
            # Only supervisors' roles change, so no admin can be missing.
            check_change(by.id, id_, user.name, user.roles, roles, 1)
        return wanted.external_id, moves

    def _name(self, tx: Tx, *, by: Actor, key: str, external_id: str | None, now: int) -> None:
        if kept.teams(tx).get(key) != external_id:
            kept.put_team(tx, key, external_id)
            self._people.record(tx, by, "provision", "team", key, {"fields": ["external_id"]}, now)

    def _move_all(self, tx: Tx, *, by: Actor, key: str, moves: Sequence[tuple[str, bool]], now: int) -> None:
        admins = self._people.identity.lock_admins(tx)
        for id_, joins in moves:
            user, _ = self._known(tx, id_)
            teams, roles = _moved(user, key, joins=joins)
            change = StaffChange(teams=sorted(teams), roles=None if roles == user.roles else roles)
            self._staff.apply(tx, by, user, change, len(admins - {id_}), now, connected=False, provisioned=True)

    def _known_team(self, tx: Tx, key: str) -> ProvisionedTeam:
        for team in self._all_teams(tx):
            if team.key == key:
                return team
        raise Refused("not_found", "There is no such group.")

    def _all_teams(self, tx: Tx) -> list[ProvisionedTeam]:
        people, named = self._all(tx), kept.teams(tx)
        return [
            ProvisionedTeam(
                key=team.key,
                name=team.name,
                external_id=named.get(team.key),
                members={one.id: one.name for one in people if team.key in one.teams},
            )
            for team in self._teams.by_key.values()
            if not team.retired
        ]

    # -- both --------------------------------------------------------------------------

    async def _write(self, unit: Callable[[Tx, int], T]) -> T:
        now = self._clock()
        done = await self._storage.write(lambda tx: unit(tx, now))
        self._people.forget_everybody()
        return done

    def _all(self, tx: Tx) -> list[ProvisionedPerson]:
        said = kept.people(tx)
        found = [(user, said.get(user.id)) for user in self._people.identity.everybody(tx)]
        return [_person(user, one) for user, one in found if one is None or one.removed_at is None]

    def _known(self, tx: Tx, id_: str) -> tuple[User, ProvisionedPerson]:
        user, said = self._people.identity.user(tx, id_), kept.person(tx, id_)
        if user is None or (said is not None and said.removed_at is not None):
            raise _unknown()
        return user, _person(user, said)


def _moved(user: User, key: str, *, joins: bool) -> tuple[frozenset[str], Sequence[Role]]:
    """The teams and roles of a person who joins or leaves a team."""
    teams = user.teams | {key} if joins else user.teams - {key}
    roles: Sequence[Role] = user.roles
    if "supervisor" in roles and not teams:
        roles = ("agent", *(role for role in roles if role not in ("supervisor", "agent")))
    return teams, roles


def _person(user: User, said: Provisioned | None) -> ProvisionedPerson:
    return ProvisionedPerson(
        id=user.id,
        user_name=said.user_name if said is not None else user.email,
        external_id=said.external_id if said is not None else None,
        name=user.name,
        email=user.email,
        active=user.disabled_at is None,
        roles=user.roles,
        teams=tuple(sorted(user.teams)),
        created_at=user.created_at,
    )


def _checked(wanted: WantedPerson) -> WantedPerson:
    """The values in the form in which they are stored. Raises Refused(invalid)."""
    email, name = normal_email(wanted.email), " ".join(wanted.name.split())
    if not is_email(email):
        raise _bad("emails", f"{wanted.email[:80]!r} is not an email address. A person needs one.")
    for field, text in (("displayName", name), ("userName", wanted.user_name)):
        if not 1 <= len(text) <= NAME_MAX or not text.isprintable() or fault_of_line(text):
            raise _bad(field, f"{field} needs 1 to {NAME_MAX} printable characters.")
    _check_external_id(wanted.external_id)
    return replace(wanted, email=email, name=name, roles=wanted.roles or ("agent",))


def _check_external_id(text: str | None) -> None:
    if text is not None and not (1 <= len(text) <= NAME_MAX and text.isprintable()):
        raise _bad("externalId", f"externalId has 1 to {NAME_MAX} printable characters.")


def _unknown() -> Refused:
    return Refused("not_found", "There is no such person.")


def _bad(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})


def _in_use(field: str, value: str) -> Refused:
    sentence = f"Somebody already has {value[:80]!r}."
    return Refused("conflict", sentence, {field: sentence})


def _check(by: Actor) -> None:
    if not may(by, "provision", "people"):
        raise Refused("forbidden", "Only tokens of admins provision people.")
