"""The targets to which a chat can be transferred: the queue of a team, or a colleague who can take the chat now."""

from __future__ import annotations

from dataclasses import dataclass

from chat.conversation import Chat
from chat.frames.people import Staff
from chat.handover import Target
from identity.adapters.people import People
from identity.permissions import may
from refusals import Refused, invalid
from routing.agents import Agent
from routing.assign import team_with
from routing.service import Dispatcher
from server.live.opening_hours import OpeningHours
from server.live.ports import Here
from server.live.queues.seats import Seats
from server.live.teams import Teams
from storage.ports import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """The target that somebody chose for a transfer. `agent` is None if the target is a team, or a colleague who has
    not connected since the server started."""

    team: str | None
    staff: str | None
    agent: Agent | None
    connected: bool


class TransferTargets:
    def __init__(
        self,
        people: People,
        teams: Teams,
        opening_hours: OpeningHours,
        routing: Dispatcher,
        seats: Seats,
        here: Here,
    ) -> None:
        self._people = people
        self._teams = teams
        self._opening_hours = opening_hours
        self._routing = routing
        self._seats = seats
        self._here = here

    def wanted(self, team: str | None, staff: str | None) -> Wanted:
        """The target of a transfer, with the facts about it that only the memory has. Call this on the event loop.

        Raises Refused(invalid) unless exactly one of `team` and `staff` is given.
        """
        if (team is None) == (staff is None):
            raise invalid("team", "Choose either a team or a colleague to transfer the chat to.")
        agent = self._routing.floor.get(staff) if staff is not None else None
        return Wanted(team, staff, agent, agent is not None and self._here.is_here(agent.staff))

    def check(self, tx: Tx, chat: Chat, wanted: Wanted, now: int, *, at_once: bool = False) -> Target:
        """The target of a transfer. Raises Refused if the target cannot take the chat now: `team_closed` for a closed
        team, `conflict` for a colleague, `invalid` for an unknown team or colleague.

        With `at_once`, a colleague gets the chat without an offer.
        """
        if wanted.staff is None:
            return self._team(wanted.team or "")
        if wanted.agent is None:
            raise self._unseen(tx, wanted.staff)
        return self._person(tx, chat, wanted.agent, now, connected=wanted.connected, at_once=at_once)

    def _team(self, key: str) -> Target:
        """A team that takes chats now. Raises Refused: `invalid` if it is unknown or retired, `team_closed` if it is
        closed."""
        self._teams.open_team(key)
        self._opening_hours.check_open(key)
        return Target(key)

    def _person(self, tx: Tx, chat: Chat, agent: Agent, now: int, *, connected: bool, at_once: bool) -> Target:
        """A colleague as a target.

        Raises Refused(conflict) unless the colleague is available, is connected and has a free slot. The colleague's
        team may be closed. If the colleague works for the chat's present team, the chat stays in this team. Otherwise,
        the chat moves to one of the colleague's teams: to the first one that is open, or to the first one if none is
        open.
        """
        if agent.status != "available" or not connected:
            raise _not_available(agent.name)
        key = team_with(agent, chat.team, self._teams.open, lambda key: self._teams.desk.hours_of(key).is_open(now))
        if key is None:
            raise Refused("conflict", f"{agent.name} isn't taking new chats right now.")
        if not self._seats.free(tx, [agent.staff], now).take(agent.staff, key):
            raise Refused("conflict", f"{agent.name} has no free slot right now.")
        team = self._teams.by_key[key]
        offers = team.assign == "offer" and not at_once
        return Target(
            team.key, Staff(agent.staff, agent.name), now + self._teams.offer_ms(team.key) if offers else None
        )

    def _unseen(self, tx: Tx, staff: str) -> Refused:
        """The refusal of a transfer to somebody whom the dispatcher does not know, such as an agent who has never
        connected."""
        person = self._people.staff(tx, staff)
        if person is None or not may(person, "handle", "chats"):
            return invalid("staff", "There is no such colleague.")
        return _not_available(person.name or "")


def _not_available(name: str) -> Refused:
    return Refused("conflict", f"{name} isn't available right now.")
