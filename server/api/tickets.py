"""Tickets over HTTP: a list, one, a change."""

from __future__ import annotations

import re
from typing import Annotated, cast

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from server.api.authentication import desk_of, required
from server.api.bodies import answer, read_body
from server.api.queries import Query
from server.api.registry import STAFF, USERS, Answer, Operation, Parameter
from server.problems import Refused
from ticketing.codes import CHANNELS, CODES, STATUSES
from ticketing.errors import NotFound
from ticketing.listing import LIMIT, LIMIT_MAX, SORTS, Filters, Sort
from ticketing.ticket import Wanted
from ticketing.views import Page, TicketView

_ETAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*')


async def tickets(request: Request) -> Response:
    """`GET /api/tickets` → a page of those that the person may know of."""
    actor = await required(request, "read", "tickets")
    desk = desk_of(request)
    query = Query(request)
    filters = Filters(
        status=query.many("status", STATUSES),
        team=query.many("team"),
        resolution=query.many("resolution", CODES),
        product=query.many("product"),
        channel=query.many("channel", CHANNELS),
        assignee=query.many("assignee"),
        requester=query.many("requester"),
        q=(query.one("q") or "").strip() or None,
        from_=query.moment("from"),
        to=query.moment("to"),
        updated_from=query.moment("updated_from"),
        updated_to=query.moment("updated_to"),
    )
    sort = cast(Sort, query.one("sort", SORTS) or "-updated_at")
    limit = query.number("limit", 1, LIMIT_MAX) or LIMIT
    cursor = query.one("cursor")
    query.close()
    return answer(await desk.storage.read(lambda tx: desk.tickets.list(tx, actor, filters, sort, limit, cursor)))


async def ticket(request: Request) -> Response:
    """`GET /api/tickets/{number}` → the whole ticket, with its version as `ETag`."""
    actor = await required(request, "read", "tickets")
    desk, number = desk_of(request), _number(request)
    return _whole(await desk.storage.read(lambda tx: desk.tickets.get(tx, actor, number)))


async def change(request: Request) -> Response:
    """`PATCH /api/tickets/{number}` → the whole ticket as it stands then."""
    actor = await required(request, "change", "tickets")
    desk, number, versions = desk_of(request), _number(request), _if_match(request)
    wanted = await read_body(request, Wanted)
    now = desk.clock()
    return _whole(await desk.storage.write(lambda tx: desk.tickets.patch(tx, actor, number, wanted, versions, now)))


def _whole(view: TicketView) -> Response:
    return answer(view, headers={"ETag": f'"{view.version}"'})


def _number(request: Request) -> int:
    text: str = request.path_params["number"]
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotFound
    return int(text)


def _if_match(request: Request) -> frozenset[int] | None:
    """The versions that the caller knows; None for any. A weak tag matches nothing (RFC 9110, 13.1.1)."""
    header = ",".join(request.headers.getlist("if-match"))
    if not header or header.strip() == "*":
        return None
    versions: set[int] = set()
    for tag in header.split(","):
        match = _ETAG.fullmatch(tag)
        if match is None:
            sentence = f'{tag.strip()[:40]} is no version. Write it as `ETag` gave it, like "3".'
            raise Refused("invalid", sentence, {"If-Match": sentence})
        if not match[1] and match[2].isdecimal():
            versions.add(int(match[2]))
    return frozenset(versions)


_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Of the ticket."),)
_MOMENT = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/tickets",
        endpoint=tickets,
        summary="The tickets that one may know of, page by page",
        callers=USERS,
        in_query=(
            Parameter("status", list[str], choices=tuple(STATUSES)),
            Parameter("team", list[str]),
            Parameter("resolution", list[str], choices=tuple(CODES)),
            Parameter("product", list[str]),
            Parameter("channel", list[str], choices=CHANNELS),
            Parameter("assignee", list[str], "Ids of staff."),
            Parameter("requester", list[str], "Ids of customers."),
            Parameter("q", str, "Looked for in subject, requester and number."),
            Parameter("from", _MOMENT, "Created then or later."),
            Parameter("to", _MOMENT, "Created before that."),
            Parameter("updated_from", _MOMENT, "Changed then or later."),
            Parameter("updated_to", _MOMENT, "Changed before that."),
            Parameter("sort", Sort, "`-updated_at` unless given."),
            Parameter("limit", Annotated[int, Meta(ge=1, le=LIMIT_MAX)], f"{LIMIT} unless given."),
            Parameter("cursor", str, "`next` of the page before."),
        ),
        answers=(Answer(200, "A page.", Page),),
    ),
    Operation(
        method="GET",
        path="/api/tickets/{number}",
        endpoint=ticket,
        summary="One ticket",
        callers=USERS,
        in_path=_NUMBER,
        answers=(Answer(200, "The ticket.", TicketView),),
        etag=True,
    ),
    Operation(
        method="PATCH",
        path="/api/tickets/{number}",
        endpoint=change,
        summary="Change a ticket",
        callers=STAFF,
        in_path=_NUMBER,
        body=Wanted,
        answers=(Answer(200, "The ticket as it stands then.", TicketView),),
        errors=("conflict",),
        if_match=True,
        etag=True,
    ),
)
