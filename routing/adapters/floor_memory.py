"""The floor in the memory of this process. The contract is `tests/contracts/test_floor.py`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from routing.agents import Agent, AgentChoice, Roster
from routing.assign import Placement, assign
from routing.ports import Change, Listener, Outcome
from routing.queue import TeamQueue, Waiting

LOSSES_MAX = 3
"""A chat that lost claims for this many agents is no longer proposed, because no single agent can be the cause."""


@dataclass(frozen=True, slots=True)
class _Offer:
    """An offer of a chat to `staff`. `before` is the agent's `last_chat_at` before the offer."""

    staff: str
    at: int
    before: int


@dataclass(frozen=True, slots=True)
class _Claim:
    """A proposal that is not settled yet. `before` is the agent's `last_chat_at` before the proposal."""

    placement: Placement
    at: int
    before: int


class MemoryFloor:
    """Implements `routing.ports.Floor`."""

    def __init__(self) -> None:
        self._queues: defaultdict[str, TeamQueue] = defaultdict(TeamQueue)
        self._waiting: dict[str, Waiting] = {}
        self._holder: dict[str, str] = {}
        self._claims: dict[str, _Claim] = {}
        self._offers: dict[str, _Offer] = {}
        self._silent: set[str] = set()
        self._wrapping_up: dict[str, str] = {}
        self._wrapping: Counter[str] = Counter()
        self._seats: defaultdict[str, set[str]] = defaultdict(set)
        self._choices: dict[str, AgentChoice] = {}
        self._connections: Counter[str] = Counter()
        self._last_chat_at: dict[str, int] = {}
        self._roster = Roster()
        self._dropped: defaultdict[str, set[str]] = defaultdict(set)
        self._parked: set[str] = set()
        self._listeners: list[Listener] = []

    # facts about chats

    def queued(self, waiting: Waiting) -> None:
        changed = self._unseat(waiting.chat) | self._take_offer_back(waiting.chat)
        self._report(changed, self._join(waiting), room=True)

    def offered(self, waiting: Waiting, staff: str, at: int) -> None:
        chat = waiting.chat
        changed = self._unseat(chat) | self._take_offer_back(chat) | self._withdraw(chat) | {staff}
        lines = self._join(waiting)
        self._offers[chat] = _Offer(staff, at, self._last_chat_at.get(staff, 0))
        self._take_seat(chat, staff, at)
        self._report(changed, lines, room=True)

    def unqueued(self, chat: str) -> None:
        waiting = self._leave(chat)
        if waiting is not None:
            self._report(self._withdraw(chat) | self._take_offer_back(chat), {waiting.team}, room=True)

    def held(self, chat: str, team: str, staff: str, at: int) -> None:
        self._leave(chat)
        changed = self._withdraw(chat) | self._take_offer_back(chat) | self._unseat(chat) | {staff}
        self._holder[chat] = staff
        self._take_seat(chat, staff, at)
        self._report(changed, {team}, room=True)

    def fell_silent(self, chat: str) -> None:
        if chat in self._holder and chat not in self._silent:
            self._silent.add(chat)
            self._report({self._holder[chat]}, room=True)

    def spoke_again(self, chat: str) -> None:
        if chat in self._silent:
            self._silent.discard(chat)
            self._report({self._holder[chat]})

    def wraps_up(self, chat: str) -> None:
        staff = self._holder.get(chat)
        if staff is not None:
            self._unseat(chat)
            self._wrapping_up[chat] = staff
            self._wrapping[staff] += 1
            self._report({staff})

    def wrapping_up(self) -> frozenset[str]:
        return frozenset(self._wrapping_up)

    def released(self, chat: str) -> None:
        holder = self._unseat(chat)
        if holder:
            self._report(holder, room=True)

    # facts about agents

    def agent(self, choice: AgentChoice) -> None:
        self._choices[choice.staff] = choice
        self._report({choice.staff}, room=True)

    def gone(self, staff: str) -> None:
        if self._choices.pop(staff, None) is not None:
            self._report({staff})

    def connected(self, staff: str) -> None:
        self._connections[staff] += 1
        self._report({staff}, room=True)

    def disconnected(self, staff: str) -> None:
        if self._connections[staff] > 1:
            self._connections[staff] -= 1
        else:
            del self._connections[staff]
        self._report({staff})

    # proposals

    async def propose(self, now: int, limit: int) -> list[Placement]:
        proposed: list[Placement] = []
        teams: set[str] = set()
        for placement in assign(self._queues, self._roster, self._may_be_placed, self._may_be_paired, self._preferred):
            if len(proposed) == limit:
                break
            staff = placement.staff
            self._claims[placement.chat] = _Claim(placement, now, self._last_chat_at.get(staff, 0))
            self._seats[staff].add(placement.chat)
            self._last_chat_at[staff] = now
            teams |= self._refresh(staff)
            proposed.append(placement)
        if proposed:
            staffs = frozenset(placement.staff for placement in proposed)
            self._announce(Change(frozenset(teams), staff=staffs))
        return proposed

    def settled(self, placement: Placement, outcome: Outcome) -> None:
        chat, staff = placement.chat, placement.staff
        claim = self._claims.get(chat)
        if claim is None or claim.placement is not placement:
            return
        if outcome == "won":
            # The slot was already taken, and announced, when the chat was proposed.
            del self._claims[chat]
            self._leave(chat)
            self._holder[chat] = staff
            self._forgive_agent(staff)
            line, agent = frozenset((placement.team,)), self._roster.get(staff)
            teams = line if agent is None else line | agent.teams
            self._announce(Change(teams, line, frozenset((staff,)), room=True))
            return
        self._withdraw(chat)
        self._dropped[chat].add(staff)
        if outcome == "failed" or len(self._dropped[chat]) >= LOSSES_MAX:
            self._parked.add(chat)
        self._announce(self._change({staff}, (), room=outcome == "lost"))

    def forgive(self) -> None:
        if self._dropped:
            self._dropped.clear()
            self._parked.clear()
            self._announce(Change(room=True))

    # views

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def waiting(self, team: str) -> int:
        return len(self._queues[team])

    def waiting_since(self, team: str) -> int | None:
        return self._queues[team].waiting_since()

    def queued_since(self, team: str) -> int | None:
        return self._queues[team].queued_since()

    def head(self, team: str) -> str | None:
        return self._queues[team].head()

    def position(self, chat: str) -> int | None:
        waiting = self._waiting.get(chat)
        return None if waiting is None else self._queues[waiting.team].position(waiting)

    def waiting_chats(self, team: str) -> list[str]:
        return [chat for _, _, chat in self._queues[team]]

    def is_seated(self, chat: str) -> bool:
        return chat in self._claims or chat in self._offers

    def seated(self, team: str) -> int:
        return sum(self._waiting[chat].team == team for chat in chain(self._claims, self._offers))

    def serving(self, team: str) -> int:
        return self._roster.serving(team)

    def is_connected(self, staff: str) -> bool:
        return self._connections[staff] > 0

    def is_served(self, team: str, besides: Collection[str]) -> bool:
        return self._roster.is_served(team, besides)

    def first_ready(self, team: str, besides: Collection[str]) -> Agent | None:
        return self._roster.first_ready(team, besides)

    def may_be_answered(self, chat: str) -> bool:
        waiting = self._waiting.get(chat)
        if waiting is None or not waiting.kept_from or self.is_seated(chat):
            return True
        team, roster = waiting.team, self._roster
        asked = roster.has_room if roster.free_seats(team) else roster.is_served
        return asked(team, waiting.kept_from)

    def free_seats(self, team: str) -> int:
        return self._roster.free_seats(team)

    def seats(self) -> Mapping[frozenset[str], int]:
        return self._roster.seats()

    def agents(self, team: str | None = None) -> list[Agent]:
        return self._roster.of(team)

    def get(self, staff: str) -> Agent | None:
        return self._roster.get(staff)

    def held_by(self, staff: str) -> frozenset[str]:
        return frozenset(chat for chat in self._seats.get(staff, ()) if self._holder.get(chat) == staff)

    # inside

    def _may_be_placed(self, chat: str) -> bool:
        return not self.is_seated(chat) and chat not in self._parked

    def _may_be_paired(self, chat: str, staff: str) -> bool:
        if staff in self._waiting[chat].kept_from:
            return False
        return chat not in self._dropped or staff not in self._dropped[chat]

    def _preferred(self, chat: str) -> str | None:
        return self._waiting[chat].preferred

    def _join(self, waiting: Waiting) -> set[str]:
        """Queue a chat. Returns the teams whose queues changed."""
        before = self._leave(waiting.chat)
        self._waiting[waiting.chat] = waiting
        self._queues[waiting.team].join(waiting)
        self._forgive_chat(waiting.chat)
        return {waiting.team} if before is None else {waiting.team, before.team}

    def _leave(self, chat: str) -> Waiting | None:
        waiting = self._waiting.pop(chat, None)
        if waiting is not None:
            self._queues[waiting.team].leave(waiting)
            self._forgive_chat(chat)
        return waiting

    def _take_seat(self, chat: str, staff: str, at: int) -> None:
        self._seats[staff].add(chat)
        self._last_chat_at[staff] = max(at, self._last_chat_at.get(staff, 0))

    def _unseat(self, chat: str) -> set[str]:
        self._silent.discard(chat)
        wrapping_up = self._wrapping_up.pop(chat, None)
        if wrapping_up is not None:
            self._wrapping[wrapping_up] -= 1
            return {wrapping_up}
        staff = self._holder.pop(chat, None)
        if staff is None:
            return set()
        self._vacate(staff, chat)
        return {staff}

    def _take_offer_back(self, chat: str) -> set[str]:
        offer = self._offers.pop(chat, None)
        if offer is None:
            return set()
        self._vacate(offer.staff, chat)
        self._forget_last_chat(offer.staff, offer.at, offer.before)
        return {offer.staff}

    def _withdraw(self, chat: str) -> set[str]:
        """Undo the proposal of a chat and free its slot. Returns the agent to whom the chat was proposed, or an empty
        set if there was no proposal."""
        claim = self._claims.pop(chat, None)
        if claim is None:
            return set()
        staff = claim.placement.staff
        self._vacate(staff, chat)
        self._forget_last_chat(staff, claim.at, claim.before)
        return {staff}

    def _forget_last_chat(self, staff: str, at: int, before: int) -> None:
        if self._last_chat_at[staff] == at:
            self._last_chat_at[staff] = before

    def _vacate(self, staff: str, chat: str) -> None:
        self._seats[staff].discard(chat)
        if not self._seats[staff]:
            del self._seats[staff]

    def _forgive_chat(self, chat: str) -> None:
        self._dropped.pop(chat, None)
        self._parked.discard(chat)

    def _forgive_agent(self, staff: str) -> None:
        for chat in [chat for chat, dropped in self._dropped.items() if staff in dropped]:
            self._forgive_chat(chat)

    def _refresh(self, staff: str) -> frozenset[str]:
        """Update an agent in the roster. Returns the affected teams."""
        before = self._roster.get(staff)
        choice = self._choices.get(staff)
        if choice is None:
            self._roster.remove(staff)
            return frozenset() if before is None else before.teams
        held = frozenset(self._seats.get(staff, ()))
        self._roster.put(Agent(
            choice=choice, last_chat_at=max(choice.last_chat_at, self._last_chat_at.get(staff, 0)),
            connections=self._connections[staff], held=held, resting=held & self._silent,
            wrapping_up=self._wrapping[staff],
        ))  # fmt: skip
        return choice.teams if before is None else choice.teams | before.teams

    def _change(self, staff: Iterable[str], lines: Iterable[str], *, room: bool) -> Change:
        """Update the agents `staff` in the roster. Returns the change. `lines` are the teams whose queues changed.
        `room` is True if a chat or a slot was added."""
        teams = set(lines)
        for one in staff:
            teams |= self._refresh(one)
        return Change(frozenset(teams), frozenset(lines), frozenset(staff), room)

    def _report(self, staff: Iterable[str], lines: Iterable[str] = (), *, room: bool = False) -> None:
        """Notify the listeners of a change that concerns the agents `staff` and the queues of the teams `lines`."""
        for one in staff:
            self._forgive_agent(one)
        self._announce(self._change(staff, lines, room=room))

    def _announce(self, change: Change) -> None:
        for listener in self._listeners:
            listener(change)
