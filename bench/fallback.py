"""Measures messages over HTTP instead of sockets. The two people of a pair write alternately. They use `/api/wire`
as the client library does without a socket.

Everybody has two HTTP connections: one for posts, and one on which a poll is always open. Only the server's cost per
message matters here, not the latency.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec

from bench.figures import Void
from bench.processes import TEAM, Server

PAIRS = 10
ANSWER_MAX_S = 30


class Frame(msgspec.Struct):
    """The fields of received frames that the benchmark reads."""

    type: str
    id: str | None = None
    chat: str | None = None
    text: str | None = None


class Polled(msgspec.Struct):
    """The answer of `GET /api/wire`."""

    frames: list[Frame]
    next: int


class Taken(msgspec.Struct):
    """The answer of `POST /api/wire`."""

    line: str


class Person:
    """A person who polls instead of using a socket."""

    def __init__(self, server: Server, token: str | None) -> None:
        self._port = server.port
        self._credential = f"Authorization: Bearer {token}\r\n" if token else ""
        self._line = ""
        self._posting: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None

    async def come(self) -> None:
        self._posting = await asyncio.open_connection("127.0.0.1", self._port)
        side = "staff" if self._credential else "customer"
        id_ = str(uuid4())
        await self._post({"frames": [{"type": "hello", "id": id_}], "side": side})
        self._listening = asyncio.create_task(self._listen())
        await self.until("ok", id_)

    async def say(self, type_: str, **fields: object) -> str:
        """Send a frame and return its id."""
        id_ = str(uuid4())
        await self._post({"frames": [{"type": type_, "id": id_, **fields}]})
        return id_

    async def until(self, type_: str, id_: str | None = None) -> Frame:
        """Wait for the next frame of this type and skip others. If `id_` is given, the frame must answer the command
        with this id."""
        async with asyncio.timeout(ANSWER_MAX_S):
            while True:
                frame = await self._frames.get()
                if frame.type == "error":
                    raise Void("a frame over HTTP was refused")
                if frame.type == type_ and id_ in (None, frame.id):
                    return frame

    def leave(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        if self._posting is not None:
            self._posting[1].close()

    async def _post(self, body: dict[str, object]) -> None:
        assert self._posting is not None
        answer = await self._ask(self._posting, "POST /api/wire", msgspec.json.encode(body))
        self._line = msgspec.json.decode(answer, type=Taken).line

    async def _listen(self) -> None:
        connection = await asyncio.open_connection("127.0.0.1", self._port)
        after = 0
        try:
            while True:
                polled = msgspec.json.decode(await self._ask(connection, f"GET /api/wire?after={after}"), type=Polled)
                after = polled.next
                for frame in polled.frames:
                    self._frames.put_nowait(frame)
        finally:
            connection[1].close()

    async def _ask(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], what: str, body: bytes = b""
    ) -> bytes:
        reader, writer = connection
        line = f"Switchboard-Line: {self._line}\r\n" if self._line else ""
        writer.write(
            f"{what} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{self._credential}{line}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
        answer = await reader.readexactly(length)
        if not head.startswith("http/1.1 200"):
            raise Void(f"{what} over HTTP: {head.splitlines()[0]}: {answer.decode(errors='replace')}")
        return answer


class Pair:
    """A customer and their agent, who write alternately."""

    def __init__(self, server: Server, token: str) -> None:
        self.agent, self.customer = Person(server, token), Person(server, None)
        self._chat = ""
        self.messages = 0

    async def meet(self) -> None:
        """Connect an agent with capacity 1, then a customer, whose chat is assigned to that agent."""
        await self.agent.come()
        await self.agent.until("ok", await self.agent.say("presence.set", status="available", capacity=1))
        await self.customer.come()
        begun = await self.customer.until("ok", await self.customer.say("chat.start", team=TEAM, text="Good morning"))
        self._chat = begun.chat or ""
        await self.customer.until("chat.assigned")
        if (await self.agent.until("chat.assigned")).chat != self._chat:
            raise Void("an agent over HTTP got somebody else's chat")

    async def talk(self, until: float) -> None:
        clock = asyncio.get_running_loop().time
        while clock() < until:
            says, hears = (self.customer, self.agent) if self.messages % 2 else (self.agent, self.customer)
            text = f"{self.messages:010}".ljust(60, ".")
            id_ = await says.say("message.send", chat=self._chat, text=text)
            _, heard = await asyncio.gather(says.until("ok", id_), hears.until("message"))
            if heard.text != text:
                raise Void("another message came over HTTP than the one that was due")
            self.messages += 1


def us_a_message(server: Server, *, seconds: float, pairs: int = PAIRS) -> float:
    """CPU microseconds of the server per message between people without sockets."""
    return asyncio.run(_us_a_message(server, seconds, pairs))


async def _us_a_message(server: Server, seconds: float, count: int) -> float:
    async with _pairs(server, count) as pairs:
        began = server.cpu_s()
        until = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*(pair.talk(until) for pair in pairs))
        return (server.cpu_s() - began) / sum(pair.messages for pair in pairs) * 1e6


@asynccontextmanager
async def _pairs(server: Server, count: int) -> AsyncIterator[Sequence[Pair]]:
    assert server.tokens is not None
    tokens = server.tokens.read_text().split()
    pairs = [Pair(server, token) for token in tokens[:count]]
    try:
        for pair in pairs:
            await pair.meet()
        yield pairs
    finally:
        for pair in pairs:
            pair.agent.leave()
            pair.customer.leave()
