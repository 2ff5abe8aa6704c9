"""`/`: the start page of the Help Center."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from identity.actor import Actor
from knowledge.ports import Line
from learning.ports import Listed
from refusals import Refused
from ticketing.listing import Filters
from ticketing.views import TicketView
from widgets.portal.coverage import alike
from widgets.portal.frame import first_name, moments, person_of, portal_page
from widgets.ports import program_of
from widgets.shared.catalogues import catalogue_for

_SHOWN = 3
_OFTEN = 3
_SESSIONS = 3


def routes() -> list[Route]:
    return [Route("/", _home, methods=["GET"])]


async def _home(request: Request) -> Response:
    portal = program_of(request).portal
    customer, tickets, total = await _requests(request)
    when = moments(request, catalogue_for(request))
    teams = portal.teams()
    person = person_of(customer)
    tiles = await _tiles(request)
    shown = {
        "greeted": first_name(person["name"]) if person is not None else "",
        "tickets": tickets,
        "total": total,
        "alike": alike(teams, when.today()),
        "team_names": {team.key: team.name for team in teams},
        "open": [team for team in teams if team.chat.is_open(when.now)],
        "opens": min((at for team in teams if (at := team.chat.opens_at(when.now)) is not None), default=None),
        "today": when.today(),
        "tiles": tiles,
        "often": await _often(request),
        "sessions": await _sessions(request),
    }
    return await portal_page(request, "portal/home.html", shown, customer, "home")


async def _tiles(request: Request) -> Mapping[str, Mapping[str, int]]:
    """The products with articles. Empty if they cannot be read, so that the page still opens."""
    try:
        return await program_of(request).knowledge.tiles(request)
    except Refused:
        return {}


async def _often(request: Request) -> Sequence[Line]:
    """The answers that are read most. Empty if they cannot be read."""
    try:
        return await program_of(request).knowledge.often(request, catalogue_for(request).tag, _OFTEN)
    except Refused:
        return []


async def _sessions(request: Request) -> Sequence[Listed]:
    """The next live sessions. Empty if they cannot be read."""
    try:
        return await program_of(request).learning.coming(_SESSIONS)
    except Refused:
        return []


async def _requests(request: Request) -> tuple[Actor | None, list[TicketView], int]:
    """The customer, the first _SHOWN of the customer's own requests, and the number of all of these. Requests on which
    the customer must act come first, solved requests last.

    If the requests cannot be read, returns None, no requests and 0, so that the page still opens.
    """
    portal = program_of(request).portal
    try:
        customer = await portal.customer(request)
        if customer is None:
            return None, [], 0
        listed = await portal.requests(request, customer, Filters(whose="mine"), None)
    except Refused:
        return None, [], 0
    tickets = [ticket for group in listed.groups for ticket in group]
    return customer, tickets[:_SHOWN], sum(listed.counts["mine"].values())
