"""`GET /api/chats`: the open chats."""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from chat.frames import About
from server.edge.api.bodies import answer
from server.edge.api.queries import many
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.heavy_reads import HeavyReads
from server.live.chat_details import ChatDetails
from server.live.teams import Teams

STATES = ("queued", "offered", "active")
TEAM = many("team", "Any of these teams.")
STATE = many("state", "Any of these states.", STATES)


class Chats(Struct, frozen=True):
    """The open chats, oldest first, each with its `agent`."""

    chats: list[About]


class ChatsApi(Api):
    def __init__(self, heavy_reads: HeavyReads, chat_details: ChatDetails, teams: Teams) -> None:
        self._heavy_reads = heavy_reads
        self._chat_details = chat_details
        self._teams = teams

    async def chats(self, call: Call) -> Response:
        teams, states = call.query[TEAM], call.query[STATE]
        seen = self._teams.seen_by(call.actor)
        wanted = [team for team in seen if team in teams] if teams else seen
        live = await self._heavy_reads.read_for(
            call.request, call.actor, lambda tx: self._chat_details.live(tx, wanted)
        )
        return answer(Chats([about for about in live if not states or about.state in states]))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/chats",
            endpoint=chats,
            summary="List the live chats of your teams",
            needs=("read", "chats"),
            in_query=(TEAM, STATE),
            answers=(Answer(200, "The chats, oldest first.", Chats),),
        ),
    )
