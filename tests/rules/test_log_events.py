from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.rules.house import ROOT, modules

LEVELS = {"info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"`([a-z_]+)`")


def logged() -> Iterator[str]:
    """The names of the events that the server logs, except at the level `debug` and in the demo."""
    for module in modules():
        if module.name.startswith(("bench", "server.demo")):
            continue
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS and "log" in ast.unparse(call.func):
                yield from constants(call.args[:1])
            # `server.live.runner.whenever_woken` logs these names for its callers.
            yield from constants([key.value for key in call.keywords if key.arg in ("postponed", "failed")])


def constants(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        for node in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_table_of_log_events_in_operating_has_exactly_the_logged_events() -> None:
    """A new event needs a row in docs/operating.md."""
    _, _, rest = (ROOT / "docs/operating.md").read_text().partition("| event | meaning |\n|---|---|\n")
    rows = rest.partition("\n\n")[0].splitlines()
    described = [name for row in rows for name in EVENT.findall(row.split("|")[1])]
    assert len(described) == len(set(described))
    assert set(described) == set(logged())
