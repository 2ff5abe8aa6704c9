"""The rooms know each other only along the arrows: the contracts of pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests.rules.house import ROOT, modules


def test_every_import_follows_the_arrows() -> None:
    """No room imports one above or beside it, and inside a room no rule imports what orchestrates it."""
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    checked = subprocess.run([*words, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_pages_reach_the_program_through_their_port_only() -> None:
    """`app.state` is untyped, and import-linter does not see it."""
    reaching = [
        module.where
        for module in modules()
        if module.name.startswith("widgets.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "state"
    ]
    assert reaching == ["widgets/ports.py"]
