"""Further effects of a redaction: deletes files, removes the text from the ticket's subject and search index, and adds
an audit entry."""

from __future__ import annotations

from typing import Protocol

from attachments.adapters.files import Files
from chat.ports import Redaction
from identity.adapters.people import People
from storage.ports import Tx


class TicketTexts(Protocol):
    def text_removed(self, tx: Tx, number: int, chat: str, seq: int, line: str, at: int) -> None:
        """Remove a chat's text from the search index of its ticket.

        If the ticket's subject is `line`, the first line of the text, remove the subject too.
        """
        ...


class TracesOfTexts:
    """Implements `chat.ports.Traces`."""

    def __init__(self, files: Files, tickets: TicketTexts, people: People) -> None:
        self._files = files
        self._tickets = tickets
        self._people = people

    def wipe(self, tx: Tx, redaction: Redaction) -> None:
        chat = redaction.chat
        if redaction.files:
            self._files.remove(tx, redaction.files)
        if chat.ticket is not None:
            self._tickets.text_removed(tx, chat.ticket, chat.id, redaction.of, redaction.line, redaction.at)
        detail = {"of": redaction.of, "reason": redaction.reason}
        self._people.record(tx, redaction.by, "message.redact", "chat", chat.id, detail, redaction.at)
