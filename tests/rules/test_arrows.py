from __future__ import annotations

import ast
import subprocess
import sys

from tests.rules.house import ROOT, modules


def test_imports_follow_the_layer_contracts() -> None:
    """No package imports one above or beside it. Within a package, no rule imports its orchestration."""
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    checked = subprocess.run([*words, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_only_the_ports_module_of_widgets_reads_app_state() -> None:
    """`app.state` is untyped, so import-linter cannot check it."""
    reaching = [
        module.where
        for module in modules()
        if module.name.startswith("widgets.")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "state"
    ]
    assert reaching == ["widgets/ports.py"]
