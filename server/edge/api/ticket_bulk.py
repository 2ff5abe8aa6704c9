"""`/api/tickets/bulk`: one change of many tickets, and the numbers of all tickets that match a list."""

from __future__ import annotations

from starlette.responses import Response

from clock import Clock
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import FILTERS, filters_of
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.heavy_reads import HeavyReads
from server.live.tickets.bulk_changes import BulkChanges
from storage.ports import Tx
from ticketing.bulk import ALL_MAX, BulkChange, BulkOutcome, NumbersFound
from ticketing.service import Tickets


class TicketBulkApi(Api):
    def __init__(self, clock: Clock, tickets: Tickets, changes: BulkChanges, heavy_reads: HeavyReads) -> None:
        self._clock = clock
        self._tickets = tickets
        self._changes = changes
        self._heavy_reads = heavy_reads

    async def numbers(self, call: Call) -> Response:
        """The numbers of all tickets that match the list's filters, at most 1,000."""
        filters = filters_of(call.query, self._clock())

        def found(tx: Tx) -> list[int]:
            return self._tickets.lists.matching(tx, call.actor, filters, ALL_MAX + 1)

        search = filters.q is not None
        numbers = await self._heavy_reads.read_for(call.request, call.actor, found, search=search)
        return answer(NumbersFound(numbers[:ALL_MAX], len(numbers) > ALL_MAX))

    async def change(self, call: Call) -> Response:
        """Change many tickets, or preview the change. If the connection is lost, the rest stays unchanged.

        A ticket that is already as wanted is not changed again, so the call can be repeated.
        """
        asked = await read_body(call.request, BulkChange)
        wanted, numbers, now = asked.change.wanted, list(dict.fromkeys(asked.numbers)), self._clock()
        if asked.preview:

            def preview(tx: Tx) -> BulkOutcome:
                return self._tickets.bulk.preview(tx, call.actor, numbers, wanted, now)

            return answer(await self._heavy_reads.read_for(call.request, call.actor, preview))
        async with cancelled_on_disconnect(call.request):
            return answer(await self._changes.change(call.actor, numbers, wanted))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/numbers",
            endpoint=numbers,
            summary="List the numbers of all tickets that match",
            needs=("change", "tickets"),
            in_query=FILTERS,
            answers=(Answer(200, "At most 1,000, the ones changed last first.", NumbersFound),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/bulk",
            endpoint=change,
            summary="Change many tickets in the same way, or preview such a change",
            needs=("change", "tickets"),
            body=BulkChange,
            answers=(Answer(200, "What became of each ticket.", BulkOutcome),),
        ),
    )
