"""`GET /api/chats`: the chats that go on now."""

from __future__ import annotations

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from chat.frames import About
from server.edge.api.bodies import answer
from server.edge.api.queries import Query
from server.edge.api.registry import Answer, Operation, Parameter
from server.edge.authentication import desk_of, required

STATES = ("queued", "offered", "active")


class Chats(Struct, frozen=True):
    """Those that are not closed, the one that joined its queue first in front, each with its `agent`."""

    chats: list[About]


async def chats(request: Request) -> Response:
    """`GET /api/chats` → the live chats of the caller's teams."""
    actor = await required(request, "read", "chats")
    desk, query = desk_of(request), Query(request)
    teams, states = query.many("team"), query.many("state", STATES)
    query.close()
    seen = desk.teams_of(actor)
    wanted = [team for team in seen if team in teams] if teams else seen

    live = await desk.heavy_reads.read_for(request, actor, lambda tx: desk.abouts.live(tx, wanted))
    return answer(Chats([about for about in live if not states or about.state in states]))


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/chats",
        endpoint=chats,
        summary="The live chats of one's teams",
        callers=frozenset({"agent", "supervisor"}),
        in_query=(
            Parameter("team", list[str], "Of any of these."),
            Parameter("state", list[str], "In any of these.", choices=STATES),
        ),
        answers=(Answer(200, "The chats, oldest first.", Chats),),
    ),
)
