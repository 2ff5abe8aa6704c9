"""Who waits for a team, in what order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.desk import Overflow, Team
from routing.hours import Schedule
from routing.queue import TeamQueue, Waiting, is_full, may_overflow, overflowed, priority_of, requeued
from tests.routing.desks import desk_of


def waiting(chat: str, queued_at: int = 0, priority: int = 0, since: int | None = None) -> Waiting:
    """Since it joined, unless it came later."""
    return Waiting(chat, "media", queued_at, queued_at if since is None else since, f"visitor of {chat}", priority)


def test_oldest_first_whenever_it_joins() -> None:
    """A chat that comes back keeps its first time of joining, and stands ahead of who came later."""
    queue = TeamQueue()
    for one in (waiting("late", 30), waiting("later", 40), waiting("back again", 10)):
        queue.join(one)
    assert [chat for _, _, chat in queue] == ["back again", "late", "later"]
    assert queue.head() == "back again"


def test_priority_goes_before_time() -> None:
    """The lower priority goes first, by time among its like."""
    queue = TeamQueue()
    for one in (waiting("old", 10), waiting("vip", 20, -1), waiting("older vip", 15, -1)):
        queue.join(one)
    assert [chat for _, _, chat in queue] == ["older vip", "vip", "old"]


def test_who_has_waited_longest_for_this_team() -> None:
    """Told over the whole line. Who came back has their place by the time at which they first joined, and has waited
    since they came back alone."""
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


def test_who_goes_ahead_of_whom() -> None:
    """A VIP client's chat that comes back, then VIP clients, then chats that come back, then everybody."""
    told = [priority_of(vip=vip, requeued=back) for vip in (True, False) for back in (True, False)]
    assert told == sorted(set(told))
    assert priority_of(vip=False, requeued=False) == 0


@pytest.mark.parametrize("vip", [True, False])
def test_to_come_back_once_more_changes_nothing(vip: bool) -> None:
    """However often a chat comes back it goes ahead of its like, and no further."""
    once = requeued(priority_of(vip=vip, requeued=False))
    assert once == requeued(once) == priority_of(vip=vip, requeued=True)


@pytest.mark.parametrize("vip", [True, False])
def test_to_flow_over_is_no_coming_back(vip: bool) -> None:
    """In the other team's queue it stands among those who were never answered, whether it had been or not."""
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
def test_a_queue_that_takes_nobody_more(most: int | None, waiting_now: int, free: int, seated: int, full: bool) -> None:
    """At its limit, those not counted for whom a seat is free, or taken already; without a limit never; with none at
    all, whoever cannot be answered at once."""
    media = Team(key="media", name="Media", schedule="s", queue_max=most)
    assert is_full(media, waiting_now, free, seated) is full


def test_only_to_an_open_team_that_has_somebody() -> None:
    """Overflow goes to no team that is closed, retired, unknown by now, or without anybody available."""
    over, prod = Overflow("prod", 60), Team(key="prod", name="Prod", schedule="standard")
    desk = desk_of(prod)
    assert may_overflow(over, desk, 1, 0)
    assert not may_overflow(over, desk, 0, 0)
    assert not may_overflow(over, desk_of(prod, schedule=Schedule("standard", ((),) * 7)), 1, 0)
    assert not may_overflow(over, desk_of(replace(prod, retired=True)), 1, 0)
    assert not may_overflow(Overflow("tech", 60), desk, 1, 0)


def test_an_empty_queue() -> None:
    """Where nobody waits there is no head and no oldest."""
    queue = TeamQueue()
    assert (len(queue), queue.head(), queue.waiting_since()) == (0, None, None)


def test_who_is_not_there_has_no_place() -> None:
    """Leaving, or a position, without having joined is a KeyError that names the chat."""
    queue = TeamQueue()
    queue.join(waiting("a"))
    with pytest.raises(KeyError, match="b"):
        queue.leave(waiting("b"))
    with pytest.raises(KeyError, match="b"):
        queue.position(waiting("b"))


places = st.builds(waiting, st.integers(0, 30).map(str), st.integers(0, 5), st.integers(-1, 1), st.integers(0, 5))


@given(st.lists(places, unique_by=lambda one: one.chat), st.sets(st.integers(0, 30)))
def test_order_and_positions_are_those_of_a_sorted_list(joined: list[Waiting], leave: set[int]) -> None:
    """After any joining and leaving, order, positions, head and oldest are as sorting gives them."""
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
