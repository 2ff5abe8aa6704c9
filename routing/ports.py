"""What routing asks of the world: the floor as it is now, and somebody who makes a proposal true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from routing.agents import Agent, AgentChoice
from routing.assign import Placement
from routing.queue import Waiting

Outcome = Literal["won", "lost", "failed"]
"""Of a claim: stored; refused, because the picture was stale; not to be told, because nothing could be stored."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a fact changed in the picture, for those who show it."""

    teams: frozenset[str] = frozenset()
    """Teams of whose queue some figure may be another."""
    lines: frozenset[str] = frozenset()
    """Teams in whose queue somebody's position may be another."""
    staff: frozenset[str] = frozenset()
    """Whose presence (status, connection, chats held) may be another."""
    room: bool = False
    """A chat or a seat came to it: somebody may be placed now."""


Listener = Callable[[Change], None]
"""Called on the event loop at each change, while the change is made: it must be quick and not raise."""


class Claims(Protocol):
    """Makes a proposal true, or does not."""

    async def claim(self, placement: Placement, now: int) -> bool:
        """Give the chat to the agent in one conditional transaction.

        True once it is committed; false where the chat no longer waits, or the agent has no
        seat or is not available any more. An exception means that nothing was stored.
        """
        ...


class Floor(Protocol):
    """The live picture: who waits, who is here, who holds what. Derived, never the truth.

    Facts are told as they are committed, in that order, from the event loop. Telling one
    again, or one about a chat or person who is not known, does no harm. A chat waits or is held, never both: the
    later fact counts. A twin that is shared between processes passes facts on in the background, and its
    views may be behind by a second; `listen` hears of every process's changes.
    """

    # facts about chats

    def queued(self, waiting: Waiting) -> None:
        """A chat joined a queue, or came back to one, or its place in it changed."""
        ...

    def offered(self, waiting: Waiting, staff: str, at: int) -> None:
        """A chat waits, and `staff` may take it: until they answer it is proposed to nobody, and takes a seat of
        theirs."""
        ...

    def unqueued(self, chat: str) -> None:
        """A chat left the queue for good."""
        ...

    def held(self, chat: str, team: str, staff: str, at: int) -> None:
        """A chat of `team` has an agent, since `at`: it waits no more, and takes a seat of theirs, beyond
        their capacity if need be."""
        ...

    def fell_silent(self, chat: str) -> None:
        """The customer of a held chat has been silent for so long that it takes no seat, until they write."""
        ...

    def spoke_again(self, chat: str) -> None:
        """They wrote: the chat takes its seat back, beyond its agent's capacity if need be."""
        ...

    def wraps_up(self, chat: str) -> None:
        """A held chat is over, and takes its agent's seat until it is released all the same."""
        ...

    def released(self, chat: str) -> None:
        """A chat takes nobody's seat any more."""
        ...

    # facts about agents

    def agent(self, choice: AgentChoice) -> None:
        """What somebody chose, or who they are, has changed."""
        ...

    def gone(self, staff: str) -> None:
        """Somebody is of the staff no more. What they hold stays theirs until it is released."""
        ...

    def connected(self, staff: str) -> None:
        """One more connection of somebody."""
        ...

    def disconnected(self, staff: str) -> None:
        """One connection less."""
        ...

    # proposals

    async def propose(self, now: int, limit: int) -> list[Placement]:
        """Who gets whom by the rules of `routing.assign`, the first to come first, at most `limit`.

        Each takes its seat, and is not proposed again, until it is settled. Nothing, rather than an
        exception, where the picture is out of reach.
        """
        ...

    def settled(self, placement: Placement, outcome: Outcome) -> None:
        """What became of a proposal (the very object that was proposed).

        Where a later fact has already told of the chat, that fact stands. A chat that was not won waits on, in its
        place: after `lost` not for this agent, after `failed` (or three times `lost`) for nobody, until there is a
        fact about the chat or the agent, or `forgive`.
        """
        ...

    def forgive(self) -> None:
        """Let every pairing that was dropped be proposed again."""
        ...

    # views

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of every change from now on."""
        ...

    def waiting(self, team: str) -> int:
        """How many wait for `team`, those who are just being placed included."""
        ...

    def waiting_since(self, team: str) -> int | None:
        """Since when the one who has waited longest for `team` waits for it; None when nobody waits."""
        ...

    def head(self, team: str) -> str | None:
        """The chat that comes next in `team`; None when nobody waits."""
        ...

    def position(self, chat: str) -> int | None:
        """Its place in line, from 1; None where it does not wait."""
        ...

    def line(self, team: str) -> list[str]:
        """The chats that wait for `team`, from the head on."""
        ...

    def is_seated(self, chat: str) -> bool:
        """Does a chat that waits take a seat already, since it is just being given or offered to somebody?"""
        ...

    def seated(self, team: str) -> int:
        """How many of those who wait for `team` do."""
        ...

    def serving(self, team: str) -> int:
        """How many agents are available for `team` and connected, with room or without."""
        ...

    def is_served(self, team: str, besides: Collection[str]) -> bool:
        """Is anybody but these available for `team` and connected, with room or without?"""
        ...

    def may_be_answered(self, chat: str) -> bool:
        """May anybody take this waiting chat of those who have a free seat or, where no seat is free, of those who are
        here for its team? True for one that is just being given or offered to somebody, or does not wait."""
        ...

    def free_seats(self, team: str) -> int:
        """The free seats of those agents."""
        ...

    def seats(self) -> Mapping[frozenset[str], int]:
        """The seats, free or taken, of those who are available and connected, by the teams that they serve."""
        ...

    def agents(self, team: str | None = None) -> list[Agent]:
        """The agents of `team`, or all, by name."""
        ...

    def get(self, staff: str) -> Agent | None:
        """One agent; None for who is not known."""
        ...

    def held_by(self, staff: str) -> frozenset[str]:
        """The chats that somebody holds, known or gone; those just being given to them not included."""
        ...
