"""Drafts, publication and versions on both databases: `knowledge.authoring` over its adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.store import SqlArticles
from knowledge.article import Article, Reader, Text
from knowledge.authoring import TAKE_BACK_MS, Authoring, Overtaken, Work
from knowledge.authoring_ports import Wanted
from knowledge.draft import Draft, Plan
from knowledge.ports import Tx
from knowledge.rendering import rendered
from knowledge.service import Articles, Gone, Shown
from refusals import Refused
from storage.ports import Storage

ARTICLE = Article(source="", product="Spectra OX", section="faqs", topic="Orders", labels=("dates",))
DRAFT = Draft("en", "Why dates overlap", "Two lines share a day.", "They can’t.")
DAY = 86_400_000


@dataclass
class Heard:
    """What an audience is told."""

    said: list[tuple[object, ...]] = field(default_factory=list)

    def shown(self, tx: Tx, article: Article, texts: Mapping[str, Text]) -> None:
        self.said.append(("shown", article.visibility, sorted(texts)))

    def hidden(self, tx: Tx, article: Article) -> None:
        self.said.append(("hidden", article.state))

    def published(self, tx: Tx, article: Article, text: Text, now: int) -> None:
        self.said.append(("published", text.locale, text.version, now))

    def tell(self, tx: Tx, article: Article, text: Text, *, new: bool, line: str, not_before: int) -> None:
        self.said.append(("tell", text.locale, text.version, new, line, not_before))

    def take_back(self, tx: Tx, article: Article, locale: str, version: int) -> None:
        self.said.append(("take back", locale, version))


class Desk:
    """Authoring in transactions of its own."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.heard = Heard()
        self.authoring = Authoring(SqlAuthoring(), SqlArticles(), self.heard)
        self.articles = Articles(SqlArticles())

    async def create(self, article: Article = ARTICLE, draft: Draft = DRAFT, now: int = 1) -> int:
        return await self.storage.write(lambda tx: self.authoring.create(tx, article, draft, "nadia", now))

    async def work(self, id_: int) -> Work:
        return await self.storage.read(lambda tx: self.authoring.work(tx, id_))

    async def save(self, id_: int, draft: Draft, mark: str | None = None, by: str = "nadia", now: int = 2) -> Work:
        return await self.storage.write(lambda tx: self.authoring.save(tx, id_, draft, mark, by, now))

    async def publish(self, id_: int, locale: str = "en", changed: str = "", tell: bool = False, now: int = 10) -> int:
        def unit(tx: Tx) -> int:
            draft = self.authoring.work(tx, id_).present(locale)
            return self.authoring.publish(tx, id_, draft, rendered(draft.body), changed, tell, "nadia", now)

        return await self.storage.write(unit)

    async def plan(self, id_: int, plan: Plan) -> None:
        await self.storage.write(lambda tx: self.authoring.plan(tx, id_, "en", plan, 1))

    async def withdraw(self, id_: int, moved_to: int) -> None:
        await self.storage.write(lambda tx: self.authoring.withdraw(tx, id_, moved_to, 3))

    async def discard(self, id_: int) -> None:
        await self.storage.write(lambda tx: self.authoring.discard(tx, id_, "en", 3))

    async def read(self, id_: int, locale: str = "en") -> Shown | Gone:
        return await self.storage.read(lambda tx: self.articles.read(tx, Reader(), id_, locale))

    async def found(self, wanted: Wanted) -> list[int]:
        entries = await self.storage.read(lambda tx: self.authoring.entries(tx, wanted, None, 50))
        return [entry.article.id for entry in entries]


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


async def test_draft_is_read_by_nobody_until_it_is_published(desk: Desk) -> None:
    id_ = await desk.create()
    with pytest.raises(Refused, match="no such article"):
        await desk.read(id_)
    assert await desk.publish(id_) == 1
    shown = await desk.read(id_)
    assert isinstance(shown, Shown)
    assert (shown.stored.text.title, shown.article.owner, shown.article.source) == (
        "Why dates overlap",
        "nadia",
        "spectra-ox/why-dates-overlap",
    )
    assert (await desk.work(id_)).drafts == {}
    assert desk.heard.said == [("shown", "public", ["en"]), ("published", "en", 1, 10)]


async def test_second_article_with_the_same_title_gets_another_source(desk: Desk) -> None:
    await desk.create()
    second = await desk.work(await desk.create())
    assert second.article.source == "spectra-ox/why-dates-overlap-2"


async def test_published_text_stays_while_an_author_works_on_the_next(desk: Desk) -> None:
    id_ = await desk.create()
    await desk.publish(id_)
    await desk.save(id_, replace(DRAFT, body="They can, since 2026.11."))
    shown, work = await desk.read(id_), await desk.work(id_)
    assert isinstance(shown, Shown) and shown.stored.text.body == "They can’t."
    assert work.present("en").body == "They can, since 2026.11."
    assert await desk.publish(id_, changed="Lines may share a day.") == 2
    shown = await desk.read(id_)
    assert isinstance(shown, Shown)
    assert (shown.stored.text.body, shown.stored.text.changed) == ("They can, since 2026.11.", "Lines may share a day.")


async def test_save_over_a_change_of_another_author_is_refused_with_that_change(desk: Desk) -> None:
    """Also if the other one published meanwhile. Saving the same words again is no conflict."""
    id_ = await desk.create()
    mark = (await desk.work(id_)).mark("en")
    saved = await desk.save(id_, replace(DRAFT, body="Ines"), mark, "ines")
    with pytest.raises(Overtaken) as overtaken:
        await desk.save(id_, replace(DRAFT, body="Nadia"), mark)
    assert (overtaken.value.present.body, overtaken.value.by) == ("Ines", "ines")
    assert (await desk.save(id_, replace(DRAFT, body="Ines"), mark)).mark("en") == saved.mark("en")
    await desk.publish(id_)
    with pytest.raises(Overtaken) as overtaken:
        await desk.save(id_, replace(DRAFT, body="Nadia"), saved.mark("en"))
    assert overtaken.value.by == "nadia"


async def test_followers_are_told_after_ten_minutes_unless_it_is_taken_back(desk: Desk) -> None:
    """A change needs a line for them. A first publication does not."""
    id_ = await desk.create()
    await desk.publish(id_, tell=True, now=10)
    await desk.save(id_, replace(DRAFT, body="Changed"))
    with pytest.raises(Refused, match="Say in one line"):
        await desk.publish(id_, tell=True)
    await desk.publish(id_, changed="New dates.", tell=True, now=20)
    take_back = desk.authoring.take_back
    with pytest.raises(Refused, match="has been sent"):
        await desk.storage.write(lambda tx: take_back(tx, id_, "en", 1, 10 + TAKE_BACK_MS))
    await desk.storage.write(lambda tx: take_back(tx, id_, "en", 2, 19 + TAKE_BACK_MS))
    await desk.storage.write(lambda tx: take_back(tx, id_, "en", 2, 30 + TAKE_BACK_MS))
    assert [said for said in desk.heard.said if said[0] not in ("shown", "published")] == [
        ("tell", "en", 1, True, "", 10 + TAKE_BACK_MS),
        ("tell", "en", 2, False, "New dates.", 20 + TAKE_BACK_MS),
        ("take back", "en", 2),
    ]
    versions = await desk.storage.read(lambda tx: desk.authoring.versions(tx, id_, "en"))
    assert [(one.version, one.by, one.changed, one.tell_at) for one in versions] == [
        (2, "nadia", "New dates.", None),
        (1, "nadia", "", 10 + TAKE_BACK_MS),
    ]


async def test_planned_draft_is_due_at_its_time_and_can_be_unplanned(desk: Desk) -> None:
    id_ = await desk.create()
    authoring = desk.authoring
    plan = Plan(DAY, "", True, "nadia")
    for wrong in (1, 400 * DAY):
        with pytest.raises(Refused, match="time in the future"):
            await desk.plan(id_, replace(plan, due_at=wrong))
    await desk.plan(id_, plan)
    assert await desk.found(Wanted(stage="scheduled")) == [id_]
    await desk.save(id_, replace(DRAFT, body="Better"))
    assert await desk.storage.read(lambda tx: authoring.due(tx, DAY - 1, 5)) == []
    ((due, draft),) = await desk.storage.read(lambda tx: authoring.due(tx, DAY, 5))
    assert (due, draft.body, draft.plan) == (id_, "Better", plan)
    await desk.storage.write(lambda tx: authoring.unplan(tx, id_, "en", 3))
    assert await desk.storage.read(lambda tx: authoring.due(tx, DAY, 5)) == []


async def test_draft_that_changed_after_it_was_rendered_is_not_published(desk: Desk) -> None:
    id_ = await desk.create()
    await desk.save(id_, replace(DRAFT, body="Changed"))
    form = rendered(DRAFT.body)
    with pytest.raises(Refused, match="was changed while"):
        await desk.storage.write(lambda tx: desk.authoring.publish(tx, id_, DRAFT, form, "", False, None, 1))


async def test_publication_without_a_change_is_refused(desk: Desk) -> None:
    id_ = await desk.create()
    await desk.publish(id_)
    with pytest.raises(Refused, match="Nothing has changed"):
        await desk.publish(id_)


@pytest.mark.parametrize(("field_", "text"), [("title", ""), ("body", " \n")])
async def test_unfinished_draft_is_kept_but_not_published(desk: Desk, field_: str, text: str) -> None:
    id_ = await desk.create()
    await desk.save(id_, Draft("en", "" if field_ == "title" else "T", "", text if field_ == "body" else "B"))
    with pytest.raises(Refused) as refused:
        await desk.publish(id_)
    assert list(refused.value.fields or {}) == [field_]


async def test_confirmed_translation_is_up_to_date_without_a_new_version(desk: Desk) -> None:
    id_ = await desk.create()
    await desk.publish(id_)
    french = Draft("fr", "Chevauchement", "", "Non.", of_original=1)
    await desk.save(id_, french)
    await desk.publish(id_, "fr")
    await desk.save(id_, replace(DRAFT, body="Changed"))
    await desk.publish(id_)
    assert await desk.found(Wanted(older=True)) == [id_]
    await desk.save(id_, replace(french, of_original=2))
    assert await desk.publish(id_, "fr") == 1
    assert await desk.found(Wanted(older=True)) == []


async def test_withdrawn_article_leads_to_its_successor_and_can_come_back(desk: Desk) -> None:
    id_, other = await desk.create(), await desk.create()
    await desk.publish(id_)
    for wrong in (id_, other, 99):
        with pytest.raises(Refused, match="Choose another"):
            await desk.withdraw(id_, wrong)
    await desk.publish(other)
    await desk.withdraw(id_, other)
    gone = await desk.read(id_)
    assert isinstance(gone, Gone) and gone.moved_to == other
    await desk.storage.write(lambda tx: desk.authoring.bring_back(tx, id_, 5))
    assert isinstance(await desk.read(id_), Shown)
    states = [said[0] for said in desk.heard.said if said[0] != "published"]
    assert states == ["shown", "shown", "hidden", "shown"]


async def test_article_made_private_is_told_to_the_audience(desk: Desk) -> None:
    id_ = await desk.create()
    change = desk.authoring.change
    await desk.storage.write(lambda tx: change(tx, id_, lambda one: replace(one, topic="Dates"), 2))
    await desk.publish(id_)
    await desk.storage.write(lambda tx: change(tx, id_, lambda one: replace(one, visibility="staff"), 3))
    shown = [said for said in desk.heard.said if said[0] == "shown"]
    assert shown == [("shown", "public", ["en"]), ("shown", "staff", ["en"])]


async def test_discarded_draft_leaves_the_published_text(desk: Desk) -> None:
    """An article that was never published goes with its only draft."""
    id_, other = await desk.create(), await desk.create()
    await desk.publish(id_)
    await desk.save(id_, replace(DRAFT, body="Changed"))
    for one in (id_, other):
        await desk.discard(one)
    assert (await desk.work(id_)).drafts == {}
    with pytest.raises(Refused, match="no such article"):
        await desk.work(other)


async def test_earlier_version_becomes_the_draft(desk: Desk) -> None:
    id_ = await desk.create()
    await desk.publish(id_)
    await desk.save(id_, replace(DRAFT, body="Changed"))
    restore = desk.authoring.restore
    with pytest.raises(Refused, match="There is a draft"):
        await desk.storage.write(lambda tx: restore(tx, id_, "en", 1, "nadia", 3))
    await desk.publish(id_)
    await desk.storage.write(lambda tx: restore(tx, id_, "en", 1, "nadia", 3))
    assert (await desk.work(id_)).drafts["en"].body == "They can’t."


async def test_list_has_the_articles_of_a_filter_last_changed_first(desk: Desk) -> None:
    first, second = await desk.create(), await desk.create(replace(ARTICLE, product="Lumina", labels=()), now=2)
    third = await desk.create(draft=replace(DRAFT, title="Prices 100%"), now=3)
    await desk.publish(first, now=4)
    await desk.publish(second, now=5)
    await desk.save(second, replace(DRAFT, body="Changed"), now=6)
    for wanted, ids in (
        (Wanted(), [second, first, third]),
        (Wanted(product="Lumina"), [second]),
        (Wanted(section="releases"), []),
        (Wanted(stage="draft"), [third]),
        (Wanted(stage="changed"), [second]),
        (Wanted(stage="published"), [first]),
        (Wanted(owner="nadia", label="dates"), [first, third]),
        (Wanted(owner=""), []),
        (Wanted(label="date"), []),
        (Wanted(missing="fr"), [second, first, third]),
        (Wanted(missing="en"), [third]),
        (Wanted(before=4), [first]),
        (Wanted(words=["100%"]), [third]),
        (Wanted(words=["DATES", "why"]), [second, first]),
    ):
        assert await desk.found(wanted) == ids, wanted
    entries = await desk.storage.read(lambda tx: desk.authoring.entries(tx, Wanted(), (6, second), 1))
    assert [entry.article.id for entry in entries] == [first]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (replace(DRAFT, title="x" * 201), "title has 201"),
        (replace(DRAFT, body="x" * 100_001), "body has 100,001"),
        (replace(DRAFT, body="a\x00b"), "control characters"),
    ],
)
async def test_bad_text_is_not_saved(desk: Desk, draft: Draft, said: str) -> None:
    id_ = await desk.create()
    with pytest.raises(Refused, match=said):
        await desk.save(id_, draft)
