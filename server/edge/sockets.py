"""`/ws/customer` and `/ws/staff`: who may come in, and the hand-over from ASGI to the pump.

A foreign `Origin` is refused with 403 before the upgrade. A bad session, role or subprotocol is
accepted and closed at once with its code, so that a browser can read it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from chat.adapters.socket import SocketPeer, Transport
from chat.frames import SUBPROTOCOL
from chat.wire import Side, Wire
from identity.networks import network_of
from identity.permissions import may
from server.edge.authentication import Proof, desk_of, origin_allowed, place_of, proof_of
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.edge.peers import ServedPeer
from server.edge.transport import SwitchboardProtocol
from storage.ports import StorageUnavailable

if TYPE_CHECKING:
    from server.live.desk import Desk

HELLO_S = 5
"""Seconds in which `hello` must be said."""


class SocketEndpoint:
    """One of the two sides, as a raw ASGI application."""

    def __init__(self, side: Side) -> None:
        self._side: Side = side

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        desk = desk_of(connection)
        await receive()
        if not origin_allowed(connection, desk.settings, widget=self._side == "customer"):
            desk.refusal_log.note("origin", place_of(connection))
            await send({"type": "websocket.close"})
            return
        spoken = SUBPROTOCOL in scope["subprotocols"]
        proof, refusal = await self._admit(desk, connection, spoken)
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None})
        if refusal is None and self._side == "customer" and not desk.limits.has_room_at(_address_of(connection)):
            refusal = (4102, "too many connections from one address")
            desk.refusal_log.note("rate", place_of(connection))
        if refusal is not None:
            code, reason = refusal
            await send({"type": "websocket.close", "code": code, "reason": reason})
            return
        transport: SwitchboardProtocol = scope["extensions"]["switchboard.transport"]
        # Staff are not caught by what their address does; others count for theirs, as a proxy tells it.
        transport.share = proof.actor.id if proof is not None else network_of(_address_of(connection))
        transport.take_over(hand_over(desk, connection, self._side, transport, proof))

    async def _admit(
        self, desk: Desk, connection: HTTPConnection, spoken: bool
    ) -> tuple[Proof | None, tuple[int, str] | None]:
        """Who it is, or the code and the reason for which they may not come in."""
        if not desk.limits.may_knock(_address_of(connection)):
            desk.refusal_log.note("rate", place_of(connection))
            return None, (4102, "too many connections from one address")
        if not spoken:
            return None, (4004, f"speak {SUBPROTOCOL}")
        if self._side == "customer":
            return None, None
        try:
            proof = await proof_of(connection)
        except StorageUnavailable:
            return None, (4103, "storage away")
        if proof is None:
            return None, (4001, "sign in first")
        if proof.actor.limited:
            return None, (4003, "set up a second factor first")
        if not may(proof.actor, "handle", "chats"):
            desk.refusal_log.note("role", place_of(connection))
            return None, (4003, "for agents and supervisors")
        if not proof.scopes >= {"read", "write"}:
            desk.refusal_log.note("scope", place_of(connection))
            return None, (4003, "the token needs the scopes read and write")
        return proof, None


def hand_over(
    desk: Desk, connection: HTTPConnection, side: Side, transport: Transport, proof: Proof | None
) -> ServedPeer:
    """The pump of a connection that was let in, which is to say hello within HELLO_S."""
    peer = ServedPeer(
        Wire(side, SERVED_TO_STAFF if side == "staff" else SERVED_TO_CUSTOMERS),
        transport,
        desk.commands,
        address=_address_of(connection),
        user_agent=connection.headers.get("user-agent"),
        actor=proof.actor if proof else None,
    )
    peer.place = peer.address
    peer.fingerprint = proof.fingerprint if proof else None
    peer.session = proof.fingerprint if proof is not None and proof.by == "session" else None
    desk.metrics.connections.labels(side).inc()
    if side == "customer":
        desk.limits.came(peer)
    asyncio.get_running_loop().call_later(HELLO_S, _expect_hello, peer)
    return peer


def _address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def _expect_hello(peer: SocketPeer) -> None:
    if not peer.wire.greeted:
        peer.close(4203, f"no hello within {HELLO_S} s")


def routes() -> list[WebSocketRoute]:
    """The two ways in."""
    return [
        WebSocketRoute("/ws/customer", SocketEndpoint("customer")),
        WebSocketRoute("/ws/staff", SocketEndpoint("staff")),
    ]
