from __future__ import annotations

import asyncio
import json
import resource
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from tests.faults.server import ServerProcess, free_port
from tests.running import DEADLINE_S, HOURS, eventually

pytestmark = [pytest.mark.faults]

FILES, HELD = 512, 900
LEFT = 32
"""Files that the desk can still open, at the least."""
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 5)]
NEWCOMER = ("127.0.0.9", 0)
GET = b"GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n"


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def hold(port: int, address: str, first: bytes) -> socket.socket:
    line = socket.socket()
    try:
        line.setblocking(False)
        line.bind((address, 0))
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        line.send(first)
    except BaseException:
        line.close()
        raise
    return line


async def hours_of(port: int) -> set[str]:
    """The teams, as a new person from another address reads them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=NEWCOMER)
    try:
        writer.write(f"GET /api/hours HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        _, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return {team["name"] for team in json.loads(body)["teams"]}
    finally:
        writer.close()


async def test_900_held_connections_do_not_keep_out_a_newcomer(tmp_path: Path) -> None:
    """With 512 files allowed, the hours file is read, a newcomer from another address chats, and the server keeps spare
    files. The one address above its limit loses its oldest connection."""
    hours = tmp_path / "hours.yaml"
    hours.write_text(HOURS.read_text())
    server = ServerProcess(
        tmp_path / "data",
        free_port(),
        hours=hours,
        before=few_files,
        settings={"SWITCHBOARD_RATE_LIMITS": "chats=10/h"},
    )
    await server.start()
    try:
        with ExitStack() as lines:
            for number in range(HELD):
                first = (b"", GET, b"GET / HTTP/1.1\r\n")[number % 3]
                address = ADDRESSES[number * len(ADDRESSES) // HELD]
                lines.enter_context(await hold(server.port, address, first))
            hours.write_text(HOURS.read_text().replace("name: Media,", "name: Moved,"))
            async with connect(
                f"ws://127.0.0.1:{server.port}/ws/customer",
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                proxy=None,
                local_addr=NEWCOMER,
                open_timeout=DEADLINE_S,
            ) as person:
                await person.send('{"type":"hello","id":"1"}')
                assert json.loads(await person.recv())["type"] == "ok"
                await person.send('{"type":"chat.start","id":"2","team":"media","text":"Hello"}')
                await eventually(lambda: '"hours_file_read"' in server.log(), "the hours file was read")
                assert "Moved" in await hours_of(server.port)
            assert open_files(server.pid) <= FILES - LEFT
            assert "Too many open files" not in server.log()
    finally:
        server.close()
