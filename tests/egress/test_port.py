"""The port against servers on this machine that mean harm."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
import trustme

from egress import ANSWER_MAX, TIMEOUT_S, AddressRefused, Answer, Egress, NoAnswer
from egress.names import Resolve

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HOST = "hooks.example"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Place: here\r\n\r\nok"


@dataclass
class Server:
    port: int
    heard: list[bytes] = field(default_factory=list)
    """The head and the announced body of each request."""
    connections: int = 0


@asynccontextmanager
async def serving(speak: Speak | bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    speaking: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        it.connections += 1
        task = asyncio.ensure_future(converse(reader, writer))
        speaking.add(task)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = [line[16:] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length: ")]
            it.heard.append(head + await reader.readexactly(int(length[0]) if length else 0))
            if isinstance(speak, bytes):
                writer.write(speak)
                await writer.drain()
            else:
                await speak(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    it = Server(server.sockets[0].getsockname()[1])
    try:
        yield it
    finally:
        server.close()
        await server.wait_closed()
        # Ends by itself, because the port closes its side of each connection.
        await asyncio.gather(*speaking)


class Names:
    """A name server that answers with the next of `answers`, and then with the last one."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


HERE = Names(["127.0.0.1"])


def port(resolve: Resolve = HERE, certificates: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S) -> Egress:
    """A port for which the host of the tests is this machine."""
    return Egress([HOST], resolve=resolve, certificates=certificates, timeout_s=timeout_s)


async def post(egress: Egress, server: Server, scheme: str = "http") -> Answer:
    return await egress.send(
        "POST", f"{scheme}://{HOST}:{server.port}/in?a=b", {"Content-Type": "text/plain"}, b"hello"
    )


async def test_call_sends_host_and_body_and_returns_the_answer() -> None:
    async with serving(OK) as server:
        answer = await post(port(), server)
    assert (answer.status, answer.headers["x-place"], answer.body) == (200, "here", b"ok")
    head, body = server.heard[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /in?a=b HTTP/1.1\r\n") and f"Host: {HOST}:{server.port}".encode() in head
    assert b"Content-Length: 5" in head and b"Cookie" not in head and body == b"hello"


async def test_second_call_sends_no_cookie_of_the_first() -> None:
    async with serving(OK.replace(b"X-Place: here", b"Set-Cookie: a=b; Path=/")) as server:
        egress = port()
        await post(egress, server)
        await post(egress, server)
    assert b"cookie" not in server.heard[1].lower()


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
async def test_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with serving(OK) as server, serving(OK) as proxy:
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await post(port(), server)
    assert (server.connections, proxy.connections) == (1, 0)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["10.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["fe80::1%lo"],
    ],
)
async def test_host_with_a_private_address_is_refused_before_any_connection(addresses: list[str]) -> None:
    async with serving(OK) as server:
        with pytest.raises(AddressRefused) as refused:
            await post(Egress(resolve=Names(addresses)), server)
    # The name server may give another address later.
    assert server.connections == 0 and not refused.value.for_good


@pytest.mark.parametrize("address", ["169.254.169.254", "fd00:ec2::254", "0.0.0.0", "168.63.129.16"])
async def test_allowed_host_with_a_metadata_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        await port(resolve=Names([address])).send("GET", f"http://{HOST}/latest/meta-data")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:7f00:1]", "169.254.169.254", "localhost"])
async def test_address_of_this_machine_in_the_url_is_refused(host: str) -> None:
    """`localhost` is resolved by the system."""
    egress = Egress()
    try:
        with pytest.raises(AddressRefused) as refused:
            await egress.send("GET", f"http://{host}:1/")
        assert refused.value.for_good is (host != "localhost")
    finally:
        egress.close()


async def test_host_is_resolved_once_and_the_connection_goes_to_what_was_checked() -> None:
    """DNS rebinding: the second answer would be this machine."""
    names = Names(["192.0.2.1"], ["127.0.0.1"])
    async with serving(OK) as server:
        egress = port(resolve=names, timeout_s=0.2)
        with pytest.raises(NoAnswer):
            # 192.0.2.1 is allowed for the host and exists nowhere.
            await post(egress, server)
    assert names.asked == [HOST] and server.connections == 0


async def test_second_address_is_tried_if_the_first_refuses() -> None:
    async with serving(OK) as server:
        assert (await post(port(resolve=Names(["::1", "127.0.0.1"])), server)).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_returned_and_not_followed(status: int) -> None:
    async with serving(OK) as inner:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.1:{inner.port}/\r\nContent-Length: 0\r\n\r\n"
        async with serving(moved.encode()) as server:
            answer = await post(port(), server)
    assert answer.status == status and inner.connections == 0


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte at a time, always in time for a deadline that counts from the last byte."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.01)


async def slow_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("speak", [drip, slow_head, silent])
async def test_slow_answer_is_cut_off_at_the_deadline_of_the_whole_call(speak: Speak) -> None:
    async with serving(speak) as server:
        with pytest.raises(NoAnswer, match=r"within 0\.5 seconds"):
            await post(port(timeout_s=0.5), server)


async def test_slow_name_server_is_cut_off() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(NoAnswer, match="within"):
        await port(resolve=never, timeout_s=0.05).send("GET", f"http://{HOST}/")


async def test_tls_server_that_never_answers_the_handshake_is_cut_off() -> None:
    """Nothing of the connection is left over."""
    async with serving(silent) as server:
        with pytest.raises(NoAnswer):
            await post(port(timeout_s=0.5), server, "https")


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"10000\r\n" + b"a" * 65536 + b"\r\n")
        await writer.drain()


async def endless_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: " + b"y" * 65536 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize("speak", [endless, endless_head, b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * (ANSWER_MAX + 1)])
async def test_answer_that_is_too_long_is_cut_off(speak: Speak | bytes) -> None:
    async with serving(speak) as server:
        with pytest.raises(NoAnswer, match=r"more than 1 MiB|in HTTP"):
            await post(port(timeout_s=60), server)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"\xff" * 100,
    ],
)
async def test_malformed_answer_is_no_answer(answer: bytes) -> None:
    async with serving(answer) as server:
        with pytest.raises(NoAnswer):
            await post(port(), server)


async def test_host_that_nobody_has_is_not_found() -> None:
    async def missing(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    with pytest.raises(NoAnswer, match="was not found"):
        await port(resolve=missing).send("GET", f"http://{HOST}/")


async def test_port_that_is_closed_cannot_be_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer, match="could not be reached"):
            await post(port(), Server(taken.getsockname()[1]))


def tls_of(authority: trustme.CA, host: str, names: list[str | None]) -> ssl.SSLContext:
    """A server with a certificate for `host`, which collects the names that clients ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    context.sni_callback = lambda connection, name, own: names.append(name)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def test_certificate_is_verified_for_the_host_of_the_url() -> None:
    """The name in the TLS handshake is the host, although the connection goes to an address."""
    authority = trustme.CA()
    names: list[str | None] = []
    async with serving(OK, tls_of(authority, HOST, names)) as server:
        answer = await post(port(certificates=trusting(authority)), server, "https")
    assert answer.body == b"ok" and names == [HOST]


async def test_certificate_of_another_host_is_refused_before_the_request() -> None:
    authority = trustme.CA()
    async with serving(OK, tls_of(authority, "other.example", [])) as server:
        with pytest.raises(NoAnswer, match="certificate"):
            await post(port(certificates=trusting(authority)), server, "https")
    assert server.heard == []


async def test_certificate_of_an_unknown_authority_is_refused() -> None:
    async with serving(OK, tls_of(trustme.CA(), HOST, [])) as server:
        with pytest.raises(NoAnswer, match="certificate"):
            await post(port(), server, "https")
    assert server.heard == []


@pytest.mark.parametrize(
    ("url", "callable_"),
    [
        ("https://hooks.example/in", True),
        ("https://10.0.0.1/", False),
        ("https://[::1]/", False),
        ("ftp://hooks.example/", False),
    ],
)
def test_check_refuses_urls_that_can_never_be_called(url: str, callable_: bool) -> None:
    if callable_:
        Egress().check(url)
    else:
        with pytest.raises(AddressRefused):
            Egress().check(url)
