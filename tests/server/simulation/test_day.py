"""What a simulated day is put together of: closing time by the rules of chats, and chance for each agent."""

from __future__ import annotations

from routing.desk import Team
from routing.hours import Standing
from server.simulation.day import ClosingTime, chances

TEAM = Team(key="media", name="Media", schedule="standard", closing_notice_s=60, closing_drain_s=100)
CLOSES = 1_000_000
OPEN, CLOSED = Standing(True, None, CLOSES), Standing(False, CLOSES * 2, None)


def test_closing_time_is_that_of_chats() -> None:
    """Nothing before the notice, then a choice, which is over at closing or, for who stays, with the drain."""
    fresh = ClosingTime()
    assert fresh.at(TEAM, OPEN, CLOSES - 60_001, answerable=True) == fresh
    asked = fresh.at(TEAM, OPEN, CLOSES - 60_000, answerable=True)
    assert asked is not None and asked.asks and asked.due_at == CLOSES
    assert asked.at(TEAM, CLOSED, CLOSES, answerable=True) is None
    stays = asked.staying(TEAM)
    assert not stays.asks and stays.due_at == CLOSES + 100_000
    assert stays.at(TEAM, CLOSED, CLOSES + 99_999, answerable=False) == stays
    assert stays.at(TEAM, CLOSED, CLOSES + 100_000, answerable=True) is None


def test_who_comes_back_to_a_closed_team_needs_somebody() -> None:
    """They are asked nothing, and wait as long as the drain while somebody may yet take the chat."""
    waits = ClosingTime().at(TEAM, CLOSED, CLOSES, answerable=True)
    assert waits is not None and not waits.asks and waits.due_at == CLOSES + 100_000
    assert waits.at(TEAM, CLOSED, CLOSES + 1, answerable=False) is None


def test_chance_is_each_agent_s_own() -> None:
    """The same for the same seed and agent, another one for any other."""
    first, again = chances(1)("Early 1").random(), chances(1)("Early 1").random()
    assert first == again
    assert len({first, chances(1)("Early 2").random(), chances(2)("Early 1").random()}) == 3
