"""Implements `widgets.admin.webhook_ports.WebhookPages`: the pages use the same service as the JSON API."""

from __future__ import annotations

from collections.abc import Sequence

from identity.actor import Actor
from server.edge.outages import as_refusals
from server.live.webhooks.webhook_admin import WebhookAdmin
from webhooks.message import Known, Message, Receiver, State
from webhooks.subscriptions import Change


class WebhooksAdapter:
    def __init__(self, webhooks: WebhookAdmin) -> None:
        self._webhooks = webhooks

    @as_refusals
    async def all(self, by: Actor) -> Sequence[Known]:
        return await self._webhooks.all(by)

    @as_refusals
    async def add(self, by: Actor, url: str, events: Sequence[str], *, include_texts: bool) -> tuple[Receiver, str]:
        return await self._webhooks.add(by, url, events, include_texts=include_texts)

    @as_refusals
    async def change(self, by: Actor, id_: str, change: Change) -> Receiver:
        return await self._webhooks.change(by, id_, change)

    @as_refusals
    async def rotate(self, by: Actor, id_: str) -> tuple[Receiver, str]:
        return await self._webhooks.rotate(by, id_)

    @as_refusals
    async def remove(self, by: Actor, id_: str) -> Receiver:
        return await self._webhooks.remove(by, id_)

    @as_refusals
    async def test(self, by: Actor, id_: str) -> Message:
        return await self._webhooks.test(by, id_)

    @as_refusals
    async def deliveries(
        self, by: Actor, id_: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> Sequence[Message]:
        return await self._webhooks.deliveries(by, id_, state, since, before, limit)

    @as_refusals
    async def replay(self, by: Actor, id_: str, name: str) -> Message:
        return await self._webhooks.replay(by, id_, name)

    @as_refusals
    async def replay_all(self, by: Actor, id_: str, since: int, until: int, *, failed_only: bool) -> int:
        return await self._webhooks.replay_all(by, id_, since, until, failed_only=failed_only)
