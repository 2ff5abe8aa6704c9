"""Interfaces of routing: the floor, with the current chats and agents, and the transaction that gives a chat to an
agent (a claim)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from routing.agents import Agent, AgentChoice
from routing.assign import Placement
from routing.queue import Waiting

Outcome = Literal["won", "lost", "failed"]
"""The result of a claim: stored (`won`), refused because the floor was outdated (`lost`), or not stored because of
an error (`failed`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a reported fact changed on the floor."""

    teams: frozenset[str] = frozenset()
    """Teams whose queue figures may have changed."""
    lines: frozenset[str] = frozenset()
    """Teams whose queue positions may have changed."""
    staff: frozenset[str] = frozenset()
    """Agents whose presence (status, connection, held chats) may have changed."""
    room: bool = False
    """True if a chat or a slot was added, so that a placement may be possible."""


Listener = Callable[[Change], None]
"""Called on the event loop during each change. It must be quick and not raise."""


class Claims(Protocol):
    """Turns proposals into stored facts."""

    async def claim(self, placements: Sequence[Placement], now: int) -> Sequence[bool | Exception]:
        """Give each chat to its agent, in one transaction that decides each placement by itself.

        Returns the result of each placement, in order. False means that the chat no longer waits, or that the agent has
        no free slot or is not available. An exception means that this placement could not be stored, but the others
        could. If the method raises an exception, nothing was stored.
        """
        ...


class FloorView(Protocol):
    """The current waiting chats, present agents and held chats, for reading. All of it is derived from the database."""

    def listen(self, listener: Listener) -> None:
        """Call `listener` at every change."""
        ...

    def waiting(self, team: str) -> int:
        """Number of chats that wait for `team`, including proposed ones."""
        ...

    def waiting_since(self, team: str) -> int | None:
        """The start of the longest wait for `team`; None if the queue is empty."""
        ...

    def queued_since(self, team: str) -> int | None:
        """The earliest time at which a chat that waits for `team` joined its queue; None if the queue is empty."""
        ...

    def head(self, team: str) -> str | None:
        """The chat at the head of the queue of `team`; None if the queue is empty."""
        ...

    def position(self, chat: str) -> int | None:
        """The queue position of a chat, from 1; None if the chat does not wait."""
        ...

    def waiting_chats(self, team: str) -> list[str]:
        """The chats that wait for `team`, in order."""
        ...

    def is_seated(self, chat: str) -> bool:
        """True if a waiting chat already takes a slot, because it is proposed or offered."""
        ...

    def seated(self, team: str) -> int:
        """Number of waiting chats of `team` that already take a slot."""
        ...

    def serving(self, team: str) -> int:
        """Number of agents who are available for `team` and connected, with or without a free slot."""
        ...

    def is_connected(self, staff: str) -> bool:
        """True if an agent has at least one connection."""
        ...

    def is_served(self, team: str, besides: Collection[str]) -> bool:
        """True if an agent who is not among `besides` is available for `team` and connected.

        The agent needs no free slot.
        """
        ...

    def first_ready(self, team: str, besides: Collection[str]) -> Agent | None:
        """The agent, not among `besides`, who would get a chat of `team` now. None if nobody can take it."""
        ...

    def may_be_answered(self, chat: str) -> bool:
        """False if a waiting chat must not be given to any of the candidates.

        The candidates are the team's agents with a free slot. If no agent of the team has a free slot, the candidates
        are all agents who are available for the team.
        """
        ...

    def free_seats(self, team: str) -> int:
        """Free slots of the agents who serve `team`."""
        ...

    def seats(self) -> Mapping[frozenset[str], int]:
        """The number of slots, free or taken, of available, connected agents, by the set of teams they serve."""
        ...

    def agents(self, team: str | None = None) -> list[Agent]:
        """The agents of `team`, or all agents if it is None, sorted by name."""
        ...

    def get(self, staff: str) -> Agent | None:
        """An agent; None if unknown."""
        ...

    def wrapping_up(self) -> frozenset[str]:
        """The chats that are over, and take their slot until `released`."""
        ...

    def held_by(self, staff: str) -> frozenset[str]:
        """The chats that an agent holds. Proposed and offered chats are not included."""
        ...


class Floor(FloorView, Protocol):
    """The floor, to read and to update.

    Report facts from the event loop, in the order of commits. Repeated facts, and facts about unknown chats or people,
    do no harm. A chat is never both waiting and held. If both `queued` and `held` are reported, the later fact
    counts.
    """

    # facts about chats

    def queued(self, waiting: Waiting) -> None:
        """Report that a chat joined a queue or was requeued, or that its place in the queue changed."""
        ...

    def offered(self, waiting: Waiting, staff: str, at: int) -> None:
        """Report that a waiting chat is offered to `staff`.

        Until this agent answers, the chat takes one of the agent's slots and is not proposed to anybody.
        """
        ...

    def unqueued(self, chat: str) -> None:
        """Report that a chat left the queue for good."""
        ...

    def held(self, chat: str, team: str, staff: str, at: int) -> None:
        """Report that `staff` has held a chat of `team` since `at`. The chat takes a slot of the agent, even beyond the
        agent's capacity."""
        ...

    def fell_silent(self, chat: str) -> None:
        """Report that a held chat takes no slot for now, because its customer has been silent for a long time."""
        ...

    def spoke_again(self, chat: str) -> None:
        """Report that the silent customer wrote. The chat takes its slot again, even beyond the agent's capacity."""
        ...

    def wraps_up(self, chat: str) -> None:
        """Report that a held chat is over, but takes its slot until `released`."""
        ...

    def released(self, chat: str) -> None:
        """Report that a chat takes no slot any more."""
        ...

    # facts about agents

    def agent(self, choice: AgentChoice) -> None:
        """Report a new agent, or an agent whose choice, name or teams changed."""
        ...

    def gone(self, staff: str) -> None:
        """Report that a person is no longer staff. The person keeps the held chats until these are `released`."""
        ...

    def connected(self, staff: str) -> None:
        """Report that an agent opened a connection."""
        ...

    def disconnected(self, staff: str) -> None:
        """Report that an agent lost a connection."""
        ...

    # proposals

    async def propose(self, now: int, limit: int) -> list[Placement]:
        """At most `limit` placements by the rules of `routing.assign`, in order.

        Each placement takes a slot of its agent. Its chat is not proposed again until `settled`. If the floor is
        unreachable, returns an empty list instead of raising.
        """
        ...

    def settled(self, placement: Placement, outcome: Outcome) -> None:
        """Report the outcome of a proposal. Pass the very object that was proposed.

        The outcome is ignored if the chat was reported as offered, held or out of the queue since the proposal.

        After `lost` or `failed`, the chat keeps its place in the queue, but proposals are ruled out:

        - After `lost`, the chat is not proposed to this agent again.
        - After `failed`, or after `lost` with three agents, the chat is not proposed to anybody.

        A new fact about the chat, or about an agent for whom a claim was lost, allows the proposals again. So does
        `forgive`.
        """
        ...

    def forgive(self) -> None:
        """Allow again all proposals that were ruled out after `lost` or `failed`."""
        ...
