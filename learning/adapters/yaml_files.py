"""The learning center as YAML files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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


def _file(content: str) -> File:
    try:
        # An alias can stand for any number of copies.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, _Strings)):
            raise ValueError("Aliases (*name) are not allowed.")
        values = _Strings(content).get_single_data()
    except yaml.YAMLError as error:
        raise ValueError(f"This is not valid YAML: {error}") from None
    except RecursionError:
        raise ValueError("It is nested too deeply.") from None
    if not isinstance(values, Mapping):
        raise ValueError("It must have lists such as `topics`, `resources`, `plans` and `sessions`.")
    try:
        return msgspec.convert(values, File, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"{error}.") from None


class _Strings(yaml.SafeLoader):
    """Reads dates, for example, as the strings that they are in the file."""


_Strings.yaml_implicit_resolvers = {}
