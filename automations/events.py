"""The events on which rules run. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Event = Literal[
    "ticket.created",
    "ticket.updated",
    "ticket.replied",
    "ticket.solved",
    "ticket.reopened",
    "ticket.closed",
    "ticket.time_passed",
    "chat.started",
    "chat.assigned",
    "chat.closed",
    "chat.rated",
]
EVENTS: Mapping[Event, str] = {
    "ticket.created": "a ticket is created",
    "ticket.updated": "a property of a ticket changes",
    "ticket.replied": "somebody replies on a ticket",
    "ticket.solved": "a ticket is solved",
    "ticket.reopened": "a solved ticket is reopened",
    "ticket.closed": "a ticket is closed for good",
    "ticket.time_passed": "some time has passed on a ticket",
    "chat.started": "a chat starts",
    "chat.assigned": "an agent gets a chat",
    "chat.closed": "a chat ends",
    "chat.rated": "a customer rates a chat",
}
"""All events, with words that follow *When*."""
TIMED: Event = "ticket.time_passed"
"""The event of rules that have a time."""
WITHOUT_TICKET: frozenset[Event] = frozenset({"chat.started", "chat.assigned"})
"""Events of chats that are no ticket yet. Rules on them can end the chat, and tell people and programs."""
