from __future__ import annotations

import ast

from server import schema
from tests.rules.house import modules


def test_every_module_with_tables_is_part_of_the_schema() -> None:
    """Otherwise the database of a new desk lacks its tables, unless something else happens to import them."""
    with_tables = {
        module.name
        for module in modules()
        if not module.name.startswith(("bench", "migrations"))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any(word.arg == "table" for word in node.keywords)
    }
    assert with_tables
    assert with_tables == {module.__name__ for module in schema.TABLES}
