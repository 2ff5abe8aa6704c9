"""`/api/issue-sources`: the systems that report on their issues, for admins."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct, structs
from starlette.responses import Response

from clock import rfc3339, rfc3339_or_none
from escalation.issue import URL_MAX, Kind, Source
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.escalation.issue_sources import IssueSources


class SourceView(Struct, frozen=True, kw_only=True):
    """A source. It sends its messages to `/api/issue-sources/{id}/news`. `heard_at` is the time of the latest one."""

    id: str
    kind: Kind
    url: str
    created_at: str
    heard_at: str | None


class AddedSource(SourceView, frozen=True, kw_only=True):
    """A new source, or one with a new secret. The secret cannot be read again."""

    secret: str


class Sources(Struct, frozen=True):
    sources: list[SourceView]


class NewSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is the beginning of the URLs of its issues, such as `https://github.com/example/player`."""

    kind: Kind
    url: Annotated[str, Meta(min_length=1, max_length=URL_MAX, pattern=TEXT_PATTERN)]


_SOURCE = Parameter("id", Annotated[str, Meta(pattern=TEXT_PATTERN)], "Id of the source.")


class IssueSourcesApi(Api):
    def __init__(self, sources: IssueSources) -> None:
        self._sources = sources

    async def all(self, call: Call) -> Response:
        return answer(Sources([_view(one) for one in await self._sources.all(call.actor)]))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewSource)
        return answer(_added(*await self._sources.add(call.actor, said.kind, said.url)), status=201)

    async def rotate(self, call: Call) -> Response:
        return answer(_added(*await self._sources.rotate(call.actor, call.request.path_params["id"])))

    async def remove(self, call: Call) -> Response:
        await self._sources.remove(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/issue-sources",
            endpoint=all,
            summary="List the systems that report on their issues",
            needs=("read", "settings"),
            answers=(Answer(200, "Oldest first.", Sources),),
        ),
        Operation(
            method="POST",
            path="/api/issue-sources",
            endpoint=add,
            summary="Add a system that reports on its issues",
            needs=("change", "settings"),
            body=NewSource,
            answers=(Answer(201, "The new source, with its secret.", AddedSource),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/issue-sources/{id}/secret",
            endpoint=rotate,
            summary="Replace the secret of a source of issues",
            needs=("change", "settings"),
            in_path=(_SOURCE,),
            answers=(Answer(200, "The source, with its new secret.", AddedSource),),
        ),
        Operation(
            method="DELETE",
            path="/api/issue-sources/{id}",
            endpoint=remove,
            summary="Remove a source of issues",
            needs=("change", "settings"),
            in_path=(_SOURCE,),
            answers=(Answer(204, "Its messages are refused.", media_type=None),),
        ),
    )


def _view(source: Source) -> SourceView:
    return SourceView(
        id=source.id,
        kind=source.kind,
        url=source.url,
        created_at=rfc3339(source.created_at),
        heard_at=rfc3339_or_none(source.heard_at),
    )


def _added(source: Source, secret: str) -> AddedSource:
    return AddedSource(**structs.asdict(_view(source)), secret=secret)
