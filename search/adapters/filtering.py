"""SQL for the documents that a person may find, with the alias `d`."""

from __future__ import annotations

from collections.abc import Collection

from search.ports import Filter


def condition(among: Filter) -> tuple[str, dict[str, object]]:
    """A pair: the condition, and its parameters."""
    values: dict[str, object] = {}
    parts = ["true"]
    if among.audiences is not None:
        parts.append(f"d.audience IN ({_listed('audience', among.audiences, values)})")
    if among.kinds is not None:
        parts.append(f"d.kind IN ({_listed('kind', among.kinds, values)})")
    if among.product is not None:
        parts.append("d.product = :product")
        values["product"] = among.product
    return " AND ".join(parts), values


def _listed(name: str, listed: Collection[str], values: dict[str, object]) -> str:
    named = {f"{name}{place}": value for place, value in enumerate(sorted(listed))}
    values |= named
    return ", ".join(f":{each}" for each in named) or "NULL"
