"""Parameters of ticket calls: in the path, the query and the headers."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection, Request

from refusals import Refused
from server.edge.api.queries import Query, QueryParameter, choice, many, moment, number, text
from texts.numbers import whole_number
from ticketing.adapters.export import FORMATS
from ticketing.codes import CHANNELS, CODES, STATUSES
from ticketing.errors import NotFound
from ticketing.listing import DUE, LIMIT, LIMIT_MAX, NOBODY, SORTS, Due, DueKind, Facets, Filters, Sort
from ticketing.requests import check_key
from ticketing.search_words import SEARCH_WORDS_MAX
from ticketing.ticket import FLAGS, PRIORITIES

_ETAG = re.compile(r'[ \t]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|$)')

_FACETS = (
    many("status", choices=STATUSES),
    many("team"),
    many("resolution", choices=CODES),
    many("product"),
    many("channel", choices=CHANNELS),
    many("assignee", f"Ids of staff; `{NOBODY}` for unassigned tickets."),
    many("requester", "Ids of customers. `mailto:` and an address: who is known only by it, staff only."),
    many("email", "Email addresses of requesters, proven or not. Staff only."),
    many("client", "Names of companies. Staff only."),
    many("priority", "Staff only.", PRIORITIES),
    many("tag", "Any of these tags. Staff only."),
    many("custom", "Values of custom fields, like `cause:weather`, or `cause:` for any value. Staff only."),
)
_WITHOUT = tuple(
    many(f"not_{each.name}", f"Not with any of these values of `{each.name}`.", each.choices) for each in _FACETS
)
_FLAGS = many("flags", "Has any of these flags. Staff only.", FLAGS)
_NEEDS_CODE = choice("needs_code", ("true",), "Waits for a code. Staff only.")
_SNOOZED = choice("snoozed", ("true", "false"), "Only snoozed tickets, or only the others. Staff only.")
_FOLLOWED_BY = many("followed_by", "Ids of staff who follow the ticket. Staff only.")
_Q = text("q", f"A number, or up to {SEARCH_WORDS_MAX} words of the subject, requester or conversation.")
_FROM = moment("from", "Created at or after this time.")
_TO = moment("to", "Created before this time.")
_UPDATED_FROM = moment("updated_from", "Changed at or after this time.")
_UPDATED_TO = moment("updated_to", "Changed before this time.")
_DUE_BEFORE = moment("due_before", "Has a service level target that is due before this time. Staff only.")
_DUE = choice("due", DUE, "Has a target that is due soon, or breached. Staff only.", type=DueKind)

FILTERS: tuple[QueryParameter[object], ...] = (
    *_FACETS, *_WITHOUT, _FLAGS, _NEEDS_CODE, _SNOOZED, _FOLLOWED_BY, _Q, _FROM, _TO, _UPDATED_FROM, _UPDATED_TO,
    _DUE_BEFORE, _DUE,
)  # fmt: skip
TEAMS = many("team", "Any of these teams.")
FORMAT = choice("format", FORMATS, "Default: `csv`.")
SORT = choice("sort", SORTS, "Default: `-updated_at`.", type=Sort)
PAGE_SIZE = number("limit", 1, LIMIT_MAX, f"Default: {LIMIT}.")
TAG_START = text("start", "The first letters of the tags. Default: all tags.")
CURSOR = text("cursor", "`next` of the previous page.")


def filters_of(query: Query, now: int) -> Filters:
    due = query[_DUE]
    return Filters(
        **{facet.name: query[facet] for facet in _FACETS},
        without=Facets(**{facet.name: query[without] for facet, without in zip(_FACETS, _WITHOUT, strict=True)}),
        flags=query[_FLAGS],
        needs_code=query[_NEEDS_CODE] is not None,
        snoozed=None if (snoozed := query[_SNOOZED]) is None else snoozed == "true",
        followed_by=query[_FOLLOWED_BY],
        whose=None,
        q=(query[_Q] or "").strip() or None,
        from_=query[_FROM],
        to=query[_TO],
        updated_from=query[_UPDATED_FROM],
        updated_to=query[_UPDATED_TO],
        due_before=query[_DUE_BEFORE],
        due=None if due is None else Due(due, now),
        goes_on_at=None,
    )


def filters_from(text: str, now: int) -> Filters:
    """The filters in a query of `GET /api/tickets`, which may have an order too. Raises Refused(invalid)."""
    query = Query(HTTPConnection({"type": "http", "query_string": text.encode(), "headers": []}))
    query.check((*FILTERS, SORT))
    return filters_of(query, now)


def key_of(request: Request) -> str | None:
    """The request's idempotency key. None if the request has none. Raises Refused(invalid) if the key is malformed."""
    key = request.headers.get("idempotency-key")
    check_key(key)
    return key


def number_of(request: Request) -> int:
    """The ticket number in the path. Raises NotFound if the path has no valid number."""
    number = whole_number(request.path_params["number"])
    if number is None:
        raise NotFound
    return number


def versions_of(request: Request) -> frozenset[int] | None:
    """The versions in `If-Match`. None if any version is accepted.

    Raises Refused(invalid) if the header is malformed.

    A weak tag matches no version (RFC 9110, 13.1.1).
    """
    header = ",".join(request.headers.getlist("if-match"))
    if not header or header.strip() == "*":
        return None
    versions: set[int] = set()
    at = 0
    while at < len(header):
        match = _ETAG.match(header, at)
        if match is None:
            sentence = f'{header[at:].strip()[:40]} isn\'t a version. Send it as `ETag` returned it, like "3".'
            raise Refused("invalid", sentence, {"If-Match": sentence})
        version = None if match[1] else whole_number(match[2])
        if version is not None:
            versions.add(version)
        at = match.end()
    return frozenset(versions)
