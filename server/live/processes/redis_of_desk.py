"""The Redis server of a desk: its marker, by which a second desk with the same prefix is noticed, and its transport."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from redis.asyncio import Redis
from sqlalchemy import text

from bus.adapters.postgres import PostgresTransport
from bus.adapters.redis import RedisTransport
from bus.adapters.redis_client import client_of
from bus.ports import Transport, Unreachable
from server.settings import Settings
from storage import facts
from storage.connection_postgres import connect
from storage.ports import Storage, StorageUnavailable, Tx

MARKED_S = 60
"""Without a renewal, the marker lasts this long."""


class AnotherDesk(Unreachable):
    """Another desk uses this server with the same prefix."""


def transport_of(settings: Settings, storage: Storage) -> Transport:
    """The transport of the bus: Redis if it is set, otherwise PostgreSQL."""
    if settings.redis_url is None:
        return PostgresTransport(partial(connect, settings.storage_url))
    prefix = settings.redis_prefix

    async def check(client: Redis) -> None:
        try:
            desk = await storage.read(desk_of)
        except StorageUnavailable as error:
            raise Unreachable("the database is away") from error
        await mark(client, prefix, desk)

    return RedisTransport(partial(client_of, settings.redis_url.get_secret_value()), f"{prefix}bus", check)


async def mark(client: Redis, prefix: str, desk: str) -> None:
    """Set or renew the marker of the desk with the id `desk`. Raises AnotherDesk."""
    key = f"{prefix}desk"
    if not await client.set(key, desk, nx=True, ex=MARKED_S):
        await compare(client, prefix, desk)
        await client.set(key, desk, ex=MARKED_S)


async def compare(client: Redis, prefix: str, desk: str) -> None:
    """Raises AnotherDesk if the marker is that of another desk."""
    known = await client.get(f"{prefix}desk")
    if known is not None and known not in (desk, desk.encode()):
        raise AnotherDesk(f"another desk uses the prefix {prefix!r}")


def desk_of(tx: Tx) -> str:
    """The id of the desk on PostgreSQL. A copy of the database has another id, a promoted standby the same."""
    connection = tx.session.connection()
    if connection.scalar(text("SELECT has_function_privilege('pg_control_system()', 'execute')")):
        server = connection.scalar(text("SELECT system_identifier::text FROM pg_control_system()"))
    else:
        server = facts.get(tx, "epoch")
    name = connection.scalar(text("SELECT current_database()"))
    return sha256(f"{server}/{name}".encode()).hexdigest()[:32]
