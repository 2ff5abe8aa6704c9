"""Measures the duration of a customer's `hello` during slow reads: `python -m bench.slow_reads`.

Server and customer share one process, so the figures include the customer's own work. Two heavy reads run, which would
never end by themselves: each is stopped after 4 s. Meanwhile, one customer after another connects and sends `hello`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvicorn
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.processes import HERE
from chat.frames.fields import SUBPROTOCOL
from server.app import App
from server.serving import config_of
from server.settings import Limits, Settings
from storage.migrate import upgrade
from storage.ports import Storage, TookTooLong, Tx

READS = 2
READ_S = 4.0
HELLOS = 50
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def _slow(tx: Tx) -> None:
    tx.session.connection().execute(text(ENDLESS)).all()


async def _read(storage: Storage) -> None:
    try:
        await storage.read(_slow, kind="heavy", within_s=READ_S)
    except TookTooLong:
        return
    raise AssertionError("the read ended before its deadline")


async def _hello_ms(port: int) -> float:
    """Milliseconds from `hello` to its answer, on a new connection."""
    url = f"ws://127.0.0.1:{port}/ws/customer"
    async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], proxy=None, compression=None) as line:
        began = time.perf_counter()
        await line.send(json.dumps({"type": "hello", "id": "hello"}))
        answer = json.loads(await line.recv())
        took = time.perf_counter() - began
    assert answer["type"] == "ok", answer
    return took * 1000


async def _hellos_ms(port: int) -> list[float]:
    return [await _hello_ms(port) for _ in range(HELLOS)]


async def _measure(app: App, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = uvicorn.Server(config_of(app, settings))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        # The first customers wait on the listening socket until the server has started.
        await _hellos_ms(port)
        storage: Storage = app.desk.storage
        _say("at rest", await _hellos_ms(port))
        reads = [asyncio.create_task(_read(storage)) for _ in range(READS)]
        await asyncio.sleep(0.1)
        during = await _hellos_ms(port)
        assert not any(read.done() for read in reads), "the reads ended too early"
        _say(f"while {READS} reads of {READ_S:g} s are under way", during)
        await asyncio.gather(*reads)
        server.should_exit = True
        await serving


def _say(when: str, took: list[float]) -> None:
    print(f"hello {when}: median {median(took):.1f} ms, slowest of {len(took)} {max(took):.1f} ms")


def main() -> int:
    """Measure, print the figures and return the exit status."""
    with TemporaryDirectory(dir=HERE) as folder:
        settings = Settings(data=Path(folder), hours=HERE.parent / "hours.yaml", rate_limits=Limits(off=True))
        upgrade(settings.storage_url)
        asyncio.run(_measure(App(settings), settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
