"""Parameters of a query string, taken one by one: whatever is left over, or was not right, is refused at once."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import TypeVar, overload

from starlette.requests import Request

from clock import from_rfc3339
from refusals import Refused

Choice = TypeVar("Choice", bound=str)

FAULTS_MAX = 20
"""Unknown parameters that are told of."""
VALUES_MAX = 100
"""Values that one parameter may have."""
TEXT_PATTERN = r"^[^\u0000]*$"
"""What a value may be: without the character that no database keeps."""


class Query:
    """The parameters of one request. `close` raises Refused(invalid) with every one at fault."""

    def __init__(self, request: Request) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self._values.setdefault(name, []).append(value)
        self._known: list[str] = []
        self._faults: dict[str, str] = {}

    def many(self, name: str, choices: Collection[str] | None = None) -> tuple[str, ...]:
        """All values of a parameter that may be repeated, each once."""
        self._known.append(name)
        given = self._values.pop(name, [])
        if len(given) > VALUES_MAX:
            self._fault(name, f"At most {VALUES_MAX} values are allowed, not {len(given)}.")
        values = tuple(dict.fromkeys(given))
        for value in values:
            if "\0" in value:
                self._fault(name, "Remove the NUL character.")
            elif choices is not None and value not in choices:
                self._fault(name, f"There is no {value[:40]!r} here. Choose from {', '.join(choices)}.")
        return values

    @overload
    def one(self, name: str) -> str | None: ...
    @overload
    def one(self, name: str, choices: Collection[Choice]) -> Choice | None: ...
    def one(self, name: str, choices: Collection[Choice] | None = None) -> str | None:
        """The value of a parameter that stands once; None where it does not stand, or is none of the choices."""
        values = self._values.get(name, ())
        if len(values) > 1:
            self._fault(name, "Given more than once.")
        found = self.many(name, choices)
        if choices is not None:
            return next((choice for choice in choices if choice in found), None)
        return found[0] if found else None

    def moment(self, name: str) -> int | None:
        """A time in RFC 3339, as ms since the epoch, UTC."""
        text = self.one(name)
        if text is None:
            return None
        try:
            return from_rfc3339(text)
        except (ValueError, OverflowError):
            self._fault(name, f"{text[:40]!r} is no time. Write it like 2026-11-25T09:00:00.000Z.")
            return None

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number within bounds."""
        text = self.one(name)
        if text is None:
            return None
        if text.isascii() and text.isdecimal() and len(text) < 16 and least <= int(text) <= most:
            return int(text)
        self._fault(name, f"{text[:40]!r} is not a number from {least} to {most}.")
        return None

    def close(self) -> None:
        """Raises Refused where anything is at fault, unknown parameters among it."""
        there = f"What can be asked for: {', '.join(self._known)}." if self._known else "None can be given here."
        for name in islice(self._values, FAULTS_MAX):
            self._fault(name[:80], f"Unknown parameter. {there}")
        if self._faults:
            detail = " ".join(f"{name}: {sentence}" for name, sentence in self._faults.items())
            raise Refused("invalid", detail, self._faults)

    def _fault(self, name: str, sentence: str) -> None:
        self._faults.setdefault(name, sentence)
