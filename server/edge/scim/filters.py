"""Filters of SCIM, as identity providers use them: `ATTRIBUTE eq VALUE`, joined by `and`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from refusals import Refused

TERMS_MAX = 10
_CORE = r"urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group)"
_SCHEMA = re.compile(_CORE, re.IGNORECASE)
_URN = re.compile(f"{_CORE}:", re.IGNORECASE)
_TERM = re.compile(
    r"\s*(?P<name>[A-Za-z]\w*)(?:\[[^\]\"]*(?:\"[^\"]*\"[^\]\"]*)*\])?(?:\.(?P<sub>\w+))?"
    r"\s+eq\s+(?P<value>\"(?:[^\"\\]|\\.)*\"|true|false|null)\s*",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"(?<!\w)([A-Za-z]\w*)\[\s*(value\s+eq\s+\"(?:[^\"\\]|\\.)*\")\s*\](?=\s|$)", re.IGNORECASE)
"""A condition in brackets: `members[value eq "7"]` means `members.value eq "7"`. The search starts only
where a name starts: otherwise a long name would take a time that grows with the square of its length."""
_AND = re.compile(r"and\s", re.IGNORECASE)
_EXACT = frozenset({"id", "externalid", "members"})
"""Attributes whose values are compared with their case."""

Term = tuple[str, str, object]
"""The attribute, its sub-attribute and the value. Names are in lower case."""


def without_urn(text: str) -> str:
    """The name of an attribute without the schema in front of it."""
    return _URN.sub("", text)


def is_schema(text: str) -> bool:
    """True for the name of the schema of users or groups, without an attribute."""
    return _SCHEMA.fullmatch(text) is not None


def terms_of(text: str) -> Sequence[Term]:
    """The terms of a filter. Raises Refused(invalid) for anything else than `eq` and `and`."""
    rest, terms = _INSIDE.sub(r"\1.\2", without_urn(text)), list[Term]()
    while True:
        found = _TERM.match(rest)
        if found is None or len(terms) == TERMS_MAX:
            raise _unknown(text)
        terms.append((found["name"].lower(), (found["sub"] or "value").lower(), _value(found["value"], text)))
        rest = rest[found.end() :]
        if not rest:
            return terms
        joined = _AND.match(rest)
        if joined is None:
            raise _unknown(text)
        rest = rest[joined.end() :]


def matches(resource: Mapping[str, object], terms: Sequence[Term]) -> bool:
    return all(_one(resource, term) for term in terms)


def _one(resource: Mapping[str, object], term: Term) -> bool:
    name, sub, wanted = term
    for found in _values(resource, name, sub):
        if isinstance(found, str) and isinstance(wanted, str):
            if found == wanted or (name not in _EXACT and found.casefold() == wanted.casefold()):
                return True
        elif type(found) is type(wanted) and found == wanted:
            return True
    return False


def _values(resource: Mapping[str, object], name: str, sub: str) -> Iterator[object]:
    for key, value in resource.items():
        if key.lower() != name:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from (inner for key, inner in one.items() if key.lower() == sub)
            else:
                yield one


def _value(text: str, whole: str) -> object:
    try:
        return json.loads(text if text.startswith('"') else text.lower())
    except ValueError:
        raise _unknown(whole) from None


def _unknown(text: str) -> Refused:
    sentence = f"The filter {text[:80]!r} is not supported. Write attributes with `eq`, joined by `and`."
    return Refused("invalid", sentence, {"filter": sentence})
