"""Articles as Markdown files. The lines between the two `---` at the start of a file are its front matter, in YAML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import get_args

import msgspec
import yaml

from knowledge.article import KINDS, SECTIONS, VISIBILITIES, State
from knowledge.folder import Folder, check, folder_of
from knowledge.page import Fault, FrontMatter, Page

_SHOWN_MAX = 100
"""Maximum number of characters of a value that a sentence names."""
_AT = re.compile(r"at `\$\.(\w+)")
_CHOICES: Mapping[str, Sequence[str]] = {
    "section": SECTIONS,
    "kind": KINDS,
    "visibility": VISIBILITIES,
    "state": get_args(State),
}
_FORMS = {
    "labels": "a list, such as [new, orders]",
    "position": "a whole number",
    "of_original": "the number of a version",
    "draft": "true or false",
}
_FENCED = re.compile(r"---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|$)(.*)", re.DOTALL)


def read(path: str, text: str) -> Page:
    """The article in a file. Raises Fault."""
    found = _FENCED.fullmatch(text.removeprefix("\ufeff"))
    if found is None:
        raise Fault("The file has no front matter. Begin it with a line `---`, a line `title: …`, and a line `---`.")
    values = strings_in(found[1])
    unknown = [str(name) for name in values if name not in FrontMatter.__struct_fields__]
    if unknown:
        known = ", ".join(FrontMatter.__struct_fields__)
        raise Fault(f"`{unknown[0][:_SHOWN_MAX]}` is unknown in the front matter. Remove it, or use one of: {known}.")
    try:
        front = msgspec.convert(values, FrontMatter, strict=False)
    except msgspec.ValidationError as error:
        raise Fault(_fault_of(values, str(error))) from None
    body = found[2].replace("\r\n", "\n").strip("\n")
    check(front, body)
    return Page(path, front, body)


def _fault_of(values: Mapping[object, object], error: str) -> str:
    """What is wrong with a value of the front matter, and what to write. `error` is the sentence of msgspec."""
    if "title" not in values:
        return "`title` is missing. Add a line `title: …`."
    found = _AT.search(error)
    if found is None or found[1] not in values:
        return f"The front matter is not valid: {error}."
    what = f"one of: {', '.join(_CHOICES[found[1]])}" if found[1] in _CHOICES else _FORMS.get(found[1], "a text")
    return f"`{found[1]}` is {repr(values[found[1]])[:_SHOWN_MAX]}. Write {what}."


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
    except yaml.MarkedYAMLError as error:
        lines, mark = text.splitlines(), error.problem_mark
        near = f" near `{lines[mark.line][:_SHOWN_MAX]}`" if mark is not None and mark.line < len(lines) else ""
        raise Fault(f"This is not valid YAML{near}: {error.problem}. Put the value in quotes.") from None
    except yaml.YAMLError as error:
        raise Fault(f"This is not valid YAML: {error}") from None
    if not isinstance(values, Mapping):
        raise Fault("Write lines like `title: Why flights overlap`.")
    return values


class _Strings(yaml.SafeLoader):
    """Reads dates, for example, as the strings that they are in the file."""


_Strings.yaml_implicit_resolvers = {}
