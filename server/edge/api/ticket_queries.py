"""Query parameters of ticket lists and exports."""

from __future__ import annotations

from server.edge.api.queries import Query, QueryParameter, choice, many, moment, number, text
from ticketing.adapters.export import FORMATS
from ticketing.codes import CHANNELS, CODES, STATUSES
from ticketing.listing import LIMIT, LIMIT_MAX, NOBODY, SORTS, Filters, Sort
from ticketing.ticket import FLAGS
from ticketing.words import SEARCH_WORDS_MAX

_STATUS = many("status", choices=STATUSES)
_TEAM = many("team")
_RESOLUTION = many("resolution", choices=CODES)
_PRODUCT = many("product")
_CHANNEL = many("channel", choices=CHANNELS)
_ASSIGNEE = many("assignee", f"Ids of staff; `{NOBODY}` for those without an assignee.")
_REQUESTER = many("requester", "Ids of customers.")
_FLAGS = many("flags", "Any of these holds. For staff only.", FLAGS)
_Q = text("q", f"A number, or words of subject, requester or what was said: {SEARCH_WORDS_MAX} words at most.")
_FROM = moment("from", "Created then or later.")
_TO = moment("to", "Created before that.")
_UPDATED_FROM = moment("updated_from", "Changed then or later.")
_UPDATED_TO = moment("updated_to", "Changed before that.")

FILTERS: tuple[QueryParameter[object], ...] = (
    _STATUS, _TEAM, _RESOLUTION, _PRODUCT, _CHANNEL, _ASSIGNEE, _REQUESTER, _FLAGS, _Q, _FROM, _TO, _UPDATED_FROM,
    _UPDATED_TO,
)  # fmt: skip
TEAMS = many("team", "Of any of these.")
FORMAT = choice("format", FORMATS, "`csv` unless given.")
SORT = choice("sort", SORTS, "`-updated_at` unless given.", type=Sort)
PAGE_SIZE = number("limit", 1, LIMIT_MAX, f"{LIMIT} unless given.")
CURSOR = text("cursor", "`next` of the page before.")


def filters_of(query: Query) -> Filters:
    return Filters(
        status=query[_STATUS],
        team=query[_TEAM],
        resolution=query[_RESOLUTION],
        product=query[_PRODUCT],
        channel=query[_CHANNEL],
        assignee=query[_ASSIGNEE],
        requester=query[_REQUESTER],
        flags=query[_FLAGS],
        q=(query[_Q] or "").strip() or None,
        from_=query[_FROM],
        to=query[_TO],
        updated_from=query[_UPDATED_FROM],
        updated_to=query[_UPDATED_TO],
    )
