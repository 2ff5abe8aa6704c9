"""What else came of a text that is taken away: its files, what its ticket is called and found by; and the audit."""

from __future__ import annotations

from typing import Protocol

from attachments.adapters.files import Files
from chat.ports import Redaction
from identity.adapters.people import People
from storage.ports import Tx


class TicketTexts(Protocol):
    """What tickets took from the texts of chats."""

    def text_removed(self, tx: Tx, number: int, chat: str, seq: int, line: str, at: int) -> None:
        """A text whose first line was `line` is gone from a chat of this ticket: from what it is found by, and from its
        subject where that was taken from it."""
        ...


class TracesOfTexts:
    """`chat.ports.Traces`, over all rooms that took something from a text."""

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
