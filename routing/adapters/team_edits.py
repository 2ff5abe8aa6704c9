"""Changes of teams in the text of an hours file. The loader checks the values afterwards."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from refusals import Refused
from routing.adapters import yaml_edits
from routing.adapters.yaml_edits import Value


def added(text: str, key: str, values: Mapping[str, Value | None]) -> str:
    """The text with a new team at the end."""
    _check(text)
    entries = {name: value for name, value in values.items() if value is not None}
    return yaml_edits.put_mapping(text, ("teams", key), entries)


def changed(text: str, key: str, values: Mapping[str, Value | None]) -> str:
    """The text with new values for keys of a team. None removes the key, so that its default applies."""
    _check(text)
    for name, value in values.items():
        if value is not None:
            text = yaml_edits.put(text, ("teams", key, name), value)
        elif yaml_edits.has(text, ("teams", key, name)):
            text = yaml_edits.drop(text, ("teams", key, name))
    return text


def values(text: str, key: str) -> Mapping[str, Value]:
    """The values that the text has for a team."""
    found: Mapping[str, Value] = yaml.safe_load(text)["teams"][key]
    return found


def removed(text: str, key: str) -> str:
    """The text without a team."""
    _check(text)
    return yaml_edits.drop(text, ("teams", key))


def _check(text: str) -> None:
    if yaml_edits.has_aliases(text):
        raise Refused("conflict", "The hours file uses anchors and aliases, so it can only be changed by hand.")
