"""`GET /api/hours`: which teams are open. The call is public, because every page with the widget calls it."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from clock import Clock, rfc3339
from routing.service import Dispatcher
from routing.views import TeamHours
from server.edge.api.bodies import answer
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.origins import origin_allowed
from server.live.teams import Teams
from server.settings import Settings


class Hours(Struct, frozen=True):
    """The opening state of all teams, and the moment at which it applies."""

    now: str
    timezone: str
    teams: list[TeamHours]


class HoursApi(Api):
    def __init__(self, settings: Settings, clock: Clock, routing: Dispatcher, teams: Teams) -> None:
        self._settings = settings
        self._clock = clock
        self._routing = routing
        self._teams = teams

    async def hours(self, call: Call) -> Response:
        """The opening state of all teams. The loader calls this before the widget is opened."""
        now = self._clock()
        teams = self._routing.hours_view(now)
        headers = {"Vary": "Origin"}
        origin = call.request.headers.get("origin")
        if origin is not None and origin_allowed(call.request, self._settings, widget=True):
            headers["Access-Control-Allow-Origin"] = origin
        return answer(Hours(rfc3339(now), self._teams.desk.timezone, teams), headers=headers)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/hours",
            endpoint=hours,
            summary="List which teams are open, and until when",
            answers=(Answer(200, "The teams.", Hours, headers={"Vary": "`Origin`."}),),
        ),
    )
