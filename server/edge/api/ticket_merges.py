"""`/api/tickets/{number}/merge`: merge a ticket into another one, and undo it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from identity.adapters.people import People
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.heavy_reads import HeavyReads
from storage.ports import Storage, Tx
from ticketing.merging import MergeView, Merging
from ticketing.ticket import Number

_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),)


class MergeWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """`into`: the number of the ticket that stays."""

    into: Number


class MergeFound(Struct, frozen=True):
    """The merge of a ticket. Null if it is not merged into another one."""

    merge: MergeView | None


class TicketMergesApi(Api):
    def __init__(
        self, storage: Storage, clock: Clock, people: People, merging: Merging, heavy_reads: HeavyReads
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._merging = merging
        self._heavy_reads = heavy_reads

    async def merged(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()

        def found(tx: Tx) -> MergeFound:
            return MergeFound(self._merging.of(tx, call.actor, number, now))

        return answer(await self._heavy_reads.read_for(call.request, call.actor, found))

    async def merge(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()
        into = (await read_body(call.request, MergeWanted)).into

        def unit(tx: Tx) -> MergeFound:
            merge = self._merging.merge(tx, call.actor, number, into, now)
            self._people.record(tx, call.actor, "merge", "ticket", str(number), {"into": into}, now)
            return MergeFound(merge)

        return answer(await self._storage.write(unit))

    async def undo(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()

        def unit(tx: Tx) -> None:
            self._merging.undo(tx, call.actor, number, now)
            self._people.record(tx, call.actor, "unmerge", "ticket", str(number), {}, now)

        await self._storage.write(unit)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/merge",
            endpoint=merged,
            summary="Get the merge of a ticket into another one",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            answers=(Answer(200, "The merge, or null.", MergeFound),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/merge",
            endpoint=merge,
            summary="Merge a ticket into another one",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            body=MergeWanted,
            answers=(Answer(200, "The merge.", MergeFound),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/tickets/{number}/merge",
            endpoint=undo,
            summary="Undo the merge of a ticket, within 24 hours",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            answers=(Answer(204, "The ticket has its status and its code again.", media_type=None),),
            errors=("conflict",),
        ),
    )
