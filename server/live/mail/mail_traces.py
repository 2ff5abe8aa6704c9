"""Removes a redacted text from mail: from the mail that came in, and from copies of letters."""

from __future__ import annotations

from clock import Clock
from mail.incoming_ports import IncomingMails
from server.live.mail.mail_removal import MailRemoval
from storage.ports import Tx


class MailTraces:
    def __init__(self, mails: IncomingMails, removal: MailRemoval, clock: Clock) -> None:
        self._mails = mails
        self._removal = removal
        self._clock = clock

    def removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Remove the mail from which the redacted reply `seq` was made. `seq` is 0 if a text of a chat was redacted.

        The quotes in later mails are removed too, because they may contain the redacted text.

        The bytes of the mails and the copies of letters are removed after the commit.
        """
        self._removal.unneeded(tx, self._mails.delete_text(tx, ticket, seq, self._clock()))
        self._removal.redacted(tx, ticket)
