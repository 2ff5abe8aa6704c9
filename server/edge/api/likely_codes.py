"""The calls that suggest resolution codes to staff."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from server.edge.api.bodies import answer
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.live.tickets.likely_codes import CodeSuggestions, SuggestedCodes


class LikelyCodesView(Struct, frozen=True):
    """Keys of resolution codes. Not every code is allowed with each status and product."""

    codes: list[str]
    """At most three, the likeliest first."""
    used_last: str | None
    """The code of the caller's solved ticket that changed last."""


class LikelyCodesApi(Api):
    def __init__(self, suggestions: CodeSuggestions) -> None:
        self._suggestions = suggestions

    async def of_ticket(self, call: Call) -> Response:
        return _view(await self._suggestions.for_ticket(call.actor, number_of(call.request)))

    async def of_chat(self, call: Call) -> Response:
        return _view(await self._suggestions.for_chat(call.actor, call.request.path_params["id"]))

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/tickets/{number}/likely-codes",
            endpoint=of_ticket,
            summary="Suggest resolution codes for a ticket, for staff only",
            needs=("change", "tickets"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            answers=(Answer(200, "The likeliest codes.", LikelyCodesView),),
        ),
        Operation(
            method="GET",
            path="/api/chats/{id}/likely-codes",
            endpoint=of_chat,
            summary="Suggest resolution codes for a chat, for staff only",
            needs=("read", "chats"),
            in_path=(Parameter("id", str, "Id of the chat."),),
            answers=(Answer(200, "The likeliest codes.", LikelyCodesView),),
        ),
    )


def _view(suggested: SuggestedCodes) -> Response:
    return answer(LikelyCodesView(list(suggested.codes), suggested.used_last))
