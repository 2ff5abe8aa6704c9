"""Interfaces that letters need from other packages, and from the network.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is synchronous and part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Protocol, TypeAlias

from mail.content import Content
from mail.health import Health
from mail.letter import Letter, NewLetter, State
from mail.pacing import Pace

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


class NotAccepted(Exception):
    """The mail server did not take the letter. The text of the exception says why. `for_good`: another attempt would
    not help."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class NothingToSay(Exception):
    """The letter is not sent, because what it is about no longer exists. The text of the exception says why."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of letters. `waiting`: letters that are due and wait. `oldest`: the moment at which the oldest of these
    was created. `failed`: letters that failed for good."""

    waiting: int
    failed: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter to store under its unique name. With `error`, it has failed already."""

    letter: NewLetter
    name: str
    due_at: int
    error: str | None = None


class Store(Protocol):
    def add(self, tx: Tx, letters: Sequence[Queued], now: int) -> Sequence[int]:
        """Store letters, and return their ids in the same order."""
        ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Letter | None: ...

    def of_bounce_token(self, tx: Tx, token: str) -> Letter | None:
        """The letter whose envelope address contains this token, locked."""
        ...

    def of_message_id(self, tx: Tx, message_id: str) -> Letter | None:
        """The letter with this Message-ID, locked."""
        ...

    def find_all(self, tx: Tx, ids: Collection[int]) -> list[Letter]:
        """These letters, as far as they exist."""
        ...

    def of_ticket(self, tx: Tx, ticket: int) -> list[Letter]:
        """All letters about a ticket, oldest first."""
        ...

    def not_accepted(self, tx: Tx, limit: int) -> list[Letter]:
        """Letters that wait, then letters that have failed: at most `limit` together, in each state the longest due
        first."""
        ...

    def last_bare_due(self, tx: Tx, addresses: Collection[str], but: int | None = None) -> dict[str, int]:
        """The latest due time of a letter to each of these unconfirmed addresses. Letter `but` does not count.

        Addresses are in lower case. Those without a letter are missing.
        """
        ...

    def paces(self, tx: Tx, addresses: Collection[str], but: Collection[Letter], now: int) -> Mapping[str, Pace]:
        """What the next letter to each of these unconfirmed addresses waits for. Letters `but` do not count.

        Until the transaction ends, no other one decides about such letters.
        """
        ...

    def confirm(self, tx: Tx, ticket: int, now: int) -> None:
        """Let the letters about a ticket that wait as letters to an unconfirmed address be due, as letters to a
        confirmed one. Letters that only have a link stay as they are."""
        ...

    def automatic_since(self, tx: Tx, tickets: Collection[int], since: int) -> dict[tuple[int, str], int]:
        """Numbers of automatic letters about each of these tickets to each address that were created after `since`."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int) -> list[Letter]:
        """Lease due letters to `holder`. Claiming counts as an attempt.

        Letters of the waiting clock come last. Otherwise the longest due come first.
        """
        ...

    def previous(self, tx: Tx, letter: Letter) -> str | None:
        """Message-ID of the previous accepted letter about the same ticket to the same address."""
        ...

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None:
        """Store the result of a letter. One that came back keeps the state `failed`."""
        ...

    def bounce(self, tx: Tx, id: int, now: int, error: str) -> None:
        """Mark a letter as failed, because it came back."""
        ...

    def give_back(self, tx: Tx, id: int) -> None:
        """Undo the claim of a letter that was not tried."""
        ...

    def postpone(self, tx: Tx, id: int, due_at: int, error: str | None) -> None:
        """End the lease. The letter waits until `due_at`."""
        ...

    def renew(self, tx: Tx, id: int, due_at: int) -> None:
        """Let a letter wait again until `due_at`. Its attempts are counted from zero again. A lease stays."""
        ...

    def generation(self, tx: Tx, ticket: int, address: str) -> int:
        """The number of the reply address in force for this ticket and recipient."""
        ...

    def keep_reply_address(self, tx: Tx, ticket: int, address: str, generation: int, token: str, now: int) -> None:
        """Store the hash of a reply token, unless it is stored already."""
        ...

    def tally(self, tx: Tx, now: int) -> Tally: ...


class Healths(Protocol):
    """The health of addresses. Addresses are in their normal form."""

    def of(self, tx: Tx, address: str, *, lock: bool = False) -> Health | None: ...

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> set[str]:
        """Those of these addresses to which letters came back."""
        ...

    def put(self, tx: Tx, health: Health) -> None:
        """Store the health of an address. If its letters come back now, or go again, it is unsettled."""
        ...

    def unsettled(self, tx: Tx, limit: int) -> list[str]: ...

    def settle(self, tx: Tx, address: str) -> None: ...


class Contents(Protocol):
    async def of(self, letter: Letter, now: int) -> Content:
        """The rendered letter, from the current state of what it is about. Raises NothingToSay."""
        ...


class Transport(Protocol):
    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Hand the email to the mail server. `sender` is the envelope sender. Raises NotAccepted."""
        ...

    async def close(self) -> None:
        """End the connection, if there is one. The next `send` opens another."""
        ...
