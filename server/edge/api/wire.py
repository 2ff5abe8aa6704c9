"""`/api/wire`: the frames of the sockets over HTTP, for who cannot use a WebSocket."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct
from starlette.requests import Request
from starlette.responses import Response

from chat.frames import FRAME_MAX
from chat.wire import Side
from identity.networks import network_of
from refusals import Refused
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Query
from server.edge.api.registry import ANYONE, Answer, Operation, Parameter
from server.edge.asking import LOST
from server.edge.authentication import (
    Proof,
    desk_of,
    host_of,
    origin_allowed,
    proof_of,
    refuse_foreign_origin,
    required_proof,
    shown_by,
)
from server.edge.lines import LINE, Line, Question, unanswered
from server.edge.peers import ServedPeer
from server.edge.sockets import hand_over

FRAMES_MAX = 100
"""Frames in one request."""
SENT_MAX = FRAME_MAX + 1024
"""Bytes in one request: the largest frame, and what is around it."""
AFTER_MAX = 10**15 - 1


class Sent(Struct, forbid_unknown_fields=True, kw_only=True):
    """Frames as on a socket, in their order. Without a line one is opened for them, of the named side; `close` ends it
    after them."""

    frames: Annotated[list[Raw], Meta(max_length=FRAMES_MAX)]
    side: Literal["customer", "staff"] | None = None
    close: bool = False


class Closed(Struct, frozen=True):
    """How a line ended: a close code of the sockets."""

    code: int
    reason: str


class Taken(Struct, frozen=True, omit_defaults=True):
    """The frames were taken. What they are answered with comes by GET."""

    line: str
    close: Closed | None = None


class Told(Struct, frozen=True, omit_defaults=True):
    """What came since, and what to ask with next. `close` is there once the line has ended."""

    frames: list[Raw]
    next: int
    close: Closed | None = None


async def send(request: Request) -> Response:
    """`POST /api/wire`: frames from the peer."""
    sent = await read_body(request, Sent, SENT_MAX)
    frames = [bytes(frame) for frame in sent.frames]
    if any(len(frame) > FRAME_MAX for frame in frames):
        raise Refused("too_large", f"A frame is larger than {FRAME_MAX // 1024} KiB.")
    by, shown = shown_by(request)
    if by != "bearer" and shown is not None:
        refuse_foreign_origin(request)
    if LINE in request.headers:
        line = _line_of(request)
        if sent.side is not None:
            raise Refused("invalid", "side: Send this when you open a line.", {"side": "Not on one that is open."})
        if isinstance(line.receiver, ServedPeer):
            line.receiver.place = host_of(request)
    else:
        line = await _opened(request, sent.side)
    await line.take(frames)
    if sent.close and line.receiver is not None:
        line.receiver.close(1000, "as asked")
    return answer(Taken(line.id, _end_of(line)))


async def hear(request: Request) -> Response:
    """`GET /api/wire`: frames to the peer."""
    query = Query(request)
    after = query.number("after", 0, AFTER_MAX)
    query.close()
    line = _line_of(request)
    question: Question = asyncio.get_running_loop().create_future()
    # Nobody is to be waited for who is gone, least of all by a server that stops.
    request.scope[LOST] = partial(unanswered, question)
    request.scope["switchboard.shutdown"] = line.shutdown
    frames, following = await line.told(after or 0, question)
    return answer(Told([Raw(frame) for frame in frames], following, _end_of(line)))


async def _opened(request: Request, side: Side | None) -> Line:
    """A new line for who asks. Raises Refused as the doors of the sockets do."""
    desk = desk_of(request)
    if side is None:
        found = await proof_of(request)
        side = "staff" if found is not None and found.actor.kind == "staff" else "customer"
    if not origin_allowed(request, desk.settings, widget=side == "customer"):
        raise Refused("forbidden", "This page can't use this server. Its origin must be in WIDGET_ORIGINS.")
    address = request.client.host if request.client else ""
    if not desk.limits.may_knock(address) or (side == "customer" and not desk.limits.has_room_at(address)):
        raise Refused(
            "rate_limited", "Too many connections from your address. Try again in a few minutes.", retry_after_s=5
        )
    proof = await _proof_of_staff(request) if side == "staff" else None
    line = desk.lines.open(proof.fingerprint if proof else None)
    line.share = network_of(address)
    line.receiver = hand_over(desk, request, side, line, proof)
    return line


async def _proof_of_staff(request: Request) -> Proof:
    proof = await required_proof(request, "handle", "chats")
    if not proof.scopes >= {"read", "write"}:
        raise Refused("forbidden", "The token needs the scopes read and write.")
    return proof


def _line_of(request: Request) -> Line:
    """The line that is named. Raises Refused(not_found) where there is none, or it is somebody else's."""
    _, shown = shown_by(request)
    line = desk_of(request).lines.find(request.headers.get(LINE, ""), shown)
    if line is None:
        raise Refused("not_found", "This line doesn't exist. Open one with a POST without a line.")
    return line


def _end_of(line: Line) -> Closed | None:
    return Closed(*line.ended) if line.ended is not None else None


_LINE_ID = Annotated[str, Meta(max_length=64)]

OPERATIONS = (
    Operation(
        method="POST",
        path="/api/wire",
        endpoint=send,
        summary="Send frames without a WebSocket",
        callers=ANYONE,
        in_header=(Parameter(LINE, _LINE_ID, "The line to send on. Without it one is opened."),),
        body=Sent,
        facets={"frames": {"items": {"type": "object"}}},
        answers=(Answer(200, "They were taken, on this line.", Taken),),
        errors=("unauthorized", "not_found", "conflict"),
    ),
    Operation(
        method="GET",
        path="/api/wire",
        endpoint=hear,
        summary="Hear frames without a WebSocket",
        callers=ANYONE,
        in_header=(Parameter(LINE, _LINE_ID, "The line to listen to."),),
        in_query=(
            Parameter(
                "after",
                Annotated[int, Meta(ge=0, le=AFTER_MAX)],
                "The `next` of the last answer that came: what was before it is given no more. 0 unless given.",
            ),
        ),
        answers=(Answer(200, "What there is, as soon as there is any.", Told),),
        errors=("not_found",),
    ),
)
