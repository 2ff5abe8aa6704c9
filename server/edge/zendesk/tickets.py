"""`/api/v2/tickets` and what belongs to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, structs
from starlette.requests import Request
from starlette.responses import Response

from clock import from_rfc3339
from identity.actor import Actor
from identity.adapters.people import People
from mail.incoming.html_text import text_of
from refusals import Refused, invalid
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, choice, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import key_of, number_of
from server.edge.heavy_reads import stored
from server.edge.ticket_writing import CREATE, TicketWriting, replies_to
from server.edge.zendesk.desk import Read, ZendeskDesk
from server.edge.zendesk.paging import PAGING, address, by_cursor, by_number, sliced, wanted_of
from server.live.teams import Teams
from storage.ports import Tx
from ticketing.correspondence import Correspondence
from ticketing.listing import SORTS, Filters, Sort, cursor_at
from ticketing.requests import NewTicket, RequesterWanted
from ticketing.wanted import Wanted
from zendesk.bodies import TicketBody, TicketWanted
from zendesk.custom_fields import NumberedFields
from zendesk.numbers import Key, Kind, comment_number
from zendesk.reading import Comments, comments_of
from zendesk.shapes import Audit, ChangedTicket, CommentList, Exported, OneTicket, ShownTicket, TicketList
from zendesk.writing import Present, change, new_ticket

LISTED_MAX = 10_000
EXPORTED = 200
_LATE_MS = 5_000
"""The last cursor of an export is at least this old. So the next export finds changes that were committed late."""
_RECORDED_MS = 3_600_000

_SORT_BY = choice("sort_by", ("created_at", "updated_at", "priority", "id"), "By number if absent.")
_SORT_ORDER = choice("sort_order", ("asc", "desc"))
_SORT = choice("sort", ("id", "-id", "updated_at", "-updated_at"), "The order of a list that is paged by cursor.")
SORTING = (_SORT_BY, _SORT_ORDER, _SORT)
_INLINE = choice("include_inline_images", ("true", "false"), "Has no effect.")
_START = number("start_time", 0, 2**40, "Seconds since 1970. Tickets that changed at or after this time.")
_CURSOR = text("cursor", "The `after_cursor` of an earlier page.")
_EXPORT_SIZE = number("per_page", 1, 1_000, "Tickets of a page, at most 200.")
_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),)


class ZendeskTicketsApi(Api):
    def __init__(
        self, desk: ZendeskDesk, people: People, teams: Teams, correspondence: Correspondence, writing: TicketWriting
    ) -> None:
        self._desk = desk
        self._people = people
        self._exports: dict[str, int] = {}
        """When the last export of each person was recorded in the audit log."""
        self._teams = teams
        self._correspondence = correspondence
        self._writing = writing

    async def tickets(self, call: Call) -> Response:
        desk, wanted, now, sort = self._desk, wanted_of(call), self._desk.clock(), sort_of(call)
        lists = desk.tickets.lists
        if wanted.by_cursor:

            def page(tx: Tx) -> _Part:
                found = lists.page(tx, call.actor, Filters(), now, sort, wanted.size, wanted.after)
                return _Part(desk.described(tx, found.tickets), found.next)

            read = await desk.read(call.request, call.actor, page)
            listed = TicketList(tickets=await desk.shown(read.read))
            return answer(by_cursor(listed, call, desk.origin(call.request), read.next))

        def part(tx: Tx) -> tuple[Read, int]:
            views, count = lists.part(tx, call.actor, Filters(), now, sort, wanted.places, LISTED_MAX)
            return desk.described(tx, views), count

        found, count = await desk.read(call.request, call.actor, part)
        listed = TicketList(tickets=await desk.shown(found))
        return answer(by_number(listed, call, desk.origin(call.request), wanted, count))

    async def ticket(self, call: Call) -> Response:
        found = await self._desk.one(call.request, call.actor, number_of(call.request))
        return answer(OneTicket(found))

    async def create(self, call: Call) -> Response:
        key = key_of(call.request)
        outcome = await self._writing.repeated(call.actor, CREATE, key)
        if outcome is None:
            asked = await _asked(call.request)
            async with self._desk.naming_fields(call.request):
                wanted = await self._desk.storage.read(lambda tx: self._opening(tx, call.actor, asked))
                outcome = await self._writing.create(call.request, call.actor, wanted, key)
        ticket = await self._desk.one(call.request, call.actor, outcome.number, written=True)
        location = {"Location": f"{self._desk.base_url}/api/v2/tickets/{outcome.number}.json"}
        return answer(await self._changed(ticket, call.actor), status=201, headers=location)

    async def change(self, call: Call) -> Response:
        """Change a ticket, and add a comment in the same step."""
        number, asked = number_of(call.request), await _asked(call.request)
        written = await self.written(call.request, call.actor, number, asked)
        ticket = await self._desk.one(call.request, call.actor, written, written=True)
        return answer(await self._changed(ticket, call.actor))

    async def written(self, request: Request, actor: Actor, number: int, asked: TicketWanted) -> int:
        """Change a ticket. Returns its number, or that of its follow-up. Raises Refused."""
        now = self._desk.clock()

        def unit(tx: Tx) -> int:
            ticket = self._desk.tickets.theirs(tx, actor, number, lock=True)
            to = change(asked, self._present(tx, asked, ticket.status))
            if to.reply is not None:
                path = replies_to(number)
                return self._correspondence.reply(tx, actor, number, to.reply, path, None, now, to.wanted).number
            if to.wanted != Wanted():
                self._desk.tickets.amend(tx, actor, number, to.wanted, None, now)
            return number

        async with self._desk.naming_fields(request):
            return await self._desk.storage.write(unit)

    async def comments(self, call: Call) -> Response:
        number, desk, now = number_of(call.request), self._desk, self._desk.clock()
        whole = await desk.read(call.request, call.actor, lambda tx: desk.tickets.get(tx, call.actor, number, now))
        comments = comments_of(whole)
        said, paged = sliced(call, comments.said)
        part = Comments(whole, said)
        numbers = await desk.numbered(part.keys, {})
        return answer(paged(CommentList(comments=part.shown(numbers, desk.base_url)), desk.origin(call.request)))

    async def export(self, call: Call) -> Response:
        """Tickets in the order in which they changed."""
        desk, now, start, cursor = self._desk, self._desk.clock(), call.query[_START], call.query[_CURSOR]
        if (start is None) is (cursor is None):
            raise Refused("invalid", "Give `start_time` or `cursor`.", {"start_time": "Give this, or `cursor`."})
        await self._record_export(call.actor, start, now)
        filters = Filters(updated_from=start * 1000) if start is not None else Filters()
        size = min(call.query[_EXPORT_SIZE] or EXPORTED, EXPORTED)

        def query(tx: Tx) -> _Part:
            found = desk.tickets.lists.page(tx, call.actor, filters, now, "updated_at", size, cursor)
            return _Part(desk.described(tx, found.tickets), found.next)

        page = await desk.read(call.request, call.actor, query)
        after = page.next or _last_cursor(page.read, cursor, start, now)
        return answer(
            Exported(
                tickets=await desk.shown(page.read),
                after_cursor=after,
                after_url=address(call, desk.origin(call.request), {"cursor": after, "start_time": None}),
                end_of_stream=page.next is None,
            )
        )

    async def _record_export(self, actor: Actor, start: int | None, now: int) -> None:
        """Record the start of an export in the audit log. Of the pages that follow, one line an hour."""
        if start is None and now - self._exports.get(actor.id, -_RECORDED_MS) < _RECORDED_MS:
            return
        asked = {"format": "zendesk", "query": ["cursor" if start is None else "start_time"]}
        record = self._people.record
        await self._desk.storage.write(lambda tx: record(tx, actor, "export", "tickets", None, asked, now))
        self._exports[actor.id] = now

    def _opening(self, tx: Tx, actor: Actor, asked: TicketWanted) -> NewTicket:
        author = RequesterWanted(name=actor.name, email=actor.email)
        team = next(iter(self._teams.seen_by(actor)), "")
        return new_ticket(asked, self._present(tx, asked, "open"), team, author, self._requester(tx, asked))

    def _requester(self, tx: Tx, asked: TicketWanted) -> RequesterWanted | None:
        if asked.requester_id is None:
            given = asked.requester
            return RequesterWanted(name=given.name, email=given.email) if given is not None else None
        numbers = self._desk.numbers
        key = numbers.key(tx, "user", asked.requester_id)
        if key is None:
            sentence = f"There is no user {asked.requester_id}."
            raise invalid("requester", sentence)
        if not key.id.startswith("mailto:"):
            return RequesterWanted(id=key.id)
        return RequesterWanted(name=numbers.name(tx, key), email=key.id.removeprefix("mailto:"))

    def _present(self, tx: Tx, asked: TicketWanted, status: str) -> Present:
        desk = self._desk
        names = {one.id: one.name for one in desk.clients(tx)} if isinstance(asked.organization_id, int) else {}

        def find(kind: Kind, number: int) -> Key | None:
            return desk.numbers.key(tx, kind, number)

        return Present(status, find, names, desk.fields(tx) if asked.custom_fields else NumberedFields())

    async def _changed(self, ticket: ShownTicket, actor: Actor) -> ChangedTicket:
        author = Key("user", actor.id)
        with stored():
            numbers = await self._desk.numbered([author], {})
        audit = Audit(comment_number(ticket.id, 0), ticket.id, ticket.updated_at, numbers[author], [])
        return ChangedTicket(ticket, audit)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/v2/tickets",
            endpoint=tickets,
            summary="List tickets, as Zendesk does",
            needs=("change", "tickets"),
            in_query=(*PAGING, *SORTING),
            answers=(Answer(200, "A page.", TicketList),),
        ),
        Operation(
            method="POST",
            path="/api/v2/tickets",
            endpoint=create,
            summary="Create a ticket, as Zendesk does",
            needs=("change", "tickets"),
            body=TicketBody,
            answers=(Answer(201, "The ticket.", ChangedTicket, headers={"Location": "Its address."}),),
            idempotency_key=True,
        ),
        Operation(
            method="GET",
            path="/api/v2/tickets/{number}",
            endpoint=ticket,
            summary="Get a ticket, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            answers=(Answer(200, "The ticket.", OneTicket),),
        ),
        Operation(
            method="PUT",
            path="/api/v2/tickets/{number}",
            endpoint=change,
            summary="Change a ticket, or write on it, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            body=TicketBody,
            answers=(Answer(200, "The ticket after the change, or its follow-up.", ChangedTicket),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/v2/tickets/{number}/comments",
            endpoint=comments,
            summary="List the comments of a ticket, as Zendesk does",
            needs=("change", "tickets"),
            in_path=_NUMBER,
            in_query=(*PAGING, _INLINE),
            answers=(Answer(200, "Oldest first.", CommentList),),
        ),
        Operation(
            method="GET",
            path="/api/v2/incremental/tickets/cursor",
            endpoint=export,
            summary="Export tickets that changed, as Zendesk does",
            needs=("export", "tickets"),
            in_query=(_START, _CURSOR, _EXPORT_SIZE),
            answers=(Answer(200, "A page.", Exported),),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a list, and the cursor of the next part."""

    read: Read
    next: str | None


def sort_of(call: Call) -> Sort:
    wanted = call.query[_SORT]
    if wanted is not None:
        by, falls = wanted.removeprefix("-"), wanted.startswith("-")
    else:
        by, falls = call.query[_SORT_BY] or "id", call.query[_SORT_ORDER] == "desc"
    name = "number" if by == "id" else by
    return next(sort for sort in SORTS if sort == f"{'-' if falls else ''}{name}")


def _last_cursor(read: Read, cursor: str | None, start: int | None, now: int) -> str:
    """The cursor at the end of an export, from which the next export goes on. It may show the last tickets again."""
    if read.tickets:
        last = read.tickets[-1]
        at = from_rfc3339(last.updated_at)
        if at <= now - _LATE_MS:
            return cursor_at("updated_at", at, last.number)
        return cursor_at("updated_at", now - _LATE_MS, 0)
    return cursor if cursor is not None else cursor_at("updated_at", (start or 0) * 1000, 0)


async def _asked(request: Request) -> TicketWanted:
    return await without_html((await read_body(request, TicketBody)).ticket)


async def without_html(asked: TicketWanted) -> TicketWanted:
    """A comment in HTML has its text in `body`: long HTML must hold up no transaction."""
    if asked.comment is None or asked.comment.html_body is None:
        return asked
    text = await asyncio.to_thread(text_of, asked.comment.html_body)
    return structs.replace(asked, comment=structs.replace(asked.comment, body=text, html_body=None))
