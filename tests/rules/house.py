"""The modules of the program and the files of the repository, for the rules."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "alarms",
    "assist",
    "attachments",
    "automations",
    "availability",
    "canned_replies",
    "chat",
    "escalation",
    "following",
    "identity",
    "inbox",
    "knowledge",
    "learning",
    "mail",
    "reports",
    "reviews",
    "routing",
    "search",
    "ticketing",
    "webhooks",
)
PACKAGES = (
    "bench",
    "bus",
    "clock",
    "counters",
    "egress",
    "fairness",
    "migrations",
    "refusals",
    "server",
    "storage",
    "texts",
    "widgets",
    "zendesk",
    *ROOMS,
)


@dataclass(frozen=True)
class Module:
    """A module of the program, parsed but not imported."""

    name: str
    """The full name, like `chat.adapters.hub`."""
    file: Path

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed on first use."""
        return ast.parse(self.file.read_text("utf-8"), str(self.file))

    @property
    def where(self) -> str:
        return self.file.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Module, ...]:
    """Every module of every package, without tests."""
    files = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return tuple(Module(_name(file), file) for file in files)


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks or would add."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(file for name in listed.split("\0") if name and (file := ROOT / name).is_file()))
