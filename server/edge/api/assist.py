"""Assistance by a language model: summaries, suggested replies and codes, translations, for staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from assist.prompts import Language, What
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.edge.http_limits import HttpLimits
from server.live.assist.assisting import Assistance, Assisting
from ticketing.ticket import TEXT_MAX


class AssistRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What staff ask for. Only a translation has `to`, and perhaps `text`: without it, the last text of the customer is
    translated."""

    what: What
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)] | None = None
    to: Language | None = None


class AssistSource(Struct, frozen=True):
    """An article that fits the question. `text` is the part of it that fits."""

    id: str
    title: str
    url: str
    text: str


class AssistAnswer(Struct, frozen=True, kw_only=True):
    """A suggestion. `text` is null if no model wrote one. `codes` are at most three, the likeliest first. `host` is
    where texts were sent, null if nothing left the desk; `characters` were sent."""

    text: str | None
    codes: list[str]
    sources: list[AssistSource]
    host: str | None
    characters: int


class AssistApi(Api):
    def __init__(self, base_url: Callable[[], str], assisting: Assisting, limits: HttpLimits) -> None:
        self._base_url = base_url
        self._assisting = assisting
        self._limits = limits

    async def of_ticket(self, call: Call) -> Response:
        said = await self._read(call)
        number = number_of(call.request)
        return self._view(await self._assisting.of_ticket(call.actor, number, said.what, said.text, said.to))

    async def of_chat(self, call: Call) -> Response:
        said = await self._read(call)
        chat = call.request.path_params["id"]
        return self._view(await self._assisting.of_chat(call.actor, chat, said.what, said.text, said.to))

    async def _read(self, call: Call) -> AssistRequest:
        """What is asked for. Counts it for the person if texts may be sent."""
        said = await read_body(call.request, AssistRequest)
        if self._assisting.host is not None:
            await self._limits.check(call.request, call.actor, "assist")
        return said

    def _view(self, found: Assistance) -> Response:
        base = self._base_url()
        sources = [AssistSource(one.id, one.title, base + one.path, one.text) for one in found.sources]
        codes, host, characters = list(found.codes), found.host, found.characters
        return answer(AssistAnswer(text=found.text, codes=codes, sources=sources, host=host, characters=characters))

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/tickets/{number}/assist",
            endpoint=of_ticket,
            summary="Summarize a ticket, suggest a reply or a code, or translate a text of it, for staff only",
            needs=("change", "tickets"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            body=AssistRequest,
            answers=(Answer(200, "The suggestion.", AssistAnswer),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/chats/{id}/assist",
            endpoint=of_chat,
            summary="Summarize a chat, suggest a reply or a code, or translate a text of it",
            needs=("read", "chats"),
            in_path=(Parameter("id", str, "Id of the chat."),),
            body=AssistRequest,
            answers=(Answer(200, "The suggestion.", AssistAnswer),),
            errors=("conflict",),
        ),
    )
