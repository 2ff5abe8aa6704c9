"""Parameters of a call. A query parameter is declared once: for reading it, and for the API description."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, Generic, TypeVar

from msgspec import Meta
from starlette.requests import HTTPConnection

from clock import from_rfc3339
from refusals import Refused

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Choice = TypeVar("Choice", bound=str)

FAULTS_MAX = 20
"""Maximum number of unknown parameters named in a refusal."""
VALUES_MAX = 100
"""Maximum number of values of one parameter."""
TEXT_PATTERN = r"^[^\u0000]*$"
"""Any text without NUL, because PostgreSQL cannot store NUL."""
REFUSED_IN_QUERIES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f"
"""The control characters that no query may have, as ranges of a regular expression."""
_MOMENT = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path, the query or the headers.

    `type` is its Python type with its constraints. A query parameter of type `list[…]` may be repeated.
    """

    name: str
    type: object
    description: str = ""
    choices: tuple[str, ...] = ()
    """The allowed values of the parameter, or of each item if it is a list."""


@dataclass(frozen=True, slots=True)
class QueryParameter(Parameter, Generic[T_co]):
    read: Callable[[Query], T_co] = field(kw_only=True)
    """Reads the value from the query. Records a fault if the value is wrong."""


class Query:
    """The query of one request. Once `check` has passed, `query[PARAMETER]` is the value of a parameter."""

    def __init__(self, request: HTTPConnection) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self._values.setdefault(name, []).append(value)
        self._faults: dict[str, str] = {}

    def __getitem__(self, parameter: QueryParameter[T]) -> T:
        return parameter.read(self)

    def check(self, declared: Sequence[QueryParameter[object]]) -> None:
        """Raises Refused(invalid) with every wrong parameter, and with at most FAULTS_MAX parameters that are not
        declared."""
        for parameter in declared:
            parameter.read(self)
        names = [parameter.name for parameter in declared]
        known = f"Known parameters: {', '.join(names)}." if names else "This call takes none."
        for name in islice((name for name in self._values if name not in names), FAULTS_MAX):
            self.fault(name[:80], f"Unknown parameter. {known}")
        if self._faults:
            detail = " ".join(f"{name}: {sentence}" for name, sentence in self._faults.items())
            raise Refused("invalid", detail, self._faults)

    def values(self, name: str, choices: Collection[str] = ()) -> tuple[str, ...]:
        """All values of a parameter, without repetitions. Notes a fault if there are too many values, or if a value
        contains NUL or is not one of `choices`."""
        given = self._values.get(name, ())
        if len(given) > VALUES_MAX:
            self.fault(name, f"At most {VALUES_MAX} values are allowed, not {len(given)}.")
        values = tuple(dict.fromkeys(given))
        for value in values:
            if "\0" in value:
                self.fault(name, "Remove the NUL character.")
            elif choices and value not in choices:
                self.fault(name, f"There is no {value[:40]!r} here. Choose from {', '.join(choices)}.")
        return values

    def value(self, name: str, choices: Collection[str] = ()) -> str | None:
        if len(self._values.get(name, ())) > 1:
            self.fault(name, "Given more than once.")
        found = self.values(name, choices)
        return found[0] if found else None

    def fault(self, name: str, sentence: str) -> None:
        self._faults.setdefault(name, sentence)


def many(name: str, description: str = "", choices: Collection[str] = ()) -> QueryParameter[tuple[str, ...]]:
    return QueryParameter(name, list[str], description, tuple(choices), read=lambda query: query.values(name, choices))


def text(name: str, description: str = "") -> QueryParameter[str | None]:
    return QueryParameter(name, str, description, read=lambda query: query.value(name))


def choice(
    name: str, choices: Collection[Choice], description: str = "", *, type: object = None
) -> QueryParameter[Choice | None]:
    """A parameter that has one of `choices`.

    If `type` is set, the API description has this type in place of the choices.
    """

    def read(query: Query) -> Choice | None:
        value = query.value(name, choices)
        return next((choice for choice in choices if choice == value), None)

    listed = () if type is not None else tuple(choices)
    return QueryParameter(name, type if type is not None else str, description, listed, read=read)


def number(name: str, least: int, most: int, description: str) -> QueryParameter[int | None]:
    def read(query: Query) -> int | None:
        text = query.value(name)
        if text is None:
            return None
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
            return int(text)
        query.fault(name, f"{text[:40]!r} is not a number from {least} to {most}.")
        return None

    return QueryParameter(name, Annotated[int, Meta(ge=least, le=most)], description, read=read)


def moment(name: str, description: str) -> QueryParameter[int | None]:
    """A time in RFC 3339, read as milliseconds since the epoch, UTC."""

    def read(query: Query) -> int | None:
        text = query.value(name)
        if text is None:
            return None
        try:
            return from_rfc3339(text)
        except (ValueError, OverflowError):
            query.fault(name, f"{text[:40]!r} is not a time. Write it like 2026-11-25T09:00:00.000Z.")
            return None

    return QueryParameter(name, _MOMENT, description, read=read)
