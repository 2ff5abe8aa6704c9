"""Interfaces that incoming mail needs from other packages, and from the disk.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is synchronous and part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from mail.incoming.bounce_report import BounceReport
from mail.incoming.parsing import Envelope, Incoming
from mail.incoming.result import Result, StoredMail, Verdict
from mail.ports import Tx


class RawMails(Protocol):
    """The bytes of emails, each under the SHA-256 of its bytes. Every method blocks. Raises OSError."""

    def digest(self, raw: bytes) -> str: ...

    def save(self, raw: bytes) -> str:
        """Store the bytes, and return their digest. Once this returns, they survive a power failure."""
        ...

    def read(self, digest: str) -> bytes | None: ...

    def remove(self, digest: str) -> None: ...


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """The owner of a reply address: one recipient of the letters about one ticket. `address` is in lower case."""

    ticket: int
    address: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A letter that somebody answers. `address`: its recipient, in lower case."""

    ticket: int
    address: str


class IncomingMails(Protocol):
    """The records of incoming mail."""

    def add(self, tx: Tx, envelope: Envelope, digest: str, size: int, now: int) -> int | None:
        """Store the record of a mail whose bytes are stored. Returns its id.

        None if the same mail to the same recipient was stored before.
        """
        ...

    def knows(self, tx: Tx, digest: str, recipients: Collection[str]) -> bool:
        """True if the mail with these bytes was stored for each of these recipients, even if it was deleted since."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> StoredMail | None:
        """Lease the oldest mail that nobody has acted on to `holder`. Claiming counts as an attempt."""
        ...

    def waits(self, tx: Tx, now: int) -> bool:
        """True if `claim` may find a mail."""
        ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> StoredMail | None: ...

    def read_as(self, tx: Tx, id: int, message_id: str, sender: str | None, subject: str) -> None:
        """Store what the mail says about itself."""
        ...

    def settle(self, tx: Tx, id: int, result: Result, now: int) -> None:
        """Store the result of a mail, and end the lease on it."""
        ...

    def give_back(self, tx: Tx, id: int, holder: str, until: int, *, counts: bool = True) -> None:
        """End the lease of `holder` on a mail, and leave the mail alone until `until`.

        Without `counts`, the claim was no attempt. Does nothing if `holder` has no lease on the mail.
        """
        ...

    def of_ticket(self, tx: Tx, ticket: int) -> list[StoredMail]:
        """The mails that belong to a ticket, oldest first. Those that were held back too."""
        ...

    def suspended(self, tx: Tx, limit: int, after: int = 0) -> list[StoredMail]:
        """At most `limit` mails that are held back with ids above `after`, oldest first."""
        ...

    def delete(self, tx: Tx, id: int) -> list[str]:
        """Empty the record of a mail. Returns the digests of bytes that no other record needs."""
        ...

    def delete_text(self, tx: Tx, ticket: int, seq: int) -> list[str]:
        """Empty the records of the mails that became this reply, and of their copies to other recipients.

        Later mails of the ticket may quote the reply, so what they quoted is emptied too.

        Returns the digests of bytes to be removed.
        """
        ...

    def sent_since(self, tx: Tx, sender: str, verdict: Verdict, since: int) -> int:
        """The number of mails from this address, with this verdict about their sender, that came in after `since` and
        were acted on."""
        ...

    def seen(self, tx: Tx, message_ids: Sequence[str], sender: str | None = None) -> StoredMail | None:
        """The newest mail with one of these Message-IDs that belongs to a ticket, from `sender` if it is given.

        Mails that are suspended or deleted do not count.
        """
        ...

    def copies(self, tx: Tx, message_id: str, sender: str) -> list[StoredMail]:
        """The mails with this Message-ID from `sender` that belong to tickets, newest first. At most 50."""
        ...

    def reply_address(self, tx: Tx, token: str) -> ReplyAddress | None: ...

    def answered(self, tx: Tx, message_id: str) -> Answered | None:
        """The letter of this desk with this Message-ID."""
        ...

    def trusts(self, tx: Tx, address: str) -> bool: ...

    def trust(self, tx: Tx, address: str, staff: str, now: int) -> None:
        """Accept mail from this address from now on, even if nothing proves its sender."""
        ...

    def trusted(self, tx: Tx) -> list[str]:
        """All addresses that are trusted, in order."""
        ...

    def distrust(self, tx: Tx, address: str) -> bool:
        """Mail from this address needs proof again. False if it was not trusted."""
        ...


class Bounces(Protocol):
    """What follows from a bounce."""

    def bounced(self, tx: Tx, token: str | None, report: BounceReport, now: int) -> int | None:
        """Record that a letter did not arrive. Returns the number of the ticket that the letter was about.

        `token` is the token of the bounce address, if the bounce came to one.
        """
        ...


class ReadsBounces(Protocol):
    def __call__(self, raw: bytes, mail: Incoming) -> BounceReport | None:
        """The report in a mail. None if the mail is no bounce. May take a while, so it is called on a thread."""
        ...
