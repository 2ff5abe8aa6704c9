"""Outgoing connections leave through `egress`, and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rules.house import Module, modules

ALLOWED = {
    "egress.pinned": "the port itself",
    "egress.names": "the port itself: resolves names",
    "egress.port": "the port itself",
    "mail.adapters.smtp": "SMTP delivery, to the mail server of SMTP_URL, which only the operator sets",
    "server.demo.customers": "the demo's scripted customers connect to the demo, on this machine",
    "server.serving": "resolves the address that the operator lets the server listen on",
    "server.operations.doctor": "`doctor` tries the mail server of SMTP_URL",
    "server.edge.neighbours": "forwards requests to the other workers, over Unix sockets in a folder of this server",
    "storage": "PostgreSQL, at DATABASE_URL, which only the operator sets",
    "bus.adapters.redis": "Redis at REDIS_URL, which only the operator sets",
    "bus.adapters.redis_client": "Redis at REDIS_URL, which only the operator sets",
    "server.live.processes.redis_of_desk": "marks the Redis server of the desk",
    "server.operations.doctor_redis": "`doctor` tries the Redis server of REDIS_URL",
    "bus.adapters.postgres": "LISTEN and NOTIFY of PostgreSQL; uses a connection of storage",
    "counters.adapters.redis": "Redis at REDIS_URL, which only the operator sets",
    "chat.adapters.journal_postgres": "names the types of asyncpg; uses connections of storage",
}
"""Modules and packages that open connections, with the reason."""
CLIENTS = frozenset(
    [
        "aiohttp",
        "aiosmtplib",
        "asyncpg",
        "dns",
        "ftplib",
        "http.client",
        "httpcore",
        "httpcore2",
        "httpx",
        "httpx2",
        "imap_tools",
        "imaplib",
        "nntplib",
        "poplib",
        "psycopg",
        "redis",
        "requests",
        "smtplib",
        "telnetlib",
        "urllib.request",
        "urllib3",
        "websockets.asyncio.client",
        "websockets.client",
        "websockets.sync",
        "xmlrpc",
    ]
)
"""Modules that open connections, or resolve names."""
CALLS = frozenset(
    [
        "connect_ex",
        "create_connection",
        "create_datagram_endpoint",
        "create_unix_connection",
        "getaddrinfo",
        "gethostbyname",
        "gethostbyname_ex",
        "open_connection",
        "open_unix_connection",
        "sendto",
        "sock_connect",
        "sock_sendto",
        "start_tls",
        "urlopen",
    ]
)


def connections(tree: ast.Module) -> Iterator[str]:
    """`LINE: reason` for each thing that may open a connection."""
    with_sockets = False
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                imported = [name.name for name in names]
            case ast.ImportFrom(module=str(source), names=names, level=0):
                imported = [source, *(f"{source}.{name.name}" for name in names)]
            case ast.Call(func=ast.Attribute(attr=called) | ast.Name(id=called)) if called in CALLS:
                yield f"{node.lineno}: calls {called}"
                continue
            case _:
                continue
        with_sockets |= "socket" in imported
        yield from (f"{node.lineno}: imports {name}" for name in imported if _client(name))
    if with_sockets:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect":
                yield f"{node.lineno}: connects a socket"


def _client(name: str) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in CLIENTS for length in range(1, len(parts) + 1))


def allowed(module: Module) -> bool:
    parts = module.name.split(".")
    return parts[0] == "bench" or any(".".join(parts[:length]) in ALLOWED for length in range(1, len(parts) + 1))


def test_modules_open_no_outgoing_connection() -> None:
    """They call `Egress` instead."""
    found = [
        f"{module.where}: {one}" for module in modules() if not allowed(module) for one in connections(module.tree)
    ]
    assert found == []


def test_every_exception_is_needed() -> None:
    for name in ALLOWED:
        own = [module for module in modules() if f"{module.name}.".startswith(f"{name}.")]
        assert any(list(connections(module.tree)) for module in own), name


@pytest.mark.parametrize(
    "line",
    [
        "import httpx2",
        "import http.client",
        "from http import client",
        "from urllib.request import urlopen",
        "import urllib.request as somewhere",
        "from httpcore2 import AsyncConnectionPool",
        "import asyncio\nasyncio.open_connection('a', 1)",
        "from asyncio import open_connection\nopen_connection('a', 1)",
        "loop.create_connection(make, 'a', 1)",
        "import socket\nsocket.socket().connect(('a', 1))",
        "import smtplib",
        "import redis.asyncio",
        "from websockets.asyncio.client import connect",
    ],
)
def test_check_finds_each_way_out(line: str) -> None:
    assert list(connections(ast.parse(line)))
