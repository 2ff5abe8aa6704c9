"""Tickets over HTTP: list, count and export; read, change, create and reply."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta
from starlette.responses import Response, StreamingResponse

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_bodies import CHANGE, NEW_TICKET, REPLY
from server.edge.api.ticket_parameters import (
    CURSOR,
    FILTERS,
    FORMAT,
    PAGE_SIZE,
    SORT,
    TAG_START,
    TEAMS,
    filters_of,
    key_of,
    number_of,
    versions_of,
)
from server.edge.client_disconnect import cancelled_on_disconnect
from server.edge.heavy_reads import HeavyReads
from server.edge.proofs import PROOF, PROOF_MAX
from server.edge.ticket_writing import CREATE, TicketWriting, replies_to
from storage.ports import Storage, Tx
from ticketing.adapters.export import MEDIA_TYPES, exported
from ticketing.correspondence import Correspondence, Outcome
from ticketing.errors import NotFound
from ticketing.events import check_text
from ticketing.listing import LIMIT, Counts, TagsUsed
from ticketing.requests import NewRedaction, NewReply, NewTicket, TicketChange
from ticketing.service import Tickets
from ticketing.triage import tag_start
from ticketing.views import Page, TicketView

_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),)


class TicketsApi(Api):
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        tickets: Tickets,
        correspondence: Correspondence,
        heavy_reads: HeavyReads,
        writing: TicketWriting,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._tickets = tickets
        self._correspondence = correspondence
        self._heavy_reads = heavy_reads
        self._writing = writing

    async def tickets(self, call: Call) -> Response:
        now, query = self._clock(), call.query
        filters = filters_of(query, now)
        sort, limit, cursor = query[SORT] or "-updated_at", query[PAGE_SIZE] or LIMIT, query[CURSOR]

        def page(tx: Tx) -> Page:
            return self._tickets.lists.page(tx, call.actor, filters, now, sort, limit, cursor)

        search = filters.q is not None
        return answer(await self._heavy_reads.read_for(call.request, call.actor, page, search=search))

    async def counts(self, call: Call) -> Response:
        """The number of unsolved tickets, in total and for each kind that needs work."""
        teams, now = call.query[TEAMS], self._clock()
        return answer(
            await self._heavy_reads.read_for(
                call.request, call.actor, lambda tx: self._tickets.lists.counts(tx, call.actor, teams, now)
            )
        )

    async def tags(self, call: Call) -> Response:
        """Tags that tickets of your teams have or had, for suggestions."""
        start = tag_start(call.query[TAG_START] or "")
        return answer(
            await self._heavy_reads.read_for(
                call.request, call.actor, lambda tx: TagsUsed(self._tickets.lists.tags(tx, call.actor, start))
            )
        )

    async def export(self, call: Call) -> Response:
        """All tickets that match the list's filters, as one file."""
        format, now = call.query[FORMAT] or "csv", self._clock()
        filters = filters_of(call.query, now)
        asked = {"format": format, "query": sorted(set(call.request.query_params))}
        await self._storage.write(lambda tx: self._people.record(tx, call.actor, "export", "tickets", None, asked, now))
        pieces = exported(self._storage, self._tickets, call.actor, filters, format, now)
        # Until something is sent, an unavailable database can still be reported.
        async with cancelled_on_disconnect(call.request):
            first = await anext(pieces)

        async def body() -> AsyncIterator[bytes]:
            yield first
            async for piece in pieces:
                yield piece

        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="tickets.{format}"'}
        return StreamingResponse(body(), 200, headers, MEDIA_TYPES[format])

    async def ticket(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()
        return _whole(
            await self._heavy_reads.read_for(
                call.request, call.actor, lambda tx: self._tickets.get(tx, call.actor, number, now)
            )
        )

    async def change(self, call: Call) -> Response:
        number, versions = number_of(call.request), versions_of(call.request)
        asked = await read_body(call.request, TicketChange)
        wanted, noted = asked.wanted, asked.note
        if noted is not None:
            check_text(noted, field="note")
        now = self._clock()

        def patch(tx: Tx) -> TicketView:
            return self._tickets.patch(tx, call.actor, number, wanted, versions, now, noted)

        return _whole(await self._storage.write(patch))

    async def create(self, call: Call) -> Response:
        """Create a ticket. Customers create tickets for themselves, and staff for a customer."""
        key = key_of(call.request)
        outcome = await self._writing.repeated(call.actor, CREATE, key)
        if outcome is None:
            wanted = await read_body(call.request, NewTicket)
            outcome = await self._writing.create(call.request, call.actor, wanted, key)
        return await self._shown(call, outcome)

    async def reply(self, call: Call) -> Response:
        """Add a reply.

        If the ticket is closed for good, the reply creates a follow-up ticket instead, and the answer has the status
        201.
        """
        request, actor = call.request, call.actor
        key, number = key_of(request), number_of(request)
        outcome = await self._writing.repeated(actor, replies_to(number), key)
        if outcome is None:
            said = await read_body(request, NewReply)
            outcome = await self._writing.reply(request, actor, number, said, key)
        return await self._shown(call, outcome)

    async def redact(self, call: Call) -> Response:
        number = number_of(call.request)
        wanted = await read_body(call.request, NewRedaction)
        now = self._clock()
        await self._storage.write(lambda tx: self._correspondence.redact(tx, call.actor, number, wanted, now))
        return _whole(
            await self._heavy_reads.answer_for(
                call.request, call.actor, lambda tx: self._tickets.get(tx, call.actor, number, now)
            )
        )

    async def has_ticket(self, actor: Actor, number: int) -> bool:
        """True if the ticket exists and `actor` may see it. Raises StorageUnavailable."""
        try:
            await self._storage.read(lambda tx: self._tickets.theirs(tx, actor, number))
        except NotFound:
            return False
        return True

    async def _shown(self, call: Call, outcome: Outcome) -> Response:
        now = self._clock()

        def shown(tx: Tx) -> TicketView:
            return self._tickets.shown(tx, call.actor, outcome.number, now)

        ticket = await self._heavy_reads.answer_for(call.request, call.actor, shown)
        if not outcome.made:
            return _whole(ticket)
        headers = {"ETag": f'"{ticket.version}"', "Location": f"/api/tickets/{ticket.number}"}
        return answer(ticket, status=201, headers=headers)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets",
            endpoint=tickets,
            summary="List the tickets you can see, page by page",
            needs=("read", "tickets"),
            in_query=(*FILTERS, SORT, PAGE_SIZE, CURSOR),
            answers=(Answer(200, "A page.", Page),),
        ),
        Operation(
            method="POST",
            path="/api/tickets",
            endpoint=create,
            summary="Create a ticket; staff create one for a customer",
            needs=("create", "tickets"),
            in_header=(
                Parameter(
                    PROOF, Annotated[str, Meta(max_length=PROOF_MAX)], "The answer to the challenge of `proof_needed`."
                ),
            ),
            errors=("proof_needed",),
            body=NewTicket,
            facets=NEW_TICKET,
            answers=(Answer(201, "The ticket.", TicketView, headers={"Location": "Its address."}),),
            idempotency_key=True,
            etag=True,
        ),
        Operation(
            method="GET",
            path="/api/tickets/counts",
            endpoint=counts,
            summary="Count open tickets",
            needs=("change", "tickets"),
            in_query=(TEAMS,),
            answers=(
                Answer(200, "By status, unassigned, your own, and by flag. Solved tickets are not counted.", Counts),
            ),
        ),
        Operation(
            method="GET",
            path="/api/tickets/tags",
            endpoint=tags,
            summary="List tags that your teams use",
            needs=("change", "tickets"),
            in_query=(TAG_START,),
            answers=(Answer(200, "At most 50, in alphabetical order.", TagsUsed),),
        ),
        Operation(
            method="GET",
            path="/api/tickets/export",
            endpoint=export,
            summary="Export all tickets you can see",
            needs=("export", "tickets"),
            in_query=(FORMAT, *FILTERS),
            answers=(
                Answer(
                    200,
                    "A table with a header row, or one ticket per line.",
                    media_type=tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values()),
                ),
            ),
        ),
        Operation(
            method="GET",
            path="/api/tickets/{number}",
            endpoint=ticket,
            summary="Get a ticket",
            needs=("read", "tickets"),
            in_path=_NUMBER,
            answers=(Answer(200, "The ticket.", TicketView),),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/tickets/{number}",
            endpoint=change,
            summary="Change a ticket",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            body=TicketChange,
            facets=CHANGE,
            answers=(Answer(200, "The ticket after the change.", TicketView),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/replies",
            endpoint=reply,
            summary="Write on a ticket; staff can change it in the same step",
            needs=("create", "replies"),
            in_path=_NUMBER,
            body=NewReply,
            facets=REPLY,
            answers=(
                Answer(200, "The ticket after the change.", TicketView),
                Answer(
                    201,
                    "The ticket was closed for good; this is its follow-up.",
                    TicketView,
                    headers={"Location": "Its address."},
                ),
            ),
            errors=("conflict",),
            idempotency_key=True,
            etag=True,
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/redactions",
            endpoint=redact,
            summary="Remove a reply or a note permanently",
            needs=("create", "replies"),
            in_path=_NUMBER,
            body=NewRedaction,
            answers=(Answer(200, "The ticket after the change.", TicketView),),
            errors=("conflict",),
            etag=True,
        ),
    )


def _whole(view: TicketView) -> Response:
    return answer(view, headers={"ETag": f'"{view.version}"'})
