from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from reviews.entry import ChatFacts, Entry
from reviews.sample import drawn

AGENTS = st.sampled_from(["ada", "bo", "cy", None])


def entries(agents: list[str | None]) -> list[Entry]:
    facts = ChatFacts(ending="closed")
    return [
        Entry(ticket=at + 1, day="2026-11-23", chat=str(at), agent=agent, closed_at=at, code=None, facts=facts)
        for at, agent in enumerate(agents)
    ]


@given(st.lists(AGENTS, max_size=120), st.integers(0, 100), st.integers(0, 5))
def test_sample_has_the_share_of_each_agent_and_at_least_the_minimum(
    agents: list[str | None], share: int, least: int
) -> None:
    sample = [one for one in drawn(entries(agents), "seed", share, least) if one.sampled]
    of_each, sampled = Counter(agents), Counter(one.agent for one in sample)
    assert sampled[None] == 0
    for agent in ("ada", "bo", "cy"):
        wanted = max(least, -(-of_each[agent] * share // 100)) if share else 0
        assert sampled[agent] == min(of_each[agent], wanted)


@given(st.lists(AGENTS, max_size=60))
def test_sample_depends_on_the_seed_and_not_on_the_order(agents: list[str | None]) -> None:
    ordered = entries(agents)
    shuffled = sorted(ordered, key=lambda one: (one.agent or "", -one.ticket))
    assert {one.ticket: one for one in drawn(ordered, "a")} == {one.ticket: one for one in drawn(shuffled, "a")}


def test_another_seed_draws_another_sample() -> None:
    many = entries(["ada"] * 100)
    assert drawn(many, "a") != drawn(many, "b")


def test_every_fifth_ticket_of_the_sample_has_two_readers_and_no_other_ticket_has() -> None:
    lot = drawn(entries(["ada"] * 200 + [None] * 10), "seed")
    assert sum(one.readers == 2 for one in lot) == 4
    assert all(one.sampled for one in lot if one.readers == 2)
