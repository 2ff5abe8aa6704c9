"""A proxy that delays, throttles, cuts or swallows what passes between clients and a server."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PIECE = 65_536


@dataclass
class Weather:
    """What happens to data in both directions. A connection keeps the object that it started with, and follows changes
    to it."""

    delay_s: float = 0.0
    """The longest delay of a piece of data."""
    piece: int = _PIECE
    """The largest part in bytes that is passed on at once."""
    cut: float = 0.0
    """The probability that a piece is passed on in part and the connection is cut."""
    swallow: bool = False
    """Pass nothing on, without a FIN."""


class Proxy:
    """Listens on its own port and passes connections on to another."""

    def __init__(self, to: int | Path) -> None:
        """`to` is a port of this machine, or a Unix socket."""
        self.weather = Weather()
        self.cuts = 0
        self.port = 0
        self._to = to
        self._lines: dict[asyncio.Task[None], Weather] = {}
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def silent(self) -> bool:
        """Whether a line is still open on which nothing passes."""
        return any(weather.swallow for weather in self._lines.values())

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._server.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        weather = self._lines[line] = self.weather
        line.add_done_callback(self._lines.pop)
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await self._open()
            ways = [
                asyncio.create_task(self._one_way(reader, far_writer, weather)),
                asyncio.create_task(self._one_way(far_reader, writer, weather)),
            ]
            try:
                # When one direction ends, the other does too.
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
                far_writer.transport.abort()
        writer.transport.abort()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._to, Path):
            return await asyncio.open_unix_connection(self._to)
        return await asyncio.open_connection("127.0.0.1", self._to)

    async def _one_way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, weather: Weather) -> None:
        while data := await reader.read(_PIECE):
            cut = random.random() < weather.cut
            if cut:
                data = data[: random.randrange(len(data))]
            while data and not weather.swallow:
                if weather.delay_s:
                    await asyncio.sleep(random.uniform(0, weather.delay_s))
                size = random.randint(1, weather.piece)
                writer.write(data[:size])
                await writer.drain()
                data = data[size:]
            if cut:
                self.cuts += 1
                return


@asynccontextmanager
async def proxy_to(to: int | Path) -> AsyncIterator[Proxy]:
    proxy = Proxy(to)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
