"""The functions that the pages of webhooks need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from identity.actor import Actor
from webhooks.message import Known, Message, Receiver, State
from webhooks.subscriptions import Change


class WebhookPages(Protocol):
    """Each method raises Refused if `by` may not do this. In an outage, it raises Refused(`unavailable`)."""

    async def all(self, by: Actor) -> Sequence[Known]:
        """The webhooks, oldest first."""
        ...

    async def add(self, by: Actor, url: str, events: Sequence[str], *, include_texts: bool) -> tuple[Receiver, str]:
        """Add a webhook. Returns it and its secret."""
        ...

    async def change(self, by: Actor, id_: str, change: Change) -> Receiver: ...

    async def rotate(self, by: Actor, id_: str) -> tuple[Receiver, str]:
        """Replace the secret. Returns the new one."""
        ...

    async def remove(self, by: Actor, id_: str) -> Receiver: ...

    async def test(self, by: Actor, id_: str) -> Message:
        """Send a test message."""
        ...

    async def deliveries(
        self, by: Actor, id_: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> Sequence[Message]:
        """The messages to a webhook, newest first."""
        ...

    async def replay(self, by: Actor, id_: str, name: str) -> Message:
        """Send a message again."""
        ...

    async def replay_all(self, by: Actor, id_: str, since: int, until: int, *, failed_only: bool) -> int:
        """Send the messages of a period again. Returns their number."""
        ...
