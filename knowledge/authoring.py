"""The work of authors: drafts, publication, schedule, versions, withdrawal. Each method is (part of) the body of one
transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from knowledge.addresses import slug_of
from knowledge.article import ORIGINAL, Article, Text
from knowledge.authoring_ports import Audience, AuthorStore, Entry, Version, Wanted
from knowledge.draft import Draft, Plan, check_publishable, checked, checked_line
from knowledge.ports import Store, Tx
from knowledge.rendering import Rendered
from knowledge.service import Articles
from refusals import Refused

TAKE_BACK_MS = 10 * 60_000
"""Followers get their notice this long after the publication. Until then the author can take it back."""
AHEAD_MAX_MS = 366 * 86_400_000
_NOT_FOUND = "There is no such article."


@dataclass(frozen=True, slots=True)
class Work:
    """An article with all its texts, published and not, by language."""

    article: Article
    texts: Mapping[str, Text]
    drafts: Mapping[str, Draft]

    @property
    def is_published(self) -> bool:
        return self.article.state == "published"

    def present(self, locale: str) -> Draft:
        """The draft in this language, or the published text as a new draft, or an empty one."""
        if locale in self.drafts:
            return self.drafts[locale]
        text = self.texts.get(locale)
        if text is None:
            return Draft(locale, "", "", "")
        return Draft(locale, text.title, text.summary, text.body, of_original=text.of_original)

    def mark(self, locale: str) -> str:
        """Identifies the present state of a text. Changes with each save and each publication."""
        draft, text = self.drafts.get(locale), self.texts.get(locale)
        return f"{draft.saves if draft is not None else 0}.{text.version if text is not None else 0}"


class Overtaken(Refused):
    """Somebody else saved or published the text meanwhile. `present` is the stored draft, `by` the person's id."""

    def __init__(self, present: Draft, by: str | None) -> None:
        super().__init__("conflict", "Somebody else changed this text while you wrote. Nothing was saved.")
        self.present = present
        self.by = by


class Authoring:
    def __init__(self, store: AuthorStore, texts: Store, audience: Audience) -> None:
        self._store = store
        self._texts = texts
        self._audience = audience
        self._articles = Articles(texts)

    # -- reading ------------------------------------------------------------------------

    def entries(self, tx: Tx, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> list[Entry]:
        return self._store.entries(tx, wanted, after, limit)

    def work(self, tx: Tx, id_: int) -> Work:
        """Raises Refused(not_found)."""
        return Work(self._article(tx, id_), self._texts.texts(tx, id_), self._store.drafts(tx, id_))

    def versions(self, tx: Tx, id_: int, locale: str) -> list[Version]:
        """All versions in one language, newest first, without bodies. Raises Refused(not_found)."""
        self._article(tx, id_)
        return self._store.versions(tx, id_, locale)

    def version(self, tx: Tx, id_: int, locale: str, version: int) -> Version:
        """Raises Refused(not_found)."""
        found = self._store.version(tx, id_, locale, version)
        if found is None:
            raise Refused("not_found", "There is no such version.")
        return found

    # -- writing ------------------------------------------------------------------------

    def create(self, tx: Tx, article: Article, draft: Draft, by: str | None, now: int) -> int:
        """Store a new article with a draft. Returns its id. `article.source` is made from product and title."""
        made = checked(draft)
        stem = f"{slug_of(article.product) or 'articles'}/{slug_of(made.title) or 'article'}"
        number, source = 1, stem
        while self._texts.by_source(tx, [source]):
            number += 1
            source = f"{stem}-{number}"
        id_ = self._texts.put(tx, replace(article, source=source, state="draft", owner=article.owner or by), now)
        self._store.put_draft(tx, id_, replace(made, saves=1, saved_at=now, saved_by=by))
        return id_

    def change(self, tx: Tx, id_: int, change: Callable[[Article], Article], now: int) -> Article:
        """Change the fields of an article that all languages share. Returns the article after the change. The caller
        has checked the values. Raises Refused(not_found)."""
        self._store.lock(tx, id_)
        before = self._article(tx, id_)
        after = change(before)
        if after != before:
            self._texts.put(tx, after, now)
            self._announce(tx, after)
        return after

    def save(self, tx: Tx, id_: int, draft: Draft, mark: str | None, by: str | None, now: int) -> Work:
        """Save a draft. `mark` is `Work.mark` of the state from which the author started, None for any state. A planned
        publication stays planned.

        Raises Refused: `not_found`, `invalid` and `too_large` for bad texts, and Overtaken if the state is another one.
        """
        self._store.lock(tx, id_)
        made, work = checked(draft), self.work(tx, id_)
        present = work.present(draft.locale)
        if mark is not None and mark != work.mark(draft.locale) and not made.same_words(present):
            raise Overtaken(present, present.saved_by or self._publisher(tx, id_, draft.locale))
        if made.same_words(present) and made.of_original == present.of_original:
            return work
        saved = replace(made, saves=present.saves + 1, saved_at=now, saved_by=by, plan=present.plan)
        self._store.put_draft(tx, id_, saved)
        self._store.touch(tx, id_, now)
        return Work(work.article, work.texts, {**work.drafts, draft.locale: saved})

    def discard(self, tx: Tx, id_: int, locale: str, now: int) -> None:
        """Remove a draft. An article that was never published and has no other draft is removed as a whole."""
        self._store.lock(tx, id_)
        work = self.work(tx, id_)
        if locale not in work.drafts:
            raise Refused("conflict", "There is no draft to discard.")
        if not work.texts and len(work.drafts) == 1:
            self._store.remove(tx, id_)
            return
        self._store.remove_draft(tx, id_, locale)
        self._store.touch(tx, id_, now)

    def restore(self, tx: Tx, id_: int, locale: str, version: int, by: str | None, now: int) -> None:
        """Make an earlier version the draft. Raises Refused: `not_found`; `conflict` if there is a draft."""
        work, old = self.work(tx, id_), self.version(tx, id_, locale, version)
        if locale in work.drafts:
            raise Refused("conflict", "There is a draft. Publish or discard it first.")
        text = work.texts.get(locale)
        of_original = text.of_original if text is not None else None
        self.save(tx, id_, Draft(locale, old.title, old.summary, old.body, of_original=of_original), None, by, now)

    # -- publication --------------------------------------------------------------------

    def publish(
        self,
        tx: Tx,
        id_: int,
        draft: Draft,
        form: Rendered,
        changed: str,
        tell: bool,
        by: str | None,
        now: int,
    ) -> int:
        """Publish a draft whose rendered form is `form`. Returns the version. The article becomes readable.

        Followers get a notice after TAKE_BACK_MS if `tell` is set. Raises Refused: `not_found`; `invalid` for a draft
        without a title or a body, and if followers are told about a change without a line about it; `conflict` if the
        draft has changed since it was rendered, or nothing has changed.
        """
        self._store.lock(tx, id_)
        work, locale = self.work(tx, id_), draft.locale
        check_publishable(draft)
        if not work.present(locale).same_words(draft):
            raise Refused("conflict", "The draft was changed while you published it. Look at it and try again.")
        first = not work.texts or work.article.state == "draft"
        line = checked_line(changed, needed=tell and not first)
        effect = self._articles.publish(tx, id_, replace(draft.text, changed=line), form, by, now)
        if effect == "unchanged" and locale not in work.drafts and work.article.state == "published":
            raise Refused("conflict", "Nothing has changed since the last publication.")
        self._store.remove_draft(tx, id_, locale)
        article = replace(work.article, state="published", moved_to=None)
        self._texts.put(tx, article, now)
        self._announce(tx, article)
        text = self._texts.texts(tx, id_)[locale]
        if effect != "unchanged" or first:
            self._audience.published(tx, article, text, now)
        if tell and (effect != "unchanged" or first):
            self._store.set_tell_at(tx, id_, locale, text.version, now + TAKE_BACK_MS)
            self._audience.tell(tx, article, text, new=first, line=line, not_before=now + TAKE_BACK_MS)
        return text.version

    def plan(self, tx: Tx, id_: int, locale: str, plan: Plan, now: int) -> None:
        """Publish the draft at a later time. Raises Refused: `not_found`; `invalid` for a time in the past or more than
        a year ahead, and for what `publish` refuses; `conflict` without a draft."""
        self._store.lock(tx, id_)
        work = self.work(tx, id_)
        draft = work.drafts.get(locale)
        if draft is None:
            raise Refused("conflict", "There is no draft to publish.")
        if not now < plan.due_at <= now + AHEAD_MAX_MS:
            sentence = "Choose a time in the future, at most a year ahead."
            raise Refused("invalid", sentence, {"at": sentence})
        check_publishable(draft)
        line = checked_line(plan.changed, needed=plan.tell and bool(work.texts))
        self._store.put_draft(tx, id_, replace(draft, plan=replace(plan, changed=line)))
        self._store.touch(tx, id_, now)

    def unplan(self, tx: Tx, id_: int, locale: str, now: int) -> None:
        """Keep the draft, and do not publish it by itself."""
        self._store.lock(tx, id_)
        draft = self.work(tx, id_).drafts.get(locale)
        if draft is not None and draft.plan is not None:
            self._store.put_draft(tx, id_, replace(draft, plan=None))
            self._store.touch(tx, id_, now)

    def due(self, tx: Tx, now: int, limit: int) -> list[tuple[int, Draft]]:
        """Drafts whose time has come, with their articles."""
        return self._store.due(tx, now, limit)

    def take_back(self, tx: Tx, id_: int, locale: str, version: int, now: int) -> None:
        """Do not tell followers about a version. Raises Refused: `not_found`; `conflict` if they were told."""
        self._store.lock(tx, id_)
        article, found = self._article(tx, id_), self.version(tx, id_, locale, version)
        if found.tell_at is None:
            return
        if now >= found.tell_at:
            raise Refused("conflict", "The notice has been sent. It can't be taken back any more.")
        self._store.set_tell_at(tx, id_, locale, version, None)
        self._audience.take_back(tx, article, locale, version)

    def withdraw(self, tx: Tx, id_: int, moved_to: int | None, now: int) -> None:
        """Take an article from its readers. `moved_to` is the article to which its address leads.

        Raises Refused: `not_found`; `invalid` if the article replaces itself, or the other one is not published;
        `conflict` if the article is not published.
        """
        self._store.lock(tx, id_)
        article = self._article(tx, id_)
        if article.state != "published":
            raise Refused("conflict", "Only a published article can be withdrawn.")
        if moved_to is not None:
            other = self._texts.article(tx, moved_to)
            if moved_to == id_ or other is None or other.state != "published":
                sentence = "Choose another, published article that replaces this one."
                raise Refused("invalid", sentence, {"moved_to": sentence})
        self._announce(tx, self._put(tx, replace(article, state="withdrawn", moved_to=moved_to), now))

    def bring_back(self, tx: Tx, id_: int, now: int) -> None:
        """Publish a withdrawn article again as it was. Raises Refused: `not_found`; `conflict` if it is not
        withdrawn."""
        self._store.lock(tx, id_)
        article = self._article(tx, id_)
        if article.state != "withdrawn":
            raise Refused("conflict", "The article is not withdrawn.")
        self._announce(tx, self._put(tx, replace(article, state="published", moved_to=None), now))

    def _put(self, tx: Tx, article: Article, now: int) -> Article:
        self._texts.put(tx, article, now)
        return article

    def _announce(self, tx: Tx, article: Article) -> None:
        if article.state == "published":
            self._audience.shown(tx, article, self._texts.texts(tx, article.id))
        else:
            self._audience.hidden(tx, article)

    def _article(self, tx: Tx, id_: int) -> Article:
        article = self._texts.article(tx, id_)
        if article is None:
            raise Refused("not_found", _NOT_FOUND)
        return article

    def _publisher(self, tx: Tx, id_: int, locale: str) -> str | None:
        versions = self._store.versions(tx, id_, locale)
        return versions[0].by if versions else None


def of_original(work: Work, locale: str) -> int | None:
    """The version of the original that a translation made now translates."""
    if locale == ORIGINAL or ORIGINAL not in work.texts:
        return None
    return work.texts[ORIGINAL].version
