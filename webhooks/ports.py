"""Interfaces that webhooks need from other packages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from webhooks.message import Message, NewMessage, Receiver, State, Totals, Tried

Tx = Any
"""The caller's transaction. Only the store knows its type."""


class Store(Protocol):
    """Receivers and messages in the database."""

    def receivers(self, tx: Tx) -> list[Receiver]: ...

    def receiver(self, tx: Tx, id: str) -> Receiver | None: ...

    def receiver_of(self, tx: Tx, account_team: str, *, lock: bool = False) -> Receiver | None:
        """The receiver of an account team. `account_team` is the team's email address in lower case."""
        ...

    def subscribed(self, tx: Tx, event: str) -> list[Receiver]:
        """The receivers that have subscribed to an event and get messages now."""
        ...

    def wanted(self, tx: Tx) -> frozenset[str]:
        """The names of the events that any receiver gets now."""
        ...

    def keep_receiver(self, tx: Tx, receiver: Receiver) -> None:
        """Add the receiver, or replace the one with the same id."""
        ...

    def remove_receiver(self, tx: Tx, id: str, now: int, error: str) -> None:
        """Remove the receiver. Its waiting messages fail."""
        ...

    def add(self, tx: Tx, name: str, receiver: str, message: NewMessage, now: int) -> int: ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Message | None: ...

    def of_ticket(self, tx: Tx, ticket: int) -> list[Message]:
        """The messages to account teams about a ticket, oldest first."""
        ...

    def of_receiver(
        self, tx: Tx, receiver: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> list[Message]:
        """Messages to a receiver, newest first: in this state, made since this moment, with an id below `before`."""
        ...

    def named(self, tx: Tx, name: str) -> int | None:
        """The id of the message with this `webhook-id`."""
        ...

    def renew_all(self, tx: Tx, receiver: str, since: int, until: int, states: Collection[State], now: int) -> int:
        """`renew` all messages to a receiver in one of these states that were made from `since` until before `until`.
        Returns their number."""
        ...

    def totals(self, tx: Tx, since: int) -> dict[str, Totals]:
        """By receiver: the numbers of messages made since this moment. Waiting messages count whatever their age."""
        ...

    def forget(self, tx: Tx, before: int, limit: int) -> int:
        """Delete at most `limit` settled messages that were made before this moment. Messages about hand-overs stay.
        Returns their number."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int, room: Callable[[str], int]) -> list[Message]:
        """Lease at most `limit` due messages to `holder` until `until`, and at most `room(receiver)` of each receiver.
        Claiming counts as an attempt."""
        ...

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None: ...

    def postpone(self, tx: Tx, id: int, due_at: int, error: str) -> None: ...

    def tried(self, tx: Tx, id: int, tried: Tried, now: int) -> None:
        """Store the latest attempt."""
        ...

    def accepted(self, tx: Tx, tried: Mapping[int, Tried], now: int) -> None:
        """Record that these messages were accepted, each with its latest attempt, in one statement."""
        ...

    def renew(self, tx: Tx, id: int, now: int) -> None:
        """Make the message due now. Its attempts are counted from zero again. A lease on it stays."""
        ...

    def next_due(self, tx: Tx) -> int | None:
        """The earliest moment at which a waiting message is due and has no lease. None if no message waits."""
        ...


@dataclass(frozen=True, slots=True)
class Seals:
    """Encrypts and decrypts the secrets of receivers. The database keeps only encrypted secrets.

    The first argument of `seal` and `open` is the receiver's id.
    """

    seal: Callable[[str, str], str]
    open: Callable[[str, str], str | None]
    """Decrypts a secret. Returns None if the secret was sealed with another value of the setting SECRET."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed message, ready to send."""

    message: Message
    url: str
    secrets: Sequence[str]
