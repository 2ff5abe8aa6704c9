"""`examples/proxies/`: nginx, HAProxy and Caddy in front of a desk, each as its package starts it."""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from attachments.inspection import SIZE_MAX
from chat.frames.fields import SUBPROTOCOL
from chat.wire import Side
from tests.faults.server import free_port
from tests.running import DEADLINE_S, ROOT, Client, RunningDesk, enrol, eventually, running

EXAMPLES = ROOT / "examples" / "proxies"
HOST = "support.example.com"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""Of nginx."""
SNI = {"sni_hostname": HOST}
FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM. `both`: the certificate and its key in one file."""

    chain: Path
    key: Path
    both: Path
    trusting: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Ports:
    """`desk`: where the desk listens. `plain` and `tls`: where the proxy listens."""

    desk: int
    plain: int
    tls: int


Changed = Callable[[Certificate, Ports], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Proxy:
    """`changed`: what a test changes in the example, each place by its text. `begins`: lines before the example.
    `command` starts the proxy in the foreground; the file follows."""

    example: str
    changed: Changed
    command: Sequence[str]


def of_nginx(certificate: Certificate, ports: Ports) -> dict[str, str]:
    return {
        "listen 80;": f"listen 127.0.0.1:{ports.plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports.tls} ssl;",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{ports.desk};",
        "/etc/ssl/support.example.com.pem": str(certificate.chain),
        "/etc/ssl/support.example.com.key": str(certificate.key),
        # The package sets these folders when it is built. Here nginx may not write there.
        "http {\n": "http {\n" + "".join(f"    {name}_temp_path temp-{name};\n" for name in TEMPORARY),
    }


def of_haproxy(certificate: Certificate, ports: Ports) -> dict[str, str]:
    return {
        # More needs more open files than a test may have.
        "maxconn 20000": "maxconn 100",
        "bind :80\n": f"bind 127.0.0.1:{ports.plain}\n",
        "bind :443 ssl": f"bind 127.0.0.1:{ports.tls} ssl",
        "127.0.0.1:8000": f"127.0.0.1:{ports.desk}",
        "/etc/ssl/support.example.com.both.pem": str(certificate.both),
    }


def of_caddy(certificate: Certificate, ports: Ports) -> dict[str, str]:
    settings = f"{{\n\tadmin off\n\thttp_port {ports.plain}\n\thttps_port {ports.tls}\n}}\n\n"
    site = f"support.example.com {{\n\tbind 127.0.0.1\n\ttls {certificate.chain} {certificate.key}\n"
    return {
        "support.example.com {\n": settings + site,
        "127.0.0.1:8000": f"127.0.0.1:{ports.desk}",
    }


PROXIES = [
    Proxy(
        "nginx.conf",
        of_nginx,
        ("nginx", "-e", "stderr", "-p", ".", "-g", "daemon off; pid nginx.pid; error_log stderr;", "-c"),
    ),
    Proxy("haproxy.cfg", of_haproxy, ("haproxy", "-db", "-f")),
    Proxy("Caddyfile", of_caddy, ("caddy", "run", "--adapter", "caddyfile", "--config")),
]


@pytest.fixture(params=PROXIES, ids=[proxy.example for proxy in PROXIES])
def proxy(request: pytest.FixtureRequest) -> Proxy:
    found: Proxy = request.param
    return found


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    chain, key, both = (tmp_path / name for name in ("chain.pem", "key.pem", "both.pem"))
    issued.cert_chain_pems[0].write_to_path(chain)
    issued.private_key_pem.write_to_path(key)
    issued.private_key_and_cert_chain_pem.write_to_path(both)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    return Certificate(chain, key, both, trusting)


@asynccontextmanager
async def started(proxy: Proxy, certificate: Certificate, ports: Ports, folder: Path) -> AsyncIterator[None]:
    """The proxy, once it accepts connections."""
    text = (EXAMPLES / proxy.example).read_text()
    for old, new in proxy.changed(certificate, ports).items():
        assert old in text, f"{proxy.example} has no {old!r}"
        text = text.replace(old, new)
    place = folder / "proxy"
    place.mkdir()
    (place / proxy.example).write_text(text)
    log = place / "log"
    env = {"PATH": f"{os.environ['PATH']}:/usr/sbin", "HOME": str(place)}
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *proxy.command, str(place / proxy.example), cwd=place, env=env, stdout=out, stderr=out
        )
    try:
        accepts = asyncio.create_task(accepting(ports.tls))
        await eventually(lambda: accepts.done() or process.returncode is not None, "the proxy listens")
        assert process.returncode is None, log.read_text()
        await accepts
        yield
    finally:
        accepts.cancel()
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(DEADLINE_S):
            await process.wait()


async def accepting(port: int) -> None:
    """Returns once a server listens on this port."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def browser(certificate: Certificate, port: int, **headers: str) -> httpx2.AsyncClient:
    """A client that finds the proxy under the name of the desk."""
    return httpx2.AsyncClient(
        base_url=f"https://127.0.0.1:{port}",
        headers={"Host": f"{HOST}:{port}", **headers},
        verify=certificate.trusting,
        trust_env=False,
        timeout=DEADLINE_S,
    )


async def joined(desk: RunningDesk, certificate: Certificate, port: int, side: Side, bearer: str = "") -> Client:
    """A WebSocket through the proxy, greeted."""
    origin = f"https://{HOST}:{port}"
    line = await connect(
        f"wss://{HOST}:{port}/ws/{side}",
        host="127.0.0.1",
        port=port,
        ssl=certificate.trusting,
        origin=None if bearer else Origin(origin),
        additional_headers={"Authorization": f"Bearer {bearer}"} if bearer else None,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        proxy=None,
        ping_interval=None,
        open_timeout=DEADLINE_S,
    )
    client = Client(line, side, desk.contract)
    desk.clients.append(client)
    await client.command("hello")
    return client


async def test_proxy_carries_pages_and_a_chat(proxy: Proxy, certificate: Certificate, tmp_path: Path) -> None:
    tls = free_port()
    async with running(tmp_path / "data", base_url=f"https://{HOST}:{tls}", trusted_proxies="127.0.0.1") as desk:
        _, bearer = await enrol(desk.app.desk.storage, "maya@desk.example", "Maya")
        async with started(proxy, certificate, Ports(desk.port, free_port(), tls), tmp_path):
            async with browser(certificate, tls) as http:
                page = await http.get("/", extensions=SNI)
                assert page.status_code == 200
                assert "strict-transport-security" in page.headers
            agent = await joined(desk, certificate, tls, "staff", bearer)
            await agent.command("presence.set", status="available")
            customer = await joined(desk, certificate, tls, "customer")
            chat = (await customer.command("chat.start", team="media", text="Is anybody there?"))["chat"]
            await eventually(lambda: any(event["type"] == "chat.assigned" for event in agent.events), "assigned")
            await agent.command("message.send", chat=chat, text="Yes, I am.")
            await eventually(lambda: any(event.get("text") == "Yes, I am." for event in customer.events), "answered")


async def test_proxy_tells_the_desk_the_address_that_it_sees(
    proxy: Proxy, certificate: Certificate, tmp_path: Path
) -> None:
    """An address that the browser sends counts for nothing."""
    heads: list[dict[str, list[str]]] = []

    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        found: dict[str, list[str]] = {}
        for line in head:
            name, _, value = line.partition(":")
            found.setdefault(name.lower(), []).append(value.strip())
        heads.append(found)
        await reader.readexactly(int(found.get("content-length", ["0"])[0]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(heard, "127.0.0.1", 0)
    desk = server.sockets[0].getsockname()[1]
    ports = Ports(desk, free_port(), free_port())
    async with (
        server,
        started(proxy, certificate, ports, tmp_path),
        browser(certificate, ports.tls, **FORGED) as http,
    ):
        answer = await http.post("/api/files", content=bytes(SIZE_MAX), extensions=SNI)
        assert answer.status_code == 200, "a file of the largest size arrives"
    [asked] = [head for head in heads if head.get("content-length") == [str(SIZE_MAX)]]
    assert asked["x-forwarded-for"] == ["127.0.0.1"]
    assert asked["x-forwarded-proto"] == ["https"]
    assert asked["host"] == [f"{HOST}:{ports.tls}"]


async def test_proxy_leads_plain_http_to_https(proxy: Proxy, certificate: Certificate, tmp_path: Path) -> None:
    ports = Ports(free_port(), free_port(), free_port())
    async with (
        started(proxy, certificate, ports, tmp_path),
        httpx2.AsyncClient(trust_env=False, timeout=DEADLINE_S) as http,
    ):
        answer = await http.get(f"http://127.0.0.1:{ports.plain}/requests", headers={"Host": HOST})
    assert answer.status_code == 308
    assert answer.headers["location"].startswith(f"https://{HOST}")
    assert answer.headers["location"].endswith("/requests")
