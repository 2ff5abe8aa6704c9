"""The open chats in memory."""

from __future__ import annotations

from dataclasses import replace

from chat.conversation import Chat
from server.live.chats.open_chats import OpenChats

WAITING = Chat("c1", "media", "queued", "ann", waiting_since=5, passed=frozenset({"bo"}))
ACTIVE = Chat("c2", "prod", "active", "eve", agent="ada")


def pictured(*chats: Chat) -> OpenChats:
    open_chats = OpenChats()
    for chat in chats:
        open_chats.keep(chat)
    return open_chats


def test_open_chats_are_found_by_customer() -> None:
    open_chats = pictured(WAITING, ACTIVE)
    assert open_chats.open_of(["ann", "somebody"]) == {"c1"}
    assert (open_chats.all(), open_chats.count(), open_chats.get("c2")) == ([WAITING, ACTIVE], 2, ACTIVE)


def test_closed_chat_is_forgotten_and_its_customers_next_one_kept() -> None:
    open_chats = pictured(WAITING, replace(WAITING, state="closed"))
    assert (open_chats.get("c1"), open_chats.open_of(["ann"]), open_chats.team_of("c1")) == (None, set(), None)
    again = pictured(WAITING, replace(WAITING, id="c3"), replace(WAITING, state="closed"))
    assert again.open_of(["ann"]) == {"c3"}


def test_facts_of_an_unknown_chat_are_empty() -> None:
    open_chats = pictured(WAITING)
    assert open_chats.kept_from("c1") == {"bo"}
    assert not open_chats.kept_from("c9")
    assert (open_chats.offered_to("c1"), open_chats.offered_to("c9"), open_chats.waits()) == (None, None, {"c1": 5})
