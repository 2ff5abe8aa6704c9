"""Assignment, compared with the literal rules over all agents and chats."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing.agents import Agent, Roster
from routing.assign import Placement, assign, team_with
from routing.queue import TeamQueue, Waiting
from tests.routing.people import agent, but

TEAMS = ("media", "prod", "tech")
NOW = 1_000


def seated(one: Agent, chat: str) -> Agent:
    return replace(one, held=one.held | {chat}, last_chat_at=NOW)


def drained(
    waiting: list[Waiting],
    agents: list[Agent],
    passed_over: frozenset[str] = frozenset(),
    out_of_the_question: frozenset[tuple[str, str]] = frozenset(),
) -> list[tuple[str, str]]:
    """The placements of `assign`, each taken before the next is drawn."""
    queues: defaultdict[str, TeamQueue] = defaultdict(TeamQueue)
    roster = Roster()
    for chat in waiting:
        queues[chat.team].join(chat)
    for one in agents:
        roster.put(one)
    made: list[Placement] = []
    known = {chat.chat: chat.preferred for chat in waiting}
    for placement in assign(
        queues,
        roster,
        lambda chat: chat not in passed_over,
        lambda *pair: pair not in out_of_the_question,
        known.__getitem__,
    ):
        found = roster.get(placement.staff)
        assert found is not None and found.free, "placed beyond their room"
        roster.put(seated(found, placement.chat))
        made.append(placement)
    return [(placement.chat, placement.staff) for placement in made]


def by_the_rules(
    waiting: list[Waiting],
    agents: list[Agent],
    passed_over: frozenset[str],
    out_of_the_question: frozenset[tuple[str, str]],
) -> list[tuple[str, str]]:
    here = {one.staff: one for one in agents}
    made: list[tuple[str, str]] = []
    for chat in sorted(waiting, key=Waiting.place):
        if chat.chat in passed_over:
            continue
        eligible = [
            one
            for one in here.values()
            if one.serves(chat.team) and one.free > 0 and (chat.chat, one.staff) not in out_of_the_question
        ]
        if eligible:
            best = min(eligible, key=lambda one: (one.staff != chat.preferred, one.rank()))
            here[best.staff] = seated(best, chat.chat)
            made.append((chat.chat, best.staff))
    return made


agents = st.builds(
    agent,
    staff=st.sampled_from("abcdef"),
    teams=st.frozensets(st.sampled_from(TEAMS), min_size=1),
    paused=st.frozensets(st.sampled_from(TEAMS), max_size=1),
    status=st.sampled_from(("available", "available", "available", "away")),
    connections=st.integers(0, 2),
    capacity=st.integers(0, 4),
    held=st.frozensets(st.sampled_from(("x", "y")), max_size=2),
    last_chat_at=st.integers(0, 3),
)
chats = st.builds(
    Waiting,
    st.integers(0, 20).map(str),
    st.sampled_from(TEAMS),
    st.integers(0, 5),
    st.integers(0, 5),
    st.just("v"),
    st.integers(-1, 0),
    st.none() | st.sampled_from("abcdef"),
)
numbers = st.integers(0, 20).map(str)


@given(
    st.lists(chats, unique_by=lambda chat: chat.chat),
    st.lists(agents, unique_by=lambda one: one.staff),
    st.frozensets(numbers, max_size=3),
    st.frozensets(st.tuples(numbers, st.sampled_from("abcdef")), max_size=10),
)
def test_placements_match_the_literal_rules(
    waiting: list[Waiting],
    agents: list[Agent],
    passed_over: frozenset[str],
    out_of_the_question: frozenset[tuple[str, str]],
) -> None:
    expected = by_the_rules(waiting, agents, passed_over, out_of_the_question)
    assert drained(waiting, agents, passed_over, out_of_the_question) == expected


def test_team_after_a_transfer_to_an_agent() -> None:
    """The same team if served, open or closed; else their first open one, then a closed one; none if paused or none
    served."""
    ada, is_open = agent("ada", teams=frozenset({"media", "prod", "tech"})), {"tech"}.__contains__
    assert team_with(ada, "media", TEAMS, is_open) == "media"
    assert team_with(ada, "finance", TEAMS, is_open) == "tech"
    assert team_with(but(ada, paused=frozenset({"tech"})), "finance", TEAMS, is_open) == "media"
    assert team_with(but(ada, paused=frozenset({"media"})), "media", TEAMS, is_open) is None
    assert team_with(but(ada, paused=frozenset({"media"})), "finance", TEAMS[:2], is_open) == "prod"
    assert team_with(but(ada, connections=0), "finance", TEAMS, is_open) is None
