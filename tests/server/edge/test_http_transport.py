"""Requests that are too many, too large or no HTTP, over real connections; and those that are fine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from server.edge.client_address import unmapped
from server.edge.connections import Connections
from server.edge.http_transport import HEAD_MAX, HEADERS_MAX, URL_MAX
from server.settings import Limits
from tests.running import eventually
from tests.server.edge.http_lines import GET, Line, Server, problem_in, serving

IDLE = Limits().idle


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


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
    async with serving(held=Connections(idle=256, of_a_person=2)) as server:

        async def proven(person: str, line: Line) -> Line:
            assert await line.status(f"GET /proven?person={person} HTTP/1.1\r\nHost: desk\r\n\r\n".encode()) == 200
            return line

        other = await proven("bea", await server.line("127.0.0.2"))
        first, second = [await proven("ana", await server.line(f"127.0.0.{number}")) for number in (2, 3)]
        await proven("ana", first)
        third = await proven("ana", await server.line("127.0.0.4"))
        assert await second.rest() == b""
        for person, line in (("ana", first), ("ana", third), ("bea", other)):
            await proven(person, line)


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
