"""The tables of follows and notices. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text
from sqlmodel import Field, SQLModel

_Number = BigInteger().with_variant(Integer, "sqlite")
LIVE = "ended_at IS NULL"
UNTOLD = "done_at IS NULL"
WAITING = "state = 'waiting'"


def _partial(name: str, *columns: str, condition: str) -> Index:
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


class FollowerRow(SQLModel, table=True):
    """A person who follows something: either an account or a confirmed email address, in lower case."""

    __tablename__ = "followers"
    __table_args__ = (
        Index("follower_of_an_account", "account", unique=True),
        Index("follower_with_an_address", "address", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    account: str | None = None
    address: str | None = None
    locale: str | None = None
    timezone: str | None = None
    created_at: int = Field(sa_type=BigInteger)


class FollowRow(SQLModel, table=True):
    """A follow. A follow that has ended stays, so that its id is the same if it begins again."""

    __tablename__ = "follows"
    __table_args__ = (
        Index("follow_of_a_subject", "follower", "kind", "key", unique=True),
        _partial("followers_of_a_subject", "kind", "key", "id", condition=LIVE),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    follower: int = Field(sa_type=BigInteger)
    kind: str
    key: str
    what: str
    how: str
    since: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)


class PendingFollowRow(SQLModel, table=True):
    """A follow that begins when its address is confirmed. `hash` is the SHA-256 of the token in the letter's link."""

    __tablename__ = "pending_follows"
    __table_args__ = (Index("pending_follows_of_an_address", "address", "created_at"),)

    hash: str = Field(primary_key=True)
    address: str
    kind: str
    key: str
    what: str
    how: str
    locale: str | None = None
    timezone: str | None = None
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class AnnouncementRow(SQLModel, table=True):
    """News. `subjects` is a JSON list of pairs: kind and key.

    `place` and `cursor` say how far its followers have notices: the place of a subject in `subjects`, and the id of a
    follow. `done_at` is the moment at which all of them have one.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        Index("announcement_of_a_version", "source", "version", unique=True),
        _partial("announcements_untold", "not_before", "id", condition=UNTOLD),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, sa_column=Column(_Number, primary_key=True, autoincrement=True))
    source: str
    version: int
    subjects: str = Field(sa_column=Column(Text, nullable=False))
    news: str
    title: str
    line: str
    address: str
    visibility: str
    product: str | None = None
    not_before: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    place: int = 0
    cursor: int = Field(default=0, sa_type=BigInteger)
    done_at: int | None = Field(default=None, sa_type=BigInteger)


class NoticeRow(SQLModel, table=True):
    """News for one follower. `state` is `waiting` or a `following.ports.Outcome`. `follow` is the follow that caused
    it."""

    __tablename__ = "notices"
    __table_args__ = (_partial("notices_due", "due_at", "follower", condition=WAITING),)

    follower: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    announcement: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    follow: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    state: str = "waiting"
    settled_at: int | None = Field(default=None, sa_type=BigInteger)
    seen_at: int | None = Field(default=None, sa_type=BigInteger)


class PrivateFeedRow(SQLModel, table=True):
    """The feed of a follower's notices. `feed` is its random id, a part of its address."""

    __tablename__ = "private_feeds"
    __table_args__ = (Index("private_feed_by_id", "feed", unique=True),)

    follower: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    feed: str
    created_at: int = Field(sa_type=BigInteger)
