"""Gives chats to agents in one transaction, and checks the agents' free slots against the database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from chat.adapters import clocks
from chat.frames.people import Staff
from chat.handover import Handovers
from chat.ports import Held
from chat.silence import rests
from identity.actor import Actor
from identity.adapters.people import People
from routing.adapters import store
from routing.agents import Agent, Choice
from routing.assign import Placement
from server.live.ports import Here
from server.live.teams import Teams
from storage.ports import Storage, StorageUnavailable, Tx


class _Asked(NamedTuple):
    """A placement that the database decides. With `offer_until`, the chat is offered until then."""

    placement: Placement
    name: str
    """The agent's name."""
    offer_until: int | None


class FreeSlots:
    """The free slots of agents whose rows are locked."""

    def __init__(self, choices: Mapping[str, Choice], people: Mapping[str, Actor], taken: Counter[str]) -> None:
        self._choices = choices
        self._people = people
        self._taken = taken

    def take(self, staff: str, team: str) -> bool:
        """Take a slot of this agent for a chat of `team`. False if there is none."""
        choice, person = self._choices.get(staff), self._people.get(staff)
        if choice is None or not choice.accepts(team) or person is None or not person.sees(team):
            return False
        if self._taken[staff] >= choice.capacity:
            return False
        self._taken[staff] += 1
        return True


class Seats:
    """Implements `routing.ports.Claims` over conversations.

    Locks the chats first, then the agents, each in the order of their ids.
    """

    def __init__(
        self,
        storage: Storage,
        people: People,
        teams: Teams,
        here: Here,
        agent: Callable[[str], Agent | None],
        handovers: Handovers,
    ) -> None:
        """`agent(id)` is the agent as the dispatcher knows them, or None."""
        self._storage = storage
        self._people = people
        self._teams = teams
        self._here = here
        self._agent = agent
        self._handovers = handovers

    async def claim(self, placements: Sequence[Placement], now: int) -> list[bool | Exception]:
        """Assign each chat to its agent. If the team uses offers, offer it to the agent instead.

        The result is False if the chat no longer waits, or if it may no longer be answered after closing time. It is
        also False if the agent is not connected or has no free slot for the team.
        """
        asked = [self._asked(placement, now) for placement in placements]
        decided = iter(await self._decided([one for one in asked if one is not None], now))
        return [one is not None and next(decided) for one in asked]

    def free(self, tx: Tx, staff: Collection[str], now: int) -> FreeSlots:
        """The free slots of these agents.

        Locks the rows of the agents, so that no other transaction can take the slots.
        """
        choices = store.lock_choices(tx, staff)
        taken = clocks.taken_slots(tx, staff, now, lambda team, due_at: rests(due_at, self._teams.patience(team), now))
        return FreeSlots(choices, self._people.staff_by_id(tx, staff), taken)

    def _asked(self, placement: Placement, now: int) -> _Asked | None:
        """None if this process knows that the placement is not possible."""
        agent, team = self._agent(placement.staff), self._teams.by_key.get(placement.team)
        if agent is None or team is None or not self._here.is_here(agent.staff):
            return None
        return _Asked(placement, agent.name, now + self._teams.offer_ms(team.key) if team.assign == "offer" else None)

    async def _decided(self, asked: Sequence[_Asked], now: int) -> list[bool | Exception]:
        if not asked:
            return []
        writing = self._storage.write(partial(self._decide, asked=asked, now=now))
        (decided,) = await asyncio.gather(writing, return_exceptions=True)
        if not isinstance(decided, BaseException):
            return [*decided]
        if isinstance(decided, StorageUnavailable) or not isinstance(decided, Exception):
            raise decided
        if len(asked) == 1:
            return [decided]
        # Halve them until the bad one is alone, so that its neighbors are stored.
        middle = len(asked) // 2
        return [*await self._decided(asked[:middle], now), *await self._decided(asked[middle:], now)]

    def _decide(self, tx: Tx, asked: Sequence[_Asked], now: int) -> list[bool]:
        with self._handovers.hold_all(tx, [one.placement.chat for one in asked]) as chats:
            waiting = [one for one in asked if _still_waits(chats.get(one.placement.chat), one.placement, now)]
            if not waiting:
                return [False] * len(asked)
            slots = self.free(tx, {one.placement.staff for one in waiting}, now)
            won = {one.placement for one in waiting if self._give(chats[one.placement.chat], one, slots, now)}
        assigned = {one.placement.staff for one in waiting if one.placement in won and one.offer_until is None}
        if assigned:
            store.took_chats(tx, assigned, now)
        return [one.placement in won for one in asked]

    def _give(self, held: Held, asked: _Asked, slots: FreeSlots, now: int) -> bool:
        staff, team = asked.placement.staff, asked.placement.team
        if held.chat.state != "queued" or not slots.take(staff, team):
            return False
        if asked.offer_until is not None:
            return self._handovers.offer(held, staff, asked.offer_until)
        return self._handovers.assign(held, Staff(staff, asked.name), asked.placement.by, now)


def _still_waits(held: Held | None, placement: Placement, now: int) -> bool:
    # A chat past its closing time becomes a ticket in the next sweep, so no agent gets it.
    if held is None or held.asked.is_over(now):
        return False
    chat = held.chat
    return chat.state == "queued" and chat.team == placement.team and placement.staff not in chat.kept_from
