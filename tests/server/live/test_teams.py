"""The teams of the hours file in force."""

from __future__ import annotations

import pytest

from refusals import Refused
from routing.desk import Team
from server.live.teams import Teams
from tests.routing.desks import desk_of

MEDIA = Team(key="media", name="Media", schedule="always", silent_s=(10, 20, 30), left_queue_s=7, agent_grace_s=9)
OLD = Team(key="old", name="Old", schedule="always", retired=True, successor="media")


def test_unknown_team_has_the_default_promises() -> None:
    teams = Teams(desk_of(MEDIA))
    assert (teams.silent_ms("media"), teams.left_ms("media"), teams.grace_ms("media")) == (30_000, 7_000, 9_000)
    assert (teams.silent_ms("gone"), teams.left_ms("gone")) == (900_000, 120_000)
    assert teams.patience("gone").steps == (300_000, 600_000, 900_000)


def test_replaced_hours_file_counts_at_once() -> None:
    teams = Teams(desk_of(MEDIA))
    spans = teams.spans
    teams.desk = desk_of(Team(key="media", name="Media", schedule="always", wrap_up_s=45))
    assert spans.wrap_up("media") == 45_000


@pytest.mark.parametrize("key", ["old", "nowhere"])
def test_retired_and_unknown_teams_take_no_chats(key: str) -> None:
    teams = Teams(desk_of(MEDIA, OLD))
    assert (teams.open_team("media"), teams.open) == (MEDIA, ["media"])
    with pytest.raises(Refused, match=f"There is no team '{key}'. There are: media."):
        teams.open_team(key)
