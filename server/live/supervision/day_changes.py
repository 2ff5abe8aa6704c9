"""Changes of an agent's capacity or teams that hold until the end of the day, in the time zone of the hours file."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import UNSET

from clock import Clock, zones
from identity.actor import SYSTEM, Actor
from identity.adapters.people import People
from identity.errors import invalid
from identity.permissions import may_sign_out
from identity.staff import actor as as_actor
from refusals import Refused
from routing.adapters import day_store, store
from routing.adapters.day_store import DayChange, Values
from routing.service import Dispatcher
from server.live.teams import Teams
from storage.ports import Storage, Tx


class DayChanges:
    def __init__(self, storage: Storage, clock: Clock, people: People, teams: Teams, routing: Dispatcher) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._routing = routing

    async def change(
        self, actor: Actor, staff: str, *, capacity: int | None = None, teams: Collection[str] | None = None
    ) -> None:
        """Change an agent until the end of the day. Chats under way stay with the agent.

        `teams` replaces those of the agent's teams that the supervisor supervises. The agent keeps all other teams.
        When the day is over, the values from before the first change of the day are restored. Raises Refused:
        `not_found` if `staff` is not an agent of a team that the actor supervises; `invalid` if `teams` is empty, or
        has a team that the actor does not supervise.
        """
        mine = frozenset(self._teams.seen_by(actor))
        if teams is not None and not teams:
            raise invalid("teams", "Leave the agent at least one team. To stop new chats, set the agent to away.")
        if teams is not None and not mine.issuperset(teams):
            raise invalid("teams", "You can only choose teams that you supervise.")
        connected = self._routing.floor.is_connected(staff)

        def unit(tx: Tx) -> None:
            person, choice, now = self._people.staff(tx, staff), store.lock_choice(tx, staff), self._clock()
            if person is None or choice is None or not may_sign_out(actor, person):
                raise Refused("not_found", "There is no such agent in your teams.")
            wanted = None if teams is None else sorted(set(person.teams) - mine | set(teams))
            became = Values(
                capacity=UNSET if capacity is None or capacity == choice.capacity else capacity,
                teams=UNSET if wanted is None or wanted == sorted(person.teams) else wanted,
            )
            if became == Values():
                return
            before = Values(capacity=choice.capacity, teams=sorted(person.teams))
            first, last = _whole(day_store.of(tx, staff), before, became)
            until = zones.end_of_day(now, zone=self._teams.desk.timezone) + 1
            self._set(tx, actor, staff, became, now, connected=connected)
            day_store.put(tx, DayChange(staff, until, first, last), actor.id, actor.name or "", now)
            detail = {"capacity": capacity, "teams": wanted, "was_capacity": choice.capacity, "was_teams": before.teams}
            self._people.record(tx, actor, "change_today", "user", staff, detail, now)
            self._tell(tx, staff)

        await self._storage.write(unit)
        self._people.forget_everybody()

    async def end(self, actor: Actor, staff: str) -> None:
        """End the change of today: the agent's values from before it return at once, as they would at midnight.

        Raises Refused: `not_found` as `change`; `conflict` if nothing is changed for today; `forbidden` if the change
        concerns a team that the actor does not supervise.
        """
        mine = frozenset(self._teams.seen_by(actor))
        connected = self._routing.floor.is_connected(staff)

        def unit(tx: Tx) -> None:
            person, choice, now = self._people.staff(tx, staff), store.lock_choice(tx, staff), self._clock()
            if person is None or choice is None or not may_sign_out(actor, person):
                raise Refused("not_found", "There is no such agent in your teams.")
            change = day_store.of(tx, staff)
            if change is None:
                raise Refused("conflict", "Nothing is changed for today.")
            was, became = change.was.teams or (), change.became.teams or ()
            if not mine.issuperset(set(was) ^ set(became)):
                raise Refused("forbidden", "A colleague changed teams that you do not supervise.")
            detail = {"capacity": choice.capacity, "teams": sorted(person.teams)}
            self._people.record(tx, actor, "end_today", "user", staff, detail, now)
            self._restore(tx, change, now, actor, connected=connected)

        await self._storage.write(unit)
        self._people.forget_everybody()

    async def sweep(self) -> None:
        """Restore the earlier values of agents whose day is over. A value stays if it is no longer the one that the
        supervisor set."""
        now = self._clock()
        over = await self._storage.read(lambda tx: day_store.due(tx, now))
        for change in over:
            connected = self._routing.floor.is_connected(change.staff)

            def unit(tx: Tx, change: DayChange = change, connected: bool = connected) -> None:
                self._restore(tx, change, now, SYSTEM, connected=connected)

            await self._storage.write(unit)
        if over:
            self._people.forget_everybody()

    def _restore(self, tx: Tx, change: DayChange, now: int, by: Actor, *, connected: bool) -> None:
        person, choice = self._people.staff(tx, change.staff), store.lock_choice(tx, change.staff)
        day_store.remove(tx, change.staff)
        if person is None or choice is None:
            return
        same_capacity = change.became.capacity == choice.capacity
        same_teams = change.became.teams == sorted(person.teams)
        values = Values(
            capacity=change.was.capacity if same_capacity else UNSET, teams=change.was.teams if same_teams else UNSET
        )
        self._set(tx, by, change.staff, values, now, connected=connected)
        self._tell(tx, change.staff)

    def _set(self, tx: Tx, by: Actor, staff: str, values: Values, now: int, *, connected: bool) -> None:
        if values.capacity is not UNSET:
            store.set_capacity(tx, staff, values.capacity, now, connected=connected)
        user = self._people.identity.user(tx, staff)
        if values.teams is not UNSET and user is not None:
            known = {*self._teams.by_key, *user.teams, *values.teams}
            self._people.identity.set_role(tx, user.email, user.role, values.teams, known, now, by, also=user.also)

    def _tell(self, tx: Tx, staff: str) -> None:
        """After the commit, pass the changed agent to the dispatcher, so that the agent and the supervisors are
        notified."""
        user, choice = self._people.identity.user(tx, staff), store.choice_of(tx, staff)
        if user is not None and choice is not None:
            person = as_actor(user)
            named = choice.named(user.name, frozenset(self._teams.seen_by(person)))
            tx.after_commit(lambda: self._routing.agent_changed(named))


def _whole(earlier: DayChange | None, before: Values, became: Values) -> tuple[Values, Values]:
    """A pair: the changed values as they were before the first change of the day, and as they are after the last
    change."""
    was, last = (earlier.was, earlier.became) if earlier is not None else (Values(), Values())
    return (
        Values(
            capacity=before.capacity if was.capacity is UNSET and became.capacity is not UNSET else was.capacity,
            teams=before.teams if was.teams is UNSET and became.teams is not UNSET else was.teams,
        ),
        Values(
            capacity=last.capacity if became.capacity is UNSET else became.capacity,
            teams=last.teams if became.teams is UNSET else became.teams,
        ),
    )
