"""While lists and searches take as long as they like, the desk goes on."""

from __future__ import annotations

import asyncio

from storage.ports import Tx
from tests.running import DEADLINE_S, RunningDesk, cancelled, eventually

LONG = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1e9) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(600)",
}


async def test_full_heavy_read_limit_delays_nothing_else(desk: RunningDesk) -> None:
    """Sign-in, hello, resume, messages and readiness never wait for lists, searches or exports."""

    def long(tx: Tx) -> None:
        begun.append(tx)
        tx.session.connection().exec_driver_sql(LONG[tx.dialect])

    begun: list[Tx] = []
    customer = await desk.customer()
    chat = (await customer.command("chat.start", team="media", text="Hello"))["chat"]
    storage = desk.desk.storage
    taken = [asyncio.create_task(storage.read(long, kind)) for kind in ("heavy", "heavy", "export")]
    await eventually(lambda: len(begun) == 3, "all are taken")
    http = desk.http(customer.token)
    async with asyncio.timeout(DEADLINE_S):
        # It may be late once on a busy machine. If it waited for the reads, it would be late each time.
        while (await http.get("/readyz")).status_code != 200:
            pass
    assert (await http.get("/api/me")).json()["kind"] == "customer"
    await (await desk.staff("Maya")).command("presence.set", status="available")
    again = await desk.customer(customer.token)
    await again.command("chat.resume", chat=chat, after=0)
    await again.command("message.send", chat=chat, text="Still here")
    await cancelled(*taken)
