"""A folder of Markdown files as a list of articles."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError

from knowledge.article import BODY_MAX, ORIGINAL, SUMMARY_MAX, TITLE_MAX, Article, Text
from knowledge.page import Fault, FrontMatter, Page, moment_of
from knowledge.rendering import links_in

_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class Imported:
    """An article of a folder, with a page for each language.

    `moved_to` is the source of the article that replaces it. `current` are the languages of the translations that are
    up to date with the original in the folder, whatever their `of_original` is. `drafts` are texts that are not
    published, beside published ones.
    """

    article: Article
    pages: Sequence[Page]
    moved_to: str | None = None
    current: frozenset[str] = frozenset()
    drafts: Sequence[Page] = ()


@dataclass(slots=True)
class Folder:
    """What a folder contains. `faults` has a sentence for each file that cannot be imported. `warnings` has a sentence
    for each link that leads nowhere."""

    articles: list[Imported] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def folder_of(pages: Iterable[Page], faults: Sequence[str], products: Collection[str]) -> Folder:
    """The articles of these pages. `faults` are those of the pages that cannot be read. `products` are the names in the
    hours file."""
    folder = Folder(faults=list(faults))
    by_source, drafts = dict[str, dict[str, Page]](), dict[str, dict[str, Page]]()
    for page in pages:
        languages = (drafts if page.front.draft else by_source).setdefault(page.source, {})
        if page.front.locale in languages:
            other = languages[page.front.locale].path
            folder.faults.append(f"{page.path}: {other} is the same article in the same language. Remove one of them.")
        languages[page.front.locale] = page
    sources = list(dict.fromkeys([*by_source, *drafts]))
    for source in sources:
        languages, unpublished = by_source.get(source, {}), drafts.get(source, {})
        try:
            made = _article(source, languages or unpublished, sources, products)
            pages = list(languages.values())
            folder.articles.append(replace(made, pages=pages, drafts=list(unpublished.values())))
        except Fault as fault:
            folder.faults.append(f"{_first(languages or unpublished).path}: {fault}")
        for page in (*languages.values(), *unpublished.values()):
            folder.warnings.extend(_broken_links(page, sources))
    return folder


def text_of(page: Page, ids: Mapping[str, int]) -> Text:
    """The text of a page. Links to other files of the folder become links to their articles. `ids` maps the sources of
    articles to their ids."""
    body = page.body
    for link in dict.fromkeys(links_in(body)):
        source = resolved(page, link)
        if source is not None and source in ids:
            target = f"/articles/{ids[source]}" + (f"#{link.partition('#')[2]}" if "#" in link else "")
            body = body.replace(f"]({link}", f"]({target}").replace(f"]: {link}", f"]: {target}")
    return Text(
        locale=page.front.locale,
        title=page.front.title.strip(),
        summary=page.front.summary.strip(),
        body=body,
        of_original=page.front.of_original,
        changed=page.front.changed,
        published_at=moment_of(page.front.published) if page.front.published is not None else 0,
        updated_at=moment_of(page.front.updated) if page.front.updated is not None else 0,
    )


def resolved(page: Page, link: str) -> str | None:
    """The source of the article to which a link between two files leads. None for all other links."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith(("/", "#")) or not parts.path.endswith(".md"):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(page.path), parts.path)).removesuffix(".md")


def _first(languages: Mapping[str, Page]) -> Page:
    return languages.get(ORIGINAL) or next(iter(languages.values()))


def _article(source: str, languages: Mapping[str, Page], pages: Collection[str], products: Collection[str]) -> Imported:
    front = _first(languages).front
    if front.product is None or front.section is None:
        missing = "product" if front.product is None else "section"
        raise Fault(f"`{missing}` is missing. Add a line `{missing}: …`.")
    if front.product not in products:
        raise Fault(f"`product` is {front.product!r}. Write one of: {', '.join(sorted(products))}.")
    if front.moved_to is not None and front.moved_to.removesuffix(".md") not in pages:
        raise Fault(
            f"`moved_to` is {front.moved_to!r}, but the folder has no such article. Add its file, or name another."
        )
    article = Article(
        source=source,
        product=front.product,
        section=front.section,
        kind=front.kind,
        topic=front.topic,
        visibility=front.visibility,
        state="withdrawn" if front.moved_to is not None else front.state,
        labels=tuple(front.labels),
        position=front.position,
    )
    moved_to = front.moved_to.removesuffix(".md") if front.moved_to is not None else None
    return Imported(article, list(languages.values()), moved_to)


def _broken_links(page: Page, pages: Collection[str]) -> list[str]:
    return [
        f"{page.path}: the link to {link} leads nowhere. Correct it, or add the file."
        for link in links_in(page.body)
        if (source := resolved(page, link)) is not None and source not in pages
    ]


def check(front: FrontMatter, body: str) -> None:
    """Raises Fault for texts that are too long, and for malformed values."""
    if not front.title.strip():
        raise Fault("`title` is empty.")
    if len(front.title) > TITLE_MAX:
        raise Fault(f"`title` has {len(front.title)} characters. At most {TITLE_MAX} are allowed.")
    if len(front.summary) > SUMMARY_MAX:
        raise Fault(f"`summary` has {len(front.summary)} characters. At most {SUMMARY_MAX} are allowed.")
    if len(body) > BODY_MAX:
        raise Fault(f"The article has {len(body):,} characters. At most {BODY_MAX:,} are allowed. Split it.")
    if not _is_language(front.locale):
        raise Fault(f"`locale` is {front.locale!r}. Write a language such as en, fr or es.")
    for name, moment in (("published", front.published), ("updated", front.updated)):
        if moment is not None and not _is_moment(moment):
            raise Fault(f"`{name}` is {moment!r}. Write a day like 2026-11-21.")
    for name, value in (("title", front.title), ("summary", front.summary), ("body", body)):
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in value):
            raise Fault(f"The {name} contains control characters.")


def _is_language(tag: str) -> bool:
    try:
        return _LANGUAGE.fullmatch(tag) is not None and bool(Locale.parse(tag, sep="-"))
    except UnknownLocaleError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return moment_of(text) >= 0
    except ValueError:
        return False
