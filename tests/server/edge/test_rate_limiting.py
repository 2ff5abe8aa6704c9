"""Every HTTP request of a running desk is counted: as whom, from where, and what is told to who asks too much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from clock import system_clock
from server.edge.allowances import Allowances
from server.edge.http_limits import READS_A_COMMAND
from server.edge.limits import BURST
from server.edge.polled import LINE
from tests.running import RunningDesk, SettableClock, enrol, running
from tests.signing import DESK, Site

PEOPLE = 2
"""An address has here as much as so many people."""
READS = BURST * READS_A_COMMAND * PEOPLE
"""That an address may ask at once where a person may write once in 10 s."""


@asynccontextmanager
async def limited(data: Path, **given: Any) -> AsyncIterator[RunningDesk]:
    """A desk where one may write once in 10 s; no window ends while a test counts."""
    given = {"rate_limits": "commands=1/10s", "allowances": Allowances(people_an_address=PEOPLE), **given}
    async with running(data, SettableClock(), **given) as desk:
        yield desk


def client(desk: RunningDesk, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=desk.url, headers=headers, trust_env=False, verify=False, timeout=20)


async def ask(one: httpx2.AsyncClient, count: int, path: str = "/api/hours", **options: Any) -> list[int]:
    return [(await one.get(path, **options)).status_code for _ in range(count)]


async def test_requests_over_the_limit_get_429(tmp_path: Path) -> None:
    """API calls get a problem and pages a page, both with `Retry-After`. Health checks and static files are not
    counted."""
    async with limited(tmp_path / "data") as desk, client(desk) as nobody:
        assert await ask(nobody, READS) == [200] * READS
        refused = await nobody.get("/api/hours")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["x-content-type-options"] == "nosniff"
        page = await nobody.get("/sign-in")
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert int(page.headers["retry-after"]) >= 1
        assert (await nobody.get("/healthz")).status_code == 200
        assert (await nobody.get("/static/shared/icons.svg")).status_code == 200


async def test_requests_for_unknown_paths_are_counted(tmp_path: Path) -> None:
    """So that guessing paths is slowed down. Writes have a smaller limit than reads."""
    async with limited(tmp_path / "data") as desk, client(desk) as nobody:
        many = BURST * PEOPLE
        statuses = [(await nobody.post("/api/nothing")).status_code for _ in range(many + 1)]
        assert statuses == [404] * many + [429]
        assert (await nobody.get("/api/nothing")).status_code == 404


async def test_staff_are_not_limited_by_their_address(tmp_path: Path) -> None:
    """They have their own limit. Requests with an invalid token count for the address."""
    async with limited(tmp_path / "data") as desk:
        _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
        async with client(desk, Authorization="Bearer nonsense") as nobody:
            assert (await ask(nobody, READS + 1, "/api/me"))[-1] == 429
        async with client(desk, Authorization=f"Bearer {token}") as maya:
            one = BURST * READS_A_COMMAND
            assert await ask(maya, one + 1, "/api/me") == [200] * one + [429]


async def test_forwarded_address_counts_only_from_trusted_proxies(tmp_path: Path) -> None:
    """Others cannot get around the limits with the header. Behind a trusted proxy each address is counted
    separately."""
    async with limited(tmp_path / "open") as desk, client(desk) as nobody:
        for n in range(READS):
            await nobody.get("/api/hours", headers={"X-Forwarded-For": f"192.0.2.{n % 250}"})
        assert await ask(nobody, 1, headers={"X-Forwarded-For": "198.51.100.1"}) == [429]
    async with limited(tmp_path / "proxied", trusted_proxies="127.0.0.1") as desk, client(desk) as proxy:
        assert (await ask(proxy, READS + 1, headers={"X-Forwarded-For": "198.51.100.1"}))[-1] == 429
        assert await ask(proxy, 1, headers={"X-Forwarded-For": "198.51.100.2"}) == [200]
        # What the sender wrote himself stands to the left of what the proxy has seen.
        forged = {"X-Forwarded-For": "198.51.100.77, 198.51.100.1"}
        assert await ask(proxy, 1, headers=forged) == [429]


async def opened(one: httpx2.AsyncClient, **hello: str) -> httpx2.Response:
    return await one.post("/api/wire", json={"frames": [{"type": "hello", "id": "h", **hello}], "side": "customer"})


async def sent(one: httpx2.AsyncClient, line: str, count: int, path: str = "/api/wire") -> list[int]:
    return [(await one.post(path, json={"frames": []}, headers={LINE: line})).status_code for _ in range(count)]


async def test_polled_connections_are_not_limited_by_address(tmp_path: Path) -> None:
    """Only opening one counts for the address. Afterwards each has its own limit, as on a socket."""
    site = Site("the secret of the media planner that is long enough", "planner")
    writes, asks = 2 * BURST, BURST * READS_A_COMMAND
    async with (
        limited(tmp_path / "data", base_url=DESK, identity_secret=f"planner:{site.secret}") as desk,
        client(desk) as company,
    ):
        proofs = [{"identity": site.sign(name, system_clock())} for name in ("ana", "ben", "cleo")]
        lines = [(await opened(company, **proof)).json()["line"] for proof in (*proofs, {})]
        assert len(lines) == BURST * PEOPLE
        assert (await opened(company)).status_code == 429
        for line in lines:
            assert await sent(company, line, writes + 1) == [200] * writes + [429]
            statuses = await ask(company, asks + 1, "/api/wire", headers={LINE: line})
            assert statuses == [200] * asks + [429]
        assert await ask(company, READS) == [200] * READS


async def test_guessed_connection_ids_count_for_the_address(tmp_path: Path) -> None:
    """Including the id of a staff connection without its credential. A valid id exempts only its own frames."""
    async with limited(tmp_path / "data") as desk, client(desk) as nobody:
        line = (await opened(nobody)).json()["line"]
        _, token = await enrol(desk.desk.storage, "maya@desk.example", "Maya")
        async with client(desk, Authorization=f"Bearer {token}") as maya:
            hello = {"frames": [{"type": "hello", "id": "h"}], "side": "staff"}
            hers = (await maya.post("/api/wire", json=hello)).json()["line"]
            assert await sent(maya, hers, 2 * BURST + 1) == [200] * 2 * BURST + [429]
        left = BURST * PEOPLE - 1
        guesses = [hers, *(f"{line[:-1]}{end}" for end in "-_"), ""]
        statuses = [(await sent(nobody, guess, 1))[0] for guess in guesses]
        assert statuses == [404] * left + [429] * (len(guesses) - left)
        assert await sent(nobody, line, 1, "/api/session") == [429]
        assert await sent(nobody, line, 1) == [200]
