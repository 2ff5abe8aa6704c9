"""Webhooks that have subscribed to events: added and changed by admins, and the messages that events cause.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from msgspec import UNSET, Struct, structs
from msgspec.json import encode

from clock import rfc3339
from refusals import Refused
from webhooks.events import KINDS, TEST, Data, Tested, Texts
from webhooks.message import Message, NewMessage, Receiver, State, Totals
from webhooks.pacing import ROTATION_MS
from webhooks.ports import Seals, Store, Tx
from webhooks.service import REMOVED
from webhooks.signing import secret_of

MOST = 20
"""Maximum number of webhooks with subscriptions."""
KEEP_MS = 30 * 24 * 3_600_000
"""Settled messages are deleted after this time."""
_FORGET_AT_ONCE = 500


class _Body(Struct, frozen=True):
    """The body of a message."""

    type: str
    timestamp: str
    data: Struct


@dataclass(frozen=True, slots=True)
class Event:
    """An event that happened. `texts` are sent only to webhooks that get texts."""

    name: str
    data: Data
    texts: Texts
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a webhook. None keeps the value."""

    url: str | None = None
    events: Sequence[str] | None = None
    enabled: bool | None = None
    include_texts: bool | None = None


class Subscriptions:
    def __init__(self, store: Store, seals: Seals, new_id: Callable[[], str], new_key: Callable[[], bytes]) -> None:
        """`new_id` returns a unique text. `new_key` returns the random bytes of a secret."""
        self._store = store
        self._seals = seals
        self._new_id = new_id
        self._new_key = new_key

    # -- webhooks ---------------------------------------------------------------------------

    def all(self, tx: Tx) -> list[Receiver]:
        """The webhooks, oldest first."""
        found = [each for each in self._store.receivers(tx) if each.account_team is None]
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def get(self, tx: Tx, id: str) -> Receiver:
        """Raises Refused(not_found)."""
        found = self._store.receiver(tx, id)
        if found is None or found.account_team is not None:
            raise Refused("not_found", "There is no such webhook.")
        return found

    def of_url(self, tx: Tx, url: str) -> Receiver:
        """Raises Refused(not_found)."""
        found = next((one for one in self.all(tx) if one.url == url), None)
        if found is None:
            raise Refused("not_found", f"There is no webhook with the URL {url}.")
        return found

    def add(
        self, tx: Tx, url: str, events: Sequence[str], now: int, *, enabled: bool = True, include_texts: bool = False
    ) -> tuple[Receiver, str]:
        """Add a webhook. Returns it and its secret. Raises Refused(conflict) if there are MOST already, or one with
        this URL."""
        if len(present := self.all(tx)) >= MOST:
            raise Refused("conflict", f"There are {MOST} webhooks already. Remove one first.")
        _check_free(url, present)
        id, secret = self._new_id(), secret_of(self._new_key())
        receiver = Receiver(
            id,
            None,
            url,
            (self._seals.seal(id, secret),),
            None,
            None,
            now,
            events=_ordered(events),
            enabled=enabled,
            include_texts=include_texts,
        )
        self._store.keep_receiver(tx, receiver)
        return receiver, secret

    def change(self, tx: Tx, id: str, change: Change) -> Receiver:
        """Change a webhook. Enabling it also ends the pause after an answer 410. Raises Refused: `not_found`, or
        `conflict` if another webhook has the new URL."""
        before = self.get(tx, id)
        if change.url is not None and change.url != before.url:
            _check_free(change.url, self.all(tx))
        after = replace(
            before,
            url=before.url if change.url is None else change.url,
            events=before.events if change.events is None else _ordered(change.events),
            enabled=before.enabled if change.enabled is None else change.enabled,
            include_texts=before.include_texts if change.include_texts is None else change.include_texts,
            fault=None if change.enabled else before.fault,
        )
        self._store.keep_receiver(tx, after)
        return after

    def rotate(self, tx: Tx, id: str, now: int) -> tuple[Receiver, str]:
        """Replace the secret, and return the new one. For ROTATION_MS, messages are also signed with the previous
        secret. Raises Refused(not_found)."""
        before, secret = self.get(tx, id), secret_of(self._new_key())
        sealed = (self._seals.seal(id, secret), before.secrets[0])
        after = replace(before, secrets=sealed, previous_until=now + ROTATION_MS)
        self._store.keep_receiver(tx, after)
        return after, secret

    def remove(self, tx: Tx, id: str, now: int) -> Receiver:
        """Remove a webhook. Its waiting messages fail. Raises Refused(not_found)."""
        found = self.get(tx, id)
        self._store.remove_receiver(tx, id, now, REMOVED)
        return found

    # -- messages ---------------------------------------------------------------------------

    def wanted(self, tx: Tx) -> frozenset[str]:
        """The names of the events that any webhook gets."""
        return self._store.wanted(tx)

    def publish(self, tx: Tx, event: Event, now: int) -> bool:
        """Store a message to each webhook that has subscribed to the event. Returns True if there is any.

        The message says what is true now. Later changes do not change it.
        """
        receivers = self._store.subscribed(tx, event.name)
        bodies: dict[bool, str] = {}
        for receiver in receivers:
            with_texts = receiver.include_texts
            if with_texts not in bodies:
                data = structs.replace(event.data, texts=event.texts if with_texts else UNSET)
                bodies[with_texts] = encode(_Body(event.name, rfc3339(now), data)).decode()
            message = NewMessage(event.name, event.ticket, None, bodies[with_texts])
            self._store.add(tx, f"msg_{self._new_id()}", receiver.id, message, now)
        return bool(receivers)

    def send(self, tx: Tx, id: str, event: Event, now: int) -> None:
        """Store a message to this webhook, whether or not it has subscribed to the event. Raises Refused: `not_found`,
        or `conflict` if the webhook is paused."""
        _check_sends(self.get(tx, id))
        body = encode(_Body(event.name, rfc3339(now), event.data)).decode()
        self._store.add(tx, f"msg_{self._new_id()}", id, NewMessage(event.name, event.ticket, None, body), now)

    def test(self, tx: Tx, id: str, now: int) -> str:
        """Store a test message. Returns its `webhook-id`. Raises Refused: `not_found`, or `conflict` if the webhook is
        paused."""
        receiver = self.get(tx, id)
        _check_sends(receiver)
        body = encode(_Body(TEST, rfc3339(now), Tested(id))).decode()
        name = f"msg_{self._new_id()}"
        self._store.add(tx, name, id, NewMessage(TEST, None, None, body), now)
        return name

    def deliveries(
        self, tx: Tx, id: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> list[Message]:
        """Messages to a webhook, newest first (see `Store.of_receiver`). Raises Refused(not_found)."""
        self.get(tx, id)
        return self._store.of_receiver(tx, id, state, since, before, limit)

    def delivery(self, tx: Tx, id: str, name: str) -> Message:
        """Raises Refused(not_found)."""
        self.get(tx, id)
        number = self._store.named(tx, name)
        found = self._store.find(tx, number) if number is not None else None
        if found is None or found.receiver != id:
            raise Refused("not_found", "There is no such delivery.")
        return found

    def replay(self, tx: Tx, id: str, name: str, now: int) -> Message:
        """Send a message again, with the same `webhook-id` and body, whatever became of it. Raises Refused:
        `not_found`, or `conflict` if the webhook is paused."""
        message = self.delivery(tx, id, name)
        _check_sends(self.get(tx, id))
        self._store.renew(tx, message.id, now)
        return replace(message, state="waiting", due_at=now, attempts=0, settled_at=None)

    def replay_all(self, tx: Tx, id: str, since: int, until: int, now: int, *, failed_only: bool) -> int:
        """Send all messages of a period again (`failed_only`: those that have not been accepted). Returns their number.
        Raises Refused like `replay`."""
        _check_sends(self.get(tx, id))
        states: tuple[State, ...] = ("waiting", "failed") if failed_only else ("waiting", "failed", "accepted")
        return self._store.renew_all(tx, id, since, until, states, now)

    def totals(self, tx: Tx, since: int) -> dict[str, Totals]:
        return self._store.totals(tx, since)

    def forget(self, tx: Tx, now: int) -> bool:
        """Delete some messages that were settled and are older than KEEP_MS. Returns True if there may be more."""
        return self._store.forget(tx, now - KEEP_MS, _FORGET_AT_ONCE) == _FORGET_AT_ONCE


def _ordered(events: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in KINDS if name in events)


def _check_free(url: str, present: Sequence[Receiver]) -> None:
    if any(one.url == url for one in present):
        sentence = "There is a webhook with this URL already. Choose further events there."
        raise Refused("conflict", sentence, {"url": sentence})


def _check_sends(receiver: Receiver) -> None:
    if receiver.fault is not None:
        raise Refused("conflict", f"{receiver.fault} Enable the webhook first.")
    if not receiver.enabled:
        raise Refused("conflict", "The webhook is paused. Enable it first.")
