"""Queues letters of the demo. The desk sends them when it starts."""

from __future__ import annotations

from uuid_utils import uuid7

from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from mail.letter import NewLetter
from server.settings import Settings
from storage.ports import Tx


def queue_letter(tx: Tx, settings: Settings, letter: NewLetter, at: int) -> None:
    identifiers = Identifiers(settings.secret_bytes(), settings.message_domain, receives=False)
    stored_letters(identifiers, lambda: str(uuid7())).queue(tx, letter, at)
