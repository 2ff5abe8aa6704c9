"""Counts the exceptions to the code rules and compares them with `exceptions.json`.

`python -m tests.rules.exceptions` prints the counts and exits with 1 if one has grown. `--write` stores the current
counts, after a number fell too.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.rules.house import ROOT, tracked

AGREED = Path(__file__).with_suffix(".json")
COMMENTS = {
    "# type: ignore": re.compile(r"#\s*type:\s*ignore"),
    "# noqa": re.compile(r"#\s*noqa"),
    "# fmt: off, # fmt: skip": re.compile(r"#\s*fmt:\s*(?:off|skip)"),
    "# pragma: no cover": re.compile(r"#\s*pragma:\s*no cover"),
}
CALLS = {"cast": "cast()", "skip": "skipped tests", "skipif": "skipped tests", "importorskip": "skipped tests",
         "xfail": "tests expected to fail"}  # fmt: skip
SCRIPTS = {
    "biome-ignore": re.compile(r"biome-ignore"),
    "@ts-ignore, @ts-expect-error, @ts-nocheck": re.compile(r"@ts-(?:ignore|expect-error|nocheck)"),
    "any in JSDoc": re.compile(r"\*.*@\w+\s*\{[^}]*\bany\b"),
}


def in_python(source: str) -> Iterator[str]:
    """Each exception in a Python file, by its kind."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from (kind for kind, pattern in COMMENTS.items() if pattern.search(token.string))
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id="Any") | ast.Attribute(attr="Any"):
                yield "Any"
            case ast.Call(func=ast.Name(id=called)) | ast.Call(func=ast.Attribute(attr=called)) if called in CALLS:
                yield CALLS[called]
            case ast.Attribute(attr="skip" | "xfail" as mark, value=ast.Attribute(attr="mark")):
                yield CALLS[mark]


def in_script(source: str) -> Iterator[str]:
    """Each exception in a JavaScript file, by its kind."""
    for kind, pattern in SCRIPTS.items():
        yield from (kind for _ in pattern.finditer(source))


def in_settings(source: str) -> Iterator[str]:
    """Each exception that pyproject.toml makes for whole files, warnings or rules."""
    tool = tomllib.loads(source)["tool"]
    lint = tool["ruff"]["lint"]
    yield from ("rules of ruff left out" for _ in lint["ignore"])
    yield from ("rules of ruff left out for some files" for rules in lint["per-file-ignores"].values() for _ in rules)
    yield from ("overrides for mypy" for _ in tool["mypy"].get("overrides", ()))
    warnings = tool["pytest"]["ini_options"]["filterwarnings"]
    yield from ("warnings let through" for line in warnings if line.startswith(("ignore", "default")))


def count() -> Counter[str]:
    """The exceptions in the whole repository, by their kind."""
    kinds = [*COMMENTS.keys(), *SCRIPTS.keys(), *CALLS.values(), "Any"]
    found = Counter(dict.fromkeys(kinds, 0))
    for file in tracked():
        if {"vendor", "packed"} & set(file.parts):
            continue
        reader = {".py": in_python, ".js": in_script}.get(file.suffix)
        if reader is not None:
            found.update(reader(file.read_text("utf-8")))
    found.update(in_settings((ROOT / "pyproject.toml").read_text("utf-8")))
    return found


def main(words: list[str]) -> int:
    """Print or store the counts; the exit status."""
    found = count()
    if words == ["--write"]:
        AGREED.write_text(json.dumps(dict(sorted(found.items())), indent=2) + "\n", "utf-8")
    agreed: dict[str, int] = json.loads(AGREED.read_text("utf-8"))
    grown = [kind for kind in found if found[kind] > agreed.get(kind, 0)]
    for kind in sorted(found):
        print(f"{found[kind]:5}  of at most {agreed.get(kind, 0):3}  {kind}{'  <- too many' if kind in grown else ''}")
    if grown:
        print(f"Do without them; or say in the commit why it must be, and: python -m {__spec__.name} --write")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
