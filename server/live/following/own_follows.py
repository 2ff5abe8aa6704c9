"""Follows of one person: their own follows, links to confirm an address, and links to stop letters.

Raises StorageUnavailable, and Refused as the methods say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from clock import Clock
from following.adapters.follows import SqlFollows
from following.announcement import EVERYTHING, Subject
from following.follow import Follow, How, Level, Owner
from following.notices import Notices, Told
from following.ports import Pending
from following.service import Following
from identity import tokens
from identity.actor import Actor
from identity.adapters.people import People
from refusals import Refused
from server.live.following.follower_letters import FollowerLetters
from server.live.following.followers import Followers
from server.live.teams import Teams
from storage.ports import Storage, Tx
from texts.addresses import is_email, normal_email
from widgets.followed import Followed
from widgets.following_ports import Do, FollowingView, FollowView, LinkView, NoticeView, Unread

DAY_MS = 24 * 3_600_000
CONFIRM_MS = 7 * DAY_MS
"""The time for which a link to confirm an address works."""
PENDING_MAX = 5
"""The most links that one address is sent in a day. Further requests are answered the same, and send nothing."""
WANTS_MAX = 3


class OwnFollows:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        followers: Followers,
        following: Following,
        notices: Notices,
        letters: FollowerLetters,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._followers = followers
        self._following = following
        self._notices = notices
        self._letters = letters
        self._follows = SqlFollows()

    # -- signed in ------------------------------------------------------------------------

    async def one(self, actor: Actor, subject: Subject) -> Follow | None:
        """The person's follow of a subject. Raises Refused(not_found) if the person may not read the subject."""

        def read(tx: Tx) -> Follow | None:
            self._check(tx, actor, subject)
            return self._following.one(tx, self._followers.owner(tx, actor), subject)

        return await self._storage.read(read)

    async def levels(self, actor: Actor) -> Mapping[Subject, Level]:
        owner = Owner(account=_account(actor))
        follows = await self._storage.read(lambda tx: self._following.of(tx, owner))
        return {one.subject: one.level for one in follows}

    async def follow(self, actor: Actor, subject: Subject, level: Level) -> Follow:
        """Raises Refused: `not_found`, or `conflict` after too many follows."""
        now = self._clock()

        def write(tx: Tx) -> Follow:
            owner = self._followers.owner(tx, actor)
            if self._following.one(tx, owner, subject) is None:
                self._check(tx, actor, subject)
            return self._following.follow(tx, owner, subject, level, now)

        return await self._storage.write(write)

    async def unfollow(self, actor: Actor, subject: Subject) -> bool:
        """Works for anything that the person follows, even if the person may no longer read it."""
        now = self._clock()
        return await self._storage.write(
            lambda tx: self._following.unfollow(tx, self._followers.owner(tx, actor), subject, now)
        )

    async def set_how(self, actor: Actor, how: How) -> None:
        await self._storage.write(lambda tx: self._following.set_how(tx, self._followers.owner(tx, actor), how))

    def _check(self, tx: Tx, actor: Actor | None, subject: Subject) -> Followed:
        found = self._followers.followed(tx, actor, subject, "en")
        if found is None:
            raise Refused("not_found", "There is nothing to follow here.")
        return found

    # -- notices --------------------------------------------------------------------------

    async def unread(self, actor: Actor) -> Unread:
        now = self._clock()

        def read(tx: Tx) -> Unread:
            follower = self._follows.follower(tx, Owner(account=_account(actor)))
            if follower is None:
                return Unread()
            return _unread(told for told in self._notices.shown(tx, follower, now) if told.notice.seen_at is None)

        return await self._storage.read(read)

    async def mine(self, actor: Actor, locale: str, ended: Subject | None) -> FollowingView:
        """`ended` is a subject that the person has just unfollowed."""
        now = self._clock()
        return await self._storage.read(lambda tx: self._mine(tx, actor, locale, ended, now))

    def _mine(self, tx: Tx, actor: Actor, locale: str, ended: Subject | None, now: int) -> FollowingView:
        owner = self._followers.owner(tx, actor)
        follower = self._follows.follower(tx, owner)
        follows = self._following.of(tx, owner)
        last = self._notices.last_by_follow(tx, follower, now) if follower is not None else {}
        shown = [self._view(tx, actor, one, locale, last.get(one.id)) for one in follows]
        notices = self._notices.shown(tx, follower, now) if follower is not None else []
        views = [
            NoticeView.of(told, title, path)
            for told in notices
            for title, path in [self._followers.title(tx, told.announcement, locale)]
        ]
        wants = self._wants(tx, actor, {one.subject for one in follows}, locale)
        left = self._follows.one(tx, follower.id, ended) if follower is not None and ended is not None else None
        was = self._view(tx, actor, left, locale) if left is not None and left.ended_at is not None else None
        return FollowingView(shown, views, wants, was)

    def _view(self, tx: Tx, actor: Actor | None, follow: Follow, locale: str, last: int | None = None) -> FollowView:
        return FollowView(
            follow.subject, self._followers.followed(tx, actor, follow.subject, locale), follow.level, last
        )

    def _wants(self, tx: Tx, actor: Actor, known: set[Subject], locale: str) -> list[Followed]:
        """Other parts of the products of which the person follows something, and the system notifications."""
        products = {subject.key.partition("/")[0] for subject in known if subject.kind in ("section", "releases")}
        wanted = [Subject("system", EVERYTHING)]
        for product in sorted(products):
            if Subject("section", product) not in known:
                wanted += [Subject("section", f"{product}/faqs"), Subject("section", f"{product}/training")]
                wanted.append(Subject("releases", product))
        found = (self._followers.followed(tx, actor, one, locale) for one in wanted if one not in known)
        return [one for one in found if one is not None][:WANTS_MAX]

    async def seen(self, actor: Actor, source: str | None = None) -> None:
        """Record that the person has seen all notices that are under the bell now, or those about `source`."""
        now = self._clock()

        def write(tx: Tx) -> None:
            follower = self._follows.follower(tx, Owner(account=_account(actor)))
            if follower is not None:
                shown = self._notices.shown(tx, follower, now)
                about = [told for told in shown if source in (None, told.announcement.source)]
                self._notices.see(tx, follower, [told.notice.announcement for told in about], now)

        unread = (await self.unread(actor)).sources
        if unread and source in (None, *unread):
            await self._storage.write(write)

    # -- an address without an account ------------------------------------------------------

    async def ask(self, subject: Subject, level: Level, email: str, owner: Owner, network: str) -> None:
        """Mail a link to confirm the address. `owner` has the language and the zone of the browser. The answer is the
        same for every address. Raises Refused: `invalid` for a bad address, `not_found` if the subject is not
        public."""
        address = normal_email(email)
        if not is_email(address):
            sentence = "This is not an email address."
            raise Refused("invalid", sentence, {"email": sentence})
        now, token = self._clock(), tokens.new_cookie()
        pending = Pending(
            hash=tokens.fingerprint(token),
            owner=replace(owner, address=address),
            subject=subject,
            level=level,
            created_at=now,
            expires_at=now + CONFIRM_MS,
        )

        def write(tx: Tx) -> None:
            self._check(tx, None, subject)
            self._follows.forget_pending(tx, now)
            if self._follows.pending_since(tx, address, now - DAY_MS) < PENDING_MAX:
                self._follows.add_pending(tx, pending)
                self._letters.ask(tx, address, owner.locale, token, network, now)

        await self._storage.write(write)

    async def opened(self, token: str, locale: str) -> FollowView | None:
        now = self._clock()

        def read(tx: Tx) -> FollowView | None:
            pending = self._follows.pending(tx, tokens.fingerprint(token)) if tokens.looks_like_cookie(token) else None
            return self._pending_view(tx, pending, locale, now)

        return await self._storage.read(read)

    def _pending_view(self, tx: Tx, pending: Pending | None, locale: str, now: int) -> FollowView | None:
        if pending is None or pending.expires_at <= now:
            return None
        followed = self._followers.followed(tx, None, pending.subject, locale)
        return FollowView(pending.subject, followed, pending.level, None) if followed is not None else None

    async def confirm(self, token: str, locale: str) -> FollowView:
        """Raises Refused(not_found)."""
        now = self._clock()

        def write(tx: Tx) -> FollowView:
            pending = self._follows.take_pending(tx, tokens.fingerprint(token))
            view = self._pending_view(tx, pending, locale, now)
            if pending is None or view is None:
                raise Refused("not_found", "This link was used, or is too old.")
            own = self._people.accounts.by_email(tx, pending.owner.address or "")
            owner = Owner(account=own.id) if own is not None else pending.owner
            self._following.follow(tx, owner, pending.subject, pending.level, now)
            return view

        return await self._storage.write(write)

    # -- links that stop letters --------------------------------------------------------------

    async def link(self, token: str, locale: str) -> LinkView | None:
        ids = self._letters.tokens.follows(token)
        return await self._storage.read(lambda tx: self._link(tx, ids, locale)) if ids else None

    def _link(self, tx: Tx, ids: Sequence[int], locale: str) -> LinkView | None:
        follower, found = self._following.named(tx, ids)
        if follower is None:
            return None
        address, _ = self._followers.current(tx, follower.owner)
        actor = self._followers.actor(tx, follower.owner)
        named = {one.id for one in found}
        others = [one for one in self._following.of(tx, follower.owner) if one.id not in named]
        return LinkView(
            follows=[self._view(tx, actor, one, locale) for one in found],
            address=masked(address or ""),
            ended=all(one.ended_at is not None for one in found),
            others=len(others),
        )

    async def use_link(self, token: str, do: Do) -> bool:
        """Returns False for a link that was not made here."""
        ids, now = self._letters.tokens.follows(token), self._clock()
        if not ids:
            return False
        await self._storage.write(lambda tx: self._use_link(tx, ids, do, now))
        return True

    def _use_link(self, tx: Tx, ids: Sequence[int], do: Do, now: int) -> None:
        match do:
            case "stop":
                self._following.end(tx, ids, now)
            case "weekly":
                self._following.resume(tx, ids, "weekly", now)
            case "resume":
                self._following.resume(tx, ids, None, now)
            case "stop_all":
                follower, _ = self._following.named(tx, ids)
                every = self._following.of(tx, follower.owner) if follower is not None else []
                self._following.end(tx, [*ids, *(one.id for one in every)], now)


def masked(address: str) -> str:
    """An email address that only its owner recognizes, like `danielle.ok…@northlake.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local[: max(1, len(local) // 2)]}…{at}{domain}" if at else ""


def _account(actor: Actor) -> str:
    return actor.id if actor.kind == "staff" else actor.customer


def _unread(unseen: Iterable[Told]) -> Unread:
    sources, releases = set[str](), defaultdict[str, set[str]](set)
    for told in unseen:
        news = told.announcement
        sources.add(news.source)
        if news.product is not None and any(subject.kind == "releases" for subject in news.subjects):
            releases[news.product].add(news.source)
    return Unread(frozenset(sources), {product: frozenset(found) for product, found in releases.items()})
