"""PATCH of a SCIM resource (RFC 7644, 3.5.2), with the deviations of common identity providers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from refusals import Refused
from server.edge.scim.filters import is_schema, matches, terms_of, without_urn

_PATH = re.compile(r"(?P<name>[A-Za-z]\w*)(?:\[(?P<filter>.{1,500})\])?(?:\.(?P<sub>\w{1,40}))?")
_CORE = "urn:ietf:params:scim:schemas:core:"

VALUES_MAX = 1_000
"""Maximum number of values of an attribute."""

Resource = dict[str, object]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a resource. Any other attribute in a PATCH is ignored: providers send what they have."""

    single: frozenset[str]
    several: frozenset[str]
    read_only: frozenset[str] = frozenset({"id", "meta", "groups"})

    def named(self, name: str) -> str | None:
        """The attribute with this name, in any case; None for one that the desk does not keep."""
        lower = name.lower()
        if lower in self.read_only:
            raise _wrong(f"{name} cannot be changed.")
        return next((one for one in (*self.single, *self.several) if one.lower() == lower), None)


@dataclass(frozen=True, slots=True)
class Change:
    """An operation of a PATCH. `op` is `add`, `replace` or `remove`, in any case."""

    op: str
    path: str | None
    value: object


def patched(resource: Resource, changes: Iterable[Change], attributes: Attributes) -> Resource:
    """The resource after all changes. Raises Refused(invalid)."""
    after = dict(resource)
    for change in changes:
        op = change.op.lower()
        if op not in ("add", "replace", "remove"):
            raise Refused("invalid", f"There is no operation {change.op[:20]!r}.", {"op": "add, replace or remove."})
        if change.path is not None and not is_schema(change.path):
            _apply(after, op, change.path, change.value, attributes)
        elif op == "remove" or not isinstance(change.value, dict):
            raise _wrong("Without a path, add and replace need an object of attributes, and nothing is removed.")
        else:
            for name, value in _items_of(change.value):
                # Some providers send a whole resource back. What only the desk sets is ignored in it, as in a PUT.
                if name.lower() not in {"schemas", *attributes.read_only}:
                    _apply(after, op, name, value, attributes)
    return after


def _items_of(value: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The attributes of an object. Some providers put them into an object with the name of the schema."""
    for name, one in value.items():
        if is_schema(name) and isinstance(one, dict):
            yield from one.items()
        else:
            yield name, one


def _apply(after: Resource, op: str, path: str, value: object, attributes: Attributes) -> None:
    path = without_urn(path)
    if path.lower().startswith("urn:") and not path.lower().startswith(_CORE):
        # An attribute of another schema, such as the department of the enterprise user.
        return
    found = _PATH.fullmatch(path)
    if found is None:
        raise _wrong(f"The path {path[:80]!r} cannot be read.")
    name = attributes.named(found["name"])
    if name is None:
        return
    if name in attributes.several:
        after[name] = _several(_items(after.get(name)), op, found["filter"], found["sub"], value)
    elif found["filter"] or found["sub"]:
        raise _wrong(f"{name} has one value, and no parts.")
    elif op == "remove":
        after.pop(name, None)
    else:
        after[name] = value


def _several(items: list[Resource], op: str, condition: str | None, sub: str | None, value: object) -> list[Resource]:
    """The values of an attribute after a change. The desk keeps only the part `value` of each."""
    if sub is not None and sub.lower() != "value":
        return items
    # Filters compare with `value` only. Other parts, such as `type`, are not kept, so they name every value.
    terms = [term for term in terms_of(condition) if term[0] == "value"] if condition is not None else []
    if op == "remove":
        # Some providers name in the value what they remove.
        given = {str(one.get("value")) for one in _items(value)}
        return [one for one in items if not matches(one, terms) or (given and str(one.get("value")) not in given)]
    if op == "replace" or condition is not None:
        kept = [] if condition is None else [one for one in items if not matches(one, terms)]
        return _joined(kept, _items(value))
    return _joined(items, _items(value))


def _joined(items: list[Resource], further: list[Resource]) -> list[Resource]:
    known = {str(one.get("value")) for one in items}
    joined = [*items, *(one for one in further if str(one.get("value")) not in known)]
    if len(joined) > VALUES_MAX:
        raise _wrong(f"At most {VALUES_MAX:,} values are allowed.")
    return joined


def _items(value: object) -> list[Resource]:
    """Values as objects: providers also send a single one, or only the text."""
    if value is None:
        return []
    listed = value if isinstance(value, list) else [value]
    return [one if isinstance(one, dict) else {"value": one} for one in listed]


def _wrong(sentence: str) -> Refused:
    return Refused("invalid", sentence, {"path": sentence})
