"""Lists and searches over real connections: in turn, in time, and as long as somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import create_autospec

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from identity.actor import Actor
from refusals import Refused
from server.edge.heavy_reads import WAITING_AT_ADDRESS, HeavyReads
from server.edge.http_transport import PIPELINE_MAX
from server.edge.problems import answered
from storage.ports import Storage, StorageUnavailable, Tx
from storage.writer_sqlite import open_sqlite
from tests.running import eventually
from tests.server.edge.served import Served, served
from tests.servers import database

ENDLESS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000000) SELECT count(*) FROM n"
PEOPLE = {
    "visitor": Actor("customer", "v1"),
    "customer": Actor("customer", "v2", verified=True, account="a1"),
    "customer without a proven address": Actor("customer", "v3", account="a2"),
    "agent": Actor("staff", "u1", role="agent"),
}


class Readers:
    """A server that reads for whoever the header `who` names: something short, or what never ends."""

    def __init__(self, storage: Storage) -> None:
        self.begun = 0
        self.gate = asyncio.Event()
        self.server: Served
        self._patient = HeavyReads(storage, search_s=3_600, read_s=3_600)
        self._hasty = HeavyReads(storage, search_s=0.05, read_s=0.05)
        endpoints = (self.short, self.endless, self.late, self.long)
        self.app = Starlette(routes=[Route(f"/{endpoint.__name__}", answered(endpoint)) for endpoint in endpoints])

    # -- what it serves -------------------------------------------------------------------

    async def short(self, request: Request) -> Response:
        await self._patient.read_for(request, _who(request), lambda tx: None)
        return PlainTextResponse("read")

    async def endless(self, request: Request) -> Response:
        await self._patient.read_for(request, _who(request), self._begin)
        return PlainTextResponse("never")

    async def late(self, request: Request) -> Response:
        await self.gate.wait()
        return await self.endless(request)

    async def long(self, request: Request) -> Response:
        await self._hasty.read_for(request, _who(request), self._begin, search="search" in request.query_params)
        return PlainTextResponse("never")

    def _begin(self, tx: Tx) -> None:
        self.begun += 1
        tx.session.connection().exec_driver_sql(ENDLESS)

    # -- how it is asked ------------------------------------------------------------------

    def http(self) -> httpx2.AsyncClient:
        limits = httpx2.Limits(max_connections=None)
        return httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.server.port}", trust_env=False, verify=False, timeout=30, limits=limits
        )

    async def get(self, path: str, who: str = "visitor") -> httpx2.Response:
        async with self.http() as http:
            return await http.get(path, headers={"who": who})

    async def leave(self, *paths: str, begun: int) -> None:
        """Ask for these on one connection each, and hang up once so many queries have begun."""
        asked = [asyncio.create_task(self.get(path)) for path in paths]
        await eventually(lambda: self.begun == begun and self.server.connections == len(paths), "all have asked")
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await eventually(lambda: self.server.connections == 0, "the server knows that they are gone")


def _who(request: Request) -> Actor:
    return PEOPLE[request.headers["who"]]


@pytest.fixture
async def readers(tmp_path: Path) -> AsyncIterator[Readers]:
    with database("sqlite", tmp_path):
        storage = await open_sqlite(tmp_path / "test.db")
        it = Readers(storage)
        async with served(it.app) as it.server:
            yield it
        await storage.close()


async def test_query_is_stopped_when_its_client_disconnects(readers: Readers) -> None:
    """The next query of the same address then gets its turn."""
    await readers.leave("/endless", begun=1)
    assert (await readers.get("/short")).text == "read"


@pytest.mark.parametrize("rounds", [1, pytest.param(100, marks=pytest.mark.soak)])
async def test_queued_query_of_a_disconnected_client_never_starts(readers: Readers, rounds: int) -> None:
    """Of many queries of one address only the first has started. However often this happens, later queries are not
    blocked."""
    for count in range(1, 1 + rounds):
        await readers.leave(*["/endless"] * (1 + WAITING_AT_ADDRESS), begun=count)
        assert (await readers.get("/short")).text == "read"
        assert readers.begun == count


async def test_client_lost_during_authentication_starts_no_query(readers: Readers) -> None:
    await readers.leave("/late", begun=0)
    readers.gate.set()
    assert (await readers.get("/short")).text == "read"
    assert readers.begun == 0


async def test_pipeline_over_the_limit_stops_the_running_query(readers: Readers) -> None:
    """The client is disconnected, and the query of its first request ends."""
    _, writer = await asyncio.open_connection("127.0.0.1", readers.server.port)
    request = b"GET /endless HTTP/1.1\r\nHost: desk\r\nwho: visitor\r\n\r\n"
    writer.write(request)
    await eventually(lambda: readers.begun == 1, "the first has begun")
    writer.write(request * (PIPELINE_MAX + 2))
    await eventually(lambda: readers.server.connections == 0, "it is cut off")
    writer.transport.abort()
    assert (await readers.get("/short")).text == "read"
    assert readers.begun == 1


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/long?search=1", "This search took too long. Try fewer words."),
        ("/long", "This took too long. Try again in a moment."),
    ],
)
async def test_query_over_its_time_limit_is_unavailable(readers: Readers, path: str, sentence: str) -> None:
    """With a readable message and `Retry-After`."""
    for _ in range(3):
        answer = await readers.get(path)
        told = answer.json()
        assert (answer.status_code, told["code"], told["detail"]) == (503, "unavailable", sentence)
        assert answer.headers["retry-after"] == "2"


async def test_flood_of_queries_does_not_delay_identified_people(readers: Readers) -> None:
    """Of forty queries at once one runs, some wait and the rest are refused. Staff and identified customers can read
    meanwhile."""
    flood = [asyncio.create_task(readers.get("/endless")) for _ in range(40)]
    refused = 40 - 1 - WAITING_AT_ADDRESS
    await eventually(lambda: sum(task.done() for task in flood) == refused, "those beyond the line are refused")
    for task in flood:
        if task.done():
            answer = task.result()
            assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
            assert answer.headers["retry-after"]
    for who in ("agent", "customer", "customer without a proven address"):
        assert (await readers.get("/short", who)).text == "read"
    assert readers.begun == 1
    for task in flood:
        task.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


async def test_stored_change_that_cannot_be_shown_is_reported_as_saved() -> None:
    """The change is in the database, so "Nothing was changed" would be wrong."""
    away = create_autospec(Storage, instance=True)
    away.read.side_effect = StorageUnavailable("down")
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": [], "client": ("192.0.2.1", 1)})
    with pytest.raises(Refused) as refused:
        await HeavyReads(away).answer_for(request, PEOPLE["agent"], lambda tx: None)
    assert refused.value.code == "unavailable" and refused.value.message.startswith("Your change was saved")
