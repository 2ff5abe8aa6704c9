"""`GET /api/hours`: who is open, for anyone, pages that carry the widget among them."""

from __future__ import annotations

from msgspec import Struct, convert
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from server.edge.api.bodies import answer
from server.edge.api.registry import ANYONE, Answer, Operation
from server.edge.authentication import desk_of, origin_allowed
from server.live.team_views import TeamHours


class Hours(Struct, frozen=True):
    """All teams, and the moment of which it is true."""

    now: str
    timezone: str
    teams: list[TeamHours]


async def hours(request: Request) -> Response:
    """The teams, and what the loader asks before the widget is opened."""
    desk = desk_of(request)
    now = desk.clock()
    teams = convert(desk.routing.hours_view(now), list[TeamHours])
    headers = {"Vary": "Origin"}
    origin = request.headers.get("origin")
    if origin is not None and origin_allowed(request, desk.settings, widget=True):
        headers["Access-Control-Allow-Origin"] = origin
    return answer(Hours(rfc3339(now), desk.routing.desk.timezone, teams), headers=headers)


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/hours",
        endpoint=hours,
        summary="Which teams are open, and until when",
        callers=ANYONE,
        answers=(Answer(200, "The teams.", Hours, headers={"Vary": "`Origin`."}),),
    ),
)
