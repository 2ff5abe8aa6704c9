"""Reads YAML as nodes, to report all faults at once, each with its line and value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

T = TypeVar("T")

_NULL = "tag:yaml.org,2002:null"


class Unreadable(Exception):
    """The text is not usable YAML. Each of `faults` is a line number and `VALUE: what to write instead`."""

    def __init__(self, *faults: tuple[int, str]) -> None:
        super().__init__(faults)
        self.faults = faults


class Wrong(Exception):
    """A fault at a node. The message is `VALUE: expected EXPECTED`. By default, `value` is the content of the node."""

    def __init__(self, node: Node, expected: str, value: str | None = None) -> None:
        super().__init__(expected)
        self.node = node
        self.expected = expected
        self.value = shown(node) if value is None else value


@lru_cache(maxsize=4)
def compose(text: str) -> Node:
    """The root node of a YAML text. Do not change the node, because it is cached.

    Raises Unreadable for invalid YAML, tabs as indentation or an empty text.
    """
    tabs = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r" *\t", line)]
    if tabs:
        raise Unreadable(*((line, "tab: indent with spaces, YAML does not allow tabs") for line in tabs))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines = text.splitlines()
        line = min(mark.line if mark else 0, len(lines) - 1)  # an error at the end of the text is on its last line
        raise Unreadable((line + 1, f"{_cut(lines[line])}: invalid YAML ({error.problem or error.context})")) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable((line, f"character #x{error.character:04x}: remove it, YAML does not allow it")) from None
    except RecursionError:
        raise Unreadable((1, "too many nested levels: a few are enough")) from None
    if root is None or is_null(root):
        raise Unreadable((1, "empty: expected a mapping (key: value)"))
    return root


class NodeReader:
    """Reads nodes into values. After a fault, it notes the fault and continues."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, str]] = []
        """The faults as (line number, `VALUE: what to write instead`)."""

    def wrong(self, node: Node, expected: str, value: str | None = None) -> None:
        """Note a fault: `VALUE: expected …`."""
        self.fault(node, f"expected {expected}", value)

    def fault(self, node: Node, what: str, value: str | None = None) -> None:
        """Note a fault: `VALUE: WHAT`."""
        self.faults.append((node.start_mark.line + 1, f"{shown(node) if value is None else value}: {what}"))

    def tried(self, read: Callable[[Node], T], node: Node, otherwise: T) -> T:
        """The result of `read(node)`. If this raises Wrong, notes the fault and returns `otherwise`."""
        try:
            return read(node)
        except Wrong as wrong:
            self.wrong(wrong.node, wrong.expected, wrong.value)
            return otherwise

    def required(
        self,
        parts: Mapping[str, tuple[Node, Node]],
        key: str,
        parent: Node,
        read: Callable[[Node], T],
        what: str,
        example: str,
    ) -> T | None:
        """The value of a required key. If it is missing or wrong, notes the fault and returns None."""
        if key in parts:
            return self.tried(lambda node: read(node), parts[key][1], None)
        if isinstance(parent, MappingNode):
            self.fault(parent, f"add it to {what} ({key}: {example})", f"no {key}")
        return None

    # mappings and lists

    def entries(self, node: Node | None) -> dict[str, tuple[Node, Node]]:
        """The entries of a mapping: key → (key node, value node). A repeated key is a fault."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.wrong(node, "a mapping (key: value)")
            return {}
        found: dict[str, tuple[Node, Node]] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or is_null(key_node):
                self.wrong(key_node, "a word as the key")
            elif key_node.value in found:
                first = found[key_node.value][0].start_mark.line + 1
                self.fault(key_node, f"already on line {first}, remove one of them")
            else:
                found[key_node.value] = (key_node, value_node)
        return found

    def mapping(self, node: Node, what: str, keys: Iterable[str]) -> dict[str, tuple[Node, Node]]:
        """The entries of a mapping. Keys other than `keys` are faults."""
        allowed = tuple(keys)
        entries = self.entries(node)
        for key in [key for key in entries if key not in allowed]:
            self.fault(
                entries.pop(key)[0], f"not a key of {what}{nearest(key, allowed)}; use one of {', '.join(allowed)}"
            )
        return entries

    def items(self, node: Node, expected: str) -> Iterator[Node]:
        if isinstance(node, SequenceNode):
            yield from node.value
        else:
            self.wrong(node, expected)

    # values

    def scalar(self, node: Node, expected: str) -> str:
        if not isinstance(node, ScalarNode) or is_null(node) or not node.value.strip():
            raise Wrong(node, expected)
        return str(node.value).strip()

    def text(self, node: Node) -> str:
        text = self.scalar(node, "text")
        if len(text) > 200:
            raise Wrong(node, "text of up to 200 characters")
        return text

    def texts(self, node: Node) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode) or not node.value:
            raise Wrong(node, "a list of names, such as [Spectra OX, Other]")
        names = tuple(self.text(item) for item in node.value)
        for item, name in zip(node.value, names, strict=True):
            if names.count(name) > 1:
                raise Wrong(item, "each name once: remove the repetition")
        return names

    def flag(self, node: Node) -> bool:
        word = self.scalar(node, "true or false")
        if word not in ("true", "false"):
            raise Wrong(node, "true or false")
        return word == "true"

    def whole(self, node: Node, least: int, most: int) -> int:
        expected = f"a whole number from {least} to {most}"
        text = self.scalar(node, expected)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise Wrong(node, expected)
        return int(text)

    def rising(self, node: Node, count: int, most: int, example: str) -> tuple[int, ...]:
        expected = f"{count} rising numbers, such as {example}"
        if not isinstance(node, SequenceNode) or len(node.value) != count:
            raise Wrong(node, expected)
        numbers = tuple(self.whole(item, 1, most) for item in node.value)
        if list(numbers) != sorted(set(numbers)):
            raise Wrong(node, expected, ", ".join(map(str, numbers)))
        return numbers

    def choice(self, node: Node, choices: Collection[str], what: str) -> str:
        expected = f"{what}one of {', '.join(choices)}"
        text = self.scalar(node, expected)
        if text not in choices:
            raise Wrong(node, expected + nearest(text, choices))
        return text


def is_null(node: Node) -> bool:
    """True for an empty value, `null` or `~`."""
    return isinstance(node, ScalarNode) and node.tag == _NULL


def shown(node: Node) -> str:
    """The content of a node on one line."""
    if isinstance(node, ScalarNode):
        return "nothing" if is_null(node) and not node.value else _cut(node.value) or "nothing"
    return "a list" if isinstance(node, SequenceNode) else "a mapping"


def _cut(text: str) -> str:
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= 60 else line[:59] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)` if one of `known` is similar to `word`, else an empty text."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f" (did you mean {found[0]}?)" if found else ""
