"""Whatever a reader may call says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.rules.house import Module, modules


def undocumented(module: Module) -> Iterator[str]:
    """`FILE:LINE name`, for the module and each public class and function in it that has no docstring."""
    if not ast.get_docstring(module.tree) and module.tree.body:
        yield f"{module.where}:1 the module"
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{module.where}:{node.lineno} {node.name}"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_what_is_public_is_documented(module: Module) -> None:
    """Every module, and every public class and function of one, has a docstring."""
    assert list(undocumented(module)) == []
