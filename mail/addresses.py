"""Keeps the health of addresses: what bounces say about letters, and trying an address again.

Each method is part of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection

from mail.health import Health, after_bounce, is_over, tried_again
from mail.identifiers import Identifiers
from mail.incoming.bounce_report import BounceReport
from mail.letter import Letter
from mail.ports import Healths, Store, Tx
from texts.addresses import normal_email

_NO_REASON = "The mail server gave no reason."


class Addresses:
    def __init__(self, store: Store, healths: Healths, identifiers: Identifiers) -> None:
        self._store = store
        self._healths = healths
        self._identifiers = identifiers

    def health(self, tx: Tx, address: str, now: int) -> Health | None:
        """The health of an address. None if nothing bad is known."""
        found = self._healths.of(tx, normal_email(address))
        return None if found is None or found.state == "ok" or is_over(found, now) else found

    def comes_back(self, tx: Tx, address: str) -> bool:
        """True if letters to this address came back, and nobody has tried it again since."""
        return bool(self.coming_back(tx, [address]))

    def coming_back(self, tx: Tx, addresses: Collection[str]) -> set[str]:
        """Those of these addresses for which `comes_back` is true."""
        found = self._healths.coming_back(tx, {normal_email(address) for address in addresses})
        return {address for address in addresses if normal_email(address) in found}

    def bounced(self, tx: Tx, token: str | None, report: BounceReport, now: int) -> Letter | None:
        """Record a bounce. Returns the letter that it is about.

        `token`: from the letter's envelope address. Without one, the bounce must return a Message-ID of this desk.
        Returns None, and changes nothing, if the bounce proves neither: anybody can write that an address fails.
        """
        letter = self._letter(tx, token, report)
        if letter is None or letter.bounced_at is not None:
            return letter
        address = normal_email(letter.to)
        before = self._healths.of(tx, address, lock=True)
        if letter.state == "waiting" and before is not None and letter.created_at <= before.at:
            # Somebody sends the letter again, and this is another bounce of its first sending.
            return letter
        if report.permanent:
            self._store.bounce(tx, letter.id, now, report.reason or _NO_REASON)
        if before is None or before.state != "ok" or (letter.settled_at or now) >= before.since:
            # Otherwise the letter was sent before somebody tried the address again.
            self._healths.put(tx, after_bounce(before, address, report.reason, now, permanent=report.permanent))
        return letter

    def _letter(self, tx: Tx, token: str | None, report: BounceReport) -> Letter | None:
        if token is not None:
            return self._store.of_bounce_token(tx, token)
        for message_id in report.message_ids:
            if self._identifiers.is_ours(message_id) and (found := self._store.of_message_id(tx, message_id)):
                return found
        return None

    def try_again(self, tx: Tx, address: str, now: int) -> bool:
        """Let letters go to the address again. False if none came back."""
        before = self._healths.of(tx, normal_email(address), lock=True)
        if before is None or not before.comes_back:
            return False
        self._healths.put(tx, tried_again(before, now))
        return True

    def unsettled(self, tx: Tx, limit: int) -> list[str]:
        """Addresses whose state has changed, and whose tickets do not all show it yet."""
        return self._healths.unsettled(tx, limit)

    def settling(self, tx: Tx, address: str) -> bool:
        """Whether letters to this address come back. The answer holds until the transaction ends."""
        found = self._healths.of(tx, normal_email(address), lock=True)
        return found is not None and found.comes_back

    def settled(self, tx: Tx, address: str) -> None:
        """All tickets show the state of the address."""
        self._healths.settle(tx, normal_email(address))
