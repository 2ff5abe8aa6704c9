"""Requests and durations of a team's earlier days, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from reports.adapters.arrivals import arrivals
from reports.adapters.tables import ChatFactRow, StepFactRow
from storage.ports import Storage, Tx

ZONE = "America/New_York"
DAY = datetime(2026, 11, 24, tzinfo=UTC).toordinal()
NOON = int(datetime(2026, 11, 24, 17, 0, tzinfo=UTC).timestamp() * 1000)
"""Noon in New York."""


def chat(
    id_: str, *, team: str = "media", day: int = DAY, outcome: str = "answered", void: bool = False
) -> ChatFactRow:
    answered = outcome == "answered"
    return ChatFactRow(
        chat=id_,
        ticket=1,
        day=day,
        hour=24 + 12,
        team=team,
        agent="",
        answered_team=team,
        answered_by="",
        product="",
        outcome=outcome,
        void=void,
        queued_at=NOON,
        closed_at=NOON + 90_000,
        wait_ms=10_000 if answered else None,
        wait_goal_s=120,
        first_goal_s=180,
        next_ms="[]",
        handle_ms=60_000 if answered else None,
    )


def created(ticket: int, channel: str, kind: str = "created") -> StepFactRow:
    return StepFactRow(
        ticket=ticket,
        place=0,
        kind=kind,
        at=NOON + 3_600_000,
        day=DAY,
        team="media",
        agent="",
        product="",
        channel=channel,
        code="",
    )


async def test_chats_and_tickets_count_by_hour_and_void_chats_have_no_durations(storage: Storage) -> None:
    """Tickets that came from chats count once, as chats. Other teams and other days do not count."""

    def fill(tx: Tx) -> None:
        tx.session.add_all(
            [
                chat("a"),
                chat("b", outcome="abandoned"),
                chat("c", void=True),
                chat("d", team="prod"),
                chat("e", day=DAY - 1),
                created(2, "form"),
                created(3, "chat"),
                created(4, "form", "solved"),
            ]
        )

    await storage.write(fill)
    found = await storage.read(lambda tx: arrivals(tx, "media", [DAY, DAY - 7], ZONE))
    assert found.counts == {DAY: {12: 3, 13: 1}, DAY - 7: {}}
    assert found.handled_ms == [60_000]
    assert (found.waited_ms, found.abandoned) == (10_000 + 90_000, 1)


async def test_team_without_a_past_has_nothing(storage: Storage) -> None:
    found = await storage.read(lambda tx: arrivals(tx, "media", [], ZONE))
    assert (found.counts, found.handled_ms, found.waited_ms, found.abandoned) == ({}, [], 0, 0)
