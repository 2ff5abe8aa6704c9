"""`/api/people`: the calls by which staff read, correct and merge customers."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from clock import Clock
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.tickets.requesters import PersonView, Requesters
from storage.ports import Storage
from ticketing.ticket import ADDRESS_MAX, NAME_MAX, Address, Name

ID_MAX = 320
"""Maximum length of an id, in characters. The longest ids contain an email address."""


class PersonCorrected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values for the name and the email address of a customer who has not proven them.

    An absent field keeps its value. Null clears the field.
    """

    name: Name | None | UnsetType = UNSET
    email: Address | None | UnsetType = UNSET


class PersonMerged(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body of a merge. `into` is the id of the customer into whom the customer in the path is merged."""

    into: Annotated[str, Meta(min_length=1, max_length=ID_MAX)]


PERSON = Parameter(
    "id",
    str,
    "Id of the customer: an account or a visitor. For a customer who is known only by an address: `mailto:` and it.",
)


class PeopleApi(Api):
    def __init__(self, storage: Storage, clock: Clock, requesters: Requesters) -> None:
        self._storage = storage
        self._clock = clock
        self._requesters = requesters

    async def person(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.read(lambda tx: self._requesters.get(tx, call.actor, id_, now)))

    async def correct(self, call: Call) -> Response:
        wanted = await read_body(call.request, PersonCorrected)
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.write(lambda tx: self._requesters.correct(tx, call.actor, id_, wanted, now)))

    async def merge(self, call: Call) -> Response:
        into = (await read_body(call.request, PersonMerged)).into
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.write(lambda tx: self._requesters.merge(tx, call.actor, id_, into, now)))

    async def undo(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        return answer(await self._storage.write(lambda tx: self._requesters.undo(tx, call.actor, id_, now)))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/people/{id}",
            endpoint=person,
            summary="Read a customer",
            needs=("read", "requesters"),
            in_path=(PERSON,),
            answers=(Answer(200, "The customer.", PersonView),),
        ),
        Operation(
            method="PATCH",
            path="/api/people/{id}",
            endpoint=correct,
            summary="Correct a customer's name and address",
            needs=("change", "requesters"),
            in_path=(PERSON,),
            body=PersonCorrected,
            facets={
                "name": {"pattern": TEXT_PATTERN, "maxLength": NAME_MAX},
                "email": {"pattern": TEXT_PATTERN, "maxLength": ADDRESS_MAX},
            },
            answers=(Answer(200, "The customer after the change.", PersonView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/people/{id}/merge",
            endpoint=merge,
            summary="Merge a customer into another one, for staff only",
            needs=("change", "requesters"),
            in_path=(PERSON,),
            body=PersonMerged,
            answers=(Answer(200, "The customer into whom the other one was merged.", PersonView),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/people/{id}/merge",
            endpoint=undo,
            summary="Undo a merge within 24 hours",
            needs=("change", "requesters"),
            in_path=(PERSON,),
            answers=(Answer(200, "The customer who was merged.", PersonView),),
            errors=("conflict",),
        ),
    )
