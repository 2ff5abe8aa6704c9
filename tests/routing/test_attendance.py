"""Auto-away, and requeueing the chats of absent agents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.attendance import (
    IDLE,
    UNANSWERED,
    UNCONNECTED,
    UNCONNECTED_MS,
    Seen,
    away_because,
    counts_as_missed,
    has_finished,
    has_lost,
    may_yet_take,
    worked_since,
)
from tests.routing.people import agent, but

NOW = 100_000_000
IDLE_MS = 900_000
GRACE_MS = 60_000


def seen(gone: int | None = None, idle: int = 0, unanswered: int = 0) -> Seen:
    """An agent who has been gone or idle for some time."""
    return Seen(gone_since=None if gone is None else NOW - gone, active_at=NOW - idle, unanswered=unanswered)


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (seen(), None),
        (seen(idle=IDLE_MS - 1), None),
        (seen(idle=IDLE_MS), IDLE),
        (seen(unanswered=1), None),
        (seen(unanswered=2), UNANSWERED),
        (seen(unanswered=2, idle=IDLE_MS), UNANSWERED),
        (seen(gone=UNCONNECTED_MS - 1), None),
        (seen(gone=UNCONNECTED_MS), UNCONNECTED),
        (seen(gone=1, idle=IDLE_MS, unanswered=2), None),
    ],
)
def test_auto_away_reasons(who: Seen, reason: str | None) -> None:
    """Idle, two unanswered offers, two hours unconnected. A disconnected agent counts only as unconnected."""
    assert away_because(who, IDLE_MS, NOW) == reason


def test_clock_set_back_makes_nobody_away() -> None:
    ahead = NOW + 3_600_000
    assert away_because(Seen(gone_since=None, active_at=ahead), IDLE_MS, NOW) is None
    assert away_because(Seen(gone_since=ahead, active_at=ahead), IDLE_MS, NOW) is None
    assert not has_lost(Seen(gone_since=ahead, active_at=ahead), GRACE_MS, NOW)


@pytest.mark.parametrize(("gone", "lost"), [(None, False), (0, False), (GRACE_MS - 1, False), (GRACE_MS, True)])
def test_chats_are_lost_after_the_grace_period(gone: int | None, lost: bool) -> None:
    assert has_lost(seen(gone=gone, idle=IDLE_MS), GRACE_MS, NOW) is lost


def test_may_yet_take_needs_an_available_agent() -> None:
    """With or without a free seat. Not if gone for good or excluded."""
    ada = agent("ada", connections=0, capacity=0)
    assert may_yet_take(ada, "media", {"bo"}, lost=False)
    assert not may_yet_take(ada, "media", {"ada"}, lost=False)
    assert not may_yet_take(ada, "media", (), lost=True)
    assert not may_yet_take(ada, "prod", (), lost=False)
    assert not may_yet_take(but(ada, status="away"), "media", (), lost=False)
    assert not may_yet_take(but(ada, paused=frozenset({"media"})), "media", (), lost=False)


@pytest.mark.parametrize(
    ("wrote", "got_chat_at", "owes_reply", "worked"),
    [
        (True, None, True, True),
        (False, 10, False, True),
        (False, 10, True, False),
        (False, 9, False, False),
        (False, None, False, False),
    ],
)
def test_agent_worked_if_they_wrote_or_got_a_chat_and_owe_nothing(
    wrote: bool, got_chat_at: int | None, owes_reply: bool, worked: bool
) -> None:
    assert worked_since(10, wrote=wrote, got_chat_at=got_chat_at, owes_reply=owes_reply) is worked


@pytest.mark.parametrize(
    ("answered", "missed", "counts"),
    [(None, None, True), (9, 9, True), (10, 10, True), (11, None, False), (None, 11, False)],
)
def test_overlapping_offers_count_as_one(answered: int | None, missed: int | None, counts: bool) -> None:
    """An offer made at 10 does not count if another one was answered, or counted as missed, while it stood."""
    assert counts_as_missed(10, answered_at=answered, missed_at=missed) is counts


def test_leaving_agent_has_finished_without_chats() -> None:
    ada = agent("ada", connections=0, status="away", leaving=True)
    assert has_finished(ada)
    assert not has_finished(replace(ada, held=frozenset({"c1"})))
    assert not has_finished(but(ada, leaving=False))
