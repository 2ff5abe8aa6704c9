"""`/api/bans`: blocks of customers and networks, for supervisors."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response

from identity.adapters import ban_store
from identity.bans import HOURS_MAX, REASON_MAX
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN
from server.edge.api.registry import Answer, Caller, Operation, Parameter
from server.edge.authentication import desk_of, required
from server.live.bans import Bans
from server.live.blocking import BanView
from storage.ports import StorageUnavailable


class NewBan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Block the customer of a chat, or its network: one address, or with `wide` those around it (IPv4 /24). With
    `close` an open chat ends as void, in the same transaction."""

    chat: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Literal["customer", "network"]
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX)]
    reason: Annotated[str, Meta(max_length=REASON_MAX)] = ""
    wide: bool = False
    close: bool = False


class BansView(Struct, frozen=True):
    """The blocks in force, the newest first."""

    bans: list[BanView]


async def bans(request: Request) -> Response:
    """`GET /api/bans` → all blocks in force."""
    actor = await required(request, "read", "bans")
    desk = desk_of(request)
    now = desk.clock()
    return answer(BansView(await desk.storage.read(lambda tx: desk.blocking.list(tx, actor, now))))


async def block(request: Request) -> Response:
    """`POST /api/bans` → 201, the block, which holds from now on."""
    actor = await required(request, "create", "bans")
    desk, wanted = desk_of(request), await read_body(request, NewBan)
    now = desk.clock()
    view = await desk.storage.write(lambda tx: desk.blocking.block(tx, actor, wanted, now))
    await _follow(desk.bans)
    return answer(view, status=201)


async def lift(request: Request) -> Response:
    """`DELETE /api/bans/{id}` → 204: it holds no more."""
    actor = await required(request, "change", "bans")
    desk, id_ = desk_of(request), request.path_params["id"]
    now = desk.clock()
    await desk.storage.write(lambda tx: ban_store.lift(tx, actor, id_, now))
    await _follow(desk.bans)
    return Response(status_code=204)


async def _follow(bans: Bans) -> None:
    # The change is stored. If it cannot be read right now, the periodic job picks it up.
    with suppress(StorageUnavailable):
        await bans.follow()


_SUPERVISORS: frozenset[Caller] = frozenset({"supervisor"})

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/bans",
        endpoint=bans,
        summary="Block list",
        callers=_SUPERVISORS,
        answers=(Answer(200, "The blocks in force, the newest first.", BansView),),
    ),
    Operation(
        method="POST",
        path="/api/bans",
        endpoint=block,
        summary="Block the customer or the network of a chat",
        callers=_SUPERVISORS,
        body=NewBan,
        facets={"reason": {"pattern": TEXT_PATTERN, "maxLength": REASON_MAX}},
        answers=(Answer(201, "The block.", BanView),),
        errors=("not_found", "conflict"),
    ),
    Operation(
        method="DELETE",
        path="/api/bans/{id}",
        endpoint=lift,
        summary="Lift a block",
        callers=_SUPERVISORS,
        in_path=(Parameter("id", str, "Of the block."),),
        answers=(Answer(204, "It is over.", media_type=None),),
    ),
)
