"""Links of articles that do not lead where their readers expect."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from knowledge.addresses import article_id, slug_of
from knowledge.article import VISIBILITIES, Article, Text
from knowledge.rendering import fragments_in, links_in, silent_videos

Problem: TypeAlias = Literal["missing", "withdrawn", "moved", "hidden", "fragment", "file", "outside", "captions"]
OUTSIDE = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Finding:
    """A link with a problem, or a video without captions. `says` is a sentence for the author."""

    article: int
    locale: str
    title: str
    link: str
    problem: Problem
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text of an article, with its links, the fragments of its headings, and its videos without captions."""

    article: Article
    locale: str
    title: str
    links: tuple[str, ...]
    fragments: frozenset[str]
    silent: tuple[str, ...] = ()


@dataclass(slots=True)
class Texts:
    """All texts of the help center. `products` are the names in the hours file."""

    products: Collection[str]
    checked: list[Checked] = field(default_factory=list)
    articles: dict[int, Article] = field(default_factory=dict)
    fragments: dict[int, frozenset[str]] = field(default_factory=dict)

    def add(self, article: Article, texts: Iterable[Text]) -> None:
        """Add an article. Parsing a long text takes up to a second."""
        self.articles[article.id] = article
        for text in texts:
            links = tuple(dict.fromkeys(links_in(text.body)))
            found = frozenset(fragments_in(text.body))
            self.checked.append(
                Checked(article, text.locale, text.title, links, found, tuple(silent_videos(text.body)))
            )
            self.fragments[article.id] = self.fragments.get(article.id, frozenset()) | found

    def targets(self) -> set[int]:
        """The articles to which links of the texts lead."""
        links = [link.split("#")[0] for text in self.checked for link in text.links if link.startswith("/articles/")]
        return {id_ for link in links if (id_ := article_id(link.split("/")[2])) is not None}

    def outside(self, only: Collection[int] | None = None) -> list[str]:
        """The links out of the help center, of all published articles or of these."""
        return list(dict.fromkeys(link for text, link in self._links(only) if link.startswith(OUTSIDE)))

    def findings(self, answers: Mapping[str, str], only: Collection[int] | None = None) -> list[Finding]:
        """The links with a problem. `answers` says what is wrong with links out of the help center."""
        found = []
        for text, link in self._links(only):
            problem = self._outside(link, answers) if link.startswith(OUTSIDE) else self._inside(text, link)
            if problem is not None:
                found.append(Finding(text.article.id, text.locale, text.title, link, *problem))
            if link in text.silent:
                says = "This video has no captions. Add a .vtt file, for people who do not hear it."
                found.append(Finding(text.article.id, text.locale, text.title, link, "captions", says))
        return found

    def _links(self, only: Collection[int] | None) -> Iterable[tuple[Checked, str]]:
        for text in self.checked:
            wanted = text.article.id in only if only is not None else text.article.state == "published"
            if wanted:
                yield from ((text, link) for link in text.links)

    def _outside(self, link: str, answers: Mapping[str, str]) -> tuple[Problem, str] | None:
        return ("outside", answers[link]) if link in answers else None

    def _inside(self, text: Checked, link: str) -> tuple[Problem, str] | None:
        try:
            parts = urlsplit(link)
        except ValueError:
            return "missing", "This is not a valid address."
        if parts.scheme or parts.netloc:
            return None
        if not parts.path:
            return self._fragment(parts.fragment, text.fragments)
        if not parts.path.startswith("/"):
            return "file", "This leads to a file. Link to the article, like /articles/12."
        kind, _, address = parts.path.strip("/").partition("/")
        if kind == "products":
            known = {slug_of(product) for product in self.products}
            return None if address in known else ("missing", "There is no such product.")
        if kind != "articles" or address.startswith("files/"):
            return None
        return self._article(text.article, article_id(address) or 0, parts.fragment)

    def _article(self, source: Article, id_: int, fragment: str) -> tuple[Problem, str] | None:
        target = self.articles.get(id_)
        if target is None:
            return "missing", "There is no such article."
        if target.state == "draft":
            return "hidden", "The article is a draft, so nobody can read it yet."
        if target.state == "withdrawn":
            if target.moved_to is None:
                return "withdrawn", "The article was withdrawn."
            return "moved", f"The article was replaced. Link to /articles/{target.moved_to}."
        if VISIBILITIES.index(target.visibility) > VISIBILITIES.index(source.visibility):
            return "hidden", "Some readers of this article can't read that one."
        return self._fragment(fragment, self.fragments.get(id_, frozenset()))

    def _fragment(self, fragment: str, known: Collection[str]) -> tuple[Problem, str] | None:
        if not fragment or unquote(fragment) in known:
            return None
        near = f"a-{slug_of(unquote(fragment))}"
        hint = f" Write #{near}." if near in known else " Copy its address from the table of contents."
        return "fragment", f"There is no such heading.{hint}"


def fault_of(status: int, location: str | None) -> str | None:
    """What is wrong with an answer of another host. None if nothing is, or if it cannot be told.

    Many hosts answer programs with 401, 403 or 429 although people can read the page.
    """
    if status in (301, 308):
        return f"The page has moved{f' to {location}' if location else ''}. Change the link."
    if status in (404, 410):
        return f"The page is gone ({status}). Remove the link, or change it."
    if status >= 400 and status not in (401, 403, 405, 407, 429, 501, 503):
        return f"The page answers with an error ({status})."
    return None
