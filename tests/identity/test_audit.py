from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from identity import audit

ROOT = Path(__file__).parents[2]
COMMANDS = ("server/cli", "server/operations")


def described() -> set[tuple[str, str]]:
    """The verbs and things in the table of `identity.audit`."""
    rows = [row.split("|")[1:3] for row in (audit.__doc__ or "").splitlines() if row.startswith("| `")]
    words = re.compile(r"`([\w.]+)`").findall
    return {(verb, thing) for verbs, things in rows for verb in words(verbs) for thing in words(things)}


def recorded() -> Iterator[tuple[str, str]]:
    """The verbs and things that commands write as literals."""
    for file in (file for folder in COMMANDS for file in (ROOT / folder).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
                name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                verb = {"line": 1, "record": 2}.get(name)
                literals = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
                if verb is not None and verb + 1 < len(literals):
                    said, thing = literals[verb : verb + 2]
                    if isinstance(said, str) and isinstance(thing, str):
                        yield said, thing


def test_table_describes_every_line_of_a_command() -> None:
    found = set(recorded())
    assert ("change", "client") in found and found <= described()
