"""What a held chat waits for, on a supervisor's floor."""

from __future__ import annotations

import pytest

from chat.standing import OpenChat, WaitsFor, waits_for

ACTIVE = OpenChat(
    id="c",
    team="media",
    state="active",
    customer="Zoe",
    agent="pri",
    offered_to=None,
    queued_at=1_000,
    waiting_since=1_000,
    assigned_at=5_000,
    first_reply_at=None,
    agent_reply_at=None,
    reply_owed_since=1_000,
    silent_due_at=None,
)


@pytest.mark.parametrize(
    ("chat", "expected"),
    [
        (ACTIVE, ("owed", 5_000)),
        (ACTIVE._replace(reply_owed_since=7_000), ("owed", 7_000)),
        (ACTIVE._replace(agent_reply_at=6_000, reply_owed_since=9_000), ("waiting_for_agent", 9_000)),
        (
            ACTIVE._replace(agent_reply_at=6_000, reply_owed_since=None, silent_due_at=68_000),
            ("waiting_for_customer", 8_000),
        ),
        (ACTIVE._replace(reply_owed_since=None, silent_due_at=None), ("waiting_for_customer", 5_000)),
        (ACTIVE._replace(state="offered", agent=None, offered_to="pri"), ("offered", 1_000)),
    ],
)
def test_held_chat_waits_for_the_one_whose_turn_it_is(chat: OpenChat, expected: tuple[WaitsFor, int]) -> None:
    assert waits_for(chat, silent_ms=60_000) == expected


def test_holder_is_the_agent_or_the_one_it_is_offered_to() -> None:
    offered = ACTIVE._replace(state="offered", agent=None, offered_to="max")
    assert [chat.holder for chat in (ACTIVE, offered, offered._replace(state="queued"))] == ["pri", "max", None]
