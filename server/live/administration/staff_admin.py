"""Staff as admins see and change them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection

from chat.adapters import archive
from clock import Clock
from identity.actor import SYSTEM, Actor
from identity.adapters.people import People
from identity.adapters.staff_overview import sign_in_facts
from identity.adapters.store import SqlStore
from identity.errors import Outdated, invalid
from identity.permissions import may
from identity.ports import User
from identity.roles import check_change, chosen, last_admin
from identity.staff import actor as as_actor
from identity.staff_views import SignInFacts, StaffChange, StaffDetail, StaffView
from refusals import Refused
from routing.adapters import store
from routing.agents import CAPACITY, Agent, Choice
from routing.service import Dispatcher
from server.live.administration.last_change import who_changed
from server.live.mail.account_letters import LettersOfAccounts
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing.adapters.held_tickets import open_by_team, open_outside
from ticketing.adapters.store import SqlStore as SqlTickets
from ticketing.service import Tickets
from ticketing.wanted import Wanted

_LINES = 200
"""Maximum number of lines of the audit log in which the reason of a disabling is looked for."""
_TICKETS_MAX = 500
"""Maximum number of open tickets that one change takes from a person."""


class StaffAdmin:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        routing: Dispatcher,
        tickets: Tickets,
        letters: LettersOfAccounts,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._routing = routing
        self._tickets = tickets
        self._letters = letters
        self._ticket_store = SqlTickets()

    # -- reading -----------------------------------------------------------------------

    async def everybody(self, by: Actor) -> list[StaffView]:
        """All staff by name, including disabled people. Raises Refused(forbidden) if `by` is not an admin, and
        StorageUnavailable."""
        check(by)
        agents = self._agents()
        return await self._storage.read(lambda tx: self._views(tx, self._people.identity.everybody(tx), agents))

    async def person(self, by: Actor, id_: str) -> StaffDetail:
        """All details of one person. Raises Refused(not_found) for an unknown person, and the errors of `everybody`."""
        check(by)
        agents = self._agents()
        return await self._storage.read(lambda tx: self._detail(tx, self._known(tx, id_), agents))

    def _agents(self) -> dict[str, Agent]:
        return {agent.staff: agent for agent in self._routing.floor.agents()}

    def _views(self, tx: Tx, users: list[User], agents: dict[str, Agent]) -> list[StaffView]:
        facts = sign_in_facts(tx, [user.id for user in users], self._clock())
        choices = {choice.staff: choice for choice in store.choices(tx)}
        return [self._view(user, facts[user.id], choices.get(user.id), agents.get(user.id)) for user in users]

    def _view(self, user: User, facts: SignInFacts, stored: Choice | None, here: Agent | None) -> StaffView:
        person = as_actor(user)
        choice = (stored or Choice(staff=user.id)) if may(person, "handle", "chats") else None
        now = here.choice if here is not None and choice is not None else choice
        return StaffView(
            id=user.id,
            name=user.name,
            email=user.email,
            roles=user.roles,
            teams=sorted(user.teams),
            capacity=choice.capacity if choice is not None else None,
            status=now.status if now is not None else None,
            reason=now.reason if now is not None else None,
            connected=here is not None and here.connected,
            held=len(here.held) if here is not None else 0,
            today_by=choice.today_by if choice is not None else None,
            signs_in=facts,
            needs_factor=self._people.needs_second_factor(person),
            disabled_at=user.disabled_at,
            version=version_of(user, stored),
        )

    def _detail(self, tx: Tx, user: User, agents: dict[str, Agent]) -> StaffDetail:
        now, person = self._clock(), as_actor(user)
        return StaffDetail(
            view=self._views(tx, [user], agents)[0],
            passkeys=[(one.id, one.name, one.last_used_at) for one in self._people.passkeys.of(tx, person)],
            sessions=self._people.identity.sessions(tx, user.id, now),
            tokens=sum(token.user == user.id for token, _ in self._people.identity.tokens(tx, user.email, now)),
            chats=Counter(row.team for row in archive.open_rows(tx, agent=user.id)),
            tickets=open_by_team(tx, user.id),
            disabled_because=_reason(tx, user),
        )

    def _known(self, tx: Tx, id_: str) -> User:
        user = self._people.identity.user(tx, id_)
        if user is None:
            raise Refused("not_found", "There is no such person.")
        return user

    # -- changing ----------------------------------------------------------------------

    async def change(self, by: Actor, id_: str, wanted: StaffChange, versions: Collection[int] | None) -> StaffDetail:
        """Change a person in one transaction. Returns the person after the change.

        `versions` are the versions that the caller accepts, None for any. If the person leaves a team, their open
        tickets of this team go back to the team. Chats under way stay with the person. But if the person may no longer
        take chats, the chats are requeued. Raises Refused: `forbidden` if `by` is not an admin, or changes their own
        roles, or disables themselves; `not_found` for an unknown person; `conflict` for the last admin, and for new
        rights of a disabled person; `invalid` for a bad role or team, and if the reason is missing. Raises Outdated if
        the person has another version, and StorageUnavailable.
        """
        check(by)
        now, agents = self._clock(), self._agents()
        connected = self._routing.floor.is_connected(id_)

        def unit(tx: Tx) -> StaffDetail:
            admins = self._people.identity.lock_admins(tx)
            user = self._known(tx, id_)
            if versions is not None and version_of(user, store.choice_of(tx, id_)) not in versions:
                who = who_changed(tx, self._people, "user", id_, now)
                raise Outdated(f"{who} changed {user.name} while you looked. Nothing was saved.")
            self.apply(tx, by, user, wanted, len(admins - {id_}), now, connected=connected)
            return self._detail(tx, self._known(tx, id_), agents)

        changed = await self._storage.write(unit)
        self._people.forget_everybody()
        return changed

    def apply(
        self,
        tx: Tx,
        by: Actor,
        user: User,
        wanted: StaffChange,
        other_admins: int,
        now: int,
        *,
        connected: bool,
        provisioned: bool = False,
    ) -> None:
        """Change a person as part of a transaction that has locked the admins.

        `connected` matters only for another capacity. With `provisioned`, an agent needs no team, and a disabled person
        can get other roles and teams. Raises the errors of `change`.
        """
        identity = self._people.identity
        if wanted.disabled is False and user.disabled_at is not None:
            identity.enable(tx, user, now, by)
            self._letters.queue_change(tx, user, by, "enabled", now)
        if wanted.roles is not None or wanted.teams is not None:
            self._change_rights(tx, by, user, wanted, other_admins, now, provisioned=provisioned)
        if wanted.capacity is not None:
            self._change_capacity(tx, by, user, wanted.capacity, now, connected=connected)
        if wanted.disabled and user.disabled_at is None:
            if by.id == user.id:
                raise Refused("forbidden", "You can't disable yourself. Ask another admin.")
            if "admin" in user.roles and not other_admins:
                raise last_admin(user.name)
            reason = (wanted.reason or "").strip()
            if not reason:
                raise invalid("reason", "Give a reason. It is kept in the audit log.")
            identity.disable(tx, user.email, now, by, reason=reason)
            self._letters.queue_change(tx, user, by, "disabled", now)
            self._give_back(tx, user, None, now)

    def _change_rights(
        self, tx: Tx, by: Actor, user: User, wanted: StaffChange, others: int, now: int, *, provisioned: bool
    ) -> None:
        roles = user.roles if wanted.roles is None else tuple(wanted.roles)
        teams = user.teams if wanted.teams is None else frozenset(wanted.teams)
        role, also = chosen(roles)
        check_change(by.id, user.id, user.name, user.roles, (role, *also), others)
        if (role, also, teams) == (user.role, user.also, user.teams):
            return
        # A team that was retired meanwhile stays with whoever has it.
        known = [*(team.key for team in self._teams.by_key.values() if not team.retired), *sorted(user.teams)]
        person = self._people.identity.set_role(
            tx, user.email, role, sorted(teams), known, now, by, also=sorted(also), provisioned=provisioned
        )
        if user.disabled_at is None or not provisioned:
            self._letters.queue_change(tx, user, by, "rights", now)
        if person.converses and store.choice_of(tx, user.id) is None:
            store.enrol(tx, user.id, now, CAPACITY)
        if not person.supervises_all:
            self._give_back(tx, user, person.teams if person.converses else None, now)

    def _change_capacity(self, tx: Tx, by: Actor, user: User, capacity: int, now: int, *, connected: bool) -> None:
        before = store.choice_of(tx, user.id)
        if before is None or capacity == before.capacity:
            return
        choice = store.set_capacity(tx, user.id, capacity, now, connected=connected)
        detail = {"capacity": capacity, "was_capacity": before.capacity}
        self._people.record(tx, by, "change", "user", user.id, detail, now)
        self._letters.queue_change(tx, user, by, "capacity", now)
        present = self._people.identity.staff(tx, user.id)
        if present is not None and choice is not None:
            named = choice.named(user.name, frozenset(self._teams.seen_by(present)))
            tx.after_commit(lambda: self._routing.agent_changed(named))

    def _give_back(self, tx: Tx, user: User, teams: frozenset[str] | None, now: int) -> None:
        """Unassign the open tickets of a person, except those of `teams`. If `teams` is None, there is no exception.
        Unassigns at most _TICKETS_MAX tickets."""
        numbers = open_outside(tx, user.id, teams, _TICKETS_MAX)
        found = self._ticket_store.find_all(tx, numbers, lock=True)
        self._tickets.change_all(tx, SYSTEM, [found[one] for one in sorted(found)], Wanted(assignee=None), now)

    # -- signing in --------------------------------------------------------------------

    async def reset_factor(self, by: Actor, id_: str) -> None:
        """Remove a person's one-time codes, and end their sessions. Raises Refused: `forbidden` if `by` is not an
        admin; `not_found` for an unknown person, or one without one-time codes."""
        check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            user = self._known(tx, id_)
            if not self._people.second_factors.end(tx, user.id, by, now):
                raise Refused("not_found", "This person has no one-time codes.")
            self._letters.queue_change(tx, user, by, "factor", now)

        await self._storage.write(unit)
        self._people.forget_everybody()

    async def remove_passkey(self, by: Actor, id_: str, passkey: str) -> None:
        """Remove one passkey of a person, and end the sessions in which it was used. Raises Refused: `forbidden` if
        `by` is not an admin; `not_found` for an unknown person or passkey."""
        check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            user = self._known(tx, id_)
            self._people.passkeys.remove(tx, as_actor(user), passkey, now, by=by)
            self._letters.queue_change(tx, user, by, "passkey", now)

        await self._storage.write(unit)
        self._people.forget_everybody()


def version_of(user: User, choice: Choice | None) -> int:
    """The version of those values of a person that an admin can change."""
    said = (user.roles, sorted(user.teams), user.disabled_at, choice.capacity if choice is not None else None)
    return int.from_bytes(hashlib.sha256(repr(said).encode()).digest()[:6])


def check(by: Actor) -> None:
    """Raises Refused(forbidden) if the person is not an admin."""
    if not may(by, "change", "people"):
        raise Refused("forbidden", "Only admins manage people.")


def _reason(tx: Tx, user: User) -> str:
    """Why somebody disabled this person. Empty if they are not disabled, or if the reason is not known."""
    if user.disabled_at is None:
        return ""
    lines = SqlStore().audit(tx, since=user.disabled_at, person=user.id, limit=_LINES)
    reasons = [line.detail.get("reason") for line in lines if (line.verb, line.thing_id) == ("disable", user.id)]
    return str(reasons[-1] or "") if reasons else ""
