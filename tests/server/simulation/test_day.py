"""What a simulated day is put together of: closing time by the rules of chats, and chance for each agent."""

from __future__ import annotations

from routing.desk import Team
from routing.hours import Standing
from server.simulation.day import ClosingTime, chances

TEAM = Team(key="media", name="Media", schedule="standard", closing_notice_s=60, closing_drain_s=100)
CLOSES = 1_000_000
OPEN, CLOSED = Standing(True, None, CLOSES), Standing(False, CLOSES * 2, None)


def test_closing_time_ends_at_closing_or_after_the_drain() -> None:
    """Nothing happens before the notice. Then the customer is asked, and a customer who stays has until the end of the
    drain."""
    fresh = ClosingTime()
    assert fresh.at(TEAM, OPEN, CLOSES - 60_001, answerable=True) == fresh
    asked = fresh.at(TEAM, OPEN, CLOSES - 60_000, answerable=True)
    assert asked is not None and asked.asks and asked.due_at == CLOSES
    assert asked.at(TEAM, CLOSED, CLOSES, answerable=True) is None
    stays = asked.staying(TEAM)
    assert not stays.asks and stays.due_at == CLOSES + 100_000
    assert stays.at(TEAM, CLOSED, CLOSES + 99_999, answerable=False) == stays
    assert stays.at(TEAM, CLOSED, CLOSES + 100_000, answerable=True) is None


def test_returning_to_a_closed_team_waits_only_if_answerable() -> None:
    """The customer is not asked, and waits at most until the end of the drain."""
    waits = ClosingTime().at(TEAM, CLOSED, CLOSES, answerable=True)
    assert waits is not None and not waits.asks and waits.due_at == CLOSES + 100_000
    assert waits.at(TEAM, CLOSED, CLOSES + 1, answerable=False) is None


def test_random_numbers_depend_on_seed_and_agent() -> None:
    first, again = chances(1)("Early 1").random(), chances(1)("Early 1").random()
    assert first == again
    assert len({first, chances(1)("Early 2").random(), chances(2)("Early 1").random()}) == 3
