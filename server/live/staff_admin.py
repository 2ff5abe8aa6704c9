"""Staff as admins see and change them."""

from __future__ import annotations

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.adapters.staff_overview import sign_in_facts
from identity.permissions import may
from identity.ports import User
from identity.staff import actor as as_actor
from identity.staff_views import SignInFacts, StaffView
from refusals import Refused
from routing.adapters import store
from routing.agents import Agent, Choice
from routing.service import Dispatcher
from storage.ports import Storage, Tx


class StaffAdmin:
    def __init__(self, storage: Storage, clock: Clock, people: People, routing: Dispatcher) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._routing = routing

    async def everybody(self, by: Actor) -> list[StaffView]:
        """All staff by name, including disabled people. Raises Refused(forbidden), StorageUnavailable."""
        check(by)
        agents = {agent.staff: agent for agent in self._routing.floor.agents()}
        return await self._storage.read(lambda tx: self._views(tx, self._people.identity.everybody(tx), agents))

    def _views(self, tx: Tx, users: list[User], agents: dict[str, Agent]) -> list[StaffView]:
        facts = sign_in_facts(tx, [user.id for user in users], self._clock())
        choices = {choice.staff: choice for choice in store.choices(tx)}
        return [self._view(user, facts[user.id], choices.get(user.id), agents.get(user.id)) for user in users]

    def _view(self, user: User, facts: SignInFacts, stored: Choice | None, here: Agent | None) -> StaffView:
        person = as_actor(user)
        choice = (here.choice if here is not None else stored) if may(person, "handle", "chats") else None
        return StaffView(
            id=user.id,
            name=user.name,
            email=user.email,
            roles=user.roles,
            teams=sorted(user.teams),
            capacity=choice.capacity if choice is not None else None,
            status=choice.status if choice is not None else None,
            reason=choice.reason if choice is not None else None,
            connected=here is not None and here.connected,
            held=len(here.held) if here is not None else 0,
            signs_in=facts,
            needs_factor=self._people.needs_second_factor(person),
            disabled_at=user.disabled_at,
        )


def check(by: Actor) -> None:
    """Raises Refused(forbidden) if the person is no admin."""
    if not may(by, "change", "people"):
        raise Refused("forbidden", "Only admins manage people.")
