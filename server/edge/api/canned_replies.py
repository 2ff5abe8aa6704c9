"""`/api/replies`: the texts that staff insert into answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from canned_replies.macro import Actions
from canned_replies.reply import (
    FILES_MAX,
    NAME_MAX,
    SHORTCUT_MAX,
    TEXT_MAX,
    CannedReply,
    Locale,
    Scope,
    WantedReply,
    may_keep,
)
from canned_replies.variables import VARIABLES
from clock import rfc3339_or_none
from identity.actor import Actor
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import versions_of
from server.live.canned_replies.reply_keeping import ReplyKeeping

_Shortcut = Annotated[str, Meta(min_length=1, max_length=SHORTCUT_MAX, pattern=TEXT_PATTERN)]
_Name = Annotated[str, Meta(min_length=1, max_length=NAME_MAX, pattern=TEXT_PATTERN)]
_TeamKey = Annotated[str, Meta(min_length=1, max_length=32, pattern=TEXT_PATTERN)]
_Text = Annotated[str, Meta(max_length=TEXT_MAX)]
_Files = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=64, pattern=TEXT_PATTERN)]], Meta(max_length=FILES_MAX)
]


class ReplyTexts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text in each language. English is required, unless a macro has no text: it is used where there is none in the
    customer's language."""

    en: _Text = ""
    fr: _Text | None = None
    es: _Text | None = None


class ReplyFileView(Struct, frozen=True):
    """A file that goes with the text. `url` leads to its content."""

    id: str
    name: str
    type: str
    size: int
    url: str


class CannedReplyView(Struct, frozen=True, kw_only=True):
    """A canned reply. With `actions`, it is a macro. `uses` counts its insertions in 28 days. `may_change` is true if
    the caller may change it."""

    id: str
    shortcut: str
    name: str
    scope: Scope
    team: str | None
    texts: ReplyTexts
    actions: Actions | None
    files: list[ReplyFileView]
    uses: int
    used_at: str | None
    version: int
    may_change: bool


class CannedReplyList(Struct, frozen=True):
    """The replies that the caller may use, most used first. `variables` are the names that texts may contain between
    double braces, with their meaning."""

    replies: list[CannedReplyView]
    variables: Mapping[str, str]


class NewCannedReply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A canned reply to add. `team` is given for the scope `team` only. `files` are ids of uploads."""

    shortcut: _Shortcut
    name: _Name
    scope: Scope = "own"
    team: _TeamKey | None = None
    texts: ReplyTexts = ReplyTexts()
    actions: Actions | None = None
    files: _Files = []


class ChangedCannedReply(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of a canned reply. An absent field keeps its value. `texts` replaces the texts of all languages, and
    `files` all files: ids of uploads, and of files that stay. With another `scope`, the reply moves."""

    shortcut: _Shortcut | UnsetType = UNSET
    name: _Name | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    team: _TeamKey | None | UnsetType = UNSET
    texts: ReplyTexts | UnsetType = UNSET
    actions: Actions | None | UnsetType = UNSET
    files: _Files | UnsetType = UNSET


_REPLY = Parameter("id", str, "Id of the canned reply.")


class CannedRepliesApi(Api):
    def __init__(self, replies: ReplyKeeping) -> None:
        self._replies = replies

    async def everything(self, call: Call) -> Response:
        found = await self._replies.all(call.actor)
        return answer(CannedReplyList([_view(one, call.actor) for one in found], VARIABLES))

    async def add(self, call: Call) -> Response:
        said = await read_body(call.request, NewCannedReply)
        given = (said.shortcut, said.name, said.scope, said.team, _texts(said.texts), said.actions, said.files)
        wanted = WantedReply(*given)
        return _answer(await self._replies.add(call.actor, wanted), call.actor, 201)

    async def change(self, call: Call) -> Response:
        said = await read_body(call.request, ChangedCannedReply)
        id_, versions = call.request.path_params["id"], versions_of(call.request)
        changed = await self._replies.change(call.actor, id_, lambda before: _merged(before, said), versions)
        return _answer(changed, call.actor, 200)

    async def remove(self, call: Call) -> Response:
        await self._replies.remove(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    async def count_use(self, call: Call) -> Response:
        await self._replies.count_use(call.actor, call.request.path_params["id"])
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/replies",
            endpoint=everything,
            summary="List the canned replies that the caller may use",
            needs=("read", "canned_replies"),
            answers=(Answer(200, "Most used first.", CannedReplyList),),
        ),
        Operation(
            method="POST",
            path="/api/replies",
            endpoint=add,
            summary="Add a canned reply",
            needs=("change", "canned_replies"),
            body=NewCannedReply,
            answers=(Answer(201, "The new reply.", CannedReplyView),),
            errors=("conflict",),
            etag=True,
        ),
        Operation(
            method="PATCH",
            path="/api/replies/{id}",
            endpoint=change,
            summary="Change a canned reply",
            needs=("change", "canned_replies"),
            in_path=(_REPLY,),
            body=ChangedCannedReply,
            answers=(Answer(200, "The reply after the change.", CannedReplyView),),
            errors=("conflict",),
            if_match=True,
            etag=True,
        ),
        Operation(
            method="DELETE",
            path="/api/replies/{id}",
            endpoint=remove,
            summary="Remove a canned reply",
            needs=("change", "canned_replies"),
            in_path=(_REPLY,),
            answers=(Answer(204, "The reply is removed.", media_type=None),),
        ),
        Operation(
            method="POST",
            path="/api/replies/{id}/uses",
            endpoint=count_use,
            summary="Count that the caller has inserted a canned reply",
            needs=("change", "canned_replies"),
            in_path=(_REPLY,),
            answers=(Answer(204, "The use is counted.", media_type=None),),
        ),
    )


def _merged(before: CannedReply, said: ChangedCannedReply) -> WantedReply:
    scope = before.scope if said.scope is UNSET else said.scope
    # A reply that stays with its team keeps it. One that moves leaves it.
    team = (before.team if scope == before.scope else None) if said.team is UNSET else said.team
    return WantedReply(
        shortcut=before.shortcut if said.shortcut is UNSET else said.shortcut,
        name=before.name if said.name is UNSET else said.name,
        scope=scope,
        team=team,
        texts=before.texts if said.texts is UNSET else _texts(said.texts),
        actions=before.actions if said.actions is UNSET else said.actions,
        files=None if said.files is UNSET else said.files,
    )


def _texts(said: ReplyTexts) -> Mapping[Locale, str]:
    return {"en": said.en, "fr": said.fr or "", "es": said.es or ""}


def _answer(reply: CannedReply, by: Actor, status: int) -> Response:
    return answer(_view(reply, by), status=status, headers={"ETag": f'"{reply.version}"'})


def _view(reply: CannedReply, by: Actor) -> CannedReplyView:
    return CannedReplyView(
        id=reply.id,
        shortcut=reply.shortcut,
        name=reply.name,
        scope=reply.scope,
        team=reply.team,
        texts=ReplyTexts(en=reply.texts.get("en", ""), fr=reply.texts.get("fr"), es=reply.texts.get("es")),
        actions=reply.actions,
        files=[ReplyFileView(one.id, one.name, one.type, one.size, f"/api/files/{one.id}") for one in reply.files],
        uses=reply.uses,
        used_at=rfc3339_or_none(reply.used_at),
        version=reply.version,
        may_change=may_keep(by, reply.scope, reply.holder),
    )
