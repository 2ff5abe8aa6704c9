"""The calls about the email of a ticket.

They show the letters and their delivery, the requester's email address, and the mails that came in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock, rfc3339, rfc3339_or_none
from identity.adapters.people import People
from mail.health import Health, State
from mail.incoming_ports import IncomingMails
from mail.letter import Kind, Letter
from mail.letter import State as LetterState
from mail.pacing import STOPPED
from mail.service import Letters
from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.incoming_mail import MailView, mails_shown
from server.edge.api.queries import Parameter, number
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from server.live.mail.bounces import Bounces
from server.live.mail.delivery import Delivery
from server.live.mail.letters import locales_of
from storage.ports import Storage, Tx
from texts.numbers import whole_number
from ticketing.errors import NotFound
from ticketing.service import Tickets
from ticketing.ticket import Ticket


class LetterView(Struct, frozen=True, kw_only=True):
    """A letter about a ticket."""

    id: int
    kind: Kind
    to: str
    reply: int | None
    """The `seq` of the reply that the letter is about."""
    bare: bool
    """True if the email address is not confirmed. The letter then has only the ticket number and a link."""
    state: LetterState
    created_at: str
    settled_at: str | None
    next_try: str | None
    """The time at which the waiting letter is sent, or tried again. Null if the letter does not wait, or if
    another letter is sent in its place."""
    error: str | None
    """The reason why the last attempt failed, or why the letter came back."""
    bounced_at: str | None
    """The time at which the letter came back. A letter that came back has the state `failed`."""
    covered_by: int | None
    """The id of the letter that was sent in place of this one, because the address is not confirmed."""


class AddressView(Struct, frozen=True, kw_only=True):
    """The requester's email address, and whether letters to this address arrive."""

    email: str
    verified: bool
    health: State
    since: str | None
    """The time at which `health` got its present value. Null for `ok`."""
    why: str | None
    """The reason that the mail server gave in the last bounce."""


class Earlier(Struct, frozen=True):
    """The query parameters with which the same call returns earlier letters and mails."""

    letters_before: int
    mails_before: int


class LettersOfTicket(Struct, frozen=True):
    letters: list[LetterView]
    address: AddressView | None
    """Null if the requester has no address."""
    mails: list[MailView]
    """Mails that came in about the ticket, oldest first."""
    earlier: Earlier | None
    """Null if there are no earlier letters and mails."""
    locale: str | None
    """The language of the requester: that of the latest chat about the ticket, otherwise that of the requester's
    account. Null if it is not known."""


LIMIT = 100
"""Maximum number of letters, and of mails, in an answer."""
_ID_MAX = 2**53
_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_LETTERS_BEFORE = number("letters_before", 1, _ID_MAX, "Only letters with lower ids.")
_MAILS_BEFORE = number("mails_before", 1, _ID_MAX, "Only mails with lower ids.")
_LETTER = Parameter("letter", Annotated[int, Meta(ge=1)], "Id of the letter.")


class LettersApi(Api):
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        tickets: Tickets,
        letters: Letters,
        mails: IncomingMails,
        delivery: Delivery,
        bounces: Bounces,
        heavy_reads: HeavyReads,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._tickets = tickets
        self._letters = letters
        self._mails = mails
        self._delivery = delivery
        self._bounces = bounces
        self._heavy_reads = heavy_reads

    async def of_ticket(self, call: Call) -> Response:
        ticket, now = number_of(call.request), self._clock()
        before = call.query[_LETTERS_BEFORE], call.query[_MAILS_BEFORE]

        def found(tx: Tx) -> LettersOfTicket:
            return self._shown(tx, self._tickets.theirs(tx, call.actor, ticket), now, before)

        return answer(await self._heavy_reads.read_for(call.request, call.actor, found))

    def _shown(
        self, tx: Tx, ticket: Ticket, now: int, before: tuple[int | None, int | None] = (None, None)
    ) -> LettersOfTicket:
        letters = self._letters.of_ticket(tx, ticket.number, before[0], LIMIT)
        mails, asked = self._mails.of_ticket(tx, ticket.number, before[1], LIMIT), ticket.requester
        address: AddressView | None = None
        if asked.email is not None:
            health = self._letters.addresses.health(tx, asked.email, now)
            address = _address(asked.email, health, verified=asked.verified)
        earlier: Earlier | None = None
        if len(letters) == LIMIT or len(mails) == LIMIT:
            earlier = Earlier(letters[0].id if letters else before[0] or 1, mails[0].id if mails else before[1] or 1)
        shown = [_view(letter) for letter in letters]
        return LettersOfTicket(shown, address, mails_shown(mails), earlier, self._locale(tx, ticket))

    def _locale(self, tx: Tx, ticket: Ticket) -> str | None:
        found, requester = locales_of(tx, [ticket]).get(ticket.number), ticket.requester.id
        if found is not None or requester is None:
            return found
        own = self._people.accounts.by_id(tx, requester)
        return None if own is None else own.locale

    async def try_again(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()

        def tried(tx: Tx) -> LettersOfTicket:
            ticket = self._tickets.theirs(tx, call.actor, number, lock=True)
            if not self._bounces.try_again(tx, ticket, now):
                raise Refused("conflict", "No letter to this address came back. Nothing needs to be tried again.")
            return self._shown(tx, self._tickets.theirs(tx, call.actor, number), now)

        return answer(await self._storage.write(tried))

    async def send(self, call: Call) -> Response:
        number, id_, now = number_of(call.request), _letter_of(call.request), self._clock()

        def send(tx: Tx) -> Letter:
            ticket = self._tickets.theirs(tx, call.actor, number, lock=True)
            letter = self._letters.find(tx, id_)
            if letter is None or letter.ticket != number:
                raise NotFound
            sent = self._letters.send_again(tx, id_, now)
            if ticket.letters_stopped and letter.state == "failed" and letter.error == STOPPED:
                after = replace(ticket, letters_stopped=False, updated_at=now, version=ticket.version + 1)
                self._tickets.keep(tx, ticket, after, [], call.actor, now)
            return sent

        letter = await self._storage.write(send)
        self._delivery.wake()
        return answer(_view(letter))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/letters",
            endpoint=of_ticket,
            summary="List letters and mails about a ticket, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            in_query=(_LETTERS_BEFORE, _MAILS_BEFORE),
            answers=(Answer(200, "The newest letters and mails, oldest first.", LettersOfTicket),),
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
        Operation(
            method="POST",
            path="/api/tickets/{number}/address/try-again",
            endpoint=try_again,
            summary="Send letters to the requester's address again, although earlier ones came back, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(
                Answer(200, "The letters and the address. The last letter that failed waits now.", LettersOfTicket),
            ),
            errors=("conflict",),
        ),
    )


def _letter_of(request: Request) -> int:
    number = whole_number(request.path_params["letter"])
    if number is None:
        raise NotFound
    return number


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
        settled_at=rfc3339_or_none(letter.settled_at),
        next_try=rfc3339(letter.due_at) if waits and letter.covered_by is None else None,
        error=letter.error,
        bounced_at=rfc3339_or_none(letter.bounced_at),
        covered_by=letter.covered_by,
    )


def _address(email: str, health: Health | None, *, verified: bool) -> AddressView:
    if health is None:
        return AddressView(email=email, verified=verified, health="ok", since=None, why=None)
    since, why = rfc3339(health.since), health.why or None
    return AddressView(email=email, verified=verified, health=health.state, since=since, why=why)
