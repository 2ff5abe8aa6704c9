"""Requests that are too slow, too large or no HTTP, over real lines; and those that are fine, which stay so."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from server.edge.client_address import unmapped
from server.edge.connections import Connections
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.http_transport import HEAD_MAX, HEADERS_MAX, URL_MAX
from server.edge.unsent import UNSENT_MAX
from server.settings import Limits
from tests.running import eventually
from tests.server.edge.served import Served, served

GET = b"GET /ok HTTP/1.1\r\nHost: desk\r\n"
IDLE = Limits().idle
HASTY = Deadlines(head_s=0.3, body_s=0.2, linger_s=0.2, taken_s=0.1)
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
        async with asyncio.timeout(30):
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
        async with asyncio.timeout(30):
            return await self._reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        """Whatever comes until the server closes, were it in the middle of what is sent to it."""
        came = b""
        async with asyncio.timeout(30):
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


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
async def hasty() -> AsyncIterator[Server]:
    """A server with deadlines that a test can wait for."""
    async with serving(HASTY) as server:
        yield server


def problem_in(answer: bytes) -> tuple[int, dict[str, Any]]:
    """The one answer that a connection ended with, which says that it does."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    assert b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)


# -- time ------------------------------------------------------------------------------


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
    async with serving(Deadlines(body_s=0.1, body_rate=10_000)) as server:
        line = await server.line()
        await line.send(b"POST /whole HTTP/1.1\r\nHost: desk\r\nContent-Length: 60000\r\n\r\n")
        for _ in range(6):
            await line.send(b"x" * 10_000)
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


async def test_unsent_answers_of_an_address_are_bounded(server: Server) -> None:
    """Beyond the limit a slow client is disconnected. Others are answered."""
    slow = [await server.line() for _ in range(4)]
    for line in slow:
        line.stop_reading()
        await line.send(b"GET /large HTTP/1.1\r\nHost: desk\r\n\r\n")
    await eventually(lambda: server.connections < len(slow), "one is cut off")
    line = await server.line()
    assert await line.status() == 200
    assert server.connections > 1


async def test_person_over_the_limit_loses_the_least_recently_used_connection() -> None:
    """From whatever address. Connections of other people stay."""
    async with serving(held=Connections(idle=256, of_a_person=3)) as server:

        async def proven(person: str, number: int) -> Line:
            line = await server.line(f"127.0.0.{number}")
            await ask(line, person)
            return line

        async def ask(line: Line, person: str) -> None:
            await line.send(f"GET /proven?person={person} HTTP/1.1\r\nHost: desk\r\n\r\n".encode())
            assert (await line.answer())[0] == 200

        other = await proven("bea", 2)
        first, second, third = [await proven("ana", number) for number in (2, 2, 3)]
        await ask(first, "ana")
        fourth = await proven("ana", 4)
        assert await second.rest() == b""
        for line in (first, third, fourth):
            await ask(line, "ana")
        await ask(other, "bea")


async def test_timely_requests_are_answered_in_order(server: Server) -> None:
    """One after the other, and several at once, on one connection."""
    line = await server.line()
    for _ in range(3):
        assert await line.status() == 200
    await line.send((GET + b"\r\n") * 3 + GET)
    for _ in range(3):
        assert (await line.answer())[0] == 200
    await line.send(b"\r\n")
    assert (await line.answer())[0] == 200


# -- how many --------------------------------------------------------------------------


async def test_idle_connections_of_an_address_are_limited(server: Server) -> None:
    """One more closes the oldest, whether it sent nothing, half a request or a whole one. Busy connections stay."""
    busy = await server.line()
    await busy.send(b"GET /waiting HTTP/1.1\r\nHost: desk\r\n\r\n")
    await eventually(lambda: server.waiting.is_set(), "it is under way")
    first = [await server.line() for _ in range(3)]
    await first[1].send(GET)
    assert await first[2].status() == 200
    for _ in range(IDLE + 3):
        await server.line()
        # Accepted one after the other.
        await asyncio.sleep(0)
    newest = await server.line()
    assert await newest.status() == 200
    await eventually(lambda: server.connections <= IDLE + 1, "the oldest are closed")
    for line in first:
        assert await line.rest() == b""
    server.go_on.set()
    assert (await busy.answer())[0] == 200


# -- size ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /ok?" + b"x" * URL_MAX + b" HTTP/1.1\r\nHost: desk\r\n\r\n", 414),
        (GET + b"X: y\r\n" * HEADERS_MAX + b"\r\n", 431),
        (GET + b"Cookie: " + b"x" * HEAD_MAX + b"\r\n\r\n", 431),
        (GET + (b"X: " + b"y" * 1_000 + b"\r\n") * 40 + b"\r\n", 431),
        (b"GET /ok HTTP/1.1\r\n\r\n", 400),
        (GET + b"Host: other\r\n\r\n", 400),
        (b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: desk\r\n\r\n", 400),
        (b"POST /whole HTTP/1.1\r\nHost: desk\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST /whole HTTP/1.1\r\nHost: desk\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
        (b"POST /whole HTTP/1.1\r\nHost: desk\r\nContent-Length: -3\r\n\r\n", 400),
        (b"POST /whole HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (GET + b" X: folded\r\n\r\n", 400),
        (GET + b"X : space\r\n\r\n", 400),
        (GET + b"X: a\x00b\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
    ],
)
async def test_oversized_or_malformed_request_closes_the_connection(
    server: Server, request_: bytes, status: int
) -> None:
    line = await server.line()
    await line.send(request_)
    got, said = problem_in(await line.rest())
    assert got == said["status"] == status
    assert said["code"] == ("bad_frame" if status == 400 else "too_large")


async def test_endless_header_line_closes_the_connection(server: Server) -> None:
    line = await server.line()
    await line.send(GET)
    with contextlib.suppress(ConnectionError):
        for _ in range(2_000):
            await line.send(b"x" * 1_000)
            await asyncio.sleep(0)
    await eventually(lambda: server.connections == 0, "it is closed")


async def test_long_path_and_large_cookies_are_accepted(server: Server) -> None:
    """In sizes that browsers send."""
    line = await server.line()
    cookies = b"Cookie: " + b"; ".join(b"c%d=%s" % (n, b"v" * 1_000) for n in range(20)) + b"\r\n"
    await line.send(b"GET /ok?" + b"x" * 4_000 + b" HTTP/1.1\r\nHost: desk\r\n" + cookies + b"X: \xff\r\n\r\n")
    assert (await line.answer())[0] == 200


async def test_trailers_are_not_headers(server: Server) -> None:
    """A trailer after a chunked body is not read as a header of the request, and the number of trailers is limited."""
    chunked = b"POST /ok HTTP/1.1\r\nHost: desk\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    line = await server.line()
    await line.send(chunked + b"Authorization: Bearer x\r\n\r\n")
    status, body = await line.answer()
    assert status == 200 and b"authorization" not in body
    line = await server.line()
    await line.send(chunked + b"X: y\r\n" * (HEADERS_MAX + 1))
    assert b" 431 " in await line.rest()


async def test_garbage_behind_a_request_adds_no_second_answer(server: Server) -> None:
    """It ends the connection. No problem details are written into the running answer."""
    line = await server.line()
    await line.send(b"GET /much HTTP/1.1\r\nHost: desk\r\n\r\n")
    assert (await line.some()).startswith(b"HTTP/1.1 200 ")
    await line.send(b"\x00\x00\r\n\r\n")
    assert b"problem+json" not in await line.rest()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:x", "::ffff:x"),
    ],
)
def test_ipv4_address_on_an_ipv6_socket_stays_ipv4(given: str, kept: str) -> None:
    """Otherwise all IPv4 clients would count as one IPv6 network."""
    assert unmapped((given, 1)) == (kept, 1)
    assert unmapped(None) is None


async def _trickle(line: Line, first: bytes, more: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        await line.send(first)
        while True:
            await line.send(more)
            await asyncio.sleep(0.02)
