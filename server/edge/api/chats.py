"""`/api/chats`: lists the open chats with their agents, and reassigns chats."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.frames.people import About
from clock import rfc3339
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter, many
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.heavy_reads import HeavyReads
from server.live.chats.chat_details import ChatDetails
from server.live.supervision.directing import Directing
from server.live.teams import Teams

STATES = ("queued", "offered", "active")
TEAM = many("team", "Any of these teams.")
STATE = many("state", "Any of these states.", STATES)


class Chats(Struct, frozen=True):
    """The open chats, oldest first, each with its `agent`."""

    chats: list[About]


class Reassignment(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /api/chats/{id}/reassign`: either an agent, who gets the chat at once, or a team."""

    staff: Annotated[str, Meta(min_length=1, max_length=64, pattern=TEXT_PATTERN)] | None = None
    team: Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)] | None = None


class VisitView(Struct, frozen=True):
    """A page on which the customer was, and when they came to it."""

    page: str
    at: str


class PagesView(Struct, frozen=True):
    """The pages on which the customer was during the chat, oldest first. At most the last 50."""

    pages: list[VisitView]


class ChatsApi(Api):
    def __init__(self, heavy_reads: HeavyReads, chat_details: ChatDetails, teams: Teams, directing: Directing) -> None:
        self._directing = directing
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

    async def pages(self, call: Call) -> Response:
        chat = call.request.path_params["id"]
        visits = await self._heavy_reads.read_for(
            call.request, call.actor, lambda tx: self._chat_details.visits(tx, call.actor, chat)
        )
        return answer(PagesView([VisitView(visit.page, rfc3339(visit.at)) for visit in visits]))

    async def reassign(self, call: Call) -> Response:
        wanted = await read_body(call.request, Reassignment)
        chat = call.request.path_params["id"]
        await self._directing.reassign(call.actor, chat, team=wanted.team, staff=wanted.staff)
        return Response(status_code=204)

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
        Operation(
            method="GET",
            path="/api/chats/{id}/pages",
            endpoint=pages,
            summary="List the pages on which the customer was during a chat",
            needs=("read", "chats"),
            in_path=(Parameter("id", str, "Id of the chat."),),
            answers=(Answer(200, "The pages, oldest first.", PagesView),),
        ),
        Operation(
            method="POST",
            path="/api/chats/{id}/reassign",
            endpoint=reassign,
            summary="Give an agent's chat to another agent or to a team",
            needs=("supervise", "chats"),
            in_path=(Parameter("id", str, "Id of the chat."),),
            body=Reassignment,
            answers=(Answer(204, "The chat has its new agent, or waits.", media_type=None),),
            errors=("conflict", "team_closed", "chat_closed"),
        ),
    )
