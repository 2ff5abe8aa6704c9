from __future__ import annotations

from random import Random

import pytest

from clock import rfc3339
from reports.facts import Interval
from reports.timeline import AgentState, Load, lanes, load, statuses


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
        day=1,
        product="",
        channel="chat",
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


def test_load_counts_chats_only_while_the_agent_is_available_and_connected() -> None:
    states = [
        AgentState(0, "available", None, True, 2),
        AgentState(10_000, "away", "lunch", True, 2),
        AgentState(20_000, "available", None, False, 2),
        AgentState(30_000, "available", None, True, 4),
    ]
    found = load(states, [held("a", 5_000, 35_000), held("b", 0, 10_000)], 0, 40_000)
    assert found == Load(available_s=20, held_s=20, seats_s=60)
    assert found.concurrency == 1.0
    assert found.occupancy == pytest.approx(1 / 3)


def test_load_without_available_time_has_no_shares() -> None:
    found = load([AgentState(0, "away", "lunch", True, 5)], [held("a", 0, 100)], 0, 1_000)
    assert (found.concurrency, found.occupancy) == (None, None)


@pytest.mark.parametrize("seed", range(5))
def test_loads_of_the_parts_of_a_day_add_up_to_that_of_the_day(seed: int) -> None:
    """Compared with a plain count of each second, too."""
    rng = Random(seed)
    begins, ends = 0, 600
    moments = sorted(rng.sample(range(begins, ends), 6))
    states = [
        AgentState(
            at * 1000, rng.choice(("available", "away", "offline")), None, rng.random() < 0.8, rng.randrange(1, 8)
        )
        for at in (-50, *moments)
    ]
    chats = [
        held(f"c{number}", since * 1000, (since + rng.randrange(1, 200)) * 1000)
        for number, since in enumerate(rng.sample(range(begins - 100, ends), 8))
    ]
    cut = rng.randrange(begins, ends)
    whole, first, last = (
        load(states, chats, since * 1000, until * 1000) for since, until in ((begins, ends), (begins, cut), (cut, ends))
    )
    assert whole == Load(*(getattr(first, name) + getattr(last, name) for name in Load.__struct_fields__))
    plain = [0, 0, 0]
    for second in range(begins, ends):
        state = [one for one in states if one.at <= second * 1000][-1]
        if state.status == "available" and state.connected:
            plain[0] += 1
            plain[1] += sum(one.began <= second * 1000 < (one.ended or 0) for one in chats)
            plain[2] += state.capacity
    assert [whole.available_s, whole.held_s, whole.seats_s] == plain
