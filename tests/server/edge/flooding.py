"""A server's end of a connection without a network, to count what it does in each turn of the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from server.edge.connections import Standing
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.http_transport import SwitchboardHttpProtocol
from server.edge.polled import PolledConnection
from server.edge.transport import SwitchboardProtocol
from tests.server.edge.served import config_for

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def masked(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> bytes:
    """A frame as a client sends it."""
    return Frame(opcode, payload, fin).serialize(mask=True)


class Network(asyncio.Transport):
    """What the server's end writes to. It delivers what it is given, where it is read, in reads of 256 KiB."""

    READ = 256 * 1024

    def __init__(self, address: str = "192.0.2.1") -> None:
        super().__init__()
        self.written = b""
        self.reading = True
        self.aborted = False
        self._closing = False
        self._unread = b""
        self._address = address
        self._protocol: asyncio.Protocol | None = None

    def deliver(self, data: bytes) -> None:
        """The peer sends this."""
        self._unread += data
        self._read()

    def _read(self) -> None:
        while self._unread and self.reading and not self._closing and self._protocol is not None:
            data, self._unread = self._unread[: self.READ], self._unread[self.READ :]
            self._protocol.data_received(data)

    @property
    def unread(self) -> int:
        """Bytes that the server has not asked for."""
        return len(self._unread)

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._address, 1) if name in ("peername", "sockname") else default

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        assert self._protocol is not None
        return self._protocol

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        if not self.reading:
            self.reading = True
            asyncio.get_running_loop().call_soon(self._read)

    def write(self, data: object) -> None:
        assert isinstance(data, bytes)
        self.written += data

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._lose)

    def abort(self) -> None:
        self.aborted = True
        self.close()

    def _lose(self) -> None:
        if self._protocol is not None:
            self._protocol.connection_lost(None)
            self._protocol = None

    def get_write_buffer_size(self) -> int:
        return 0


class CountedSocket(SwitchboardProtocol):
    """Counts the frames that are parsed. For its budget, no time passes."""

    parsed = 0

    def now(self) -> float:
        return 1_000.0

    def parse(self, most: int) -> int:
        parsed = super().parse(most)
        self.parsed += parsed
        return parsed


class CountedHttp(SwitchboardHttpProtocol):
    """Counts the requests that are parsed."""

    requests = 0

    def on_message_begin(self) -> None:
        self.requests += 1
        super().on_message_begin()


class Counting:
    """What a connection is handed over to: keeps what it hears."""

    is_busy = False
    standing: Standing = "asking"

    def __init__(self, line: SwitchboardProtocol | PolledConnection) -> None:
        self.heard: list[bytes] = []
        self.closed: int | None = None
        self.line = line
        self.each: Callable[[], None] = lambda: None

    def text(self, data: bytes) -> None:
        self.heard.append(data)
        self.each()

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code
        self.line.close(code, reason)

    def writable(self) -> None:
        """Nothing waits."""

    def lost(self) -> None:
        """Nothing is kept."""

    def shutting_down(self, retry_after_s: float) -> None:
        """Nothing is said."""


async def taken_over(network: Network, deadlines: Deadlines = DEADLINES) -> tuple[CountedSocket, Counting]:
    """A WebSocket after its handshake, handed over to somebody who counts."""
    receivers = list[Counting]()

    async def accept(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        taken: SwitchboardProtocol = scope["extensions"]["switchboard.transport"]
        receivers.append(Counting(taken))
        taken.take_over(receivers[0])

    config = config_for(accept, deadlines)
    config.load()
    line = CountedSocket(config, ServerState(), {}, asyncio.get_running_loop())
    line.connection_made(network)
    network.set_protocol(line)
    network.deliver(HANDSHAKE.format(path="/").encode())
    while not receivers:
        await asyncio.sleep(0)
    return line, receivers.pop()


def requested(network: Network, app: ASGIApp) -> CountedHttp:
    """A new connection that speaks HTTP."""
    config = config_for(app)
    config.load()
    line = CountedHttp(config, ServerState(), {}, asyncio.get_running_loop())
    network.set_protocol(line)
    line.connection_made(network)
    return line


async def counted_by_turn(count: Callable[[], int], until: Callable[[], bool], turns: int = 100_000) -> list[int]:
    """How much `count` rises in each turn of the loop, until `until` holds."""
    rises, before = [], count()
    for _ in range(turns):
        await asyncio.sleep(0)
        now = count()
        rises.append(now - before)
        before = now
        if until():
            return rises
    raise AssertionError(f"not within {turns} turns: {before} counted")
