"""`GET /api/hours`: who is open, for anyone, pages that carry the widget among them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from server.api.authentication import desk_of, origin_allowed
from server.api.bodies import answer
from server.api.queries import Query


async def hours(request: Request) -> Response:
    """The teams, and what the loader asks before the widget is opened."""
    desk = desk_of(request)
    Query(request).close()
    now = desk.clock()
    teams = desk.routing.hours_view(now)
    headers = {"Vary": "Origin"}
    origin = request.headers.get("origin")
    if origin is not None and origin_allowed(request, desk.settings, widget=True):
        headers["Access-Control-Allow-Origin"] = origin
    return answer({"now": rfc3339(now), "timezone": desk.routing.desk.timezone, "teams": teams}, headers=headers)
