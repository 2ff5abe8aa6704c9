"""Requests that another worker must answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import uvicorn
from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.exposition import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server.edge.neighbours import Neighbours, Place, merged
from server.edge.polled import LINE
from tests.running import cancelled, eventually


def app_of(number: int) -> Starlette:
    """Answers with what it was asked, and by whom."""

    async def wire(request: Request) -> Response:
        body = (await request.body()).decode()
        if body == "wait":
            await asyncio.Event().wait()
        client = request.client.host if request.client else None
        return JSONResponse({"worker": number, "body": body, "client": client, "query": str(request.query_params)}, 201)

    async def metrics(request: Request) -> Response:
        registry = CollectorRegistry()
        Counter("seen", "Seen.", ["by"], registry=registry).labels("anybody").inc(number + 1)
        return Response(generate_latest(registry), media_type="text/plain")

    return Starlette(routes=[Route("/api/wire", wire, methods=["GET", "POST"]), Route("/metrics", metrics)])


@pytest.fixture
async def first(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of worker 0. Worker 1 listens for it, and worker 2 has ended."""
    places = [Place(tmp_path, number, 3, "key") for number in range(3)]
    config = uvicorn.Config(Neighbours(app_of(1), places[1]), lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([places[1].listening_socket()]))
    await eventually(lambda: server.started, "worker 1 listens")
    neighbours = Neighbours(app_of(0), places[0])
    transport = httpx2.ASGITransport(neighbours, client=("198.51.100.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client
    for pool in neighbours._pools.values():
        await pool.aclose()
    server.should_exit = True
    await serving
    await cancelled(serving)


async def test_request_reaches_the_worker_that_its_line_names(first: httpx2.AsyncClient) -> None:
    """With its body, its query and the address of its sender. A worker that has ended answers nothing, so the first one
    says that the line is gone. Nobody else can say for whom a request is."""
    asked = {"client": "198.51.100.7", "query": "after=3", "body": "frames"}
    for line, worker in (("1.secret", 1), ("0.secret", 0), ("2.secret", 0), ("17.secret", 0), ("secret", 0)):
        answer = await first.post("/api/wire?after=3", content="frames", headers={LINE: line})
        assert (answer.status_code, answer.json()) == (201, {"worker": worker, **asked})
    forged = {LINE: "1.secret", "Switchboard-Forwarded": "guess http 1 203.0.113.9"}
    assert (await first.post("/api/wire", headers=forged)).json()["client"] == "198.51.100.7"


async def test_metrics_are_those_of_all_workers(first: httpx2.AsyncClient) -> None:
    lines = (await first.get("/metrics")).text.splitlines()
    assert 'seen_total{by="anybody",worker="0"} 1.0' in lines
    assert 'seen_total{by="anybody",worker="1"} 2.0' in lines


def test_merged_metrics_keep_names_types_and_labels() -> None:
    def text(value: int) -> bytes:
        registry = CollectorRegistry()
        Counter("seen", "Seen.", registry=registry).inc(value)
        Gauge("queue", "Waiting.", ["team"], registry=registry).labels("media").set(value)
        return generate_latest(registry)

    lines = merged({1: text(5), 0: text(2)}).decode().splitlines()
    assert [line for line in lines if "created" not in line] == [
        "# HELP seen_total Seen.",
        "# TYPE seen_total counter",
        'seen_total{worker="0"} 2.0',
        'seen_total{worker="1"} 5.0',
        "# HELP queue Waiting.",
        "# TYPE queue gauge",
        'queue{team="media",worker="0"} 2.0',
        'queue{team="media",worker="1"} 5.0',
    ]
