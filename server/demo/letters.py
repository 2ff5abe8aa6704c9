"""Queues letters of the demo. The desk sends them when it starts."""

from __future__ import annotations

from uuid_utils import uuid7

from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from mail.letter import NewLetter
from server.settings import Settings
from storage.ports import Tx

DOMAIN = "mail.support.example"
"""The host of reply addresses."""
AUTHSERV_ID = "mx.support.example"
"""The mail server that checks the senders of mail."""


def queue_letter(tx: Tx, settings: Settings, letter: NewLetter, at: int) -> str:
    """Queue a letter. Returns its Message-ID."""
    identifiers = Identifiers(settings.secret_bytes(), settings.message_domain, receives=True)
    letters = stored_letters(identifiers, lambda: str(uuid7()))
    queued = letters.find(tx, letters.queue(tx, letter, at))
    assert queued is not None
    return queued.message_id
