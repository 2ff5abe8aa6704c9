from __future__ import annotations

import random
from collections import Counter

from bench.tickets import STATUSES, YEARS_MS, World, tickets

NOW = 1_800_000_000_000


def some(count: int) -> list[dict[str, object]]:
    world = World([f"u{number}" for number in range(40)], random.Random(1))
    return [row.ticket for row in tickets(world, count, NOW)]


def test_generated_tickets_are_the_same_each_time() -> None:
    assert some(50) == some(50)


def test_generated_tickets_resemble_a_real_desk() -> None:
    """Numbers and creation times rise together over two years. Most tickets are solved, and exactly the solved ones
    have a resolution code. No update is before the creation or after today."""
    made = some(4_000)
    assert [ticket["number"] for ticket in made] == list(range(1, 4_001))
    created = [int(str(ticket["created_at"])) for ticket in made]
    assert created == sorted(created) and created[0] >= NOW - YEARS_MS and created[-1] < NOW
    assert all(before <= int(str(ticket["updated_at"])) <= NOW for before, ticket in zip(created, made, strict=True))
    statuses = Counter(str(ticket["status"]) for ticket in made)
    assert set(statuses) == set(STATUSES) and statuses["solved"] > 3_600
    assert all((ticket["status"] == "solved") == (ticket["resolution"] is not None) for ticket in made)
