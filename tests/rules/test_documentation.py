from __future__ import annotations

import ast
import re

import typer.main

from server.cli import app
from tests.rules.house import ROOT, modules


def test_every_module_has_a_docstring() -> None:
    """Functions and classes need one only if their name does not say it all."""
    found = [module.where for module in modules() if module.tree.body and not ast.get_docstring(module.tree)]
    assert found == []


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


def test_readme_names_every_command() -> None:
    cells = re.findall(r"^\| (`[a-z].+?) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`([a-z]+)", cell)}
    assert sorted(set(typer.main.get_group(app).commands) - named) == []
