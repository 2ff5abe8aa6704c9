"""Agents and the roster."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from routing.agents import Agent, Choice, Roster
from tests.routing.people import agent

TEAMS = ("media", "prod", "tech")


def test_connection_status_and_capacity_are_independent() -> None:
    assert not agent(connections=0).serves("media")
    assert not agent(status="away").serves("media")
    full = agent(held=frozenset({"1", "2"}))
    assert full.serves("media")
    assert full.free == 0


def test_agent_serves_teams_that_are_not_paused() -> None:
    both = agent(teams=frozenset({"media", "prod"}), paused=frozenset({"prod"}))
    assert both.serves("media")
    assert not both.serves("prod")
    assert not both.serves("tech")


def test_free_is_never_negative() -> None:
    """Even beyond capacity."""
    assert agent(capacity=1, held=frozenset({"1", "2", "3"})).free == 0


def test_rank_is_free_seats_then_time_without_a_chat_then_id() -> None:
    roomy = agent("z", capacity=9, last_chat_at=99)
    rested, tired, twin = agent("y", last_chat_at=1), agent("b", last_chat_at=2), agent("c", last_chat_at=2)
    assert sorted([twin, tired, rested, roomy], key=Agent.rank) == [roomy, rested, tired, twin]


def test_named_keeps_every_field() -> None:
    choice = Choice(
        staff="a", status="away", reason="lunch", since=7, capacity=3, paused=frozenset({"x"}), last_chat_at=5
    )
    named = choice.named("Ada", frozenset({"media"}))
    assert (named.name, named.teams) == ("Ada", frozenset({"media"}))
    assert all(getattr(named, field) == getattr(choice, field) for field in Choice.__slots__)


def test_roster_lists_agents_by_name() -> None:
    """Ignoring case. Unknown teams are empty."""
    roster = Roster()
    for one in (agent("1", name="zoe"), agent("2", name="Ada"), agent("3", name="Bo", teams=frozenset({"prod"}))):
        roster.put(one)
    assert [one.name for one in roster.of()] == ["Ada", "Bo", "zoe"]
    assert [one.name for one in roster.of("media")] == ["Ada", "zoe"]
    assert roster.of("nobody") == []


agents = st.builds(
    agent,
    staff=st.sampled_from("abcd"),
    teams=st.frozensets(st.sampled_from(TEAMS)),
    paused=st.frozensets(st.sampled_from(TEAMS)),
    status=st.sampled_from(("available", "away", "offline")),
    connections=st.integers(0, 2),
    capacity=st.integers(0, 3),
    held=st.frozensets(st.sampled_from("123")),
    last_chat_at=st.integers(0, 2),
)


@given(st.lists(st.one_of(agents, st.sampled_from("abcd"))))
def test_roster_counts_match_its_agents(steps: list[Agent | str]) -> None:
    roster, known = Roster(), dict[str, Agent]()
    for step in steps:
        if isinstance(step, Agent):
            roster.put(step)
            known[step.staff] = step
        else:
            roster.remove(step)
            known.pop(step, None)
    for team in TEAMS:
        serving = [one for one in known.values() if one.serves(team)]
        assert roster.serving(team) == len(serving)
        assert roster.free_seats(team) == sum(one.free for one in serving)
        assert list(roster.ready(team)) == sorted((one for one in serving if one.free), key=Agent.rank)
        assert {one.staff for one in roster.of(team)} == {one.staff for one in known.values() if team in one.teams}


def test_has_room_and_is_served_ignore_the_given_agents() -> None:
    roster = Roster()
    roster.put(agent("ada"))
    roster.put(agent("bo", held=frozenset({"1", "2"})))
    assert roster.has_room("media", ()) and not roster.has_room("media", {"ada"})
    assert roster.is_served("media", {"ada"}) and not roster.is_served("media", {"ada", "bo"})
    assert not roster.has_room("prod", ()) and not roster.is_served("prod", ())
    roster.put(agent("bo", status="away"))
    assert not roster.is_served("media", {"ada"})
