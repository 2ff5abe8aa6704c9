"""The part of `switchboard doctor` about the bus between several processes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from functools import partial

from bus.adapters.postgres import PostgresTransport
from bus.ports import Transport, Unreachable
from bus.wakes import payloads
from server.operations.findings import Finding, fine, warning
from server.settings import Settings
from storage.connection_postgres import connect

ARRIVES_S = 3.0
_DEAF = "DATABASE_URL delivers no notifications, so several processes would notice each other's changes by polling only"
_MEND = "let DATABASE_URL point to PostgreSQL itself, or to a pooler in session mode (PgBouncer: pool_mode=session)"


def examine_bus(settings: Settings) -> Iterator[Finding]:
    """Send a payload through PostgreSQL. Nothing is checked on SQLite, or if PostgreSQL cannot be reached."""
    if settings.embedded:
        return
    try:
        arrives = asyncio.run(carries(PostgresTransport(partial(connect, settings.storage_url))))
    except Unreachable:
        return
    yield fine("bus", "notifications of PostgreSQL arrive") if arrives else warning("bus", _DEAF, _MEND)


async def carries(transport: Transport, within_s: float = ARRIVES_S) -> bool:
    """True if a payload that is sent through the transport arrives in time. Raises Unreachable."""
    arrived = asyncio.Event()
    # Running processes of the desk get the payload too. It has no wake-ups for them.
    (sent,) = payloads(f"doctor-{secrets.token_hex(8)}", {}, transport.payload_max)
    link = await transport.connect(lambda payload: arrived.set() if payload == sent else None)
    try:
        await link.send(sent)
        async with asyncio.timeout(within_s):
            await arrived.wait()
    except TimeoutError:
        return False
    finally:
        await link.close()
    return True
