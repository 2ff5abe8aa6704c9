"""Clients of Redis or Valkey, by their address.

- `redis://user:password@host:6379/0`, with TLS `rediss://…`, over a Unix socket `unix:///path?db=0`. These are the
  addresses of the library `redis`, with its parameters, such as `ssl_ca_certs`.
- `redis+sentinel://user:password@host:26379,host:26379/name/0`: the server that the sentinels name as master of `name`.
  With `rediss+sentinel://`, TLS is used with the sentinels and the server. `sentinel_username` and `sentinel_password`
  sign in at the sentinels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.asyncio import Redis, Sentinel
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff

SENTINEL_PORT = 26_379
ANSWER_S = 3.0
"""Without an answer for this long, a connection counts as lost."""
SENTINEL_SCHEMES = ("redis+sentinel", "rediss+sentinel")
TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


class _Pool(Protocol):
    def make_connection(self) -> object: ...


class _OpenSentinels(Protocol):
    def __call__(
        self, sentinels: list[tuple[str, int]], *, sentinel_kwargs: Mapping[str, object], **connection_kwargs: object
    ) -> Sentinel: ...


class Watched(NamedTuple):
    """A server that sentinels watch."""

    sentinels: list[tuple[str, int]]
    name: str
    db: int


class _OfSentinels(Redis):
    """Closes its connections to the sentinels too. The library leaves them open."""

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        pool = self.connection_pool
        await super().aclose(close_connection_pool)
        if isinstance(pool, SentinelConnectionPool):
            for sentinel in pool.sentinel_manager.sentinels:
                await sentinel.aclose()


def check(url: str) -> None:
    """Raises ValueError if `url` is not the address of a Redis server."""
    parts = urlsplit(url)
    if parts.scheme in SENTINEL_SCHEMES:
        _watched(parts)
        known = {"sentinel_username", "sentinel_password"} | (
            set(TLS_FILES) if parts.scheme == "rediss+sentinel" else set()
        )
        if dict(parse_qsl(parts.query)).keys() - known:
            raise ValueError("a parameter is unknown")
        return
    parse_url(url)
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError("no host")
    if parts.scheme != "unix" and not (parts.path.strip("/") or "0").isdecimal():
        raise ValueError("the path is no number of a database")
    pool: _Pool = client_of(url).connection_pool
    try:
        pool.make_connection()
    except TypeError as error:
        raise ValueError("a parameter is unknown") from error


def client_of(url: str) -> Redis:
    """A client that connects when it is first used, and never repeats a command by itself."""
    parts = urlsplit(url)
    once = Retry(NoBackoff(), 0)
    if parts.scheme not in SENTINEL_SCHEMES:
        return Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S, retry=once)
    watched, query = _watched(parts), dict(parse_qsl(parts.query))
    common: dict[str, object] = {"socket_timeout": ANSWER_S, "socket_connect_timeout": ANSWER_S, "retry": once}
    if parts.scheme == "rediss+sentinel":
        common |= {"ssl": True} | {key: query[key] for key in TLS_FILES if key in query}
    at_sentinels = {"username": query.get("sentinel_username"), "password": query.get("sentinel_password")}
    at_server = {"username": _decoded(parts.username), "password": _decoded(parts.password), "db": watched.db}
    open_sentinels: _OpenSentinels = Sentinel
    sentinels = open_sentinels(watched.sentinels, sentinel_kwargs=common | at_sentinels, **(common | at_server))
    client: Redis = sentinels.master_for(watched.name, redis_class=_OfSentinels)
    return client


def _watched(parts: SplitResult) -> Watched:
    hosts = parts.netloc.rpartition("@")[2]
    name, _, db = parts.path.strip("/").partition("/")
    if not hosts or not name:
        raise ValueError("the hosts of the sentinels or the name of the master is missing")
    return Watched([_host(host) for host in hosts.split(",")], unquote(name), int(db or 0))


def _host(text: str) -> tuple[str, int]:
    host, _, port = text[1:].partition("]") if text.startswith("[") else text.partition(":")
    if not host:
        raise ValueError("a sentinel has no host")
    return host, int(port.removeprefix(":") or SENTINEL_PORT)


def _decoded(text: str | None) -> str | None:
    return unquote(text) if text else None
