"""What differs between memory and database. Repairs are tested in `tests/stories/test_rough_edges.py`."""

from __future__ import annotations

from dataclasses import replace

from chat.conversation import Chat
from server.live.reconcile import differing

CHAT = Chat("c1", "media", "queued", "ann")


def test_differing_and_missing_chats_are_found() -> None:
    same = {"c1": CHAT}
    assert differing(same, dict(same)) == set()
    assert differing({}, same) == differing(same, {}) == {"c1"}
    assert differing(same, {"c1": replace(CHAT, team="prod")}) == {"c1"}
    assert differing(same, {"c1": replace(CHAT, size=9)}) == set()
