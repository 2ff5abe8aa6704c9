"""Queues messages in the transaction that causes them, leases each to one worker at a time, and records the results.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from refusals import Refused
from webhooks.message import Message, NewMessage, Receiver, Tried
from webhooks.pacing import ROTATION_MS, next_attempt
from webhooks.ports import Attempt, Seals, Store, Tx
from webhooks.signing import secret_of

LEASE_MS = 5 * 60_000
"""Length of a lease. If the worker reports no result within this time, the message is sent again, with the same id."""
REMOVED = "The webhook was removed."
GONE = "The receiver answered 410: it wants no more messages."


class Webhooks:
    def __init__(self, store: Store, seals: Seals, new_id: Callable[[], str], new_key: Callable[[], bytes]) -> None:
        """`new_id` returns a unique text. `new_key` returns the random bytes of a secret."""
        self._store = store
        self._seals = seals
        self._new_id = new_id
        self._new_key = new_key

    # -- receivers --------------------------------------------------------------------------

    def add(self, tx: Tx, account_team: str, url: str, now: int) -> str:
        """Add the receiver of an account team. Returns its secret. Raises Refused(conflict) if there is one already."""
        if self._store.receiver_of(tx, account_team.lower()) is not None:
            raise Refused("conflict", f"{account_team} has a webhook already. Remove it first.")
        id, secret = self._new_id(), secret_of(self._new_key())
        sealed = (self._seals.seal(id, secret),)
        self._store.keep_receiver(tx, Receiver(id, account_team.lower(), url, sealed, None, None, now))
        return secret

    def rotate(self, tx: Tx, account_team: str, now: int) -> str:
        """Replace the secret, and return the new one. For ROTATION_MS, messages are also signed with the previous
        secret. Raises Refused(not_found) if the team has no receiver."""
        receiver = self._theirs(tx, account_team)
        secret = secret_of(self._new_key())
        sealed = (self._seals.seal(receiver.id, secret), receiver.secrets[0])
        self._store.keep_receiver(tx, replace(receiver, secrets=sealed, previous_until=now + ROTATION_MS))
        return secret

    def enable(self, tx: Tx, account_team: str) -> None:
        """Send messages to a receiver again that had refused all further messages. Raises Refused(not_found) if the
        team has no receiver."""
        self._store.keep_receiver(tx, replace(self._theirs(tx, account_team), fault=None))

    def remove(self, tx: Tx, account_team: str, now: int) -> None:
        """Remove the receiver. Its waiting messages fail. Raises Refused(not_found) if the team has none."""
        self._store.remove_receiver(tx, self._theirs(tx, account_team).id, now, REMOVED)

    def receivers(self, tx: Tx) -> list[Receiver]:
        """The receivers of account teams."""
        return [each for each in self._store.receivers(tx) if each.account_team is not None]

    def _theirs(self, tx: Tx, account_team: str) -> Receiver:
        receiver = self._store.receiver_of(tx, account_team.lower(), lock=True)
        if receiver is None:
            raise Refused("not_found", f"{account_team} has no webhook.")
        return receiver

    # -- messages ---------------------------------------------------------------------------

    def queue(self, tx: Tx, account_team: str, message: NewMessage, now: int) -> bool:
        """Store a message to an account team, to be sent after the commit. Returns False if the team has no receiver.

        If the receiver has refused all further messages, the message is stored as failed.
        """
        receiver = self._store.receiver_of(tx, account_team.lower())
        if receiver is None:
            return False
        id = self._store.add(tx, f"msg_{self._new_id()}", receiver.id, message, now)
        if receiver.fault is not None:
            self._store.settle(tx, id, "failed", now, receiver.fault)
        return True

    def claim(self, tx: Tx, holder: str, now: int, limit: int, room: Callable[[str], int]) -> list[Attempt]:
        """Lease at most `limit` due messages to `holder` for LEASE_MS, and at most `room(receiver)` of each receiver.
        Due messages that cannot be sent are marked as failed, and are not returned."""
        claimed = self._store.claim(tx, holder, now, now + LEASE_MS, limit, room)
        return [attempt for message in claimed if (attempt := self._attempt(tx, message, now)) is not None]

    def _attempt(self, tx: Tx, message: Message, now: int) -> Attempt | None:
        """The attempt for a claimed message. If the message cannot be sent, mark it as failed and return None."""
        receiver = self._store.receiver(tx, message.receiver)
        fault = REMOVED if receiver is None else receiver.fault
        if receiver is not None and not receiver.enabled:
            fault = "The webhook was paused."
        opened = [] if receiver is None else [self._seals.open(receiver.id, it) for it in receiver.valid_secrets(now)]
        secrets = [secret for secret in opened if secret is not None]
        if fault is None and not secrets:
            fault = "The secret cannot be read, because SECRET has changed. Replace the secret of this webhook."
        if fault is not None or receiver is None:
            self._store.settle(tx, message.id, "failed", now, fault)
            return None
        return Attempt(message, receiver.url, secrets)

    def accepted(self, tx: Tx, tried: Mapping[int, Tried], now: int) -> None:
        """Record that these messages were accepted, each by its id with the latest attempt."""
        self._store.accepted(tx, tried, now)

    def refused(
        self,
        tx: Tx,
        message: Message,
        tried: Tried,
        reason: str,
        now: int,
        *,
        asked_ms: int = 0,
        for_good: bool = False,
    ) -> bool:
        """Record a failed attempt. Returns True if the message has failed now, False if it waits for another attempt.

        Does nothing and returns False if the message is settled already.
        """
        found = self._store.find(tx, message.id, lock=True)
        if found is None or found.state != "waiting":
            return False
        self._store.tried(tx, message.id, tried, now)
        again = None if for_good else next_attempt(message.attempts, now, asked_ms)
        if again is None:
            self._store.settle(tx, message.id, "failed", now, reason)
        else:
            self._store.postpone(tx, message.id, again, reason)
        return again is None

    def gone(self, tx: Tx, message: Message, tried: Tried, now: int) -> None:
        """Record that the receiver refuses all further messages. Its messages fail until `enable` is called."""
        receiver = self._store.receiver(tx, message.receiver)
        if receiver is not None:
            self._store.keep_receiver(tx, replace(receiver, fault=GONE))
        self.refused(tx, message, tried, GONE, now, for_good=True)

    def send_again(self, tx: Tx, id: int, now: int) -> Message:
        """Send a failed or waiting message again: it is due now, and its attempts are counted from zero again.

        Raises Refused: `not_found`, or `conflict` if the message was accepted or its receiver gets no messages.
        """
        message = self._store.find(tx, id, lock=True)
        if message is None:
            raise Refused("not_found", f"There is no message {id}.")
        if message.state == "accepted":
            raise Refused("conflict", "The account team's program has got this message.")
        receiver = self._store.receiver(tx, message.receiver)
        if receiver is None:
            raise Refused("conflict", "The webhook of this account team was removed.")
        if receiver.fault is not None:
            raise Refused("conflict", f"{receiver.fault} An operator can enable it again.")
        self._store.renew(tx, id, now)
        return replace(message, state="waiting", due_at=now, attempts=0, settled_at=None)

    def of_ticket(self, tx: Tx, ticket: int) -> list[Message]:
        return self._store.of_ticket(tx, ticket)

    def next_due(self, tx: Tx) -> int | None:
        return self._store.next_due(tx)
