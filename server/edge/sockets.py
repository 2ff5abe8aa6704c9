"""`/ws/customer` and `/ws/staff`: who may connect, and the change from ASGI to the chat protocol.

A handshake with a foreign `Origin` gets 403 before the upgrade. With an invalid session, role or subprotocol, the
connection is accepted and closed at once, because a browser can read the close code.
"""

from __future__ import annotations

import asyncio

from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from chat.adapters.socket import Handlers, SocketPeer
from chat.adapters.transport import Transport
from chat.frames.fields import SUBPROTOCOL
from chat.wire import Side, Wire
from identity.networks import network_of
from identity.permissions import may
from server.edge.authentication import Authentication, Proof, host_of, place_of
from server.edge.commands import SERVED_TO_CUSTOMERS, SERVED_TO_STAFF
from server.edge.limits import SocketLimits
from server.edge.origins import origin_allowed
from server.edge.peers import ServedPeer
from server.edge.refusal_log import RefusalLog
from server.edge.transport import SwitchboardProtocol
from server.live.metrics import Metrics
from server.settings import Settings
from storage.ports import StorageUnavailable


class Sockets:
    """Connections of both sides, over WebSockets and over HTTP."""

    def __init__(
        self,
        settings: Settings,
        authentication: Authentication,
        limits: SocketLimits,
        handlers: Handlers,
        metrics: Metrics,
        refusal_log: RefusalLog,
        hello_s: float,
    ) -> None:
        self._settings = settings
        self._authentication = authentication
        self._limits = limits
        self._handlers = handlers
        self._metrics = metrics
        self._refusal_log = refusal_log
        self._hello_s = hello_s

    def routes(self) -> list[WebSocketRoute]:
        return [
            WebSocketRoute("/ws/customer", _Endpoint(self, "customer")),
            WebSocketRoute("/ws/staff", _Endpoint(self, "staff")),
        ]

    async def connect(self, side: Side, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one handshake. Later frames bypass ASGI."""
        connection = HTTPConnection(scope)
        await receive()
        if not origin_allowed(connection, self._settings, widget=side == "customer"):
            self._refusal_log.note("origin", place_of(connection))
            await send({"type": "websocket.close"})
            return
        spoken = SUBPROTOCOL in scope["subprotocols"]
        proof, refusal = await self._admit(side, connection, spoken=spoken)
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None})
        if refusal is None and side == "customer" and not self._limits.has_room_at(host_of(connection)):
            refusal = (4102, "too many connections from one address")
            self._refusal_log.note("rate", place_of(connection))
        if refusal is not None:
            code, reason = refusal
            await send({"type": "websocket.close", "code": code, "reason": reason})
            return
        transport: SwitchboardProtocol = scope["extensions"]["switchboard.transport"]
        # Each member of staff has a share of the loop. Customers share that of their address, as a proxy reports it.
        transport.share = proof.actor.id if proof and side == "staff" else network_of(host_of(connection))
        transport.take_over(self.hand_over(connection, side, transport, proof))

    def hand_over(
        self, connection: HTTPConnection, side: Side, transport: Transport, proof: Proof | None
    ) -> ServedPeer:
        """The peer of an admitted connection. The connection is closed if the person does not say hello in time."""
        peer = ServedPeer(
            Wire(side, SERVED_TO_STAFF if side == "staff" else SERVED_TO_CUSTOMERS),
            transport,
            self._handlers,
            address=host_of(connection),
            user_agent=connection.headers.get("user-agent"),
            actor=proof.actor if proof is not None and side == "staff" else None,
        )
        peer.account = proof.actor.account if proof is not None and side == "customer" else None
        peer.place = peer.address
        peer.fingerprint = proof.fingerprint if proof else None
        peer.session = proof.fingerprint if proof is not None and proof.by == "session" else None
        self._metrics.connections.labels(side).inc()
        if side == "customer":
            self._limits.came(peer)
        asyncio.get_running_loop().call_later(self._hello_s, self._expect_hello, peer)
        return peer

    async def _admit(
        self, side: Side, connection: HTTPConnection, *, spoken: bool
    ) -> tuple[Proof | None, tuple[int, str] | None]:
        """A pair: the proof, and the refusal.

        The proof is that of a staff member or of a signed-in customer, otherwise None. The refusal is a close code and
        a reason, or None if the connection is admitted.
        """
        if not self._limits.may_knock(host_of(connection)):
            self._refusal_log.note("rate", place_of(connection))
            return None, (4102, "too many connections from one address")
        if not spoken:
            return None, (4004, f"speak {SUBPROTOCOL}")
        try:
            if side == "customer":
                return await self._authentication.customers_session(connection), None
            proof = await self._authentication.proof_of(connection)
        except StorageUnavailable:
            return None, (4103, "storage away")
        if proof is None:
            return None, (4001, "sign in first")
        return self._admit_staff(connection, proof)

    def _admit_staff(self, connection: HTTPConnection, proof: Proof) -> tuple[Proof | None, tuple[int, str] | None]:
        if proof.actor.limited:
            return None, (4003, "set up a second factor first")
        if not may(proof.actor, "handle", "chats"):
            self._refusal_log.note("role", place_of(connection))
            return None, (4003, "for agents and supervisors")
        if not proof.scopes >= {"read", "write"}:
            self._refusal_log.note("scope", place_of(connection))
            return None, (4003, "the token needs the scopes read and write")
        return proof, None

    def _expect_hello(self, peer: SocketPeer) -> None:
        if not peer.wire.greeted:
            peer.close(4203, f"no hello within {self._hello_s:g} s")


class _Endpoint:
    """An ASGI application for a method. Without it, Starlette would wrap the method in its own WebSocket class."""

    def __init__(self, sockets: Sockets, side: Side) -> None:
        self._sockets = sockets
        self._side: Side = side

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._sockets.connect(self._side, scope, receive, send)
