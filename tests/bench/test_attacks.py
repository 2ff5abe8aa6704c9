from __future__ import annotations

import asyncio
from contextlib import suppress

from bench.attacks import Target, run_until


async def test_attack_told_to_stop_before_its_first_answer_waits_for_it() -> None:
    """The report of an attack that asks tells of an answer, however slow the desk is."""
    told = asyncio.Event()

    async def answer_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        told.set()
        await asyncio.sleep(0)  # Whoever waits for `told` goes on first.
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer_late, "127.0.0.1", 0)
    target = Target(server.sockets[0].getsockname()[1], "127.0.0.2")

    async def attack() -> None:
        target.did["left"] += 40
        await target.ask(target.request("GET", "/"))
        await asyncio.Event().wait()

    async with server:
        with suppress(asyncio.CancelledError):
            await run_until(told, target, attack())
    assert target.did == {"left": 40, "200": 1}
