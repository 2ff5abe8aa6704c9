"""The calls about mails that are held back: the list, one mail, and the decision of staff."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock
from server.edge.api.bodies import answer, read_body
from server.edge.api.incoming_mail import MailView, mail_view
from server.edge.api.queries import Parameter, number
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.heavy_reads import HeavyReads
from server.live.mail.suspended_mail import Held, SuspendedMail
from texts.numbers import whole_number
from ticketing.errors import NotFound

TEXT_MAX = 20_000
"""Maximum characters of a mail's text that are shown."""

Decision = Literal["accept", "trust", "delete"]


class SuspendedView(Struct, frozen=True, kw_only=True):
    """A mail that is held back."""

    mail: MailView
    team: str | None
    """The team that the mail is for. If it is null, the team is unknown, and only supervisors see the mail."""
    ticket: int | None


class SuspendedPage(Struct, frozen=True):
    mails: list[SuspendedView]
    next: int | None
    """The value of `after` for the next page. Null at the end."""


class FileOfMail(Struct, frozen=True):
    name: str
    type: str
    size: int


class SuspendedContents(Struct, frozen=True, kw_only=True):
    """The contents of the mail, as plain text. Nothing in the mail is rendered or loaded."""

    mail: SuspendedView
    text: str
    """The text of the mail, or the text of its HTML part."""
    files: list[FileOfMail]


class Decided(Struct, frozen=True, forbid_unknown_fields=True):
    do: Decision
    """`accept`: make the mail part of a ticket. Accepting a mail does not prove who sent it. `trust`: accept the mail,
    and require no proof for mail from its sender from now on. `delete`: delete the mail."""


class Outcome(Struct, frozen=True):
    ticket: int | None
    """The ticket of which the mail became a part. Null if the mail was deleted."""


_MAIL = Parameter("mail", Annotated[int, Meta(ge=1)], "Id of the mail.")
_AFTER = number("after", 0, 2**53, "`next` of the page before.")


class SuspendedMailApi(Api):
    def __init__(self, clock: Clock, suspended: SuspendedMail, heavy_reads: HeavyReads) -> None:
        self._clock = clock
        self._suspended = suspended
        self._heavy_reads = heavy_reads

    async def list(self, call: Call) -> Response:
        after = call.query[_AFTER] or 0
        page = await self._heavy_reads.read_for(
            call.request, call.actor, lambda tx: self._suspended.page(tx, call.actor, after)
        )
        return answer(SuspendedPage([_view(held) for held in page.mails], page.next))

    async def get(self, call: Call) -> Response:
        held, read = await self._suspended.get(call.actor, _mail_of(call.request))
        written, rest = read.written.text, read.written.quoted
        text = "\n\n".join(part for part in (written, rest) if part)
        files = [FileOfMail(file.name, file.type, len(file.content)) for file in read.mail.files]
        return answer(SuspendedContents(mail=_view(held), text=text[:TEXT_MAX], files=files))

    async def decide(self, call: Call) -> Response:
        id_, now = _mail_of(call.request), self._clock()
        wanted = await read_body(call.request, Decided)
        if wanted.do == "delete":
            await self._suspended.delete(call.actor, id_, now)
            return answer(Outcome(None))
        return answer(Outcome(await self._suspended.accept(call.actor, id_, now, trust=wanted.do == "trust")))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/mail/suspended",
            endpoint=list,
            summary="List mails that are held back, oldest first, for staff only",
            needs=("change", "tickets"),
            in_query=(_AFTER,),
            answers=(Answer(200, "At most 50 mails.", SuspendedPage),),
        ),
        Operation(
            method="GET",
            path="/api/mail/suspended/{mail}",
            endpoint=get,
            summary="Read a mail that is held back, for staff only",
            needs=("change", "tickets"),
            in_path=(_MAIL,),
            answers=(Answer(200, "The mail as plain text.", SuspendedContents),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/mail/suspended/{mail}",
            endpoint=decide,
            summary="Decide about a mail that is held back, for staff only",
            needs=("change", "tickets"),
            in_path=(_MAIL,),
            body=Decided,
            answers=(Answer(200, "What became of it.", Outcome),),
            errors=("conflict",),
        ),
    )


def _view(held: Held) -> SuspendedView:
    return SuspendedView(mail=mail_view(held.mail), team=held.team, ticket=held.mail.ticket)


def _mail_of(request: Request) -> int:
    number = whole_number(request.path_params["mail"])
    if number is None:
        raise NotFound
    return number
