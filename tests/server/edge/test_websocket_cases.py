"""RFC 6455 case by case, against a server built as ours is, with two routes that echo."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.edge.transport import SwitchboardProtocol
from tests.running import DEADLINE_S
from tests.server.edge.flooding import HANDSHAKE, Counting
from tests.server.edge.served import served
from tests.server.edge.websocket_cases import CLOSE, PONG, Case, cases, close

NAMES = {1: "text", 2: "binary", PONG: "pong"}
ERRORS = (1002, 1007)
KNOWN = {"7.1.5": 1002}
"""A close in the middle of a fragmented message: see docs/decisions/0008-transport-is-a-subclass.md."""
TEXT_ONLY = 1003
OVERTAKEN = {("/asgi", "7.1.6")}
"""The close comes with the messages before it, and ASGI answers it before its application could echo them."""


class Echo(Counting):
    """What a connection of ours is handed over to: says every text again."""

    def text(self, data: bytes) -> None:
        self.line.send_text(data)


async def _by_asgi(line: WebSocket) -> None:
    await line.accept()
    try:
        while True:
            message = await line.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is not None:
                await line.send_text(message["text"])
            else:
                await line.send_bytes(message["bytes"])
    except WebSocketDisconnect:
        return


class TakenOver:
    """A raw ASGI application: Starlette takes functions for endpoints."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        transport: SwitchboardProtocol = scope["extensions"]["switchboard.transport"]
        transport.take_over(Echo(transport))


@dataclass
class Heard:
    """What a server said on one line."""

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    code: int | None = None

    async def listen(self, reader: asyncio.StreamReader, until: Callable[[], bool]) -> None:
        while self.code is None and not until():
            first, second = await reader.readexactly(2)
            length = second & 0x7F
            if length > 125:
                size = 2 if length == 126 else 8
                length = int.from_bytes(await reader.readexactly(size))
            payload = await reader.readexactly(length)
            assert first & 0xF0 == 0x80 and not second & 0x80, "whole frames, unmasked"
            if first & 0x0F == CLOSE:
                self.code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            else:
                self.messages.append((NAMES[first & 0x0F], payload))


async def played(port: int, path: str, case: Case) -> Heard:
    """The case, sent piece by piece, and what came of it; a line that stays is closed by us."""
    heard = Heard()
    with socket.socket() as line:
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        reader = asyncio.StreamReader()
        reading = asyncio.create_task(_feed(reader, line))
        try:
            async with asyncio.timeout(DEADLINE_S):
                await _send(line, HANDSHAKE.format(path=path).encode())
                assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
                for piece in case.pieces:
                    await _send(line, piece)
                await heard.listen(reader, lambda: case.closes is None and len(heard.messages) >= len(case.comes))
                if heard.code is None:
                    await _send(line, close())
                    await heard.listen(reader, lambda: False)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
    return heard


async def _send(line: socket.socket, piece: bytes) -> None:
    # The server may have said what is wrong, and gone, before all is sent: what it said is still to be read.
    with suppress(OSError):
        await asyncio.get_running_loop().sock_sendall(line, piece)


async def _feed(reader: asyncio.StreamReader, line: socket.socket) -> None:
    with suppress(OSError):
        while data := await asyncio.get_running_loop().sock_recv(line, 65_536):
            reader.feed_data(data)
    reader.feed_eof()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server with both routes."""
    routes = [WebSocketRoute("/taken-over", TakenOver()), WebSocketRoute("/asgi", _by_asgi)]
    async with served(Starlette(routes=routes)) as it:
        yield it.port


def expected_of(case: Case, path: str) -> int:
    """The code with which the line ends."""
    binary = any(kind == "binary" for kind, _ in case.comes)
    if path == "/taken-over" and binary:
        return TEXT_ONLY
    return KNOWN.get(case.number, case.closes or 1000)


@pytest.mark.parametrize("path", ["/taken-over", "/asgi"])
async def test_each_case_ends_as_the_standard_says(port: int, path: str) -> None:
    """The messages received, in order, and the close code. A text-only endpoint closes with 1003."""
    wrong: list[tuple[str, int | None, int, list[tuple[str, bytes]]]] = []
    for case in cases():
        expected = expected_of(case, path)
        try:
            heard = await played(port, path, case)
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            wrong.append((case.number, None, expected, [(type(error).__name__, b"")]))
            continue
        told = tuple(heard.messages)
        may_end_early = expected in (*ERRORS, TEXT_ONLY) or (path, case.number) in OVERTAKEN
        right = told == case.comes or (may_end_early and told == case.comes[: len(told)])
        if heard.code != expected or not right:
            wrong.append((case.number, heard.code, expected, [(kind, payload[:30]) for kind, payload in told]))
    assert wrong == []


def test_case_numbers_are_unique() -> None:
    numbers = [case.number for case in cases()]
    assert len(numbers) == len(set(numbers))
