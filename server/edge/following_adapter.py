"""Implements `widgets.following_ports.FollowingPages`."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from following.announcement import Subject
from following.follow import How, Level, Owner
from identity.actor import Actor
from refusals import Refused
from server.edge.authentication import Authentication, place_of
from server.edge.http_limits import HttpLimits
from server.edge.outages import as_refusals
from server.live.following.follower_feeds import FollowerFeeds
from server.live.following.own_follows import OwnFollows
from widgets.following_ports import (
    ArticleFeedView,
    Do,
    FeedView,
    FollowingView,
    FollowView,
    LinkView,
    NoticesFeedView,
    Unread,
)
from widgets.ports import Portal


class FollowingAdapter:
    def __init__(
        self,
        authentication: Authentication,
        portal: Portal,
        http_limits: HttpLimits,
        own_follows: OwnFollows,
        feeds: FollowerFeeds,
    ) -> None:
        self._authentication = authentication
        self._portal = portal
        self._http_limits = http_limits
        self._own = own_follows
        self._feeds = feeds

    @as_refusals
    async def levels(self, request: Request) -> Mapping[Subject, Level]:
        actor = await self._person(request)
        return await self._own.levels(actor) if actor is not None else {}

    @as_refusals
    async def unread(self, request: Request) -> Unread:
        actor = await self._person(request)
        return await self._own.unread(actor) if actor is not None else Unread()

    @as_refusals
    async def mine(self, request: Request, locale: str, ended: Subject | None) -> FollowingView | None:
        actor = await self._person(request)
        return await self._own.mine(actor, locale, ended) if actor is not None else None

    @as_refusals
    async def seen(self, request: Request, source: str | None = None) -> None:
        actor = await self._person(request)
        if actor is not None:
            await self._own.seen(actor, source)

    @as_refusals
    async def follow(self, request: Request, subject: Subject, level: Level) -> bool:
        self._authentication.refuse_foreign_origin(request)
        actor = await self._person(request)
        if actor is not None:
            await self._own.follow(actor, subject, level)
        return actor is not None

    @as_refusals
    async def unfollow(self, request: Request, subject: Subject) -> None:
        await self._own.unfollow(await self._known(request), subject)

    @as_refusals
    async def set_how(self, request: Request, how: How) -> None:
        await self._own.set_how(await self._known(request), how)

    @as_refusals
    async def ask(self, request: Request, subject: Subject, level: Level, email: str, locale: str) -> None:
        self._authentication.refuse_foreign_origin(request)
        await self._http_limits.check(request, None, "opt_ins")
        owner = Owner(locale=locale, timezone=self._portal.zone(request))
        await self._own.ask(subject, level, email, owner, place_of(request))

    @as_refusals
    async def opened(self, token: str, locale: str) -> FollowView | None:
        return await self._own.opened(token, locale)

    @as_refusals
    async def confirm(self, token: str, locale: str) -> FollowView:
        return await self._own.confirm(token, locale)

    @as_refusals
    async def feed(self, product: str, section: str, locale: str) -> FeedView:
        return await self._feeds.section(product, section, locale)

    @as_refusals
    async def article_feed(self, id_: int, locale: str) -> ArticleFeedView:
        return await self._feeds.article(id_, locale)

    @as_refusals
    async def private_feed(self, token: str) -> NoticesFeedView:
        return await self._feeds.of_token(token)

    @as_refusals
    async def feed_token(self, request: Request) -> str | None:
        actor = await self._person(request)
        return await self._feeds.token(actor) if actor is not None else None

    @as_refusals
    async def make_feed(self, request: Request) -> None:
        await self._feeds.make(await self._known(request))

    @as_refusals
    async def revoke_feed(self, request: Request) -> None:
        await self._feeds.revoke(await self._known(request))

    @as_refusals
    async def link(self, token: str, locale: str) -> LinkView | None:
        return await self._own.link(token, locale)

    @as_refusals
    async def use_link(self, token: str, do: Do) -> bool:
        return await self._own.use_link(token, do)

    async def _known(self, request: Request) -> Actor:
        self._authentication.refuse_foreign_origin(request)
        actor = await self._person(request)
        if actor is None:
            raise Refused("not_found", "Sign in first.")
        return actor

    async def _person(self, request: Request) -> Actor | None:
        """The signed-in customer or staff member. A browser without an account is nobody."""
        actor = await self._authentication.actor_of_page(request)
        return actor if actor is not None and actor.identified and not actor.limited else None
