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
from mail.letter import Kind, Letter, NewLetter, State
from mail.pacing import Pace, Turns

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


class NotAccepted(Exception):
    """The mail server did not take the letter. The text of the exception says why.

    `for_good`: another attempt would fail too. `address_fails`: the recipient's address does not work, so any letter to
    it would fail.
    """

    def __init__(self, reason: str, *, for_good: bool, address_fails: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.address_fails = address_fails


class NothingToSay(Exception):
    """The letter is not sent, because it would no longer be true or useful. The text of the exception says why."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of letters.

    - `waiting`: the letters that are due but not sent.
    - `oldest`: the moment at which the oldest of the waiting letters was created. None if none waits.
    - `failed`: the letters that failed for good.
    """

    waiting: int
    failed: int
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """A letter to store. `name`: the unique name in its Message-ID.

    With `error`, the letter is stored as failed. `waits_because`: the reason why the letter waits, as shown to staff.
    """

    letter: NewLetter
    name: str
    due_at: int
    error: str | None = None
    waits_because: str | None = None


class Store(Protocol):
    def add(self, tx: Tx, letters: Sequence[Queued], now: int) -> Sequence[int]:
        """Store letters, and return their ids in the same order."""
        ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Letter | None: ...

    def of_bounce_token(self, tx: Tx, token: str) -> Letter | None:
        """The letter whose bounce address contains this token. The letter is locked."""
        ...

    def of_message_id(self, tx: Tx, message_id: str) -> Letter | None:
        """The letter with this Message-ID. The letter is locked."""
        ...

    def find_all(self, tx: Tx, ids: Collection[int]) -> list[Letter]:
        """The letters with these ids. Ids without a letter are left out."""
        ...

    def of_ticket(self, tx: Tx, ticket: int, before: int | None = None, limit: int | None = None) -> list[Letter]:
        """The letters about a ticket, oldest first. With `limit`, only the newest `limit` letters. With `before`, only
        letters with ids below `before`."""
        ...

    def recent(self, tx: Tx, ticket: int, kind: Kind, address: str, since: int, limit: int) -> list[Letter]:
        """The letters of this kind about this ticket to `address` that wait or were queued after `since`. `address` is
        in lower case.

        At most `limit`: first the waiting letters, then the others. Within each group, the newest letter comes first.
        """
        ...

    def link_waits(self, tx: Tx, ticket: int, address: str) -> bool:
        """True if a letter that has only the ticket's number and a link waits to be sent to `address`. `address` is in
        lower case."""
        ...

    def waiting(self, tx: Tx, kind: Kind, limit: int) -> int:
        """The count of letters of this kind that wait to be sent, at most `limit`."""
        ...

    def being_sent(self, tx: Tx, tickets: Collection[int]) -> set[int]:
        """The tickets among `tickets` about which a worker has claimed a letter that still waits. The lease of the
        letter may have ended."""
        ...

    def not_accepted(self, tx: Tx, limit: int) -> list[Letter]:
        """Letters that wait, then letters that have failed. At most `limit` in all.

        Within each state, the letter with the earliest due time comes first.
        """
        ...

    def last_bare_due(self, tx: Tx, addresses: Collection[str], until: int, but: int | None = None) -> dict[str, int]:
        """For each of these unconfirmed addresses, the latest due time of the letters to it.

        Addresses are in lower case. Addresses without a letter are left out. Three sorts of letters are ignored: the
        letter with the id `but`, covered letters, and letters that are due after `until`.
        """
        ...

    def turns(self, tx: Tx, origin: str, since: int) -> Turns:
        """The letters of this origin that are due after `since`."""
        ...

    def take_turn(self, tx: Tx, origin: str, due_at: int, since: int) -> None:
        """Record that a letter of this origin is due at `due_at`. Remove the records of letters of any origin that were
        due up to `since`."""
        ...

    def paces(self, tx: Tx, addresses: Collection[str], but: Collection[Letter], now: int) -> Mapping[str, Pace]:
        """The pace of each of these unconfirmed addresses. The letters in `but` are ignored.

        Other transactions that call `paces` wait until the caller's transaction ends. So no two transactions decide at
        the same time about letters to one address.
        """
        ...

    def cover(self, tx: Tx, letter: Letter, now: int) -> None:
        """Record that `letter`, which is sent now, covers all waiting letters about the same ticket to the same
        address.

        A covered letter is not claimed, and gets the state of the letter that covers it.
        """
        ...

    def uncover(self, tx: Tx, id: int, now: int) -> None:
        """Release the waiting letters that letter `id` covers. These letters are no longer covered, and are due now."""
        ...

    def confirm(self, tx: Tx, ticket: int, now: int) -> None:
        """Treat the waiting letters about a ticket as letters to a confirmed address, and make them due now.

        Letters that ask for the confirmation (`confirm_ticket`) stay as they are.
        """
        ...

    def automatic_since(self, tx: Tx, tickets: Collection[int], since: int) -> dict[tuple[int, str], int]:
        """For each of these tickets and each address, the count of automatic letters created after `since`."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int) -> list[Letter]:
        """Lease at most `limit` due letters to `holder` until `until`. Claiming counts as an attempt.

        Letters of the kinds IN_BULK come last. Apart from that, the earliest due time comes first.
        """
        ...

    def previous(self, tx: Tx, letter: Letter) -> str | None:
        """The Message-ID of the previous accepted letter about the same ticket to the same address."""
        ...

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None:
        """Store the result of sending a letter. The letters that this letter covers get the same result. A letter that
        came back keeps the state `failed`."""
        ...

    def bounce(self, tx: Tx, id: int, now: int, error: str) -> None:
        """Record that a letter came back: mark this letter, and the letters that it covers, as failed."""
        ...

    def give_back(self, tx: Tx, id: int) -> None:
        """Undo the claim of a letter that was not sent: end its lease, and do not count the claim as an attempt."""
        ...

    def postpone(self, tx: Tx, id: int, due_at: int, error: str | None) -> None:
        """End the lease on a letter. The letter waits until `due_at`."""
        ...

    def renew(self, tx: Tx, id: int, due_at: int) -> None:
        """Make a letter wait again until `due_at`. Its attempts are counted from zero again. A lease on the letter
        stays.

        The letters that this letter covers wait again too. If another letter covered this letter, that ends, and this
        letter is sent itself.
        """
        ...

    def generation(self, tx: Tx, ticket: int, address: str) -> int:
        """The generation of the reply address in new letters to this recipient about this ticket. It starts at 0, and
        grows by one when the address is revoked."""
        ...

    def keep_reply_address(self, tx: Tx, ticket: int, address: str, generation: int, token: str, now: int) -> None:
        """Store the hash of a reply token, unless it is stored already."""
        ...

    def revoke(self, tx: Tx, ticket: int, now: int) -> list[str]:
        """Revoke all reply addresses of a ticket. Returns the email addresses of the recipients for whom the reply
        addresses were made."""
        ...

    def tally(self, tx: Tx, now: int) -> Tally: ...


class Healths(Protocol):
    """The health of email addresses. Addresses are in the form that `normal_email` returns."""

    def of(self, tx: Tx, address: str, *, lock: bool = False) -> Health | None: ...

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> set[str]:
        """The addresses among `addresses` that have the state `bounced`, because letters to these addresses came
        back."""
        ...

    def put(self, tx: Tx, health: Health) -> None:
        """Store the health of an address.

        If `comes_back` changes, the address becomes unsettled: its tickets do not show the change yet.
        """
        ...

    def unsettled(self, tx: Tx, limit: int) -> list[str]: ...

    def settle(self, tx: Tx, address: str) -> None: ...


class Contents(Protocol):
    async def of(self, letter: Letter, now: int) -> Content:
        """Render a letter from the current state of its ticket or account. Raises NothingToSay if the letter would no
        longer be true or useful."""
        ...


class Transport(Protocol):
    async def send(self, message: EmailMessage, sender: str, to: str) -> None:
        """Hand the email to the mail server. `sender` is the envelope sender. Raises NotAccepted if the mail server
        does not take the email."""
        ...

    async def close(self) -> None:
        """End all open connections. The next `send` opens a new one."""
        ...
