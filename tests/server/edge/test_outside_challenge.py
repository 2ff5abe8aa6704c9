"""An outside challenge, against a service that the test starts; and a desk whose service is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs

import pytest

from egress import Egress
from identity import proof_of_work
from routing.admission import BITS_MAX, FREE
from server.edge.allowances import ALLOWANCES, Allowances
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.outside_challenge import AT_ONCE, SiteVerify
from tests.running import DEADLINE_S, RunningDesk, running

SECRET = "the-secret-that-the-service-gave"


@dataclass(slots=True)
class Service:
    """What it was asked, and what it answers."""

    url: str
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    answer: bytes = b'{"success": true}'
    status: int = 200
    go_on: Event = field(default_factory=Event)


@contextmanager
def service() -> Iterator[Service]:
    """A stand-in on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            it.asked.append(parse_qs(body))
            it.go_on.wait()
            # A desk that gave up has closed the connection.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(it.status)
                self.send_header("Content-Length", str(len(it.answer)))
                self.end_headers()
                self.wfile.write(it.answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        it = Service(f"http://127.0.0.1:{server.server_address[1]}/siteverify")
        it.go_on.set()
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield it
        finally:
            it.go_on.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def outside() -> Iterator[Service]:
    with service() as it:
        yield it


def verifier(outside: Service, timeout_s: float = DEADLINE_S) -> SiteVerify:
    return SiteVerify(Egress(["127.0.0.1"]), outside.url, "site-key", SECRET, lambda: 0.0, timeout_s)


async def test_response_is_verified_by_a_form_post(outside: Service) -> None:
    assert await verifier(outside).verify("a response", "192.0.2.7")
    assert outside.asked == [{"secret": [SECRET], "response": ["a response"]}]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b'{"success": false, "error-codes": ["timeout-or-duplicate"]}'),
        (200, b'{"success": "true"}'),
        (200, b"[]"),
        (200, b"<html>"),
        (200, b""),
        (500, b'{"success": true}'),
        (302, b""),
    ],
)
async def test_answer_other_than_success_is_a_failure(outside: Service, status: int, answer: bytes) -> None:
    outside.status, outside.answer = status, answer
    assert not await verifier(outside).verify("a response", "192.0.2.7")


async def test_service_timeout_is_a_failure(outside: Service) -> None:
    """The number of simultaneous requests to the service is limited."""
    outside.go_on.clear()
    asks = verifier(outside, 0.2)
    answers = await asyncio.gather(*(asks.verify("a response", "192.0.2.7") for _ in range(3 * AT_ONCE)))
    assert not any(answers) and len(outside.asked) <= AT_ONCE


async def test_refused_connection_is_a_failure() -> None:
    with service() as gone:
        pass
    assert not await verifier(gone).verify("a response", "192.0.2.7")


@asynccontextmanager
async def crowded(
    data: Path, outside: Service, *, allowances: Allowances = ALLOWANCES, deadlines: Deadlines = DEADLINES
) -> AsyncIterator[RunningDesk]:
    """A desk with a service, and many waiting chats of this network."""
    async with running(
        data,
        rate_limits="chats=100/h",
        challenge_url=outside.url,
        challenge_site_key="site-key",
        challenge_secret=SECRET,
        allowances=allowances,
        deadlines=deadlines,
    ) as it:
        for _ in range(FREE):
            await (await it.customer()).command("chat.start", team="media", text="Hello")
        yield it


async def test_response_is_accepted_in_place_of_a_proof(tmp_path: Path, outside: Service) -> None:
    """The challenge contains the site key. A wrong response gets a new challenge."""
    async with crowded(tmp_path / "data", outside, deadlines=Deadlines(challenge_s=DEADLINE_S)) as desk:
        vic = await desk.customer()
        refused = await vic.refused("proof_needed", "chat.start", id="one", team="media", text="Hello")
        assert (refused["challenge"]["site_key"], refused["challenge"]["bits"]) == ("site-key", BITS_MAX)
        outside.answer = b'{"success": false}'
        wrong = await vic.again("one", "chat.start", team="media", text="Hello", proof="forged")
        assert wrong["code"] == "proof_needed"
        outside.answer = b'{"success": true}'
        assert (await vic.again("one", "chat.start", team="media", text="Hello", proof="real"))["state"] == "queued"


async def test_proof_of_work_is_accepted_while_the_service_is_down(tmp_path: Path, outside: Service) -> None:
    """Nobody is locked out by a service that does not answer."""
    easy, short = Allowances(bits_beside_outside=8), Deadlines(challenge_s=0.2)
    async with crowded(tmp_path / "data", outside, allowances=easy, deadlines=short) as desk:
        outside.go_on.clear()
        vic = await desk.customer()
        await vic.refused("proof_needed", "chat.start", id="one", team="media", text="Hello")
        unanswered = await vic.again("one", "chat.start", team="media", text="Hello", proof="real")
        challenge = unanswered["challenge"]
        proof = proof_of_work.solve(challenge["challenge"], challenge["bits"])
        assert (await vic.again("one", "chat.start", team="media", text="Hello", proof=proof))["state"] == "queued"
