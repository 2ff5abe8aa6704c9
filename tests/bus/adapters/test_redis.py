"""What a link does when Redis cuts a connection. The contract of transports is in tests/contracts/test_bus.py."""

from __future__ import annotations

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from contextlib import suppress
from functools import partial

from bus.adapters.redis import RedisTransport
from bus.adapters.redis_client import client_of
from tests.running import DEADLINE_S, eventually


class CutsOff:
    """A server that cuts the connection instead of answering its second payload."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.all_there = asyncio.Event()
        self.open = 0
        """The number of connections."""

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.open += 1
        with suppress(ConnectionError, IncompleteReadError):
            while line := await reader.readline():
                if (answer := self._answer(*[await _word(reader) for _ in range(int(line[1:]))])) is None:
                    break
                writer.write(answer)
        writer.close()
        self.open -= 1

    def _answer(self, command: bytes, *words: bytes) -> bytes | None:
        if command == b"SUBSCRIBE":
            return b"*3\r\n$9\r\nsubscribe\r\n$3\r\nbus\r\n:1\r\n"
        if command != b"PUBLISH":
            return b"+OK\r\n"
        self.published.append(words[1].decode())
        if len(self.published) == 4:
            self.all_there.set()
        return None if len(self.published) == 2 else b":1\r\n"


async def _word(reader: StreamReader) -> bytes:
    size = int((await reader.readline())[1:])
    return (await reader.readexactly(size + 2))[:-2]


async def test_payload_that_was_not_answered_is_sent_again_by_the_next_link() -> None:
    """Only the connection that sends was cut, so the other processes do not notice, and must not miss it."""
    server = CutsOff()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening, asyncio.timeout(DEADLINE_S):
        port = listening.sockets[0].getsockname()[1]
        transport = RedisTransport(partial(client_of, f"redis://127.0.0.1:{port}"), "bus")
        first = await transport.connect(lambda payload: None)
        await first.send("one")
        await first.send("two")
        await first.lost.wait()
        await first.close()
        second = await transport.connect(lambda payload: None)
        await second.send("three")
        await server.all_there.wait()
        await second.close()
        await eventually(lambda: server.open == 0, "all connections have ended")
    assert server.published == ["one", "two", "two", "three"]
