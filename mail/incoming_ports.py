"""Interfaces that incoming mail needs from other packages, and from the disk.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is synchronous and part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from mail.incoming.bounce_report import BounceReport
from mail.incoming.parsing import Envelope, Incoming
from mail.incoming.result import Reason, Result, StoredMail, Verdict
from mail.ports import Tx


class Hold(Protocol):
    def close(self) -> None: ...


class RawMails(Protocol):
    """The bytes of mails, stored under their SHA-256. Every method blocks. Disk errors raise OSError.

    A *shelf* is a group of mails whose digests begin with the same two digits.
    """

    def digest(self, raw: bytes) -> str: ...

    def hold(self, digest: str) -> Hold:
        """Lock the shelf of this digest, so that nobody removes bytes from it. Waits while the shelf is locked with
        `alone`."""
        ...

    def alone(self, shelf: str) -> Hold | None:
        """Lock the shelf, so that nobody stores mails on it. Returns None at once if the shelf is locked already, with
        `hold` or `alone`."""
        ...

    def on(self, shelf: str) -> set[str]:
        """The digests of the mails on a shelf. The caller must have locked the shelf with `alone`."""
        ...

    def keep_only(self, shelf: str, digests: Collection[str]) -> int:
        """Remove all files of a shelf except the files of the mails `digests`. Returns the number of removed files. The
        caller must have locked the shelf with `alone`."""
        ...

    def save(self, raw: bytes) -> str:
        """Store the bytes, and return their digest. When this method returns, the bytes are safe from a power
        failure."""
        ...

    def read(self, digest: str) -> bytes | None: ...


class NeedsOfBytes(Protocol):
    """Tells which records of incoming mail still need the stored bytes of their mails."""

    def needed(self, tx: Tx, shelf: str) -> set[str]:
        """The digests of the mails on a shelf whose bytes at least one record still needs."""
        ...

    def expire(self, tx: Tx, before: int, now: int, limit: int) -> list[str]:
        """Record that mails that were processed before `before` no longer need their bytes. Handles at most `limit`
        mails. Returns the digests of these mails."""
        ...


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """The owner of a reply address: one ticket and one recipient. `address`: the recipient's address, in lower case."""

    ticket: int
    address: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The letter that a mail answers: its ticket, and the address of its recipient in lower case."""

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
        """True if the mail with this digest was stored for each of these recipients, even if it was deleted later."""
        ...

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> StoredMail | None:
        """Lease a mail to `holder` until `until`: the oldest mail that is neither processed nor leased. The claim
        counts as an attempt to process the mail."""
        ...

    def waits(self, tx: Tx, now: int) -> bool:
        """True if there is a mail that `claim` would lease."""
        ...

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> StoredMail | None: ...

    def read_as(self, tx: Tx, id: int, message_id: str, sender: str | None, subject: str) -> None:
        """Store the Message-ID, the sender and the subject of a mail."""
        ...

    def settle(self, tx: Tx, id: int, result: Result, now: int) -> None:
        """Store the result of processing a mail, and end the lease on the mail."""
        ...

    def give_back(self, tx: Tx, id: int, holder: str, until: int, *, counts: bool = True) -> None:
        """End the lease of `holder` on a mail. The mail cannot be claimed before `until`.

        If `counts` is false, the claim no longer counts as an attempt. Does nothing if `holder` has no lease on the
        mail.
        """
        ...

    def of_ticket(self, tx: Tx, ticket: int, before: int | None = None, limit: int | None = None) -> list[StoredMail]:
        """The mails that belong to a ticket, including mails that are held back, oldest first. With `limit`, only the
        newest `limit` mails. With `before`, only mails with ids below `before`."""
        ...

    def replies(self, tx: Tx, ticket: int) -> set[int]:
        """The `seq` of each reply of a ticket that was made from a mail."""
        ...

    def holds(self, tx: Tx, ticket: int, *, reason: Reason | None = None, since: int = 0, besides: int = 0) -> bool:
        """True if at least one mail of this ticket that came in after `since` is held back. The mail `besides` is
        ignored. If `reason` is given, only mails that are held back for this reason are looked for."""
        ...

    def suspended(self, tx: Tx, limit: int, after: int = 0) -> list[StoredMail]:
        """At most `limit` mails that are held back and have an id above `after`, oldest first."""
        ...

    def delete(self, tx: Tx, id: int) -> list[str]:
        """Delete the contents of a mail's record.

        Returns the digests whose bytes this record no longer needs: the digest of the mail, or an empty list if the
        mail does not exist or was deleted before.
        """
        ...

    def spent(self, tx: Tx, digest: str, now: int) -> list[str]:
        """Record that the mails with this digest no longer need their bytes, if the desk has acted on them. Returns the
        digest."""
        ...

    def delete_text(self, tx: Tx, ticket: int, seq: int, now: int) -> list[str]:
        """Empty the records of the mails that became this reply, and the records of copies of these mails to other
        recipients.

        Later mails of the ticket may quote the reply, so their quoted texts are emptied too, and their bytes are no
        longer needed.

        Returns the digests of all these mails: the mails of the reply, and the later mails.
        """
        ...

    def sent_since(self, tx: Tx, sender: str, verdict: Verdict, since: int) -> int:
        """The number of mails from this address that came in after `since` and have this verdict.

        Mails that are not processed yet have no verdict.
        """
        ...

    def seen(self, tx: Tx, message_ids: Sequence[str], sender: str | None = None) -> StoredMail | None:
        """The newest mail that has one of these Message-IDs and belongs to a ticket.

        If `sender` is given, only mails from this address count. Mails that are suspended or deleted never count.
        """
        ...

    def copies(self, tx: Tx, message_id: str, sender: str) -> list[StoredMail]:
        """At most 50 mails that have this Message-ID, come from `sender` and belong to tickets, newest first.

        Mails that are suspended or deleted do not count.
        """
        ...

    def reply_address(self, tx: Tx, token: str) -> ReplyAddress | None: ...

    def answered(self, tx: Tx, message_id: str) -> Answered | None:
        """The letter of this desk with this Message-ID. None if there is none, or if it is about no ticket."""
        ...

    def trusts(self, tx: Tx, address: str) -> bool: ...

    def trust(self, tx: Tx, address: str, staff: str, now: int) -> None:
        """Accept mail from this address from now on, even if nothing proves its sender."""
        ...

    def trusted(self, tx: Tx) -> list[str]:
        """All trusted addresses, in alphabetical order."""
        ...

    def distrust(self, tx: Tx, address: str) -> bool:
        """Stop trusting this address: mail from it needs proof again. Returns False if the address was not trusted."""
        ...


class Bounces(Protocol):
    """Records bounces."""

    def names_letter(self, tx: Tx, token: str | None, report: BounceReport) -> bool:
        """True if the bounce identifies a letter of this desk."""
        ...

    def bounced(self, tx: Tx, token: str | None, report: BounceReport, now: int) -> int | None:
        """Record a bounce. Returns the number of the ticket that the letter was about.

        Returns None if the bounce identifies no letter, or if the letter was about no ticket. `token`: the token in the
        bounce address to which the bounce came. None if the bounce came to any other address.
        """
        ...


class ReadsBounces(Protocol):
    def __call__(self, raw: bytes, mail: Incoming) -> BounceReport | None:
        """The report in a mail. None if the mail is no bounce. May take a while, so call it in a thread."""
        ...
