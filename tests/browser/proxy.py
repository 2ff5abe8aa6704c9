"""Somebody between browser and desk, who treats WebSockets as proxies of some companies do."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from tests.running import cancelled

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NOBODY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 7\r\nConnection: close\r\n\r\nnobody\n"
)
PIECE = 64 * 1024


class Proxy:
    """Passes on what comes, byte for byte, but for WebSockets."""

    def __init__(self, to_port: int) -> None:
        self.sockets: Literal["pass", "refuse", "swallow"] = "pass"
        """To swallow is to let the handshake pass, and nothing after it."""
        self.away = False
        """The desk cannot be reached at all."""
        self.url = ""
        self._to_port = to_port
        self._lines: dict[asyncio.Task[None], StreamWriter] = {}

    def cut(self) -> None:
        """Every connection is gone."""
        for line in self._lines.values():
            line.transport.abort()

    async def end(self) -> None:
        """Every connection is let go of, on either side."""
        await cancelled(*self._lines)

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of a browser, which opens a new one for each WebSocket."""
        serving = asyncio.current_task()
        assert serving is not None
        self._lines[serving] = writer
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            upgrade = b"\r\nupgrade: websocket\r\n" in head.lower()
            if self.away:
                writer.write(NOBODY)
                await writer.drain()
            elif upgrade and self.sockets == "refuse":
                writer.write(REFUSAL)
                await writer.drain()
            else:
                await self._pass_on(head, reader, writer, swallow=upgrade and self.sockets == "swallow")
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            del self._lines[serving]
            writer.close()

    async def _pass_on(self, head: bytes, reader: StreamReader, writer: StreamWriter, *, swallow: bool) -> None:
        try:
            from_desk, to_desk = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.write(NOBODY)
            await writer.drain()
            return
        try:
            to_desk.write(head)
            if swallow:
                writer.write(await from_desk.readuntil(b"\r\n\r\n"))
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, None if swallow else to_desk, writer))
                both.create_task(_pump(from_desk, None if swallow else writer, to_desk))
        finally:
            to_desk.close()


async def _pump(source: StreamReader, sink: StreamWriter | None, back: StreamWriter) -> None:
    """What comes goes to `sink`, if there is one, until one side is gone; then so is the other."""
    try:
        while piece := await source.read(PIECE):
            if sink is not None:
                sink.write(piece)
                await sink.drain()
    except OSError:
        pass
    finally:
        for line in (sink, back):
            if line is not None:
                line.close()


@asynccontextmanager
async def between(to_port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of the desk at this port of this machine."""
    proxy = Proxy(to_port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
        await proxy.end()
