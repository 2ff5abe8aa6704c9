"""Letters about a ticket over HTTP: whether they were delivered, and sending one again."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock, rfc3339
from mail.letter import Kind, Letter, State
from mail.service import Letters
from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from server.live.delivery import Delivery
from storage.ports import Storage, Tx
from ticketing.errors import NotFound
from ticketing.service import Tickets


class LetterView(Struct, frozen=True, kw_only=True):
    """A letter about a ticket."""

    id: int
    kind: Kind
    to: str
    reply: int | None
    """`seq` of the reply that the letter is about."""
    bare: bool
    """True if the email address is not confirmed. The letter then has only the ticket number and a link."""
    state: State
    created_at: str
    settled_at: str | None
    next_try: str | None
    """The time at which the waiting letter is sent, or tried again. Null if the letter does not wait."""
    error: str | None
    """The reason why the last attempt failed."""


class LettersOfTicket(Struct, frozen=True):
    letters: list[LetterView]


_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_LETTER = Parameter("letter", Annotated[int, Meta(ge=1)], "Id of the letter.")


class LettersApi(Api):
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        tickets: Tickets,
        letters: Letters,
        delivery: Delivery,
        heavy_reads: HeavyReads,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._tickets = tickets
        self._letters = letters
        self._delivery = delivery
        self._heavy_reads = heavy_reads

    async def of_ticket(self, call: Call) -> Response:
        number = number_of(call.request)

        def found(tx: Tx) -> list[Letter]:
            self._tickets.theirs(tx, call.actor, number)
            return self._letters.of_ticket(tx, number)

        letters = await self._heavy_reads.read_for(call.request, call.actor, found)
        return answer(LettersOfTicket([_view(letter) for letter in letters]))

    async def send(self, call: Call) -> Response:
        number, id_, now = number_of(call.request), _letter_of(call.request), self._clock()

        def send(tx: Tx) -> Letter:
            self._tickets.theirs(tx, call.actor, number)
            letter = self._letters.find(tx, id_)
            if letter is None or letter.ticket != number:
                raise NotFound
            return self._letters.send_again(tx, id_, now)

        letter = await self._storage.write(send)
        self._delivery.wake()
        return answer(_view(letter))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/letters",
            endpoint=of_ticket,
            summary="List the letters about a ticket, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The letters, oldest first.", LettersOfTicket),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/letters/{letter}/send",
            endpoint=send,
            summary="Send a letter again that failed or waits, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _LETTER),
            answers=(Answer(200, "The letter, which waits now.", LetterView),),
            errors=("conflict",),
        ),
    )


def _letter_of(request: Request) -> int:
    text: str = request.path_params["letter"]
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound
    return int(text)


def _view(letter: Letter) -> LetterView:
    waits = letter.state == "waiting"
    return LetterView(
        id=letter.id,
        kind=letter.kind,
        to=letter.to,
        reply=letter.seq,
        bare=letter.bare,
        state=letter.state,
        created_at=rfc3339(letter.created_at),
        settled_at=None if letter.settled_at is None else rfc3339(letter.settled_at),
        next_try=rfc3339(letter.due_at) if waits else None,
        error=letter.error,
    )
