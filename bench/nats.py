"""A public engine as an anchor of `bench.several`: NATS with JetStream, if it is installed (Debian: nats-server).

The messages of the pairs go through a stream that is kept on disk and flushed for each message. A message is complete
when its sender has the acknowledgement of the stream and the other side has the message. Connections are WebSockets,
as with the desk. NATS has no rules, rights, people or history of a chat. The clients are Python and not the driver in
C, so the latency has some tenths of a millisecond of their own. The CPU time is that of the server alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from bench import processes
from bench.figures import Report, Void, percentile
from bench.processes import Cores, Server

TEXT = b"x" * 189
_CONFIG = """
listen: "127.0.0.1:{tcp}"
websocket {{ listen: "127.0.0.1:{port}", no_tls: true, compression: false }}
jetstream {{ store_dir: "{folder}", sync_interval: always }}
"""
_STREAM = {"name": "bench", "subjects": ["chat.>"], "storage": "file", "num_replicas": 1}


def program() -> str | None:
    return shutil.which("nats-server", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")


class Line:
    """One connection. `heard` has the payload of the last message for each of its subjects."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._heard: asyncio.Queue[bytes] = asyncio.Queue()
        self._acknowledged: asyncio.Queue[bytes] = asyncio.Queue()
        self._reading = asyncio.create_task(self._read())

    async def subscribe(self, name: str) -> None:
        hello = 'CONNECT {"verbose":false,"pedantic":false,"protocol":1}'
        await self._socket.send(f"{hello}\r\nSUB chat.{name} 1\r\nSUB ack.{name} 2\r\n".encode())

    async def publish(self, to: str, name: str, payload: bytes) -> bytes:
        """Returns the acknowledgement."""
        await self._socket.send(f"PUB {to} ack.{name} {len(payload)}\r\n".encode() + payload + b"\r\n")
        return await self._acknowledged.get()

    async def heard(self) -> bytes:
        return await self._heard.get()

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        kept = b""
        async for frame in self._socket:
            kept += frame if isinstance(frame, bytes) else frame.encode()
            while b"\r\n" in kept:
                line, _, rest = kept.partition(b"\r\n")
                if line.startswith(b"MSG "):
                    words = line.split()
                    size = int(words[-1])
                    if len(rest) < size + 2:
                        break
                    (self._heard if words[2] == b"1" else self._acknowledged).put_nowait(rest[:size])
                    rest = rest[size + 2 :]
                elif line == b"PING":
                    await self._socket.send(b"PONG\r\n")
                elif line.startswith(b"-ERR"):
                    raise Void(f"NATS: {line.decode()}")
                kept = rest


def drive(cores: Cores, pairs: int, rate: float, *, seconds: float, warm_up: float) -> Report:
    """Like `bench.driver.drive`, at `rate` messages per second of all pairs together."""
    found = program()
    assert found is not None
    folder = cores.out / "nats"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port, config = processes.free_port(), folder / "nats.conf"
    config.write_text(_CONFIG.format(tcp=processes.free_port(), port=port, folder=folder))
    try:
        with processes.listening("nats", [found, "-c", str(config)], cores, port) as pid:
            return uvloop.run(_Load(Server(port, (pid,), ()), pairs, rate).run(seconds, warm_up))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Load:
    def __init__(self, server: Server, pairs: int, rate: float) -> None:
        self._server = server
        self._pairs = pairs
        self._pause = pairs / rate
        self._rate = rate
        self._began = 0.0
        self._took: list[tuple[float, float]] = []
        """When each message was complete, and how long that took."""

    async def run(self, seconds: float, warm_up: float) -> Report:
        lines = [await self._line(f"{pair}.{side}") for pair in range(self._pairs) for side in (0, 1)]
        await lines[0].publish("$JS.API.STREAM.CREATE.bench", "0.0", json.dumps(_STREAM).encode())
        start = time.monotonic() + 0.1
        begin, end = start + warm_up, start + warm_up + seconds
        chats = [
            asyncio.create_task(self._chat(lines[2 * pair : 2 * pair + 2], pair, start, end))
            for pair in range(self._pairs)
        ]
        await asyncio.sleep(begin - time.monotonic())
        before = self._server.cpu_s()
        await asyncio.sleep(end - time.monotonic())
        used = self._server.cpu_s() - before
        sent = sum(await asyncio.gather(*chats))
        for line in lines:
            await line.close()
        ms = [took * 1e3 for at, took in self._took if begin <= at < end]
        each = (self._pairs, 1, self._rate / self._pairs, seconds, len(ms), used, used / seconds, 0.5, 0.0)
        return Report(*each, percentile(ms, 50), percentile(ms, 99), sent, 0, sent, sent, 0)

    async def _line(self, name: str) -> Line:
        line = Line(await connect(f"ws://127.0.0.1:{self._server.port}", compression=None))
        await line.subscribe(name)
        return line

    async def _chat(self, lines: list[Line], pair: int, start: float, end: float) -> int:
        """The two sides take turns. Returns the number of messages."""
        sent, due = 0, start + self._pause * pair / self._pairs
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            side = sent % 2
            text = b"%d %b" % (sent, TEXT)
            acknowledged, heard = await asyncio.gather(
                lines[side].publish(f"chat.{pair}.{1 - side}", f"{pair}.{side}", text), lines[1 - side].heard()
            )
            if heard != text or b'"error"' in acknowledged:
                raise Void(f"NATS: {acknowledged.decode()}")
            self._took.append((time.monotonic(), time.monotonic() - due))
            sent, due = sent + 1, due + self._pause
        return sent
