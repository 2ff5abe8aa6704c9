"""The contents of the hours file as a value."""

from __future__ import annotations

from routing.desk import PRODUCTS, Team
from tests.routing.desks import desk_of


def test_team_defaults_follow_name_and_schedule() -> None:
    team = Team(key="media", name="Media", schedule="extended")
    assert (team.published_as, team.email_hours, team.products) == ("Media", "extended", PRODUCTS)
    assert team.topic == "Media"


def test_default_team_of_a_desk_is_its_first_that_is_not_retired() -> None:
    old = Team(key="old", name="Old", schedule="standard", retired=True)
    assert desk_of(old, Team(key="tech", name="Tech", schedule="standard")).default_team == "tech"
    assert desk_of(old).default_team == ""


def test_defaults_are_class_attributes() -> None:
    """They apply to teams that the file no longer has."""
    assert (Team.left_queue_s, Team.silent_s) == (120, (300, 600, 900))


def test_retired_teams_are_not_open_to_chats() -> None:
    """The others come in the order of the file."""
    desk = desk_of(
        Team(key="tech", name="Tech", schedule="standard"),
        Team(key="old", name="Old", schedule="standard", retired=True),
        Team(key="media", name="Media", schedule="standard"),
    )
    assert [team.key for team in desk.open_to_chats()] == ["tech", "media"]
