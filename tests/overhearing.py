"""The edge of a desk of the tests: all that goes over it, both ways, whoever is at the other end, told to its canary.

It stands at the server, so that no client of a test can be forgotten: one that speaks without our helpers, a socket
that is never read, a page, a file. Staff are known by their token or session, anybody else is a customer.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.edge.transport import SwitchboardProtocol
from tests.canary import Canary

PUBLIC = ("/api/openapi.json", "/api/asyncapi.json", "/api/session")
"""Where nothing of a desk is told, or where somebody is becoming staff."""


class OverheardCalls:
    """ASGI, around the application of a desk."""

    def __init__(self, app: ASGIApp, canary: Canary) -> None:
        self._app = app
        self._canary = canary

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked, told = bytearray(), bytearray()
        headers: list[tuple[bytes, bytes]] = []

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def tell(message: Message) -> None:
            headers.extend(message.get("headers", ()))
            told.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, hear, tell)
        finally:
            self._judge(scope, bytes(asked), headers, bytes(told))

    def _judge(self, scope: Scope, asked: bytes, headers: list[tuple[bytes, bytes]], told: bytes) -> None:
        path: str = scope["path"]
        if _by_staff(scope["headers"]):
            self._canary.staff_asked(path, asked)
        elif not path.endswith(PUBLIC):
            self._canary.customer_sent(asked.decode(errors="replace"))
            said = "\n".join(f"{name.decode()}: {value.decode('latin-1')}" for name, value in headers)
            self._canary.customer_heard(f"{said}\n\n{_plain(headers, told)}", f"{scope['method']} {path}")


def _by_staff(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"cookie" or value.startswith((b"Bearer sb_", b"Basic ")) for name, value in headers)


def _plain(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> str:
    if (b"content-encoding", b"gzip") in headers:
        body = gzip.decompress(body)
    return body.decode(errors="replace")


def overheard_protocol(canary: Canary) -> type[SwitchboardProtocol]:
    """The protocol of the sockets of one desk."""

    class Overheard(SwitchboardProtocol):
        def _hear(self, data: bytes) -> None:
            if self.scope["path"].endswith("/customer"):
                canary.customer_sent(data.decode(errors="replace"))
            else:
                canary.staff_sent(data)
            super()._hear(data)

        def send_text(self, payload: bytes) -> None:
            if self.scope["path"].endswith("/customer"):
                canary.customer_heard(payload.decode(), "a frame to a customer")
            super().send_text(payload)

    return Overheard
