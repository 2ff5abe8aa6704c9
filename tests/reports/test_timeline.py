from __future__ import annotations

from clock import rfc3339
from reports.facts import Interval
from reports.timeline import AgentState, lanes, statuses


def held(chat: str, began: int, ended: int, team: str = "media") -> Interval:
    return Interval(
        ticket=1,
        place=0,
        chat=chat,
        kind="waiting_for_agent",
        team=team,
        holder="ana",
        began=began,
        ended=ended,
        open_ms=0,
    )


def test_chats_that_overlap_get_lanes_of_their_own_and_later_ones_use_them_again() -> None:
    found = lanes([held("a", 0, 100), held("b", 50, 80), held("c", 80, 200)], None, 0, 1_000)
    assert [(one.chat, one.lane) for one in found] == [("a", 0), ("b", 1), ("c", 1)]


def test_chats_of_other_teams_and_days_are_left_out() -> None:
    others = [held("a", 0, 100, "prod"), held("b", 0, 10), held("c", 20, 30)]
    assert [one.chat for one in lanes(others, ("media",), 15, 1_000)] == ["c"]


def test_statuses_are_cut_at_the_ends_of_the_day() -> None:
    states = [AgentState(0, "away", None, True, 5), AgentState(50, "available", None, True, 5)]
    found = statuses(states, 10, 100)
    assert [(one.status, one.since, one.until) for one in found] == [
        ("away", rfc3339(10), rfc3339(50)),
        ("available", rfc3339(50), rfc3339(100)),
    ]
