"""The calls about mails that came in on a ticket: how the desk found the ticket of a mail, and which part of the mail's
text the desk cut off."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, field
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from mail.incoming.result import Kind, MatchedBy, Reason, State, StoredMail, Verdict
from mail.incoming_ports import IncomingMails
from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from storage.ports import Tx
from texts.numbers import whole_number
from ticketing.errors import NotFound
from ticketing.service import Tickets

SHOWN: tuple[State, ...] = ("done", "suspended")


class AuthenticationView(Struct, frozen=True):
    """Whether the mail was proven to come from the domain in `From`. The verdict `none` means that this is unknown."""

    verdict: Verdict
    detail: str
    """The results on which the verdict rests, as the mail server wrote them."""


class MailView(Struct, frozen=True, kw_only=True):
    """A mail that came in about a ticket."""

    id: int
    received_at: str
    from_: str | None = field(name="from")
    """The address in `From`. Null if there is none, or more than one."""
    subject: str | None
    state: State
    """`done`, or `suspended` if staff must decide about the mail."""
    kind: Kind | None
    reason: Reason | None
    """The reason why the mail is suspended."""
    matched_by: MatchedBy | None
    """How the desk found the ticket. Null if the mail opened the ticket."""
    authentication: AuthenticationView | None
    reply: int | None
    """The `seq` of the reply that was made from the mail."""
    has_quoted: bool
    """True if a part of the mail's text was cut off, for example a quoted letter."""


class QuotedText(Struct, frozen=True):
    text: str


_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_MAIL = Parameter("mail", Annotated[int, Meta(ge=1)], "Id of the mail.")


class IncomingMailApi(Api):
    def __init__(self, tickets: Tickets, mails: IncomingMails, heavy_reads: HeavyReads) -> None:
        self._tickets = tickets
        self._mails = mails
        self._heavy_reads = heavy_reads

    async def quoted(self, call: Call) -> Response:
        number, id_ = number_of(call.request), _mail_of(call.request)

        def found(tx: Tx) -> str:
            self._tickets.theirs(tx, call.actor, number)
            mail = self._mails.find(tx, id_)
            if mail is None or mail.ticket != number or mail.state != "done" or mail.quoted is None:
                raise NotFound
            return mail.quoted

        return answer(QuotedText(await self._heavy_reads.read_for(call.request, call.actor, found)))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/mails/{mail}/quoted",
            endpoint=quoted,
            summary="Read what was cut off the text of a mail, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _MAIL),
            answers=(Answer(200, "The rest of the text.", QuotedText),),
        ),
    )


def mails_shown(mails: list[StoredMail]) -> list[MailView]:
    """The mails that staff may see. Leaves out deleted mails, and mails that the desk has not processed yet."""
    return [mail_view(mail) for mail in mails if mail.state in SHOWN]


def mail_view(mail: StoredMail) -> MailView:
    proven = mail.authentication
    return MailView(
        id=mail.id,
        received_at=rfc3339(mail.received_at),
        from_=mail.sender,
        subject=mail.subject,
        state=mail.state,
        kind=mail.kind,
        reason=mail.reason,
        matched_by=mail.matched_by,
        authentication=None if proven is None else AuthenticationView(proven.verdict, proven.detail),
        reply=mail.seq,
        has_quoted=mail.quoted is not None,
    )


def _mail_of(request: Request) -> int:
    number = whole_number(request.path_params["mail"])
    if number is None:
        raise NotFound
    return number
