"""Changes a YAML text in place: everything that is not changed stays as it was, comments and line breaks included.

A path has the keys and list indexes from the root to a value. A function that changes a text returns the new text. It
raises KeyError if the path does not lead to a value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from routing.adapters.yaml_nodes import compose

Path = Sequence[str | int]
Value = str | int | bool | date | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@+-]*( [A-Za-z0-9_.@+-]+)*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
"""Words that some YAML parsers read as a boolean or as null."""


def has_aliases(text: str) -> bool:
    """True if parts of the text refer to each other, so that a change of one part would change another."""
    return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader))


def is_list(text: str, path: Path) -> bool:
    return isinstance(_at(compose(text), path), SequenceNode)


def has(text: str, path: Path) -> bool:
    """True if there is a value at `path`. Raises KeyError if the value that would contain it is missing."""
    *parents, key = path
    return _entry(_at(compose(text), parents), key) is not None


def scalar(text: str, path: Path) -> str | None:
    """The text of the scalar at `path`. None if there is no value, or if it is a list or a mapping."""
    try:
        found = _at(compose(text), path)
    except KeyError:
        return None
    return str(found.value) if isinstance(found, ScalarNode) else None


def rename(text: str, path: Path, to: str) -> str:
    """Change the last key of `path` to `to`, which must not exist yet."""
    *parents, key = path
    entry = _entry(_at(compose(text), parents), key)
    if entry is None:
        raise KeyError(key)
    return _spliced(text, entry[0].start_mark.index, entry[0].end_mark.index, flow(to))


def put(text: str, path: Path, value: Value) -> str:
    """Set the value at `path`. If the last key is new, it becomes the last one of its mapping."""
    *parents, key = path
    parent = _at(compose(text), parents)
    entry = _entry(parent, key)
    if entry is not None:
        return _spliced(text, entry[1].start_mark.index, _end(entry[1]), flow(value))
    if not isinstance(parent, MappingNode):
        raise KeyError(key)
    return _appended(text, parent, f"{flow(str(key))}: {flow(value)}", "")


def put_mapping(text: str, path: Path, entries: Mapping[str, Value]) -> str:
    """Add a mapping at `path`, with one line for each entry. The last key of `path` must not exist yet."""
    *parents, key = path
    parent = _at(compose(text), parents)
    if not isinstance(parent, MappingNode) or parent.flow_style:
        return put(text, path, entries)
    indent = " " * (parent.value[0][0].start_mark.column + 2)
    lines = [f"{indent}{flow(name)}: {flow(value)}" for name, value in entries.items()]
    return _appended(text, parent, "\n".join([f"{flow(str(key))}:", *lines]), "")


def insert(text: str, path: Path, at: int, entries: Mapping[str, Value], *, lines: bool = False) -> str:
    """Insert a mapping into the list at `path`, before the item `at`. With `lines`, one line for each entry."""
    found = _at(compose(text), path)
    if not isinstance(found, SequenceNode):
        raise KeyError(path[-1])
    if found.flow_style or not found.value:
        if at < len(found.value):
            start = found.value[at].start_mark.index
            return _spliced(text, start, start, f"{flow(entries)}, ")
        return _appended(text, found, flow(entries), "")
    indent = " " * found.start_mark.column
    parts = [f"{flow(name)}: {flow(value)}" for name, value in entries.items()]
    item = f"\n{indent}  ".join(parts) if lines else flow(entries)
    if at < len(found.value):
        start = _line_start(text, found.value[at].start_mark.index)
        return _spliced(text, start, start, f"{indent}- {item}\n")
    return _appended(text, found, item, "- ")


def add(text: str, path: Path, entries: Mapping[str, Value]) -> str:
    """Append a mapping to the list at `path`. If the last key is new, it gets a list."""
    *parents, key = path
    parent = _at(compose(text), parents)
    entry = _entry(parent, key)
    if entry is not None:
        return insert(text, path, len(_spans(entry[1])), entries)
    if not isinstance(parent, MappingNode) or parent.flow_style:
        return put(text, path, [entries])
    indent = " " * (parent.value[0][0].start_mark.column + 2)
    return _appended(text, parent, f"{flow(str(key))}:\n{indent}- {flow(entries)}", "")


def drop(text: str, path: Path) -> str:
    """Remove the value at `path`, with its key. A list or mapping that becomes empty is removed too."""
    *parents, key = path
    parent = _at(compose(text), parents)
    spans = _spans(parent)
    position = _position(parent, key)
    if len(spans) == 1 and parents:
        return drop(text, parents)
    start, end = spans[position]
    if _is_flow(parent):
        if position:
            return _spliced(text, spans[position - 1][1], end, "")
        return _spliced(text, start, spans[1][0], "")
    following = text.find("\n", end) + 1 or len(text)
    return _spliced(text, _line_start(text, start), following, "")


def as_list(text: str, path: Path) -> str:
    """Make the mapping at `path` the only item of a list. The text of the mapping stays as it is, indented by two more
    spaces."""
    *parents, key = path
    parent = _at(compose(text), parents)
    entry = _entry(parent, key)
    if entry is None or not isinstance(entry[1], MappingNode):
        raise KeyError(key)
    key_node, node = entry
    start, end = node.start_mark.index, _end(node)
    if _is_flow(parent):
        return _spliced(text, start, end, f"[{text[start:end]}]")
    if _is_flow(node):
        gap = start - key_node.end_mark.index
        indent = " " * (key_node.start_mark.column + 2)
        return _spliced(text, start - max(gap - 1, 0), end, f"\n{indent}- {text[start:end]}")
    start = _line_start(text, start)
    first, *further = text[start:end].split("\n")
    column = node.start_mark.column
    moved = [f"  {line}" if line.strip() else line for line in further]
    return _spliced(text, start, end, "\n".join([f"{first[:column]}- {first[column:]}", *moved]))


def flow(value: Value) -> str:
    """The value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _WORDS
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(flow(part) for part in value) + "]"


def _at(root: Node, path: Path) -> Node:
    for key in path:
        entry = _entry(root, key)
        if entry is None:
            raise KeyError(key)
        root = entry[1]
    return root


def _entry(parent: Node, key: str | int) -> tuple[Node, Node] | None:
    """The key node and the value node. For an item of a list, both are the item."""
    if isinstance(parent, MappingNode):
        return next(((at, value) for at, value in parent.value if at.value == key), None)
    if isinstance(parent, SequenceNode) and isinstance(key, int) and key < len(parent.value):
        return parent.value[key], parent.value[key]
    return None


def _position(parent: Node, key: str | int) -> int:
    if isinstance(parent, MappingNode):
        return [at.value for at, _ in parent.value].index(key)
    return int(key)


def _spans(parent: Node) -> list[tuple[int, int]]:
    """The start and end of each entry of a list or mapping."""
    if isinstance(parent, MappingNode):
        return [(key.start_mark.index, _end(value)) for key, value in parent.value]
    items = parent.value if isinstance(parent, SequenceNode) else ()
    return [(item.start_mark.index, _end(item)) for item in items]


def _end(node: Node) -> int:
    """The end of a node. The end mark of a block collection is useless here: it comes after the comments that follow
    the collection."""
    if isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    return int(node.end_mark.index)


def _is_flow(node: Node) -> bool:
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def _appended(text: str, parent: CollectionNode, entry: str, dash: str) -> str:
    """Add an entry at the end of a list or mapping. `dash` begins the entry of a list in block style."""
    end = _end(parent)
    if parent.flow_style or not parent.value:
        if not parent.value:
            return _spliced(text, end - 1, end - 1, entry)
        last = _spans(parent)[-1][1]
        return _spliced(text, last, last, f", {entry}")
    first = parent.value[0][0] if isinstance(parent, MappingNode) else parent
    indent = " " * first.start_mark.column
    at = _line_end(text, end)
    return _spliced(text, at, at, f"\n{indent}{dash}{entry}")


def _spliced(text: str, start: int, end: int, middle: str) -> str:
    if "\r\n" in text:
        middle = middle.replace("\r\n", "\n").replace("\n", "\r\n")
    return text[:start] + middle + text[end:]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """The end of the line, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end and text[end - 1] == "\r" else end
