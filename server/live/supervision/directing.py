"""The actions of supervisors on the agents of their teams: reassign a chat, set an agent to away."""

from __future__ import annotations

from chat.frames.people import Staff
from chat.handover import Handovers
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may_sign_out
from refusals import Refused
from routing.adapters import store
from routing.agents import AgentChoice
from routing.ports import FloorView
from server.live.presence.status_choice import StatusChoices
from server.live.queues.transfer_targets import TransferTargets
from server.live.teams import Teams
from storage.ports import Storage, Tx


class Directing:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        handovers: Handovers,
        targets: TransferTargets,
        floor: FloorView,
        status_choices: StatusChoices,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._handovers = handovers
        self._targets = targets
        self._floor = floor
        self._status_choices = status_choices

    async def reassign(self, actor: Actor, chat: str, *, team: str | None, staff: str | None) -> None:
        """Give an agent's chat to another agent at once, or back to the queue of a team.

        Raises Refused: `not_found` if the actor may not see the chat; `forbidden` if the actor neither supervises the
        chat's team nor has the chat; `chat_closed`; `conflict` if no agent has the chat, or if `staff` has it already;
        and the refusals of `TransferTargets.wanted` and `TransferTargets.check`.
        """
        wanted = self._targets.wanted(team, staff)

        def unit(tx: Tx) -> None:
            held, now = self._handovers.reassignable(tx, chat, actor), self._clock()
            agent = held.chat.agent or ""
            if staff == agent:
                raise Refused("conflict", "This agent already has the chat. Choose someone else.")
            to = self._targets.check(tx, held.chat, wanted, now, at_once=True)
            left = Staff(agent, self._people.names(tx, [agent]).get(agent, ""))
            self._handovers.transfer(held, to, None, actor, now, left=left)
            if to.staff is not None:
                store.took_chat(tx, to.staff.id, now)
            detail = {"team": held.chat.team, "from": agent, "to": staff, "to_team": to.team}
            self._people.record(tx, actor, "reassign", "chat", chat, detail, now)

        await self._storage.write(unit)

    async def set_away(self, actor: Actor, staff: str) -> None:
        """Set an available agent to away. The agent sees who did it, and may choose available again.

        Raises Refused: `not_found` if `staff` is not an agent of a team that the actor supervises; `conflict` if the
        agent is not available.
        """
        connected = self._floor.is_connected(staff)

        def unit(tx: Tx) -> AgentChoice:
            person, now = self._people.staff(tx, staff), self._clock()
            if person is None or not may_sign_out(actor, person):
                raise Refused("not_found", "There is no such agent in your teams.")
            reason = f"Set by {actor.name or 'a supervisor'}"[:100]
            away = store.set_away(tx, staff, reason, now, connected=connected)
            if away is None:
                raise Refused("conflict", f"{person.name} isn't available, so their status stays.")
            self._people.record(tx, actor, "set_away", "user", staff, {}, now)
            return away.named(person.name or "", frozenset(self._teams.seen_by(person)))

        await self._status_choices.store(staff, unit)
