from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.house import Module, modules

MODULE_MAX = 400
FUNCTION_MAX = 40
"""Lines without the docstring."""


def too_long(module: Module) -> Iterator[str]:
    lines = len(module.file.read_text("utf-8").splitlines())
    if lines > MODULE_MAX:
        yield f"{module.where}: {lines} lines; at most {MODULE_MAX}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            length = (node.end_lineno or node.lineno) - first.lineno + 1
            if length > FUNCTION_MAX:
                yield f"{module.where}:{node.lineno} {node.name}: {length} lines; at most {FUNCTION_MAX}"


def test_modules_and_their_functions_are_short() -> None:
    """Without migrations, which are never edited."""
    assert [long for module in modules() if not module.name.startswith("migrations") for long in too_long(module)] == []
