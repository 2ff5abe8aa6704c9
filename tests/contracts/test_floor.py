"""The contract of `routing.ports.Floor`, on every implementation."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from routing.adapters.floor_memory import MemoryFloor
from routing.agents import Agent, AgentChoice
from routing.assign import Placement
from routing.ports import Change, Floor, Outcome
from routing.queue import Waiting

TWINS: dict[str, Callable[[], Floor]] = {"memory": MemoryFloor}
MANY = 1_000


@pytest.fixture(params=TWINS)
def floor(request: pytest.FixtureRequest) -> Floor:
    return TWINS[request.param]()


def waiting(
    chat: str,
    queued_at: int = 0,
    team: str = "media",
    priority: int = 0,
    preferred: str | None = None,
    kept_from: frozenset[str] = frozenset(),
    since: int | None = None,
) -> Waiting:
    waiting_since = queued_at if since is None else since
    return Waiting(chat, team, queued_at, waiting_since, "visitor", priority, preferred, kept_from)


def here(floor: Floor, staff: str, **facts: Any) -> None:
    """An available, connected agent of media with one seat by default."""
    known: dict[str, Any] = {"name": staff, "teams": frozenset({"media"}), "status": "available", "capacity": 1}
    floor.agent(AgentChoice(staff=staff, **(known | facts)))
    floor.connected(staff)


async def pairs(floor: Floor, now: int = 100, limit: int = MANY) -> list[tuple[str, str]]:
    return [(placement.chat, placement.staff) for placement in await floor.propose(now, limit)]


async def test_lost_claim_goes_to_the_next_agent(floor: Floor) -> None:
    for staff in ("ada", "bo"):
        here(floor, staff)
    floor.queued(waiting("1", 1))
    (placement,) = await floor.propose(100, MANY)
    assert placement.staff == "ada"
    floor.settled(placement, "lost")
    floor.queued(waiting("2", 2))
    assert floor.position("1") == 1
    assert await pairs(floor) == [("1", "bo"), ("2", "ada")]


@pytest.mark.parametrize("again", ["chat", "agent", "sweep"])
async def test_failed_claim_parks_the_chat_until_a_fact_or_sweep(floor: Floor, again: str) -> None:
    floor.queued(waiting("1"))
    for staff in ("ada", "bo"):
        here(floor, staff)
    (placement,) = await floor.propose(100, MANY)
    floor.settled(placement, "failed")
    assert await pairs(floor) == []
    if again == "chat":
        floor.queued(waiting("1"))
    elif again == "agent":
        floor.connected("ada")
    else:
        floor.forgive()
    assert await pairs(floor) == [("1", "ada")]


async def test_three_lost_claims_park_the_chat(floor: Floor) -> None:
    for number in range(20):
        here(floor, f"agent {number:02}")
    floor.queued(waiting("1"))
    losses = 0
    while proposed := await floor.propose(100, MANY):
        floor.settled(proposed[0], "lost")
        losses += 1
    assert losses == 3
    assert floor.position("1") == 1


async def test_may_be_answered_ignores_excluded_agents(floor: Floor) -> None:
    """An agent with a free seat must exist, or if none is free, any other agent. Seated chats always may."""
    here(floor, "ada")
    floor.queued(waiting("1", kept_from=frozenset({"ada"})))
    assert not floor.may_be_answered("1")
    here(floor, "bo", capacity=0)
    assert floor.is_served("media", {"ada"}) and not floor.is_served("media", {"ada", "bo"})
    assert not floor.may_be_answered("1")
    floor.held("9", "media", "ada", 0)
    assert floor.may_be_answered("1")
    floor.agent(AgentChoice(staff="bo", name="bo", teams=frozenset({"media"}), status="away"))
    assert not floor.may_be_answered("1")
    floor.queued(waiting("2"))
    assert floor.may_be_answered("2") and floor.may_be_answered("unknown")
    floor.offered(waiting("1", kept_from=frozenset({"ada"})), "cy", 5)
    assert floor.may_be_answered("1")
    floor.released("9")
    floor.queued(waiting("1", kept_from=frozenset({"bo"})))
    assert await pairs(floor) == [("1", "ada")]
    assert floor.may_be_answered("1")


async def test_preferred_agent_comes_first_with_a_free_seat(floor: Floor) -> None:
    here(floor, "ada", capacity=2)
    here(floor, "bo", capacity=5)
    floor.queued(waiting("1", 1, preferred="ada"))
    floor.queued(waiting("2", 2))
    assert await pairs(floor) == [("1", "ada"), ("2", "bo")]
    floor.queued(waiting("3", 3, preferred="cy"))
    floor.queued(waiting("4", 4, preferred="ada", kept_from=frozenset({"ada"})))
    assert await pairs(floor) == [("3", "bo"), ("4", "bo")]


async def test_silent_chat_takes_no_seat_until_the_customer_writes(floor: Floor) -> None:
    here(floor, "ada", capacity=1)
    floor.held("1", "media", "ada", 1)
    floor.fell_silent("1")
    assert (floor.free_seats("media"), floor.held_by("ada")) == (1, frozenset({"1"}))
    floor.held("2", "media", "ada", 2)
    floor.spoke_again("1")
    floor.queued(waiting("3"))
    floor.released("2")
    assert await pairs(floor) == []
    floor.released("1")
    assert await pairs(floor) == [("3", "ada")]


async def test_facts_about_unknown_people_are_kept(floor: Floor) -> None:
    floor.connected("ada")
    floor.held("1", "media", "ada", 50)
    assert (floor.get("ada"), floor.held_by("ada")) == (None, frozenset({"1"}))
    assert (floor.is_connected("ada"), floor.is_connected("bo")) == (True, False)
    floor.agent(AgentChoice(staff="ada", name="Ada", teams=frozenset({"media"}), status="available", capacity=2))
    agent = floor.get("ada")
    assert agent is not None
    assert (agent.connected, agent.held, agent.free, agent.last_chat_at) == (True, frozenset({"1"}), 1, 50)


async def test_agent_longest_without_a_chat_comes_first(floor: Floor) -> None:
    """Failed claims do not count as chats."""
    here(floor, "ada", last_chat_at=20)
    here(floor, "bo", last_chat_at=10)
    floor.queued(waiting("1"))
    (placement,) = await floor.propose(100, MANY)
    assert placement.staff == "bo"
    floor.settled(placement, "failed")
    floor.forgive()
    assert await pairs(floor) == [("1", "bo")]


async def test_offer_that_was_not_accepted_is_no_chat(floor: Floor) -> None:
    here(floor, "ada", last_chat_at=20, capacity=2)
    here(floor, "bo", last_chat_at=10, capacity=2)
    floor.offered(waiting("1"), "bo", 100)
    floor.unqueued("1")
    floor.queued(waiting("2"))
    assert await pairs(floor) == [("2", "bo")]
    floor.unqueued("2")
    floor.offered(waiting("3"), "bo", 102)
    floor.held("3", "media", "bo", 103)
    floor.released("3")
    floor.queued(waiting("4"))
    assert await pairs(floor, now=104) == [("4", "ada")]


async def test_propose_respects_its_limit(floor: Floor) -> None:
    here(floor, "ada", capacity=10)
    for number in range(5):
        floor.queued(waiting(str(number), number))
    assert [chat for chat, _ in await pairs(floor, limit=2)] == ["0", "1"]
    assert [chat for chat, _ in await pairs(floor, limit=2)] == ["2", "3"]


async def test_listener_gets_each_change(floor: Floor) -> None:
    heard: list[Change] = []
    floor.listen(heard.append)

    def since() -> Change:
        news = list(heard)
        heard.clear()
        return Change(
            frozenset().union(*(change.teams for change in news)),
            frozenset().union(*(change.lines for change in news)),
            frozenset().union(*(change.staff for change in news)),
            any(change.room for change in news),
        )

    media, ada = frozenset({"media"}), frozenset({"ada"})
    here(floor, "ada")
    assert since() == Change(media, frozenset(), ada, room=True)
    floor.queued(waiting("1"))
    assert since() == Change(media, media, frozenset(), room=True)
    (placement,) = await floor.propose(100, MANY)
    assert since() == Change(media, frozenset(), ada, room=False)
    floor.settled(placement, "won")
    assert (since().lines, floor.waiting_chats("media")) == (media, [])
    floor.released("1")
    assert since() == Change(media, frozenset(), ada, room=True)
    floor.disconnected("ada")
    assert since() == Change(media, frozenset(), ada, room=False)


TEAMS = ("media", "prod")
STAFF = ("ada", "bo", "cy")
CHATS = ("1", "2", "3", "4", "5", "6")
MUST_OCCUR = ("proposed", "won", "lost", "failed", "superseded", "offered", "silent", "wrapped up")


@dataclass
class Truth:
    """The state that the facts describe, computed in the simplest way."""

    waits: dict[str, Waiting] = field(default_factory=dict)
    holder: dict[str, str] = field(default_factory=dict)
    choices: dict[str, AgentChoice] = field(default_factory=dict)
    connections: Counter[str] = field(default_factory=Counter)
    in_flight: dict[str, Placement] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    wrapping_up: dict[str, str] = field(default_factory=dict)
    rests: set[str] = field(default_factory=set)
    """Chats of which some pairing was dropped: nothing is demanded of them until a sweep."""

    def taken(self, staff: str) -> set[str]:
        claims = {chat for chat, placement in self.in_flight.items() if placement.staff == staff}
        theirs = {chat for by in (self.holder, self.offers) for chat, one in by.items() if one == staff}
        return claims | theirs

    def seats_taken(self, staff: str) -> int:
        wrapping_up = sum(one == staff for one in self.wrapping_up.values())
        return len(self.taken(staff) - self.silent) + wrapping_up

    def forget(self, chat: str) -> None:
        for known in (self.holder, self.offers, self.wrapping_up):
            known.pop(chat, None)
        self.silent.discard(chat)

    def eligible(self, staff: str, one: Waiting) -> bool:
        return self.serves(staff, one.team) and staff not in one.kept_from and self.free(staff) > 0

    def serves(self, staff: str, team: str) -> bool:
        choice = self.choices.get(staff)
        return (
            choice is not None
            and choice.status == "available"
            and self.connections[staff] > 0
            and team in choice.teams - choice.paused
        )

    def free(self, staff: str) -> int:
        return max(0, self.choices[staff].capacity - self.seats_taken(staff)) if staff in self.choices else 0


class FloorMachine(RuleBasedStateMachine):
    """Random facts in any order, with late claims, compared with the truth."""

    twin: ClassVar[str]
    seen: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.floor = TWINS[self.twin]()
        self.truth = Truth()
        self.under_way: list[Placement] = []
        self.now = 0
        for staff in STAFF:  # most of what can go wrong needs people who are here
            self.agent(staff, "available", 3, frozenset(TEAMS), frozenset())
            self.connection(staff, True)

    @rule(
        chat=st.sampled_from(CHATS),
        team=st.sampled_from(TEAMS),
        queued_at=st.integers(0, 9),
        since=st.integers(0, 9),
        priority=st.integers(-1, 0),
        preferred=st.sampled_from((None, None, *STAFF)),
        kept_from=st.sampled_from((frozenset(), frozenset(), frozenset(STAFF[:1]), frozenset(STAFF[1:]))),
        woken=st.sampled_from((True, True, False)),
    )
    def queued(
        self,
        chat: str,
        team: str,
        queued_at: int,
        since: int,
        priority: int,
        preferred: str | None,
        kept_from: frozenset[str],
        woken: bool,
    ) -> None:
        one = waiting(chat, queued_at, team, priority, preferred, kept_from, since)
        self.truth.forget(chat)
        self.truth.waits[chat] = one
        self.floor.queued(one)
        if woken:
            self.propose(MANY)

    @rule(chat=st.sampled_from(CHATS))
    def unqueued(self, chat: str) -> None:
        if self.truth.waits.pop(chat, None):
            self.truth.in_flight.pop(chat, None)
            self.truth.offers.pop(chat, None)
        self.floor.unqueued(chat)

    @rule(chat=st.sampled_from(CHATS), staff=st.sampled_from(STAFF))
    def offered(self, chat: str, staff: str) -> None:
        one = self.truth.waits.get(chat) or waiting(chat, self.now)
        self.truth.forget(chat)
        self.truth.in_flight.pop(chat, None)
        self.truth.waits[chat] = one
        self.truth.offers[chat] = staff
        self.floor.offered(one, staff, self.now)
        self.seen["offered"] += 1

    @rule(chat=st.sampled_from(CHATS))
    def fell_silent(self, chat: str) -> None:
        if chat in self.truth.holder:
            self.truth.silent.add(chat)
            self.seen["silent"] += 1
        self.floor.fell_silent(chat)

    @rule(chat=st.sampled_from(CHATS))
    def spoke_again(self, chat: str) -> None:
        self.truth.silent.discard(chat)
        self.floor.spoke_again(chat)

    @rule(chat=st.sampled_from(CHATS))
    def wraps_up(self, chat: str) -> None:
        staff = self.truth.holder.get(chat)
        if staff is not None:
            self.truth.forget(chat)
            self.truth.wrapping_up[chat] = staff
            self.seen["wrapped up"] += 1
        self.floor.wraps_up(chat)
        assert self.floor.wrapping_up() == set(self.truth.wrapping_up)

    @rule(chat=st.sampled_from(CHATS), staff=st.sampled_from(STAFF))
    def held(self, chat: str, staff: str) -> None:
        self.truth.waits.pop(chat, None)
        self.truth.in_flight.pop(chat, None)
        self.truth.forget(chat)
        self.truth.holder[chat] = staff
        self.floor.held(chat, "media", staff, self.now)

    @rule(chat=st.sampled_from(CHATS))
    def released(self, chat: str) -> None:
        if chat not in self.truth.offers:
            self.truth.forget(chat)
        self.floor.released(chat)

    @rule(
        staff=st.sampled_from(STAFF),
        status=st.sampled_from(("available", "available", "available", "away")),
        capacity=st.sampled_from((3, 2, 1, 0)),
        teams=st.sampled_from((frozenset(TEAMS), frozenset(TEAMS[:1]), frozenset(TEAMS[1:]), frozenset())),
        paused=st.sampled_from((frozenset(), frozenset(), frozenset(TEAMS[:1]))),
    )
    def agent(
        self,
        staff: str,
        status: Literal["available", "away"],
        capacity: int,
        teams: frozenset[str],
        paused: frozenset[str],
    ) -> None:
        choice = AgentChoice(staff=staff, name=staff, status=status, capacity=capacity, teams=teams, paused=paused)
        self.truth.choices[staff] = choice
        self.floor.agent(choice)

    @rule(staff=st.sampled_from(STAFF[:1]))
    def gone(self, staff: str) -> None:
        self.truth.choices.pop(staff, None)
        self.floor.gone(staff)

    @rule(staff=st.sampled_from(STAFF), on=st.sampled_from((True, True, False)))
    def connection(self, staff: str, on: bool) -> None:
        self.truth.connections[staff] = max(0, self.truth.connections[staff] + (1 if on else -1))
        (self.floor.connected if on else self.floor.disconnected)(staff)

    @rule()
    def sweep(self) -> None:
        self.truth.rests.clear()
        self.floor.forgive()

    @rule(limit=st.sampled_from((MANY, 1, 2)))
    def propose(self, limit: int) -> None:
        self.now += 1
        room = {staff: self.truth.free(staff) for staff in STAFF}
        proposed = asyncio.run(self.floor.propose(self.now, limit))
        places = [self.truth.waits[placement.chat].place() for placement in proposed]
        assert places == sorted(places), "the first to come comes first"
        for placement in proposed:
            assert placement.chat not in self.truth.in_flight, "one claim a chat"
            assert placement.chat not in self.truth.offers, "it is offered to somebody"
            assert placement.staff not in self.truth.waits[placement.chat].kept_from, "they let it pass"
            assert self.truth.serves(placement.staff, placement.team), "not here for that team"
            assert self.truth.waits[placement.chat].team == placement.team
            room[placement.staff] -= 1
            assert room[placement.staff] >= 0, "beyond their room"
            self.truth.in_flight[placement.chat] = placement
            self.under_way.append(placement)
            self.seen["proposed"] += 1
        if len(proposed) < limit:
            self.nobody_waits_for_a_free_seat()

    def nobody_waits_for_a_free_seat(self) -> None:
        for chat, one in self.truth.waits.items():
            if not any(chat in those for those in (self.truth.in_flight, self.truth.rests, self.truth.offers)):
                idle = [staff for staff in STAFF if self.truth.eligible(staff, one)]
                assert not idle, f"{chat} waits while {idle} could take it"

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, 9), outcome=st.sampled_from(("won", "lost", "failed")))
    def settled(self, which: int, outcome: Outcome) -> None:
        placement = self.under_way.pop(which % len(self.under_way))
        chat = placement.chat
        if self.truth.in_flight.get(chat) is not placement:
            self.seen["superseded"] += 1
        else:
            self.seen[outcome] += 1
            del self.truth.in_flight[chat]
            if outcome == "won":
                del self.truth.waits[chat]
                self.truth.holder[chat] = placement.staff
            else:
                self.truth.rests.add(chat)
        self.floor.settled(placement, outcome)

    @invariant()
    def figures_are_true(self) -> None:
        for team in TEAMS:
            line = sorted((one for one in self.truth.waits.values() if one.team == team), key=Waiting.place)
            assert self.floor.waiting_chats(team) == [one.chat for one in line]
            assert [self.floor.position(one.chat) for one in line] == list(range(1, len(line) + 1))
            assert self.floor.waiting(team) == len(line)
            seated = [one.chat for one in line if one.chat in self.truth.in_flight or one.chat in self.truth.offers]
            assert [one.chat for one in line if self.floor.is_seated(one.chat)] == seated
            assert self.floor.seated(team) == len(seated)
            assert self.floor.head(team) == (line[0].chat if line else None)
            assert self.floor.waiting_since(team) == min((one.waiting_since for one in line), default=None)
            assert self.floor.queued_since(team) == min((one.waiting_since for one in line), default=None)
            serving = [staff for staff in STAFF if self.truth.serves(staff, team)]
            assert self.floor.serving(team) == len(serving)
            assert self.floor.free_seats(team) == sum(map(self.truth.free, serving))
        for staff in STAFF:
            assert self.floor.held_by(staff) == {chat for chat, by in self.truth.holder.items() if by == staff}
        known = {agent.staff: agent for agent in self.floor.agents()}
        assert known.keys() == self.truth.choices.keys()
        for staff, agent in known.items():
            assert isinstance(agent, Agent)
            assert agent.held == self.truth.taken(staff)
            assert agent.seats_taken == self.truth.seats_taken(staff)
            assert agent.connections == self.truth.connections[staff]


@pytest.mark.long
@pytest.mark.parametrize("twin", TWINS)
def test_random_facts_match_the_truth(twin: str) -> None:
    """All figures are right, capacity is respected, order is kept, and no chat waits while an eligible seat is free."""

    class Machine(FloorMachine):
        pass

    Machine.twin, Machine.seen = twin, Counter()
    run_state_machine_as_test(Machine, settings=settings(max_examples=400, stateful_step_count=50, deadline=None))
    assert all(Machine.seen[what] >= 10 for what in MUST_OCCUR), Machine.seen
