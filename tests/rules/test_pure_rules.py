from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rules.house import ROOMS, Module, modules

WORLD = frozenset({
    "aiosqlite", "alembic", "anyio", "argon2", "asyncio", "asyncpg", "concurrent", "http", "httpx2", "importlib", "io",
    "jinja2", "logging", "multiprocessing", "os", "pathlib", "pwdlib", "random", "redis", "secrets", "selectors",
    "shutil", "signal", "socket", "sqlalchemy", "sqlite3", "sqlmodel", "ssl", "starlette", "structlog", "subprocess",
    "sys", "tempfile", "threading", "time", "typer", "uuid_utils", "uvicorn", "websockets", "yaml",
})  # fmt: skip
"""Modules by which a program reads, writes, waits, guesses or looks at the clock."""
CALLS = frozenset({"open", "input", "print", "breakpoint", "exec", "eval", "__import__"})
CLOCKS = frozenset({"now", "utcnow", "today", "system_clock", "steady_clock", "uuid1", "uuid4", "uuid7"})
"""Whatever they are asked of (`datetime.now()`, `date.today()`, `uuid.uuid4()`): moments and ids are passed in."""
TOUCHING = frozenset({"identity.passwords", "identity.sealing", "identity.staff", "identity.tokens"})
"""Modules beside the rules that make ids, or make or hide secrets, and so need chance."""


def pure() -> list[Module]:
    """The modules with rules, events and errors."""
    rooms = [module for module in modules() if module.name.split(".")[0] in ROOMS and "." in module.name]
    return [
        module
        for module in rooms
        if module.name.split(".")[1] not in ("adapters", "service", "ports") and module.name not in TOUCHING
    ]


def impurities(tree: ast.Module) -> Iterator[str]:
    """`LINE: reason` for each impurity."""
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for name in names:
                    if name.name.split(".")[0] in WORLD:
                        yield f"{node.lineno}: imports {name.name}"
            case ast.ImportFrom(module="io", names=[ast.alias(name="BytesIO")]):
                pass  # memory, not a file
            case ast.ImportFrom(module=str(source), names=names):
                if source.split(".")[0] in WORLD:
                    yield f"{node.lineno}: imports {source}"
                yield from (f"{node.lineno}: imports {name.name}" for name in names if name.name in CLOCKS)
            case ast.Call(func=ast.Name(id=called)) if called in (CALLS | CLOCKS) - own:
                yield f"{node.lineno}: calls {called}()"
            case ast.Call(func=ast.Attribute(attr=called)) if called in CLOCKS:
                yield f"{node.lineno}: calls .{called}()"
            case (ast.AsyncFunctionDef() | ast.AsyncWith() | ast.AsyncFor() | ast.Await()) as found:
                yield f"{found.lineno}: is asynchronous"


def test_rule_modules_are_pure() -> None:
    """No I/O, no waiting, no randomness and no clock: `now` is a parameter."""
    assert [f"{module.where}:{one}" for module in pure() for one in impurities(module.tree)] == []


def test_purity_check_covers_every_package() -> None:
    """Otherwise the check above could skip a package unnoticed."""
    assert {module.name.split(".")[0] for module in pure()} == set(ROOMS)


@pytest.mark.parametrize(
    "line",
    [
        "import asyncio",
        "import os.path",
        "from time import monotonic",
        "from datetime import datetime\ndatetime.now()",
        "from clock import system_clock",
        "import clock\nclock.system_clock()",
        "import uuid\nuuid.uuid4()",
        "from random import choice",
        "from sqlmodel import Session",
        "open('hours.yaml')",
        "async def f(): ...",
    ],
)
def test_purity_check_finds_each_kind_of_side_effect(line: str) -> None:
    assert list(impurities(ast.parse(line)))
