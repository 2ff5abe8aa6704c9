"""The call with which a page keeps where its reader stopped in a video."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from knowledge.adapters.store import SqlArticles
from knowledge.service import Articles
from learning.places import LENGTH_MAX_S
from refusals import Refused
from server.edge.api.bodies import read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.learning.learning_center import LearningCenter
from server.live.readers import reader_of
from storage.ports import Storage, Tx
from texts.numbers import whole_number

Seconds = Annotated[int, Meta(ge=0, le=LENGTH_MAX_S)]
_ARTICLE = Parameter("id", Annotated[int, Meta(ge=1)], "Id of the article.")


class Stopped(Struct, frozen=True, forbid_unknown_fields=True):
    """`video` is the address of a video of the article. `seconds` is the place, and `length` the end of the video."""

    video: Annotated[str, Meta(min_length=1, max_length=200, pattern=TEXT_PATTERN)]
    seconds: Seconds
    length: Seconds


class VideoPlacesApi(Api):
    def __init__(self, clock: Clock, storage: Storage, center: LearningCenter) -> None:
        self._clock = clock
        self._storage = storage
        self._watching = center.watching
        self._articles = Articles(SqlArticles())

    async def keep(self, call: Call) -> Response:
        actor, now, id_ = call.actor, self._clock(), whole_number(call.request.path_params["id"])
        said = await read_body(call.request, Stopped)
        if id_ is None:
            raise Refused("not_found", "There is no such article.")

        def keep(tx: Tx) -> None:
            videos = self._articles.videos(tx, reader_of(tx, actor), id_, said.video)
            self._watching.keep(tx, actor.customer, actor.ids, id_, videos, said.video, said.seconds, said.length, now)

        await self._storage.write(keep)
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="PUT",
            path="/api/articles/{id}/place",
            endpoint=keep,
            summary="Keep where you stopped in a video. After the last video, the article's resource is finished",
            needs=("change", "learning"),
            identified=True,
            in_path=(_ARTICLE,),
            body=Stopped,
            answers=(Answer(204, "It is kept.", media_type=None),),
        ),
    )
