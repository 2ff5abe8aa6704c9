"""`/api/bans`: blocks of customers, networks and senders of mail, for supervisors."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from clock import Clock
from identity.adapters import ban_store
from identity.bans import HOURS_MAX, REASON_MAX, SUBJECT_MAX, BanKind
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import TEXT_PATTERN, Parameter
from server.edge.api.registry import Answer, Api, Call, Operation
from server.live.chats.bans import Bans
from server.live.chats.blocking import BanView, Blocking
from storage.ports import Storage, StorageUnavailable


class NewBan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new block. Either `chat` or `subject` is given.

    With `chat`, the block is of its customer, or of the customer's network: one network address, or with `wide`, all
    addresses of the same IPv4 /24. With `subject`, it is of a network in CIDR notation (at most an IPv4 /16 or an IPv6
    /32), or of a sender of mail: an email address, or a domain with those below it.

    If `close` is true, open chats end as void: the chat, or the chats of unproven customers from the network.
    """

    chat: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    subject: Annotated[str, Meta(min_length=1, max_length=SUBJECT_MAX, pattern=TEXT_PATTERN)] | None = None
    kind: BanKind
    hours: Annotated[int, Meta(ge=1, le=HOURS_MAX)]
    reason: Annotated[str, Meta(max_length=REASON_MAX)] = ""
    wide: bool = False
    close: bool = False


class BansView(Struct, frozen=True):
    """The active blocks, newest first."""

    bans: list[BanView]


class BansApi(Api):
    def __init__(self, storage: Storage, clock: Clock, bans: Bans, blocking: Blocking) -> None:
        self._storage = storage
        self._clock = clock
        self._bans = bans
        self._blocking = blocking

    async def bans(self, call: Call) -> Response:
        now = self._clock()
        return answer(BansView(await self._storage.read(lambda tx: self._blocking.list(tx, call.actor, now))))

    async def block(self, call: Call) -> Response:
        wanted = await read_body(call.request, NewBan)
        now = self._clock()
        view = await self._storage.write(lambda tx: self._blocking.block(tx, call.actor, wanted, now))
        await self._follow()
        return answer(view, status=201)

    async def lift(self, call: Call) -> Response:
        id_, now = call.request.path_params["id"], self._clock()
        await self._storage.write(lambda tx: ban_store.lift(tx, call.actor, id_, now))
        await self._follow()
        return Response(status_code=204)

    async def _follow(self) -> None:
        # The change is stored. If it cannot be read right now, the periodic job picks it up.
        with suppress(StorageUnavailable):
            await self._bans.follow()

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/bans",
            endpoint=bans,
            summary="Block list",
            needs=("read", "bans"),
            answers=(Answer(200, "The active blocks, newest first.", BansView),),
        ),
        Operation(
            method="POST",
            path="/api/bans",
            endpoint=block,
            summary="Block a customer, a network or a sender of mail",
            needs=("create", "bans"),
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
            needs=("change", "bans"),
            in_path=(Parameter("id", str, "Id of the block."),),
            answers=(Answer(204, "The block is lifted.", media_type=None),),
        ),
    )
