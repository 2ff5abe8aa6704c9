"""The calls about what a person follows in the help center."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from clock import rfc3339
from following.announcement import KINDS, Kind, Subject
from following.follow import Follow, How, Level, What
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.following.own_follows import OwnFollows

_KEY_MAX = 200
_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}
_KIND = Parameter("kind", Kind, "Kind of the subject.")
_ID = Parameter(
    "id",
    Annotated[str, Meta(min_length=1, max_length=_KEY_MAX)],
    "The subject: the number of an article, `spectra-ox:faqs` or `spectra-ox` for a section or a product, the product"
    " of release notes, `all` or a product for system notifications, the id of a component.",
)


class FollowWanted(Struct, frozen=True, forbid_unknown_fields=True):
    what: What = "new"
    """What to tell: new things, or new things and updates. Followers of an article are always told of updates."""
    how: How = "at_once"
    """How often. Daily letters are sent at 08:00, weekly ones on Mondays at 08:00, in the person's time zone."""


class FollowShown(Struct, frozen=True, kw_only=True):
    kind: Kind
    id: str
    what: What
    how: How
    since: str


class FollowsApi(Api):
    def __init__(self, own_follows: OwnFollows) -> None:
        self._own = own_follows

    async def read(self, call: Call) -> Response:
        found = await self._own.one(call.actor, _subject(call.request))
        if found is None:
            raise Refused("not_found", "You do not follow this.")
        return answer(_shown(found))

    async def put(self, call: Call) -> Response:
        wanted = await read_body(call.request, FollowWanted)
        level = Level(wanted.what, wanted.how)
        return answer(_shown(await self._own.follow(call.actor, _subject(call.request), level)))

    async def end(self, call: Call) -> Response:
        await self._own.unfollow(call.actor, _subject(call.request))
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/follows/{kind}/{id}",
            endpoint=read,
            summary="Show how you follow a subject of the help center",
            needs=("read", "follows"),
            identified=True,
            in_path=(_KIND, _ID),
            answers=(Answer(200, "The follow.", FollowShown),),
        ),
        Operation(
            method="PUT",
            path="/api/follows/{kind}/{id}",
            endpoint=put,
            summary="Follow a subject of the help center, or change what you are told",
            needs=("change", "follows"),
            identified=True,
            in_path=(_KIND, _ID),
            body=FollowWanted,
            answers=(Answer(200, "The follow.", FollowShown),),
            errors=("conflict",),
        ),
        Operation(
            method="DELETE",
            path="/api/follows/{kind}/{id}",
            endpoint=end,
            summary="Unfollow a subject. Repeats without effect",
            needs=("change", "follows"),
            identified=True,
            in_path=(_KIND, _ID),
            answers=(Answer(204, "You do not follow it.", media_type=None),),
        ),
    )


def _subject(request: Request) -> Subject:
    kind, key = str(request.path_params["kind"]), str(request.path_params["id"])
    if kind not in _KINDS or not key.isprintable() or len(key) > _KEY_MAX:
        raise Refused("not_found", "There is nothing to follow here.")
    return Subject(_KINDS[kind], key.replace(":", "/"))


def _shown(follow: Follow) -> FollowShown:
    return FollowShown(
        kind=follow.subject.kind,
        id=follow.subject.key.replace("/", ":"),
        what=follow.level.what,
        how=follow.level.how,
        since=rfc3339(follow.since),
    )
