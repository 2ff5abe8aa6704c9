"""The calls with which agents insert articles into answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from search.inserted import How
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of
from server.live.knowledge.inserted_articles import InsertedArticle, InsertedArticles


class NewInsertion(Struct, frozen=True, forbid_unknown_fields=True):
    """An article for an answer: its text, or a link to it."""

    article: Annotated[int, Meta(ge=1, le=2**53)]
    how: How
    locale: Annotated[str, Meta(min_length=1, max_length=16, pattern=TEXT_PATTERN)] = "en"
    """The language of the text, if the article has one in it."""


class InsertionView(Struct, frozen=True, kw_only=True):
    """What to insert. `text` is plain text, cut if it is long, and empty for a link."""

    title: str
    url: str
    text: str


class InsertionsApi(Api):
    def __init__(self, base_url: Callable[[], str], inserted: InsertedArticles) -> None:
        self._base_url = base_url
        self._inserted = inserted

    async def into_ticket(self, call: Call) -> Response:
        said, number = await read_body(call.request, NewInsertion), number_of(call.request)
        return self._view(await self._inserted.into_ticket(call.actor, number, said.article, said.how, said.locale))

    async def into_chat(self, call: Call) -> Response:
        said, chat = await read_body(call.request, NewInsertion), call.request.path_params["id"]
        return self._view(await self._inserted.into_chat(call.actor, chat, said.article, said.how, said.locale))

    def _view(self, inserted: InsertedArticle) -> Response:
        return answer(
            InsertionView(title=inserted.title, url=self._base_url() + inserted.path, text=inserted.text), status=201
        )

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/tickets/{number}/insertions",
            endpoint=into_ticket,
            summary="Insert an article into an answer on a ticket, for staff only",
            needs=("change", "tickets"),
            in_path=(Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),),
            body=NewInsertion,
            answers=(Answer(201, "The text or link to insert.", InsertionView),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/chats/{id}/insertions",
            endpoint=into_chat,
            summary="Insert an article into an answer in a chat, for staff only",
            needs=("read", "chats"),
            in_path=(Parameter("id", str, "Id of the chat."),),
            body=NewInsertion,
            answers=(Answer(201, "The text or link to insert.", InsertionView),),
            errors=("conflict",),
        ),
    )
