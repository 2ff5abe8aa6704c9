from __future__ import annotations

import ast

import pytest

from tests.rules.house import Module, modules


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_module_has_docstring(module: Module) -> None:
    """Functions and classes need one only if their name does not say it all."""
    assert ast.get_docstring(module.tree) or not module.tree.body, f"{module.where}:1 has no docstring"


def test_module_docstring_begins_with_its_subject() -> None:
    """A relative clause, such as "What pages ask", needs a second look. Migrations stay as they were written."""
    asks = {"What", "Which", "How", "Who", "Whose", "Whether", "Where", "Why"}
    found = [
        module.where
        for module in modules()
        if not module.name.startswith("migrations.")
        and (ast.get_docstring(module.tree) or "").partition(" ")[0] in asks
    ]
    assert found == []
