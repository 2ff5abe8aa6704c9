"""The desk as a value."""

from __future__ import annotations

from routing.desk import PRODUCTS, Team
from tests.routing.desks import desk_of


def test_a_team_with_nothing_but_a_name_and_a_schedule() -> None:
    """It is published under its name, answers mail in its own hours, and has the default products."""
    team = Team(key="media", name="Media", schedule="extended")
    assert (team.published_as, team.email_hours, team.products) == ("Media", "extended", PRODUCTS)


def test_defaults_can_be_asked_for_without_a_team() -> None:
    """What holds for a team that the file no longer has is the class's own default."""
    assert (Team.left_queue_s, Team.silent_s) == (120, (300, 600, 900))


def test_retired_teams_are_not_offered() -> None:
    """Customers choose from teams that are not retired, in the file's order."""
    desk = desk_of(
        Team(key="tech", name="Tech", schedule="standard"),
        Team(key="old", name="Old", schedule="standard", retired=True),
        Team(key="media", name="Media", schedule="standard"),
    )
    assert [team.key for team in desk.open_to_chats()] == ["tech", "media"]
