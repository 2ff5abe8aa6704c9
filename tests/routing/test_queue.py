"""The queue of a team."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Overflow, Team
from routing.hours import Schedule
from routing.queue import (
    TeamQueue,
    Waiting,
    came_back,
    is_full,
    is_vip,
    may_overflow,
    overflowed,
    priority_of,
    requeued,
)
from tests.routing.desks import desk_of


def waiting(chat: str, queued_at: int = 0, priority: int = 0, since: int | None = None) -> Waiting:
    return Waiting(chat, "media", queued_at, queued_at if since is None else since, f"visitor of {chat}", priority)


def test_priority_comes_before_time() -> None:
    queue = TeamQueue()
    for one in (waiting("old", 10), waiting("vip", 20, -1), waiting("older vip", 15, -1)):
        queue.join(one)
    assert [chat for _, _, chat in queue] == ["older vip", "vip", "old"]


@pytest.mark.parametrize("vip", [True, False])
@pytest.mark.parametrize("back", [True, False])
def test_priority_tells_why_a_chat_goes_ahead(vip: bool, back: bool) -> None:
    priority = priority_of(vip=vip, requeued=back)
    assert (is_vip(priority), came_back(priority)) == (vip, back)


def test_waiting_since_is_the_longest_wait_for_this_team() -> None:
    """A requeued chat keeps its place, but its wait counts from the requeue."""
    queue = TeamQueue()
    back, vip, plain = waiting("back again", 10, -1, since=90), waiting("vip", 40, -2), waiting("plain", 30)
    for one in (back, vip, plain):
        queue.join(one)
    assert queue.head() == "vip"
    assert queue.waiting_since() == 30
    queue.leave(plain)
    assert queue.waiting_since() == 40
    queue.leave(vip)
    assert queue.waiting_since() == 90


def test_queued_since_is_the_longest_time_in_this_queue() -> None:
    """It does not count what a customer has waited elsewhere for an answer."""
    queue = TeamQueue()
    moved, plain = replace(waiting("moved", 10), joined_at=50), waiting("plain", 60)
    for one in (moved, plain):
        queue.join(one)
    assert (queue.waiting_since(), queue.queued_since()) == (10, 50)
    queue.leave(moved)
    assert queue.queued_since() == 60
    queue.leave(plain)
    assert queue.queued_since() is None


def test_order_is_requeued_vip_then_vip_then_requeued_then_others() -> None:
    told = [priority_of(vip=vip, requeued=back) for vip in (True, False) for back in (True, False)]
    assert told == sorted(set(told))
    assert priority_of(vip=False, requeued=False) == 0


@pytest.mark.parametrize("vip", [True, False])
def test_second_requeue_changes_nothing(vip: bool) -> None:
    once = requeued(priority_of(vip=vip, requeued=False))
    assert once == requeued(once) == priority_of(vip=vip, requeued=True)


@pytest.mark.parametrize("vip", [True, False])
def test_overflow_is_no_requeue(vip: bool) -> None:
    plain = priority_of(vip=vip, requeued=False)
    assert overflowed(plain) == overflowed(requeued(plain)) == plain


@pytest.mark.parametrize(
    ("most", "waiting_now", "free", "seated", "full"),
    [
        (None, 9_999, 0, 0, False),
        (2, 1, 0, 0, False),
        (2, 2, 0, 0, True),
        (2, 3, 0, 0, True),
        (2, 3, 2, 0, False),
        (1, 3, 2, 3, False),
        (1, 4, 0, 3, True),
        (0, 0, 0, 0, True),
        (0, 0, 1, 0, False),
    ],
)
def test_is_full_counts_chats_without_a_seat(
    most: int | None, waiting_now: int, free: int, seated: int, full: bool
) -> None:
    media = Team(key="media", name="Media", schedule="s", queue_max=most)
    assert is_full(media, waiting_now, free, seated) is full


def test_may_overflow_needs_an_open_team_with_agents() -> None:
    over, prod = Overflow("prod", 60), Team(key="prod", name="Prod", schedule="standard")
    desk = desk_of(prod)
    assert may_overflow(over, desk, 1, 0)
    assert not may_overflow(over, desk, 0, 0)
    assert not may_overflow(over, desk_of(prod, schedule=Schedule("standard", ((),) * 7)), 1, 0)
    assert not may_overflow(over, desk_of(replace(prod, retired=True)), 1, 0)
    assert not may_overflow(Overflow("tech", 60), desk, 1, 0)


def test_missing_chat_raises_key_error() -> None:
    queue = TeamQueue()
    queue.join(waiting("a"))
    with pytest.raises(KeyError, match="b"):
        queue.leave(waiting("b"))
    with pytest.raises(KeyError, match="b"):
        queue.position(waiting("b"))


places = st.builds(waiting, st.integers(0, 30).map(str), st.integers(0, 5), st.integers(-1, 1), st.integers(0, 5))


@given(st.lists(places, unique_by=lambda one: one.chat), st.sets(st.integers(0, 30)))
def test_order_and_positions_match_a_sorted_list(joined: list[Waiting], leave: set[int]) -> None:
    queue = TeamQueue()
    for one in joined:
        queue.join(one)
    for one in joined:
        if int(one.chat) in leave:
            queue.leave(one)
    stay = sorted((one for one in joined if int(one.chat) not in leave), key=Waiting.place)
    assert list(queue) == [one.place() for one in stay]
    assert [queue.position(one) for one in stay] == list(range(1, len(stay) + 1))
    assert queue.head() == (stay[0].chat if stay else None)
    assert queue.waiting_since() == min((one.waiting_since for one in stay), default=None)
