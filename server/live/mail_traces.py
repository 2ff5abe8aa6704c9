"""Removes a redacted text from the mail that came in."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from mail.incoming_ports import IncomingMails, RawMails
from storage.ports import Tx

log = structlog.get_logger(__name__)


class MailTraces:
    def __init__(self, mails: IncomingMails, raws: RawMails) -> None:
        self._mails = mails
        self._raws = raws

    def removed(self, tx: Tx, ticket: int, seq: int) -> None:
        """Remove the mail from which the redacted reply `seq` was made, and texts that later mails may have quoted from
        it.

        The bytes of the mails are removed after the commit.
        """
        for digest in self._mails.delete_text(tx, ticket, seq):
            tx.after_commit(partial(self._remove_later, digest))

    def _remove_later(self, digest: str) -> None:
        asyncio.get_running_loop().run_in_executor(None, self._remove, digest)

    def _remove(self, digest: str) -> None:
        try:
            self._raws.remove(digest)
        except OSError:
            log.exception("mail_not_removed", digest=digest)
