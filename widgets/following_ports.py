"""The functions that the pages about following need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, Self

from starlette.requests import Request

from following.announcement import News, Subject
from following.follow import How, Level
from following.notices import Told
from knowledge.authoring_ports import Version
from knowledge.ports import Line
from widgets.followed import Followed

Do = Literal["stop", "weekly", "resume", "stop_all"]
"""What the button of a link in a letter does: end the follows, tell weekly, begin again, or end all follows."""


@dataclass(frozen=True, slots=True)
class FollowView:
    """What somebody follows. `followed` is None if the person may no longer read it. `last` is the moment of the last
    notice, or None without one."""

    subject: Subject
    followed: Followed | None
    level: Level
    last: int | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice under the bell. `at` is its moment. `unread` is True until the person has seen it."""

    source: str
    news: News
    title: str
    line: str
    path: str
    at: int
    unread: bool

    @classmethod
    def of(cls, told: Told, title: str, path: str) -> Self:
        """`title` and `path` are those for the reader."""
        news, notice = told.announcement, told.notice
        return cls(news.source, news.news, title, news.line, path, notice.due_at, notice.seen_at is None)


@dataclass(frozen=True, slots=True)
class Unread:
    """The sources of the notices that a person has not seen. `releases` has those of release notes, by product."""

    sources: frozenset[str] = frozenset()
    releases: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def without(self, source: str) -> Unread:
        releases = {product: sources - {source} for product, sources in self.releases.items()}
        return Unread(self.sources - {source}, {product: left for product, left in releases.items() if left})


@dataclass(frozen=True, slots=True)
class FollowingView:
    """All that a person follows, and the newest notices. `ended` is what the person has just unfollowed. `wants` are
    subjects that the person may want to follow."""

    follows: Sequence[FollowView]
    notices: Sequence[NoticeView]
    wants: Sequence[Followed]
    ended: FollowView | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a link in a letter is about. `address` is the masked email address. `others` is the number of other things
    that the person follows."""

    follows: Sequence[FollowView]
    address: str
    ended: bool
    others: int


@dataclass(frozen=True, slots=True)
class FeedView:
    """The public articles of a section, each in one language."""

    followed: Followed
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class ArticleFeedView:
    """A public article in one language, with its versions, newest first."""

    id: int
    locale: str
    title: str
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True)
class NoticesFeedView:
    """The notices of one person, newest first, each with the number of its announcement. `locale` is the language of
    the person."""

    locale: str
    notices: Sequence[tuple[int, NoticeView]]


class FollowingPages(Protocol):
    """Every method may raise Refused: `unavailable` during an outage, and what is said there."""

    async def levels(self, request: Request) -> Mapping[Subject, Level]:
        """All that the signed-in person follows. Empty if nobody is signed in."""
        ...

    async def unread(self, request: Request) -> Unread:
        """What the signed-in person has not seen."""
        ...

    async def mine(self, request: Request, locale: str, ended: Subject | None) -> FollowingView | None:
        """None if nobody is signed in. `ended` is a subject that the person has just unfollowed."""
        ...

    async def seen(self, request: Request, source: str | None = None) -> None:
        """Record that the signed-in person has seen all notices, or those about one thing."""
        ...

    async def follow(self, request: Request, subject: Subject, level: Level) -> bool:
        """Follow a subject, or change the level. Returns False if nobody is signed in. Raises Refused: `not_found` if
        the person may not read it, `conflict` after too many follows."""
        ...

    async def unfollow(self, request: Request, subject: Subject) -> None: ...

    async def set_how(self, request: Request, how: How) -> None:
        """Change how often the signed-in person is told, for all follows."""
        ...

    async def ask(self, request: Request, subject: Subject, level: Level, email: str, locale: str) -> None:
        """Mail a link with which somebody without an account confirms the address. The answer is the same for every
        address. Raises Refused: `invalid` for a bad address, `not_found` for a subject that is not public,
        `rate_limited`."""
        ...

    async def opened(self, token: str, locale: str) -> FollowView | None:
        """What a link to confirm an address would begin. None if the link does not work. Changes nothing."""
        ...

    async def confirm(self, token: str, locale: str) -> FollowView:
        """Use the link up: the address is confirmed, and the follow begins. Raises Refused(not_found)."""
        ...

    async def feed(self, product: str, section: str, locale: str) -> FeedView:
        """What everybody may read. `product` and `section` are as in addresses. Raises Refused(not_found)."""
        ...

    async def article_feed(self, id_: int, locale: str) -> ArticleFeedView:
        """Raises Refused(not_found) for an article that not everybody may read."""
        ...

    async def private_feed(self, token: str) -> NoticesFeedView:
        """The notices of the person to whom the token of a feed belongs. Raises Refused(not_found) for a token that
        was not made here, or was revoked."""
        ...

    async def feed_token(self, request: Request) -> str | None:
        """The token of the signed-in person's private feed. None if the person has none."""
        ...

    async def make_feed(self, request: Request) -> None:
        """Make a private feed. An earlier one of the person no longer works. Raises Refused(not_found) if nobody is
        signed in."""
        ...

    async def revoke_feed(self, request: Request) -> None: ...

    async def link(self, token: str, locale: str) -> LinkView | None:
        """What a link to stop letters is about. None for a link that was not made here. Changes nothing."""
        ...

    async def use_link(self, token: str, do: Do) -> bool:
        """Returns False for a link that was not made here."""
        ...
