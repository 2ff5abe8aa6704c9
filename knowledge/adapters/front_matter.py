"""Articles as Markdown files. The lines between the two `---` at the start of a file are its front matter, in YAML."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import msgspec
import yaml

from knowledge.article import BODY_MAX, SUMMARY_MAX, TITLE_MAX
from knowledge.folder import Folder, folder_of
from knowledge.page import Fault, FrontMatter, Page, moment_of

_FENCED = re.compile(r"---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|$)(.*)", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def read(path: str, text: str) -> Page:
    """The article in a file. Raises Fault."""
    found = _FENCED.fullmatch(text.removeprefix("\ufeff"))
    if found is None:
        raise Fault("The file has no front matter. Begin it with a line `---`, a line `title: …`, and a line `---`.")
    try:
        values = _Strings(found[1]).get_single_data() or {}
    except yaml.YAMLError as error:
        raise Fault(f"The front matter is not valid YAML: {error}") from None
    except RecursionError:
        raise Fault("The front matter is nested too deeply.") from None
    if not isinstance(values, Mapping):
        raise Fault("The front matter must consist of lines like `title: Why flights overlap`.")
    try:
        front = msgspec.convert(values, FrontMatter, strict=False)
    except msgspec.ValidationError as error:
        raise Fault(f"The front matter is not valid: {error}") from None
    body = found[2].replace("\r\n", "\n").strip("\n")
    _check(front, body)
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


def _check(front: FrontMatter, body: str) -> None:
    if not front.title.strip():
        raise Fault("`title` is empty.")
    if len(front.title) > TITLE_MAX:
        raise Fault(f"`title` has {len(front.title)} characters. At most {TITLE_MAX} are allowed.")
    if len(front.summary) > SUMMARY_MAX:
        raise Fault(f"`summary` has {len(front.summary)} characters. At most {SUMMARY_MAX} are allowed.")
    if len(body) > BODY_MAX:
        raise Fault(f"The article has {len(body):,} characters. At most {BODY_MAX:,} are allowed. Split it.")
    if not _LANGUAGE.fullmatch(front.locale):
        raise Fault(f"`locale` is {front.locale!r}. It must be a language such as en, fr or es.")
    for name, moment in (("published", front.published), ("updated", front.updated)):
        if moment is not None and not _is_moment(moment):
            raise Fault(f"`{name}` is {moment!r}. Write a day like 2026-11-21.")
    for name, value in (("title", front.title), ("summary", front.summary), ("body", body)):
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in value):
            raise Fault(f"The {name} contains control characters.")


def _is_moment(text: str) -> bool:
    try:
        return moment_of(text) >= 0
    except ValueError:
        return False


class _Strings(yaml.SafeLoader):
    """Reads dates, for example, as the strings that they are in the file."""


_Strings.yaml_implicit_resolvers = {}
