"""`GET /api/floor`: the floor of a supervisor's teams."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from chat.frames.floor import Alarm, FloorAgent, FloorTeam
from server.edge.api.bodies import answer
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.alarms.alarms import Alarms
from server.live.supervision.floor_followers import FloorFollowers


class WholeFloor(Struct, frozen=True):
    """The floor of the reader's teams, as of `as_of`, with the active alarms."""

    as_of: str
    teams: list[FloorTeam]
    agents: list[FloorAgent]
    alarms: list[Alarm]


class FloorApi(Api):
    def __init__(self, followers: FloorFollowers, alarms: Alarms) -> None:
        self._followers = followers
        self._alarms = alarms

    async def floor(self, call: Call) -> Response:
        floor = await self._followers.floor_of(call.actor)
        return answer(WholeFloor(floor.as_of, floor.teams, floor.agents, list(self._alarms.seen_by(call.actor))))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/floor",
            endpoint=floor,
            summary="Show teams, agents and alarms now",
            needs=("supervise", "chats"),
            answers=(Answer(200, "At most a second old.", WholeFloor),),
        ),
    )
