"""The desk by other names than its own, and pages that are not its own."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from server.edge.hosts import HostCheck, served_hosts
from server.edge.origins import same_origin
from server.edge.refusal_log import Kind, RefusalLog
from server.settings import Settings, load
from tests.running import DEADLINE_S, running

DESK = "https://support.example"
LONG = "a secret of the tests, long enough for it"


def settings(tmp_path: Path, **given: str) -> Settings:
    return load(data=tmp_path, secret=LONG, **given)


class Noted(RefusalLog):
    """Which refusals were noted."""

    def __init__(self) -> None:
        super().__init__(lambda: 0)
        self.kinds: list[str] = []

    def note(self, kind: Kind, address: str) -> None:
        super().note(kind, address)
        self.kinds.append(kind)


async def _ok(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def asked(settings: Settings, host: bytes | None, path: str = "/") -> tuple[int, str]:
    """Status and body of the answer to a request for this host."""
    log = Noted()
    checked = Middleware(HostCheck, settings=settings, refusal_log=log)
    app = Starlette(routes=[Route("/{path:path}", _ok)], middleware=[checked])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://desk") as http:
        request = http.build_request("GET", path)
        del request.headers["host"]
        if host is not None:
            request.headers.update([(b"host", host)])
        answer = await http.send(request)
    assert log.kinds == (["host"] if answer.status_code == 421 else [])
    return answer.status_code, answer.text


async def test_only_the_host_of_base_url_is_served(tmp_path: Path) -> None:
    """Any other host, even loopback, gets 421 with the right address. Health checks and metrics are answered for any
    host."""
    desk = settings(tmp_path, base_url=DESK)
    assert (await asked(desk, b"support.example"))[0] == 200
    for host in (b"evil.example", b"127.0.0.1:8000", b"", None, b"support.example\xff"):
        status, said = await asked(desk, host)
        assert status == 421 and DESK in said, host
    status, said = await asked(desk, b"evil.example", "/api/me")
    assert status == 421 and '"code":"invalid"' in said and DESK in said
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await asked(desk, b"10.1.2.3:8000", path))[0] == 200


async def test_allowed_hosts_are_served_too(tmp_path: Path) -> None:
    desk = settings(tmp_path, base_url=DESK, allowed_hosts="127.0.0.1, desk.internal")
    for host in (b"127.0.0.1:8000", b"desk.internal", b"support.example"):
        assert (await asked(desk, host))[0] == 200
    assert (await asked(desk, b"localhost"))[0] == 421


async def test_hosts_without_base_url_follow_the_listening_address(tmp_path: Path) -> None:
    """On loopback only loopback names are served, on all interfaces any IP address too, and never a foreign name."""
    here, all_over = settings(tmp_path), settings(tmp_path)
    here.listens_at("http://127.0.0.1:8000", "127.0.0.1")
    all_over.listens_at("http://localhost:8000", "0.0.0.0")
    for desk in (here, all_over):
        assert (await asked(desk, b"localhost:8000"))[0] == 200
        status, said = await asked(desk, b"evil.example:8000")
        assert status == 421 and "SWITCHBOARD_BASE_URL" in said
    assert not served_hosts(here).serve("192.168.1.5:8000") and served_hosts(all_over).serve("192.168.1.5:8000")


async def test_socket_with_a_foreign_host_is_refused_before_the_upgrade(tmp_path: Path) -> None:
    """A page whose name was made to resolve to this server (DNS rebinding) gets no socket, although its `Origin`
    matches."""
    async with running(tmp_path / "data") as desk:
        for side in ("customer", "staff"):
            with pytest.raises(InvalidStatus) as refused:
                await connect(
                    f"ws://evil.example:{desk.port}/ws/{side}",
                    host="127.0.0.1",
                    port=desk.port,
                    origin=Origin(f"http://evil.example:{desk.port}"),
                    proxy=None,
                    open_timeout=DEADLINE_S,
                )
            assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("kind", "scheme", "origin", "ours"),
    [
        ("http", "http", "http://localhost:8000", True),
        ("http", "https", "https://localhost:8000", True),
        ("websocket", "ws", "http://localhost:8000", True),
        ("websocket", "wss", "https://localhost:8000", True),
        ("http", "https", "http://localhost:8000", False),
        ("websocket", "ws", "https://localhost:8000", False),
        ("http", "http", "http://localhost", False),
        ("http", "http", "http://127.0.0.1:8000", False),
        ("http", "http", "http://LOCALHOST:8000", False),
        ("http", "http", None, False),
        ("http", "http", "", False),
        ("http", "http", "null", False),
        ("http", "http", "http://[", False),
        ("http", "http", "http://localhost:8000/path", False),
        ("http", "http", "http://user@localhost:8000", False),
        ("http", "http", "http://localhost.evil.example:8000", False),
    ],
)
def test_origin_without_base_url_must_match_the_request(
    tmp_path: Path, kind: str, scheme: str, origin: str | None, ours: bool
) -> None:
    """In scheme, host and port. The scheme is that of the browser's connection, which a trusted proxy passes on."""
    headers = [(b"host", b"localhost:8000"), *([(b"origin", origin.encode())] if origin is not None else [])]
    connection = HTTPConnection({"type": kind, "scheme": scheme, "path": "/", "headers": headers})
    assert same_origin(connection, settings(tmp_path)) is ours
