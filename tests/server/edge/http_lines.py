"""A small application, served as ours is, and connections to it that are spoken by hand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from server.edge.connections import Connections
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.unsent import UNSENT_MAX
from tests.running import DEADLINE_S
from tests.server.edge.served import Served, served

GET = b"GET /ok HTTP/1.1\r\nHost: desk\r\n"
LARGE = bytes(UNSENT_MAX // 2)


class Line:
    """One connection, spoken by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer, which has a `Content-Length`."""
        async with asyncio.timeout(DEADLINE_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.lower().split(b"\r\n")
            length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
            return int(head.split()[1]), await self._reader.readexactly(length)

    async def status(self, request: bytes = GET + b"\r\n") -> int:
        """The status of the answer to a request."""
        await self.send(request)
        return (await self.answer())[0]

    async def some(self) -> bytes:
        """The beginning of an answer."""
        async with asyncio.timeout(DEADLINE_S):
            return await self._reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        """Whatever comes until the server closes, were it in the middle of what is sent to it."""
        came = b""
        async with asyncio.timeout(DEADLINE_S):
            with contextlib.suppress(ConnectionResetError):
                while piece := await self._reader.read(65_536):
                    came += piece
        return came

    def stop_reading(self) -> None:
        transport: Any = self._writer.transport
        transport.pause_reading()

    async def sip(self) -> None:
        """A byte now and then, until the line ends."""
        transport: Any = self._writer.transport
        line = transport.get_extra_info("socket")
        while not transport.is_closing():
            with contextlib.suppress(BlockingIOError, ConnectionResetError):
                os.read(line.fileno(), 1)
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        self._writer.transport.abort()


class Server:
    """uvicorn as it serves us, around an application of a few lines."""

    def __init__(self, it: Served, waiting: asyncio.Event, go_on: asyncio.Event) -> None:
        self._it = it
        self.waiting = waiting
        """A request waits to be answered, until `go_on`."""
        self.go_on = go_on
        self._lines: list[Line] = []

    async def line(self, address: str = "127.0.0.1") -> Line:
        """A new connection from an address that has sent nothing yet."""
        line = Line(*await asyncio.open_connection("127.0.0.1", self._it.port, local_addr=(address, 0)))
        self._lines.append(line)
        return line

    @property
    def connections(self) -> int:
        return self._it.connections

    async def close(self) -> None:
        for line in self._lines:
            await line.close()


async def _ok(request: Request) -> Response:
    return PlainTextResponse(" ".join(f"{name}={value}" for name, value in request.headers.items()))


async def _early(request: Request) -> Response:
    return PlainTextResponse("enough")


async def _whole(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _waiting(request: Request) -> Response:
    request.app.state.waiting.set()
    await request.app.state.go_on.wait()
    return PlainTextResponse("at last")


async def _much(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b"x" * 65_536

    return StreamingResponse(parts())


async def _large(request: Request) -> Response:
    return Response(LARGE)


async def _proven(request: Request) -> Response:
    request.scope["switchboard.proven"](request.query_params["person"])
    return PlainTextResponse("it is you")


@contextlib.asynccontextmanager
async def serving(deadlines: Deadlines = DEADLINES, held: Connections | None = None) -> AsyncIterator[Server]:
    app = Starlette(
        routes=[
            Route("/ok", _ok, methods=["GET", "POST"]),
            Route("/early", _early, methods=["POST"]),
            Route("/whole", _whole, methods=["POST"]),
            Route("/much", _much),
            Route("/large", _large),
            Route("/waiting", _waiting),
            Route("/proven", _proven),
        ]
    )
    app.state.waiting, app.state.go_on = asyncio.Event(), asyncio.Event()
    async with served(app, deadlines, held) as it:
        server = Server(it, app.state.waiting, app.state.go_on)
        try:
            yield server
        finally:
            await server.close()


def problem_in(answer: bytes) -> tuple[int, dict[str, Any]]:
    """The one answer that a connection ended with, which says that it does."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    assert b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)
