"""The open chats in memory."""

from __future__ import annotations

from dataclasses import replace

from chat.conversation import Chat
from server.live.open_chats import Picture

WAITING = Chat("c1", "media", "queued", "ann", waiting_since=5, passed=frozenset({"bo"}))
ACTIVE = Chat("c2", "prod", "active", "eve", agent="ada")


def pictured(*chats: Chat) -> Picture:
    picture = Picture()
    for chat in chats:
        picture.keep(chat)
    return picture


def test_open_chats_are_found_by_customer() -> None:
    picture = pictured(WAITING, ACTIVE)
    assert picture.open_of(["ann", "somebody"]) == {"c1"}
    assert (picture.open_chats(), picture.count(), picture.get("c2")) == ([WAITING, ACTIVE], 2, ACTIVE)


def test_closed_chat_is_forgotten_and_its_customers_next_one_kept() -> None:
    picture = pictured(WAITING, replace(WAITING, state="closed"))
    assert (picture.get("c1"), picture.open_of(["ann"]), picture.team_of("c1")) == (None, set(), None)
    again = pictured(WAITING, replace(WAITING, id="c3"), replace(WAITING, state="closed"))
    assert again.open_of(["ann"]) == {"c3"}


def test_facts_of_an_unknown_chat_are_empty() -> None:
    picture = pictured(WAITING)
    assert picture.kept_from("c1") == {"bo"}
    assert not picture.kept_from("c9")
    assert (picture.offered_to("c1"), picture.offered_to("c9"), picture.waits()) == (None, None, {"c1": 5})
