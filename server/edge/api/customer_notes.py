"""`/api/people/{id}/notes`: staff's notes about a customer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.people import PERSON
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.tickets.customer_notes import TEXT_MAX, CustomerNotes, CustomerNotesView
from storage.ports import Storage
from texts.numbers import whole_number

_NOTE = Parameter("note", Annotated[int, Meta(ge=1)], "The id of the note.")


class NewCustomerNote(Struct, frozen=True, forbid_unknown_fields=True):
    """A note about a customer, for staff only."""

    text: Annotated[str, Meta(max_length=TEXT_MAX)]


class CustomerNotesApi(Api):
    def __init__(self, storage: Storage, clock: Clock, notes: CustomerNotes) -> None:
        self._storage = storage
        self._clock = clock
        self._notes = notes

    async def notes(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.read(lambda tx: self._notes.all(tx, call.actor, id_, now)))

    async def add(self, call: Call) -> Response:
        text = (await read_body(call.request, NewCustomerNote)).text
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.write(lambda tx: self._notes.add(tx, call.actor, id_, text, now)))

    async def remove(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        note = whole_number(call.request.path_params["note"])
        if note is None:
            raise Refused("not_found", "This note doesn't exist.")
        return answer(await self._storage.write(lambda tx: self._notes.remove(tx, call.actor, id_, note, now)))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/people/{id}/notes",
            endpoint=notes,
            summary="List the notes about a customer",
            needs=("read", "requesters"),
            in_path=(PERSON,),
            answers=(Answer(200, "The notes.", CustomerNotesView),),
        ),
        Operation(
            method="POST",
            path="/api/people/{id}/notes",
            endpoint=add,
            summary="Write a note about a customer",
            needs=("change", "requesters"),
            in_path=(PERSON,),
            body=NewCustomerNote,
            answers=(Answer(200, "The notes.", CustomerNotesView),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/people/{id}/notes/{note}",
            endpoint=remove,
            summary="Remove a note about a customer",
            needs=("change", "requesters"),
            in_path=(PERSON, _NOTE),
            answers=(Answer(200, "The notes.", CustomerNotesView),),
        ),
    )
