"""`/api/admin/hours/waits`: a forecast for a change of hours. It has simulated waits in hours that would be newly open,
and the number of requests that came in hours that would be closed."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from routing.hours_changes import span_texts
from server.edge.api.admin_hours import HoursChanges, version_of
from server.edge.api.bodies import answer, read_body
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.client_disconnect import cancelled_on_disconnect
from server.live.hours.hours_forecast import Forecast, HoursForecast


class WaitsOfAgents(Struct, frozen=True):
    """Simulated waits with a number of agents, in seconds: half and 9 in 10 of the answered chats wait at most so long.

    In nine of ten runs, `nine_in_ten_s` is between `low_s` and `high_s`. All are null if no chat was answered. `within`
    is the share of chats that are answered within the goal.
    """

    agents: int
    half_s: float | None
    nine_in_ten_s: float | None
    low_s: float | None
    high_s: float | None
    within: float


class ForecastOfSpan(Struct, frozen=True):
    """A span in which a team is newly open, or no longer open, on `days` days from `first` to `last`.

    `requests`: the mean number of chats and tickets that came in the span on `past_days` earlier days. `goal_s`: the
    team's goal for waits.

    `staffing` has up to three numbers of agents, around the smallest one that reaches the goal, from `runs` runs. It is
    empty for a span that is no longer open, and if too few earlier chats are known.
    """

    team: str
    name: str
    first: str
    last: str
    days: int
    span: str
    requests: float
    past_days: int
    goal_s: int
    runs: int
    staffing: list[WaitsOfAgents]


class HoursWaits(Struct, frozen=True):
    """The spans with the most requests, at most three of each kind."""

    opened: list[ForecastOfSpan]
    closed: list[ForecastOfSpan]


class HoursForecastApi(Api):
    def __init__(self, forecast: HoursForecast) -> None:
        self._forecast = forecast

    async def waits(self, call: Call) -> Response:
        wanted = await read_body(call.request, HoursChanges)
        version = version_of(call.request)
        async with cancelled_on_disconnect(call.request):
            opened, closed = await self._forecast.forecast(call.actor, wanted.changes, version)
        return answer(HoursWaits([_view(one) for one in opened], [_view(one) for one in closed]))

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/admin/hours/waits",
            endpoint=waits,
            summary="Simulate waits in hours that would be newly open",
            needs=("read", "hours"),
            body=HoursChanges,
            answers=(Answer(200, "The forecasts.", HoursWaits),),
            errors=("conflict",),
            if_match=True,
        ),
    )


def _view(one: Forecast) -> ForecastOfSpan:
    changed, told = one.changed, one.answer
    (span,) = span_texts([changed.span])
    staffing = [] if told is None else told.staffing
    return ForecastOfSpan(
        team=changed.team.key,
        name=changed.team.name,
        first=str(changed.first),
        last=str(changed.last),
        days=changed.days,
        span=span,
        requests=round(one.requests, 1),
        past_days=one.past_days,
        goal_s=one.goal_s,
        runs=0 if told is None else told.runs,
        staffing=[
            WaitsOfAgents(
                at.agents,
                at.half_s,
                at.nine_in_ten_s,
                at.low_s,
                at.high_s,
                round(at.within, 3),
            )
            for at in staffing
        ],
    )
