"""The effects of an email that came in.

An email opens a ticket, becomes part of a ticket, reports that a letter came back, or is held back. If it is held back,
its ticket may get a note for staff. Call each method in a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from identity.actor import SYSTEM
from mail.incoming.bounce_report import BounceReport
from mail.incoming.bounces import bounce_token
from mail.incoming.reading import Read
from mail.incoming.result import Reason, Result, State, StoredMail
from mail.incoming_ports import Bounces, IncomingMails
from refusals import Refused
from server.live.mail.mail_decisions import Decision, Writer
from storage.ports import Tx
from texts.card_numbers import masked
from texts.visible import fault_of_line, shows_something
from ticketing.confirming import Confirming
from ticketing.correspondence import Correspondence
from ticketing.errors import NotFound
from ticketing.ports import Store
from ticketing.requests import NewReply, NewTicket
from ticketing.service import Tickets
from ticketing.ticket import TEXT_MAX

NOTES_EVERY_MS = 60 * 60_000
"""A ticket gets at most one note about mail that was held back in this time."""
QUOTED_MAX = 64 * 1024
"""Maximum characters that are stored of the text that was cut off a mail. The bytes of the mail are stored whole."""
REASONS: dict[Reason, str] = {
    "other_sender": "it came to a reply address that belongs to somebody else",
    "unauthenticated": "nothing proves that it comes from this address",
    "unknown_address": "it came to an address that belongs to no team or request",
    "revoked_address": "it came to a reply address that was revoked",
    "closed": "this request is too large for another text",
    "stranger": "its sender doesn't take part in this request",
    "loop": "too many emails came from this address",
    "automatic": "nobody wrote it",
    "no_sender": "it doesn't name one sender",
    "refused": "it can't be added to this request",
    "unreadable": "it can't be read",
    "blocked": "its sender is blocked",
}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a mail: the ids of the stored files, and a sentence about each file that was refused."""

    ids: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a mail. If it is too long to be shown, `shown` is the beginning, and `rest` is the whole text."""

    shown: str
    rest: str | None = None


def text_of(read: Read) -> Text:
    written = read.written.text
    if not shows_something(written):
        written = read.mail.subject if shows_something(read.mail.subject) else "(This email has no text.)"
    written = masked(written)
    if len(written) <= TEXT_MAX:
        return Text(written)
    return Text(f"{written[: TEXT_MAX - 100].rstrip()} …", rest=written)


class MailEffects:
    def __init__(
        self,
        mails: IncomingMails,
        correspondence: Correspondence,
        tickets: Tickets,
        store: Store,
        confirming: Confirming,
        bounces: Bounces,
    ) -> None:
        self._mails = mails
        self._correspondence = correspondence
        self._tickets = tickets
        self._confirming = confirming
        self._store = store
        self._bounces = bounces

    def act(self, tx: Tx, mail: StoredMail, read: Read, decision: Decision, files: Files, now: int) -> Result:
        """Carry out the decision. Returns the result to store with the mail."""
        if read.bounce is not None:
            return self._bounced(tx, mail, read, read.bounce, decision, now)
        if decision.copy_of is not None:
            copy = decision.copy_of
            return _result(read, decision, ticket=copy.ticket, seq=copy.seq)
        if decision.reason is not None:
            return self._held(tx, mail, read, decision, decision.reason, now)
        if decision.writer is None:
            return _result(read, decision, ticket=decision.ticket)
        try:
            with tx.savepoint():
                number, seq = self._written(tx, read, decision, decision.writer, files, now)
        except (Refused, NotFound) as refused:
            reason: Reason = "closed" if getattr(refused, "code", None) == "too_large" else "refused"
            return self._held(tx, mail, read, decision, reason, now)
        return _result(read, decision, ticket=number, seq=seq, quoted=masked(read.written.quoted)[:QUOTED_MAX] or None)

    def _bounced(
        self, tx: Tx, mail: StoredMail, read: Read, report: BounceReport, decision: Decision, now: int
    ) -> Result:
        token = bounce_token(mail.envelope_to)
        if self._bounces.names_letter(tx, token, report):
            ticket = self._bounces.bounced(tx, token, report, now)
            return Result(state="done", kind="bounce", ticket=ticket, authentication=read.authentication)
        if decision.ticket is not None:
            return _result(read, decision, ticket=decision.ticket)
        return _result(read, decision, state="suspended", reason="automatic")

    def _written(
        self, tx: Tx, read: Read, decision: Decision, writer: Writer, files: Files, now: int
    ) -> tuple[int, int]:
        actor, text, ids = writer.actor, text_of(read).shown, list(files.ids)
        if decision.match is None:
            assert decision.team is not None
            subject = read.mail.subject if fault_of_line(read.mail.subject) is None else None
            request = NewTicket(team=decision.team, text=text, subject=subject or None, files=ids)
            number, seq = self._correspondence.mailed_request(tx, actor, request, now)
        else:
            if writer.proves:
                self._confirming.confirm_by_mail(tx, actor, decision.match.ticket, now)
            said = NewReply(text=text, files=ids)
            number, seq = self._correspondence.mailed_reply(tx, actor, decision.match.ticket, said, now)
        if files.refused:
            self._note(tx, number, "\n".join(("Files of this email were not accepted:", *files.refused)), now)
        return number, seq

    def _held(self, tx: Tx, mail: StoredMail, read: Read, decision: Decision, reason: Reason, now: int) -> Result:
        number = decision.ticket
        # A blocked sender makes no noise on the ticket.
        if number is not None and decision.kind != "loop" and reason != "blocked":
            if not self._mails.holds(tx, number, since=now - NOTES_EVERY_MS, besides=mail.id):
                sender = read.mail.sender or "an unknown sender"
                self._note(tx, number, f"An email from {sender} was held back, because {REASONS[reason]}.", now)
            if reason == "loop":
                self._flag(tx, number, now, loop=True)
        return _result(read, decision, state="suspended", reason=reason, ticket=number)

    def decided(self, tx: Tx, number: int, now: int) -> None:
        """Remove the ticket's mark for a mail loop. Keep the mark if another mail of the ticket is still held back
        because of a loop.

        Call it when staff have decided about a mail of this ticket.
        """
        if not self._mails.holds(tx, number, reason="loop"):
            self._flag(tx, number, now, loop=False)

    def _flag(self, tx: Tx, number: int, now: int, *, loop: bool) -> None:
        ticket = self._store.find(tx, number, lock=True)
        if ticket is not None and ticket.loop != loop and ticket.status != "solved":
            after = replace(ticket, loop=loop, updated_at=now, version=ticket.version + 1)
            self._tickets.keep(tx, ticket, after, [], SYSTEM, now)

    def _note(self, tx: Tx, number: int, text: str, now: int) -> None:
        ticket = self._store.find(tx, number, lock=True)
        if ticket is not None:
            self._tickets.add_note(tx, SYSTEM, ticket, text[:TEXT_MAX], now)


def _result(
    read: Read,
    decision: Decision,
    *,
    ticket: int | None = None,
    seq: int | None = None,
    quoted: str | None = None,
    reason: Reason | None = None,
    state: State = "done",
) -> Result:
    return Result(
        state=state,
        kind=decision.kind,
        reason=reason,
        matched_by=decision.match.by if decision.match is not None else None,
        authentication=read.authentication,
        ticket=ticket,
        seq=seq,
        quoted=quoted,
    )
