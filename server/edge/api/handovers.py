"""The calls about the hand-overs of a ticket to its account team.

The calls show whether the message about a hand-over arrived, and whether the team acknowledged the hand-over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import Clock, rfc3339, rfc3339_or_none
from identity.adapters.store import SqlStore as IdentityStore
from identity.audit import line
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from server.live.webhooks.desk_webhooks import DeskWebhooks
from storage.ports import Storage, Tx
from texts.numbers import whole_number
from texts.visible import as_line
from ticketing.adapters import handed_over
from ticketing.errors import NotFound
from ticketing.handed_over import REFERENCE_MAX, AcknowledgedBy, HandedOver
from ticketing.service import Tickets
from webhooks.message import Message, State


class WebhookView(Struct, frozen=True, kw_only=True):
    """The delivery of the message to the account team's webhook."""

    state: State
    attempts: int
    settled_at: str | None
    next_try: str | None
    """The time at which the waiting message is sent, or tried again. Null if it does not wait."""
    error: str | None
    """The reason why the last attempt failed."""


class HandoverView(Struct, frozen=True, kw_only=True):
    """A hand-over of the ticket. A ticket that is reopened can be handed over again."""

    id: int
    account_team: str | None
    """The account team's email address. Null if neither the client nor the team has one."""
    created_at: str
    sent_at: str | None
    """The time at which the mail server accepted the letter or the webhook accepted the message, whichever was
    first."""
    acknowledged_at: str | None
    acknowledged_by: AcknowledgedBy | None
    """How the hand-over was acknowledged: with the link in the letter, in the webhook's answer, or by staff, who
    recorded it. Null if the hand-over is not acknowledged."""
    external_ref: str | None
    """The account team's own reference."""
    webhook: WebhookView | None
    """Null if the account team has no webhook."""


class HandoversOfTicket(Struct, frozen=True):
    handovers: list[HandoverView]


class Acknowledgment(Struct, frozen=True, forbid_unknown_fields=True):
    external_ref: Annotated[str, Meta(max_length=REFERENCE_MAX)] | None = None
    """The account team's own reference, such as the number of a feature request."""


_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_HANDOVER = Parameter("handover", Annotated[int, Meta(ge=1)], "Id of the hand-over.")


class HandoversApi(Api):
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        tickets: Tickets,
        webhooks: DeskWebhooks,
        heavy_reads: HeavyReads,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._tickets = tickets
        self._webhooks = webhooks.service
        self._delivery = webhooks.delivery
        self._heavy_reads = heavy_reads

    async def of_ticket(self, call: Call) -> Response:
        number = number_of(call.request)

        def found(tx: Tx) -> list[HandoverView]:
            self._tickets.theirs(tx, call.actor, number)
            return self._views(tx, number)

        return answer(HandoversOfTicket(await self._heavy_reads.read_for(call.request, call.actor, found)))

    async def send(self, call: Call) -> Response:
        number, id_, now = number_of(call.request), _handover_of(call.request), self._clock()

        def send(tx: Tx) -> HandoverView:
            self._tickets.theirs(tx, call.actor, number)
            message = _newest(self._webhooks.of_ticket(tx, number), id_)
            if message is None:
                raise NotFound
            self._webhooks.send_again(tx, message.id, now)
            return self._view(tx, number, id_)

        view = await self._storage.write(send)
        self._delivery.wake()
        return answer(view)

    async def acknowledge(self, call: Call) -> Response:
        number, id_, now = number_of(call.request), _handover_of(call.request), self._clock()
        reference = as_line((await read_body(call.request, Acknowledgment)).external_ref or "") or None

        def keep(tx: Tx) -> HandoverView:
            self._tickets.theirs(tx, call.actor, number, lock=True)
            self._view(tx, number, id_)
            handed_over.acknowledged(tx, id_, "staff", reference, now)
            IdentityStore().record(tx, line(call.actor, "acknowledge", "handover", str(id_), {"ticket": number}, now))
            return self._view(tx, number, id_)

        return answer(await self._storage.write(keep))

    def _views(self, tx: Tx, number: int) -> list[HandoverView]:
        messages = self._webhooks.of_ticket(tx, number)
        return [_view(record, _newest(messages, record.id)) for record in handed_over.of_ticket(tx, number)]

    def _view(self, tx: Tx, number: int, id_: int) -> HandoverView:
        """The hand-over `id_` of this ticket. Raises NotFound if there is none."""
        found = next((view for view in self._views(tx, number) if view.id == id_), None)
        if found is None:
            raise NotFound
        return found

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/handovers",
            endpoint=of_ticket,
            summary="List the hand-overs of the ticket to its account team, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The hand-overs, oldest first.", HandoversOfTicket),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/handovers/{handover}/send",
            endpoint=send,
            summary="Send the webhook of a hand-over again that failed or waits, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _HANDOVER),
            answers=(Answer(200, "The hand-over, whose webhook waits now.", HandoverView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/handovers/{handover}/acknowledge",
            endpoint=acknowledge,
            summary="Record that the account team has taken the hand-over, for staff only",
            needs=("change", "tickets"),
            in_path=(_NUMBER, _HANDOVER),
            body=Acknowledgment,
            answers=(Answer(200, "The hand-over.", HandoverView),),
        ),
    )


def _handover_of(request: Request) -> int:
    number = whole_number(request.path_params["handover"])
    if number is None:
        raise NotFound
    return number


def _newest(messages: Sequence[Message], handover: int) -> Message | None:
    return next((message for message in reversed(messages) if message.handover == handover), None)


def _view(record: HandedOver, message: Message | None) -> HandoverView:
    return HandoverView(
        id=record.id,
        account_team=record.address,
        created_at=rfc3339(record.created_at),
        sent_at=rfc3339_or_none(record.sent_at),
        acknowledged_at=rfc3339_or_none(record.acknowledged_at),
        acknowledged_by=record.acknowledged_by,
        external_ref=record.external_ref,
        webhook=None if message is None else _webhook(message),
    )


def _webhook(message: Message) -> WebhookView:
    return WebhookView(
        state=message.state,
        attempts=message.attempts,
        settled_at=rfc3339_or_none(message.settled_at),
        next_try=rfc3339(message.due_at) if message.state == "waiting" else None,
        error=message.error,
    )
