"""The effects of an email that came in: on the ticket that it opens or joins, or a note for staff.

Each method is part of a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from identity.actor import SYSTEM
from mail.incoming.bounces import bounce_token
from mail.incoming.reading import Read
from mail.incoming.result import Reason, Result, State, StoredMail
from mail.incoming_ports import Bounces, IncomingMails
from refusals import Refused
from server.live.mail_decisions import Decision, Writer
from storage.ports import Tx
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
}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a mail: the ids of the stored files, and a sentence about each file that was refused."""

    ids: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a mail as it is shown. `rest`: the whole text, if it is too long to be shown."""

    shown: str
    rest: str | None = None


def text_of(read: Read) -> Text:
    written = read.written.text
    if not shows_something(written):
        written = read.mail.subject if shows_something(read.mail.subject) else "(This email has no text.)"
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
            ticket = self._bounces.bounced(tx, bounce_token(mail.envelope_to), read.bounce, now)
            return Result(state="done", kind="bounce", ticket=ticket, authentication=read.authentication)
        if decision.copy_of is not None:
            copy = decision.copy_of
            return _result(read, decision, ticket=copy.ticket, seq=copy.seq)
        if decision.reason is not None:
            return self._held(tx, mail, read, decision, decision.reason, now)
        if decision.writer is None:
            return _result(read, decision, ticket=decision.ticket)
        try:
            with tx.session.begin_nested():
                number, seq = self._written(tx, read, decision, decision.writer, files, now)
        except (Refused, NotFound) as refused:
            reason: Reason = "closed" if getattr(refused, "code", None) == "too_large" else "refused"
            return self._held(tx, mail, read, decision, reason, now)
        return _result(read, decision, ticket=number, seq=seq, quoted=read.written.quoted[:QUOTED_MAX] or None)

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
        if number is not None and decision.kind != "loop":
            recent = [
                one
                for one in self._mails.of_ticket(tx, number)
                if one.state == "suspended" and one.id != mail.id and one.received_at > now - NOTES_EVERY_MS
            ]
            if not recent:
                sender = read.mail.sender or "an unknown sender"
                self._note(tx, number, f"An email from {sender} was held back, because {REASONS[reason]}.", now)
        return _result(read, decision, state="suspended", reason=reason, ticket=number)

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
