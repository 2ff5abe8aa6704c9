"""The interface to the database that webhooks need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from webhooks.message import Message, NewMessage, Receiver, State

Tx = Any
"""A transaction, passed on to the store."""


class Store(Protocol):
    """Receivers and messages in the database."""

    def receivers(self, tx: Tx) -> list[Receiver]: ...

    def receiver(self, tx: Tx, id: str) -> Receiver | None: ...

    def receiver_of(self, tx: Tx, account_team: str, *, lock: bool = False) -> Receiver | None:
        """The receiver of an account team, by its address in lower case."""
        ...

    def keep_receiver(self, tx: Tx, receiver: Receiver) -> None:
        """Add the receiver, or replace it."""
        ...

    def remove_receiver(self, tx: Tx, id: str) -> None: ...

    def add(self, tx: Tx, name: str, receiver: str, message: NewMessage, now: int) -> int: ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Message | None: ...

    def of_ticket(self, tx: Tx, ticket: int) -> list[Message]:
        """Oldest first."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int) -> list[Message]:
        """Lease due messages to `holder`. Claiming counts as an attempt."""
        ...

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None: ...

    def postpone(self, tx: Tx, id: int, due_at: int, error: str) -> None: ...

    def renew(self, tx: Tx, id: int, now: int) -> None:
        """Make the message due now, with all its attempts. A lease stays."""
        ...

    def next_due(self, tx: Tx) -> int | None:
        """The first moment at which a message can be claimed: it is due, and no lease is on it. None if none waits."""
        ...


@dataclass(frozen=True, slots=True)
class Seals:
    """Encrypts the secrets of receivers, which the database keeps. The first argument is the receiver's id."""

    seal: Callable[[str, str], str]
    open: Callable[[str, str], str | None]
    """None if the secret was sealed with another SECRET."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed message, ready to send."""

    message: Message
    url: str
    secrets: Sequence[str]
