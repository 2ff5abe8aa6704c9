"""Who waits for a team, in what order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.queue import TeamQueue, Waiting


def waiting(chat: str, queued_at: int = 0, priority: int = 0) -> Waiting:
    return Waiting(chat, "media", queued_at, f"visitor of {chat}", priority)


def test_oldest_first_whenever_it_joins() -> None:
    """A chat that comes back keeps its first time of joining, and stands ahead of who came later."""
    queue = TeamQueue()
    for one in (waiting("late", 30), waiting("later", 40), waiting("back again", 10)):
        queue.join(one)
    assert [chat for _, _, chat in queue] == ["back again", "late", "later"]
    assert queue.head() == "back again"


def test_priority_goes_before_time() -> None:
    """The lower priority goes first, by time among its like; who waited longest is told over all of them."""
    queue = TeamQueue()
    for one in (waiting("old", 10), waiting("vip", 20, -1), waiting("older vip", 15, -1)):
        queue.join(one)
    assert [chat for _, _, chat in queue] == ["older vip", "vip", "old"]
    assert queue.oldest_at() == 10


def test_an_empty_queue() -> None:
    """Where nobody waits there is no head and no oldest."""
    queue = TeamQueue()
    assert (len(queue), queue.head(), queue.oldest_at()) == (0, None, None)


def test_who_is_not_there_has_no_place() -> None:
    """Leaving, or a position, without having joined is a KeyError that names the chat."""
    queue = TeamQueue()
    queue.join(waiting("a"))
    with pytest.raises(KeyError, match="b"):
        queue.leave(waiting("b"))
    with pytest.raises(KeyError, match="b"):
        queue.position(waiting("b"))


places = st.builds(waiting, st.integers(0, 30).map(str), st.integers(0, 5), st.integers(-1, 1))


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
    assert queue.oldest_at() == min((one.queued_at for one in stay), default=None)
