"""Which chats of strangers count, for what, until when."""

from __future__ import annotations

from dataclasses import replace

from chat.adapters.networks import Origin
from chat.conversation import Chat
from routing.admission import Crowd
from server.live.chats.unverified_chats import UnverifiedChats

HOME, NEXT_DOOR, OFFICE = "2001:db8:1:1::/64", "2001:db8:1:2::/64", "192.0.2.7"
QUEUED = Chat("c1", "media", "queued", "vic")
HELD = replace(QUEUED, state="active", agent="priya")


def begun(network: str = HOME) -> UnverifiedChats:
    unverified_chats = UnverifiedChats()
    unverified_chats.begin("c1", network, "media")
    return unverified_chats


def test_waiting_chat_counts_for_network_site_and_team() -> None:
    """A neighboring network counts it by site, any other network by team."""
    unverified_chats = begun()
    unverified_chats.moved(QUEUED)
    assert unverified_chats.around(HOME, "media") == Crowd(1, 1, 1)
    assert unverified_chats.around(NEXT_DOOR, "prod") == Crowd(0, 1, 0)
    assert unverified_chats.around(OFFICE, "media") == Crowd(0, 0, 1)
    assert begun(OFFICE).around(OFFICE, "prod") == Crowd(1, 0, 0)


def test_assigned_chat_counts_until_its_customer_answers() -> None:
    """Only a message after the agent's is an answer. After the agent's next message the chat counts again."""
    unverified_chats = begun()
    unverified_chats.moved(HELD)
    counted = []
    for staff in (False, True, True, False, False, True, False):
        unverified_chats.wrote("c1", staff=staff)
        counted.append(unverified_chats.of_network(HOME))
    assert counted == [1, 1, 1, 0, 0, 1, 0]
    assert unverified_chats.around(HOME, "media") == Crowd(0, 0, 0)
    unverified_chats.moved(HELD)
    assert unverified_chats.of_network(HOME) == 0


def test_chat_with_another_agent_counts_again() -> None:
    """After a takeover, or after it was requeued and assigned again."""
    for moves in ([replace(HELD, agent="ben")], [replace(QUEUED, team="prod"), HELD]):
        unverified_chats = begun()
        unverified_chats.moved(HELD)
        unverified_chats.wrote("c1", staff=True)
        unverified_chats.wrote("c1", staff=False)
        for chat in moves:
            unverified_chats.moved(chat)
            assert unverified_chats.around(HOME, chat.team) == Crowd(1, 1, int(chat.state == "queued"))
        unverified_chats.wrote("c1", staff=False)
        assert unverified_chats.of_network(HOME) == 1


def test_closed_chat_leaves_no_counts() -> None:
    """Whether it was waiting or assigned."""
    for last in (QUEUED, HELD):
        unverified_chats = begun()
        unverified_chats.moved(last)
        unverified_chats.moved(replace(last, state="closed"))
        unverified_chats.forget("c1")
        unverified_chats.wrote("c1", staff=True)
        assert unverified_chats.around(HOME, "media") == Crowd()


def test_adopted_chats_count_as_before() -> None:
    """By their state, and by who wrote last."""
    unverified_chats = UnverifiedChats()
    unverified_chats.adopt({"c1": Origin(HOME), "c2": Origin(HOME, agent_wrote=True), "c3": Origin(HOME, True, True)})
    assert unverified_chats.of_network(HOME) == 0
    for chat in ("c1", "c2", "c3"):
        unverified_chats.moved(replace(HELD, id=chat))
    assert unverified_chats.of_network(HOME) == 2
    unverified_chats.wrote("c2", staff=False)
    assert unverified_chats.of_network(HOME) == 1
    unverified_chats.moved(replace(QUEUED, id="c3"))
    assert unverified_chats.around(HOME, "media") == Crowd(2, 2, 1)


def test_unknown_chats_change_nothing() -> None:
    """Chats of identified customers are not recorded here."""
    unverified_chats = UnverifiedChats()
    unverified_chats.moved(QUEUED)
    unverified_chats.wrote("c1", staff=True)
    unverified_chats.forget("c1")
    assert unverified_chats.around(HOME, "media") == Crowd()
