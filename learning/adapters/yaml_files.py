"""The learning center as YAML files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec
import yaml

from learning.folder import File, Folder, folder_of, without_steps


def read_folder(files: Mapping[str, str], products: Collection[str]) -> Folder:
    """The learning center in `files`, which maps paths to contents. `products` are the names in the hours file."""
    read, faults = dict[str, File](), list[str]()
    for path, content in sorted(files.items()):
        try:
            read[path] = _file(content)
        except ValueError as error:
            faults.append(f"{path}: {error}")
        else:
            faults += [f"{path}: {fault}" for fault in without_steps(read[path])]
    return folder_of(read, faults, products)


DEPTH_MAX = 20
"""A file has fewer lists and mappings inside one another. The parser's time grows with the square of the depth."""


def _file(content: str) -> File:
    try:
        _check(yaml.parse(content, _Strings))
        values = _Strings(content).get_single_data()
    except yaml.YAMLError as error:
        raise ValueError(f"This is not valid YAML: {error}") from None
    if not isinstance(values, Mapping):
        raise ValueError("It must have lists such as `topics`, `resources`, `plans` and `sessions`.")
    try:
        return msgspec.convert(values, File, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"{error}.") from None


def _check(events: Iterable[yaml.Event]) -> None:
    """Raises ValueError. Reads no further than the first fault."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            # An alias can stand for any number of copies.
            raise ValueError("Aliases (*name) are not allowed.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise ValueError("It is nested too deeply.")


class _Strings(yaml.SafeLoader):
    """Reads dates, for example, as the strings that they are in the file."""


_Strings.yaml_implicit_resolvers = {}
