"""Keeps the health of email addresses. A bounce makes the health of an address worse, `try_again` resets it.

Each method is part of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection

from mail.health import Health, after_bounce, is_over, tried_again
from mail.identifiers import Identifiers
from mail.incoming.bounce_report import REASON_MAX, BounceReport
from mail.letter import Letter
from mail.ports import Healths, Store, Tx
from texts.addresses import normal_email
from texts.visible import as_line

_NO_REASON = "The mail server gave no reason."


class Addresses:
    def __init__(self, store: Store, healths: Healths, identifiers: Identifiers) -> None:
        self._store = store
        self._healths = healths
        self._identifiers = identifiers

    def health(self, tx: Tx, address: str, now: int) -> Health | None:
        """The health of an address. None if the address has no known problem."""
        found = self._healths.of(tx, normal_email(address))
        return None if found is None or found.state == "ok" or is_over(found, now) else found

    def comes_back(self, tx: Tx, address: str) -> bool:
        """True if a letter to this address came back, and staff have not called `try_again` for the address since
        then."""
        return bool(self.coming_back(tx, [address]))

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> set[str]:
        """The addresses among `addresses` for which `comes_back` is true."""
        found = self._healths.coming_back(tx, {normal_email(address) for address in addresses})
        return {address for address in addresses if normal_email(address) in found}

    def names_letter(self, tx: Tx, token: str | None, report: BounceReport) -> bool:
        return self._letter(tx, token, report) is not None

    def bounced(self, tx: Tx, token: str | None, report: BounceReport, now: int) -> Letter | None:
        """Record a bounce. Returns the letter that the bounce is about.

        `token`: the token in the bounce address to which the bounce came. The token identifies the letter. None if the
        bounce came to any other address. Then the bounce must contain the Message-ID of a letter of this desk.

        Returns None and changes nothing if the bounce identifies no letter. Anybody can write a mail which says that an
        address fails, so such a mail proves nothing.
        """
        letter = self._letter(tx, token, report)
        if letter is None or letter.bounced_at is not None:
            return letter
        address = normal_email(letter.to)
        before = self._healths.of(tx, address, lock=True)
        if letter.state == "waiting" and before is not None and letter.created_at <= before.at:
            # The letter came back before, and waits to be sent again. This bounce is about the earlier sending too.
            return letter
        if report.permanent:
            self._store.bounce(tx, letter.id, now, report.reason or _NO_REASON)
        if before is None or before.state != "ok" or (letter.settled_at or now) >= before.since:
            # If staff have tried the address again, only bounces of letters that were sent since then count.
            self._healths.put(tx, after_bounce(before, address, report.reason, now, permanent=report.permanent))
        return letter

    def refused(self, tx: Tx, address: str, reason: str, now: int) -> None:
        """Record that the mail server refused a letter for good, because the address does not work. The health of the
        address becomes the same as after a letter that came back."""
        address = normal_email(address)
        before = self._healths.of(tx, address, lock=True)
        why = as_line(reason)[:REASON_MAX]
        self._healths.put(tx, after_bounce(before, address, why, now, permanent=True))

    def _letter(self, tx: Tx, token: str | None, report: BounceReport) -> Letter | None:
        if token is not None:
            return self._store.of_bounce_token(tx, token)
        for message_id in report.message_ids:
            if self._identifiers.is_ours(message_id) and (found := self._store.of_message_id(tx, message_id)):
                return found
        return None

    def try_again(self, tx: Tx, address: str, now: int) -> bool:
        """Let letters go to the address again. Returns False and changes nothing if `comes_back` is false for the
        address."""
        before = self._healths.of(tx, normal_email(address), lock=True)
        if before is None or not before.comes_back:
            return False
        self._healths.put(tx, tried_again(before, now))
        return True

    def unsettled(self, tx: Tx, limit: int) -> list[str]:
        """At most `limit` addresses whose state has changed, and whose tickets may still show the old state."""
        return self._healths.unsettled(tx, limit)

    def settling(self, tx: Tx, address: str) -> bool:
        """True if letters to this address come back. The answer stays valid until the transaction ends."""
        found = self._healths.of(tx, normal_email(address), lock=True)
        return found is not None and found.comes_back

    def settled(self, tx: Tx, address: str) -> None:
        """Record that all tickets with this address show its state."""
        self._healths.settle(tx, normal_email(address))
