"""The part of `switchboard doctor` about Redis. `serve` makes the same checks before it starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, RedisError, ResponseError

from bus.adapters.redis_client import client_of
from server.live.processes.redis_of_desk import AnotherDesk, compare, desk_of, mark
from server.operations.findings import Finding, bad, fine, warning
from server.settings import PREFIX, Settings
from storage.opening import open_storage
from storage.ports import StorageUnavailable

OLDEST = (6, 2)
MIB = 1024 * 1024
BUFFER_MIN, BUFFER_SOFT_MIN, BUFFER_S = 8 * MIB, 1 * MIB, 10
"""Of `client-output-buffer-limit pubsub`: the hard limit, and the soft one with its seconds. With less, a process that
is busy for a moment loses its connection."""
_REFUSED = (AuthenticationError, AuthorizationError, NoPermissionError)


def examine_redis(settings: Settings, *, starts: bool = False) -> Iterator[Finding]:
    """The findings about Redis. None if REDIS_URL is not set. If the desk `starts`, the server gets its marker."""
    if settings.redis_url is None:
        return
    if settings.embedded:
        yield bad(
            "redis",
            "REDIS_URL is set without DATABASE_URL: Redis serves several processes, which need PostgreSQL",
            f"set {PREFIX}DATABASE_URL, or unset {PREFIX}REDIS_URL",
        )
        return
    yield from asyncio.run(_examined(settings, settings.redis_url.get_secret_value(), starts))


async def _examined(settings: Settings, url: str, starts: bool) -> list[Finding]:
    client = client_of(url)
    try:
        return [finding async for finding in _findings(settings, client, starts)]
    except (OSError, RedisError) as error:
        # Over a Unix socket, the library wraps the error of the server.
        if isinstance(error, _REFUSED) or isinstance(error.__cause__, _REFUSED):
            mend = f"correct the user and the password in {PREFIX}REDIS_URL, or the rights of the user"
            return [bad("redis", "Redis refuses the user or the password of REDIS_URL", mend)]
        found = f"REDIS_URL cannot be reached ({error}): processes poll, and count limits each for itself"
        return [warning("redis", found, "start Redis, or correct the address. Running processes connect by themselves")]
    finally:
        with suppress(OSError, RedisError):
            await client.aclose()


async def _findings(settings: Settings, client: Redis, starts: bool) -> AsyncIterator[Finding]:
    facts = await client.info()
    for finding in (*_of_version(facts), *_of_role(facts), *_of_memory(facts)):
        yield finding
    try:
        limits = (await client.config_get("client-output-buffer-limit"))["client-output-buffer-limit"]
    except (KeyError, ResponseError):
        # Hosted servers do not show their configuration.
        limits = ""
    for finding in of_buffer(limits or ""):
        yield finding
    try:
        storage = await open_storage(settings.storage_url)
    except StorageUnavailable:
        return
    try:
        await (mark if starts else compare)(client, settings.redis_prefix, await storage.read(desk_of))
    except AnotherDesk:
        yield bad(
            "redis",
            f"another desk uses this Redis with the same prefix {settings.redis_prefix!r}",
            f"set {PREFIX}REDIS_PREFIX to a different text for each desk. "
            "If this desk has just moved to another database, wait a minute",
        )
    else:
        name = "Valkey" if "valkey_version" in facts else "Redis"
        yield fine("redis", f"{name} {_version(facts)} answers")
    finally:
        await storage.close()


def _version(facts: Mapping[str, object]) -> str:
    return str(facts.get("valkey_version") or facts.get("redis_version") or "0")


def _of_version(facts: Mapping[str, object]) -> Iterator[Finding]:
    # Valkey names the version of Redis with which it is compatible too.
    version = str(facts.get("redis_version") or _version(facts))
    numbers = tuple(int(part) if part.isdecimal() else 0 for part in version.split(".")[:2])
    if numbers < OLDEST:
        yield bad("redis", f"the server has version {version}", "use Valkey, or Redis 6.2 or newer")


def _of_role(facts: Mapping[str, object]) -> Iterator[Finding]:
    if facts.get("redis_mode") == "cluster" or facts.get("server_mode") == "cluster":
        yield bad(
            "redis", "the server is part of a cluster, which the desk cannot use", "use a single server or Sentinel"
        )
    if facts.get("role") == "slave":
        mend = f"name the master in {PREFIX}REDIS_URL, or use redis+sentinel://"
        yield bad("redis", "the server is a replica, which takes no changes", mend)


def _of_memory(facts: Mapping[str, object]) -> Iterator[Finding]:
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        yield bad(
            "redis",
            f"maxmemory-policy is {policy}: the server may drop the counts of limits",
            "set maxmemory-policy to noeviction, or give the desk a server of its own",
        )


def of_buffer(limits: str) -> Iterator[Finding]:
    """`limits` is the value of `client-output-buffer-limit`, such as `normal 0 0 0 pubsub 33554432 8388608 60`."""
    words = limits.split()
    if "pubsub" not in words:
        return
    at = words.index("pubsub") + 1
    hard, soft, seconds = map(int, words[at : at + 3])
    if 0 < hard < BUFFER_MIN or (0 < soft < BUFFER_SOFT_MIN and seconds < BUFFER_S):
        found = f"{hard // 1024} KiB, or {soft // 1024} KiB for {seconds} s"
        yield warning(
            "redis",
            f"client-output-buffer-limit pubsub is {found}: busy processes lose their connection",
            "set client-output-buffer-limit to `pubsub 32mb 8mb 60`",
        )
