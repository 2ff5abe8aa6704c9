"""Reminders of silent customers, and the slots that their chats give up."""

from __future__ import annotations

from unittest.mock import create_autospec

from chat.adapters.clocks import ActiveChat
from chat.frames import ChatSilent
from routing.desk import Team
from routing.service import Dispatcher
from server.live.silence import Silences
from server.live.teams import Teams
from tests.routing.desks import desk_of
from tests.server.live.fakes import FakeTelling

MEDIA = Team(key="media", name="Media", schedule="always", silent_s=(10, 20, 30), idle_seat_s=15)


def silent(for_s: int) -> ActiveChat:
    """A chat whose customer has been silent for so long at the moment 0."""
    return ActiveChat("c1", "media", "ada", "Ann", 0, None, 1000 * (30 - for_s), None)


def test_silent_customer_is_reminded_once_per_step() -> None:
    telling = FakeTelling()
    silences = Silences(telling, Teams(desk_of(MEDIA)), create_autospec(Dispatcher))
    for for_s in (9, 10, 10, 20):
        silences.update([silent(for_s)], 0)
    steps = [event.step for _, event in telling.told if isinstance(event, ChatSilent)]
    assert steps == [1, 2]
    present = silences.of("c1")
    assert present is not None and present.step == 2
    silences.update([], 0)
    assert silences.of("c1") is None


def test_long_silence_frees_the_slot_until_the_customer_writes() -> None:
    routing = create_autospec(Dispatcher)
    silences = Silences(FakeTelling(), Teams(desk_of(MEDIA)), routing)
    for for_s in (14, 15, 16):
        silences.update([silent(for_s)], 0)
    routing.chat_fell_silent.assert_called_once_with("c1")
    silences.update([], 0)
    routing.chat_spoke_again.assert_called_once_with("c1")
