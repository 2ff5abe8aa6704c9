from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.house import modules

LIVE = {
    "routing", "floor", "hub", "here", "open_chats", "presence", "attendance", "unverified_chats", "silences",
    "telling", "news", "limits", "admissions", "reading", "background_tasks",
}  # fmt: skip
"""Attributes that hold live state, with or without an underscore."""


def test_transaction_code_reads_no_live_state() -> None:
    """Callbacks of `after_commit` may, because they run on the event loop."""
    found = [
        f"{module.where}:{node.lineno} .{node.attr}"
        for module in modules()
        if module.name.startswith("server.")
        for unit in ast.walk(module.tree)
        if isinstance(unit, ast.FunctionDef | ast.Lambda) and "tx" in _parameters(unit)
        for node in _inside(unit)
        if isinstance(node, ast.Attribute) and node.attr.removeprefix("_") in LIVE
    ]
    assert found == []


def _parameters(unit: ast.FunctionDef | ast.Lambda) -> set[str]:
    return {one.arg for one in (*unit.args.posonlyargs, *unit.args.args, *unit.args.kwonlyargs)}


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The code that runs in the transaction: without arguments of `after_commit` and functions without a `tx`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr == "after_commit":
            continue
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            continue
        yield child
        yield from _inside(child)
