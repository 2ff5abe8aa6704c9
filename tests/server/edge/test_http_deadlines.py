"""Requests and readers that are too slow, over real connections."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from server.edge.deadlines import DEADLINES, Deadlines
from tests.running import eventually
from tests.server.edge.http_lines import GET, Line, Server, problem_in, serving

HASTY = Deadlines(head_s=1, body_s=1, linger_s=1, taken_s=0.1)
"""Good requests must meet them too, on a machine that stands still for a while."""


@pytest.fixture
async def hasty() -> AsyncIterator[Server]:
    """A server with deadlines that a test can wait for."""
    async with serving(HASTY) as server:
        yield server


async def test_silent_connection_is_closed_without_an_answer(hasty: Server) -> None:
    """There is no request to answer."""
    assert await (await hasty.line()).rest() == b""
    await eventually(lambda: hasty.connections == 0, "its place is free")


@pytest.mark.parametrize(
    "half", [GET, GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"]
)
async def test_half_sent_headers_are_closed_with_408(hasty: Server, half: bytes) -> None:
    """Even if they keep trickling in: the time counts from the first byte. A WebSocket handshake is no exception."""
    line = await hasty.line()
    trickle = asyncio.create_task(_trickle(line, half, b"X: y\r\n"))
    status, said = problem_in(await line.rest())
    trickle.cancel()
    assert (status, said["code"]) == (408, "bad_frame")


def test_header_deadline_is_ten_seconds() -> None:
    """As documented. The other tests shorten it."""
    assert DEADLINES.head_s == 10


async def test_second_request_has_the_same_header_deadline(hasty: Server) -> None:
    """Neither an earlier good request nor empty lines between requests earn extra time."""
    for more in (b"GET", b"\r\n"):
        line = await hasty.line()
        assert await line.status() == 200
        await line.send(more)
        rest = await line.rest()
        assert (problem_in(rest)[0] == 408) if more == b"GET" else rest == b""


async def test_body_without_progress_is_closed_with_408(hasty: Server) -> None:
    for kind in (b"Content-Length: 1000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n1;"):
        line = await hasty.line()
        await line.send(b"POST /whole HTTP/1.1\r\nHost: desk\r\n" + kind)
        trickle = asyncio.create_task(_trickle(line, b"", b"x"))
        status, said = problem_in(await line.rest())
        trickle.cancel()
        assert (status, said["code"]) == (408, "bad_frame")


async def test_large_body_at_the_minimum_rate_is_accepted() -> None:
    """Its deadline grows with the number of bytes that arrive."""
    head = b"POST /whole HTTP/1.1\r\nHost: desk\r\nContent-Length: 60000\r\n\r\n"
    async with serving(Deadlines(body_s=0.1, body_rate=1_000)) as server:
        line = await server.line()
        for number in range(6):
            # The first piece comes with the head: a tenth of a second is too short to send anything else in.
            await line.send(head * (number == 0) + b"x" * 10_000)
            await asyncio.sleep(0.05)
        assert await line.answer() == (200, b"60000")


async def test_rest_of_a_body_after_an_early_answer_is_discarded(hasty: Server) -> None:
    """It is read for a while, so that the client can read the answer. If the body ends, the connection stays open;
    otherwise it is closed."""
    line = await hasty.line()
    await line.send(b"POST /early HTTP/1.1\r\nHost: desk\r\nContent-Length: 10\r\n\r\n")
    assert await line.answer() == (200, b"enough")
    await line.send(b"0123456789" + GET + b"\r\n")
    assert (await line.answer())[0] == 200
    await line.send(b"POST /early HTTP/1.1\r\nHost: desk\r\nContent-Length: 1000000\r\n\r\n")
    assert await line.answer() == (200, b"enough")
    trickle = asyncio.create_task(_trickle(line, b"", b"x"))
    assert await line.rest() == b""
    trickle.cancel()


@pytest.mark.parametrize(("path", "sips"), [(b"/much", False), (b"/large", False), (b"/large", True)])
async def test_client_that_hardly_reads_is_disconnected(hasty: Server, path: bytes, sips: bool) -> None:
    """Whether the answer is sent in parts or as a whole. Reading a byte now and then is not enough, because the whole
    answer stays in memory."""
    line = await hasty.line()
    line.stop_reading()
    await line.send(b"GET " + path + b" HTTP/1.1\r\nHost: desk\r\n\r\n")
    await eventually(lambda: hasty.connections == 1, "it is there")
    sipping = asyncio.create_task(line.sip()) if sips else None
    await eventually(lambda: hasty.connections == 0, "it is cut off")
    await line.close()
    if sipping is not None:
        await sipping


async def _trickle(line: Line, first: bytes, more: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        await line.send(first)
        while True:
            await line.send(more)
            await asyncio.sleep(0.02)
