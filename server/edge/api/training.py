"""The calls with which staff attach training to tickets, and with which everybody reads it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from learning.suggested import Attached
from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.learning import (
    RegistrationView,
    ResourceView,
    SessionView,
    registration_view,
    resource_view,
    session_view,
)
from server.edge.api.queries import Parameter, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.live.learning.learning_center import LearningCenter
from storage.ports import Storage, Tx
from ticketing.errors import NotFound
from ticketing.service import Tickets

_NUMBER = Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket.")
_PRODUCT = text("product", "The product of the ticket.")
_WORDS = text("words", "Words of the ticket, such as its subject.")


class SuggestedView(Struct, frozen=True):
    resources: list[ResourceView]
    """What fits best comes first."""
    playlist: list[int]
    """The ids of the resources that are attached if nobody chooses, in order."""
    sessions: list[SessionView]
    """The next date of each series."""


class AttachedPlaylistView(Struct, frozen=True):
    id: str
    url: str
    title: str
    items: list[int]
    minutes: int


class TrainingView(Struct, frozen=True):
    playlist: AttachedPlaylistView | None
    session: SessionView | None
    registration: RegistrationView | None
    """The place of the requester. Only the requester and staff see it."""
    requested: bool
    """The ticket asks for a training, and ends with a code of the group Training."""


class TrainingApi(Api):
    def __init__(self, clock: Clock, storage: Storage, center: LearningCenter, tickets: Tickets) -> None:
        self._clock = clock
        self._storage = storage
        self._center = center
        self._tickets = tickets

    async def suggested(self, call: Call) -> Response:
        product, words, now = call.query[_PRODUCT], call.query[_WORDS] or "", self._clock()
        suggestion = self._center.suggested.suggestion
        found = await self._storage.read(lambda tx: suggestion(tx, product, words, now))
        return answer(
            SuggestedView(
                [resource_view(one) for one in found.resources],
                [one.id for one in found.playlist],
                [session_view(one) for one in found.sessions],
            )
        )

    async def of_ticket(self, call: Call) -> Response:
        number, actor, suggested = number_of(call.request), call.actor, self._center.suggested

        def read(tx: Tx) -> TrainingView:
            ticket = self._tickets.theirs(tx, actor, number)
            attached = suggested.attached(tx, number, ticket.requester.email)
            sees = actor.kind == "staff" or actor.is_customer(ticket.requester.id)
            return _training(attached, sees=sees, requested=suggested.is_request(tx, number))

        try:
            return answer(await self._storage.read(read))
        except NotFound:
            raise Refused("not_found", "There is no such ticket.") from None

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/training",
            endpoint=suggested,
            summary="Suggest training for a ticket",
            needs=("change", "tickets"),
            in_query=(_PRODUCT, _WORDS),
            answers=(Answer(200, "Training on the product. The ids can be attached.", SuggestedView),),
        ),
        Operation(
            method="GET",
            path="/api/tickets/{number}/training",
            endpoint=of_ticket,
            summary="Read the training that a ticket attaches",
            needs=("read", "tickets"),
            in_path=(_NUMBER,),
            answers=(Answer(200, "The training. Each part is null if there is none.", TrainingView),),
        ),
    )


def _training(attached: Attached, *, sees: bool, requested: bool) -> TrainingView:
    playlist, place, listed = attached.playlist, attached.place, attached.session
    return TrainingView(
        playlist=AttachedPlaylistView(
            playlist.id,
            f"/learning/playlists/{playlist.id}",
            playlist.title,
            list(playlist.items),
            attached.minutes,
        )
        if playlist is not None
        else None,
        session=session_view(listed) if listed is not None else None,
        registration=registration_view(place) if place is not None and sees else None,
        requested=requested,
    )
