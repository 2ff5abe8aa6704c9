"""The part of `switchboard doctor` about the bus between several processes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from functools import partial

from bus.adapters.postgres import PostgresTransport
from bus.adapters.redis import RedisTransport
from bus.adapters.redis_client import client_of
from bus.ports import NotAllowed, Transport, Unreachable
from bus.wakes import payloads
from server.operations.findings import Finding, fine, warning
from server.settings import Settings
from storage.connection_postgres import connect

ARRIVES_S = 3.0
_POLLING = "so several processes notice each other's changes by polling only"
_DEAF = f"DATABASE_URL delivers no notifications, {_POLLING}"
_MEND = (
    "let DATABASE_URL point to PostgreSQL itself, or to a pooler in session mode (PgBouncer: pool_mode=session), "
    "or set REDIS_URL"
)
_DEAF_REDIS = f"REDIS_URL delivers no messages of the desk, {_POLLING}"


def examine_bus(settings: Settings) -> Iterator[Finding]:
    """Send a payload through Redis if it is set, otherwise through PostgreSQL. Nothing is checked on SQLite, or if the
    server cannot be reached."""
    if settings.embedded:
        return
    if settings.redis_url is not None:
        yield from _of_redis(settings, settings.redis_url.get_secret_value())
        return
    try:
        arrives = asyncio.run(carries(PostgresTransport(partial(connect, settings.storage_url))))
    except Unreachable:
        return
    yield fine("bus", "notifications of PostgreSQL arrive") if arrives else warning("bus", _DEAF, _MEND)


def _of_redis(settings: Settings, url: str) -> Iterator[Finding]:
    channel = f"{settings.redis_prefix}bus"
    try:
        arrives = asyncio.run(carries(RedisTransport(partial(client_of, url), channel)))
    except NotAllowed:
        arrives = False
    except Unreachable:
        return
    # A user without the right to publish is not told so: the connection ends.
    mend = f"let the user of REDIS_URL use the channel (ACL SETUSER … &{channel} +publish +subscribe)"
    yield fine("bus", "messages through Redis arrive") if arrives else warning("bus", _DEAF_REDIS, mend)


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
