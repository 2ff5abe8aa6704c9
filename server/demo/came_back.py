"""Adds a returned letter to the demo, so that a ticket shows what staff can do after a bounce."""

from __future__ import annotations

from uuid_utils import uuid7

from mail.adapters.stored_letters import stored_letters
from mail.identifiers import Identifiers
from mail.incoming.bounce_report import BounceReport
from mail.letter import NewLetter
from server.settings import Settings
from storage.ports import Tx
from texts.addresses import normal_email
from ticketing.adapters.addressed import SqlAddressed
from ticketing.adapters.store import SqlStore
from ticketing.reachability import Reachability
from ticketing.service import Tickets

_LATER_MS = 60_000


def let_come_back(
    tx: Tx, settings: Settings, tickets: Tickets, to: str, number: int, seq: int, reason: str, at: int
) -> None:
    """Store a letter about reply `seq` of ticket `number`.

    It is stored as if the mail server had accepted the letter at `at`, and had returned it a minute later with
    `reason`.
    """
    identifiers = Identifiers(settings.secret_bytes(), settings.message_domain, receives=True)
    letters, later = stored_letters(identifiers, lambda: str(uuid7())), at + _LATER_MS
    letter = letters.find(tx, letters.queue(tx, NewLetter(kind="reply", to=to, ticket=number, seq=seq, bare=True), at))
    assert letter is not None
    letters.accepted(tx, letter, at)
    report = BounceReport((to,), permanent=True, reason=reason, message_ids=(letter.message_id,))
    letters.addresses.bounced(tx, None, report, later)
    Reachability(tickets, SqlStore(), SqlAddressed()).settle(tx, normal_email(to), later, comes_back=True)
    letters.addresses.settled(tx, to)
