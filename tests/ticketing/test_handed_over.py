"""Links with which account teams acknowledge hand-overs."""

from __future__ import annotations

from ticketing.handed_over import LINK_MS, Link


def test_link_works_until_its_time_is_over() -> None:
    link = Link(hash="h", handover=1, created_at=1_000)
    assert link.works(1_000) and link.works(1_000 + LINK_MS - 1) and not link.works(1_000 + LINK_MS)
