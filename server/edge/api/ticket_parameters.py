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
_ASSIGNEE = many("assignee", f"Ids of staff; `{NOBODY}` for unassigned tickets.")
_REQUESTER = many("requester", "Ids of customers.")
_FLAGS = many("flags", "Has any of these flags. Staff only.", FLAGS)
_Q = text("q", f"A number, or up to {SEARCH_WORDS_MAX} words of the subject, requester or conversation.")
_FROM = moment("from", "Created at or after this time.")
_TO = moment("to", "Created before this time.")
_UPDATED_FROM = moment("updated_from", "Changed at or after this time.")
_UPDATED_TO = moment("updated_to", "Changed before this time.")

FILTERS: tuple[QueryParameter[object], ...] = (
    _STATUS, _TEAM, _RESOLUTION, _PRODUCT, _CHANNEL, _ASSIGNEE, _REQUESTER, _FLAGS, _Q, _FROM, _TO, _UPDATED_FROM,
    _UPDATED_TO,
)  # fmt: skip
TEAMS = many("team", "Any of these teams.")
FORMAT = choice("format", FORMATS, "Default: `csv`.")
SORT = choice("sort", SORTS, "Default: `-updated_at`.", type=Sort)
PAGE_SIZE = number("limit", 1, LIMIT_MAX, f"Default: {LIMIT}.")
CURSOR = text("cursor", "`next` of the previous page.")


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
