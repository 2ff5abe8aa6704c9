"""Composes the webhooks of one desk: the events that they get, and the delivery of messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from uuid_utils import uuid7

from clock import Clock
from egress import Egress
from identity.sealing import Sealer
from server.live.sweeps import Intervals, Job
from server.live.webhooks.delivery import WebhookDelivery
from server.live.webhooks.events import WebhookEvents
from server.live.webhooks.handover_messages import HandoverMessages
from server.live.webhooks.told_store import Told, ToldAll, ToldStore
from server.settings import Settings
from storage.ports import Storage
from ticketing.adapters.store import Listener
from webhooks.adapters.store import SqlStore
from webhooks.ports import Seals
from webhooks.service import Webhooks
from webhooks.signing import SECRET_BYTES
from webhooks.subscriptions import Subscriptions


class DeskWebhooks:
    """If nothing wakes the worker, it checks for due messages every `check_s` seconds."""

    def __init__(self, settings: Settings, storage: Storage, clock: Clock, egress: Egress, check_s: float) -> None:
        self._storage, self._clock = storage, clock
        secret = settings.secret_bytes()
        self.service, self.subscriptions = webhooks_of(secret), subscriptions_of(secret)
        self.delivery = WebhookDelivery(storage, clock, self.service, egress, str(uuid7()), check_s)

        def base_url() -> str:
            return settings.base_url

        self.events = WebhookEvents(storage, clock, self.subscriptions, base_url, self.delivery.wake)
        self.handovers = HandoverMessages(self.service, self.events, base_url, self.delivery.wake)

    def ticket_store(self, listener: Listener, rules: Told) -> ToldStore:
        """The store of tickets that tells webhooks and `rules` what it stores."""
        return ToldStore(ToldAll(self.events, rules), listener=listener)

    def jobs(self, every: Intervals) -> Sequence[Job]:
        return (
            Job("webhook_events", every.reconcile, "each process", self.events.follow),
            Job("old_webhook_messages", every.tidy, "one process", self._forget),
        )

    async def _forget(self) -> None:
        while await self._storage.write(lambda tx: self.subscriptions.forget(tx, self._clock())):
            pass


def webhooks_of(secret: bytes) -> Webhooks:
    """The webhooks of account teams. `secret` is the setting SECRET."""
    return Webhooks(SqlStore(), _seals(secret), _new_id, _new_key)


def subscriptions_of(secret: bytes, new_id: Callable[[], str] | None = None) -> Subscriptions:
    """The webhooks that subscribe to events. `secret` is the setting SECRET."""
    return Subscriptions(SqlStore(), _seals(secret), new_id or _new_id, _new_key)


def events_of(settings: Settings, storage: Storage, clock: Clock) -> WebhookEvents:
    """The events of a command. The server sends the messages that they cause."""
    return WebhookEvents(
        storage, clock, subscriptions_of(settings.secret_bytes()), lambda: settings.base_url, lambda: None
    )


def _seals(secret: bytes) -> Seals:
    sealer = Sealer(secret, "webhooks")
    return Seals(sealer.seal, sealer.open)


def _new_id() -> str:
    return uuid7().hex


def _new_key() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)
