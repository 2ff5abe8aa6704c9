"""Faults of the settings, as sentences for the operator."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Container, Sequence
from pathlib import Path

from pydantic_core import ErrorDetails

PREFIX = "SWITCHBOARD_"


class SettingsFaults(Exception):
    """The program cannot start. `faults` are lines of the form `WHERE: VALUE: what would be right`."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def sentence_of(detail: ErrorDetails, given: Container[str]) -> str:
    message = str(detail["msg"])
    if detail["type"] == "data":
        return message
    name = str(detail["loc"][0]) if detail["loc"] else "secret"
    if detail["type"] == "secret":
        return f"{_where(name, given)}: unset: {message}"
    return f"{_where(name, given)}: {message}"


def _where(name: str, given: Container[str]) -> str:
    """The source of a setting: the command line, the environment, or a line of `.env`."""
    variable = PREFIX + name.upper()
    if name in given:
        return f"--{name}"
    if any(key.upper() == variable for key in os.environ):
        return variable
    lines = [number for number, key in _lines_of_env() if key == variable]
    return f".env:{lines[-1]}: {variable}" if lines else variable


def _lines_of_env(behind: str = "=") -> list[tuple[int, str]]:
    """The variables in `.env` whose names have our prefix, as pairs (line number, name).

    Only lines in which the name is followed by the pattern `behind` are included.
    """
    try:
        text = Path(".env").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    found = (
        (number, re.match(rf"\s*(?:export\s+)?(\w+)\s*(?:{behind})", line))
        for number, line in enumerate(text.splitlines(), 1)
    )
    named = [(number, match[1].upper()) for number, match in found if match]
    return [(number, name) for number, name in named if name.startswith(PREFIX)]


def unknown_names(known: Sequence[str]) -> list[str]:
    """Faults for names with our prefix that are not in `known`.

    In `.env`, every such name is a fault. In the environment, such a name is a fault only if it looks like a typing
    error. A cluster may set other names with this prefix, such as `SWITCHBOARD_SERVICE_HOST`.
    """
    faults: list[str] = []
    for name in sorted({key.upper() for key in os.environ if key.upper().startswith(PREFIX)}):
        near = _nearest(name, known)
        if near and near != name:
            faults.append(f"{name}: not a setting: did you mean {near}?")
    faults += [f".env:{line}: {name}: no value: {name}=VALUE" for line, name in _lines_of_env(r"(?:#.*)?$|[^\w\s=]")]
    for line, name in _lines_of_env():
        if name.removeprefix(PREFIX) not in known:
            near = _nearest(name, known)
            hint = f"did you mean {near}?" if near else f"{PREFIX} with one of {', '.join(known)}"
            faults.append(f".env:{line}: {name}: not a setting: {hint}")
    return faults


def _nearest(name: str, known: Sequence[str]) -> str | None:
    found = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1, cutoff=0.75)
    return PREFIX + found[0] if found else None
