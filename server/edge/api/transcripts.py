"""The call that mails the conversation about a ticket to its requester."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.http_limits import HttpLimits
from server.live.mail.transcripts import Transcripts


class MailedView(Struct, frozen=True):
    email: str
    """The requester's address."""
    whole: bool
    """False if the address is not confirmed. The letter then has only the ticket number and a link."""


_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")


class TranscriptsApi(Api):
    def __init__(self, transcripts: Transcripts, http_limits: HttpLimits) -> None:
        self._transcripts = transcripts
        self._http_limits = http_limits

    async def mail(self, call: Call) -> Response:
        number = number_of(call.request)
        if not call.actor.identified:
            await self._http_limits.check(call.request, call.actor, "letters")
        mailed = await self._transcripts.mail(call.actor, number)
        return answer(MailedView(mailed.email, mailed.whole))

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/tickets/{number}/transcript",
            endpoint=mail,
            summary="Mail the conversation to the ticket's requester",
            needs=("create", "replies"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The address to which the letter goes.", MailedView),),
            errors=("conflict",),
        ),
    )
