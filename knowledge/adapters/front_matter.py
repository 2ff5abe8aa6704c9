"""Articles as Markdown files. The lines between the two `---` at the start of a file are its front matter, in YAML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import msgspec
import yaml

from knowledge.folder import Folder, check, folder_of
from knowledge.page import Fault, FrontMatter, Page

_FENCED = re.compile(r"---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|$)(.*)", re.DOTALL)


def read(path: str, text: str) -> Page:
    """The article in a file. Raises Fault."""
    found = _FENCED.fullmatch(text.removeprefix("\ufeff"))
    if found is None:
        raise Fault("The file has no front matter. Begin it with a line `---`, a line `title: …`, and a line `---`.")
    values = strings_in(found[1])
    try:
        front = msgspec.convert(values, FrontMatter, strict=False)
    except msgspec.ValidationError as error:
        raise Fault(f"The front matter is not valid: {error}") from None
    body = found[2].replace("\r\n", "\n").strip("\n")
    check(front, body)
    return Page(path, front, body)


def written(page: Page) -> str:
    """The file for an article. `read` returns the same article for it."""
    usual = msgspec.to_builtins(FrontMatter(title=""))
    values = {name: value for name, value in msgspec.to_builtins(page.front).items() if value != usual[name]}
    front = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{page.body}\n"


def read_folder(files: Mapping[str, str], products: Collection[str]) -> Folder:
    """The articles in `files`, which maps paths to contents. `products` are the names in the hours file."""
    pages, faults = list[Page](), list[str]()
    for path, content in sorted(files.items()):
        try:
            pages.append(read(path, content))
        except Fault as fault:
            faults.append(f"{path}: {fault}")
    return folder_of(pages, faults, products)


DEPTH_MAX = 20
"""Front matter has fewer lists and mappings inside one another. The parser's time grows with the square of the
depth."""


def strings_in(text: str) -> Mapping[object, object]:
    """The values of lines like `title: Why flights overlap`, in YAML. Raises Fault."""
    try:
        depth = 0
        for event in yaml.parse(text, _Strings):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_MAX:
                raise Fault("This YAML is nested too deeply.")
        values = _Strings(text).get_single_data() or {}
    except yaml.YAMLError as error:
        raise Fault(f"This is not valid YAML: {error}") from None
    if not isinstance(values, Mapping):
        raise Fault("Write lines like `title: Why flights overlap`.")
    return values


class _Strings(yaml.SafeLoader):
    """Reads dates, for example, as the strings that they are in the file."""


_Strings.yaml_implicit_resolvers = {}
