"""`/api/wire`: the frames of the sockets over HTTP, for browsers and programs that cannot use a WebSocket."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct
from starlette.requests import Request
from starlette.responses import Response

from chat.frames.fields import FRAME_MAX
from chat.wire import Side
from identity.networks import network_of
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, number
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.authentication import Authentication, Proof, host_of
from server.edge.client_disconnect import LOST
from server.edge.limits import SocketLimits
from server.edge.origins import origin_allowed
from server.edge.peers import ServedPeer
from server.edge.polled import LINE, PolledConnection, PolledConnections, Question, unanswered
from server.edge.sockets import Sockets
from server.settings import Settings

FRAMES_MAX = 100
"""Maximum number of frames in one request."""
SENT_MAX = FRAME_MAX + 1024
"""Maximum bytes of one request: the largest frame, and its envelope."""
AFTER = number(
    "after",
    0,
    10**15 - 1,
    "`next` of the last answer received. Earlier frames are not sent again. Default: 0.",
)


class Sent(Struct, forbid_unknown_fields=True, kw_only=True):
    """Frames as on a socket, in order.

    A request without the header `Switchboard-Line` opens a new connection for the given `side`.

    `close` ends the connection after these frames.
    """

    frames: Annotated[list[Raw], Meta(max_length=FRAMES_MAX)]
    side: Literal["customer", "staff"] | None = None
    close: bool = False


class Closed(Struct, frozen=True):
    """The end of a connection, with the close code that a socket would get."""

    code: int
    reason: str


class Taken(Struct, frozen=True, omit_defaults=True):
    """The frames were accepted. The client gets the answers to them with GET."""

    line: str
    close: Closed | None = None


class Told(Struct, frozen=True, omit_defaults=True):
    """New frames, and the value of `after` for the next request. `close` is present if the connection has ended."""

    frames: list[Raw]
    next: int
    close: Closed | None = None


_LINE_ID = Annotated[str, Meta(max_length=64)]


class WireApi(Api):
    def __init__(
        self,
        settings: Settings,
        authentication: Authentication,
        limits: SocketLimits,
        polled: PolledConnections,
        sockets: Sockets,
    ) -> None:
        self._settings = settings
        self._authentication = authentication
        self._limits = limits
        self._polled = polled
        self._sockets = sockets

    async def send(self, call: Call) -> Response:
        request = call.request
        sent = await read_body(request, Sent, SENT_MAX)
        frames = [bytes(frame) for frame in sent.frames]
        if any(len(frame) > FRAME_MAX for frame in frames):
            raise Refused("too_large", f"A frame is larger than {FRAME_MAX // 1024} KiB.")
        by, shown = self._authentication.shown_by(request)
        if by != "bearer" and shown is not None:
            self._authentication.refuse_foreign_origin(request)
        polled = await self._connection_for(request, sent)
        await polled.take(frames)
        if sent.close and polled.receiver is not None:
            polled.receiver.close(1000, "as requested")
        return answer(Taken(polled.id, _end_of(polled)))

    async def hear(self, call: Call) -> Response:
        request = call.request
        polled = self._connection_of(request)
        question: Question = asyncio.get_running_loop().create_future()
        # The wait ends when the connection of the request is lost, or when the server stops.
        request.scope[LOST] = partial(unanswered, question)
        request.scope["switchboard.shutdown"] = polled.shutdown
        frames, following = await polled.told(call.query[AFTER] or 0, question)
        return answer(Told([Raw(frame) for frame in frames], following, _end_of(polled)))

    async def _connection_for(self, request: Request, sent: Sent) -> PolledConnection:
        if LINE not in request.headers:
            return await self._opened(request, sent.side)
        polled = self._connection_of(request)
        if sent.side is not None:
            raise Refused("invalid", "side: Send this when you open a line.", {"side": "Not allowed on an open line."})
        if isinstance(polled.receiver, ServedPeer):
            polled.receiver.place = host_of(request)
        return polled

    async def _opened(self, request: Request, side: Side | None) -> PolledConnection:
        """A new connection. Raises Refused if a WebSocket would be refused: `unauthorized`, `forbidden` or
        `rate_limited`."""
        if side is None:
            found = await self._authentication.proof_of(request)
            side = "staff" if found is not None and found.actor.kind == "staff" else "customer"
        if not origin_allowed(request, self._settings, widget=side == "customer"):
            raise Refused("forbidden", "This page can't use this server. Its origin must be in WIDGET_ORIGINS.")
        address = host_of(request)
        if not self._limits.may_knock(address) or (side == "customer" and not self._limits.has_room_at(address)):
            sentence = "Too many connections from your address. Try again in a few minutes."
            raise Refused("rate_limited", sentence, retry_after_s=5)
        if side == "staff":
            proof: Proof | None = await self._proof_of_staff(request)
        else:
            proof = await self._authentication.customers_session(request)
        polled = self._polled.open(proof.fingerprint if proof is not None and side == "staff" else None)
        polled.share = network_of(address)
        polled.receiver = self._sockets.hand_over(request, side, polled, proof)
        return polled

    async def _proof_of_staff(self, request: Request) -> Proof:
        proof = await self._authentication.required(request, "handle", "chats")
        if not proof.scopes >= {"read", "write"}:
            raise Refused("forbidden", "The token needs the scopes read and write.")
        return proof

    def _connection_of(self, request: Request) -> PolledConnection:
        """The connection that the request names.

        Raises Refused(not_found) if the connection does not exist or belongs to somebody else.
        """
        _, shown = self._authentication.shown_by(request)
        polled = self._polled.find(request.headers.get(LINE, ""), shown)
        if polled is None:
            raise Refused("not_found", "This line doesn't exist. Open one with a POST without a line.")
        return polled

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/wire",
            endpoint=send,
            summary="Send frames without a WebSocket",
            in_header=(Parameter(LINE, _LINE_ID, "The line to send on. Without it, a new line is opened."),),
            body=Sent,
            facets={"frames": {"items": {"type": "object"}}},
            answers=(Answer(200, "The frames were accepted, on this line.", Taken),),
            errors=("unauthorized", "not_found", "conflict"),
        ),
        Operation(
            method="GET",
            path="/api/wire",
            endpoint=hear,
            summary="Receive frames without a WebSocket",
            in_header=(Parameter(LINE, _LINE_ID, "The line to receive from."),),
            in_query=(AFTER,),
            answers=(Answer(200, "The waiting frames, as soon as there are any.", Told),),
            errors=("not_found",),
        ),
    )


def _end_of(polled: PolledConnection) -> Closed | None:
    return Closed(*polled.ended) if polled.ended is not None else None
