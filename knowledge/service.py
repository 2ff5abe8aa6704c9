"""Reads, publishes and imports articles. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from knowledge.addresses import article_id
from knowledge.article import ORIGINAL, Article, Reader, Text, is_older, text_for
from knowledge.folder import Imported
from knowledge.page import FrontMatter, Page, written_moment
from knowledge.ports import Filter, Line, Store, Stored, Tx
from knowledge.rendering import Rendered, links_in, videos_in
from refusals import Refused

COMMENT_MAX = 2_000
FROM_NETWORK_MAX = 100
"""Maximum number of answers of people without an account from one network in 24 hours."""
_DAY_MS = 86_400_000
Effect: TypeAlias = Literal["added", "changed", "unchanged"]
_NOT_FOUND = "There is no such article."


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as one reader sees it. `titles` are those of its texts, by language. `older` is True if the original
    has changed since this translation, at `original_at`."""

    article: Article
    stored: Stored
    titles: Mapping[str, str]
    older: bool
    original_at: int

    @property
    def languages(self) -> list[str]:
        return sorted(self.titles)


@dataclass(frozen=True, slots=True)
class Gone:
    """A withdrawn article. `moved_to` is the article that replaces it, if the reader may read it."""

    article: Article
    moved_to: int | None


class Articles:
    def __init__(self, store: Store) -> None:
        self._store = store

    # -- reading ------------------------------------------------------------------------

    def read(self, tx: Tx, reader: Reader, id_: int, locale: str) -> Shown | Gone:
        """The article in the reader's language if there is a text in it. Raises Refused(not_found)."""
        article = self._store.article(tx, id_)
        if article is None or article.state == "draft" or not reader.may_read(article):
            raise Refused("not_found", _NOT_FOUND)
        if article.state == "withdrawn":
            return Gone(article, self._replacement(tx, reader, article))
        stored = self._store.stored(tx, id_)
        if not stored:
            raise Refused("not_found", _NOT_FOUND)
        return _shown(article, stored, locale)

    def several(self, tx: Tx, reader: Reader, ids: Sequence[int], locale: str) -> list[Shown]:
        """Those of these articles that are published and that the reader may read, with their texts, in this order."""
        articles, stored = self._store.articles(tx, ids), self._store.stored_of(tx, ids)
        return [
            _shown(articles[id_], stored[id_], locale)
            for id_ in ids
            if id_ in articles
            and id_ in stored
            and articles[id_].state == "published"
            and reader.may_read(articles[id_])
        ]

    def videos(self, tx: Tx, reader: Reader, id_: int, video: str) -> list[str]:
        """The addresses of the videos of the text that shows `video`. Empty if no text does. Raises
        Refused(not_found)."""
        if isinstance(self.read(tx, reader, id_, ORIGINAL), Gone):
            raise Refused("not_found", _NOT_FOUND)
        shown = (videos_in(one.html) for one in self._store.stored(tx, id_).values())
        return next((found for found in shown if video in found), [])

    def imported(self, tx: Tx, reader: Reader, source: str, locale: str) -> tuple[int, str]:
        """The id of the article with this source, or of the one that replaces it, and its title in the reader's
        language. Raises Refused(not_found)."""
        article = self._store.by_source(tx, [source]).get(source)
        if article is None:
            raise Refused("not_found", _NOT_FOUND)
        found = self.read(tx, reader, article.id, locale)
        if isinstance(found, Gone):
            if found.moved_to is None:
                return article.id, ""
            found = self.read(tx, reader, found.moved_to, locale)
        return (found.article.id, found.stored.text.title) if isinstance(found, Shown) else (article.id, "")

    def _replacement(self, tx: Tx, reader: Reader, article: Article) -> int | None:
        seen = {article.id}
        while article.state == "withdrawn":
            if article.moved_to is None or article.moved_to in seen:
                return None
            seen.add(article.moved_to)
            following = self._store.article(tx, article.moved_to)
            if following is None:
                return None
            article = following
        return article.id if article.state == "published" and reader.may_read(article) else None

    def of_product(self, tx: Tx, reader: Reader, product: str, locale: str) -> list[Line]:
        """The published articles of a product that the reader may read, each in one language, in the order of the
        page."""
        return _in_one_language(self._store.lines(tx, reader, product), locale)

    def some(self, tx: Tx, reader: Reader, ids: Sequence[int], locale: str) -> list[Line]:
        """Those of these articles that the reader may read, each in one language, in the order of `ids`."""
        lines = {line.article.id: line for line in _in_one_language(self._store.some(tx, reader, ids), locale)}
        return [lines[id_] for id_ in ids if id_ in lines]

    def listed(self, tx: Tx, reader: Reader, wanted: Filter, locale: str, *, after: int = 0, limit: int) -> list[Line]:
        """The published articles of a filter that the reader may read, each in one language, by id. At most `limit`,
        with ids after `after`."""
        return _in_one_language(self._store.page(tx, reader, wanted, after, limit), locale)

    def in_all_languages(self, tx: Tx, reader: Reader) -> list[Line]:
        """The published articles that the reader may read, in each of their languages."""
        return self._store.lines(tx, reader, None)

    def counts(self, tx: Tx, reader: Reader) -> Mapping[str, Mapping[str, int]]:
        """How many articles the reader may read, by product and section."""
        return self._store.counts(tx, reader)

    def say_useful(
        self,
        tx: Tx,
        reader: Reader,
        id_: int,
        person: str,
        helpful: bool,
        comment: str | None,
        now: int,
        network: str | None = None,
    ) -> None:
        """Store a person's answer to "Was this useful?". A second answer replaces the first. `network` is that of a
        person without an account.

        Raises Refused: `not_found`; `too_large` for a long comment; `rate_limited` if many people without an account
        have answered from this network within a day.
        """
        article = self._store.article(tx, id_)
        if article is None or article.state != "published" or not reader.may_read(article):
            raise Refused("not_found", _NOT_FOUND)
        said = (comment or "").strip() or None
        if said is not None and len(said) > COMMENT_MAX:
            sentence = f"At most {COMMENT_MAX:,} characters are allowed."
            raise Refused("too_large", sentence, {"comment": sentence})
        if network is not None and self._store.answers_from(tx, network, now - _DAY_MS) >= FROM_NETWORK_MAX:
            sentence = "Many answers came from your network today. Try again tomorrow, or sign in."
            raise Refused("rate_limited", sentence, retry_after_s=3_600)
        self._store.say_useful(tx, id_, person, helpful, said, now, network)

    # -- importing and exporting --------------------------------------------------------

    def place(self, tx: Tx, imported: Sequence[Imported], now: int) -> dict[str, int]:
        """Store the articles without their texts. Returns the ids of all these articles, by source."""
        known = self._store.by_source(tx, [one.article.source for one in imported])
        ids = dict[str, int]()
        for one in imported:
            before = known.get(one.article.source)
            # Files name no owner: an article keeps the one that it has.
            article = replace(one.article, owner=before.owner) if before is not None else one.article
            if before is not None and replace(article, id=before.id, moved_to=before.moved_to) == before:
                ids[one.article.source] = before.id
            else:
                ids[one.article.source] = self._store.put(tx, article, now)
        return ids

    def move(self, tx: Tx, imported: Imported, ids: Mapping[str, int], now: int) -> None:
        """Store which article replaces a withdrawn one. `ids` maps sources to ids."""
        if imported.moved_to is not None:
            before = self._store.article(tx, ids[imported.article.source])
            owner = before.owner if before is not None else None
            self._store.put(tx, replace(imported.article, moved_to=ids[imported.moved_to], owner=owner), now)

    def publish(self, tx: Tx, id_: int, text: Text, form: Rendered, by: str | None, now: int) -> Effect:
        """Publish a text. It becomes a new version, unless its words are those of the published one. Then only
        `of_original` is stored.

        `text.published_at` and `text.updated_at` are the moments of the first publication and of the last change,
        elsewhere, or 0. `by` is the author.
        """
        before = self._store.texts(tx, id_).get(text.locale)
        if before is not None and before.same_words(text):
            if text.of_original is not None and text.of_original != before.of_original:
                self._store.set_of_original(tx, id_, text.locale, text.of_original)
            return "unchanged"
        version = before.version + 1 if before is not None else 1
        began = before.published_at if before is not None else min(text.published_at or now, now)
        # Without a later date of its own, a change is dated now.
        later = text.updated_at > (before.updated_at if before is not None else began)
        updated = min(text.updated_at, now) if later else (now if before is not None else began)
        new = replace(text, version=version, published_at=began, updated_at=updated)
        self._store.put_text(tx, id_, Stored(new, form.html, form.headings, form.minutes), by)
        return "added" if before is None else "changed"

    def version(self, tx: Tx, id_: int, locale: str) -> int | None:
        """The version of the published text in this language."""
        text = self._store.texts(tx, id_).get(locale)
        return text.version if text is not None else None

    def exported(self, tx: Tx, after: int, limit: int) -> tuple[list[Page], int]:
        """A pair: the pages of the next articles after the id `after`, at most `limit` articles, and the id of the last
        one. The id is 0 if there are no more."""
        found = self._store.all_texts(tx, after, limit)
        pages = [self.page(tx, article, text) for article, texts in found for text in texts]
        return pages, found[-1][0].id if found else 0

    def page(self, tx: Tx, article: Article, text: Text, *, draft: bool = False) -> Page:
        """The file of a text. Links to articles become links to their files."""
        linked = {link for link in links_in(text.body) if link.startswith("/articles/")}
        ids = {link: article_id(link.split("#")[0].split("/")[2]) or 0 for link in linked}
        moved_to = self._source(tx, article.moved_to) if article.moved_to is not None else None
        page = _page(article, text, moved_to, draft)
        body = page.body
        for link, id_ in ids.items():
            source = self._source(tx, id_)
            if source is not None:
                body = body.replace(f"]({link})", f"]({page.link_to(source)}{_fragment(link)})")
        return replace(page, body=body)

    def _source(self, tx: Tx, id_: int) -> str | None:
        article = self._store.article(tx, id_)
        return article.source if article is not None else None


def _shown(article: Article, stored: Mapping[str, Stored], locale: str) -> Shown:
    texts = {tag: one.text for tag, one in stored.items()}
    text = text_for(texts, locale)
    titles = {tag: one.title for tag, one in texts.items()}
    original_at = texts[ORIGINAL].updated_at if ORIGINAL in texts else 0
    return Shown(article, stored[text.locale], titles, is_older(text, texts), original_at)


def _in_one_language(lines: Sequence[Line], locale: str) -> list[Line]:
    chosen = dict[int, Line]()
    base = locale.split("-")[0]
    for line in lines:
        before = chosen.get(line.article.id)
        if before is None or _rank(line.locale, locale, base) < _rank(before.locale, locale, base):
            chosen[line.article.id] = line
    return list(chosen.values())


def _rank(tag: str, locale: str, base: str) -> int:
    return (locale, base, ORIGINAL).index(tag) if tag in (locale, base, ORIGINAL) else 3


def _fragment(link: str) -> str:
    return f"#{link.partition('#')[2]}" if "#" in link else ""


def _page(article: Article, text: Text, moved_to: str | None, draft: bool) -> Page:
    front = FrontMatter(
        title=text.title,
        product=article.product,
        section=article.section,
        kind=article.kind,
        topic=article.topic,
        summary=text.summary,
        locale=text.locale,
        labels=list(article.labels),
        visibility=article.visibility,
        state=article.state,
        position=article.position,
        changed=text.changed,
        of_original=text.of_original,
        published=written_moment(text.published_at) if text.published_at else None,
        updated=written_moment(text.updated_at) if text.updated_at != text.published_at else None,
        moved_to=moved_to,
        draft=draft,
    )
    ending = ".".join([*([text.locale] if text.locale != ORIGINAL else []), *(["draft"] if draft else []), "md"])
    return Page(f"{article.source}.{ending}", front, text.body)
