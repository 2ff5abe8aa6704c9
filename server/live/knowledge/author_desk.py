"""The work of authors in transactions: who may do it, rendering off the event loop, and lines of the audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.permissions import may
from knowledge.article import ORIGINAL, Article
from knowledge.authoring import Authoring, Work, of_original
from knowledge.authoring_ports import Entry, Version, Wanted
from knowledge.draft import Draft, Plan, checked
from knowledge.link_check import Finding
from knowledge.needs import Needs
from knowledge.properties import Properties, Publication, applied, invalid
from knowledge.rendering import Rendered, rendered
from refusals import Refused
from server.live.knowledge.author_needs import needs_of
from server.live.knowledge.link_checks import LinkChecks
from server.live.teams import Teams
from storage.ports import Storage, Tx

PREVIEW_MAX = 200_000


class AuthorDesk:
    """Every method raises Refused(forbidden) for people who may not write articles."""

    def __init__(
        self, storage: Storage, clock: Clock, people: People, teams: Teams, authoring: Authoring, links: LinkChecks
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._authoring = authoring
        self._links = links

    @property
    def products(self) -> Sequence[str]:
        return self._teams.products

    async def entries(self, by: Actor, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> list[Entry]:
        _check(by)
        return await self._storage.read(lambda tx: self._authoring.entries(tx, wanted, after, limit), "heavy")

    async def people(self, by: Actor) -> list[tuple[str, str]]:
        """The ids and names of all enabled staff, by name. Each of them can own an article."""
        _check(by)
        found = await self._storage.read(self._people.identity.all_staff)
        return [(person.id, person.name or person.email or "") for person in found]

    async def names(self, ids: Sequence[str]) -> dict[str, str]:
        return await self._storage.read(lambda tx: self._people.identity.names(tx, ids))

    async def work(self, by: Actor, id_: int) -> Work:
        _check(by)
        return await self._storage.read(lambda tx: self._authoring.work(tx, id_))

    async def versions(self, by: Actor, id_: int, locale: str) -> list[Version]:
        _check(by)
        return await self._storage.read(lambda tx: self._authoring.versions(tx, id_, locale))

    async def two_versions(self, by: Actor, id_: int, locale: str, one: int, other: int) -> tuple[Version, Version]:
        _check(by)

        def read(tx: Tx) -> tuple[Version, Version]:
            version = self._authoring.version
            return version(tx, id_, locale, one), version(tx, id_, locale, other)

        return await self._storage.read(read)

    async def needs(self, by: Actor) -> Needs:
        _check(by)
        now = self._clock()
        return await self._storage.read(lambda tx: needs_of(tx, now), "heavy")

    async def broken_links(self, by: Actor, id_: int) -> list[Finding]:
        """The links of an article's published texts that lead nowhere. Calls other hosts."""
        _check(by)
        return await self._links.check(self._teams.products, articles=[id_])

    async def preview(self, by: Actor, body: str) -> Rendered:
        _check(by)
        if len(body) > PREVIEW_MAX:
            raise Refused("too_large", f"The text has more than {PREVIEW_MAX:,} characters.")
        return await asyncio.to_thread(rendered, body)

    # -- changes ------------------------------------------------------------------------

    async def create(self, by: Actor, properties: Properties, draft: Draft) -> int:
        """Add an article with a draft. Returns its id."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> int:
            article = self._changed(tx, Article(source="", product="", section="faqs"), properties)
            id_ = self._authoring.create(tx, article, draft, by.id, now)
            self._people.record(tx, by, "add", "article", str(id_), {}, now)
            return id_

        return await self._storage.write(unit)

    async def add(
        self, by: Actor, properties: Properties, texts: Sequence[Draft], published: Collection[str], *, tell: bool
    ) -> int:
        """Add an article with its texts as a whole. Those in the languages `published` are published, and followers
        are told of the first one if `tell` is set. Returns the id."""
        _check(by)
        now, forms = self._clock(), dict[str, Rendered]()
        # Translations are those of the original that is published with them.
        ordered = [checked(draft) for draft in sorted(texts, key=lambda draft: draft.locale != ORIGINAL)]
        for draft in ordered:
            if draft.locale in published:
                forms[draft.locale] = await asyncio.to_thread(rendered, draft.body)

        def unit(tx: Tx) -> int:
            article = self._changed(tx, Article(source="", product="", section="faqs"), properties)
            id_ = self._authoring.create(tx, article, ordered[0], by.id, now)
            self._people.record(tx, by, "add", "article", str(id_), {}, now)
            told = tell
            for draft in ordered:
                version = of_original(self._authoring.work(tx, id_), draft.locale)
                made = replace(draft, of_original=version)
                if draft is not ordered[0]:
                    self._authoring.save(tx, id_, made, None, by.id, now)
                if draft.locale in forms:
                    self._publish(tx, by, id_, made, forms[draft.locale], "", told, now)
                    told = False
            return id_

        return await self._storage.write(unit)

    async def change(self, by: Actor, id_: int, properties: Properties) -> Article:
        """Change the fields that all languages share."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> Article:
            before = self._authoring.work(tx, id_).article
            after = self._authoring.change(tx, id_, lambda article: self._changed(tx, article, properties), now)
            if after.visibility != before.visibility:
                detail = {"visibility": after.visibility, "was_visibility": before.visibility}
                self._people.record(tx, by, "change", "article", str(id_), detail, now)
            return after

        return await self._storage.write(unit)

    async def save(self, by: Actor, id_: int, draft: Draft, mark: str | None, *, up_to_date: bool) -> Work:
        """Save a draft. `up_to_date`: a translation is one of the present original. Raises Refused, and Overtaken."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> Work:
            work = self._authoring.work(tx, id_)
            version = of_original(work, draft.locale) if up_to_date else work.present(draft.locale).of_original
            return self._authoring.save(tx, id_, replace(draft, of_original=version), mark, by.id, now)

        return await self._storage.write(unit)

    async def publish(self, by: Actor, id_: int, locale: str, wanted: Publication) -> int | None:
        """Publish the draft, now or later. Returns the version, None if it is planned."""
        _check(by)
        at = wanted.at
        if at is not None:
            plan = Plan(at, wanted.changed, wanted.tell, by.id)
            await self._do(by, id_, "plan", lambda tx, now: self._authoring.plan(tx, id_, locale, plan, now))
            return None
        draft = (await self.work(by, id_)).present(locale)
        return await self.publish_draft(by, id_, draft, wanted.changed, wanted.tell)

    async def publish_draft(self, by: Actor, id_: int, draft: Draft, changed: str, tell: bool) -> int:
        form, now = await asyncio.to_thread(rendered, draft.body), self._clock()

        return await self._storage.write(lambda tx: self._publish(tx, by, id_, draft, form, changed, tell, now))

    def _publish(
        self, tx: Tx, by: Actor, id_: int, draft: Draft, form: Rendered, changed: str, tell: bool, now: int
    ) -> int:
        author = by.id or (draft.plan.by if draft.plan is not None else None)
        version = self._authoring.publish(tx, id_, draft, form, changed, tell, author, now)
        detail = {"locale": draft.locale, "version": version, "told": tell}
        self._people.record(tx, by, "publish", "article", str(id_), detail, now)
        return version

    async def unplan(self, by: Actor, id_: int, locale: str) -> None:
        await self._do(by, id_, None, lambda tx, now: self._authoring.unplan(tx, id_, locale, now))

    async def discard(self, by: Actor, id_: int, locale: str) -> None:
        await self._do(by, id_, "discard", lambda tx, now: self._authoring.discard(tx, id_, locale, now))

    async def restore(self, by: Actor, id_: int, locale: str, version: int) -> None:
        await self._do(by, id_, None, lambda tx, now: self._authoring.restore(tx, id_, locale, version, by.id, now))

    async def take_back(self, by: Actor, id_: int, locale: str, version: int) -> None:
        await self._do(by, id_, "take_back", lambda tx, now: self._authoring.take_back(tx, id_, locale, version, now))

    async def withdraw(self, by: Actor, id_: int, moved_to: int | None) -> None:
        await self._do(by, id_, "withdraw", lambda tx, now: self._authoring.withdraw(tx, id_, moved_to, now))

    async def bring_back(self, by: Actor, id_: int) -> None:
        await self._do(by, id_, "bring_back", lambda tx, now: self._authoring.bring_back(tx, id_, now))

    async def _do(self, by: Actor, id_: int, verb: str | None, change: Callable[[Tx, int], None]) -> None:
        """Run `change` in a transaction. `verb` is that of the line in the audit log, None for no line."""
        _check(by)
        now = self._clock()

        def unit(tx: Tx) -> None:
            change(tx, now)
            if verb is not None:
                self._people.record(tx, by, verb, "article", str(id_), {}, now)

        await self._storage.write(unit)

    def _changed(self, tx: Tx, article: Article, wanted: Properties) -> Article:
        """The article with these properties. Raises Refused(invalid)."""
        if wanted.product != article.product and wanted.product not in self._teams.products:
            raise invalid("product", f"There is no product {wanted.product[:40]!r}.")
        if wanted.owner not in (None, article.owner) and self._people.identity.staff(tx, wanted.owner or "") is None:
            raise invalid("owner", "There is no such staff member.")
        return applied(article, wanted)


def _check(by: Actor) -> None:
    if by.kind != "system" and not may(by, "change", "articles"):
        raise Refused("forbidden", "Only authors and admins write articles.")
