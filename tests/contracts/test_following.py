"""Follows, announcements and notices on both databases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from following.adapters.announcements import SqlAnnouncements
from following.adapters.feeds import SqlFeeds
from following.adapters.follows import SqlFollows
from following.announcement import TAKE_BACK_MS, Announcement, News, Subject
from following.follow import FOLLOWS_MAX, Follower, Level, Owner, due_at
from following.notices import KEPT_MS, NEWS_MAX, Notices, Told
from following.ports import Pending
from following.private_feeds import PrivateFeeds
from following.service import Following
from refusals import Refused
from storage.ports import Storage, Tx

FAQS, RELEASES = Subject("section", "spectra-ox/faqs"), Subject("releases", "spectra-ox")
PRODUCT, ARTICLE = Subject("section", "spectra-ox"), Subject("article", "12")
NEW, BOTH = Level(), Level("new_and_updates")
DANIELLE, RAVI = Owner(account="danielle", timezone="America/Chicago"), Owner(account="ravi")
STRANGER = Owner(address="reader@x.example", locale="fr")
T0 = 1_800_000_000_000
ZONE = "America/New_York"
DAY_MS = 24 * 3_600_000


@dataclass
class Desk:
    """Following with a clock that the test sets, and what was queued: the follower's account or address, and the
    announcements."""

    now: int = T0
    private: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    zones: dict[str, str] = field(default_factory=dict)
    letters: list[tuple[str, list[int], list[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        follows, announcements = SqlFollows(), SqlAnnouncements()
        self.following = Following(follows, announcements, lambda: self.now)
        self.notices = Notices(follows, announcements, self, self)
        self.follows = follows

    def readable(self, tx: Tx, follower: Follower, announcements: Mapping[int, Announcement]) -> Collection[int]:
        return [id_ for id_, one in announcements.items() if one.source not in self.private]

    def zone(self, tx: Tx, follower: Follower) -> str | None:
        return self.zones.get(follower.owner.account or "", follower.owner.timezone)

    def queue(self, tx: Tx, follower: Follower, announcements: Sequence[int], follows: Sequence[int]) -> bool:
        name = follower.owner.account or follower.owner.address or ""
        if name not in self.unreachable:
            self.letters.append((name, list(announcements), list(follows)))
        return name not in self.unreachable


@pytest.fixture
def desk() -> Desk:
    return Desk()


def news(
    version: int = 1, source: str = "article:12", not_before: int = T0 + TAKE_BACK_MS, kind: News | None = None
) -> Announcement:
    return Announcement(
        source=source,
        version=version,
        subjects=[ARTICLE, FAQS],
        news=kind or ("new" if version == 1 else "update"),
        title="Why flight dates overlap",
        line="the message names the estimate.",
        address="/articles/12",
        visibility="public",
        product=None,
        not_before=not_before,
    )


async def follow(storage: Storage, desk: Desk, owner: Owner, subject: Subject, level: Level = NEW) -> int:
    made = await storage.write(lambda tx: desk.following.follow(tx, owner, subject, level, desk.now - 1))
    return made.id


async def announce(storage: Storage, desk: Desk, *announced: Announcement) -> None:
    for one in announced:
        await storage.write(partial(desk.following.announce, announcement=one))


async def spread(storage: Storage, desk: Desk, size: int = 100) -> None:
    """Give all followers the notices that are due."""
    while plan := await storage.read(partial(desk.notices.plan, now=desk.now, size=size, chunks=3)):
        for number in range(plan.count):
            give = partial(desk.notices.give, plan=plan, number=number, zone=ZONE, now=desk.now)
            assert await storage.write(give, durable=False)


async def run(storage: Storage, desk: Desk, later_ms: int = TAKE_BACK_MS, chunk: int = 100) -> list[tuple[str, int]]:
    """Move the clock on, and do all that is due. Returns who got a letter, and about how many pieces of news."""
    desk.now += later_ms
    before = len(desk.letters)
    await spread(storage, desk, chunk)
    while await storage.write(lambda tx: desk.notices.mail(tx, desk.now, chunk)):
        pass
    return [(name, len(announcements)) for name, announcements, _ in desk.letters[before:]]


async def test_follower_of_several_subjects_is_told_once(storage: Storage, desk: Desk) -> None:
    for subject in (ARTICLE, FAQS, PRODUCT):
        await follow(storage, desk, DANIELLE, subject, BOTH)
    await announce(storage, desk, news())
    assert await run(storage, desk, TAKE_BACK_MS - 1) == []
    assert await run(storage, desk, 1) == [("danielle", 1)]
    await announce(storage, desk, news())
    assert await run(storage, desk) == []


async def test_announcement_reaches_all_followers_in_chunks(storage: Storage, desk: Desk) -> None:
    owners = [Owner(account=f"a{number}") for number in range(7)]
    for owner in owners:
        await follow(storage, desk, owner, FAQS)
    await follow(storage, desk, owners[0], PRODUCT)
    await announce(storage, desk, news())
    assert sorted(await run(storage, desk, chunk=2)) == [(f"a{number}", 1) for number in range(7)]


async def test_level_new_is_not_told_about_updates(storage: Storage, desk: Desk) -> None:
    await follow(storage, desk, DANIELLE, FAQS)
    await follow(storage, desk, RAVI, FAQS, BOTH)
    await follow(storage, desk, STRANGER, ARTICLE)
    await announce(storage, desk, news(2))
    assert sorted(await run(storage, desk)) == [("ravi", 1), ("reader@x.example", 1)]


async def test_edits_within_the_time_to_take_back_are_one_notice(storage: Storage, desk: Desk) -> None:
    """Also to those who hear of new things only, because the article is new to them."""
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, news(1))
    desk.now += TAKE_BACK_MS - 1
    await announce(storage, desk, news(2, not_before=desk.now + TAKE_BACK_MS))
    assert await run(storage, desk, 1) == []
    assert await run(storage, desk) == [("danielle", 1)]


async def test_announcement_is_taken_back_only_in_time(storage: Storage, desk: Desk) -> None:
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, news(1))
    taken = partial(desk.following.take_back, source="article:12", version=1)
    assert await storage.write(taken)
    assert not await storage.write(taken)
    assert await run(storage, desk) == []
    await announce(storage, desk, news(2, not_before=desk.now, kind="new"))
    assert not await storage.write(lambda tx: desk.following.take_back(tx, "article:12", 2))
    assert await run(storage, desk, 0) == [("danielle", 1)]


async def test_daily_follower_gets_all_news_in_one_letter_at_eight(storage: Storage, desk: Desk) -> None:
    await follow(storage, desk, DANIELLE, FAQS, Level("new_and_updates", "daily"))
    await follow(storage, desk, RAVI, FAQS, BOTH)
    others = [news(1, source=f"article:{number}", not_before=T0) for number in range(3)]
    await announce(storage, desk, *others)
    assert await run(storage, desk, 0) == [("ravi", 3)]
    assert await run(storage, desk, 24 * 3_600_000) == [("danielle", 3)]


async def test_daily_letter_waits_for_eight_where_the_account_is_now(storage: Storage, desk: Desk) -> None:
    """The notice was given while she lived in Chicago. Then she moved to Los Angeles, two hours behind."""
    await follow(storage, desk, DANIELLE, FAQS, Level("new", "daily"))
    await follow(storage, desk, RAVI, FAQS, Level("new", "daily"))
    chicago, los_angeles = (due_at("daily", desk.now, zone) for zone in ("America/Chicago", "America/Los_Angeles"))
    assert los_angeles - chicago == 2 * 3_600_000
    await announce(storage, desk, news(not_before=T0))
    assert await run(storage, desk, 0) == []
    desk.zones["danielle"] = "America/Los_Angeles"
    assert await run(storage, desk, chicago - desk.now) == [("ravi", 1)]
    assert await run(storage, desk, los_angeles - desk.now - 1) == []
    assert await run(storage, desk, 1) == [("danielle", 1)]
    # The next news is due at 08:00 in Los Angeles from the beginning.
    await announce(storage, desk, news(not_before=desk.now, source="article:13"))
    await run(storage, desk, 1)
    assert await run(storage, desk, DAY_MS - 2) == [("ravi", 1)]
    assert await run(storage, desk, 1) == [("danielle", 1)]


async def test_old_notices_are_deleted_and_waiting_ones_are_kept(storage: Storage, desk: Desk) -> None:
    for number in range(5):
        await follow(storage, desk, Owner(account=f"a{number}"), FAQS)
    await announce(storage, desk, news(not_before=T0), news(not_before=T0, source="article:13"))
    assert len(await run(storage, desk, 0)) == 5
    desk.now += 1
    await announce(storage, desk, news(not_before=desk.now, source="article:14"))
    assert len(await run(storage, desk, 0)) == 5
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, news(not_before=desk.now, source="article:15"))
    await spread(storage, desk)
    desk.now += KEPT_MS
    after: int | None = 0
    rounds = 0
    while after is not None:
        after = await storage.write(partial(desk.notices.forget, after=after, now=desk.now, limit=3))
        rounds += 1
    assert rounds > 2
    for number in range(5):
        kept = await shown(storage, desk, Owner(account=f"a{number}"))
        assert [told.announcement.source for told in kept] == ["article:15", "article:14"]
    desk.now += 1
    await storage.write(lambda tx: desk.notices.forget(tx, 0, desk.now, 100))
    assert await run(storage, desk, 0) != [], "letters about them still go"


async def test_account_takes_over_what_its_address_follows(storage: Storage, desk: Desk) -> None:
    """With the notices, and the links in the letters that were sent before. What it follows already stays as it is."""
    weekly = Level("new_and_updates", "weekly")
    moved = await follow(storage, desk, STRANGER, RELEASES, weekly)
    doubled = await follow(storage, desk, STRANGER, FAQS, weekly)
    other = await follow(storage, desk, Owner(address="other@x.example"), FAQS)
    kept = await follow(storage, desk, DANIELLE, FAQS)
    resumed = await follow(storage, desk, DANIELLE, PRODUCT)
    await storage.write(lambda tx: desk.following.end(tx, [resumed], desk.now))
    await follow(storage, desk, STRANGER, PRODUCT)
    release = replace(news(not_before=T0), subjects=[RELEASES], source="article:20")
    await announce(storage, desk, release, news(not_before=T0))
    await run(storage, desk, 0)

    def take(tx: Tx) -> tuple[bool, bool]:
        before = desk.following.may_take_over(tx, "reader@x.example")
        desk.following.take_over(tx, DANIELLE, "reader@x.example", desk.now)
        return before, desk.following.may_take_over(tx, "reader@x.example")

    assert await storage.write(take) == (True, False)
    follows = await storage.read(lambda tx: desk.following.of(tx, DANIELLE))
    assert [(one.id, one.level) for one in follows] == [(moved, weekly), (kept, NEW), (resumed, NEW)]
    sources = [told.announcement.source for told in await shown(storage, desk, DANIELLE)]
    assert sorted(sources) == ["article:12", "article:20"]
    follower, _ = await storage.read(lambda tx: desk.following.named(tx, [moved]))
    assert follower is not None and follower.owner.account == "danielle"
    assert await storage.write(lambda tx: desk.following.end(tx, [doubled], desk.now)) == 0
    assert await storage.write(lambda tx: desk.following.end(tx, [other], desk.now)) == 1


async def test_more_news_than_a_letter_takes_come_in_the_next(storage: Storage, desk: Desk) -> None:
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, *[news(1, source=f"article:{n}", not_before=T0) for n in range(NEWS_MAX + 2)])
    assert await run(storage, desk, 0) == [("danielle", NEWS_MAX), ("danielle", 2)]


async def test_notice_is_dropped_if_the_article_became_private(storage: Storage, desk: Desk) -> None:
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, news(), news(1, source="article:13"))
    desk.private.add("article:12")
    assert await run(storage, desk) == [("danielle", 1)]
    desk.private.clear()
    assert await run(storage, desk) == []
    assert [told.announcement.source for told in await shown(storage, desk, DANIELLE)] == ["article:13"]


async def test_outdated_plan_gives_nobody_a_second_notice(storage: Storage, desk: Desk) -> None:
    for number in range(5):
        await follow(storage, desk, Owner(account=f"a{number}"), ARTICLE)
    await announce(storage, desk, news(not_before=T0))
    plan = await storage.read(partial(desk.notices.plan, now=desk.now, size=2, chunks=2))
    assert plan is not None and (plan.count, plan.exhausted) == (2, False)
    give = partial(desk.notices.give, plan=plan, zone=ZONE, now=desk.now)
    assert not await storage.write(partial(give, number=1)), "the first chunk comes first"
    assert await storage.write(partial(give, number=0))
    assert not await storage.write(partial(give, number=0))
    assert len(await run(storage, desk, 0, chunk=2)) == 5
    assert not await storage.write(partial(give, number=1))


async def test_follower_who_leaves_after_the_plan_gets_no_notice(storage: Storage, desk: Desk) -> None:
    for owner in (DANIELLE, RAVI):
        await follow(storage, desk, owner, ARTICLE)
    await announce(storage, desk, news(not_before=T0))
    plan = await storage.read(partial(desk.notices.plan, now=desk.now, size=10, chunks=1))
    assert plan is not None
    assert await storage.write(partial(desk.following.unfollow, owner=RAVI, subject=ARTICLE, now=desk.now))
    assert await storage.write(partial(desk.notices.give, plan=plan, number=0, zone=ZONE, now=desk.now))
    assert await run(storage, desk, 0) == [("danielle", 1)]


async def test_nobody_is_told_after_unfollowing(storage: Storage, desk: Desk) -> None:
    for owner in (DANIELLE, RAVI):
        await follow(storage, desk, owner, FAQS)
    await follow(storage, desk, RAVI, PRODUCT)
    await announce(storage, desk, news(not_before=T0))
    await spread(storage, desk)
    for owner in (DANIELLE, RAVI):
        assert await storage.write(partial(desk.following.unfollow, owner=owner, subject=FAQS, now=desk.now))
    assert not await storage.write(lambda tx: desk.following.unfollow(tx, DANIELLE, FAQS, desk.now))
    assert await run(storage, desk, 0) == [("ravi", 1)], "he still follows the product"


async def test_person_who_follows_after_the_publication_is_not_told(storage: Storage, desk: Desk) -> None:
    await announce(storage, desk, news())
    desk.now += 2
    await follow(storage, desk, DANIELLE, FAQS)
    assert await run(storage, desk) == []


async def test_follower_without_an_address_sees_the_notice_under_the_bell(storage: Storage, desk: Desk) -> None:
    desk.unreachable.add("danielle")
    await follow(storage, desk, DANIELLE, FAQS)
    await announce(storage, desk, news())
    assert await run(storage, desk) == []
    (told,) = await shown(storage, desk, DANIELLE)
    assert (told.announcement.title, told.notice.seen_at) == ("Why flight dates overlap", None)
    follower = await storage.read(lambda tx: desk.follows.follower(tx, DANIELLE))
    assert follower is not None
    await storage.write(lambda tx: desk.notices.see(tx, follower, [told.notice.announcement], desk.now))
    (told,) = await shown(storage, desk, DANIELLE)
    assert told.notice.seen_at == desk.now


async def test_other_peoples_follows_stay_when_one_is_ended(storage: Storage, desk: Desk) -> None:
    hers = await follow(storage, desk, DANIELLE, FAQS)
    await follow(storage, desk, RAVI, FAQS)
    assert await storage.write(lambda tx: desk.following.end(tx, [hers], desk.now)) == 1
    assert await storage.write(lambda tx: desk.following.end(tx, [hers], desk.now)) == 0
    assert await storage.read(lambda tx: desk.following.of(tx, DANIELLE)) == []
    assert len(await storage.read(lambda tx: desk.following.of(tx, RAVI))) == 1


async def test_follow_that_begins_again_keeps_its_id_and_level_changes(storage: Storage, desk: Desk) -> None:
    first = await follow(storage, desk, DANIELLE, FAQS)
    await storage.write(lambda tx: desk.following.unfollow(tx, DANIELLE, FAQS, desk.now))
    again = await follow(storage, desk, DANIELLE, FAQS, Level("new_and_updates", "weekly"))
    assert again == first
    found = await storage.read(lambda tx: desk.following.one(tx, DANIELLE, FAQS))
    assert found is not None and found.level == Level("new_and_updates", "weekly") and found.ended_at is None


async def test_follow_of_an_address_begins_with_its_confirmation(storage: Storage, desk: Desk) -> None:
    pending = Pending("h1", STRANGER, FAQS, NEW, T0, T0 + 10)
    await storage.write(lambda tx: desk.follows.add_pending(tx, pending))
    assert await storage.read(lambda tx: desk.follows.pending(tx, "h1")) == pending
    assert await storage.read(lambda tx: desk.follows.pending_since(tx, "reader@x.example", T0 - 1)) == 1
    assert await storage.write(lambda tx: desk.follows.take_pending(tx, "h1")) == pending
    assert await storage.write(lambda tx: desk.follows.take_pending(tx, "h1")) is None


async def test_person_cannot_follow_more_than_the_limit(storage: Storage, desk: Desk) -> None:
    def fill(tx: Tx) -> None:
        follower = desk.follows.keep_follower(tx, DANIELLE, T0)
        for number in range(FOLLOWS_MAX - 1):
            desk.follows.put(tx, follower.id, Subject("article", f"{number + 100}"), NEW, T0)

    await storage.write(fill)
    await follow(storage, desk, DANIELLE, FAQS)
    with pytest.raises(Refused, match="already"):
        await follow(storage, desk, DANIELLE, PRODUCT)
    await follow(storage, desk, DANIELLE, FAQS, BOTH)


async def shown(storage: Storage, desk: Desk, owner: Owner) -> list[Told]:
    def read(tx: Tx) -> list[Told]:
        follower = desk.follows.follower(tx, owner)
        return desk.notices.shown(tx, follower, desk.now) if follower is not None else []

    return await storage.read(read)


async def test_private_feed_is_of_one_person_until_it_is_replaced_or_revoked(storage: Storage, desk: Desk) -> None:
    feeds = PrivateFeeds(SqlFeeds(), desk.follows)
    assert await storage.read(lambda tx: feeds.of(tx, DANIELLE)) is None
    for owner, feed in ((DANIELLE, "a"), (RAVI, "r"), (DANIELLE, "b")):
        await storage.write(partial(feeds.make, owner=owner, feed=feed, now=desk.now))
    assert await storage.read(lambda tx: feeds.of(tx, DANIELLE)) == "b"
    found = [await storage.read(partial(feeds.follower, feed=feed)) for feed in ("a", "b", "r")]
    assert [one.owner.account if one is not None else None for one in found] == [None, "danielle", "ravi"]
    for _ in range(2):
        await storage.write(lambda tx: feeds.revoke(tx, DANIELLE))
    assert await storage.read(lambda tx: feeds.follower(tx, "b")) is None
    assert await storage.read(lambda tx: feeds.of(tx, RAVI)) == "r"
    await storage.write(lambda tx: feeds.revoke(tx, STRANGER))
