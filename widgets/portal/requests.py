"""`/requests`: the requests of a customer, in groups by who has to act next."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from refusals import Refused
from texts.visible import shows_something
from ticketing.codes import CODES, STATUSES
from ticketing.listing import Filters, Whose
from ticketing.own_requests import Listed, lists_of
from widgets.portal.frame import first_name, portal_page, refused_page
from widgets.portal.mailed import failing_address
from widgets.portal.marks import marked
from widgets.portal.written import one_line
from widgets.ports import program_of

_SEARCH_MAX = 200
_VALUE_MAX = 200


def routes() -> list[Route]:
    return [Route("/requests", _requests, methods=["GET"])]


async def _requests(request: Request) -> Response:
    portal, query = program_of(request).portal, request.query_params
    try:
        customer = await portal.customer(request)
        lists = lists_of(customer) if customer is not None else []
        whose: Whose = next((one for one in lists if one == query.get("whose")), "mine")
        asked = _asked(query, whose)
        listed, failing = _nothing(), ""
        if customer is not None:
            listed = await portal.requests(request, customer, asked, query.get("cursor") or None)
            failing = await failing_address(request, customer)
    except Refused as refused:
        if refused.code in ("not_found", "forbidden"):
            return refused_page(request, refused)
        failed = {"failed": refused.code, "q": _words(query), "again": _address(query)}
        status = 422 if refused.code == "invalid" else 503
        return await portal_page(request, "portal/requests-failed.html", failed, None, "requests", status=status)
    shown = {
        **_shown(query, listed, asked, whose),
        "teams": {team.key: team.name for team in portal.teams()},
        "products": list(dict.fromkeys(product for team in portal.teams() for product in team.products)),
        "failing": failing,
        "ids": customer.ids if customer is not None else (),
    }
    return await portal_page(request, "portal/requests.html", shown, customer, "requests")


def _shown(query: Mapping[str, str], listed: Listed, asked: Filters, whose: Whose) -> dict[str, object]:
    counts = listed.counts.get(whose, {})
    return {
        "listed": listed,
        "whose": whose,
        "totals": {one: sum(listed.counts[one].values()) for one in listed.counts},
        "counts": counts,
        "total": sum(counts.values()),
        "asked": asked,
        "q": asked.q or "",
        "client": listed.company,
        "codes": CODES,
        "statuses": list(STATUSES),
        "link": partial(_address, query),
        "next": _address(query, cursor=listed.next) if listed.next else "",
        "marked": marked,
        "first": first_name,
        "one_line": one_line,
    }


def _asked(query: Mapping[str, str], whose: Whose) -> Filters:
    def chosen(name: str) -> tuple[str, ...]:
        value = query.get(name, "")
        return (value,) if 0 < len(value) <= _VALUE_MAX else ()

    company = whose == "company"
    return Filters(
        whose=whose,
        status=tuple(one for one in chosen("status") if one in STATUSES),
        product=chosen("product") if company else (),
        requester=chosen("person") if company else (),
        q=_words(query) or None,
    )


def _words(query: Mapping[str, str]) -> str:
    words = query.get("q", "").strip()[:_SEARCH_MAX]
    return words if shows_something(words) else ""


def _address(query: Mapping[str, str], **changed: str | None) -> str:
    """The URL of this list with other filters: the filters in `changed` replace the filters in `query`, and None
    removes a filter.

    The URL leads to the first page of the list, unless `changed` has a cursor.
    """
    kept = {name: query[name] for name in ("whose", "status", "product", "person", "q") if query.get(name)}
    wanted = {**kept, **changed}
    said = urlencode({name: value for name, value in wanted.items() if value})
    return f"/requests?{said}" if said else "/requests"


def _nothing() -> Listed:
    return Listed(groups=[[], [], []], more=[False] * 3, counts={"mine": {}}, people=())
