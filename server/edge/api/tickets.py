"""Tickets over HTTP: a list, one, a change; new ones, what is written on them, and all of them as a file."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from uuid_utils import uuid7

from identity.actor import Actor
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Query
from server.edge.api.registry import STAFF, USERS, Answer, Operation, Parameter
from server.edge.api.schemas import Schema
from server.edge.asking import while_asked
from server.edge.authentication import desk_of, host_of, place_of, required
from server.edge.proofs import PROOF, PROOF_MAX
from storage.ports import Tx
from ticketing.adapters.export import FORMATS, MEDIA_TYPES, Format, exported
from ticketing.codes import CHANNELS, CODES, STATUSES, WITH
from ticketing.correspondence import Outcome
from ticketing.errors import NotFound
from ticketing.listing import LIMIT, LIMIT_MAX, NOBODY, SORTS, Counts, Filters, Sort
from ticketing.requests import NewRedaction, NewReply, NewTicket, check_key
from ticketing.rules import Wanted
from ticketing.ticket import FLAGS, PARTICIPANTS_MAX, SUBJECT_MAX, TEXT_MAX
from ticketing.views import Page, TicketView
from ticketing.words import SEARCH_WORDS_MAX

_ETAG = re.compile(r'[ \t]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)')


async def tickets(request: Request) -> Response:
    """`GET /api/tickets` → a page of those that the person may know of."""
    actor = await required(request, "read", "tickets")
    desk = desk_of(request)
    query = Query(request)
    filters = _filters(query)
    sort = query.one("sort", SORTS) or "-updated_at"
    limit = query.number("limit", 1, LIMIT_MAX) or LIMIT
    cursor = query.one("cursor")
    query.close()
    now = desk.clock()

    def page(tx: Tx) -> Page:
        return desk.tickets.list(tx, actor, filters, now, sort, limit, cursor)

    return answer(await desk.heavy_reads.read_for(request, actor, page, search=filters.q is not None))


def _filters(query: Query) -> Filters:
    return Filters(
        status=query.many("status", STATUSES),
        team=query.many("team"),
        resolution=query.many("resolution", CODES),
        product=query.many("product"),
        channel=query.many("channel", CHANNELS),
        assignee=query.many("assignee"),
        requester=query.many("requester"),
        flags=query.many("flags", FLAGS),
        q=(query.one("q") or "").strip() or None,
        from_=query.moment("from"),
        to=query.moment("to"),
        updated_from=query.moment("updated_from"),
        updated_to=query.moment("updated_to"),
    )


async def counts(request: Request) -> Response:
    """`GET /api/tickets/counts` → how many tickets there are to work on."""
    actor = await required(request, "change", "tickets")
    desk = desk_of(request)
    query = Query(request)
    teams = query.many("team")
    query.close()
    return answer(await desk.heavy_reads.read_for(request, actor, lambda tx: desk.tickets.counts(tx, actor, teams)))


async def export(request: Request) -> Response:
    """`GET /api/tickets/export?format=csv|jsonl` → all that the list would give, page after page, as one file."""
    actor = await required(request, "export", "tickets")
    desk = desk_of(request)
    query = Query(request)
    format = query.one("format", FORMATS) or "csv"
    filters = _filters(query)
    query.close()
    now, asked = desk.clock(), {"format": format, "query": sorted(set(request.query_params))}
    await desk.storage.write(lambda tx: desk.people.record(tx, actor, "export", "tickets", None, asked, now))
    pieces = exported(desk.storage, desk.tickets, actor, filters, format, now)
    # While nothing has been sent yet, a store that is away can still be told of.
    async with while_asked(request):
        first = await anext(pieces)

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="tickets.{format}"'}
    return StreamingResponse(body(), 200, headers, MEDIA_TYPES[format])


async def ticket(request: Request) -> Response:
    """`GET /api/tickets/{number}` → the whole ticket, with its version as `ETag`."""
    actor = await required(request, "read", "tickets")
    desk, number = desk_of(request), _number(request)
    now = desk.clock()
    return _whole(await desk.heavy_reads.read_for(request, actor, lambda tx: desk.tickets.get(tx, actor, number, now)))


async def has_ticket(request: Request, actor: Actor, number: int) -> bool:
    """Is there a ticket of that number that the person may know of? Raises StorageUnavailable."""
    desk = desk_of(request)
    try:
        await desk.storage.read(lambda tx: desk.tickets.theirs(tx, actor, number))
    except NotFound:
        return False
    return True


async def change(request: Request) -> Response:
    """`PATCH /api/tickets/{number}` → the whole ticket as it stands then."""
    actor = await required(request, "change", "tickets")
    desk, number, versions = desk_of(request), _number(request), _if_match(request)
    wanted = await read_body(request, Wanted)
    now = desk.clock()
    return _whole(await desk.storage.write(lambda tx: desk.tickets.patch(tx, actor, number, wanted, versions, now)))


async def create(request: Request) -> Response:
    """`POST /api/tickets` → 201, the ticket: a customer's own, or one that staff open for somebody."""
    actor = await required(request, "create", "tickets")
    desk, key, path = desk_of(request), _key(request), "/api/tickets"
    outcome = await _repeated(request, actor, path, key)
    if outcome is None:
        wanted = await read_body(request, NewTicket)
        desk.bans.check(actor, host_of(request), "new requests for help")
        use = f"ticket {key or uuid7()}"
        await desk.admissions.admit_request(actor, place_of(request), use, request.headers.get(PROOF))
        # After it: what is not proven uses up nothing of a company behind one address.
        await desk.http_limits.check(request, actor, "chats")
        now = desk.clock()
        outcome = await desk.storage.write(lambda tx: desk.correspondence.create(tx, actor, wanted, path, key, now))
    return await _come_to(request, actor, outcome)


async def reply(request: Request) -> Response:
    """`POST /api/tickets/{number}/replies` → the ticket as it stands then; 201 where it is a follow-up."""
    actor = await required(request, "create", "replies")
    desk, key, number = desk_of(request), _key(request), _number(request)
    path = f"/api/tickets/{number}/replies"
    outcome = await _repeated(request, actor, path, key)
    if outcome is None:
        said = await read_body(request, NewReply)
        desk.bans.check(actor, host_of(request), "requests")
        now = desk.clock()
        outcome = await desk.storage.write(
            lambda tx: desk.correspondence.reply(tx, actor, number, said, path, key, now)
        )
    return await _come_to(request, actor, outcome)


async def redact(request: Request) -> Response:
    """`POST /api/tickets/{number}/redactions` → the ticket, without that text."""
    actor = await required(request, "create", "replies")
    desk, number = desk_of(request), _number(request)
    wanted = await read_body(request, NewRedaction)
    now = desk.clock()
    await desk.storage.write(lambda tx: desk.correspondence.redact(tx, actor, number, wanted, now))
    return _whole(
        await desk.heavy_reads.answer_for(request, actor, lambda tx: desk.tickets.get(tx, actor, number, now))
    )


async def _repeated(request: Request, actor: Actor, path: str, key: str | None) -> Outcome | None:
    """What the same request came to before: looked up first, so that nothing else that it says matters."""
    if key is None:
        return None
    desk = desk_of(request)
    return await desk.storage.read(lambda tx: desk.correspondence.repeated(tx, actor, path, key))


async def _come_to(request: Request, actor: Actor, outcome: Outcome) -> Response:
    desk = desk_of(request)
    now = desk.clock()

    def shown(tx: Tx) -> TicketView:
        return desk.tickets.shown(tx, actor, outcome.number, now)

    ticket = await desk.heavy_reads.answer_for(request, actor, shown)
    headers = {"ETag": f'"{ticket.version}"'}
    if not outcome.made:
        return answer(ticket, headers=headers)
    return answer(ticket, status=201, headers=headers | {"Location": f"/api/tickets/{ticket.number}"})


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    check_key(key)
    return key


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
    at = 0
    while at < len(header):
        match = _ETAG.match(header, at)
        if match is None:
            sentence = f'{header[at:].strip()[:40]} is no version. Write it as `ETag` gave it, like "3".'
            raise Refused("invalid", sentence, {"If-Match": sentence})
        if not match[1] and match[2].isascii() and match[2].isdecimal() and len(match[2]) < 16:
            versions.add(int(match[2]))
        at = match.end()
    return frozenset(versions)


_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Of the ticket."),)
_MOMENT = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]

_FILTERS = (
    Parameter("status", list[str], choices=tuple(STATUSES)),
    Parameter("team", list[str]),
    Parameter("resolution", list[str], choices=tuple(CODES)),
    Parameter("product", list[str]),
    Parameter("channel", list[str], choices=CHANNELS),
    Parameter("assignee", list[str], f"Ids of staff; `{NOBODY}` for those without an assignee."),
    Parameter("requester", list[str], "Ids of customers."),
    Parameter("flags", list[str], "Any of these holds. For staff only.", choices=FLAGS),
    Parameter(
        "q", str, f"A number, or words of subject, requester or what was said: {SEARCH_WORDS_MAX} words at most."
    ),
    Parameter("from", _MOMENT, "Created then or later."),
    Parameter("to", _MOMENT, "Created before that."),
    Parameter("updated_from", _MOMENT, "Changed then or later."),
    Parameter("updated_to", _MOMENT, "Changed before that."),
)
_STORABLE: Schema = {"pattern": TEXT_PATTERN}
_TEXT: Schema = {**_STORABLE, "maxLength": TEXT_MAX}
_LINE: Schema = {**_STORABLE, "maxLength": SUBJECT_MAX}
_OUTCOME: dict[str, Schema] = {
    "status": {"enum": [*STATUSES]},
    "resolution": {"enum": [*CODES, None]},
    "with": {"enum": [*WITH, None]},
    "workaround": _TEXT,
    "finding": _TEXT,
}
_REQUEST: dict[str, Schema] = {
    **_OUTCOME,
    "status": {"enum": [*STATUSES, None]},
    "text": _TEXT,
    "subject": _LINE,
    "external_ref": _LINE,
    "participants": {"maxItems": PARTICIPANTS_MAX},
}
_CHANGE: dict[str, Schema] = {
    **_OUTCOME,
    # A ticket is never without a team.
    "team": {"type": "string"},
    "subject": _LINE,
    "external_ref": _LINE,
    "participants": {"maxItems": PARTICIPANTS_MAX},
}

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/tickets",
        endpoint=tickets,
        summary="The tickets that one may know of, page by page",
        callers=USERS - {"admin"},
        in_query=(
            *_FILTERS,
            Parameter("sort", Sort, "`-updated_at` unless given."),
            Parameter("limit", Annotated[int, Meta(ge=1, le=LIMIT_MAX)], f"{LIMIT} unless given."),
            Parameter("cursor", str, "`next` of the page before."),
        ),
        answers=(Answer(200, "A page.", Page),),
    ),
    Operation(
        method="POST",
        path="/api/tickets",
        endpoint=create,
        summary="Ask for something; staff: open a ticket for somebody",
        callers=frozenset({"visitor", "customer", "agent", "supervisor"}),
        in_header=(
            Parameter(
                PROOF, Annotated[str, Meta(max_length=PROOF_MAX)], "The answer to the challenge of `proof_needed`."
            ),
        ),
        errors=("proof_needed",),
        body=NewTicket,
        facets=_REQUEST,
        answers=(Answer(201, "The ticket.", TicketView, headers={"Location": "Where it is."}),),
        idempotency_key=True,
        etag=True,
    ),
    Operation(
        method="GET",
        path="/api/tickets/counts",
        endpoint=counts,
        summary="How many tickets there are to work on",
        callers=frozenset({"agent", "supervisor"}),
        in_query=(Parameter("team", list[str], "Of any of these."),),
        answers=(Answer(200, "By status, without an assignee, one's own, and by flag; none of them solved.", Counts),),
    ),
    Operation(
        method="GET",
        path="/api/tickets/export",
        endpoint=export,
        summary="All tickets that one may know of, as a file",
        callers=frozenset({"supervisor"}),
        in_query=(Parameter("format", Format, "`csv` unless given.", choices=FORMATS), *_FILTERS),
        answers=(
            Answer(
                200,
                "A table with a head, or a ticket a line.",
                media_type=tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values()),
            ),
        ),
    ),
    Operation(
        method="GET",
        path="/api/tickets/{number}",
        endpoint=ticket,
        summary="One ticket",
        callers=USERS - {"admin"},
        in_path=_NUMBER,
        answers=(Answer(200, "The ticket.", TicketView),),
        etag=True,
    ),
    Operation(
        method="PATCH",
        path="/api/tickets/{number}",
        endpoint=change,
        summary="Change a ticket",
        callers=STAFF - {"admin"},
        in_path=_NUMBER,
        body=Wanted,
        facets=_CHANGE,
        answers=(Answer(200, "The ticket as it stands then.", TicketView),),
        errors=("conflict",),
        if_match=True,
        etag=True,
    ),
    Operation(
        method="POST",
        path="/api/tickets/{number}/replies",
        endpoint=reply,
        summary="Write on a ticket; staff may change it in the same step",
        callers=frozenset({"visitor", "customer", "agent", "supervisor"}),
        in_path=_NUMBER,
        body=NewReply,
        facets={**_OUTCOME, "text": _TEXT},
        answers=(
            Answer(200, "The ticket as it stands then.", TicketView),
            Answer(201, "It was closed for good: its follow-up.", TicketView, headers={"Location": "Where that is."}),
        ),
        errors=("conflict",),
        idempotency_key=True,
        etag=True,
    ),
    Operation(
        method="POST",
        path="/api/tickets/{number}/redactions",
        endpoint=redact,
        summary="Take a reply or a note away, for ever and everywhere",
        callers=frozenset({"visitor", "customer", "agent", "supervisor"}),
        in_path=_NUMBER,
        body=NewRedaction,
        answers=(Answer(200, "The ticket as it stands then.", TicketView),),
        errors=("conflict",),
        etag=True,
    ),
)
