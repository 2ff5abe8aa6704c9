"""Webhooks as admins manage them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from clock import Clock
from egress import AddressRefused, Egress
from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.audit import line
from identity.permissions import may
from refusals import Refused
from server.live.webhooks.delivery import WebhookDelivery
from server.live.webhooks.events import WebhookEvents
from storage.ports import Storage, Tx
from webhooks.events import KINDS
from webhooks.message import Known, Message, Receiver, State, Totals
from webhooks.subscriptions import Change, Subscriptions

T = TypeVar("T")
DAY_MS = 24 * 3_600_000
_THING = "webhook"


class WebhookAdmin:
    """Every method raises Refused(forbidden) for people who may not change settings, and StorageUnavailable."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        subscriptions: Subscriptions,
        events: WebhookEvents,
        delivery: WebhookDelivery,
        egress: Egress,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._subscriptions = subscriptions
        self._events = events
        self._delivery = delivery
        self._egress = egress
        self._audit = SqlStore()

    async def all(self, by: Actor) -> list[Known]:
        """The webhooks, oldest first."""
        _check_reader(by)
        now = self._clock()

        def read(tx: Tx) -> list[Known]:
            totals = self._subscriptions.totals(tx, now - DAY_MS)
            return [Known(each, totals.get(each.id, Totals())) for each in self._subscriptions.all(tx)]

        return await self._storage.read(read)

    async def totals(self, id_: str) -> Totals:
        """The numbers of its messages."""
        since = self._clock() - DAY_MS
        found = await self._storage.read(lambda tx: self._subscriptions.totals(tx, since))
        return found.get(id_, Totals())

    async def add(self, by: Actor, url: str, events: Sequence[str], *, include_texts: bool) -> tuple[Receiver, str]:
        """Add a webhook. Returns it and its secret. Raises Refused: `invalid`, `conflict`, `forbidden`."""
        self._check_wanted(by, url, events, include_texts=include_texts)

        def unit(tx: Tx, now: int) -> tuple[Receiver, str]:
            added, secret = self._subscriptions.add(tx, url, events, now, include_texts=include_texts)
            self._record(tx, by, "add", added.id, _properties(added), now)
            return added, secret

        return await self._change(by, unit)

    async def change(self, by: Actor, id_: str, change: Change) -> Receiver:
        """Change a webhook. Raises Refused: `not_found`, `invalid`, `forbidden`."""
        self._check_wanted(by, change.url, change.events, include_texts=change.include_texts is True)

        def unit(tx: Tx, now: int) -> Receiver:
            before = self._subscriptions.get(tx, id_)
            if change.url is not None and before.include_texts and change.include_texts is not False:
                _check_texts(by)
            after = self._subscriptions.change(tx, id_, change)
            was, is_ = _properties(before), _properties(after)
            changed = {name: [value, was[name]] for name, value in is_.items() if value != was[name]}
            if changed:
                self._record(tx, by, "change", id_, changed, now)
            return after

        return await self._change(by, unit)

    async def rotate(self, by: Actor, id_: str) -> tuple[Receiver, str]:
        """Replace the secret of a webhook. Returns the new one. Raises Refused(not_found)."""

        def unit(tx: Tx, now: int) -> tuple[Receiver, str]:
            after, secret = self._subscriptions.rotate(tx, id_, now)
            self._record(tx, by, "rotate", id_, {}, now)
            return after, secret

        return await self._change(by, unit)

    async def remove(self, by: Actor, id_: str) -> Receiver:
        """Remove a webhook. Its waiting messages fail. Raises Refused(not_found)."""

        def unit(tx: Tx, now: int) -> Receiver:
            removed = self._subscriptions.remove(tx, id_, now)
            self._record(tx, by, "remove", id_, _properties(removed), now)
            return removed

        return await self._change(by, unit)

    async def test(self, by: Actor, id_: str) -> Message:
        """Send a test message. Returns its delivery, which waits. Raises Refused: `not_found`, `conflict`."""

        def unit(tx: Tx, now: int) -> Message:
            name = self._subscriptions.test(tx, id_, now)
            self._record(tx, by, "test", id_, {}, now)
            return self._subscriptions.delivery(tx, id_, name)

        return await self._change(by, unit)

    async def deliveries(
        self, by: Actor, id_: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> list[Message]:
        """The messages to a webhook, newest first. Raises Refused(not_found)."""
        _check(by)
        return await self._storage.read(lambda tx: self._subscriptions.deliveries(tx, id_, state, since, before, limit))

    async def delivery(self, by: Actor, id_: str, name: str) -> Message:
        """A message, with its body. Raises Refused: `not_found`; `forbidden` if the body may have texts and `by` does
        not supervise all teams."""
        _check(by)

        def read(tx: Tx) -> Message:
            found = self._subscriptions.delivery(tx, id_, name)
            if '"texts":' in found.payload:
                _check_texts(by)
            return found

        return await self._storage.read(read)

    async def replay(self, by: Actor, id_: str, name: str) -> Message:
        """Send a message again. Raises Refused: `not_found`, `conflict`."""

        def unit(tx: Tx, now: int) -> Message:
            return self._subscriptions.replay(tx, id_, name, now)

        return await self._change(by, unit)

    async def replay_all(self, by: Actor, id_: str, since: int, until: int, *, failed_only: bool) -> int:
        """Send the messages of a period again. Returns their number. Raises Refused: `not_found`, `conflict`."""

        def unit(tx: Tx, now: int) -> int:
            number = self._subscriptions.replay_all(tx, id_, since, until, now, failed_only=failed_only)
            self._record(tx, by, "replay", id_, {"messages": number}, now)
            return number

        return await self._change(by, unit)

    async def _change(self, by: Actor, work: Callable[[Tx, int], T]) -> T:
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> T:
            result = work(tx, now)
            self._events.changed(tx)
            tx.after_commit(self._delivery.wake)
            return result

        return await self._storage.write(unit)

    def _check_wanted(self, by: Actor, url: str | None, events: Sequence[str] | None, *, include_texts: bool) -> None:
        _check(by)
        if include_texts:
            _check_texts(by)
        if events is not None:
            if not events:
                raise _invalid("events", "Choose at least one event.")
            for name in events:
                if name not in KINDS:
                    raise _invalid("events", f"There is no event {name!r:.80}.")
        if url is not None:
            try:
                self._egress.check(url)
            except AddressRefused as refused:
                raise _invalid("url", str(refused)) from None

    def _record(self, tx: Tx, by: Actor, verb: str, id_: str, detail: Mapping[str, object], now: int) -> None:
        self._audit.record(tx, line(by, verb, _THING, id_, detail, now))


def _properties(webhook: Receiver) -> dict[str, object]:
    # The path of a URL may contain a secret, so the audit log has only its host.
    host = webhook.url.split("//", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    return {
        "host": host,
        "events": list(webhook.events),
        "enabled": webhook.enabled,
        "include_texts": webhook.include_texts,
    }


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})


def _check_reader(by: Actor) -> None:
    if not may(by, "read", "settings"):
        raise Refused("forbidden", "Only admins and auditors read the settings.")


def _check(by: Actor) -> None:
    if not may(by, "change", "settings"):
        raise Refused("forbidden", "Only admins manage webhooks.")


def _check_texts(by: Actor) -> None:
    if not (by.role == "supervisor" and by.supervises_all):
        sentence = "Only admins who also supervise all teams may send or read texts and addresses."
        raise Refused("forbidden", sentence, {"include_texts": sentence})
